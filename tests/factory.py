"""Seeded made-up contents of any size, for tests and benches of what is published.

``python -m tests.factory OUT [OPINIONS]`` publishes one, for a look in the browser.
"""

import hashlib
import random
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa

from dxreview.corpus import load
from dxreview.records import SourceText
from dxreview.roadmap import Roadmap
from dxreview.snapshot.content import FRAMES, Content, counted

ROADMAPS = Path(__file__).resolve().parents[1] / "data" / "roadmaps"
IDS = ("soumu-steps", "soumu-plan", "dx-maturity", "reflection")
PEOPLE = {
    "青葉 健": "座長", "若林 春子": "構成員", "泉 三郎": "構成員", "太白夏美": "構成員",
    "宮城野 四郎": "構成員", "利府 五月": "構成員", "北 六花": "事務局",
    "多賀 七海": "オブザーバー",
}  # fmt: skip
SECTIONS = ("意見交換", "質疑応答", "主な意見")
KINDS = ("opinion", "opinion", "question", "answer", "speech")
SUBJECTS = (
    "職員の意識を変える研修", "データの連携", "ＤＸを進める体制", "高齢の方が使える窓口",
    "情報システムの標準化", "都道府県の支援", "外部の人材", "オンラインの申請", "全体の工程表",
    "ＡＩやＲＰＡの利用", "マイナンバーカード", "庁内のサーバー",
)  # fmt: skip
CLAIMS = (
    "は、住民の目線から考えることが大切である", "には、予算と期限を先に示してほしい",
    "は、小さな町村だけでは難しい", "を、隣の自治体と一緒に進める仕組みがあるとよい",
    "については、手段と目的を取り違えないように進めるべきだ",
    "は、成果を数字で確かめながら見直すべき",
    "の例を、職員どうしで聞き合う場が必要", "は、若手にも任せてほしい",
)  # fmt: skip
TEXT = pd.StringDtype("pyarrow", na_value=pd.NA)
TIME = "datetime64[us, Asia/Tokyo]"
TYPES = dict.fromkeys(("round", "page", "start", "end", "order", "n"), "Int64") | {
    "held_on": pd.ArrowDtype(pa.date32()), "starts_at": TIME, "ends_at": TIME,
}  # fmt: skip
LAST_DAY = "2022-03-31"


