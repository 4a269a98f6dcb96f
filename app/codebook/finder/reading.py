"""Owns reading what somebody typed: which words are meant, unfinished, misspelled, joined, split or abbreviated."""

import re
from collections.abc import Iterable, Sequence

from app.codebook.finder.levelling import NEGATED, bare, level_word
from app.codebook.finder.query import Query, Slot, Typed
from app.codebook.finder.roots import parts_of
from app.codebook.finder.vocabulary import Vocabulary
from app.codebook.finder.words import Words

_KIN = 0.95
_COMPLETED = 0.75
_MENDED = 0.85
_MENDED_EDIT = 0.08
_DENIED = 0.5
_CUT_OFF = 0.65
_PART = 0.6
_MOST_OPTIONS = 40
_LETTERS_DIGITS = re.compile(r"([a-z]{2,})([0-9][0-9a-z]?)|([0-9]+)([a-z]{2,})")


class Reader:
    """Reads queries with the words of some books and of the vocabulary."""

    def __init__(self, books: Sequence[Words], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._lexica = (*books, vocabulary.words)

    def read(self, words: Sequence[str], *, mend_all: bool = False) -> Query:
        """Read levelled words; the last may be unfinished. ``mend_all`` doubts words that are known, too."""
        words = self._parted(words)
        last = len(words) - 1
        typed = [self._typed(word, unfinished=place == last, doubt=mend_all) for place, word in enumerate(words)]
        best = tuple(self._best(one) for one in typed)
        slots: list[Slot] = []
        at = 0
        while at < len(words):
            size, readings = self._readings(best, at)
            slots.append(Slot((tuple(typed[at : at + size]), *readings)))
            at += size
        mended = {word: read for word, read in zip(words, best, strict=True) if self._is_mended(word, read)}
        return Query(tuple(slots), mended)

    def knows(self, word: str) -> bool:
        """Tell whether a book or the vocabulary has the word."""
        return any(word in lexicon for lexicon in self._lexica)

    def _readings(self, words: tuple[str, ...], at: int) -> tuple[int, list[tuple[Typed, ...]]]:
        """Return how many words the vocabulary's longest term takes here, and what it reads them as."""
        found = self._vocabulary.longest_at(words, at)
        if found is None:
            return 1, self._denied(words[at])
        size, lead = found
        return size, [tuple(self._plain(word) for word in reading) for reading in lead.readings]

    def _denied(self, word: str) -> list[tuple[Typed, ...]]:
        """Return the readings of a word under "without" or "no", each word of them denied: no LOC."""
        found = self._vocabulary.longest_at((bare(word),), 0) if word.startswith(NEGATED) else None
        readings = found[1].readings if found else ()
        return [tuple(self._plain(NEGATED + bare(one)) for one in reading) for reading in readings]

    def _best(self, typed: Typed) -> str:
        """Return the word itself where it is known, else the one it most likely stands for."""
        if self.knows(typed.word) or not typed.options:
            return typed.word
        return max(typed.options, key=lambda option: option[1])[0]

    def _is_mended(self, word: str, read: str) -> bool:
        """Tell whether a word was taken for a misspelling, not for another form or the beginning of a word."""
        return not (self.knows(word) or read.startswith(word) or read in self._all_kin(word))

    def _plain(self, word: str) -> Typed:
        return Typed(word, ((word, 1.0), *((kin, _KIN) for kin in self._all_kin(word))))

    def _typed(self, word: str, *, unfinished: bool, doubt: bool) -> Typed:
        options: dict[str, float] = {}
        known = self.knows(word)
        if known:
            _offer(options, [(word, 1.0), *((kin, _KIN) for kin in self._all_kin(word))])
        elif len(word) > 3:
            _offer(options, ((kin, _KIN) for kin in self._all_kin(word)))
        if word.startswith(NEGATED) and self.knows(bare(word)):
            _offer(options, [(bare(word), _DENIED)])
        if "." in word:
            _offer(options, [(word.partition(".")[0], _MENDED)])
        if unfinished and len(bare(word)) > 1:
            _offer(options, ((one, _COMPLETED if not known else 0.5) for one in self._completions(word)))
        if not known and not options and len(word) > 2:
            _offer(options, ((one, _CUT_OFF) for one in self._completions(word)[:8]))
        if not known:
            _offer(options, ((part, _PART) for part in self._parts_known(word)))
        if doubt or not known:
            _offer(options, self._mended(word))
        return Typed(word, tuple(list(options.items())[:_MOST_OPTIONS]))

    def _all_kin(self, word: str) -> dict[str, None]:
        return dict.fromkeys(kin for lexicon in self._lexica for kin in lexicon.kin(word))

    def _completions(self, word: str) -> list[str]:
        return [one for lexicon in self._lexica for one in lexicon.complete(word) if one != word]

    def _mended(self, word: str) -> list[tuple[str, float]]:
        """Return words that this one may be a misspelling of; the negated ones are mended as negated."""
        mark, root = (NEGATED, bare(word)) if word.startswith(NEGATED) else ("", word)
        costs: dict[str, float] = {}
        for lexicon in self._lexica:
            for one in lexicon.mend(root):
                costs[one.word] = min(one.cost, costs.get(one.word, 9.0))
        if not costs:
            return []
        least = min(costs.values())
        near = {word: cost - least for word, cost in costs.items() if cost <= least + 1.0}
        return [
            (mark + word, _MENDED - _MENDED_EDIT * max(least, 0.0) - 0.15 * behind) for word, behind in near.items()
        ]

    def _parts_known(self, word: str) -> list[str]:
        """Return known words that a long unknown one is made of: its end, or what its Greek parts mean."""
        ends = [word[place:] for place in range(3, len(word) - 6) if self.knows(word[place:])]
        return [*ends[:1], *(part for part in parts_of(word) if self.knows(part))]

    def _parted(self, words: Sequence[str]) -> list[str]:
        """Join neighbours that a book writes as one word and part what it writes as two."""
        found: list[str] = []
        at = 0
        while at < len(words):
            joined = words[at] + words[at + 1] if at + 1 < len(words) else ""
            if joined and self.knows(level_word(joined)) and not (self.knows(words[at]) and self.knows(words[at + 1])):
                found.append(level_word(joined))
                at += 2
                continue
            found += self._parts(words[at], is_last=at == len(words) - 1)
            at += 1
        return found

    def _parts(self, word: str, *, is_last: bool) -> list[str]:
        if self.knows(word) or (is_last and self._completions(word)):
            return [word]
        cut = _LETTERS_DIGITS.fullmatch(word)
        if cut:
            return [part for part in cut.groups() if part]
        for place in range(4, len(word) - 3):
            one, other = word[:place], level_word(word[place:])
            if self.knows(one) and self.knows(other):
                return [one, other]
        return [word]


def _offer(options: dict[str, float], more: Iterable[tuple[str, float]]) -> None:
    for word, factor in more:
        options[word] = max(factor, options.get(word, 0.0))
