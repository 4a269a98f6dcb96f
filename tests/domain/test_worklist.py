"""The queue: its order, its filters, and the chart it recommends."""

from dataclasses import replace

import pytest

from app.domain.worklist import Filters, Row, Status, filter_rows, recommend

MOLE = Row(
    slug="mole",
    title="Mole",
    setting="office",
    specialty="dermatology",
    sections=("10000-integumentary",),
    topics=("lesion destruction",),
    priority="routine",
    difficulty=1,
    minutes=4,
)
WRIST = replace(MOLE, slug="wrist", title="Wrist", setting="emergency", specialty="emergency medicine", difficulty=2)
URGENT = replace(MOLE, slug="urgent", title="Urgent", priority="urgent", difficulty=3)


def done(row: Row, best: float) -> Row:
    return replace(row, best=best, submissions=1)


def test_status_follows_from_what_happened() -> None:
    assert MOLE.status is Status.NEW
    assert done(MOLE, 0.5).status is Status.DONE
    assert replace(done(MOLE, 0.5), open_attempt=7).status is Status.OPEN


def test_urgent_charts_lead_the_queue_until_they_are_done() -> None:
    assert [row.slug for row in filter_rows([MOLE, WRIST, URGENT], Filters())] == ["urgent", "mole", "wrist"]
    assert [row.slug for row in filter_rows([MOLE, WRIST, done(URGENT, 1.0)], Filters())] == ["mole", "wrist", "urgent"]


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        (Filters(specialty="dermatology"), ["urgent", "mole"]),
        (Filters(setting="emergency"), ["wrist"]),
        (Filters(difficulty=2), ["wrist"]),
        (Filters(section="10000-integumentary", difficulty=1), ["mole"]),
        (Filters(status="done"), []),
        (Filters(words="MOLE derma"), ["mole"]),
        (Filters(words="destruction"), []),
        (Filters(words="nothing like it"), []),
    ],
)
def test_filters(filters: Filters, slugs: list[str]) -> None:
    assert [row.slug for row in filter_rows([MOLE, WRIST, URGENT], filters)] == slugs


def test_topics_are_searched_only_after_coding() -> None:
    assert filter_rows([MOLE], Filters(words="destruction")) == []
    assert filter_rows([done(MOLE, 0.5)], Filters(words="destruction")) == [done(MOLE, 0.5)]


def test_the_best_score_filters() -> None:
    rows = [done(MOLE, 0.9), done(WRIST, 0.4), URGENT]
    assert {row.slug for row in filter_rows(rows, Filters(best_below=0.7))} == {"wrist", "urgent"}
    assert len(filter_rows(rows, Filters(best_below=1.0))) == 3


def test_an_open_chart_is_recommended_before_anything_else() -> None:
    found = recommend([MOLE, URGENT, replace(WRIST, open_attempt=3)])
    assert found is not None
    assert found.row.slug == "wrist"


def test_then_the_easiest_new_chart() -> None:
    found = recommend([WRIST, URGENT, MOLE])
    assert found is not None
    assert found.row is MOLE


def test_then_the_chart_with_the_lowest_score() -> None:
    found = recommend([done(MOLE, 0.9), done(WRIST, 0.4)])
    assert found is not None
    assert found.row.slug == "wrist"
    assert "40 %" in found.why


def test_nothing_when_every_chart_has_a_full_score() -> None:
    assert recommend([done(MOLE, 1.0)]) is None
    assert recommend([]) is None
