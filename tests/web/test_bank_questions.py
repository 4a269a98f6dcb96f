"""The bank's questions as instructors see them: the list with its filters, and each question with its key."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.domain.roles import Role
from app.services import questions
from app.services.question_files import read_questions
from app.services.questions import published_question
from app.web.bank import pages
from tests.factories import NOW, make_user
from tests.services.test_questions import write
from tests.web.test_bank import main_of
from tests.web.test_queries import counted

LIST = "/bank/questions/"
NAMES = ("femur", "tibia", "ulna")
CASE = """
[[case]]
id = "knee"
title = "A knee on Monday"
note = "**Knee**, seen on Monday."
"""


def store(app: Flask, folder: Path, library: Library, *names: str) -> None:
    """Store questions of anatomy, and the same of radiology that a second coder saw otherwise."""
    below = write(folder, *names) / "questions"
    for name in ("anatomy.toml", "anatomy.review.toml"):
        text = (below / name).read_text(encoding="utf-8").replace("anatomy", "radiology").replace("bone", "film")
        settled = 'agreed = false\nwhat = "C was answered."\nsettlement = "The stem was made plainer."\n'
        text = text.replace('answer = "b"', 'answer = "c"').replace("agreed = true\n", settled)
        (below / name.replace("anatomy", "radiology")).write_text(text, encoding="utf-8")
    with app.app_context():
        questions.store_questions(read_questions(folder, library), NOW)


def give(app: Flask, slug: str, user: int, *chosen: str) -> None:
    with app.app_context():
        for choice in chosen:
            version = published_question(slug).id
            questions.answer(slug, version_id=version, chosen=choice, user_id=user, now=NOW)


@pytest.fixture
def instructor(app: Flask, tmp_path: Path, library: Library, log_in: Callable[..., FlaskClient]) -> FlaskClient:
    store(app, tmp_path / "bank", library, *NAMES)
    return log_in(Role.INSTRUCTOR)


@pytest.fixture
def student(app: Flask) -> int:
    with app.app_context():
        return make_user(username="ann").id


def row_of(page: str, slug: str) -> str:
    """Return the row of the list that leads to a question."""
    return next(row for row in page.split("<tr")[1:] if f"/bank/questions/{slug}" in row)


def slugs_of(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('href="/bank/questions/')[1:] if part[0] not in '"?']


def test_the_list_is_in_the_order_of_the_exam_and_names_sections_once(instructor: FlaskClient) -> None:
    page = main_of(instructor, LIST)
    assert slugs_of(page) == [f"{section}-{name}" for section in ("radiology", "anatomy") for name in NAMES]
    groups = [part.split("<")[0] for part in page.split('<th scope="rowgroup" colspan="6">')[1:]]
    assert groups == ["Radiology", "Anatomy"]
    assert "6 of 6 questions" in page


def test_a_row_tells_what_is_known_of_its_question(instructor: FlaskClient, app: Flask, student: int) -> None:
    give(app, "anatomy-tibia", student, "b", "b", "a")
    page = main_of(instructor, LIST)
    row = row_of(page, "anatomy-tibia")
    for text in ("Which bone is the tibia?", "bones", "Difficulty 2 of 5", ">B<", ">3<", "67 %", "Agreed"):
        assert text in row
    unused = row_of(page, "radiology-tibia")
    for text in (">0<", "none yet", "Differed"):
        assert text in unused


def test_answers_of_staff_are_not_counted(instructor: FlaskClient, app: Flask) -> None:
    with app.app_context():
        staff = make_user(username="ivo", role=Role.ADMIN).id
    give(app, "anatomy-tibia", staff, "b")
    assert ">0<" in row_of(main_of(instructor, LIST), "anatomy-tibia")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({"section": "anatomy"}, [f"anatomy-{name}" for name in NAMES], id="a section"),
        pytest.param({"q": "ULNA"}, ["radiology-ulna", "anatomy-ulna"], id="a word of the stem"),
        pytest.param({"q": "bone four tibia"}, ["anatomy-tibia"], id="words of stem and answers"),
        pytest.param({"section": "anatomy", "q": "femur"}, ["anatomy-femur"], id="both"),
        pytest.param({"section": "nothing", "q": "bone femur"}, ["anatomy-femur"], id="a section that isn't there"),
        pytest.param({"q": "femur", "page": "99"}, ["radiology-femur", "anatomy-femur"], id="a page past the last"),
        pytest.param({"q": "zzz"}, [], id="nothing fits"),
        pytest.param({"q": "<script>" + "x" * 5000}, [], id="a long word"),
    ],
)
def test_filters(instructor: FlaskClient, asked: dict[str, str], found: list[str]) -> None:
    page = main_of(instructor, LIST + "?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert slugs_of(page) == found
    assert ("No question fits" in page) is (not found)
    assert "<script>" not in page


def test_pages_keep_the_filters_in_the_address(instructor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    page = main_of(instructor, LIST + "?section=anatomy&q=bone")
    assert slugs_of(page) == ["anatomy-femur", "anatomy-tibia"]
    assert 'rel="next" href="/bank/questions/?page=2&amp;section=anatomy&amp;q=bone"' in page
    assert slugs_of(main_of(instructor, LIST + "?section=anatomy&q=bone&page=2")) == ["anatomy-ulna"]


def test_a_question_is_shown_with_everything(instructor: FlaskClient, app: Flask, student: int) -> None:
    give(app, "radiology-tibia", student, "b", "c", "c")
    page = main_of(instructor, LIST + "radiology-tibia")
    for text in (
        "Question 2 of 3",
        "Which film is the tibia?",
        "No.",
        "No, three.",
        "No, four.",
        "It is.",
        "Any atlas",
    ):
        assert text in page
    options = page.split('<li class="option-told">')[1:5]
    assert ["Right answer" in option for option in options] == [False, True, False, False]
    assert [option.split("chosen ")[1][0] for option in options] == ["0", "1", "2", "0"]
    assert "33 %" in page
    for text in ("answered C, differed", "C was answered.", "The stem was made plainer."):
        assert text in page
    assert 'rel="prev" href="/bank/questions/radiology-femur"' in page
    assert 'rel="next" href="/bank/questions/radiology-ulna"' in page
    assert 'href="/questions/radiology-tibia"' in page


def test_the_way_ends_with_the_section(instructor: FlaskClient) -> None:
    first, last = (main_of(instructor, f"{LIST}anatomy-{name}") for name in ("femur", "ulna"))
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last


def test_a_note_stands_beside_its_question(
    app: Flask, tmp_path: Path, library: Library, log_in: Callable[..., FlaskClient]
) -> None:
    folder = write(tmp_path / "bank", "femur")
    path = folder / "questions" / "anatomy.toml"
    text = path.read_text(encoding="utf-8").replace("systems = []", 'systems = []\ncase = "knee"')
    path.write_text(text.replace("[[question]]", CASE + "[[question]]", 1), encoding="utf-8")
    with app.app_context():
        questions.store_questions(read_questions(folder, library), NOW)
    client = log_in(Role.INSTRUCTOR)
    assert "<strong>Knee</strong>, seen on Monday." in main_of(client, LIST + "anatomy-femur")
    assert "note: A knee on Monday" in main_of(client, LIST)


def test_answers_to_an_earlier_version_are_told_apart(
    instructor: FlaskClient, app: Flask, student: int, tmp_path: Path, library: Library
) -> None:
    give(app, "anatomy-femur", student, "a", "a")
    path = tmp_path / "bank" / "questions" / "anatomy.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Any atlas", "A newer atlas"), encoding="utf-8")
    with app.app_context():
        questions.store_questions(read_questions(tmp_path / "bank", library), NOW)
    give(app, "anatomy-femur", student, "b")
    page = main_of(instructor, LIST + "anatomy-femur")
    assert "1, and 2 in earlier versions" in page
    assert "100 %" in page


def test_a_question_that_isn_t_there_is_not_found(instructor: FlaskClient) -> None:
    answer = instructor.get(LIST + "nothing")
    assert answer.status_code == 404
    assert "There is no such question." in answer.text


@pytest.mark.parametrize("address", [LIST, LIST + "?q=femur", LIST + "anatomy-femur"])
def test_students_and_strangers_are_refused(
    instructor: FlaskClient, client: FlaskClient, log_in: Callable[..., FlaskClient], address: str
) -> None:
    refused = log_in().get(address)
    assert refused.status_code == 403
    assert "You may not open this page" in refused.text
    assert "femur" not in refused.text
    assert client.get(address).location.startswith("/auth/login")


@pytest.mark.parametrize(("address", "most"), [(LIST, 3), (LIST + "?q=bone", 3), (LIST + "anatomy-femur", 4)])
def test_the_number_of_queries_does_not_grow(
    instructor: FlaskClient, app: Flask, student: int, tmp_path: Path, library: Library, address: str, most: int
) -> None:
    store(app, tmp_path / "bank", library, *NAMES, "radius", "talus", "patella")
    for name in NAMES:
        give(app, f"anatomy-{name}", student, "a", "b", "c")
    with counted(app) as said:
        assert instructor.get(address).status_code == 200
    assert len(said) <= most, "\n".join(said)


def test_without_questions_the_page_says_what_to_do(log_in: Callable[..., FlaskClient]) -> None:
    assert "There are no questions yet" in main_of(log_in(Role.INSTRUCTOR), LIST)
