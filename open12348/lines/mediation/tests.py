"""Mediation as its users meet it: who brings it, who may mediate, what an agreement needs, when it counts, who is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from open12348.kernel.access import Denied
from open12348.registry import accounts
from open12348.registry.models import Practitioner
from open12348.spine import barring, benches, casework, catalogue, clocks, intake, journal, lists, papers, private
from open12348.spine.models import Case, Deadline, Event, StaffNotice
from tests.people import NOW, Town, at

from . import acts, choosing, following, panels, townsfolk, twins
from .models import CourtConfirmation, Dispute, MediationAgreement, TransferLetter

LATER = NOW + timedelta(minutes=30)
TEXT = "一、单日甲方浇水，双日乙方浇水。二、双方不再争吵。"


@pytest.fixture
def town(town: Town) -> Iterator[Town]:
    """With a committee and two mediators; and no paper may have gone out on one side only."""
    townsfolk.settle(town)
    yield town
    assert not Event.objects.filter(kind="paper_one_side").exists()


def asked(
    town: Town, by: str = "clerk", when: datetime = NOW, contact: dict[str, Any] | None = None, **told: Any
) -> Case:
    """A dispute about water."""
    default = {
        "story": "邻居浇水占了我家的时间，吵了几次",
        "kind": "0201",
        "opponent": "示例乙",
        "opponent_phone": "13700007777",
    }
    return town.case(
        service="mediation.ask", item_code="D01", by=by, when=when, said={**default, **told}, contact=contact
    )


def make(town: Town, case: Case, move: str, by: str = "mediator", when: datetime = LATER, **data: Any) -> Case:
    """A move by one of the cast."""
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(by, when), at=when, data=data)


def row(case: Case) -> Dispute:
    return acts.row_of(case.pk)


def talking(town: Town, case: Case | None = None, recorded: bool = True) -> Case:
    """In a mediator's hands, rights told, one sitting held."""
    case = case or asked(town)
    make(town, case, "accept", "clerk")
    make(town, case, "assign", "officer", mediator=str(town.staff["mediator"].practitioner_id), chosen_by="parties")
    case = make(town, case, "begin", on="2026-11-23", told="on")
    return make(town, case, "record", on="2026-11-23", came="both") if recorded else case


def signed(town: Town, case: Case | None = None, when: datetime = LATER, **data: Any) -> Case:
    """A written agreement with all three on it."""
    case = case or talking(town)
    make(town, case, "agree_written", content=TEXT, when=when, **data)
    days = {"parties_on": "2026-11-23", "mediator_on": "2026-11-23", "seal_on": "2026-11-23"}
    return make(town, case, "take_effect", when=when, **days)


def due(case: Case, clock: str) -> date:
    """The last day of a limit."""
    found = Deadline.objects.filter(order_id=case.pk, clock=clock).latest("pk")
    return (found.due_at - timedelta(seconds=1)).astimezone(NOW.tzinfo).date()


# Coming in


def test_a_dispute_is_taken_given_talked_over_and_agreed_in_writing(town: Town) -> None:
    case = signed(town)
    standing = acts.agreement_of(row(case))
    assert case.state == "agreed" and case.phase == "done" and row(case).result == "agreed"
    assert standing is not None and standing.effective_on == date(2026, 11, 23)
    forms = set(case.order.issued_papers.values_list("form", flat=True))
    assert set(case.order.issued_papers.values_list("tongues", flat=True)) == {"zh-ug"}
    assert forms == {"registration", "rights", "agreement"} and journal.verify() == []


def test_one_party_refuses_and_that_is_no_failure(town: Town) -> None:
    """人民调解法 Art 17."""
    case = make(
        town,
        asked(town),
        "refuse_mediation",
        "clerk",
        who="other",
        how="phone",
        roads=["sue", "aid"],
        answer="对方不愿意，您可以起诉。",
    )
    assert case.state == "refused" and row(case).result == "refused"
    assert case.order.outcomes.get().kind == "refused" and panels.for_resident(case, town.actor("applicant"), LATER)


