"""The record of double coding."""

from datetime import date

import pytest

from app.domain.exercises.review import Certified, read_review

CODING = {
    "date": date(2026, 7, 1),
    "coder": "second coder, within the project",
    "answer": [{"system": "ICD-10-CM", "code": "d229"}, {"system": "CPT", "code": "17110", "points_to": [1]}],
    "score": 0.85,
    "agreed": False,
    "difference": [{"what": "D22.9 for D22.5", "settlement": "Chart changed: the site is clearer."}],
}


def review(**changes):
    return {"schema": 1, "coding": [{k: v for k, v in (CODING | changes).items() if v is not ...}]}


def test_a_review_is_read():
    found, problems = read_review(review() | {"certified": {}})
    assert problems == ()
    assert found.certified is None
    assert not found.agreed_at_first
    assert found.codings[0].answer["lines"][0]["code"] == "D22.9"
    data = found.to_json()
    assert data["codings"][0]["date"] == "2026-07-01"
    assert data["codings"][0]["differences"][0]["what"] == "D22.9 for D22.5"
    assert data["certified"] is None


def test_a_certified_review_names_who_and_when():
    certified = {"date": date(2026, 8, 1), "coder": "J. Doe", "credential": "CPC"}
    found, problems = read_review(review() | {"certified": certified})
    assert problems == ()
    assert found.certified == Certified(date(2026, 8, 1), "J. Doe", "CPC")
    assert found.to_json()["certified"]["date"] == "2026-08-01"


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        pytest.param({"score": 85}, "score", "from 0 to 1", id="percent"),
        pytest.param({"agreed": "no"}, "agreed", "true or false", id="agreed"),
        pytest.param({"agreed": ...}, "agreed", "missing", id="no agreed"),
        pytest.param({"difference": []}, "agreed", "record each difference", id="unsettled"),
        pytest.param({"difference": [{"what": "x"}]}, "difference[1].settlement", "missing", id="no settlement"),
        pytest.param({"answer": [{"system": "CPT", "code": "1"}]}, "answer", "Line 1 of the answer", id="format error"),
        pytest.param({"answer": 5}, "answer", "must be a list", id="no answer"),
        pytest.param({"coder": ""}, "coder", "empty", id="coder"),
        pytest.param({"date": "2026-07-01"}, "date", "without quotes", id="date"),
    ],
)
def test_a_faulty_review_is_none_and_says_why(changes, where, words):
    found, problems = read_review(review(**changes))
    assert found is None
    assert words in {p.where: p.message for p in problems}[f"coding[1].{where}"]


def test_a_review_without_a_coding_is_none():
    found, problems = read_review({"schema": 1})
    assert found is None
    assert "[[coding]]" in problems[0].message
