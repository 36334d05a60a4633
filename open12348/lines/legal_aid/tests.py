"""Legal aid as its users meet it: who decides, who may not, what the law lets be asked, who helps, and how it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from open12348.kernel.access import Denied, Role
from open12348.ledgers.funds import claims
from open12348.registry import accounts, providers
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import casework, intake, journal, lists, routing
from open12348.spine.models import Assignment, Case, Link
from tests.people import NOW, Town, at

from . import acts, assigning, checking, closing_rules, hardship
from .models import Aid, MatterDate, Stage
from .roster import read_roster

LATER = NOW + timedelta(hours=1)
FACTS = {"matter": "31-5-2", "stage": "arbitration", "position": "claimant", "authority": "arbitration",
         "authority_county": "653125000000", "pledged": "on"}  # fmt: skip


def applied(town: Town, by: str = "clerk", when: datetime = NOW, **said: Any) -> Case:
    """An application about unpaid wages."""
    told = {
        "story": "老板欠了三个月工资",
        "matter": "31-5-2",
        "stage": "arbitration",
        "household": "4",
        "income": "2000",
        "pledge": "on",
    }
    return town.case(service="legal_aid.apply", item_code="C11", by=by, when=when, said={**told, **said})


def noticed(town: Town, by: str = "officer", when: datetime = NOW, **said: Any) -> Case:
    """A court's notice."""
    told = {"matter": "CR-25b", "accused_name": "示例某", "cause": "盗窃", "stage": "first", "authority": "court", "position": "accused",
            "authority_name": "甲县人民法院", "authority_no": "（2026）示刑初1号"}  # fmt: skip
    return town.need(service="legal_aid.notice", item_code="C04", by=by, when=when, said={**told, **said},
                     contact={"name": "", "phone": "", "reply_by": "here"}, place="centre").case  # fmt: skip


def make(town: Town, case: Case, move: str, by: str, when: datetime = LATER, **data: Any) -> Case:
    """A move by one of the cast."""
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(by, when), at=when, data=data)


def reviewing(town: Town, facts: dict[str, Any] | None = None, **said: Any) -> Case:
    """An application under review, its facts entered."""
    case = applied(town, **said)
    make(town, case, "facts", "clerk", **{**FACTS, **(facts or {})})
    return make(town, case, "accept", "officer")


def granted(town: Town, **said: Any) -> Case:
    """Granted by two people."""
    case = reviewing(town, **said)
    make(town, case, "propose_grant", "officer", hardship="stated")
    return make(town, case, "grant", "officer_two")


def lawyer(town: Town, who: str = "provider") -> Practitioner:
    found = town.staff[who].practitioner
    assert found is not None
    return found


def working(town: Town, case: Case | None = None, who: str = "provider") -> Case:
    """In a lawyer's hands, engaged."""
    case = case or granted(town)
    worker = lawyer(town, who)
    make(town, case, "assign", "officer", lawyer=str(worker.pk), why="熟悉案情")
    make(town, case, "arrange", "firm", lawyer=str(worker.pk))
    return make(town, case, "engage", who, engaged_on="2026-11-23", agreed="yes")


def aid(case: Case) -> Aid:
    return acts.aid_of(case.pk)


# Three people decide


def test_who_reviewed_does_not_approve(town: Town) -> None:
    case = reviewing(town)
    make(town, case, "propose_grant", "officer", hardship="stated")
    with pytest.raises(casework.Refused, match="审查人不能自己审批"):
        make(town, case, "grant", "officer")
    assert make(town, case, "grant", "officer_two").state == "granted"
    assert aid(case).reviewed_by != aid(case).approved_by and aid(case).received_by == town.staff["clerk"]


def test_who_received_does_not_approve(town: Town) -> None:
    case = applied(town, by="officer_two")
    make(town, case, "facts", "clerk", **FACTS)
    make(town, case, "accept", "officer")
    make(town, case, "propose_grant", "officer", hardship="stated")
    with pytest.raises(casework.Refused, match="收件人不能审批"):
        make(town, case, "grant", "officer_two")


def test_a_clerk_or_a_lawyer_decides_nothing(town: Town) -> None:
    case = reviewing(town)
    for who in ("clerk", "provider", "operator", "supervisor"):
        with pytest.raises((Denied, casework.Refused)):
            make(town, case, "propose_grant", who, hardship="stated")


def test_of_two_approvers_one_is_told_that_somebody_was_faster(town: Town) -> None:
    case = reviewing(town)
    make(town, case, "propose_refusal", "officer", ground="scope", reason="申请事项是商标转让合同纠纷，不在范围内。")
    seen = Case.objects.get(pk=case.pk).journal_seq
    make(town, case, "send_back", "officer_two", reason="再核一次")
    with pytest.raises((journal.Conflict, casework.Refused)):
        casework.make(case=case, move="refuse", by=town.actor("officer_two"), at=LATER, data={}, expect=seen)