def test_not_accepting_needs_a_ground_and_a_road(town: Town) -> None:
    case = asked(town)
    with pytest.raises(intake.Invalid):
        make(town, case, "decline", "clerk", ground="judged", answer="已经判决了，不能再调解。")
    assert (
        make(town, case, "decline", "clerk", ground="judged", roads=["sue"], answer="已经判决，可以申诉。").state
        == "not_accepted"
    )


def test_both_phones_the_same_is_asked_about_before_anything(town: Town) -> None:
    case = asked(town, opponent_phone="13800001234")
    assert any("电话一样" in str(h) for h in panels.hints(case, town.actor("clerk")))
    with pytest.raises(casework.Refused, match="电话一样"):
        make(town, case, "accept", "clerk")
    make(town, case, "complete", "clerk", kind="0201", difficulty="usual", source="party", opponent_phone="13700007777")
    assert make(town, case, "accept", "clerk").state == "accepted"


def test_the_other_side_may_become_known_later(town: Town) -> None:
    case = asked(town, opponent="", opponent_phone="")
    with pytest.raises(casework.Refused, match="还不知道对方是谁"):
        make(town, case, "accept", "clerk")
    make(
        town,
        case,
        "complete",
        "clerk",
        kind="0201",
        difficulty="usual",
        source="party",
        opponent="示例乙",
        opponent_phone="13700007777",
    )
    assert make(town, case, "accept", "clerk").state == "accepted"
    other = town.case(service="mediation.ask", said={"story": "不让浇水", "kind": "0201", "opponent": "阿依古丽·买买提", "opponent_phone": "13800001234"},
                      contact={"name": "示例乙", "phone": "13700007777"})  # fmt: skip
    assert [c.pk for c in twins.of(other, LATER)] == [case.pk]


def test_a_dispute_that_a_court_sends_keeps_the_courts_days(town: Town) -> None:
    """PM-T05: thirty days from the signing for the material, not from the day it was typed. PM-T07: three working days."""
    case = asked(town)
    sent = {"kind": "04", "difficulty": "usual", "source": "court_before", "sender": "甲县人民法院", "sent_on": "2026-11-20",
            "signed_on": "2026-11-20"}  # fmt: skip
    with pytest.raises(intake.Invalid):
        make(town, case, "complete", "clerk", **sent)
    make(town, case, "complete", "clerk", **sent, sender_no="（2026）示诉前调1号")
    with pytest.raises(casework.Refused, match="第十一条"):
        make(town, case, "accept", "clerk")
    make(town, case, "complete", "clerk", **sent, sender_no="（2026）示诉前调1号", consented="on")
    assert due(case, "court_accept") == date(2026, 11, 25)
    case = talking(town, case)
    assert due(case, "finish_court_before") == date(2026, 12, 21), "2026-12-20 is a Sunday"
    assert not Deadline.objects.filter(order_id=case.pk, clock="finish").exists()
    case = make(town, case, "fail", reason="差得太远", roads=["sue"], answer="没有谈成，材料退回法院。")
    assert case.order.issued_papers.filter(form="report").exists() and due(case, "report_back") == date(2026, 11, 30)
    make(town, case, "reported", "clerk", on="2026-11-23", how="platform")
    assert Deadline.objects.get(order_id=case.pk, clock="report_back").state == "stopped"


@pytest.mark.parametrize(
    ("summary", "clock", "day"), [(False, "finish_court_after", 5), (True, "finish_court_summary", 27)]
)
def test_after_filing_the_days_depend_on_the_procedure(town: Town, summary: bool, clock: str, day: int) -> None:
    """PM-T06: fifteen days, seven in the summary procedure."""
    case = asked(town)
    more = {"summary_procedure": "on"} if summary else {}
    make(town, case, "complete", "clerk", kind="04", difficulty="usual", source="court_after", sender="甲县人民法院",
         sender_no="（2026）示民初2号", signed_on="2026-11-20", **more)  # fmt: skip
    make(town, case, "accept", "clerk")
    assert due(case, clock).day in {day, 7}  # 2026-12-05 is a Saturday: Monday the 7th


