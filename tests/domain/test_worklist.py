"""The queue: its order, its filters, and the chart it recommends."""

from dataclasses import replace
from typing import Any

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


def test_of_equal_difficulty_the_short_ones_lead() -> None:
    long = replace(MOLE, slug="long", title="A long one", minutes=9)
    assert [row.slug for row in filter_rows([long, MOLE], Filters())] == ["mole", "long"]


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        (Filters(specialty="dermatology"), ["urgent", "mole"]),
        (Filters(setting="emergency"), ["wrist"]),
        (Filters(difficulty=2), ["wrist"]),
        (Filters(section="10000-integumentary", difficulty=1), ["mole"]),
        (Filters(status="done"), []),
        (Filters(words="MOLE derma"), ["mole"]),
        (Filters(words="urgent"), ["urgent"]),
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


def new(name: str, **facts: Any) -> Row:
    return replace(MOLE, slug=name, title=name, **facts)


def mastered(difficulty: int, best: float = 0.9) -> list[Row]:
    return [done(new(f"{difficulty}-{number}", difficulty=difficulty), best) for number in range(3)]


@pytest.mark.parametrize(
    ("rows", "slug", "why"),
    [
        pytest.param([WRIST, URGENT, MOLE], "mole", "A good first chart", id="an easy one to begin with"),
        pytest.param([new("a", minutes=9), MOLE], "mole", "first chart", id="of the easy ones the shortest"),
        pytest.param(
            [*mastered(1), new("easy"), WRIST], "wrist", "nearest to your level", id="three good, then harder"
        ),
        pytest.param([*mastered(1, 0.8), new("easy"), WRIST], "easy", "trains 10000", id="not good yet, so no harder"),
        pytest.param([*mastered(2), new("easy"), URGENT], "urgent", "Urgent", id="harder ones prove the easier, too"),
        pytest.param([*mastered(5), MOLE, URGENT], "urgent", "difficulty 3", id="the nearest there is"),
        pytest.param(
            [
                done(new("x", sections=("anesthesia",)), 0.4),
                new("short", minutes=1),
                new("y", sections=("anesthesia",)),
            ],
            "y",
            "It trains Anesthesia, where your scores are lowest",
            id="the weakest section",
        ),
    ],
)
def test_then_a_new_chart_for_where_one_is(rows: list[Row], slug: str, why: str) -> None:
    found = recommend(rows)
    assert found is not None
    assert found.row.slug == slug
    assert why in found.why


def test_then_the_chart_with_the_lowest_score() -> None:
    found = recommend([done(MOLE, 0.9), done(WRIST, 0.4)])
    assert found is not None
    assert found.row.slug == "wrist"
    assert "40 %" in found.why


def test_nothing_when_every_chart_has_a_full_score() -> None:
    assert recommend([done(MOLE, 1.0)]) is None
    assert recommend([]) is None


def test_the_chart_just_coded_counts_but_is_not_offered_again() -> None:
    easy = [done(replace(MOLE, slug=f"easy-{n}"), 1.0) for n in range(3)]
    new = [replace(MOLE, slug="same"), replace(MOLE, slug="harder", difficulty=2)]
    found = recommend([*easy, *new], but_not="easy-0")
    assert found is not None
    assert found.row.slug == "harder", "three good scores, that of the chart just coded among them, lead on"
    weak, good = done(MOLE, 0.5), done(WRIST, 0.9)
    again = recommend([weak, good], but_not="mole")
    assert again is not None
    assert again.row.slug == "wrist"
