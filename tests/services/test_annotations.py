"""Notes, bookmarks and recent look-ups: one's own only, kept across releases, never lost between two windows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.domain.codes.code import CodeSystem
from app.domain.errors import InvalidInput
from app.extensions import db
from app.models import CodeBookmark, CodeNote, CodeVisit
from app.models.annotations import LONGEST_NOTE
from app.services import annotations
from app.services.annotations import Annotation, NoteConflict
from tests.factories import NOW, make_user

CM = CodeSystem.ICD10CM
LATER = NOW + timedelta(minutes=5)


@dataclass
class Reader:
    """Somebody with a code book of their own."""

    app: Flask
    id: int
    other: int

    def write(self, text: str, revision: int = 0, code: str = "E11.621") -> Annotation:
        return annotations.save_note(self.id, CM, code, text, revision=revision, now=NOW)

    def read(self, code: str = "E11.621") -> Annotation:
        return annotations.annotation(self.id, CM, code)


@pytest.fixture
def reader(app_on: Flask) -> Iterator[Reader]:
    with app_on.app_context():
        yield Reader(app_on, make_user().id, make_user(username="student-two").id)


def test_a_note_is_kept_and_changed(reader: Reader) -> None:
    assert reader.read() == Annotation()
    assert reader.write("site of ulcer: L97") == Annotation("site of ulcer: L97", 1)
    assert reader.write("site and stage", 1) == Annotation("site and stage", 2)
    assert reader.read() == Annotation("site and stage", 2)


def test_line_ends_are_levelled_and_edges_trimmed(reader: Reader) -> None:
    assert reader.write("  one\r\ntwo\rthree\n ").text == "one\ntwo\nthree"


def test_markup_is_kept_as_text(reader: Reader) -> None:
    assert reader.write("<script>alert(1)</script>").text == "<script>alert(1)</script>"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800 half", "\u202e\u05d0", "\U0001f9b4" * 50])
def test_odd_characters_do_no_harm(reader: Reader, text: str) -> None:
    saved = reader.write(text)
    assert reader.read() == saved


def test_the_longest_note_fits_and_one_more_character_is_refused_unsaved(reader: Reader) -> None:
    assert len(reader.write("\u00e9" * LONGEST_NOTE).text) == 4000
    with pytest.raises(InvalidInput, match="4,001 characters and 4,000 fit: shorten it by 1"):
        reader.write("x" * 4001, 1)
    assert reader.read().revision == 1


def test_an_empty_note_goes_away_and_an_old_page_cannot_bring_it_back(reader: Reader) -> None:
    reader.write("first")
    assert reader.write("  ", 1) == Annotation("", 2)
    assert annotations.notes(reader.id) == []
    with pytest.raises(NoteConflict) as conflict:
        reader.write("first, with more", 1)
    assert (conflict.value.text, conflict.value.revision) == ("", 2)
    assert reader.write("a new one", 2) == Annotation("a new one", 3)


def test_an_empty_note_where_there_was_none_stores_nothing(reader: Reader) -> None:
    assert reader.write(" ") == Annotation()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CodeNote)) == 0


def test_of_two_windows_the_second_is_told_and_shown_both_texts(reader: Reader) -> None:
    reader.write("from the desk")
    with pytest.raises(NoteConflict) as conflict:
        reader.write("from the laptop")
    assert (conflict.value.text, conflict.value.revision) == ("from the desk", 1)
    assert reader.read().text == "from the desk"
    assert reader.write("from both", conflict.value.revision) == Annotation("from both", 2)


def test_the_same_text_twice_is_no_conflict(reader: Reader) -> None:
    reader.write("the same")
    assert reader.write("the same") == Annotation("the same", 1)


def test_many_windows_at_once_store_one_text(reader: Reader) -> None:
    def save(number: int) -> str:
        with reader.app.app_context():
            try:
                return annotations.save_note(reader.id, CM, "I10", f"text {number}", revision=0, now=NOW).text
            except NoteConflict:
                return ""

    with ThreadPoolExecutor(8) as pool:
        saved = [text for text in pool.map(save, range(12)) if text]
    assert len(saved) == 1
    db.session.rollback()
    assert reader.read("I10") == Annotation(saved[0], 1)


def test_nobody_sees_or_changes_anybody_elses(reader: Reader) -> None:
    reader.write("mine")
    annotations.set_bookmark(reader.id, CM, "E11.621", on=True, now=NOW)
    annotations.record_visit(reader.id, CM, "E11.621", now=NOW)
    assert annotations.annotation(reader.other, CM, "E11.621") == Annotation()
    assert annotations.notes(reader.other) == annotations.bookmarks(reader.other) == annotations.visits(reader.other)
    assert annotations.visits(reader.other) == []
    annotations.save_note(reader.other, CM, "E11.621", "theirs", revision=0, now=NOW)
    annotations.set_bookmark(reader.other, CM, "E11.621", on=False, now=NOW)
    assert reader.read() == Annotation("mine", 1, is_bookmarked=True)


def test_the_same_code_of_another_system_has_its_own_note(reader: Reader) -> None:
    annotations.save_note(reader.id, CodeSystem.HCPCS, "A4550", "tray", revision=0, now=NOW)
    assert reader.read("A4550") == Annotation()


def test_a_bookmark_is_set_and_taken_away_however_often_one_clicks(reader: Reader) -> None:
    for _ in range(2):
        annotations.set_bookmark(reader.id, CM, "I10", on=True, now=NOW)
    assert reader.read("I10").is_bookmarked
    assert [one.code for one in annotations.bookmarks(reader.id)] == ["I10"]
    for _ in range(2):
        annotations.set_bookmark(reader.id, CM, "I10", on=False, now=NOW)
    assert not reader.read("I10").is_bookmarked


def test_many_clicks_at_once_set_one_bookmark(reader: Reader) -> None:
    def click(_: int) -> None:
        with reader.app.app_context():
            annotations.set_bookmark(reader.id, CM, "I10", on=True, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(12)))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CodeBookmark)) == 1


def test_too_many_bookmarks_and_notes_are_refused_with_the_remedy(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations, "MOST_BOOKMARKS", 1)
    monkeypatch.setattr(annotations, "MOST_NOTES", 1)
    annotations.set_bookmark(reader.id, CM, "I10", on=True, now=NOW)
    with pytest.raises(InvalidInput, match="Take one away"):
        annotations.set_bookmark(reader.id, CM, "I11.0", on=True, now=NOW)
    reader.write("one")
    with pytest.raises(InvalidInput, match="Remove one"):
        reader.write("two", code="I10")
    assert reader.write("one, changed", 1).revision == 2


def test_the_last_thirty_look_ups_are_kept_each_once_the_newest_first(reader: Reader) -> None:
    codes = [f"M{number}" for number in range(10, 45)]
    for number, code in enumerate(codes):
        annotations.record_visit(reader.id, CM, code, now=NOW + timedelta(seconds=number))
    annotations.record_visit(reader.id, CM, "M20", now=LATER)
    annotations.record_visit(reader.id, CM, "M20", now=LATER + timedelta(seconds=1))
    kept = [one.code for one in annotations.visits(reader.id)]
    assert kept[:2] == ["M20", "M44"]
    assert len(kept) == len(set(kept)) == annotations.MOST_VISITS == 30
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CodeVisit)) == 30
    assert [one.code for one in annotations.visits(reader.id, 3)] == ["M20", "M44", "M43"]


def test_a_busy_database_costs_no_look_up(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(annotations, "begin_write", locked)
    annotations.record_visit(reader.id, CM, "I10", now=NOW)
    assert annotations.visits(reader.id) == []


def test_lists_begin_with_the_newest(reader: Reader) -> None:
    annotations.save_note(reader.id, CM, "I10", "old", revision=0, now=NOW)
    annotations.save_note(reader.id, CM, "I11.0", "new", revision=0, now=LATER)
    assert [(one.code, one.text, one.at) for one in annotations.notes(reader.id)] == [
        ("I11.0", "new", LATER),
        ("I10", "old", NOW),
    ]


def test_what_is_written_on_a_page_is_read_in_one_go(reader: Reader) -> None:
    reader.write("note", code="I10")
    annotations.set_bookmark(reader.id, CM, "I11.0", on=True, now=NOW)
    found = annotations.annotations(reader.id, CM, ["I10", "I11.0", "I12.9"])
    assert found == {"I10": Annotation("note", 1), "I11.0": Annotation("", 0, is_bookmarked=True)}
