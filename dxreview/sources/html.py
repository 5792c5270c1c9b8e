"""HTML: what a reader of the page sees, line by line; navigation is marked as furniture.

A table row is one line with a tab between cells, a numbered list keeps its numbers, furigana go to
a line of their own. Nothing is fetched and no entity is expanded beyond HTML's own.
"""

import re
from itertools import islice
from typing import Any

from lxml import etree

from dxreview.records import DxError
from dxreview.sources import Extract, Limits, printable, unix_lines
from dxreview.sources.lines import Lines
from dxreview.sources.numbering import whole, written
from dxreview.sources.text import decode


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_DROPPED = _names("script style template iframe object")
_FURNITURE = _names("title nav footer button select textarea label legend datalist noscript")
_FURNITURE_ROLES = _names("navigation button toolbar search menu menubar contentinfo")
# What style sheets in common use keep from print or from sight, and what names navigation.
_FURNITURE_CLASSES = _names(
    "hidden-print d-print-none no-print noprint visually-hidden sr-only skip footer"
    " breadcrumb breadcrumbs pankuzu topicpath globalnavi gnavi"
)
_HOW = {"pre": "pre", "rt": "reading", "rp": "reading"}
_LISTS = _names("ol ul menu")
_HEADINGS = _names("h1 h2 h3 h4 h5 h6")
_INLINE = _names(
    "a abbr acronym b bdi bdo big cite code del dfn em font i img input ins kbd label mark nobr"
    " q rb rt rp rtc ruby s samp small span strike strong sub sup time tt u var wbr"
)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAP = re.compile(rf"(?<={_WIDE})[ \t]*\n[ \t\n]*(?={_WIDE})")
_TO_TOP = re.compile(r"(ページ|本文)の(先頭|トップ)|本文へ|スキップ")
_RUNNING_NUMBER = re.compile(r"\s*\d+\s*[:：]\s*")
_OWN_MARK = re.compile(
    r"\s*(?:[（(]?[0-9０-９一二三四五六七八九十]+[）).．、 　]|[①-⑳○〇◯◎●◆◇■□・•‣※→])"
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_SHIFT_JIS = _names("shift_jis shift-jis x-sjis sjis windows-31j ms_kanji")
# No Japanese is in these; and what is said in ASCII is not UTF-16.
_UNTRUE = _names("iso-8859-1 latin1 us-ascii ascii windows-1252 utf-16 utf-16le utf-16be")


def extract(data: bytes, name: str, limits: Limits) -> Extract:
    """The visible text of an HTML page; its title and navigation are furniture."""
    lines = Lines()
    root = _parse(unix_lines(_decode(data, name)), name)
    if root is not None:
        _refuse_frames(root, name)
        _Walk(lines, root)
    found = lines.extract()
    shown = tuple(span for span in found.marked if span.what != "furniture")
    hidden = sum(span.end - span.start for span in set(found.marked) - set(shown))
    is_all = hidden >= len(found.text.replace("\n", ""))  # Then it was not meant so.
    return found._replace(marked=shown) if is_all else found


def _decode(data: bytes, name: str) -> str:
    """By the page's own declaration where it holds, else as plain text is read."""
    declared = _CHARSET.search(data, 0, 4096)
    encoding = declared[1].decode("ascii", "replace").lower() if declared else ""
    if not encoding or encoding in _UNTRUE:
        return decode(data, name)
    try:
        return data.decode("cp932" if encoding in _SHIFT_JIS else encoding)
    except (LookupError, ValueError):
        return decode(data, name)


def _parse(text: str, name: str) -> Any | None:
    """The tree; None where nothing is in it. libxml2 stops at its limits and keeps what it has:
    a text cut short is refused."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    data = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    is_cut = any(entry.level_name == "FATAL" for entry in parser.error_log)
    if is_cut and text.strip():
        raise DxError("source.damaged", file=name, found="HTML")
    return root


def _refuse_frames(root: Any, name: str) -> None:
    """A page of frames shows other pages, and holds nothing itself."""
    if root.find(".//frameset") is not None:
        shown = (each.get("src", "") for each in root.iterfind(".//frame"))
        raise DxError("source.frames", file=name, found=printable("、".join(islice(shown, 4))))


class _Walk:
    """One pass over the tree, which the parser does not let grow deeper than 256."""

    def __init__(self, lines: Lines, root: Any) -> None:
        self.lines = lines
        # "page | site" is how titles are written: a line that only says the site's name is no text.
        _, bar, site = (root.findtext(".//title") or "").rpartition("|")
        self.site = site.strip() if bar else ""
        self.above: dict[Any, int] = {}
        self.walk(root, "", "", None)

    def walk(self, element: Any, what: str, how: str, listed: "_List | None") -> None:
        """``what`` is said here (heading, furniture), ``how`` it is written (pre, reading), and the
        list that an item counts in."""
        tag = element.tag
        if tag in _DROPPED:
            return
        if self.is_furniture(element):
            what = "furniture"
        elif tag in _HEADINGS:
            what = what or "heading"
        if how != "reading":
            how = _HOW.get(tag, how)
        if tag == "br":
            self.lines.newline()
        elif tag in ("td", "th"):
            for _ in range(self.above.pop(element, 0)):
                self.lines.open_cell()
                self.lines.write("", what)
            self.lines.open_cell()
        elif tag == "tr":
            self.lines.open_row()
        elif tag not in _INLINE:
            self.lines.end()
            if tag == "table":
                self.above |= _reached(element)
            elif tag in _LISTS:
                listed = _List(element)
            elif tag == "li" and listed and not what and (mark := listed.mark(element)):
                self.lines.write(mark, what)
        self.say(element.text, what, how)
        for child in element:
            self.walk(child, what, how, listed)
            self.say(child.tail, what, how)
        if tag == "tr":
            self.lines.close_row()
        elif tag not in _INLINE and tag not in ("br", "td", "th"):
            self.lines.end()

    def is_furniture(self, element: Any) -> bool:
        is_site = not len(element) and (element.text or " ").strip() == self.site != ""
        below = element.tag in _HEADINGS and element.tag != "h1"
        return is_site or _is_marked(element) or (below and _heads_controls(element))

    def say(self, text: str | None, what: str, how: str) -> None:
        if not text:
            return
        if how == "reading":
            self.lines.reading(text)
        elif how == "pre":
            self.lines.verbatim(text, what)
        else:  # Blanks run together; a line wrapped inside Japanese leaves none.
            text = _BLANKS.sub(" ", _WRAP.sub("", text))
            if self.lines.opens_line(what):
                text = text.lstrip(" ")
            if text:
                self.lines.write(text, what)


class _List:
    """The marks of one list: bullets, or numbers as a browser counts them."""

    def __init__(self, element: Any) -> None:
        self.is_numbered = element.tag == "ol"
        self.form = _FORMS.get(element.get("type"))
        self.last = whole(element.get("start"), 1) - 1

    def mark(self, item: Any) -> str:
        """What is shown before an item, unless it brings a mark or a number of its own."""
        self.last = whole(item.get("value"), self.last + 1)
        own = _OWN_MARK.match("".join(islice(item.itertext(), 8)))
        if own or item.find(".//button") is not None:
            return ""
        if self.is_numbered:
            return f"{written(self.last, self.form)}. "
        # Items that hold whole paragraphs are how a page is laid out.
        is_text = all(child.tag in _INLINE | _LISTS | {"br"} for child in item)
        return "• " if is_text else ""


def _reached(table: Any) -> dict[Any, int]:
    """The cells in front of which cells of the rows above reach into their row, and how many."""
    found: dict[Any, int] = {}
    reaching: dict[int, tuple[int, int]] = {}  # By column: how many rows are left, how wide it is.
    for row in table.xpath("tr | thead/tr | tbody/tr | tfoot/tr"):
        column, above, own = 0, 0, dict[int, tuple[int, int]]()
        for cell in row.iterchildren("td", "th"):
            while column in reaching:
                column, above = column + reaching[column][1], above + 1
            if above and "".join(cell.itertext()).strip():
                found[cell], above = above, 0
            high, wide = (max(1, whole(cell.get(f"{each}span"), 1)) for each in ("row", "col"))
            own[column] = high, wide
            column += wide
        held = (reaching | own).items()
        reaching = {at: (high - 1, wide) for at, (high, wide) in held if high > 1}
    return found


def _is_marked(element: Any) -> bool:
    """Whether an element by itself says that it is no content, or not shown."""
    return (
        element.tag in _FURNITURE
        or element.get("role") in _FURNITURE_ROLES
        or not _FURNITURE_CLASSES.isdisjoint((element.get("class") or "").split())
        or element.get("id") in _FURNITURE_CLASSES
        or (element.tag == "a" and bool(_TO_TOP.search(element.text or "")))
        or (not len(element) and bool(_RUNNING_NUMBER.fullmatch(element.text or "")))
        or element.get("hidden") is not None
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _heads_controls(heading: Any) -> bool:
    """Whether nothing but controls follows a heading in its section."""
    return heading.getnext() is not None and all(map(_says_nothing, heading.itersiblings()))


def _says_nothing(element: Any) -> bool:
    if (element.tail or "").strip():
        return False
    if element.tag in _DROPPED or _is_marked(element):
        return True
    return not (element.text or "").strip() and all(map(_says_nothing, element))
