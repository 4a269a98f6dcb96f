"""Tells official files apart by their content. Knows every source module; parses nothing itself.

A source module is listed in ``MODULES`` and offers

``recognises(head, name) -> FileKind | None``: what the file is, from its first 64 kB; the name may only break ties;
``parse(file, progress) -> Parsed``: its content; raises SourceRefused (``file.refuse(…, line=, column=)``);
``LAYOUT``, in a module that gives a ParsedTable: the layout it writes, to be raised when that changes.
"""

import re
from importlib import import_module
from typing import Protocol

from app.codebook.sources.incoming import Incoming, Progress
from app.codebook.sources.parsed import FileKind, Parsed
from app.codebook.sources.tree import SourceRefused

#: Every source module below this package; of two that recognise a file the first is taken.
MODULES: tuple[str, ...] = (
    "icd10cm_tabular",
    "order",
    "icd10cm_index",
    "pcs_tables",
    "hcpcs",
    "cpt",
    "ncci_ptp",
    "mue",
    "fee_schedule",
)
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)(?=[\s/>])")


class Source(Protocol):
    """A module that reads some kinds of files."""

    __name__: str

    def recognises(self, head: bytes, name: str) -> FileKind | None: ...
    def parse(self, file: Incoming, progress: Progress) -> Parsed: ...


def find_source(file: Incoming) -> tuple[FileKind, Source] | None:
    """Return what a file is and the module that reads it, or None for an unknown file."""
    for name in MODULES:
        module: Source = import_module(f"app.codebook.sources.{name}")
        kind = module.recognises(file.head, file.name)
        if kind is not None:
            return kind, module
    return None


def recognise(file: Incoming) -> tuple[FileKind, Source]:
    """Do what ``find_source`` does; raises SourceRefused, saying what was seen and what is known."""
    found = find_source(file)
    if found is None:
        seen, known = seen_as(file.head), "; ".join(FileKind)
        raise SourceRefused(f"{file.name} is {seen}, none of the official files Chartroom reads. It reads: {known}.")
    return found


def seen_as(head: bytes) -> str:
    """Say in words what a file looks like."""
    if head.startswith(b"%PDF"):
        return "a PDF document"
    if head.startswith(b"PK"):
        return "a workbook" if b"xl/" in head else "a zip or an office document"
    text = text_of_head(head)
    if "\0" in text:
        return "a binary file"
    start = " ".join(text.split())[:60]
    if start.startswith("<"):
        return f"an XML or HTML file that begins “{start}”"
    return f"a text file that begins “{start}”"


def has_root(head: bytes, tag: str) -> bool:
    """Tell whether the first element of an XML file, attributes aside, is ``tag``."""
    found = _FIRST_TAG.search(text_of_head(head))
    return found is not None and found[1] == tag


def text_of_head(head: bytes) -> str:
    """Return the beginning of a file as text, whatever its encoding; for recognising, not for reading."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(head) - 4:  # a character cut in two at the end
            return head[: error.start].decode("utf-8-sig")
        return head.decode("latin-1")
