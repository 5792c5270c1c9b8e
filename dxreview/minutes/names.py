"""Words of people: what is a post, what a name, and where one ends when nothing stands between.

Three kinds of evidence: the words in which a post or an office ends or begins, a list of common
surnames, and posts before which any name may stand (福田ようすけ委員).
"""

import re
from functools import lru_cache

from dxreview.minutes.words import pattern, words

_TITLED, _OFFICE, _INSTITUTION = map(pattern, ("titles", "offices", "institution"))
_TITLE = re.compile(_TITLED.pattern + "$", re.VERBOSE)
_BODY = re.compile(pattern("offices_end").pattern + "$", re.VERBOSE)
_OWNED, _SHORT_POST, _NO_NAME, _PERSON = map(pattern, ("owned", "short_post", "no_names", "person"))
_PLACE = re.compile("[都道府県市区町村](?!民)|支[部店局]|" + _INSTITUTION.pattern)
_TOWN = re.compile("[市区町村県]")
_FOREIGN = re.compile("[ァ-ヶー]{2,}(?:[・＝=][ァ-ヶー]+)+")
_BODY_INSIDE = re.compile(_INSTITUTION.pattern + "|(?:協議|連絡|委員|審議)会|(?:警察|消防)署")
_AGAIN = re.compile("(.{2,4})([部局課室係]長(?:補佐)?)")
_PLACE_BEFORE = re.compile("[都道府県市区町村]|[小中高]学校")
_OFFICE_END = re.compile("[部局課室係省庁府会]")
_BRANCH_POST = pattern("branch_post")
_HEAD = re.compile("副?(?:[市町村区]長|知事)")  # of whom everybody knows what he heads
_KANA, _PREFIXES = re.compile("[ぁ-んァ-ヶー]"), frozenset("副正新前元同各全")
_VARIANTS = str.maketrans({pair[0]: pair[1] for pair in words("variants")})
_NO_GIVEN = words("no_given")
_SURNAMES, _GROUPS, _OWN_ROLES = words("surnames"), words("groups"), words("own_roles")
_POSTS = _GROUPS | _OWN_ROLES | words("titles")


def is_title(word: str) -> bool:
    """Whether a word names what one person is (総務部長), not only where (総務部)."""
    return word in _GROUPS or _TITLE.search(word) is not None


@lru_cache(4096)
def is_post(word: str) -> bool:
    """Whether a word of a roster is a post or an office, not somebody's name."""
    if len(word) < 2 or is_surname(word):
        return False
    if word in _POSTS or _SHORT_POST.fullmatch(word.removeprefix("同")):
        return True
    known = (
        len(word) > 3
        or word[-1] in "長官監省庁課"
        or word[-2:] in ("学部", "学科")
        or _OFFICE.match(word)
    )
    if _INSTITUTION.search(word):
        return True
    return bool(known) and (_TITLE.search(word) or _BODY.search(word)) is not None


@lru_cache(4096)
def surname(word: str) -> int:
    """How many letters the common surname takes that a word begins with; 0 if none is known."""
    head = word[:4].translate(_VARIANTS)
    return next((size for size in range(len(head), 0, -1) if head[:size] in _SURNAMES), 0)


def is_surname(word: str) -> bool:
    """Whether a word is a common surname and nothing else."""
    return 0 < surname(word) == len(word)


def is_named(word: str) -> bool:
    """Whether a word is likely a name: one that begins with a common surname, and no post."""
    return surname(word) > 0 and not is_post(word)


def given(role: str) -> int:
    """How many letters of a given name stand before the post in a word (徹総務課長), or 0."""
    if _OFFICE.match(role):
        return 0
    size = next((at for at in (1, 2, 3) if _names_office(role, at)), 0)
    return size if _NO_GIVEN.isdisjoint(role[:size]) else 0


def _names_office(word: str, at: int) -> bool:
    """Whether an office of two letters or more begins at a place in a word."""
    office = _OFFICE.match(word, at)
    return office is not None and len(office[0]) > 1


def is_whole(name: str) -> bool:
    """Whether a word is a surname and a given name, not one of them."""
    if is_surname(name) or not 2 < len(name) < 8 or not _PERSON.fullmatch(name):
        return False
    return surname(name) > 1 or (len(name) > 3 and not _KANA.match(name))


