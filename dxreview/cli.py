"""The command line: which call goes to which room.

Progress and logs go to stderr. Exit codes: 0 done, 1 the data are at fault (one sentence), 2 the
command line is at fault.
"""

import argparse
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from dxreview import __version__, project
from dxreview.messages import say
from dxreview.project import Project
from dxreview.records import DxError


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``dxreview`` with ``argv`` (default: the process's arguments); return the exit code."""
    _speak_utf8()
    args = parser().parse_args(argv)
    args.data = args.data or project.find()
    try:
        code = int(args.run(args) or 0)
        sys.stdout.flush()
        return code
    except DxError as error:
        print(error.sentence(), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        sentence = say("errors.cli.file", file=error.filename, found=error.strerror or error)
        print(sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _speak_utf8() -> None:
    """A pipe on Windows, or a bare locale, would otherwise refuse Japanese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The commands and their options; DESIGN's contract for scripts."""
    top = argparse.ArgumentParser(prog="dxreview", description=say("cli.about"))
    top.add_argument("--version", action="version", version=f"dxreview {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str) -> argparse.ArgumentParser:
        sentence = say(f"cli.{name}")
        made = commands.add_parser(name, help=sentence, description=sentence)
        made.set_defaults(run=globals()[f"_{name}"])
        made.add_argument("--data", type=Path, metavar="DIR", help=say("cli.option_data"))
        made.add_argument("--store", metavar="URL", help=say("cli.option_store"))
        return made

    def serving(name: str) -> argparse.ArgumentParser:
        made = command(name)
        made.add_argument("--port", type=int)
        made.add_argument("--no-browser", dest="browser", action="store_false")
        return made

    init = command("init")
    init.add_argument("dir", type=Path, metavar="DIR")
    init.add_argument("--example", action="store_true", help=say("cli.option_example"))
    load = command("load")
    load.add_argument("path", type=Path, nargs="*", metavar="PATH")
    load.add_argument("--json", action="store_true")
    load.add_argument("--html", type=Path, metavar="FILE")
    serving("lab")
    serving("review")
    serving("dashboard").add_argument("snapshot", type=Path, nargs="?", metavar="SNAPSHOT")
    publish = command("publish")
    publish.add_argument("-o", dest="out", type=Path, metavar="DIR")
    publish.add_argument("--names", choices=["full", "roles"], default="full")
    command("verify").add_argument("snapshot", type=Path, metavar="SNAPSHOT")
    export = command("export")
    export.add_argument("format", choices=["xlsx", "csv", "jsonl"])
    export.add_argument("-o", dest="out", type=Path, required=True, metavar="PATH")
    command("merge").add_argument("file", type=Path, nargs="+", metavar="FILE")
    command("restore").add_argument("file", type=Path, metavar="FILE")
    return top


def _init(args: argparse.Namespace) -> None:
    print(say("project.made", folder=project.init(args.dir, example=args.example)))


def _load(args: argparse.Namespace) -> int:
    from dxreview import report
    from dxreview.loader import load

    loaded = list(load(args.path or [Project.open(args.data).minutes], progress=_progress()))
    for each in loaded:
        if each.failure:
            print(each.failure.sentence(), file=sys.stderr)
    read = [each.minutes for each in loaded if each.minutes]
    if args.json:
        print(report.as_json(read))
    else:
        for minutes in read:
            print(*report.as_text(minutes), sep="\n")
    if args.html:
        args.html.write_text(report.as_html(loaded), encoding="utf-8")
    return int(len(read) < len(loaded))


def _progress() -> Callable[[int, int], None]:
    """Tells on stderr how far loading is: at once on a terminal, else only when it takes long."""
    every, last = (0.2, 0.0) if sys.stderr.isatty() else (10.0, time.monotonic())

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= every and total > 1:
            last = time.monotonic()
            end = "\r" if every < 1 and done < total else "\n"
            print(say("load.working", done=done, total=total), end=end, file=sys.stderr)

    return tell


def _lab(args: argparse.Namespace) -> int:
    from dxreview.serve import lab

    return lab(Project.open(args.data), args.store, port=args.port, browser=args.browser)


def _review(args: argparse.Namespace) -> int:
    from dxreview.serve import review

    return review(Project.open(args.data), args.store, port=args.port, browser=args.browser)


def _dashboard(args: argparse.Namespace) -> int:
    from dxreview.app import newest
    from dxreview.serve import dashboard
    from dxreview.snapshot import load_page

    notebook, snapshot = project.shipped("notebooks") / "dashboard.ipynb", args.snapshot
    if snapshot is None:
        opened = Project.open(args.data)
        snapshot, own = newest(opened.published), opened.notebooks / "dashboard.ipynb"
        notebook = own if own.is_file() else notebook
    load_page(snapshot)
    return dashboard(notebook, snapshot, port=args.port, browser=args.browser)


def _publish(args: argparse.Namespace) -> None:
    from dxreview.snapshot import load_page, publish
    from dxreview.snapshot.verify import read_manifest

    folder = publish(args.data, args.out, names=args.names, store=args.store)
    if homeless := load_page(folder)["n"]["homeless"]:
        print(say("publish.homeless", n=homeless), file=sys.stderr)
    facts = {"folder": folder, "file": folder / "index.html", **read_manifest(folder)}
    print(say("publish.done", **facts))


def _verify(args: argparse.Namespace) -> int:
    from dxreview.snapshot.verify import read_manifest, verify

    problems = verify(args.snapshot)
    for problem in problems:
        print(problem.sentence(), file=sys.stderr)
    if not problems:
        print(say("publish.verified", folder=args.snapshot, **read_manifest(args.snapshot)))
    return bool(problems)


def _export(args: argparse.Namespace) -> None:
    from dxreview.snapshot.export import export

    for file in export(args.data, args.format, args.out, store=args.store):
        print(say("publish.exported", file=file))


def _merge(args: argparse.Namespace) -> None:
    from dxreview.store import Store

    with closing(Store(_store_url(args))) as store:
        print(say("cli.merged", count=store.merge(*args.file)))


def _restore(args: argparse.Namespace) -> None:
    from dxreview.store.safety import restore

    kept = restore(_store_url(args), args.file)
    print(say("cli.restored", file=args.file, kept=kept or "—"))


def _store_url(args: argparse.Namespace) -> str:
    return args.store or Project.open(args.data).store_url
