"""The official ICD-10-PCS tables: read, checked against their own counts, and walked in place of rebuilt ones."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.making.importing import Outcome, import_files
from app.codebook.pcs.walk import PcsBook, open_tables
from app.codebook.sources import pcs_tables
from app.codebook.sources.incoming import Incoming, incoming_of
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.recognise import recognise
from app.codebook.sources.releases import ReleaseOptions
from app.codebook.sources.tree import SourceRefused
from tests.codebook.pcs_files import (
    APPENDIX,
    EXCISION,
    LAST,
    OPEN,
    RESECTION,
    TABLES,
    axis,
    official,
    row,
    table,
    written,
)

NOW = datetime(2031, 1, 2, tzinfo=UTC)


def _file(tmp_path: Path, text: str) -> Incoming:
    return incoming_of(written(tmp_path, text))[0]


def test_the_tables_are_recognised_by_content(tmp_path: Path) -> None:
    assert recognise(_file(tmp_path, TABLES))[0] is FileKind.PCS_TABLES
    assert pcs_tables.recognises(b"<ICD10PCS.index><mainTerm>", "icd10pcs_tables_2031.xml") is None
    assert pcs_tables.recognises(b"<ICD10CM.tabular><chapter>", "x.xml") is None


def test_rows_labels_and_definitions_are_read(tmp_path: Path) -> None:
    excision, resection, last = pcs_tables.read_tables(_file(tmp_path, TABLES))
    assert [one.code for one in (excision, resection, last)] == ["0DB", "0DT", "XDP"]
    assert [(head.axis, head.label) for head in resection.heads] == [
        ("Section", "Medical and Surgical"),
        ("Body System", "Gastrointestinal System"),
        ("Operation", "Resection"),
    ]
    assert resection.heads[2].definition == "Cutting out all of it"
    assert resection.axes == ("Body Part", "Approach", "Device", "Qualifier")
    assert list(excision.codes()) == ["0DBJ0ZX", "0DBJ0ZZ", "0DBJ4ZX", "0DBJ4ZZ"]
    assert len(resection) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            official(table("0DT", row({"J": "Appendix"}, OPEN, codes=3)) + LAST),
            r"line 8, column 1: the row of table 0DT counts 3 codes, its values make 2: get the file again",
            id="codes",
        ),
        pytest.param(
            official(RESECTION.replace('pos="4" values="1"', 'pos="4" values="2"', 1) + LAST),
            r"axis 4 counts 2 values, here are 1",
            id="values",
        ),
        pytest.param(
            official(RESECTION.replace('code="J"', 'code="I"') + LAST), r"here are “I” and “Appendix”", id="letter I"
        ),
        pytest.param(official(RESECTION.replace("Appendix", "", 1) + LAST), r"here are “J” and “”", id="no label"),
        pytest.param(
            official(RESECTION.replace('code="U"', 'code="R"') + LAST), r"R is there twice on axis 4", id="value twice"
        ),
        pytest.param(official(RESECTION + RESECTION + LAST), r"table 0DT is there twice", id="table twice"),
        pytest.param(
            official(table("0DT", APPENDIX + APPENDIX.replace("Appendix", "Cecum")) + LAST),
            r"0DTJ0ZZ is in two rows and means two things",
            id="two meanings",
        ),
        pytest.param(
            official(RESECTION.replace('pos="2"', 'pos="3"') + LAST),
            r"has the axes 1 to 3, here are 1, 3, 3",
            id="axes",
        ),
        pytest.param(official(table("0DT", "") + LAST), r"a pcsTable has no pcsRow", id="no row"),
        pytest.param(
            official(
                RESECTION.replace(
                    axis(1, "Section", {"0": "Medical and Surgical"}), axis(1, "Section", {"0": "a", "1": "b"})
                )
                + LAST
            ),
            r"axis 1 of a table has one value, here are 2",
            id="two sections",
        ),
        pytest.param(official(RESECTION), r"the last table is 0DT, a whole file goes on to section X", id="a part"),
        pytest.param(official(""), r"there is no pcsTable", id="empty"),
        pytest.param(
            TABLES[: len(TABLES) // 2], r"line \d+, column \d+: the file is cut off; get the file again", id="cut"
        ),
        pytest.param(TABLES.replace("</pcsTable>", "</pcsTabel>", 1), r"line \d+, column \d+: broken XML", id="broken"),
    ],
)
def test_a_wrong_file_names_place_and_remedy(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=said):
        pcs_tables.read_tables(_file(tmp_path, text))


def test_the_same_code_in_two_rows_with_one_meaning_is_counted_once(tmp_path: Path) -> None:
    tables = pcs_tables.read_tables(_file(tmp_path, official(table("0DT", APPENDIX + APPENDIX) + LAST)))
    assert len(tables[0]) == 2


@pytest.fixture
def imported(tmp_path: Path, books_folder: Path) -> Callable[[str, str], PcsBook]:
    """Import tables into a folder that has the other books, and open them on a day."""
    folder = tmp_path / "codebooks"
    folder.mkdir()
    for path in books_folder.iterdir():
        if not path.name.startswith(".") and path.name != "generation":
            (folder / path.name).symlink_to(path)

    def run(text: str, name: str) -> PcsBook:
        import_files(
            folder,
            [written(tmp_path, text, name)],
            options=ReleaseOptions(),
            now=NOW,
            progress=lambda said, share: None,
        )
        return open_tables(Library.open(folder), date(2031, 3, 1))

    run.folder = folder  # type: ignore[attr-defined]
    return run


def test_imported_tables_are_walked_with_their_own_labels(imported: Callable[[str, str], PcsBook]) -> None:
    tables = imported(TABLES, "icd10pcs_tables_2031.xml")
    assert tables.is_official
    assert (tables.volume.id, tables.volume.release) == ("ICD-10-PCS-tables-2031", "2031")
    assert (tables.volume.effective_from, tables.volume.effective_to) == (date(2030, 10, 1), date(2031, 9, 30))
    assert tables.volume.counts == {"tables": 3, "rows": 4, "codes": 12}
    assert tables.step("0D").axis == "Operation"
    assert [(one.char, one.definition) for one in tables.step("0D").choices] == [
        ("B", "Cutting out all of it"),
        ("T", "Cutting out all of it"),
    ]
    assert [one.char for one in tables.step("0DT").choices] == ["J", "R", "U"]
    assert tables.step("0DTJ4ZZ").is_complete


def test_importing_twice_changes_nothing_and_a_failed_import_leaves_the_old(
    imported: Callable[[str, str], PcsBook], tmp_path: Path
) -> None:
    imported(TABLES, "icd10pcs_tables_2031.xml")
    folder = imported.folder  # type: ignore[attr-defined]
    again = import_files(
        folder,
        [written(tmp_path, TABLES, "again.xml")],
        options=ReleaseOptions(),
        now=NOW,
        progress=lambda said, share: None,
    )
    assert [one.outcome for one in again] == [Outcome.ALREADY]
    with pytest.raises(SourceRefused, match="a whole file goes on"):
        imported(official(EXCISION), "icd10pcs_tables_2031.xml")
    assert open_tables(Library.open(folder), date(2031, 3, 1)).step("0DTJ4ZZ").is_complete


def test_the_april_update_is_a_release_of_its_own(imported: Callable[[str, str], PcsBook]) -> None:
    imported(TABLES, "icd10pcs_tables_2031.xml")
    april = official(EXCISION + LAST)
    tables = imported(april, "icd10pcs_tables_April_1_2031.xml")
    assert tables.volume.id == "ICD-10-PCS-tables-2031"
    library = Library.open(imported.folder)  # type: ignore[attr-defined]
    assert open_tables(library, date(2031, 4, 1)).volume.id == "ICD-10-PCS-tables-2031-04"
    assert open_tables(library, date(2031, 3, 31)).volume.id == "ICD-10-PCS-tables-2031"
    assert open_tables(library, None).volume.id == "ICD-10-PCS-tables-2031-04"
