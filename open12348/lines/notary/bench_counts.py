"""The statistics of notarisation on screen and as Excel: offices across, figures down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.registry.models import Organisation, Place
from open12348.spine.benches import Bench, File, bench

from . import counts
from .certificate_figures import number
from .counts import DAYS, FIGURES, MONEY, SHARE, TOTAL, Cell, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Who answers for offices sees every number of theirs; who plans sees all offices, and nothing small.
OFFICE = (Role.OFFICER, Role.SUPERVISOR)
SEEING = frozenset({*OFFICE, Role.PLANNER})
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


def offices_of(by: Actor, *roles: Role) -> list[Organisation]:
    """The notary offices for which an actor answers: of their place, or of their part of the map."""
    held = [g for g in by.grants if g.role in (roles or OFFICE) and g.covers_line("notary")] if not by.pending else []
    places = Place.objects.filter(pk__in=[g.place_id for g in held if g.place_id])
    own = set(places.values_list("organisation_id", flat=True))
    paths = [g.division_path for g in held if not g.place_id]
    return [o for o in counts.offices() if o.pk in own or any(o.division.path.startswith(p) for p in paths)]


def period_of(at: datetime, query: Mapping[str, Any]) -> tuple[date, date, Any]:
    """The month or the year that an address names; this month without one. Out: first and last day, and words for what is unreadable."""
    today = legal_day(at)
    try:
        if query.get("year"):
            year = int(str(query["year"]))
            return date(year, 1, 1), date(year, 12, 31), ""
        if query.get("month"):
            match = _MONTH.fullmatch(str(query["month"]).strip())
            if match is None:
                raise ValueError
            return (*counts.month_of(date(int(match[1]), int(match[2]), 1)), "")
    except (ValueError, OverflowError):
        return (*counts.month_of(today), _("看不懂这个时间。月份写成 2026-11，年份写成 2026。"))
    return (*counts.month_of(today), "")


def table_for(by: Actor, at: datetime, first: date, last: date) -> Table | None:
    """The table as an actor may see it; None when nothing is theirs.

    Who only plans sees all offices, months and years that are over, and no small number.
    """
    mine = offices_of(by)
    if mine:
        return counts.table(first=first, last=last, of=mine)
    if not by.has(Role.PLANNER):
        return None
    seen = [
        o for o in counts.offices() if any(o.division.path.startswith(p) for p in divisions.parts(by, Role.PLANNER))
    ]
    if last >= legal_day(at):
        last = legal_day(at).replace(day=1) - timedelta(days=1)
        first = min(first, last.replace(day=1))
    return counts.veil(counts.table(first=first, last=last, of=seen), number("small_cell", legal_day(at)))


def said(f: counts.Figure, cell: Cell) -> str:
    """A number as it is written; "*" when it is too small to be shown, "" when it cannot be said."""
    if cell.hidden:
        return "*"
    if cell.value is None:
        return ""
    if f.kind == SHARE:
        return f"{cell.value * 100:.1f}%".replace(".0%", "%")
    if f.kind in {MONEY, DAYS}:
        return f"{cell.value.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
    return str(int(cell.value))


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a month or a year."""
    first, last, fault = period_of(at, query)
    found = table_for(by, at, first, last)
    rows = []
    if found is not None:
        first, last = found.first, found.last
        for f in FIGURES:
            cells = [said(f, found.cell(f.code, c)) for c in found.columns]
            if not f.whole or any(c not in {"", "0"} for c in cells):
                rows.append({"name": f.name, "part": bool(f.whole), "cells": cells})
    is_month = first.month == last.month
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return {
        "rows": rows, "names": [found.names[c] for c in found.columns] if found else [], "first": first, "last": last, "fault": fault,
        "is_month": is_month, "before": f"{before:%Y-%m}" if is_month else str(before.year),
        "after": f"{after:%Y-%m}" if is_month else str(after.year), "total": TOTAL,
        "asked": f"month={first:%Y-%m}" if is_month else f"year={first.year}",
        "hidden": found is not None and any(c.hidden for c in found.cells.values()),
    }  # fmt: skip


def _file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    first, last, _fault = period_of(at, query)
    found = table_for(by, at, first, last)
    if found is None:
        found = Table(first, last, {})
    heads = [Heading(_now("项目"), width=34), *(Heading(str(found.names[c]), width=20) for c in found.columns)]
    rows = [
        [("　" if f.whole else "") + str(f.name), *(said(f, found.cell(f.code, c)) for c in found.columns)]
        for f in FIGURES
    ]
    note = _now("统计期间：%(first)s 至 %(last)s") % {"first": found.first.isoformat(), "last": found.last.isoformat()}
    notes = [[note], [_now("* 表示数太小，或者能推算出太小的数，不对外显示。")]]
    return File(
        f"notary-{found.first}-{found.last}.xlsx", XLSX, to_xlsx(_now("公证统计表"), heads, rows, notes=notes, spare=0)
    )


bench(
    Bench(
        code="notary.counts", label=_("公证统计"), roles=SEEING, template="notary/counts.html", show=show, files={"counts.xlsx": _file},
        help=_("按公证处、按月或者按年，从案件里算出来，不手填。"),
    )
)  # fmt: skip
