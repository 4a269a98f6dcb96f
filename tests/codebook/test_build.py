"""Compiling: only what is stale, all or nothing, one process at a time; sources that don't say where they come from."""

import errno
import io
import json
import multiprocessing
import os
import re
import shutil
import socket
import time
from datetime import date
from pathlib import Path

import pytest

from app.codebook import library
from app.codebook.finder.vocabulary import Vocabulary
from app.codebook.library import Library
from app.codebook.making import build, embedded, locks, shelving
from app.codebook.making.build import compile_embedded, is_compiled
from app.codebook.sources.facts import read_facts
from app.codebook.sources.starter import digest_of, files_of, parse_starter
from app.codebook.sources.tree import NodeKind, SourceNode, SourceRefused, SourceTree
from app.codebook.store import LAYOUT, write_store
from app.codebook.store import read_facts as stored_facts
from app.config import bundled
from app.domain.codes.code import CodeSystem
from app.domain.errors import SetupError


@pytest.fixture
def codesets(tmp_path: Path) -> Path:
    """A copy of the project's sets that a test may change; with little of the vocabulary, which takes longest."""
    folder = tmp_path / "codesets"
    shutil.copytree(bundled("codesets"), folder, ignore=shutil.ignore_patterns("[0-9]*-*.toml"))
    return folder


