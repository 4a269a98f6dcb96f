"""The code book's pages: searching, the printed page, leafing, releases, odd addresses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient

ON = "2026-06-05"


@pytest.fixture
def student(log_in: Callable[..., FlaskClient]) -> FlaskClient:
    return log_in()


def _text(page: str) -> str:
    """Return what a person reads of a page, blanks folded."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def test_the_first_page_lists_the_books_and_the_keys(student: FlaskClient) -> None:
    page = student.get(f"/codebook/?on={ON}").text
    assert "Books on this server" in page
    assert "22 chapters" in page
    for key in ("search", "move", "open or close a group", "clear"):
        assert key in page
    assert f"/codebook/ICD-10-CM/?on={ON}" in _links(page)


def test_a_search_shows_why_and_groups_that_open(student: FlaskClient) -> None:
    page = student.get("/codebook/?q=fracture+of+neck+of+femur").text
    assert "S72.00" in page
    assert '<details class="found-group">' in page
    assert "found-why" in page
    assert "billable" in page


def test_filters_stay_in_the_address_and_narrow_the_hits(student: FlaskClient) -> None:
    page = student.get("/codebook/?q=diabetes&billable=1&chapter=15").text
    found = re.findall(r'class="found-link" href="/codebook/([^/]+)/([^"?]+)', page)
    assert found
    assert all(system == "ICD-10-CM" and code.startswith("O") for system, code in found)
    assert "more characters" not in page
    assert "/codebook/?q=diabetes&system=ICD-10-CM&chapter=15" in _links(page)
    assert "/codebook/?q=diabetes&system=CPT&billable=1" in _links(page)


def test_a_chapter_that_does_not_exist_narrows_nothing(student: FlaskClient) -> None:
    assert student.get("/codebook/?q=nevus&chapter=99").status_code == 200
    assert student.get("/codebook/search?q=nevus&chapter=abc&billable=yes").get_json()["hits"]


def test_nothing_found_says_what_to_do(student: FlaskClient) -> None:
    page = _text(student.get("/codebook/?q=zzzzqqqq&billable=1").text)
    assert "Nothing found for “zzzzqqqq”" in page
    assert "take a filter away" in page


def test_the_answer_for_scripts_has_rows_with_members_and_addresses(student: FlaskClient) -> None:
    data = student.get(f"/codebook/search?q=fracture+of+neck+of+femur&system=ICD-10-CM&on={ON}").get_json()
    row = next(hit for hit in data["hits"] if hit["members"])
    assert row["url"] == f"/codebook/ICD-10-CM/{row['code']}?on={ON}"
    assert row["code"] in {member["code"] for member in row["members"]}
    assert row["stem"]
    assert data["book"] == "ICD-10-CM 2026 April update"
    chapters = student.get("/codebook/chapters").get_json()["chapters"]
    assert [chapter["code"] for chapter in chapters] == [str(number) for number in range(1, 23)]


def test_the_page_of_a_code_is_printed_whole_with_the_code_marked(student: FlaskClient) -> None:
    page = student.get(f"/codebook/ICD-10-CM/E11.621?on={ON}").text
    text = _text(page)
    assert page.count('id="here"') == 1
    rows = re.findall(r'<li class="tab-row[^"]*"( id="here")?.*?class="code"[^>]*>([^<]+)<', page, re.DOTALL)
    assert [("" if not here else "here", code) for here, code in rows if code.startswith("E11.62")] == [
        ("", "E11.62"),
        ("", "E11.620"),
        ("here", "E11.621"),
        ("", "E11.622"),
        ("", "E11.628"),
    ]
    assert "Use additional code to identify site of ulcer" in text
    assert "Excludes1 from E11" in text
    assert "From chapter 4 (Excludes1, Note)" in text
    assert f"/codebook/ICD-10-CM/section/E08-E13?on={ON}" in _links(page)
    assert f"/codebook/ICD-10-CM/L97.4?on={ON}" in _links(page)


def test_a_code_that_lacks_a_character_lists_the_choices(student: FlaskClient) -> None:
    text = _text(student.get("/codebook/ICD-10-CM/S72.001").text)
    assert "it needs a 7th character; S72.001A to S72.001S are the choices." in text
    assert "S72.001K subsequent encounter for closed fracture with nonunion" in text
    assert "7th characters of S72" in text


def test_labels_of_our_own_are_marked_as_such(student: FlaskClient) -> None:
    text = _text(student.get("/codebook/CPT/17110").text)
    assert "our own label, not the CPT descriptor" in text
    assert "Plain labels written for this project" in text
    assert "our own label" not in _text(student.get("/codebook/HCPCS/J1885").text)


def test_every_link_to_the_book_keeps_the_date(student: FlaskClient) -> None:
    for address in (
        "/codebook/",
        "/codebook/ICD-10-CM/D22.5",
        "/codebook/ICD-10-CM/",
        "/codebook/CPT/17110",
        "/codebook/ICD-10-CM/chapter/2",
        "/codebook/?q=nevus",
        "/codebook/index/",
    ):
        page = student.get(f"{address}{'&' if '?' in address else '?'}on={ON}").text
        inside = [link for link in _links(page) if link.startswith("/codebook/")]
        assert inside
        assert all(f"on={ON}" in link for link in inside), address


