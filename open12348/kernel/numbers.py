"""Numbers that people read, say and mistype: case codes, identity numbers, credit codes, phones."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum import exceptions as stdnum_exceptions
from stdnum.cn import uscc as stdnum_uscc

#: Marks that steer the direction of text; invisible, and never part of a number or a name.
BIDI = dict.fromkeys([0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


class BadNumber(ValueError):
    """A number that cannot be right. `message` says what is wrong and what would be right."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(message)


def plain(text: str) -> str:
    """Full-width, Arabic-Indic and Persian digits as ASCII digits, direction marks removed, full-width letters narrowed."""
    text = unicodedata.normalize("NFKC", text or "").translate(BIDI)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)


def _bare(text: str) -> str:
    """Without what people and keyboards put between digits: spaces, dashes of every kind, dots, joiners."""
    return re.sub(r"[\s\-‐-―−·•.,_/ـ\u00ad\u200c\u200d\u2060]", "", plain(text))


# Case code: RRRR BB YY SSSSSS KK (domain/b 8.6), check digits ISO/IEC 7064 MOD 97-10


def check_code(payload: str) -> str:
    """The two check digits of a string of digits. '31250226000123' -> '64'."""
    return f"{98 - int(payload) * 100 % 97:02d}"


class UsedUp(OverflowError):
    """An office has given out all its codes for a year; `message` says so to whoever must act."""

    def __init__(self, office: str, business: str, year: int) -> None:
        self.message = _(
            "%(office)s 的 %(business)s 类编号今年（%(year)s）已用完 999999 个，不能再受理。请立即告诉管理员：本系统要为这个单位另开编号。"
        ) % {"office": office, "business": business, "year": year}
        super().__init__(self.message)


def make_code(office: str, business: str, year: int, serial: int) -> str:
    """A case code of 16 digits from office (4 digits), business (2), year, serial (1 to 999999). Errors: UsedUp."""
    if serial > 999_999:
        raise UsedUp(office, business, year)
    if not (re.fullmatch(r"\d{4}", office) and re.fullmatch(r"\d{2}", business) and serial > 0):
        raise ValueError(f"no code from {office!r}, {business!r}, {serial!r}")
    payload = f"{office}{business}{year % 100:02d}{serial:06d}"
    return payload + check_code(payload)


def parse_code(text: str) -> str:
    """The 16 digits of a typed or read-out case code. Errors: BadNumber that says what is wrong; never corrected silently."""
    bare = _bare(text)
    if not bare:
        raise BadNumber(_("请填写 16 位编号，例如 3125-0226-0001-2364。"))
    if len(bare) == 18 and _is_citizen_id(bare):
        raise BadNumber(_("这像是身份证号，不是办事编号。编号是 16 位数字，例如 3125-0226-0001-2364。"))
    if not bare.isdigit():
        raise BadNumber(_("编号只有数字，例如 3125-0226-0001-2364。"))
    if len(bare) == 11 and bare.startswith("1"):
        raise BadNumber(_("这像是手机号，不是办事编号。编号是 16 位数字。"))
    if len(bare) != 16:
        raise BadNumber(_("编号是 16 位数字，您填了 %(n)s 位。") % {"n": len(bare)})
    if int(bare) % 97 != 1:
        raise BadNumber(_("编号的校验位不对，可能有一位听错或抄错。请四位一组再核对一遍。"))
    return bare


def row(text: Any) -> int | None:
    """The number of a row as a form or an address carries it; None for anything that no row can have."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def group(code: str) -> str:
    """A code in groups of four, as it is printed and read out."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


