"""Lawyers as their users meet it: who decides, what silence does, what is forbidden, what is shown and what is not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from open12348.kernel.access import SYSTEM, Denied, Role
from open12348.registry import accounts, postings, providers
from open12348.registry.models import Account, Organisation, Posting, Practitioner
from open12348.spine import benches, casework, clocks, intake, journal, lists, private, routing
from open12348.spine.models import Case, StaffNotice
from tests.people import NOW, Town, at

from . import bench_register, counts, discipline, jobs, licence, measures, register, rules
from .models import Assessment, Discipline, Engagement, LawyerEntry, Licence, PoolEntry, Sanction
from .townsfolk import EXAMPLE_LAWYER, settle

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def county(town: Town) -> Town:
    """The town with the prefecture's bureau and a firm in the register."""
    settle(town)
    return town


def make(town: Town, case: Case, move: str, by: str, when: datetime = LATER, **data: Any) -> Case:
    """A move by one of the cast."""
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(by, when), at=when, data=data)


def said_of(service: Any, **more: Any) -> dict[str, Any]:
    return {**service.example, **more}


def applied(town: Town, by: str = "officer", when: datetime = NOW, **more: Any) -> Case:
    """An application for a first licence."""
    return town.case(service=licence.CODE, by=by, when=when, place="centre", said=said_of(licence.service(), **more))


def lawyer(town: Town, who: str = "provider") -> Practitioner:
    found = town.staff[who].practitioner
    assert found is not None
    return found


MATERIALS = {"materials": list(rules.REQUIRED["first"])}


def examining(town: Town, **more: Any) -> Case:
    return make(town, applied(town, **more), "accept", "bureau", **MATERIALS)


# Licences


def test_the_prefecture_examines_the_county_gives_its_opinion(county: Town) -> None:
    case = applied(county)
    with pytest.raises(casework.Refused, match="律师法第六条"):
        make(county, case, "accept", "officer", **MATERIALS)
    make(county, case, "county_opinion", "officer", opinion="品行良好，无投诉")
    make(county, case, "accept", "bureau", **MATERIALS)
    with pytest.raises(Denied):
        make(county, case, "send_up", "supervisor", agrees="yes", opinion="同意")
    make(county, case, "send_up", "bureau", agrees="yes", opinion="符合条件")
    make(county, case, "grant", "bureau", document="新司许〔2026〕1号", decided_on="2026-11-23")
    with pytest.raises(casework.Refused, match="第 10 位"):
        make(county, case, "issue", "bureau", licence_no="16531202620000123")
    with pytest.raises(casework.Refused, match="已经发给别人"):
        make(county, case, "issue", "bureau", licence_no=EXAMPLE_LAWYER)
    assert make(county, case, "issue", "bureau", licence_no="１６５３１２０２６１００００１２３").state == "issued"
    new = Practitioner.objects.get(licence_no="16531202610000123")
    assert new.lawyer_entry.category == "1" and new.organisation == Organisation.objects.get(kind="law_firm")
    assert providers.available(LATER).filter(pk=new.pk).exists()


def test_what_is_missing_is_named_once_and_all_at_once(county: Town) -> None:
    case = applied(county, materials=["qualification"])
    with pytest.raises(casework.Refused, match="律师协会出具的实习考核合格材料、身份证明"):
        make(county, case, "accept", "bureau", materials=["qualification"])
    assert len(licence.still_missing(case, NOW)) == 3


def test_silence_of_five_working_days_accepts_from_the_day_of_receipt(county: Town) -> None:
    """Acceptance test 14: no answer for 5 working days, and it is accepted from the day it came (行政许可法 Art 32(4))."""
    case = applied(county)
    assert jobs.accept_by_silence(at("2026-11-30", 23, 59)) == 0
    over = at("2026-12-01", 0, 1)
    with pytest.raises(casework.Refused, match="即为受理"):
        make(county, case, "turn_away", "bureau", over, answer="不符合条件，不予受理")
    assert jobs.accept_by_silence(over) == 1 and jobs.accept_by_silence(over) == 0
    row = Licence.objects.get()
    case.refresh_from_db()
    assert case.state == "examining" and row.deemed and row.accepted_at == case.received_at
    due = case.order.deadlines.get(clock="examine")
    assert due.started_at == case.received_at and due.due_at == at("2026-12-22", 0)  # 20 working days from receipt
    assert "视为受理" in str(licence.accept_hints(case, county.actor("bureau"))[0])


