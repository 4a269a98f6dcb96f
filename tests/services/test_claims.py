"""The scrubber: what the books say against a claim, row by row."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.codebook.library import Library
from app.domain.sheet import Sheet, read_sheet
from app.services.bank import Bank
from app.services.claims import ClaimProblem, check_claim
from app.services.exercises import chart_of, published_version, store_bank
from tests.factories import NOW

Scrub = Callable[..., list[ClaimProblem]]


@pytest.fixture
def scrub(app: Flask, library: Library, few_charts: Bank) -> Scrub:
    with app.app_context():
        store_bank(few_charts, NOW)

    def run(sheet: Sheet, slug: str = "mole-cryoablation") -> list[ClaimProblem]:
        with app.app_context():
            return check_claim(sheet, chart_of(published_version(slug)), library)

    return run


def sheet(*diagnoses: str, procedures: tuple[dict[str, str], ...] = ()) -> Sheet:
    return read_sheet({"diagnoses": [{"code": code} for code in diagnoses], "procedures": list(procedures)})


def procedure(code: str, points_to: str = "A", modifiers: str = "") -> dict[str, str]:
    return {"code": code, "modifiers": modifiers, "units": "1", "points_to": points_to}


def test_a_good_claim_has_nothing_against_it(scrub: Scrub) -> None:
    assert scrub(sheet("D22.5", procedures=(procedure("17110"),))) == []


@pytest.mark.parametrize(
    ("claim", "row", "field", "says"),
    [
        pytest.param(sheet("D22"), "diagnoses-0", "code", "isn't billable", id="incomplete"),
        pytest.param(sheet("Q99.Z9"), "diagnoses-0", "code", "isn't in the ICD-10-CM book", id="unknown"),
        pytest.param(sheet("1?"), "diagnoses-0", "code", "can't be an ICD-10-CM code", id="shape"),
        pytest.param(sheet("D22.5", "D22.5"), "diagnoses-1", "code", "twice", id="twice"),
        pytest.param(sheet("E11.9", "R73.9"), "diagnoses-1", "code", "exclude each other", id="Excludes1"),
        pytest.param(sheet("F02.80"), "diagnoses-0", "code", "manifestation", id="manifestation first"),
        pytest.param(sheet("O80"), "diagnoses-0", "code", "doesn't fit this patient", id="another sex"),
        pytest.param(
            sheet("D22.5", procedures=(procedure("17110", ""),)),
            "procedures-0",
            "points_to",
            "no diagnosis",
            id="pointer",
        ),
        pytest.param(
            sheet("D22.5", procedures=(procedure("17110", "C"),)),
            "procedures-0",
            "points_to",
            "to point to",
            id="nowhere",
        ),
        pytest.param(
            sheet("D22.5", procedures=(procedure("17110", "A", "Q9Z"),)),
            "procedures-0",
            "modifiers",
            "modifier",
            id="mod",
        ),
        pytest.param(sheet(*["I10"] * 13), "diagnoses-12", "code", "12 diagnoses", id="13th diagnosis"),
        pytest.param(
            sheet("A09", "I10", "J00", "R05.9", "D22.5", procedures=(procedure("17110", "ABCDE"),)),
            "procedures-0",
            "points_to",
            "at most 4",
            id="five pointers",
        ),
        pytest.param(sheet(), None, None, "Nothing is entered", id="blank"),
        pytest.param(sheet(*["I10"] * 26), None, None, "25", id="too many"),
    ],
)
def test_each_fault_is_found_where_it_is(
    scrub: Scrub, claim: Sheet, row: str | None, field: str | None, says: str
) -> None:
    found = [p for p in scrub(claim) if (p.row, p.field) == (row, field)]
    assert any(says in problem.text for problem in found)


def test_an_inpatient_claim_is_asked_for_poa_but_not_for_pointers(scrub: Scrub) -> None:
    found = scrub(sheet("I10", procedures=(procedure("0DTJ4ZZ", ""),)), "acute-abdomen-inpatient")
    assert [(problem.row, problem.field) for problem in found] == [("diagnoses-0", "poa")]


def test_findings_come_in_the_order_of_the_lines(scrub: Scrub) -> None:
    found = scrub(sheet("D22", "Q99.Z9", "1?", "D22"))
    assert [problem.row for problem in found] == sorted(problem.row or "" for problem in found)


def test_a_cpt_code_on_an_inpatient_claim_is_remarked(scrub: Scrub) -> None:
    found = scrub(sheet(procedures=(procedure("44970", ""),)), "acute-abdomen-inpatient")
    assert any("ICD-10-PCS" in problem.text for problem in found)


def test_a_claim_without_a_diagnosis(scrub: Scrub) -> None:
    found = scrub(sheet(procedures=(procedure("17110", ""),)))
    assert any("at least one diagnosis" in problem.text for problem in found)
