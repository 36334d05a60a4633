"""Notarisation as its users meet it: who may take it, what stands in the way, who decides, what a will hides, what it costs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from open12348.kernel.access import SYSTEM, Denied, Role
from open12348.kernel.models import Message
from open12348.registry import accounts, providers
from open12348.registry.models import Account, Organisation, Place, Practitioner
from open12348.spine import casework, catalogue, intake, journal, lists, papers, routing
from open12348.spine.models import Case, Document, IssuedPaper
from tests.people import NOW, Town, at

from . import areas, benches, checking, offices, panels, people
from .models import NotaryCase, NotaryEntry, OfficePermit, Pledge

LATER = NOW + timedelta(hours=1)
FACTS: dict[str, Any] = {"matter": "N03-house", "purpose": "property", "use": "domestic", "mode": "counter", "party": "person", "applies": "self",
         "capacity": "", "born_on": "1980-05-01", "common_property": "no", "domicile": "653125000000", "copies": "1"}  # fmt: skip
ALL = ["application_form", "identity", "house_title", "marriage_proof", "coowner", "attorney_identity"]
WARNED = ["identity", "all_in_one", "security", "one_act", "revocable", "price", "term", "substance"]
YES: dict[str, Any] = {"interest": "on", "no_dispute": "on", "in_scope": "on"}
CONDITIONS = ["qualified", "will", "content"]


def office_at(town: Town, county: str = "653125000000", name: str = "甲县公证处（示例）", key: str = "notary") -> Place:
    """A notary office with its window, two notaries and a head, in a county."""
    unit = town.units[county]
    office = Organisation.objects.create(kind="notary_office", name_zh=name, division=unit, invented=True)
    place = Place.objects.create(
        code=f"N{county[:6]}", kind="counter", name_zh=f"{name}窗口", division=unit, county=unit, organisation=office
    )
    town.places[key] = place
    for number, who in enumerate((key, f"{key}_two", f"{key}_head")):
        worker = Practitioner.objects.create(
            kind="notary", name_zh=f"{who}（示例）", licence_no=f"示例{county[4:6]}{number}", organisation=office, division=unit,
            languages=["zh", "ug"], invented=True,
        )  # fmt: skip
        account = Account.objects.create(
            username=who, name=f"{who}（示例）", must_change_password=False, practitioner=worker, created_at=NOW
        )
        role = Role.OFFICER if who.endswith("head") else Role.PROVIDER
        accounts.grant(account=account, role=role, by=SYSTEM, at=at("2026-01-01"), place=place, lines=("notary",))
        town.staff[who] = account
    return place


@pytest.fixture
def office(town: Town) -> Town:
    """The town with a notary office in County A."""
    office_at(town)
    return town


def applied(
    town: Town, by: str = "notary", when: datetime = NOW, place: str = "notary", contact: Any = None, **said: Any
) -> Case:
    """An application for a mandate about a house."""
    told = {"matter": "N03-house", "story": "请人代我卖房子", "applies": "self", "domicile": "653125000000", "common_property": "no",
            "question": "", "summary": "", "topic": ""}  # fmt: skip
    return town.case(
        service="notary.apply", item_code="F02", by=by, when=when, place=place, contact=contact, said={**told, **said}
    )


def make(town: Town, case: Case, move: str, by: str = "notary", when: datetime = LATER, **data: Any) -> Case:
    """A move by one of the cast."""
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(by, when), at=when, data=data)


def ready(
    town: Town,
    facts: dict[str, Any] | None = None,
    papers_: dict[str, Any] | None = None,
    when: datetime = LATER,
    **said: Any,
) -> Case:
    """Identity checked, facts and papers entered: to be accepted or not."""
    case = applied(town, when=when, **said)
    make(town, case, "identify", when=when, how="card", came="on")
    make(town, case, "facts", when=when, **{**FACTS, **(facts or {})})
    return make(town, case, "papers", when=when, **(papers_ or {"seen": ALL}))


def reviewing(town: Town, when: datetime = LATER, **more: Any) -> Case:
    """Accepted."""
    return make(town, ready(town, when=when, **more), "accept", when=when, **YES)


def prepared(town: Town, **more: Any) -> Case:
    """Informed, the fee reckoned and paid."""
    case = reviewing(town, **more)
    make(town, case, "inform", content="已说明意义和后果", way="face", signed_by="party", read_in="zh", warned=WARNED)
    make(town, case, "charge", pieces="1")
    return make(town, case, "pay", amount="200", receipt_no="示例-1")


def issued(town: Town, **more: Any) -> Case:
    """Issued by two people."""
    case = prepared(town, **more)
    make(town, case, "propose", conditions=CONDITIONS)
    return make(town, case, "approve", "notary_head")


def row(case: Case) -> NotaryCase:
    return checking.row_of(case.pk)


@pytest.fixture(autouse=True)
def signed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """An office numbers under its abbreviation: entered once for the tests' office."""
    if "office" in request.fixturenames:
        town = request.getfixturevalue("office")
        _sign(town)


