"""Find opinions: `Filter`, a value; `highlight`, where its words stand in a text."""

from dxreview.filters.search import highlight
from dxreview.filters.value import STATUSES, Filter

__all__ = ["STATUSES", "Filter", "highlight"]