# What the law lets be a ground


@pytest.mark.parametrize(
    "words",
    [
        "证据不足，不予援助，请补充证据再来。",
        "没有胜诉的可能，官司打不赢的。",
        "没有村委会盖章的困难证明材料。",
        "户口不在本县，应回户籍地申请。",
    ],
)
def test_what_the_law_does_not_know_is_no_ground(town: Town, words: str) -> None:
    case = reviewing(town)
    with pytest.raises(casework.Refused):
        make(town, case, "propose_refusal", "officer", ground="scope", reason=words)
    assert Case.objects.get(pk=case.pk).state == "review"


def test_a_ground_that_is_not_on_the_list_cannot_be_chosen(town: Town) -> None:
    with pytest.raises(casework.Invalid):
        make(town, reviewing(town), "propose_refusal", "officer", ground="evidence", reason="这样写的理由足够长了吧")


def test_hardship_is_no_ground_where_the_law_asks_for_none(town: Town) -> None:
    """LAL 32: the condition does not exist."""
    case = reviewing(town, facts={"matter": "32-4", "stage": "first", "authority": "court"}, matter="32-4")
    with pytest.raises(casework.Refused, match="没有经济困难条件"):
        make(town, case, "propose_refusal", "officer", ground="means", reason="家庭人均收入超过标准较多，不符合条件。")


def test_a_refusal_says_the_reason_and_the_two_authorities(town: Town) -> None:
    case = reviewing(town)
    make(
        town,
        case,
        "propose_refusal",
        "officer",
        ground="scope",
        reason="申请事项是商标转让合同纠纷，不在法律援助范围内。",
    )
    make(town, case, "refuse", "officer_two")
    answer = case.order.documents.get(kind="answer")
    assert answer.for_resident and "商标转让" in answer.text
    assert "甲县司法局" in answer.text and "甲县人民政府" in answer.text and "示例地区司法局" in answer.text
    assert "مۇ" in answer.text or "ئ" in answer.text, "the applicant reads Uyghur"


def test_no_stamp_of_village_or_employer_can_be_demanded(town: Town) -> None:
    case = reviewing(town)
    for wanted in ("村委会盖章的困难证明", "单位出具的收入证明并盖公章"):
        with pytest.raises(casework.Invalid, match="盖章"):
            casework.ask_correction(case=case, by=town.actor("officer"), at=LATER, wanted=f"身份证复印件\n{wanted}")
    assert not case.order.corrections.exists()


# Hardship: 31, 32 and 42 apart


def test_a_tick_alone_presumes_nothing(town: Town) -> None:
    """Section 6 rule (a): flags come from verified proof, never from the applicant's own tick."""
    case = reviewing(town, groups=["42-3"])
    with pytest.raises(casework.Refused, match="还没有看过免予核查的证明"):
        make(town, case, "propose_grant", "officer", hardship="presumed")
    make(town, case, "complete", "officer", **{**FACTS, "groups": ["42-3"]})
    assert make(town, case, "propose_grant", "officer", hardship="presumed").state == "to_grant"


def test_without_statement_and_pledge_there_is_no_ordinary_grant(town: Town) -> None:
    case = applied(town, household="", income="", pledge="")
    make(town, case, "facts", "clerk", **{**FACTS, "pledged": ""})
    make(town, case, "accept", "officer")
    with pytest.raises(casework.Refused, match="承诺"):
        make(town, case, "propose_grant", "officer", hardship="stated")


def test_under_article_32_the_form_offers_no_hardship(town: Town) -> None:
    case = reviewing(town, facts={"matter": "32-4", "stage": "first", "authority": "court"}, matter="32-4")
    grant = casework.form_of(case_service(case).move("propose_grant"), case, town.actor("officer"))
    assert grant is not None and [k for k, _l in grant.fields["hardship"].choices] == ["none"]  # type: ignore[attr-defined]
    facts = casework.form_of(case_service(case).move("complete"), case, town.actor("officer"))
    assert facts is not None and "pledged" not in facts.fields


def case_service(case: Case) -> Any:
    from open12348.spine import catalogue

    return catalogue.of(case)


def test_the_opponent_in_the_household_is_not_counted(town: Town) -> None:
    """O148 Art 18: the applicant alone is tested."""
    case = applied(town, opponent_home="yes", own_income="0", household="3", income="30000")
    found = hardship.assessed(aid(case), date(2026, 11, 23))
    assert found is not None and found.outcome == "met"