def _sign(town: Town) -> None:
    from . import certificates

    enter = getattr(certificates, "enter_sign", None)
    if enter is not None:
        enter(
            office=town.places["notary"].organisation,
            short="示甲",
            words=False,
            valid_from=date(2026, 1, 1),
            by=SYSTEM,
            at=NOW,
        )


# The way of an ordinary matter


def test_from_the_application_to_the_certificate(office: Town) -> None:
    case = issued(office)
    own = row(case)
    assert case.state == "issued" and case.phase == "done" and own.issued_at == LATER and own.titles == ["委托（房产）"]
    assert own.accepted_by == office.staff["notary"] and own.approved_by == office.staff["notary_head"]
    assert {p.form for p in IssuedPaper.objects.filter(order=case.order)} >= {"inform"}
    case = make(office, case, "deliver", on="2026-11-23", way="counter")
    assert case.state == "delivered" and panels.ways(row(case)) == 2
    assert make(office, case, "archive", main_pages="12", side_pages="2", term="long").state == "archived"
    assert journal.verify() == []


def test_of_two_people_at_one_case_the_second_is_told(office: Town) -> None:
    case = prepared(office)
    make(office, case, "propose", conditions=CONDITIONS)
    seen = Case.objects.get(pk=case.pk).journal_seq
    make(office, case, "send_back", "notary_head", reason="再看一次权属")
    with pytest.raises((journal.Conflict, casework.Refused)):
        casework.make(case=case, move="approve", by=office.actor("notary_head"), at=LATER, data={}, expect=seen)


def test_a_stranger_sees_nothing(office: Town) -> None:
    case = reviewing(office)
    assert lists.get(office.actor("stranger"), case.order.code) is None
    assert lists.get(office.actor("clerk_b"), case.order.code) is None
    assert lists.get(office.actor("notary_two"), case.order.code) is None  # a colleague's matter is the colleague's
    with pytest.raises(Denied):
        make(office, case, "halt", "clerk_b", reason="停水停电三天")


# Who may


def test_who_prepared_does_not_approve_and_the_bureau_approves_nothing(office: Town) -> None:
    case = prepared(office)
    make(office, case, "propose", conditions=CONDITIONS)
    accounts.grant(account=office.staff["notary"], role=Role.OFFICER, by=SYSTEM, at=NOW, place=office.places["notary"])
    with pytest.raises(casework.Refused, match="第四十条"):
        make(office, case, "approve", "notary")
    with pytest.raises(casework.Refused, match="公证法第六条"):
        make(office, case, "approve", "officer")
    assert make(office, case, "approve", "notary_head").state == "issued"


def test_buttons_are_for_those_who_may_press_them(office: Town) -> None:
    case = prepared(office)
    case = make(office, case, "propose", conditions=CONDITIONS)
    service = catalogue.of(case)

    def shown(who: str) -> set[str]:
        actor = office.actor(who)
        return {m.code for m in service.moves_from(case.state) if m.shown is None or m.shown(case, actor)}

    assert {"approve", "relief"} <= shown("notary_head") and not {"approve", "relief"} & (
        shown("notary") | shown("officer")
    )
    assert not {"check_pledge", "note_death"} & (shown("notary") | shown("notary_head"))


