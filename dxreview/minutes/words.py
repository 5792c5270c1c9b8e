"""The words and patterns of ``grammar.toml``: to look up, and compiled."""

import re
import tomllib
from pathlib import Path

TABLE = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text(encoding="utf-8"))
_LISTS: dict[str, str] = {
    name: listed
    for part in ("headings", "people", "body", "absence", "title")
    for name, listed in TABLE[part].items()
}


def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_LISTS[name].split())


def by_length(name: str) -> list[str]:
    """The words of a list, the longest first."""
    return sorted(words(name), key=lambda word: (-len(word), word))


def pattern(name: str) -> re.Pattern[str]:
    """A pattern by its name, or one that finds any word of a list."""
    return compiled(f"%{name}%")


def table(part: str) -> list[tuple[str, re.Pattern[str]]]:
    """The patterns of a part (marked, unmarked, …), in order."""
    return [(name, compiled(text)) for name, text in TABLE[part].items()]


def compiled(text: str) -> re.Pattern[str]:
    return re.compile(_expanded(text), re.VERBOSE)


def _expanded(text: str) -> str:
    return re.sub(r"%(\w+)%", lambda found: f"(?:{_named(found[1])})", text)


def _named(name: str) -> str:
    if name in TABLE["patterns"]:
        return _expanded(TABLE["patterns"][name])
    return "|".join(map(re.escape, by_length(name)))
