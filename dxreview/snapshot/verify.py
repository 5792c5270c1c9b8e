"""Is a snapshot what was published? Every file against the manifest, the manifest against itself.

manifest.json: ``format``, ``title``, ``date``, ``names``, ``draft``, ``versions``, ``files`` (by
path, each with ``sha256`` and ``bytes``), ``id`` (the SHA-256 of all that, of the files only those
of sources, frames and roadmaps: the page and the downloads show it) and ``seal`` (of all the rest).
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dxreview.messages import say
from dxreview.records import DxError

FORMAT = "dxreview-snapshot/1"
MANIFEST = "manifest.json"
CONTENT = ("sources/", "frames/", "roadmaps/")


def verify(path: Path | str) -> list[DxError]:
    """What is wrong with the snapshot at ``path``, one sentence each; empty where nothing is.

    Finds a changed, a missing and an added file and a changed manifest. Raises DxError where there
    is no readable manifest.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    found = dict(_files(folder, manifest["files"]))
    if sealed(manifest) != manifest:
        found[MANIFEST] = "manifest_changed"
    return [DxError(f"snapshot.{found[name]}", file=folder / name) for name in sorted(found)]


def told(folder: Path, lang: str | None = None) -> str:
    """Where a snapshot was published, and that one of the same day stays."""
    facts = {"folder": folder, "file": folder / "index.html", **read_manifest(folder)}
    said, before = say("publish.done", lang=lang, **facts), folder.with_name(facts["date"])
    if not folder.name.startswith(f"{before.name}-") or not before.exists():
        return said
    return f"{said}\n{say('publish.kept', lang=lang, folder=before)}"


def load_page(path: Path | str) -> dict[str, Any]:
    """The page's data of the snapshot at ``path``; raises DxError where it was changed."""
    file = Path(path) / "page.json"
    said = read_manifest(Path(path))["files"].get("page.json", {})
    raw = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(raw).hexdigest() != said.get("sha256"):
        raise DxError("snapshot.changed" if raw else "snapshot.missing", file=file)
    page: dict[str, Any] = json.loads(raw)
    return page


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest; raises DxError where it is missing, unreadable or of another format."""
    file = folder / MANIFEST
    try:
        manifest = dict(json.loads(file.read_text(encoding="utf-8")))
        hashes = [said["sha256"] for said in dict(manifest.get("files", ())).values()]
    except OSError:
        raise DxError("snapshot.no_manifest", file=file) from None
    except (ValueError, TypeError, KeyError):
        raise DxError("snapshot.not_json", file=file) from None
    if manifest.get("format") != FORMAT or not hashes:
        raise DxError("snapshot.format", file=file, found=manifest.get("format"), accepted=FORMAT)
    return manifest


def sealed(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with the id and the seal that its rest gives."""
    rest = {key: value for key, value in manifest.items() if key not in ("id", "seal")}
    files = {name: said for name, said in rest["files"].items() if name.startswith(CONTENT)}
    rest["id"] = _digest(rest | {"files": files})
    return rest | {"seal": _digest(rest)}


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _files(folder: Path, files: dict[str, Any]) -> Iterator[tuple[str, str]]:
    here = folder.resolve()
    for name, said in files.items():
        file = folder / name
        # Neither a path that leads elsewhere on any system nor a link is followed.
        if set(name) & set("\\:\0") or here.joinpath(*name.split("/")) != file.resolve():
            yield name, "outside"
        elif not file.is_file():
            yield name, "missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != said["sha256"]:
            yield name, "changed"
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if name not in (MANIFEST, *files) and (file.is_symlink() or not file.is_dir()):
            yield name, "added"