def test_only_a_notary_of_the_office_in_practice_and_below_65_handles(office: Town) -> None:
    """B-N15: a notary of 65 and more."""
    case = applied(office, by="clerk", place="notary")
    account = office.staff["notary"]
    assert people.bars(case, account, LATER) == []
    assert "第二十一条" in str(people.bars(case, office.staff["officer"], LATER)[0])
    assert "公证员" in str(people.bars(case, office.staff["provider"], LATER)[0])
    worker = account.practitioner
    assert worker is not None
    NotaryEntry.objects.create(practitioner=worker, born_on=date(1961, 11, 23), by="system", entered_at=NOW)
    assert "第二十四条" in str(people.bars(case, account, LATER)[0])
    assert people.bars(case, account, at("2026-11-22")) == []
    routing_list = {c.account.username: c for c in routing.candidates(case, LATER)}
    assert not routing_list["notary"].able and routing_list["notary_two"].able
    second = office.staff["notary_two"].practitioner
    assert second is not None
    providers.set_standing(who=second, status="suspended", at=NOW, by=SYSTEM, reason="示例")
    assert "停止执业" in str(people.bars(case, office.staff["notary_two"], LATER)[0])


def test_a_notary_who_must_not_act_gives_the_matter_out_of_hand(office: Town) -> None:
    """B-N5: related to a party (公证法 Art 23(3))."""
    case = reviewing(office)
    case = make(office, case, "recuse", ground="relative", reason="申请人是我的弟弟")
    assert case.handler is None
    assert any("第二十三条" in why for why in routing.bars(case, office.staff["notary"], LATER))
    with pytest.raises(casework.Refused, match="回避"):
        routing.assign(case=case, to=office.staff["notary"], by=office.actor("notary_head"), at=LATER)
    routing.assign(case=case, to=office.staff["notary_two"], by=office.actor("notary_head"), at=LATER)
    with pytest.raises(Denied):
        make(office, case, "halt", "notary", reason="停水停电三天")
    assert make(office, case, "halt", "notary_two", reason="停水停电三天").state == "halted"


# Acceptance


def test_nothing_is_accepted_before_identity_was_checked(office: Town) -> None:
    case = applied(office)
    make(office, case, "facts", **FACTS)
    make(office, case, "papers", seen=ALL)
    with pytest.raises(casework.Refused, match="五不准"):
        make(office, case, "accept", **YES)
    with pytest.raises(intake.Invalid):
        make(office, case, "identify", how="two_factor")  # not how one meets at the counter
    make(office, case, "identify", how="card")
    with pytest.raises(intake.Invalid):
        make(office, case, "accept", interest="on")
    assert make(office, case, "accept", **YES).state == "reviewing"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"applies": "agent"}, "第十一条"),
        ({"common_property": "yes", "spouse": "absent"}, "第一千零六十二条"),
        ({"born_on": "2012-01-01"}, "监护人"),
        ({"mode": "online"}, "在线公证名单"),
        ({"domicile": "653131000000"}, "执业区域"),
        ({"domicile": ""}, "第二十五条"),
        ({"matter": "N03-house", "use": "abroad", "uyghur": "on"}, "第四十三条"),
    ],
)  # fmt: skip
def test_what_the_law_forbids_is_refused_with_the_article(office: Town, facts: dict[str, str], why: str) -> None:
    """B-N1, B-N2, B-N3, B-N4, B-N9."""
    with pytest.raises(casework.Refused, match=why):
        make(office, ready(office, facts=facts), "accept", **YES)


def test_acceptance_test_6_an_agent_for_a_will_is_refused(office: Town) -> None:
    """Acceptance test 6: with the citation of Art 26 and Rules Art 11."""
    with pytest.raises(intake.Invalid) as refused:
        applied(office, matter="N06", applies="agent")
    assert "公证法第二十六条" in str(refused.value.form.errors) and "公证程序规则第十一条" in str(
        refused.value.form.errors
    )


