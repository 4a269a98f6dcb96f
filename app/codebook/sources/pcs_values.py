"""Puts the tables of ICD-10-PCS together: what each of the 4th to 7th characters of every code means.

Root operations, approaches and New Technology groups are known beforehand (``pcs_names``) and cut out of the titles;
the rest is derived table by table (``pcs_labels``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.codebook.sources.pcs_labels import AXES, Place, TableLabels
from app.codebook.sources.pcs_names import PcsNames
from app.codebook.sources.pcs_words import Words, find_words, join_words, split_words

_APPROACH, _QUALIFIER = 1, 3
_NEW_TECHNOLOGY = "X"
_GROUP = (",", "New", "Technology", "Group")
_MOST_FRAGMENTS = 3
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an axis: its character and what it means.

    ``is_fragment`` says that the label isn't sure: these are words of its titles that no other value accounts for.
    Where its titles have none it is what the value means beside others or in other tables of its body system, if
    they agree, else nothing.
    """

    char: str
    label: str
    is_fragment: bool = False


#: The values of the 4th to 7th character of a code.
Values = tuple[Value, Value, Value, Value]


def derive_values(titles: Mapping[str, str], names: PcsNames) -> dict[str, Values]:
    """Return the values of every code of a book; ``titles`` maps its codes to their titles."""
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for code, title in titles.items():
        parts[code[:3]][code[3:]] = title
    tables = {table: _Table(table, part, names) for table, part in parts.items()}
    pools = _pools(tables.values())
    for table in tables.values():
        table.consult(pools)
    return {f"{name}{key}": values for name, table in tables.items() for key, values in table.values().items()}


class _Table:
    """One table: its titles without what is known beforehand, and its labels."""

    def __init__(self, name: str, titles: Mapping[str, str], names: PcsNames) -> None:
        self.name = name
        self._keys = tuple(titles)
        self._section = names.section(name[0])
        self._said = [split_words(said) for said in self._section.said(name[2])]
        self._known: dict[tuple[int, str], str] = {}
        if self._section.has_approach:
            self._known = {(_APPROACH, char): label for char, label in names.approaches.items()}
        cut = {key: self._cut(key, split_words(title)) for key, title in titles.items()}
        short, self._brief = _without_approaches(cut) if self._section.has_approach else (cut, {})
        self._pools: Mapping[tuple[str, int, str], list[Words]] = {}
        self._closed = {axis for axis, _ in self._known}
        self.labels = TableLabels(short, tuple(axis for axis in AXES if axis not in self._closed))

    def consult(self, pools: Mapping[tuple[str, int, str], list[Words]]) -> None:
        """Let other tables of the body system, then of the section, help out."""
        self._pools = pools

        def pool(axis: int, char: str) -> Iterable[Words]:
            yield from pools.get((self.name[:2], axis, char), ())
            yield from pools.get((self.name[:1], axis, char), ())

        self.labels.consult(pool)

    def values(self) -> dict[str, Values]:
        fragments = self.labels.fragments()
        made: dict[Place, Value] = {}

        def value(axis: int, key: str, brief: str) -> Value:
            place = (axis, key[axis], None) if axis in self._closed else self.labels.place(axis, brief)
            found = made.get(place)
            if found is None:
                words = self.labels.of(axis, brief) if axis not in self._closed else ()
                found = made[place] = self._value(place, words, tuple(fragments.get(place, ())))
            return found

        found: dict[str, Values] = {}
        for key in self._keys:
            brief = self._brief.get(key, key)
            found[key] = (value(0, key, brief), value(1, key, brief), value(2, key, brief), value(3, key, brief))
        return found

    def _value(self, place: Place, words: Words, fragments: tuple[str, ...]) -> Value:
        axis, char, _ = place
        if (axis, char) in self._known:
            return Value(char, self._known[axis, char])
        if char == "Z" and not words:
            return Value(char, self._section.none[axis])
        if words and not fragments:
            return Value(char, join_words(words))
        if fragments:
            more = ("…",) if len(fragments) > _MOST_FRAGMENTS else ()
            return Value(char, " / ".join((*fragments[:_MOST_FRAGMENTS], *more)), is_fragment=True)
        said = self._pools.get((self.name[:2], axis, char), ())
        agreed = self.labels.elsewhere(place) or (said[0] if len(said) == 1 else ())
        return Value(char, join_words(agreed), is_fragment=True)

    def _cut(self, key: str, title: Words) -> Words:
        """Take out the New Technology group, the approach and the root operation, wherever it is said."""
        if self.name[0] == _NEW_TECHNOLOGY and title[-5:-1] == _GROUP:
            self._known[_QUALIFIER, key[_QUALIFIER]] = " ".join(title[-4:])
            title = title[:-5]
        if (_APPROACH, key[_APPROACH]) in self._known:
            title = _without_approach(title, split_words(self._known[_APPROACH, key[_APPROACH]]))
        for said in self._said:
            at = find_words(title, said)
            if at >= 0:
                return (*title[:at], ",", *title[at + len(said) :])
        return title


def _pools(tables: Iterable[_Table]) -> dict[tuple[str, int, str], list[Words]]:
    """Collect what tables that lack nothing call their values, by body system and by section, most frequent first."""
    counted: dict[tuple[str, int, str], Counter[Words]] = defaultdict(Counter)
    for table in tables:
        for (axis, char), words in table.labels.sure().items():
            counted[table.name[:2], axis, char][words] += 1
            counted[table.name[:1], axis, char][words] += 1
    return {place: [words for words, _ in said.most_common()] for place, said in counted.items()}


def _without_approaches(titles: Mapping[str, Words]) -> tuple[dict[str, Words], dict[str, str]]:
    """Return titles once for all approaches and the shorter key of each code; titles as they are where they differ."""
    short: dict[str, Words] = {}
    brief = {key: f"{key[0]}{_ANY}{key[2:]}" for key in titles}
    for key, title in titles.items():
        if short.setdefault(brief[key], title) != title:
            return dict(titles), {}
    return short, brief


def _without_approach(title: Words, label: Words) -> Words:
    """Take an approach out of a title, with the word "Approach" after it."""
    at = find_words(title, (",", *label))
    if at < 0:
        return title
    end = at + 1 + len(label)
    return title[:at] + title[end + (title[end : end + 1] == ("Approach",)) :]