def test_a_labour_dispute_counts_fifteen_days_from_its_receipt(town: Town) -> None:
    """PM-T04, PM-T13."""
    case = make(town, asked(town, kind="10"), "accept", "clerk")
    assert due(case, "finish_labour") == date(2026, 12, 8) and due(case, "labour_limitation") == date(2027, 11, 23)


def test_who_waited_a_year_with_a_labour_claim_is_told(town: Town) -> None:
    case = asked(town, kind="10")
    make(town, case, "complete", "clerk", kind="10", difficulty="usual", source="party", known_on="2025-11-01")
    assert any("2026-11-01" in str(h) for h in panels.hints(case, town.actor("clerk")))


def test_what_a_letters_office_sent_keeps_its_days(town: Town) -> None:
    """Domain reference A, 2.14: its clock runs already when the letter reaches us."""
    case = asked(town, source="letters", sender="甲县信访局", sent_on="2026-11-20")
    assert due(case, "letters_inform") == date(2026, 12, 7) and due(case, "letters_finish") == date(2027, 1, 19)


def test_the_time_of_an_appraisal_does_not_count(town: Town) -> None:
    """PM-T03."""
    case = talking(town, asked(town, kind="12"))
    before = due(case, "finish_medical")
    make(town, case, "suspend", why="appraisal", reason="等鉴定")
    make(town, case, "resume", when=at("2026-12-03"))
    assert due(case, "finish_medical") > before


def test_the_same_dispute_of_village_and_township_is_shown(town: Town) -> None:
    first = asked(town)
    other = town.case(
        service="mediation.ask", item_code="D01", place="workroom",
        said={"story": "对面不让浇水", "kind": "0201", "opponent": "阿依古丽·买买提", "opponent_phone": "13800001234"},
        contact={"name": "示例乙", "phone": "13700007777"},
    )  # fmt: skip
    assert [c.pk for c in twins.of(other, LATER)] == [first.pk] and [c.pk for c in twins.of(first, LATER)] == [other.pk]
    shown = panels.for_staff(other, town.actor("clerk"), LATER)
    assert any(p.template == "mediation/panel_twins.html" for p in shown)
    assert twins.of(asked(town, opponent="示例丙", opponent_phone="13700008888"), LATER) == []


def test_a_group_of_ten_is_marked(town: Town) -> None:
    case = asked(town, people="12")
    assert any("群体性纠纷" in str(h) for h in panels.hints(case, town.actor("clerk")))


def test_what_an_organ_sent_is_not_registered_as_new_unseen(town: Town) -> None:
    case = asked(town, story="法院委派来调解邻里纠纷")
    assert any("像是别的单位转来的" in str(h) for h in panels.hints(case, town.actor("clerk")))


# Violence


def test_violence_at_home_is_never_mediated_away(town: Town) -> None:
    """反家庭暴力法 Art 23, 28: advice on protection first, nothing given away, and nobody is persuaded."""
    case = asked(town, kind="01", violence="on")
    assert case.urgent and StaffNotice.objects.filter(order=case.order, urgent=True, to="supervisor").exists()
    with pytest.raises(casework.Refused, match="反家庭暴力法"):
        make(town, case, "accept", "clerk")
    make(town, case, "advise_protection", "clerk", safe_now="police", told="on", wants_order="on", wants_talk="no")
    assert papers.standing(case.order, "protection") is not None
    with pytest.raises(casework.Refused, match="第十七条"):
        make(town, case, "accept", "clerk")
    make(town, case, "advise_protection", "clerk", safe_now="safe", told="on", wants_talk="yes")
    case = talking(town, case)
    with pytest.raises(casework.Refused, match="人身安全保护令作交换"):
        make(town, case, "agree_written", content="男方认错，女方不追究，撤回保护令申请。")
    assert make(town, case, "agree_written", content="孩子随女方生活，男方每月付八百元。").state == "signing"