def test_real_estate_goes_to_its_place_and_a_wider_area_is_data(office: Town) -> None:
    office_at(office, "653131000000", "乙县公证处（示例）", "other")
    sale: dict[str, Any] = {
        "seen": ["application_form", "identity", "draft", "house_title", "marriage_proof", "coowner"]
    }
    far = ready(office, facts={"matter": "N01-sale", "estate": "653131000000", "value": "100000"}, papers_=sale)
    with pytest.raises(casework.Refused, match="乙县公证处"):
        make(office, far, "accept", **YES)
    home = office.places["notary"].organisation
    assert home is not None
    offices.permit(
        office=home, kind="area", division=office.units["653100000000"], valid_from=date(2026, 1, 1), basis="新司通〔2026〕1 号（示例）",
        by=office.actor("supervisor"), at=NOW,
    )  # fmt: skip
    assert make(office, far, "accept", **YES).state == "reviewing"


def test_the_first_office_handles_and_the_second_is_told(office: Town) -> None:
    """B-N16: a second application of the same matter at another office (Rules Art 16)."""
    office_at(office, "653131000000", "乙县公证处（示例）", "other")
    contact: dict[str, Any] = {"id_number": "11010519491231002X"}
    about: dict[str, Any] = {"facts": {"subject": "示例房产证 0001", "residence": "653131000000"}, "contact": contact}
    reviewing(office, **about)
    again = applied(office, by="other", place="other", contact=contact)
    for move, data in (
        ("identify", {"how": "card"}),
        ("facts", {**FACTS, "subject": "示例房产证0001", "residence": "653131000000"}),
        ("papers", {"seen": ALL}),
    ):
        make(office, again, move, "other", **data)
    with pytest.raises(casework.Refused, match="第十六条"):
        make(office, again, "accept", "other", **YES)
    make(office, again, "facts", "other", **{**FACTS, "subject": "示例房产证 0002", "residence": "653131000000"})
    assert make(office, again, "accept", "other", **YES).state == "reviewing"


def test_tolerant_acceptance_waits_and_nothing_is_issued_meanwhile(office: Town) -> None:
    case = ready(office, papers_={"seen": ["application_form", "identity", "house_title", "marriage_proof", "coowner"]})
    with pytest.raises(casework.Refused, match="容缺受理"):
        make(office, case, "accept", **YES)
    with pytest.raises(casework.Refused, match="已经过去"):
        make(office, case, "accept_tolerant", **YES, later=["attorney_identity"], later_by="2026-11-20", promise="on")
    case = make(
        office, case, "accept_tolerant", **YES, later=["attorney_identity"], later_by="2026-12-01", promise="on"
    )
    assert case.state == "awaiting" and case.phase == "waiting_applicant"
    assert not case.order.deadlines.filter(clock="issue").exists()
    with pytest.raises(casework.Refused, match="还缺"):
        make(office, case, "papers_complete")
    case = make(office, case, "papers_complete", when=at("2026-11-26"), seen=["attorney_identity"])
    assert case.state == "reviewing" and row(case).later == []
    assert case.order.deadlines.get(clock="issue").started_at == at("2026-11-26")


def test_a_key_paper_cannot_follow_later(office: Town) -> None:
    case = ready(office, papers_={"seen": ["application_form", "identity"]})
    with pytest.raises((casework.Refused, intake.Invalid), match="主要材料"):
        make(office, case, "accept_tolerant", **YES, later=["marriage_proof"], later_by="2026-12-01", promise="on")


