"""The tabular list: counts, the pitfalls of the file, and small hand-made files that are refused."""

import sys
from datetime import date
from pathlib import Path

import pytest

from app.codebook.sources.icd10cm_tabular import embedded_file, parse, parse_tabular, recognises
from app.codebook.sources.incoming import incoming_of
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.tree import NodeKind, SourceNode, SourceRefused, SourceTree

_HEAD = '<?xml version="1.0" encoding="utf-8"?><ICD10CM.tabular><chapter><name>1</name><desc>Chapter</desc>'
_TAIL = "</chapter></ICD10CM.tabular>"


def _section(body: str) -> str:
    return f'<section id="A00-A09"><desc>S</desc>{body}</section>'


@pytest.fixture(scope="module")
def tree() -> SourceTree:
    return parse_tabular(embedded_file())


@pytest.fixture(scope="module")
def by_code(tree: SourceTree) -> dict[str, SourceNode]:
    return {node.code: node for node in tree.nodes if node.kind is NodeKind.CODE}


def test_the_counts_of_april_2026(tree: SourceTree) -> None:
    assert tree.counts() == {"codes": 98_186, "billable": 74_719, "chapters": 22, "sections": 297}


def test_every_code_and_no_other_is_in_the_packages_own_list(by_code: dict[str, SourceNode]) -> None:
    lines = (embedded_file().parent / "code-list-April-2026.txt").read_text(encoding="utf-8").split()
    assert len(lines) == 98_505
    codes = [line for line in lines if "-" not in line and len(line) > 2]
    assert set(codes) == {code.replace(".", "") for code in by_code}


def test_the_slow_module_of_the_package_is_never_imported() -> None:
    embedded_file()
    assert "simple_icd_10_cm.simple_icd_10_cm" not in sys.modules


@pytest.mark.parametrize("code", ["QA0.0101", "E11.A", "C7A.00", "C4A.11"])
def test_letters_may_stand_anywhere_after_the_first(code: str, by_code: dict[str, SourceNode]) -> None:
    assert code in by_code


@pytest.mark.parametrize(
    ("code", "title"),
    [
        pytest.param("W07.XXXA", "Fall from chair, initial encounter", id="category padded to six"),
        pytest.param(
            "S72.91XA",
            "Unspecified fracture of right femur, initial encounter for closed fracture",
            id="five characters padded",
        ),
        pytest.param(
            "E11.3211",
            "Type 2 diabetes mellitus with mild nonproliferative diabetic retinopathy with macular edema, right eye",
            id="a 7th character that isn't an encounter",
        ),
        pytest.param(
            "S72.001B",
            "Fracture of unspecified part of neck of right femur, initial encounter for open fracture type I or II",
            id="of several names the extension's own",
        ),
        pytest.param(
            "H35.3113",
            "Nonexudative age-related macular degeneration, right eye, advanced atrophic without subfoveal involvement",
            id="not the other name after it",
        ),
    ],
)
def test_seventh_characters_are_expanded(code: str, title: str, by_code: dict[str, SourceNode]) -> None:
    assert by_code[code].billable
    assert by_code[code].title == title


def test_a_leaf_with_seventh_characters_is_not_billable(by_code: dict[str, SourceNode]) -> None:
    assert not by_code["S72.001"].billable
    assert not by_code["W07"].billable
    assert by_code["I10"].billable


def test_a_note_can_take_seventh_characters_away(by_code: dict[str, SourceNode]) -> None:
    assert "S06.1X7A" in by_code
    assert not {"S06.1X7D", "S06.1X7S", "S06.1X8D"} & set(by_code)
    assert {"S06.1X9D", "S06.1X9S"} <= set(by_code)


def test_titles_keep_the_text_after_child_elements(tmp_path: Path) -> None:
    body = '<section id="A00-A09"><desc>S</desc><diag><name>A00</name><desc>vein <nemod>(peripheral)</nemod> NEC</desc>'
    node = _parse(tmp_path, _HEAD + body + "</diag></section>" + _TAIL).nodes[-1]
    assert node.title == "vein (peripheral) NEC"


def test_alternatives_after_a_slash_stay_out_of_titles(tmp_path: Path) -> None:
    seventh = '<sevenChrDef><extension char="A">initial encounter/first visit</extension><note>active care</note>'
    body = f'<section id="A"><desc>S</desc><diag><name>A00</name><desc>T</desc>{seventh}</sevenChrDef></diag></section>'
    nodes = _parse(tmp_path, _HEAD + body + _TAIL).nodes
    assert nodes[-1].title == "T, initial encounter"
    assert nodes[-2].seventh[0].note == "first visit; active care"


