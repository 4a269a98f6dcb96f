"""The progress page stays quick and true for somebody with very many submissions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.domain.sheet import Sheet
from app.services import accounts, practice, progress
from tests.factories import NOW

MOLE = "mole-cryoablation"


@pytest.fixture
def busy(bank: Flask, library: Library, log_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Somebody with five submissions: four times nothing right, then everything."""
    client = log_in()
    with bank.app_context():
        me = accounts.get_user_by_name("student-one").id
        for hour in range(5):
            at = NOW + timedelta(hours=hour)
            row = {"code": "17110", "modifiers": "", "units": "1", "points_to": "A"}
            sheet = (
                Sheet(({"code": "D22.5", "poa": ""},), (row,))
                if hour == 4
                else Sheet(({"code": "I10", "poa": ""},), ())
            )
            attempt = practice.open_attempt(MOLE, user_id=me, now=at)
            practice.submit(attempt, sheet, active_seconds=9, user_id=me, now=at, library=library)
    return client


def test_few_submissions_are_all_shown_without_a_word(busy: FlaskClient) -> None:
    page = busy.get("/progress/").text
    assert page.count('class="plot-dot"') == 5
    assert "Shown are your last" not in page


def test_of_many_only_the_last_are_drawn_and_the_page_says_so(
    busy: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = busy.get("/progress/").text
    monkeypatch.setattr(progress, "MOST_SHOWN", 2)
    page = busy.get("/progress/").text
    assert page.count('class="plot-dot"') == 2
    assert "Shown are your last 2 of 5 submissions" in page
    assert "100 % on" in page
    sentence = before.split('<p class="lead">')[1].split("</p>")[0]
    assert sentence in page


def test_the_limit_is_what_a_picture_can_hold() -> None:
    assert progress.MOST_SHOWN == 200
