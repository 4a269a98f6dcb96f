"""``chartroom codes``: search, show and list, for people and as JSON."""

import json

import pytest

from app.cli.codes import codes
from app.domain.errors import UnknownCode


def test_search_prints_json_of_code_title_billable_system(run):
    result = run(codes, "search", "melanocytic", "nevi", "of", "trunk", "--json", "--limit", "3")
    hits = json.loads(result.stdout)
    assert len(hits) == 3
    assert {"code": "D22.5", "title": "Melanocytic nevi of trunk", "billable": True, "system": "ICD-10-CM"}.items() <= (
        hits[0].items()
    )


@pytest.mark.parametrize("name", ["cpt", "CPT", "cpt-4"])
def test_the_system_may_be_named_in_any_way(run, name):
    hits = json.loads(run(codes, "search", "knee", "arthroscopy", "--system", name, "--json").stdout)
    assert {hit["system"] for hit in hits} == {"CPT"}


@pytest.mark.parametrize("name", ["icd10cm", "cm", "ICD-10-CM", "icd-10"])
def test_icd_10_cm_has_short_names(run, name):
    assert "I10" in run(codes, "search", "essential hypertension", "--system", name, "--on", "2026-06-01").stdout


def test_an_unknown_system_is_refused(run):
    result = run(codes, "search", "knee", "--system", "snomed")
    assert result.exit_code == 2
    assert "“snomed” is no code system" in result.output


def test_search_without_a_hit_says_so(run):
    assert run(codes, "search", "🦴").stdout == "Nothing found: try fewer or other words.\n"
    assert json.loads(run(codes, "search", "🦴", "--json").stdout) == []


def test_a_day_without_a_release_is_named_on_stderr_only(run):
    result = run(codes, "show", "I10", "--on", "2031-01-01", "--json")
    assert json.loads(result.stdout)["book"] == "ICD-10-CM-2026-04"
    assert result.stderr == ("No installed ICD-10-CM release covers 2031-01-01: using ICD-10-CM 2026, April update.\n")
    assert run(codes, "show", "I10", "--on", "2026-06-01").stderr == ""


def test_show_prints_the_page_of_a_code(run):
    page = run(codes, "show", "e112", "--on", "2026-06-01").stdout
    assert page.startswith("E11.2  Type 2 diabetes mellitus with kidney complications\n")
    assert "E11.21 to E11.29 are the choices" in page
    assert "Excludes1 (E11): type 1 diabetes mellitus (E10.-)" in page
    assert "E11.22  Type 2 diabetes mellitus with diabetic chronic kidney disease" in page


def test_show_as_json(run):
    data = json.loads(run(codes, "show", "S72.001", "--json", "--on", "2026-06-01").stdout)
    assert (data["code"], data["billable"], data["section"]["code"]) == ("S72.001", False, "S70-S79")
    assert data["seventh"][0] == {
        "char": "A",
        "label": "initial encounter for closed fracture",
        "code": "S72.001A",
    }
    assert [place["code"] for place in data["path"]] == ["S72", "S72.0", "S72.00"]


def test_an_unknown_code_is_an_error_with_a_remedy(run):
    result = run(codes, "show", "E11.27")
    assert isinstance(result.exception, UnknownCode)
    assert "E11.21 to E11.29" in str(result.exception)


def test_list_names_every_book_with_dates_and_licence(run):
    page = run(codes, "list").stdout
    assert "ICD-10-CM-2026-04: ICD-10-CM 2026, April update, in force 2026-04-01 to 2026-09-30" in page
    assert "98,186 codes, 74,719 billable" in page
    assert "from icd10c-tabular-April-1-2026.xml, sha256 f161f8182aff, read 20" in page
    assert "place-of-service-2026-01: Place of service 2026" in page
    data = json.loads(run(codes, "list", "--json").stdout)
    assert all(book["licence"] and book["publisher"] and book["sha256"] and book["sources"] for book in data)
    assert {"id": "place-of-service-2026-01", "system": None, "partial": False}.items() <= data[-2].items()