def test_what_was_told_about_money_can_be_put_to_the_figures_of_another_day(town: Town) -> None:
    case = applied(town)
    assert hardship.assessed(aid(case), date(2026, 11, 23)) is not None


# Supplement, deemed withdrawal, elsewhere


def test_nobody_is_deemed_to_have_withdrawn_before_the_day(town: Town) -> None:
    case = reviewing(town)
    with pytest.raises(casework.Refused, match="还没有要求补充"):
        make(town, case, "deem_withdrawn", "officer")
    casework.ask_correction(case=case, by=town.actor("officer"), at=LATER, wanted="身份证复印件")
    with pytest.raises(casework.Refused, match="还没有到"):
        make(town, case, "deem_withdrawn", "officer", when=at("2026-11-30"))
    assert make(town, case, "deem_withdrawn", "officer", when=at("2026-12-15")).state == "lapsed"
    again = make(town, case, "reopen", "applicant", when=at("2026-12-16"), reason="材料补好了")
    assert again.state == "received"


def test_another_institution_is_named_and_nothing_is_refused(town: Town) -> None:
    case = applied(town, where_county="653131000000")
    done = make(town, case, "elsewhere", "clerk", institution="乙县法律援助中心", answer="仲裁委在乙县，请向那里申请。")
    assert done.state == "elsewhere" and not aid(case).decision


def test_urgent_when_the_time_is_nearly_over(town: Town) -> None:
    """LAL 44: less than seven days, aid may begin before the review."""
    case = applied(town, lapses_on="2026-11-27")
    assert case.urgent
    done = make(town, case, "provide_first", "officer", ground="time", formalities_by="2026-12-07", reason="还有四天")
    assert done.state == "provisional" and aid(case).provisional
    with pytest.raises(casework.Refused, match="已经过去"):
        make(
            town,
            applied(town),
            "provide_first",
            "officer",
            ground="time",
            formalities_by="2026-11-01",
            reason="写错了年月",
        )


def test_the_lawyer_of_provisional_aid_goes_on_after_the_grant(town: Town) -> None:
    case = reviewing(town, lapses_on="2026-11-27")
    make(town, case, "provide_first", "officer", ground="time", formalities_by="2026-12-07", reason="急")
    make(town, case, "assign_first", "officer", lawyer=str(lawyer(town).pk), why="能马上去")
    make(town, case, "propose_grant", "officer", hardship="stated")
    make(town, case, "grant", "officer_two")
    done = make(town, case, "confirm_lawyer", "officer")
    assert done.state == "arranged" and aid(case).lawyer == lawyer(town)


# Who is helped by whom


def test_a_grassroots_worker_never_defends(town: Town) -> None:
    worker = Practitioner.objects.create(
        kind="grassroots_worker", name_zh="示例基层", licence_no="J1", division=town.units["653125000000"], languages=["zh", "ug"], invented=True
    )  # fmt: skip
    case = noticed(town)
    assert "只能指派律师" in str(assigning.fault_of(aid(case), case, worker, NOW))
    civil = granted(town)
    assert assigning.fault_of(aid(civil), civil, worker, NOW, why="近") is None


def test_life_or_death_needs_three_years_of_criminal_practice(town: Town) -> None:
    """LAL 26; O148 Art 26. Unknown since when counts as no."""
    case = noticed(town, matter="CR-25-4")
    young = lawyer(town, "provider_two")
    assert "不满 3 年" in str(assigning.fault_of(aid(case), case, young, NOW, why="-"))
    young.specialities, young.practised_since = ["criminal"], date(2023, 11, 24)
    young.save()
    assert "不满 3 年" in str(assigning.fault_of(aid(case), case, young, NOW, why="-"))
    young.practised_since = date(2023, 11, 23)
    young.save()
    assert assigning.fault_of(aid(case), case, young, NOW, why="-") is None


def test_a_minor_gets_a_lawyer_who_is_familiar_with_minors(town: Town) -> None:
    case = noticed(town, matter="CR-25-1")
    assert "未成年人" in str(assigning.fault_of(aid(case), case, lawyer(town, "provider_two"), NOW, why="-"))
    assert assigning.fault_of(aid(case), case, lawyer(town), NOW, why="-") is None


def test_two_accused_of_one_matter_never_share_a_lawyer(town: Town) -> None:
    first, second = noticed(town), noticed(town, accused_name="示例甲")
    make(town, first, "assign", "officer", lawyer=str(lawyer(town).pk), why="-")
    assert "同案" in str(assigning.fault_of(aid(second), second, lawyer(town), NOW, why="-"))
    with pytest.raises((casework.Refused, casework.Invalid)):
        make(town, second, "assign", "officer", lawyer=str(lawyer(town).pk), why="-")
    other = noticed(town, accused_name="示例乙", authority_no="（2026）示刑初2号")
    assert assigning.fault_of(aid(other), other, lawyer(town), NOW, why="-") is None


