"""Whether the server can do its work."""

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db


def is_healthy() -> bool:
    """Tell whether the database answers."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
