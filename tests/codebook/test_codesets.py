"""The starter tables written for this project: what may not be in them, and that the vocabulary leads somewhere."""

import tomllib

import pytest

from app.codebook.library import Library
from app.codebook.vocabulary import level, vocabulary_files
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


def test_no_vocabulary_term_is_written_twice() -> None:
    terms = [tuple(level(term)) for term, _ in _entries()]
    assert len(terms) > 350
    twice = {term for term in terms if terms.count(term) > 1}
    assert not {" ".join(term) for term in twice} - {"kidney stone", "wart", "gallstone", "covid 19", "covid-19"}


@pytest.mark.parametrize(("term", "lead"), _entries(), ids=[term for term, _ in _entries()])
def test_every_vocabulary_term_leads_somewhere(term: str, lead: dict[str, object], library: Library) -> None:
    books = library.on(None)
    codes = lead.get("codes", [])
    assert isinstance(codes, list)
    for code in codes:
        found = [entry for system in CodeSystem if (entry := books.find(system, code))]
        assert found, code
        assert found[0].billable
    assert books.search(term)
    if codes:
        assert books.search(term)[0].code == codes[0]


def test_cpt_says_whose_labels_it_has(library: Library) -> None:
    book = next(book for book in library.books() if book.system is CodeSystem.CPT)
    assert "no CPT descriptor is reproduced" in book.licence
    assert book.partial
