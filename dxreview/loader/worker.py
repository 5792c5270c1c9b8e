"""A worker process: reads untrusted files one after another, within limits.

``python -m dxreview.loader.worker LIMITS``: standard input holds the paths, with NUL between them;
on standard output is a line of JSON for each: its minutes, or why there are none.

JSON, because neither a worker that read a hostile file nor a cache in a shared folder is trusted:
what comes back is checked against the types of the records.
"""

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import NamedTuple

from msgspec import json

from dxreview.minutes import parse
from dxreview.minutes.corrections import Corrections
from dxreview.records import DxError, Minutes, file_error, growing
from dxreview.sources import MEGABYTE, Limits, printable, read, refusal


class Refused(NamedTuple):
    """A DxError as it leaves a worker: what it says, with its facts as text."""

    key: str
    facts: dict[str, str]


pack = json.Encoder().encode
_DECODER: json.Decoder[Minutes | Refused] = json.Decoder(Minutes | Refused)


def unpack(data: bytes) -> Minutes | Refused:
    """What was packed in ``data``. Raises ValueError where it is none of ours."""
    try:
        with growing():
            held = _DECODER.decode(data)
    except RecursionError as error:
        raise ValueError(error) from None
    if isinstance(held, Minutes):
        length = len(held.source.text)
        if not all(0 <= start <= end <= length for start, end, _ in held.spans):
            raise ValueError("a span lies outside the text")
    return held


def minutes_of(path: Path, limits: Limits) -> Minutes:
    """The minutes in the file at ``path``, with the corrections beside it. Raises DxError, whatever
    goes wrong; its ``told`` is the traceback of what we did not expect."""
    try:
        with growing():
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


def _corrections(path: Path) -> Corrections | None:
    name = f"{os.path.splitext(path)[0]}.toml"
    if not os.path.isfile(name):
        return None
    beside = Path(name)
    try:
        if (size := beside.stat().st_size) > MEGABYTE:
            raise refusal("too_big", beside.name, found=size // MEGABYTE, limit=1)
        return Corrections.load(beside)
    except OSError as error:
        raise file_error(error, printable(beside.name)) from None


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints must not be taken for an answer.
    limits = json.decode(sys.argv[1], type=Limits)
    paths = sys.stdin.buffer.read().split(b"\0")
    _restrict(limits)
    # The parent stops a slow worker sooner; but one whose parent is gone must not go on for ever.
    alarm = getattr(signal, "alarm", lambda seconds: None)
    for path in paths:
        alarm(int(limits.seconds) + 5)
        answer = pack(_answer(Path(os.fsdecode(path)), limits))
        alarm(0)  # Whoever asked may take their time with an answer.
        answers.write(answer + b"\n")
        answers.flush()


def _answer(path: Path, limits: Limits) -> Minutes | Refused:
    try:
        return minutes_of(path, limits)
    except DxError as error:
        told = ((name, str(fact).encode("utf-8", "replace")) for name, fact in error.facts.items())
        return Refused(error.key, {name: fact.decode() for name, fact in told})


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
