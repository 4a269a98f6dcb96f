"""Measures the code books: build time, opening, search latency, memory. ``python -m tests.benchmarks.finder``."""

import random
import statistics
import tempfile
import time
from pathlib import Path

from app.codebook.apart import compile_apart
from app.codebook.build import compile_embedded
from app.codebook.library import BooksInForce, Library
from app.config import bundled
from app.domain.codes.code import CodeSystem

_TYPED = (
    *("CHF", "DM2 w CKD 3b", "fracture, femur, neck, left", "heart attack", "high blood pressure", "E11.2", "s72001"),
    *("melanocytic nevus trunk", "otitis media left", "diabetis", "pnuemonia", "appendisitis", "copd exacerbation"),
    *("knee arthroscopy meniscus", "17110", "dexamethasone injection", "screening colonoscopy", "laceration finger"),
    *("covid", "low back pain", "type ii diabetes with retinopathy", "fracture wrist subsequent", "zzzz", "a"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    started = time.perf_counter()
    compile_apart(folder, bundled("codesets"))
    print(f"build            {time.perf_counter() - started:8.2f} s")
    started = time.perf_counter()
    compile_embedded(folder, bundled("codesets"))
    print(f"second check     {(time.perf_counter() - started) * 1000:8.1f} ms")
    before = _resident_mb()
    started = time.perf_counter()
    books = Library.open(folder).on(None)
    books.search("warm up")
    print(f"open, 1st search {(time.perf_counter() - started) * 1000:8.1f} ms")
    _report("written queries", books, [*_TYPED] * 20)
    _report("words of titles", books, _title_queries(books))
    _report("while typing", books, _typing(_title_queries(books)[:60]))
    _lookups(books)
    print(f"memory           {_resident_mb():8.1f} MB resident ({before:.1f} before opening)")


def _report(name: str, books: BooksInForce, queries: list[str]) -> None:
    times = []
    for query in queries:
        started = time.perf_counter()
        books.search(query)
        times.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(times, n=100)
    print(f"{name:<16} {len(times):6} queries  p50 {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms")


def _title_queries(books: BooksInForce) -> list[str]:
    chosen = random.Random(7)
    codes = chosen.sample(books.expand(CodeSystem.ICD10CM, "A00-Z99"), 400)
    found = []
    for code in codes:
        entry = books.find(CodeSystem.ICD10CM, code)
        words = entry.title.replace(",", "").split() if entry else []
        found.append(" ".join(words[: chosen.randint(1, 5)]))
    return found


def _typing(queries: list[str]) -> list[str]:
    return [query[:length] for query in queries for length in range(1, len(query) + 1)]


def _lookups(books: BooksInForce) -> None:
    codes = random.Random(8).sample(books.expand(CodeSystem.ICD10CM, "A00-Z99"), 5_000)
    started = time.perf_counter()
    for code in codes:
        books.find(CodeSystem.ICD10CM, code)
    print(f"find             {(time.perf_counter() - started) / len(codes) * 1e6:8.1f} µs each, not cached")
    started = time.perf_counter()
    for code in codes[:500]:
        books.entry(CodeSystem.ICD10CM, code)
    print(f"entry            {(time.perf_counter() - started) / 500 * 1000:8.2f} ms each")


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
