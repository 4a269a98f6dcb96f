"""The starter tables written for this project: what may not be in them, and that the vocabulary leads somewhere."""

import tomllib

from app.codebook.finder.vocabulary import level_typed
from app.codebook.finder.written import vocabulary_files
from app.codebook.library import Library
from app.config import bundled
from app.domain.codes.code import CodeSystem


def _entries() -> list[tuple[str, dict[str, object]]]:
    found = []
    for path in vocabulary_files(bundled("codesets")):
        for table in tomllib.loads(path.read_text(encoding="utf-8")).values():
            found += [(term, lead if isinstance(lead, dict) else {"words": lead}) for term, lead in table.items()]
    return found


def test_the_starter_sets_are_large_enough_to_code_with(library: Library) -> None:
    billable = {book.system: book.counts["billable"] for book in library.books()}
    assert billable[CodeSystem.HCPCS] >= 250
    assert billable[CodeSystem.CPT] >= 400


def test_dental_codes_never_ship(library: Library) -> None:
    hcpcs = library.on(None).expand(CodeSystem.HCPCS, "A*") + library.on(None).expand(CodeSystem.HCPCS, "A0000-V9999")
    assert not [code for code in hcpcs if code.startswith("D")]


def test_the_vocabulary_is_large_and_says_where_each_term_leads() -> None:
    entries = _entries()
    assert len(entries) > 350
    assert not [term for term, lead in entries if not (lead.get("words") or lead.get("codes"))]
    assert not [term for term, _ in entries if not level_typed(term)]


def test_every_code_of_the_vocabulary_can_be_billed_or_is_a_modifier(library: Library) -> None:
    books = library.on(None)
    wrong = []
    for term, lead in _entries():
        codes = lead.get("codes", [])
        assert isinstance(codes, list)
        for code in codes:
            found = [entry for system in CodeSystem if (entry := books.find(system, code))]
            is_billable = bool(found) and found[0].billable
            if not is_billable and books.modifier(code) is None:
                wrong.append((term, code))
    assert not wrong


def test_terms_of_the_vocabulary_lead_somewhere(library: Library) -> None:
    """Look up every fiftieth term (all of them would take a minute): the codes written come first."""
    books = library.on(None)
    for term, lead in _entries()[::50]:
        codes = lead.get("codes", [])
        hits = books.search(term)
        assert hits, term
        if codes:
            rows = {hits[0].code, *(member.code for member in hits[0].members)}
            assert rows & set(codes) or hits[0].why != "known by this name", term


def test_cpt_says_whose_labels_it_has(library: Library) -> None:
    book = next(book for book in library.books() if book.system is CodeSystem.CPT)
    assert "no CPT descriptor is reproduced" in book.licence
    assert book.partial
