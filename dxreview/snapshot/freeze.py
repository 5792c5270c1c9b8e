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
from dxreview.snapshot.verify import FORMAT, MANIFEST, sealed, verify


def freeze(content: Content, out: Path) -> Path:
    """Write ``content`` as the snapshot folder ``out``; a snapshot there is replaced.

    Everything is written beside ``out`` first and put in place by renaming.
    """
    try:
        if out.exists() and any(out.iterdir()) and not _is_sound(out):
            raise DxError("snapshot.occupied", folder=out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
            new, old = Path(beside) / "new", Path(beside) / "old"
            _write(content, new)
            if out.exists():
                out.rename(old)
            try:
                new.rename(out)
            except OSError:
                if old.exists():
                    old.rename(out)
                raise
    except OSError as error:
        raise DxError("snapshot.unwritable", folder=out, found=error.strerror) from error
    return out


def _is_sound(out: Path) -> bool:
    try:
        return not verify(out)
    except DxError:
        return False


def _write(content: Content, folder: Path) -> None:
    page = page_data(content)
    for name, source in content.sources.items():
        _put(folder / source_file(name), source.text.encode())
    for name, raw in content.files.items():
        _put(folder / "roadmaps" / name, raw)
    (folder / "frames").mkdir()
    for name, frame in content.frames().items():
        frame.to_parquet(folder / "frames" / f"{name}.parquet", index=False)
    kept = ("date", "names", "draft", "versions")
    manifest = {"format": FORMAT, "title": content.title} | {key: page[key] for key in kept}
    page["id"] = sealed(manifest | {"files": _hashes(folder)})["id"]
    data = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    _put(folder / "page.json", data.encode())
    _put(folder / "index.html", index_html(content.title, data).encode())
    downloads = folder / "downloads"
    downloads.mkdir()
    created = datetime.fromisoformat(content.date)
    write_xlsx(sheets(content, page["id"]), downloads / "dxreview.xlsx", created=created)
    write_csv(opinions(content), downloads / "opinions.csv")
    manifest = sealed(manifest | {"files": _hashes(folder)})
    _put(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())


def _put(file: Path, raw: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(raw)


def _hashes(folder: Path) -> dict[str, Any]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    raw = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    return {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in raw.items()
    }
