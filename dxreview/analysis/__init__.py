"""Figures over opinions and decisions, as DataFrames."""

from dxreview.analysis.matrices import coverage, once, stage_matrix

__all__ = ["coverage", "once", "stage_matrix"]