# Who may mediate


def test_a_mediator_whose_term_is_over_gets_no_new_dispute(town: Town) -> None:
    when = at("2029-01-15")
    case = make(town, asked(town, when=when), "accept", "clerk", when=when)
    worker = town.staff["mediator"].practitioner
    assert worker is not None and "第九条" in str(choosing.fault_of(case, worker, when))
    assert barring.bars(case, town.staff["mediator"], when)


def test_whoever_may_mediate_can_be_named_though_a_county_has_more_than_are_shown(town: Town) -> None:
    """人民调解法 Art 19: the parties choose; the list shows the nearest, it does not choose for them."""
    first = town.staff["mediator"].practitioner
    assert first is not None and first.organisation is not None
    many = [
        Practitioner(kind="mediator", name_zh=f"示例丙{n}", licence_no=f"M9{n:05d}", organisation=first.organisation, division=first.division)
        for n in range(20)
    ]  # fmt: skip
    Practitioner.objects.bulk_create(many)
    case = make(town, asked(town), "accept", "clerk")
    last = choosing.candidates(case, LATER)[-1].worker
    shown = casework.form_of(case_move := catalogue.of(case).move("assign"), case, town.actor("officer"))
    assert case_move and shown is not None and str(last.pk) not in dict(shown.fields["mediator"].choices)  # type: ignore[attr-defined]
    make(town, case, "assign", "officer", mediator=str(last.pk), chosen_by="parties")
    assert row(case).mediator == last


def test_a_recused_mediator_is_refused_with_the_article(town: Town) -> None:
    case = talking(town)
    make(town, case, "recuse", said_by="party", ground="relative", reason="是申请人的舅舅")
    worker = town.staff["mediator"].practitioner
    assert row(case).mediator is None and worker is not None
    with pytest.raises(casework.Refused, match="第十五条"):
        make(town, case, "take_up", "mediator")
    with pytest.raises((casework.Refused, intake.Invalid)):
        make(town, case, "assign", "officer", mediator=str(worker.pk), chosen_by="committee")
    assert make(town, case, "take_up", "mediator_two").handler == town.staff["mediator_two"]


def test_who_mediated_is_counsel_of_neither_side_afterwards(town: Town) -> None:
    """最高法特邀调解规定 Art 16; and may mediate between the same people again."""
    case = talking(town)
    mediator = town.staff["mediator"]
    own = town.case(service="advice.ask", when=LATER)
    theirs = town.case(service="advice.ask", when=LATER, contact={"name": "示例乙", "phone": "13700007777"})
    for later in (own, theirs):
        assert barring.conflicts(later.order, mediator) and not barring.conflicts(
            later.order, town.staff["mediator_two"]
        )
    again = asked(town, when=LATER)
    assert case.handler == mediator and not barring.conflicts(again.order, mediator)


def test_a_stranger_and_another_mediator_stay_outside(town: Town) -> None:
    case = talking(town)
    for who in ("stranger", "clerk_b", "mediator_two", "planner"):
        assert not lists.may_see(town.actor(who), case), who
        with pytest.raises((Denied, casework.Refused)):
            make(town, case, "record", who, on="2026-11-23", came="both")


def test_of_two_clerks_one_is_told_that_somebody_was_faster(town: Town) -> None:
    case = asked(town)
    seen = case.journal_seq
    make(town, case, "accept", "clerk")
    with pytest.raises(journal.Conflict):
        casework.make(case=case, move="accept", by=town.actor("clerk_two"), at=LATER, data={}, expect=seen)


