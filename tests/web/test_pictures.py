"""The geometry of the progress page's pictures, with numbers by hand."""

from datetime import UTC, datetime

from app.web.progress.pictures import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, bars, score_line

DAY = datetime(2026, 6, 5, 9, tzinfo=UTC)


def test_a_full_score_is_at_the_top_and_nothing_at_the_bottom() -> None:
    line = score_line([(DAY, 1.0, "Mole"), (DAY, 0.0, "Wrist")])
    assert [(p.x, p.y) for p in line.points] == [(LEFT, TOP), (WIDTH - RIGHT, HEIGHT - BOTTOM)]
    assert line.points[0].text == "Mole: 100 % on 5 Jun 2026"


def test_the_line_is_the_mean_of_the_last_five() -> None:
    line = score_line([(DAY, 0.0, "x")] * 4 + [(DAY, 1.0, "x")])
    middle = TOP + (HEIGHT - TOP - BOTTOM) * (1 - 0.2)
    assert line.path.endswith(f"L{WIDTH - RIGHT:.1f},{middle:.1f}")
    assert line.path.startswith("M")


def test_one_score_and_none() -> None:
    assert len(score_line([(DAY, 0.5, "x")]).points) == 1
    assert score_line([]).path == ""


def test_the_longest_bar_fills_the_width() -> None:
    assert [bar.share for bar in bars([("a", 2.0), ("b", 0.5)])] == [100, 25]
    assert [bar.share for bar in bars([("a", 0.5)], longest=1.0)] == [50]
    assert bars([]) == ()