def test_asking_in_time_stops_the_silence_and_the_answer_starts_it_anew(county: Town) -> None:
    case = applied(county, materials=["qualification"])
    casework.ask_correction(case=case, by=county.actor("bureau"), at=LATER, wanted="身份证明\n律师事务所同意接收的证明")
    assert jobs.accept_by_silence(at("2026-12-20")) == 0
    casework.answer_correction(
        case=Case.objects.get(pk=case.pk), by=county.actor("officer"), at=at("2026-12-01"), text="都在这里"
    )
    assert jobs.accept_by_silence(at("2026-12-08")) == 0 and jobs.accept_by_silence(at("2026-12-09")) == 1
    assert Licence.objects.get().accepted_at == at("2026-12-01")


def test_an_overdue_examination_is_flagged_and_never_granted(county: Town) -> None:
    """Acceptance test 13: the prefecture's twentieth day passes, and there is a flag, no licence."""
    case = examining(county)
    after = at("2027-01-29")
    clocks.watch_once(at=after)
    jobs.accept_by_silence(after)
    case.refresh_from_db()
    assert case.late and case.state == "examining" and case.phase == "open"
    assert not Practitioner.objects.filter(licence_no="16531202610000123").exists()


def test_a_c_certificate_outside_its_area_is_refused(county: Town) -> None:
    """Acceptance test 17, at the opinion, at the region's decision and at the certificate."""
    case = examining(county, certificate="C", relaxed_area="653131000000", practice_county="653125000000")
    with pytest.raises(casework.Refused, match="放宽地区"):
        make(county, case, "send_up", "bureau", agrees="yes", opinion="符合条件")
    make(county, case, "send_up", "bureau", agrees="no", opinion="在放宽地区以外")
    with pytest.raises(casework.Refused, match="放宽地区"):
        make(county, case, "grant", "bureau", document="新司许〔2026〕1号", decided_on="2026-11-23")
    make(
        county,
        case,
        "refuse",
        "bureau",
        document="新司许〔2026〕1号",
        decided_on="2026-11-23",
        answer="C 证只能在适用地区执业",
    )
    assert {p.form for p in case.order.issued_papers.all()} == {"accepted", "refused"}
    inside = examining(county, certificate="C", relaxed_area="653125000000", practice_county="653125000000")
    assert make(county, inside, "send_up", "bureau", agrees="yes", opinion="符合条件").state == "deciding"


def test_of_two_registrars_the_slower_is_told(county: Town) -> None:
    case = applied(county)
    seen = Case.objects.get(pk=case.pk).journal_seq
    make(county, case, "county_opinion", "officer", opinion="品行良好，无投诉")
    with pytest.raises(journal.Conflict):
        casework.make(case=case, move="accept", by=county.actor("bureau"), at=LATER, data=MATERIALS, expect=seen)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "change_firm", "lawyer_no": ""}, "lawyer_no"),
        ({"firm_no": "91350100M000100Y43"}, "firm_no"),
        ({"certificate": "C", "relaxed_area": ""}, "relaxed_area"),
        ({"former_post": "judge", "left_post_on": ""}, "left_post_on"),
        ({"internship_on": "2027-01-01"}, "internship_on"),
        ({"kind": "firm", "firm_name": "示例所", "firm_form": "single", "founders": "165312031100000"}, "founders"),
    ],
)
def test_a_bad_application_says_what_is_right(county: Town, more: dict[str, Any], field: str) -> None:
    with pytest.raises(intake.Invalid) as wrong:
        applied(county, **more)
    assert field in wrong.value.form.errors


def test_a_change_of_firm_and_an_end_follow_in_the_register(county: Town) -> None:
    other = Organisation.objects.create(
        kind="law_firm", name_zh="乙所（示例）", uscc="31650000MD01234579", division=county.units["653131000000"]
    )
    case = applied(
        county,
        kind="change_firm",
        lawyer_no=EXAMPLE_LAWYER,
        firm_no=other.uscc,
        materials=list(rules.REQUIRED["change_firm"]),
    )
    make(county, case, "accept", "bureau", materials=list(rules.REQUIRED["change_firm"]))
    make(county, case, "send_up", "bureau", agrees="yes", opinion="符合条件")
    make(county, case, "grant", "bureau", document="新司许〔2026〕2号", decided_on="2026-11-23")
    make(county, case, "issue", "bureau")
    assert Practitioner.objects.get(licence_no=EXAMPLE_LAWYER).organisation == other
    gone = applied(county, kind="cancel", lawyer_no=EXAMPLE_LAWYER, materials=["licence"])
    make(county, gone, "accept", "bureau", materials=["licence"])
    make(county, gone, "send_up", "bureau", agrees="yes", opinion="本人申请")
    make(county, gone, "grant", "bureau", document="新司许〔2026〕3号", decided_on="2026-11-23")
    make(county, gone, "issue", "bureau")
    assert not providers.available(LATER).filter(licence_no=EXAMPLE_LAWYER).exists()


