"""Derives what the 4th to 7th characters of an ICD-10-PCS table mean, from the titles of its codes alone.

A title is put together from the labels of its axes, so titles of codes that differ in one axis differ in nothing
but its label. What can't be told apart so is handed out as the words of the titles, marked as such; nothing is
made up. Comparing is here, what is cut off beforehand and put together again is in ``pcs_values``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from app.codebook.sources.pcs_words import (
    GLUE,
    Words,
    find_words,
    grown,
    join_words,
    longest_within_all,
    shared_ends,
    stretch_of,
    strip_glue,
    unowned,
)

AXES = (0, 1, 2, 3)
#: Words that other tables use for an axis and a character, the likeliest first.
Pool = Callable[[int, str], Iterable[Words]]
#: Axis, character and, where a value means different things, the axis and value beside it that decide.
Place = tuple[int, str, tuple[int, str] | None]
#: Some titles say of Z what others leave out.
_SAYS_NOTHING = ("No", "Device")


class TableLabels:
    """The labels of the 4th to 7th characters of one table; a value may have none of its own.

    ``titles`` maps the four characters of a code to what is left of its title; labels are looked for on ``axes`` only.
    """

    def __init__(self, titles: Mapping[str, Words], axes: tuple[int, ...]) -> None:
        self._titles = titles
        self._axes = axes
        self._order = {axis: float(axis) for axis in axes}
        self._split: dict[tuple[int, str], int] = {}
        self._core: dict[Place, Words] = {}
        self._given: dict[Place, Words] = {}
        self._labels: dict[Place, Words] = {}
        self._owners: dict[str, list[int | None]] = {}
        for axis in axes:
            self._compare(axis)
        self._places = {key: [self.place(axis, key) for axis in axes] for key in titles}
        self._settle()

    def of(self, axis: int, key: str) -> Words:
        """Return the words of a code's value, none where they aren't known."""
        return self._labels.get(self.place(axis, key), ())

    def sure(self) -> dict[tuple[int, str], Words]:
        """Return the labels of a table that lacks none, for other tables to use."""
        if self._lacking():
            return {}
        return {(axis, char): words for (axis, char, beside), words in self._labels.items() if words and not beside}

    def elsewhere(self, place: Place) -> Words:
        """Return what a value means beside other values, if that is one thing."""
        said = {words for other, words in self._labels.items() if other[:2] == place[:2] and words}
        return said.pop() if len(said) == 1 else ()

    def consult(self, pool: Pool) -> None:
        """Take labels from other tables for values that lack one, where they stand in all their titles."""
        lacking = self._lacking()
        for place in lacking:
            self._seed(place, pool)
        if lacking:
            self._settle()
        if any(not self._rest(key) for keys in self._lacking().values() for key in keys):
            for place in list(self._labels):
                self._seed(place, pool)
            self._settle()

    def place(self, axis: int, key: str) -> Place:
        """Return what a code's value depends on: codes of one place share its label."""
        other = self._split.get((axis, key[axis]))
        return axis, key[axis], None if other is None else (other, key[other])

    def fragments(self) -> dict[Place, dict[str, None]]:
        """Return what stands for values that aren't sure: the words that may mean them.

        Those are the words that belong to no label; where there are none, the words that labels beside it took in
        without proof, and these labels aren't sure either.
        """
        found: dict[Place, dict[str, None]] = defaultdict(dict)
        for place, keys in self._lacking().items():
            for key in sorted(keys):
                rest = self._rest(key)
                found[place].update(dict.fromkeys(map(join_words, rest)))
                for axis in () if rest else self._axes:
                    beside = self.place(axis, key)
                    label, core = self.of(axis, key), self._core.get(beside, ())
                    if label and core and beside not in self._given and len(label) > len(core):
                        found[beside][join_words(label)] = None
                        found[place][join_words(label)] = None
        return found

    def _compare(self, axis: int) -> None:
        """Find the core of an axis's labels: what its values' titles have of their own."""
        own, self._order[axis] = _own_words(axis, self._titles)
        titles: dict[str, list[Words]] = defaultdict(list)
        for key, title in self._titles.items():
            titles[key[axis]].append(title)
        for char, said in own.items():
            label = () if char == "Z" else _agreed(said, titles[char])
            if label is not None:
                self._core[axis, char, None] = label
            elif axis == 0 or not self._split_up(axis, char):
                self._core[axis, char, None] = max(said, key=lambda words: _spread(words, titles[char]))

    def _split_up(self, axis: int, char: str) -> bool:
        """Let a value mean different things beside the values of another axis, where that explains its titles."""
        for other in (3, 2, 0):
            beside: dict[str, list[Words]] = defaultdict(list)
            for key, title in self._titles.items():
                if key[axis] == char:
                    beside[key[other]].append(title)
            if other == axis or len(beside) < 2:
                continue
            meanings = {value: self._meaning(axis, char, (other, value), said) for value, said in beside.items()}
            if None not in meanings.values():
                self._split[axis, char] = other
                self._core |= {(axis, char, (other, value)): words or () for value, words in meanings.items()}
                return True
        return False

    def _meaning(self, axis: int, char: str, beside: tuple[int, str], titles: list[Words]) -> Words | None:
        """Return the words of a value beside another one: none when nothing differs there, None when they disagree."""
        part = {key: title for key, title in self._titles.items() if key[beside[0]] == beside[1]}
        said = _own_words(axis, part)[0].get(char)
        return _agreed(said, titles) if said else ()

    def _settle(self) -> None:
        """Let the cores grow and hand out what is left over, until nothing changes."""
        for _ in range(4):
            self._labels = self._core | self._given
            self._own()
            self._grow()
            rests = {key: rest for key in self._titles if (rest := self._rest(key))}
            due = (self._due(rests) | self._continued(rests)) if rests else {}
            if not due:
                break
            self._given |= due

    def _grow(self) -> None:
        """Let labels take in the words beside them up to the next small word: "Right" becomes "Right Kidney"."""
        forms: dict[Place, set[Words]] = defaultdict(set)
        for key, title in self._titles.items():
            owners = self._owners[key]
            for place in self._places[key]:
                if place not in self._given and place[0] in owners:
                    forms[place].add(grown(title, owners, place[0]))
        before = dict(self._labels)
        for place, said in forms.items():
            self._labels[place] = longest_within_all(said) or self._labels[place]
        if before != self._labels:
            self._own()

    def _own(self) -> None:
        """Note for each word of each title the axis whose label it belongs to; long labels come first."""
        for key, title in self._titles.items():
            owners: list[int | None] = [None] * len(title)
            claims = [
                (-len(words), self._order[place[0]], place[0], words)
                for place in self._places[key]
                if (words := self._labels.get(place))
            ]
            for _, _, axis, words in sorted(claims):
                size, first, free = len(words), words[0], [None] * len(words)
                for at in range(len(title) - size + 1):
                    if title[at] == first and title[at : at + size] == words and owners[at : at + size] == free:
                        owners[at : at + size] = [axis] * size
                        break
            self._owners[key] = owners

    def _rest(self, key: str) -> list[Words]:
        return [words for words in unowned(self._titles[key], self._owners[key]) if words != _SAYS_NOTHING]

    def _lacking(self) -> dict[Place, set[str]]:
        """Return the values without a label, with their codes; Z is there to have none."""
        found: dict[Place, set[str]] = defaultdict(set)
        for key in self._titles:
            for axis in self._axes:
                if key[axis] != "Z" and not self.of(axis, key):
                    found[self.place(axis, key)].add(key)
        return found

    def _seed(self, place: Place, pool: Pool) -> None:
        titles = [title for key, title in self._titles.items() if self.place(place[0], key) == place]
        core = self._core.get(place, ())
        for words in pool(place[0], place[1]):
            if find_words(words, core) >= 0 and all(find_words(title, words) >= 0 for title in titles):
                self._given[place] = words
                return

    def _due(self, rests: Mapping[str, list[Words]]) -> dict[Place, Words]:
        """Give words left over to the value without a label that must mean them.

        These are the words that are left over in its titles and in no others; of the only value without a label
        in its titles, all that is left.
        """
        lacking = self._lacking()
        users = {place: left for place, keys in lacking.items() if (left := keys & rests.keys())}
        holders: dict[str, set[str]] = defaultdict(set)
        for key, rest in rests.items():
            for words in rest:
                for word in words:
                    holders[word].add(key)
        found: dict[Place, Words] = {}
        for place, keys in users.items():
            others = [using for other, using in users.items() if other != place]
            alone = not any(using & keys for using in others)
            own = {word for word, having in holders.items() if (having >= keys if alone else having == keys)} - GLUE
            if own and keys not in others:
                words = longest_within_all({self._stretch(place[0], key, own) for key in keys})
                if words and self._stands(words, lacking[place]):
                    found[place] = words
        return self._without_scraps(found, users)

    def _stretch(self, axis: int, key: str, own: set[str]) -> Words:
        """Return the left over words of a title that are a value's own; a body part never follows other such words."""
        title, owners = self._titles[key], self._owners[key]
        words = stretch_of(title, owners, own)
        before = find_words(title, words) - 1
        follows = words and before >= 0 and owners[before] is None and title[before] not in GLUE
        return () if axis == 0 and follows else words

    def _stands(self, words: Words, keys: Iterable[str]) -> bool:
        return all(find_words(self._titles[key], words) >= 0 for key in keys)

    def _without_scraps(self, found: dict[Place, Words], users: Mapping[Place, set[str]]) -> dict[Place, Words]:
        """Leave out labels that would tear a stretch apart: words beside them that would still be nobody's."""
        torn: set[Place] = set()
        for key in set().union(*(users[place] for place in found)) if found else ():
            title, owners = self._titles[key], list(self._owners[key])
            given = [
                (place, at) for place in found if key in users[place] and (at := find_words(title, found[place])) >= 0
            ]
            for place, at in given:
                owners[at : at + len(found[place])] = [place[0]] * len(found[place])
            for place, at in given:
                ends = (at - 1, at + len(found[place]))
                if any(0 <= end < len(title) and owners[end] is None and title[end] not in GLUE for end in ends):
                    torn.add(place)
        return {place: words for place, words in found.items() if place not in torn}

    def _continued(self, rests: Mapping[str, list[Words]]) -> dict[Place, Words]:
        """Join "Products of Conception" to "Ectopic": words left over that are the whole label of another value."""
        found: dict[Place, Words] = {}
        lacking = set().union(*self._lacking().values())
        labels = {axis: {said for place, said in self._labels.items() if place[0] == axis} for axis in self._axes}
        for key in rests.keys() - lacking:
            for words in rests[key]:
                for axis in self._axes:
                    label = self.of(axis, key)
                    if label and words in labels[axis]:
                        owners = [axis if owner is None else owner for owner in self._owners[key]]
                        found[self.place(axis, key)] = stretch_of(
                            self._titles[key], owners, {*label, *words} - GLUE, axis
                        )
        return {place: words for place, words in found.items() if words}


