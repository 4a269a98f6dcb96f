"""Every name the grader uses has words for people."""

from app.domain.grading.answer import Answer
from app.domain.grading.grade import grade
from app.domain.grading.labels import METHOD_LABELS, REASON_LABELS
from app.domain.grading.ledger import Reason
from tests.domain.grading.builders import BOOK, icd, key


def test_every_reason_has_a_label_of_its_own() -> None:
    assert set(REASON_LABELS) == set(Reason)
    assert len(set(REASON_LABELS.values())) == len(Reason)


def test_every_method_has_a_label() -> None:
    methods = grade(Answer(), key(icd("D22.5")), BOOK).methods
    assert {method.name for method in methods} == set(METHOD_LABELS)