@lru_cache(4096)
def name_then_post(word: str) -> tuple[str, str] | None:
    """Name and post where a word is both (福田ようすけ委員, 久慈住民課長), or None."""
    if word in _POSTS or "、" in word or not _TITLE.search(word):
        return None
    size = surname(word)
    if size and (size > 1 or not is_bare(word)) and (cut := _office_at(word, size)):
        return word[:cut], word[cut:]
    if cut := _head_at(word, size):
        return word[:cut], word[cut:]
    owned = _OWNED.fullmatch(word)
    cut = next((at for at in (2, 3) if owned and _names_office(owned["name"], at)), 0)
    placed = cut and word[cut - 1] in "都道府県市区町村"  # 青葉市消防委員長
    if cut and not (placed or is_bare(word) or _BODY_INSIDE.search(word, cut)):
        return word[:cut], word[cut:]  # 池端内閣府副大臣
    if owned and _may_own(owned["name"]):
        return owned["name"], owned["role"]
    for length in (size, 3, 2, 1):
        name, post = word[:length], word[length:]
        known = is_surname(name) or not (_OFFICE.match(word) or _NO_NAME.search(name))
        own = _SHORT_POST.fullmatch(post) or (length == size and _BRANCH_POST.fullmatch(post))
        if name and known and name[-1] != "副" and name not in _PREFIXES and own:
            return (name, post) if name[0] != "副" and _NO_GIVEN.isdisjoint(name[2:]) else None
    return None


def _office_at(word: str, size: int) -> int:
    """Where an office begins behind a surname of ``size`` letters, or behind the given name; 0 if
    none does, or if the surname is the name of a place (石川県知事)."""
    if _PLACE.match(word, size):
        return 0
    known = size > 1
    given = _names_office(word, size + 1) or _SHORT_POST.match(word, size + 1)  # 俊防災安全課長
    office = _NO_GIVEN.intersection(word[size : size + (1 if given else 2)])
    if known and office and not _BODY_INSIDE.search(word, size):
        return size
    for cut in range(size, min(size + 4, len(word) - 1)):
        if _BODY_INSIDE.search(word, cut):
            return 0  # 星見商工会議所事務局長
        if _names_office(word, cut) if cut == size else _office_after(word, cut):
            return cut - (cut > size and word[cut - 1] == "副")
    return 0


def _head_at(word: str, size: int) -> int:
    """Where the head of a place stands behind surname and given name (油井定雄町長), or 0."""
    found = _HEAD.search(word, size + 2) if size > 1 else None
    if found is None or found.end() < len(word):
        return 0
    given = word[size : found.start()]
    return (
        found.start() if len(given) < 4 and not (_PLACE.search(given) or is_surname(given)) else 0
    )


def _office_after(word: str, at: int) -> bool:
    """Whether an office begins at a place in a word, and no name of a place ends there."""
    return _names_office(word, at) and not _PLACE_BEFORE.match(word, at - 1)


def is_bare(word: str) -> bool:
    """Whether a word begins as a post or an office does: no name stands before it."""
    if word in _POSTS:
        return True
    return _names_office(word, 0) or _SHORT_POST.match(word) is not None


def is_head(word: str) -> bool:
    """Whether two letters name the head of something (市長, 館長); 須長 is a name."""
    return word[0] in "市町村区議会座理" or _SHORT_POST.fullmatch(word) is not None


def owner(word: str) -> str:
    """The common surname of two letters or more that a word begins with, with the given name where
    nothing but a short post stands behind it; "" if none."""
    size = surname(word)
    if size < 2:
        return ""
    whole = (at for at in range(size + 1, size + 4) if _short_at(word, at))
    cut = next(whole, size)
    office = not _NO_GIVEN.isdisjoint(word[size:cut]) or _names_office(word, size)
    office = office or word[size:cut].startswith(("支", "併", "兼", "副"))  # 森永支所長兼課長
    return word[: size if office else cut]