def test_what_was_said_is_closed_to_supervisors(town: Town) -> None:
    case = talking(town)
    private.make_keyring(case=case, by=town.actor("mediator"), at=LATER, words="只有 我 自己 知道 的 话")
    private.write(
        case=case, by=town.actor("mediator"), at=LATER, text="甲方愿意让半天", words="只有 我 自己 知道 的 话"
    )
    assert lists.may_see(town.actor("supervisor"), case)
    for who in ("supervisor", "officer", "clerk"):
        with pytest.raises(Denied):
            private.listed(town.actor(who), case, LATER)
    assert [p.code for p in casework.offered(case, town.actor("mediator")) if p.sheet] == ["record"]


# Agreements


def test_success_is_not_registered_without_a_record(town: Town) -> None:
    case = talking(town, recorded=False)
    with pytest.raises(casework.Refused, match="没有调解记录"):
        make(town, case, "agree_written", content=TEXT)
    with pytest.raises(casework.Refused, match="没有调解记录"):
        make(town, case, "agree_oral", content="说好轮流浇水", on="2026-11-23")


def test_an_agreement_without_the_seal_has_no_effect(town: Town) -> None:
    """人民调解法 Art 29: the thirty days begin with the last of the three."""
    case = make(town, talking(town), "agree_written", content=TEXT)
    with pytest.raises(casework.Refused, match="印章"):
        make(town, case, "take_effect", parties_on="2026-11-23", mediator_on="2026-11-23")
    when = at("2026-11-27")
    case = make(
        town, case, "take_effect", when=when, parties_on="2026-11-23", mediator_on="2026-11-24", seal_on="2026-11-26"
    )
    standing = acts.agreement_of(row(case))
    assert standing is not None and standing.effective_on == date(2026, 11, 26)
    assert due(case, "confirm") == date(2026, 12, 28), "30 days from the 26th are Saturday the 26th of December: Monday"


def test_the_clock_does_not_start_on_the_day_of_the_upload(town: Town) -> None:
    case = make(town, talking(town), "agree_written", content=TEXT)
    days = {"parties_on": "2026-11-23", "mediator_on": "2026-11-23", "seal_on": "2026-11-23"}
    case = make(town, case, "take_effect", when=at("2026-12-15"), **days)
    assert due(case, "confirm") == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"interest": "24"}, "超过了上限 12%"),
        ({"others_property": "yes"}, "权利人"),
        ({"perform_by": "2026-11-01"}, "早于协议的日子"),
    ],
)
def test_what_the_law_does_not_let_stand_is_not_written(town: Town, data: dict[str, str], words: str) -> None:
    with pytest.raises(casework.Refused, match=words):
        make(town, talking(town), "agree_written", content=TEXT, **data)


def test_a_minor_signs_with_the_guardian(town: Town) -> None:
    case = talking(town, asked(town, contact={"id_number": "653125201005010011"}))
    make(town, case, "agree_written", content=TEXT)
    days = {"parties_on": "2026-11-23", "mediator_on": "2026-11-23", "seal_on": "2026-11-23"}
    with pytest.raises(casework.Refused, match="法定代理人"):
        make(town, case, "take_effect", **days)
    assert make(town, case, "take_effect", **days, guardian="示例父").state == "agreed"


def test_an_oral_agreement_counts_from_the_day_it_was_made(town: Town) -> None:
    """人民调解法 Art 28, 30: the mediator writes down what it was."""
    case = make(
        town,
        talking(town),
        "agree_oral",
        content="说好轮流浇水，单日甲、双日乙",
        on="2026-11-23",
        perform_by="2026-12-31",
    )
    assert case.state == "agreed" and due(case, "confirm") == date(2026, 12, 23)
    assert case.order.issued_papers.filter(form="oral_agreement").exists()


# Afterwards


