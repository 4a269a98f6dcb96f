"""Measures what the finder finds, beside two plain finders. ``python -m tests.benchmarks.finder_quality [TSV…]``.

Sets: the written development queries; 1,000 inclusion terms of ICD-10-CM taken out of the book before it is
compiled (gold: the code that carried the term and, where that is a heading, the billable codes below it); the
terms of official index files with ``--index FILE…``, which nobody tuned on; any other tables named.
"""

import argparse
import hashlib
import random
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from app.cli.codes_evaluate import finder, miss_lines, plain_finders, table, timed
from app.codebook.finder.evaluate import Written, evaluate, read_queries
from app.codebook.finder.written import STORED
from app.codebook.in_force import BooksInForce
from app.codebook.library import Library
from app.codebook.making.binding import bind_book
from app.codebook.making.build import compile_embedded
from app.codebook.records import SourceRecord
from app.codebook.sources import icd10cm_tabular
from app.codebook.sources.facts import read_facts
from app.codebook.sources.icd10cm_index import terms_of
from app.codebook.sources.incoming import Incoming
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.tree import NodeKind, SourceTree
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.errors import UnknownCode

_DEVELOPMENT = Path(__file__).parents[1] / "finder" / "queries-development.tsv"
_HELD_OUT = 1_000
_SEED = 20_260_401


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", type=Path)
    parser.add_argument("--index", nargs="*", type=Path, default=[], help="official index files (XML)")
    parser.add_argument("--misses", action="store_true", help="list what isn't shown first")
    parser.add_argument("--no-baselines", action="store_true", help="measure ours alone")
    parser.add_argument("--seed", type=int, default=_SEED)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), given)


def _measure(folder: Path, given: argparse.Namespace) -> None:
    whole = folder / "whole"
    compile_embedded(whole, bundled("codesets"))
    books = Library.open(whole).on(None)
    for path in (_DEVELOPMENT, *given.tables):
        _report(path.name, read_queries(path.read_text(encoding="utf-8"), path.name), books, given)
    for path in given.index:
        _report(f"terms of {path.name}, not imported", index_queries(path, books, given.seed), books, given)
    queries, pruned = held_out(whole, folder / "pruned", given.seed)
    _report("held-out inclusion terms", queries, pruned, given)
    (folder / "pruned" / STORED).unlink()
    plain = Library.open(folder / "pruned").on(None)
    _report("the same without any vocabulary", queries, plain, argparse.Namespace(misses=False, no_baselines=True))


def index_queries(path: Path, books: BooksInForce, seed: int) -> list[Written]:
    """Return a seeded sample of an index file's terms as queries; gold: the billable codes its code stands for."""
    found: list[Written] = []
    for term in terms_of(Incoming(path.name, path, path.stat().st_size)):
        titles = _titles(path)
        if term.cells:
            listed = zip(titles, term.cells, strict=True)
        else:
            listed = zip([""] * len(term.codes), term.codes, strict=True)
        for title, code in listed:
            gold = _below(books, code) if code else frozenset()
            if gold:
                found.append(Written(", ".join((*term.path, *filter(None, (title,)))), gold))
    return random.Random(seed).sample(found, min(_HELD_OUT, len(found)))


def _titles(path: Path) -> tuple[str, ...]:
    """Return the titles of a table's columns from the second on, () for an index without columns."""
    heads = re.findall(r'<head col="[2-7]">([^<]*)</head>', path.read_text(encoding="utf-8")[:4_000])
    return tuple(" ".join(head.replace("(unintentional)", "").split()).lower() for head in heads)


def _below(books: BooksInForce, code: str) -> frozenset[str]:
    try:
        return frozenset(books.expand(CodeSystem.ICD10CM, code.partition("-")[0].rstrip(".") + "*"))
    except UnknownCode:
        return frozenset()


def held_out(whole: Path, folder: Path, seed: int) -> tuple[list[Written], BooksInForce]:
    """Compile ICD-10-CM without a seeded sample of its inclusion terms; return those as queries, and the books."""
    tree = icd10cm_tabular.parse_tabular(icd10cm_tabular.embedded_file())
    queries = _take_out(tree, seed)
    source = next(whole.glob("ICD-10-CM*"))
    place = folder / source.name
    place.mkdir(parents=True)
    file = icd10cm_tabular.embedded_file()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    facts = read_facts(bundled("codesets") / "icd10cm", digest)
    record = SourceRecord(file.name, FileKind.CM_TABULAR, digest, datetime.now(UTC), {})
    bind_book(place, facts, tree, [record])
    for other in whole.iterdir():
        if other.is_dir() and other.name != source.name:
            shutil.copytree(other, folder / other.name)
    shutil.copy(whole / STORED, folder)
    return queries, Library.open(folder).on(None)


def _take_out(tree: SourceTree, seed: int) -> list[Written]:
    """Remove terms from a tree, and every other place that has one of them by the same words."""
    carriers = [(at, note) for at, node in enumerate(tree.nodes) for note in node.notes if note.kind == "inclusion"]
    chosen = random.Random(seed).sample(carriers, _HELD_OUT)
    texts = {note.text.casefold() for _, note in chosen}
    gold: dict[str, set[str]] = {}
    for at, note in carriers:
        if note.text.casefold() in texts:
            gold.setdefault(note.text.casefold(), set()).update(_gold(tree, at))
    for node in tree.nodes:
        node.notes = [note for note in node.notes if note.kind != "inclusion" or note.text.casefold() not in texts]
    return [Written(note.text, frozenset(gold[note.text.casefold()])) for _, note in chosen]


def _gold(tree: SourceTree, place: int) -> set[str]:
    """Return a code and, where it is a heading, the billable codes below it."""
    inside = {place}
    found = {tree.nodes[place].code}
    for at in range(place + 1, len(tree.nodes)):
        node = tree.nodes[at]
        if node.parent not in inside:
            break
        if node.kind is NodeKind.CODE:
            inside.add(at)
            found |= {node.code} if node.billable else set()
    return found


def _report(name: str, queries: list[Written], books: BooksInForce, given: argparse.Namespace) -> None:
    system = CodeSystem.ICD10CM
    found = {"Chartroom": evaluate(queries, finder(books, system))}
    if not given.no_baselines:
        found |= {one.name: evaluate(queries, timed(one)) for one in plain_finders(books, system)}
    print(f"\n{name}: {len(queries)} queries, {system}")
    print("\n".join(table(found)))
    if given.misses:
        print("\n".join(miss_lines(found["Chartroom"])))


if __name__ == "__main__":
    main()