def test_who_served_the_other_side_in_any_line_is_out_and_learns_nothing(town: Town) -> None:
    theirs = town.need(
        service="advice.ask", said={"question": "他要告我"}, contact={"name": "示例·老板", "phone": "13700001111"}
    ).case
    routing.assign(case=theirs, to=town.staff["provider"], by=town.actor("officer"), at=NOW)
    case = granted(town, opponent="示例·老板", opponent_phone="13700001111")
    fault = str(assigning.fault_of(aid(case), case, lawyer(town), NOW, why="-"))
    assert "利益冲突" in fault and "老板" not in fault


def test_a_suspended_lawyer_gets_nothing_and_loses_what_he_had(town: Town) -> None:
    case = working(town)
    with pytest.raises(casework.Refused, match="仍在执业"):
        make(town, case, "replace", "officer", cause="standing", reason="听说停业")
    providers.set_standing(
        who=lawyer(town), status="suspended", at=LATER, by=town.actor("administrator"), reason="停止执业三个月"
    )
    later = LATER + timedelta(hours=1)
    done = make(town, case, "replace", "officer", when=later, cause="standing", reason="停止执业")
    assert done.state == "granted" and done.handler is None and aid(case).lawyer is None
    assert not lists.may_see(town.actor("provider", later), done)
    assert "已停止执业" in str(assigning.fault_of(aid(case), case, lawyer(town), later, why="-"))


def test_the_turn_is_kept_and_leaving_it_needs_a_reason(town: Town) -> None:
    case = granted(town)
    found = [c for c in assigning.candidates(aid(case), case, LATER) if c.able]
    first, second = found[0].worker, found[1].worker
    with pytest.raises(casework.Refused, match="按顺序轮到"):
        make(town, case, "assign", "officer", lawyer=str(second.pk), why="")
    make(town, case, "assign", "officer", lawyer=str(first.pk))
    kept = Assignment.objects.get(order_id=case.pk, until__isnull=True)
    assert kept.candidates[0]["practitioner"] == first.pk and kept.candidates[0]["chosen"]
    assert kept.candidates[1]["practitioner"] == second.pk, "who would be next is kept"
    assert aid(case).method == "turn"


def test_whoever_had_less_comes_first(town: Town) -> None:
    """Both speak the language and know the field: the smaller share of the last year decides."""
    one, other = lawyer(town), lawyer(town, "provider_two")
    other.languages, other.specialities = ["zh", "ug"], ["labour"]
    other.save()
    for _n in range(2):
        case = granted(town)
        first = next(c.worker for c in assigning.candidates(aid(case), case, LATER) if c.able)
        make(town, case, "assign", "officer", lawyer=str(first.pk))
        assert first == (one if _n == 0 else other)


def test_somebody_further_down_the_list_is_named(town: Town) -> None:
    case = granted(town)
    with pytest.raises(casework.Invalid, match="没有这个人"):
        make(town, case, "assign", "officer", other="查无此人", why="-")
    with pytest.raises(casework.Invalid, match="好几位"):
        make(town, case, "assign", "officer", other="示例", why="-")
    assert make(town, case, "assign", "officer", other=lawyer(town).licence_no, why="近").state == "assigned"


def test_a_wish_is_a_reason(town: Town) -> None:
    case = granted(town, wish="示例乙律师")
    make(town, case, "assign", "officer", lawyer=str(lawyer(town, "provider_two").pk))
    assert aid(case).method == "wish"


def test_the_firm_accepts_with_its_own_people_or_declines_with_a_reason(town: Town) -> None:
    elsewhere = Practitioner.objects.create(
        kind="lawyer", name_zh="外所律师", licence_no="X1", division=town.units["653125000000"], languages=["zh"], invented=True,
        organisation=Organisation.objects.create(kind="law_firm", name_zh="外所（示例）", division=town.units["653125000000"], invented=True),
    )  # fmt: skip
    case = granted(town)
    make(town, case, "assign", "officer", lawyer=str(lawyer(town).pk), why="-")
    assert Case.objects.get(pk=case.pk).handler == town.staff["firm"]
    with pytest.raises((casework.Refused, casework.Invalid)):
        make(town, case, "arrange", "firm", lawyer=str(elsewhere.pk))
    with pytest.raises((Denied, casework.Refused)):
        make(town, case, "arrange", "provider_two", lawyer=str(lawyer(town, "provider_two").pk))
    done = make(town, case, "decline", "firm", reason="都在外地办案")
    assert done.state == "granted" and done.handler is None
    assert "承办机构已退回" in str(assigning.fault_of(aid(case), case, lawyer(town), LATER, why="-"))


