"""The frames: DESIGN's columns and types, whatever was loaded."""

from datetime import date

import pandas as pd
import pytest

import dxreview as dx
from dxreview import sources

COLUMNS = {
    "meetings": "meeting_id title series round kind held_on starts_at ends_at venue source "
    "source_sha256",
    "attendees": "meeting_id group name affiliation attendance page start end",
    "agenda": "meeting_id number title page start end",
    "materials": "meeting_id number presenter section page start end",
    "opinions": "opinion_id meeting_id order section kind speaker role reply_to text page start "
    "end",
    "report": "source page start end what text",
    "warnings": "source page start end code message",
}


@pytest.fixture(scope="module")
def loaded(first_minutes):
    return dx.load(first_minutes)


@pytest.mark.parametrize("frame", COLUMNS)
def test_columns_are_the_contract_in_its_order(loaded, frame):
    assert list(getattr(loaded, frame).columns) == COLUMNS[frame].split()


@pytest.mark.parametrize("frame", COLUMNS)
def test_an_empty_frame_has_the_same_types(loaded, frame):
    assert getattr(dx.load(), frame).dtypes.to_dict() == getattr(loaded, frame).dtypes.to_dict()


def test_the_meeting_has_its_date_and_times_in_japan(loaded):
    meeting = loaded.meetings.iloc[0]
    assert meeting["held_on"] == date(2020, 11, 2)
    assert str(meeting["starts_at"]) == "2020-11-02 16:00:00+09:00"
    assert str(meeting["ends_at"]) == "2020-11-02 18:00:00+09:00"


def test_missing_is_na_and_never_empty(loaded):
    texts = loaded.opinions.select_dtypes("string")
    assert loaded.opinions["reply_to"].iloc[0] is pd.NA
    assert not (texts == "").any().any()


def test_the_report_holds_every_character(loaded, first_minutes):
    source = sources.read(first_minutes)
    report = "".join(loaded.report["text"])
    assert "".join(report.split()) == "".join(source.text.split())


def test_the_only_path_that_is_named_must_exist(tmp_path):
    for missing in (tmp_path / "missing.txt", str(tmp_path / "no folder")):
        with pytest.raises(dx.DxError, match=r"missing\.txt|no folder") as told:
            dx.load(missing)
        assert ".docx" in told.value.sentence()


def test_one_missing_file_among_many_keeps_the_others(first_minutes, tmp_path):
    for found in (dx.load(first_minutes, tmp_path / "missing.txt"), dx.load([tmp_path / "no.txt"])):
        assert found.failures["code"].tolist() == ["source.missing"]
    assert len(dx.load([first_minutes, "missing.txt"]).meetings) == 1


@pytest.mark.parametrize("path", [3, None, [3]])
def test_what_is_no_path_is_told_in_one_sentence(path):
    with pytest.raises(dx.DxError, match=r"^[^\n]*(3|None)[^\n]*\.docx[^\n]*$"):
        dx.load(path)
