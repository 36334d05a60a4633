"""The statistics of appraisal as a bench and as a file."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from open12348.kernel.access import Actor, Role
from open12348.kernel.tables import put, sheet_name
from open12348.kernel.workdays import add_months, legal_day
from open12348.spine.benches import Bench, File, bench

from . import counts
from .bench_register import XLSX, path_of
from .bureau_figures import number
from .counts import TOTAL, Cell, Sheet

OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})
SEEING = OFFICE | {Role.PLANNER}
_MONTH = re.compile(r"(20\d\d)-(\d{1,2})")


def period_of(query: Mapping[str, Any], at: datetime) -> tuple[date, date, Any]:
    """The period of the address: a month (2026-11) or a year (2026); this year where none is said. Third: what was wrong with it."""
    today = legal_day(at)
    usual = (date(today.year, 1, 1), date(today.year, 12, 31))
    said = str(query.get("period") or "").strip()
    if not said:
        return *usual, ""
    if re.fullmatch(r"20\d\d", said):
        return date(int(said), 1, 1), date(int(said), 12, 31), ""
    match = _MONTH.fullmatch(said)
    if match and 1 <= int(match[2]) <= 12:
        first = date(int(match[1]), int(match[2]), 1)
        return first, add_months(first, 1) - timedelta(days=1), ""
    return *usual, _("看不懂这个时间。月份写成 2026-11，年份写成 2026。")


def _whole_year(first: date) -> tuple[date, date]:
    """The year of a day: what is closed in a year could be reckoned from its months, so that both are never shown closed."""
    return date(first.year, 1, 1), date(first.year, 12, 31)


def _shown(cell: Cell) -> dict[str, Any]:
    value = cell.value
    if isinstance(value, Decimal):
        value = float(value)
    return {"value": None if cell.hidden else value, "hidden": cell.hidden, "why": cell.why}


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The three sheets of a period. Planners see no number that few stand behind."""
    first, last, fault = period_of(query, at)
    closed = not by.has(*OFFICE)
    if closed and (first.month, last.month) != (1, 12):
        (first, last), fault = _whole_year(first), fault or _("这里只看整年：按月看，太少的数能推算出来。")
    sheets = _sheets(by, first, last, closed=closed, at=at)
    chosen = next((s for s in sheets if s.code == query.get("sheet")), sheets[0])
    rows = [
        {"name": name, "total": key == TOTAL, "cells": [_shown(chosen.cell(key, f.code)) for f in chosen.figures]}
        for key, name in [*chosen.rows, (TOTAL, _("合计"))]
    ]  # fmt: skip
    return {
        "first": first, "last": last, "fault": fault, "period": str(query.get("period") or first.year), "sheet": chosen, "sheets": sheets,
        "rows": rows, "hidden": any(c["hidden"] for r in rows for c in r["cells"]), "least": number("counts", "least", legal_day(at)),
    }  # fmt: skip


def _sheets(by: Actor, first: date, last: date, *, closed: bool, at: datetime) -> list[Sheet]:
    return counts.tables(
        path=path_of(by, *SEEING), first=first, last=last, least=number("counts", "least", legal_day(at)), closed=closed
    )


def _excel(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """All sheets of a whole year as a file: it leaves the office, so that small numbers are closed in it, whoever takes it."""
    first, last = _whole_year(period_of(query, at)[0])
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for shown in _sheets(by, first, last, closed=True, at=at):
        sheet: Any = book.create_sheet(sheet_name(str(shown.name)))
        sheet.sheet_view.rightToLeft = (get_language() or "").startswith("ug")
        put(sheet.cell(1, 1), f"{_('司法鉴定统计')} {first.isoformat()} – {last.isoformat()}")
        sheet.cell(1, 1).font = Font(bold=True, size=13)
        heads = [shown.head, *(f"{f.name}（{f.unit}）" for f in shown.figures)]
        for column, head in enumerate(heads, 1):
            put(sheet.cell(3, column), str(head))
            sheet.cell(3, column).font, sheet.cell(3, column).alignment = Font(bold=True), Alignment(wrap_text=True)
            sheet.column_dimensions[get_column_letter(column)].width = 24 if column == 1 else 13
        for line, (key, name) in enumerate([*shown.rows, (TOTAL, _("合计"))], 4):
            put(sheet.cell(line, 1), str(name))
            for column, figure in enumerate(shown.figures, 2):
                cell = shown.cell(key, figure.code)
                if cell.hidden:
                    put(sheet.cell(line, column), "*")
                elif cell.value is not None:
                    sheet.cell(line, column).value = (
                        float(cell.value) if isinstance(cell.value, Decimal) else cell.value
                    )
        notes = [str(f"{f.name}：{f.why}") for f in shown.figures if f.why]
        notes.append(str(_("* 表示人数太少，或者能推算出太少的数，不对外显示。")))
        for line, text in enumerate(notes, len(shown.rows) + 6):
            put(sheet.cell(line, 1), text)
    out = io.BytesIO()
    book.save(out)
    return File(f"{_('司法鉴定统计')} {first.year}.xlsx", XLSX, out.getvalue())


bench(
    Bench(
        code="forensics.counts",
        label=_("司法鉴定统计"),
        help=_("从案件里数出来的，不用填报。对外的文件里，太少的数不显示。"),
        roles=SEEING,
        template="forensics/counts.html",
        show=show,
        group=_("司法鉴定管理"),
        files={"counts.xlsx": _excel},
    )
)
