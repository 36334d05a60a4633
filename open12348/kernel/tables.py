"""Tables in files: Excel (.xlsx) and CSV, read as people save them, written so that no cell can run as a formula.

Knows nothing of what the columns mean. Every cell keeps what the file says it is, so that the reader of a column can
explain what is wrong with it: a number that lost digits, a formula, one of several merged cells.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from django.utils.translation import gettext_lazy as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
#: What a file may unpack to; more is a mistake or an attack.
MOST_UNPACKED = 400 * 1024 * 1024
#: Empty rows are counted too: a sheet formatted down to its last row would be read for minutes.
MOST_LINES = 200_000

#: With these a spreadsheet program takes a cell for something to reckon. A leading ' says that it is text.
RISKY = ("=", "+", "-", "@", "\t", "\r", "'")


class Unreadable(ValueError):
    """A file that cannot be read as a table; `message` says why and what would do."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(message)


class Formula(str):
    """A cell that holds a formula instead of a value."""


class BrokenCell(str):
    """A cell that holds an error (#N/A, #REF!)."""


class MergedCell(str):
    """A cell that was merged with others: its value stands for several rows or columns, which is a guess."""


@dataclass(frozen=True)
class Table:
    """The rows of a file that hold something, each with its line number, as the file's author sees it."""

    rows: list[tuple[int, list[Any]]] = field(default_factory=list)


def read(content: bytes) -> Table:
    """Read a file by its content, whatever its name says. Errors: Unreadable."""
    if not content:
        raise Unreadable(_("文件是空的，请重新选择。"))
    if len(content) > MOST_BYTES:
        raise Unreadable(_("文件超过 20 MB，请分成几份再导入。"))
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧式的 .xls 文件，或者设了打开密码。请在 Excel 里另存为 .xlsx（不设密码）再导入。"))
    return _read_csv(content)


def _kept(rows: Iterable[tuple[int, list[Any]]]) -> Table:
    found: list[tuple[int, list[Any]]] = []
    for number, cells in rows:
        if number > MOST_LINES:
            raise Unreadable(_("表格里有大量空行。请删除数据下面的空行再导入。"))
        while cells and (cells[-1] is None or (type(cells[-1]) is str and not cells[-1].strip())):
            cells.pop()
        if not cells:
            continue
        found.append((number, cells))
        if len(found) > MOST_ROWS + 20:
            raise Unreadable(_("一次最多 10 万行，请分成几份再导入。"))
    return Table(found)


# CSV


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("看不懂这个文件的编码。请另存为 .xlsx，或者 UTF-8 编码的 CSV。"))


def _read_csv(content: bytes) -> Table:
    try:
        text = _decoded(content)
    except UnicodeDecodeError:
        raise Unreadable(_("看不懂这个文件的编码。请另存为 .xlsx，或者 UTF-8 编码的 CSV。")) from None
    if "\x00" in text:
        raise Unreadable(_("这不是表格文件。请用 .xlsx 或 CSV。"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = max((",", "\t", ";"), key=first.count)
    csv.field_size_limit(1_000_000)
    try:
        return _kept(
            (number, [_unguarded(cell) for cell in row])
            for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=between), 1)
        )
    except csv.Error:
        raise Unreadable(_("CSV 文件的格式不对（引号没有成对？）。请另存为 .xlsx 再导入。")) from None


def guarded(text: str) -> str:
    """A text as it may stand in a CSV file that a spreadsheet program opens."""
    return "'" + text if text.startswith(RISKY) else text


