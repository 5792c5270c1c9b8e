"""A worker process: reads untrusted files one after another, within limits.

``python -m dxreview.loader.worker LIMITS``: a request on standard input is a path, the answer on
standard output the packed minutes or an error (its key and facts, with NUL between them), both
length-prefixed. It ends with its input.
"""

import gc
import json
import os
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import IO

from dxreview.loader.packing import pack
from dxreview.minutes import parse
from dxreview.minutes.corrections import Corrections
from dxreview.records import DxError, Minutes, file_error
from dxreview.sources import MEGABYTE, Limits, printable, read, refusal

_HEAD = struct.Struct(">cQ")
_MOST = 500 * MEGABYTE
MINUTES, REFUSED = b"m", b"r"
Answer = tuple[bytes, bytes]


def minutes_of(path: Path, limits: Limits) -> Minutes:
    """The minutes in the file at ``path``, with the corrections beside it. Raises DxError, whatever
    goes wrong; its ``told`` is the traceback of what we did not expect."""
    collects = gc.isenabled()
    gc.disable()  # Thousands of rows are made, none of them garbage: looking for it costs a tenth.
    try:
        return parse(read(path, limits=limits), corrections=_corrections(path))
    except DxError:
        raise
    except MemoryError:
        raise refusal("memory", path.name, limit=limits.memory // MEGABYTE) from None
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        found = f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"
        told = traceback.format_exc(limit=-8)
        raise refusal("unexpected", path.name, found=found, told=told) from error
    finally:
        if collects:
            gc.enable()


def _corrections(path: Path) -> Corrections | None:
    beside = path.with_suffix(".toml")
    try:
        if not beside.is_file():
            return None
        if (size := beside.stat().st_size) > MEGABYTE:
            raise refusal("too_big", beside.name, found=size // MEGABYTE, limit=1)
        return Corrections.load(beside)
    except OSError as error:
        raise file_error(error, printable(beside.name)) from None


def send(stream: IO[bytes], kind: bytes, payload: bytes) -> None:
    stream.write(_HEAD.pack(kind, len(payload)) + payload)
    stream.flush()


def receive(stream: IO[bytes]) -> Answer | None:
    """The next message; None at the end of ``stream``, and where it is no message of ours."""
    head = stream.read(_HEAD.size)
    kind, length = _HEAD.unpack(head) if len(head) == _HEAD.size else (b"", _MOST)
    payload = stream.read(length) if length < _MOST else b""
    return (kind, payload) if len(payload) == length else None


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints must not be taken for an answer.
    limits = Limits(**json.loads(sys.argv[1]))
    _restrict(limits)
    # The parent stops a slow worker sooner; but one whose parent is gone must not go on for ever.
    alarm = getattr(signal, "alarm", lambda seconds: None)
    while request := receive(sys.stdin.buffer):
        alarm(int(limits.seconds) + 5)
        answer = _answer(Path(os.fsdecode(request[1])), limits)
        alarm(0)  # Whoever asked may take their time with an answer.
        send(answers, *answer)


def _answer(path: Path, limits: Limits) -> Answer:
    try:
        return MINUTES, pack(minutes_of(path, limits))
    except DxError as error:
        facts = (str(part).replace("\0", "\ufffd") for fact in error.facts.items() for part in fact)
        return REFUSED, "\0".join((error.key, *facts)).encode("utf-8", "replace")


def _restrict(limits: Limits) -> None:
    """No more memory than allowed, no file written, no core dump; where the system can say so."""
    try:
        import resource
    except ImportError:
        return
    for name, most in (("AS", limits.memory), ("FSIZE", 0), ("CORE", 0)):
        kind = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, hard))


if __name__ == "__main__":
    main()
