"""Compiling in another process: same result, its progress and its sentence come through."""

from pathlib import Path

import pytest

from app.codebook.apart import compile_apart
from app.codebook.library import Library
from app.config import bundled
from app.domain.errors import SetupError


def test_the_books_are_compiled_with_progress(tmp_path: Path) -> None:
    said: list[tuple[str, float]] = []
    compile_apart(tmp_path / "codebooks", bundled("codesets"), lambda text, share: said.append((text, share)))
    assert said[0][0].startswith("Compiling ICD-10-CM")
    assert said[-1] == ("Code books are ready", 1.0)
    assert len(Library.open(tmp_path / "codebooks").books()) == 3
    compile_apart(tmp_path / "codebooks", bundled("codesets"), lambda text, share: pytest.fail(text))


def test_its_failure_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match=r"^The code books can't be written to .*"):
        compile_apart(tmp_path / "file" / "codebooks", bundled("codesets"))
