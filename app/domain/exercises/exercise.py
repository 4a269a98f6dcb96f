"""Owns what an exercise is: one encounter with its documents, metadata and key."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.grading.key import Key


class Setting(StrEnum):
    """Where the encounter took place."""

    OFFICE = "office"
    URGENT_CARE = "urgent-care"
    EMERGENCY = "emergency"
    OUTPATIENT_SURGERY = "outpatient-surgery"
    INPATIENT = "inpatient"
    RADIOLOGY = "radiology"
    LABORATORY = "laboratory"
    TELEHEALTH = "telehealth"


class Priority(StrEnum):
    """How a worklist shows the chart; it changes nothing else."""

    ROUTINE = "routine"
    URGENT = "urgent"


class Sex(StrEnum):
    """The sex on the record, which some codes are limited to."""

    FEMALE = "F"
    MALE = "M"


@dataclass(frozen=True, slots=True)
class Patient:
    """What the claim needs of the (invented) patient; ``age`` is in completed years, 0 for an infant."""

    age: int
    sex: Sex


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the chart; ``text`` is Markdown as written, not yet sanitised."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One chart to code. ``minutes`` is what a working coder needs; ``difficulty`` runs from 1 to 5."""

    id: str
    title: str
    setting: Setting
    specialty: str
    sections: tuple[str, ...]
    topics: tuple[str, ...]
    difficulty: int
    minutes: int
    date_of_service: date
    patient: Patient
    documents: tuple[Document, ...]
    key: Key
    provider: str = ""
    priority: Priority = Priority.ROUTINE

    @property
    def convention(self) -> str:
        return self.key.convention

    @property
    def is_inpatient(self) -> bool:
        return self.setting is Setting.INPATIENT
