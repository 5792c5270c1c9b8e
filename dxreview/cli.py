"""The command line: which call goes to which room.

Progress and logs go to stderr. Exit codes: 0 done, 1 the data are at fault (one sentence), 2 the
command line is at fault.
"""

import argparse
import io
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from dxreview import __version__, project
from dxreview.messages import language, say, section
from dxreview.project import Project
from dxreview.records import DxError, UsageError, file_error
from dxreview.sources import printable


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``dxreview`` with ``argv`` (default: the process's arguments); return the exit code."""
    _speak_utf8()
    args = parser().parse_args(argv)
    try:
        code = int(args.run(args) or 0)
        sys.stdout.flush()
        return code
    except DxError as error:
        _tell(error.sentence())
        return error.exit_code
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _tell(file_error(error, error.filename or "—").sentence())
        return 1
    except KeyboardInterrupt:
        return 130


def _tell(sentence: str) -> None:
    """Say a sentence beside the results; names from files that are in it steer no terminal."""
    print(printable(sentence), file=sys.stderr)


def _speak_utf8() -> None:
    """A pipe on Windows, or a bare locale, would otherwise refuse Japanese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The commands and their options, a contract for scripts."""
    own = section("cli.argparse", language())
    # argparse asks gettext for its words, which would want compiled catalogues.
    setattr(argparse, "_", lambda words: own.get(words, words))  # noqa: B010 (mypy knows no _)
    top = argparse.ArgumentParser(prog="dxreview", description=say("cli.about"))
    version = f"dxreview {__version__}"
    top.add_argument("--version", action="version", version=version, help=say("cli.version"))
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    common = _path("--data", "DIR"), _argument("--store", metavar="URL")
    serving = (
        _argument("--port", type=_port, metavar="N"),
        _argument("--no-browser", dest="browser", action="store_false"),
    )

    def command(name: str, *arguments: tuple[str, dict[str, Any]]) -> None:
        sentence = say(f"cli.{name}")
        made = commands.add_parser(name, help=sentence, description=sentence)
        made.set_defaults(run=globals()[f"_{name}"])
        for flag, options in (*arguments, *common):
            made.add_argument(flag, **options)

    command("init", _path("dir", "DIR"), _argument("--example", action="store_true"))
    command("load", _path("path", "PATH", nargs="*"),
            _argument("--json", action="store_true"), _path("--html", "FILE"))  # fmt: skip
    command("lab", *serving)
    command("review", *serving)
    command("dashboard", _path("snapshot", "SNAPSHOT", nargs="?"), *serving)
    command("publish", _path("-o", "DIR", "out_snapshot", dest="out"),
            _argument("--names", choices=["full", "roles"], default="full"))  # fmt: skip
    command("verify", _path("snapshot", "SNAPSHOT", "snapshot_given"))
    command("export", _argument("format", choices=["xlsx", "csv", "jsonl"]),
            _path("-o", "PATH", "out_export", dest="out", required=True))  # fmt: skip
    command("merge", _path("file", "FILE", "handed_over", nargs="+"))
    command("restore", _path("file", "FILE", "backup"))
    return top


def _argument(flag: str, said: str = "", **options: Any) -> tuple[str, dict[str, Any]]:
    """An argument with its help, whose key is ``said`` or else the argument's name."""
    key = said or flag.strip("-").replace("-", "_")
    return flag, {"help": say(f"cli.option_{key}"), **options}


def _path(flag: str, metavar: str, said: str = "", **options: Any) -> tuple[str, Any]:
    return _argument(flag, said, type=Path, metavar=metavar, **options)


def _port(text: str) -> int:
    """A port that a server may listen on."""
    if text.isdecimal() and 0 < int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(say("cli.port", found=text))


def _init(args: argparse.Namespace) -> None:
    print(say("project.made", folder=project.init(args.dir, example=args.example)))


def _load(args: argparse.Namespace) -> int:
    from dxreview import report
    from dxreview.loader import load

    if args.html and args.html.exists() and not report.is_report(args.html):
        raise UsageError("cli.html", file=args.html)
    counts: Any = Counter(read=0, failed=0, opinions=0, warnings=0)
    kept = []
    for each in load(args.path or [Project.open(args.data).minutes], progress=_progress()):
        if each.minutes:
            held = each.minutes
            asked = sum(warning.code != "corrected" for warning in held.warnings)
            counts.update(read=1, opinions=len(held.opinions), warnings=asked)
            if not args.json:
                print(*map(printable, report.as_text(held)), sep="\n")
        elif each.failure:
            counts["failed"] += 1
            _tell(each.failure.sentence())
        if args.json or args.html:  # Else memory stays that of a few files.
            kept.append(each)
    if args.json:
        print(report.as_json(each.minutes for each in kept if each.minutes))
    elif counts["read"] + counts["failed"] > 1:
        print(say("load.total", **counts))
    if args.html:
        args.html.write_text(report.as_html(kept), encoding="utf-8")
    return int(counts["failed"] > 0)


def _progress() -> Callable[[int, int], None]:
    """Tells on stderr how far loading is: at once on a terminal, else only when it takes long."""
    is_terminal, last = sys.stderr.isatty(), time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if total > 1 and (is_terminal or time.monotonic() - last >= 10):
            last = time.monotonic()
            end = "\r" if is_terminal and done < total else "\n"
            print(say("load.working", done=done, total=total), end=end, file=sys.stderr)

    return tell


def _lab(args: argparse.Namespace) -> None:
    from dxreview.serve import lab

    opened = Project.open(args.data, store=args.store)
    lab(opened, args.store, port=args.port, browser=args.browser)


def _review(args: argparse.Namespace) -> None:
    from dxreview.host import review

    opened = Project.open(args.data, store=args.store)
    review(opened, args.store, port=args.port, browser=args.browser)


def _dashboard(args: argparse.Namespace) -> None:
    from dxreview.app import newest
    from dxreview.host import dashboard
    from dxreview.snapshot import load_page

    opened = None if args.snapshot else Project.open(args.data)
    snapshot = newest(opened.published) if opened else args.snapshot
    load_page(snapshot)
    own = opened and opened.notebooks / "dashboard.ipynb"
    notebook = own if own and own.is_file() else project.shipped("notebooks") / "dashboard.ipynb"
    dashboard(notebook, snapshot, port=args.port, browser=args.browser)


def _publish(args: argparse.Namespace) -> None:
    from dxreview.snapshot import load_page, publish
    from dxreview.snapshot.findings import cautions
    from dxreview.snapshot.verify import MANIFEST, read_manifest, told

    held = args.out and (args.out / MANIFEST).exists() and read_manifest(args.out)["id"]
    options = {"names": args.names, "store": args.store, "progress": _progress()}
    folder = publish(args.data or project.find(), args.out, **options)
    if held and held != read_manifest(folder)["id"]:
        _tell(say("publish.replaced", id=held))
    for caution in cautions(load_page(folder)):
        _tell(caution)
    print(told(folder))


def _verify(args: argparse.Namespace) -> int:
    from dxreview.snapshot.verify import read_manifest, verify

    problems = verify(args.snapshot)
    for problem in problems:
        _tell(problem.sentence())
    if not problems:
        print(say("publish.verified", folder=args.snapshot, **read_manifest(args.snapshot)))
    return bool(problems)


def _export(args: argparse.Namespace) -> bool:
    from dxreview.snapshot.tables import export

    more = {"store": args.store, "progress": _progress()}
    files, unread = export(args.data or project.find(), args.format, args.out, **more)
    for sentence in unread:
        _tell(sentence)
    for file in files:
        print(say("publish.exported", file=file))
    if not files:
        print(say("publish.exported_none"))
    return bool(unread)


def _merge(args: argparse.Namespace) -> None:
    from dxreview.store import Store

    opened = _project(args)
    with closing(Store(opened.store_url if opened else args.store)) as store:
        before = store.revision
        if opened:
            store.begin(opened.reviews)
        store.merge(*args.file)
        print(say("cli.merged", count=store.revision - before))
        if opened:
            _doubts(opened, store)


def _project(args: argparse.Namespace) -> Project | None:
    """The project; none is needed where a store is named."""
    try:
        return Project.open(args.data, store=args.store)
    except DxError:
        if args.store and not args.data:
            return None
        raise


def _doubts(opened: Project, store: Any) -> None:
    """What a lead would ask about events that came from elsewhere."""
    from dxreview.corpus import load
    from dxreview.store.placing import homeless

    events, corpus = store.events(), load([opened.minutes])
    texts = dict(zip(corpus.opinions["opinion_id"], corpus.opinions["text"], strict=True))
    for sentence in corpus.failures["message"]:  # What it holds would seem to be lost.
        _tell(sentence)
    if lost := homeless(store.replay, texts):
        _tell(say("publish.homeless", n=len(lost)))
    others = events[(events["action"] == "settle") & (events["reviewer"] != opened.lead)]
    if opened.lead and len(others):
        names = ", ".join(others["reviewer"].unique())
        _tell(say("cli.others_settled", n=len(others), lead=opened.lead, names=names))


def _restore(args: argparse.Namespace) -> None:
    from dxreview.store.safety import restore

    opened = _project(args)
    kept = restore(opened.store_url if opened else args.store, args.file)
    print(say("cli.restored", file=args.file, kept=kept or "—"))
