"""What needs no case: limits, days, numbers, who must be present, who may appraise together, fees, lists. And the limits of a case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from open12348.kernel.workdays import TZ, legal_day
from open12348.registry.models import Practitioner
from open12348.spine import casework, clocks
from tests.people import NOW, Town, at

from . import codes, fees, fields, materials, opinions, presence, qualified
from .figures import FIRST, the
from .test_support import commission, do, signed

DAY = date(2026, 11, 23)


# Figures and fields


@pytest.mark.parametrize(
    ("name", "value", "unit"), [("accept", 7, "workdays"), ("complete", 30, "workdays"), ("extend", 30, "workdays")]
)
def test_the_limits_of_the_general_rules_are_the_confirmed_ones(name: str, value: int, unit: str) -> None:
    """F-T01, F-T02; the sets of 2001 and 2007 that some pages still show are nowhere here."""
    found = the(name, DAY)
    assert (found.value, found.unit, found.sure) == (value, unit, True) and found.basis.startswith("司法鉴定程序通则第")


@pytest.mark.parametrize(
    "name", ["sign", "supply", "deliver", "archive", "return_materials", "confirm_hearing", "keep"]
)
def test_our_own_reminders_say_that_they_are_ours(name: str) -> None:
    assert the(name, DAY).sure is False


def test_four_classes_are_registered_and_nothing_else() -> None:
    assert {f.group for f in fields.everything()} == set(fields.CLASSES)
    assert (
        all(n for f in fields.everything() for _lang, n in f.names) and len({f.code for f in fields.everything()}) == 19
    )
    assert fields.by_code(fields.OUTSIDE) is None and fields.by_code("0103").word == "临鉴"  # type: ignore[union-attr]
    assert all(f.sensitive == f.person for f in fields.everything())


# Numbers and days


def test_a_number_is_written_as_the_rules_write_it() -> None:
    assert opinions.number("新示司鉴", 2026, "临鉴", 12) == "新示司鉴〔2026〕临鉴字第12号"


@pytest.mark.parametrize(
    "typed", ["新示司鉴[2026]临鉴字第12号", "新示司鉴（2026）临鉴字第０12号", " 新示司鉴【2026】 临鉴字第12号 "]
)
def test_a_number_is_found_however_its_brackets_are_typed(typed: str) -> None:
    assert opinions.plain_number(typed) == "新示司鉴〔2026〕临鉴字第12号"


@pytest.mark.parametrize(
    ("opined", "examined", "fault"),
    [
        ("2026-11-20", ["2026-11-18"], ""), ("2026-11-20", ["2026-11-20"], ""), ("2026-11-19", ["2026-11-18", "2026-11-20"], "不能早于检查"),
        ("2026-11-24", ["2026-11-18"], "不能在将来"), ("2026-11-20", [], "还没有鉴定过程"), ("2026-11-10", ["2026-11-09"], "委托书生效"),
    ],
)  # fmt: skip
def test_an_opinion_is_not_dated_before_what_it_rests_on(opined: str, examined: list[str], fault: str) -> None:
    """B-F8."""
    why = opinions.days_fault(
        date.fromisoformat(opined), [date.fromisoformat(d) for d in examined], date(2026, 11, 12), date(2026, 11, 23)
    )
    assert (fault in str(why)) if fault else why is None


@pytest.mark.parametrize(
    ("before", "after", "blocked"),
    [
        ("图3标注不清", "图3重新标注", False), ("2026年11月81日", "2026年11月18日", False), ("十级伤残", "九级伤残", True),
        ("被鉴定人构成", "被鉴定人不构成", True), ("构成 十级，伤残。", "构成九级", True), ("原文", "构成十级伤残", True), ("一样", "一样", True),
    ],
)  # fmt: skip
def test_a_correction_does_not_touch_the_opinion(before: str, after: str, blocked: bool) -> None:
    """B-F10, domain/b chapter 15 test 11."""
    why = opinions.correction_fault("被鉴定人构成十级伤残。", before, after)
    assert bool(why) is blocked
    if blocked and before != after:
        assert "重新鉴定" in str(why) and "第四十一条" in str(why)


# Presence and method


@pytest.mark.parametrize(
    ("kind", "capacity", "witness", "private", "fault"),
    [
        ("body", "minor", "", True, "监护人"), ("body", "limited", "", True, "监护人"), ("body", "minor", "示例父亲，监护人", True, ""),
        ("psychiatry", "full", "", True, "精神病"), ("autopsy", "dead", "", False, "解剖"), ("autopsy", "dead", "示例配偶", False, ""),
        ("body", "full", "", True, ""), ("body", "full", "", False, "隐私"), ("test", "minor", "", False, ""),
    ],
)  # fmt: skip
def test_nobody_is_examined_without_who_must_be_there(
    kind: str, capacity: str, witness: str, private: bool, fault: str
) -> None:
    """B-F9: a minor without a guardian; autopsy and psychiatry without a witness; and the body without privacy."""
    alive = kind == "body" and capacity != "dead"
    why = presence.fault(kind=kind, capacity=capacity, witness=witness, private=private, sex_or_body=alive)
    assert (fault in str(why) and "第二十" in str(why)) if fault else why is None


def test_methods_go_in_their_order() -> None:
    """R-F23."""
    assert presence.method_fault("national", "") is None
    assert (
        "第二十三条" in str(presence.method_fault("accepted", ""))
        and presence.method_fault("industry", "没有国家标准") is None
    )


# Who appraises together


def expert(pk: int, *, senior: bool = False, against: tuple[str, ...] = ()) -> qualified.Expert:
    return qualified.Expert(Practitioner(pk=pk, name_zh=f"示例{pk}"), against, senior, "")


@pytest.mark.parametrize(
    ("chosen", "more", "fault"),
    [
        ([1], {}, "至少要2名"), ([1, 1], {}, "至少要2名"), ([1, 2], {}, ""), ([1, 9], {}, "没有资格"),
        ([1, 2], {"before": [2]}, "参加过原来的鉴定"), ([1, 2], {"repeated": True}, "高级职称"), ([3, 2], {"repeated": True}, ""),
        ([1, 2], {"hard": True}, "高级职称"), ([1, 3], {"hard": True}, ""), ([1, 3], {"originals": [1, 2]}, "第三十条"),
        ([2, 1], {"originals": [1, 2]}, ""),
    ],
)  # fmt: skip
def test_who_may_appraise_together(chosen: list[int], more: dict[str, Any], fault: str) -> None:
    """B-F2, B-F3, B-F4, and Art 19, 20, 30, 32."""
    people = {1: expert(1), 2: expert(2), 3: expert(3, senior=True), 9: expert(9, against=("没有资格",))}
    why = qualified.panel_fault([people[n] for n in chosen], needed=2, **{"hard": False, "repeated": False, **more})
    assert (fault in str(why)) if fault else why is None


# Materials, fees, codes


def test_a_list_of_materials_is_read_line_by_line() -> None:
    found, wrong = materials.read("病历复印件，12，完好\nCT片\t３\t有划痕\n\n签名样本")
    assert [(t.name, t.quantity, t.state) for t in found] == [
        ("病历复印件", 12, "完好"),
        ("CT片", 3, "有划痕"),
        ("签名样本", 1, ""),
    ]
    assert not wrong and "第 1 行" in str(materials.read("病历，完好")[1][0])


def item(**more: Any) -> fees.Item:
    return fees.Item("x", "0103", (("zh", "示例"),), "case", **{"price": None, "floating": Decimal(0), "tiers": (), "basis": "示例", "sure": False, **more})  # fmt: skip


def test_a_fee_that_is_not_known_is_empty_with_a_reason_and_never_nothing() -> None:
    assert fees.quote(None).high is None and fees.quote(item()).why and fees.fault(item(), Decimal(99999), "") is None
    assert all(i.price is None and not i.sure for i in fees.catalogue(DAY).values()) and len(fees.catalogue(DAY)) == 8


def test_a_fee_keeps_to_the_price_its_range_and_its_tiers() -> None:
    priced = item(price=Decimal(1000), floating=Decimal("0.2"))
    assert (fees.quote(priced).low, fees.quote(priced).high) == (Decimal("800.00"), Decimal("1200.00"))
    assert "1200" in str(fees.fault(priced, Decimal(1201), "")) and "减收" in str(fees.fault(priced, Decimal(799), ""))
    assert fees.fault(priced, Decimal(500), "reduced") is None and fees.fault(priced, Decimal(0), "waived") is None
    by_value = item(tiers=((Decimal(100_000), Decimal("0.01")), (None, Decimal("0.005"))))
    assert fees.quote(by_value, value=Decimal(300_000)).high == Decimal("2000.00")


def test_the_platform_is_asked_later_and_later() -> None:
    waits = [codes.next_try(n, NOW) - NOW for n in (1, 2, 3, 4, 5, 9)]
    assert waits == sorted(waits) and waits[0] == timedelta(minutes=5) and waits[-1] == timedelta(days=1)


# Limits of a case


def due(order: Any, clock: str) -> date:
    found = order.deadlines.filter(clock=clock).order_by("-pk").first()
    assert found is not None
    return legal_day(clocks.account(found, NOW).due_at - timedelta(seconds=1))


def test_acceptance_is_decided_in_seven_working_days_or_on_the_agreed_day(town: Town) -> None:
    """F-T01: received 23 November, due 2 December (T-09); for a hard matter the day agreed with the client."""
    case = commission(town)
    assert due(case.order, "accept") == date(2026, 12, 2)
    do(town, case, "agree_date", "house", decide_by="2026-12-18", reason="多学科的疑难事项")
    assert due(case.order, "accept") == date(2026, 12, 18)


def test_completion_counts_from_the_signing_and_never_from_the_acceptance(town: Town) -> None:
    """F-T02, B-F5: accepted on 23 November, signed on the 27th: thirty working days from the 28th, New Year taken out."""
    case = commission(town)
    do(town, case, "list_materials", "house", things="病历，3，完好", material_kind="medical", received_on="2026-11-23")
    do(town, case, "accept", "house", field="0103", capacity="full", lawful="on", enough="on")
    assert not case.order.deadlines.filter(clock="complete").exists()
    do(town, case, "sign", "house", when=at("2026-11-27"), signed_on="2026-11-27", fee="1000", risks="on")
    found = case.order.deadlines.get(clock="complete")
    assert legal_day(found.started_at) == date(2026, 11, 27) and found.amount == 30
    assert legal_day(found.due_at - timedelta(seconds=1)) == date(2027, 1, 8)


def test_an_agreed_day_stands_before_the_thirty(town: Town) -> None:
    case = signed(town, complete_by="2027-03-01")
    assert due(case.order, "complete") == date(2027, 3, 1)


def test_only_materials_and_absent_witnesses_stop_the_time_and_the_reason_is_its_evidence(town: Town) -> None:
    case = signed(town)
    do(town, case, "assign", "house", lead="@0", second="@1")
    do(town, case, "begin", "expert")
    before = due(case.order, "complete")
    form = casework.form_of(casework.catalogue.of(case).move("pause"), case, town.actor("expert"))
    assert form is not None and {k for k, _l in form.fields["cause"].choices} == {"materials", "retake", "witness"}  # type: ignore[attr-defined]
    do(town, case, "pause", "expert", when=at("2026-11-24"), cause="witness", reason="11月24日通知监护人，没有到场")
    pause = case.order.deadlines.get(clock="complete").pauses.get()
    assert pause.evidence is not None and "监护人" in pause.evidence.text
    do(town, case, "resume", "expert", when=at("2026-12-01"), note="监护人已到场")
    assert due(case.order, "complete") > before


def test_the_figures_have_a_day_before_which_they_are_not_there() -> None:
    assert date(2016, 5, 1) == FIRST and datetime(2016, 5, 1, tzinfo=TZ).date() == FIRST
