"""Importing as a whole: all or nothing, idempotent, releases side by side, old books intact whatever happens."""

import errno
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.making import binding, importing, shelving
from app.codebook.making.importing import Outcome, remove_book
from app.codebook.sources.tree import SourceRefused
from app.domain.codes.code import CodeSystem
from app.domain.errors import SetupError
from tests.codebook import official_files as files
from tests.codebook.official_files import take

CM = CodeSystem.ICD10CM


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of code books with nothing in it."""
    return tmp_path / "codebooks"


def _state(folder: Path) -> dict[str, bytes]:
    """Everything in a folder of books, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_becomes_a_book_with_its_facts(folder: Path, tmp_path: Path) -> None:
    path = files.tabular(tmp_path)
    (done,) = take(folder, path)
    assert (done.name, done.outcome, done.book) == ("icd10cm-tabular-2027.xml", Outcome.NEW, "ICD-10-CM-2027")
    assert done.counts == {"codes": 9, "billable": 5, "chapters": 3, "sections": 3}
    (book,) = Library.open(folder).books()
    assert (book.release, book.effective_from, book.effective_to) == ("2027", date(2026, 10, 1), date(2027, 9, 30))
    assert book.publisher.startswith("National Center for Health Statistics")
    assert book.licence == "US Government work, public domain"
    assert book.imported
    (source,) = book.sources
    assert (source.name, source.kind) == ("icd10cm-tabular-2027.xml", "ICD-10-CM tabular list (XML)")
    assert source.sha256 == book.sha256
    assert len(book.sha256) == 64
    assert source.imported_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert source.counts == done.counts
    assert not list(folder.glob(".*"))


def test_a_second_import_of_the_same_file_does_nothing(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    before = _state(folder)
    copy = shutil.copy(files.tabular(tmp_path), tmp_path / "again.xml")
    (done,) = take(folder, Path(copy))
    assert (done.outcome, done.book) == (Outcome.ALREADY, "ICD-10-CM-2027")
    assert _state(folder) == before


def test_the_same_file_twice_in_one_command_is_taken_once(folder: Path, tmp_path: Path) -> None:
    path = files.tabular(tmp_path)
    assert [one.outcome for one in take(folder, path, path)] == [Outcome.NEW, Outcome.ALREADY]


def test_everything_in_a_zip_is_taken_and_the_rest_named(folder: Path, tmp_path: Path) -> None:
    path = files.zipped(
        tmp_path / "2027-code-tables.zip",
        {
            "docs/addendum.pdf": b"%PDF-1.7 ...",
            "Table and Index/icd10cm-index-2027.xml": files.index(tmp_path),
            "order/icd10cm-order-2027.txt": files.order(tmp_path),
            "Table and Index/icd10cm-tabular-2027.xml": files.tabular(tmp_path),
        },
    )
    done = take(folder, path)
    assert [(one.name.partition("› ")[2], one.outcome, one.book) for one in done] == [
        ("icd10cm-tabular-2027.xml", Outcome.NEW, "ICD-10-CM-2027"),
        ("icd10cm-order-2027.txt", Outcome.ADDED, "ICD-10-CM-2027"),
        ("icd10cm-index-2027.xml", Outcome.NEW, "ICD-10-CM-index-2027"),
        ("addendum.pdf", Outcome.PASSED_OVER, ""),
    ]
    assert done[-1].said == "it is a PDF document"
    library = Library.open(folder)
    assert [volume.id for volume in library.volumes()] == ["ICD-10-CM-2027", "ICD-10-CM-index-2027"]
    assert [source.name for source in library.books()[0].sources] == [
        "2027-code-tables.zip › icd10cm-tabular-2027.xml",
        "2027-code-tables.zip › icd10cm-order-2027.txt",
    ]


def test_a_zip_without_an_official_file_is_refused(folder: Path, tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "holiday.zip", {"a.jpg": b"\xff\xd8\0", "b.txt": "hello"})
    with pytest.raises(SourceRefused, match=r"holiday\.zip holds no official file .* it holds a\.jpg, b\.txt"):
        take(folder, path)


def test_one_bad_file_and_none_is_imported(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path, "icd10cm-tabular-2026.xml", year=2026))
    before = _state(folder)
    bad = files.index(tmp_path, content=files.INDEX[:700])
    with pytest.raises(SourceRefused, match=r"icd10cm-index-2027\.xml, line \d+, column \d+: the file is cut off"):
        take(folder, files.tabular(tmp_path), files.order(tmp_path), bad)
    assert _state(folder) == before
    assert not list(folder.glob(".*"))