# Discipline


def complained(town: Town, **more: Any) -> Case:
    said = {"about": "示例律师", "ground": "fee", "story": "私下收了两千元，没有收据", **more}
    return town.case(service=discipline.CODE, by="clerk", said=said)


FILED = {"lawyer_no": EXAMPLE_LAWYER, "happened_on": "2026-10-10"}
STOP = {"article": "art48", "measures": ["suspension"], "months": "3", "facts_found": "私自收费，有收条和转账记录"}


def to_decide(town: Town, penalty: dict[str, Any] = STOP, when: datetime = at("2026-12-01", 10)) -> Case:
    """Told, the time for asking a hearing over, reviewed: only the decision is lacking."""
    case = complained(town)
    make(town, case, "file", "officer", **FILED)
    make(town, case, "propose", "officer", **penalty)
    make(town, case, "inform", "bureau", **penalty)
    return make(town, case, "review", "bureau_two", when, note="事实清楚，依据正确")


def decide(town: Town, case: Case, when: datetime = at("2026-12-01", 11), **more: Any) -> Case:
    said = {
        **STOP,
        "document": "示司罚决〔2026〕1号",
        "minutes": "会议纪要 1",
        "stops_from": "2026-12-01",
        "credit": "general",
        **more,
    }
    return make(town, case, "decide", "bureau", when, **said)


def test_the_county_proposes_and_cannot_suspend(county: Town) -> None:
    """Acceptance test 15: a county user cannot record a suspension; a proposal they can."""
    case = complained(county)
    make(county, case, "file", "officer", **FILED)
    with pytest.raises(casework.Refused, match="律师法第四十七条至第五十二条"):
        make(county, case, "inform", "officer", **STOP)
    assert make(county, case, "propose", "officer", **STOP).state == "proposed"
    ready = to_decide(county)
    with pytest.raises(casework.Refused, match="提出处罚建议"):
        make(
            county,
            ready,
            "decide",
            "officer",
            at("2026-12-01", 11),
            **STOP,
            document="x",
            minutes="y",
            stops_from="2026-12-01",
            credit="general",
        )
    with pytest.raises(casework.Refused, match="县级"):
        make(county, ready, "send_to_region", "officer", at("2026-12-01", 11), note="报")
    assert providers.standing_at(lawyer(county), at("2026-12-01", 12)) == "active"


def test_a_suspension_works_the_same_minute_and_the_history_stays(county: Town) -> None:
    """Acceptance test 16: gone from the list of those who may be given work, open cases handed back, history kept."""
    held = asked(county)
    make(county, held, "accept", "law_firm", lawyer=str(lawyer(county).pk), checked="on")
    assert Case.objects.get(pk=held.pk).handler == county.staff["provider"]
    case = to_decide(county)
    when = at("2026-12-01", 11)
    assert providers.available(when).filter(pk=lawyer(county).pk).exists()
    decide(county, case)
    assert not providers.available(when).filter(pk=lawyer(county).pk).exists()
    able = {c.account.username for c in routing.candidates(Case.objects.get(pk=held.pk), when) if c.able}
    assert "provider" not in able
    handed = Case.objects.get(pk=held.pk)
    assert handed.handler == county.staff["law_firm"] and Engagement.objects.get().lawyer is None
    assert held.order.assignments.filter(practitioner=lawyer(county), until__isnull=False).exists()
    row = Discipline.objects.get(order=case.order)
    assert (row.stops_from, row.stops_until) == (date(2026, 12, 1), date(2027, 2, 28))
    assert providers.available(at("2027-03-01")).filter(pk=lawyer(county).pk).exists()  # it ends by itself
    assert lawyer(county).standings.count() == 1 and not journal.verify()


