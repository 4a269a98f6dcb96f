"""Every book says where it comes from: publisher, release, dates, licence, digest, sources, counts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.making.binding import bind_book, bind_table
from app.codebook.records import SourceRecord
from app.codebook.sources.facts import SourceFacts
from app.codebook.sources.tree import NodeKind, SourceNode, SourceRefused, SourceTree
from app.domain.codes.code import CodeSystem

FACTS = SourceFacts(
    id="ICD-10-CM-test",
    title="ICD-10-CM",
    publisher="NCHS",
    release="test",
    effective_from=date(2026, 1, 1),
    licence="public domain",
    sha256="0" * 64,
    system=CodeSystem.ICD10CM,
)
SOURCE = SourceRecord("file.xml", "tabular list", "0" * 64, datetime(2026, 1, 1, tzinfo=UTC), {"codes": 1})
TREE = SourceTree([SourceNode(NodeKind.CODE, "I10", "Hypertension", billable=True)])


def test_everything_installed_says_where_it_comes_from(library: Library) -> None:
    for volume in library.volumes():
        assert all((volume.title, volume.publisher, volume.release, volume.effective_from, volume.licence)), volume.id
        assert len(volume.sha256) == 64, volume.id
        assert any(volume.counts.values()), volume.id
        assert volume.sources, volume.id
        for source in volume.sources:
            assert all((source.name, source.kind, source.sha256, any(source.counts.values()))), volume.id
            assert source.imported_at.utcoffset() is not None, volume.id


@pytest.mark.parametrize("fact", ["id", "title", "publisher", "release", "effective_from", "licence", "sha256"])
def test_a_book_or_table_without_a_fact_is_refused(fact: str, tmp_path: Path) -> None:
    facts = replace(FACTS, **{fact: None if fact == "effective_from" else ""})
    with pytest.raises(SourceRefused, match=f"lacks {fact}: no book is kept without"):
        bind_book(tmp_path, facts, TREE, [SOURCE])
    with pytest.raises(SourceRefused, match=f"lacks {fact}: no book is kept without"):
        bind_table(tmp_path, facts, {"rows": 1}, [SOURCE], layout=1, reader="x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "sources", [[], [replace(SOURCE, name="")], [replace(SOURCE, kind="")], [replace(SOURCE, sha256="")]]
)
def test_a_book_without_a_source_on_record_is_refused(sources: list[SourceRecord], tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="has no source on record"):
        bind_book(tmp_path, FACTS, TREE, sources)


def test_an_empty_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="is empty"):
        bind_book(tmp_path, FACTS, SourceTree(), [SOURCE])
    with pytest.raises(SourceRefused, match="is empty"):
        bind_table(tmp_path, FACTS, {"rows": 0}, [SOURCE], layout=1, reader="x")
