"""Owns how a use case that writes takes its place among other writers."""

from app.extensions import BEGIN_IMMEDIATE, db


def begin_write() -> None:
    """Start the session's transaction anew as a writer, before anything is read.

    On SQLite this takes the write lock at once and waits for its turn; a lock asked for only at
    the first write could find that what was read is outdated, which no waiting can mend. What the
    request read before (who is logged in) is read again; changes not yet flushed are a mistake.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("begin_write() must come before the first change.")
    session.rollback()
    session.connection(execution_options={BEGIN_IMMEDIATE: True})
