"""Figures over opinions and decisions, as DataFrames."""

from dxreview.analysis.agreement import agreement, pairs
from dxreview.analysis.matrices import coverage, stage_matrix

__all__ = ["agreement", "coverage", "pairs", "stage_matrix"]