def _own_words(axis: int, titles: Mapping[str, Words]) -> tuple[dict[str, set[Words]], float]:
    """Return by value what sets titles apart along each line of codes that differ in this axis alone.

    Also where in the titles that is, on average.
    """
    lines: dict[str, dict[str, Words]] = defaultdict(dict)
    for key, title in titles.items():
        lines[key[:axis] + key[axis + 1 :]][key[axis]] = title
    found: dict[str, set[Words]] = defaultdict(set)
    starts = [float(axis)]
    for line in lines.values():
        if len(line) > 1:
            ends = shared_ends(list(line.values()))
            starts.append(ends[0])
            for char, title in line.items():
                found[char].add(_beside_nothing(title, line.get("Z", title)) or _middle(title, ends))
    return found, sum(starts) / len(starts)


def _beside_nothing(title: Words, bare: Words) -> Words:
    """Return what a title has beyond the one of the code whose value is none; nothing when both have something."""
    ends = shared_ends([title, bare])
    return () if _middle(bare, ends) else _middle(title, ends)


def _middle(title: Words, ends: tuple[int, int]) -> Words:
    return strip_glue(title[ends[0] : len(title) - ends[1]])


def _agreed(said: Iterable[Words], titles: list[Words]) -> Words | None:
    """Return the longest form that stands in every title; none when no form has words, None when none stands."""
    forms = [words for words in said if words]
    standing = [words for words in forms if all(find_words(title, words) >= 0 for title in titles)]
    if not forms:
        return ()
    return max(standing, key=lambda words: (len(words), words), default=None)


def _spread(words: Words, titles: list[Words]) -> tuple[int, int, Words]:
    return sum(find_words(title, words) >= 0 for title in titles) if words else -1, len(words), words
