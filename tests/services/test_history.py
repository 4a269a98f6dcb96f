"""History and progress: what was submitted, with figures by hand; on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.codebook.library import Library
from app.domain.sheet import Sheet
from app.services import history, practice
from app.services.bank import Bank
from app.services.exercises import store_bank
from app.services.progress import progress_of
from app.services.worklist import worklist_rows
from tests.factories import NOW, make_user

MOLE = "mole-cryoablation"


@pytest.fixture
def person(app_on: Flask, few_charts: Bank) -> Iterator[int]:
    with app_on.app_context():
        store_bank(few_charts, NOW)
        yield make_user().id


def code_mole(user: int, diagnosis: str, library: Library, at: datetime) -> None:
    attempt = practice.open_attempt(MOLE, user_id=user, now=at)
    procedure = {"code": "17110", "modifiers": "", "units": "1", "points_to": "A"}
    sheet = Sheet(({"code": diagnosis, "poa": ""},), (procedure,))
    later = at + timedelta(minutes=6)
    practice.submit(attempt, sheet, active_seconds=240, user_id=user, now=later, library=library)


def test_nothing_yet(person: int) -> None:
    assert history.history(person) == []
    assert history.count_submissions(person) == 0
    assert "haven't submitted" in progress_of(person).sentence


def test_history_is_newest_first_and_marks_first_tries(person: int, library: Library) -> None:
    code_mole(person, "D22.9", library, NOW)
    code_mole(person, "D22.5", library, NOW + timedelta(days=1))
    rows = history.history(person)
    assert [(row.score, row.is_first) for row in rows] == [(1.0, False), (0.85, True)]
    assert [row.active_seconds for row in rows] == [240, 240]
    assert history.history(person, limit=1, offset=1)[0].score == 0.85
    assert history.count_submissions(person) == 2


def test_sections_and_reasons_count_what_they_say(person: int, library: Library) -> None:
    code_mole(person, "D22.9", library, NOW)
    code_mole(person, "D22.5", library, NOW + timedelta(days=1))
    sections = {s.section: (s.mean, s.charts) for s in history.accuracy_by_section(person)}
    assert sections["10000-integumentary"] == (0.85, 1)
    reasons = history.most_frequent_reasons(person)
    assert [(r.reason, r.times, r.lost) for r in reasons] == [("UNDER_SPECIFIED", 1, 0.6)]


def test_progress_says_first_what_matters(person: int, library: Library) -> None:
    code_mole(person, "D22.9", library, NOW)
    progress = progress_of(person)
    assert progress.sentence.startswith("On first tries you keep 85 % of the points over 1 chart.")
    assert "under-specified" in progress.sentence
    assert progress.pace == 240 / (60 * 4)


def test_the_worklist_shows_the_best_score(person: int, library: Library) -> None:
    code_mole(person, "D22.5", library, NOW)
    code_mole(person, "D22.9", library, NOW + timedelta(days=1))
    row = next(row for row in worklist_rows(person) if row.slug == MOLE)
    assert (row.best, row.submissions, row.open_attempt) == (1.0, 2, None)


def test_nobody_sees_the_figures_of_somebody_else(person: int, library: Library) -> None:
    code_mole(person, "D22.9", library, NOW)
    other = make_user(username="other").id
    assert history.history(other) == []
    assert history.accuracy_by_section(other) == []
    assert history.most_frequent_reasons(other) == []
    assert all(row.best is None for row in worklist_rows(other))
