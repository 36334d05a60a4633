"""The pages of the statistics: counties by figures, the list behind each number, and handing a month or a year up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import divisions
from open12348.registry.models import Division
from open12348.spine import catalogue, lists, story
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.spine.models import Case

from . import counting, counts, counts_book, scope
from .counting import OFFICE, OWN, SEEING, TOTAL, Cell, Period, Table
from .counts import Figure
from .counts_models import CountReport

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 60
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


# What is asked


def period_of(by: Actor, at: datetime, query: Mapping[str, Any]) -> tuple[Period, Any]:
    """The period that an address names (month, year, or from and to), and words when it could not be read or not be shown.

    Without one: this month for an office, the last one that is over for everybody else.
    """
    today = legal_day(at)
    last_over = counting.month_of(today.replace(day=1) - timedelta(days=1))
    usual = counting.month_of(today) if counting.open_columns(by) else last_over
    found = usual
    fault: Any = ""
    try:
        if query.get("month"):
            match = _MONTH.fullmatch(str(query["month"]).strip())
            if match is None:
                raise ValueError
            found = counting.month_of(date(int(match[1]), int(match[2]), 1))
        elif query.get("year"):
            found = counting.year_of(date(int(str(query["year"])), 1, 1))
        elif query.get("from") or query.get("to"):
            found = Period(date.fromisoformat(str(query.get("from"))), date.fromisoformat(str(query.get("to"))))
        if found.first > found.last or not 2000 <= found.first.year <= 2100 or found.last.year > 2100:
            raise ValueError
        if (found.last - found.first).days > 366 * 3:
            found, fault = usual, _("一次最多看三年，现在显示的是另一段时间。")
    except (ValueError, OverflowError):
        found, fault = usual, _("看不懂这个时间。月份写成 2026-11，年份写成 2026，日子写成 2026-11-23。")
    if not counting.open_columns(by) and not found.over(at):
        found, fault = last_over, fault or _("本县以外只能看已经结束的整月和整年，现在显示的是上个月。")
    return found, fault


def _asked(period: Period) -> str:
    """A period as it stands in an address."""
    if period.is_month:
        return f"month={period.first:%Y-%m}"
    if period.is_year:
        return f"year={period.first.year}"
    return f"from={period.first}&to={period.last}"


def label_of(period: Period) -> Any:
    """A period in words."""
    if period.is_month:
        return say(_("%(year)s 年 %(month)s 月"), year=period.first.year, month=period.first.month)
    if period.is_year:
        return say(_("%(year)s 年"), year=period.first.year)
    return say(_("%(first)s 至 %(last)s"), first=period.first.isoformat(), last=period.last.isoformat())


def _beside(period: Period, by: int) -> Period:
    if period.is_year:
        return counting.year_of(date(period.first.year + by, 1, 1))
    return counting.month_of(add_months(period.first.replace(day=1), by))


# The page


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """One section of the statistics: figures down, all together, last year and the counties across."""
    period, fault = period_of(by, at, query)
    section = counts.SECTIONS.get(str(query.get("section") or "cases")) or counts.SECTIONS["cases"]
    shown = counting.table(by=by, at=at, period=period, sections=[section.code])
    before = counting.table(by=by, at=at, period=period.year_before(), sections=[section.code])
    chosen = str(query.get("county") or "")
    columns = [c for c in shown.columns if not chosen or c == chosen] or shown.columns
    lead = columns[0] if len(columns) == 1 else TOTAL if TOTAL in columns else ""
    rest = [c for c in columns if c != lead]
    asked, lists_open = _asked(period), by.kind == "system" or by.has(*OFFICE)
    rows = []
    head: Any = None
    for f in counts.in_section(section.code):
        if f.head and str(f.head) != str(head or "") and str(f.head) != str(f.name):
            rows.append({"head": f.head})
        head = f.head
        cells = [_cell(shown, f, c, asked, lists_open and c in shown.open) for c in ([lead] if lead else []) + rest]
        rows.append({"figure": f, "cells": cells, "part": bool(f.parent), **_against(f, shown, before, lead)})
    trend = _trend(by, at, query, period, section.code, lead)
    return {
        "period": period, "label": label_of(period), "fault": fault, "asked": asked, "section": section, "sections": list(counts.SECTIONS.values()),
        "columns": [{"code": c, "name": shown.names[c]} for c in ([lead] if lead else []) + rest], "lead": lead, "rows": rows, "county": chosen,
        "counties": [(c, shown.names[c]) for c in shown.columns if c != TOTAL], "before": _asked(_beside(period, -1)),
        "after": _asked(_beside(period, 1)), "year": period.last.year, "month": f"{period.last:%Y-%m}", "trend": trend,
        "hidden": any(shown.cell(f.code, c).hidden for f in counts.in_section(section.code) for c in columns),
        "reports": _reports(by, at, shown, period),
    }  # fmt: skip


def _number(value: Decimal | None) -> int | float | None:
    """A number as it is shown: whole where it is whole, else to the cent."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(round(value, 2))


