"""Which passwords are refused, and that a decent one isn't."""

import pytest

from app.domain.passwords import password_problem


@pytest.mark.parametrize("password", ["violet harbour train", "kX9#mm2!qLw0", "ünüsüäl-wörds-here", "a1b2c3d4e5f6g7"])
def test_decent_passwords_are_taken(password: str) -> None:
    assert password_problem(password, username="sam") is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        pytest.param("short-one", "at least 10", id="short"),
        pytest.param("x" * 201, "at most 200", id="long"),
        pytest.param("aaaaaaaaaaaa", "pattern", id="one character"),
        pytest.param("abababababab", "pattern", id="two characters"),
        pytest.param("1234567890", "pattern", id="run of digits"),
        pytest.param("abcdefghijkl", "pattern", id="run of letters"),
        pytest.param("password123", "first passwords", id="common word and digits"),
        pytest.param("sam-student-9", "log-in name", id="holds the name"),
    ],
)
def test_weak_passwords_are_refused_with_a_remedy(password: str, says: str) -> None:
    problem = password_problem(password, username="sam")
    assert problem is not None
    assert says in problem