def test_publicity_ends_on_its_day_and_the_bureau_keeps_it(county: Town) -> None:
    """Acceptance test 21, through a penalty: gone from portal and copies, in the bureau's record for good."""
    decide(county, to_decide(county))
    row = Discipline.objects.get()
    assert row.posting is not None and row.posting.until == date(2027, 12, 1)
    with time_machine.travel(at("2027-12-01", 23, 59)):
        assert "停止执业、停业整顿" in Client().get("/postings/").content.decode()
    after = at("2027-12-02", 0, 1)
    with time_machine.travel(after):
        assert "停止执业、停业整顿" not in Client().get("/postings/").content.decode()
        assert Client().get("/postings/list.json").json()["postings"] == []
    assert register.public_record(lawyer(county), after)["postings"] == []
    assert [p.document for p in register.record(lawyer(county))["penalties"]] == ["示司罚决〔2026〕1号"]


def test_a_hearing_is_offered_held_and_waited_for(county: Town) -> None:
    case = complained(county)
    make(county, case, "file", "officer", **FILED)
    make(county, case, "inform", "bureau", **STOP)
    assert Discipline.objects.get().hearing_by == date(2026, 11, 30)
    with pytest.raises(casework.Refused, match="还没有过"):
        make(county, case, "review", "bureau_two", at("2026-11-30", 12), note="审核")
    make(county, case, "ask_hearing", "bureau", at("2026-11-30", 12), asked_on="2026-11-30")
    with pytest.raises(casework.Refused, match="先举行听证"):
        make(county, case, "review", "bureau_two", at("2026-12-02"), note="审核")
    with pytest.raises(casework.Refused, match="最早 2026-12-10"):
        make(
            county,
            case,
            "hold_hearing",
            "bureau",
            at("2026-12-20"),
            told_on="2026-12-01",
            hearing_on="2026-12-09",
            note="听证",
        )
    make(
        county,
        case,
        "hold_hearing",
        "bureau",
        at("2026-12-20"),
        told_on="2026-12-01",
        hearing_on="2026-12-10",
        note="听证",
    )
    Discipline.objects.update(investigator=county.staff["bureau"])
    with pytest.raises(casework.Refused, match="第五十八条"):  # who investigated does not review
        make(county, case, "review", "bureau", at("2026-12-20"), note="审核")
    assert make(county, case, "review", "bureau_two", at("2026-12-20"), note="审核").state == "reviewed"


def test_too_late_to_ask_for_a_hearing(county: Town) -> None:
    case = complained(county)
    make(county, case, "file", "officer", **FILED)
    make(county, case, "inform", "bureau", **STOP)
    with pytest.raises(casework.Refused, match="最迟 2026-11-30"):
        make(county, case, "ask_hearing", "bureau", at("2026-12-01"), asked_on="2026-12-01")


def test_a_decision_is_no_heavier_than_what_was_told_and_revokes_nothing(county: Town) -> None:
    case = to_decide(county)
    with pytest.raises(casework.Refused, match="第四十五条"):
        decide(county, case, months="4")
    with pytest.raises(casework.Refused, match="由自治区司法厅决定"):
        decide(county, case, article="art49", measures=["revocation"], months="")
    with pytest.raises(casework.Refused, match="3 至 6 个月"):
        decide(county, case, months="7")
    with pytest.raises(casework.Refused, match="告知书里没有吊销"):
        make(county, case, "send_to_region", "bureau", at("2026-12-01", 11), note="报")


def test_the_region_revokes_what_was_told(county: Town) -> None:
    case = to_decide(county, {"article": "art49", "measures": ["revocation"], "facts_found": "向法官行贿"})
    make(county, case, "send_to_region", "bureau", at("2026-12-01", 11), note="报自治区")
    make(
        county,
        case,
        "region_revokes",
        "bureau",
        at("2026-12-10"),
        document="新司罚决〔2026〕1号",
        decided_on="2026-12-09",
    )
    assert providers.standing_at(lawyer(county), at("2026-12-10", 11)) == "revoked"
    with pytest.raises(casework.Refused, match="新的执业证"):
        make(county, case, "annul", "bureau", at("2026-12-11"), document="复议", reason="撤销")


def test_what_is_older_than_two_years_is_not_filed(county: Town) -> None:
    case = complained(county)
    with pytest.raises(casework.Refused, match="第三十六条"):
        make(county, case, "file", "officer", lawyer_no=EXAMPLE_LAWYER, happened_on="2024-11-22")
    make(county, case, "file", "officer", lawyer_no=EXAMPLE_LAWYER, happened_on="2022-01-01", grave="on")


