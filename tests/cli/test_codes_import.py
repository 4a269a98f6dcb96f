"""``chartroom codes import``, ``list``, ``diff`` and ``remove``: what people and scripts read."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from app.cli.codes import codes
from app.codebook.sources.tree import SourceRefused
from tests.codebook import official_files as files


@pytest.fixture
def data_dir(books_folder: Path, tmp_path: Path) -> Path:
    """A data folder with code books of its own, to import into."""
    folder = tmp_path / "data"
    shutil.copytree(books_folder, folder / "codebooks")
    return folder


def test_import_says_what_each_file_gave(run: Callable[..., Result], tmp_path: Path) -> None:
    paths = [files.tabular(tmp_path), files.order(tmp_path), files.index(tmp_path)]
    assert run(codes, "import", *map(str, paths)).stdout.splitlines() == [
        "icd10cm-tabular-2027.xml: ICD-10-CM tabular list (XML): new ICD-10-CM-2027 (9 codes, 5 billable, 3 chapters, "
        "3 sections)",
        "icd10cm-order-2027.txt: ICD-10-CM order file (text): added to its book ICD-10-CM-2027 (9 codes, 5 billable)",
        "icd10cm-index-2027.xml: ICD-10-CM alphabetic index (XML): new ICD-10-CM-index-2027 (3 main terms, 7 terms, "
        "3 codes, 3 references)",
    ]
    again = json.loads(run(codes, "import", *map(str, paths), "--json").stdout)
    assert [(one["outcome"], one["book"]) for one in again] == [
        ("already there", "ICD-10-CM-2027"),
        ("already there", "ICD-10-CM-2027"),
        ("already there", "ICD-10-CM-index-2027"),
    ]
    page = run(codes, "list").stdout
    assert "ICD-10-CM-2027: ICD-10-CM 2027, in force 2026-10-01 to 2027-09-30\n  9 codes, 5 billable" in page
    assert "ICD-10-CM-index-2027: ICD-10-CM Index to Diseases and Injuries 2027, in force 2026-10-01" in page
    listed = {row["id"]: row for row in json.loads(run(codes, "list", "--json").stdout)}
    assert listed["ICD-10-CM-2027"]["system"] == "ICD-10-CM"
    assert [source["name"] for source in listed["ICD-10-CM-2027"]["sources"]] == [path.name for path in paths[:2]]
    assert listed["ICD-10-CM-index-2027"]["kind"] == "ICD-10-CM alphabetic index (XML)"
    assert "K90.0" in run(codes, "search", "celiac", "--on", "2026-12-01").stdout


def test_a_refused_file_is_one_sentence_and_nothing_is_imported(run: Callable[..., Result], tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear school", encoding="utf-8")
    result = run(codes, "import", str(files.tabular(tmp_path)), str(text))
    assert isinstance(result.exception, SourceRefused)
    assert str(result.exception).startswith("letter.txt is a text file that begins “Dear school”, none of the official")
    assert "ICD-10-CM-2027" not in run(codes, "list").stdout


def test_the_release_may_be_named(run: Callable[..., Result], tmp_path: Path) -> None:
    path = str(files.order(tmp_path, "order.txt"))
    result = run(codes, "import", path)
    assert "import it with “--from YYYY-MM-DD”" in str(result.exception)
    assert "new ICD-10-CM-2027" in run(codes, "import", path, "--from", "2026-10-01").stdout


def test_diff_lists_changes_for_people_and_scripts(run: Callable[..., Result], tmp_path: Path) -> None:
    rows = [row for row in files.ORDER_ROWS if row[0] != "K900"]
    rows[-1] = ("Z992", "1", "Dialysis")
    run(codes, "import", str(files.order(tmp_path)), str(files.order(tmp_path, "icd10cm-order-2028.txt", rows)))
    page = run(codes, "diff", "cm", "2027", "2028").stdout
    assert page.startswith("ICD-10-CM-2027 → ICD-10-CM-2028\n")
    assert "Added: 0 (0 billable)\n\nDeleted: 1 (1 billable)\n  K90.0  Celiac disease\n" in page
    assert "Retitled: 1\n  Z99.2  Dependence on renal dialysis → Dialysis\n" in page
    assert "\nAnswer keys hit: 0" in page
    data = json.loads(run(codes, "diff", "ICD-10-CM", "2027", "2028", "--json").stdout)
    assert [change["code"] for change in data["deleted"]] == ["K90.0"]
    assert (data["old"], data["new"], data["keys_hit"]) == ("ICD-10-CM-2027", "ICD-10-CM-2028", [])


def test_diff_names_the_keys_that_a_release_hits(run: Callable[..., Result], tmp_path: Path) -> None:
    """A release of nine codes lacks nearly everything that the bundled keys name."""
    run(codes, "import", str(files.tabular(tmp_path)))
    data = json.loads(run(codes, "diff", "ICD-10-CM", "2026-04", "2027", "--json").stdout)
    assert len(data["deleted"]) > 98_000
    hit = {"chart": "mole-cryoablation", "code": "D22.5", "role": "accepted", "change": "deleted"}
    assert hit in [{**one, "chart": one["chart"].partition("/")[0]} for one in data["keys_hit"]]


def test_remove_takes_an_imported_book_away_but_none_that_came_with_chartroom(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    run(codes, "import", str(files.tabular(tmp_path)))
    assert run(codes, "remove", "ICD-10-CM-2027").stdout == "ICD-10-CM-2027 is removed.\n"
    assert "ICD-10-CM-2027" not in run(codes, "list").stdout
    result = run(codes, "remove", "ICD-10-CM-2026-04")
    assert str(result.exception) == "ICD-10-CM-2026-04 comes with Chartroom and can't be removed."
