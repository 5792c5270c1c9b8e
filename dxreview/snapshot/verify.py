"""Is a snapshot what was published? Every file against the manifest, the manifest against itself.

manifest.json: ``format``, ``id`` (the SHA-256 of what was published: sources, frames, roadmaps and
how they are shown), ``date``, ``names``, ``draft``, ``versions``, ``files`` ({path: {sha256,
bytes}}) and ``seal``, the SHA-256 of all the rest as canonical JSON.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dxreview.records import DxError

FORMAT = "dxreview-snapshot/1"
MANIFEST = "manifest.json"
CONTENT = ("sources/", "frames/", "roadmaps/")
Manifest = dict[str, Any]


def verify(path: Path | str) -> list[DxError]:
    """What is wrong with the snapshot at ``path``, one sentence each; empty where nothing is.

    Finds a changed, a missing and an added file and a changed manifest. Raises DxError where there
    is no readable manifest.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    problems = [
        DxError(f"snapshot.{key}", file=folder / name)
        for key, name in (*_manifest(manifest), *_files(folder, manifest))
    ]
    return sorted(problems, key=lambda problem: str(problem.facts["file"]))


def load_page(path: Path | str) -> dict[str, Any]:
    """The page's data of the snapshot at ``path``; raises DxError where it was changed."""
    folder = Path(path)
    said = read_manifest(folder)["files"].get("page.json", {})
    try:
        raw = (folder / "page.json").read_bytes()
    except OSError:
        raise DxError("snapshot.missing", file=folder / "page.json") from None
    if hashlib.sha256(raw).hexdigest() != said.get("sha256"):
        raise DxError("snapshot.changed", file=folder / "page.json")
    page: dict[str, Any] = json.loads(raw)
    return page


def read_manifest(folder: Path) -> Manifest:
    """The manifest; raises DxError where it is missing, unreadable or of another format."""
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise DxError("snapshot.no_manifest", file=file) from None
    except ValueError:
        raise DxError("snapshot.not_json", file=file) from None
    form = manifest.get("format") if isinstance(manifest, dict) else None
    if form != FORMAT:
        raise DxError("snapshot.format", file=file, found=form, accepted=FORMAT)
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(_is_hash(said) for said in files.values()):
        raise DxError("snapshot.not_json", file=file)
    return dict(manifest)


def seal(manifest: Manifest) -> str:
    """The hash of a manifest without its own seal."""
    return digest({key: value for key, value in manifest.items() if key != "seal"})


def content_id(manifest: Manifest) -> str:
    """The hash of what was published; the page, which shows it, is left out."""
    files = {
        name: file["sha256"] for name, file in manifest["files"].items() if name.startswith(CONTENT)
    }
    shown = {key: manifest[key] for key in ("format", "date", "names", "draft", "title")}
    return digest(shown | {"files": files})


def digest(value: object) -> str:
    """The SHA-256 of a value's canonical JSON."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(manifest: Manifest) -> Iterator[tuple[str, str]]:
    try:
        right = (seal(manifest), content_id(manifest))
    except (KeyError, TypeError):
        right = ("", "")
    if (manifest.get("seal"), manifest.get("id")) != right:
        yield "manifest_changed", MANIFEST


def _files(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    here = folder.resolve()
    for name, said in manifest["files"].items():
        file = folder / name
        # Neither a path that leads elsewhere on any system nor a link is followed.
        if set(name) & set("\\:\0") or here.joinpath(*name.split("/")) != file.resolve():
            yield "outside", name
        elif not file.is_file():
            yield "missing", name
        elif hashlib.sha256(file.read_bytes()).hexdigest() != said["sha256"]:
            yield "changed", name
    known = {MANIFEST, *manifest["files"]}
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if name not in known and (file.is_symlink() or not file.is_dir()):
            yield "added", name


def _is_hash(said: object) -> bool:
    return isinstance(said, dict) and isinstance(said.get("sha256"), str)
