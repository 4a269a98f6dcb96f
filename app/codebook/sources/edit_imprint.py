"""Owns what all edit tables of CMS have in common as publications."""

from app.codebook.sources.parsed import Cycle, Imprint

_LICENCE = (
    "Edits and values are US Government work; the CPT codes in them are copyright of the American Medical "
    "Association, and no descriptor is kept"
)


def edit_imprint(*stem: str, title: str, cycle: Cycle = Cycle.QUARTER, note: str = "") -> Imprint:
    """Return the imprint of an edit table; empty parts of its stem are left out."""
    return Imprint(
        stem="-".join(part.replace(" ", "-") for part in stem if part),
        title=title,
        publisher="Centers for Medicare & Medicaid Services",
        licence=_LICENCE,
        cycle=cycle,
        note=note,
    )
