"""The recipe of the code finder: code shapes first, then the names of the vocabulary and of the books.

Never raises on what somebody typed; at worst it returns nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.codebook.finder.asked import Asked
from app.codebook.finder.finder import Filters, Finder, Found, best_possible, quality
from app.codebook.finder.grouping import SIDE_WORDS
from app.codebook.finder.names import NameKind
from app.codebook.finder.query import Query
from app.codebook.finder.ranking import score
from app.codebook.finder.reading import Reader
from app.codebook.finder.rows import show
from app.codebook.finder.term_index import TermIndex
from app.codebook.finder.vocabulary import Vocabulary, level_typed
from app.codebook.records import Book, Hit
from app.codebook.store import Node, Store
from app.domain.codes.code import CodeSystem

#: What pages say while no official index is imported.
OWN_VOCABULARY = (
    "Abbreviations and everyday words are Chartroom’s own vocabulary; the official index isn’t imported here."
)
_EXACT = "the code typed"
_LONGEST_QUERY = 200
_MOST_WORDS = 14
_CODE_SHAPE = re.compile(r"([A-Za-z0-9]{1,3}\.?[A-Za-z0-9]{0,4})[.*-]*")
_MODIFIER_SHAPE = re.compile(r"(?:modifier|mod)?[\s-]*([A-Za-z0-9]{2})", re.IGNORECASE)
#: A code among other words, with or without its dot; a part of a longer word isn't one.
_CODE_WORD = re.compile(r"(?<![\w.])(?:[A-Za-z][0-9][A-Za-z0-9](?:\.?[A-Za-z0-9]{1,4})?|[0-9]{5})(?!\w)")
#: A query that is answered worse than this is read once more, its known words doubted.
_POOR = 0.65
_MOST_DOUBTED = 4
_TERM_WEIGHT = 1.04
_MOST_TERMS = 60
_WEAK_TERM = 0.3
_NEARLY_ALL = 0.9
#: Words that choose a side or an encounter: a term is also looked up without them.
_CHOOSING = SIDE_WORDS | {"initial", "subsequent", "encounter", "sequela", "side"}


class Searchable(Protocol):
    """A shelf, as far as searching needs it."""

    @property
    def book(self) -> Book: ...
    @property
    def store(self) -> Store: ...
    @property
    def finder(self) -> Finder: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """A row of a shelf that answers a query: its score, why or by which name, the id of the node a term names."""

    score: float
    shelf: int
    row: int
    why: str | Found
    named: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """What is searched: open books, the written vocabulary, and the imported index files that go with the books."""

    shelves: Sequence[Searchable]
    vocabulary: Vocabulary
    indexes: Sequence[TermIndex] = ()


def find(text: str, sources: Sources, *, limit: int, filters: Filters | None = None) -> tuple[Hit, ...]:
    """Return the best hits over several books, best first, each code once."""
    text = text[:_LONGEST_QUERY].replace("\x00", " ").strip()
    if limit < 1 or not text:
        return ()
    return _Search(text, sources, filters or Filters()).run(limit)


class _Search:
    """One query on its way through the recipe."""

    def __init__(self, text: str, sources: Sources, filters: Filters) -> None:
        self._text = text
        self._shelves = sources.shelves
        self._vocabulary = sources.vocabulary
        self._indexes = sources.indexes
        self._filters = filters

    def run(self, limit: int) -> tuple[Hit, ...]:
        found: dict[tuple[CodeSystem, str, str], Hit] = {}
        for hit in self._in_turn(limit):
            if not self._filters.billable_only or hit.billable:
                found.setdefault((hit.system, hit.kind, hit.code), hit)
            if len(found) >= limit:
                break
        return tuple(found.values())

    def _in_turn(self, limit: int) -> Iterator[Hit]:
        words = level_typed(self._text)[:_MOST_WORDS]
        lead = self._vocabulary.whole(words)
        is_known = bool(lead and lead.codes)
        modifiers = list(self._by_modifier())
        shapes = [hit for number in range(len(self._shelves)) for hit in self._by_shape(number, limit)]
        if not is_known or any(char.isdigit() for char in self._text):
            yield from modifiers
        if not is_known or any(hit.why == _EXACT for hit in shapes):
            yield from shapes
        yield from self._by_words(words, limit)
        yield from modifiers
        yield from shapes

    def _by_words(self, words: tuple[str, ...], limit: int) -> Iterator[Hit]:
        if not words:
            return
        books = [*(shelf.finder.words for shelf in self._shelves), *(index.words for index in self._indexes)]
        reader = Reader(books, self._vocabulary)
        query = reader.read(words)
        answers = self._answers(query, limit)
        if not answers or (answers[0].score < _POOR and len(words) <= _MOST_DOUBTED):
            answers = _merged([*answers, *self._answers(reader.read(words, mend_all=True), limit)])
        for answer in answers[: limit * 2]:
            yield self._hit(answer, query)

    def _answers(self, query: Query, limit: int) -> list[_Answer]:
        found = [*self._by_lead(query), *self._by_term(query), *self._by_index(query)]
        asked = [(Asked(shelf.finder.words, query), number) for number, shelf in enumerate(self._shelves)]
        for one, number in sorted(asked, key=lambda one: -one[0].most):
            if one.most < 1:
                found = _merged(found)
                if len(found) >= limit * 2 and best_possible(one.most) < found[limit * 2 - 1].score:
                    continue  # nothing in this book can be shown
            rows = self._shelves[number].finder.search(one, self._filters, limit + 5)
            found += [_Answer(row.score, number, row.row, row) for row in rows]
        return _merged(found)

    def _by_lead(self, query: Query) -> Iterator[_Answer]:
        """Yield the codes of the term that the whole query is, with or without a side."""
        words = tuple(_likeliest(query))
        plain = tuple(word for word in words if word not in _CHOOSING)
        for place, tried in enumerate(dict.fromkeys((words, plain))):
            lead = self._vocabulary.whole(tried)
            if lead and lead.codes:
                best = 2.0 - 0.5 * place
                for rank, code in enumerate(lead.codes):
                    yield from self._at_code(code, best - rank * 0.01, "known by this name")
                return

    def _by_term(self, query: Query) -> Iterator[_Answer]:
        """Yield the codes of terms that hold most of the query."""
        vocabulary = self._vocabulary
        known = [
            word for slot in query.slots for reading in slot.readings for one in reading for word, _ in one.options
        ]
        terms = vocabulary.holding(known, _MOST_TERMS)
        if not len(terms):
            return
        scores = score(vocabulary, terms, Asked(vocabulary.words, query))
        final = quality(scores.recall, scores.precision) * _TERM_WEIGHT
        for place in (-final).argsort(kind="stable")[:20]:
            if final[place] < _WEAK_TERM:
                return
            lead = vocabulary.coded(int(terms[place]))
            why = f"known as “{lead.term}”"
            for rank, code in enumerate(lead.codes):
                yield from self._at_code(code, float(final[place]) - 0.01 * rank, why)

    def _by_index(self, query: Query) -> Iterator[_Answer]:
        """Yield the codes of terms of the official index."""
        for index in self._indexes:
            for term in index.search(query, _MOST_TERMS // 3):
                value = quality(term.recall, term.precision) * _TERM_WEIGHT
                for rank, code in enumerate(term.codes):
                    yield from self._at_code(code, value - 0.01 * rank, f"in the index: {term.text}")

    def _at_code(self, code: str, value: float, why: str) -> Iterator[_Answer]:
        """Yield the row of a code in every book that has it."""
        for number, shelf in enumerate(self._shelves):
            found = shelf.finder.row_at(code)
            if found and shelf.finder.fits(found[0], self._filters):
                yield _Answer(value, number, found[0], why, found[1])

    def _by_shape(self, number: int, limit: int) -> Iterator[Hit]:
        """List the code typed, or those that begin so; only texts with a digit look like codes."""
        match = _CODE_SHAPE.fullmatch(self._text)
        if match and any(char.isdigit() for char in self._text):
            bare = match[1].replace(".", "").upper()
            for node in self._beginning(number, bare, limit):
                exact = node.code.replace(".", "") == bare
                yield self._plain(number, node, _EXACT if exact else f"begins with {match[1].upper()}")
            return
        for word in _CODE_WORD.findall(self._text)[:3]:
            for node in self._beginning(number, word.replace(".", "").upper(), 1):
                if node.code.replace(".", "") == word.replace(".", "").upper():
                    yield self._plain(number, node, _EXACT)

    def _beginning(self, number: int, bare: str, limit: int) -> Iterator[Node]:
        """Yield the first codes of a book that begin so, those that pass the filters."""
        shelf, filters = self._shelves[number], self._filters
        for node in shelf.store.starting_with(bare, limit, billable_only=filters.billable_only):
            row = None if filters.chapter is None else shelf.finder.row_at(node.code)
            if filters.chapter is None or (row and shelf.finder.fits(row[0], Filters(filters.chapter))):
                yield node

    def _by_modifier(self) -> Iterator[Hit]:
        match = _MODIFIER_SHAPE.fullmatch(self._text)
        if not match or self._filters.billable_only or self._filters.chapter:
            return
        for number, shelf in enumerate(self._shelves):
            node = shelf.store.node(match[1].upper(), "modifier")
            if node is not None:
                yield self._plain(number, node, "the modifier typed")

    def _plain(self, number: int, node: Node, why: str) -> Hit:
        system = self._shelves[number].book.system
        return Hit(node.code, node.title, node.billable, system, why, kind=node.kind)

    def _hit(self, answer: _Answer, query: Query) -> Hit:
        shelf = self._shelves[answer.shelf]
        row = shelf.finder.open_row(shelf.store, answer.row)
        node = show(row, query.wanted, answer.named)
        why = answer.why if isinstance(answer.why, str) else _why(shelf, answer.why)
        why += "".join(f"; {typed} read as {read}" for typed, read in query.mended.items())
        system = shelf.book.system
        return Hit(node.code, node.title, node.billable, system, why, row.stem, row.members, node.kind)


def _why(shelf: Searchable, found: Found) -> str:
    """Say for people which name matched."""
    some = "" if found.recall > _NEARLY_ALL else " (some of the words)"
    name = shelf.finder.named(found.name)
    if name.kind is NameKind.TITLE:
        return f"in the title{some}"
    text = shelf.store.notes_of(name.node)[name.note].text if name.note >= 0 else shelf.store.by_id(name.node).title
    return f"includes “{text}”{some}" if name.kind is NameKind.TERM else f"“{text}” with nothing more said{some}"


def _merged(answers: Iterable[_Answer]) -> list[_Answer]:
    """Keep the best answer of each row, best first."""
    best: dict[tuple[int, int], _Answer] = {}
    for answer in sorted(answers, key=lambda one: (-one.score, one.shelf, one.row)):
        best.setdefault((answer.shelf, answer.row), answer)
    return list(best.values())


def _likeliest(query: Query) -> Iterator[str]:
    """Yield the words of a query as typed, misspelled ones mended."""
    for slot in query.slots:
        for typed in slot.readings[0]:
            yield query.mended.get(typed.word, typed.word)
