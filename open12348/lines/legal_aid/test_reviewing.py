"""Legal aid at the quality ledger: which files are read under which form, what a grade brings, and the checks of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from open12348.kernel.access import SYSTEM, Denied, Role
from open12348.kernel.parameters import Figure
from open12348.ledgers.funds import batches, claims
from open12348.ledgers.funds.models import Claim, ClaimState
from open12348.ledgers.quality import checks, redaction, reviews, rounds, sheet
from open12348.ledgers.quality.models import CheckKind, QualityGrade, ReviewFile, Round, TrainingDuty
from open12348.registry import accounts
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import casework, journal, routing
from open12348.spine.models import Case, StaffNotice
from tests.people import NOW, Town, at

from . import inspecting, panels, reviewing, sight
from .models import Kind, Member, Stage
from .tests import LATER, aid, lawyer, make, working

DAY = timedelta(days=1)


def payable(town: Town, case: Case | None = None) -> Case:
    """A stage closed, its file handed in and found complete: the fee is owed."""
    case = working(town, case)
    make(
        town,
        case,
        "record",
        "provider",
        kind="meeting",
        on="2026-11-23",
        note="和阿依古丽·买买提谈了工资，电话 13800001234",
    )
    make(
        town,
        case,
        "close",
        "provider",
        closing_paper="award",
        closed_on="2026-11-23",
        result="won",
        answer="仲裁支持了您的要求。",
    )
    make(town, case, "hand_in_file", "provider", paper_file="on")
    return make(town, case, "accept_file", "officer")


def readers(town: Town, county: str = "653125000000") -> list[Account]:
    """Three lawyers of ten years in three other firms of the county."""
    found = []
    for n, name in enumerate("孙周吴"):
        firm = Organisation.objects.create(
            kind="law_firm", name_zh=f"{name}所（示例）", division=town.units[county], invented=True
        )
        worker = Practitioner.objects.create(
            kind="lawyer", name_zh=f"{name}评查", licence_no=f"R{n}", organisation=firm, division=town.units[county],
            languages=["zh", "ug"], practised_since=date(2010, 1, 1), invented=True,
        )  # fmt: skip
        account = Account.objects.create(
            username=f"reader{n}",
            name=f"{name}评查（示例）",
            must_change_password=False,
            practitioner=worker,
            created_at=NOW,
        )
        accounts.grant(account=account, role=Role.PROVIDER, by=SYSTEM, at=at("2026-01-01"), division=town.units[county])
        found.append(account)
    return found


def drawn(town: Town, form: str = "legal_aid.civil_trial", when: Any = LATER) -> Round:
    return rounds.open_round(
        form=form, counties=[town.units["653125000000"]], closed_from=date(2026, 1, 1), closed_to=when.date(), ratio=100,
        by=town.actor("supervisor", when), at=when,
    )  # fmt: skip


def graded(town: Town, share: float, when: Any = LATER) -> ReviewFile:
    """The one drawn file, read by two with a share of the points, announced, and final after the time to object."""
    file = drawn(town, when=when).files.get()
    weights = sheet.get(file.round.sheet).weights(when.date())
    for review in file.reviews.all():
        reviews.score(
            review=review, by=accounts.actor_for(review.reader, when), at=when, remark="见各项",
            scores={code: int(most * share) for code, most in weights},
        )  # fmt: skip
    rounds.announce(round=file.round, by=town.actor("supervisor", when), at=when)
    rounds.finish_due(at=when + 11 * DAY)
    file.refresh_from_db()
    return file


def in_batch(town: Town, case: Case) -> Any:
    """The fee of a case signed by two and put into a batch for the bank."""
    claim = claims.review(claim=claim_of(case), by=town.actor("officer", LATER), at=LATER)
    claims.approve(claim=claim, by=town.actor("officer_two", LATER), at=LATER)
    return batches.make_batch(county=town.units["653125000000"], by=town.actor("officer", LATER), at=LATER)


def paid(town: Town, case: Case) -> Case:
    """The fee of a case paid by the bank."""
    batch, officer = in_batch(town, case), town.actor("officer", LATER)
    batches.close(batch=batch, by=officer, at=LATER)
    batches.mark_paid(batch=batch, reference="HD-1", by=officer, at=LATER)
    return Case.objects.get(pk=case.pk)


def claim_of(case: Case) -> Claim:
    return Claim.objects.exclude(state=ClaimState.DECLINED).get(order_id=case.pk)


# The forms


def test_every_kind_and_stage_has_one_form_whose_points_are_a_hundred() -> None:
    found: dict[tuple[str, str], list[str]] = {}
    for code, _label, of, stages, _readers in _forms():
        for k in of:
            for s in stages:
                found.setdefault((k, s), []).append(code)
    assert {len(v) for v in found.values()} == {1}
    assert set(found) == {(k.value, s.value) for k in Kind for s in Stage}
    for form in reviewing.FORMS:
        assert sum(most for _code, most in form.weights(date(2026, 11, 23))) == 100
        assert not reviewing.the(form.code.partition(".")[2], date(2026, 11, 23)).sure, "shown as not confirmed"


def _forms() -> Any:
    """The declaration again, from what each form narrows to: by asking it with one case of each kind and stage."""
    of = {"criminal_before": (reviewing._CRIMINAL, reviewing._BEFORE), "criminal_trial": (reviewing._CRIMINAL, reviewing._ALL - reviewing._BEFORE),
          "civil_trial": (reviewing._OTHER, reviewing._ALL - reviewing._OUTSIDE), "civil_outside": (reviewing._OTHER, reviewing._OUTSIDE)}  # fmt: skip
    return [(f.code, f.label, *of[f.code.partition(".")[2]], f.readers) for f in reviewing.FORMS]


def test_a_hearing_is_judged_only_where_there_is_one() -> None:
    day = date(2026, 11, 23)
    judged = {f.code.partition(".")[2]: {c.code for c in f.criteria_on(day)} for f in reviewing.FORMS}
    assert "hearing" in judged["criminal_trial"] and "hearing" in judged["civil_trial"]
    assert "hearing" not in judged["criminal_before"] and "hearing" not in judged["civil_outside"]
    assert "reading" in judged["criminal_before"] and "reading" not in judged["civil_trial"]
    for codes in judged.values():
        assert {"meeting", "evidence", "opinion", "told", "file", "explained"} <= codes


def test_a_round_keeps_the_weights_of_its_first_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    readers(town)
    payable(town)
    file = drawn(town).files.get()
    first = file.reviews.order_by("seat")[0]
    form = sheet.get(file.round.sheet)
    old = form.criteria_on(LATER.date())
    later = tuple(sheet.Criterion(c.code, c.label, 1 if c.code != "meeting" else 94, c.help) for c in old)
    changed = lambda day: old if day <= LATER.date() else later  # noqa: E731
    monkeypatch.setitem(sheet._sheets, form.code, _with(form, changed))
    done = reviews.score(
        review=first, by=accounts.actor_for(first.reader, LATER + DAY), at=LATER + DAY, remark="-",
        scores={c.code: c.weight for c in old},
    )  # fmt: skip
    assert done.total == 100


def _with(form: sheet.Sheet, criteria: Any) -> sheet.Sheet:
    return replace(form, criteria=criteria)


def test_only_files_found_complete_are_drawn_and_each_under_its_own_form(town: Town) -> None:
    readers(town)
    case = working(town)
    make(
        town,
        case,
        "close",
        "provider",
        closing_paper="award",
        closed_on="2026-11-23",
        result="won",
        answer="仲裁支持了您的要求。",
    )
    with pytest.raises(casework.Refused, match="没有可以评查的案卷"):
        drawn(town)
    make(town, case, "hand_in_file", "provider", paper_file="on")
    make(town, case, "accept_file", "officer")
    for other in ("criminal_trial", "criminal_before", "civil_outside"):
        with pytest.raises(casework.Refused, match="没有可以评查的案卷"):
            drawn(town, f"legal_aid.{other}")
    file = drawn(town).files.get()
    assert file.candidate.order_id == case.pk and file.candidate.practitioner == lawyer(town)
    assert file.candidate.kind == "civil/arbitration" and rounds.explain(file.round)[0].kind == "民事 · 劳动争议仲裁"


def test_a_complaint_puts_the_file_on_the_table_without_chance(town: Town) -> None:
    readers(town)
    case = payable(town)
    make(town, case, "complain", "applicant", ground="slow", story="等了很久没有消息")
    assert drawn(town).files.get().candidate.because == "有投诉"


def test_the_reader_sees_steps_but_neither_names_nor_numbers(town: Town) -> None:
    readers(town)
    case = payable(town)
    Member.objects.create(aid=aid(case), number=9, name="库尔班·吐尔逊", added_at=NOW)
    seen = redaction.read(case, sheet.get("legal_aid.civil_trial"), until=LATER + DAY)
    said = "\n".join(text for _title, text in seen.pages)
    assert "会见、约见" in said and "结案日" in said
    assert "阿依古丽" not in said and "13800001234" not in said and "库尔班" not in said


# What a grade brings


def test_a_grade_is_written_on_the_case_and_the_handler_is_told(town: Town) -> None:
    readers(town)
    case = payable(town)
    file = graded(town, 0.95)
    assert aid(case).grade == file.grade == QualityGrade.EXCELLENT
    told = StaffNotice.objects.get(order_id=case.pk, to="handler", at__gte=LATER + DAY)
    assert "优秀" in told.text["zh-hans"] and told.account == town.staff["provider"]
    assert claim_of(case).state == ClaimState.PROPOSED and not TrainingDuty.objects.exists()


def test_who_did_not_pass_is_paid_less_after_two_signatures_and_trained(town: Town) -> None:
    readers(town)
    case = payable(town)
    before = claim_of(case)
    claims.review(claim=before, by=town.actor("officer", LATER), at=LATER)
    graded(town, 0.4)
    now = claim_of(case)
    assert now.pk != before.pk and now.amount == before.amount * Decimal("0.5") and now.replaces_id == before.pk
    assert now.state == ClaimState.PROPOSED and not now.reviewed_by, "nothing is paid without two signatures anew"
    assert Claim.objects.get(pk=before.pk).state == ClaimState.DECLINED
    assert TrainingDuty.objects.get().practitioner == lawyer(town) and aid(case).grade == "fail"
    posted = StaffNotice.objects.filter(order_id=case.pk, at__gte=LATER + DAY)
    assert {n.to for n in posted if "重新审核" in n.text["zh-hans"]} == {"officer", "supervisor"}
    later = LATER + 12 * DAY
    claims.review(claim=now, by=town.actor("officer", later), at=later)
    with pytest.raises(Denied):
        claims.approve(claim=now, by=town.actor("officer", later), at=later)
    claims.approve(claim=Claim.objects.get(pk=now.pk), by=town.actor("officer_two", later), at=later)


def test_nothing_at_all_is_for_the_office_to_decide(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reviewing.the
    monkeypatch.setattr(reviewing, "the", lambda name, day: Figure(0) if name == "fail_pays" else real(name, day))
    readers(town)
    case = payable(town)
    graded(town, 0.4)
    assert claim_of(case).state == ClaimState.PROPOSED
    assert any("可以不发" in n.text["zh-hans"] for n in StaffNotice.objects.filter(order_id=case.pk, to="officer"))


def test_what_was_paid_is_left_to_the_office(town: Town) -> None:
    readers(town)
    case = payable(town)
    paid(town, case)
    graded(town, 0.4)
    assert claim_of(case).state == ClaimState.PAID
    assert any("冲销" in n.text["zh-hans"] for n in StaffNotice.objects.filter(order_id=case.pk, to="supervisor"))


def test_a_batch_on_its_way_does_not_keep_a_grade_from_standing(town: Town) -> None:
    readers(town)
    case = payable(town)
    in_batch(town, case)
    assert graded(town, 0.4).state == "final"
    assert claim_of(case).state == ClaimState.IN_BATCH and aid(case).grade == "fail"


def test_who_had_the_case_in_hand_is_known_after_it_left_their_hands(town: Town) -> None:
    readers(town)
    case = payable(town)
    paid(town, case)
    make(town, case, "archive", "officer")
    later = LATER + 31 * DAY
    assert sight.out_of_hands(later) == 1
    file = drawn(town, when=later).files.get()
    assert file.candidate.practitioner == lawyer(town) and file.candidate.account == town.staff["provider"]
    assert lawyer(town).organisation_id not in {r.organisation_id for r in file.reviews.all()}
    assert case in checks.suggested(town.actor("supervisor", later), later, CheckKind.VISIT)


# Checks from the case page


GOOD = {"result": "good", "found": "准备充分", "happened": "2026-11-23"}


def answers(kind: str) -> dict[str, str]:
    return {f"q_{code}": "yes" for code, _label in checks.QUESTIONS[kind]}


def test_a_hearing_is_noted_from_the_page_of_the_case(town: Town) -> None:
    case = working(town)
    done = make(town, case, "check_hearing", "officer", **answers("hearing"), **GOOD)
    assert done.state == "in_progress"
    row = checks.made(town.actor("officer")).get()
    assert row.kind == CheckKind.HEARING and row.order_id == case.pk
    shown = inspecting.panel(done, aid(case), town.actor("officer"), LATER)
    assert shown is not None and [c.pk for c in shown.context["made"]] == [row.pk]
    assert "庭审旁听" not in [str(k) for k in shown.context["left"]]


def test_the_organ_is_asked_once_and_its_answer_entered(town: Town) -> None:
    case = working(town)
    with pytest.raises(casework.Refused, match="没有向办案机关征询"):
        make(town, case, "check_organ", "officer", **answers("organ"), result="good", found="-")
    make(town, case, "check_ask", "officer", whom="甲县仲裁委", question="是否按时出庭")
    with pytest.raises(casework.Refused, match="还没有答复"):
        make(town, case, "check_ask", "officer", whom="甲县仲裁委", question="再问")
    make(town, case, "check_organ", "supervisor", **answers("organ"), result="good", found="按时出庭")
    assert checks.made(town.actor("officer")).get().done_by == town.staff["supervisor"]


def test_every_question_is_answered_unless_nobody_was_reached(town: Town) -> None:
    case = payable(town)
    with pytest.raises(casework.Invalid, match="每个问题都要回答"):
        make(town, case, "check_visit", "officer", **GOOD)
    make(town, case, "check_visit", "officer", happened="2026-11-23", result="not_reached", found="打了三次没有人接")
    with pytest.raises(casework.Invalid):
        make(town, case, "check_file", "officer", happened="2026-11-23", result="not_reached", found="-")


@pytest.mark.parametrize(("day", "why"), [("2026-11-24", "不能晚于今天"), ("2026-11-01", "早于收到")])
def test_a_check_lies_between_receipt_and_today(town: Town, day: str, why: str) -> None:
    case = payable(town)
    with pytest.raises(casework.Refused, match=why):
        make(town, case, "check_file", "officer", **answers("file"), **{**GOOD, "happened": day})


def test_neither_the_handler_nor_their_house_nor_a_stranger_checks(town: Town) -> None:
    case = working(town)
    for who in ("provider", "firm", "clerk", "supervisor_b", "applicant"):
        with pytest.raises((Denied, casework.Refused)):
            make(town, case, "check_visit", who, **answers("visit"), **GOOD)
    # An officer who handled it herself, for want of a lawyer's account, checks nothing of it.
    with journal.turn(order_id=case.pk, by=SYSTEM, at=LATER) as now:
        routing.hand(now, account=town.staff["officer"], why="-")
    with pytest.raises(casework.Refused, match="不能做质量检查"):
        make(town, case, "check_visit", "officer", **answers("visit"), **GOOD)


def test_only_those_in_charge_see_the_panel_of_checks(town: Town) -> None:
    case = working(town)
    make(town, case, "check_hearing", "officer", **answers("hearing"), **GOOD)
    again = Case.objects.get(pk=case.pk)
    titles = {
        who: [str(p.title) for p in panels.for_staff(again, town.actor(who), LATER)]
        for who in ("officer", "supervisor", "provider", "clerk")
    }
    assert "质量检查" in titles["officer"] and "质量检查" in titles["supervisor"]
    assert "质量检查" not in titles["provider"] + titles["clerk"]
    assert "check_hearing" not in [m.code for m in casework.open_moves(again, town.actor("provider"))]


def test_that_a_file_is_being_read_is_not_told(town: Town) -> None:
    readers(town)
    case = payable(town)
    drawn(town)
    shown = inspecting.panel(Case.objects.get(pk=case.pk), aid(case), town.actor("officer"), LATER)
    assert shown is not None and not shown.context["grade"]
