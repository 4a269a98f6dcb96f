"""Measures a finder on written queries: how high the right code stands, how often nothing is found, how long it takes.

Pure: queries and answers in, figures out. "Strict" counts the code shown on a row, "row" any code under it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from app.codebook.records import Hit
from app.domain.errors import ChartroomError

DEPTH = 10


class QueriesRefused(ChartroomError):
    """A file of queries can't be used; the message names the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Written:
    """A query as written, the codes that answer it, and what kind of query it is."""

    text: str
    gold: frozenset[str]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a finder gave for a query: the codes shown, the codes of each row, and the time it took in ms."""

    shown: tuple[str, ...]
    rows: tuple[frozenset[str], ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A query with its answer."""

    query: Written
    answer: Answer

    @property
    def rank(self) -> int | None:
        """Return the place of the first right code shown, from 1, or None."""
        return next((n for n, code in enumerate(self.answer.shown, start=1) if code in self.query.gold), None)

    @property
    def row_rank(self) -> int | None:
        """Return the place of the first row that holds a right code, from 1, or None."""
        return next((n for n, row in enumerate(self.answer.rows, start=1) if row & self.query.gold), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of queries gave; shares from 0 to 1, times in ms."""

    queries: int
    mrr: float
    recall: float
    first: float
    row_mrr: float
    row_recall: float
    without_result: float
    p50: float
    p95: float
    p99: float


Search = Callable[[str], Answer]


def read_queries(text: str, name: str) -> list[Written]:
    """Read a table of queries: tabs, a header with ``query`` and ``gold`` and perhaps ``kind``, gold codes by ``|``.

    Raises QueriesRefused, naming the line.
    """
    lines = text.lstrip("\ufeff").splitlines()
    header = [cell.strip().lower() for cell in lines[0].split("\t")] if lines else []
    if "query" not in header or "gold" not in header:
        raise QueriesRefused(f"{name}, line 1: the header must be “query”, a tab, “gold”, and perhaps “kind”.")
    found = [
        _written(line, header, f"{name}, line {number}") for number, line in enumerate(lines[1:], 2) if line.strip()
    ]
    if not found:
        raise QueriesRefused(f"{name} has no queries: write one a line below the header.")
    return found


def evaluate(queries: Iterable[Written], search: Search) -> list[Outcome]:
    """Ask a finder every query."""
    return [Outcome(query, search(query.text)) for query in queries]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Sum outcomes up; there must be at least one."""
    times = sorted(outcome.answer.milliseconds for outcome in outcomes)
    ranks = [outcome.rank for outcome in outcomes]
    row_ranks = [outcome.row_rank for outcome in outcomes]
    return Figures(
        queries=len(outcomes),
        mrr=_mean(_reciprocal(rank) for rank in ranks),
        recall=_mean(float(_reciprocal(rank) > 0) for rank in ranks),
        first=_mean(float(rank == 1) for rank in ranks),
        row_mrr=_mean(_reciprocal(rank) for rank in row_ranks),
        row_recall=_mean(float(_reciprocal(rank) > 0) for rank in row_ranks),
        without_result=_mean(float(not outcome.answer.shown) for outcome in outcomes),
        p50=_quantile(times, 0.50),
        p95=_quantile(times, 0.95),
        p99=_quantile(times, 0.99),
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Sum outcomes up by kind of query, kinds in the order they come; nothing when no query has one."""
    kinds = dict.fromkeys(outcome.query.kind for outcome in outcomes if outcome.query.kind)
    return {kind: figures([one for one in outcomes if one.query.kind == kind]) for kind in kinds}


def misses(outcomes: Iterable[Outcome], below: int = 1) -> Iterator[Outcome]:
    """Yield the queries whose right code isn't among the first so many shown."""
    return (one for one in outcomes if one.rank is None or one.rank > below)


def answer_of(hits: Sequence[Hit], milliseconds: float) -> Answer:
    """Return what the finder's hits give for measuring."""
    rows = tuple(frozenset({hit.code, *(member.code for member in hit.members)}) for hit in hits)
    return Answer(tuple(hit.code for hit in hits), rows, milliseconds)


def _written(line: str, header: Sequence[str], where: str) -> Written:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) > len(header):
        raise QueriesRefused(f"{where}: {len(cells)} columns where the header has {len(header)}: take a tab out.")
    row = dict(zip(header, cells, strict=False))
    gold = frozenset(code.strip().upper() for code in row.get("gold", "").split("|") if code.strip())
    if not row.get("query"):
        raise QueriesRefused(f"{where}: the query is empty: write what somebody types.")
    if not gold:
        raise QueriesRefused(f"{where}: “{row['query']}” has no gold code: write at least one, several joined by “|”.")
    return Written(row["query"], gold, row.get("kind", ""))


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank and rank <= DEPTH else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the ordered values doesn't exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
