"""Importing in another process: same result, its progress and its sentences come through; a server notices it."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.codebook.making.apart import import_apart
from app.codebook.making.importing import Imported, Outcome
from app.codebook.sources.releases import ReleaseOptions
from app.codebook.sources.tree import SourceRefused
from app.domain.codes.code import CodeSystem
from app.domain.errors import SetupError
from app.services.imports import import_files, import_files_apart, remove_book
from app.web.requests import library as library_of_server
from tests.codebook import official_files as files


def _import(folder: Path, *paths: Path, **options: object) -> tuple[Imported, ...]:
    chosen = ReleaseOptions(**options)  # type: ignore[arg-type]
    return import_apart(folder, paths, options=chosen, now=files.NOW, progress=lambda text, share: None)


def test_the_result_is_that_of_importing_here(tmp_path: Path) -> None:
    paths = [files.tabular(tmp_path), files.index(tmp_path)]
    said: list[str] = []
    done = import_files_apart(
        paths, folder=tmp_path / "apart", now=files.NOW, progress=lambda text, share: said.append(text)
    )
    assert done == import_files(paths, folder=tmp_path / "here", now=files.NOW)
    assert done[0].outcome is Outcome.NEW
    assert said[0] == "Reading icd10cm-tabular-2027.xml"
    volumes = [Library.open(tmp_path / name).volumes() for name in ("apart", "here")]
    assert volumes[0] == volumes[1]


def test_options_come_through(tmp_path: Path) -> None:
    (done,) = _import(tmp_path / "codebooks", files.order(tmp_path, "order.txt"), release="2026-04")
    assert done.book == "ICD-10-CM-2026-04"


def test_a_refused_file_is_the_same_error_here(tmp_path: Path) -> None:
    path = files.index(tmp_path, content=files.INDEX[:400])
    with pytest.raises(SourceRefused, match=r"^icd10cm-index-2027\.xml, line \d+, column \d+: the file is cut off"):
        _import(tmp_path / "codebooks", path)


def test_a_folder_that_cannot_be_written_is_the_same_error_here(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match=r"^The code books in .* can't be written"):
        _import(tmp_path / "file" / "codebooks", files.tabular(tmp_path))


def test_a_running_server_opens_new_books_without_a_restart(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shelf"
    import_files([files.tabular(tmp_path)], folder=folder, now=files.NOW)
    with app.app_context():
        app.extensions["chartroom.library"] = Library.open(folder)
        monkeypatch.setattr(type(app.extensions["chartroom.config"]), "codebooks_dir", folder)
        before = library_of_server()
        assert library_of_server() is before
        _import(folder, files.index(tmp_path))
        after = library_of_server()
        assert after is not before
        assert [book.table.id for book in after.index_books()] == ["ICD-10-CM-index-2027"]
        assert library_of_server() is after
        remove_book("ICD-10-CM-index-2027", folder=folder)
        assert library_of_server().index_books() == ()
    assert client.get("/healthz").status_code == 200


def test_official_titles_laid_over_an_embedded_book_stay_when_it_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    from app.codebook.making import build
    from app.codebook.making.embedded import Embedded
    from app.codebook.sources.facts import SourceFacts
    from app.codebook.sources.icd10cm_tabular import parse_tabular
    from app.codebook.sources.incoming import incoming_of

    path = files.tabular(tmp_path)
    facts = SourceFacts(
        id="ICD-10-CM-2027",
        title="ICD-10-CM",
        publisher="NCHS",
        release="2027",
        effective_from=date(2026, 10, 1),
        licence="public domain",
        sha256=incoming_of(path)[0].sha256,
        system=CodeSystem.ICD10CM,
        kind="ICD-10-CM tabular list (XML)",
        note="Titles are built.",
    )
    source = Embedded(facts, lambda: parse_tabular(path), incoming_of(path)[0])
    monkeypatch.setattr(build, "embedded_books", lambda sets: iter([source]))
    folder, sets = tmp_path / "codebooks", tmp_path / "codesets"
    sets.mkdir()
    build.compile_embedded(folder, sets)
    (done,) = import_files([files.order(tmp_path)], folder=folder, now=files.NOW)
    assert (done.outcome, done.book) == (Outcome.ADDED, "ICD-10-CM-2027")
    assert build.is_compiled(folder, sets)
    with sqlite3.connect(folder / "ICD-10-CM-2027" / "book.sqlite3") as db:
        db.execute("UPDATE fact SET value = '0' WHERE name = 'layout'")
    assert not build.is_compiled(folder, sets)
    build.compile_embedded(folder, sets)
    assert build.is_compiled(folder, sets)
    library = Library.open(folder)
    code = library.on(None).find(CodeSystem.ICD10CM, "S00.0XXA")
    assert code is not None
    assert code.title == "Unspecified superficial injury of scalp, initial encounter"
    assert [record.name for record in library.books()[0].sources] == [path.name, "icd10cm-order-2027.txt"]
    assert (library.books()[0].imported, library.books()[0].note) == (False, "")
    with pytest.raises(SourceRefused, match="comes with Chartroom and can't be removed"):
        remove_book("ICD-10-CM-2027", folder=folder)
