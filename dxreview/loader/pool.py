"""Reused worker processes, each served by a thread: a worker that hangs or dies costs one file.

Not multiprocessing: its workers import the caller's main module anew, which runs an unguarded
script twice, and answer in pickle, which a hostile file must not be able to write.
"""

import json
import os
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import dxreview
from dxreview.loader import worker
from dxreview.messages import language
from dxreview.records import DxError
from dxreview.sources import Limits, refusal

# Answers wait here while this process, which reads too, is busy; a usual pipe holds half of one.
_BUFFER = 1 << 20
# glibc: a worker keeps its memory; giving it back and asking anew for every file takes longer.
_MALLOC = {"MALLOC_TRIM_THRESHOLD_": str(1 << 27), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}
Packed = Future[bytes]


class Pool:
    """``with Pool(2, limits, ahead=1) as pool: packed = pool.wait(path, pool.begin(path))``.

    A worker is told up to ``ahead`` files ahead, so that it need not wait for this process. A
    `Future` that no worker has begun with may be cancelled. `wait` raises DxError.
    """

    def __init__(self, size: int, limits: Limits, *, ahead: int) -> None:
        self._size, self._limits, self._ahead = size, limits, ahead
        self._queue: SimpleQueue[tuple[Path, Packed] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._workers: list[_Worker] = []
        self._closed, self._fault = False, ""

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self._closed = True
        for each in self._workers:
            each.process.kill()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        for each in self._workers:
            each.process.communicate()

    def begin(self, path: Path) -> Packed:
        """Have a worker read ``path``; the result is its minutes, packed."""
        future: Packed = Future()
        self._queue.put((path, future))
        if len(self._threads) < self._size:
            self._threads.append(Thread(target=self._serve, daemon=True))
            self._threads[-1].start()
        return future

    def wait(self, path: Path, future: Packed) -> bytes:
        """The packed minutes of ``path``; a worker that takes too long is ended meanwhile."""
        while not future.done() and not wait([future], min(1.0, self._limits.seconds / 5)).done:
            for each in self._workers:
                each.end_if_slow()
            if not any(thread.is_alive() for thread in self._threads):
                raise refusal("no_worker", path, found=self._fault)
        return future.result()

    def _serve(self) -> None:
        try:
            self._work()
        except OSError as error:
            self._fault = str(error.strerror)

    def _work(self) -> None:
        """Ask and listen; where the worker dies, a new one goes on with what it did not come to."""
        held = self._new_worker()
        asked: deque[tuple[Path, Packed]] = deque()
        while self._ask(held, asked):
            answer = held.receive()
            path, future = asked.popleft()
            try:
                future.set_result(_payload(answer, path))
            except DxError as error:
                is_slow = answer is None and held.was_slow
                slow = refusal("slow", path, limit=f"{self._limits.seconds:g}")
                future.set_exception(slow if is_slow else error)
            if answer is None and not self._closed:
                held.process.kill()
                held = self._new_worker()
                for path, _ in asked:
                    held.send(path)

    def _new_worker(self) -> "_Worker":
        """One that is ready: what could be read here while it starts is not given to it."""
        made = _Worker(self._limits)
        self._workers.append(made)
        made.receive()
        return made

    def _ask(self, held: "_Worker", asked: deque[tuple[Path, Packed]]) -> bool:
        """Ask for more files, as many as there are and may be; whether any is under way."""
        while len(asked) < self._ahead:
            try:
                job = self._queue.get(block=not asked)
            except Empty:
                break
            if job is None:
                return False
            if job[1].set_running_or_notify_cancel():
                asked.append(job)
                held.send(job[0])
        return not self._closed


def _payload(answer: worker.Answer | None, path: Path) -> bytes:
    """The packed minutes that a worker answers; DxError where it refused, or is no worker of ours
    any more."""
    kind, payload = answer or (b"", b"")
    if kind == worker.MINUTES:
        return payload
    refused = refusal("crashed", path)
    # Not JSON: where that nests too deep, Python may collect garbage down there, and fails at it.
    with suppress(ValueError, TypeError, LookupError, AttributeError):
        key, *facts = payload.decode().split("\0")
        said = DxError(key, **dict(zip(facts[::2], facts[1::2], strict=True)))
        said.sentence()
        refused = said
    raise refused


class _Worker:
    """One process and its two pipes."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._since, self._asked = 0.0, 0
        self.was_slow = False
        root = str(Path(dxreview.__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", worker.__name__, json.dumps(asdict(limits))],
            bufsize=_BUFFER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_MALLOC, "PYTHONPATH": path, "DXREVIEW_LANG": language()},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests, self._answers = self.process.stdin, self.process.stdout
        with suppress(ImportError, AttributeError, OSError):  # Linux, up to a user's share
            import fcntl

            fcntl.fcntl(self._answers, fcntl.F_SETPIPE_SZ, _BUFFER)

    def send(self, path: Path) -> None:
        """Ask for one more file; where the worker is gone, `receive` tells."""
        if not self._asked:
            self._since = time.monotonic()
        self._asked += 1
        with suppress(OSError):
            worker.send(self._requests, b"p", json.dumps(str(path.absolute())).encode())

    def receive(self) -> worker.Answer | None:
        """The answer about the next file; None where the worker died."""
        answer = worker.receive(self._answers)
        self._since, self._asked = time.monotonic(), max(0, self._asked - 1)
        return answer

    def end_if_slow(self) -> None:
        if self._asked and time.monotonic() - self._since > self._seconds:
            self.was_slow = True
            self.process.kill()
