"""Owns how words are levelled for searching, and the written vocabulary of abbreviations and lay terms.

The same levelling is used when a book is indexed and when a query is typed.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from app.codebook.sources.tree import SourceRefused

_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_POSSESSIVE = re.compile(r"['’]s\b")
STOPWORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with", "w"]
)
_BRITISH = (
    (re.compile(r"aem"), "em"),
    (re.compile(r"^oe(?=[dst])"), "e"),
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"paed"), "ped"),
    (re.compile(r"gynaec"), "gynec"),
    (re.compile(r"orthopaed"), "orthoped"),
    (re.compile(r"caes"), "ces"),
    (re.compile(r"coel"), "cel"),
    (re.compile(r"foet"), "fet"),
    (re.compile(r"leuc(?=o|a|e)"), "leuk"),
    (re.compile(r"^(tum|col|behavi|lab)our"), r"\1or"),
    (re.compile(r"^fibre"), "fiber"),
)
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "one": "1", "two": "2", "three": "3", "four": "4"}
_BEFORE_NUMERAL = frozenset({"type", "stage", "grade", "class"})
_IRREGULAR = {
    "feet": "foot",
    "teeth": "tooth",
    "children": "child",
    "vertebrae": "vertebra",
    "diagnoses": "diagnosis",
    "nevi": "nevus",
    "naevi": "nevus",
    "naevus": "nevus",
    "calculi": "calculus",
    "emboli": "embolus",
    "thrombi": "thrombus",
    "bacilli": "bacillus",
    "fungi": "fungus",
    "ova": "ovum",
    "neoplasia": "neoplasm",
    "metastases": "metastasis",
    "fistulae": "fistula",
    "bursae": "bursa",
    "sequelae": "sequela",
    **{word: word for word in ("diabetes", "herpes", "rabies", "scabies", "ascites", "caries", "mumps", "measles")},
}


@dataclass(frozen=True, slots=True)
class Lead:
    """What a term of the vocabulary leads to: words to search instead, and codes to put first."""

    words: tuple[str, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms as levelled words → where they lead."""

    leads: Mapping[tuple[str, ...], Lead] = field(default_factory=dict)
    longest: int = 1
    words: frozenset[str] = frozenset()

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def whole(self, words: tuple[str, ...]) -> Lead | None:
        """Return the lead of a whole query."""
        return self.leads.get(words)

    def rewrite(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Replace known terms, longest first, by the words they lead to."""
        found: list[str] = []
        at = 0
        while at < len(words):
            for size in range(min(self.longest, len(words) - at), 0, -1):
                lead = self.leads.get(words[at : at + size])
                if lead and lead.words:
                    found += lead.words
                    at += size
                    break
            else:
                found.append(words[at])
                at += 1
        return tuple(dict.fromkeys(found))


def level(text: str) -> list[str]:
    """Return the words of a text as they are indexed: no accents, case, plurals, British spelling, roman stages."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = _TOKEN.findall(_POSSESSIVE.sub("", text.lower()))
    found: list[str] = []
    for place, word in enumerate(words):
        if place and words[place - 1] in _BEFORE_NUMERAL and word in _NUMERALS:
            found.append(_NUMERALS[word])
        elif word not in STOPWORDS:
            found.append(_level_word(word))
    return found


def read_vocabulary(folder: Path) -> dict[str, object]:
    """Read the written vocabulary files into plain data, to be stored with the compiled books.

    A line is ``"term" = "words to search"`` or ``"term" = {words = "…", codes = ["I21.9"]}``.
    """
    entries: dict[str, dict[str, object]] = {}
    for path in vocabulary_files(folder):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SourceRefused(f"{path} can't be read: {error}.") from error
        for table in tables.values():
            for term, value in table.items():
                lead = value if isinstance(value, dict) else {"words": value}
                entries[term] = {"words": lead.get("words", ""), "codes": lead.get("codes", [])}
    return {"sha256": digest_of(folder), "entries": entries}


def vocabulary_files(folder: Path) -> list[Path]:
    """Return the written vocabulary files, in order."""
    return sorted(folder.glob("vocabulary*.toml"))


def digest_of(folder: Path) -> str:
    """Return one sha256 over the vocabulary files."""
    found = hashlib.sha256()
    for path in vocabulary_files(folder):
        found.update(path.read_bytes())
    return found.hexdigest()


def load_vocabulary(path: Path) -> Vocabulary:
    """Load the stored vocabulary; an absent one is empty."""
    if not path.is_file():
        return Vocabulary()
    entries: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["entries"]
    leads = {tuple(level(term)): _lead(value) for term, value in entries.items()}
    leads.pop((), None)
    words = frozenset(word for term in leads for word in term)
    return Vocabulary(leads, max(map(len, leads), default=1), words)


def _lead(value: Mapping[str, object]) -> Lead:
    codes = value.get("codes", ())
    listed = tuple(str(code) for code in codes) if isinstance(codes, Iterable) else ()
    return Lead(tuple(level(str(value.get("words", "")))), listed)


@lru_cache(maxsize=50_000)
def _level_word(word: str) -> str:
    for pattern, plain in _BRITISH:
        word = pattern.sub(plain, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
