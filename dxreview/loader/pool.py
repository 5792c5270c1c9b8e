"""A worker process as its user sees it: one that hangs or dies costs one file.

Not multiprocessing, nor what is built on it: its workers import the caller's main module anew,
which runs an unguarded script twice, and answer in pickle, which a hostile file must not be able
to write.
"""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, cast

from msgspec import json

import dxreview
from dxreview.loader import worker
from dxreview.messages import language
from dxreview.records import DxError, Minutes
from dxreview.sources import MEGABYTE, Limits, printable, refusal

_LONGEST = 500 * MEGABYTE
# Answers wait here while this process, which reads too, is busy; a usual pipe holds half of one.
_BUFFER = 1 << 20
# glibc: a worker keeps its memory; giving it back and asking anew for every file takes longer.
_MALLOC = {"MALLOC_TRIM_THRESHOLD_": str(1 << 27), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}


class Worker:
    """Reads ``paths``: `minutes`, once for each, then `stop`.

    The process works ahead until the pipe from it is full, and is started anew where it died.
    """

    def __init__(self, paths: Iterable[Path], limits: Limits) -> None:
        self._limits = limits
        self._paths = deque(paths)
        self._process = _started(self._paths, limits)
        self._since: float | None = None
        self._ended = Event()
        Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()
        self._end()

    def _watch(self) -> None:
        """End a process that lets `minutes` wait for too long."""
        while not self._ended.wait(self._limits.seconds / 5):
            since, process = self._since, self._process
            if since and process and time.monotonic() - since > self._limits.seconds:
                process.kill()

    def _end(self) -> None:
        if self._process:
            with self._process:
                self._process.kill()

    def minutes(self) -> Minutes:
        """Those of the next file. Raises DxError where the file is refused, takes too long or ends
        the process, or where none could be started."""
        path, limit, begun = self._paths.popleft(), self._limits.seconds, time.monotonic()
        if not self._process or not self._process.stdout:
            raise refusal("no_worker", path.name)
        self._since = begun
        line = self._process.stdout.readline(_LONGEST)
        self._since = None
        is_late = time.monotonic() - begun > limit
        with suppress(ValueError, TypeError, LookupError, AttributeError):
            return _believed(line, path)
        self._end()
        self._process = _started(self._paths, self._limits) if self._paths else None
        late = refusal("slow", path.name, limit=f"{limit:g}")
        raise late if is_late else refusal("crashed", path.name)


def _started(paths: Iterable[Path], limits: Limits) -> subprocess.Popen[bytes] | None:
    """A process that reads these files; None where the system starts none."""
    root = str(Path(dxreview.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", worker.__name__, json.encode(limits).decode()],
            bufsize=_BUFFER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_MALLOC, "PYTHONPATH": path, "DXREVIEW_LANG": language()},
        )
    except OSError:
        return None
    with suppress(ImportError, AttributeError, OSError):  # Linux, up to a user's share
        import fcntl

        fcntl.fcntl(cast(IO[bytes], process.stdout), fcntl.F_SETPIPE_SZ, _BUFFER)
    with (
        suppress(OSError),
        cast(IO[bytes], process.stdin) as asked,
    ):  # Where it is gone, `minutes` tells.
        asked.write(b"\0".join(os.fsencode(each.absolute()) for each in paths))
    return process


def _believed(line: bytes, path: Path) -> Minutes:
    """The minutes that a worker answers. Raises DxError where it refuses the file, anything else
    where it died, or is no worker of ours any more."""
    said = worker.unpack(line)
    if isinstance(said, worker.Refused):
        error = DxError(said.key, **said.facts)
        error.sentence()
        raise error
    if said.source.name != printable(path.name):
        raise ValueError(said.source.name)
    return said
