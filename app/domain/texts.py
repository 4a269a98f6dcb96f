"""What is done to text from outside before it is kept."""


def plain_text(value: object, limit: int) -> str:
    """Return a value as text that any database and page can hold: no NUL, no lone surrogates, cut to a limit."""
    text = "" if value is None else str(value)
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:limit]
