"""The rules of lawyers' practice without a database: numbers, checklists, limits by article."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from open12348.kernel.numbers import BadNumber

from . import rules
from .figures import row

DAY = date(2026, 11, 23)
FIGURES = {
    "judge_years": 2, "public_years": 2, "partners_least": 3, "founder_years": 3, "single_founder_years": 5, "branch_years": 3,
    "branch_lawyers": 20,
}  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["16531201610000001", "１６５３１２０１６１００００００１", "1653 1201 6100 00001", "١٦٥٣١٢٠١٦١٠٠٠٠٠٠١"]
)
def test_a_licence_number_is_read_from_any_keyboard(typed: str) -> None:
    assert rules.licence_no(typed, DAY) == "16531201610000001"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("16531203110000001", "今年以后"),  # B-L1
        ("1653120161000000", "17 位"),
        ("26531201610000001", "以 1 开头"),
        ("653125199001011236", "身份证号"),
        ("1653120161000000A", "只有数字"),
        ("", "17 位"),
    ],
)
def test_a_wrong_licence_number_says_what_is_right(typed: str, words: str) -> None:
    with pytest.raises(BadNumber) as wrong:
        rules.licence_no(typed, DAY)
    assert words in str(wrong.value.message)


def test_a_firms_code_begins_with_31() -> None:
    """B-L9."""
    assert rules.firm_uscc("31650000md01234566") == "31650000MD01234566"
    with pytest.raises(BadNumber) as wrong:
        rules.firm_uscc("91350100M000100Y43")
    assert "31 开头" in str(wrong.value.message)


def lines(**who: Any) -> dict[str, rules.Line]:
    base: dict[str, Any] = {
        "kind": "first",
        "materials": rules.REQUIRED["first"],
        "certificate": "A",
        "practice_at": "653125000000",
    }
    return {
        str(ln.article): ln
        for ln in rules.conditions(rules.Applicant(**(base | who)), DAY, FIGURES)
        if ln.hard or ln.state == "not"
    }


def test_a_c_certificate_holds_in_its_area_only() -> None:
    inside = {"certificate": "C", "relaxed_area": "653125000000"}
    assert not rules.stops(list(lines(**inside).values()))
    outside = rules.stops(list(lines(**inside, practice_at="653131000000").values()))
    assert outside and "放宽地区" in str(outside[0].asks)
    assert not rules.stops(list(lines(certificate="C", relaxed_area="653100000000").values()))  # a whole prefecture


@pytest.mark.parametrize(
    "who",
    [
        {"former_post": "serving"},
        {"other_firm": "示例律所"},
        {"revoked": True},
        {"kind": "change_firm", "suspended": True},
    ],
)
def test_what_the_law_forbids_nobody_can_grant(who: dict[str, Any]) -> None:
    assert rules.stops(list(lines(**who).values()))


def test_the_checklist_advises_on_the_rest() -> None:
    found = rules.conditions(rules.Applicant(kind="first", materials=()), DAY, FIGURES)
    assert [ln.state for ln in found if not ln.hard].count("missing") == len(found) - len(
        [ln for ln in found if ln.hard]
    )
    assert not rules.stops(found)
    firm = rules.conditions(
        rules.Applicant(kind="firm", materials=(), form="partnership", founder_years=(4, 2)), DAY, FIGURES
    )
    assert [ln.state for ln in firm[-3:]] == ["not", "not", "held"]


def test_two_years_after_the_bench_nobody_stands_in_court() -> None:
    """B-L5."""
    base: dict[str, Any] = {
        "category": "1",
        "certificate": "A",
        "relaxed_area": "",
        "county": "653125000000",
        "judge_years": 2,
    }
    judge = {"former_post": "judge", "left_post_on": date(2025, 6, 1)}
    assert rules.bars(**base, **judge, court=True, day=DAY)
    assert not rules.bars(**base, **judge, court=False, day=DAY)
    assert not rules.bars(**base, **judge, court=True, day=date(2027, 6, 1))
    assert rules.bars(
        **(base | {"category": "6"}), former_post="none", left_post_on=None, court=False, day=DAY
    )  # B-L12


def test_years_for_a_grave_defence() -> None:
    """Acceptance test 18 (the rule itself): two years are not enough where life or death is at stake (法律援助法 Art 26)."""
    assert not rules.may_defend_grave(date(2024, 11, 1), DAY, 3)
    assert rules.may_defend_grave(date(2023, 11, 23), DAY, 3)
    assert not rules.may_defend_grave(None, DAY, 3)


@pytest.mark.parametrize(
    ("article", "firm", "measures", "amount", "months", "words"),
    [
        ("art47", False, ["fine"], Decimal(5000), None, ""),
        ("art47", False, ["fine"], Decimal("5000.01"), None, "5000"),
        ("art47", False, ["suspension"], None, 3, ""),
        ("art47", False, ["suspension"], None, 4, "1 至 3"),
        ("art48", False, ["suspension"], None, 2, "3 至 6"),
        ("art49", False, ["warning"], None, None, "没有“警告”"),
        ("art50", False, ["warning"], None, None, "不适用"),
        ("art50", True, ["fine"], Decimal(100001), None, "100000"),
        ("art50head", False, ["fine"], Decimal(20000), None, ""),
        ("art49", False, ["fine"], None, None, "写金额"),
        ("art51", True, ["suspension"], None, 12, ""),
    ],
)
def test_a_penalty_keeps_within_its_article(
    article: str, firm: bool, measures: list[str], amount: Decimal | None, months: int | None, words: str
) -> None:
    found = rules.penalty_faults(row=row(article, DAY), is_firm=firm, measures=measures, amount=amount, months=months)
    assert (words in str(found[0])) if words else not found


def test_a_hearing_is_offered_for_what_weighs() -> None:
    assert rules.has_hearing(measures=["suspension"], amount=None, large=2000)
    assert rules.has_hearing(measures=["fine"], amount=Decimal(2000), large=2000)
    assert not rules.has_hearing(measures=["warning"], amount=None, large=2000)


def test_nobody_is_punished_more_for_having_spoken() -> None:
    told: dict[str, Any] = {"told": ["fine"], "told_amount": Decimal(1000), "told_months": None}
    assert not rules.heavier(**told, measures=["fine"], amount=Decimal(500), months=None)
    assert not rules.heavier(**told, measures=["warning"], amount=None, months=None)
    assert rules.heavier(**told, measures=["fine"], amount=Decimal(1001), months=None)
    assert rules.heavier(**told, measures=["suspension"], amount=None, months=1)


def test_what_is_too_old_is_not_punished() -> None:
    assert rules.prescribed(date(2024, 11, 22), DAY, 2) and not rules.prescribed(date(2024, 11, 23), DAY, 2)


def test_a_speciality_takes_years_by_degree() -> None:
    figures = {"most": 2, "doctor": 3, "master": 5, "bachelor": 7, "other": 10}
    base: dict[str, Any] = {
        "held": (),
        "field": "criminal",
        "day": DAY,
        "grades": (),
        "punished": False,
        "figures": figures,
    }
    assert not rules.speciality_faults(**base, degree="doctor", since=date(2023, 11, 23))
    assert rules.speciality_faults(**base, degree="bachelor", since=date(2023, 11, 23))
    third = rules.speciality_faults(**(base | {"held": ("family", "labour")}), degree="doctor", since=date(2000, 1, 1))
    assert "不超过 2 个" in str(third[0])
    assert (
        len(
            rules.speciality_faults(
                **(base | {"grades": ("basic",), "punished": True}), degree="doctor", since=date(2000, 1, 1)
            )
        )
        == 2
    )


def test_a_partner_bar_follows_a_long_suspension_only() -> None:
    assert rules.partner_bar(date(2026, 1, 1), 6, 6, 3) == date(2029, 1, 1)
    assert rules.partner_bar(date(2026, 1, 1), 5, 6, 3) is None