def test_what_the_office_fetches_needs_the_persons_word_and_nothing_else_may_be_demanded(office: Town) -> None:
    case = applied(office)
    make(office, case, "facts", **FACTS)
    with pytest.raises(casework.Refused, match="第十八条第二款"):
        make(office, case, "papers", seen=["application_form", "identity"], fetched=["house_title"])
    case = make(
        office,
        case,
        "papers",
        seen=["application_form", "identity"],
        fetched=["house_title", "marriage_proof"],
        truth="on",
    )
    assert [str(w) for w in checking.missing(case, LATER)] and row(case).fetched == ["house_title", "marriage_proof"]
    with pytest.raises(intake.Invalid, match="清单"):
        casework.ask_correction(case=case, by=office.actor("notary"), at=LATER, wanted="村委会盖章的困难情况")
    assert casework.ask_correction(case=case, by=office.actor("notary"), at=LATER, wanted="受托人身份证复印件").wanted


def test_a_false_promise_bars_the_next_until_it_is_made_good(office: Town) -> None:
    facts: dict[str, Any] = {"matter": "N10-career", "purpose": "work"}
    pledged: dict[str, Any] = {
        "seen": ["application_form", "identity"],
        "pledged": ["career_proof"],
        "told": "on",
        "signed": "on",
    }
    contact: dict[str, Any] = {"id_number": "11010519491231002X"}
    case = reviewing(office, facts=facts, papers_=pledged, contact=contact)
    assert any("承诺" in str(h) for h in panels.hints(case, office.actor("notary")))
    make(office, case, "check_pledge", result="false", note="单位说没有这个人")
    assert any("第三十一条第五项" in str(h) for h in panels.hints(case, office.actor("notary")))
    with pytest.raises(casework.Refused, match="42 号"):
        ready(office, facts=facts, papers_=pledged, contact=contact)
    Pledge.objects.update(repaired_on=date(2026, 11, 23))
    assert ready(office, facts=facts, papers_=pledged, contact=contact).state == "received"


# Review


def test_issuing_waits_for_informing_fee_and_every_condition(office: Town) -> None:
    case = reviewing(office)
    with pytest.raises(casework.Refused, match="第二十七条"):
        make(office, case, "propose", conditions=CONDITIONS)
    with pytest.raises(casework.Refused, match="五不准"):
        make(
            office,
            case,
            "inform",
            content="已说明意义和后果",
            way="face",
            signed_by="party",
            read_in="zh",
            warned=["identity"],
        )
    make(office, case, "inform", content="已说明意义和后果", way="face", signed_by="party", read_in="zh", warned=WARNED)
    with pytest.raises(casework.Refused, match="第三十四条"):
        make(office, case, "propose", conditions=CONDITIONS)
    make(office, case, "charge", pieces="1")
    with pytest.raises(casework.Refused, match="减收、免收"):
        make(office, case, "pay", amount="100", receipt_no="示例-1")
    make(office, case, "pay", amount="200", receipt_no="示例-1")
    with pytest.raises(casework.Refused, match="不具备的"):
        make(office, case, "propose", conditions=["qualified"])
    assert make(office, case, "propose", conditions=CONDITIONS).state == "to_decide"


def test_a_complex_matter_is_discussed_first(office: Town) -> None:
    case = prepared(office, facts={"complex": "on"})
    make(office, case, "propose", conditions=CONDITIONS)
    with pytest.raises(casework.Refused, match="集体讨论"):
        make(office, case, "approve", "notary_head")
    make(office, case, "discuss", "notary_head", people="三名公证员", result="权属清楚，可以办")
    kept = Document.objects.filter(order=case.order, title__contains="讨论")
    assert kept and not any(d.for_resident for d in kept)
    assert make(office, case, "approve", "notary_head").state == "issued"


def test_only_papers_of_the_list_are_asked_for_and_the_person_is_told_of_the_pause(office: Town) -> None:
    case = reviewing(office)
    with pytest.raises(intake.Invalid):
        make(office, case, "ask_papers", wanted=["diploma"], told_how="phone")
    with pytest.raises(casework.Refused, match="清单"):
        make(office, case, "ask_papers", wanted=["coowner"], note="再加一份村委会证明", told_how="phone")
    told = Message.objects.count()
    case = make(office, case, "ask_papers", wanted=["coowner"], told_how="message")
    assert case.state == "waiting_papers" and case.phase == "waiting_applicant"
    assert IssuedPaper.objects.filter(order=case.order, form="papers_wanted").exists()
    assert Message.objects.count() > told  # the pause, in time (Rules Art 35 ¶2)
    with pytest.raises(Denied):
        make(office, case, "send_papers", "stranger", note="给")
    assert make(office, case, "send_papers", "applicant", note="照片已传").state == "reviewing"


