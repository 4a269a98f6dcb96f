"""The code books: a page to look codes up, and the answers the workspace asks for as it is typed into."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.codebook.library import BooksInForce
from app.codebook.records import Entry, Hit
from app.domain.codes.code import CodeSystem
from app.domain.errors import InvalidInput
from app.services.lookup import look_up
from app.web.requests import date_argument, library

blueprint = Blueprint("codebook", __name__, url_prefix="/codebook")

MAX_QUERY = 200
MAX_HITS = 50

NO_PCS_BOOK = "No ICD-10-PCS book is installed here; type the seven characters, they are graded all the same."
_PCS_SHAPE = re.compile(r"(?=.*[0-9])[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Search the books by words or codes."""
    words = _words()
    system = _system()
    books = _books()
    hits = books.search(words, system=system, limit=MAX_HITS) if words else ()
    return render_template(
        "codebook/index.html",
        words=words,
        system=system,
        hits=hits,
        note=_note(books, words, system, hits),
        books=library().books(),
        systems=list(CodeSystem),
    )


@blueprint.get("/<system>/<code>")
def code(system: str, code: str) -> ResponseReturnValue:
    """Show one code with its notes, its place in the tree and what lies below it."""
    books = _books()
    entry = look_up(books, _system(system), code[:40])
    return render_template("codebook/code.html", entry=entry, words="", system=None, systems=list(CodeSystem))


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer the finder: hits for words or half a code."""
    books = _books()
    limit = request.args.get("limit", "12")
    count = min(int(limit), MAX_HITS) if limit.isascii() and limit.isdigit() and len(limit) < 4 else 12
    words, system = _words(), _system()
    hits = books.search(words, system=system, limit=count)
    return jsonify(
        hits=[
            {"code": h.code, "title": h.title, "billable": h.billable, "system": h.system.value, "why": h.why}
            for h in hits
        ],
        book=_searched(books, {system} if system else {hit.system for hit in hits}),
        note=_note(books, words, system, hits),
    )


@blueprint.get("/entry")
def entry() -> ResponseReturnValue:
    """Answer the finder: one code with its notes and next characters."""
    text = request.args.get("code", "")[:40]
    found = look_up(_books(), _system(), text)
    return jsonify(_entry_json(found))


def _books() -> BooksInForce:
    return library().on(date_argument("on"))


def _note(books: BooksInForce, words: str, system: CodeSystem | None, hits: Sequence[Hit]) -> str:
    """Say why a search of procedures finds nothing when the server has no ICD-10-PCS book."""
    if not words or books.book(CodeSystem.ICD10PCS) is not None:
        return ""
    is_meant = system is CodeSystem.ICD10PCS or (not (system or hits) and _PCS_SHAPE.fullmatch(words.upper()))
    return NO_PCS_BOOK if is_meant else ""


def _searched(books: BooksInForce, systems: Iterable[CodeSystem]) -> str:
    """Return the releases that were searched in few words: ICD-10-CM 2026 April update · CPT 2026 starter set."""
    found = [book for book in map(books.book, sorted(systems)) if book is not None]
    return " · ".join(f"{book.system.value} {book.release.replace(',', '')}" for book in found)


def _words() -> str:
    return request.args.get("q", "")[:MAX_QUERY].strip()


def _system(text: str | None = None) -> CodeSystem | None:
    name = request.args.get("system", "") if text is None else text
    if not name:
        return None
    for system in CodeSystem:
        if name.casefold() == system.value.casefold():
            return system
    raise InvalidInput(f"“{name[:30]}” isn't a code system. Choose one of {', '.join(CodeSystem)}.")


def _entry_json(found: Entry) -> dict[str, Any]:
    code = found.code
    return {
        "code": code.code,
        "title": code.title,
        "system": code.system.value,
        "billable": code.billable,
        "message": found.message,
        "chapter": found.chapter.title if found.chapter else None,
        "section": found.section.title if found.section else None,
        "path": [{"code": step.code, "title": step.title} for step in found.path],
        "notes": [
            {"kind": n.kind, "label": n.label, "text": n.text, "source": n.source, "inherited": n.inherited}
            for n in found.notes
        ],
        "children": [{"code": c.code, "title": c.title, "billable": c.billable} for c in found.children],
        "seventh": [{"char": s.char, "label": s.label, "code": s.code} for s in found.seventh],
        "book": found.book.id,
    }
