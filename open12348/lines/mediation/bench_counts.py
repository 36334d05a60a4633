"""The page of the statistics of mediation: counties by figures, committees, rates, the list behind each number, and the Excel file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.spine import catalogue, lists
from open12348.spine.benches import Bench, File, bench
from open12348.spine.models import Case

from . import counts, kinds, tallies
from .counts import Figure
from .tallies import OFFICE, OWN, SEEING, TOTAL, Period, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 60


def period_of(by: Actor, at: datetime, query: Mapping[str, Any]) -> tuple[Period, Any]:
    """The period asked for, or the last one that may be shown, with words for why it is another."""
    today = legal_day(at)
    found, fault = tallies.read_period(query, today)
    if not tallies.open_columns(by) and not found.outside(at):
        asked = any(query.get(k) for k in ("month", "quarter", "year", "from", "to"))
        found = tallies.months_from(today.replace(day=1), 1).beside(-1)
        fault = fault or (_("本县以外只能看已经结束的整月和整年，现在显示的是上个月。") if asked else "")
    return found, fault


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(round(value, 2))


def _columns(shown: Table, chosen: str) -> list[str]:
    """The total first, then the counties; one county alone where it is asked for."""
    columns = [c for c in shown.columns if not chosen or c == chosen] or shown.columns
    return [c for c in columns if c == TOTAL] + [c for c in columns if c != TOTAL]


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """One section: figures down, all together and the counties across; its rates; the committees of one county."""
    period, fault = period_of(by, at, query)
    section = counts.SECTIONS.get(str(query.get("section") or "cases")) or counts.SECTIONS["cases"]
    shown = tallies.table(by=by, at=at, period=period, section=section.code)
    chosen = str(query.get("county") or "")
    columns = _columns(shown, chosen)
    opens = by.kind == "system" or by.has(*OFFICE)
    rows: list[dict[str, Any]] = []
    head = ""
    for f in counts.in_section(section.code):
        if str(f.head) and str(f.head) != head:
            rows.append({"head": f.head})
        head = str(f.head)
        rows.append({"figure": f, "part": bool(f.head), "cells": [_cell(shown, f, c, opens) for c in columns]})
    shares = [
        {"share": s, "rates": [_rate(tallies.share(shown, s, c, at)) for c in columns]}
        for s in counts.SHARES
        if s.section == section.code
    ]
    county = tallies.places().get(chosen) if chosen in shown.open else None
    mine = [c for c in shown.columns if c in shown.open and c not in {OWN, TOTAL}]
    if county is None and len(mine) == 1:
        county = tallies.places()[mine[0]]
    lines = (
        tallies.by_committee(by=by, at=at, period=period, county=county)
        if county is not None and section.code == "cases"
        else []
    )
    return {
        "period": period, "label": period.label, "fault": fault, "asked": period.asked, "section": section, "sections": list(counts.SECTIONS.values()),
        "columns": [{"code": c, "name": shown.names[c]} for c in columns], "rows": rows, "shares": shares, "county": chosen,
        "counties": [(c, shown.names[c]) for c in shown.columns if c != TOTAL], "before": period.beside(-1).asked, "after": period.beside(1).asked,
        "hidden": any(c.get("hidden") for r in rows for c in r.get("cells", [])), "committees": [{"line": ln, "rate": _rate(ln.success), "amount": _number(ln.amount)} for ln in lines],
        "of": county.name if county is not None else "", "year": period.last.year, "month": f"{period.last:%Y-%m}",
        "quarter": f"{period.last.year}-{(period.last.month - 1) // 3 + 1}",
    }  # fmt: skip


def _cell(shown: Table, f: Figure, column: str, opens: bool) -> dict[str, Any]:
    cell = shown.cell(f.code, column)
    link = opens and column in shown.open and f.group and cell.value and not cell.hidden
    whose = "" if column == TOTAL else f"&county={column}"
    return {
        "value": _number(cell.value), "hidden": cell.hidden, "why": cell.why,
        "href": f"../mediation.counts.list/?figure={f.code}&{shown.period.asked}{whose}" if link else "",
    }  # fmt: skip


def _rate(found: tallies.Rate) -> dict[str, Any]:
    value = None if found.value is None else float(round(found.value * 100, 1))
    return {"value": value, "why": found.why, "fault": found.fault, "doubt": found.doubt}


def counts_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """Every section for the period of the page, a line for each figure; a hidden number is *, what cannot be said is empty."""
    period, _fault = period_of(by, at, query)
    lines: list[list[str]] = []
    names: list[str] = []
    for section in counts.SECTIONS.values():
        shown = tallies.table(by=by, at=at, period=period, section=section.code)
        columns = _columns(shown, str(query.get("county") or ""))
        names = names or [str(shown.names[c]) for c in columns]
        for f in counts.in_section(section.code):
            cells = [shown.cell(f.code, c) for c in columns]
            label = f"{f.head} · {f.name}" if f.head else str(f.name)
            why = str(next((c.why for c in cells if c.why), ""))
            lines.append(
                [
                    str(section.name),
                    label,
                    str(f.unit),
                    *("*" if c.hidden else str(_number(c.value)) if c.value is not None else "" for c in cells),
                    why,
                ]
            )
        for s in (s for s in counts.SHARES if s.section == section.code):
            rates = [tallies.share(shown, s, c, at) for c in columns]
            why = str(_("；")).join(dict.fromkeys(str(r.why) for r in rates if r.why))
            lines.append(
                [
                    str(section.name),
                    str(s.name),
                    "%",
                    *("" if r.value is None else f"{r.value * 100:.1f}" for r in rates),
                    why,
                ]
            )
    heads = [Heading(str(_("分表")), width=18), Heading(str(_("项目")), width=34), Heading(str(_("单位")), width=8),
             *(Heading(n, width=14) for n in names), Heading(str(_("说明")), width=44)]  # fmt: skip
    content = to_xlsx(
        f"{_('人民调解统计')} {period.first:%Y-%m}",
        heads,
        lines,
        right_to_left=(get_language() or "").startswith("ug"),
        spare=0,
    )
    return File(f"{_('人民调解统计')} {period.label}.xlsx", XLSX, content)


# The list behind a number


def show_list(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What a number counts, as far as it is in the actor's sight: cases by their code and day, never by name."""
    f = counts.BY_CODE.get(str(query.get("figure") or ""))
    blank: dict[str, Any] = {"figure": f, "page": None, "rows": [], "n": 0, "sum": None, "away": 0}
    if f is None or not f.group:
        return blank
    period, _fault = period_of(by, at, query)
    mine, column, here = tallies.open_columns(by), str(query.get("county") or TOTAL), tallies.places()
    if column not in {*here, OWN, TOTAL} or (column != TOTAL and column not in mine) or not mine:
        raise Http404
    rows = counts.rows_of(f, period.first, period.last)
    if column in here:
        rows = rows.filter(at_county=here[column].pk)
    elif column == OWN:
        rows = rows.filter(Q(at_county__isnull=True) | ~Q(at_county__in=[c.pk for c in here.values()]))
    elif TOTAL not in mine:
        rows = rows.filter(at_county__in=[c.pk for code, c in here.items() if code in mine])
    every, path = rows.count(), counts.GROUPS[f.group].order
    if path:
        rows = rows.filter(**{f"{path}__in": lists.visible(by, offered=False).values("pk")})
    n = rows.count() if path else every
    page = Paginator(rows.order_by("on", "pk"), ROWS).get_page(query.get("page"))
    return blank | {
        "page": page, "rows": _lines(f, list(page.object_list)), "n": n, "away": every - n, "label": period.label, "asked": period.asked,
        "sum": _number(Decimal(rows.aggregate(sum=Sum(f.total))["sum"] or 0)) if f.total else None, "column": column,
        "county": here[column].name if column in here else _("地区本级") if column == OWN else _("合计"),
        "back": f"../mediation.counts/?section={f.section}&{period.asked}",
    }  # fmt: skip