def test_refusal_is_reported_by_one_and_decided_by_another_with_the_fee(office: Town) -> None:
    case = prepared(office)
    with pytest.raises(intake.Invalid):
        make(office, case, "propose_refusal", ground="10", reason="没有这一项理由")
    make(office, case, "propose_refusal", ground="5", reason="提交的房产证是假的")
    accounts.grant(account=office.staff["notary"], role=Role.OFFICER, by=SYSTEM, at=NOW, place=office.places["notary"])
    with pytest.raises(casework.Refused, match="第四十条"):
        make(office, case, "refuse", "notary", refund="none", refund_reason="当事人的责任")
    with pytest.raises(casework.Refused, match="退多少元"):
        make(office, case, "refuse", "notary_head", refund="part", refund_amount="500", refund_reason="已做部分工作")
    case = make(office, case, "refuse", "notary_head", refund="part", refund_amount="80", refund_reason="已做部分工作")
    assert case.state == "refused" and row(case).refunded == Decimal(80)
    told = Document.objects.filter(order=case.order, kind="answer", for_resident=True).last()
    assert told is not None and "公证法第三十一条第五项" in told.text and "投诉" in told.text
    assert IssuedPaper.objects.filter(order=case.order, form="refuse").exists()


def test_six_months_are_no_ground_before_they_are_over(office: Town) -> None:
    case = reviewing(office)
    with pytest.raises(casework.Refused, match="未满 6 个月"):
        make(office, case, "propose_termination", ground="six_months", reason="当事人一直不来")
    make(office, case, "propose_termination", when=at("2027-05-24"), ground="six_months", reason="当事人一直不来")
    case = make(office, case, "keep_on", "notary_head", when=at("2027-05-24"), reason="再联系一次")
    assert case.state == "reviewing"


# The fee of those who have a legal-aid decision


def decision_for(town: Town, case: Case) -> IssuedPaper | None:
    """A standing decision that attests hardship, of whichever service issues one; None where no line does."""
    forms = catalogue.attesting("hardship") if hasattr(catalogue, "attesting") else {}
    if not forms:
        return None
    service = catalogue.get(next(iter(forms)))
    other = town.case(
        service=service.code, said=dict(service.example), by="clerk" if Role.CLERK in service.takers else "officer"
    )
    Case.objects.filter(pk=other.pk)
    type(other.order).objects.filter(pk=other.order.pk).update(person_id=case.order.person_id)
    paper = next(p for m in service.moves for p in m.papers if p.attests == "hardship")
    with journal.turn(order_id=other.pk, by=SYSTEM, at=NOW) as now:
        return papers.issue(now, paper, facts={}, blocks=[], tongues="zh")


def test_acceptance_test_9_relief_follows_from_a_legal_aid_decision(office: Town) -> None:
    """Acceptance test 9: the number given → prefilled, no second means test; missing → ordinary fee and the head's decision."""
    from . import charging

    case = reviewing(office)
    make(office, case, "charge", pieces="1")
    assert charging.prefilled(row(case), NOW.date()) == {"relief": "none"}
    with pytest.raises(intake.Invalid):
        make(office, case, "ask_relief")
    make(office, case, "ask_relief", "applicant", reason="家里没有收入")
    with pytest.raises(casework.Refused, match="没有查到"):
        make(office, case, "relief", "notary_head", relief="waive", relief_paper="3125-0126-0000-0114-09-01")
    with pytest.raises(casework.Refused, match="司法局不审批"):
        make(office, case, "relief", "officer", relief="waive", reason="困难")
    paper = decision_for(office, case)
    if paper is None:
        pytest.skip("no line of this installation attests hardship")
    make(office, case, "ask_relief", aid_number=paper.number)
    form = casework.form_of(catalogue.of(case).move("relief"), case, office.actor("notary_head"))
    assert form is not None and form.initial["relief"] == "waive" and form.initial["relief_paper"] == paper.number
    with pytest.raises(casework.Refused, match="第五十三条"):
        make(office, case, "relief", "notary_head", relief="none", reason="不给")
    make(office, case, "relief", "notary_head", relief="waive", relief_paper=paper.number)
    assert checking.fee_settled(row(case)) and row(case).relief_paper == paper.number
    stranger = applied(office, contact={"name": "示例乙", "phone": "13700001111"})
    assert charging.attested(row(stranger), paper.number) is None


