"""Roadmap files: read, checked, versioned.

A roadmap file is TOML. Head: ``id``, ``version`` (numbers, dots or hyphens between), ``ordered``
(a sequence of stages, or a plain list of themes or statuses), ``exclusive`` (one stage an opinion,
or several), ``title``, ``licence``, ``note`` (what is fact and what is ours) and ``source``
(``name``, and where there are any ``url``, a list, and ``date``). Then one ``[[stages]]`` table a
stage: ``id``, ``order``, ``label``, ``definition``, ``include``, ``exclude``, ``keywords``,
``example``, and, where a version changed a stage's id, ``was``: the ids it had before. Texts have
``ja`` and ``en``; keywords are the words to look for in Japanese minutes.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from dxreview.records import DxError

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
        raw = _read(path)
        _check(raw, _HEAD, path)
        for number, stage in enumerate(raw["stages"], start=1):
            _check(stage, _STAGE, path, f"stages[{number}]")
        _refuse_twice(raw["stages"], path)
        stages = (Stage(**stage) for stage in sorted(raw["stages"], key=lambda raw: raw["order"]))
        return cls(**raw | {"stages": tuple(stages)})

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id; raises DxError naming the ids there are."""
        found = {stage.id: stage for stage in self.stages}
        if stage_id not in found:
            facts = {"found": stage_id, "accepted": ", ".join(found)}
            raise DxError("roadmap.stage", roadmap=self.id, **facts)
        return found[stage_id]

    def label(self, stage_id: str, language: str = "ja") -> str:
        """A stage's name in one language."""
        return self.stage(stage_id).label[language]


class Roadmaps(dict[str, Roadmap]):
    """Roadmaps by id, the newest version of each; ``versions[id]`` has all, oldest first."""

    def __init__(self, roadmaps: Iterable[Roadmap]) -> None:
        self.versions: dict[str, tuple[Roadmap, ...]] = {}
        for roadmap in sorted(roadmaps, key=_age):
            self.versions[roadmap.id] = (*self.versions.get(roadmap.id, ()), roadmap)
        super().__init__({key: versions[-1] for key, versions in self.versions.items()})


def load_roadmaps(folder: Path | str) -> Roadmaps:
    """Every ``*.toml`` of a folder; raises DxError where two files hold one version of one id."""
    seen: dict[tuple[str, str], Path] = {}
    roadmaps = []
    for path in sorted(Path(folder).glob("*.toml")):
        roadmap = Roadmap.load(path)
        other = seen.setdefault((roadmap.id, roadmap.version), path)
        if other != path:
            facts = {"file": path, "other": other.name, "id": roadmap.id}
            raise DxError("roadmap.same_version", **facts, version=roadmap.version)
        roadmaps.append(roadmap)
    return Roadmaps(roadmaps)


class Change(NamedTuple):
    """What a newer version did to a stage: ``what`` is gone, renamed or split; ``now`` its ids."""

    what: str
    now: tuple[str, ...]


def changes(old: Roadmap, new: Roadmap) -> dict[str, Change]:
    """The stages of ``old`` whose tags need another look under ``new``, by id.

    split: several stages, or the same and another one, come from it; renamed: its id or its label
    is another one; gone: nothing comes from it. Nothing is re-mapped: a person decides.
    """
    found = {stage.id: _change(stage, new) for stage in old.stages}
    return {stage_id: change for stage_id, change in found.items() if change is not None}


def _change(stage: Stage, new: Roadmap) -> Change | None:
    heirs = tuple(heir for heir in new.stages if heir.id == stage.id or stage.id in heir.was)
    now = tuple(heir.id for heir in heirs)
    if len(heirs) > 1:
        return Change("split", now)
    if not heirs:
        return Change("gone", now)
    same = now == (stage.id,) and heirs[0].label == stage.label
    return None if same else Change("renamed", now)


def _age(roadmap: Roadmap) -> tuple[str, list[int]]:
    """2.10 is newer than 2.9."""
    return roadmap.id, [int(number) for number in re.findall(r"\d+", roadmap.version)]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DxError("roadmap.unreadable", file=path, found=error.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DxError("roadmap.not_toml", file=path, found=error) from None


def _is_str(value: Any, pattern: str = r"(?s).*\S.*") -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, dict) and set(value) == {"ja", "en"} and all(map(_is_str, value.values()))
    )


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_str, value))


def _is_source(value: Any) -> bool:
    rules = {"name": _is_str, "url": _is_strings, "date": _is_str}
    return isinstance(value, dict) and all(k in rules and rules[k](v) for k, v in value.items())


def _is_stages(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


# What a value must be, and how it is written.
_Rules = dict[str, tuple[Callable[[Any], bool], str]]
_ID = (lambda value: _is_str(value, "[A-Za-z][A-Za-z0-9_-]*"), '"a-z A-Z 0-9 _ -"')
_TEXT = (_is_text, '{ ja = "…", en = "…" }')
_BOOL = (lambda value: isinstance(value, bool), "true / false")
_LIST = (_is_strings, '["…", "…"]')
_HEAD: _Rules = {
    "id": _ID,
    "version": (lambda value: _is_str(value, r"\d+(?:[.-]\d+)*"), '"1.0", "2021-07"'),
    **{"ordered": _BOOL, "exclusive": _BOOL, "title": _TEXT, "note": _TEXT},
    "source": (_is_source, '{ name = "…", url = ["…"], date = "…" }'),
    "licence": (_is_str, '"…"'),
    "stages": (_is_stages, "[[stages]]"),
}
_STAGE: _Rules = {
    "id": _ID,
    "order": (lambda value: type(value) is int, "0, 1, 2, …"),
    **dict.fromkeys(("label", "definition", "include", "exclude", "example"), _TEXT),
    **{"keywords": _LIST, "was": _LIST},
}


def _check(raw: Mapping[str, Any], rules: _Rules, path: Path, place: str = "") -> None:
    """Unknown keys first: a misspelt key is then named as such and not as a missing one."""
    for key in sorted(raw.keys() - rules.keys()):
        there = f"{place} {key}".strip()
        raise DxError("roadmap.unknown_key", file=path, place=there, accepted=", ".join(rules))
    for key, (right, accepted) in rules.items():
        facts = {"file": path, "place": f"{place} {key}".strip(), "accepted": accepted}
        if key not in raw and key != "was":
            raise DxError("roadmap.missing_key", **facts)
        if key in raw and not right(raw[key]):
            raise DxError("roadmap.wrong_value", **facts, found=f"{raw[key]!r:.60}")


def _refuse_twice(stages: list[Mapping[str, Any]], path: Path) -> None:
    for key in ("id", "order"):
        first: dict[Any, int] = {}
        for number, stage in enumerate(stages, start=1):
            if first.setdefault(stage[key], number) != number:
                facts = {"found": stage[key], "first": first[stage[key]]}
                raise DxError("roadmap.twice", file=path, place=f"stages[{number}] {key}", **facts)