def test_a_lawyer_sees_only_what_was_given_to_them(town: Town) -> None:
    case = granted(town)
    for who in ("provider", "provider_two", "firm"):
        assert not lists.may_see(town.actor(who), case), "in nobody's hands is not in everybody's"
    case = working(town, case)
    assert lists.may_see(town.actor("provider"), case) and not lists.may_see(town.actor("provider_two"), case)
    assert lists.may_see(town.actor("supervisor"), case) and not lists.may_see(town.actor("supervisor_b"), case)


def test_a_lawyer_from_another_county_sees_what_was_given_to_them(town: Town) -> None:
    """LAL 18: counties help each other."""
    far = Practitioner.objects.create(
        kind="lawyer",
        name_zh="乙县律师",
        licence_no="X2",
        division=town.units["653131000000"],
        languages=["ug"],
        invented=True,
    )
    account = Account.objects.create(
        username="far", name="乙县律师（示例）", must_change_password=False, practitioner=far, created_at=NOW
    )
    accounts.grant(
        account=account,
        role=Role.PROVIDER,
        division=town.units["653131000000"],
        by=town.actor("administrator"),
        at=at("2026-01-01"),
    )
    case = granted(town)
    make(town, case, "assign", "officer", lawyer=str(far.pk), why="本县律师都忙")
    actor = accounts.actor_for(account, LATER)
    case = Case.objects.get(pk=case.pk)
    assert lists.may_see(actor, case) and lists.roles_over(actor, case) == {Role.PROVIDER}
    casework.make(case=case, move="arrange", by=actor, at=LATER, data={"lawyer": str(far.pk)})


# Handling and closing


def test_engagement_neither_before_the_assignment_nor_tomorrow_nor_without_consent(town: Town) -> None:
    case = granted(town)
    worker = lawyer(town)
    make(town, case, "assign", "officer", lawyer=str(worker.pk), why="-")
    make(town, case, "arrange", "firm", lawyer=str(worker.pk))
    for data in (
        {"engaged_on": "2026-11-22", "agreed": "yes"},
        {"engaged_on": "2026-11-24", "agreed": "yes"},
        {"engaged_on": "2026-11-23", "agreed": "no"},
    ):
        with pytest.raises(casework.Refused):
            make(town, case, "engage", "provider", **data)


def test_only_the_handler_records_and_the_person_reads_what_is_theirs(town: Town) -> None:
    case = working(town)
    make(town, case, "record", "provider", kind="meeting", on="2026-11-23", note="约见受援人")
    with pytest.raises((Denied, casework.Refused)):
        make(town, case, "record", "provider_two", kind="meeting", on="2026-11-23", note="不是我的案子")
    make(town, case, "tell", "provider", answer="仲裁已经立案，下周开庭。")
    assert [s.kind for s in aid(case).steps.order_by("pk")] == ["meeting", "progress"]
    assert case.order.documents.filter(kind="answer", for_resident=True, text__isnull=False).exists()


def test_a_changed_hearing_names_the_old_one(town: Town) -> None:
    case = working(town)
    make(town, case, "set_date", "provider", kind="hearing", on="2026-12-01", hour="１０：３０", said_by="authority")
    make(town, case, "set_date", "provider", kind="hearing", on="2026-12-08", hour="16点", said_by="authority")
    live = MatterDate.objects.get(aid=aid(case), replaced_by__isnull=True)
    assert (
        live.at == at("2026-12-08", 16) and live.replaces is not None and live.replaces.at == at("2026-12-01", 10, 30)
    )
    with pytest.raises(casework.Invalid):
        make(town, case, "set_date", "provider", kind="hearing", on="2026-12-08", hour="25点", said_by="authority")


@pytest.mark.parametrize(("stage", "papers"), sorted((s, p) for s, p in closing_rules.PAPERS.items()))
def test_every_stage_closes_by_its_own_papers(stage: str, papers: frozenset[str]) -> None:
    """O148 Art 40."""
    assert papers and all(closing_rules.paper_fault("civil", stage, p) is None for p in papers)
    assert closing_rules.paper_fault("civil", stage, "terminated")


def test_every_stage_has_its_papers() -> None:
    assert set(closing_rules.PAPERS) == set(Stage.values)


