"""Reads the written files of the vocabulary and stores them once, so that nobody who searches has to."""

import hashlib
import os
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from app.codebook.finder.levelling import level
from app.codebook.finder.shorthand import expand
from app.codebook.finder.vocabulary import Lead, to_store
from app.codebook.sources.tree import SourceRefused

#: The stored vocabulary, beside the compiled books.
STORED = "vocabulary.npz"
#: Raise it when terms are levelled or stored in another way: a stored vocabulary of another kind is read anew.
LAYOUT = 8
_Entry = dict[str, list[str]]


def store_vocabulary(source: Path, folder: Path) -> None:
    """Store the written vocabulary of a folder of code sets. Raises SourceRefused, naming the file."""
    aside = folder / f".vocabulary-{os.getpid()}.npz"
    np.savez(aside, sha256=np.array(digest_of(source)), **to_store(read_vocabulary(source)))  # type: ignore[arg-type]
    aside.replace(folder / STORED)


def is_stored(source: Path, folder: Path) -> bool:
    """Tell whether what is stored is what is written."""
    try:
        with (folder / STORED).open("rb") as file, np.load(file) as stored:
            return str(stored["sha256"]) == digest_of(source)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return False


def read_vocabulary(folder: Path) -> dict[tuple[str, ...], Lead]:
    """Read the written vocabulary files: each term as levelled words, and where it leads.

    A line is ``"term" = "words to search"``, ``"term" = ["words", "other words"]`` where it has several
    meanings, or ``"term" = {words = …, codes = ["I21.9"]}``. What several files say of a term is joined.
    """
    entries: dict[str, _Entry] = {}
    for path in vocabulary_files(folder):
        lines = list(_lines(path))
        written_out = expand("\n".join(term for term, _ in lines)).split("\n")  # all at once takes half the time
        for (term, value), text in zip(lines, written_out, strict=True):
            _add(entries, (term, tuple(level(text))), value, path)
    return {tuple(words.split()): _lead(entry) for words, entry in entries.items()}


def vocabulary_files(folder: Path) -> list[Path]:
    """Return the written vocabulary files, in order."""
    return sorted((folder / "vocabulary").glob("*.toml"))


def digest_of(folder: Path) -> str:
    """Return one sha256 over the vocabulary files and the way they are read."""
    found = hashlib.sha256(f"layout {LAYOUT}".encode())
    for path in vocabulary_files(folder):
        found.update(path.read_bytes())
    return found.hexdigest()


def _lines(path: Path) -> Iterator[tuple[str, object]]:
    """Yield each term of a file, without line breaks, with what is written of it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SourceRefused(f"{path} can't be read: {error}.") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise SourceRefused(f"{path}: “{name}” stands outside a table: put a [heading] above it.")
        for term, value in table.items():
            yield " ".join(term.split()), value


def _lead(entry: _Entry) -> Lead:
    return Lead(tuple(tuple(words.split()) for words in entry["readings"]), tuple(entry["codes"]), entry["term"][0])


def _add(entries: dict[str, _Entry], term: tuple[str, tuple[str, ...]], value: object, path: Path) -> None:
    """Add one line under its term, which comes as written and as levelled words."""
    text, words = term
    lead = value if isinstance(value, Mapping) else {"words": value}
    written, codes = lead.get("words", ""), lead.get("codes", [])
    texts = [written] if isinstance(written, str) else written
    if not (isinstance(texts, list) and isinstance(codes, list) and all(isinstance(one, str) for one in texts + codes)):
        raise SourceRefused(f"{path}: “{text}” leads nowhere: write words in quotes, and codes as a list.")
    if not words:
        return
    entry = entries.setdefault(" ".join(words), {"readings": [], "codes": [], "term": [text]})
    readings = [" ".join(level(text)) for text in texts]
    entry["readings"] += [r for r in readings if r and r != " ".join(words) and r not in entry["readings"]]
    entry["codes"] += [code for code in codes if code not in entry["codes"]]
