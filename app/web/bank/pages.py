"""What each page of the bank's questions is given to render. They hold keys: staff only, as the access table says."""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

from app.codebook.library import Library
from app.services.bank_questions import matching, question_record, question_rows
from app.services.documents import render_document
from app.services.question_options import option_codes, reads_as_code

PER_PAGE = 50


def questions_page(args: Mapping[str, str], page: int) -> dict[str, Any]:
    """Return one page of the questions that fit the address, by section; an unknown section doesn't filter."""
    rows = question_rows()
    choices = list(dict.fromkeys(row.section for row in rows))
    section = args.get("section", "") if args.get("section") in choices else ""
    words = args.get("q", "").strip()[:200]
    found = matching(rows, section=section, words=words)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(page, pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return {
        "groups": [(name, list(group)) for name, group in groupby(shown, key=lambda row: row.section)],
        "found": len(found),
        "total": len(rows),
        "choices": choices,
        "section": section,
        "words": words,
        "page": page,
        "pages": pages,
    }


def question_page(slug: str, library: Library) -> dict[str, Any]:
    """Return a question with its key, its use and its second codings."""
    record = question_record(slug)
    content, case = record.content, record.content.case
    return {
        "record": record,
        "question": content,
        "document": {"html": render_document(content.stem)},
        "note": {"title": case.title, "html": render_document(case.note)} if case else None,
        "options": [asdict(option) | {"is_code": reads_as_code(option.text)} for option in content.options],
        "codes": option_codes(content, library),
        "day": content.day,
    }
