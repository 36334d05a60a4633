"""Numbers that people read, say and mistype: what is taken, what is refused, and that the refusal says what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from open12348.kernel import numbers
from open12348.kernel.models import Counter
from open12348.spine import intake, journal
from open12348.spine.models import Order

from .people import Town
from .test_workdays import start


def refusal(check: Callable[[str], str], text: str) -> str:
    with translation.override("zh-hans"), pytest.raises(numbers.BadNumber) as fault:
        check(text)
    return str(fault.value.message)


# The case code (domain reference B, 8.6)

CODES = {
    "31250226000123": "3125-0226-0001-2364",
    "31000126000001": "3100-0126-0000-0180",
    "31310326123456": "3131-0326-1234-5662",
    "31010926999999": "3101-0926-9999-9948",
}


@pytest.mark.parametrize(("payload", "printed"), CODES.items())
def test_the_codes_of_the_reference(payload: str, printed: str) -> None:
    office, business, year, serial = payload[:4], payload[4:6], 2000 + int(payload[6:8]), int(payload[8:])
    assert numbers.group(numbers.make_code(office, business, year, serial)) == printed
    assert numbers.parse_code(printed) == printed.replace("-", "")


def test_the_standards_own_example() -> None:
    assert numbers.check_code("794") == "44"


@pytest.mark.parametrize(
    "typed",
    ["3125 0226 0001 2364", "３１２５－０２２６－０００１－２３６４", "٣١٢٥٠٢٢٦٠٠٠١٢٣٦٤", "۳۱۲۵-۰۲۲۶-۰۰۰۱-۲۳۶۴",
     "\u20673125\u2069-0226–0001—2364", "\u200f3125·0226·0001·2364 ", "3125_0226/0001.2364", "\u206631250226\u061c00012364\u2069"],
)  # fmt: skip
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert numbers.parse_code(typed) == "3125022600012364"


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(1, 999_999), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(office: int, business: int, serial: int, place: int, by: int) -> None:
    code = numbers.make_code(f"{office:04d}", f"{business:02d}", 2026, serial)
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    with pytest.raises(numbers.BadNumber):
        numbers.parse_code(wrong)


@given(st.integers(0, 9999), st.integers(1, 999_999), st.integers(0, 13), st.sampled_from([1, 2]))
def test_two_swapped_digits_are_always_noticed(office: int, serial: int, place: int, apart: int) -> None:
    code = list(numbers.make_code(f"{office:04d}", "07", 2026, serial))
    if code[place] == code[place + apart]:
        return
    code[place], code[place + apart] = code[place + apart], code[place]
    with pytest.raises(numbers.BadNumber):
        numbers.parse_code("".join(code))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("3125-0226-0001-2354", "校验位不对"),
        ("3125-0226-0001-236", "您填了 15 位"),
        ("", "例如 3125-0226-0001-2364"),
        ("653125199001011236", "身份证号"),
        ("13800001234", "手机号"),
        ("A125-0226-0001-2364", "只有数字"),
    ],
)
def test_a_wrong_code_is_refused_with_what_would_be_right(typed: str, says: str) -> None:
    assert says in refusal(numbers.parse_code, typed)


def test_an_identity_number_in_the_code_field_is_not_repeated_back() -> None:
    assert "653125199001011236" not in refusal(numbers.parse_code, "653125199001011236")


def test_a_code_is_read_out_in_groups_of_four() -> None:
    assert numbers.spoken("3125022600012364") == "三幺二五，零二二六，零零零幺，二三六四"
    assert numbers.spoken("3125022600012364", "ug").startswith("ئۈچ بىر ئىككى بەش، نۆل")
    assert numbers.spoken("3125022600012364", "en").endswith("two three six four")


def test_an_office_that_used_up_its_codes_says_so_and_keeps_nothing(town: Town) -> None:
    Counter.objects.create(scope="order:31250726", value=999_998)
    assert town.need().code[8:14] == "999999"
    with pytest.raises(intake.Invalid) as fault:
        town.need(contact={"name": "李雷", "phone": "13800005678"})
    assert "999999" in str(fault.value.form.errors["__all__"])
    assert Counter.objects.get(scope="order:31250726").value == 999_999 and Order.objects.count() == 1


@pytest.mark.parametrize(
    ("office", "business", "serial"), [("312", "07", 1), ("3125", "7", 1), ("3125", "07", 0), ("31a5", "07", 1)]
)
def test_a_code_is_not_made_from_the_wrong_parts(office: str, business: str, serial: int) -> None:
    with pytest.raises(ValueError):
        numbers.make_code(office, business, 2026, serial)


# Codes are issued by many processes at once

TAKE = """
import django, os, sys
django.setup()
from datetime import datetime
from django.db import transaction
from django.utils import timezone
from open12348.kernel.access import SYSTEM
from open12348.registry.models import Place
from open12348.spine import intake
name, times = sys.argv[1], int(sys.argv[2])
place = Place.objects.get(code="S653125101")
class Thrown(Exception): pass
kept = 0
for i in range(times):
    try:
        with transaction.atomic():
            intake.receive(
                service=sys.argv[3], said={"question": "老板不发工资", "topic": "0201"},
                contact={"name": f"{name}{i}", "reply_by": "here"}, channel="desk", by=SYSTEM, at=timezone.now(), place=place,
            )
            if i % 5 == 3:
                raise Thrown
            if name == "dies" and i == 17:
                os.kill(os.getpid(), 9)
        kept += 1
    except Thrown:
        pass
