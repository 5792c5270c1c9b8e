"""Figures over opinions and decisions, as DataFrames."""

from dxreview.analysis.agreement import agreement
from dxreview.analysis.matrices import coverage, stage_matrix

__all__ = ["agreement", "coverage", "stage_matrix"]
