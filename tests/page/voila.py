"""dxreview's own Voila, started as a user starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.conftest import ROOT


@contextmanager
def serving(*command: str, **env: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """``python -m COMMAND``: the address that it prints, and the process."""
    server = subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert "http://127.0.0.1:" in line, line
        yield line[line.index("http://") :].strip(), server
    finally:
        server.terminate()
        server.communicate(timeout=20)