print(kept)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.realtime
def test_four_processes_issue_codes_without_gap_or_twin(town: Town) -> None:
    """Fifty needs each, every fifth rolled back, and one process killed in the middle of its eighteenth."""
    service = town.need().case.service
    workers = [start(TAKE, name, "50", service) for name in ("a", "b", "c", "dies")]
    told = [worker.communicate(timeout=300) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0, -9], told
    assert [int(out) for out, _err in told[:3]] == [40, 40, 40]
    serials = sorted(int(code[8:14]) for code in Order.objects.values_list("code", flat=True))
    assert serials == list(range(1, 1 + 120 + 14 + 1))  # the first one, three times forty, and fourteen of the dead
    assert journal.verify() == []


# Identity numbers (domain reference B, 8.1)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("653125199001011236", "653125199001011236"),
        ("653101 19850615 4528", "653101198506154528"),
        ("６５３１２５１９９００１０１１２３６", "653125199001011236"),
        ("٦٥٣١٢٥١٩٩٠٠١٠١١٢٣٦", "653125199001011236"),
        ("\u202a653125-19900101-1236\u202c", "653125199001011236"),
        ("11010519491231002Ｘ", "11010519491231002X"),
        ("11010519491231002х", "11010519491231002X"),  # a Cyrillic letter that looks the same
    ],
)
def test_an_identity_number_is_taken(typed: str, taken: str) -> None:
    assert numbers.citizen_id(typed) == taken


