"""Imports beside a running server, which notices them, and official titles laid over an embedded book."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.codebook.making.importing import Outcome
from app.codebook.sources.tree import SourceRefused
from app.domain.codes.code import CodeSystem
from app.services.imports import import_files, remove_book
from app.web.requests import library as library_of_server
from tests.codebook import official_files as files


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
        import_files([files.index(tmp_path)], folder=folder, now=files.NOW)
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