def test_closing_lies_between_assignment_and_today(town: Town) -> None:
    case = working(town)
    good = {"closing_paper": "award", "closed_on": "2026-11-23", "result": "won", "answer": "裁决支持您"}
    for wrong in ({"closed_on": "2026-11-22"}, {"closed_on": "2026-11-24"}):
        with pytest.raises(casework.Refused):
            make(town, case, "close", "provider", **{**good, **wrong})
    with pytest.raises((casework.Invalid, casework.Refused)):
        make(town, case, "close", "provider", **{**good, "closing_paper": "indictment"})
    done = make(town, case, "close", "provider", **good)
    assert done.phase == "done" and done.due_at is not None, "the file is still owed"
    assert list(lists.afterwards(town.actor("provider"))) == [done]


def closed(town: Town) -> Case:
    case = working(town)
    make(town, case, "record", "provider", kind="hearing", on="2026-11-23", note="开庭")
    return make(
        town,
        case,
        "close",
        "provider",
        closing_paper="award",
        closed_on="2026-11-23",
        result="won",
        answer="裁决支持您",
    )


def test_a_file_is_reviewed_by_somebody_else_and_the_fee_is_owed_once(town: Town) -> None:
    case = closed(town)
    make(town, case, "hand_in_file", "provider", paper_file="on")
    make(town, case, "return_file", "officer", reason="缺通报记录")
    make(town, case, "hand_in_file", "provider", paper_file="on")
    make(town, case, "accept_file", "officer")
    claim = claims.claims_of(case.order).get()
    assert (
        claim.stage == "arbitration" and claim.amount > 0 and claim.tax == "exempt"
        if hasattr(claim, "tax")
        else claim.amount > 0
    )
    with pytest.raises(casework.Refused, match="补贴还没有发放"):
        make(town, case, "archive", "officer")


def test_an_empty_file_is_not_handed_in(town: Town) -> None:
    case = working(town)
    case = make(
        town,
        case,
        "close",
        "provider",
        closing_paper="award",
        closed_on="2026-11-23",
        result="won",
        answer="裁决支持您",
    )
    with pytest.raises(casework.Refused, match="案卷是空的"):
        make(town, case, "hand_in_file", "provider")


# Termination, objection, complaint


@pytest.mark.parametrize("ground", [str(n) for n in range(1, 9)])
def test_each_of_the_eight_grounds_ends_aid_by_two_people(town: Town, ground: str) -> None:
    case = working(town)
    make(town, case, "propose_termination", "provider", ground=ground, reason="有这样的事实")
    with pytest.raises((Denied, casework.Refused)):
        make(town, case, "terminate", "provider")
    done = make(town, case, "terminate", "officer")
    assert done.state == "terminated" and aid(case).termination == ground and aid(case).closing_paper == "terminated"
    assert "司法局" in case.order.documents.filter(kind="answer").latest("pk").text


def test_a_ground_that_the_law_does_not_have_ends_nothing(town: Town) -> None:
    with pytest.raises(casework.Invalid):
        make(town, working(town), "propose_termination", "provider", ground="9", reason="态度不好")


def refused(town: Town) -> Case:
    case = reviewing(town)
    make(
        town,
        case,
        "propose_refusal",
        "officer",
        ground="scope",
        reason="申请事项是商标转让合同纠纷，不在法律援助范围内。",
    )
    return make(town, case, "refuse", "officer_two")


def test_an_objection_is_decided_by_the_bureau_and_a_late_one_is_taken_too(town: Town) -> None:
    """LAL 49; LA-T12 is soft."""
    case = refused(town)
    make(town, case, "refusal_sent", "clerk", way="hand", on="2026-11-23", told=["applicant"])
    late = at("2026-12-20")
    done = make(town, case, "object", "applicant", when=late, reason="我不同意，家里没有收入")
    assert done.state == "objection"
    with pytest.raises((Denied, casework.Refused)):
        make(town, case, "uphold", "officer", when=late, answer="维持原来的决定")
    done = make(town, case, "overturn", "supervisor", when=late, answer="原决定对范围的理解有误，责令给予援助")
    assert done.state == "granted" and aid(case).decision == "grant"


def test_an_upheld_refusal_may_go_on_to_review_and_court(town: Town) -> None:
    case = refused(town)
    make(town, case, "object", "applicant", reason="不同意")
    done = make(town, case, "uphold", "supervisor", answer="经审查，原决定正确")
    assert done.state == "upheld" and done.phase == "done"
    ways = hardship.remedies(done, date(2026, 11, 23), date(2026, 11, 23))
    assert [w.code for w in ways][-2:] == ["reconsideration", "suit"]


