"""The command line. Progress and logs go to stderr; exit 0 done, 1 data at fault, 2 call at fault."""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``dxreview`` with ``argv`` (default: the process's arguments); return the exit code."""
    raise NotImplementedError