def test_an_annulled_penalty_leaves_the_public_and_gives_the_licence_back(county: Town) -> None:
    case = to_decide(county)
    decide(county, case)
    with pytest.raises(casework.Refused, match="最短公示 3 个月"):
        make(county, case, "repair", "bureau", at("2026-12-20"), duties="on", reason="已改正")
    make(county, case, "annul", "bureau", at("2026-12-20"), document="复议决定", reason="事实不清")
    assert not postings.standing(at("2026-12-20", 11)).exists() and Posting.objects.get().taken_down_why == "事实不清"
    assert providers.standing_at(lawyer(county), at("2026-12-20", 11)) == "active"


def test_credit_is_repaired_after_the_least_time(county: Town) -> None:
    case = to_decide(county)
    decide(county, case)
    make(county, case, "repair", "bureau", at("2027-03-02"), duties="on", reason="已履行，已改正")
    assert not postings.standing(at("2027-03-02", 11)).exists() and Discipline.objects.get().repaired_at
    with pytest.raises(casework.Refused, match="不用修复"):
        make(county, case, "repair", "bureau_two", at("2027-03-02", 12), duties="on", reason="已履行，已改正")


def test_criticism_outside_needs_a_penalty(county: Town) -> None:
    """Acceptance test 20: outside 通报批评 without a decided penalty is refused, at the bench, in the case, in the table."""
    worker = lawyer(county)
    with pytest.raises(casework.Refused, match="行政处罚法第九条"):
        measures.take(subject=worker, kind="outside", text="通报", by=county.actor("bureau"), at=NOW)
    with pytest.raises(casework.Refused, match="行政处罚法第九条"):
        bench_register._take(
            county.actor("bureau"),
            NOW,
            {"lawyer_no": EXAMPLE_LAWYER, "firm_no": "", "kind": "outside", "text": "通报", "due_on": None},
        )
    case = to_decide(county)
    with pytest.raises(casework.Refused, match="没有处罚案件"):
        make(county, complained_and_filed(county), "measure", "officer", kind="outside", text="通报")
    decide(county, case)
    make(county, case, "measure", "bureau", at("2026-12-02"), kind="outside", text="通报")
    taken = measures.take(
        subject=worker,
        kind="interview",
        text="约谈负责人",
        by=county.actor("officer"),
        at=NOW,
        due_on=date(2026, 12, 5),
    )
    measures.check(measure=taken, by=county.actor("officer"), at=LATER)
    with pytest.raises(casework.Refused, match="已经有人复查"):
        measures.check(measure=taken, by=county.actor("bureau"), at=LATER)
    with pytest.raises(Denied):
        measures.take(subject=worker, kind="interview", text="约谈", by=county.actor("provider"), at=NOW)


def complained_and_filed(town: Town) -> Case:
    return make(town, complained(town), "file", "officer", **FILED)


def test_the_association_sanctions_apart(county: Town) -> None:
    case = to_decide(county)
    decide(county, case)
    make(county, case, "tell_association", "bureau", at("2026-12-02"), note="已函告")
    discipline.sanction(
        subject=lawyer(county), kind="condemnation", decided_on=date(2026, 12, 1), document="律协处分 1", by=county.actor("bureau"),
        at=at("2026-12-02"), case=case,
    )  # fmt: skip
    assert Sanction.objects.get().order == case.order and Discipline.objects.get().measures == ["suspension"]
    with pytest.raises(Denied):
        discipline.sanction(
            subject=lawyer(county), kind="warning", decided_on=NOW.date(), document="x", by=county.actor("firm"), at=NOW
        )


def test_who_is_concerned_keeps_away_and_sees_nothing(county: Town) -> None:
    case = complained_and_filed(county)
    for who in ("provider", "provider_two", "law_firm", "firm"):
        assert not lists.may_see(county.actor(who), case)
    assert any("第四十三条" in str(r) for r in discipline.bars(case, county.staff["provider_two"], NOW))
    assert not discipline.bars(case, county.staff["bureau"], NOW)


# The year


def assessed(town: Town, **more: Any) -> Case:
    from . import assessment

    return town.case(
        service=assessment.CODE, by="officer", said={**said_of(assessment.service()), "report": "全年正常", **more}
    )


