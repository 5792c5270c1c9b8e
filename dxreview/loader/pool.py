"""Reused worker processes, each watched by a thread: a worker that hangs or dies costs one file.

Not multiprocessing: its workers import the caller's main module anew, which runs an unguarded
script twice, and answer in pickle, which a hostile file must not be able to write.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Timer

import dxreview
from dxreview.loader import worker
from dxreview.loader.packing import unpack
from dxreview.messages import language
from dxreview.records import DxError, Minutes
from dxreview.sources import Limits, printable

log = logging.getLogger(__name__)


class Pool:
    """``with Pool(2, limits) as pool: minutes, packed = pool.begin(path)()``; raises DxError."""

    def __init__(self, size: int, limits: Limits) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="dxreview-load")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: list[_Worker] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for each in self._all:
            each.process.kill()
        self._threads.shutdown()
        for each in self._all:
            each.process.communicate()

    def begin(self, path: Path) -> Callable[[], tuple[Minutes, Callable[[], bytes]]]:
        future = self._threads.submit(self._run, path)

        def wait() -> tuple[Minutes, Callable[[], bytes]]:
            packed = future.result()
            try:
                return unpack(packed), lambda: packed
            except ValueError:
                raise DxError("source.crashed", file=printable(path.name)) from None

        return wait

    def _run(self, path: Path) -> bytes:
        """The packed minutes, from an idle worker or a new one."""
        try:
            held = self._idle.get_nowait()
        except Empty:
            held = _Worker(self._limits)
            self._all.append(held)
        answer = held.ask(path)
        file = printable(path.name)
        if answer is None:
            key = "slow" if held.was_slow else "crashed"
            raise DxError(f"source.{key}", file=file, limit=f"{self._limits.seconds:g}")
        self._idle.put(held)
        kind, payload = answer
        if kind == worker.REFUSED:
            key, facts = json.loads(payload)
            raise DxError(str(key), **facts)
        if kind == worker.FAULT:
            told = payload.decode("utf-8", "replace")
            log.error("reading %s failed unexpectedly\n%s", path, told)
            raise DxError("source.unexpected", file=file, found=told.splitlines()[-1])
        return payload


class _Worker:
    """One process and its two pipes."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self.was_slow = False
        root = str(Path(dxreview.__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", worker.__name__, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "DXREVIEW_LANG": language()},
        )

    def ask(self, path: Path) -> tuple[bytes, bytes] | None:
        """The worker's answer; None if it died or took too long, and then it is gone."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        watch = Timer(self._seconds, self._too_slow)
        watch.start()
        try:
            worker.send(self.process.stdin, b"p", json.dumps(str(path.absolute())).encode())
            return worker.receive(self.process.stdout)
        except OSError:
            return None
        finally:
            watch.cancel()

    def _too_slow(self) -> None:
        self.was_slow = True
        self.process.kill()
