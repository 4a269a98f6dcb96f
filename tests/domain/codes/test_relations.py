"""Sides, "unspecified" paths and shared ancestors, from titles alone."""

import pytest

from app.domain.codes.code import Side
from app.domain.codes.relations import (
    Titled,
    mark_sides,
    nearest_shared_ancestor,
    side_of,
    unspecified_below,
    unspecified_count,
)


@pytest.mark.parametrize(
    ("title", "side"),
    [
        pytest.param("Fracture of neck of right femur", Side.RIGHT, id="right"),
        pytest.param("Otitis media, unspecified, left ear", Side.LEFT, id="left"),
        pytest.param("Bilateral primary osteoarthritis of knee", Side.BILATERAL, id="bilateral"),
        pytest.param("Unilateral primary osteoarthritis, right knee", Side.RIGHT, id="right outranks unilateral"),
        pytest.param("Small kidney, unilateral", Side.UNILATERAL, id="unilateral"),
        pytest.param("Right heart failure due to left heart failure", None, id="both sides named"),
        pytest.param("Pneumonia, unspecified organism", None, id="none"),
        pytest.param("Contralateral hearing, bright light, cleft palate", None, id="words that only contain one"),
    ],
)
def test_the_side_a_title_names(title: str, side: Side | None) -> None:
    assert side_of(title) is side


def _paired(*codes: tuple[str, str] | tuple[str, str, str], exceptions: tuple[str, ...] = ()) -> set[frozenset[str]]:
    marks = mark_sides((Titled(*code) for code in codes), exceptions)
    return {frozenset(c for c, m in marks.items() if m.group == group) for group in {m.group for m in marks.values()}}


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(
            [
                ("M17.0", "Bilateral primary osteoarthritis of knee"),
                ("M17.11", "Unilateral primary osteoarthritis, right knee"),
            ],
            id="bilateral of knee, right knee",
        ),
        pytest.param(
            [
                ("H66.91", "Otitis media, unspecified, right ear"),
                ("H66.92", "Otitis media, unspecified, left ear"),
                ("H66.93", "Otitis media, unspecified, bilateral"),
            ],
            id="the noun beside the side",
        ),
        pytest.param(
            [
                ("I65.21", "Occlusion and stenosis of right carotid artery"),
                ("I65.23", "Occlusion and stenosis of bilateral carotid arteries"),
            ],
            id="singular and plural",
        ),
        pytest.param(
            [
                ("P91.821", "Neonatal cerebral infarction, right side of brain"),
                ("P91.823", "Neonatal cerebral infarction, bilateral"),
            ],
            id="several words beside the side",
        ),
        pytest.param(
            [
                ("E11.3211", "Type 2 diabetes with mild retinopathy, right eye", "right eye"),
                ("E11.3212", "Type 2 diabetes with mild retinopathy, left eye", "left eye"),
            ],
            id="the 7th character is the side",
        ),
        pytest.param(
            [
                ("S72.001A", "Fracture of neck of right femur, initial encounter", "initial encounter"),
                ("S72.002A", "Fracture of neck of left femur, initial encounter", "initial encounter"),
            ],
            id="same 7th character",
        ),
    ],
)
def test_titles_equal_but_for_the_side_are_paired(codes: list[tuple[str, str]]) -> None:
    assert _paired(*codes) == {frozenset(code[0] for code in codes)}


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param([("H60.01", "Abscess of right ear"), ("H61.02", "Abscess of left ear")], id="another category"),
        pytest.param(
            [("S72.001A", "Fracture of right femur, initial"), ("S72.002D", "Fracture of left femur, initial")],
            id="another 7th character",
        ),
        pytest.param(
            [
                ("S61.246A", "Puncture with foreign body of right finger without damage to nail"),
                ("S61.337A", "Puncture without foreign body of left finger with damage to nail"),
            ],
            id="same words in another order",
        ),
        pytest.param(
            [
                ("E11.3211", "Mild retinopathy, right eye", "right eye"),
                ("E11.3292", "Mild retinopathy, left eye", "left eye"),
            ],
            id="the 7th is the side but the first six differ",
        ),
        pytest.param([("H91.91", "Hearing loss, right ear"), ("H91.93", "Hearing loss, right ear")], id="same side"),
        pytest.param(
            [
                ("H90.0", "Conductive hearing loss, bilateral"),
                ("H90.A11", "Conductive hearing loss, unilateral, right ear with restricted hearing on the other side"),
            ],
            id="more than a noun beside the side",
        ),
    ],
)
def test_what_only_looks_like_a_pair_is_none(codes: list[tuple[str, str]]) -> None:
    assert _paired(*codes) == set()


def test_the_written_exceptions_hold_for_everything_below_them() -> None:
    heart = [("Q20.1", "Double outlet right ventricle"), ("Q20.2", "Double outlet left ventricle")]
    assert _paired(*heart) == {frozenset({"Q20.1", "Q20.2"})}
    assert _paired(*heart, exceptions=("Q20.1",)) == set()
    deeper = [("Q20.11", "Right x"), ("Q20.12", "Left x")]
    assert _paired(*deeper, exceptions=("Q20.1",)) == set()


@pytest.mark.parametrize(
    ("title", "path", "below"),
    [
        pytest.param("Melanocytic nevi, unspecified", [("D22", "Melanocytic nevi")], "D22", id="straight below"),
        pytest.param(
            "Unspecified asthma, uncomplicated",
            [("J45", "Asthma"), ("J45.9", "Other and unspecified asthma"), ("J45.90", "Unspecified asthma")],
            "J45",
            id="all the way up",
        ),
        pytest.param(
            "Melanocytic nevi of unspecified eyelid",
            [("D22", "Melanocytic nevi"), ("D22.1", "Melanocytic nevi of eyelid")],
            "D22.1",
            id="stops at another site",
        ),
        pytest.param("Pneumonia, unspecified", [("J18", "Pneumonia, unspecified")], "J18", id="category says it too"),
        pytest.param("Melanocytic nevi of trunk", [("D22", "Melanocytic nevi")], None, id="not said"),
        pytest.param("Unspecified dementia", [], None, id="no ancestor"),
    ],
)
def test_where_the_unspecified_path_begins(title: str, path: list[tuple[str, str]], below: str | None) -> None:
    assert unspecified_below(title, path) == below


def test_the_word_unspecified_is_counted_whole() -> None:
    assert unspecified_count("Unspecified fracture of unspecified femur") == 2
    assert unspecified_count("Fracture not specified") == 0


def test_the_nearest_shared_ancestor() -> None:
    assert nearest_shared_ancestor(["N18", "N18.3", "N18.30"], ["N18", "N18.3", "N18.32"]) == "N18.3"
    assert nearest_shared_ancestor(["N18"], ["N18", "N18.9"]) == "N18"
    assert nearest_shared_ancestor(["N18"], ["E11"]) is None