def test_a_year_goes_from_the_firm_to_the_region_and_is_posted(county: Town) -> None:
    case = assessed(county, lawyer_no=EXAMPLE_LAWYER, firm_no="", self_grade="competent")
    make(county, case, "opine", "officer", opinion="称职")
    make(county, case, "county", "officer", opinion="同意")
    with pytest.raises(casework.Refused, match="第二十四条"):
        make(county, case, "grade", "officer", grade="competent")
    with pytest.raises(casework.Refused, match="写明理由"):
        make(county, case, "grade", "bureau", grade="basic")
    make(county, case, "grade", "bureau", grade="competent")
    with pytest.raises(casework.Refused, match="还没有满"):
        make(county, case, "report", "bureau", at("2026-11-30", 12))
    make(county, case, "report", "bureau", at("2026-12-01"))
    assert register.public_record(lawyer(county), at("2026-12-02"))["assessments"] == [(2025, "competent")]
    with pytest.raises(intake.Invalid):  # a year is assessed once
        assessed(county, lawyer_no=EXAMPLE_LAWYER, firm_no="", self_grade="competent")
    with pytest.raises(intake.Invalid):
        assessed(county, lawyer_no=EXAMPLE_LAWYER, firm_no="", self_grade="qualified", year="2024")
    with pytest.raises(intake.Invalid):
        assessed(county, year="2026")


def test_an_objection_takes_the_result_down(county: Town) -> None:
    case = assessed(county)
    make(county, case, "opine", "officer", opinion="合格")
    make(county, case, "county", "officer", opinion="同意")
    make(county, case, "grade", "bureau", grade="qualified")
    make(county, case, "object", "bureau", at("2026-11-25"), reason="没有履行法律援助义务")
    assert not postings.standing(at("2026-11-25", 11)).exists()
    make(county, case, "rectify", "bureau", at("2026-11-25", 12), reason="补办两件", until="2026-12-25")
    due = Case.objects.get(pk=case.pk).order.deadlines.get(clock="rectify")
    assert due.due_at == at("2026-12-26", 0)
    assert make(county, case, "rectified", "officer", at("2026-12-20"), opinion="已补办").state == "county_review"


def test_a_firm_that_takes_no_part_is_called_before_it_is_stopped(county: Town) -> None:
    case = assessed(county)
    make(county, case, "call", "bureau", until="2026-12-10")
    with pytest.raises(casework.Refused, match="还没有过"):
        make(county, case, "stop", "bureau", at("2026-12-10", 23))
    assert postings.standing(at("2026-12-10", 23)).get().kind == "announcement"
    make(county, case, "stop", "bureau", at("2026-12-11"))
    assert not providers.available(at("2026-12-11", 11)).filter(pk=lawyer(county).pk).exists()
    assert Assessment.objects.get().absent_by == date(2026, 12, 10)


def test_a_speciality_is_posted_and_a_penalised_lawyer_gets_none(county: Town) -> None:
    from . import speciality

    said = {**said_of(speciality.service()), "work": "刑事辩护三十件"}
    case = county.case(service=speciality.CODE, by="officer", said=said)
    with pytest.raises(casework.Refused, match="专家委员会"):
        make(county, case, "propose", "officer", note="通过")
    make(county, case, "propose", "bureau", note="通过")
    with pytest.raises(casework.Refused, match="还没有满"):
        make(county, case, "confirm", "bureau", document="名单 1")
    make(county, case, "confirm", "bureau", at("2026-12-02"), document="名单 1")
    assert LawyerEntry.objects.get(practitioner=lawyer(county)).titles == ["criminal"]
    decide(county, to_decide(county), when=at("2026-12-01", 12))
    again = county.case(service=speciality.CODE, by="officer", said={**said, "field": "labour"})
    with pytest.raises(casework.Refused, match="受过处罚"):
        make(county, again, "propose", "bureau", at("2027-05-01"), note="通过")


# Rights


def test_a_case_about_rights_is_seen_by_who_asked_and_the_bureau_only(county: Town) -> None:
    """Never by a supervisor, a county officer, another lawyer, or the authority complained of."""
    from . import rights

    said = {
        "right": "meeting",
        "authority": "police",
        "authority_name": "甲县公安局",
        "where": "看守所",
        "urgent": "on",
        "story": "三次不让见",
    }
    police = Account.objects.create(username="police", name="公安（示例）", must_change_password=False)
    accounts.grant(
        account=police, role=Role.PARTNER, by=SYSTEM, at=at("2026-01-01"), division=county.units["653125000000"]
    )
    county.staff["police"] = police
    order = intake.receive(
        service=rights.CODE, said=said, contact={"name": "示例律师", "phone": "13800002222", "reply_by": "here"}, channel="web",
        by=county.actor("provider"), at=NOW, place=county.places["centre"],
    ).order  # fmt: skip
    case = order.case
    for who in ("provider", "bureau", "bureau_two"):
        assert lists.may_see(county.actor(who), case)
    for who in ("supervisor", "officer", "provider_two", "law_firm", "clerk", "operator", "police", "planner"):
        assert not lists.may_see(county.actor(who), case), who
    assert StaffNotice.objects.get(urgent=True).account_id == case.handler_id
    assert case.order.deadlines.get(clock="triage").due_at == at("2026-11-24", 0)  # the same day
    keeper = "bureau" if case.handler == county.staff["bureau"] else "bureau_two"
    make(county, case, "take", keeper, note="已受理")
    with pytest.raises(casework.Refused, match="还没有同意"):
        make(county, case, "contact", keeper, note="打电话")
    make(county, case, "consent", "provider")
    make(county, case, "contact", keeper, note="打电话")
    assert make(county, case, "resolve", keeper, answer="已安排会见，谢谢").state == "resolved"


