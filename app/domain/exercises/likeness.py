"""Owns how alike two texts are: the share of three-word runs that they have in common."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

_WORD = re.compile(r"[a-z0-9]+")
RUN = 3


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two texts by name, and how alike they are, 0 to 1 (Jaccard)."""

    names: tuple[str, str]
    share: float


def likest(texts: Mapping[str, str], *, at_least: float) -> list[Likeness]:
    """Return the pairs of texts that are at least so much alike, the likest first."""
    runs = {name: _runs(text) for name, text in texts.items()}
    return sorted(_pairs(runs, at_least), key=lambda pair: (-pair.share, pair.names))


def _pairs(runs: Mapping[str, frozenset[tuple[str, ...]]], at_least: float) -> Iterator[Likeness]:
    for one, other in combinations(sorted(runs), 2):
        a, b = runs[one], runs[other]
        # the smaller set bounds the share from above
        if not a or not b or min(len(a), len(b)) < at_least * max(len(a), len(b)):
            continue
        common = len(a & b)
        share = common / (len(a) + len(b) - common)
        if share >= at_least:
            yield Likeness((one, other), share)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
