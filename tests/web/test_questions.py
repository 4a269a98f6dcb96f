"""The pages of question practice: nothing tells the answer before it is given."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.codebook.library import Library
from app.domain.roles import Role
from app.services import questions
from app.services.question_files import read_questions
from tests.factories import NOW
from tests.services.test_questions import write


@pytest.fixture
def student(app: Flask, tmp_path: Path, library: Library, log_in: Callable[..., FlaskClient]) -> FlaskClient:
    with app.app_context():
        questions.store_questions(read_questions(write(tmp_path / "bank", "femur", "tibia"), library), NOW)
    return log_in()


def answer(client: FlaskClient, name: str, chosen: str, way: str = "") -> TestResponse:
    """Answer a question and return the page that explains it."""
    address = f"/questions/anatomy-{name}"
    shown = client.get(address).text
    version = shown.split('name="version" value="')[1].split('"')[0]
    return client.post(address + way, data={"version": version, "choice": chosen}, follow_redirects=True)


def test_a_section_leads_to_its_first_question(student: FlaskClient) -> None:
    assert "Anatomy" in student.get("/questions/").text
    assert student.get("/questions/sections/anatomy").location == "/questions/anatomy-femur"


def test_the_question_page_holds_no_part_of_the_answer(student: FlaskClient) -> None:
    page = student.get("/questions/anatomy-femur").text
    assert "Which bone is the femur?" in page
    for told in ("Yes.", "It is.", "Any atlas", "right", "is_right"):
        assert told not in page.split("<main")[1].split("</main>")[0]


def test_an_answer_is_explained_option_by_option(student: FlaskClient) -> None:
    answer = student.post("/questions/anatomy-femur", data={"version": "1", "choice": "a"})
    assert answer.status_code == 303
    page = student.get(answer.location).text
    for text in ("Not right", "Your answer", "Right answer", "Yes.", "No, three.", "It is.", "Any atlas"):
        assert text in page
    assert "/questions/sections/anatomy?after=anatomy-femur" in page
    told = page.split("<main")[1]
    order = [told.index(text) for text in ("Not right", "No.", "It is.", "Any atlas", "Next question", "No, three.")]
    assert order == sorted(order)


def test_the_page_says_where_one_is(student: FlaskClient) -> None:
    assert "Question 1 of 2" in student.get("/questions/anatomy-femur").text
    page = answer(student, "femur", "b").text
    assert "1 of 1 right so far" in page
    assert (
        "Question 2 of 2" in student.get("/questions/sections/anatomy?after=anatomy-femur", follow_redirects=True).text
    )


def test_a_section_ends_and_offers_the_wrong_ones_again(student: FlaskClient) -> None:
    answer(student, "femur", "b")
    assert "How it came out" in answer(student, "tibia", "a").text
    end = student.get("/questions/sections/anatomy?after=anatomy-tibia").text
    for text in ("Section done", "1 of 2", "The wrong one again", "All 2 once more"):
        assert text in end
    begun = student.get("/questions/sections/anatomy?which=wrong").location
    asked = student.get(begun).location
    assert asked == "/questions/anatomy-tibia?which=wrong&since=2"
    given = answer(student, "tibia", "c", way="?which=wrong&since=2")
    assert "the wrong ones again" in given.text
    assert "0 of 1 right so far" in given.text
    end = student.get("/questions/sections/anatomy?which=wrong&since=2&after=anatomy-tibia").text
    assert "Round done" in end
    assert "The wrong one again" in end


def test_what_was_passed_over_is_said_at_the_end(student: FlaskClient) -> None:
    answer(student, "femur", "b")
    end = student.get("/questions/sections/anatomy?after=anatomy-tibia").text
    assert "End of the section" in end
    assert "You passed over 1 question; it is still waiting." in end


def test_the_wrong_ones_of_all_sections_are_one_round(student: FlaskClient) -> None:
    answer(student, "femur", "a")
    index = student.get("/questions/").text
    assert "/questions/sections/all?which=wrong" in index
    assert "1 wrong again" in index
    begun = student.get("/questions/sections/all?which=wrong").location
    asked = student.get(begun).location
    assert asked == "/questions/anatomy-femur?which=wrong&since=1&of=all"
    assert "/questions/sections/all?after=anatomy-femur" in student.get(asked).text


@pytest.mark.parametrize(
    "way", ["?which=x", "?which=wrong&since=-1", "?which=wrong&since=¹", "?since=99999999999999&of=x"]
)
def test_an_address_that_isn_t_understood_still_asks(student: FlaskClient, way: str) -> None:
    assert student.get("/questions/anatomy-femur" + way).status_code == 200
    assert student.get("/questions/sections/anatomy" + way).status_code in (200, 302)


def test_codes_are_explained_only_after_the_answer(
    app: Flask, tmp_path: Path, library: Library, log_in: Callable[..., FlaskClient]
) -> None:
    folder = write(tmp_path / "bank", "femur")
    path = folder / "questions" / "anatomy.toml"
    text = path.read_text("utf-8").replace("systems = []", 'systems = ["ICD-10-CM"]')
    for words, code in (("One", "D22.5"), ("Two", "D22.9"), ("Three", "I10"), ("Four", "E11.9")):
        text = text.replace(f'"{words} femur"', f'"{code}"')
    path.write_text(text, encoding="utf-8")
    with app.app_context():
        questions.store_questions(read_questions(folder, library), NOW)
    student = log_in()
    title = "Melanocytic nevi of trunk"
    assert title not in student.get("/questions/anatomy-femur").text
    told = answer(student, "femur", "a").text
    assert title in told
    assert "/codebook/ICD-10-CM/D22.5?on=2026-06-15" in told


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param({"version": "1"}, "Choose one of the four answers", id="nothing chosen"),
        pytest.param({"version": "1", "choice": "z"}, "Choose one of the four answers", id="no such option"),
        pytest.param({"choice": "a"}, "This page is incomplete", id="no version"),
        pytest.param({"version": "¹", "choice": "a"}, "This page is incomplete", id="a version that is no number"),
    ],
)
def test_bad_input_is_told(student: FlaskClient, data: dict[str, str], words: str) -> None:
    answer = student.post("/questions/anatomy-femur", data=data)
    assert answer.status_code == 400
    assert words in answer.text


@pytest.mark.parametrize("address", ["/questions/nothing", "/questions/sections/nothing", "/questions/answers/1"])
def test_what_isn_t_there_is_not_found(student: FlaskClient, address: str) -> None:
    assert student.get(address).status_code == 404


def test_another_person_can_t_see_an_answer(student: FlaskClient, log_in: Callable[..., FlaskClient]) -> None:
    answer = student.post("/questions/anatomy-femur", data={"version": "1", "choice": "a"})
    other = log_in(Role.INSTRUCTOR)
    assert other.get(answer.location).status_code == 404


def test_without_questions_the_page_says_what_to_do(log_in: Callable[..., FlaskClient]) -> None:
    assert "There are no questions yet" in log_in().get("/questions/").text