def test_releases_stand_side_by_side_and_the_day_picks_one(folder: Path, tmp_path: Path) -> None:
    october = files.tabular(tmp_path, "icd10cm-tabular-2026.xml", year=2026)
    april = files.tabular(tmp_path, "icd10cm-tabular-April-1-2026.xml", year=2026, extra=files.STEATORRHEA)
    take(folder, files.tabular(tmp_path), october, april)
    library = Library.open(folder)
    assert [(book.id, book.release, str(book.effective_from), str(book.effective_to)) for book in library.books()] == [
        ("ICD-10-CM-2026", "2026", "2025-10-01", "2026-03-31"),
        ("ICD-10-CM-2026-04", "2026, April update", "2026-04-01", "2026-09-30"),
        ("ICD-10-CM-2027", "2027", "2026-10-01", "2027-09-30"),
    ]
    days = {date(2026, 3, 31): "2026", date(2026, 4, 1): "2026-04", date(2026, 9, 30): "2026-04"}
    for day, release in {**days, date(2026, 10, 1): "2027"}.items():
        book = library.on(day).book(CM)
        assert book is not None
        assert book.id == f"ICD-10-CM-{release}"
    assert library.on(date(2026, 3, 31)).find(CM, "K90.3") is None
    code = library.on(date(2026, 5, 1)).find(CM, "K90.3")
    assert code is not None
    assert (code.effective_from, code.effective_to) == (date(2026, 4, 1), date(2026, 9, 30))


def test_the_end_moves_back_when_the_update_is_removed(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path, "a.xml", year=2026))
    take(folder, files.tabular(tmp_path, "tabular-April-2026.xml", year=2026, extra=files.STEATORRHEA))
    remove_book(folder, "ICD-10-CM-2026-04")
    (book,) = Library.open(folder).books()
    assert (book.id, book.effective_to) == ("ICD-10-CM-2026", date(2026, 9, 30))


