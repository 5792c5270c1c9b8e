"""Roadmap files: read, checked, versioned.

A roadmap file is TOML: ``id``, ``version`` (numbers, dots or hyphens between), ``ordered`` (a
sequence of stages, or a plain list), ``exclusive`` (one stage an opinion, or several), ``title``,
``licence``, ``note`` (what is fact and what is ours), ``source`` (``name``, and where there are any
``url``, a list, and ``date``); then ``[[stages]]``: ``id``, ``order``, ``label``, ``definition``,
``include``, ``exclude``, ``keywords`` (to look for in Japanese minutes), ``example``, and, where a
version changed a stage's id, ``was``: the ids it had before. Texts have ``ja`` and ``en``.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from dxreview.records import DxError, read_toml

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry of a roadmap. Texts are ``{"ja": …, "en": …}``."""

    id: str
    order: int
    label: Text
    definition: Text
    include: Text
    exclude: Text
    keywords: list[str]
    example: Text
    was: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Roadmap:
    """One version of a roadmap; ``stages`` are in order."""

    id: str
    version: str
    ordered: bool
    exclusive: bool
    title: Text
    source: Mapping[str, Any]
    licence: str
    note: Text
    stages: tuple[Stage, ...]

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a roadmap file; raises DxError (file, place, found, accepted) where it is wrong."""
        path = Path(path)
        raw = read_toml(path)
        _check(raw, _FILE, path)
        _refuse_twice(raw["stages"], path)
        stages = (Stage(**stage) for stage in sorted(raw["stages"], key=lambda raw: raw["order"]))
        return cls(**raw | {"stages": tuple(stages)})

    def labels(self, lang: str) -> dict[str, str]:
        """What the stages are called, by their ids, in order."""
        return {stage.id: stage.label[lang] for stage in self.stages}

    def in_order(self, stages: Iterable[str]) -> list[str]:
        """Ids of stages in the roadmap's order; those it no longer has come last."""
        place = {stage.id: i for i, stage in enumerate(self.stages)}
        return sorted(stages, key=lambda stage: (place.get(stage, len(place)), stage))


class Roadmaps(dict[str, Roadmap]):
    """Roadmaps by id, the newest version of each; ``versions[id]`` has all, oldest first."""

    def __init__(self, roadmaps: Iterable[Roadmap]) -> None:
        self.versions: dict[str, tuple[Roadmap, ...]] = {}
        for roadmap in sorted(roadmaps, key=_age):
            self.versions[roadmap.id] = (*self.versions.get(roadmap.id, ()), roadmap)
        super().__init__({key: versions[-1] for key, versions in self.versions.items()})

    def change(
        self, roadmap: str, version: str | None, stage: str
    ) -> tuple[str, tuple[str, ...]] | None:
        """Why a tag of an earlier version needs another look, and the stages that come from its
        own; None where it does not. Nothing is re-mapped: a person decides.

        split: several stages, or the same and another one, come from it; renamed: its id or its
        label is another one; gone: nothing comes from it. The label is compared where the earlier
        version is still here.
        """
        present = self.get(roadmap)
        if present is None or version in (None, present.version):
            return None
        olds = (old.stages for old in self.versions[roadmap] if old.version == version)
        labels = [old.label for stages in olds for old in stages if old.id == stage]
        heirs = [heir for heir in present.stages if heir.id == stage or stage in heir.was]
        if [heir.id for heir in heirs] == [stage] and labels in ([], [heirs[0].label]):
            return None
        what = "split" if len(heirs) > 1 else "renamed" if heirs else "gone"
        return what, tuple(heir.id for heir in heirs)


def load_roadmaps(folder: Path | str) -> Roadmaps:
    """Every ``*.toml`` of a folder; raises DxError where two files hold one version of one id."""
    found: dict[tuple[str, str], tuple[Path, Roadmap]] = {}
    for path in sorted(Path(folder).glob("*.toml")):
        roadmap = Roadmap.load(path)
        other, _ = found.setdefault((roadmap.id, roadmap.version), (path, roadmap))
        if other != path:
            facts = {"file": path, "other": other.name, "version": roadmap.version}
            raise DxError("roadmap.same_version", id=roadmap.id, **facts)
    return Roadmaps(roadmap for _, roadmap in found.values())


def _age(roadmap: Roadmap) -> tuple[str, list[int]]:
    """2.10 is newer than 2.9."""
    return roadmap.id, [int(number) for number in re.findall(r"\d+", roadmap.version)]


# What a file looks like: every value has the kind of the one here.
_TEXT = {"ja": "…", "en": "…"}
_STAGE = {
    **{"id": "step0", "order": 0},
    **dict.fromkeys(("label", "definition", "include", "exclude"), _TEXT),
    **{"keywords": ["…"], "example": _TEXT, "was": ["…"]},
}
_FILE = {
    **{"id": "soumu-steps", "version": "2021.1", "ordered": True, "exclusive": False},
    **{"title": _TEXT, "note": _TEXT, "licence": "…"},
    "source": {"name": "…", "url": ["…"], "date": "…"},
    "stages": [_STAGE],
}
_OPTIONAL = {"was", "url", "date"}
_PATTERNS = {"id": "[A-Za-z][A-Za-z0-9_-]*", "version": r"\d+([.-]\d+)*"}


def _check(value: Any, example: Any, path: Path, place: str = "", key: str = "") -> None:
    """Unknown keys first: a misspelt key is then named as such and not as a missing one."""
    right = _PATTERNS.get(key, r"(?s).*\S.*") if isinstance(example, str) else "(?s).*"
    if type(value) is not type(example) or not re.fullmatch(right, str(value)):
        facts = {"found": f"{value!r:.60}", "accepted": _written(example)}
        raise DxError("roadmap.wrong_value", file=path, place=place, **facts)
    if isinstance(example, list):
        for number, each in enumerate(value, start=1):
            _check(each, example[0], path, f"{place}[{number}]")
    elif isinstance(example, dict):
        for name in (*sorted(value.keys() - example.keys()), *example):
            where = {"file": path, "place": f"{place} {name}".strip()}
            if name not in example:
                raise DxError("roadmap.unknown_key", **where, accepted=", ".join(example))
            if name in value:
                _check(value[name], example[name], path, str(where["place"]), name)
            elif name not in _OPTIONAL:
                raise DxError("roadmap.missing_key", **where, accepted=_written(example[name]))


def _written(example: Any) -> str:
    if isinstance(example, dict):
        return "{" + ", ".join(f"{key} = {_written(value)}" for key, value in example.items()) + "}"
    return "[[stages]]" if example == [_STAGE] else json.dumps(example, ensure_ascii=False)


def _refuse_twice(stages: list[Mapping[str, Any]], path: Path) -> None:
    for key in ("id", "order"):
        values = [stage[key] for stage in stages]
        for number, value in enumerate(values, start=1):
            if (first := values.index(value) + 1) < number:
                facts = {"place": f"stages[{number}] {key}", "found": value, "first": first}
                raise DxError("roadmap.twice", file=path, **facts)
