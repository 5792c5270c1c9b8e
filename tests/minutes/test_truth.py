"""Public minutes outside of the repository, as counted by reading."""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dxreview.minutes import parse
from dxreview.sources import read
from dxreview.text import fold_identity

BESIDE = Path(__file__).parents[3] / "shared" / "minutes"
FOLDER = Path(os.environ.get("DXREVIEW_TRUTH", BESIDE))
TRUTH = FOLDER / "truth.json"
ENTRIES = json.loads(TRUTH.read_text(encoding="utf-8")) if TRUTH.exists() else []
CASES = [(entry, name) for entry in ENTRIES for name in entry["files"]]
pytestmark = pytest.mark.skipif(not CASES, reason="the public minutes are not beside the checkout")


@pytest.mark.parametrize(("wanted", "name"), CASES, ids=[name for _, name in CASES])
def test_as_counted_by_reading(wanted, name):
    minutes = parse(read(FOLDER / name))
    if wanted["turns"] is not None:
        assert len(minutes.opinions) == wanted["turns"]
    held_on = date.fromisoformat(wanted["date"]) if wanted["date"] else None
    assert minutes.meetings[0].held_on == held_on
    present = Counter(p.group for p in minutes.attendees if p.attendance != "absent")
    # What the minutes print no heading for, the reader named; here it has no group.
    assert sorted(present.values()) == sorted((wanted["present"] or {}).values())
    assert {group for group in present if group} <= set(wanted["present"] or {})
    absent = [p.name for p in minutes.attendees if p.attendance == "absent"]
    assert sorted(map(fold_identity, absent)) == sorted(wanted["absent"])


@pytest.mark.parametrize("files", [each["files"] for each in ENTRIES if len(each["files"]) > 1])
def test_the_same_is_said_in_text_and_in_html(files):
    first, *others = ([unit.text for unit in parse(read(FOLDER / name)).opinions] for name in files)
    assert others == [first] * len(others)
