"""The columns of the registry's sheets: what a cell may hold, read from what people type, written so that it comes back.

A column turns a raw cell (text, number, Excel date) into one canonical text, or says what is wrong with it. Canonical
texts are what a preview compares, what an export writes and what the forms of single entries hold: one rule, one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from open12348.kernel import numbers
from open12348.kernel.tables import BrokenCell, Formula, MergedCell
from open12348.kernel.workdays import TZ
from open12348.ui.fields import LenientDateField

#: The languages in which headings and values are recognised; the key itself is always one.
SPOKEN = ("zh-hans", "ug", "en")
Choices = Sequence[tuple[str, Any]]


class Bad(ValueError):
    """A cell that cannot be right; `message` says what is wrong and what would be right."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(message)


def plain(raw: Any) -> str:
    """What a cell says, as text without blanks around it. Errors: Bad for formulas, merged cells, lost digits."""
    if raw is None:
        return ""
    if isinstance(raw, MergedCell):
        raise Bad(_("这里是合并单元格。请取消合并，每一行都填上。"))
    if isinstance(raw, Formula):
        raise Bad(_("这里是公式。请改成公式算出的值（复制，选择性粘贴为数值）。"))
    if isinstance(raw, BrokenCell):
        raise Bad(_("这里是出错的公式（%(text)s）。请填实际的值。") % {"text": str(raw)})
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, int | float):
        if abs(raw) >= 1e15:
            raise Bad(_("Excel 把这个长号码当成了数字，最后几位可能变成了 0。请把这一列设为“文本”，再照原件重填。"))
        return str(int(raw)) if float(raw).is_integer() else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(sep=" ", timespec="seconds")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, time):
        return raw.strftime("%H:%M")
    said = str(raw).replace("\r\n", "\n").replace("\r", "\n").translate(numbers.BIDI)
    if ILLEGAL_CHARACTERS_RE.search(said):
        raise Bad(_("这里有看不见的控制字符，请删掉重写。"))
    return said.strip()


Reader = Callable[[Any], str]


@dataclass(frozen=True)
class Column:
    """One column: its key, heading and help in words, how a cell is read, and the values it takes where they are few."""

    key: str
    label: Any
    read: Reader
    help: Any = ""
    example: str = ""
    required: bool = False
    choices: Choices = ()
    many: bool = False
    wide: bool = False
    told: bool = False  # written on export only; what a file says here is not taken
    long: bool = False

    def show(self, canonical: str) -> str:
        """A canonical text as people read it: the words of its choices in the current language."""
        if not self.choices or not canonical:
            return canonical
        words = {key: str(label) for key, label in self.choices}
        if not self.many:
            return words.get(canonical, canonical)
        return listed(words.get(part, part) for part in canonical.split(" "))


def listed(parts: Iterable[str]) -> str:
    """Several words side by side, parted as the language of the page does it."""
    return {"ug": "، ", "en": ", "}.get((translation.get_language() or "")[:2], "、").join(parts)


def said(label: Any) -> set[str]:
    """A label in every language, folded for recognising it."""
    found = set()
    for language in SPOKEN:
        with translation.override(language):
            found.add(folded(str(label)))
    return found


def folded(text: str) -> str:
    """A heading or value for comparing: narrow, lower case, without blanks and without what stands in brackets."""
    text = re.sub(r"[(（][^()（）]*[)）]", "", numbers.plain(text)).casefold()
    return re.sub(r"[\s_\-*:：]", "", text)


# Readers


def text(most: int) -> Reader:
    """Words of at most so many letters."""

    def read(raw: Any) -> str:
        found = plain(raw)
        if len(found) > most:
            raise Bad(_("最多 %(most)s 个字，这里有 %(n)s 个。") % {"most": most, "n": len(found)})
        return found

    return read


def code(most: int, *, upper: bool = True) -> Reader:
    """A code: digits in any script, no blanks."""

    def read(raw: Any) -> str:
        found = re.sub(r"\s", "", numbers.plain(plain(raw)))
        found = found.upper() if upper else found
        if len(found) > most:
            raise Bad(_("编号最多 %(most)s 位，这里有 %(n)s 位。") % {"most": most, "n": len(found)})
        if found and not re.fullmatch(r"[\w.:/()〔〕号字第-]+", found):
            raise Bad(_("编号里有不能用的符号。"))
        return found

    return read


