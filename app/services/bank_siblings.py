"""Owns sister charts as files: a chart folder filled in once for each sibling, and what sets siblings apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.exercises.exercise import Exercise
from app.domain.exercises.problems import EXERCISE_FILE, Problem
from app.domain.exercises.review import REVIEW_FILE, Review
from app.domain.exercises.siblings import fill, read_siblings, split
from app.services.bank_files import ChartFiles, read_toml


@dataclass(frozen=True, slots=True)
class Family:
    """The files of each sibling by its id; an ordinary chart is its own only one, called ""."""

    files: Mapping[str, ChartFiles]
    problems: tuple[Problem, ...] = ()

    @property
    def has_siblings(self) -> bool:
        return "" not in self.files


def siblings_of(files: ChartFiles) -> Family:
    """Return the folder's texts filled in for each sibling; as they are where there are none or they are unusable."""
    head, blocks = split(files.texts.get(EXERCISE_FILE, ""))
    if not blocks:
        return Family({"": files})
    own = {**files.texts, EXERCISE_FILE: head}
    data, problems = read_toml(EXERCISE_FILE, blocks)
    if data is None:
        return Family({"": replace(files, texts=own)}, problems)
    filled = {name: text for name, text in own.items() if name != REVIEW_FILE}
    siblings, problems = read_siblings(data, filled.values())
    if problems:
        return Family({"": replace(files, texts=own)}, problems)
    return Family(
        {
            sibling.id: replace(files, texts={**own, **{name: fill(text, sibling) for name, text in filled.items()}})
            for sibling in siblings
        }
    )


def of_siblings(found: Mapping[str, tuple[Problem, ...]]) -> list[Problem]:
    """Return the problems of all siblings, each once; one that not all share names the siblings that have it."""
    have: dict[Problem, list[str]] = {}
    for name, problems in found.items():
        for problem in dict.fromkeys(problems):
            have.setdefault(problem, []).append(name)
    return [
        problem if len(names) == len(found) else replace(problem, message=f"{problem.message} (in {', '.join(names)})")
        for problem, names in have.items()
    ]


def likeness_problems(exercises: Mapping[str, Exercise]) -> list[Problem]:
    """Return a problem for siblings that a trainee couldn't tell apart, and for a family with one key for all."""
    seen: dict[tuple[str, ...], str] = {}
    found = []
    for name, exercise in exercises.items():
        texts = tuple(document.text for document in exercise.documents)
        if texts in seen:
            message = f"Siblings “{seen[texts]}” and “{name}” have the same documents: use a variable in a document."
            found.append(Problem(EXERCISE_FILE, None, message, where="sibling[1]"))
        seen.setdefault(texts, name)
    answers = {_answer(exercise) for exercise in exercises.values()}
    if len(exercises) > 1 and len(answers) == 1:
        message = "Every sibling has the same key: let a variable change the answer, too."
        found.append(Problem(EXERCISE_FILE, None, message, where="sibling[1]"))
    return found


def coding_problems(review: Review | None, siblings: tuple[str, ...]) -> list[Problem]:
    """Return a problem for each second coding that names no sibling of the chart."""
    named = [coding.sibling for coding in review.codings] if review else []
    return [
        Problem(
            REVIEW_FILE,
            None,
            f"“{name}” is no sibling of this chart: name one of {', '.join(siblings)}."
            if name
            else f"This chart has siblings: say which was coded, such as sibling = “{siblings[0]}”.",
            where=f"coding[{number}]",
        )
        for number, name in enumerate(named, start=1)
        if name not in siblings
    ]


def _answer(exercise: Exercise) -> tuple[object, ...]:
    """Return what a key accepts, without its words."""
    return tuple(
        tuple((slot.accept, slot.units, slot.modifiers, slot.points_to, slot.weight) for slot in variant.slots)
        for variant in exercise.key.variants
    )
