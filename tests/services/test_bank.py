"""The bank as files: what is read, what is refused, and that nothing outside a chart's folder is opened."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.config import bundled
from app.domain.errors import NotFound
from app.domain.exercises.problems import ExerciseInvalid, Level
from app.services.bank import check_path, content_hashes, find_chart, load_chart, read_bank

MOLE = "mole-cryoablation"
NOTE = "01-procedure-note.md"
REVIEW = """schema = 1
[[coding]]
date = 2026-07-01
coder = "second coder, within the project"
answer = [{ system = "ICD-10-CM", code = "D22.5" }]
score = 0.5
agreed = false
[[coding.difference]]
what = "No procedure was coded."
settlement = "Kept: an example of a test."
[certified]
"""


@pytest.fixture
def mole(tmp_path: Path) -> Path:
    """A copy of the mole chart in a bank of its own, without a review."""
    folder = tmp_path / "bank" / "charts" / MOLE
    shutil.copytree(bundled("exercises") / "charts" / MOLE, folder)
    (folder / "review.toml").unlink(missing_ok=True)
    return folder


@pytest.fixture
def bank(mole: Path) -> Path:
    return mole.parent.parent


@pytest.fixture
def problems(mole: Path, library: Library) -> Callable[[], list[tuple[str, int | None, str]]]:
    """Errors of the copied chart as (file, line, message)."""

    def found() -> list[tuple[str, int | None, str]]:
        every = check_path(mole, library)
        return [(Path(p.path).name, p.line, p.message) for p in every if p.level is Level.ERROR]

    return found


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_mole_chart_checks_clean(problems):
    assert problems() == []


def test_a_chart_without_a_review_is_a_draft(bank, library):
    assert read_bank(bank, library).exercises == ()
    assert read_bank(bank, library).drafts == (MOLE,)
    everything = read_bank(bank, library, drafts=True)
    assert [(e.exercise.id, e.is_draft) for e in everything.exercises] == [(MOLE, True)]


def test_a_reviewed_chart_is_loaded_with_its_review(bank, mole, library):
    (mole / "review.toml").write_text(REVIEW, encoding="utf-8")
    (entry,) = read_bank(bank, library).exercises
    assert entry.folder == mole
    assert entry.review.codings[0].score == 0.5
    assert entry.review.certified is None


def test_a_broken_review_keeps_the_chart_out(bank, mole, library):
    (mole / "review.toml").write_text(REVIEW.replace("score = 0.5", "score = 50"), encoding="utf-8")
    found = read_bank(bank, library)
    assert (found.exercises, found.drafts, found.broken) == ((), (), (MOLE,))
    assert [(Path(p.path).name, p.line) for p in found.problems if p.level is Level.ERROR] == [("review.toml", 6)]


def test_the_hash_follows_the_content_not_the_line_ends(mole, bank, library):
    def content_hash() -> str:
        return read_bank(bank, library, drafts=True).exercises[0].content_hash

    first = content_hash()
    assert content_hashes(bank) == {MOLE: first}
    note = mole / NOTE
    note.write_bytes(note.read_bytes().replace(b"\n", b"\r\n"))
    assert content_hash() == first
    change(note, "50-year-old", "50 year old")
    second = content_hash()
    assert second != first
    (mole / "review.toml").write_text(REVIEW, encoding="utf-8")
    assert content_hash() != second
    (mole / ".editor-backup").write_text("x", encoding="utf-8")
    assert len({first, second, content_hash()}) == 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('accept = ["D22.5"]', 'accept = ["D22.55"]', "D22.55 isn't in ICD-10-CM", id="unknown"),
        pytest.param('accept = ["D22.5"]', 'accept = ["D22"]', "isn't billable", id="not billable"),
        pytest.param('accept = ["D22.5"]', 'accept = ["S52.501"]', "7th character", id="7th character"),
        pytest.param('accept = ["D22.5"]', 'accept = ["O80"]', "O80", id="sex"),
        pytest.param('accept = ["D22.5"]', 'accept = ["H42"]', "manifestation", id="manifestation first"),
        pytest.param('codes = ["D48.5"]', 'codes = ["D22.5"]', "also accepted", id="forbidden"),
        pytest.param("date_of_service = 2026-06-05", "date_of_service = 2019-06-05", "2019-06-05", id="date"),
        pytest.param("of the lower back, just", "of his lower back, just", "isn't in 01-procedure-note.md", id="quote"),
        pytest.param('points_to = ["dx1"]', 'points_to = ["dx2"]', "dx2", id="pointer"),
        pytest.param('"icd-10-cm"]', '"icd-10"]', "Did you mean “icd-10-cm”?", id="section"),
        pytest.param("weight = 2", "wieght = 2", "Did you mean “weight”?", id="unknown field"),
        pytest.param('id = "mole-cryoablation"', 'id = "mole"', "isn't the folder's name", id="id"),
        pytest.param("difficulty = 1", "difficulty = ", "valid TOML", id="syntax"),
    ],
)
def test_a_fault_is_found_on_its_line(mole, problems, old, new, words):
    path = mole / "exercise.toml"
    change(path, old, new)
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if new in text)
    assert any(name == "exercise.toml" and at == line and words in text for name, at, text in problems()), problems()


def test_all_faults_are_reported_together(mole, problems):
    change(mole / "exercise.toml", "difficulty = 1", "difficulty = 7")
    change(mole / "exercise.toml", 'accept = ["17110"]', "accept = [17110]")
    change(mole / "exercise.toml", "No sign of malignancy or atypia.", "No sign of anything.")
    change(mole / "exercise.toml", 'codes = ["D49.2"]', 'codes = ["D49.222"]')
    change(mole / NOTE, "**Allergies:** NKDA.", "**Allergies:** <b onclick='x'>NKDA</b>, call 555-010-0199.")
    lines = (mole / "exercise.toml").read_text(encoding="utf-8").splitlines()
    faults = ("difficulty = 7", "No sign of anything.", "accept = [17110]", "D49.222")
    found = [next(n for n, line in enumerate(lines, start=1) if fault in line) for fault in faults]
    assert [(name, line) for name, line, _ in problems()] == [
        (NOTE, 19),
        (NOTE, 19),
        *(("exercise.toml", line) for line in found),
    ]


def test_html_that_would_be_stripped_is_a_problem(mole, problems):
    change(mole / NOTE, "# Office", "<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n# Office")
    assert [(name, line) for name, line, _ in problems()] == [(NOTE, 1), (NOTE, 3)]


def test_a_quote_that_cannot_be_highlighted_is_a_problem(mole, problems):
    change(mole / NOTE, "No sign of malignancy", "No H<sub>2</sub>O, no sign of malignancy")
    change(mole / "exercise.toml", "No sign of malignancy or atypia.", "No H<sub>2</sub>O")
    assert any("can't be highlighted" in text for _, _, text in problems())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\xff\xfe# \x00N", "isn't UTF-8", id="UTF-16"),
        pytest.param("Müller".encode("latin-1"), "isn't UTF-8", id="Latin-1"),
        pytest.param(b"\xef\xbb\xbf# Note\n", "byte order mark", id="BOM"),
        pytest.param(b"# No\x00te\n", "control character", id="NUL"),
        pytest.param(b"x" * 300_000, "larger than", id="huge"),
        pytest.param(b"", "is empty", id="empty"),
    ],
)
def test_an_odd_document_is_a_problem(mole, problems, content, words):
    (mole / NOTE).write_bytes(content)
    assert any(name == NOTE and words in text for name, _, text in problems())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"a = " + b"[" * 5000, "nested too deeply", id="deep lists"),
        pytest.param(b"a = " + b"{b=" * 5000, "nested too deeply", id="deep tables"),
        pytest.param(b"a = " + b"1" * 5000, "number too long", id="huge number"),
        pytest.param(b"a = 1\na = 2\n", "valid TOML", id="field twice"),
        pytest.param(b"\x00", "valid TOML", id="NUL"),
        pytest.param(b"", "“schema” is missing", id="empty"),
        pytest.param(b"a." * 30_000 + b"a = 1", "more than 200 dots", id="long name"),
        pytest.param(b"#" * 300_000, "larger than", id="huge"),
    ],
)
def test_odd_toml_is_a_problem(mole, problems, content, words):
    (mole / "exercise.toml").write_bytes(content)
    assert any(words in text for _, _, text in problems())


def test_links_and_special_files_are_never_opened(mole, problems, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("secret", encoding="utf-8")
    (mole / "02-link.md").symlink_to(secret)
    os.mkfifo(mole / "03-pipe.md")
    (mole / "sub").mkdir()
    (mole / "scan.png").write_bytes(b"x")
    assert [name for name, _, _ in problems()] == ["02-link.md", "03-pipe.md", "scan.png", "sub"]


def test_a_linked_exercise_file_is_refused(mole, problems):
    (mole / "real.txt").write_text("x", encoding="utf-8")
    (mole / "exercise.toml").unlink()
    (mole / "exercise.toml").symlink_to(mole / "real.txt")
    assert ("exercise.toml", None, "This is a link to another place: put the file itself here.") in problems()


@pytest.mark.parametrize("name", ["../secret.md", "/etc/passwd", "..\\secret.md", "sub/x.md"])
def test_a_document_outside_the_folder_is_refused(mole, problems, name):
    change(mole / "exercise.toml", f'documents = ["{NOTE}"]', f"documents = ['{name}']")
    assert any("without a path" in text for _, _, text in problems())


def test_too_many_files_are_refused(mole, problems):
    for number in range(60):
        (mole / f"{number:02}-x.md").write_text("x", encoding="utf-8")
    assert any("more than 40 files" in text for _, _, text in problems())


def test_an_id_is_taken_once(bank, mole, library):
    shutil.copytree(mole, mole.parent / "second")
    found = read_bank(bank, library, drafts=True)
    assert found.broken == ("second",)
    assert any("already taken by mole-cryoablation" in p.message for p in found.problems)


def test_a_folder_without_exercise_toml_is_a_problem(bank, mole, library):
    (mole.parent / "empty").mkdir()
    assert read_bank(bank, library).broken == ("empty",)


@pytest.mark.parametrize("name", ["nothing", "bank-empty"])
def test_a_place_without_charts_is_one_sentence(tmp_path, library, name):
    (tmp_path / "bank-empty").mkdir()
    with pytest.raises(NotFound, match="There is no"):
        check_path(tmp_path / name, library)


def test_a_chart_is_found_by_id_or_path(bank, mole, monkeypatch):
    assert find_chart(MOLE, bank) == mole
    assert find_chart(str(mole), Path("nowhere")) == mole
    assert find_chart(str(mole / "exercise.toml"), bank) == mole
    monkeypatch.chdir(mole.parent)
    assert find_chart(f"./{MOLE}", bank) == Path(MOLE)


@pytest.mark.parametrize(
    "name",
    ["mole", "../charts/mole", "", "x" * 5000, "a\x00b", "/", ".", "Mole-Cryoablation "],
    ids=["part", "up", "nothing", "long", "NUL", "root", "here", "blank"],
)
def test_an_unknown_chart_is_one_sentence(bank, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match="There is no exercise"):
        find_chart(name, bank)


def test_an_unknown_chart_names_close_ones(bank):
    with pytest.raises(NotFound, match="Did you mean mole-cryoablation"):
        find_chart("mole-cryoblation", bank)


def test_a_draft_can_be_graded_but_not_a_broken_key(mole, library):
    assert load_chart(mole, library).id == MOLE
    change(mole / "exercise.toml", 'codes = ["D48.5"]', 'codes = ["D22.5"]')
    with pytest.raises(ExerciseInvalid, match=r"exercise\.toml.*also accepted"):
        load_chart(mole, library)
