"""The versioned table of credits and deductions."""

from dataclasses import replace

import pytest

from app.domain.errors import NotFound
from app.domain.grading.grade import grade
from app.domain.grading.ledger import Reason
from app.domain.grading.policy import CURRENT_POLICY, POLICIES, get_policy, policy_table
from tests.domain.grading.builders import BOOK, claim, icd, key


def test_every_version_can_be_had_again() -> None:
    assert all(get_policy(version) is policy for version, policy in POLICIES.items())
    with pytest.raises(NotFound, match="“1999” is unknown"):
        get_policy("1999")


def test_the_table_names_every_reason_of_the_rule() -> None:
    rows = {row.reason: row.points for row in policy_table()}
    own = {Reason.EM_LEVEL_LOW, Reason.EM_LEVEL_HIGH}
    assert set(rows) == {None, *Reason} - own
    assert (rows[Reason.UNDER_SPECIFIED], rows[Reason.WRONG_BODY_PART], rows[Reason.WRONG_MODIFIERS]) == (700, 250, 300)


def test_a_policy_never_lets_a_line_too_many_cost_less_than_half() -> None:
    with pytest.raises(ValueError, match="at least 500"):
        replace(CURRENT_POLICY, surplus_rate=499)


def test_the_surplus_rate_scales_what_is_left_over() -> None:
    half = replace(CURRENT_POLICY, version="half", surplus_rate=500)
    result = grade(claim("D22.5", "I10", "D22.9"), key(icd("D22.5")), BOOK, half)
    assert sorted(entry.lost for entry in result.ledger) == [150, 500]
    assert result.policy == "half"