#: How digits are said on the telephone: 1 as 幺, so that it is not heard as 7.
_SPOKEN = {
    "zh": ("零", "幺", "二", "三", "四", "五", "六", "七", "八", "九"),
    "ug": ("نۆل", "بىر", "ئىككى", "ئۈچ", "تۆت", "بەش", "ئالتە", "يەتتە", "سەككىز", "توققۇز"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}


def spoken(code: str, language: str = "zh") -> str:
    """A code as it is read out, group by group: 三幺二五，零二二六，零零零幺，二三六四."""
    lang = language[:2] if language[:2] in _SPOKEN else "zh"
    words, between, pause = _SPOKEN[lang], "" if lang == "zh" else " ", "，" if lang == "zh" else ("، " if lang == "ug" else ", ")  # fmt: skip
    groups = [code[i : i + 4] for i in range(0, len(code), 4)]
    return pause.join(between.join(words[int(d)] for d in part) for part in groups)


def next_serial(scope: str) -> int:
    """The next number of a series, without gaps: the row stays locked until the caller's transaction ends."""
    from django.db import connection

    with connection.cursor() as sql:
        sql.execute(
            "INSERT INTO kernel_counter (scope, value) VALUES (%s, 1) "
            "ON CONFLICT (scope) DO UPDATE SET value = kernel_counter.value + 1 RETURNING value",
            [scope],
        )
        return int(sql.fetchone()[0])


# Identity

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_citizen_id(bare: str) -> bool:
    """True for 18 places whose check digit (ISO 7064 MOD 11-2) is right."""
    bare = bare.upper()
    return bool(re.fullmatch(r"\d{17}[\dX]", bare)) and (
        "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, bare, strict=False)) % 11] == bare[17]
    )


def citizen_id(text: str) -> str:
    """A citizen identity number (GB 11643), lower-case x and odd digits mended. Errors: BadNumber.

    The first six digits are not checked against today's table of divisions: old codes stay valid.
    """
    bare = _bare(text).upper().replace("Х", "X")  # the Cyrillic letter looks the same
    if not bare:
        raise BadNumber(_("请填写 18 位身份证号。"))
    if len(bare) == 15 and bare.isdigit():
        raise BadNumber(_("这是 15 位的旧身份证号，请填现在的 18 位号码。"))
    if len(bare) == 16 and bare.isdigit() and int(bare) % 97 == 1:
        raise BadNumber(_("这像是办事编号，不是身份证号。"))
    if re.fullmatch(r"1[3-9]\d{9}", bare):
        raise BadNumber(_("这像是手机号，不是身份证号。身份证号是 18 位。"))
    if len(bare) != 18:
        raise BadNumber(_("身份证号是 18 位，您填了 %(n)s 位。") % {"n": len(bare)})
    if not re.fullmatch(r"\d{17}[\dX]", bare):
        raise BadNumber(_("身份证号是 17 位数字加一位数字或 X。"))
    if not _is_citizen_id(bare):
        raise BadNumber(_("身份证号的最后一位对不上，请再核对一遍。"))
    try:
        born = date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    except ValueError:
        raise BadNumber(_("身份证号里的出生日期不对，请再核对一遍。")) from None
    from django.utils import timezone

    today = timezone.localdate()
    if born > today:
        raise BadNumber(_("身份证号里的出生日期在今天以后，请再核对一遍。"))
    if today.year - born.year > 130:
        raise BadNumber(_("身份证号里的出生日期太早，请再核对一遍。"))
    return bare


def uscc(text: str) -> str:
    """A unified social credit code (GB 32100). Errors: BadNumber."""
    bare = _bare(text).upper()
    if not bare:
        raise BadNumber(_("请填写 18 位统一社会信用代码。"))
    if len(bare) != 18:
        raise BadNumber(_("统一社会信用代码是 18 位，您填了 %(n)s 位。") % {"n": len(bare)})
    if wrong := re.search(r"[^0-9A-HJ-NP-RTUW-Y]", bare):
        raise BadNumber(
            _("统一社会信用代码里没有“%(sign)s”：不用字母 I、O、S、V、Z，常见的是把 1、0、5 看成字母。")
            % {"sign": wrong.group()}
        )
    try:
        return str(stdnum_uscc.validate(bare))
    except stdnum_exceptions.ValidationError:
        if _is_citizen_id(bare):
            raise BadNumber(_("这像是身份证号，不是统一社会信用代码。")) from None
        raise BadNumber(_("统一社会信用代码的校验位不对，请再核对一遍。")) from None


# Phones

_SHORT = re.compile(r"110|119|120|122|1[02]\d{3}|9[56]\d{3,4}")  # police, fire, first aid; 12348; 95598, 96xxx
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d{2})")


def phone(text: str) -> str:
    """A phone number as it is dialled within the country: mobile, landline with area code, or a public number.

    0998-12348 (a public number of another prefecture) and 400 numbers are taken too. Errors: BadNumber that says what is
    wrong and what would be right.
    """
    typed = plain(text).strip()
    if len(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", typed)) > 1:
        raise BadNumber(_("一栏只填一个号码，另一个请写在“联系您时要注意什么”里。"))
    bare = re.sub(r"[()（）]", "", _bare(typed))
    abroad = bare.startswith(("+", "00"))
    bare = re.sub(r"^(\+|00)", "", bare)
    if abroad or re.fullmatch(r"86(1[3-9]\d{9}|0\d{10,11})", bare):
        if not bare.startswith("86"):
            raise BadNumber(_("这里只能填国内号码，例如 13800000000。国外的号码请写在“联系您时要注意什么”里。"))
        bare = bare[2:]
        if not bare.startswith(("0", "1", "400", "800")):
            bare = "0" + bare  # +86 998 2820000: the zero of the area code is left out from abroad
    if not bare:
        raise BadNumber(_("请填写电话号码，例如 13800000000。"))
    if not bare.isdigit():
        raise BadNumber(_("电话号码只有数字，例如 13800000000 或 0998-2820000。"))
    if _SHORT.fullmatch(bare) or re.fullmatch(r"[48]00\d{7}", bare):
        return bare
    if bare.startswith("0"):
        area = _AREA.match(bare)
        rest = bare[area.end() :] if area else ""
        if area and (re.fullmatch(r"[2-8]\d{6,7}", rest) or re.fullmatch(r"1[02]\d{3}", rest)):
            return bare
        raise BadNumber(_("座机号码是区号加 7 或 8 位号码，例如 0998-2820000，您填了 %(n)s 位。") % {"n": len(bare)})
    if bare.startswith("1"):
        if len(bare) == 18 and _is_citizen_id(bare):
            raise BadNumber(_("这像是身份证号，不是电话号码。"))
        if len(bare) != 11:
            raise BadNumber(_("手机号是 11 位数字，您填了 %(n)s 位。") % {"n": len(bare)})
        if bare[1] not in "3456789":
            raise BadNumber(_("手机号的第二位不对，请再核对一遍。"))
        return bare
    if len(bare) == 18 and _is_citizen_id(bare):
        raise BadNumber(_("这像是身份证号，不是电话号码。"))
    if len(bare) == 16 and int(bare) % 97 == 1:
        raise BadNumber(_("这像是办事编号，不是电话号码。"))
    raise BadNumber(_("座机号码要带区号，例如 0998-2820000；手机号是 11 位数字。"))


def last4(text: str) -> str:
    """Four digits, however they were typed. Errors: BadNumber."""
    bare = _bare(text)
    if not re.fullmatch(r"\d{4}", bare):
        raise BadNumber(_("请填手机号的最后四位数字。"))
    return bare