def test_a_complaint_has_its_own_code_and_the_case_goes_on(town: Town) -> None:
    case = working(town)
    done = make(town, case, "complain", "applicant", ground="money", story="律师收了五百元")
    assert done.state == "in_progress"
    other = Link.objects.get(first_id=case.pk, kind="linked").second.case
    assert other.service == "legal_aid.complaint" and other.state == "received" and other.order.code != case.order.code
    assert not lists.may_see(town.actor("provider"), other), "who is complained of does not read it"
    with pytest.raises((Denied, casework.Refused)):
        make(town, other, "accept", "officer")
    assert make(town, other, "accept", "supervisor").state == "looking"


def test_a_change_of_lawyer_on_request(town: Town) -> None:
    case = working(town)
    make(town, case, "ask_change", "applicant", cause="client", reason="三次没有见到人")
    make(town, case, "change_yes", "officer", answer="同意更换，另行指派")
    again = Case.objects.get(pk=case.pk)
    assert again.state == "granted" and again.handler is None
    assert "已经更换过" in str(assigning.fault_of(aid(case), case, lawyer(town), LATER, why="-"))
    assert aid(case).changes.get().granted


# Notices of authorities


def test_a_notice_comes_from_authorities_only(town: Town) -> None:
    for who in ("applicant", "provider", "operator", "nobody"):
        town.applicant = town.applicant or applied(town).order.person
        with pytest.raises(Denied):
            noticed(town, by=who)
    assert aid(noticed(town)).route == "C" and aid(noticed(town, matter="CR-25-3", authority_no="2")).route == "B"


def test_three_days_run_from_the_letter_not_from_the_typing(town: Town) -> None:
    """LAL 36; a bad input of 1.22: counted from the day of entry."""
    case = noticed(town, noticed_on="2026-11-20")
    due = case.order.deadlines.filter(clock="notice_assign").get()
    assert due.started_at == at("2026-11-20", 0) and due.due_at == at("2026-11-24", 0)
    with pytest.raises(intake.Invalid, match="不能晚于今天"):
        noticed(town, noticed_on="2026-11-25")


def test_custody_is_not_extended_by_holidays(town: Town) -> None:
    """CRPL Art 105: the alarm of a detainee's case stands on the day as counted."""
    friday = at("2026-02-13")
    free, held = (
        noticed(town, when=friday),
        noticed(town, when=friday, custody="on", custody_place="看守所", authority_no="9"),
    )
    clock = {c.order_id: {d.clock: d.due_at for d in c.order.deadlines.all()} for c in (free, held)}
    assert clock[free.pk]["notice_assign"] > clock[held.pk]["notice_assign_custody"] == at("2026-02-17", 0)


def test_an_accused_may_decline_and_the_authority_looks_into_it(town: Town) -> None:
    case = noticed(town)
    worker = lawyer(town)
    make(town, case, "assign", "officer", lawyer=str(worker.pk), why="-")
    make(town, case, "arrange", "firm", lawyer=str(worker.pk))
    done = make(town, case, "client_declines", "provider", reason="家里已请律师")
    assert done.state == "declined_lawyer" and aid(case).agreed is False
    assert make(town, case, "another", "officer", reason="理由正当").state == "received"


# Group claims and rosters


def test_ten_workers_are_one_case_with_a_roster(town: Town) -> None:
    rows = "\n".join(f"工友{n}\t\t1380000{n:04d}\t{1000 * n}" for n in range(1, 11))
    case = applied(town, several="on", roster=rows)
    assert aid(case).members.count() == 10 and Case.objects.filter(line="legal_aid").count() == 1
    assert sum(m.amount for m in aid(case).members.all() if m.amount) == 55000


@pytest.mark.parametrize(("line", "name", "phone", "amount"), [
    ("阿不都·买买提　１３８００００１２３４　３２００", "阿不都·买买提", "13800001234", 3200),
    ("1. 王某某,13800001234,3200元", "王某某", "13800001234", 3200),
    ("ئايگۈل مەمەت\t13800001234\t3200", "ئايگۈل مەمەت", "13800001234", 3200),
    ("王某某；身份证没带；3200", "王某某 身份证没带", "", 3200),
])  # fmt: skip
def test_a_pasted_line_is_read_as_people_write_it(line: str, name: str, phone: str, amount: int) -> None:
    rows, wrong = read_roster("姓名 电话 金额\n" + line)
    assert wrong == [] and rows[0].name == name and rows[0].phone == phone and rows[0].amount == amount


@pytest.mark.parametrize("line", ["13800001234 3200", "王某某 653125199001011235 3200", "王某某 12345678901234 3200"])
def test_a_bad_line_is_said_with_its_number(line: str) -> None:
    _rows, wrong = read_roster("张某 100\n" + line)
    assert wrong and "2" in wrong[0]


def test_the_same_number_twice_is_said(town: Town) -> None:
    with pytest.raises(intake.Invalid, match="身份证号一样"):
        applied(town, several="on", roster="甲 110101199003077758 100\n乙 110101199003077758 100")