# A will is nobody's business


def will(town: Town) -> Case:
    """A will, made before two notaries, issued."""
    case = applied(town, matter="N06")
    make(town, case, "identify", how="card")
    make(
        town,
        case,
        "facts",
        **{**FACTS, "matter": "N06", "purpose": "inherit", "common_property": "", "born_on": "1950-01-01"},
    )
    make(town, case, "papers", seen=["application_form", "identity", "health_check", "estate_proof"])
    make(town, case, "accept", **YES)
    told: dict[str, Any] = {
        "content": "已说明意义和后果",
        "way": "face",
        "signed_by": "thumb",
        "read_in": "ug",
        "warned": ["identity", "substance"],
    }
    with pytest.raises(casework.Refused, match="两名公证员"):
        make(town, case, "inform", **told)
    second = town.staff["notary_two"].practitioner
    assert second is not None
    make(town, case, "inform", **told, second_notary=str(second.pk), video_kept="on")
    make(town, case, "charge", pieces="1")
    make(town, case, "pay", amount="500", receipt_no="示例-2")
    make(town, case, "propose", conditions=CONDITIONS)
    return make(town, case, "approve", "notary_head")


def test_acceptance_test_8_a_will_is_invisible_until_death_is_proven(office: Town) -> None:
    """Acceptance test 8, the file's half: in nobody's list or search, nobody is told; two people prove the death."""
    before = Message.objects.count()
    case = will(office)
    assert case.secret and case.order.title == "公证" and Message.objects.count() == before
    for who in ("supervisor", "officer", "clerk", "operator", "planner", "provider", "notary_two", "stranger"):
        actor = office.actor(who)
        assert lists.get(actor, case.order.code) is None and lists.search(actor, case.order.code) == []
        assert not lists.queue(actor).filter(pk=case.pk).exists()
    assert lists.get(office.actor("notary"), case.order.code) and lists.get(
        office.actor("notary_head"), case.order.code
    )
    assert case not in lists.of_resident(office.actor("applicant"))
    assert lists.get(office.actor("applicant"), case.order.code) is not None
    make(office, case, "note_death", paper="死亡医学证明（示例）1 号")
    with pytest.raises(casework.Refused, match="两个人"):
        make(office, case, "confirm_death")
    case = make(office, case, "confirm_death", "notary_head")
    assert not case.secret and lists.get(office.actor("supervisor"), case.order.code) is not None


def test_a_will_from_the_web_goes_to_an_office_that_can_keep_it(office: Town) -> None:
    case = applied(office, by="nobody", place="", matter="N06", story="房子给女儿")
    assert case.secret and case.place == office.places["notary"] and "房子" not in case.order.said
    assert case.keepers == [office.staff["notary_head"].pk]
    routing.assign(case=case, to=office.staff["notary_two"], by=office.actor("notary_head"), at=LATER)
    assert lists.get(office.actor("notary_two"), case.order.code) is not None


def test_without_an_office_that_can_keep_it_no_will_is_taken_in(town: Town) -> None:
    with pytest.raises(intake.Invalid, match="保密"):
        town.need(service="notary.apply", by="clerk", said={"matter": "N06", "applies": "self"})


# Where it goes, the desk, the bureau


