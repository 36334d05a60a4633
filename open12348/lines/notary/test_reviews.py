"""Review of certificates and complaints: who may ask until when, who may not decide, and what has to be told the same day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from open12348.kernel.access import Denied
from open12348.kernel.workdays import TZ
from open12348.registry import postings
from open12348.registry.models import Organisation
from open12348.spine import casework, clocks, journal, lists
from open12348.spine.casework import Refused
from open12348.spine.models import Case, Deadline, StaffNotice
from tests.people import NOW, Town, at

from . import certificates, jobs, review_rules
from .certificate_models import Certificate, CertificateStatus, Review, ReviewResult, Standpoint
from .test_certificates import NAME, ask, issued, office

__all__ = ["office"]

LIMITS = review_rules.Limits(party=1, interested=1, longest=20)
LATER = NOW + timedelta(hours=1)


def judge(**days: Any) -> review_rules.Verdict:
    given = {"standpoint": Standpoint.PARTY, "got_on": None, "known_on": None, "issued_on": date(2005, 6, 1), **days}
    return review_rules.judge(limits=LIMITS, **given)


# Until when (acceptance test 3)


def test_a_party_has_a_year_and_day_366_is_late() -> None:
    """Acceptance test 3; N-T05: got on 2025-11-23, the last day is 2026-11-23."""
    assert not judge(got_on=date(2025, 11, 23), asked_on=date(2026, 11, 23)).late
    found = judge(got_on=date(2025, 11, 23), asked_on=date(2025, 11, 23) + timedelta(days=366))
    assert (
        found.late
        and found.last == date(2026, 11, 23)
        and "第六十一条" in str(found.why)
        and "2026-11-24" in str(found.why)
    )
    assert (
        judge(got_on=date(2024, 2, 29), asked_on=date(2025, 2, 28)).late is False
    )  # no such day: the last of the month
    assert judge(got_on=date(2024, 2, 29), asked_on=date(2025, 3, 1)).late


def test_a_last_day_that_is_a_holiday_moves() -> None:
    def roll(day: date) -> date:
        return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())

    found = judge(got_on=date(2025, 11, 22), asked_on=date(2026, 11, 23), roll=roll)  # 2026-11-22 is a Sunday
    assert not found.late and found.last == date(2026, 11, 23)


def test_an_interested_person_has_a_year_from_knowing_and_twenty_from_issue() -> None:
    """Acceptance test 3 and B-N13; N-T06."""
    interested = {"standpoint": Standpoint.INTERESTED}
    assert not judge(**interested, known_on=date(2024, 1, 5), asked_on=date(2024, 12, 30)).late  # year 19
    late = judge(**interested, known_on=date(2026, 1, 5), asked_on=date(2026, 6, 2))  # year 21, although just known
    assert late.late and late.last == date(2025, 6, 1) and "20" in str(late.why)
    assert judge(**interested, known_on=date(2010, 1, 5), asked_on=date(2011, 1, 6)).late
    assert not judge(**interested, known_on=None, asked_on=date(2011, 1, 6)).late  # nobody is late who may not be


def test_days_that_cannot_be_are_told() -> None:
    given: dict[str, Any] = {
        "standpoint": Standpoint.PARTY,
        "known_on": None,
        "issued_on": date(2026, 1, 5),
        "today": date(2026, 11, 23),
    }
    assert "核对" in str(review_rules.day_fault(got_on=date(2026, 12, 1), **given))
    assert "2026-01-05" in str(review_rules.day_fault(got_on=date(2025, 12, 1), **given))
    assert review_rules.day_fault(got_on=date(2026, 1, 5), **given) is None


# Asked, taken, decided


def asked(town: Town, made: Certificate, when: datetime = NOW, **said: Any) -> Case:
    told = {"number": made.number, "standpoint": "party", "got_on": "2026-11-20", "wrong": "出生日期写错了", **said}
    return town.case(service="notary.review", said=told, when=when)


def make(town: Town, case: Case, move: str, by: str, when: datetime = LATER, **data: Any) -> Case:
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(by, when), at=when, data=data)


def give(town: Town, case: Case, to: str = "notary_two") -> Case:
    """The head gives it to another notary, who takes it."""
    Case.objects.filter(pk=case.pk).update(handler=town.staff[to])
    return make(town, case, "accept", to)


def ordered(town: Town, made: Certificate, order: str, **said: Any) -> Case:
    """Reviewed by another notary and decided by the head."""
    case = give(town, asked(town, made, **said))
    make(town, case, "propose", "notary_two", result="revoke", opinion="内容与事实不符")
    return make(town, case, order, "notary_head", answer="复查认定内容与事实不符")


def test_the_notary_of_the_certificate_does_not_review_it(town: Town, office: Organisation) -> None:
    """Acceptance test 4; B-N6; 公证程序规则 Art 62."""
    case = asked(town, issued(town)[0])
    Case.objects.filter(pk=case.pk).update(handler=town.staff["notary"])
    with pytest.raises(Refused, match="第六十二条"):
        make(town, case, "accept", "notary")
    Case.objects.filter(pk=case.pk).update(handler=None)
    with pytest.raises(Refused, match="公证员"):  # an officer who is no notary
        make(town, case, "accept", "officer")
    assert give(town, case).state == "reviewing" and case.order.notary_review.certificate is not None


def test_the_reviewer_does_not_decide_and_a_stranger_does_nothing(town: Town, office: Organisation) -> None:
    case = give(town, asked(town, issued(town)[0]), "notary_head")
    make(town, case, "propose", "notary_head", result="maintain", opinion="内容和程序都对")
    with pytest.raises(Refused, match="第六十四条"):
        make(town, case, "maintain", "notary_head", answer="维持公证书")
    for who in ("provider", "clerk", "stranger", "planner"):
        with pytest.raises((Denied, Refused)):
            make(town, case, "maintain", who, answer="维持公证书")
    seen = Case.objects.get(pk=case.pk).journal_seq
    assert make(town, case, "maintain", "notary_deputy", answer="内容和程序都对").state == "maintained"
    with pytest.raises((journal.Conflict, Refused)):  # the second of two heads is told
        casework.make(case=Case.objects.get(pk=case.pk), move="order_revoke", by=town.actor("notary_deputy"), at=LATER,
                      data={"answer": "撤销公证书"}, expect=seen)  # fmt: skip
    assert ask(Certificate.objects.get().number).state == "real"
    assert case.order.issued_papers.filter(form="review_result").count() == 1


def test_who_is_late_is_told_so_by_a_person_with_the_reason(town: Town, office: Organisation) -> None:
    made = issued(town)[0]
    old = certificates.enter_old(
        office=office, number="（2024）新甲证字第5号", issued_on=date(2024, 5, 6), matter="N10-edu", kind="domestic_civil", parties=[NAME],
        notary=None, by=town.actor("notary_head"), at=NOW,
    )  # fmt: skip
    case = asked(town, old, got_on="2024-05-10")
    Case.objects.filter(pk=case.pk).update(handler=town.staff["notary_two"])
    with pytest.raises(Refused, match=r"2025-05-12.*超过期限"):  # 2025-05-10 is a Saturday
        make(town, case, "accept", "notary_two")
    with pytest.raises(casework.Invalid):  # nobody says it without having looked
        make(town, case, "too_late", "notary_two", answer="已经超过一年")
    assert make(town, case, "too_late", "notary_two", answer="已经超过一年", confirm="on").state == "too_late"
    assert case.order.issued_papers.get().form == "review_late"
    assert Review.objects.get(order=case.order).late_by == town.staff["notary_two"]
    in_time = asked(town, made)
    Case.objects.filter(pk=in_time.pk).update(handler=town.staff["notary_two"])
    with pytest.raises(Refused, match="没有超过期限"):
        make(town, in_time, "too_late", "notary_two", answer="已经超过一年", confirm="on")


def test_a_dispute_on_rights_goes_to_court(town: Town, office: Organisation) -> None:
    """公证法 Art 40."""
    case = asked(town, issued(town)[0])
    Case.objects.filter(pk=case.pk).update(handler=town.staff["notary_two"])
    assert make(town, case, "to_court", "notary_two", answer="这是对内容的争议，请向法院起诉").state == "to_court"
    assert case.order.issued_papers.get().form == "review_court"


def test_an_unknown_number_is_entered_by_a_person_before_anything_else(town: Town, office: Organisation) -> None:
    case = town.case(
        service="notary.review", said={"number": "（2019）新甲证字第3号", "standpoint": "party", "wrong": "写错了名字"}
    )
    Case.objects.filter(pk=case.pk).update(handler=town.staff["notary_two"])
    with pytest.raises(Refused, match="登记是哪份公证书"):
        make(town, case, "accept", "notary_two")
    with pytest.raises(Refused, match="照案卷填"):
        make(town, case, "identify", "notary_two", number="（2019）新甲证字第3号")
    make(town, case, "identify", "notary_two", number="（2019）新甲证字第3号", issued_on="2019-03-01", matter="N04", kind="domestic_civil",
         parties="示例甲", got_on="2026-03-02")  # fmt: skip
    assert give(town, case).state == "reviewing"


# Carried out


def test_a_revocation_is_void_from_the_start_announced_and_reported_the_same_day(
    town: Town, office: Organisation
) -> None:
    """Acceptance test 5; N-T08, N-T10: ten days to carry it out, the report on the day itself, an alarm when not."""
    made = issued(town)[0]
    case = ordered(town, made, "order_revoke")
    assert clocks.account(Deadline.objects.get(order_id=case.pk, clock="carry_out"), LATER).due_day == date(2026, 12, 3)
    case = make(town, case, "revoke", "notary_two", reason="毕业证书是假的")
    assert case.state == "revocation_out" and case.due_clock == "report"
    assert Deadline.objects.get(order_id=case.pk, clock="report").due_at == datetime(2026, 11, 24, tzinfo=TZ)
    assert _status(made) == CertificateStatus.REVOKED and "自始无效" in str(ask(made.number).sentence)
    posted = postings.standing(LATER, subject=office).get()
    assert (
        made.number in posted.title["zh"]
        and NAME not in str(posted.title) + str(posted.text)
        and "假的" not in str(posted.text)
    )
    assert posted.title["ug"] != posted.title["zh"]
    midnight = datetime(2026, 11, 24, 0, 1, tzinfo=TZ)
    assert jobs.alarm_reports(LATER) == 0
    clocks.watch_once(at=midnight)
    assert jobs.alarm_reports(midnight) == 1 and jobs.alarm_reports(midnight) == 0
    alarms = StaffNotice.objects.filter(order_id=case.pk, at=midnight, urgent=True)
    assert set(alarms.values_list("to", flat=True)) == {"officer", "supervisor"}
    with pytest.raises(casework.Invalid):  # both reports, or none
        make(town, case, "report_revocation", "notary_two", midnight, association="on")
    case = make(
        town, case, "report_revocation", "notary_two", midnight, association="on", national="on", report_no="备-1"
    )
    row = Review.objects.get(order_id=case.pk)
    assert case.state == "revoked" and row.association_at and row.national_at and row.result == ReviewResult.REVOKE
    assert journal.verify() == []


def test_a_correction_keeps_the_number_and_a_supplement_has_its_own(town: Town, office: Organisation) -> None:
    first, second = issued(town)[0], issued(town)[0]
    case = ordered(town, first, "order_correct")
    with pytest.raises(casework.Invalid):
        make(town, case, "reissue", "notary_two", statement="更正后的证词")  # not before the old one came back
    case = make(town, case, "reissue", "notary_two", statement="更正后的证词", taken_back_on="2026-11-23")
    assert case.state == "corrected" and _status(first) == "corrected"
    assert Certificate.objects.filter(number=first.number).count() == 1
    case = ordered(town, second, "order_correct")
    make(town, case, "cannot_take_back", "notary_two", reason="当事人在国外")
    case = make(town, case, "supplement", "notary_two", text="出生日期更正为 1990-01-02")
    assert case.state == "supplement_out" and _status(second) == "supplemented"
    made = Review.objects.get(order_id=case.pk).supplement
    assert made is not None and made.amends == second and made.serial == 3
    assert make(town, case, "report_supplement", "notary_two", association="on", national="on").state == "supplemented"


def test_the_review_waits_while_something_is_verified_and_six_months_at_most(town: Town, office: Organisation) -> None:
    """N-T07."""
    case = give(town, asked(town, issued(town)[0]))
    limit = Deadline.objects.get(order_id=case.pk, clock="review")
    assert limit.due_at == datetime(2026, 12, 24, tzinfo=TZ)
    make(town, case, "verify", "notary_two", note="向学校核实")
    make(town, case, "verified", "notary_two", when=at("2026-12-03"), note="学校回函")
    limit.refresh_from_db()
    assert limit.due_at == datetime(2027, 1, 5, tzinfo=TZ)  # ten days did not count; 2 and 3 January are a weekend
    make(town, case, "verify", "notary_two", when=at("2026-12-03", 12), note="再核实")
    make(town, case, "verified", "notary_two", when=at("2027-06-01"), note="回函")
    with pytest.raises(Refused, match="6 个月"):
        make(town, case, "verify", "notary_two", when=at("2027-06-01", 12), note="还要核实")


def test_a_will_is_neither_found_nor_announced_through_a_review(town: Town, office: Organisation) -> None:
    """Of a will only who made it learns that it is there, and their review is as closed as the will."""
    made = issued(town)[0]
    Certificate.objects.filter(pk=made.pk).update(matter="N06")
    stranger = town.case(
        service="notary.review", said={"number": made.number, "standpoint": "interested", "known_on": "2026-11-01", "wrong": "不公平"},
        contact={"name": "张三", "phone": "13900009999"},
    )  # fmt: skip
    assert Review.objects.get(order=stranger.order).certificate is None and not stranger.secret
    own = asked(town, made)
    assert own.secret and Review.objects.get(order=own.order).certificate == made
    for who in ("supervisor", "officer", "clerk", "planner"):
        assert not lists.may_see(town.actor(who), own)
    with journal.turn(order_id=own.pk, by=town.actor("notary_head"), at=NOW) as now:
        casework.let_in(now, town.staff["notary_two"], town.staff["notary_head"])
    own = give(town, own)
    make(town, own, "propose", "notary_two", result="revoke", opinion="没有行为能力")
    make(town, own, "order_revoke", "notary_head", answer="立遗嘱时没有行为能力")
    make(town, own, "revoke", "notary_two", reason="立遗嘱时没有行为能力")
    assert not postings.standing(LATER).exists() and _status(made) == "revoked"


def test_what_the_association_says_comes_back(town: Town, office: Organisation) -> None:
    """N-T09."""
    case = ordered(town, issued(town)[0], "maintain")
    case = make(town, case, "dispute", "applicant", reason="我不同意维持")
    assert case.state == "at_association" and case.due_clock == "association"
    assert make(town, case, "again", "notary_head", answer="协会要求重新复查").state == "reviewing"


# Complaints


def complained(town: Town, **said: Any) -> Case:
    told = {"ground": "slow", "about": "甲县示例公证处", "known_on": "2026-10-08", "story": "办了两个月", **said}
    return town.case(service="notary.complaint", said=told, contact={"division": "653125101200"})


def test_a_complaint_is_for_the_bureau_and_a_county_does_not_punish(town: Town) -> None:
    """公证法 Art 41, 42: penalties are the prefecture's and the region's."""
    case = complained(town)
    for who in ("clerk", "officer", "provider", "stranger"):
        with pytest.raises((Denied, Refused)):
            make(town, case, "accept", who)
    assert make(town, case, "accept", "supervisor").state == "looking"
    with pytest.raises(Refused, match="不能处理被投诉人"):
        make(town, case, "conclude", "supervisor", finding="not", measure="correct", note="没有查到")
    StaffNotice.objects.all().delete()
    case = make(town, case, "conclude", "supervisor", finding="true", measure="penalty", note="超期两个月")
    assert "没有处罚权" in StaffNotice.objects.get(order_id=case.pk).said
    assert make(town, case, "answer", "supervisor", answer="已查实，报地区处理").state == "answered"


def test_nobody_is_turned_away_as_late_who_is_not(town: Town) -> None:
    case = complained(town)
    with pytest.raises(Refused, match="2029-10-08"):
        make(town, case, "turn_away", "supervisor", cause="late", answer="超过三年了，不受理")
    old = complained(town, known_on="2020-01-05")
    assert make(town, old, "turn_away", "supervisor", cause="late", answer="超过三年了，不受理").state == "not_taken"


def _status(certificate: Certificate) -> str:
    return Certificate.objects.get(pk=certificate.pk).status
