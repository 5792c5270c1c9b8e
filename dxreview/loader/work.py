"""What is done with one file: read it, read its corrections, parse it."""

from pathlib import Path

from dxreview.minutes import parse
from dxreview.records import Minutes
from dxreview.sources import Limits, read


def minutes_of(path: Path, limits: Limits | None = None) -> Minutes:
    """The minutes in the file at ``path``, with the corrections beside it. Raises DxError."""
    return parse(read(path, limits=limits))
