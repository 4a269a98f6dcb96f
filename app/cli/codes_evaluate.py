"""``chartroom codes evaluate``: measure the finder on a table of written queries, beside two plain finders."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.cli.books import open_library
from app.codebook.finder.baselines import Baseline, FullText, Prefixes
from app.codebook.finder.evaluate import (
    DEPTH,
    Answer,
    Figures,
    Outcome,
    QueriesRefused,
    Search,
    Written,
    answer_of,
    by_kind,
    evaluate,
    figures,
    misses,
    read_queries,
)
from app.codebook.in_force import BooksInForce
from app.domain.codes.code import CodeSystem

_FINDER = "Chartroom"


@click.command(name="evaluate")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--system", type=click.Choice(list(CodeSystem), case_sensitive=False), help="[default: of the gold codes]"
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of service, YYYY-MM-DD; today without it.")
@click.option("--misses", "list_misses", is_flag=True, help="List the queries whose right code isn't shown first.")
@click.option("--baselines/--no-baselines", default=True, help="Measure two plain finders beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def evaluate_(
    ctx: click.Context,
    file: Path,
    system: CodeSystem | None,
    on: Any,
    list_misses: bool,
    baselines: bool,
    as_json: bool,
) -> None:
    """Measure the finder on FILE: a table with a header, columns query, gold (codes joined by |) and perhaps kind."""
    queries = read_queries(_text(file), file.name)
    books = open_library(ctx).on(on.date() if on else date.today())  # noqa: DTZ011 - a local calendar day
    chosen = CodeSystem(system) if system else _system_of(books, queries)
    found = {_FINDER: evaluate(queries, finder(books, chosen))}
    if baselines:
        found |= {one.name: evaluate(queries, timed(one)) for one in plain_finders(books, chosen)}
    if as_json:
        click.echo(json.dumps(_as_data(found, chosen, list_misses=list_misses), ensure_ascii=False, indent=2))
        return
    click.echo(f"{len(queries)} queries of {file.name}, searched in {chosen or 'every code system'}")
    _warn_of_unknown_gold(books, queries)
    click.echo("\n".join(table(found)))
    if list_misses:
        click.echo("\n".join(miss_lines(found[_FINDER])))


def finder(books: BooksInForce, system: CodeSystem | None) -> Search:
    """Return our finder as something to measure."""

    def search(text: str) -> Answer:
        started = time.perf_counter()
        hits = books.search(text, system=system, limit=DEPTH)
        return answer_of(hits, (time.perf_counter() - started) * 1000)

    search("warm up")
    return search


def timed(baseline: Baseline) -> Search:
    """Return a plain finder as something to measure; each code is a row by itself."""

    def search(text: str) -> Answer:
        started = time.perf_counter()
        codes = baseline.search(text)
        return Answer(codes, tuple(frozenset({code}) for code in codes), (time.perf_counter() - started) * 1000)

    search("warm up")
    return search


def plain_finders(books: BooksInForce, system: CodeSystem | None) -> tuple[Baseline, ...]:
    """Return the baselines over the books that are searched."""
    stores = books.stores(system)
    return Prefixes(stores), FullText(stores)


def table(found: dict[str, list[Outcome]]) -> list[str]:
    """Return the figures as lines: each finder, and below ours its figures by kind of query."""
    lines = [_HEADING]
    for name, outcomes in found.items():
        lines.append(_line(name, figures(outcomes)))
        if name == _FINDER:
            lines += [_line(f"  {kind}", one) for kind, one in by_kind(outcomes).items()]
    return lines


def miss_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one line for each query whose right code isn't shown first."""
    lines = ["", "Right code not shown first (its place, the query, the right codes, what is shown):"]
    for miss in misses(outcomes):
        gold = " ".join(sorted(miss.query.gold))
        lines.append(
            f"{miss.rank or '-':>3}  {miss.query.text}  [{gold}]  {' '.join(miss.answer.shown[:5]) or 'nothing'}"
        )
    return lines


_COLUMNS: dict[str, Callable[[Figures], str]] = {
    "queries": lambda one: f"{one.queries:7}",
    " MRR@10": lambda one: f"{one.mrr:7.3f}",
    "recall@10": lambda one: f"{one.recall:9.3f}",
    "first": lambda one: f"{one.first:5.3f}",
    "row MRR": lambda one: f"{one.row_mrr:7.3f}",
    "row recall": lambda one: f"{one.row_recall:10.3f}",
    "nothing": lambda one: f"{one.without_result:7.1%}",
    "p50 ms": lambda one: f"{one.p50:6.1f}",
    "p95 ms": lambda one: f"{one.p95:6.1f}",
    "p99 ms": lambda one: f"{one.p99:6.1f}",
}
_HEADING = f"{'':20} {'  '.join(_COLUMNS)}"


def _line(name: str, one: Figures) -> str:
    return f"{name:20} {'  '.join(column(one) for column in _COLUMNS.values())}"


def _as_data(found: dict[str, list[Outcome]], system: CodeSystem | None, *, list_misses: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "system": system,
        "finders": {name: asdict(figures(outcomes)) for name, outcomes in found.items()},
        "kinds": {kind: asdict(one) for kind, one in by_kind(found[_FINDER]).items()},
    }
    if list_misses:
        data["misses"] = [
            {"query": m.query.text, "gold": sorted(m.query.gold), "rank": m.rank, "shown": m.answer.shown}
            for m in misses(found[_FINDER])
        ]
    return data


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise QueriesRefused(f"{file.name}, line {line}: it isn't UTF-8: save the file as UTF-8.") from error


def _system_of(books: BooksInForce, queries: Sequence[Written]) -> CodeSystem | None:
    """Return the one system that has all gold codes, or None when they are of several."""
    gold = {code for query in queries for code in query.gold}
    for system in CodeSystem:
        known = sum(books.find(system, code) is not None for code in gold)
        if known > 0.9 * len(gold):
            return system
    return None


def _warn_of_unknown_gold(books: BooksInForce, queries: Sequence[Written]) -> None:
    unknown = sorted({c for q in queries for c in q.gold if not any(books.find(s, c) for s in CodeSystem)})
    if unknown:
        click.echo(f"{len(unknown)} gold codes aren't in the books in force: {' '.join(unknown[:20])}", err=True)
