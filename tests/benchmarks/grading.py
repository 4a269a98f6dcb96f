"""How fast grading is: ``python -m tests.benchmarks.grading``.

Prints p50 and p99 of grading 25 × 25 answers on one core, at first sight and when every pair is
related, and how many stored answers a bulk regrade grades in a second (medians of several rounds).
Times are processor time, so that other work on the machine doesn't count.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable

from app.domain.codes.code import CodeSystem
from app.domain.grading.answer import Answer, Line, answer_to_json, parse_answer
from app.domain.grading.grade import Grader, grade
from app.domain.grading.key import Key, Position, Slot, Variant
from tests.domain.grading.builders import BOOK, claim, cpt, icd, key, line
from tests.domain.grading.fake_book import billable

SIZE = 25
ROUNDS = 7


def main() -> None:
    """Run every measurement and print one line for each."""
    rng = random.Random(20260605)
    mixed, dense, ties = _mixed(rng, 400), _dense(rng, 400), _ties(rng, 400)
    gc.collect()
    gc.freeze()  # the cases are not part of grading
    print(f"one grade of {SIZE} x {SIZE} lines, key and answer new each time")
    for name, cases in (("mixed", mixed), ("all related", dense), ("all tied", ties)):
        p50, p99 = _percentiles(cases)
        print(f"  {name:12} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms")
    print("bulk regrade of stored answers, reading them included")
    for name, (expected, answers) in (("4 lines", _stored(rng)), (f"{SIZE} lines", _stored_wide(mixed))):
        print(f"  {name:12} {_rate(expected, answers):8.0f} a second")


def _percentiles(cases: list[tuple[Key, Answer]]) -> tuple[float, float]:
    """Return p50 and p99 in ms: the median over the rounds, so that one busy moment doesn't count."""
    rounds = [sorted(_timed(lambda case=case: grade(case[1], case[0], BOOK)) for case in cases) for _ in range(ROUNDS)]
    at = [statistics.median(times[int(len(times) * share)] for times in rounds) for share in (0.5, 0.99)]
    return at[0], at[1]


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _rate(expected: Key, answers: list[dict[str, object]]) -> float:
    def work() -> None:
        grader = Grader(expected, BOOK)
        for data in answers:
            grader.grade(parse_answer(data))

    return statistics.median(len(answers) / _timed(work) * 1000 for _ in range(ROUNDS))


def _mixed(rng: random.Random, count: int) -> list[tuple[Key, Answer]]:
    """Return keys and answers over the whole book: a third right, the rest near misses and strangers."""
    codes = billable()
    cases = []
    for _ in range(count):
        keyed = rng.sample(codes, SIZE)
        entered = [code if rng.random() < 1 / 3 else rng.choice(codes) for code in keyed]
        cases.append((_key(keyed), _answer(entered)))
    return cases


def _dense(rng: random.Random, count: int) -> list[tuple[Key, Answer]]:
    """Return keys and answers of ICD-10-PCS codes of one body system, so that every pair earns credit."""
    axes = ["BCDFHJLMNPQRSTV", "123456789", "0348", "Z", "XZ"]
    cases = []
    for _ in range(count):
        pool = list({"0D" + "".join(rng.choice(axis) for axis in axes) for _ in range(6 * SIZE)})
        slots = [Slot(f"p{i}", CodeSystem.ICD10PCS, (code,), weight=1 + (i == 0)) for i, code in enumerate(pool[:SIZE])]
        lines = [Line(i, i, CodeSystem.ICD10PCS, rng.choice(pool)) for i in range(1, SIZE + 1)]
        cases.append((Key((Variant(tuple(slots)),)), Answer(tuple(lines))))
    return cases


def _ties(rng: random.Random, count: int) -> list[tuple[Key, Answer]]:
    """Return keys and answers in one category where every pair has the same credit."""
    cases = []
    for _ in range(count):
        numbers = rng.sample(range(10_000), 2 * SIZE)
        slots = [Slot(f"d{i}", CodeSystem.ICD10CM, (f"I10.{n:04}",)) for i, n in enumerate(numbers[:SIZE])]
        lines = [Line(i, i, CodeSystem.ICD10CM, "I10") for i in range(1, SIZE + 1)]
        cases.append((Key((Variant(tuple(slots)),)), Answer(tuple(lines))))
    return cases


def _key(codes: list[str]) -> Key:
    slots = [
        Slot(code, CodeSystem.ICD10CM, (code,), weight=1 + (i == 0), position=Position.FIRST if i == 0 else None)
        for i, code in enumerate(codes)
    ]
    return Key((Variant(tuple(slots)),))


def _answer(codes: list[str]) -> Answer:
    return Answer(tuple(Line(i, i, CodeSystem.ICD10CM, code) for i, code in enumerate(codes, start=1)))


def _stored(rng: random.Random) -> tuple[Key, list[dict[str, object]]]:
    """Return a key like those of the bank and a thousand answers to it."""
    expected = key(
        icd("E11.22", weight=2, first=True), icd("N18.32"), icd("Z79.4"), cpt("99214", weight=2, points_to=("E11.22",))
    )
    diagnoses = ["E11.22", "E11.21", "E11.9", "N18.32", "N18.30", "Z79.4", "I10", "R73.9"]
    answers = [
        claim(*rng.sample(diagnoses, 3), line(rng.choice(["99213", "99214", "99214-25"]), to=[rng.randint(1, 3)]))
        for _ in range(1000)
    ]
    return expected, [answer_to_json(answer) for answer in answers]


def _stored_wide(cases: list[tuple[Key, Answer]]) -> tuple[Key, list[dict[str, object]]]:
    return cases[0][0], [answer_to_json(answer) for _, answer in cases]


if __name__ == "__main__":
    main()
