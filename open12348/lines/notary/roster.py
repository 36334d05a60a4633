"""Who applies together: one a line, name and identity number, as people paste them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from open12348.kernel import numbers


@dataclass(frozen=True)
class Other:
    """One more applicant."""

    name: str
    id_number: str


def read_others(text: str) -> list[Other]:
    """The people of a list. A number that is none is left out, never guessed: identity is checked in person anyway."""
    found = []
    for row in text.splitlines():
        cells = [c for c in re.split(r"[\s,，;；\t]+", row.strip()) if c]
        if not cells:
            continue
        number = ""
        for cell in cells[1:]:
            try:
                number = numbers.citizen_id(cell)
            except numbers.BadNumber:
                continue
        found.append(Other(cells[0][:120], number))
    return found[:30]
