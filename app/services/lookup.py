"""Looking one code up: finding its book and entry from what somebody typed."""

from app.codebook.library import BooksInForce
from app.codebook.records import Entry
from app.domain.codes.code import CodeSystem, normalise
from app.domain.errors import CodeShapeError
from app.domain.sheet import procedure_system


def look_up(books: BooksInForce, system: CodeSystem | None, text: str) -> Entry:
    """Return the entry of a typed code; without a system it is guessed.

    Raises CodeShapeError or UnknownCode, each naming the remedy.
    """
    chosen = system or guess_system(books, text)
    return books.entry(chosen, normalise(chosen, text))


def guess_system(books: BooksInForce, text: str) -> CodeSystem:
    """Tell which system a typed code belongs to: ICD-10-CM if its book has it, else by its shape."""
    try:
        diagnosis = normalise(CodeSystem.ICD10CM, text)
    except CodeShapeError:
        return procedure_system(text)
    if books.find(CodeSystem.ICD10CM, diagnosis) is not None:
        return CodeSystem.ICD10CM
    procedure = procedure_system(text)
    # only ICD-10-CM is written with a dot; five digits never get here
    return CodeSystem.ICD10CM if "." in text or procedure is CodeSystem.CPT else procedure
