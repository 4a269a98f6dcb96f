"""The bank as instructors see it: charts and their sisters with keys, and figures that count students only."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.domain.roles import Role
from app.domain.sheet import Sheet
from app.services import accounts, practice
from app.services.bank import read_bank
from app.services.bank_pages import bank_rows
from app.services.exercises import store_bank
from tests.factories import NOW
from tests.services.test_siblings import CHART, CODING, MOLE, NOTE, SIBLINGS

CHOSEN = 'aria-current="true"'


@pytest.fixture
def instructor(app: Flask, tmp_path: Path, library: Library, log_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Somebody who may see keys, where the one chart has the sisters “back” and “arm”."""
    folder = tmp_path / "bank" / "charts" / MOLE
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(CHART + SIBLINGS, encoding="utf-8")
    (folder / "01-note.md").write_text(NOTE, encoding="utf-8")
    codings = CODING.format(name="back", code="D22.5") + CODING.format(name="arm", code="D22.62")
    codings = codings.replace("an example of a test", "the back's own", 1)
    (folder / "review.toml").write_text("schema = 1" + codings, encoding="utf-8")
    with app.app_context():
        store_bank(read_bank(folder, library), NOW)
    return log_in(Role.INSTRUCTOR)


def main_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text.split("<main")[1].split("</main>")[0]


def chosen_links(page: str) -> list[str]:
    """Return what the links marked as current say."""
    links = [part.split("</a>")[0] for part in page.split("<a ")[1:]]
    return [link.split(">")[-1].strip() for link in links if CHOSEN in link]


def test_a_chart_with_sisters_opens_with_the_first(instructor: FlaskClient) -> None:
    page = main_of(instructor, f"/bank/{MOLE}")
    assert chosen_links(page) == ["back"]
    assert f'href="/bank/{MOLE}?sibling=arm"' in page
    assert "50 y" in page
    assert "D22.62" not in page


@pytest.mark.parametrize(
    ("sister", "age", "code", "place"),
    [
        pytest.param("back", "50 y", "D22.5", "right side of the lower back", id="the first"),
        pytest.param("arm", "41 y", "D22.62", "outer side of the left upper arm", id="another"),
    ],
)
def test_each_sister_has_its_own_key_documents_and_second_coding(
    instructor: FlaskClient, sister: str, age: str, code: str, place: str
) -> None:
    page = main_of(instructor, f"/bank/{MOLE}?sibling={sister}")
    assert chosen_links(page) == [sister]
    assert age in page
    assert f"mole on the {place}</mark>" in page
    key, coding = page.split("Second coding</h2>")
    assert f'<code class="code">{code}</code>' in key
    told = coding.split("</section>")[0]
    assert f'<code class="code">{code}</code>' in told
    assert "score 0.50 by the key of that day, differed" in told
    assert told.count("Missed") == 1
    assert "17110" in told


def test_what_was_settled_at_a_sister_is_told_beside_the_others(instructor: FlaskClient) -> None:
    back, arm = (main_of(instructor, f"/bank/{MOLE}?sibling={name}") for name in ("back", "arm"))
    own, told = "What was remarked", "Settled when its sisters were coded (1)"
    assert own in back.split(told)[0]
    assert "the back&#39;s own" in arm.split(told)[1]
    assert "the back&#39;s own" in back.split(told)[0]


@pytest.mark.parametrize("name", ["leg", "ARM", "<b>", "x" * 5000])
def test_an_unknown_sister_is_not_found_and_the_others_are_named(instructor: FlaskClient, name: str) -> None:
    answer = instructor.get(f"/bank/{MOLE}", query_string={"sibling": name})
    assert answer.status_code == 404
    assert "This chart has no sister “" in answer.text
    assert "Its sisters are back, arm." in answer.text
    assert "<b>" not in answer.text


def test_a_chart_without_sisters_has_no_switch(bank: Flask, log_in: Callable[..., FlaskClient]) -> None:
    client = log_in(Role.INSTRUCTOR)
    page = main_of(client, f"/bank/{MOLE}")
    assert "sister charts" not in page
    assert "Answer key" in page
    answer = client.get(f"/bank/{MOLE}?sibling=back")
    assert answer.status_code == 404
    assert "This chart has no sister charts" in answer.text


def test_no_id_stands_twice_on_a_chart_with_several_answers(bank: Flask, log_in: Callable[..., FlaskClient]) -> None:
    client = log_in(Role.INSTRUCTOR)
    with bank.app_context():
        slugs = [row.version.exercise.slug for row in bank_rows()]
    pages = [main_of(client, f"/bank/{slug}") for slug in slugs]
    several = [page for page in pages if "Acceptable answer 2" in page]
    assert several
    for page in several:
        ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
        assert len(ids) == len(set(ids))


def test_the_list_names_the_number_of_sisters(instructor: FlaskClient) -> None:
    assert 'data-head="Sisters" class="number">2<' in main_of(instructor, "/bank/")


@pytest.mark.parametrize("address", ["/bank/", f"/bank/{MOLE}", f"/bank/{MOLE}?sibling=arm"])
def test_students_and_strangers_are_refused(
    instructor: FlaskClient, client: FlaskClient, log_in: Callable[..., FlaskClient], address: str
) -> None:
    refused = log_in().get(address)
    assert refused.status_code == 403
    assert "You may not open this page" in refused.text
    assert "D22" not in refused.text
    assert client.get(address).location.startswith("/auth/login")


def test_figures_count_students_only(bank: Flask, library: Library, log_in: Callable[..., FlaskClient]) -> None:
    log_in(Role.STUDENT, "ann")
    log_in(Role.INSTRUCTOR, "iris")
    with bank.app_context():
        for number, name in enumerate(("ann", "iris", "ann")):
            user, at = accounts.get_user_by_name(name).id, NOW + timedelta(hours=number)
            attempt = practice.open_attempt(MOLE, user_id=user, now=at)
            typed = Sheet(({"code": "D22.5", "poa": ""},), ())
            practice.submit(attempt, typed, active_seconds=9, user_id=user, now=at, library=library)
        figures = {row.version.exercise.slug: (row.submissions, row.mean) for row in bank_rows()}
    assert figures[MOLE][0] == 2
    assert figures[MOLE][1] is not None
    assert {figure for slug, figure in figures.items() if slug != MOLE} == {(0, None)}
