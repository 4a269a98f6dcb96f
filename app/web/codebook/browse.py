"""Leafing through the books: systems → chapters → sections → categories."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.web.codebook import pages
from app.web.codebook.addresses import blueprint, books_asked, system_named
from app.web.requests import page_argument


@blueprint.get("/<system>/")
def book(system: str) -> ResponseReturnValue:
    """Show the chapters of a book with their sections."""
    outline = books_asked().outline(system_named(system))
    return render_template("codebook/browse.html", **pages.outline_page(outline))


@blueprint.get("/<system>/<any(chapter, section):kind>/<code>")
def part(system: str, kind: str, code: str) -> ResponseReturnValue:
    """Show a chapter with its notes and the categories of its sections, or a section with its codes."""
    outline = books_asked().part(system_named(system), kind, code[:40], page_argument())
    return render_template("codebook/browse.html", **pages.outline_page(outline))
