"""Sister charts from files to the database: each is checked, stored, handed out in turn and graded by its own key."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from app.codebook.library import Library
from app.config import bundled
from app.domain.errors import NotFound
from app.domain.grading.grade import answer_of
from app.domain.sheet import read_sheet
from app.services import practice
from app.services.bank import BankEntry, check_path, load_chart, read_bank
from app.services.exercises import chart_of, chart_of_attempt, store_bank
from app.services.grading import ensure_graded
from tests.factories import NOW, make_user

MOLE = "mole-cryoablation"
SIBLINGS = """
[[sibling]]
id = "back"
code = "D22.5"
place = "right side of the lower back"
age = 50
[[sibling]]
id = "arm"
code = "D22.62"
place = "outer side of the left upper arm"
age = 41
"""
CODING = """
[[coding]]
date = 2026-07-01
coder = "second coder, within the project"
sibling = "{name}"
answer = [{{ system = "ICD-10-CM", code = "{code}" }}]
score = 0.5
agreed = false
[[coding.difference]]
what = "No procedure was coded."
settlement = "Kept: an example of a test."
"""
NOTE = """# Procedure note

{{age}} y M with a pigmented mole on the {{place}}.

Cryoablation of one benign skin lesion.
"""
CHART = """schema = 1
id = "mole-cryoablation"
title = "Cryoablation of a pigmented mole"
setting = "office"
specialty = "dermatology"
sections = ["10000-integumentary"]
topics = ["lesion destruction"]
difficulty = 1
minutes = 4
date_of_service = 2026-06-05
patient = { age = {{age}}, sex = "M" }
documents = ["01-note.md"]
[[variant]]
[[variant.line]]
slot = "dx1"
system = "ICD-10-CM"
accept = ["{{code}}"]
weight = 2
position = "first"
evidence = [{ document = "01-note.md", quote = "mole on the {{place}}" }]
rationale = "The site decides."
[[variant.line]]
slot = "px1"
system = "CPT"
accept = ["17110"]
weight = 2
evidence = [{ document = "01-note.md", quote = "Cryoablation of one benign skin lesion." }]
rationale = "Frozen where it sits."
"""


@pytest.fixture
def mole(tmp_path: Path) -> Path:
    folder = tmp_path / "bank" / "charts" / MOLE
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(CHART + SIBLINGS, encoding="utf-8")
    (folder / "01-note.md").write_text(NOTE, encoding="utf-8")
    codings = CODING.format(name="back", code="D22.5") + CODING.format(name="arm", code="D22.62")
    (folder / "review.toml").write_text("schema = 1" + codings, encoding="utf-8")
    return folder


def read(mole: Path, library: Library) -> BankEntry:
    (entry,) = read_bank(mole, library).exercises
    return entry


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_sibling_is_read_as_a_chart_of_its_own(mole: Path, library: Library) -> None:
    entry = read(mole, library)
    assert check_path(mole, library) == ()
    assert list(entry.siblings) == ["back", "arm"]
    assert entry.exercise == entry.siblings["back"]
    arm = entry.siblings["arm"]
    assert arm.patient.age == 41
    assert "left upper arm" in arm.documents[0].text
    assert [line.code for line in answer_of(arm.key.variants[0]).lines] == ["D22.62", "17110"]


def test_a_sibling_that_nobody_coded_again_keeps_the_chart_a_draft(mole: Path, library: Library) -> None:
    change(mole / "review.toml", 'sibling = "arm"', 'sibling = "back"')
    assert read_bank(mole, library).drafts == (MOLE,)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('code = "D22.62"', 'code = "D22.6"', "(in arm)", id="a code that one sibling lacks"),
        pytest.param('code = "D22.62"', 'code = "D22.5"', "Every sibling has the same key", id="one key for all"),
        pytest.param(
            'place = "outer side of the left upper arm"\nage = 41',
            'place = "right side of the lower back"\nage = 50',
            "have the same documents",
            id="one document for all",
        ),
        pytest.param('id = "arm"', 'id = "back"', "Two siblings are called", id="a name twice"),
    ],
)
def test_what_is_wrong_with_siblings_is_named(mole: Path, library: Library, old: str, new: str, words: str) -> None:
    change(mole / "exercise.toml", old, new)
    messages = [problem.message for problem in check_path(mole, library)]
    assert any(words in message for message in messages), messages


def test_a_coding_names_a_sibling_of_the_chart(mole: Path, library: Library) -> None:
    change(mole / "review.toml", 'sibling = "arm"', 'sibling = "leg"')
    assert "“leg” is no sibling of this chart: name one of back, arm." in [p.message for p in check_path(mole, library)]


def test_one_sibling_can_be_loaded_by_name(mole: Path, library: Library) -> None:
    assert load_chart(mole, library, "arm").patient.age == 41
    assert load_chart(mole, library).patient.age == 50
    with pytest.raises(NotFound, match="back, arm"):
        load_chart(mole, library, "leg")


def test_who_repeats_a_chart_gets_its_sister_graded_by_her_own_key(app_on: Flask, mole: Path, library: Library) -> None:
    with app_on.app_context():
        store_bank(read_bank(mole, library), NOW)
        student = make_user().id
        given, scores = [], []
        for code in ("D22.5", "D22.62", "D22.5"):
            number = practice.open_attempt(MOLE, user_id=student, now=NOW)
            attempt = practice.get_attempt(number, user_id=student)
            given.append(attempt.sibling)
            assert chart_of_attempt(attempt).key.variants[0].slots[0].accept == (code,)
            sheet = read_sheet({"diagnoses": [{"code": code}], "procedures": [{"code": "17110"}]})
            practice.submit(number, sheet, active_seconds=5, user_id=student, now=NOW, library=library)
            done = practice.get_attempt(number, user_id=student)
            scores.append(ensure_graded(done.submission.id, now=NOW, library=library).score)
        assert given == ["back", "arm", "back"]
        assert scores == [10_000, 10_000, 10_000]


def test_an_ordinary_chart_has_no_sibling(app_on: Flask, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / MOLE
    shutil.copytree(bundled("exercises") / "charts" / MOLE, folder)
    with app_on.app_context():
        store_bank(read_bank(folder, library), NOW)
        student = make_user().id
        attempt = practice.get_attempt(practice.open_attempt(MOLE, user_id=student, now=NOW), user_id=student)
        assert attempt.sibling == ""
        assert chart_of(attempt.version).id == MOLE
