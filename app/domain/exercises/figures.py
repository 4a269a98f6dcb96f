"""Owns the figures of a bank as a whole: counts, spreads, agreement of the second coding, look-alikes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median

from app.domain.codes.code import CodeSystem
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.likeness import Likeness, likest
from app.domain.exercises.review import Review
from app.domain.exercises.sections import SECTIONS
from app.domain.grading.key import Key
from app.domain.questions.check import codes_of
from app.domain.questions.parse import QuestionCoding
from app.domain.questions.question import OPTION_IDS, Question

ALIKE = 0.5
"""From this share of common three-word runs on, two texts are named as look-alikes."""


@dataclass(frozen=True, slots=True)
class ChartItem:
    """One chart with its siblings (base included; empty without any) and its review."""

    exercise: Exercise
    review: Review | None
    siblings: Sequence[Exercise] = ()


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """One question with its second codings, oldest first."""

    question: Question
    codings: Sequence[QuestionCoding]


@dataclass(frozen=True, slots=True)
class Agreement:
    """First-pass agreement: how many were coded again, how many of them alike, and the mean score (charts only)."""

    coded: int
    agreed: int
    mean_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The page of figures; every mapping is in its natural order."""

    charts: int
    siblings: int
    charts_with_siblings: int
    several_documents: int
    several_keys: int
    optional_lines: int
    chart_sections: Mapping[str, int]
    settings: Mapping[str, int]
    specialties: Mapping[str, int]
    chart_difficulty: Mapping[int, int]
    words: tuple[int, int, int]
    chart_agreement: Agreement
    questions: int
    question_sections: Mapping[str, int]
    question_difficulty: Mapping[int, int]
    positions: Mapping[str, int]
    question_agreement: Agreement
    codes: Mapping[str, int]
    diagnosis_chapters: Mapping[str, int] = field(default_factory=dict)
    alike: Sequence[Likeness] = ()


def figures(charts: Sequence[ChartItem], questions: Sequence[QuestionItem], chapter_of: Mapping[str, str]) -> Figures:
    """Count a bank. ``chapter_of`` maps each ICD-10-CM code its keys accept to the title of its chapter."""
    bases = [item.exercise for item in charts]
    lengths = [sum(len(document.text.split()) for document in chart.documents) for chart in bases]
    keys = [chart.key for chart in bases]
    every_key = _keys(charts)
    return Figures(
        charts=len(charts),
        siblings=sum(len(item.siblings) or 1 for item in charts),
        charts_with_siblings=sum(len(item.siblings) >= 3 for item in charts),
        several_documents=sum(len(chart.documents) > 1 for chart in bases),
        several_keys=sum(len(key.variants) > 1 for key in keys),
        optional_lines=sum(any(not slot.weight for v in key.variants for slot in v.slots) for key in keys),
        chart_sections=_in_exam_order(section for chart in bases for section in chart.sections),
        settings=_by_count(chart.setting.value for chart in bases),
        specialties=_by_count(chart.specialty for chart in bases),
        chart_difficulty=_sorted(chart.difficulty for chart in bases),
        words=(min(lengths), round(median(lengths)), max(lengths)) if lengths else (0, 0, 0),
        chart_agreement=_chart_agreement(charts),
        questions=len(questions),
        question_sections=_in_exam_order(item.question.section for item in questions),
        question_difficulty=_sorted(item.question.difficulty for item in questions),
        positions={name: sum(q.question.right.id == name for q in questions) for name in OPTION_IDS},
        question_agreement=_question_agreement(questions),
        codes=_codes(every_key),
        diagnosis_chapters=_by_count(chapter_of[code] for code in sorted(_diagnoses(every_key)) if code in chapter_of),
        alike=_alike(bases, questions),
    )


def diagnoses_of(charts: Iterable[ChartItem]) -> set[str]:
    """Return every ICD-10-CM code that the charts' keys accept."""
    return _diagnoses(_keys(charts))


def _keys(charts: Iterable[ChartItem]) -> list[Key]:
    """Return the keys of all charts and sister charts."""
    return [exercise.key for item in charts for exercise in item.siblings or (item.exercise,)]


def cpt_uses(charts: Sequence[ChartItem], questions: Sequence[QuestionItem]) -> dict[str, list[str]]:
    """Return the ids of the charts and questions that name each CPT number: accepted, near, forbidden or an option."""
    found: dict[str, list[str]] = {}
    for item in charts:
        exercises = item.siblings or (item.exercise,)
        for code in sorted({code for exercise in exercises for code in _cpt_of(exercise.key)}):
            found.setdefault(code, []).append(item.exercise.id)
    for entry in questions:
        named = (named for option in entry.question.options for named in codes_of(option, entry.question.systems))
        for code in sorted({code for system, code, _ in named if system is CodeSystem.CPT}):
            found.setdefault(code, []).append(entry.question.id)
    return dict(sorted(found.items()))


def _cpt_of(key: Key) -> set[str]:
    found = {code for f in key.forbidden if f.system is CodeSystem.CPT for code in f.codes}
    for slot in (slot for variant in key.variants for slot in variant.slots if slot.system is CodeSystem.CPT):
        found |= {*slot.accept, *(near.code for near in slot.near)}
    return found


def _chart_agreement(charts: Sequence[ChartItem]) -> Agreement:
    first = []
    for item in charts:
        seen: set[str] = set()
        for coding in item.review.codings if item.review else ():
            if coding.sibling not in seen:
                first.append(coding)
            seen.add(coding.sibling)
    score = mean(coding.score for coding in first) if first else None
    return Agreement(len(first), sum(coding.agreed for coding in first), score)


def _question_agreement(questions: Sequence[QuestionItem]) -> Agreement:
    first = [item.codings[0] for item in questions if item.codings]
    return Agreement(len(first), sum(coding.agreed for coding in first))


def _codes(keys: Sequence[Key]) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for slot in (slot for key in keys for variant in key.variants for slot in variant.slots):
        found.setdefault(slot.system.value, set()).update(slot.accept)
    return {system: len(codes) for system, codes in sorted(found.items())}


def _diagnoses(keys: Sequence[Key]) -> set[str]:
    slots = (slot for key in keys for variant in key.variants for slot in variant.slots)
    return {code for slot in slots if slot.system is CodeSystem.ICD10CM for code in slot.accept}


def _alike(charts: Sequence[Exercise], questions: Sequence[QuestionItem]) -> list[Likeness]:
    records = {chart.id: "\n".join(document.text for document in chart.documents) for chart in charts}
    stems = {
        item.question.id: " ".join([item.question.stem, *(option.text for option in item.question.options)])
        for item in questions
    }
    return [*likest(records, at_least=ALIKE), *likest(stems, at_least=ALIKE)]


def _in_exam_order(sections: Iterable[str]) -> dict[str, int]:
    counted = Counter(sections)
    return {section: counted.get(section, 0) for section in SECTIONS}


def _by_count(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _sorted(values: Iterable[int]) -> dict[int, int]:
    return dict(sorted(Counter(values).items()))