# Engaging a lawyer


def asked(town: Town, when: datetime = NOW, **more: Any) -> Case:
    said = {
        "kind": "debt",
        "lawyer_no": EXAMPLE_LAWYER,
        "story": "借钱不还",
        "opponent": "王五",
        "opponent_phone": "13800007777",
        **more,
    }
    return town.case(service="lawyers.matter", by="clerk", when=when, said=said)


def test_a_firm_answers_signs_and_ends(county: Town, sign_in: Any) -> None:
    case = asked(county)
    assert case.handler == county.staff["law_firm"]
    assert not lists.may_see(county.actor("provider"), case)
    make(county, case, "accept", "law_firm", lawyer=str(lawyer(county).pk), checked="on")
    with pytest.raises(casework.Refused, match="不能晚于今天"):
        make(county, case, "engage", "provider", contract_no="1", signed_on="2026-11-24", fee_kind="item")
    make(county, case, "engage", "provider", contract_no="示 1", signed_on="2026-11-23", fee_kind="result")
    held = Case.objects.get(pk=case.pk)
    assert private.may_open(county.actor("provider"), held)  # what is said stands in notes that no supervisor can open
    assert not any(
        private.may_open(county.actor(who), held) for who in ("supervisor", "officer", "bureau", "law_firm", "clerk")
    )
    county.applicant = held.order.person
    with time_machine.travel(LATER):
        assert "示例律师" in sign_in(county, "applicant", on=Client()).get(f"/me/{held.order.code}/").content.decode()
    make(county, case, "tell", "provider", answer="已经写好起诉状")
    assert make(county, case, "finish", "provider", ended_on="2026-11-23", answer="对方已经还钱").state == "done"
    family = asked(county, kind="family")
    make(county, family, "accept", "law_firm", lawyer=str(lawyer(county).pk), checked="on")
    with pytest.raises(casework.Refused, match="风险代理"):
        make(county, family, "engage", "provider", contract_no="2", signed_on="2026-11-23", fee_kind="result")


def test_no_firm_serves_both_sides(county: Town) -> None:
    """B-L6: a colleague's former client is the other side; the article is named, and somebody else is asked."""
    first = county.case(
        service="lawyers.matter", by="clerk", contact={"name": "王五", "phone": "13800007777"},
        said={"kind": "debt", "lawyer_no": EXAMPLE_LAWYER, "story": "被人告了"},
    )  # fmt: skip
    make(county, first, "accept", "law_firm", lawyer=str(lawyer(county, "provider_two").pk), checked="on")
    county.applicant = None
    case = asked(county)
    with pytest.raises(casework.Refused, match="律师法第三十九条"):
        make(county, case, "accept", "law_firm", lawyer=str(lawyer(county).pk), checked="on")
    assert make(county, case, "decline", "law_firm", why="conflict").state == "searching"
    assert case.order.person_id and Engagement.objects.get(order=case.order).declined
    with pytest.raises(intake.Invalid):  # that firm is not asked again
        make(county, case, "pass_on", "clerk", firm=str(Organisation.objects.get(kind="law_firm").pk))


def test_who_may_not_act_is_not_offered(county: Town) -> None:
    LawyerEntry.objects.filter(practitioner=lawyer(county)).update(former_post="judge", left_post_on=date(2026, 1, 1))
    case = asked(county)
    with pytest.raises((casework.Refused, intake.Invalid)):
        make(county, case, "accept", "law_firm", lawyer=str(lawyer(county).pk), checked="on")
    assert any("第四十一条" in str(r) for r in routing.bars(case, county.staff["provider"], NOW))
    with pytest.raises(intake.Invalid, match="不接受私人委托"):
        asked(county, lawyer_no=public_lawyer(county).licence_no)


