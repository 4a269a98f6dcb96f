"""The result as people read it: a row a line, what it lost, what the key has, where the evidence is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.codebook.library import Library
from app.domain.sheet import read_sheet
from app.extensions import db
from app.models import Attempt
from app.services import practice
from app.services.exercises import chart_of
from app.services.grading import current_grade
from app.services.result_views import ResultView
from app.services.results import evidence_marks, percent, points, result_view
from tests.factories import NOW, make_user


@pytest.fixture
def user(bank: Flask) -> Iterator[int]:
    with bank.app_context():
        yield make_user().id


def view_of(user: int, library: Library, diagnoses: list[str], procedures: list[dict[str, str]]) -> ResultView:
    attempt_id = practice.open_attempt("mole-cryoablation", user_id=user, now=NOW)
    rows = [{"units": "1"} | procedure for procedure in procedures]
    sheet = read_sheet({"diagnoses": [{"code": code} for code in diagnoses], "procedures": rows})
    later = NOW + timedelta(minutes=9)
    practice.submit(attempt_id, sheet, active_seconds=60, user_id=user, now=later, library=library)
    attempt = db.session.get_one(Attempt, attempt_id)
    assert attempt.submission is not None
    grade = current_grade(attempt.submission.id)
    assert grade is not None
    return result_view(attempt, grade, chart_of(attempt.version), library)


def test_a_near_miss_shows_both_codes_and_what_it_kept(user: int, library: Library) -> None:
    view = view_of(user, library, ["D22.9"], [{"code": "17110", "points_to": "A"}])
    assert (view.score_percent, view.points, view.worth, view.clean_claim) == (85, "3.4", "4", False)
    first, second = view.rows
    assert (first.label, first.status, first.points, first.worth, first.lost) == (
        "Diagnosis A",
        "partly",
        "1.4",
        "2",
        "0.6",
    )
    assert first.entered is not None
    assert first.key is not None
    assert (first.entered.code, first.key.code) == ("D22.9", "D22.5")
    assert first.entered.title
    assert first.entries[0].label == "Under-specified"
    assert first.evidence
    assert (second.label, second.status, second.points) == ("Procedure 1", "right", "2")
    assert second.key is not None
    assert second.key.details == "points to A"


def test_a_missed_slot_and_a_surplus_line_are_rows_of_their_own(user: int, library: Library) -> None:
    view = view_of(user, library, ["D22.5", "R73.9"], [])
    assert [(row.label, row.status, row.points) for row in view.rows] == [
        ("Diagnosis A", "right", "2"),
        ("Diagnosis B", "surplus", "−1"),
        ("Missing procedure", "missed", "0"),
    ]


def test_a_line_that_cannot_be_read_is_listed_and_costs_nothing(user: int, library: Library) -> None:
    view = view_of(user, library, ["D22.5", "what?!"], [{"code": "17110", "points_to": "A"}])
    assert view.score_percent == 100
    assert [(error.label, error.typed) for error in view.format_errors] == [("Diagnosis B", "what?!")]


def test_a_line_after_an_unreadable_one_keeps_the_letter_it_was_typed_under(user: int, library: Library) -> None:
    view = view_of(user, library, ["what?!", "D22.5"], [{"code": "17110", "modifiers": "25x", "points_to": "B"}])
    assert [(error.label, error.typed) for error in view.format_errors] == [
        ("Diagnosis A", "what?!"),
        ("Procedure 1", "17110 25X"),
    ]
    assert [(row.label, row.absent) for row in view.rows] == [
        ("Diagnosis B", "couldn’t be read, see above"),
        ("Missing procedure", "couldn’t be read, see above"),
    ]


def test_what_was_missed_has_a_name_of_its_own(user: int, library: Library) -> None:
    view = view_of(user, library, ["R73.9"], [])
    assert [(row.label, row.absent) for row in view.rows if row.line is None] == [
        ("Missing diagnosis", "not entered"),
        ("Missing procedure", "not entered"),
    ]
    assert view.faulty_lines == 3


def test_marks_say_what_they_were_for(user: int, library: Library) -> None:
    attempt_id = practice.open_attempt("mole-cryoablation", user_id=user, now=NOW)
    attempt = db.session.get_one(Attempt, attempt_id)
    mark = {
        "document": "01-procedure-note.md",
        "quote": "mole",
        "kind": "highlight",
        "row": None,
        "note": "",
        "start": 3,
    }
    evidence = mark | {"kind": "evidence", "row": "diagnoses-1"}
    attempt.marks = [evidence, mark | {"row": "procedures-0"}, mark | {"note": "which side?"}, mark]
    db.session.commit()
    view = view_of(user, library, ["D22.5"], [])
    assert [m.purpose for m in view.marks] == ["For Diagnosis B", "For Procedure 1", "Note", "Highlight"]
    assert view.marks[2].note == "which side?"
    assert view.marks[0].title


def test_marks_carry_the_label_of_their_row(user: int, library: Library) -> None:
    view = view_of(user, library, ["D22.5"], [{"code": "17110", "points_to": "A"}])
    marks = evidence_marks(view.rows, "01-procedure-note.md")
    assert {mark.label for mark in marks} == {"Diagnosis A", "Procedure 1"}
    assert len({mark.id for mark in marks}) == len(marks)


@pytest.mark.parametrize(("score", "shown"), [(0.0, 0), (0.001, 1), (0.5, 50), (0.999, 99), (1.0, 100)])
def test_only_a_full_score_is_100_percent(score: float, shown: int) -> None:
    assert percent(score) == shown


@pytest.mark.parametrize(
    ("thousandths", "shown"), [(1400, "1.4"), (2000, "2"), (0, "0"), (-1200, "−1.2"), (850, "0.85")]
)
def test_points_are_written_as_people_do(thousandths: int, shown: str) -> None:
    assert points(thousandths) == shown


def test_the_whole_key_is_shown_in_its_own_order_and_with_its_own_letters(user: int, library: Library) -> None:
    """An answer that lists what is found by chance first has other letters; the key stays as it is."""
    attempt_id = practice.open_attempt("burning-stomach-endoscopy", user_id=user, now=NOW)
    procedures = [{"code": "43251", "units": "1", "points_to": "A"}]
    sheet = read_sheet({"diagnoses": [{"code": "K31.7"}, {"code": "K29.50"}], "procedures": procedures})
    practice.submit(attempt_id, sheet, active_seconds=60, user_id=user, now=NOW, library=library)
    attempt = db.session.get_one(Attempt, attempt_id)
    assert attempt.submission is not None
    grade = current_grade(attempt.submission.id)
    assert grade is not None
    view = result_view(attempt, grade, chart_of(attempt.version), library)
    shown = [(line.kind, line.place, line.key.code, line.key.details, line.is_optional) for line in view.complete]
    assert shown == [
        ("diagnosis", "A", "K29.50", "", False),
        ("diagnosis", "B", "B96.81", "", False),
        ("diagnosis", "C", "K31.7", "", False),
        ("diagnosis", "D", "K44.9", "", True),
        ("procedure", "1", "43251", "points to C", False),
        ("procedure", "2", "43239", "modifier 59 or XS · points to A, B", False),
    ]
    in_rows = {row.key.code: row.key.details for row in view.rows if row.key}
    assert in_rows["43251"] == "points to A", "the student's own letter for the polyp"
    assert in_rows["43239"] == "modifier 59 or XS · points to B, B96.81", "what is missing has no letter"
