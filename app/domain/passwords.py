"""What makes a password too weak. Length over composition rules, as NIST SP 800-63B advises."""

from itertools import pairwise

MIN_LENGTH = 10
MAX_LENGTH = 200

_COMMON_PARTS = (
    "password",
    "passwort",
    "qwerty",
    "qwertz",
    "azerty",
    "letmein",
    "welcome",
    "iloveyou",
    "abc123",
    "chartroom",
    "changeme",
    "administrator",
)


def password_problem(password: str, *, username: str = "") -> str | None:
    """Return one sentence that says what to change, or None for a password that will do."""
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters. A few unrelated words are easy to remember."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    folded = password.casefold()
    if len(set(folded)) < 5 or _is_run(folded):
        return "This is one pattern repeated. Use a few unrelated words instead."
    if username and username.casefold() in folded:
        return "Leave your log-in name out of the password."
    if any(part in folded and len(folded) - len(part) < 6 for part in _COMMON_PARTS):
        return "This is among the first passwords anybody would try. Use a few unrelated words instead."
    return None


def _is_run(text: str) -> bool:
    """Tell whether each character follows the one before it: 1234567890, abcdefghij."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(steps) == 1 or text in "12345678901234567890" or text in "abcdefghijklmnopqrstuvwxyz0123456789"