def public_lawyer(town: Town) -> Practitioner:
    found = Practitioner.objects.create(
        kind="lawyer", name_zh="示例公职", licence_no="16531202060000009", division=town.units["653125000000"]
    )
    register.enter(lawyer=found, by=town.actor("officer"), at=NOW, category="6", works_for="甲县住建局（示例）")
    return found


# The register


def test_the_register_shows_what_cannot_be_right_first(county: Town) -> None:
    wrong = Practitioner.objects.create(
        kind="lawyer", name_zh="示例丙", licence_no="16531202010000003", organisation=Organisation.objects.get(kind="law_firm"),
        division=county.units["653125000000"],
    )  # fmt: skip
    LawyerEntry.objects.create(
        practitioner=wrong, category="6", certificate="C", relaxed_area=county.units["653131000000"], first_year=2020
    )
    found = register.rows(county.actor("officer"), register.Wanted(), NOW)
    assert found[0].lawyer == wrong and len(found) == 3
    said = "；".join(str(a) for a in found[0].alarms)
    for part in ("B-L4", "B-L12", "第 10 位"):
        assert part in said
    assert [r.lawyer for r in register.rows(county.actor("officer"), register.Wanted(alarmed=True), NOW)] == [wrong]
    assert not register.rows(county.actor("supervisor_b"), register.Wanted(), NOW)
    firm = register.firm_rows(county.actor("officer"), NOW)[0]
    assert any("第十五条" in str(a) for a in firm.alarms)
    assert register.not_assessed(county.actor("officer"), 2025, NOW) == [Organisation.objects.get(kind="law_firm")]


def test_a_card_is_withdrawn_on_leaving_the_post(county: Town) -> None:
    worker = public_lawyer(county)
    with pytest.raises(casework.Refused, match="请办注销"):
        register.leave_post(lawyer=lawyer(county), on=NOW.date(), document="", by=county.actor("officer"), at=NOW)
    with pytest.raises(Denied):
        register.leave_post(lawyer=worker, on=NOW.date(), document="", by=county.actor("provider"), at=NOW)
    register.leave_post(lawyer=worker, on=NOW.date(), document="免〔2026〕1号", by=county.actor("officer"), at=NOW)
    assert providers.standing_at(worker, LATER) == "cancelled"
    with pytest.raises(casework.Refused, match="已经收回"):
        register.leave_post(lawyer=worker, on=NOW.date(), document="", by=county.actor("bureau"), at=LATER)


def test_the_pool_is_kept_fresh_every_year(county: Town) -> None:
    by = county.actor("officer")
    entry = register.enter_pool(
        lawyer=lawyer(county), languages=["zh", "ru"], nominated_by="律协（示例）", by=by, at=at("2025-12-20")
    )
    assert any("涉外" in str(e.what) for e in register.expiring(by, NOW))
    register.enter_pool(lawyer=lawyer(county), languages=["zh", "ru", "ur"], nominated_by="律协（示例）", by=by, at=NOW)
    assert PoolEntry.objects.get().entered_on == date(2025, 12, 20) and not register.expiring(by, NOW)
    register.leave_pool(entry=entry, why="本人要求", by=by, at=NOW)
    with pytest.raises(casework.Refused, match="已经退出"):
        register.leave_pool(entry=entry, why="本人要求", by=county.actor("bureau"), at=NOW)
    with pytest.raises(casework.Refused, match="本人申报的语言"):
        register.enter_pool(lawyer=lawyer(county), languages=[], nominated_by="x", by=by, at=NOW)


def test_the_benches_open_to_the_bureau_and_to_nobody_else(county: Town, sign_in: Any) -> None:
    public_lawyer(county)
    asked(county)
    decide(county, to_decide(county))
    for code in ("lawyers.register", "lawyers.pool", "lawyers.counts"):
        assert sign_in(county, "officer", on=Client()).get(f"/console/bench/{code}/").status_code == 200
        assert sign_in(county, "provider", on=Client()).get(f"/console/bench/{code}/").status_code in {403, 404}
        for name, hand in benches.get(code).files.items():
            assert hand(county.actor("officer"), NOW, {}).content[:2] == b"PK", name
    page = (
        sign_in(county, "officer", on=Client())
        .get("/console/bench/lawyers.register/?status=suspended")
        .content.decode()
    )
    assert "示例公职" not in page
    found = {str(ln.what): ln for ln in counts.lines(county.actor("officer"), 2026, NOW)}
    assert found["公职律师"].value == 1 and found["性别"].value is None and found["性别"].why
