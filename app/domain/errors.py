"""The errors the application raises on purpose. Each message names the thing and the remedy."""


class ChartroomError(Exception):
    """Base of every error that is shown to a person as it is."""


class NotFound(ChartroomError):
    """The thing asked for does not exist, or not for this person."""


class InvalidInput(ChartroomError):
    """What was sent cannot be used; ``problems`` maps a field to what is wrong with it."""

    def __init__(self, message: str, problems: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or {}


class CodeShapeError(InvalidInput):
    """The text can't be a code of that system, whatever the year."""


class UnknownCode(NotFound):
    """The code isn't in the book asked for."""


class BookMissing(ChartroomError):
    """No code book of that system is installed for that date."""


class KeyInvalid(ChartroomError):
    """An answer key breaks a rule that every key must keep."""


class AnswerRefused(InvalidInput):
    """An answer that can't be graded as a whole (too many lines, not an answer at all)."""


class Conflict(ChartroomError):
    """Somebody, or another tab, changed the same thing first."""


class AttemptClosed(ChartroomError):
    """The attempt was already submitted."""


class SetupError(ChartroomError):
    """The program can't start: port taken, folder not writable, database too new."""