def _unguarded(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in RISKY and len(text) > 1 else text


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[str]], *, encoding: str = "utf-8-sig") -> bytes:
    """A CSV file. In: `encoding` utf-8-sig (Excel knows it by its mark) or gb18030."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(h) for h in headings])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode(encoding)


# Excel


def _read_xlsx(content: bytes) -> Table:
    broken = Unreadable(_("打不开这个 Excel 文件，可能没有存完整。请重新另存为 .xlsx 再导入。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("文件解开后太大，请分成几份再导入。"))
            for part in packed.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as source:
                        head = source.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise broken
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
                if sheet is None:
                    raise Unreadable(_("这个 Excel 文件里没有工作表。"))
                merged = _merged(packed, str(getattr(sheet, "_worksheet_path", "")))
                sheet.reset_dimensions()
                return _kept(_xlsx_rows(sheet, merged))
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception:  # openpyxl raises whatever a damaged part makes it stumble over
        raise broken from None


def _merged(packed: zipfile.ZipFile, part: str) -> set[tuple[int, int]]:
    """Row and column of every cell that belongs to a merged range."""
    if part.lstrip("/") not in packed.namelist():
        return set()
    found: set[tuple[int, int]] = set()
    for area in re.findall(rb'<mergeCell[^>]*\bref="([A-Z0-9:]+)"', packed.read(part.lstrip("/"))):
        left, top, right, bottom = range_boundaries(area.decode())
        if None in (left, top, right, bottom) or (right - left + 1) * (bottom - top + 1) > 100_000:
            raise Unreadable(_("表格里有很大的合并单元格，请取消合并再导入。"))
        found |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return found


def _xlsx_rows(sheet: Any, merged: set[tuple[int, int]]) -> Iterable[tuple[int, list[Any]]]:
    widest: dict[int, int] = {}
    for line, column in merged:
        widest[line] = max(column, widest.get(line, 0))
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells: list[Any] = []
        for column, cell in enumerate(row, 1):
            value: Any = cell.value
            kind = getattr(cell, "data_type", "n")
            if (number, column) in merged:
                value = MergedCell("" if value is None else value)
            elif kind == "f":
                value = Formula(value if isinstance(value, str) else "=")
            elif kind == "e":
                value = BrokenCell(value)
            cells.append(value)
        # Cells that were merged away are not in the file at all.
        cells += [
            MergedCell("") if (number, column) in merged else None
            for column in range(len(cells) + 1, widest.get(number, 0) + 1)
        ]
        yield number, cells


@dataclass(frozen=True)
class Heading:
    """A column of a written sheet: its heading, and the values it takes where there are few."""

    title: str
    choices: tuple[str, ...] = ()
    width: int = 16
    note: str = ""


_HEAD = PatternFill("solid", fgColor="FFE4EFEC")
_WRONG = PatternFill("solid", fgColor="FFFAE5E0")


def to_xlsx(
    title: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[str]],
    *,
    notes: Sequence[Sequence[str]] = (),
    notes_title: str = "i",
    right_to_left: bool = False,
    wrong: Mapping[int, frozenset[int]] | None = None,
    spare: int = 500,
) -> bytes:
    """An Excel file: every cell text (nothing is reckoned, no digit lost), drop-down lists, a second sheet of notes.

    In: `wrong` marks cells by row and column, counted from 0; `spare` empty rows below get the drop-down lists too.
    """
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = sheet_name(title)
    sheet.sheet_view.rightToLeft = right_to_left
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    for column, heading in enumerate(headings, 1):
        cell = sheet.cell(1, column)
        put(cell, heading.title)
        cell.font, cell.fill = bold, _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = heading.width
        sheet.column_dimensions[letter].number_format = "@"
    last = 1
    for last, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(last, column)
                put(cell, text)
                if wrong and column - 1 in wrong.get(last - 2, frozenset()):
                    cell.fill = _WRONG
            elif wrong and column - 1 in wrong.get(last - 2, frozenset()):
                sheet.cell(last, column).fill = _WRONG
    for column, heading in enumerate(headings, 1):
        formula = '"' + ",".join(heading.choices) + '"'
        if heading.choices and len(formula) <= 255 and not any("," in c or '"' in c for c in heading.choices):
            letter = get_column_letter(column)
            # Only a help: a value from elsewhere is read too and judged by the same rules.
            rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
            rule.add(f"{letter}2:{letter}{last + spare}")
            sheet.add_data_validation(rule)
    if notes:
        told: Any = book.create_sheet(sheet_name(notes_title))
        told.sheet_view.rightToLeft = right_to_left
        for number, row in enumerate(notes, 1):
            for column, text in enumerate(row, 1):
                cell = told.cell(number, column)
                put(cell, text)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 1:
                    cell.font, cell.fill = bold, _HEAD
        for letter, width in zip("ABCD", (24, 16, 56, 40), strict=False):
            told.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_name(text: str) -> str:
    """A name as a sheet may have it."""
    return re.sub(r"[\[\]:*?/\\]", " ", text)[:31]


def put(cell: Any, text: str) -> None:
    """Write a text into a cell as text: never a formula, never a number that a spreadsheet program makes of it."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32767]
    if text.startswith(RISKY):
        cell.data_type = "s"  # openpyxl takes "=…" for a formula
        cell.quotePrefix = True
    cell.number_format = "@"
