"""Owns how much a word weighs, in a name and in a query. Learned on the development queries, few numbers, no keys."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.codebook.finder.grouping import SIDE_WORDS
from app.codebook.finder.levelling import NEGATED
from app.codebook.finder.words import Words

#: Words of a name that weigh little when they weren't typed: they say that nothing is said.
_QUIET = {
    **dict.fromkeys(("unspecified", "uncomplicated", "nos", "accidental", "unintentional"), 0.08),
    **dict.fromkeys(("site", "type", "organism", "part", "cause", "degree", "disease", "disorder", "current"), 0.35),
    **dict.fromkeys(("acute", "initial", "encounter", "primary", "essential", "condition", "syndrome"), 0.5),
    "other": 1.2,
    "specified": 0.5,
}
#: Words that make something special of a plain disease weigh more when they weren't typed.
_QUALIFIERS = frozenset(
    {
        *("newborn", "neonatal", "pregnancy", "puerperium", "childbirth", "congenital", "sequela", "history", "family"),
        *("screening", "postprocedural", "postoperative", "intraoperative", "complicating", "recurrent", "secondary"),
        *("juvenile", "late", "aftercare", "obstetric", "maternal", "perinatal", "fetal", "traumatic"),
        *("drug", "induced"),
    }
)
_QUALIFIED = 2.5
_NEGATED_WEIGHT = 0.25
#: Words of a query that choose among the members of a row count less than what is wrong.
_FACETS = SIDE_WORDS | {"initial", "subsequent", "encounter", "side", "visit"}
_FACET_WEIGHT = 0.55
#: What a query says by these is nearly nothing.
_SAID_LITTLE = {"unspecified": 0.3, "disease": 0.6, "disorder": 0.6, "other": 0.6}
_LEAST = 0.3
_UNKNOWN = 0.8
#: The words of a reading beside the most telling one count less: one abbreviation isn't four words.
_BESIDE = 0.35
_GOOD = 0.7


def name_weights(words: Words) -> NDArray[np.float32]:
    """Return how much each known word weighs in a name, by its number."""
    weights = _LEAST + words.rarities
    weights[slice(*words.between(NEGATED, NEGATED + "\U0010ffff"))] *= _NEGATED_WEIGHT
    for word in filter(words.__contains__, _QUIET):
        weights[words.number(word)] = _QUIET[word]
    for word in filter(words.__contains__, _QUALIFIERS - _QUIET.keys()):
        weights[words.number(word)] *= _QUALIFIED
    return weights


def typed_weight(word: str, known: Sequence[tuple[int, float]], words: Words) -> float:
    """Return how much a typed word counts: as much as the most usual word that stands for it well.

    ``known`` are the numbers of the words that may stand for it, and how well each does.
    """
    good = [number for number, factor in known if factor >= _GOOD] or [number for number, _ in known]
    weight = _LEAST + (words.least_rarity(good) if good else _UNKNOWN)
    if word.startswith(NEGATED):
        weight *= 0.5
    return weight * (_FACET_WEIGHT if word in _FACETS else _SAID_LITTLE.get(word, 1.0))


def slot_weight(readings: Sequence[Sequence[tuple[float, bool]]]) -> float:
    """Return a slot's weight from each word's weight and whether the index knows it, reading by reading.

    It is that of the words as typed if all are known, else the mean of the readings that the index knows.
    """
    if all(is_known for _, is_known in readings[0]):
        return _reading_weight([weight for weight, _ in readings[0]])
    known = [reading for reading in readings if any(is_known for _, is_known in reading)] or readings
    return sum(_reading_weight([weight for weight, _ in reading]) for reading in known) / len(known)


def _reading_weight(weights: Sequence[float]) -> float:
    return max(weights) + _BESIDE * (sum(weights) - max(weights))
