"""People who log in."""

from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.roles import Role
from app.extensions import db
from app.models.types import UtcDateTime

__all__ = ["Role", "User"]


class User(UserMixin, db.Model):  # type: ignore[name-defined]
    """One person. The role is what they may do, never what they asked for at registration."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint("role IN ('student', 'instructor', 'admin')", name="role_known"),
        sa.CheckConstraint("username = lower(username)", name="username_lower"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Log-in name, lower case, never changed.
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(120))
    #: Argon2id, with its own salt and parameters.
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(20), default=Role.STUDENT.value)
    #: Renewed at logout and password change: it ends every other session of the person.
    session_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def get_id(self) -> str:
        """Return what the session cookie holds: not the row's number, so that sessions can be ended."""
        return self.session_key
