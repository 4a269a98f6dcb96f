"""The roles of people and what each may do."""

from enum import StrEnum


class Role(StrEnum):
    """Students code charts, instructors see keys and classes, admins manage accounts."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


_STAFF = frozenset({Role.INSTRUCTOR, Role.ADMIN})


def may_see_keys(role: str) -> bool:
    """Tell whether a role may read answer keys without having submitted an answer."""
    return role in _STAFF


def may_manage_accounts(role: str) -> bool:
    """Tell whether a role may see all accounts and change roles."""
    return role == Role.ADMIN
