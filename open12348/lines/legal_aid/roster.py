"""A roster as people paste it: one person a line, name, number, phone, amount in any order and with any separator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from open12348.kernel import numbers

MOST = 300
_SPLIT = re.compile(r"[\t,，;；、|]+|\s{1,}")
_HEAD = ("姓名", "序号", "name", "ئىسمى")


@dataclass(frozen=True)
class Row:
    """One person of a group claim as typed."""

    line: int
    name: str
    id_number: str = ""
    phone: str = ""
    amount: Decimal | None = None


def read_roster(text: str) -> tuple[list[Row], list[str]]:
    """The people of a pasted list, and what is wrong with it, each with its line.

    A name may hold spaces and "·" when the parts are set apart by tabs or commas. The same identity number twice is said.
    """
    rows: list[Row] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    lines = [line for line in text.replace("\r", "\n").split("\n")]
    for at, raw in enumerate(lines, 1):
        flat = re.sub(r"^\d{1,3}[.、)]\s*(?=\D)", "", numbers.plain(raw).strip())
        if not flat or flat.lower().startswith(_HEAD):
            continue
        row, fault = _one(at, flat)
        if row is None:
            wrong.append(fault)
            continue
        if fault:
            wrong.append(fault)
        if row.id_number and row.id_number in seen:
            wrong.append(_("第 %(n)s 行和第 %(m)s 行身份证号一样。") % {"n": at, "m": seen[row.id_number]})
            continue
        if row.id_number:
            seen[row.id_number] = at
        rows.append(row)
    if len(rows) > MOST:
        wrong.append(_("一次最多 %(n)s 人，请分开登记。") % {"n": MOST})
    return rows, wrong


def _one(at: int, flat: str) -> tuple[Row | None, str]:
    hard = "\t" in flat or re.search(r"[,，;；|]", flat)
    parts = [p.strip() for p in (re.split(r"[\t,，;；|]+", flat) if hard else _SPLIT.split(flat)) if p.strip()]
    if parts and re.fullmatch(r"\d{1,3}[.、)]?", parts[0]) and len(parts) > 1:
        parts = parts[1:]  # a running number
    name: list[str] = []
    number = phone = fault = ""
    amount: Decimal | None = None
    for part in parts:
        bare = part.replace(" ", "")
        if re.fullmatch(r"\d{17}[\dXx]", bare):
            try:
                number = numbers.citizen_id(bare)
            except numbers.BadNumber as wrong:
                fault = _("第 %(n)s 行：%(why)s") % {"n": at, "why": wrong.message}
        elif re.fullmatch(r"1\d{10}", bare) or re.fullmatch(r"0\d{2,3}-?\d{7,8}", bare):
            phone = bare
        elif re.fullmatch(r"[¥￥]?\d+(\.\d{1,2})?(元)?", bare) and len(bare) <= 13:
            try:
                amount = Decimal(re.sub(r"[¥￥元]", "", bare))
            except InvalidOperation:
                fault = _("第 %(n)s 行：金额“%(what)s”看不懂。") % {"n": at, "what": part}
        elif re.search(r"\d{12,}", bare):
            fault = _("第 %(n)s 行：号码“%(what)s”既不是身份证号也不是手机号。") % {"n": at, "what": part}
        else:
            name.append(part)
    said = " ".join(name).strip(" ·")
    if not said:
        return None, _("第 %(n)s 行：没有姓名。") % {"n": at}
    return Row(at, said[:120], number, phone, amount), fault


def as_text(rows: list[Any]) -> str:
    """The roster as text again, one line each."""
    return "\n".join(
        "\t".join([r.name, r.id_number, r.phone, str(r.amount if r.amount is not None else "")]) for r in rows
    )
