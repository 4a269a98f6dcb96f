"""Owns walking over a key with the place of each slot, as problems name it."""

from collections.abc import Iterator

from app.domain.grading.key import Key, Slot, Variant


def places(key: Key) -> Iterator[tuple[str, Slot]]:
    """Yield every slot of every variant with its place (``variant[1].line[2]``)."""
    for number, variant in enumerate(key.variants, start=1):
        yield from places_of(variant, number)


def places_of(variant: Variant, number: int) -> Iterator[tuple[str, Slot]]:
    """Yield the slots of one variant, the ``number``-th, with their places."""
    for index, slot in enumerate(variant.slots, start=1):
        yield f"variant[{number}].line[{index}]", slot