def test_what_came_in_elsewhere_goes_to_the_office_that_is_competent(office: Town) -> None:
    case = applied(office, by="clerk", place="station")
    assert case.place == office.places["notary"] and case.handler is None
    assert areas.office_of(case) is not None
    office_at(office, "653131000000", "乙县公证处（示例）", "other")
    far = applied(office, by="clerk", place="station", matter="N01-sale", estate_county="653131000000", value="1000")
    assert far.place == office.places["other"]
    chosen = applied(office, by="clerk", place="station", office=office.places["other"].code)
    assert chosen.place == office.places["other"]


def test_the_desk_shows_what_is_due_and_what_waits_and_of_a_secret_matter_no_name(office: Town) -> None:
    assert benches is not None
    from open12348.spine import benches as all_benches

    case = prepared(office)
    make(office, case, "propose", conditions=CONDITIONS)
    free = applied(office, by="clerk", place="station")
    make(office, free, "ask_relief", "applicant", reason="没有收入")
    desk = all_benches.get("notary.desk")
    mine = desk.show(office.actor("notary"), LATER, {})
    assert [r["code"] for r in mine["mine"]] == [case.order.code] and mine["deciding"] == []
    hidden = applied(office, matter="N06")
    rows = {r["code"]: r for r in desk.show(office.actor("notary"), LATER, {})["mine"]}
    assert rows[case.order.code]["name"] and not rows[hidden.order.code]["name"]
    assert str(rows[hidden.order.code]["matter"]) == "密卷"
    head = desk.show(office.actor("notary_head"), LATER, {})
    assert [r["code"] for r in head["deciding"]] == [case.order.code]
    assert [r["code"] for r in head["free"]] == [free.order.code] == [r["code"] for r in head["relief"]]
    assert desk.may_open(office.actor("notary")) and not desk.may_open(office.actor("clerk"))


def test_an_office_below_two_notaries_or_with_one_of_65_is_flagged(office: Town) -> None:
    """公证法 Art 8, 24; B-N15. Who enters it is the bureau, not the office."""
    home = office.places["notary"].organisation
    assert home is not None
    bureau, head = office.actor("supervisor"), office.actor("notary_head")
    assert not offices.standing(home, NOW).below and offices.in_sight(head) == []
    worker = office.staff["notary"].practitioner
    assert worker is not None
    with pytest.raises(casework.Refused, match="二十五周岁"):
        offices.enter_birth(worker=worker, born_on=date(2010, 1, 1), by=bureau, at=NOW)
    with pytest.raises(casework.Refused, match="不在您管的范围"):
        offices.enter_birth(worker=worker, born_on=date(1960, 1, 1), by=head, at=NOW)
    offices.enter_birth(worker=worker, born_on=date(1960, 1, 1), by=bureau, at=NOW)
    for name in ("notary_two",):
        second = office.staff[name].practitioner
        assert second is not None
        providers.set_standing(who=second, status="suspended", at=NOW, by=SYSTEM, reason="示例")
    found = offices.standing(home, LATER)
    assert found.below and found.too_old[0][0] == worker and not found.area_sure
    with pytest.raises(casework.Refused, match="文号"):
        offices.permit(
            office=home, kind="online", division=None, valid_from=date(2026, 1, 1), basis=" ", by=bureau, at=NOW
        )
    row_ = offices.permit(
        office=home, kind="online", division=None, valid_from=date(2026, 1, 1), basis="示例名单", by=bureau, at=NOW
    )
    assert areas.permitted(home, "online", NOW.date())
    offices.end_permit(row=row_, last_day=date(2026, 11, 22), by=bureau, at=NOW)
    assert not areas.permitted(home, "online", NOW.date()) and OfficePermit.objects.count() == 1


def test_every_coming_is_counted(office: Town) -> None:
    """最多跑一次: the second coming is seen."""
    case = ready(office)
    assert panels.ways(row(case)) == 1
    make(office, case, "visit", reason="papers")
    make(office, case, "visit", reason="identity", ours="on")
    assert panels.ways(row(case)) == 2
    assert any("2 次" in str(h) for h in panels.hints(case, office.actor("notary")))