def test_visits_come_before_and_after_the_day_and_not_before_the_agreement(town: Town) -> None:
    """PM-T14."""
    case = signed(town, perform_by="2026-12-31")
    assert due(case, "visit_before") == date(2026, 12, 24) and due(case, "visit_after") == date(2027, 1, 15)
    with pytest.raises(casework.Refused, match="早于协议的日期"):
        make(town, case, "visit", on="2026-11-20", note="打了电话")
    make(town, case, "visit", when=at("2026-12-20"), on="2026-12-20", note="说月底前给")
    case = make(town, case, "perform", when=at("2027-01-05"), on="2027-01-04", note="付清了，有收条")
    standing = acts.agreement_of(row(case))
    assert case.state == "performed" and standing is not None and standing.revisits.count() == 2
    assert not Deadline.objects.filter(order_id=case.pk, clock__startswith="visit").exclude(state="stopped").exists()


def test_what_was_not_kept_is_enforced_only_when_a_court_confirmed_it(town: Town) -> None:
    """人民调解法 Art 32, 33."""
    case = make(town, signed(town), "breach", on="2026-11-23", note="不给", answer="您可以就协议起诉。")
    with pytest.raises(casework.Refused, match="第三十三条"):
        make(town, case, "remedy", remedy="enforced", on="2026-11-23")
    make(town, case, "remedy", remedy="sued", on="2026-11-23")
    standing = acts.agreement_of(row(case))
    assert standing is not None and (standing.performance, standing.remedy) == ("broken", "sued")


def test_beyond_the_month_both_have_to_agree(town: Town) -> None:
    """PM-T02."""
    case = talking(town)
    assert due(case, "finish") == date(2026, 12, 23)
    with pytest.raises(intake.Invalid):
        make(town, case, "consent_on", until="2027-01-08")
    when = at("2026-12-22")
    make(town, case, "consent_on", when=when, until="2027-01-08", both="on")
    assert due(case, "finish_more") == date(2027, 1, 8)
    with pytest.raises(casework.Refused, match="最多同意继续 30 日"):
        make(town, case, "consent_on", when=when, until="2027-03-10", both="on")


def test_a_party_may_end_it_at_any_time_and_is_told_the_other_roads(town: Town) -> None:
    """人民调解法 Art 23, 26."""
    case = make(town, talking(town), "stop", "applicant")
    assert case.state == "stopped" and case.order.issued_papers.filter(form="termination").exists()
    shown = [p.template for p in panels.for_resident(case, town.actor("applicant"), LATER)]
    assert shown == ["mediation/mine_roads.html"]


# Confirmation


def test_confirmation_goes_to_the_court_under_a_code_of_its_own_and_comes_back(town: Town) -> None:
    case = signed(town, perform_by="2026-12-31")
    make(town, case, "apply_confirmation", court="甲县人民法院", both="on")
    link = case.order.links_out.get()
    other = link.second.case
    assert (
        other.service == "mediation.confirm" and other.code != case.code and due(other, "confirm") == date(2026, 12, 23)
    )
    with pytest.raises(casework.Refused, match="已经在申请"):
        make(town, case, "apply_confirmation", court="甲县人民法院", both="on")
    with pytest.raises(casework.Refused, match="第三百五十四条"):
        make(town, other, "check", "clerk", court="甲县人民法院", papers=["agreement"])
    make(town, other, "check", "clerk", court="甲县人民法院", papers=["agreement", "proof", "identity", "rights"])
    assert papers.standing(other.order, "joint_application") is not None
    with pytest.raises(casework.Refused, match="期限到 2026-12-23"):
        make(town, other, "file", "clerk", when=at("2026-12-24"), on="2026-12-24")
    make(town, other, "file", "clerk", when=at("2026-12-23"), on="2026-12-23")
    other = make(
        town,
        other,
        "court_confirms",
        "clerk",
        when=at("2027-01-08"),
        on="2027-01-06",
        served_on="2027-01-07",
        ruling_no="（2027）示诉前调确1号",
    )
    assert due(other, "confirm_object") == date(2027, 1, 22) and due(other, "enforce") == date(2029, 1, 1)
    assert acts.agreement_of(row(case)).confirmations.get().result == "confirmed"  # type: ignore[union-attr]


