"""Numbers that people read, say and mistype: case codes, identity numbers, credit codes, phones."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum import exceptions as stdnum_exceptions
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

#: Marks that steer the direction of text; invisible, and never part of a number or a name.
BIDI = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


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
    return re.sub(r"[\s\-‐-―·.,_/]", "", plain(text))


# Case code: RRRR BB YY SSSSSS KK (domain/b 8.6), check digits ISO/IEC 7064 MOD 97-10


def check_code(payload: str) -> str:
    """The two check digits of a string of digits. '31250226000123' -> '64'."""
    return f"{98 - int(payload) * 100 % 97:02d}"


def make_code(office: str, business: str, year: int, serial: int) -> str:
    """A case code of 16 digits from office (4 digits), business (2), year, serial (up to 6 digits)."""
    if serial > 999_999:
        raise OverflowError("the office has used up its serials for this year")
    payload = f"{office}{business}{year % 100:02d}{serial:06d}"
    return payload + check_code(payload)


def parse_code(text: str) -> str:
    """The 16 digits of a typed or read-out case code. Errors: BadNumber that says what is wrong; never corrected silently."""
    bare = _bare(text)
    if not bare:
        raise BadNumber(_("请填写 16 位编号，例如 3125-0226-0001-2364。"))
    if len(bare) == 18 and ric.is_valid(bare.upper()):
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


def group(code: str) -> str:
    """A code in groups of four, as it is printed and read out."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


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


def citizen_id(text: str) -> str:
    """A citizen identity number (GB 11643), lower-case x and odd digits mended. Errors: BadNumber.

    The first six digits are not checked against today's table of divisions: old codes stay valid.
    """
    bare = _bare(text).upper()
    if len(bare) == 15 and bare.isdigit():
        raise BadNumber(_("这是 15 位的旧身份证号，请填现在的 18 位号码。"))
    if len(bare) == 16 and bare.isdigit() and int(bare) % 97 == 1:
        raise BadNumber(_("这像是办事编号，不是身份证号。"))
    if len(bare) != 18:
        raise BadNumber(_("身份证号是 18 位，您填了 %(n)s 位。") % {"n": len(bare)})
    if not re.fullmatch(r"\d{17}[\dX]", bare):
        raise BadNumber(_("身份证号是 17 位数字加一位数字或 X。"))
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if "10X98765432"[sum(w * int(d) for w, d in zip(weights, bare, strict=False)) % 11] != bare[17]:
        raise BadNumber(_("身份证号的最后一位对不上，请再核对一遍。"))
    try:
        born = ric.get_birth_date(bare)
    except stdnum_exceptions.ValidationError:
        raise BadNumber(_("身份证号里的出生日期不对，请再核对一遍。")) from None
    from django.utils import timezone

    today = timezone.localdate()
    if born > today or today.year - born.year > 130:
        raise BadNumber(_("身份证号里的出生日期不对，请再核对一遍。"))
    return bare


def uscc(text: str) -> str:
    """A unified social credit code (GB 32100). Errors: BadNumber."""
    bare = _bare(text).upper()
    if len(bare) != 18:
        raise BadNumber(_("统一社会信用代码是 18 位，您填了 %(n)s 位。") % {"n": len(bare)})
    try:
        return str(stdnum_uscc.validate(bare))
    except stdnum_exceptions.ValidationError:
        raise BadNumber(_("统一社会信用代码的校验位不对，请再核对一遍。")) from None


def phone(text: str) -> str:
    """A phone number as it is dialled within the country: mobile, landline with area code, or a short public number.

    Errors: BadNumber that says what is wrong.
    """
    bare = re.sub(r"[()（）+]", "", _bare(text))
    bare = re.sub(r"^(0086|86)(?=1\d{10}$)", "", bare)
    if not bare:
        raise BadNumber(_("请填写电话号码，例如 13800000000。"))
    if not bare.isdigit():
        raise BadNumber(_("电话号码只有数字，例如 13800000000 或 0998-2820000。"))
    if bare in {"110", "119", "120", "122", "12345", "12348", "12338", "12355", "12315", "12333"}:
        return bare
    if bare.startswith("0"):
        if 10 <= len(bare) <= 12:
            return bare
        raise BadNumber(_("座机号码要带区号，例如 0998-2820000。"))
    if bare.startswith("1"):
        if len(bare) != 11:
            raise BadNumber(_("手机号是 11 位数字，您填了 %(n)s 位。") % {"n": len(bare)})
        if bare[1] not in "3456789":
            raise BadNumber(_("手机号的第二位不对，请再核对一遍。"))
        return bare
    raise BadNumber(_("座机号码要带区号，例如 0998-2820000；手机号是 11 位数字。"))


def last4(text: str) -> str:
    """Four digits, however they were typed. Errors: BadNumber."""
    bare = _bare(text)
    if not re.fullmatch(r"\d{4}", bare):
        raise BadNumber(_("请填手机号的最后四位数字。"))
    return bare
