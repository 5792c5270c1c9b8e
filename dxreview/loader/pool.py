"""Reused worker processes, each watched by a thread: a worker that hangs or dies costs one file.

Not multiprocessing: its workers import the caller's main module anew, which runs an unguarded
script twice, and answer in pickle, which a hostile file must not be able to write.
"""

import json
import logging
import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Timer
from types import TracebackType

import dxreview
from dxreview.loader import worker
from dxreview.messages import language
from dxreview.records import DxError
from dxreview.sources import Limits, printable

log = logging.getLogger(__name__)


class Pool:
    """``with Pool(2, limits) as pool: pool.submit(path).result()``: packed minutes, or DxError."""

    def __init__(self, size: int, limits: Limits) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="dxreview-load")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: list[_Worker] = []
        self._closed = False

    def __enter__(self) -> "Pool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for each in self._all:
            each.stop()
        self._threads.shutdown()

    def submit(self, path: Path) -> "Future[bytes]":
        return self._threads.submit(self._run, path)

    def _run(self, path: Path) -> bytes:
        held = self._take()
        answer = held.ask(path)
        if held.is_alive:
            self._idle.put(held)
        if answer is None:
            raise self._why(held, path)
        return _opened(answer, path)

    def _take(self) -> "_Worker":
        try:
            return self._idle.get_nowait()
        except Empty:
            made = _Worker(self._limits)
            self._all.append(made)
            if self._closed:
                made.stop()
            return made

    def _why(self, held: "_Worker", path: Path) -> DxError:
        file = printable(path.name)
        if held.was_slow:
            return DxError("source.slow", file=file, limit=f"{self._limits.seconds:g}")
        return DxError("source.crashed", file=file)


class _Worker:
    """One process and its two pipes."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self.was_slow = False
        root = str(Path(dxreview.__file__).resolve().parents[1])
        inherited = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([root, inherited] if inherited else [root])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", worker.__name__, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "DXREVIEW_LANG": language()},
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None and not self.was_slow

    def ask(self, path: Path) -> tuple[bytes, bytes] | None:
        """The worker's answer; None if it died or took too long, and then it is gone."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        watch = Timer(self._seconds, self._too_slow)
        watch.start()
        try:
            worker.send(process.stdin, b"p", json.dumps(str(path.absolute())).encode())
            answer = worker.receive(process.stdout)
        except OSError:
            answer = None
        watch.cancel()
        if answer is None:
            self.stop()
        return answer

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    log.debug("pipe of a stopped worker", exc_info=True)

    def _too_slow(self) -> None:
        self.was_slow = True
        self._process.kill()


def _opened(answer: tuple[bytes, bytes], path: Path) -> bytes:
    kind, payload = answer
    if kind == worker.OK:
        return payload
    if kind == worker.REFUSED:
        key, facts = json.loads(payload)
        raise DxError(str(key), **facts)
    told = str(json.loads(payload))
    log.error("reading %s failed unexpectedly\n%s", path, told)
    raise DxError("source.unexpected", file=printable(path.name), found=told.splitlines()[-1])
