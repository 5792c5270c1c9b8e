"""Folding for search: one key for the ways in which a word is written.

The rule, in this order, so that the page's JavaScript can say it too:

1. A character together with combining marks after it (ｶﾞ, か + U+3099) becomes one by NFKC; every
   other character becomes its own NFKC: ＤＸ → DX, ｻｰﾊﾞ → サーバ, ㈱ → (株), ～ → ~; but a number
   in a circle stays, as who looks for ① does not want every 1. The wave dash 〜 and its like
   become ~; hyphens and dashes become -; ヶ becomes ケ, ヵ becomes カ. Capitals become small.
2. Long vowels. Between katakana (or hiragana) ~ and - become ー (サ−バ → サーバ, すご〜い →
   すごーい), and several ー become one. At the end of a run of such letters, three or more of
   them before it, ー is dropped (サーバー → サーバ, ユーザー → ユーザ; but コピー, キー stay): the
   rule of JIS Z 8301 for loan words.
3. Blanks, line breaks too, become one blank.
4. Katakana becomes hiragana.

Not unified, because no rule can say it: 取組 and 取り組み, ボーリング and ボウリング, 霞が関 and
霞ケ関, and a long vowel before a compound's second word (サーバーラック, サーバラック).
"""

import re
import unicodedata

_MARK = re.compile(r"[\u0300-\u036f\u3099\u309a\uff9e\uff9f]")
_CLUSTER = re.compile(f".{_MARK.pattern}*", re.DOTALL)
_RUN = re.compile(r"ー+|[~-]+|\s+")
_SCRIPTS = [frozenset(map(chr, range(ord(a), ord(z) + 1))) for a, z in ("ァヺ", "ぁゖ")]
_SAME = dict.fromkeys("〜∼∿〰", "~") | dict.fromkeys("‐‑‒–—―−─⁃﹣", "-") | {"ヶ": "ケ", "ヵ": "カ"}
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_CIRCLED = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_WIDTH: dict[int, str] = {}  # step 1 for every character met so far


def fold_key(text: str) -> str:
    """The search key of a text: `fold_search` without the offsets, and faster."""
    if _MARK.search(text):
        text = _CLUSTER.sub(lambda match: _joined(match.group()), text)
    return _RUN.sub(_long, _wide(text)).translate(_HIRAGANA)


def fold_search(text: str) -> tuple[str, list[int]]:
    """The search key of a text, and where each of its characters comes from.

    ``offsets[i]`` is the place in ``text`` of the first character that key character ``i`` was made
    from; ``offsets[len(key)]`` is ``len(text)``. Places never fall.

    >>> fold_search("㈱ＤＸ")
    ('(株)dx', [0, 0, 0, 1, 2, 3])
    """
    wide, places = _wide(text), list(range(len(text)))
    if len(wide) > len(text) or _MARK.search(text):  # no character folds into nothing
        pieces = [(each.start(), _wide(_joined(each.group()))) for each in _CLUSTER.finditer(text)]
        wide = "".join(piece for _, piece in pieces)
        places = [start for start, piece in pieces for _ in piece]
    key, offsets, done = "", list[int](), 0
    for match in _RUN.finditer(wide):
        start, kept = match.start(), _long(match)
        key += wide[done:start] + kept
        offsets += places[done:start] + places[start : start + len(kept)]
        done = match.end()
    return (key + wide[done:]).translate(_HIRAGANA), [*offsets, *places[done:], len(text)]


def _joined(cluster: str) -> str:
    return cluster if cluster in _CIRCLED else unicodedata.normalize("NFKC", cluster)


def _wide(text: str) -> str:
    for char in set(text):
        if ord(char) not in _WIDTH:
            wide = _joined(_SAME.get(char, char)).lower()
            _WIDTH[ord(char)] = "".join(_SAME.get(each, each) for each in wide)
    return text.translate(_WIDTH)


def _long(match: re.Match[str]) -> str:
    """What a run of long vowels, of waves and hyphens, or of blanks becomes where it stands."""
    run, text, start, end = match.group(), match.string, match.start(), match.end()
    if run.isspace():
        return " "
    before, after = text[max(0, start - 3) : start], text[end : end + 1]
    for letters in _SCRIPTS:
        if before and (before[-1] in letters or before[-1] == "ー"):
            if after in letters:
                return "ー"
            if run[0] == "ー" and len(before) == 3 and not set(before) - letters - set("ー~-"):
                return ""
    return "ー" if run[0] == "ー" else run