def test_another_file_of_a_release_never_overwrites_it(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    before = _state(folder)
    other = files.tabular(tmp_path, "icd10cm-tabular-2027-new.xml", extra=files.STEATORRHEA)
    with pytest.raises(SourceRefused, match=r"which is installed from another file .*--release 2027-corrected"):
        take(folder, other)
    assert _state(folder) == before
    (done,) = take(folder, other, release="2027-corrected")
    assert done.book == "ICD-10-CM-2027-corrected"
    library = Library.open(folder)
    assert library.on(date(2026, 11, 1)).find(CM, "K90.3") is not None
    assert library.by_ids(["ICD-10-CM-2027"]).find(CM, "K90.3") is None


def test_another_file_that_says_the_same_is_passed_over(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    before = _state(folder)
    path = files.tabular(tmp_path, "second.xml")
    path.write_bytes(path.read_bytes() + b"\n")
    (done,) = take(folder, path)
    assert done.outcome is Outcome.PASSED_OVER
    assert done.said == "ICD-10-CM-2027 already has the same codes from icd10cm-tabular-2027.xml"
    assert _state(folder) == before


def test_another_index_of_a_release_never_overwrites_it(folder: Path, tmp_path: Path) -> None:
    take(folder, files.index(tmp_path))
    other = files.index(tmp_path, "other.xml", files.INDEX.replace("scalp", "skin"))
    with pytest.raises(SourceRefused, match="ICD-10-CM-index-2027, which is installed from another file"):
        take(folder, other)


@pytest.mark.parametrize(
    ("options", "book", "days"),
    [
        pytest.param({"release": "2027"}, "ICD-10-CM-2027", ("2026-10-01", "2027-09-30"), id="year"),
        pytest.param({"release": "2026"}, "ICD-10-CM-2026", ("2025-10-01", "2026-09-30"), id="another year"),
        pytest.param({"release": "2026-04"}, "ICD-10-CM-2026-04", ("2026-04-01", "2026-09-30"), id="month"),
        pytest.param({"starts": date(2026, 4, 1)}, "ICD-10-CM-2026-04", ("2026-04-01", "2026-09-30"), id="first day"),
        pytest.param(
            {"starts": date(2026, 10, 1), "ends": date(2027, 3, 31), "release": "ours"},
            "ICD-10-CM-ours",
            ("2026-10-01", "2027-03-31"),
            id="everything",
        ),
    ],
)
def test_the_person_may_say_which_release_it_is(  # type: ignore[no-untyped-def]
    options, book: str, days: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    (done,) = take(folder, files.order(tmp_path, "icd10cm-order-2027.txt"), **options)
    assert done.book == book
    (found,) = Library.open(folder).books()
    assert (str(found.effective_from), str(found.effective_to)) == days


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({}, r"order\.txt doesn't say from which day it is in force: import it with “--from", id="nothing"),
        pytest.param({"release": "ours"}, "“--from YYYY-MM-DD”", id="only a name"),
        pytest.param({"starts": date(2026, 10, 1), "release": "../x"}, "“../x” can't name a release", id="path"),
        pytest.param(
            {"starts": date(2026, 10, 1), "ends": date(2026, 1, 1)}, "the end is before the beginning", id="backwards"
        ),
    ],
)
def test_a_release_nobody_knows_is_refused_with_the_option(  # type: ignore[no-untyped-def]
    options, said: str, folder: Path, tmp_path: Path
) -> None:
    """Nothing is guessed."""
    with pytest.raises(SourceRefused, match=said):
        take(folder, files.order(tmp_path, "order.txt"), **options)


def test_the_order_file_lays_official_titles_over_the_tabular_list(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    before = Library.open(folder).on(None).find(CM, "S00.0XXA")
    (done,) = take(folder, files.order(tmp_path))
    assert (done.outcome, done.counts) == (Outcome.ADDED, {"codes": 9, "billable": 5})
    library = Library.open(folder)
    (book,) = library.books()
    assert [source.kind for source in book.sources] == ["ICD-10-CM tabular list (XML)", "ICD-10-CM order file (text)"]
    assert book.note == ""
    assert book.counts["billable"] == 5
    after = library.on(None).find(CM, "S00.0XXA")
    assert before is not None
    assert after is not None
    assert before.title == "Superficial injury of scalp, initial encounter"
    assert after.title == "Unspecified superficial injury of scalp, initial encounter"
    # relations come from the tabular list's own titles, so that old grades can't change
    assert (after.unspecified_below, after.unspecified_count) == (before.unspecified_below, before.unspecified_count)
    assert [note.text for note in library.on(None).entry(CM, "K90").notes]


def test_the_order_file_alone_makes_a_book_and_the_tabular_list_joins_it(folder: Path, tmp_path: Path) -> None:
    (done,) = take(folder, files.order(tmp_path))
    assert done.outcome is Outcome.NEW
    library = Library.open(folder)
    (book,) = library.books()
    assert book.note.startswith("Made from the order file alone")
    entry = library.on(None).entry(CM, "S00.0XXA")
    assert [place.code for place in entry.path] == ["S00", "S00.0"]
    assert (entry.chapter, entry.notes) == (None, ())
    assert not library.on(None).entry(CM, "K90").code.billable
    (done,) = take(folder, files.tabular(tmp_path))
    assert done.outcome is Outcome.ADDED
    library = Library.open(folder)
    entry = library.on(None).entry(CM, "S00.0XXA")
    assert entry.code.title.startswith("Unspecified")
    assert entry.chapter is not None
    assert library.books()[0].note == ""


def test_the_order_file_of_another_release_is_refused(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    rows = [("K90", "0", "x"), ("K901", "1", "x"), ("Z99", "0", "x"), ("Z992", "1", "x")]
    with pytest.raises(SourceRefused, match=r"differ in 7 codes \(K90\.1, .*they belong to different releases"):
        take(folder, files.order(tmp_path, rows=rows))


def test_a_few_codes_that_the_lists_do_not_share_follow_the_order_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.codebook.making.assemble._MOST_DIFFERING", 0.5)
    rows = [row for row in files.ORDER_ROWS if row[0] != "S000XXS"]
    rows.insert(2, ("K904", "1", "Malabsorption due to intolerance"))
    take(folder, files.tabular(tmp_path), files.order(tmp_path, rows=rows))
    books = Library.open(folder).on(None)
    assert books.find(CM, "S00.0XXS") is None
    assert [code.code for code in books.children(CM, "K90")] == ["K90.0", "K90.4"]
    assert books.expand(CM, "K90-Z99") == ("K90.0", "K90.4", "S00.0XXA", "S00.0XXD", "Z99.2")


def test_a_full_disk_is_one_sentence_and_changes_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(folder, files.tabular(tmp_path, year=2026))
    before = _state(folder)

    monkeypatch.setattr(binding, "write_store", _no_space)
    with pytest.raises(SetupError, match=r"can't be written \(No space left on device\): nothing was changed"):
        take(folder, files.tabular(tmp_path))
    monkeypatch.setattr(binding, "write_store", _full_database)
    with pytest.raises(SetupError, match=r"can't be written \(database or disk is full\): nothing was changed"):
        take(folder, files.tabular(tmp_path))
    assert _state(folder) == before
    assert not list(folder.glob(".*"))


def _full_database(*args: object, **kwargs: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


_KILLED = """
import os, signal, sys
from pathlib import Path
from app.codebook.making import importing, shelving
from tests.codebook import official_files as files

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

folder, source, at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if at == "building":
    importing.bind_book = die
elif at == "moving":
    def first_only(folder, committed):
        first = sorted(committed.iterdir())[0]
        first.rename(folder / first.name)
        die()
    shelving._finish = first_only
files.take(folder, source / "icd10cm-tabular-2027.xml", source / "icd10cm-index-2027.xml")
"""


def _killed(folder: Path, source: Path, at: str) -> None:
    root = Path(__file__).resolve().parents[2]
    files.tabular(source)
    files.index(source)
    command = [sys.executable, "-c", _KILLED, str(folder), str(source), at]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (folder / ".lock").exists()


def test_killed_while_building_leaves_nothing_that_counts(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path, "old.xml", year=2026))
    before = _state(folder)
    _killed(folder, tmp_path / "new", "building")
    assert {name: data for name, data in _state(folder).items() if not name.startswith(".")} == before
    assert [book.id for book in Library.open(folder).books()] == ["ICD-10-CM-2026"]
    assert list(folder.glob(".batch-*"))
    done = take(folder, tmp_path / "new" / "icd10cm-tabular-2027.xml")
    assert done[0].outcome is Outcome.NEW
    assert not list(folder.glob(".*"))


def test_killed_while_moving_is_finished_by_the_next(folder: Path, tmp_path: Path) -> None:
    _killed(folder, tmp_path, "moving")
    assert not shelving.is_tidy(folder)
    (done, also) = take(folder, tmp_path / "icd10cm-tabular-2027.xml", tmp_path / "icd10cm-index-2027.xml")
    assert (done.outcome, also.outcome) == (Outcome.ALREADY, Outcome.ALREADY)
    assert [volume.id for volume in Library.open(folder).volumes()] == ["ICD-10-CM-2027", "ICD-10-CM-index-2027"]
    assert not list(folder.glob(".*"))


def test_servers_are_told_even_if_the_disk_is_full_at_the_very_end(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shelving.generation(folder)
    with monkeypatch.context() as full:
        full.setattr(shelving, "new_generation", _no_space)
        with pytest.raises(SetupError, match="No space left on device"):
            take(folder, files.tabular(tmp_path))
    assert not shelving.is_tidy(folder)
    (done,) = take(folder, files.tabular(tmp_path))
    assert done.outcome is Outcome.ALREADY
    assert shelving.generation(folder) != before
    assert not list(folder.glob(".*"))


def _no_space(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_open_library_reads_on_and_knows_that_it_is_outdated(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    library = Library.open(folder)
    books = library.on(None)
    assert books.search("celiac")
    assert library.is_current()
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            found = books.find(CM, "K90.0")
            if found is None or books.expand(CM, "K90*") != ("K90.0",):
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    take(folder, files.order(tmp_path), files.index(tmp_path))
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert books.search("celiac")
    assert not library.is_current()
    assert Library.open(folder).is_current()


def test_two_imports_at_once_both_land(folder: Path, tmp_path: Path) -> None:
    paths = [files.tabular(tmp_path), files.index(tmp_path)]
    threads = [threading.Thread(target=take, args=(folder, path)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [volume.id for volume in Library.open(folder).volumes()] == ["ICD-10-CM-2027", "ICD-10-CM-index-2027"]


def test_a_book_is_removed_by_its_id(folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path), files.index(tmp_path))
    before = shelving.generation(folder)
    remove_book(folder, "ICD-10-CM-index-2027")
    assert shelving.generation(folder) != before
    assert [volume.id for volume in Library.open(folder).volumes()] == ["ICD-10-CM-2027"]
    assert take(folder, files.index(tmp_path))[0].outcome is Outcome.NEW


@pytest.mark.parametrize("name", ["", "ICD-10-CM-1999", "../codebooks/ICD-10-CM-2027", ".."])
def test_only_an_installed_book_is_removed(name: str, folder: Path, tmp_path: Path) -> None:
    take(folder, files.tabular(tmp_path))
    with pytest.raises(SourceRefused, match=r"No book .*is installed: “chartroom codes list” names those that are"):
        remove_book(folder, name)
    assert Library.open(folder).books()


def test_a_book_of_an_older_layout_is_made_again_from_what_it_keeps(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.codebook.making import rebuilding

    take(folder, files.tabular(tmp_path), files.order(tmp_path), files.index(tmp_path))
    assert rebuilding.outdated(folder) == []
    before = Library.open(folder).volumes()
    with sqlite3.connect(folder / "ICD-10-CM-2027" / "book.sqlite3") as db:
        db.execute("UPDATE fact SET value = '0' WHERE name = 'layout'")
    with sqlite3.connect(folder / "ICD-10-CM-index-2027" / "book.sqlite3") as db:
        db.execute("UPDATE fact SET value = '0' WHERE name = 'layout'")
    assert [place.name for place in rebuilding.outdated(folder)] == ["ICD-10-CM-2027", "ICD-10-CM-index-2027"]
    with shelving.batch(folder) as staged:
        for place in rebuilding.outdated(folder):
            rebuilding.rebuild(place, staged / place.name, lambda text, share: None)
    assert rebuilding.outdated(folder) == []
    library = Library.open(folder)
    assert library.volumes() == before
    code = library.on(None).find(CM, "S00.0XXA")
    assert code is not None
    assert code.title.startswith("Unspecified")


def test_a_book_that_keeps_no_copy_names_the_remedy(folder: Path, tmp_path: Path) -> None:
    from app.codebook.making import rebuilding

    take(folder, files.tabular(tmp_path))
    shutil.rmtree(folder / "ICD-10-CM-2027" / "sources")
    with pytest.raises(SourceRefused, match=r"ICD-10-CM-2027 keeps no copy of icd10cm-tabular-2027\.xml: import"):
        rebuilding.rebuild(folder / "ICD-10-CM-2027", tmp_path / "target", lambda text, share: None)


def test_a_book_that_cannot_be_made_again_is_replaced_by_its_files(folder: Path, tmp_path: Path) -> None:
    sources = (files.tabular(tmp_path), files.index(tmp_path))
    names = ("ICD-10-CM-2027", "ICD-10-CM-index-2027")
    take(folder, *sources)
    for name in names:
        shutil.rmtree(folder / name / "sources")
        with sqlite3.connect(folder / name / "book.sqlite3") as db:
            db.execute("UPDATE fact SET value = '0' WHERE name = 'layout'")
    assert [(one.outcome, one.book) for one in take(folder, *sources)] == [(Outcome.NEW, name) for name in names]
    library = Library.open(folder)
    assert [volume.id for volume in library.volumes()] == list(names)
    assert library.on(None).find(CM, "K90.0") is not None


def test_progress_is_told(folder: Path, tmp_path: Path) -> None:
    said: list[tuple[str, float]] = []
    options = importing.ReleaseOptions()
    importing.import_files(
        folder,
        [files.tabular(tmp_path)],
        options=options,
        now=files.NOW,
        progress=lambda text, share: said.append((text, share)),
    )
    assert said[0] == ("Reading icd10cm-tabular-2027.xml", 0.0)
    assert ("Reading icd10cm-tabular-2027.xml", 1.0) in said
    assert ("Compiling ICD-10-CM 2027", 0.0) in said
