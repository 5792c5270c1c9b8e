"""Write a snapshot: the same content gives the same bytes, and nothing is left half-written."""

import hashlib
import json
import re
import tempfile
from contextlib import suppress
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

from dxreview.records import DxError, file_error
from dxreview.snapshot.content import Content
from dxreview.snapshot.door import index_html
from dxreview.snapshot.pagedata import page_data
from dxreview.snapshot.tables import opinions, sheets, write_csv, write_xlsx
from dxreview.snapshot.verify import FORMAT, MANIFEST, read_manifest, sealed, verify


def freeze(content: Content, out: Path, *, numbered: bool = False) -> Path:
    """Write ``content`` as the snapshot folder ``out`` and return it. Where another one is there,
    it goes to out-2, out-3 … if ``numbered``; else in its place, but for one with names in place
    of one without, which is DxError. The same one is left as it is.

    Everything is written beside ``out`` first and put in place by renaming.
    """
    out = out if out.name else out.absolute()  # "." lies in itself
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
            new = Path(beside) / "new"
            made = _write(content, new)
            out = _free(out, made["id"]) if numbered else out
            held = _held(out)
            # A page without names must not come back with them at the same address.
            if held.get("names") == "roles" and made["names"] == "full":
                raise DxError("snapshot.other", folder=out, found=held["id"], made=made["id"])
            if held.get("seal") != made["seal"]:
                _put(new, out)
    except OSError as error:
        raise file_error(error, out) from error
    return out


def _free(out: Path, made: str) -> Path:
    """The first place for the snapshot ``made`` (an id) that is free or holds the same."""
    more = (out.with_name(f"{out.name}-{number}") for number in count(2))
    return next(place for place in chain([out], more) if _held(place).get("id", made) == made)


def _held(out: Path) -> dict[str, Any]:
    """The manifest of the snapshot in ``out``, empty where it is free; DxError on anything else."""
    if not out.exists() or not any(out.iterdir()):
        return {}
    with suppress(DxError):
        if not verify(out):
            return read_manifest(out)
    raise DxError("snapshot.occupied", folder=out)


def _put(new: Path, out: Path) -> None:
    """``new`` in place of ``out``, which comes back where that fails or is interrupted."""
    old = new.with_name("old")
    try:
        if out.exists():
            out.rename(old)
        new.rename(out)
    finally:
        if old.exists() and not out.exists():
            old.rename(out)


def _write(content: Content, folder: Path) -> dict[str, Any]:
    """Write the snapshot into a new folder; return its manifest."""
    for part in ("sources", "roadmaps", "frames", "downloads"):
        (folder / part).mkdir(parents=True)
    for name, source in content.sources.items():
        # As every system can hold it: a snapshot is carried about.
        file = folder / "sources" / re.sub(r'[\\:*?"<>|]', "_", f"{name.removesuffix('.txt')}.txt")
        while file.exists():  # a.pdf beside a.pdf.txt
            file = file.with_name(f"_{file.name}")
        file.write_bytes(source.text.encode())
    for name, raw in content.files.items():
        (folder / "roadmaps" / name).write_bytes(raw)
    for name, frame in content.frames().items():
        frame.to_parquet(folder / "frames" / f"{name}.parquet", index=False)
    page = page_data(content)
    kept = ("date", "names", "draft", "versions")
    manifest = {"format": FORMAT, "title": content.title} | {key: page[key] for key in kept}
    page["id"] = sealed(manifest | {"files": _hashes(folder)})["id"]
    data = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    (folder / "page.json").write_bytes(data.encode())
    (folder / "index.html").write_bytes(index_html(content.title, data).encode())
    created = datetime.fromisoformat(content.date)
    write_xlsx(sheets(content, page["id"]), folder / "downloads/dxreview.xlsx", created=created)
    write_csv(opinions(content), folder / "downloads/opinions.csv")
    manifest = sealed(manifest | {"files": _hashes(folder)})
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_bytes(text.encode())
    return manifest


def _hashes(folder: Path) -> dict[str, Any]:
    found = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        raw = file.read_bytes()
        said = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
        found[file.relative_to(folder).as_posix()] = said
    return found
