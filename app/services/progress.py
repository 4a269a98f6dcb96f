"""The progress page's figures: one sentence first, then what supports it."""

from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from app.domain.grading.labels import reason_label
from app.services.history import ReasonCount, SectionAccuracy, accuracy_by_section, history, most_frequent_reasons

RECENT = 10
MOST_SHOWN = 200
"""Submissions in the picture; more dots than that say nothing and cost the browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """``scores`` are (moment, score 0 to 1, title) of the last ``MOST_SHOWN`` submissions, oldest first.

    ``pace`` is time used ÷ standard time.
    """

    sentence: str
    submissions: int
    charts: int
    mean_first: float | None
    mean_recent: float | None
    pace: float | None
    scores: tuple[tuple[datetime, float, str], ...]
    sections: tuple[SectionAccuracy, ...]
    reasons: tuple[ReasonCount, ...]


def progress_of(user_id: int) -> Progress:
    """Return everything the progress page says about one person."""
    rows = [row for row in reversed(history(user_id)) if row.score is not None]
    firsts = [row.score for row in rows if row.is_first and row.score is not None]
    recent = [row.score for row in rows[-RECENT:] if row.score is not None]
    reasons = most_frequent_reasons(user_id)
    timed = [row.active_seconds / row.standard_seconds for row in rows[-RECENT:] if row.active_seconds]
    return Progress(
        sentence=_sentence(firsts, recent, reasons),
        submissions=len(rows),
        charts=len(firsts),
        mean_first=fmean(firsts) if firsts else None,
        mean_recent=fmean(recent) if recent else None,
        pace=fmean(timed) if timed else None,
        scores=tuple((row.submitted_at, row.score, row.title) for row in rows[-MOST_SHOWN:] if row.score is not None),
        sections=tuple(accuracy_by_section(user_id)),
        reasons=tuple(reasons),
    )


def _sentence(firsts: list[float], recent: list[float], reasons: list[ReasonCount]) -> str:
    if not firsts:
        return "You haven't submitted a chart yet. Your first result will appear here."
    text = f"On first tries you keep {round(100 * fmean(firsts))} % of the points"
    text += f" over {len(firsts)} chart{'s' if len(firsts) > 1 else ''}"
    if len(recent) >= 3:
        text += f"; over your last {len(recent)} submissions it is {round(100 * fmean(recent))} %"
    if not reasons:
        return text + ". You have lost no point so far."
    costliest = max(reasons, key=lambda reason: (reason.lost, reason.reason))
    return text + f". What costs you most is “{reason_label(costliest.reason).lower()}”."
