"""Keeping the registry: every change commits with its line in the journal, and what hangs on it follows.

The registry itself cannot name the journal (it stands below); doors would each have to remember. So a door that changes
places, institutions, practitioners or the map calls these verbs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from open12348.kernel.access import Actor
from open12348.registry import sheets
from open12348.registry.models import SheetUpload

from . import clocks, journal, notices, routing

#: So many entries of one import are named one by one in the journal; the rest is in the counts.
MOST_NAMED = 2000


def _follow(kind: str, by: Actor, at: datetime) -> dict[str, int]:
    """What a change of the registry carries along: cases to another county, provisional days to new ones."""
    if kind in {"divisions", "places"}:
        return {"cases_moved": routing.follow_places(by=by, at=at)}
    if kind in {"calendar", "calendar_notices"}:
        changed = clocks.recompute_provisional(at=at)
        for case, old, new in changed:
            notices.tell_recomputed(case, old, new, at)
        return {"days_changed": len(changed)}
    return {}


@transaction.atomic
def bring_in(*, upload: SheetUpload, seen: str, by: Actor, at: datetime, leave_out: bool = False) -> dict[str, int]:
    """Write an uploaded sheet, once. Out: counts of new, changed, same, faulty rows and what followed.

    Errors: sheets.Changed, sheets.Faulty, sheets.Done, sheets.SheetFault, Denied.
    """
    written = sheets.confirm(upload=upload, seen=seen, by=by, at=at, leave_out=leave_out)
    followed = _follow(upload.kind, by, at)
    journal.write(
        stream="registry", kind="sheet", by=by, at=at, sheet=upload.kind, upload=upload.pk, counts=written.counts,
        entries=[list(e) for e in written.entries[:MOST_NAMED]], **followed,
    )  # fmt: skip
    return {**written.counts, **followed}


@transaction.atomic
def write_one(
    *, kind: str, typed: Mapping[str, str], by: Actor, at: datetime, of: Any = None, seen: str = ""
) -> tuple[sheets.Row, Any]:
    """Write one entry from a form. Out: the judged row, and the entry or None when the row has faults. Errors: Denied."""
    row, entry = sheets.write_one(kind=kind, typed=typed, by=by, at=at, of=of, seen=seen)
    if entry is not None and row.status != "same":
        followed = _follow(kind, by, at)
        journal.write(
            stream="registry", kind="entry", by=by, at=at, sheet=kind, entry=entry.pk, status=row.status,
            columns=sorted(row.changes), **followed,
        )  # fmt: skip
    return row, entry


def take_out(*, kind: str, by: Actor, at: datetime, form: str = "xlsx") -> bytes:
    """A sheet as a file, and a line in the journal about who took it. Errors: LookupError, Denied."""
    content, rows = sheets.export(kind=kind, by=by, at=at, form=form)
    journal.write(
        stream="registry", kind="sheet_out", by=by, at=at, sheet=kind, rows=rows, form=form,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    return content
