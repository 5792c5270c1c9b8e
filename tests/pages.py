"""Page data of any size, invented: what the page is tested and timed with."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

from dxreview.folding import fold_search
from dxreview.messages import LANGUAGES, section

SENTENCES = (
    "窓口の手続きは、住民の目線で見直すことが大切である。",
    "デジタルに慣れていない人が取り残されない工夫が要る。",
    "データの連携を前提に、仕組みの標準化を進めるべき。",
    "職員どうしが身近な事例を学び合える場を用意してほしい。",
    "外部から迎える人材が孤立しない体制づくりが必要である。",
    "目指す姿を先に描き、いまの取組がどこにあるかを示すこと。",
    "ＤＸは手段であり、目的ではない。",
)
ROADMAPS = {
    "steps": ("歩み", True, ["認識共有", "方針", "体制", "実行"]),
    "themes": ("主題", False, ["窓口", "標準化", "人材", "データ", "その他"]),
    "reflection": ("反映", False, ["反映", "一部反映", "参考", "未反映"]),
}
STATUS = {"untagged": "未評価", "tagged": "タグあり", "disagreed": "不一致",
          "none_applies": "該当なし", "settled": "確定", "withheld": "非公開"}  # fmt: skip
KIND = {"opinion": "意見", "question": "質問", "answer": "回答", "explanation": "説明"}


def page(n: int = 8, meetings: int = 1, seed: int = 1) -> dict[str, Any]:
    """page.json (the schema stands in `dxreview.snapshot.pagedata`) with ``n`` opinions."""
    dice = random.Random(seed)
    held = [_meeting(number) for number in range(meetings)]
    texts: dict[str, str] = {meeting["id"]: "" for meeting in held}
    opinions = []
    for order in range(n):
        meeting = held[order * meetings // n]["id"]
        text = "".join(dice.choices(SENTENCES, k=dice.randint(1, 5))) + f"（その{order + 1}）"
        start = len(texts[meeting]) + 1
        texts[meeting] += f"○{text}\n\n"
        opinions.append(_opinion(dice, meeting, order, text, start))
    return {
        "format": "dxreview-page/1", "id": "0123456789abcdef" * 4, "date": "2026-03-31",
        "draft": True, "names": "full", "blind": False, "title": _both("見本の検討会"),
        "versions": {},
        "n": {"opinions": n, "units": n, "reviewed": n, "meetings": meetings, "reviewers": 2},
        "messages": {lang: section("page", lang) for lang in LANGUAGES},
        "labels": {"status": _labels(STATUS), "kind": _labels(KIND),
                   "sheet": _labels({"tags": "タグ", "attendees": "出席者"})},
        "frames": {"attendees": {"columns": ["name", "role"], "rows": [["=甲", "座長"]]}},
        "meetings": held, "roadmaps": [_roadmap(*item) for item in ROADMAPS.items()],
        "opinions": opinions,
        "sources": {
            f"{key}.txt": {"text": text, "pages": [0, len(text) // 2]}
            for key, text in texts.items()
        },
        "agreement": [], "axes": _axes(opinions, meetings),
        "view": {"roadmap": "steps", "by": "themes"},
        "findings": [
            {"id": "most:steps", "text": _both("最も多いのは「体制」です。"),
             "show": {"roadmap": "steps", "stage": ["steps2"]}},
            {"id": "open", "text": _both("まだ評価していない意見があります。"),
             "show": {"roadmap": "steps", "status": ["untagged"]}},
        ],
        "credits": [{"text": _both("見本です。"), "url": None}],
    }  # fmt: skip


def snapshot(folder: Path, data: dict[str, Any]) -> Path:
    """A folder that the dashboard takes for a snapshot: page.json and its manifest."""
    raw = json.dumps(data, ensure_ascii=False).encode()
    manifest = {
        "format": "dxreview-snapshot/1", "date": data["date"],
        "files": {"page.json": {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}},
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.json").write_bytes(raw)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _both(text: str) -> dict[str, str]:
    return {"ja": text, "en": text}


def _labels(names: dict[str, str]) -> dict[str, dict[str, str]]:
    return {key: {"ja": name, "en": key} for key, name in names.items()}


def _meeting(number: int) -> dict[str, Any]:
    return {"id": f"m{number}", "title": f"見本の検討会（第{number + 1}回）",
            "source": f"m{number}.txt", "date": f"20{20 + number // 12}-{number % 12 + 1:02}-01",
            "pages": 2}  # fmt: skip


def _roadmap(key: str, said: tuple[str, bool, list[str]]) -> dict[str, Any]:
    title, ordered, stages = said
    return {"id": key, "version": "1.0", "title": _both(title), "ordered": ordered,
            "exclusive": key == "reflection",
            "stages": [{"id": f"{key}{at}", "label": {"ja": label, "en": f"{key} {at}"}}
                       for at, label in enumerate(stages)]}  # fmt: skip


def _opinion(
    dice: random.Random, meeting: str, order: int, text: str, start: int
) -> dict[str, Any]:
    tags, status, draft = {}, {}, {}
    for key, (_, _, stages) in ROADMAPS.items():
        status[key] = dice.choice(["tagged", "tagged", "settled", "none_applies", "untagged"])
        if status[key] in ("tagged", "settled"):
            count = 1 if key == "reflection" else dice.randint(1, 2)
            tags[key] = [f"{key}{at}" for at in sorted(dice.sample(range(len(stages)), count))]
            if status[key] == "tagged" and dice.random() < 0.3:
                draft[key] = tags[key][:1]
    return {"id": f"{meeting}-{order:08x}", "meeting": meeting, "order": order + 1,
            "section": dice.choice(["報告", "意見交換", None]),
            "kind": dice.choice(list(KIND)[:3]), "role": dice.choice(["委員", "事務局"]),
            "speaker": None, "reply_to": None, "text": text, "key": fold_search(text)[0],
            "page": 1 + (order % 2), "start": start, "end": start + len(text),
            "tags": tags, "status": status, "draft": draft}  # fmt: skip


def _axes(opinions: list[dict[str, Any]], meetings: int) -> list[dict[str, Any]]:
    names = ["meeting"] * (meetings > 1) + ["section", "kind", "role", *ROADMAPS]
    return [{"id": name, "label": _both(name), "values": []} for name in names]