def test_what_a_court_refuses_is_not_sent_to_it(town: Town) -> None:
    case = signed(town, talking(town, asked(town, kind="0103")))
    with pytest.raises(casework.Refused, match="身份关系"):
        make(town, case, "apply_confirmation", court="甲县人民法院", both="on")
    case = signed(town, talking(town, asked(town, opponent="示例戊", opponent_phone="13700008889")))
    with pytest.raises(casework.Refused, match="违反自愿原则"):
        make(town, case, "apply_confirmation", court="甲县人民法院", both="on", refuses=["unfree"])
    with pytest.raises(casework.Refused, match="期限到 2026-12-23"):
        make(town, case, "apply_confirmation", when=at("2026-12-24"), court="甲县人民法院", both="on")
    assert not CourtConfirmation.objects.exists()


# Danger, letters, the file


def test_danger_is_before_the_duty_supervisor_at_once(town: Town) -> None:
    """PM-T15: 人民调解法 Art 25."""
    case = make(town, talking(town), "escalate", danger="fight", reported="no", note="两家在找人")
    told = StaffNotice.objects.filter(order=case.order, urgent=True).values_list("to", flat=True)
    assert set(told) == {"supervisor", "officer"} and case.urgent
    found = Deadline.objects.get(order_id=case.pk, clock="danger")
    assert found.due_at - found.started_at == timedelta(hours=1)
    with pytest.raises((Denied, casework.Refused)):
        make(town, case, "danger_handled", "mediator", note="劝开了")
    make(town, case, "danger_handled", "supervisor", note="已和派出所到场")
    assert Deadline.objects.get(order_id=case.pk, clock="danger").state == "stopped"


def test_a_letter_goes_out_with_its_limit_and_its_result_comes_back(town: Town) -> None:
    """Domain reference A, 2.14."""
    case = make(town, talking(town), "send_letter", to="labour", name="甲县劳动人事争议仲裁委员会", why="十五日没有谈成，请受理仲裁。",
                limit_on="2027-11-23")  # fmt: skip
    letter = TransferLetter.objects.get(dispute_id=case.pk)
    assert case.state == "talking" and case.order.issued_papers.filter(form="letter").exists()
    with pytest.raises(intake.Invalid):
        make(town, case, "letter_answer", letter=str(letter.pk), stand="refused", on="2026-11-23")
    make(town, case, "letter_answer", letter=str(letter.pk), stand="result", on="2026-11-23", answer="已裁决支付工资")
    letter.refresh_from_db()
    assert letter.stand == "result" and letter.result == "已裁决支付工资"
    case = make(town, case, "pass_on", to="police", name="甲一镇派出所", why="有人受伤，可能是治安案件。")
    assert case.state == "transferred" and row(case).result == "transferred"


def test_another_service_is_opened_by_its_item_and_linked(town: Town) -> None:
    case = make(town, talking(town), "refer", item="C11", summary="没有谈成，想请律师打官司要工资")
    came = case.order.links_out.get().second
    assert came.item_code == "C11" and came.case.line != "mediation" and came.person_id == case.order.person_id


def test_a_file_is_laid_down_when_it_is_whole(town: Town) -> None:
    case = signed(town)
    with pytest.raises(casework.Refused, match="当事人身份证明"):
        make(town, case, "archive", "clerk")
    scan = town_file()
    casework.make(case=Case.objects.get(pk=case.pk), move="add_paper", by=town.actor("mediator", LATER), at=LATER,
                  data={"what": "identity"}, uploads=[scan])  # fmt: skip
    make(town, case, "archive", "clerk")
    assert following.lacks(Case.objects.get(pk=case.pk)) == [] and papers.standing(case.order, "contents") is not None


