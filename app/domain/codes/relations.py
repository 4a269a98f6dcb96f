"""Owns the relations between titles of one category: sides, "unspecified" paths, nearest shared ancestor.

Computed when a book is compiled and stored with it, never when grading: a retitled code must not
change an old grade. Sides come from titles, never from a character position: there is no fixed one.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.codes.code import Side, strip_dots

_SIDE_WORDS = {side.value: side for side in Side}
#: Words that carry no meaning when titles of one category are compared.
_FILLERS = frozenset({"of", "the", "s"})
_PLURALS = {"feet": "foot", "testes": "testis", "calves": "calf"}
_LATERAL = frozenset({Side.RIGHT, Side.LEFT})
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Titled:
    """A billable code as the side pairing sees it; ``extension`` is its 7th-character label, if made from one."""

    code: str
    title: str
    extension: str = ""


@dataclass(frozen=True, slots=True)
class SideMark:
    """The side a code's title names and the group of codes that differ in nothing but the side."""

    side: Side
    group: int


#: Category, 7th character (or the first six), and the title's words without the side.
_GroupKey = tuple[str, str, tuple[str, ...]]


def side_of(title: str) -> Side | None:
    """Return the one side a title names; right or left outrank the words bilateral and unilateral.

    None when it names none, or both right and left.
    """
    lowered = title.lower()
    if not any(word in lowered for word in _SIDE_WORDS):
        return None
    found = {_SIDE_WORDS[word] for word in _words(title) if word in _SIDE_WORDS}
    lateral = found & _LATERAL
    if len(lateral) == 2:
        return None
    for side in (*lateral, Side.BILATERAL, Side.UNILATERAL):
        if side in found:
            return side
    return None


def mark_sides(codes: Iterable[Titled], exceptions: Iterable[str] = ()) -> dict[str, SideMark]:
    """Mark billable codes that have a sibling on another side of the body.

    Codes share a group when they are of one category, have the same 7th character (or none, or the
    7th character is itself the side and the first six are the same) and their titles are equal but
    for the side words and, against "bilateral", the words that go with the side. ``exceptions`` are
    codes or stems whose titles look like sides and aren't.
    """
    barred = {strip_dots(stem) for stem in exceptions}
    groups: dict[_GroupKey, dict[str, Side]] = defaultdict(dict)
    titles: dict[_GroupKey, str] = {}
    for item in codes:
        side = side_of(item.title)
        if side is None or _is_below(strip_dots(item.code), barred):
            continue
        key = (*_frame(item), _signature(item.title))
        groups[key][item.code] = side
        if side in _LATERAL:
            titles[key] = item.title
    _join_bilateral(groups, titles)
    return {
        code: SideMark(side, number)
        for number, members in enumerate((m for m in groups.values() if len(set(m.values())) > 1), start=1)
        for code, side in members.items()
    }


def unspecified_count(title: str) -> int:
    """Count the word "unspecified" in a title."""
    return _words(title).count("unspecified") if "nspecified" in title else 0


def unspecified_below(title: str, ancestors: Sequence[tuple[str, str]]) -> str | None:
    """Return the highest ancestor under which every title down to this one says "unspecified".

    ``ancestors`` are (code, title) from the category to the direct parent. None when this title
    doesn't say it or there is no ancestor.
    """
    if not ancestors or not unspecified_count(title):
        return None
    for code, above in reversed(ancestors[1:]):
        if not unspecified_count(above):
            return code
    return ancestors[0][0]


def nearest_shared_ancestor(one: Sequence[str], other: Sequence[str]) -> str | None:
    """Return the lowest code on both paths (each from the category down to the code itself)."""
    shared = None
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared = a
    return shared


def _frame(item: Titled) -> tuple[str, str]:
    """Return what must be equal beside the titles: category and 7th character, or the first six."""
    bare = strip_dots(item.code)
    if item.extension and side_of(item.extension):
        return bare[:3], bare[:6]
    return bare[:3], bare[6:]


def _join_bilateral(groups: dict[_GroupKey, dict[str, Side]], titles: dict[_GroupKey, str]) -> None:
    """Move codes that say only bilateral or unilateral to the one group that names words beside the side.

    ``titles`` holds a title of each group that has a right or a left.
    """
    lone = [key for key in groups if key not in titles]
    frames = {key[:2] for key in lone}
    homes: dict[_GroupKey, set[_GroupKey]] = defaultdict(set)
    for key, title in titles.items():
        if key[:2] in frames:
            homes[(*key[:2], _signature(title, shorten=True))].add(key)
    for key in lone:
        found = homes.get(key, set())
        if len(found) == 1:
            groups[next(iter(found))] |= groups.pop(key)


def _signature(title: str, *, shorten: bool = False) -> tuple[str, ...]:
    """Return the words of a title in order, without side words and fillers, plurals levelled.

    ``shorten`` also leaves out what goes with right or left: the rest of a part between commas that
    begins with the side ("right side of brain") and adds nothing with "with", else the one word after it.
    """
    kept: list[str] = []
    for part in title.split(","):
        words = _words(part)
        if shorten and words and words[0] in ("right", "left") and "with" not in words:
            continue
        after_side = False
        for word in words:
            if word in _SIDE_WORDS:
                after_side = shorten and word in ("right", "left")
            elif after_side:
                after_side = False
            elif word not in _FILLERS:
                kept.append(_singular(word))
    return tuple(kept)


def _words(title: str) -> list[str]:
    if title.isascii():
        return _WORD.findall(title.lower())
    plain = unicodedata.normalize("NFKD", title.lower())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


@lru_cache(maxsize=20_000)
def _singular(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _is_below(bare: str, stems: set[str]) -> bool:
    return any(bare[:length] in stems for length in range(3, len(bare) + 1))
