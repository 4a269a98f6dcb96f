"""Rows of the finder: sides and 7th characters under one row, and which member is shown."""

import pytest

from app.codebook.finder.grouping import choose, choose_final, rows_of
from app.codebook.finder.levelling import level
from app.codebook.finder.names import NameKind, named_rows
from app.codebook.records import Titled
from app.codebook.sources.tree import NodeKind, SeventhCharacter, SourceNode, SourceNote, SourceTree
from app.domain.codes.code import CodeSystem

INITIAL = SeventhCharacter("A", "initial encounter for closed fracture")
LATER = SeventhCharacter("D", "subsequent encounter for fracture with routine healing")
SEQUELA = SeventhCharacter("S", "sequela")


def _tree(*entries: tuple[str, str, int | None], terms: dict[str, str] | None = None) -> SourceTree:
    """Build a tree of (code, title, parent place); what has no children is billable."""
    tree = SourceTree()
    parents = {parent for _, _, parent in entries}
    for place, (code, title, parent) in enumerate(entries):
        notes = [SourceNote("inclusion", terms[code])] if terms and code in terms else []
        tree.add(SourceNode(NodeKind.CODE, code, title, parent, billable=place not in parents, notes=notes))
    return tree


EAR = _tree(
    ("H66", "Suppurative otitis media", None),
    ("H66.9", "Otitis media, unspecified", 0),
    ("H66.90", "Otitis media, unspecified, unspecified ear", 1),
    ("H66.91", "Otitis media, unspecified, right ear", 1),
    ("H66.92", "Otitis media, unspecified, left ear", 1),
    ("H66.93", "Otitis media, unspecified, bilateral", 1),
)


def test_sides_and_the_open_side_are_one_row() -> None:
    rows = rows_of(EAR, [level(node.title) for node in EAR.nodes], by_side=True)
    assert [[EAR.nodes[at].code for at in row.leaves] for row in rows] == [
        ["H66"],
        ["H66.9"],
        ["H66.90", "H66.91", "H66.92", "H66.93"],
    ]


def test_other_systems_have_a_row_for_each_code() -> None:
    rows = rows_of(EAR, [level(node.title) for node in EAR.nodes], by_side=False)
    assert all(len(row.leaves) == 1 for row in rows)


def test_a_heading_leads_to_the_child_that_says_nothing_more() -> None:
    tree = _tree(
        ("E11", "Type 2 diabetes mellitus", None),
        ("E11.2", "Type 2 diabetes mellitus with kidney complications", 0),
        ("E11.21", "Type 2 diabetes mellitus with diabetic nephropathy", 1),
        ("E11.9", "Type 2 diabetes mellitus without complications", 0),
        terms={"E11": "diabetes NOS"},
    )
    rows, leads = named_rows(tree, CodeSystem.ICD10CM)
    plain = rows[leads[0]]
    assert [tree.nodes[at].code for at in plain.leaves] == ["E11.9"]
    assert [(name.kind, name.words) for name in plain.names] == [
        (NameKind.TITLE, ("type2", "diabetes", "mellitus", "~complication")),
        (NameKind.HEADING, ("type2", "diabetes", "mellitus")),
        (NameKind.HEADING_TERM, ("diabetes", "nos")),
    ]
    assert 1 not in leads


def test_seventh_characters_belong_to_their_leafs_row() -> None:
    tree = _tree(("S72", "Fracture of femur", None), ("S72.1", "Fracture of shaft of femur", 0))
    tree.nodes[1].billable = False
    for choice in (INITIAL, LATER):
        title = f"{tree.nodes[1].title}, {choice.label}"
        tree.add(SourceNode(NodeKind.CODE, f"S72.1XX{choice.char}", title, 1, billable=True, extension=choice))
    rows, _ = named_rows(tree, CodeSystem.ICD10CM)
    row = next(row for row in rows if row.leaves == (1,))
    assert row.expands
    assert row.final
    assert "subsequent" in row.context.choices
    assert not any(2 in one.leaves for one in rows)


def _members(*titles: str) -> list[Titled]:
    return [Titled(str(at), title) for at, title in enumerate(titles)]


KNEE = _members("Pain in right knee", "Pain in left knee", "Pain in unspecified knee")
OLD_KNEE = _members(
    "Bilateral primary osteoarthritis of knee",
    "Unilateral primary osteoarthritis, unspecified knee",
    "Unilateral primary osteoarthritis, right knee",
    "Unilateral primary osteoarthritis, left knee",
)
EARS = _members("Wax, right ear", "Wax, left ear", "Wax, bilateral", "Wax, unspecified ear")
UNNAMED = _members("Deafness, right ear", "Deafness, left ear")


@pytest.mark.parametrize(
    ("members", "wanted", "shown"),
    [
        pytest.param(KNEE, {"pain", "knee"}, 2, id="nothing said: unspecified"),
        pytest.param(KNEE, {"left"}, 1, id="left"),
        pytest.param(KNEE, {"bilateral"}, 2, id="both, but there is no code for both"),
        pytest.param(EARS, {"bilateral"}, 2, id="bilateral"),
        pytest.param(EARS, {"left", "right"}, 2, id="left and right are both"),
        pytest.param(OLD_KNEE, set(), 1, id="unilateral unspecified"),
        pytest.param(OLD_KNEE, {"left"}, 3, id="unilateral left"),
        pytest.param(OLD_KNEE, {"unilateral"}, 1, id="unilateral"),
        pytest.param(OLD_KNEE, {"bilateral"}, 0, id="bilateral first in the book"),
        pytest.param(UNNAMED, set(), 0, id="no unspecified code: the first"),
        pytest.param(KNEE[:1], {"left"}, 0, id="alone"),
    ],
)
def test_the_side_asked_for_is_shown(members: list[Titled], wanted: set[str], shown: int) -> None:
    assert choose(members, wanted) == shown


def test_a_code_that_a_term_names_stays_unless_another_side_is_asked_for() -> None:
    assert choose(KNEE, {"pain"}, given=0) == 0
    assert choose(KNEE, {"left"}, given=0) == 1


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        pytest.param(set(), 0, id="initial"),
        pytest.param({"subsequent"}, 1, id="subsequent"),
        pytest.param({"healing"}, 1, id="routine healing"),
        pytest.param({"sequela"}, 2, id="sequela"),
        pytest.param({"fracture", "encounter"}, 0, id="words of both"),
    ],
)
def test_the_seventh_character_asked_for_is_shown(wanted: set[str], shown: int) -> None:
    assert choose_final([INITIAL.label, LATER.label, SEQUELA.label], wanted) == shown


def test_seventh_characters_that_are_sides_default_to_unspecified() -> None:
    labels = ["right eye", "left eye", "bilateral", "unspecified eye"]
    assert choose_final(labels, frozenset()) == 3
    assert choose_final(labels, {"bilateral"}) == 2
