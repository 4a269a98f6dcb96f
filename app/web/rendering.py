"""How values look on pages: dates, durations, scores, names of sections and settings."""

from datetime import UTC, date, datetime

from flask import Flask

from app.domain.exercises.sections import SECTIONS
from app.domain.grading.labels import reason_label
from app.domain.roles import may_manage_accounts, may_see_keys
from app.services.results import percent, points

_SETTINGS = {
    "office": "office",
    "urgent-care": "urgent care",
    "emergency": "emergency",
    "outpatient-surgery": "outpatient surgery",
    "inpatient": "inpatient",
    "radiology": "radiology",
    "laboratory": "laboratory",
    "telehealth": "telehealth",
}


def register(app: Flask) -> None:
    """Give the templates their filters, and the questions they may ask about roles."""
    app.context_processor(lambda: {"may_see_keys": may_see_keys, "may_manage_accounts": may_manage_accounts})
    app.add_template_filter(long_date)
    app.add_template_filter(ago)
    app.add_template_filter(duration)
    app.add_template_filter(percent, "whole_percent")
    app.add_template_filter(points, "weight")
    app.add_template_filter(section_name)
    app.add_template_filter(setting_name)
    app.add_template_filter(reason_label)


def long_date(day: date) -> str:
    """5 Jun 2026."""
    return f"{day.day} {day.strftime('%b %Y')}"


def ago(moment: datetime) -> str:
    """Say how long ago something was, as people do."""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return (
                long_date(moment.date())
                if name == "day" and count > 6
                else f"{count} {name}{'s' if count > 1 else ''} ago"
            )
    return "just now"


def duration(seconds: int) -> str:
    """4 min 12 s."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def section_name(slug: str) -> str:
    """Return the title of an exam section."""
    return SECTIONS.get(slug, slug)


def setting_name(slug: str) -> str:
    """Return a setting in words."""
    return _SETTINGS.get(slug, slug)
