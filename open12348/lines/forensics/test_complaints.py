"""Complaints, measures and penalties: the days of order 144, who keeps away, and what a measure is in law."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from open12348.kernel.access import Denied
from open12348.registry import postings, providers
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import benches, casework, extensions, lists, masking, papers
from open12348.spine.casework import Refused
from open12348.spine.intake import Invalid
from open12348.spine.journal import Conflict
from open12348.spine.models import Case, Deadline
from tests.people import NOW, Town, at

from . import complaints, measures, penalties
from .bureau_folk import settle_bureau
from .complaint_models import ForensicComplaint, ForensicPenalty, SupervisionMeasure

STORY = {
    "relation": "examined", "knew_on": "2026-10-01", "story": "鉴定的时候没有通知我到场。", "opinion_no": "新示司鉴〔2026〕临鉴字第12号",
}  # fmt: skip
FOUND = {
    "licence_no": "650000111", "facts": "两份意见书由一名鉴定人单独出具。", "basis": "司法鉴定机构登记管理办法第三十九条", "proposed": "suspension",
}  # fmt: skip


@pytest.fixture
def bureau(town: Town) -> Town:
    return settle_bureau(town)


def house() -> Organisation:
    return Organisation.objects.select_related("division").get(licence_no="650000111")


def complain(town: Town, when: Any = NOW, **said: Any) -> Case:
    with time_machine.travel(when):
        return town.case(
            service=complaints.CODE, when=when, by="applicant" if town.applicant else "clerk",
            said={**STORY, "against": str(house().pk), **said},
        )  # fmt: skip


def do(town: Town, case: Case, move: str, who: str, when: Any = NOW, **data: Any) -> Case:
    with time_machine.travel(when):
        return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, when), at=when, data=data)


def due(case: Case, clock: str) -> date:
    found = Deadline.objects.get(order_id=case.pk, clock=clock)
    return (found.due_at - timedelta(seconds=1)).astimezone(NOW.tzinfo).date()


# Limits


def test_three_years_end_on_the_corresponding_day() -> None:
    """F-T03: within three years; T-01: the corresponding day is the last."""
    assert not complaints.is_late(date(2023, 11, 23), date(2026, 11, 23), 3)
    assert complaints.is_late(date(2023, 11, 22), date(2026, 11, 23), 3)


def test_the_days_of_a_complaint(bureau: Town) -> None:
    """F-T04 seven working days, F-T05 sixty days and thirty more by the head, told in writing, F-T06 seven working days."""
    case = complain(bureau)
    assert due(case, "accept") == date(2026, 12, 2)
    case = do(bureau, case, "accept", "officer")
    assert due(case, "finish") == date(2027, 1, 22)
    officer, head = bureau.actor("officer"), bureau.actor("supervisor")
    finish = Deadline.objects.get(order_id=case.pk, clock="finish")
    asked = extensions.ask(deadline=finish, by=officer, at=NOW, reason="要调阅外地的档案")
    with pytest.raises(ValueError, match="另一名负责人"):
        extensions.answer(row=asked, granted=True, by=officer, at=NOW)
    extensions.answer(row=asked, granted=True, by=head, at=NOW)
    assert due(case, "finish") == date(2027, 2, 22)  # thirty more days end on a Sunday
    assert any("书面告知" in str(h) for h in complaints.hints(case, officer))
    told = casework.make_paper(case=Case.objects.get(pk=case.pk), form="complaint_extended", by=officer, at=NOW)
    assert told.document.for_resident and not any("书面告知" in str(h) for h in complaints.hints(case, officer))
    case = do(bureau, case, "decide", "officer", result="upheld", note="到场通知没有记录。")
    assert due(case, "reply") == date(2026, 12, 2)
    case = do(bureau, case, "answer", "officer", answer="查实没有通知到场，已责令整改。")
    row = ForensicComplaint.objects.get(order_id=case.pk)
    assert (
        case.phase == "done" and row.result == "upheld" and papers.standing(case.order, "complaint_result") is not None
    )


def test_papers_awaited_and_a_transfer_are_not_counted(bureau: Town) -> None:
    case = complain(bureau)
    officer = bureau.actor("officer")
    casework.ask_correction(case=case, by=officer, at=NOW, wanted="鉴定意见书复印件")
    assert Deadline.objects.get(order_id=case.pk, clock="accept").state == "paused"
    casework.answer_correction(case=case, by=bureau.actor("applicant"), at=at("2026-11-26"), text="已补")
    assert due(case, "accept") == date(2026, 12, 7)


def test_a_late_complaint_is_turned_away_only_when_it_is_late(bureau: Town) -> None:
    late = complain(bureau, knew_on="2023-11-22")
    with pytest.raises(Refused, match="第四条"):
        do(bureau, late, "accept", "officer")
    do(bureau, late, "accept", "officer", other_law="某法第八条：五年")
    timely = complain(bureau)
    with pytest.raises(Refused, match="还没有满三年"):
        do(bureau, timely, "turn_away", "officer", ground="late", answer="已经过了三年。")
    case = do(bureau, timely, "turn_away", "officer", ground="opinion", answer="可以向办案机关申请重新鉴定。")
    assert ForensicComplaint.objects.get(order_id=case.pk).refusal == "opinion"
    content = papers.content_of(case.order.issued_papers.get(form="complaint_not_accepted"))
    assert "行政复议" in str(content["blocks"])  # with its remedies


def test_bad_input_is_told_with_what_is_right(bureau: Town) -> None:
    for said, field in (
        ({"knew_on": "2026-12-01"}, "knew_on"), ({"against": "other"}, "against_name"), ({"relation": "nobody"}, "relation"),
        ({"against": "999999"}, "against"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            complain(bureau, **said)
        assert field in refused.value.form.errors


# Who sees, who keeps away


def test_who_complained_is_not_told_to_the_institution(bureau: Town) -> None:
    """X-12: the body complained of does not learn who it was; it has no sight of the case, and its letter names nobody."""
    case = do(bureau, complain(bureau), "accept", "officer")
    for who in ("bureau_house", "stranger", "supervisor_b", "planner"):
        assert not lists.may_see(bureau.actor(who), case), who
    person = case.order.person
    assert person is not None
    for letter in (f"{person.name}反映没有通知到场", "138-0000-1234 这个人说没有通知到场"):
        with pytest.raises(Refused, match="不能说是谁投诉的"):
            do(bureau, case, "ask_subject", "officer", letter=letter)
    do(bureau, case, "ask_subject", "officer", letter="请说明该鉴定是否通知被鉴定人到场，并提供记录。")
    paper = case.order.issued_papers.get(form="complaint_to_subject")
    assert not paper.document.for_resident and person.name not in paper.content
    assert masking.hidden_from(case, bureau.actor("supervisor"))


def test_a_handler_connected_with_the_institution_keeps_away(bureau: Town) -> None:
    """公务员法 Art 76; order 144: not for taking it in hand, and not for a later step either."""
    colleague = Practitioner.objects.get(licence_no="65000011101")
    case = complain(bureau)
    Account.objects.filter(username="officer").update(practitioner=colleague)
    with pytest.raises((Refused, Denied), match="第七十六条"):
        do(bureau, case, "accept", "officer")
    do(bureau, case, "accept", "officer_two")
    with pytest.raises(Refused, match="第七十六条"):
        do(bureau, case, "decide", "officer", result="unfounded", note="没有问题。")
    with pytest.raises(Denied):
        do(bureau, case, "decide", "clerk", result="unfounded", note="没有问题。")
    seen = case.journal_seq
    with pytest.raises(Conflict):
        casework.make(
            case=case, move="note", by=bureau.actor("officer_two"), at=NOW, data={"note": "看过"}, expect=seen - 1
        )


# Measures


def propose(town: Town, who: str = "officer", **more: Any) -> SupervisionMeasure:
    facts = {
        "nature": "rectify",
        "facts": "没有到场通知的记录。",
        "basis": "司法鉴定程序通则第二十五条",
        "deadline": date(2026, 12, 31),
    }
    return measures.propose(organisation=house(), by=town.actor(who), at=NOW, **{**facts, **more})


def test_a_measure_is_heard_decided_by_another_and_rechecked(bureau: Town) -> None:
    """7.5: FOUND → PROPOSED → HEARD → DECIDED → RECTIFICATION → RECHECK → CLOSED."""
    row = propose(bureau)
    officer, other = bureau.actor("officer"), bureau.actor("officer_two")
    with pytest.raises(Conflict):
        measures.decide(measure=row, by=other, at=NOW)  # not heard yet
    measures.heard(measure=row, statement="没有意见，会补。", by=officer, at=NOW)
    with pytest.raises(Refused, match="不能自己决定"):
        measures.decide(measure=row, by=officer, at=NOW)
    measures.decide(measure=row, by=other, at=NOW)
    with pytest.raises(Conflict):
        measures.decide(measure=row, by=other, at=NOW)
    measures.recheck(measure=row, met=False, found="还是没有记录。", by=officer, at=at("2027-01-04"))
    row.refresh_from_db()
    assert row.state == "escalated" and row.recheck
    for who in ("supervisor_b", "clerk", "bureau_house"):
        with pytest.raises(Denied):
            propose(bureau, who)


def test_an_outside_criticism_needs_a_penalty_case(bureau: Town) -> None:
    """Acceptance test 20: outside 通报批评 without penalty case → refused (行政处罚法 Art 9)."""
    for code in ("", "3125092600000199"):
        with pytest.raises(Refused, match="第九条"):
            propose(bureau, nature="outside", deadline=None, penalty_code=code)
    case = penalty(bureau, proposed="criticism")
    with pytest.raises(Refused, match="第九条"):  # opened is not decided
        propose(bureau, nature="outside", deadline=None, penalty_code=case.order.code)
    decide(bureau, case, decided="criticism")
    assert propose(bureau, nature="outside", deadline=None, penalty_code=case.order.code).penalty_id == case.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionMeasure.objects.create(
            organisation=house(),
            nature="outside",
            facts="x",
            basis="x",
            proposed_at=NOW,
            proposed_by=bureau.staff["officer"],
        )
    with pytest.raises(Refused, match="基础清单"):
        propose(bureau, nature="credit")
    with pytest.raises(Refused, match="第九条"):
        propose(bureau, nature="inside")
    with pytest.raises(Refused, match="整改到哪一天"):
        propose(bureau, deadline=date(2026, 11, 1))


# Penalties


def penalty(town: Town, by: str = "officer", when: Any = NOW, **said: Any) -> Case:
    with time_machine.travel(when):
        return town.case(service=penalties.CODE, when=when, by=by, said={**FOUND, **said})


def decide(town: Town, case: Case, when: Any = NOW, **data: Any) -> Case:
    do(town, case, "tell", "officer", when, letter="拟因单人出具意见书处罚。")
    do(town, case, "state", "officer", when, stated="waived", note="书面放弃。")
    do(town, case, "report", "pref", when, reason="事实清楚。")
    said = {"decided_on": when.date().isoformat(), "document": "新司鉴罚〔2026〕3号", "gravity": "minor", "months": ""}
    return do(town, case, "record", "pref", when, **{**said, **data})


def test_a_county_proposes_and_never_records_a_suspension(bureau: Town) -> None:
    """Acceptance test 15: county user tries to record a suspension → forbidden; can record a proposal."""
    case = penalty(bureau)
    do(bureau, case, "tell", "officer", letter="拟停业三个月。")
    with pytest.raises(Refused, match="第四十五条"):
        do(bureau, case, "report", "pref", at("2026-11-30"), reason="事实清楚。")  # five working days to speak
    with pytest.raises(Refused, match="第十三条"):
        do(bureau, case, "report", "officer", at("2026-12-01"), reason="事实清楚。")
    do(bureau, case, "report", "pref", at("2026-12-01"), reason="期满没有陈述。")
    data = {
        "decided": "suspension",
        "months": 3,
        "decided_on": "2026-12-01",
        "document": "新司鉴罚〔2026〕3号",
        "gravity": "general",
    }
    with pytest.raises(Refused, match="县级只能提出建议"):
        do(bureau, case, "record", "officer", at("2026-12-01"), **data)
    with pytest.raises(Invalid):
        do(bureau, case, "record", "pref", at("2026-12-01"), **{**data, "months": 2})
    do(bureau, case, "record", "pref", at("2026-12-01"), **data)
    assert providers.standing_at(house(), at("2026-12-01", 11)) == "suspended"
    assert providers.standing_at(house(), at("2027-03-01")) == "active"  # three months later it ends by itself
    expert = Practitioner.objects.get(licence_no="65000011101")
    assert expert not in providers.available(at("2026-12-01", 11))  # acceptance test 16: the same minute


def test_publicity_of_a_penalty_ends_on_its_day(bureau: Town) -> None:
    """Acceptance test 21, 7.6: minor, three months from the document; shown until then and kept inside."""
    case = decide(bureau, penalty(bureau, proposed="warning"), decided="warning")
    with pytest.raises(Refused, match="身份证号"):
        do(bureau, case, "post", "pref", text="示例某 653125199001011236 单人出具意见书。")
    do(bureau, case, "post", "pref", text="示例司法鉴定所（示例）单人出具意见书，警告。")
    row = ForensicPenalty.objects.select_related("posting").get(order_id=case.pk)
    assert row.posting is not None and row.posting.until == date(2027, 2, 23)
    assert postings.standing(at("2027-02-23", 23), line="forensics").exists()
    assert not postings.standing(at("2027-02-24", 0, 1), line="forensics").exists()
    with pytest.raises(Refused, match="已经公示"):
        do(bureau, case, "post", "pref", text="示例司法鉴定所（示例）单人出具意见书，警告。")


def test_credit_repair_takes_the_publicity_down_after_its_least_time(bureau: Town) -> None:
    """7.6: general, shown for three months at least; repaired once the penalty was carried out; kept inside."""
    case = decide(bureau, penalty(bureau, proposed="warning"), decided="warning", gravity="general")
    do(bureau, case, "post", "pref", text="示例司法鉴定所（示例）单人出具意见书，警告。")
    do(bureau, case, "finish", "officer", reason="已送达。")
    with pytest.raises(Refused, match="2027-02-23"):
        do(bureau, case, "repair", "pref", at("2027-02-22"), reason="申请修复。")
    with pytest.raises(Refused, match="县级只能提出建议"):
        do(bureau, case, "repair", "officer", at("2027-02-23"), reason="申请修复。")
    case = do(bureau, case, "repair", "pref", at("2027-02-23"), reason="申请修复。")
    assert case.state == "done" and not postings.standing(at("2027-02-23", 11), line="forensics").exists()
    with pytest.raises(Refused, match="没有在公示"):
        do(bureau, case, "repair", "pref", at("2027-02-24"), reason="申请修复。")


def test_a_revoked_licence_is_not_opened_again(bureau: Town) -> None:
    decide(bureau, penalty(bureau, proposed="revocation"), decided="revocation", gravity="serious")
    assert providers.standing_at(house(), NOW) == "revoked"
    other = penalty(bureau)
    with pytest.raises(Refused, match="已吊销"):
        decide(bureau, other, decided="suspension", months=3)


def test_the_bench_of_measures_opens_a_penalty_case_and_shows_what_is_due(bureau: Town) -> None:
    found, officer = benches.get("forensics.measures"), bureau.actor("officer")
    form = found.deed("open").form_of(officer, NOW, FOUND)
    assert form is not None and form.is_valid(), form and form.errors
    assert "已立案" in str(found.deed("open").do(officer, NOW, form.cleaned_data))
    asked = found.deed("propose").form_of(
        officer, NOW, {"organisation": str(house().pk), "nature": "interview", "facts": "事实", "basis": "某办法第三条", "deadline": "2026-12-01"}
    )  # fmt: skip
    assert asked is not None and asked.is_valid(), asked and asked.errors
    found.deed("propose").do(officer, NOW, asked.cleaned_data)
    shown = found.show(officer, NOW, {})
    assert len(shown["rows"]) == 1 and len(shown["cases"]) == 1
    assert not found.show(bureau.actor("supervisor_b"), NOW, {})["rows"]
