"""Compiling in another process: same result, its progress and its sentence come through."""

from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.making.apart import compile_apart
from app.config import bundled
from app.domain.errors import SetupError


def test_the_books_are_compiled_with_progress(tmp_path: Path) -> None:
    said: list[tuple[str, float]] = []
    compile_apart(
        tmp_path / "codebooks", bundled("codesets"), lambda text, share: said.append((text, share)), extras=False
    )
    assert said[0][0].startswith("Compiling ICD-10-CM")
    assert said[-1] == ("Code books are ready", 1.0)
    books = {book.id for book in Library.open(tmp_path / "codebooks").books()}
    assert books >= {"ICD-10-CM-2026-04", "HCPCS-2026-01-starter", "CPT-2026-01-labels"}
    compile_apart(tmp_path / "codebooks", bundled("codesets"), lambda text, share: pytest.fail(text), extras=False)


def test_its_failure_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError, match=r"^The code books can't be written to .*"):
        compile_apart(tmp_path / "file" / "codebooks", bundled("codesets"))
