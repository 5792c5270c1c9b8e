"""Every sentence that a person reads, in Japanese and English.

The sentences stand in ``ja.toml`` and ``en.toml`` beside this file, under the same keys; the names
in braces are filled in by the caller.
"""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ja", "en")


def language() -> str:
    """The language of the surroundings: ``$DXREVIEW_LANG``, else English where the locale (POSIX:
    ``$LC_ALL``, ``$LC_MESSAGES``, ``$LANG``) is English, else Japanese."""
    told = filter(None, map(os.environ.get, ("DXREVIEW_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))
    return "en" if next(told, "").lower().startswith("en") else "ja"


@cache
def table(lang: str) -> dict[str, Any]:
    """All sentences of one language, nested by section as in its file."""
    return tomllib.loads(Path(__file__).with_name(f"{lang}.toml").read_text(encoding="utf-8"))


def section(name: str, lang: str) -> dict[str, Any]:
    """The sentences of one section: what a page takes along to switch language live."""
    held = table(lang)
    for part in name.split("."):
        held = held[part]
    return held


def say(key: str, /, *, lang: str | None = None, **facts: object) -> str:
    """The sentence under ``key`` ("section.name") in ``lang`` (default: `language`), filled in.

    Raises KeyError where the key or one of its facts is missing: a fault of ours, not of the user.
    """
    name, _, last = key.rpartition(".")
    sentence: str = section(name, lang or language())[last]
    return sentence.format_map(facts)
