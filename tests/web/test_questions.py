"""The pages of question practice: nothing tells the answer before it is given."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

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
