"""The code book's pages ask the database a fixed number of questions, however much somebody has written."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.domain.codes.code import CodeSystem
from app.services import accounts, annotations
from tests.factories import NOW
from tests.web.test_queries import counted

CM = CodeSystem.ICD10CM


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/codebook/", 3),
        ("/codebook/?q=diabetes", 3),
        ("/codebook/search?q=diabetes", 1),
        ("/codebook/entry?system=ICD-10-CM&code=E11.9", 3),
        ("/codebook/ICD-10-CM/", 1),
        ("/codebook/ICD-10-CM/chapter/4", 1),
        ("/codebook/ICD-10-CM/E11.621", 7),
        ("/codebook/ICD-10-CM/S72.001A", 7),
        ("/codebook/mine", 4),
    ],
)
def test_the_number_of_questions_does_not_grow(
    app: Flask, library: Library, log_in: Callable[..., FlaskClient], address: str, most: int
) -> None:
    client = log_in()
    with app.app_context():
        me = accounts.get_user_by_name("student-one").id
        for number, code in enumerate(library.on(None).expand(CM, "E11-E13")[:60]):
            at = NOW + timedelta(minutes=number)
            annotations.save_note(me, CM, code, "a note", revision=0, now=at)
            annotations.set_bookmark(me, CM, code, on=True, now=at)
            annotations.record_visit(me, CM, code, now=at)
    with counted(app) as said:
        assert client.get(address).status_code == 200
    assert len(said) <= most, "\n".join(said)
