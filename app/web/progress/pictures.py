"""Geometry of the progress page's pictures; the templates draw it as inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30


@dataclass(frozen=True, slots=True)
class Point:
    """A submission in the picture; x and y in SVG units, ``text`` for people who point at it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """Scores over time: a point each, a line of the mean of the last five shown, and the axes' ticks."""

    points: tuple[Point, ...]
    path: str
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``share`` is its length, 0 to 100, of the longest that is possible or there."""

    name: str
    value: float
    share: float


def score_line(scores: Sequence[tuple[datetime, float, str]]) -> ScoreLine:
    """Lay out scores (0 to 1) in the order of submission, evenly spaced: days off take no room."""
    xs = _spread(len(scores))
    points = tuple(
        Point(x, _y(score), f"{title}: {round(100 * score)} % on {moment.day} {moment.strftime('%b %Y')}")
        for x, (moment, score, title) in zip(xs, scores, strict=True)
    )
    values = [score for _, score, _ in scores]
    means = [_mean_of_last_five(values, i) for i in range(len(values))]
    path = " ".join(f"{'L' if i else 'M'}{x:.1f},{_y(m):.1f}" for i, (x, m) in enumerate(zip(xs, means, strict=True)))
    y_ticks = tuple((_y(value / 100), f"{value} %") for value in (0, 25, 50, 75, 100))
    marked = sorted({0, len(scores) // 2, len(scores) - 1}) if scores else []
    days = [(xs[i], f"{scores[i][0].day} {scores[i][0].strftime('%b')}") for i in marked]
    x_ticks = tuple(tick for i, tick in enumerate(days) if i == 0 or tick[1] != days[i - 1][1])
    return ScoreLine(points, path, y_ticks, x_ticks)


def bars(values: Sequence[tuple[str, float]], *, longest: float | None = None) -> tuple[Bar, ...]:
    """Lay out named values as bars; ``longest`` is the value that fills the width."""
    top = longest or max((value for _, value in values), default=0) or 1
    return tuple(Bar(name, value, round(100 * min(1, value / top), 1)) for name, value in values)


def _mean_of_last_five(scores: Sequence[float], i: int) -> float:
    window = scores[max(0, i - 4) : i + 1]
    return sum(window) / len(window)


def _spread(count: int) -> list[float]:
    room = WIDTH - LEFT - RIGHT
    if count == 1:
        return [LEFT + room / 2]
    return [LEFT + room * i / (count - 1) for i in range(count)]


def _y(score: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - score)