def _number_of(value: Any) -> int | float | None:
    return None if value is None else _number(Decimal(value))


def _cell(shown: Table, f: Figure, column: str, asked: str, opens: bool) -> dict[str, Any]:
    cell = shown.cell(f.code, column)
    whose = "" if column == TOTAL else f"&county={column}"
    mine = column in shown.open
    return {
        "value": _number(cell.value), "hidden": cell.hidden, "why": cell.why, "drift": cell.drift if mine else None,
        "live": _number(cell.live) if mine else None,
        "href": f"../legal_aid.counts.list/?figure={f.code}&{asked}{whose}" if opens and f.group and cell.value is not None and not cell.hidden else "",
    }  # fmt: skip


def _against(f: Figure, shown: Table, before: Table, lead: str) -> dict[str, Any]:
    """Last year's number beside this year's, where both can be said."""
    if not lead:
        return {"then": None, "change": None}
    now, then = shown.cell(f.code, lead), before.cell(f.code, lead)
    there = lead in before.columns
    change = now.value - then.value if now.value is not None and then.value is not None else None
    seen = there and not now.hidden and not then.hidden
    return {
        "then": {"value": _number(then.value), "hidden": then.hidden} if there else None,
        "change": _number(change) if seen else None,
    }


def _trend(
    by: Actor, at: datetime, query: Mapping[str, Any], period: Period, section: str, lead: str
) -> dict[str, Any] | None:
    """Twelve months of one figure as a line: gaps where nothing can be shown."""
    figures = [f for f in counts.in_section(section) if f.group and counts.GROUPS[f.group].flow]
    if not figures or not lead:
        return None
    chosen = next((f for f in figures if f.code == query.get("trend")), figures[0])
    until = min(period.last, legal_day(at))
    months = [(m, t.cell(chosen.code, lead)) for m, t in counting.monthly(by=by, at=at, last=until, code=chosen.code)]
    most = max((c.value for _m, c in months if _says(c) and c.value is not None), default=Decimal(0)) or Decimal(1)
    pieces: list[list[str]] = [[]]
    dots = []
    for i, (_month, cell) in enumerate(months):
        if not _says(cell) or cell.value is None:
            pieces.append([])
            continue
        x, y = 20 + i * 60, round(90 - max(float(cell.value / most), 0.0) * 80, 1)
        pieces[-1].append(f"{x},{y}")
        dots.append((x, y))
    return {
        "figure": chosen, "figures": [{"code": f.code, "label": f"{counts.BY_CODE[f.parent].name} · {f.name}" if f.parent else f.name} for f in figures], "lines": [" ".join(p) for p in pieces if len(p) > 1], "dots": dots,
        "months": [{"month": f"{m:%Y-%m}", "value": _number(c.value), "hidden": c.hidden} for m, c in months],
    }  # fmt: skip


def _says(cell: Cell) -> bool:
    return cell.value is not None and not cell.hidden


def _reports(by: Actor, at: datetime, shown: Table, period: Period) -> list[dict[str, Any]]:
    """What the actor's counties have handed up for this period, and what may be done about it."""
    found = []
    mine = {code: county for code, county in counting.places().items() if code in shown.open}
    drifted = set()
    if any(code in shown.reports for code in mine):
        whole = counting.table(by=by, at=at, period=period)  # all sections: a change in any of them is a change
        drifted = {column for (_f, column), c in whole.cells.items() if c.live is not None}
    for code, county in mine.items():
        row = shown.reports.get(code)
        changed = row is not None and code in drifted
        found.append({
            "county": county, "report": row, "holds": row is None or counting.holds(row), "over": period.over(at), "changed": changed,
            "version": row.version if row else 0, "may_check": row is not None and row.checked_at is None and row.reported_by_id != by.account_id,
        })  # fmt: skip
    return found


