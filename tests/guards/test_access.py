"""Every endpoint says who may call it, and the table is obeyed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.web.access import ACCESS, Access


def test_every_endpoint_is_in_the_table_and_the_table_names_no_other(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)


def _addresses(app: Flask) -> list[tuple[str, str, str]]:
    values = {"slug": "mole-cryoablation", "attempt_id": 1, "filename": "css/chartroom.css"}
    values |= {"section": "anatomy", "answer_id": 1}
    values |= {"system": "ICD-10-CM", "code": "D22.5", "kind": "chapter", "beginning": "0DT"}
    values |= {"volume": "alphabetic", "letter": "A", "number": 1}
    values |= {"job_id": "20310401-101500-0123abcd"}
    found = []
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            needed = {name: values[name] for name in rule.arguments}
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                found.append((rule.endpoint, method, adapter.build(rule.endpoint, needed, method=method)))
    return found


def _call(client: FlaskClient, method: str, address: str) -> int:
    return client.open(address, method=method, json={} if method == "POST" else None).status_code


ROLES = {
    Access.EVERYBODY: (),
    Access.LOGGED_IN: (None,),
    Access.STAFF: (None, Role.STUDENT),
    Access.ADMIN: (None, Role.STUDENT, Role.INSTRUCTOR),
}


@pytest.mark.parametrize("role", [None, Role.STUDENT, Role.INSTRUCTOR])
def test_who_is_not_meant_is_refused(
    bank: Flask, client: FlaskClient, log_in: Callable[..., FlaskClient], role: Role | None
) -> None:
    caller = log_in(role) if role else client
    refused = 401 if role is None else 403
    for endpoint, method, address in _addresses(bank):
        if role not in ROLES[ACCESS[endpoint]]:
            continue
        status = _call(caller, method, address)
        expected = {refused} | ({302} if role is None and method == "GET" else set())
        assert status in expected, f"{method} {address} answered {status} to {role}"


def test_an_unlisted_endpoint_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ACCESS, "main.about")
    assert app.test_client().get("/about").status_code == 403


def test_people_are_asked_to_log_in_and_brought_back(client: FlaskClient) -> None:
    answer = client.get("/practice/?status=new")
    assert answer.status_code == 302
    assert answer.location == "/auth/login?next=/practice/?status%3Dnew"