def test_handwriting_in_uyghur_comes_with_its_transcript(town: Town) -> None:
    case = talking(town)
    data = {"what": "evidence", "ug_hand": "on"}
    with pytest.raises(intake.Invalid):
        casework.make(
            case=case, move="add_paper", by=town.actor("mediator", LATER), at=LATER, data=data, uploads=[town_file()]
        )
    data["transcript"] = "سۇ نۆۋىتى توغرىسىدا"
    casework.make(
        case=case, move="add_paper", by=town.actor("mediator", LATER), at=LATER, data=data, uploads=[town_file()]
    )


def town_file() -> Any:
    """A small picture."""
    from open12348.spine.files import Upload

    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    return Upload("id.png", png)


def test_video_is_an_appointment_with_its_link(town: Town) -> None:
    case = talking(town)
    with pytest.raises(intake.Invalid):
        make(town, case, "appoint", on="2026-12-01", hour="10:30", video="on")
    with pytest.raises(casework.Refused, match="已经过去"):
        make(town, case, "appoint", on="2026-11-20", hour="10:30", place="工作室")
    make(town, case, "appoint", on="2026-12-01", hour="10:30", video="on", link="https://meet.example.org/x")
    shown = benches.get("mediation.today").show(town.actor("mediator"), LATER, {})
    assert [s.link for s in shown["coming"]] == ["https://meet.example.org/x"] and shown["rows"][0]["code"] == case.code


# The simple ledger


def entered(town: Town, **more: Any) -> str:
    data = {"one": "买买提", "other": "吐尔逊", "kind": "02", "told": "浇水先后，轮流浇", "ended": "agreed", **more}
    deed = benches.get("mediation.ledger").deed("enter")
    form = deed.form_of(town.actor("mediator"), NOW, data)
    assert form is not None and form.is_valid(), form
    return str(deed.do(town.actor("mediator"), NOW, form.cleaned_data))


def test_two_lines_are_registered_mediated_and_closed_at_once(town: Town) -> None:
    assert "编号" in entered(town)
    case = Case.objects.get(service="mediation.ledger")
    standing = MediationAgreement.objects.get(dispute_id=case.pk)
    assert case.state == "settled" and case.phase == "done" and case.handler == town.staff["mediator"]
    assert (
        row(case).result == "agreed" and row(case).simple and standing.form == "oral" and standing.performance == "done"
    )
    assert row(case).committee is not None and journal.verify() == []


def test_what_was_not_agreed_is_kept_too_and_may_become_a_mediation_of_its_own(town: Town) -> None:
    entered(town, ended="failed")
    case = Case.objects.get(service="mediation.ledger")
    assert case.state == "failed" and row(case).result == "failed"
    make(town, case, "promote", story="吵得更厉害了，要正式调解", kind="02")
    came = case.order.links_out.get().second
    assert came.case.service == "mediation.ask" and came.parties.filter(role="opponent").exists()


def test_an_entry_without_an_ending_is_not_taken(town: Town) -> None:
    form = (
        benches.get("mediation.ledger").deed("enter").form_of(town.actor("mediator"), NOW, {"one": "甲", "other": "乙"})
    )
    assert form is not None and not form.is_valid() and {"kind", "told", "ended"} == set(form.errors)


def test_who_only_looks_enters_nothing(town: Town) -> None:
    page = benches.get("mediation.ledger")
    assert not page.may_open(town.actor("supervisor")) and page.may_open(town.actor("mediator"))
    with pytest.raises(Denied):
        intake.receive(
            service="mediation.ledger", said={}, contact={}, channel="web", by=accounts.resident_actor("x"), at=NOW
        )


def test_the_days_of_a_limit_can_be_accounted_for(town: Town) -> None:
    case = signed(town)
    found = Deadline.objects.get(order_id=case.pk, clock="confirm")
    assert clocks.as_json(found, LATER)["basis"].startswith("PM-T09") and found.sure
