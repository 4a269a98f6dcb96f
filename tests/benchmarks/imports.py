"""How long imports take and how much memory: ``python -m tests.benchmarks.imports [OFFICIAL FILE…]``.

Generates 2.6 million invented PTP edits (always the same), imports them in a process of its own and prints seconds,
rows a second and the most memory that process held (goal: under 500 MB). Files that are named are imported one by one
in the same way, with their counts. Everything is written to a temporary folder that is removed again.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 2_600_000
GOAL_MB = 500
_COLUMN_2 = 1_000
_QUARTERS = [year * 10_000 + month * 100 + 1 for year in range(1996, 2026) for month in (1, 4, 7, 10)]
_NAME = "ccipra-v320r0-f1.txt"


def main(paths: list[str]) -> None:
    """Run every measurement and print its lines."""
    with tempfile.TemporaryDirectory(prefix="chartroom-imports-") as name:
        folder = Path(name)
        made = time.monotonic()
        size = write_edits(folder / _NAME, ROWS)
        print(f"{ROWS:,} invented edits, {size / 1e6:,.0f} MB of text, written in {time.monotonic() - made:.0f} s")
        found = measure(folder / _NAME, folder / "edits")
        goal = "within" if found["megabytes"] < GOAL_MB else "OVER"
        print(f"  {_line(found)}   {ROWS / found['seconds']:,.0f} rows a second   {goal} the goal of {GOAL_MB} MB")
        for number, path in enumerate(paths):
            print(path)
            print(f"  {_line(measure(Path(path), folder / f'books-{number}'))}")


def write_edits(path: Path, rows: int) -> int:
    """Write a PTP file of invented edits and return its size; two thirds are still in force."""
    with path.open("w", encoding="latin-1", newline="") as file:
        file.write("Invented edits for a measurement\r\n" * 5 + "Column 1\tColumn 2\r\n")
        for number in range(rows):
            first, second = divmod(number, _COLUMN_2)
            came = _QUARTERS[number % len(_QUARTERS)]
            went = "20251231" if number % 3 == 0 else "*"
            before = "*" if came == _QUARTERS[0] else ""
            reason = f"Invented rationale number {number % 12}, as long as those of the official file are"
            file.write(f"Z{first:04}\tY{second:04}\t{before}\t{came}\t{went}\t{number % 2}\t{reason}\r\n")
    return path.stat().st_size


def measure(path: Path, books: Path) -> dict[str, float]:
    """Import a file in a process of its own and return what that process printed."""
    command = [sys.executable, "-m", "tests.benchmarks.imports", "--import", str(path), str(books)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _import(path: Path, books: Path) -> None:
    from datetime import UTC, datetime

    from app.services.imports import import_files

    start = time.monotonic()
    done = import_files([path], folder=books, now=datetime.now(UTC))
    size = sum(file.stat().st_size for file in books.rglob("*") if file.is_file())
    said = {
        "seconds": time.monotonic() - start,
        "processor": time.process_time(),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stored": size / 1e6,
        "counts": [{"outcome": one.outcome, "book": one.book, **one.counts} for one in done],
    }
    print(json.dumps(said))


def _line(found: dict[str, float]) -> str:
    times = f"{found['seconds']:6.1f} s ({found['processor']:.1f} s of processor)"
    return (
        f"{times}   {found['megabytes']:.0f} MB resident at most   {found['stored']:.0f} MB stored   {found['counts']}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--import"]:
        _import(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(sys.argv[1:])
