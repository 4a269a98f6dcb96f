"""Tables, named constraints and invariants. No use cases."""

from app.models.accounts import Role, User
from app.models.annotations import CodeBookmark, CodeNote, CodeVisit
from app.models.attempts import Attempt, Grade, GradeEntry, Submission
from app.models.exercises import Exercise, ExerciseSection, ExerciseVersion
from app.models.questions import Question, QuestionAnswer, QuestionVersion

__all__ = [
    "Attempt",
    "CodeBookmark",
    "CodeNote",
    "CodeVisit",
    "Exercise",
    "ExerciseSection",
    "ExerciseVersion",
    "Grade",
    "GradeEntry",
    "Question",
    "QuestionAnswer",
    "QuestionVersion",
    "Role",
    "Submission",
    "User",
]