def test_notes_sit_on_chapters_sections_and_codes(tree: SourceTree) -> None:
    carriers: dict[str, int] = {}
    for node in tree.nodes:
        if any(note.kind == "excludes1" for note in node.notes):
            carriers[node.kind] = carriers.get(node.kind, 0) + 1
    assert carriers[NodeKind.CHAPTER] == 3
    assert carriers[NodeKind.SECTION] == 65


def test_codes_may_nest_to_any_depth_and_unknown_elements_are_no_matter(tmp_path: Path) -> None:
    codes = ["A00", "A00.0", "A00.00", "A00.000", "A00.0000"]
    body = "".join(f"<diag><name>{code}</name><desc>T {code}</desc><picture/>" for code in codes) + "</diag>" * len(
        codes
    )
    nodes = _parse(tmp_path, _HEAD + "<sectionIndex/>" + _section(body) + _TAIL).nodes
    assert [(node.code, node.parent, node.billable) for node in nodes[2:]] == [
        ("A00", 1, False),
        ("A00.0", 2, False),
        ("A00.00", 3, False),
        ("A00.000", 4, False),
        ("A00.0000", 5, True),
    ]


def test_the_year_is_in_the_file_and_the_month_of_an_update_in_its_name(tmp_path: Path) -> None:
    content = _HEAD.replace("<chapter>", "<version> 2027 </version><chapter>") + _TAIL

    def starts(name: str) -> date | None:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return parse(incoming_of(tmp_path / name)[0], lambda text, share: None).starts

    assert starts("tabular.xml") == date(2026, 10, 1)
    assert starts("icd10cm-tabular-April-1-2027.xml") == date(2027, 4, 1)
    assert starts("icd10cm_tabular_2019.xml") == date(2026, 10, 1)
    assert starts("tabular-oct-2026.xml") == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("<ICD10CM.tabular>", True),
        ('\ufeff<?xml version="1.0"?>\n<!-- of 2019 -->\n<ICD10CM.tabular xmlns:a="b" c="d">', True),
        ('<schema><element name="ICD10CM.tabular"/>', False),
        ("<ICD10CM.index>", False),
        ("plain text", False),
    ],
)
def test_a_tabular_list_is_known_by_its_first_element(head: str, known: bool) -> None:
    assert (recognises(head.encode(), "x") is FileKind.CM_TABULAR) is known


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "is empty: get the file again", id="empty"),
        pytest.param(_HEAD, r"line \d+, column \d+: the file is cut off", id="truncated"),
        pytest.param("<ICD10CM.index><letter/></ICD10CM.index>", "isn't an ICD-10-CM tabular list", id="another file"),
        pytest.param(
            _HEAD + '<section id="A00-A09"><desc>S</desc><diag><name>A00</name></diag></section>' + _TAIL,
            r"line \d+, column \d+: diag A00 has no <desc>",
            id="no title",
        ),
        pytest.param(
            '<!DOCTYPE x [<!ENTITY a "b">]><ICD10CM.tabular>&a;</ICD10CM.tabular>',
            "declares an XML entity",
            id="entities",
        ),
        pytest.param(
            _HEAD + _section("<diag><name>A00</name><desc>T</desc></diag>" * 2) + _TAIL,
            "line 1: A00 is there twice, first in line 1",
            id="twice",
        ),
        pytest.param(
            _HEAD + _section("<diag><name>A00.00000</name><desc>T</desc></diag>") + _TAIL,
            "line 1: “A00.00000” can't be an ICD-10-CM code",
            id="no code",
        ),
        pytest.param(
            _HEAD + _section("<diag><desc>T</desc></diag>") + _TAIL,
            "diag an entry without a name has no <name>",
            id="no name",
        ),
        pytest.param(
            _HEAD + _section("<diag><name>A00</name><desc>T</desc></diag>") + "</section></ICD10CM.tabular>",
            r"line 1, column \d+: broken XML \(mismatched tag\)",
            id="mismatched",
        ),
        pytest.param(
            "<ICD10CM.tabular><version>2027</version></ICD10CM.tabular>", "no ICD10CM.tabular with", id="no chapter"
        ),
    ],
)
def test_a_file_that_is_not_whole_is_refused(content: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=said):
        _parse(tmp_path, content)


def _parse(folder: Path, content: str) -> SourceTree:
    path = folder / "tabular.xml"
    path.write_text(content, encoding="utf-8")
    return parse_tabular(path)
