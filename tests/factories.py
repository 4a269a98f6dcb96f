"""Builders of the things that tests need; each has defaults that are valid."""

from datetime import UTC, datetime

from app.domain.roles import Role
from app.models import User
from app.services import accounts

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
PASSWORD = "violet-harbour-42"


def make_user(*, username: str = "student-one", role: Role = Role.STUDENT, password: str = PASSWORD) -> User:
    """Register a person; needs an application context."""
    return accounts.register(username=username, display_name=username.title(), password=password, now=NOW, role=role)
