"""Owns the written list of titles that look like a pair of sides and aren't.

Found by reading the pairs of the April 2026 tabular list: in all others the side word names a side of
the patient's body (quadrants of the abdomen and lobes of a lung included). A chamber of the heart, or
which of two vessels arises from it, isn't a side: naming the other one is another malformation.
"""

#: Codes, or stems that hold for everything below them.
NOT_SIDES = (
    "Q20.1",  # double outlet right ventricle
    "Q20.2",  # double outlet left ventricle
)
