"""Words of people: what is a post, what a name, and where one ends when nothing stands between.

Three kinds of evidence: the words in which a post or an office ends or begins, a list of common
surnames, and posts before which any name may stand (福田ようすけ委員).
"""

import re
from functools import lru_cache

from dxreview.minutes.words import pattern, words

_TITLE, _BODY, _OFFICE = (
    re.compile(pattern("titles").pattern + "$", re.VERBOSE),
    re.compile(pattern("offices_end").pattern + "$", re.VERBOSE),
    pattern("offices"),
)
_ROLE = re.compile(pattern("roles").pattern + "$", re.VERBOSE)
_OWNED, _SHORT_POST, _NO_NAME, _PERSON = map(
    pattern, ("owned", "short_post", "no_names", "person")
)
_POST_FIRST = re.compile(pattern("titles").pattern, re.VERBOSE)
_PLACE = re.compile("[都道府県市区町村](?!民)")
SURNAMES, _GROUPS, _OWN_ROLES = words("surnames"), words("groups"), words("own_roles")
_TITLES = words("titles")


def is_title(word: str) -> bool:
    """Whether a word names what one person is (総務部長), not only where (総務部)."""
    return word in _GROUPS or _TITLE.search(word) is not None


@lru_cache(4096)
def is_post(word: str) -> bool:
    """Whether a word of a roster is a post or an office, not somebody's name."""
    if len(word) < 2 or word in SURNAMES:
        return False
    if word in _GROUPS or word in _OWN_ROLES or word in _TITLES:
        return True
    known = len(word) > 3 or word[-1] in "長官監省庁課" or _OFFICE.match(word)
    return bool(known) and (_TITLE.search(word) or _BODY.search(word)) is not None


def surname(word: str) -> int:
    """How many letters the common surname takes that a word begins with; 0 if none is known."""
    return next((size for size in (4, 3, 2, 1) if word[:size] in SURNAMES), 0)


def is_whole(name: str) -> bool:
    """Whether a word is a surname and a given name, not one of them."""
    if name in SURNAMES or not 2 < len(name) < 8 or is_post(name) or not _PERSON.fullmatch(name):
        return False
    return surname(name) > 1 or (len(name) > 3 and not _KANA.fullmatch(name))


_KANA = re.compile("[ぁ-んァ-ヶー]+")


@lru_cache(4096)
def name_then_post(word: str) -> tuple[str, str] | None:
    """Name and post where a word is both (福田ようすけ委員, 久慈住民課長), or None."""
    owned = _OWNED.fullmatch(word)
    if owned and word not in _OWN_ROLES and _may_own(owned["name"]):
        return owned["name"], owned["role"]
    if not _TITLE.search(word):
        return None
    for size in (surname(word), 3, 2, 1):
        name, post = word[:size], word[size:]
        if not size or not _PERSON.fullmatch(name) or _PLACE.match(post):
            continue
        known = name in SURNAMES and (size > 1 or bool(_OFFICE.match(post)))
        if not known and (_OFFICE.match(word) or _NO_NAME.search(name)):
            continue
        if _SHORT_POST.fullmatch(post) or (known and is_post(post) and _OFFICE.match(post)):
            return name, post
    return None


@lru_cache(4096)
def post_then_name(word: str) -> tuple[str, str] | None:
    """Post and name where a word is both (副委員長森田, 地域振興課長滝本光男), or None."""
    if is_post(word):
        return None
    cuts = [found.end() for found in _POST_FIRST.finditer(word) if found.end() > 1]
    fits = [cut for cut in reversed(cuts) if _fits(word[cut:])]
    best = next((cut for cut in fits if surname(word[cut:])), next(iter(fits), 0))
    return (word[:best], word[best:]) if best else None


def _fits(name: str) -> bool:
    return 1 < len(name) < 8 and _PERSON.fullmatch(name) is not None


def _may_own(name: str) -> bool:
    """Whether a name may stand before a post that somebody owns, for no office does."""
    if name in SURNAMES or (surname(name) > 1 and is_whole(name)):
        return True
    return len(name) < 7 and not (_NO_NAME.search(name) or _OFFICE.match(name) or name in "副正新前元")
