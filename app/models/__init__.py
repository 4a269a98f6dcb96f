"""Tables, named constraints and invariants. No use cases."""

from app.models.accounts import Role, User
from app.models.attempts import Attempt, Grade, GradeEntry, Submission
from app.models.exercises import Exercise, ExerciseSection, ExerciseVersion

__all__ = [
    "Attempt",
    "Exercise",
    "ExerciseSection",
    "ExerciseVersion",
    "Grade",
    "GradeEntry",
    "Role",
    "Submission",
    "User",
]
