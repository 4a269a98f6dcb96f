"""What the bank's pages are made of, on each kind of database."""

from pathlib import Path

import pytest
from flask import Flask

from app.codebook.library import Library
from app.services import questions
from app.services.bank import read_bank
from app.services.bank_pages import bank_rows
from app.services.bank_questions import matching, question_record, question_rows
from app.services.exercises import store_bank
from app.services.question_files import read_questions
from app.services.questions import published_question
from tests.factories import NOW, make_user
from tests.services.test_questions import write
from tests.services.test_siblings import CHART, CODING, MOLE, NOTE, SIBLINGS


@pytest.mark.parametrize(("blocks", "sisters"), [pytest.param(SIBLINGS, 2, id="family"), pytest.param("", 0, id="one")])
def test_sisters_are_counted(app_on: Flask, tmp_path: Path, library: Library, blocks: str, sisters: int) -> None:
    folder = tmp_path / "bank" / "charts" / MOLE
    folder.mkdir(parents=True)
    values = {} if blocks else {"{{age}}": "50", "{{place}}": "right arm", "{{code}}": "D22.5"}
    texts = {"exercise.toml": CHART + blocks, "01-note.md": NOTE}
    texts["review.toml"] = "schema = 1" + CODING.format(name="back", code="D22.5")
    for name, text in texts.items():
        for variable, value in values.items():
            text = text.replace(variable, value)
        (folder / name).write_text(text if blocks else text.replace('sibling = "back"\n', ""), encoding="utf-8")
    with app_on.app_context():
        store_bank(read_bank(folder, library, drafts=True), NOW)
        (row,) = bank_rows()
        assert (row.version.exercise.slug, row.sisters, row.submissions, row.mean) == (MOLE, sisters, 0, None)


def test_answers_are_counted_by_question_and_by_option(app_on: Flask, tmp_path: Path, library: Library) -> None:
    with app_on.app_context():
        questions.store_questions(read_questions(write(tmp_path / "bank", "femur", "tibia"), library), NOW)
        student = make_user().id
        version = published_question("anatomy-tibia").id
        for chosen in "bba":
            questions.answer("anatomy-tibia", version_id=version, chosen=chosen, user_id=student, now=NOW)
        femur, tibia = question_rows()
        record = question_record("anatomy-tibia")
    assert (femur.slug, femur.answers, femur.share) == ("anatomy-femur", 0, None)
    assert (tibia.answers, tibia.right_answers, tibia.right, tibia.agreed) == (3, 2, "B", True)
    assert (dict(record.uses.chosen), record.uses.earlier) == ({"a": 1, "b": 2}, 0)
    assert (record.neighbours.number, record.neighbours.previous, record.neighbours.next) == (2, "anatomy-femur", None)
    assert matching([femur, tibia], section="anatomy", words="BONE tibia") == [tibia]
