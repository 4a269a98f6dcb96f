"""The blueprint of the code book and what its addresses ask for: a date, a system, words and filters."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, g, request, url_for

from app.codebook.library import BooksInForce
from app.codebook.records import Titled
from app.domain.codes.code import CodeSystem, systems_of_claim
from app.domain.errors import InvalidInput
from app.services.moment import utc_now
from app.web.requests import date_argument, library

blueprint = Blueprint("codebook", __name__, url_prefix="/codebook")

MAX_QUERY = 200
MAX_HITS = 50
HITS_OF_A_PAGE = 30
CLAIMS = {name: systems_of_claim(inpatient=name == "inpatient") for name in ("inpatient", "outpatient")}


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody searches and within what; ``chapter`` is a chapter of ICD-10-CM.

    ``claim`` is "inpatient" or "outpatient" where only the systems of such a claim are searched, else empty.
    """

    words: str = ""
    system: CodeSystem | None = None
    claim: str = ""
    billable: bool = False
    chapter: Titled | None = None

    @property
    def arguments(self) -> dict[str, str | None]:
        """Return the filters as the address spells them; None leaves one out."""
        return {
            "q": self.words or None,
            "system": self.system.value if self.system else None,
            "claim": self.claim or None,
            "billable": "1" if self.billable else None,
            "chapter": self.chapter.code if self.chapter else None,
        }


@blueprint.url_defaults
def _keep_date(_endpoint: str, values: dict[str, Any]) -> None:
    """Keep the date of the address in every link to the code book, so that the release stays the same."""
    on = request.args.get("on", "").strip() if request else ""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", on):
        values.setdefault("on", on)


@blueprint.app_template_global()
def code_url(system: str, code: str) -> str:
    """Return the address of a code's page; quicker than ``url_for`` on pages with a thousand codes.

    Codes need no quoting: they are letters, digits and dots.
    """
    if "code_urls" not in g:
        g.code_urls = {}
    if system not in g.code_urls:
        g.code_urls[system] = url_for("codebook.code", system=system, code="CODE")
    return str(g.code_urls[system]).replace("CODE", code, 1)


def asked_day() -> date:
    """Return the date in the address, today without one."""
    return date_argument("on") or utc_now().date()


def books_asked() -> BooksInForce:
    """Return the books of the date in the address, of today without one."""
    return library().on(asked_day())


def filters_asked(books: BooksInForce) -> Filters:
    """Return what the address searches for; a chapter narrows the search to ICD-10-CM."""
    system = system_asked()
    chapter = None
    if system in (None, CodeSystem.ICD10CM):
        asked = request.args.get("chapter", "")
        chapter = next((one for one in books.chapters(CodeSystem.ICD10CM) if asked and one.code == asked), None)
    return Filters(
        words=request.args.get("q", "")[:MAX_QUERY].strip(),
        system=CodeSystem.ICD10CM if chapter else system,
        claim=claim if (claim := request.args.get("claim", "")) in CLAIMS else "",
        billable=request.args.get("billable", "") == "1",
        chapter=chapter,
    )


def system_asked(text: str | None = None) -> CodeSystem | None:
    """Return the system of the address or of a text, None if none is named. Raises InvalidInput."""
    name = request.args.get("system", "") if text is None else text
    if not name:
        return None
    for system in CodeSystem:
        if name.casefold() == system.value.casefold():
            return system
    raise InvalidInput(f"“{name[:30]}” isn't a code system. Choose one of {', '.join(CodeSystem)}.")


def system_named(text: str) -> CodeSystem:
    """Return the system that an address names. Raises InvalidInput."""
    system = system_asked(text)
    if system is None:
        raise InvalidInput(f"An address of a code names its system: one of {', '.join(CodeSystem)}.")
    return system
