"""The code book is the open book of exams: it shows nothing of the bank, whatever its code is accepted for."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.codes.code import CodeSystem
from app.services.bank import Bank

ON = "2026-06-05"
Secrets = tuple[set[tuple[CodeSystem, str]], list[str]]


@pytest.fixture(scope="module")
def secrets(bundled_bank: Bank) -> Secrets:
    """Every accepted or near code of the bank, and every text of a key or chart that says why."""
    codes: set[tuple[CodeSystem, str]] = set()
    texts: set[str] = set()
    for chart in (one for entry in bundled_bank.exercises for one in (entry.exercise, *entry.siblings.values())):
        for slot in (slot for variant in chart.key.variants for slot in variant.slots):
            codes |= {(slot.system, code) for code in (*slot.accept, *(near.code for near in slot.near))}
            texts |= {slot.rationale, slot.guideline, *(near.text for near in slot.near)}
            # a short quote of a document can be a title of the book ("Atypical squamous cells …")
            texts |= {evidence.quote for evidence in slot.evidence if len(evidence.quote) > 60}
        texts |= {chart.title, chart.convention}
    return codes, sorted(text for text in (" ".join(text.split()) for text in texts) if len(text) > 30)


def _words(value: object) -> Iterator[str]:
    """Yield every text of a JSON answer."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield str(value)


def _answers(client: FlaskClient, system: CodeSystem, code: str) -> Iterator[str]:
    page = client.get(f"/codebook/{system.value}/{code}?on={ON}").text
    yield " ".join(unescape(page + re.sub(r"<[^>]+>", " ", page)).split())
    for address in (f"/codebook/entry?system={system.value}&code={code}&on={ON}", f"/codebook/search?q={code}&on={ON}"):
        yield " ".join(_words(client.get(address, headers={"Accept": "application/json"}).get_json()))


def test_no_page_of_an_accepted_code_shows_anything_of_a_key(
    bank: Flask, log_in: Callable[..., FlaskClient], secrets: Secrets
) -> None:
    codes, texts = secrets
    assert len(codes) > 50
    assert len(texts) > 100
    client = log_in()
    # spread over all systems and chapters; every code would take minutes
    for system, code in sorted(codes)[:: max(1, len(codes) // 30)]:
        for answer in _answers(client, system, code):
            assert not [text for text in texts if text in answer], f"{system} {code}"
            assert not re.search(r"\b(rationale|popular|answer key|most chosen)\b", answer, re.IGNORECASE), code


def test_what_people_submit_changes_no_page(bank: Flask, log_in: Callable[..., FlaskClient]) -> None:
    client = log_in(username="student-one")
    before = {code: _plain(client, code) for code in ("D22.5", "D22.9", "I10")}
    other = log_in(username="student-two")
    attempt = other.post("/practice/charts/mole-cryoablation").location.rsplit("/", 1)[1]
    data = {"diagnoses-0-code": "D22.5", "procedures-0-code": "17110", "procedures-0-points_to": "A"}
    assert other.post(f"/practice/attempts/{attempt}/submit", data=data).status_code == 303
    assert "D22.5" in other.get(f"/practice/attempts/{attempt}/result").text
    assert {code: _plain(client, code) for code in before} == before


def _plain(client: FlaskClient, code: str) -> str:
    """Return a page without what is new on every answer."""
    page = client.get(f"/codebook/ICD-10-CM/{code}?on={ON}").text
    return re.sub(r'(nonce|csrf_token" value|csrf-token" content)="[^"]*"', "", page)
