"""The options of a question for reading: which are codes, and what the codes in them are called."""

from app.codebook.library import Library
from app.domain.questions.check import codes_of
from app.domain.questions.question import Question


def reads_as_code(text: str) -> bool:
    """Tell whether an option is a code, or codes, rather than words."""
    return any(char.isdigit() for char in text) and not any(char.islower() for char in text)


def option_codes(shown: Question, library: Library) -> list[dict[str, str]]:
    """Return each code of the options that the books of the question's day hold, once, with its title."""
    books = library.on(shown.day)
    named = {(system, code): None for option in shown.options for system, code, _ in codes_of(option, shown.systems)}
    found = [(system, books.find(system, code)) for system, code in named]
    return [{"system": system.value, "code": one.code, "title": one.title} for system, one in found if one]
