"""The code books: searching them, the printed page of a code, and the answers for the scripts of other pages."""

import re
from collections.abc import Sequence
from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.codebook.library import BooksInForce
from app.codebook.records import Hit
from app.domain.codes.code import CodeSystem
from app.services import annotations
from app.services.lookup import look_up
from app.services.moment import utc_now
from app.web.codebook import pages
from app.web.codebook.addresses import (
    CLAIMS,
    HITS_OF_A_PAGE,
    MAX_HITS,
    Filters,
    blueprint,
    books_asked,
    filters_asked,
    system_asked,
    system_named,
)
from app.web.requests import user_id

__all__ = ["blueprint"]

NO_PCS_BOOK = "No ICD-10-PCS book is installed here; type the seven characters, they are graded all the same."
_PCS_SHAPE = re.compile(r"(?=.*[0-9])[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Search the books by words or codes, or start leafing through them."""
    books = books_asked()
    filters = filters_asked(books)
    hits = _search(books, filters, HITS_OF_A_PAGE)
    note = _note(books, filters, hits)
    return render_template("codebook/index.html", **pages.search_page(books, filters, hits, note, user_id()))


@blueprint.get("/<system>/<code>")
def code(system: str, code: str) -> ResponseReturnValue:
    """Show the printed page that a code stands on, with the code highlighted."""
    books = books_asked()
    page = books.tabular(system_named(system), code[:40])
    if not pages.is_prefetch():
        annotations.record_visit(user_id(), page.entry.code.system, page.entry.code.code, now=utc_now())
    return render_template("codebook/code.html", **pages.code_page(books, page, user_id()))


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer the finder: hits for words or half a code."""
    books = books_asked()
    limit = request.args.get("limit", "12")
    count = min(int(limit), MAX_HITS) if limit.isascii() and limit.isdigit() and len(limit) < 4 else 12
    filters = filters_asked(books)
    hits = _search(books, filters, count)
    systems = {filters.system} if filters.system else {hit.system for hit in hits}
    return jsonify(
        hits=[pages.hit_json(hit) for hit in hits],
        book=pages.searched(books, systems),
        note=_note(books, filters, hits),
    )


@blueprint.get("/chapters")
def chapters() -> ResponseReturnValue:
    """Answer the finder: the chapters of ICD-10-CM to narrow a search to."""
    found = books_asked().chapters(CodeSystem.ICD10CM)
    return jsonify(chapters=[{"code": one.code, "title": one.title} for one in found])


@blueprint.get("/entry")
def entry() -> ResponseReturnValue:
    """Answer the finder: one code with its notes and next characters."""
    found = look_up(books_asked(), system_asked(), request.args.get("code", "")[:40])
    written = annotations.annotation(user_id(), found.code.system, found.code.code)
    return jsonify(pages.entry_json(found, written))


def _search(books: BooksInForce, filters: Filters, limit: int) -> Sequence[Hit]:
    if not filters.words:
        return ()
    narrower: dict[str, Any] = {"billable_only": True} if filters.billable else {}
    if filters.chapter:
        narrower["chapter"] = filters.chapter.code
    if filters.claim:
        narrower["among"] = CLAIMS[filters.claim]
    return books.search(filters.words, system=filters.system, limit=limit, **narrower)


def _note(books: BooksInForce, filters: Filters, hits: Sequence[Hit]) -> str:
    """Say why a search of procedures finds nothing when the server has no ICD-10-PCS book."""
    if not filters.words or books.book(CodeSystem.ICD10PCS) is not None:
        return ""
    is_shaped = not (filters.system or hits) and _PCS_SHAPE.fullmatch(filters.words.upper())
    return NO_PCS_BOOK if filters.system is CodeSystem.ICD10PCS or is_shaped else ""
