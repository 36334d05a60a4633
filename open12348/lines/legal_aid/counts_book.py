"""The statistics as one Excel file in the ministry's manner: a sheet for each table, merged heads, units, and who signs for it.

Numbers are written as numbers; nothing in the file is reckoned by it. What cannot be said is empty with its reason below
the table, a hidden number is *. The columns that the ministry has for ethnic groups are there and empty: they are not kept.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from open12348.kernel.access import Actor
from open12348.kernel.tables import put, sheet_name
from open12348.kernel.workdays import legal_day

from . import counting, counts
from .counting import Cell, Table
from .counts import Figure, Section

_LINE = Side(style="thin", color="FF808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="FFE4EFEC")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_START = Alignment(horizontal="general", vertical="top", wrap_text=True)
#: Figures of a sheet side by side before the next block begins below.
ACROSS = 16
#: The columns for ethnic groups in the ministry's sheet of recipients.
ETHNIC = 2


def workbook(shown: Table, sections: Sequence[Section], *, by: Actor, at: datetime, office: str) -> bytes:
    """The file. In: `office` who reports."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, section in enumerate(sections, 1):
        sheet: Any = book.create_sheet(sheet_name(f"{number} {section.name}"))
        sheet.sheet_view.rightToLeft = (get_language() or "").startswith("ug")
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        _sheet(sheet, shown, section, by=by, at=at, office=office)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Any, shown: Table, section: Section, *, by: Actor, at: datetime, office: str) -> None:
    figures = counts.in_section(section.code)
    blocks = [figures[i : i + ACROSS] for i in range(0, len(figures), ACROSS)]
    ethnic = section.code == "people"
    width = 1 + max(len(b) for b in blocks) + (ETHNIC if ethnic else 0)
    _across(sheet, 1, width, _("法律援助统计表：%(name)s") % {"name": section.name}, Font(bold=True, size=14), _MIDDLE)
    _across(sheet, 2, width, _("填报单位：%(office)s") % {"office": office})
    period = shown.period
    _across(
        sheet,
        3,
        width,
        _("统计期间：%(first)s 至 %(last)s") % {"first": period.first.isoformat(), "last": period.last.isoformat()},
    )
    row = 5
    reasons: dict[str, Any] = {}
    for n, block in enumerate(blocks):
        row = _block(sheet, row, shown, block, ETHNIC if ethnic and n == len(blocks) - 1 else 0, reasons) + 1
    notes = [str(section.note)] if section.note else []
    notes += [_("%(name)s：%(why)s。") % {"name": name, "why": why} for name, why in reasons.items()]
    if ethnic:
        notes.append(_("民族各栏不登记、不统计，所以是空的（个人信息保护法第六条、第二十八条）。"))
    if any(c.hidden for c in shown.cells.values()):
        notes.append(_("* 表示人数太少，或者能推算出太少的数，不对外显示。"))
    for code, report in shown.reports.items():
        told = _("%(county)s：%(day)s 上报，第 %(version)s 版，%(maker)s 填报，%(checker)s，校验码 %(digest)s") % {
            "county": shown.names[code], "day": legal_day(report.reported_at).isoformat(), "version": report.version,
            "maker": report.reported_by.name, "digest": report.digest[:16],
            "checker": _("%(name)s 审核") % {"name": report.checked_by.name} if report.checked_by else _("还没有审核"),
        }  # fmt: skip
        notes.append(told)
    for text in notes:
        _across(sheet, row, width, text, alignment=_START)
        row += 1
    row += 1
    third = max(1, width // 3)
    signs = [_("单位负责人：　　　　　　"), _("审核人：　　　　　　"), _("填表人：%(name)s") % {"name": by.name}]
    for i, text in enumerate(signs):
        put(sheet.cell(row, 1 + i * third), text)
    put(sheet.cell(row + 1, 1), _("填表日期：%(day)s") % {"day": legal_day(at).isoformat()})
    put(sheet.cell(row + 1, 1 + third), _("（单位盖章）"))
    sheet.column_dimensions["A"].width = 22
    for column in range(2, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 13


def _block(sheet: Any, row: int, shown: Table, figures: list[Figure], ethnic: int, reasons: dict[str, Any]) -> int:
    """A table of some figures: heads merged over what belongs together, units below. Out: the first free row."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row + 2, end_column=1)
    _write(sheet, row, 1, _("县（市）"), head=True)
    column = 2
    while column < len(figures) + 2:
        f = figures[column - 2]
        until = column
        while f.head and until - 1 < len(figures) and str(figures[until - 1].head) == str(f.head):
            until += 1
        if f.head:
            sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=until)
            _write(sheet, row, column, f.head, head=True)
        for at in range(column, until + 1):
            g = figures[at - 2]
            _write(sheet, row + 1 if f.head else row, at, g.name, head=True)
            if not f.head:
                sheet.merge_cells(start_row=row, start_column=at, end_row=row + 1, end_column=at)
            _write(sheet, row + 2, at, g.unit, head=True)
        column = until + 1
    if ethnic:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + ethnic - 1)
        _write(sheet, row, column, _("其中：民族"), head=True)
        for at, name in enumerate((_("少数民族"), _("汉族")), column):
            _write(sheet, row + 1, at, name, head=True)
            _write(sheet, row + 2, at, counts.PERSONS, head=True)
    row += 3
    for place in [c for c in shown.columns if c != counting.TOTAL] + [c for c in shown.columns if c == counting.TOTAL]:
        _write(sheet, row, 1, shown.names[place])
        for at, f in enumerate(figures, 2):
            _number(sheet, row, at, shown.cell(f.code, place))
            cell = shown.cell(f.code, place)
            if cell.value is None and cell.why:
                reasons.setdefault(str(f.name), cell.why)
        for at in range(len(figures) + 2, len(figures) + 2 + ethnic):
            sheet.cell(row, at).border = _BOX
        row += 1
    return row


def _number(sheet: Any, row: int, column: int, cell: Cell) -> None:
    target = sheet.cell(row, column)
    target.border = _BOX
    if cell.hidden:
        put(target, "*")
        target.alignment = Alignment(horizontal="right")
    elif cell.value is not None:
        whole = cell.value == cell.value.to_integral_value()
        target.value = int(cell.value) if whole else float(cell.value.quantize(Decimal("0.01")))
        target.number_format = "0" if whole else "0.00"


def _write(sheet: Any, row: int, column: int, text: Any, *, head: bool = False) -> None:
    cell = sheet.cell(row, column)
    put(cell, str(text))
    cell.border = _BOX
    if head:
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, _MIDDLE


def _across(sheet: Any, row: int, width: int, text: str, font: Font | None = None, alignment: Alignment = _START) -> None:  # fmt: skip
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    cell = sheet.cell(row, 1)
    put(cell, text)
    cell.alignment = alignment
    if font is not None:
        cell.font = font
