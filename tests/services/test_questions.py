"""Questions from files to the database and back: versions, drafts, withdrawal, practising."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.codebook.library import Library
from app.domain.errors import InvalidInput, NotFound
from app.domain.questions.selection import Round, Which
from app.models.exercises import Origin
from app.services import questions
from app.services.question_files import QuestionBank, read_questions
from tests.factories import NOW, make_user

FILE = """schema = 1
section = "anatomy"
{questions}"""
QUESTION = """
[[question]]
id = "anatomy-{name}"
difficulty = {difficulty}
topics = ["bones"]
systems = []
stem = "Which bone is the {name}?"
rationale = "It is."
source = "Any atlas"
[[question.option]]
text = "One {name}"
feedback = "No."
[[question.option]]
text = "Two {name}"
feedback = "Yes."
right = true
[[question.option]]
text = "Three {name}"
feedback = "No, three."
[[question.option]]
text = "Four {name}"
feedback = "No, four."
"""
CODING = """
[[coding]]
question = "anatomy-{name}"
date = 2026-07-01
coder = "second coder, within the project"
answer = "b"
agreed = true
"""


def write(folder: Path, *names: str, coded: tuple[str, ...] | None = None) -> Path:
    below = folder / "questions"
    below.mkdir(parents=True, exist_ok=True)
    text = "".join(QUESTION.format(name=name, difficulty=place) for place, name in enumerate(names, start=1))
    (below / "anatomy.toml").write_text(FILE.format(questions=text), encoding="utf-8")
    codings = "".join(CODING.format(name=name) for name in (names if coded is None else coded))
    (below / "anatomy.review.toml").write_text("schema = 1\n" + codings, encoding="utf-8")
    return folder


@pytest.fixture
def two(tmp_path: Path, library: Library) -> QuestionBank:
    return read_questions(write(tmp_path / "bank", "femur", "tibia"), library)


@pytest.fixture
def asked(app_on: Flask, two: QuestionBank) -> Iterator[int]:
    """Two questions in the database; the id of a student."""
    with app_on.app_context():
        questions.store_questions(two, NOW)
        yield make_user().id


def test_files_are_read_with_their_second_coding(two: QuestionBank) -> None:
    assert [entry.question.id for entry in two.questions] == ["anatomy-femur", "anatomy-tibia"]
    assert two.problems == ()
    assert two.questions[0].codings[0].answer == "b"


def test_a_question_without_a_second_coding_is_a_draft(tmp_path: Path, library: Library) -> None:
    folder = write(tmp_path, "femur", "tibia", coded=("femur",))
    assert read_questions(folder, library).drafts == ("anatomy-tibia",)
    assert len(read_questions(folder, library, drafts=True).questions) == 2


def test_one_broken_question_doesn_t_take_the_others_with_it(tmp_path: Path, library: Library) -> None:
    path = write(tmp_path, "femur", "tibia") / "questions" / "anatomy.toml"
    path.write_text(path.read_text("utf-8").replace("difficulty = 2", "difficulty = 9"), encoding="utf-8")
    found = read_questions(tmp_path, library)
    assert [entry.question.id for entry in found.questions] == ["anatomy-femur"]
    assert found.broken == ("anatomy-tibia",)
    (problem,) = found.problems
    assert (Path(problem.path).name, "from 1 to 5" in problem.message) == ("anatomy.toml", True)
    assert path.read_text("utf-8").splitlines()[(problem.line or 0) - 1] == "difficulty = 9"


def test_a_coding_of_an_unknown_question_is_named(tmp_path: Path, library: Library) -> None:
    found = read_questions(write(tmp_path, "femur", coded=("femur", "fibula")), library)
    assert [problem.message for problem in found.problems] == [
        "There is no question “anatomy-fibula” in anatomy.toml: correct the id, or remove this coding."
    ]


def test_the_same_id_in_two_files_is_refused(tmp_path: Path, library: Library) -> None:
    below = write(tmp_path, "femur") / "questions"
    text = (below / "anatomy.toml").read_text("utf-8").replace('section = "anatomy"', 'section = "medicine"')
    (below / "medicine.toml").write_text(text, encoding="utf-8")
    found = read_questions(tmp_path, library)
    assert found.questions == ()
    assert "already taken in anatomy.toml" in found.problems[-1].message


def test_loading_twice_changes_nothing_and_an_edit_makes_a_version(
    app_on: Flask, tmp_path: Path, library: Library
) -> None:
    folder = write(tmp_path / "bank", "femur", "tibia")
    with app_on.app_context():
        assert questions.load_questions(folder, library, NOW).added == 2
        assert questions.load_questions(folder, library, NOW).unchanged == 2
        path = folder / "questions" / "anatomy.toml"
        path.write_text(path.read_text("utf-8").replace("Any atlas", "Another atlas", 1), encoding="utf-8")
        report = questions.load_questions(folder, library, NOW)
        assert (report.changed, report.unchanged) == (1, 1)
        assert questions.published_question("anatomy-femur").number == 2


def test_only_the_bundled_bank_withdraws_what_it_no_longer_has(app_on: Flask, tmp_path: Path, library: Library) -> None:
    folder = write(tmp_path / "bank", "femur", "tibia")
    with app_on.app_context():
        questions.load_questions(folder, library, NOW, origin=Origin.BUNDLED)
        write(tmp_path / "own", "ulna")
        assert questions.load_questions(tmp_path / "own", library, NOW).withdrawn == ()
        write(folder, "femur")
        report = questions.load_questions(folder, library, NOW, origin=Origin.BUNDLED)
        assert report.withdrawn == ("anatomy-tibia",)
        assert questions.published_question("anatomy-ulna").number == 1
        with pytest.raises(NotFound):
            questions.published_question("anatomy-tibia")


def test_practice_takes_new_questions_and_on_request_the_wrong_ones(asked: int) -> None:
    def give(slug: str, chosen: str, minutes: int) -> int:
        version = questions.published_question(slug)
        now = NOW + timedelta(minutes=minutes)
        return questions.answer(slug, version_id=version.id, chosen=chosen, user_id=asked, now=now)

    def following(round_: Round, after: str = "") -> str | None:
        return questions.next_question("anatomy", round_, user_id=asked, after=after)

    assert questions.begin_round(Which.WRONG, user_id=asked) == Round(Which.WRONG, 0)
    assert following(Round()) == "anatomy-femur"
    first = give("anatomy-femur", "b", 1)
    assert questions.get_answer(first, user_id=asked).is_right
    assert following(Round(), after="anatomy-femur") == "anatomy-tibia"
    give("anatomy-tibia", "a", 2)
    assert following(Round(), after="anatomy-tibia") is None
    (section,) = questions.section_standings(asked)
    assert (section.total, section.answered, section.right, section.wrong) == (2, 2, 1, 1)
    wrong = questions.begin_round(Which.WRONG, user_id=asked)
    assert following(wrong) == "anatomy-tibia"
    assert questions.next_question(questions.ALL_SECTIONS, wrong, user_id=asked) == "anatomy-tibia"
    give("anatomy-tibia", "b", 3)
    assert following(wrong, after="anatomy-tibia") is None
    assert questions.section_standings(asked)[0].right == 2


def test_an_answer_needs_a_choice_and_its_own_version(asked: int) -> None:
    femur, tibia = (questions.published_question(f"anatomy-{name}") for name in ("femur", "tibia"))
    with pytest.raises(InvalidInput):
        questions.answer("anatomy-femur", version_id=femur.id, chosen="e", user_id=asked, now=NOW)
    with pytest.raises(NotFound):
        questions.answer("anatomy-femur", version_id=tibia.id, chosen="b", user_id=asked, now=NOW)


def test_somebody_else_s_answer_is_not_found(asked: int) -> None:
    version = questions.published_question("anatomy-femur")
    given = questions.answer("anatomy-femur", version_id=version.id, chosen="b", user_id=asked, now=NOW)
    other = make_user(username="other").id
    with pytest.raises(NotFound):
        questions.get_answer(given, user_id=other)
