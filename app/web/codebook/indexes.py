"""Drilling down the imported index files: letter → main term → subterms; neoplasm and drugs as tables."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.codebook.pages import index_pages
from app.codebook.pages.index_book import IndexBook, IndexEntry
from app.codebook.sources.parsed import FileKind
from app.domain.codes.code import CodeSystem
from app.domain.errors import NotFound
from app.web.codebook.addresses import MAX_QUERY, Filters, asked_day, blueprint, books_asked
from app.web.requests import library, page_argument

PER_PAGE = 150
#: How an address spells an index file.
SLUGS = {
    FileKind.CM_INDEX: "alphabetic",
    FileKind.CM_NEOPLASM: "neoplasm",
    FileKind.CM_DRUGS: "drugs",
    FileKind.CM_EXTERNAL: "external-cause",
}
NAMES = {
    "alphabetic": "Alphabetic index",
    "neoplasm": "Neoplasm table",
    "drugs": "Table of drugs and chemicals",
    "external-cause": "External cause index",
}


@blueprint.get("/index/")
def indexes() -> ResponseReturnValue:
    """Show the index files that are installed, with their letters; say what to do when none is."""
    installed = volumes()
    missing = [NAMES[slug] for slug in SLUGS.values() if slug not in installed]
    return render_template("codebook/indexes.html", volumes=installed, names=NAMES, missing=missing, filters=Filters())


@blueprint.get("/index/<volume>")
@blueprint.get("/index/<volume>/<letter>")
def letter(volume: str, letter: str = "") -> ResponseReturnValue:
    """List the main terms of a letter, or those that begin with the words of the address."""
    book = _volume(volume)
    words = request.args.get("begins", "")[:MAX_QUERY].strip()
    letters = book.letters()
    chosen = letter[:10] or ("" if words or not letters else letters[0])
    terms = book.starting_with(words) if words else book.main_terms(chosen)
    if chosen and chosen not in letters:
        raise NotFound(f"The {NAMES[volume].lower()} has no letter “{chosen}”: choose one of {', '.join(letters)}.")
    paged = _paged(book, terms)
    if len(terms) == 1 and paged["rows"][0].is_folded:
        return redirect(url_for("codebook.term", volume=volume, number=terms[0].id))
    return render_template("codebook/index_letter.html", **_shared(volume, book), **paged, chosen=chosen, words=words)


@blueprint.get("/index/<volume>/term/<int(max=2147483647):number>")
def term(volume: str, number: int) -> ResponseReturnValue:
    """Show one term with what stands below it."""
    book = _volume(volume)
    entry = book.entry(number)
    if entry is None:
        raise NotFound(f"The {NAMES[volume].lower()} has no such term any more: look it up by its letter.")
    below = book.below(entry)
    words = request.args.get("begins", "")[:MAX_QUERY].strip()
    wanted = tuple(one for one in below if one.plain.casefold().startswith(words.casefold()))
    return render_template(
        "codebook/index_term.html",
        **_shared(volume, book),
        **_paged(book, wanted),
        entry=entry,
        path=book.path(entry)[:-1],
        own=index_pages.TermRow(entry, 0, False),
        chosen=entry.letter,
        words=words,
        is_long=len(below) > PER_PAGE,
    )


@blueprint.get("/index/<volume>/see")
def see(volume: str) -> ResponseReturnValue:
    """Follow a reference such as "see Neoplasm, breast" to the term it names, in this index or another one."""
    text = request.args.get("term", "")[:MAX_QUERY]
    own = _volume(volume)
    others = [book for book in volumes().values() if book is not own]
    found = index_pages.refer([own, *others], text)
    if found is None:
        raise NotFound(f"No index installed here has “{text}”. It can be in an index that isn't imported yet.")
    return redirect(url_for("codebook.term", volume=slug_of(found.book), number=found.entry.id))


def volumes() -> dict[str, IndexBook]:
    """Return the installed index files of the date of the address, by the name that addresses give them."""
    return {slug_of(book): book for book in library().index_books(asked_day())}


def slug_of(book: IndexBook) -> str:
    """Return how addresses name an index."""
    return SLUGS[FileKind(book.table.kind)]


def _volume(slug: str) -> IndexBook:
    book = volumes().get(slug)
    if book is not None:
        return book
    if slug in NAMES:
        raise NotFound(f"The {NAMES[slug].lower()} isn't imported on this server. An administrator can import it.")
    raise NotFound(f"There is no index “{slug[:30]}”: choose one of {', '.join(NAMES)}.")


def _paged(book: IndexBook, terms: Sequence[IndexEntry]) -> dict[str, Any]:
    """Return the page of the terms that the address asks for, unfolded where that stays readable."""
    pages = max(1, -(-len(terms) // PER_PAGE))
    at = min(page_argument(), pages)
    shown = terms[(at - 1) * PER_PAGE : at * PER_PAGE]
    return {"rows": index_pages.unfolded(book, shown), "page": at, "pages": pages, "count": len(terms)}


def _shared(volume: str, book: IndexBook) -> dict[str, Any]:
    books = books_asked()

    def linked(text: str) -> Any:
        return books.linked(CodeSystem.ICD10CM, text)

    def cells(entry: IndexEntry) -> list[str]:
        by_column = {lead.column: lead.code for lead in entry.leads}
        return [by_column.get(column, "") for column in book.columns[1:]]

    return {
        "volume": volume,
        "name": NAMES[volume],
        "book": book,
        "letters": book.letters(),
        "linked": linked,
        "cells": cells,
        "filters": Filters(system=CodeSystem.ICD10CM),
    }