@pytest.fixture
def folder(tmp_path: Path, codesets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of compiled books with a tabular list of one code, so that compiling takes no time."""
    source = codesets / "icd10cm" / "SOURCE.toml"
    text = source.read_text(encoding="utf-8").split("[counts]")[0]
    source.write_text("\n".join(line for line in text.splitlines() if "sha256" not in line), encoding="utf-8")
    tree = SourceTree([SourceNode(NodeKind.CODE, "I10", "Hypertension", billable=True)])
    monkeypatch.setattr(embedded.icd10cm_tabular, "parse_tabular", lambda path: tree)
    monkeypatch.setattr(embedded.pcs_drg, "embedded_file", lambda: None)
    return tmp_path / "codebooks"


def _ages(folder: Path) -> dict[str, int]:
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob("*/book.sqlite3")}


def test_the_first_time_everything_is_compiled_with_progress(folder: Path, codesets: Path) -> None:
    said: list[tuple[str, float]] = []
    assert not is_compiled(folder, codesets)
    compile_embedded(folder, codesets, lambda text, share: said.append((text, share)))
    assert is_compiled(folder, codesets)
    assert said[0][0].startswith("Compiling ICD-10-CM")
    assert said[-1] == ("Code books are ready", 1.0)
    assert [share for _, share in said] == sorted(share for _, share in said)
    assert {book.system for book in Library.open(folder).books()} == {
        CodeSystem.ICD10CM,
        CodeSystem.CPT,
        CodeSystem.HCPCS,
    }
    assert not list(folder.glob(".*"))


def test_the_second_time_nothing_is_touched(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    before = _ages(folder)
    compile_embedded(folder, codesets, lambda text, share: pytest.fail(text))
    assert _ages(folder) == before


def test_only_a_changed_set_is_compiled_anew(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    before = _ages(folder)
    path = codesets / "cpt" / "digestive.toml"
    path.write_text(path.read_text(encoding="utf-8") + '"49999" = "Abdominal procedure not listed"\n', encoding="utf-8")
    assert not is_compiled(folder, codesets)
    compile_embedded(folder, codesets)
    changed = {name for name, age in _ages(folder).items() if before[name] != age}
    assert changed == {"CPT-2026-01-labels"}
    assert Library.open(folder).on(None).find(CodeSystem.CPT, "49999") is not None


def test_a_book_that_is_described_otherwise_is_compiled_anew(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    source = codesets / "icd10cm" / "SOURCE.toml"
    text = source.read_text(encoding="utf-8")
    source.write_text(re.sub(r"(?m)^publisher = .*$", 'publisher = "Somebody else"', text), encoding="utf-8")
    assert not is_compiled(folder, codesets)
    compile_embedded(folder, codesets)
    book = Library.open(folder).on(None).book(CodeSystem.ICD10CM)
    assert book is not None
    assert book.publisher == "Somebody else"
    assert is_compiled(folder, codesets)


def test_books_that_come_while_a_library_is_opened_are_not_missed(
    folder: Path, codesets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_embedded(folder, codesets)
    load = library.load_vocabulary

    def load_slowly(path: Path) -> Vocabulary:
        shelving.new_generation(folder)
        return load(path)

    monkeypatch.setattr(library, "load_vocabulary", load_slowly)
    assert not Library.open(folder).is_current()
    monkeypatch.undo()
    assert Library.open(folder).is_current()


def test_what_a_dead_process_was_writing_goes(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    for name in (".vocabulary-4711.npz", ".generation-4711"):
        (folder / name).write_bytes(b"half")
    (folder / ".batch-4711").mkdir()
    (codesets / "vocabulary" / "school.toml").write_text('[ours]\n"bp thing" = "hypertension"\n', encoding="utf-8")
    compile_embedded(folder, codesets)
    assert not list(folder.glob(".*"))


def test_a_changed_vocabulary_is_read_anew(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    (codesets / "vocabulary" / "school.toml").write_text('[ours]\n"bp thing" = "hypertension"\n', encoding="utf-8")
    assert not is_compiled(folder, codesets)
    compile_embedded(folder, codesets)
    assert Library.open(folder).on(None).search("bp thing")[0].code == "I10"


@pytest.mark.parametrize("damage", ["gone", "layout", "not a database"])
def test_a_damaged_or_older_book_is_compiled_anew(damage: str, folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    path = folder / "CPT-2026-01-labels" / "book.sqlite3"
    facts = stored_facts(path)
    path.unlink()
    if damage == "layout":
        write_store(path, {**facts, "layout": LAYOUT - 1} | {"layout": LAYOUT}, [], [], [])
        _set_layout(path, LAYOUT - 1)
    elif damage == "not a database":
        path.write_bytes(b"nothing of the kind" * 100)
    assert not is_compiled(folder, codesets)
    compile_embedded(folder, codesets)
    assert is_compiled(folder, codesets)
    assert Library.open(folder).on(None).find(CodeSystem.CPT, "17110") is not None


def _set_layout(path: Path, layout: int) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE fact SET value = ? WHERE name = 'layout'", (json.dumps(layout),))
        db.commit()


def test_a_failed_build_leaves_the_old_book_in_place(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    (codesets / "cpt" / "broken.toml").write_text('[codes]\n"1711" = "Too short"\n', encoding="utf-8")
    with pytest.raises(SourceRefused, match=r"1711.*can't be a CPT code"):
        compile_embedded(folder, codesets)
    assert Library.open(folder).on(None).find(CodeSystem.CPT, "17110") is not None
    assert not list(folder.glob(".*"))


def test_readers_keep_reading_while_a_book_is_replaced(folder: Path, codesets: Path) -> None:
    compile_embedded(folder, codesets)
    books = Library.open(folder).on(None)
    assert books.search("colonoscopy")
    path = codesets / "cpt" / "digestive.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    compile_embedded(folder, codesets)
    assert books.search("colonoscopy")
    assert books.find(CodeSystem.CPT, "45378") is not None


def test_a_lock_of_a_dead_process_is_taken_over(folder: Path, codesets: Path) -> None:
    folder.mkdir()
    lock = folder / ".lock"
    lock.touch()
    old = time.time() - 3_600
    os.utime(lock, (old, old))
    compile_embedded(folder, codesets)
    assert not lock.exists()


def test_a_lock_of_a_process_that_is_gone_is_taken_over_at_once(folder: Path, codesets: Path) -> None:
    folder.mkdir()
    gone = multiprocessing.get_context("spawn").Process(target=str)
    gone.start()
    gone.join()
    (folder / ".lock").write_text(f"{socket.gethostname()} {gone.pid} mark", encoding="utf-8")
    start = time.monotonic()
    compile_embedded(folder, codesets)
    assert time.monotonic() - start < locks._STALE_SECONDS / 2


@pytest.mark.parametrize(
    "holder", ["another-machine 1 mark", f"{socket.gethostname()} {os.getppid()} mark", "nonsense"]
)
def test_a_lock_of_a_process_that_may_live_is_respected(
    holder: str, folder: Path, codesets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_PATIENCE_SECONDS", 0.0)
    folder.mkdir()
    (folder / ".lock").write_text(holder, encoding="utf-8")
    with pytest.raises(SetupError, match="Another Chartroom is compiling"):
        compile_embedded(folder, codesets)
    assert (folder / ".lock").read_text(encoding="utf-8") == holder


def test_a_lock_stays_fresh_while_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_TOUCH_SECONDS", 0.02)
    with locks.folder_lock(tmp_path, "testing"):
        old = time.time() - 3_600
        os.utime(tmp_path / ".lock", (old, old))
        time.sleep(0.5)
        assert (tmp_path / ".lock").stat().st_mtime > old + 60
        (tmp_path / ".lock").write_text("somebody else's", encoding="utf-8")
    assert (tmp_path / ".lock").exists()


def test_a_lock_that_cannot_be_signed_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(handle: int, *args: object, **kwargs: object) -> Full:
        os.close(handle)
        return Full()

    monkeypatch.setattr(locks.os, "fdopen", opened)
    with pytest.raises(OSError, match="No space left"), locks.folder_lock(tmp_path, "testing"):
        pass
    assert not (tmp_path / ".lock").exists()


def test_waiting_for_another_process_ends_with_a_sentence(
    folder: Path, codesets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_PATIENCE_SECONDS", 0.0)
    folder.mkdir()
    (folder / ".lock").touch()
    with pytest.raises(SetupError, match="Another Chartroom is compiling"):
        compile_embedded(folder, codesets)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, codesets: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match="can't be written"):
        compile_embedded(tmp_path / "file" / "codebooks", codesets)


def _compile_small(folder: Path, codesets: Path) -> None:
    """Compile in a process of its own, without the large book."""
    build.embedded_books = lambda sets: (s for s in _small_sources(sets))  # type: ignore[assignment]
    compile_embedded(folder, codesets)


def _small_sources(codesets: Path):  # type: ignore[no-untyped-def]
    for name in ("cpt", "pos"):
        facts = read_facts(codesets / name, digest_of(codesets / name))
        yield embedded.Embedded(facts, lambda name=name, facts=facts: parse_starter(codesets / name, facts))


def test_two_processes_may_compile_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    folder = tmp_path / "codebooks"
    workers = [context.Process(target=_compile_small, args=(folder, bundled("codesets"))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert sorted(path.name for path in folder.iterdir()) == [
        "CPT-2026-01-labels",
        "generation",
        "place-of-service-2026-01",
        "vocabulary.npz",
    ]


SETS = ("icd10cm", "hcpcs", "cpt", "pos", "poa", "patient")


@pytest.mark.parametrize("name", SETS)
def test_every_set_says_where_it_comes_from(name: str) -> None:
    facts = read_facts(bundled("codesets") / name, _digest(name))
    assert facts.publisher
    assert facts.licence
    assert facts.release
    assert isinstance(facts.effective_from, date)


def _digest(name: str) -> str:
    if name == "icd10cm":
        return "f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935"
    return digest_of(bundled("codesets") / name)


@pytest.mark.parametrize("fact", ["id", "title", "publisher", "release", "effective_from", "licence"])
def test_a_set_that_does_not_say_so_is_refused(fact: str, codesets: Path) -> None:
    source = codesets / "pos" / "SOURCE.toml"
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{fact} =")]
    source.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SourceRefused, match=f"lacks {fact}"):
        read_facts(codesets / "pos", "0" * 64)


def test_another_file_than_the_one_described_is_refused(codesets: Path) -> None:
    with pytest.raises(SourceRefused, match="isn't the file that"):
        read_facts(codesets / "icd10cm", "0" * 64)


def test_counts_that_are_not_reached_are_refused(folder: Path, codesets: Path) -> None:
    source = codesets / "icd10cm" / "SOURCE.toml"
    source.write_text(source.read_text(encoding="utf-8") + "\n[counts]\ncodes = 2\n", encoding="utf-8")
    with pytest.raises(SourceRefused, match="has 1 codes where its source promises 2"):
        compile_embedded(folder, codesets)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('[codes]\n"17110" = "again"\n', "17110 is already in integumentary.toml", id="twice"),
        pytest.param('[codes]\n"00001" = ""\n', "00001 has no title", id="no title"),
        pytest.param('[codes]\n"D0120" = "x"\n', "can't be a CPT code", id="wrong shape"),
        pytest.param("[codes\n", "can't be read", id="broken TOML"),
    ],
)
def test_a_broken_table_names_the_place(text: str, said: str, codesets: Path) -> None:
    (codesets / "cpt" / "zz-extra.toml").write_text(text, encoding="utf-8")
    facts = read_facts(codesets / "cpt", "0" * 64)
    with pytest.raises(SourceRefused, match=said):
        parse_starter(codesets / "cpt", facts)


def test_a_set_without_entries_is_refused(folder: Path, codesets: Path) -> None:
    for path in files_of(codesets / "pos"):
        path.unlink()
    with pytest.raises(SourceRefused, match="Place of service is empty"):
        compile_embedded(folder, codesets)