def _lines(f: Figure, rows: list[Any]) -> list[dict[str, Any]]:
    """Rows as they are listed: the case with its kind and state, or what else was counted."""
    path = counts.GROUPS[f.group].order
    cases: dict[int, Case] = {}
    keys: list[int | None] = [None] * len(rows)
    if path:
        first, _dots, second = path.partition("__")
        keys = [getattr(getattr(r, first), f"{second}_id") if second else getattr(r, f"{first}_id") for r in rows]
        cases = {c.pk: c for c in Case.objects.filter(pk__in=[k for k in keys if k]).select_related("order")}
    found = []
    for row, key in zip(rows, keys, strict=True):
        case = cases.get(key) if key else None
        found.append({
            "on": row.on, "case": case, "amount": getattr(row, f.total) if f.total else None,
            "name": kinds.name(case.topic) if case else str(getattr(row, "mediator", None) or row),
            "state": catalogue.of(case).state(case.state).label if case else "",
        })  # fmt: skip
    return found


bench(
    Bench(
        code="mediation.counts",
        label=_("人民调解统计"),
        help=_("按月、季、年，按县、委员会、类型和来源。不可信的成功率会标出来。"),
        roles=SEEING,
        template="mediation/counts.html",
        show=show,
        files={"counts.xlsx": counts_file},
    )
)
bench(
    Bench(
        code="mediation.counts.list",
        label=_("统计数字后面的案件"),
        roles=OFFICE,
        template="mediation/counts_list.html",
        show=show_list,
        menu=False,
    )
)
