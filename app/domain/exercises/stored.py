"""Owns an exercise as plain data: what a stored version holds and an old attempt is read back from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.exercises.exercise import Document, Exercise, Patient, Priority, Setting, Sex
from app.domain.grading.key import key_from_json, key_to_json


def exercise_to_json(exercise: Exercise) -> dict[str, Any]:
    """Return plain data that ``exercise_from_json`` turns back into an equal exercise."""
    return {
        "id": exercise.id,
        "title": exercise.title,
        "setting": str(exercise.setting),
        "specialty": exercise.specialty,
        "sections": list(exercise.sections),
        "topics": list(exercise.topics),
        "difficulty": exercise.difficulty,
        "minutes": exercise.minutes,
        "date_of_service": exercise.date_of_service.isoformat(),
        "patient": {"age": exercise.patient.age, "sex": str(exercise.patient.sex)},
        "documents": [{"name": d.name, "title": d.title, "text": d.text} for d in exercise.documents],
        "key": key_to_json(exercise.key),
        "provider": exercise.provider,
        "priority": str(exercise.priority),
    }


def exercise_from_json(data: Mapping[str, Any]) -> Exercise:
    """Return the exercise of stored data; the data are trusted, a missing field raises KeyError."""
    return Exercise(
        id=data["id"],
        title=data["title"],
        setting=Setting(data["setting"]),
        specialty=data["specialty"],
        sections=tuple(data["sections"]),
        topics=tuple(data["topics"]),
        difficulty=data["difficulty"],
        minutes=data["minutes"],
        date_of_service=date.fromisoformat(data["date_of_service"]),
        patient=Patient(age=data["patient"]["age"], sex=Sex(data["patient"]["sex"])),
        documents=tuple(Document(name=d["name"], title=d["title"], text=d["text"]) for d in data["documents"]),
        key=key_from_json(data["key"]),
        provider=data.get("provider", ""),
        priority=Priority(data.get("priority", "routine")),
    )