def test_a_date_that_cannot_be_one_is_an_error_page_without_it(student: FlaskClient) -> None:
    answer = student.get("/codebook/?on=yesterday")
    assert answer.status_code == 400
    assert "yesterday" not in " ".join(_links(answer.text))
    assert student.get("/codebook/?on=2026-13-45").status_code == 400


@pytest.mark.parametrize(
    ("on", "said"),
    [
        pytest.param("2026-06-05", None, id="covered"),
        pytest.param("2025-01-01", "No ICD-10-CM release on this server covers 1 Jan 2025.", id="before"),
        pytest.param("2031-01-01", "No ICD-10-CM release on this server covers 1 Jan 2031.", id="after"),
    ],
)
def test_a_release_that_does_not_cover_the_date_says_so(student: FlaskClient, on: str, said: str | None) -> None:
    text = _text(student.get(f"/codebook/ICD-10-CM/D22.5?on={on}").text)
    assert "in force from 1 Apr 2026 to 30 Sep 2026" in text
    assert (said in text) if said else ("covers" not in text)


def test_without_a_date_the_release_of_today_or_the_newest_is_used(
    student: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = {"now": datetime(2026, 11, 22, tzinfo=UTC)}
    monkeypatch.setattr("app.web.codebook.addresses.utc_now", lambda: moments["now"])
    text = _text(student.get("/codebook/ICD-10-CM/D22.5").text)
    assert "is the newest release on this server; it was in force from 1 Apr 2026 to 30 Sep 2026" in text
    moments["now"] = datetime(2026, 5, 1, tzinfo=UTC)
    assert "newest release" not in _text(student.get("/codebook/ICD-10-CM/D22.5").text)
    moments["now"] = datetime(2026, 1, 1, tzinfo=UTC)
    assert "it is in force from 1 Apr 2026" in _text(student.get("/codebook/ICD-10-CM/D22.5").text)


def test_leafing_from_the_book_to_a_category(student: FlaskClient) -> None:
    assert "Chapter 9" in student.get("/codebook/ICD-10-CM/chapter/9").text
    assert "I30-I5A" in student.get("/codebook/ICD-10-CM/").text
    section = student.get("/codebook/ICD-10-CM/section/I30-I5A").text
    assert "/codebook/ICD-10-CM/I5A" in _links(section)
    assert "Anesthesia" in student.get("/codebook/CPT/").text
    assert student.get("/codebook/HCPCS/section/modifiers").status_code == 200
    assert "/codebook/HCPCS/LT" not in _links(student.get("/codebook/HCPCS/section/modifiers").text)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/codebook/ICD-10-CM/E11.27", 404),
        ("/codebook/ICD-10-CM/%25", 400),
        ("/codebook/ICD-10-CM/%00", 404),
        ("/codebook/ICD-10-CM/" + "x" * 10_240, 400),
        ("/codebook/ICD-10-CM/\u202e\u05d0", 400),
        ("/codebook/ICD-10-CM/\U0001f9b4", 400),
        ("/codebook/ICD-10-CM/<script>", 400),
        ("/codebook/nonsense/", 400),
        ("/codebook/nonsense/E11", 400),
        ("/codebook/ICD-10-CM/chapter/99", 404),
        ("/codebook/ICD-10-CM/section/'; DROP TABLE node", 404),
        ("/codebook/ICD-10-CM/chapter/9?page=-3", 200),
        ("/codebook/CPT/section/medicine?page=99999999", 200),
        ("/codebook/index/nonsense/A", 404),
        ("/codebook/index/drugs/term/99999999999", 404),
        ("/codebook/mine?q=%25_%22%00&page=x", 200),
    ],
)
def test_odd_addresses_are_answered_with_a_sentence(student: FlaskClient, address: str, status: int) -> None:
    answer = student.get(address)
    assert answer.status_code == status, address
    assert "<script>" not in answer.text
    assert "Something broke" not in answer.text


def test_a_modifier_among_the_hits_has_no_page(student: FlaskClient) -> None:
    data = student.get("/codebook/search?q=LT&system=HCPCS").get_json()
    kinds = {hit["kind"] for hit in data["hits"]}
    page = student.get("/codebook/?q=LT&system=HCPCS").text
    assert kinds <= {"code", "modifier"}
    assert "/codebook/HCPCS/LT" not in " ".join(_links(page))


@pytest.mark.parametrize(
    ("claim", "systems"),
    [
        pytest.param("inpatient", {"ICD-10-CM", "ICD-10-PCS"}, id="inpatient"),
        pytest.param("outpatient", {"ICD-10-CM", "CPT", "HCPCS"}, id="outpatient"),
    ],
)
def test_beside_a_chart_only_codes_that_its_claim_takes_are_found(
    log_in: Callable[..., FlaskClient], claim: str, systems: set[str]
) -> None:
    client = log_in()
    for words in ("laparoscopic inguinal hernia repair", "knee arthroscopy", "crutches"):
        hits = client.get("/codebook/search", query_string={"q": words, "claim": claim, "limit": "30"}).get_json()[
            "hits"
        ]
        assert {hit["system"] for hit in hits} <= systems
    asked = {"q": "17110", "claim": claim, "system": "CPT"}
    assert client.get("/codebook/search", query_string=asked).get_json()["hits"], "a system that is named is searched"


def test_an_unknown_kind_of_claim_narrows_nothing(log_in: Callable[..., FlaskClient]) -> None:
    found = log_in().get("/codebook/search", query_string={"q": "17110", "claim": "x"}).get_json()["hits"]
    assert found[0]["code"] == "17110"
