"""Comparing releases: added, deleted, retitled, demoted and promoted codes, and the answer keys they hit."""

from pathlib import Path

import pytest

from app.codebook.differences import Differences, differences, find_release
from app.codebook.library import Library
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.errors import BookMissing
from app.domain.grading.key import Forbidden, Key, Near, Slot, Variant
from app.services import differences as services_differences
from app.services.differences import KeyHit, compare_releases, keys_hit
from tests.codebook import official_files as files
from tests.codebook.official_files import take

CM = CodeSystem.ICD10CM
#: K90.0 becomes a heading with K90.01 below it, K90.4 (a heading) a code; K90.3 goes; Z99.2 is retitled.
OLD_ROWS = (
    ("K90", "0", "Intestinal malabsorption"),
    ("K900", "1", "Celiac disease"),
    ("K903", "1", "Pancreatic steatorrhea"),
    ("K904", "0", "Intolerance"),
    ("K9041", "1", "Gluten sensitivity"),
    ("Z992", "1", "Dependence on renal dialysis"),
)
NEW_ROWS = (
    ("K90", "0", "Intestinal  malabsorption"),
    ("K900", "0", "Celiac disease"),
    ("K9001", "1", "Refractory celiac disease"),
    ("K904", "1", "Intolerance"),
    ("Z992", "1", "Dependence on dialysis"),
)


@pytest.fixture
def releases(tmp_path: Path) -> Library:
    folder = tmp_path / "codebooks"
    take(folder, files.order(tmp_path, "icd10cm-order-2027.txt", NEW_ROWS))
    take(folder, files.order(tmp_path, "icd10cm-order-April-1-2026.txt", OLD_ROWS))
    return Library.open(folder)


def _compared(releases: Library, old: str = "2026-04", new: str = "2027") -> Differences:
    return compare_releases(releases, CM, old, new)


def test_every_kind_of_change_has_its_list(releases: Library) -> None:
    found = _compared(releases)
    assert [(change.code, change.billable) for change in found.added] == [("K90.01", True)]
    assert [(change.code, change.title) for change in found.deleted] == [
        ("K90.3", "Pancreatic steatorrhea"),
        ("K90.41", "Gluten sensitivity"),
    ]
    assert [change.code for change in found.demoted] == ["K90.0"]
    assert [change.code for change in found.promoted] == ["K90.4"]
    assert [(change.code, change.before, change.title) for change in found.retitled] == [
        ("Z99.2", "Dependence on renal dialysis", "Dependence on dialysis")
    ]
    assert found.same_titles


def test_a_release_and_itself_do_not_differ(releases: Library) -> None:
    found = _compared(releases, "2027", "ICD-10-CM-2027")
    assert not any(found.by_kind.values())


def test_swapped_releases_give_the_lists_the_other_way_round(releases: Library) -> None:
    there, back = _compared(releases), _compared(releases, "2027", "2026-04")
    assert [change.code for change in back.added] == [change.code for change in there.deleted]
    assert [change.code for change in back.promoted] == [change.code for change in there.demoted]


@pytest.mark.parametrize("name", ["ICD-10-CM-2026-04", "2026-04", "2026", " 2026 "])
def test_a_release_is_named_by_id_or_year(name: str, releases: Library) -> None:
    assert find_release(releases, CM, name).book.id == "ICD-10-CM-2026-04"


def test_a_year_is_its_first_release_where_that_is_installed(releases: Library, tmp_path: Path) -> None:
    take(tmp_path / "codebooks", files.order(tmp_path, "icd10cm-order-2026.txt", OLD_ROWS[:4] + OLD_ROWS[5:]))
    assert find_release(Library.open(tmp_path / "codebooks"), CM, "2026").book.id == "ICD-10-CM-2026"


@pytest.mark.parametrize("name", ["1999", "", "ICD-10-PCS-2027", "%"])
def test_an_unknown_release_names_those_installed(name: str, releases: Library) -> None:
    with pytest.raises(BookMissing, match=r"installed: ICD-10-CM-2026-04, ICD-10-CM-2027\): import it first"):
        find_release(releases, CM, name)


def test_titles_of_different_kinds_of_files_are_said_to_be(releases: Library, tmp_path: Path) -> None:
    folder = tmp_path / "codebooks"
    take(folder, files.tabular(tmp_path, "icd10cm-tabular-2028.xml", year=2028))
    opened = Library.open(folder)
    assert not differences(find_release(opened, CM, "2027"), find_release(opened, CM, "2028")).same_titles


def test_the_keys_of_the_bank_that_name_a_changed_code_are_listed(
    releases: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = Slot("a", CM, accept=("K90.0", "K90.9"), near=(Near("K90.3", 500),))
    other = Slot("b", CodeSystem.CPT, accept=("17110",))
    key = Key((Variant((slot, other)), Variant((slot,))), forbidden=(Forbidden(CM, ("Z99.2", "K90.01")),))
    chart = type("Chart", (), {"id": "sprue", "key": key})()
    sister = type("Chart", (), {"id": "sprue-two", "key": Key((Variant((Slot("a", CM, accept=("K90.4",)),)),))})()
    entries = (
        type("Entry", (), {"exercise": chart, "siblings": {}})(),
        type("Entry", (), {"exercise": chart, "siblings": {"sprue-two": sister}})(),
    )
    monkeypatch.setattr(services_differences, "read_bank", lambda *a, **k: type("Bank", (), {"exercises": entries})())
    assert keys_hit(_compared(releases), tmp_path, releases) == (
        KeyHit("sprue", "K90.0", "accepted", "demoted"),
        KeyHit("sprue", "K90.3", "near", "deleted"),
        KeyHit("sprue", "Z99.2", "forbidden", "retitled"),
        KeyHit("sprue/sprue-two", "K90.4", "accepted", "promoted"),
    )


def test_a_bundled_chart_is_hit_by_a_code_of_its_key(library: Library, tmp_path: Path) -> None:
    rows = [("K35", "0", "Acute appendicitis"), ("K3532", "1", "Perforated"), ("Z992", "1", "Dependence")]
    folder = tmp_path / "codebooks"
    take(folder, files.order(tmp_path, "icd10cm-order-2031.txt", rows))
    take(folder, files.order(tmp_path, "icd10cm-order-2032.txt", [*rows[:1], *rows[2:]]))
    found = compare_releases(Library.open(folder), CM, "2031", "2032")
    hits = keys_hit(found, bundled("exercises") / "charts" / "acute-abdomen-inpatient", library)
    assert {(hit.chart.partition("/")[0], hit.code, hit.role, hit.change) for hit in hits} == {
        ("acute-abdomen-inpatient", "K35.32", "accepted", "deleted")
    }