def division_code(raw: Any) -> str:
    """A division code: 6, 9 or 12 digits; filled up with zeros to 12."""
    found = re.sub(r"\s", "", numbers.plain(plain(raw)))
    if not found:
        return ""
    if not found.isascii() or not found.isdigit():
        raise Bad(_("区划代码只有数字，例如 653125 或 653125101200。"))
    if len(found) not in {6, 9, 12}:
        raise Bad(_("区划代码是 6、9 或 12 位数字，这里有 %(n)s 位。") % {"n": len(found)})
    return found.ljust(12, "0")


def whole(low: int, high: int) -> Reader:
    """A whole number between two bounds."""

    def read(raw: Any) -> str:
        found = re.sub(r"[\s,，]", "", numbers.plain(plain(raw)))
        if not found:
            return ""
        if not re.fullmatch(r"-?\d+", found):
            raise Bad(_("这里要写整数，例如 %(low)s。") % {"low": max(low, 1)})
        if not low <= int(found) <= high:
            raise Bad(_("这个数要在 %(low)s 到 %(high)s 之间。") % {"low": low, "high": high})
        return str(int(found))

    return read


def decimal(low: float, high: float) -> Reader:
    """A number between two bounds; comes back exactly as it is kept."""

    def read(raw: Any) -> str:
        found = re.sub(r"[\s,，]", "", numbers.plain(plain(raw)))
        if not found:
            return ""
        if not re.fullmatch(r"-?\d+(\.\d+)?([eE]-?\d+)?", found):
            raise Bad(_("这里要写数字，例如 39.47。"))
        if not low <= float(found) <= high:
            raise Bad(_("这个数要在 %(low)s 到 %(high)s 之间。") % {"low": low, "high": high})
        return of_decimal(float(found))

    return read


def of_decimal(value: float | None) -> str:
    """A number as text that reads back to the same number."""
    return "" if value is None else repr(value).removesuffix(".0")


def day(raw: Any) -> str:
    """A day in any usual spelling, as 2026-01-05."""
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    found = plain(raw)
    if not found:
        return ""
    try:
        value = LenientDateField().to_python(re.sub(r"[ T]00:00(:00)?$", "", found))
    except ValidationError as fault:
        raise Bad(" ".join(fault.messages)) from None
    if value is not None and not 1900 <= value.year <= 2100:
        raise Bad(_("年份要在 1900 到 2100 之间。"))
    return value.isoformat() if value else ""


