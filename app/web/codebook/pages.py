"""What each page of the code book is given to render. Nothing here may come from the bank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.codebook.edits.facts import edit_facts
from app.codebook.library import BooksInForce
from app.codebook.pages.index_pages import TermPath, leading_to
from app.codebook.pages.outline import Outline
from app.codebook.pages.tabular import Tabular
from app.codebook.records import Book, Entry, Hit
from app.domain.codes.code import Code, CodeSystem
from app.services import annotations
from app.services.annotations import Annotation, Kept
from app.web.codebook.addresses import HITS_OF_A_PAGE, MAX_QUERY, Filters, asked_day
from app.web.codebook.indexes import NAMES, slug_of, volumes
from app.web.rendering import long_date
from app.web.requests import date_argument, library

RECENT_BESIDE = 8
MOST_TERMS = 30
NOTES_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A noted, bookmarked or looked-up code as the book of the date has it; ``code`` None where it has not."""

    kept: Kept
    code: Code | None


def search_page(books: BooksInForce, filters: Filters, hits: Sequence[Hit], note: str, user_id: int) -> dict[str, Any]:
    """Return the hits with the filters, the books to leaf through, and what the person looked at last."""
    return {
        "filters": filters,
        "hits": hits,
        "note": note,
        "most": HITS_OF_A_PAGE,
        "searched": searched(books, {hit.system for hit in hits}),
        "systems": [system for system in CodeSystem if books.book(system)],
        "chapters": books.chapters(CodeSystem.ICD10CM),
        "books": [(book, coverage(book)) for system in CodeSystem if (book := books.book(system))],
        "index_names": [NAMES[slug].lower() for slug in volumes()],
        "recent": kept_codes(books, annotations.visits(user_id, RECENT_BESIDE)),
        "bookmarks": kept_codes(books, annotations.bookmarks(user_id, RECENT_BESIDE)),
    }


def code_page(books: BooksInForce, page: Tabular, user_id: int) -> dict[str, Any]:
    """Return the printed page of a code with what the person has written into it."""
    code = page.entry.code
    printed = [row.code for row in page.rows] + [one.code for row in page.rows for one in row.final]
    written = annotations.annotations(user_id, code.system, printed)
    return {
        "page": page,
        "entry": page.entry,
        "code": code,
        "index_terms": index_terms(code),
        "facts": edit_facts(library(), code.system, code.code, asked_day()),
        "mine": {one: written.get(one, Annotation()) for one in printed},
        "coverage": coverage(page.entry.book),
        "releases": other_releases(page.entry.book),
        "longest_note": annotations.LONGEST_NOTE,
        "filters": Filters(system=None),
    }


def index_terms(code: Code) -> list[tuple[str, TermPath]]:
    """Return the index terms that lead to a diagnosis code, each with the name addresses give its index."""
    if code.system is not CodeSystem.ICD10CM:
        return []
    return [(slug_of(one.book), one) for one in leading_to(tuple(volumes().values()), code.code, MOST_TERMS)]


def outline_page(outline: Outline) -> dict[str, Any]:
    """Return a book, chapter or section to leaf through."""
    return {
        "outline": outline,
        "book": outline.book,
        "coverage": coverage(outline.book),
        "releases": other_releases(outline.book),
        "filters": Filters(system=outline.book.system),
    }


def mine_page(books: BooksInForce, user_id: int, page: int) -> dict[str, Any]:
    """Return notes, bookmarks and recent look-ups; the words of the address narrow all three."""
    words = request.args.get("q", "")[:MAX_QUERY].strip()
    shown = [
        [one for one in kept_codes(books, kept) if _has_words(one, words)]
        for kept in (annotations.notes(user_id), annotations.bookmarks(user_id), annotations.visits(user_id))
    ]
    pages = max(1, -(-len(shown[0]) // NOTES_PER_PAGE))
    at = min(page, pages)
    return {
        "notes": shown[0][(at - 1) * NOTES_PER_PAGE : at * NOTES_PER_PAGE],
        "count": len(shown[0]),
        "bookmarks": shown[1],
        "recent": shown[2],
        "words": words,
        "page": at,
        "pages": pages,
        "longest_note": annotations.LONGEST_NOTE,
    }


def _has_words(one: KeptCode, words: str) -> bool:
    title = one.code.title if one.code else ""
    text = f"{one.kept.code} {one.kept.code.replace('.', '')} {title} {one.kept.text}".casefold()
    return all(word in text for word in words.casefold().split())


def kept_codes(books: BooksInForce, kept: Iterable[Kept]) -> list[KeptCode]:
    """Return each kept code with its entry in the books."""
    return [KeptCode(one, books.find(one.system, one.code)) for one in kept]


def coverage(book: Book) -> str | None:
    """Say calmly that a release isn't the one of the date asked for, or of today; None when it is."""
    asked, day = date_argument("on"), asked_day()
    if book.covers(day):
        return None
    name = f"{book.system} {book.release}"
    if asked:
        lacking = f"No {book.system} release on this server covers {long_date(asked)}."
        return f"{lacking} Shown is {name}, in force {_force(book)}."
    if day < book.effective_from:
        return f"{name} is the only release on this server; it is in force from {long_date(book.effective_from)}."
    return (
        f"{name} is the newest release on this server; it was in force {_force(book)}. "
        "Codes for later services can differ until an administrator imports the next one."
    )


def other_releases(book: Book) -> list[tuple[Book, str]]:
    """Return the other installed releases of a system, each with a date that picks it."""
    return [
        (one, one.effective_from.isoformat())
        for one in library().books()
        if one.system is book.system and one.id != book.id
    ]


def searched(books: BooksInForce, systems: Iterable[CodeSystem]) -> str:
    """Return the releases that were searched in few words: ICD-10-CM 2026 April update · CPT 2026 starter set."""
    wanted = set(systems)
    found = [book for system in CodeSystem if system in wanted and (book := books.book(system))]
    return " · ".join(f"{book.system.value} {book.release.replace(',', '')}" for book in found)


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a row of the finder as scripts read it."""
    return {
        "code": hit.code,
        "title": hit.title,
        "billable": hit.billable,
        "system": hit.system.value,
        "kind": hit.kind,
        "why": hit.why,
        "stem": hit.stem,
        "members": [{"code": one.code, "title": one.title, "billable": one.billable} for one in hit.members],
        "url": url_for("codebook.code", system=hit.system.value, code=hit.code),
    }


def entry_json(found: Entry, written: Annotation) -> dict[str, Any]:
    """Return an entry as scripts read it, with what the person wrote at it."""
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
        "url": url_for("codebook.code", system=code.system.value, code=code.code),
        "bookmark_url": url_for("codebook.bookmark", system=code.system.value, code=code.code),
        "bookmarked": written.is_bookmarked,
        "own_note": written.text,
    }


def _force(book: Book) -> str:
    until = f" to {long_date(book.effective_to)}" if book.effective_to else ""
    return f"from {long_date(book.effective_from)}{until}"


def is_prefetch() -> bool:
    """Tell whether a browser fetches a page ahead, without anybody having asked for it."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