def name_and_post(word: str, *, full: bool) -> tuple[str, str] | None:
    """Name and post in a word that is known to be both, because those beside it are (青柳砂防課長,
    當麻洋一総務部長): cut before an office; else, where names are not ``full``, behind the surname,
    which mostly has two letters; else before a short post."""
    if not _TITLE.search(word) or is_bare(word):
        return None
    usual = max(surname(word), 2)
    known = surname(word) > 1
    sizes = [4, 5, 3, 6, 2] if full else [usual, usual + 1] if known else [2, 1, 3]
    fits = (cut for cut in ((2, 3, 4, 5) if full else sizes) if _names_office(word, cut))
    short = (cut for cut in sizes if _short_at(word, cut) or cut == _head_at(word, usual))
    owned = _OWNED.fullmatch(word)
    held = owned["name"] if owned else ""
    held = "" if len(held) > (5 if full else 3) and _OFFICE_END.search(held) else held
    cut = next(fits, 0) or next(short, 0) or len(held)
    if cut > 7:  # no name is so long: 加納治文機器算定組織委員長
        cut = 4
    cut = cut or usual
    cut -= full and word[cut - 1] == "副"
    name, post = word[:cut], word[cut:]
    is_place = len(name) > 4 and _TOWN.search(name, 2)
    return (name, post) if len(post) > 1 and _PERSON.fullmatch(name) and not is_place else None


def _short_at(word: str, at: int) -> bool:
    """Whether a short post, or one held beside another, is all that stands from a place on."""
    end = word.find("兼", at) if "兼" in word[at:] else len(word)
    return any(post.fullmatch(word, at, end) for post in (_SHORT_POST, _BRANCH_POST))


def _may_own(name: str) -> bool:
    """Whether a name may stand before a post that somebody owns, for no office does."""
    size = surname(name)
    if size > 1 and is_whole(name) and not _PLACE.search(name, size + 1):
        return _NO_GIVEN.isdisjoint(name[size:])  # not 日置野市区長会長
    if _FOREIGN.fullmatch(name):
        return True
    if name[0].isdecimal() or name[0] == "副" or name in _PREFIXES or len(name) > 7:
        return False
    if len(name) > 4 and _TOWN.search(name, 2):
        return False
    if len(name) > 2 and not _NO_GIVEN.isdisjoint(name[1:]):
        return False  # 轟経営課長
    return not (_names_office(name, 0) or _NO_NAME.search(name))


@lru_cache(4096)
def post_then_name(word: str) -> tuple[str, str] | None:
    """Post and name where a word is both (副委員長森田, 地域振興課長滝本光男), or None."""
    if is_post(word):
        return None
    office = next(
        (at.end() for at in _OFFICE_END.finditer(word, 1) if is_surname(word[at.end() :])), 0
    )
    office = 0 if is_surname(word[:office]) else office  # 南部谷
    if office or (word[0] == "同" and is_surname(word[1:])):
        return word[: office or 1], word[office or 1 :]  # 企画財政課佐野, 同並木
    cuts = [found.end() for found in _TITLED.finditer(word) if found.end() > 1]
    best = next((cut for cut in reversed(cuts) if _fits(word[cut:])), 0)
    if best == 2 and word[1] == "長" and not is_head(word[:2]):
        return None  # 須長美穂
    return (word[:best], word[best:]) if best else None


def office_name_post(word: str) -> tuple[str, str, str] | None:
    """Office, name and post where a word is all three (市民課久慈課長), or None."""
    for found in _OFFICE_END.finditer(word, 1):
        rest = word[found.end() :]
        again = _AGAIN.fullmatch(rest)
        own = again is not None and not is_bare(again[1])
        if again and own and again[2][0] == word[found.start()]:  # 協力課大鷹課長
            return word[: found.end()], again[1], again[2]
        if surname(rest) > 1 and (both := name_then_post(rest)):
            return word[: found.end()], *both
    return None


def _fits(name: str) -> bool:
    """Whether what stands behind a post may be a name: better with a surname that is known."""
    known = surname(name) > 0
    office = name[:1] in "会部局課" and _names_office(name, 1)
    fits = 1 < len(name) < 8 and (known or not office)
    return fits and _PERSON.fullmatch(name) is not None