def content(
    opinions: int = 60, *, seed: int = 1, reviewers: int = 3, blind: bool = False
) -> Content:
    """A content with about fifty opinions a meeting, tagged by ``reviewers`` made-up people."""
    dice = random.Random(seed)
    meetings = [_meeting(number, dice) for number in range(1, max(2, -(-opinions // 50)) + 1)]
    rows, sources = [], {}
    for number, meeting in enumerate(meetings):
        share = opinions // len(meetings) + (number < opinions % len(meetings))
        source, found = _minutes(meeting, share, dice)
        sources[source.name] = source
        rows += found
        meeting["source_sha256"] = source.sha256
    roadmaps = tuple(Roadmap.load(ROADMAPS / f"{name}.toml") for name in IDS)
    frame = _frame(rows)
    choices, decisions = reviews(frame, roadmaps, dice, reviewers)
    return Content(
        title="見本の検討会の意見", date=LAST_DAY, meetings=_frame(meetings),
        attendees=_frame(_attendees(meetings)), agenda=_frame(_agenda(meetings)),
        materials=_frame(_materials(meetings)), opinions=frame,
        decisions=counted(choices, decisions, roadmaps=roadmaps, blind=blind),
        agreement=_frame([{"roadmap": name, "stage": None, "n": len(frame)} for name in IDS]),
        spans=pd.DataFrame(columns=["source", "start", "end", "what"]),
        sources=sources, roadmaps=roadmaps, reviewers=reviewers, blind=blind,
        files={f"{name}.toml": (ROADMAPS / f"{name}.toml").read_bytes() for name in IDS},
    )  # fmt: skip


def parsed(*texts: str) -> Content:
    """A content of minutes with these texts, read as the loader reads them."""
    with TemporaryDirectory() as place:
        for number, text in enumerate(texts):
            (Path(place) / f"yomi-{number}.txt").write_bytes(text.encode())
        corpus = load(place)
        sources = {name: corpus.source(name) for name in corpus.meetings["source"]}
    made = content(4)
    choices, decisions = reviews(corpus.opinions, made.roadmaps, random.Random(1), 2)
    return replace(
        made,
        **{name: getattr(corpus, name) for name in FRAMES},
        decisions=counted(choices, decisions, roadmaps=made.roadmaps, blind=False),
        sources=sources,
        spans=corpus.spans,
    )


def reviews(
    opinions: pd.DataFrame, roadmaps: tuple[Roadmap, ...], dice: random.Random, reviewers: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choices and decisions as a store gives them: settled, untagged, contested …"""
    choices, decisions = [], []
    for opinion in opinions["opinion_id"]:
        for roadmap in roadmaps:
            ids = [stage.id for stage in roadmap.stages]
            likely = dice.choice(ids)
            sets = [
                _choice(ids, likely, roadmap.exclusive, dice)
                for _ in range(dice.choice([0, *range(1, reviewers + 1), reviewers]))
            ]
            choices += [
                (opinion, roadmap.id, f"見本の評価者{who}", chosen)
                for who, chosen in enumerate(sets)
            ]
            settled = bool(sets) and dice.random() < 0.1
            every = tuple(sorted(set().union(*sets)))
            status = "settled" if settled else _status(sets)
            stages, reason = ((likely,), "会議の場で確かめた。") if settled else (every, None)
            decisions.append((opinion, roadmap.id, status, stages, len(sets), reason))
    columns = ["opinion_id", "roadmap", "status", "stages", "reviewers", "reason"]
    return (
        pd.DataFrame(choices, columns=["opinion_id", "roadmap", "reviewer", "stages"]),
        pd.DataFrame(decisions, columns=columns).astype({"reviewers": "Int64", "reason": "str"}),
    )


def _choice(ids: list[str], likely: str, exclusive: bool, dice: random.Random) -> tuple[str, ...]:
    if dice.random() < 0.1:
        return ()
    first = likely if dice.random() < 0.7 else dice.choice(ids)
    both = {first} if exclusive or dice.random() < 0.7 else {first, dice.choice(ids)}
    return tuple(sorted(both))


def _status(sets: list[tuple[str, ...]]) -> str:
    if not sets:
        return "untagged"
    if len(set(sets)) > 1:
        return "disagreed"
    return "tagged" if sets[0] else "none_applies"


def _meeting(number: int, dice: random.Random) -> dict[str, object]:
    day = date(2021, 1, 12) + timedelta(days=7 * number)
    starts_at = pd.Timestamp(day.isoformat() + " 14:00", tz="Asia/Tokyo")
    return {
        "meeting_id": f"mihon-{number:03}", "title": f"見本の検討会（第{number}回） 議事概要",
        "series": "見本の検討会", "round": number, "kind": "議事概要", "held_on": day,
        "starts_at": starts_at, "ends_at": starts_at + pd.Timedelta(hours=2),
        "venue": "見本会館 ３階", "source": f"mihon-{number:03}.txt", "source_sha256": "",
    }  # fmt: skip


def _minutes(
    meeting: dict[str, object], count: int, dice: random.Random
) -> tuple[SourceText, list[dict[str, object]]]:
    """A source text, and its opinions with their places in it."""
    text = f"{meeting['title']}\n\n○出席者：\n"
    text += "".join(f"{role}　{name}\n" for name, role in PEOPLE.items())
    pages, rows, said = [0], [], ""
    for order in range(1, count + 1):
        if order % 12 == 0:
            pages.append(len(text))
        speaker, role = dice.choice(list(PEOPLE.items()))
        mark = f"○{speaker.split()[0]}{role}　"
        said = "。".join(
            dice.choice(SUBJECTS) + dice.choice(CLAIMS) for _ in range(dice.choice([1, 2, 3]))
        )
        said += f"。{dice.choice(list(PEOPLE))}さんの話にもあった。" if order % 17 == 0 else "。"
        start = len(text)
        text += f"{mark}{said}\n"
        kind = "explanation" if role == "事務局" and order % 3 == 0 else dice.choice(KINDS)
        rows.append({
            "opinion_id": f"{meeting['meeting_id']}-{order:08x}",
            "meeting_id": meeting["meeting_id"], "order": order,
            "section": SECTIONS[order * len(SECTIONS) // (count + 1)], "kind": kind,
            "speaker": speaker, "role": role, "reply_to": None, "text": said, "page": len(pages),
            "start": start, "end": len(text) - 1,
        })  # fmt: skip
    raw = text.encode()
    digest = hashlib.sha256(raw).hexdigest()
    return SourceText(str(meeting["source"]), text, digest, tuple(pages)), rows


def _attendees(meetings: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"meeting_id": meeting["meeting_id"], "group": role, "name": name,
         "affiliation": f"見本市{role}担当", "attendance": "present", "page": 1,
         "start": 30 + 12 * place, "end": 36 + 12 * place}
        for meeting in meetings
        for place, (name, role) in enumerate(PEOPLE.items())
    ]  # fmt: skip


def _agenda(meetings: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"meeting_id": meeting["meeting_id"], "number": "1", "title": "意見交換", "page": 1,
         "start": 0, "end": 4}
        for meeting in meetings
    ]  # fmt: skip


def _materials(meetings: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"meeting_id": meeting["meeting_id"], "number": "1", "presenter": "北 六花",
         "section": "意見交換", "page": 1, "start": 0, "end": 4}
        for meeting in meetings
    ]  # fmt: skip


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """A frame with the column types that `dxreview.corpus` gives."""
    frame = pd.DataFrame(rows)
    return frame.astype({name: TYPES.get(name, TEXT) for name in frame})


if __name__ == "__main__":
    from dxreview.snapshot.freeze import freeze

    made = content(int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
    print(datetime.now(UTC).isoformat(), freeze(made, Path(sys.argv[1])))
