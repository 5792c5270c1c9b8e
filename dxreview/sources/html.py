"""HTML: what a reader of the page sees, line by line; navigation is marked as furniture.

A table row is one line with a tab between cells, a numbered list keeps its numbers, furigana go to
a line of their own. Nothing is fetched and no entity is expanded beyond HTML's own.
"""

import re

from lxml import etree

from dxreview.records import DxError
from dxreview.sources import Extract, Limits, printable
from dxreview.sources.lines import Lines
from dxreview.sources.text import decode, unix_lines

_DROPPED = {"script", "style", "template", "iframe", "object"}
_FURNITURE = {"title", "nav", "footer", "button", "select", "textarea", "label", "legend"} | {
    "datalist", "noscript"
}  # fmt: skip
_FURNITURE_ROLES = {"navigation", "button", "toolbar", "search", "menu", "menubar", "contentinfo"}
# What style sheets in common use keep from print or from sight, and what names navigation.
_FURNITURE_CLASSES = {
    "hidden-print", "d-print-none", "no-print", "noprint", "visually-hidden", "sr-only", "skip",
    "breadcrumb", "breadcrumbs", "pankuzu", "topicpath", "globalnavi", "gnavi", "footer",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font",
    "i", "img", "input", "ins", "kbd", "mark", "q", "rb", "rt", "rp", "rtc", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "label",
    "nobr",
}  # fmt: skip
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAP = re.compile(rf"(?<={_WIDE})[ \t]*\n[ \t\n]*(?={_WIDE})")
_TO_TOP = re.compile(r"(ページ|本文)の(先頭|トップ)|本文へ|スキップ")
_RUNNING_NUMBER = re.compile(r"\s*\d+\s*[:：]\s*")
_OWN_NUMBER = re.compile(r"\s*[（(]?[0-9０-９①-⑳一二三四五六七八九十]+[）).．、 　]|\s*[○〇◯◎●◆・]")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_SHIFT_JIS = {"shift_jis", "shift-jis", "x-sjis", "sjis", "windows-31j", "ms_kanji", "cp932"}


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The visible text of an HTML page; its title and navigation are furniture."""
    text = unix_lines(_decode(data, name))
    root = _parse(text, name)
    lines = Lines()
    if root is not None:
        _Walk(lines).walk(root)
    return _unless_all_furniture(lines.extract())


def _decode(data: bytes, name: str) -> str:
    """By the page's own declaration where it holds, else as plain text is read."""
    declared = _CHARSET.search(data, 0, 4096)
    encoding = declared.group(1).decode("ascii", "replace").lower() if declared else ""
    try:
        return data.decode("cp932" if encoding in _SHIFT_JIS else encoding or "x")
    except (LookupError, UnicodeError, ValueError):
        return decode(data, name)


def _parse(text: str, name: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    data = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    try:
        root: etree._Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if not text.strip() or "empty" in str(error):
            return None
        raise DxError("source.damaged", file=printable(name), found=str(error)) from None
    _refuse_cut(parser, name)
    return root


def _refuse_cut(parser: etree.HTMLParser, name: str) -> None:
    """libxml2 stops at its limits and keeps what it has; a text cut short is none."""
    for entry in parser.error_log:
        if entry.level_name == "FATAL":
            raise DxError("source.damaged", file=printable(name), found=entry.message)


class _Walk:
    """One pass over the tree, without recursion."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.furniture = 0
        self.dropped = 0
        self.preformatted = 0
        self.readings = 0

    def walk(self, root: etree._Element) -> None:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self.enter(element)
                self.say(element.text)
            else:
                self.leave(element)
                self.say(element.tail)

    def enter(self, element: etree._Element) -> None:
        tag = element.tag
        self.dropped += _is_dropped(tag)
        self.furniture += _is_furniture(element)
        self.preformatted += tag == "pre"
        self.readings += tag in ("rt", "rp")
        if tag == "br":
            self.lines.newline()
        elif tag in ("td", "th"):
            self.lines.open_cell()
        elif tag not in _INLINE and not self.dropped:
            self.open_block(element)

    def open_block(self, element: etree._Element) -> None:
        if element.tag == "tr":
            self.lines.open_row()
        else:
            self.lines.block()
        if element.tag == "li":
            self.number(element)

    def number(self, item: etree._Element) -> None:
        parent = item.getparent()
        if parent is None or parent.tag != "ol" or item.find(".//button") is not None:
            return
        if _OWN_NUMBER.match("".join(item.itertext())):
            return
        first = parent.get("start", "1")
        place = sum(1 for _ in item.itersiblings("li", preceding=True))
        start = int(first) if first.lstrip("-").isdecimal() and len(first) < 9 else 1
        self.lines.write(f"{start + place}. ", furniture=bool(self.furniture))

    def leave(self, element: etree._Element) -> None:
        tag = element.tag
        self.dropped -= _is_dropped(tag)
        self.furniture -= _is_furniture(element)
        self.preformatted -= tag == "pre"
        self.readings -= tag in ("rt", "rp")
        if tag == "tr":
            self.lines.close_row()
        elif tag not in _INLINE and tag not in ("br", "td", "th"):
            self.lines.end()

    def say(self, text: str | None) -> None:
        if not text or self.dropped:
            return
        if self.readings:
            self.lines.reading(text.strip())
        elif self.preformatted:
            self.verbatim(text)
        else:
            self.flow(text)

    def verbatim(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.lines.newline()
            if line:
                self.lines.write(line, furniture=bool(self.furniture))

    def flow(self, text: str) -> None:
        """Blanks run together; a line wrapped inside Japanese leaves none."""
        text = _BLANKS.sub(" ", _WRAP.sub("", text))
        if self.lines.opens_line(furniture=bool(self.furniture)):
            text = text.lstrip(" ")
        if text:
            self.lines.write(text, furniture=bool(self.furniture))


def _is_dropped(tag: str) -> bool:
    return tag in _DROPPED


def _is_furniture(element: etree._Element) -> bool:
    return (
        element.tag in _FURNITURE
        or element.get("role") in _FURNITURE_ROLES
        or not _FURNITURE_CLASSES.isdisjoint((element.get("class") or "").split())
        or (element.tag == "a" and bool(_TO_TOP.search(element.text or "")))
        or (not len(element) and bool(_RUNNING_NUMBER.fullmatch(element.text or "")))
    )


def _unless_all_furniture(found: Extract) -> Extract:
    """A page that is nothing but navigation is taken as written."""
    held = sum(span.end - span.start for span in found.furniture)
    visible = len(found.text.replace("\n", ""))
    return found if held < visible else Extract(found.text, found.pages, (), found.notes)
