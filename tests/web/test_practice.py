"""The pages a student works on: worklist, chart, workspace, autosave, submit, result, history."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.services.exercises import chart_of, published_versions

MOLE = "mole-cryoablation"


@pytest.fixture
def student(bank: Flask, log_in: Callable[..., FlaskClient]) -> FlaskClient:
    return log_in(Role.STUDENT)


def open_chart(client: FlaskClient, slug: str = MOLE) -> str:
    """Open a chart and return the address of its workspace."""
    answer = client.post(f"/practice/charts/{slug}")
    assert answer.status_code == 303
    return str(answer.location)


def form(code: str = "D22.5", procedure: str = "17110", points_to: str = "A", **more: str) -> dict[str, str]:
    return {
        "diagnoses-0-code": code,
        "diagnoses-0-poa": "",
        "procedures-0-code": procedure,
        "procedures-0-modifiers": "",
        "procedures-0-units": "1",
        "procedures-0-points_to": points_to,
        "active_seconds": "42",
    } | more


def sheet(code: str = "D22.5") -> dict[str, Any]:
    return {"diagnoses": [{"code": code, "poa": ""}], "procedures": []}


def test_the_worklist_shows_every_chart_and_recommends_one(student: FlaskClient, bank: Flask) -> None:
    page = unescape(student.get("/practice/").text)
    with bank.app_context():
        titles = [version.title for version in published_versions()]
    assert all(title in page for title in titles)
    assert "Next for you" in page


def test_filters_stay_in_the_address_and_narrow_the_list(student: FlaskClient) -> None:
    page = student.get("/practice/?specialty=dermatology&q=mole").text
    assert "1 of " in page
    assert "No chart fits" in student.get("/practice/?q=zzzzzz").text
    assert student.get("/practice/?difficulty=99&status=%00&section=<script>").status_code == 200


def test_the_whole_way_from_opening_to_the_graded_answer(student: FlaskClient) -> None:
    workspace = open_chart(student)
    assert student.get(workspace).status_code == 200
    submitted = student.post(f"{workspace}/submit", data=form("d229"))
    assert submitted.status_code == 303
    page = student.get(submitted.location).text
    assert "85<small> %" in page
    assert "3.4 of 4 points" in page
    assert "Under-specified" in page
    assert "D22.5" in page
    assert 'id="ev-1"' in page
    history = student.get("/practice/history").text
    assert "85 %" in history
    progress = student.get("/progress/").text
    assert "under-specified" in progress
    assert "<svg" in progress


def test_a_full_score_says_so(student: FlaskClient) -> None:
    workspace = open_chart(student)
    page = student.post(f"{workspace}/submit", data=form(), follow_redirects=True).text
    assert "100<small> %" in page
    assert "4 of 4 points" in page


def test_submitting_twice_shows_the_first_result(student: FlaskClient) -> None:
    workspace = open_chart(student)
    student.post(f"{workspace}/submit", data=form())
    again = student.post(f"{workspace}/submit", data=form("D22.9"), follow_redirects=True)
    assert "100<small> %" in again.text


def test_a_blank_answer_is_refused_and_shows_no_key(student: FlaskClient) -> None:
    workspace = open_chart(student)
    answer = student.post(f"{workspace}/submit", data=form("", ""))
    assert answer.status_code == 400
    assert "nothing to grade" in answer.text
    assert "17110" not in answer.text


def test_more_than_25_lines_are_refused_with_a_message_and_kept(student: FlaskClient) -> None:
    workspace = open_chart(student)
    many = {f"diagnoses-{i}-code": "I10" for i in range(26)}
    answer = student.post(f"{workspace}/submit", data=form() | many)
    assert answer.status_code == 400
    assert "25" in answer.text
    assert answer.text.count('value="I10"') == 26


def test_without_scripts_the_form_saves_and_adds_rows(student: FlaskClient) -> None:
    workspace = open_chart(student)
    answer = student.post(f"{workspace}/submit", data=form(more="1"))
    assert answer.location == workspace
    page = student.get(workspace).text
    assert 'value="D22.5"' in page
    assert 'name="diagnoses-3-code"' in page


def test_drafts_are_saved_and_come_back(student: FlaskClient) -> None:
    workspace = open_chart(student)
    draft = {"revision": 0, "sheet": sheet("d22"), "marks": [], "active_seconds": 12.5}
    saved = student.post(f"{workspace}/draft", json=draft)
    assert saved.status_code == 200
    assert saved.get_json()["revision"] == 1
    assert 'value="d22"' in student.get(workspace).text


def test_a_conflict_carries_what_is_stored(student: FlaskClient) -> None:
    workspace = open_chart(student)
    draft = {"revision": 0, "sheet": sheet("D22.5"), "marks": [], "active_seconds": 1}
    student.post(f"{workspace}/draft", json=draft)
    answer = student.post(f"{workspace}/draft", json=draft | {"sheet": sheet("D22.9")})
    assert answer.status_code == 409
    assert answer.get_json()["revision"] == 1
    assert answer.get_json()["sheet"]["diagnoses"][0]["code"] == "D22.5"


def test_saving_after_submitting_points_to_the_result(student: FlaskClient) -> None:
    workspace = open_chart(student)
    student.post(f"{workspace}/submit", data=form())
    answer = student.post(f"{workspace}/draft", json={"revision": 1, "sheet": sheet(), "active_seconds": 0})
    assert answer.status_code == 410
    assert answer.get_json()["result_url"].endswith("/result")
    assert student.get(workspace).location.endswith("/result")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="a list"),
        pytest.param({}, id="empty"),
        pytest.param({"revision": "0", "sheet": {}}, id="revision as text"),
        pytest.param({"revision": -1, "sheet": {}, "active_seconds": 0}, id="negative revision"),
        pytest.param({"revision": 0, "sheet": [], "active_seconds": 0}, id="sheet as list"),
        pytest.param({"revision": 0, "sheet": {}, "marks": "x", "active_seconds": 0}, id="marks as text"),
        pytest.param({"revision": 0, "sheet": {}, "active_seconds": None}, id="no time"),
    ],
)
def test_an_unreadable_draft_is_refused_with_a_sentence(student: FlaskClient, body: object) -> None:
    workspace = open_chart(student)
    answer = student.post(f"{workspace}/draft", json=body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]


def test_a_draft_that_is_no_json_is_refused(student: FlaskClient) -> None:
    workspace = open_chart(student)
    answer = student.post(f"{workspace}/draft", data="{", content_type="application/json")
    assert answer.status_code == 400


def test_another_trainee_finds_nothing(student: FlaskClient, log_in: Callable[..., FlaskClient]) -> None:
    workspace = open_chart(student)
    student.post(f"{workspace}/submit", data=form())
    other = log_in(Role.STUDENT, "other")
    for address in (workspace, f"{workspace}/result"):
        assert other.get(address).status_code == 404
    for action in ("draft", "check"):
        body = {"revision": 0, "sheet": sheet(), "active_seconds": 0}
        assert other.post(f"{workspace}/{action}", json=body).status_code == 404
    assert other.post(f"{workspace}/submit", data=form()).status_code == 404


def test_the_result_is_not_there_before_submitting(student: FlaskClient) -> None:
    workspace = open_chart(student)
    assert student.get(f"{workspace}/result").location == workspace


def test_no_answer_leaves_the_server_before_submission(student: FlaskClient, bank: Flask) -> None:
    """No accepted code, rationale, guideline or forbidden reason on any page or answer of an open chart."""
    with bank.app_context():
        charts = [chart_of(version) for version in published_versions()]
    for chart in charts:
        workspace = open_chart(student, chart.id)
        answers = [
            student.get("/practice/"),
            student.get(f"/practice/charts/{chart.id}"),
            student.get(workspace),
            student.post(f"{workspace}/check", json={"sheet": sheet("Z99.89")}),
            student.post(f"{workspace}/draft", json={"revision": 0, "sheet": sheet("Z99.89"), "active_seconds": 1}),
            student.post(f"{workspace}/submit", data=form("", "")),
        ]
        seen = "\n".join(answer.text + str(answer.headers) for answer in answers)
        shown = "\n".join(document.text for document in chart.documents) + chart.convention
        for slot in (slot for variant in chart.key.variants for slot in variant.slots):
            secrets = [code for code in slot.accept if code not in shown] + [slot.rationale, slot.guideline]
            assert not [secret for secret in secrets if secret and secret in seen], f"{chart.id}: {slot.id}"
        for forbidden in chart.key.forbidden:
            assert not forbidden.reason or forbidden.reason not in seen


def test_the_scrubber_finds_what_the_books_say(student: FlaskClient) -> None:
    workspace = open_chart(student)
    typed = {
        "diagnoses": [{"code": "D22", "poa": ""}, {"code": "X", "poa": ""}, {"code": "Q99.Z9", "poa": ""}],
        "procedures": [{"code": "17110", "modifiers": "", "units": "1", "points_to": ""}],
    }
    problems = student.post(f"{workspace}/check", json={"sheet": typed}).get_json()["problems"]
    found = {(problem["row"], problem["field"]) for problem in problems}
    assert {("diagnoses-0", "code"), ("diagnoses-1", "code"), ("procedures-0", "points_to")} <= found
    assert ("diagnoses-2", "code") in found


def test_instructors_see_keys_and_students_do_not(student: FlaskClient, log_in: Callable[..., FlaskClient]) -> None:
    assert student.get(f"/bank/{MOLE}").status_code == 403
    instructor = log_in(Role.INSTRUCTOR)
    page = instructor.get(f"/bank/{MOLE}").text
    assert "D22.5" in page
    assert "17110" in page
    assert "Not reviewed by a certified coder." in page
    assert MOLE in instructor.get("/bank/").text
    assert instructor.get("/bank/nothing").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"revision": 0, "sheet": {}, "active_seconds": NaN}', id="NaN"),
        pytest.param('{"revision": 0, "sheet": {}, "active_seconds": -Infinity}', id="infinity"),
        pytest.param('{"revision": true, "sheet": {}, "active_seconds": 0}', id="true for a number"),
        pytest.param('{"revision": 1e99, "sheet": {}, "active_seconds": 0}', id="huge float"),
        pytest.param(f'{{"revision": {10**30}, "sheet": {{}}, "active_seconds": 0}}', id="huge number"),
        pytest.param("[" * 100_000, id="nested"),
        pytest.param("\x00", id="NUL"),
    ],
)
def test_odd_json_is_a_sentence_and_no_crash(student: FlaskClient, body: str) -> None:
    workspace = open_chart(student)
    for action in ("draft", "check"):
        answer = student.post(f"{workspace}/{action}", data=body, content_type="application/json")
        assert answer.status_code in (200, 400)
        assert answer.get_json().get("error") or action == "check"
    assert student.get(workspace).status_code == 200


def test_a_draft_with_many_rows_or_half_characters_can_be_opened_again(student: FlaskClient) -> None:
    workspace = open_chart(student)
    rows = [{"code": "I10", "poa": ""}] * 60
    draft = {"revision": 0, "sheet": {"diagnoses": rows, "procedures": []}, "active_seconds": 1}
    assert student.post(f"{workspace}/draft", json=draft).status_code == 200
    assert student.get(workspace).text.count('value="I10"') == 60
    half = '{"revision": 1, "sheet": {"diagnoses": [{"code": "\\ud800"}]}, "active_seconds": 1}'
    assert student.post(f"{workspace}/draft", data=half, content_type="application/json").status_code == 200
    assert student.get(workspace).status_code == 200


def test_saving_without_scripts_again_and_again_does_not_grow_the_form(student: FlaskClient) -> None:
    workspace = open_chart(student)
    for revision in range(8):
        blank = {f"diagnoses-{i}-code": "" for i in range(1, 4)}
        assert (
            student.post(f"{workspace}/submit", data=form(save="1", revision=str(revision)) | blank).status_code == 303
        )
    assert 'name="diagnoses-3-code"' in student.get(workspace).text
    assert 'name="diagnoses-4-code"' not in student.get(workspace).text


def test_without_scripts_a_stale_page_overwrites_nothing(student: FlaskClient) -> None:
    workspace = open_chart(student)
    student.post(f"{workspace}/submit", data=form("D22.5", save="1", revision="0"))
    answer = student.post(f"{workspace}/submit", data=form("D22.9", save="1", revision="0"))
    assert answer.status_code == 400
    assert "another tab" in answer.text
    assert 'value="D22.9"' in answer.text
    assert 'value="D22.5"' in student.get(workspace).text


@pytest.mark.parametrize(
    "address",
    ["/practice/attempts/99999999999999999999", "/practice/attempts/3000000000", "/practice/charts/a%00b", "/bank/%00"],
)
def test_odd_addresses_are_not_found(student: FlaskClient, address: str) -> None:
    assert student.get(address).status_code in (403, 404)


def test_a_text_that_is_too_long_is_refused_at_submission(student: FlaskClient) -> None:
    workspace = open_chart(student)
    answer = student.post(f"{workspace}/submit", data=form("D" * 5000))
    assert answer.status_code == 400
    assert "200 characters" in answer.text


def test_history_pages_past_the_end_show_the_last_one(student: FlaskClient) -> None:
    workspace = open_chart(student)
    student.post(f"{workspace}/submit", data=form())
    assert "Nothing submitted" not in student.get("/practice/history?page=99").text


def test_a_status_that_is_not_understood_does_not_filter(student: FlaskClient) -> None:
    assert "No chart fits" not in student.get("/practice/?status=bogus&best=bogus").text
    assert "No chart fits" not in student.get("/practice/?best=below-70").text