class Reporting(forms.Form):
    """Which county and period, and what the person saw."""

    county = forms.CharField(widget=forms.HiddenInput)
    first = forms.DateField(widget=forms.HiddenInput)
    last = forms.DateField(widget=forms.HiddenInput)
    expect = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class Correcting(Reporting):
    """The same, with the reason."""

    why = forms.CharField(
        label=_("更正的原因"), min_length=5, max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class Checking(forms.Form):
    """Which report."""

    report = forms.IntegerField(widget=forms.HiddenInput)


def _county(code: str) -> Division:
    found = divisions.by_code(code)
    if found is None or found.level != "county":
        raise Refused(_("没有这个县。"))
    return found


def _report(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = counting.report(
        county=_county(data["county"]), period=Period(data["first"], data["last"]), by=by, at=at, why=data.get("why", ""),
        expect=data["expect"],
    )  # fmt: skip
    return _("已上报，这些数字不再改动。请另一个人审核。校验码 %(digest)s") % {"digest": row.digest[:16]}


def _check(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = CountReport.objects.filter(pk=data["report"]).first()
    if row is None:
        raise Refused(_("没有这次上报。"))
    counting.check(report=row, by=by, at=at)
    return _("已审核。")


def _office(by: Actor) -> str:
    """Who reports: the county of the actor's office, or the prefecture."""
    mine = counting.open_columns(by)
    if TOTAL in mine or len(mine) != 1:
        root = divisions.root()
        return root.name if root else ""
    return counting.places()[next(iter(mine))].name


def _excel(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """All sheets for the period of the page; one section where one is asked for."""
    period, _fault = period_of(by, at, query)
    only = counts.SECTIONS.get(str(query.get("only") or ""))
    chosen = [only] if only else list(counts.SECTIONS.values())
    shown = counting.table(by=by, at=at, period=period, sections=[s.code for s in chosen])
    content = counts_book.workbook(shown, chosen, by=by, at=at, office=_office(by))
    return File(f"{_('法律援助统计')} {label_of(period)}.xlsx", XLSX, content)


# The list behind a number


def show_list(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What a number counts, as far as it is in the actor's sight: cases by their code and day, never by name."""
    f = counts.BY_CODE.get(str(query.get("figure") or ""))
    blank: dict[str, Any] = {"figure": f, "page": None, "rows": [], "n": 0, "sum": None, "away": 0}
    if f is None or not f.group:
        return blank
    period, _fault = period_of(by, at, query)
    mine, column = counting.open_columns(by), str(query.get("county") or TOTAL)
    places = counting.places()
    if column not in {*places, OWN, TOTAL} or (column != TOTAL and column not in mine):
        raise Http404
    group = counts.GROUPS[f.group]
    rows = counts.rows_of(f, period.first, period.last)
    here = Q(at_county__in=[c.pk for code, c in places.items() if code in mine])
    if column == OWN or (column == TOTAL and OWN in mine):
        own = Q(at_county__isnull=True) | ~Q(at_county__in=[c.pk for c in places.values()])
        here = own if column == OWN else Q()
    elif column != TOTAL:
        here = Q(at_county=places[column].pk)
    rows = rows.filter(here)
    every = rows.count()
    if group.order:
        seen = lists.visible(by, offered=False).values("pk")
        rows = rows.filter(Q(**{f"{group.order}__in": seen}) | Q(**{f"{group.order}__isnull": True}))
    n = rows.count() if group.order else every
    page = Paginator(rows.order_by("on", "pk"), ROWS).get_page(query.get("page"))
    return blank | {
        "page": page, "rows": _lines(f, list(page.object_list)), "n": n, "away": every - n, "label": label_of(period),
        "sum": _number_of(rows.aggregate(sum=Sum(f.total))["sum"]) if f.total else None,
        "county": places[column].name if column in places else _("地区本级") if column == OWN else _("合计"),
        "back": f"../legal_aid.counts/?section={f.section}&{_asked(period)}", "asked": _asked(period), "column": column,
    }  # fmt: skip


def _lines(f: Figure, rows: list[Any]) -> list[dict[str, Any]]:
    """Rows as they are listed: the case with its state, or what else was counted; the sum's share where a sum was asked."""
    group = counts.GROUPS[f.group]
    orders: dict[int, Case] = {}
    if group.order:
        first, _dots, second = group.order.partition("__")
        keys = [getattr(getattr(r, first), f"{second}_id") if second else getattr(r, f"{first}_id") for r in rows]
        orders = {c.pk: c for c in Case.objects.filter(pk__in=[k for k in keys if k]).select_related("order", "county")}
    else:
        keys = [None] * len(rows)
    found = []
    for row, key in zip(rows, keys, strict=True):
        case = orders.get(key) if key else None
        found.append({
            "on": row.on, "amount": getattr(row, f.total) if f.total else None, "case": case,
            "state": catalogue.of(case).state(case.state).label if case else "", "name": _name(row) if case is None else _subject(case),
        })  # fmt: skip
    return found


def _subject(case: Case) -> Any:
    """What a case is about in the reader's language: its matter in the terms of the law, else its service."""
    matter = scope.matter(case.topic, legal_day(case.received_at)) if case.topic else None
    return matter.name if matter else story.subject(case)


def _name(row: Any) -> str:
    """What a row that is no case is called."""
    for name in ("name", "document", "key"):
        if value := getattr(row, name, ""):
            return str(value)
    return str(row)


bench(
    Bench(
        code="legal_aid.counts",
        label=_("法律援助统计"),
        help=_("每个数字都能点开看背后的案件。已上报的月份不再改动，后来的变化写在旁边。"),
        roles=SEEING,
        template="legal_aid/counts/counts.html",
        show=show,
        deeds=(
            Deed("report", _("上报这些数字"), OFFICE, _report, form=Reporting),
            Deed("correct", _("更正后重新上报"), OFFICE, _report, form=Correcting),
            Deed("check", _("审核无误"), OFFICE, _check, form=Checking),
        ),
        files={"counts.xlsx": _excel},
    )
)
bench(
    Bench(
        code="legal_aid.counts.list",
        label=_("统计数字后面的案件"),
        roles=OFFICE,
        template="legal_aid/counts/list.html",
        show=show_list,
        menu=False,
    )
)
