"""A worker process as its user sees it: one that hangs or dies costs one file.

Not multiprocessing: its workers import the caller's main module anew, which runs an unguarded
script twice, and answer in pickle, which a hostile file must not be able to write.
"""

import json
import os
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from select import select
from threading import Event, Thread

import dxreview
from dxreview.loader import worker
from dxreview.loader.packing import unpack
from dxreview.messages import language
from dxreview.records import DxError, Minutes
from dxreview.sources import Limits, printable, refusal

# Answers wait here while this process, which reads too, is busy; a usual pipe holds half of one.
_BUFFER = 1 << 20
# glibc: a worker keeps its memory; giving it back and asking anew for every file takes longer.
_MALLOC = {"MALLOC_TRIM_THRESHOLD_": str(1 << 27), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}


class Worker:
    """``with Worker(limits, at_once=False) as held: held.ask(path); …; minutes = held.minutes()``

    The process starts ``at_once`` or when it is needed, and anew where it died.
    """

    def __init__(self, limits: Limits, *, at_once: bool) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: deque[Path] = deque()
        self._since: float | None = None
        self._ended = Event()
        Thread(target=self._watch, daemon=True).start()
        if at_once:
            self._start()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._stop()

    def _watch(self) -> None:
        """End a process that lets `minutes` wait for too long."""
        while not self._ended.wait(self._limits.seconds / 5):
            since, process = self._since, self._process
            if since and process and time.monotonic() - since > self._limits.seconds:
                process.kill()

    def _stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def __len__(self) -> int:
        """How many files are under way."""
        return len(self._asked)

    def ask(self, path: Path) -> None:
        """Have ``path`` read."""
        if not self._asked:
            self._start()
        self._asked.append(path)
        self._send(path)

    def has_answered(self) -> bool:
        """Whether `minutes` need not wait, as far as the system can tell."""
        with suppress(OSError, ValueError):  # Windows cannot.
            held = self._process and self._process.stdout
            return not held or bool(select([held], [], [], 0)[0])
        return True

    def _start(self) -> None:
        if self._process:
            return
        root = str(Path(dxreview.__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", worker.__name__, json.dumps(asdict(self._limits))],
                bufsize=_BUFFER,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **_MALLOC, "PYTHONPATH": path, "DXREVIEW_LANG": language()},
            )
        with suppress(ImportError, AttributeError, OSError):  # Linux, up to a user's share
            import fcntl

            if self._process and self._process.stdout:
                fcntl.fcntl(self._process.stdout, fcntl.F_SETPIPE_SZ, _BUFFER)

    def _send(self, path: Path) -> None:
        with suppress(OSError):  # It is gone: `receive` tells.
            if self._process and self._process.stdin:
                worker.send(self._process.stdin, b"p", os.fsencode(path.absolute()))

    def minutes(self) -> Minutes:
        """Those of the file that was asked for first. Raises DxError where the file is refused,
        takes too long or ends the process, or where none could be started."""
        path, limit, begun = self._asked.popleft(), self._limits.seconds, time.monotonic()
        if not self._process or not self._process.stdout:
            raise refusal("no_worker", path.name)
        self._since = begun
        answer = worker.receive(self._process.stdout)
        self._since = None
        if answer is None:
            self._stop()
            if self._asked:
                self._start()
            for each in self._asked:
                self._send(each)
            if time.monotonic() - begun > limit:
                raise refusal("slow", path.name, limit=f"{limit:g}")
        return _believed(answer or (b"", b""), path)


def _believed(answer: worker.Answer, path: Path) -> Minutes:
    """The minutes that a worker answers; DxError where it refused, or is no worker of ours any
    more."""
    kind, payload = answer
    refused = refusal("crashed", path.name)
    # Not JSON: where that nests too deep, Python may collect garbage down there, and fails at it.
    with suppress(ValueError, TypeError, LookupError, AttributeError):
        if kind == worker.MINUTES:
            minutes = unpack(payload)
            if minutes.source.name == printable(path.name):
                return minutes
        else:
            key, *facts = payload.decode().split("\0")
            said = DxError(key, **dict(zip(facts[::2], facts[1::2], strict=True)))
            said.sentence()
            refused = said
    raise refused
