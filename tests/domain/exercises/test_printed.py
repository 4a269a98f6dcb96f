"""A chart in print: everything of the key is there, headings stay below the chart's."""

from datetime import date

from app.domain.codes.code import CodeSystem
from app.domain.exercises.exercise import Document, Exercise, Patient, Setting, Sex
from app.domain.exercises.printed import printed
from app.domain.exercises.review import Coding, Difference, Review
from app.domain.grading.key import Evidence, Forbidden, Key, ModifierRule, Near, Position, Slot, Variant

MOLE = Slot(
    id="dx1",
    system=CodeSystem.ICD10CM,
    accept=("D22.5",),
    weight=2,
    position=Position.FIRST,
    near=(Near("D22.9", 600, text="The site is in the note."),),
    evidence=(Evidence("01-note.md", "a mole of\nthe back"),),
    guideline="Official Guidelines I.C.2",
    rationale="A mole is a\nmelanocytic nevus.",
)
FROZEN = Slot(
    id="px1",
    system=CodeSystem.CPT,
    accept=tuple(f"1711{n}" for n in range(8)),
    weight=0,
    modifiers=ModifierRule(required=("RT",), any_of=("59", "XS"), optional=("51",)),
    units=2,
    points_to=("dx1",),
)
CHART = Exercise(
    id="mole",
    title="A mole",
    setting=Setting.OFFICE,
    specialty="dermatology",
    sections=("icd-10-cm",),
    topics=("moles",),
    difficulty=2,
    minutes=5,
    date_of_service=date(2026, 6, 5),
    patient=Patient(50, Sex.MALE),
    documents=(Document("01-note.md", "Note", "# Note\n\n## Exam\n\nA mole."),),
    key=Key(
        variants=(Variant((MOLE, FROZEN)),),
        forbidden=(Forbidden(CodeSystem.ICD10CM, ("D48.5", "C43.9"), reason="No pathology."),),
        convention="Professional claim.",
    ),
)
CODING = Coding(
    date=date(2026, 7, 1),
    coder="second coder",
    answer={"lines": [{"code": "D22.5"}, {"code": "17110", "modifiers": ["RT"], "units": 2}]},
    score=0.95,
    agreed=False,
    differences=(Difference("Remark: which mole?", "Kept: the one frozen."),),
)


def text(review: Review | None = None, sibling: str = "") -> str:
    return printed(CHART, review, lambda system, code: f"title of {code}", sibling=sibling)


def test_everything_of_the_key_is_printed() -> None:
    lines = text().splitlines()
    assert lines[:3] == ["## A mole", "", "`mole`"]
    assert "**Convention:** Professional claim." in lines
    assert "1. **D22.5** title of D22.5" in lines
    assert "   - ICD-10-CM, weight 2, first" in lines
    assert "   - A mole is a melanocytic nevus." in lines
    assert "   - Source: Official Guidelines I.C.2" in lines
    assert "   - Evidence, 01-note.md: “a mole of the back”" in lines
    assert "   - Near: D22.9 keeps 60%. The site is in the note." in lines
    assert "   - CPT, optional, modifiers RT, one of 59 XS, free to add 51, units 2, points to 1" in lines
    assert "- ICD-10-CM D48.5, C43.9: No pathology." in lines


def test_a_long_list_of_codes_is_cut() -> None:
    assert "2. **17110 or 17111 or 17112 or 17113 or 17114 or 17115 or 2 more**" in text()


def test_headings_of_documents_stand_below_those_of_the_chart() -> None:
    assert "#### Note\n\n##### Exam" in text()


def test_the_second_coding_is_told_as_it_was() -> None:
    told = text(Review((CODING,)))
    assert "2026-07-01, second coder: D22.5; 17110-RT ×2. Score 0.95." in told
    assert "- Remark: which mole? Kept: the one frozen." in told
    assert "Certified coder: not reviewed by one." in told


def test_a_draft_says_so_and_so_does_a_sister_nobody_coded() -> None:
    assert "it is a draft" in text()
    assert "it is a draft" in text(Review((CODING,)), sibling="left")
