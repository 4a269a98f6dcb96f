"""Owns how well phrases answer a query: how much of the query they cover, and how much they say beyond it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.phrases import CONTEXT_WEIGHTS, Lists
from app.codebook.finder.query import Query, Typed
from app.codebook.finder.weighing import slot_weight, typed_weight
from app.codebook.finder.words import Words

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

#: Of these a name may not have another one than the query.
_EXCLUSIVE = (
    frozenset(f"type{number}" for number in range(1, 8)),
    frozenset(f"stage{number}{letter}" for number in range(1, 6) for letter in ("", "a", "b")),
    frozenset(f"grade{number}" for number in range(1, 6)),
    frozenset(f"class{number}" for number in range(1, 6)),
    frozenset({"open", "closed"}),
    frozenset({"displaced", "nondisplaced"}),
    frozenset({"male", "female"}),
    frozenset({"upper", "lower"}),
    frozenset({"first", "second", "third", "fourth", "fifth"}),
    frozenset({"acute", "chronic", "subacute"}),
    frozenset({"traumatic", "nontraumatic"}),
    frozenset({"intentional", "accidental", "assault", "undetermined", "underdosing", "adverse"}),
    frozenset({"benign", "malignant"}),
    frozenset({"primary", "secondary"}),
    frozenset({"systolic", "diastolic"}),
    frozenset({"internal", "external"}),
    frozenset(
        {
            *(
                "femur",
                "humerus",
                "radius",
                "ulna",
                "tibia",
                "fibula",
                "patella",
                "clavicle",
                "scapula",
                "rib",
                "sternum",
            ),
            *(
                "metacarpal",
                "metatarsal",
                "skull",
                "pelvis",
                "hand",
                "foot",
                "wrist",
                "ankle",
                "knee",
                "hip",
                "shoulder",
            ),
            *(
                "elbow",
                "finger",
                "toe",
                "thumb",
                "forearm",
                "thigh",
                "lung",
                "liver",
                "kidney",
                "heart",
                "brain",
                "colon",
            ),
            *("stomach", "rectum", "bladder", "prostate", "ovary", "uterus", "breast", "thyroid", "pancreas", "spleen"),
            *("eye", "ear", "nose", "lip", "tongue", "larynx", "esophagus", "testis", "vagina", "vulva", "gallbladder"),
        }
    ),
)
_CONTRADICTED = 0.56
#: What the vocabulary makes of a word counts a little less than the word itself.
_REREAD = 0.95
#: … and less than its share where only some of its words are there.
_WHOLE = 1.25
_LEAST_MASS = 1e-6


class Source(Protocol):
    """Phrases with what ranking needs of them; ``weights`` by word, ``masses`` by phrase."""

    @property
    def words(self) -> Words: ...
    @property
    def names(self) -> Lists: ...
    @property
    def contexts(self) -> Lists | None: ...
    @property
    def context_kinds(self) -> NDArray[np.uint8]: ...
    @property
    def owners(self) -> NDArray[np.uint32]: ...
    @property
    def weights(self) -> Floats: ...
    @property
    def masses(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Scores:
    """For each candidate: the share of the query it covers, the share of its name that was asked for."""

    recall: Floats
    precision: Floats


def score(source: Source, candidates: Places, query: Query) -> Scores:
    """Compare each candidate with the query; candidates come in ascending order."""
    return _Comparison(source, candidates, query).scores()


class _Comparison:
    """One query against some phrases of one source. Only words that the query names are looked at."""

    def __init__(self, source: Source, candidates: Places, query: Query) -> None:
        self._source = source
        self._query = query
        self._candidates = candidates
        self._numbers = _Numbers(source.words, query)
        self._names = _Held(source.names, candidates, self._numbers.table)
        self._covered = np.zeros(len(self._names.numbers), dtype=np.float32)
        self._around, self._back, self._near = self._context()
        self._memo: dict[Typed, tuple[Floats, float, bool]] = {}

    def scores(self) -> Scores:
        total = 0.0
        gained = np.zeros(len(self._candidates), dtype=np.float32)
        for slot in self._query.slots:
            compared = [[self._typed(typed) for typed in reading] for reading in slot.readings]
            weight = slot_weight([[(weight, known) for _, weight, known in reading] for reading in compared])
            best = _reading(compared[0])
            for reading in compared[1:]:
                best = np.maximum(best, _REREAD * _reading(reading) ** _WHOLE)
            total += weight
            gained += np.float32(weight) * best
        gained *= self._agreement()
        weights = self._source.weights[self._names.words] * self._covered
        found = np.bincount(self._names.candidates, weights=weights, minlength=len(self._candidates))
        precision = found / np.maximum(self._source.masses[self._candidates], _LEAST_MASS)
        return Scores(gained / np.float32(max(total, _LEAST_MASS)), precision.astype(np.float32))

    def _context(self) -> tuple["_Held | None", Places, Floats]:
        """Return what the owners of the candidates hold around their names, which is whose, and how much it counts."""
        contexts = self._source.contexts
        if contexts is None:
            return None, self._candidates, np.empty(0, dtype=np.float32)
        of_each = self._source.owners[self._candidates]
        is_first = _changes(of_each)
        back = np.cumsum(is_first) - 1
        held = _Held(contexts, of_each[is_first].astype(np.intp), self._numbers.table)
        return held, back, CONTEXT_WEIGHTS[self._source.context_kinds[held.places]]

    def _typed(self, typed: Typed) -> tuple[Floats, float, bool]:
        """Return how much of a word each candidate holds, its weight, and whether the source knows it."""
        if typed not in self._memo:
            table = self._numbers.factors(typed.options)
            weight = typed_weight(typed, self._source.words)
            known = table is not None
            held = np.zeros(len(self._candidates), dtype=np.float32) if table is None else self._held(table)
            self._memo[typed] = held, weight, known
        return self._memo[typed]

    def _held(self, table: Floats) -> Floats:
        values = table[self._names.numbers]
        np.maximum(self._covered, values, out=self._covered)
        return np.maximum(self._names.best(values), self._best_around(table))

    def _best_around(self, table: Floats) -> Floats:
        if self._around is None:
            return np.zeros(len(self._candidates), dtype=np.float32)
        found: Floats = self._around.best(table[self._around.numbers] * self._near)[self._back]
        return found

    def _agreement(self) -> Floats:
        """Return 1 for each candidate, less where its name says another type, stage or intent than the query."""
        agreement = np.ones(len(self._candidates), dtype=np.float32)
        for group in _EXCLUSIVE:
            asked = group & self._query.said
            other = self._numbers.factors((word, 1.0) for word in group - asked) if asked else None
            if other is None:
                continue
            differs = self._names.best(other[self._names.numbers]) > 0
            same = self._numbers.factors((word, 1.0) for word in asked)
            if same is not None:
                agrees = (self._names.best(same[self._names.numbers]) > 0) | (self._best_around(same) > 0)
                differs &= ~agrees
            agreement[differs] *= _CONTRADICTED
        return agreement


class _Numbers:
    """Numbers from 1 the words that a query names; 0 is every other word."""

    def __init__(self, words: Words, query: Query) -> None:
        named = {word for slot in query.slots for r in slot.readings for typed in r for word, _ in typed.options}
        for group in _EXCLUSIVE:
            if group & query.said:
                named |= group
        known = sorted(word for word in named if word in words)
        self._number = {word: number for number, word in enumerate(known, start=1)}
        self.table = np.zeros(len(words), dtype=np.int16)
        self.table[[words.number(word) for word in known]] = np.arange(1, len(known) + 1, dtype=np.int16)

    def factors(self, options: Iterable[tuple[str, float]]) -> Floats | None:
        """Return how well each numbered word stands for a typed one; None when none does."""
        known = [(self._number[word], factor) for word, factor in options if word in self._number]
        if not known:
            return None
        table = np.zeros(len(self._number) + 1, dtype=np.float32)
        for number, factor in known:
            table[number] = max(float(table[number]), factor)
        return table


class _Held:
    """The words of some lists that a query names: their numbers, whose they are, where they stand."""

    def __init__(self, lists: Lists, chosen: Places, table: NDArray[np.int16]) -> None:
        at, lengths = lists.gather(chosen)
        numbers = table[lists.values[at]]
        kept = np.flatnonzero(numbers)
        self._size = len(chosen)
        self.places = at[kept]
        self.numbers = numbers[kept]
        self.words = lists.values[self.places]
        self.candidates = np.repeat(np.arange(len(chosen), dtype=np.intp), lengths)[kept]
        self._starts = np.flatnonzero(_changes(self.candidates))
        self._filled = self.candidates[self._starts]

    def best(self, values: Floats) -> Floats:
        """Return the largest value of each list, 0 where it has none."""
        found = np.zeros(self._size, dtype=np.float32)
        if len(values):
            found[self._filled] = np.maximum.reduceat(values, self._starts)
        return found


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each value whether it differs from the one before; the first does."""
    found = np.empty(len(values), dtype=bool)
    found[:1] = True
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _reading(words: Sequence[tuple[Floats, float, bool]]) -> Floats:
    """Return how much of a reading each candidate holds."""
    total = sum(weight for _, weight, _ in words)
    found: Floats = sum(np.float32(weight / max(total, _LEAST_MASS)) * held for held, weight, _ in words)  # type: ignore[assignment]
    return found
