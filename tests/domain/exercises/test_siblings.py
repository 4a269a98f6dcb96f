"""Sister charts: how variables are filled in, and what is refused."""

import tomllib

import pytest

from app.domain.exercises.siblings import Sibling, fill, read_siblings, split

CHART = """title = "Finger, {{side}}"
accept = ["{{code}}"]
[[sibling]]
id = "left"
side = "left"
code = "S62.651A"
[[sibling]]
id = "right"
side = "right"
code = "S62.650A"
"""


def test_the_blocks_are_split_off_and_keep_their_lines():
    head, blocks = split(CHART)
    assert head.splitlines() == CHART.splitlines()[:2]
    assert blocks.splitlines()[2] == "[[sibling]]"


def test_a_chart_without_blocks_is_left_alone():
    assert split('title = "x"') == ('title = "x"', "")


def test_each_sibling_fills_in_its_values():
    head, blocks = split(CHART)
    siblings, problems = read_siblings(tomllib.loads(blocks), [head])
    assert problems == ()
    assert [fill(head, sibling).splitlines()[1] for sibling in siblings] == [
        'accept = ["S62.651A"]',
        'accept = ["S62.650A"]',
    ]


def test_whole_numbers_are_written_as_they_are():
    assert fill("age = {{ age }}, {{other}}", Sibling("x", {"age": "7"})) == "age = 7, {{other}}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('id = "right"', 'id = "left"', "Two siblings are called “left”", id="a name twice"),
        pytest.param('id = "right"', 'id = "Right hand"', "is no id of a sibling", id="shape of a name"),
        pytest.param('side = "right"\n', "", "don't set the same variables (side)", id="a value is missing"),
        pytest.param("{{side}}", "left", "“side” is used nowhere", id="an unused variable"),
        pytest.param("Finger", "Finger {{digit}}", "{{digit}} has no value", id="an unknown variable"),
        pytest.param('side = "right"', "side = 1.5", "write a text or a whole number", id="a number with a point"),
        pytest.param('side = "right"', 'side = """a\nb"""', "one line", id="two lines"),
        pytest.param(CHART[CHART.index('[[sibling]]\nid = "right"') :], "", "has 1 sibling:", id="only one"),
        pytest.param(
            'code = "S62.650A"', 'code = "S62.650A"\n[other]\nx = 1', "move the rest above", id="not at the end"
        ),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, words: str):
    assert old in CHART
    head, blocks = split(CHART.replace(old, new, 1))
    siblings, problems = read_siblings(tomllib.loads(blocks), [head])
    assert siblings == ()
    assert any(words in problem.message for problem in problems), problems
