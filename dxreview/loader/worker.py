"""A worker process: reads untrusted files one after another, within limits.

``python -m dxreview.loader.worker``: a request on standard input is a path, the answer on standard
output the packed minutes or the error, both as length-prefixed JSON. It ends with its input.
"""

import json
import os
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from dxreview.loader.packing import pack
from dxreview.records import DxError
from dxreview.sources import Limits

LENGTH = struct.Struct(">Q")
OK, REFUSED, FAULT = b"m", b"e", b"f"


def send(stream: IO[bytes], kind: bytes, payload: bytes) -> None:
    stream.write(kind + LENGTH.pack(len(payload)) + payload)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next message, or None at the end of ``stream``."""
    head = stream.read(1 + LENGTH.size)
    if len(head) < 1 + LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head[1:])
    payload = stream.read(length)
    return (head[:1], payload) if len(payload) == length else None


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints must not be taken for an answer.
    limits = Limits(**json.loads(sys.argv[1]))
    from dxreview.loader.work import minutes_of

    _restrict(limits)
    while request := receive(sys.stdin.buffer):
        _set_alarm(limits.seconds)
        send(answers, *_answer(Path(json.loads(request[1])), limits, minutes_of))
        _set_alarm(0)


def _answer(path: Path, limits: Limits, minutes_of: Any) -> tuple[bytes, bytes]:
    try:
        return OK, pack(minutes_of(path, limits))
    except DxError as error:
        facts = {name: _plain(value) for name, value in error.facts.items()}
        return REFUSED, json.dumps([error.key, facts]).encode()
    except MemoryError:
        most = limits.memory // 1_000_000
        return REFUSED, json.dumps(["source.memory", {"file": path.name, "limit": most}]).encode()
    except Exception:
        return FAULT, json.dumps(traceback.format_exc()).encode()


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)


def _restrict(limits: Limits) -> None:
    """No more memory than allowed, no file written, no core dump; where the system can say so."""
    try:
        import resource
    except ImportError:
        return
    for name, most in (("RLIMIT_AS", limits.memory), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, hard))


def _set_alarm(seconds: float) -> None:
    """A worker whose parent is gone must not go on for ever; the parent stops it sooner."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds and seconds + 5)


if __name__ == "__main__":
    main()
