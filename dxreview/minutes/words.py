"""The vocabulary of ``words.toml``: words for look-up, and alternations for patterns."""

import re
import tomllib
from importlib.resources import files

_TABLE = tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))


def words(key: str) -> list[str]:
    """The words under ``key`` ("people.roles")."""
    section, name = key.split(".")
    listed: str = _TABLE[section][name]
    return listed.split()


def either(key: str) -> str:
    """An alternation of the words under ``key``, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words(key), key=len, reverse=True))


def headings() -> dict[str, str]:
    """The kind of part that each heading opens."""
    return {word: kind for kind, listed in _TABLE["headings"].items() for word in listed.split()}