def moment(raw: Any) -> str:
    """An instant, Beijing time: 2026-11-23 10:00; a day alone is its first minute."""
    if isinstance(raw, datetime):
        return of_moment(raw.replace(tzinfo=TZ))
    found = numbers.plain(plain(raw)).replace("/", "-").strip()
    if not found:
        return ""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?", found):
        try:
            on, at = re.split(r"[ T]", found)
            clock = [float(p) for p in at.split(":")]
            micro = round((clock[2] if len(clock) > 2 else 0) * 1_000_000)
            start = datetime.combine(date(*(int(p) for p in on.split("-"))), time(int(clock[0]), int(clock[1])), TZ)
            return of_moment(start.replace(second=micro // 1_000_000, microsecond=micro % 1_000_000))
        except ValueError:
            raise Bad(_("没有这个时间。请写成 2026-11-23 10:00。")) from None
    return of_moment(datetime.combine(date.fromisoformat(day(found)), time(), TZ))


def of_moment(value: datetime | None) -> str:
    """An instant as text that reads back to the same instant."""
    if value is None:
        return ""
    local = value.astimezone(TZ).replace(tzinfo=None)
    return local.isoformat(sep=" ", timespec="microseconds" if local.microsecond else "seconds" if local.second else "minutes")  # fmt: skip


def to_moment(canonical: str) -> datetime | None:
    """The instant of a canonical text."""
    return datetime.fromisoformat(canonical).replace(tzinfo=TZ) if canonical else None


def to_day(canonical: str) -> date | None:
    """The day of a canonical text."""
    return date.fromisoformat(canonical) if canonical else None


def phone(raw: Any) -> str:
    """A phone as it is kept: as it was typed when it can be right, so that 0998-12348 stays readable."""
    found = numbers.plain(plain(raw))
    if not found:
        return ""
    if re.fullmatch(r"0\d{2,3}-?(12348|12345|12338|12355)", found):
        return found  # a hotline dialled from elsewhere: area code and short number
    try:
        numbers.phone(found)
    except numbers.BadNumber as fault:
        raise Bad(fault.message) from None
    if len(found) > 30:
        raise Bad(_("电话只填一个号码。"))
    return found


def uscc(raw: Any) -> str:
    """A unified social credit code."""
    found = plain(raw)
    if not found:
        return ""
    try:
        return numbers.uscc(found)
    except numbers.BadNumber as fault:
        raise Bad(fault.message) from None


def one_of(choices: Choices, *, also: Choices = ()) -> Reader:
    """One of a few values, by its key or its words in any language. In: `also` other words for the same keys."""
    known: dict[str, str] = {}

    def read(raw: Any) -> str:
        found = plain(raw)
        if not found:
            return ""
        if not known:
            known.update({word: key for key, label in (*also, *choices) for word in {folded(key), *said(label)}})
        if folded(found) not in known:
            raise Bad(
                _("“%(text)s”不在可选的里面。可以填：%(choices)s。")
                % {"text": found[:40], "choices": listed(str(label) for _key, label in choices)}
            )
        return known[folded(found)]

    return read


def some_of(choices: Choices, *, also: Choices = ()) -> Reader:
    """Several of a few values, parted by commas or blanks."""
    one = one_of(choices, also=also)

    def read(raw: Any) -> str:
        found = plain(raw)
        parts = [p for p in re.split(r"[、,，;；،\n]+", found) if p.strip()]
        values: list[str] = []
        for part in parts:
            try:
                values.append(one(part))
            except Bad:
                if " " not in part.strip():
                    raise
                values += [one(p) for p in part.split()]  # keys parted by blanks
        return " ".join(dict.fromkeys(values))

    return read


def words(most: int, *, each: int = 30) -> Reader:
    """Some words of people's own choosing, parted by commas; kept parted by "、"."""

    def read(raw: Any) -> str:
        parts = [p.strip() for p in re.split(r"[、,，;；،\n]+", plain(raw)) if p.strip()]
        if len(parts) > most:
            raise Bad(_("最多 %(most)s 项，这里有 %(n)s 项。") % {"most": most, "n": len(parts)})
        if any(len(p) > each for p in parts):
            raise Bad(_("每一项最多 %(most)s 个字。") % {"most": each})
        return "、".join(dict.fromkeys(parts))

    return read


#: Yes and no; an empty cell means no where a column asks for one of them.
YES_NO: Choices = (("yes", _("是")), ("no", _("否")))


def yes_no(default: str) -> Reader:
    """Yes or no, in any usual spelling."""
    read_one = one_of(YES_NO)
    usual = {"1": "yes", "0": "no", "y": "yes", "n": "no", "true": "yes", "false": "no", "√": "yes", "×": "no"}

    def read(raw: Any) -> str:
        found = plain(raw)
        return usual.get(folded(found)) or read_one(found) or default

    return read


# Opening hours in one cell: 05-01~09-30 1-5 09:30-13:30 16:00-20:00; 10-01~04-30 1-5 10:00-14:00

Stretch = tuple[str, str, int, str, str, str]  # season from, to, weekday, opens, closes, sure

_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_HOURS_EXAMPLE = "05-01~09-30 1-5 09:30-13:30 16:00-20:00"


def hours(raw: Any) -> str:
    """Opening hours by season, in their canonical spelling."""
    return of_hours(to_hours(plain(raw)))


def to_hours(canonical: str) -> list[Stretch]:
    """The stretches a text of opening hours names. Errors: Bad."""
    found: set[Stretch] = set()
    text_ = numbers.plain(canonical).replace("至", "-").replace("到", "-").replace("–", "-").replace("—", "-")
    text_ = text_.replace("～", "~").replace("：", ":")
    text_ = re.sub(r"(?:星期|周|礼拜)([一二三四五六日天])", lambda m: str(_DAYS[m[1]]), text_)
    text_ = re.sub(r"每天|天天", "1-7", text_)
    text_ = re.sub(r"(\d{1,2})月(\d{1,2})日?", lambda m: f"{int(m[1]):02d}-{int(m[2]):02d}", text_)
    text_ = re.sub(r"(\d\d-\d\d)\s*[-~]\s*(\d\d-\d\d)", r"\1~\2", text_)
    for part in re.split(r"[;；\n]+", text_):
        if not part.strip():
            continue
        season, days, spans, sure = ("01-01", "12-31"), "", [], ""
        for token in re.split(r"[\s,，、]+", part.strip()):
            if re.fullmatch(r"\[[^\]]{1,20}\]", token):
                sure = token[1:-1]
            elif m := re.fullmatch(r"(\d\d-\d\d)~(\d\d-\d\d)", token):
                season = (m[1], m[2])
            elif re.fullmatch(r"[1-7](-[1-7])?", token):
                days += token + " "
            elif m := re.fullmatch(r"(\d{1,2}):(\d{2})[-~](\d{1,2}):(\d{2})", token):
                spans.append((f"{int(m[1]):02d}:{m[2]}", f"{int(m[3]):02d}:{m[4]}"))
            else:
                raise Bad(
                    _("“%(text)s”看不懂。请照这样写：%(example)s。") % {"text": token[:40], "example": _HOURS_EXAMPLE}
                )
        if not days or not spans:
            raise Bad(_("每一段要写星期几和时间，例如 %(example)s。") % {"example": _HOURS_EXAMPLE})
        for month_day in season:
            try:
                date(2024, int(month_day[:2]), int(month_day[3:]))
            except ValueError:
                raise Bad(_("没有 %(text)s 这一天。") % {"text": month_day}) from None
        for opens, closes in spans:
            for clock in (opens, closes):
                if not (int(clock[:2]) < 24 and int(clock[3:]) < 60):
                    raise Bad(_("没有 %(text)s 这个时间。") % {"text": clock})
            if opens >= closes:
                raise Bad(_("%(a)s 不早于 %(b)s，请核对开门和关门的时间。") % {"a": opens, "b": closes})
        for token in days.split():
            first, last = int(token[0]), int(token[-1])
            for weekday in range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)]:
                found |= {(*season, weekday, opens, closes, sure) for opens, closes in spans}
    ordered = sorted(found)
    for a, b in pairwise(ordered):
        if a[:3] == b[:3] and b[3] < a[4]:
            raise Bad(_("同一天的两段时间重叠：%(a)s 和 %(b)s。") % {"a": f"{a[3]}-{a[4]}", "b": f"{b[3]}-{b[4]}"})
    return ordered