def valid_id(first_17: str) -> str:
    return next(first_17 + c for c in "0123456789X" if numbers._is_citizen_id(first_17 + c))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("653125199001011237", "最后一位对不上"),
        ("653125199001011263", "最后一位对不上"),
        ("653125900101123", "15 位的旧身份证号"),
        ("65312519900101123", "您填了 17 位"),
        ("6531251990010112360", "您填了 19 位"),
        ("65312519900101123A", "17 位数字加一位数字或 X"),
        ("X53125199001011236", "17 位数字加一位数字或 X"),
        (valid_id("65312519001301123"), "出生日期不对"),  # month 13
        (valid_id("65312520230230123"), "出生日期不对"),  # 30 February
        (valid_id("65312520991231123"), "今天以后"),
        (valid_id("65312518900101123"), "太早"),
        ("3125022600012364", "办事编号"),
        ("13800001234", "手机号"),
        ("   ", "请填写 18 位身份证号"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_what_is_wrong(typed: str, says: str) -> None:
    assert says in refusal(numbers.citizen_id, typed)


@pytest.mark.parametrize("number", ["653125199001011236", "653101198506154528"])
def test_any_changed_digit_of_an_identity_number_is_noticed(number: str) -> None:
    for place in range(18):
        for digit in "0123456789":
            if digit != number[place]:
                with pytest.raises(numbers.BadNumber):
                    numbers.citizen_id(number[:place] + digit + number[place + 1 :])


def test_a_cancelled_division_in_an_identity_number_is_no_fault() -> None:
    assert numbers.citizen_id(valid_id("51022119800101001"))


# Credit codes (8.3)


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "91110000802100433B", "31653100MD0123456G", "32653125MD0123457P", "33653125MD0123459T",
     "34653101MD0123458U", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100m000100y43", " 9135 0100 M000 100Y 43 "],
)  # fmt: skip
def test_a_credit_code_is_taken(code: str) -> None:
    assert re.fullmatch(r"[0-9A-Z]{18}", numbers.uscc(code))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("91350100M000100Y44", "校验位不对"),
        ("91350100MOOO100Y43", "不用字母 I、O"),
        ("91350100M000100Y4", "您填了 17 位"),
        ("653125199001011236", "身份证号"),
        ("", "请填写 18 位"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(typed: str, says: str) -> None:
    assert says in refusal(numbers.uscc, typed)


# Phones


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("0086-13800001234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("١٣٨٠٠٠٠١٢٣٤", "13800001234"),
        ("۱۳۸۰۰۰۰۱۲۳۴", "13800001234"),
        ("\u200f138\u061c00001234\u202c", "13800001234"),
        ("12348", "12348"),
        ("12345", "12345"),
        ("110", "110"),
        ("95598", "95598"),
        ("0998-12348", "099812348"),
        ("（0998）12348", "099812348"),
        ("0998-2820000", "09982820000"),
        ("(0998) 282-0000", "09982820000"),
        ("+86 998 2820000", "09982820000"),
        ("010-12345678".replace("12345678", "62345678"), "01062345678"),
        ("400-810-0000", "4008100000"),
    ],
)
def test_a_phone_is_taken_however_it_is_typed(typed: str, dialled: str) -> None:
    assert numbers.phone(typed) == dialled
    assert numbers.phone(dialled) == dialled


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1380000123", "您填了 10 位"),
        ("138000012345", "您填了 12 位"),
        ("2820000", "带区号"),
        ("0998-282000", "您填了 10 位"),
        ("0998-1820000", "区号加 7 或 8 位"),
        ("12800001234", "第二位不对"),
        ("138-O000-1234", "只有数字"),
        ("+7 701 123 45 67", "国内号码"),
        ("13800001234/13900001234", "一栏只填一个"),
        ("653125199001011236", "身份证号"),
        ("3125-0226-0001-2364", "办事编号"),
        ("", "例如 13800000000"),
        ("打给我儿子", "只有数字"),
    ],
)
def test_a_wrong_phone_is_refused_with_what_would_be_right(typed: str, says: str) -> None:
    assert says in refusal(numbers.phone, typed)


@pytest.mark.parametrize(("typed", "taken"), [("1234", "1234"), (" ١٢٣٤ ", "1234"), ("１２ ３４", "1234")])
def test_the_last_four_digits(typed: str, taken: str) -> None:
    assert numbers.last4(typed) == taken


@pytest.mark.parametrize("typed", ["123", "12345", "12a4", ""])
def test_other_than_four_digits_are_refused(typed: str) -> None:
    assert "最后四位" in refusal(numbers.last4, typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_either_a_number_or_told_why_not(text: str) -> None:
    for check in (numbers.parse_code, numbers.citizen_id, numbers.uscc, numbers.phone, numbers.last4):
        try:
            assert check(text).isascii()
        except numbers.BadNumber as fault:
            assert str(fault.message)
