"""Owns what a query asks of one index: which of its words the index knows, and how much each part counts there."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.query import Query
from app.codebook.finder.weighing import slot_weight, typed_weight
from app.codebook.finder.words import Words

#: Bones, joints and organs.
_PARTS = """
femur humerus radius ulna tibia fibula patella clavicle scapula rib sternum metacarpal metatarsal
skull pelvis hand foot wrist ankle knee hip shoulder elbow finger toe thumb forearm thigh lung liver
kidney heart brain colon stomach rectum bladder prostate ovary uterus breast thyroid pancreas spleen
eye ear nose lip tongue larynx esophagus testis vagina vulva gallbladder
"""
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
    frozenset(_PARTS.split()),
)


class Asked:
    """A query with the numbers that an index has for its words; a column stands for each typed word.

    ``slots`` holds the columns of each slot, reading by reading, ``weights`` those of the columns.
    """

    def __init__(self, words: Words, query: Query) -> None:
        number_of = words.number_of
        self._words = words
        self._said = query.said
        self._known = [
            [(number, factor) for word, factor in typed.options if (number := number_of(word)) is not None]
            for typed in query.typed
        ]
        self.weights = [
            typed_weight(typed.word, known, words) for typed, known in zip(query.typed, self._known, strict=True)
        ]
        column = {typed: at for at, typed in enumerate(query.typed)}
        self.slots = [[[column[typed] for typed in reading] for reading in slot.readings] for slot in query.slots]
        self.slot_weights = [
            slot_weight([[(self.weights[at], bool(self._known[at])) for at in some] for some in columns])
            for columns in self.slots
        ]

    @cached_property
    def terms(self) -> list[list[str]]:
        """Return for each slot the words that the index has of any of its readings."""
        return [
            list(dict.fromkeys(self._words.word(n) for some in slot for at in some for n, _ in self._known[at]))
            for slot in self.slots
        ]

    @cached_property
    def most(self) -> float:
        """Return the largest share of the query that any of the index's names can cover."""
        known = sum(weight for weight, some in zip(self.slot_weights, self.terms, strict=True) if some)
        return known / (sum(self.slot_weights) or 1.0)

    @cached_property
    def numbers(self) -> NDArray[np.int16]:
        """Return for each word of the index its row in ``factors``: 0 for every word that the query doesn't name."""
        found = np.zeros(len(self._words), dtype=np.int16)
        found[list(self._row_of)] = np.arange(1, len(self._row_of) + 1, dtype=np.int16)
        return found

    @cached_property
    def factors(self) -> NDArray[np.float32]:
        """Return how well each word stands for each typed word: a row for a word, a column for a typed word.

        For each group of exclusive words two more columns: the words of the group that the query has, the others.
        """
        cells = [(self._row_of[n], at, factor) for at, some in enumerate(self._columns) for n, factor in some]
        found = np.zeros((len(self._row_of) + 1, len(self._columns)), dtype=np.float32)
        if cells:
            rows, places, factors = zip(*cells, strict=True)
            found[rows, places] = factors
        return found

    @cached_property
    def covering(self) -> NDArray[np.float32]:
        """Return how well each row's word stands for any typed word."""
        found: NDArray[np.float32] = self.factors[:, : len(self._known)].max(axis=1, initial=0.0)
        return found

    @property
    def groups(self) -> range:
        """Return the first of the two columns of each group."""
        return range(len(self._known), len(self._columns), 2)

    @cached_property
    def _columns(self) -> list[list[tuple[int, float]]]:
        groups = [
            [(n, 1.0) for word in some if (n := self._words.number_of(word)) is not None]
            for some in _exclusive(self._said)
        ]
        return self._known + groups

    @cached_property
    def _row_of(self) -> dict[int, int]:
        numbers = dict.fromkeys(number for some in self._columns for number, _ in some)
        return {number: row for row, number in enumerate(numbers, start=1)}


@lru_cache(maxsize=100)
def _exclusive(said: frozenset[str]) -> list[Sequence[str]]:
    """Return for each group that a query has words of these words, then the other words of the group."""
    asked = [(group & said, group - said) for group in _EXCLUSIVE if group & said]
    return [sorted(some) for pair in asked for some in pair]