# The checklist


def test_the_checklist_advises_and_is_kept_with_the_review(town: Town) -> None:
    case = reviewing(town)
    before = checking.of_aid(aid(case), LATER)
    assert before.leads_to in {"grant", "supplement", "look"}
    make(town, case, "propose_grant", "officer", hardship="stated")
    assert '"leads_to"' in aid(case).review


@pytest.mark.parametrize("who", ["clerk", "officer", "supervisor"])
def test_what_is_missing_is_asked_at_once(town: Town, who: str) -> None:
    case = applied(town, household="", income="", pledge="")
    assert len(checking.missing(case, LATER)) >= 1


# Signing, papers, ages


def test_who_cannot_write_is_read_to_and_gives_a_fingerprint(town: Town) -> None:
    """O148 Art 11: the typist is recorded, the text read back, the thumb is the person's own."""
    case = applied(town, cannot_write="on")
    make(town, case, "facts", "clerk", **FACTS)
    with pytest.raises(casework.Refused, match="不能写字"):
        make(town, case, "accept", "officer")
    for wrong in ({"mark": "thumb"}, {"mark": "signature", "read_back": "on"}):
        with pytest.raises(casework.Refused):
            make(town, case, "sign", "clerk", **wrong)
    make(town, case, "sign", "clerk", mark="thumb", read_back="on")
    assert make(town, case, "accept", "officer").state == "review"
    assert case.order.typed_by == town.actor("clerk").label


def test_papers_that_came_are_not_asked_again(town: Town) -> None:
    case = applied(town)
    wanted = [str(w) for w in checking.missing(case, LATER)]
    assert any("身份证" in w for w in wanted) and any("材料" in w for w in wanted)
    make(town, case, "facts", "clerk", **{**FACTS, "papers": ["identity", "wage_paper"], "represented": "no"})
    assert not [
        w
        for w in (str(w) for w in checking.missing(Case.objects.get(pk=case.pk), LATER))
        if "身份证" in w or "材料" in w
    ]


def test_a_minor_applies_through_somebody_who_is_not_the_opponent(town: Town) -> None:
    """LAL 40."""
    case = applied(town, matter="31-4-2", stage="first")
    facts = {**FACTS, "matter": "31-4-2", "stage": "first", "authority": "court", "born_on": "2012-05-01"}
    make(town, case, "facts", "clerk", **facts)
    lines = {ln.code: ln.state for ln in checking.of_aid(aid(case), LATER).lines}
    assert lines["representative"] == "missing"
    make(town, case, "facts", "clerk", **{**facts, "by_representative": "on"})
    assert {ln.code: ln.state for ln in checking.of_aid(aid(case), LATER).lines}["representative"] == "proven"


def test_who_has_a_lawyer_of_their_own_leads_to_that_ground(town: Town) -> None:
    case = reviewing(town, facts={"represented": "yes", "papers": ["identity", "wage_paper"]})
    found = checking.of_aid(aid(case), LATER)
    assert found.leads_to == "refuse" and found.ground == "has_lawyer"


def test_more_people_join_and_nobody_twice(town: Town) -> None:
    case = applied(town, several="on", roster="甲某 110101199003077758 100")
    make(town, case, "add_people", "clerk", roster="甲某 110101199003077758 100\n乙某 13800002222 200")
    assert [m.number for m in aid(case).members.all()] == [1, 2]
    with pytest.raises(casework.Invalid):
        make(town, case, "add_people", "clerk", roster="13800002222")


def test_the_place_of_custody_had_a_day_and_a_night(town: Town) -> None:
    """LA-T01: 24 hours, judged from what was recorded."""
    from . import clocks

    case = noticed(town, found_on="2026-11-16")
    judged = {j.limit.code: j.verdict.value for j in clocks.outside(case, LATER)}
    assert judged["LA-T03"] == "missed"


def test_the_persons_time_runs_from_the_paper_itself_and_once(town: Town) -> None:
    """Received by hand through the papers' own page, then registered again by a clerk: one window, from the first day."""
    from open12348.spine import papers

    case = refused(town)
    paper = case.order.issued_papers.get(form="refuse")
    sent = papers.deliver(paper=paper, way="hand", by=town.actor("clerk"), at=LATER)
    papers.received(delivery=sent, by=town.actor("clerk"), at=LATER, name="本人")
    window = case.order.deadlines.get(clock="object")
    assert window.due_at == at("2026-12-09", 0)
    make(town, case, "refusal_sent", "clerk", way="hand", on="2026-11-23", told=["applicant"])
    assert case.order.deadlines.filter(clock="object").exclude(state="stopped").count() == 1