def of_hours(stretches: Sequence[Stretch]) -> str:
    """The canonical spelling of opening hours: seasons in order, days with the same hours together."""
    seasons: dict[tuple[str, str, str], dict[int, list[str]]] = {}
    for start, end, weekday, opens, closes, sure in sorted(stretches):
        seasons.setdefault((start, end, sure), {}).setdefault(weekday, []).append(f"{opens}-{closes}")
    parts = []
    for (start, end, sure), days in sorted(seasons.items()):
        groups: list[tuple[int, int, list[str]]] = []
        for weekday in sorted(days):
            if groups and groups[-1][1] == weekday - 1 and groups[-1][2] == days[weekday]:
                groups[-1] = (groups[-1][0], weekday, days[weekday])
            else:
                groups.append((weekday, weekday, days[weekday]))
        for first, last, spans in groups:
            words_ = [] if (start, end) == ("01-01", "12-31") else [f"{start}~{end}"]
            words_.append(str(first) if first == last else f"{first}-{last}")
            parts.append(" ".join([*words_, *spans, *([f"[{sure}]"] if sure else [])]))
    return "; ".join(parts)


def items(raw: Any) -> str:
    """Codes of items of the published list, parted by blanks or commas."""
    parts = [p for p in re.split(r"[\s、,，;；]+", numbers.plain(plain(raw)).upper()) if p]
    return " ".join(sorted(set(parts)))
