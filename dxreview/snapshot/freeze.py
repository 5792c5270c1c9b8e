"""Write a snapshot: the same content gives the same bytes, and nothing is left half-written."""

import hashlib
import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from dxreview.records import DxError
from dxreview.snapshot.content import Content
from dxreview.snapshot.downloads import write_csv, write_xlsx
from dxreview.snapshot.html import index_html
from dxreview.snapshot.pagedata import page_data, source_file
from dxreview.snapshot.tables import opinions, sheets
from dxreview.snapshot.verify import FORMAT, MANIFEST, content_id, read_manifest, seal, verify


def freeze(content: Content, out: Path) -> Path:
    """Write ``content`` as the snapshot folder ``out``; a snapshot there is replaced.

    Everything is written beside ``out`` first and put in place by one renaming.
    """
    _refuse_foreign(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
            _write(content, Path(beside) / "new")
            _put(Path(beside) / "new", out, Path(beside) / "old")
    except OSError as error:
        raise DxError("snapshot.unwritable", folder=out, found=error.strerror) from error
    return out


def _put(made: Path, out: Path, old: Path) -> None:
    """``made`` in the place of ``out``; where that fails, ``out`` is as it was."""
    if out.exists():
        out.rename(old)
    try:
        made.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise


def _refuse_foreign(out: Path) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        read_manifest(out)
    except DxError:
        raise DxError("snapshot.occupied", folder=out) from None
    if problems := verify(out):
        raise DxError("snapshot.edited", folder=out, file=problems[0].facts["file"])


def _write(content: Content, folder: Path) -> None:
    page = page_data(content)
    for part in ("sources", "frames", "roadmaps", "downloads"):
        (folder / part).mkdir(parents=True)
    for name, source in content.sources.items():
        (folder / source_file(name)).write_bytes(source.text.encode())
    for name, raw in content.files.items():
        (folder / "roadmaps" / name).write_bytes(raw)
    for name, frame in content.frames().items():
        frame.to_parquet(folder / "frames" / f"{name}.parquet", index=False)
    shown = {key: page[key] for key in ("date", "names", "draft", "versions")}
    manifest: dict[str, Any] = {"format": FORMAT, "title": content.title, **shown}
    manifest["id"] = content_id(manifest | {"files": _hashes(folder)})
    _shown(content, page | {"id": manifest["id"]}, folder)
    manifest["files"] = _hashes(folder)
    _json(folder / MANIFEST, manifest | {"seal": seal(manifest)}, indent=1)


def _shown(content: Content, page: dict[str, Any], folder: Path) -> None:
    """What is made from the frozen parts and shows their id: page, data and downloads."""
    created = datetime.fromisoformat(content.date)
    write_xlsx(sheets(content, page["id"]), folder / "downloads/dxreview.xlsx", created=created)
    write_csv(opinions(content), folder / "downloads" / "opinions.csv")
    _json(folder / "page.json", page)
    text = index_html(page)
    (folder / "index.html").write_bytes(text.encode())


def _json(file: Path, value: object, indent: int | None = None) -> None:
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    file.write_bytes(text.encode() + b"\n")


def _hashes(folder: Path) -> dict[str, Any]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        file.relative_to(folder).as_posix(): {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "bytes": file.stat().st_size,
        }
        for file in files
    }
