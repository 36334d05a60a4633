"""The list of what was received for an appraisal (Art 12): read from lines, written with number, state, storage and time, given back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers

from .models import ForensicCase, ForensicMaterial

#: Lines of one list.
MOST = 60


@dataclass(frozen=True)
class Thing:
    """One line: what it is, how many, in what state."""

    name: str
    quantity: int
    state: str


def read(text: str) -> tuple[list[Thing], list[Any]]:
    """Things, one a line: name, number, state, parted by commas or tabs. Out: what could be read, and what is wrong with the rest. Pure."""
    found, wrong = [], []
    for n, raw in enumerate((line for line in text.splitlines() if line.strip()), 1):
        parts = [p.strip() for p in re.split(r"[,，、;；\t]+", raw) if p.strip()]
        name = parts[0][:200]
        bare = re.sub(r"[^0-9]", "", numbers.plain(parts[1])) if len(parts) > 1 else ""
        if len(parts) > 1 and not bare:
            wrong.append(_("第 %(n)s 行：名称后面写件数，例如“病历复印件，12，完好”。") % {"n": n})
            continue
        quantity = int(bare or 1)
        if not 0 < quantity <= 9999:
            wrong.append(_("第 %(n)s 行：件数要在 1 到 9999 之间。") % {"n": n})
            continue
        found.append(Thing(name, quantity, "，".join(parts[2:])[:120]))
    if len(found) > MOST:
        wrong.append(_("一次最多登记 %(n)s 行。") % {"n": MOST})
    return found, wrong


def enter(
    row: ForensicCase, things: list[Thing], *, kind: str, storage: str, received: datetime, account_id: int | None, supplement: bool
) -> int:  # fmt: skip
    """Write things into the list, numbered on. Out: how many."""
    last = row.materials.count()
    ForensicMaterial.objects.bulk_create([
        ForensicMaterial(
            case=row, number=last + n, name=t.name, kind=kind, quantity=t.quantity, state=t.state, storage=storage,
            received_at=received, received_by_id=account_id, supplement=supplement,
        )
        for n, t in enumerate(things, 1)
    ])  # fmt: skip
    return len(things)


def give_back(row: ForensicCase, at: datetime) -> int:
    """Everything that is still here goes back to the client. Out: how many kinds of things."""
    return row.materials.filter(returned_at__isnull=True).update(returned_at=at)
