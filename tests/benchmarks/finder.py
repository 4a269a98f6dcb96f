"""Measures the finder's speed: build, opening, engine and HTTP latency, memory. ``python -m tests.benchmarks.finder``.

At the size of the embedded books and at 300,000 codes: ICD-10-CM and ICD-10-PCS as installed, and beside them a
generated book whose titles join the words of real titles at random, so that the sum is reached. The HTTP figures
come from ``chartroom serve`` (waitress), one request at a time over one connection.
"""

import argparse
import hashlib
import os
import random
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from app.cli.application import prepared_application
from app.codebook.finder.evaluate import read_queries
from app.codebook.finder.finder import Finder
from app.codebook.finder.search import Sources, find
from app.codebook.finder.vocabulary import load_vocabulary
from app.codebook.finder.written import STORED
from app.codebook.in_force import BooksInForce, Shelf
from app.codebook.library import Library
from app.codebook.making.apart import compile_apart
from app.codebook.making.binding import bind_book
from app.codebook.records import Book, SourceRecord
from app.codebook.sources.facts import SourceFacts
from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.codebook.store import Store
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.roles import Role
from app.services import accounts
from tests.benchmarks import site

_DEVELOPMENT = Path(__file__).parents[1] / "finder" / "queries-development.tsv"
_SIZE = 300_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-http", action="store_true", help="leave the server out")
    parser.add_argument("--no-large", action="store_true", help="leave the 300,000 codes out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chartroom-finder-") as name:
        folder = Path(name)
        _engine(folder / "codebooks")
        if not given.no_large:
            _large(folder)
        if not given.no_http:
            _http(folder)


def _engine(folder: Path) -> None:
    took = _seconds(lambda: compile_apart(folder, bundled("codesets")))
    print(f"build of every embedded book  {took:8.2f} s")
    before = _resident_mb()
    began = time.perf_counter()
    books = Library.open(folder).on(None)
    books.search("warm up wrmup")
    print(f"open and first search         {time.perf_counter() - began:8.2f} s")
    for book in books.books:
        print(f"  {book.id:<28} {book.counts['codes']:8,} codes")
    diagnoses, everything = _searcher(books, CodeSystem.ICD10CM), _searcher(books, None)
    titles = _title_queries(books)
    for name, search in (("ICD-10-CM", diagnoses), ("all systems", everything)):
        _report(f"{name}, written queries", search, _written())
        _report(f"{name}, words of titles", search, titles)
        _report(f"{name}, letter by letter", search, _typing(titles[:40] + _written()[:20]))
    print(f"memory of the engine          {_resident_mb() - before:8.1f} MB more ({_resident_mb():.1f} resident)")


def _large(folder: Path) -> None:
    """Search the embedded books and a generated one, together 300,000 codes."""
    library = Library.open(folder / "codebooks")
    books = library.on(None)
    known = sum(book.counts["codes"] for book in books.books)
    place = folder / "generated"
    place.mkdir()
    tree = _generated(books, max(_SIZE - known, 0))
    took = _seconds(lambda: bind_book(place, _FACTS, tree, [_RECORD]))
    print(f"build of {len(tree.nodes):,} generated codes  {took:6.2f} s")
    book = Book(
        **{name: getattr(_FACTS, name) for name in ("id", "release", "publisher", "licence", "sha256", "title")},
        system=CodeSystem.HCPCS,
        effective_from=_FACTS.effective_from,
        effective_to=None,
        counts=tree.counts(),
    )
    store = Store(place / "book.sqlite3", CodeSystem.HCPCS)
    shelves = [*(shelf for shelf in library.shelves()), Shelf(book, store, Finder(place / "index"))]
    sources = Sources(shelves, load_vocabulary(folder / "codebooks" / STORED))
    print(f"{sum(shelf.book.counts['codes'] for shelf in shelves):,} codes in {len(shelves)} books")

    def search(text: str) -> object:
        return find(text, sources, limit=10)

    search("warm up wrmup")
    _report("written queries", search, _written())
    _report("words of titles", search, _title_queries(books))


def _generated(books: BooksInForce, size: int) -> SourceTree:
    """Make codes whose titles join the halves of two real titles of procedures or diagnoses."""
    chosen = random.Random(11)
    titles = [node.title for store in books.stores() for node in store.of_kind("code")]
    tree = SourceTree()
    for number in range(size):
        one, other = chosen.choice(titles).split(), chosen.choice(titles).split()
        title = " ".join([*one[: len(one) // 2 + 1], *other[len(other) // 2 :]])
        tree.add(SourceNode(NodeKind.CODE, f"G{number:06d}", title, billable=True))
    return tree


_DIGEST = hashlib.sha256(b"generated").hexdigest()
_RECORD = SourceRecord("generated", "generated titles", _DIGEST, datetime(2026, 1, 1, tzinfo=UTC), {})
_FACTS = SourceFacts(
    id="generated",
    title="Generated",
    publisher="nobody",
    release="0",
    effective_from=date(2026, 1, 1),
    licence="none",
    sha256=_DIGEST,
    system=CodeSystem.HCPCS,
)


def _http(folder: Path) -> None:
    """Time the finder through the real server, as the workspace asks it."""
    os.environ.pop("DATABASE_URL", None)
    app = prepared_application(folder, say=lambda _: None)
    with app.app_context():
        accounts.register(
            username="bench", display_name="Bench", password=site.PASSWORD, now=datetime.now(UTC), role=Role.STUDENT
        )
    process, started = site.start(folder)
    try:
        print(f"server start                  {started:8.2f} s, {site.resident_megabytes(process):.0f} MB resident")
        client = site.Client()
        for system in ("ICD-10-CM", ""):
            addresses = [
                "/codebook/search?" + urllib.parse.urlencode({"q": text, "system": system}) for text in _written()
            ]
            client.get(addresses[0])
            _report(f"HTTP, {system or 'all systems'}", client.get, addresses)
        print(f"server memory afterwards      {site.resident_megabytes(process):8.0f} MB")
    finally:
        site.stop(process)


def _searcher(books: BooksInForce, system: CodeSystem | None) -> Callable[[str], object]:
    def search(text: str) -> object:
        return books.search(text, system=system, limit=10)

    return search


def _report(name: str, search: Callable[[str], object], queries: Sequence[str]) -> None:
    times = [_seconds(lambda query=query: search(query)) * 1000 for query in queries]  # type: ignore[misc]
    cuts = statistics.quantiles(times, n=100)
    print(f"{name:<30} {len(times):6} queries  p50 {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms")


def _written() -> list[str]:
    return [query.text for query in read_queries(_DEVELOPMENT.read_text(encoding="utf-8"), _DEVELOPMENT.name)]


def _title_queries(books: BooksInForce) -> list[str]:
    chosen = random.Random(7)
    codes = chosen.sample(books.expand(CodeSystem.ICD10CM, "A00-Z99"), 400)
    found = []
    for code in codes:
        entry = books.find(CodeSystem.ICD10CM, code)
        words = entry.title.replace(",", "").split() if entry else []
        found.append(" ".join(words[: chosen.randint(1, 5)]))
    return found


def _typing(queries: Sequence[str]) -> list[str]:
    return [query[:length] for query in queries for length in range(1, len(query) + 1)]


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
