"""What is owed: by the rate of the day, signed by two, paid once, taken back by a new row and never by an edit."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from open12348.kernel import tables
from open12348.kernel.access import SYSTEM, Denied, Role
from open12348.kernel.parameters import Figure, NoFigure
from open12348.ledgers.funds import batches, budget, claims, rates
from open12348.ledgers.funds.models import Batch, BatchState, BudgetLine, Claim, ClaimState, MoneySource, Spending
from open12348.registry import accounts, divisions
from open12348.registry.models import Account, Organisation, OrganisationKind, Practitioner
from open12348.spine import benches, journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict
from open12348.spine.models import Event, Order
from tests.people import NOW, Town, at, build

LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()

OLD = """
[rate_criminal_trial]
value = 1200
unit = "case"
basis = "示例标准 1 号"
sure = false

[rate_criminal]
value = 600
unit = "case"
basis = "示例标准 1 号"

[rate_duty]
value = "200.50"
unit = "day"
basis = "示例标准 1 号"

[cross_criminal_trial]
value = 2000
basis = "示例标准 2 号"

[cross_times]
value = "1.5"
basis = "示例标准 2 号"

[more]
value = "0.1"
basis = "示例标准 3 号"

[more_most]
value = 5
"""
NEW = """
[rate_criminal_trial]
value = 1500
unit = "case"
basis = "示例标准 9 号"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Rates from 2021, and one that was raised on the day before."""
    (tmp_path / "2021-01-01.toml").write_text(OLD, encoding="utf-8")
    (tmp_path / "2026-11-22.toml").write_text(NEW, encoding="utf-8")
    return tmp_path


def owe(
    town: Town, folder: Path, *, order: Order | None = None, day: date = TODAY, stage: str = "trial", **more: Any
) -> Claim:
    """What a line does when a stage is done."""
    given = {
        "order": order or (None if "key" in more else town.need()),
        "practitioner": lawyer(),
        "by": town.actor("officer"),
        "at": NOW,
    }
    asked = {"kind": "criminal", "title": "刑事辩护 审判阶段", **given, **more}
    return claims.owe(stage=stage, day=day, rates=rates.rates(folder, day), **asked)


def lawyer(licence: str = "16531201610000001") -> Practitioner:
    return Practitioner.objects.get(licence_no=licence)


def approved(town: Town, claim: Claim) -> Claim:
    """Signed by two."""
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    return claims.approve(claim=claim, by=town.actor("officer_two"), at=NOW)


def paid(town: Town, *given: Claim, reference: str = "HD-1", failed: dict[int, str] | None = None) -> Batch:
    """Signed, in a batch, closed and paid."""
    for claim in given:
        approved(town, claim)
    officer = town.actor("officer")
    batch = batches.make_batch(county=town.units["653125000000"], by=officer, at=NOW)
    batches.close(batch=batch, by=officer, at=NOW)
    batch = batches.mark_paid(batch=batch, reference=reference, failed=failed, by=officer, at=LATER)
    for claim in given:
        claim.refresh_from_db()
    return batch


def sound() -> bool:
    return journal.verify() == [] and claims.faults() == []


# Rates


def worth(folder: Path, kind: str = "criminal", stage: str = "trial", day: date = TODAY, **more: Any) -> Decimal:
    return rates.work_out(rates=rates.rates(folder, day), kind=kind, stage=stage, **more).amount


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, "1500.00"),
        ({"day": date(2026, 11, 21)}, "1200.00"),
        ({"stage": "investigation"}, "600.00"),  # no rate of its own: that of the kind
        ({"cross_county": True}, "2000.00"),  # a sum of its own for work in another county
        ({"stage": "investigation", "cross_county": True}, "900.00"),  # else a multiple
        ({"recipients": 3}, "1800.00"),  # a tenth more for each further person
        ({"recipients": 40}, "2250.00"),  # for five at most
        ({"kind": "duty", "stage": "", "quantity": Decimal("22")}, "4411.00"),
        ({"kind": "duty", "stage": "", "quantity": Decimal("0.5")}, "100.25"),
        ({"kind": "duty", "stage": "", "quantity": Decimal("0.01")}, "2.01"),  # 2.005: half a fen upward
    ],
)
def test_work_is_worth_what_the_rate_of_its_day_says(folder: Path, given: dict[str, Any], wanted: str) -> None:
    assert worth(folder, **given) == Decimal(wanted)


def test_every_step_names_its_figure_its_source_and_its_day(folder: Path) -> None:
    worked = rates.work_out(
        rates=rates.rates(folder, TODAY), kind="criminal", stage="trial", cross_county=True, recipients=2
    )
    rows = [(s.what, s.figure, str(s.gives), s.basis, str(s.since)) for s in worked.steps]
    assert rows == [
        ("cross_rate", "cross_criminal_trial", "2000", "示例标准 2 号", "2021-01-01"),
        ("more", "more", "2200.0", "示例标准 3 号", "2021-01-01"),
    ]
    assert worked.as_json()["total"] == "2200.00"


def test_a_figure_nobody_confirmed_makes_the_sum_unsure(folder: Path) -> None:
    old = rates.work_out(rates=rates.rates(folder, date(2026, 11, 1)), kind="criminal", stage="trial")
    assert not old.sure and rates.work_out(rates=rates.rates(folder, TODAY), kind="criminal", stage="trial").sure


@pytest.mark.parametrize("value", ["1200.5", '"zwölf"', "true", '"-1"', '"NaN"', '"Infinity"'])
def test_a_rate_that_is_no_sum_is_refused_floats_too(tmp_path: Path, value: str) -> None:
    (tmp_path / "2021-01-01.toml").write_text(f'[rate_x]\nvalue = {value}\nunit = "case"\n', encoding="utf-8")
    with pytest.raises(rates.BadRate):
        worth(tmp_path, kind="x", stage="")


def test_a_unit_nobody_counts_in_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2021-01-01.toml").write_text('[rate_x]\nvalue = 1\nunit = "moon"\n', encoding="utf-8")
    with pytest.raises(rates.BadRate):
        worth(tmp_path, kind="x", stage="")


def test_without_a_rate_there_is_no_sum(folder: Path) -> None:
    with pytest.raises(NoFigure):
        worth(folder, kind="notary", stage="")
    with pytest.raises(NoFigure):
        worth(folder, day=date(2020, 12, 31))


def test_a_pack_lays_its_rates_over_those_of_the_line(folder: Path, tmp_path_factory: Any) -> None:
    pack = tmp_path_factory.mktemp("pack")
    (pack / "2026-01-01.toml").write_text('[rate_duty]\nvalue = 300\nunit = "day"\n', encoding="utf-8")
    assert rates.work_out(rates=rates.rates([folder, pack], TODAY), kind="duty").amount == 300


_SUMS = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-2))


@given(
    rate=_SUMS, quantity=st.integers(1, 99999).map(lambda n: Decimal(n).scaleb(-2)), times=st.integers(100, 999).map(lambda n: Decimal(n).scaleb(-2)),
    share=st.integers(0, 200).map(lambda n: Decimal(n).scaleb(-2)), recipients=st.integers(1, 60), across=st.booleans(),
)  # fmt: skip
def test_sums_are_those_of_fractions_rounded_once(
    rate: Decimal, quantity: Decimal, times: Decimal, share: Decimal, recipients: int, across: bool
) -> None:
    figures = {
        "rate_x": Figure(str(rate), "day"), "cross_times": Figure(str(times)), "more": Figure(str(share)), "more_most": Figure(10),
    }  # fmt: skip
    worked = rates.work_out(
        rates=rates.Rates(TODAY, figures), kind="x", quantity=quantity, cross_county=across, recipients=recipients
    )
    exact = Fraction(rate) * Fraction(quantity) * (Fraction(times) if across else 1)
    exact += exact * Fraction(share) * min(recipients - 1, 10)
    floor = exact * 100 + Fraction(1, 2)
    assert worked.amount * 100 == floor.numerator // floor.denominator
    assert worked.amount == worked.amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


# Proposing


def test_a_stage_that_is_done_is_owed_by_the_rate_of_the_day_it_was_closed(town: Town, folder: Path) -> None:
    """The rate was raised on the 22nd, in the middle of the case: the stage closed before keeps the old one."""
    order = town.need()
    before = owe(town, folder, order=order, stage="trial", day=date(2026, 11, 20))
    after = owe(town, folder, order=order, stage="retrial", kind="criminal_trial", day=TODAY)
    assert (before.amount, after.amount) == (Decimal("1200.00"), Decimal("1500.00"))
    assert before.worked_out["day"] == "2026-11-20" and not before.sure and after.sure
    assert (
        before.state == ClaimState.PROPOSED and before.tax == "exempt" and before.payee == "甲县示例律师事务所（示例）"
    )
    assert before.county == order.case.county and before.line == order.case.line
    assert sound()


def test_the_same_stage_is_never_owed_twice(town: Town, folder: Path) -> None:
    order = town.need()
    first = owe(town, folder, order=order)
    for again in ({}, {"kind": "duty"}, {"practitioner": lawyer("16531201910000002")}):
        with pytest.raises(Refused, match=f"第 {first.pk} 号.*不能发两次"):
            owe(town, folder, order=order, **again)
    assert owe(town, folder, order=order, stage="investigation").pk != first.pk  # another stage is another case (SUB19)
    assert Claim.objects.count() == 2 and sound()


def test_a_stage_stays_taken_in_every_state_but_declined_and_reversed(town: Town, folder: Path) -> None:
    order = town.need()
    claim = owe(town, folder, order=order)
    for state in ("reviewed", "approved"):
        if state == "reviewed":
            claims.review(claim=claim, by=town.actor("officer"), at=NOW)
        else:
            claims.approve(claim=claim, by=town.actor("officer_two"), at=NOW)
        with pytest.raises(Refused):
            owe(town, folder, order=order)
    claims.decline(claim=claim, reason="材料不齐", by=town.actor("officer"), at=NOW)
    assert owe(town, folder, order=order).state == ClaimState.PROPOSED


def test_a_day_on_duty_is_owed_for_no_order(town: Town, folder: Path) -> None:
    given = {
        "kind": "duty",
        "stage": "",
        "key": "duty:1:2026-11-20",
        "line": "aid",
        "county": town.units["653125000000"],
    }
    claim = owe(town, folder, day=date(2026, 11, 20), spending=Spending.DUTY, **given)
    assert claim.order is None and claim.amount == Decimal("200.50") and claim.unit == "day"
    with pytest.raises(Refused):
        owe(town, folder, day=date(2026, 11, 20), **given)


@pytest.mark.parametrize("kind", sorted(claims.PUBLIC_BODIES))
def test_staff_of_public_bodies_are_not_paid(town: Town, folder: Path, kind: str) -> None:
    body = Organisation.objects.create(kind=kind, name_zh="公家单位", division=town.units["653125000000"])
    with pytest.raises(Refused, match="公职"):
        owe(town, folder, organisation=body)


def test_a_public_post_the_line_knows_of_is_not_paid(town: Town, folder: Path) -> None:
    with pytest.raises(Refused, match="公职"):
        owe(town, folder, public_post=True)
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"practitioner": None}, "发给谁"),
        ({"kind": "notary"}, "没有适用的补贴标准"),
        ({"quantity": 0}, "大于零"),
        ({"recipients": 0}, "大于零"),
        ({"day": TODAY + timedelta(days=1)}, "不能晚于今天"),
    ],
)
def test_what_cannot_be_owed_is_refused_in_words(town: Town, folder: Path, given: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        owe(town, folder, **given)


@pytest.mark.parametrize(
    "who", ["applicant", "stranger", "nobody", "clerk", "provider", "firm", "planner", "administrator"]
)
def test_only_the_office_that_pays_proposes(town: Town, folder: Path, who: str) -> None:
    town.need()
    with pytest.raises(Denied):
        owe(town, folder, by=town.actor(who))


def test_the_payee_is_the_unit_or_the_person_as_the_place_pays(town: Town, folder: Path) -> None:
    assert owe(town, folder, pay_to="person").payee == "示例律师"
    freelance = Practitioner.objects.create(
        kind="mediator", name_zh="示例调解员", licence_no="T1", division=town.units["653125000000"]
    )
    assert owe(town, folder, practitioner=freelance).pay_to == "person"
    with pytest.raises(Refused, match="哪个单位"):
        owe(town, folder, practitioner=freelance, pay_to="unit")


# Two persons


def test_two_persons_sign(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    with pytest.raises(Denied, match="另一个人"):
        claims.approve(claim=claim, by=town.actor("officer"), at=NOW)
    claims.approve(claim=claim, by=town.actor("officer_two"), at=LATER)
    row = Claim.objects.get(pk=claim.pk)
    assert row.state == ClaimState.APPROVED and row.reviewed_by != row.approved_by
    assert [e.kind for e in claims.history(row)] == ["claim_owed", "claim_reviewed", "claim_approved"]


def test_the_second_signature_may_be_the_supervisors_the_first_may_not(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    with pytest.raises(Denied):
        claims.review(claim=claim, by=town.actor("supervisor"), at=NOW)
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    assert claims.approve(claim=claim, by=town.actor("supervisor"), at=NOW).state == ClaimState.APPROVED


@pytest.mark.parametrize(
    "who", ["clerk", "operator", "provider", "firm", "supervisor_b", "planner", "administrator", "applicant", "nobody"]
)
def test_a_stranger_signs_nothing_and_sees_nothing(town: Town, folder: Path, who: str) -> None:
    claim = owe(town, folder)
    by = town.actor(who)
    for verb in (claims.review, claims.approve):
        with pytest.raises(Denied):
            verb(claim=claim, by=by, at=NOW)
    for more in (claims.decline, claims.reverse):
        with pytest.raises(Denied):
            more(claim=claim, reason="x", by=by, at=NOW)
    with pytest.raises(Denied):
        claims.reduce(claim=claim, to=Decimal(1), reason="x", by=by, at=NOW)
    assert not claims.in_sight(by).exists()


def test_nobody_signs_for_their_own_money(town: Town, folder: Path) -> None:
    """An officer who is a lawyer as well, and one who manages the firm."""
    claim = owe(town, folder)
    county = town.units["653125000000"]
    both = Account.objects.create(username="both", name="both", must_change_password=False, practitioner=lawyer())
    accounts.grant(account=both, role=Role.OFFICER, division=county, by=SYSTEM, at=at("2026-01-01"))
    manager = town.staff["firm"]
    accounts.grant(account=manager, role=Role.OFFICER, division=county, by=SYSTEM, at=at("2026-01-01"))
    for account in (both, manager):
        with pytest.raises(Denied, match="您所在单位"):
            claims.review(claim=claim, by=accounts.actor_for(account, NOW), at=NOW)
    approved(town, claim)
    for account in (both, manager):
        with pytest.raises(Denied, match="您所在单位"):
            batches.make_batch(county=county, by=accounts.actor_for(account, NOW), at=NOW)


def test_an_officer_for_other_lines_is_a_stranger(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    other = Account.objects.create(username="notaries", name="x", must_change_password=False)
    accounts.grant(
        account=other,
        role=Role.OFFICER,
        division=town.units["653125000000"],
        lines=["other"],
        by=SYSTEM,
        at=at("2026-01-01"),
    )
    by = accounts.actor_for(other, NOW)
    assert not claims.in_sight(by).exists()
    with pytest.raises(Denied):
        claims.review(claim=claim, by=by, at=NOW)


def test_a_double_click_signs_once(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    with pytest.raises(Refused, match="待批准"):
        claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    assert Event.objects.filter(kind="claim_reviewed").count() == 1


def test_of_two_who_saw_the_same_page_one_is_told(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    here, there = Claim.objects.get(pk=claim.pk), Claim.objects.get(pk=claim.pk)
    claims.approve(claim=here, by=town.actor("officer_two"), at=NOW)
    with pytest.raises(Conflict):
        claims.approve(claim=there, by=town.actor("supervisor"), at=NOW)
    with pytest.raises(Conflict):
        claims.decline(claim=Claim(**{f.attname: getattr(there, f.attname) for f in Claim._meta.concrete_fields}), reason="x", by=town.actor("supervisor"), at=NOW)  # fmt: skip
    assert sound()


def together(*acts: Callable[[], Any]) -> list[str]:
    """Do things at the same time, each with a connection of its own; what came of them, sorted."""

    def do(act: Callable[[], Any]) -> str:
        try:
            act()
            return "done"
        except (Conflict, Refused) as fault:
            return type(fault).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_is_told(folder: Path) -> None:
    town = build()
    claim = owe(town, folder)
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    hands = [(Claim.objects.get(pk=claim.pk), town.actor(who)) for who in ("officer_two", "supervisor")]
    assert together(*[lambda c=c, by=by: claims.approve(claim=c, by=by, at=NOW) for c, by in hands]) == [
        "Conflict",
        "done",
    ]
    assert Event.objects.filter(kind="claim_approved").count() == 1 and sound()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_owe_one_stage_at_once_one_does(folder: Path) -> None:
    town = build()
    order, by = town.need(), town.actor("officer")
    worth = rates.rates(folder, TODAY)
    act = lambda: claims.owe(order=order, kind="criminal", stage="trial", day=TODAY, rates=worth, practitioner=lawyer(), by=by, at=NOW)  # noqa: E731  # fmt: skip
    assert together(act, act, act, act) == ["Refused", "Refused", "Refused", "done"]
    assert Claim.objects.count() == 1 and sound()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_a_batch_at_once_one_does(folder: Path) -> None:
    town = build()
    for _n in range(3):
        approved(town, owe(town, folder))
    county, by = town.units["653125000000"], town.actor("officer")
    act = lambda: batches.make_batch(county=county, by=by, at=NOW)  # noqa: E731
    answers = together(act, act)
    assert answers in (["Conflict", "done"], ["Refused", "done"])
    assert Batch.objects.get().count == 3 and sound()


# No, less


def test_a_no_needs_a_reason_and_frees_the_stage(town: Town, folder: Path) -> None:
    order = town.need()
    claim = owe(town, folder, order=order)
    with pytest.raises(Refused, match="理由"):
        claims.decline(claim=claim, reason="  ", by=town.actor("officer"), at=NOW)
    claims.decline(claim=claim, reason="案卷不合格", by=town.actor("officer"), at=NOW)
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.DECLINED
    assert claims.owed(order, "trial") is None and not claims.paid(order, "trial")


def test_less_for_poor_work_is_a_new_claim_that_two_sign_anew(town: Town, folder: Path) -> None:
    claim = approved(town, owe(town, folder))
    new = claims.reduce(claim=claim, to=Decimal("900"), reason="质量评估合格以下", by=town.actor("officer"), at=NOW)
    claim.refresh_from_db()
    assert (claim.state, claim.amount) == (ClaimState.DECLINED, Decimal("1500.00"))
    assert (new.state, new.amount, new.replaces_id, new.key) == (
        ClaimState.PROPOSED,
        Decimal("900.00"),
        claim.pk,
        claim.key,
    )
    assert new.worked_out["steps"][-1]["what"] == "reduced" and new.worked_out["steps"][-1]["by"] == "-600.00"
    assert sound()


def test_nothing_for_poor_work_is_a_no(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    assert (
        claims.reduce(claim=claim, to=Decimal(0), reason="不合格", by=town.actor("officer"), at=NOW).state
        == ClaimState.DECLINED
    )
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("to", ["1500", "1500.01", "-1"])
def test_less_is_less(town: Town, folder: Path, to: str) -> None:
    with pytest.raises(Refused, match="小于"):
        claims.reduce(claim=owe(town, folder), to=Decimal(to), reason="x", by=town.actor("officer"), at=NOW)


def test_less_for_what_is_paid_is_taken_back(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    back = claims.reduce(claim=claim, to=Decimal("1000"), reason="复核", by=town.actor("officer"), at=LATER)
    assert back.amount == Decimal("-500.00") and back.reverses_id == claim.pk


def test_what_is_in_a_batch_is_not_reduced(town: Town, folder: Path) -> None:
    claim = approved(town, owe(town, folder))
    batches.make_batch(county=claim.county, by=town.actor("officer"), at=NOW)
    claim.refresh_from_db()
    for verb in (lambda: claims.reduce(claim=claim, to=Decimal(1), reason="x", by=town.actor("officer"), at=NOW),
                 lambda: claims.decline(claim=claim, reason="x", by=town.actor("officer"), at=NOW)):  # fmt: skip
        with pytest.raises(Refused):
            verb()


# Taking back


def test_what_was_paid_is_taken_back_by_a_new_row_that_another_approves(town: Town, folder: Path) -> None:
    order = town.need()
    claim = owe(town, folder, order=order)
    paid(town, claim)
    back = claims.reverse(claim=claim, reason="重复领取", by=town.actor("officer"), at=LATER)
    assert (back.amount, back.reverses_id, back.state) == (Decimal("-1500.00"), claim.pk, ClaimState.REVIEWED)
    with pytest.raises(Denied, match="另一个人"):
        claims.approve(claim=back, by=town.actor("officer"), at=LATER)
    assert claims.paid(order, "trial")  # nothing has changed until the second signature
    claims.approve(claim=back, by=town.actor("supervisor"), at=LATER)
    claim.refresh_from_db()
    assert (claim.state, claim.amount) == (ClaimState.REVERSED, Decimal("1500.00")) and not claims.paid(order, "trial")
    assert sum(c.amount for c in claims.claims_of(order)) == 0
    again = owe(town, folder, order=order)  # the stage may be paid to whom it belongs
    assert again.state == ClaimState.PROPOSED and sound()


def test_taking_back_in_parts_never_takes_more_than_was_paid(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    officer, supervisor = town.actor("officer"), town.actor("supervisor")
    for part, left in (("500", "1000.00"), ("999.99", "0.01")):
        back = claims.reverse(claim=claim, amount=Decimal(part), reason="x", by=officer, at=LATER)
        with pytest.raises(Refused, match=left):
            claims.reverse(claim=claim, amount=Decimal(left) + Decimal("0.01"), reason="x", by=officer, at=LATER)
        claims.approve(claim=back, by=supervisor, at=LATER)
        claim.refresh_from_db()
        assert claim.state == ClaimState.PAID
    last = claims.reverse(claim=claim, reason="x", by=officer, at=LATER)
    assert last.amount == Decimal("-0.01")
    claims.approve(claim=last, by=supervisor, at=LATER)
    claim.refresh_from_db()
    assert claim.state == ClaimState.REVERSED
    with pytest.raises(Refused):
        claims.reverse(claim=claim, reason="x", by=officer, at=LATER)


def test_a_refused_taking_back_leaves_everything_as_it_was(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    back = claims.reverse(claim=claim, reason="x", by=town.actor("officer"), at=LATER)
    claims.decline(claim=back, reason="没有重复", by=town.actor("supervisor"), at=LATER)
    claim.refresh_from_db()
    assert claim.state == ClaimState.PAID
    assert claims.reverse(claim=claim, reason="y", by=town.actor("officer"), at=LATER).amount == Decimal("-1500.00")


def test_only_what_is_paid_is_taken_back_and_only_once_over(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    with pytest.raises(Refused, match="已付款"):
        claims.reverse(claim=claim, reason="x", by=town.actor("officer"), at=NOW)
    paid(town, claim)
    back = claims.reverse(claim=claim, reason="x", by=town.actor("officer"), at=NOW)
    with pytest.raises(Refused):
        claims.reverse(claim=back, reason="x", by=town.actor("officer"), at=NOW)


def test_money_that_came_back_is_booked_once(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    back = claims.reverse(claim=claim, reason="x", by=town.actor("officer"), at=LATER)
    claims.approve(claim=back, by=town.actor("officer_two"), at=LATER)
    assert not batches.in_sight(town.actor("officer")).filter(claims=back).exists()
    with pytest.raises(Refused, match="没有已批准"):  # what comes back is never sent to the bank
        batches.make_batch(county=claim.county, by=town.actor("officer"), at=LATER)
    for _twice in range(2):
        back = claims.mark_returned(claim=back, reference="TK-1", by=town.actor("officer"), at=LATER)
    with pytest.raises(Refused):
        claims.mark_returned(claim=claim, reference="TK-1", by=town.actor("officer"), at=LATER)
    assert Event.objects.filter(kind="claim_returned").count() == 1
    table = budget.table(by=town.actor("supervisor"), year=2026)
    assert table.rows[0].paid == 0 and sound()


# What the database itself refuses


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("9999.00")}, {"key": "x"}, {"day": date(2020, 1, 1)}, {"practitioner": None}, {"worked_out": {}},
        {"pay_to": "person"}, {"tax": "x"}, {"state": "paid"}, {"state": "approved"}, {"state": "reversed"},
    ],
)  # fmt: skip
def test_the_database_lets_nobody_edit_a_claim(town: Town, folder: Path, change: dict[str, Any]) -> None:
    claim = owe(town, folder)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).delete()


@pytest.mark.parametrize(
    "change",
    [{"paid_at": LATER + timedelta(days=9)}, {"reference": "x"}, {"batch": None}, {"approved_by": "account:0"}, {"state": "declined"}, {"reason": "x"}],
)  # fmt: skip
def test_the_database_lets_nobody_edit_what_was_paid(town: Town, folder: Path, change: dict[str, Any]) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**change)


def test_the_database_wants_two_persons_and_money_by_batch(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    claims.review(claim=claim, by=town.actor("officer"), at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(
            state="approved", approved_by=town.actor("officer").label, approved_at=NOW
        )
    claims.approve(claim=claim, by=town.actor("officer_two"), at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state="paid", paid_at=NOW, reference="x")


def test_a_sum_changed_behind_the_programs_back_is_found(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    with connection.cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sql.execute("ALTER TABLE funds_claim DISABLE TRIGGER USER")
        sql.execute("UPDATE funds_claim SET amount = 9000 WHERE id = %s", [claim.pk])
        sql.execute("ALTER TABLE funds_claim ENABLE TRIGGER USER")
    assert [(f.stream, f.seq) for f in claims.faults()] == [(f"funds:claim:{claim.pk}", 1)]


def test_the_journal_holds_no_name_no_sum_and_no_reason(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    paid(town, claim, reference="HD-1")
    back = claims.reverse(claim=claim, reason="某某领错了", by=town.actor("officer"), at=LATER)
    claims.decline(claim=back, reason="某某没领错", by=town.actor("supervisor"), at=LATER)
    told = "".join(str(e.data) for e in Event.objects.filter(stream__startswith="funds:"))
    assert "1500" not in told and "某某" not in told and "律师" not in told and "HD-1" not in told
    assert sound()


# Batches and the bank


def batch_of(town: Town, folder: Path, count: int = 3) -> tuple[Batch, list[Claim]]:
    rows = [approved(town, owe(town, folder, recipients=n + 1)) for n in range(count)]
    return batches.make_batch(county=town.units["653125000000"], by=town.actor("officer"), at=NOW), rows


def test_the_file_for_the_bank_says_the_same_as_the_claims_to_the_fen(town: Town, folder: Path) -> None:
    batch, rows = batch_of(town, folder)
    batch = batches.close(batch=batch, by=town.actor("officer"), at=NOW)
    for form in ("csv", "xlsx"):
        content = batches.bank_file(batch=batch, by=town.actor("officer"), at=NOW, form=form)
        read = batches.read_file(content)
        assert read.lines == {c.pk: c.amount for c in rows}
        assert (read.total, read.count) == (batch.total, 3) == (Decimal("4950.00"), 3)
    lines = [cells for _n, cells in tables.read(batches.bank_file(batch=batch, by=town.actor("officer"), at=NOW)).rows]
    assert lines[0][:5] == ["序号", "补贴编号", "收款人", "收款账号", "金额（元）"]
    assert lines[1][2:] == ["甲县示例律师事务所（示例）", "（由出纳填写）", "1500.00", f"刑事辩护 审判阶段（补贴第 {rows[0].pk} 号）", "免征增值税、个人所得税", "EXEMPT"]  # fmt: skip
    assert lines[-1][:2] == ["合计", "3"] and lines[-1][4] == "4950.00"


def test_a_file_somebody_changed_is_known(town: Town, folder: Path) -> None:
    batch, _rows = batch_of(town, folder)
    batch = batches.close(batch=batch, by=town.actor("officer"), at=NOW)
    text = batches.bank_file(batch=batch, by=town.actor("officer"), at=NOW).decode("utf-8-sig")
    for wrong in (
        text.replace("1500.00", "1500.01"),
        text.replace("甲县示例律师事务所", "别的律师事务所"),
        "\n".join(text.splitlines()[:2] + text.splitlines()[3:]),
    ):
        with pytest.raises(Refused, match="改动"):
            batches.read_file(wrong.encode("utf-8-sig"))
    for nonsense in (b"a,b\n1,2\n", b"a\n"):
        with pytest.raises(Refused):
            batches.read_file(nonsense)


def test_no_cell_of_the_file_runs_as_a_formula(town: Town, folder: Path) -> None:
    firm = Organisation.objects.get(kind=OrganisationKind.LAW_FIRM)
    Organisation.objects.filter(pk=firm.pk).update(name_zh='=HYPERLINK("http://x")')
    batch, _rows = batch_of(town, folder, 1)
    batch = batches.close(batch=batch, by=town.actor("officer"), at=NOW)
    content = batches.bank_file(batch=batch, by=town.actor("officer"), at=NOW)
    assert "'=HYPERLINK" in content.decode("utf-8-sig") and batches.read_file(content).count == 1
    sheet: Any = openpyxl.load_workbook(
        io.BytesIO(batches.bank_file(batch=batch, by=town.actor("officer"), at=NOW, form="xlsx"))
    ).active
    assert sheet["C2"].data_type == "s" and sheet["E2"].data_type == "s"


def test_the_file_stays_as_it_was_whatever_is_renamed_after(town: Town, folder: Path) -> None:
    batch, _rows = batch_of(town, folder)
    batch = batches.close(batch=batch, by=town.actor("officer"), at=NOW)
    first = batches.bank_file(batch=batch, by=town.actor("officer"), at=NOW)
    Organisation.objects.filter(kind=OrganisationKind.LAW_FIRM).update(name_zh="改名了")
    assert batches.bank_file(batch=batch, by=town.actor("officer"), at=LATER) == first
    assert hashlib.sha256(first).hexdigest() == batch.digest
    assert Event.objects.get(stream=f"funds:batch:{batch.number}", kind="batch_closed").data["digest"] == batch.digest
    with connection.cursor() as sql:  # who it names does not lie open in the database
        sql.execute("SELECT content FROM funds_batch")
        assert "律师" not in sql.fetchone()[0]


def test_a_closed_batch_changes_no_more(town: Town, folder: Path) -> None:
    batch, _rows = batch_of(town, folder)
    batches.close(batch=batch, by=town.actor("officer"), at=NOW)
    for change in (
        {"total": Decimal(1)},
        {"digest": "x"},
        {"content": "x"},
        {"count": 9},
        {"number": "x"},
        {"state": "open"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(**change)
    with pytest.raises(Refused):
        batches.close(batch=Batch.objects.get(pk=batch.pk), by=town.actor("officer"), at=NOW)


def test_batches_are_numbered_by_county_and_year_without_gaps(town: Town, folder: Path) -> None:
    first, _rows = batch_of(town, folder, 1)
    with pytest.raises(Refused, match="没有已批准"):
        batches.make_batch(county=first.county, by=town.actor("officer"), at=NOW)
    second, _rows = batch_of(town, folder, 1)
    assert (first.number, second.number) == ("653125-2026-001", "653125-2026-002")


def test_purses_that_the_law_keeps_apart_go_in_batches_of_their_own(town: Town, folder: Path) -> None:
    approved(town, owe(town, folder))
    lottery = approved(town, owe(town, folder, source=MoneySource.LOTTERY))
    batch = batches.make_batch(county=lottery.county, source=MoneySource.LOTTERY, by=town.actor("officer"), at=NOW)
    assert [c.pk for c in batch.claims.all()] == [lottery.pk]
    with pytest.raises(Refused, match="这笔资金"):
        batches.make_batch(county=lottery.county, only=[lottery], by=town.actor("officer"), at=NOW)


def test_paid_is_said_once_and_twice_changes_nothing(town: Town, folder: Path) -> None:
    batch, rows = batch_of(town, folder)
    officer = town.actor("officer")
    with pytest.raises(Refused, match="付款文件"):
        batches.mark_paid(batch=batch, reference="HD-9", by=officer, at=LATER)
    batches.close(batch=batch, by=officer, at=NOW)
    with pytest.raises(Refused, match="回单号"):
        batches.mark_paid(batch=batch, reference=" ", by=officer, at=LATER)
    for _twice in range(2):
        batch = batches.mark_paid(batch=batch, reference="HD-9", by=officer, at=LATER)
    assert batch.state == BatchState.PAID and Event.objects.filter(kind="batch_paid").count() == 1
    with pytest.raises(Refused, match="HD-9"):
        batches.mark_paid(batch=batch, reference="HD-10", by=officer, at=LATER)
    for claim in rows:
        claim.refresh_from_db()
        assert (claim.state, claim.paid_at, claim.reference) == (ClaimState.PAID, LATER, "HD-9")
    assert sound()


def test_what_the_bank_gives_back_waits_for_the_next_batch(town: Town, folder: Path) -> None:
    batch, rows = batch_of(town, folder)
    officer = town.actor("officer")
    batches.close(batch=batch, by=officer, at=NOW)
    with pytest.raises(Refused, match="没有第 9999999 号"):
        batches.mark_paid(batch=batch, reference="HD-1", failed={9999999: ""}, by=officer, at=LATER)
    batch = batches.mark_paid(batch=batch, reference="HD-1", failed={rows[1].pk: "账号有误"}, by=officer, at=LATER)
    for claim in rows:
        claim.refresh_from_db()
    assert [c.state for c in rows] == ["paid", "approved", "paid"]
    assert rows[1].batch is None and rows[1].failed_why == "账号有误"
    back = sum(Decimal(f["amount"]) for f in batch.failed)
    assert sum(c.amount for c in batch.claims.all()) + back == batch.total
    again = batches.make_batch(county=batch.county, by=officer, at=LATER)
    batches.close(batch=again, by=officer, at=LATER)
    batches.mark_paid(batch=again, reference="HD-2", by=officer, at=LATER)
    rows[1].refresh_from_db()
    assert (rows[1].state, rows[1].reference, rows[1].failed_why) == ("paid", "HD-2", "") and sound()


def test_a_batch_is_taken_apart_before_the_bank_has_paid_not_after(town: Town, folder: Path) -> None:
    batch, rows = batch_of(town, folder)
    officer = town.actor("officer")
    with pytest.raises(Refused, match="理由"):
        batches.dissolve(batch=batch, reason="", by=officer, at=NOW)
    batches.dissolve(batch=batch, reason="漏了一笔", by=officer, at=NOW)
    rows[0].refresh_from_db()
    assert rows[0].state == ClaimState.APPROVED and rows[0].batch is None
    with pytest.raises(Refused):
        batches.bank_file(batch=Batch.objects.get(pk=batch.pk), by=officer, at=NOW)
    second = batches.make_batch(county=batch.county, by=officer, at=NOW)
    batches.close(batch=second, by=officer, at=NOW)
    batches.mark_paid(batch=second, reference="HD-1", by=officer, at=NOW)
    with pytest.raises(Refused):
        batches.dissolve(batch=Batch.objects.get(pk=second.pk), reason="x", by=officer, at=NOW)
    assert sound()


def test_another_countys_batch_is_nobodys_business(town: Town, folder: Path) -> None:
    batch, _rows = batch_of(town, folder)
    for who in ("supervisor_b", "provider", "planner", "clerk"):
        by = town.actor(who)
        assert not batches.in_sight(by).exists()
        for verb in (lambda by=by: batches.close(batch=batch, by=by, at=NOW), lambda by=by: batches.bank_file(batch=batch, by=by, at=NOW),
                     lambda by=by: batches.mark_paid(batch=batch, reference="x", by=by, at=NOW),
                     lambda by=by: batches.dissolve(batch=batch, reason="x", by=by, at=NOW)):  # fmt: skip
            with pytest.raises(Denied):
                verb()


@given(fens=st.lists(st.integers(1, 10**10), min_size=1, max_size=40), back=st.data())
@settings(max_examples=40)
def test_sums_of_files_agree_to_the_fen(fens: list[int], back: Any) -> None:
    """Whatever the amounts: what is read is what was written, and one changed line is found."""
    amounts = [Decimal(n).scaleb(-2) for n in fens]
    lines = [[str(n), str(n), "某所", "", f"{a:.2f}", "", "", "EXEMPT"] for n, a in enumerate(amounts, 1)]
    last = ["合计", str(len(lines)), "x", "", f"{sum(amounts):.2f}", "", batches.check_of(lines), ""]
    content = tables.to_csv([str(h) for h in batches.HEADINGS], [*lines, last])
    read = batches.read_file(content)
    assert read.total == Decimal(sum(fens)).scaleb(-2) == sum(read.lines.values())
    one = back.draw(st.integers(0, len(lines) - 1))
    lines[one][4] = f"{amounts[one] + Decimal('0.01'):.2f}"
    with pytest.raises(Refused):
        batches.read_file(tables.to_csv([str(h) for h in batches.HEADINGS], [*lines, last]))


# What lines ask


def test_lines_ask_how_an_order_stands(town: Town, folder: Path) -> None:
    order = town.need()
    trial = owe(town, folder, order=order)
    owe(town, folder, order=order, stage="investigation")
    county = order.case.county
    assert [c.stage for c in claims.unpaid(county)] == ["trial", "investigation"]
    assert not claims.paid(order, "trial") and claims.owed(order, "trial") == trial
    approved(town, trial)
    batch = batches.make_batch(county=county, only=[trial], by=town.actor("officer"), at=NOW)
    batches.close(batch=batch, by=town.actor("officer"), at=NOW)
    batches.mark_paid(batch=batch, reference="HD", by=town.actor("officer"), at=LATER)
    assert claims.paid(order, "trial") and not claims.paid(order, "investigation")
    assert [(s.stage, str(s.state), s.paid_on) for s in claims.standing(order)] == [
        ("trial", "paid", TODAY),
        ("investigation", "proposed", None),
    ]
    assert [c.stage for c in claims.unpaid(county)] == ["investigation"]


def test_a_lawyer_sees_the_own_claims_and_a_firm_its_lawyers(town: Town, folder: Path) -> None:
    mine = owe(town, folder)
    other = owe(town, folder, practitioner=lawyer("16531201910000002"))
    assert list(claims.due_to(town.actor("provider"))) == [mine]
    assert set(claims.due_to(town.actor("firm"))) == {mine, other}
    assert (
        not claims.due_to(town.actor("officer")).exists()
        and not claims.due_to(town.actor("applicant") if town.applicant else town.actor("nobody")).exists()
    )


# The money of a county and a year


def plan(
    town: Town,
    amount: str = "100000",
    what: str = "case",
    side: str = "expense",
    document: str = "甲财预〔2026〕1 号",
    **more: Any,
) -> BudgetLine:
    given = {
        "county": town.units["653125000000"],
        "year": 2026,
        "day": date(2026, 2, 1),
        "by": town.actor("supervisor"),
        "at": NOW,
        **more,
    }
    return budget.plan(side=side, kind=what, amount=Decimal(amount), document=document, **given)


def test_spent_and_left_are_added_up_from_the_claims(town: Town, folder: Path) -> None:
    plan(town)
    plan(town, "150000", "budget", "income")
    plan(town, "20000.50", "lottery", "income", document="彩票公益金通知")
    paid(town, owe(town, folder))
    approved(town, owe(town, folder, stage="second"))
    owe(town, folder, stage="third")
    divisions.set_population(division=town.units["653125000000"], year=2020, source="普查", population=1000)
    row = budget.table(by=town.actor("supervisor"), year=2026).rows[0]
    assert (row.planned, row.income, row.paid, row.approved, row.owed) == tuple(
        Decimal(n) for n in ("100000", "170000.50", "1500", "600", "600")
    )
    assert row.left == Decimal("98500") and row.per_head == Decimal("1.50") and row.income_per_head == Decimal("170.00")
    assert not row.why and not row.over
    county = town.units["653125000000"]
    assert [
        (r.kind, r.planned, r.paid) for r in budget.kinds(by=town.actor("supervisor"), county=county, year=2026)
    ] == [("case", Decimal("100000"), Decimal("1500"))]
    assert [(k, came, out) for k, _l, came, out in budget.incomes(by=town.actor("supervisor"), county=county, year=2026)] == [
        ("budget", Decimal("150000"), Decimal("1500")), ("lottery", Decimal("20000.50"), Decimal(0)),
    ]  # fmt: skip


def test_every_figure_is_the_sum_of_the_claims_behind_it(town: Town, folder: Path) -> None:
    paid(town, owe(town, folder))
    approved(town, owe(town, folder, stage="second"))
    owe(town, folder, stage="third")
    by = town.actor("supervisor")
    row = budget.table(by=by, year=2026).rows[0]
    for show in budget.SHOWS:
        assert sum(c.amount for c in budget.behind(budget.in_sight(by), show, 2026)) == getattr(row, show) > 0


def test_what_cannot_be_computed_is_empty_with_a_reason(town: Town, folder: Path) -> None:
    owe(town, folder)
    row = budget.table(by=town.actor("supervisor"), year=2026).rows[0]
    assert row.left is None and row.planned is None and row.per_head is None and row.income is None
    assert len(row.why) == 2


def test_a_payment_belongs_to_the_year_in_which_it_was_made(town: Town, folder: Path) -> None:
    """At half past midnight in Beijing it is still last year in Greenwich."""
    claim = approved(town, owe(town, folder))
    officer = town.actor("officer")
    batch = batches.make_batch(county=claim.county, by=officer, at=NOW)
    batches.close(batch=batch, by=officer, at=NOW)
    batches.mark_paid(batch=batch, reference="HD", by=officer, at=at("2027-01-01", 0, 30))
    by = town.actor("supervisor")
    assert budget.table(by=by, year=2026).rows[0].paid == 0
    assert budget.table(by=by, year=2027).rows[0].paid == Decimal("1500")


def test_a_plan_is_the_sum_of_its_documents_and_never_edited(town: Town, folder: Path) -> None:
    row = plan(town, "1000")
    plan(town, "-400", document="调减通知")
    assert budget.table(by=town.actor("supervisor"), year=2026).rows[0].planned == Decimal("600")
    with pytest.raises(Refused, match="600"):
        plan(town, "-600.01", document="调减通知二")
    with pytest.raises(Refused, match="登记过"):
        plan(town, "1000")
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetLine.objects.filter(pk=row.pk).update(amount=1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": "0"}, "零"),
        ({"document": " "}, "文件"),
        ({"what": "moon"}, "来源"),
        ({"what": "lottery"}, "来源"),
        ({"year": 2035}, "年份"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(town: Town, given: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        plan(town, **given)


@pytest.mark.parametrize(
    "who", ["officer", "supervisor_b", "clerk", "provider", "administrator", "applicant", "nobody"]
)
def test_a_stranger_plans_nothing(town: Town, who: str) -> None:
    town.need()
    with pytest.raises(Denied):
        plan(town, by=town.actor(who))


def test_a_planner_sees_every_countys_sums_and_nobodys_name(town: Town, folder: Path) -> None:
    owe(town, folder)
    table = budget.table(by=town.actor("planner"), year=2026)
    assert [r.county.code for r in table.rows] == ["653100000000", "653125000000", "653131000000"]
    assert table.total is not None and table.total.owed == Decimal("1500")
    assert not budget.names_payees(town.actor("planner")) and not claims.in_sight(town.actor("planner")).exists()
    assert [r.county.code for r in budget.table(by=town.actor("supervisor_b"), year=2026).rows] == ["653131000000"]


def test_the_ministrys_sheet_of_funds(town: Town, folder: Path) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    plan(town, "5000", "central", "income", line=claim.line)
    told = budget.statement(counties=[claim.county], line=claim.line, since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert told["income"]["central"] == Decimal("5000") and told["expense"]["case"] == Decimal("1500")
    assert told["expense"]["duty"] == 0 and sum(told["income"].values()) == Decimal("5000")
    early = budget.statement(counties=[claim.county], line=claim.line, since=date(2026, 1, 1), until=date(2026, 1, 31))
    assert not any(early["income"].values()) and not any(early["expense"].values())


# The pages


CLAIMS, BUDGET = "/console/bench/funds.claims/", "/console/bench/funds.budget/"


def press(browser: Client, deed: str, address: str = CLAIMS, once: str = "1", **data: Any) -> str:
    answer = browser.post(address, {"deed": deed, "once": once + deed, **data}, follow=True)
    assert answer.status_code in {200, 409}
    return answer.content.decode()


def test_from_the_proposal_to_the_bank_on_the_page(town: Town, folder: Path, sign_in: Any) -> None:
    claim = owe(town, folder, day=date(2026, 11, 20))
    first, second = sign_in(town, "officer", on=Client()), sign_in(town, "officer_two", on=Client())
    shown = first.get(CLAIMS).content.decode()
    assert "1,200.00" in shown and "标准未经确认" in shown and f'value="{claim.pk}"' in shown
    assert "请至少选一笔" in press(first, "review", mark="page=proposed")
    press(first, "review", chosen=[claim.pk], once="2")
    assert "要由另一个人批准" in first.get(CLAIMS + "?tab=reviewed").content.decode()
    press(second, "approve", chosen=[claim.pk])
    assert "已批准" in second.get(CLAIMS + f"?claim={claim.pk}").content.decode()
    press(first, "batch", county=claim.county.pk, source="budget")
    batch = Batch.objects.get()
    assert first.get(f"{CLAIMS}files/bank.csv?batch={batch.pk}").status_code == 404  # not closed yet
    press(first, "close", batch=batch.pk)
    assert batches.read_file(first.get(f"{CLAIMS}files/bank.csv?batch={batch.pk}").content).total == Decimal("1200.00")
    assert batches.read_file(first.get(f"{CLAIMS}files/bank.xlsx?batch={batch.pk}").content).total == Decimal("1200.00")
    assert "不是补贴编号" in press(
        first,
        "pay",
        f"{CLAIMS}?batch={batch.pk}",
        batch=batch.pk,
        reference="HD",
        back="张三",
        mark=f"batch={batch.pk}",
    )
    press(first, "pay", batch=batch.pk, reference="HD", once="3")
    for address in ("?tab=paid", "?tab=batches", f"?batch={batch.pk}", f"?claim={claim.pk}"):
        assert first.get(CLAIMS + address).status_code == 200
    press(first, "reverse", claim=claim.pk, reason="领错了")
    back = Claim.objects.get(reverses=claim)
    press(second, "approve_one", claim=back.pk)
    press(second, "returned", claim=back.pk, reference="TK")
    back.refresh_from_db()
    assert back.state == ClaimState.PAID and sound()


def test_no_and_less_on_the_page(town: Town, folder: Path, sign_in: Any) -> None:
    claim = owe(town, folder)
    browser = sign_in(town, "officer", on=Client())
    assert "小于" in press(browser, "reduce", claim=claim.pk, to="2000", reason="x")
    press(browser, "reduce", claim=claim.pk, to="700", reason="x", once="2")
    new = Claim.objects.get(replaces=claim)
    press(browser, "decline", claim=new.pk, reason="不合格", once="3")
    new.refresh_from_db()
    assert new.state == ClaimState.DECLINED and browser.get(CLAIMS + "?tab=declined").status_code == 200


def test_another_countys_claim_is_not_there(town: Town, folder: Path, sign_in: Any) -> None:
    claim = owe(town, folder)
    browser = sign_in(town, "supervisor_b", on=Client())
    assert browser.get(f"{CLAIMS}?claim={claim.pk}").status_code == 404
    for nonsense in ("?claim=x", "?batch=1", "?tab=moon", "?claim=99999999999999999999"):
        assert browser.get(CLAIMS + nonsense).status_code == 404
    press(browser, "decline", claim=claim.pk, reason="x")
    claim.refresh_from_db()
    assert claim.state == ClaimState.PROPOSED


def test_every_number_of_the_budget_opens_its_claims_and_excel_says_the_same(
    town: Town, folder: Path, sign_in: Any
) -> None:
    paid(town, owe(town, folder))
    owe(town, folder, stage="third")
    plan(town)
    county = town.units["653125000000"]
    browser = sign_in(town, "supervisor", on=Client())
    shown = browser.get(BUDGET).content.decode()
    assert "1,500.00" in shown and "98,500.00" in shown and "甲财预" in shown
    for show, name in (("paid", "1,500.00"), ("owed", "600.00"), ("approved", "0.00")):
        opened = browser.get(f"{BUDGET}?county={county.pk}&year=2026&show={show}").content.decode()
        assert name in opened and ("甲县示例律师事务所" in opened) == (show != "approved")
    sheet: Any = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"{BUDGET}files/budget.xlsx?year=2026").content)
    ).worksheets[0]
    cells = {h.value: v.value for h, v in zip(sheet[1], sheet[2], strict=True)}
    assert (
        cells["已付款"] == "1500.00"
        and cells["预算剩余"] == "98500.00"
        and cells["人均支出"] is None
        and "人口" in cells["说明"]
    )
    for nonsense in ("?year=x", "?year=99999", "?county=0", "?show=moon", "?line=moon"):
        assert browser.get(BUDGET + nonsense).status_code == 404


def test_a_planner_enters_a_plan_and_reads_no_names(town: Town, folder: Path, sign_in: Any) -> None:
    owe(town, folder)
    browser = sign_in(town, "planner", on=Client())
    county = town.units["653125000000"]
    assert browser.get(BUDGET).status_code == 200 and browser.get(CLAIMS).status_code == 403
    opened = browser.get(f"{BUDGET}?county={county.pk}&show=owed").content.decode()
    assert "1,500.00" in opened and "律师事务所" not in opened
    said = {
        "county": county.pk,
        "line": "",
        "year": "2026",
        "what": "income:budget",
        "amount": "3000.55",
        "day": "2026-01-05",
        "document": "甲财预 1 号",
    }
    press(browser, "plan", BUDGET, **said)
    press(browser, "plan", BUDGET, **said)  # a double click
    assert BudgetLine.objects.get().amount == Decimal("3000.55")


@pytest.mark.parametrize("language", ["zh-hans", "ug", "en"])
def test_the_pages_open_in_every_language(town: Town, folder: Path, sign_in: Any, language: str) -> None:
    claim = owe(town, folder)
    paid(town, claim)
    owe(town, folder, stage="third")
    browser = sign_in(town, "supervisor", on=Client())
    browser.cookies["django_language"] = language
    for address in (
        CLAIMS,
        CLAIMS + "?tab=paid",
        f"{CLAIMS}?claim={claim.pk}",
        f"{CLAIMS}?batch={Batch.objects.get().pk}",
        BUDGET,
    ):
        assert browser.get(address, headers={"accept-language": language}).status_code == 200


def test_both_benches_are_declared() -> None:
    assert benches.get("funds.claims").roles == {Role.OFFICER, Role.SUPERVISOR}
    assert benches.get("funds.budget").roles == {Role.OFFICER, Role.SUPERVISOR, Role.PLANNER}
