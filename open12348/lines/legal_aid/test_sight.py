"""Who sees a case of legal aid, and until when (domain reference A, 1.25): hands, licences, firms, masked cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.models import Message
from open12348.registry import accounts, providers
from open12348.registry.models import Account, Organisation
from open12348.spine import benches, casework, lists, masking
from open12348.spine.models import Assignment, Case, Event, StaffNotice
from tests.people import NOW, Town, at

from . import panels, sight
from .test_reviewing import paid, payable
from .tests import FACTS, LATER, aid, applied, lawyer, make, noticed, reviewing, working

DAY = timedelta(days=1)


def archived(town: Town) -> Case:
    case = paid(town, payable(town))
    return make(town, case, "archive", "officer")


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# The end of sight


def test_the_lawyer_sees_the_case_from_the_assignment_until_thirty_days_after_the_archive(town: Town) -> None:
    case = archived(town)
    assert sight.out_of_hands(LATER + 30 * DAY - timedelta(seconds=1)) == 0
    assert lists.may_see(town.actor("provider"), fresh(case))
    assert sight.out_of_hands(LATER + 30 * DAY) == 1
    gone = fresh(case)
    assert gone.handler is None and not lists.may_see(town.actor("provider"), gone)
    assert not lists.may_see(town.actor("firm"), gone) and lists.may_see(town.actor("officer"), gone)
    assert aid(case).lawyer == lawyer(town), "who helped stays written"
    assert gone.state == "archived" and gone.phase == "done"


def test_it_is_done_exactly_once(town: Town) -> None:
    case = archived(town)
    assert [sight.out_of_hands(LATER + n * DAY) for n in (30, 31, 60)] == [1, 0, 0]
    assert Event.objects.filter(order_id=case.pk, kind="hands_ended").count() == 1
    assert Assignment.objects.filter(order_id=case.pk, until__isnull=True).get().account is None


def test_a_check_of_the_archived_file_does_not_lengthen_the_sight(town: Town) -> None:
    case = archived(town)
    later = LATER + 20 * DAY
    make(town, case, "check_file", "officer", when=later, happened="2026-12-10", result="good", found="齐全",
         q_complete="yes", q_in_time="yes", q_met="yes", q_told="yes")  # fmt: skip
    assert sight.out_of_hands(LATER + 30 * DAY) == 1


def test_a_closed_stage_whose_file_is_owed_stays_in_hand(town: Town) -> None:
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
    assert sight.out_of_hands(LATER + 400 * DAY) == 0 and fresh(case).handler == town.staff["provider"]


def refused(town: Town) -> Case:
    case = reviewing(town, lapses_on="2026-11-27")
    make(town, case, "provide_first", "officer", ground="time", formalities_by="2026-12-07", reason="急")
    make(town, case, "assign_first", "officer", lawyer=str(lawyer(town).pk), why="能马上去")
    make(town, case, "propose_refusal", "officer", ground="scope", reason="申请事项是商标转让合同纠纷，不在范围内。")
    return make(town, case, "refuse", "officer_two")


def test_a_refused_case_leaves_the_lawyer_of_the_provisional_aid(town: Town) -> None:
    case = refused(town)
    assert fresh(case).handler == town.staff["firm"] and sight.out_of_hands(LATER + 29 * DAY) == 0
    assert sight.out_of_hands(LATER + 30 * DAY) == 1 and fresh(case).handler is None


def test_a_case_taken_up_again_in_time_is_left_alone(town: Town) -> None:
    case = refused(town)
    make(town, case, "reopen", "applicant", when=LATER + 20 * DAY, reason="有新的材料")
    assert sight.out_of_hands(LATER + 40 * DAY) == 0


# Lost licences


@pytest.mark.parametrize("whose", ["lawyer", "firm", "closed"])
def test_a_lost_licence_is_told_once_to_the_people_in_charge(town: Town, whose: str) -> None:
    case = working(town)
    assert sight.tell_lost(LATER) == 0
    worker = lawyer(town)
    firm = worker.organisation
    assert firm is not None
    if whose == "closed":
        Organisation.objects.filter(pk=firm.pk).update(valid_to=LATER.date())
    else:
        providers.set_standing(
            who=worker if whose == "lawyer" else firm, status="suspended", at=LATER, by=SYSTEM, reason="停止执业"
        )
    later = LATER + timedelta(hours=1)
    assert [sight.tell_lost(later), sight.tell_lost(later + DAY)] == [1, 0]
    told = StaffNotice.objects.filter(order_id=case.pk, at=later)
    assert {n.to for n in told} == {"officer", "supervisor"} and all(
        "要另派" in n.text["zh-hans"] and n.urgent for n in told
    )
    if whose != "closed":  # the status is said in the language of whoever reads the notice
        assert all("停止执业" in n.text["zh-hans"] and "停止执业" not in n.text["ug"] for n in told)
    titles = [str(p.title) for p in panels.for_staff(fresh(case), town.actor("officer", later), later)]
    assert "要另派" in titles
    assert "要另派" not in [str(p.title) for p in panels.for_staff(fresh(case), town.actor("provider", later), later)]


def test_a_second_suspension_is_told_again_and_an_ended_one_not(town: Town) -> None:
    working(town)
    providers.set_standing(
        who=lawyer(town), status="suspended", at=LATER, ends_at=LATER + DAY, by=SYSTEM, reason="一天"
    )
    assert sight.tell_lost(LATER + 2 * DAY) == 0, "over before anybody looked"
    providers.set_standing(who=lawyer(town), status="suspended", at=LATER + 3 * DAY, by=SYSTEM, reason="又停")
    assert sight.tell_lost(LATER + 3 * DAY) == 1
    providers.set_standing(who=lawyer(town), status="revoked", at=LATER + 4 * DAY, by=SYSTEM, reason="吊销")
    assert sight.tell_lost(LATER + 4 * DAY) == 1


def test_what_is_over_needs_nobody_else(town: Town) -> None:
    archived(town)
    providers.set_standing(who=lawyer(town), status="revoked", at=LATER, by=SYSTEM, reason="吊销")
    assert sight.tell_lost(LATER + DAY) == 0


def test_the_list_of_those_to_reassign_keeps_to_the_county_and_empties_itself(town: Town) -> None:
    case = working(town)
    providers.set_standing(who=lawyer(town), status="suspended", at=LATER, by=SYSTEM, reason="停止执业")
    later = LATER + timedelta(hours=1)
    page = benches.get("legal_aid.reassign")
    assert [r["code"] for r in page.show(town.actor("officer", later), later, {})["rows"]] == [case.code]
    assert page.show(town.actor("supervisor_b", later), later, {})["rows"] == []
    make(town, case, "replace", "officer", when=later, cause="standing", reason="停止执业")
    assert page.show(town.actor("officer", later), later, {})["rows"] == []


# A firm's list


def test_the_manager_sees_that_a_case_is_with_the_firm_but_not_what_it_says(town: Town) -> None:
    case = working(town)
    manager = town.actor("firm")
    page = benches.get("legal_aid.firm")
    (row,) = page.show(manager, LATER, {})["rows"]
    assert row["code"] == case.code and row["who"] == "示例律师" and not row["mine"]
    assert not lists.may_see(manager, fresh(case)), "the facts are the lawyer's"


def test_the_list_ends_with_the_case_and_knows_no_other_firm(town: Town) -> None:
    other = Organisation.objects.create(
        kind="law_firm", name_zh="外所（示例）", division=town.units["653125000000"], invented=True
    )
    working(town)
    elsewhere = accounts.actor_for(_manager(town, other), NOW)
    page = benches.get("legal_aid.firm")
    assert page.show(elsewhere, LATER, {})["rows"] == []
    assert len(page.show(town.actor("firm"), LATER, {})["rows"]) == 1


def _manager(town: Town, firm: Organisation) -> Any:
    account = Account.objects.create(
        username="other-firm", name="外所主任（示例）", must_change_password=False, created_at=NOW
    )
    accounts.grant(
        account=account, role=Role.PROVIDER, by=SYSTEM, at=at("2026-01-01"), division=firm.division, organisation=firm
    )
    return account


def test_the_list_of_a_firm_opens_to_who_takes_cases_for_one(town: Town, client: Client, sign_in: Any) -> None:
    working(town)
    assert [b.code for b in benches.open_to(town.actor("provider")) if b.code == "legal_aid.firm"] == []
    sign_in(town, "firm")
    shown = client.get("/console/bench/legal_aid.firm/").content.decode()
    assert "示例律师" in shown and "工资" not in shown and "阿依古丽" not in shown and "13800001234" not in shown


def test_an_ended_case_leaves_the_firms_list(town: Town) -> None:
    payable(town)
    assert benches.get("legal_aid.firm").show(town.actor("firm"), LATER, {})["rows"] == []


# Masked


@pytest.mark.parametrize("said", [{"matter": "32-4"}, {"groups": ["42-1-minor"]}, {"groups": ["mil-conscript"]}])
def test_violence_at_home_and_masked_groups_are_masked(town: Town, said: dict[str, Any]) -> None:
    assert masking.is_masked(applied(town, **said))
    assert not masking.is_masked(applied(town)) and not masking.is_masked(applied(town, groups=["42-2-dibao"]))


def test_an_accused_minor_is_masked_and_an_adult_not(town: Town) -> None:
    assert masking.is_masked(noticed(town, matter="CR-25-1")) and not masking.is_masked(noticed(town))


def test_a_group_that_the_office_proved_masks_too(town: Town) -> None:
    case = applied(town)
    make(town, case, "facts", "clerk", **{**FACTS, "groups": ["42-1-minor"]})
    assert masking.is_masked(fresh(case))


def test_a_complaint_about_a_masked_case_is_masked(town: Town) -> None:
    case = applied(town, matter="32-4", stage="first")
    make(
        town,
        case,
        "facts",
        "clerk",
        **{**FACTS, "matter": "32-4", "stage": "first", "authority": "court", "pledged": ""},
    )
    case = make(town, case, "accept", "officer")
    make(town, case, "complain", "applicant", ground="slow", story="等了很久没有消息")
    assert masking.is_masked(Case.objects.get(service="legal_aid.complaint"))


def test_the_handler_sees_the_phone_and_everybody_else_asks_first(town: Town, client: Client, sign_in: Any) -> None:
    case = applied(town, matter="32-4", stage="first")
    make(town, case, "accept", "officer")  # she has it in hand now
    page = f"/console/cases/{case.code}/"
    for who, sees in (("officer", True), ("officer_two", False), ("supervisor", False), ("clerk", False)):
        shown = sign_in(town, who, Client()).get(page).content.decode()
        assert ("13800001234" in shown.replace(" ", "")) is sees, who
        assert ("甲一村" in shown) is sees, who


def test_the_roster_of_a_masked_case_shows_no_phones(town: Town) -> None:
    roster = "甲甲\t\t13911110001\t1000\n乙乙\t\t13911110002\t1000"
    case = applied(town, roster=roster, groups=["42-1-minor"])
    make(town, case, "accept", "officer")

    def full(who: str) -> bool:
        panel = next(
            p for p in panels.for_staff(fresh(case), town.actor(who), LATER) if p.template.endswith("roster.html")
        )
        return bool(panel.context["full"])

    assert full("officer") and not full("officer_two") and not full("clerk")


def test_messages_of_a_masked_case_give_no_hint(town: Town) -> None:
    case = applied(town, matter="32-4", stage="first", when=NOW)
    make(town, case, "accept", "officer")
    casework.ask_correction(case=fresh(case), by=town.actor("officer"), at=LATER, wanted="公安机关的家庭暴力告诫书")
    sent = [m.text for m in Message.objects.filter(case_code=case.code)]
    assert len(sent) == 3
    for hint in ("法律援助", "قانۇن ياردىمى", "告诫书", "暴力", "中心", "工作站"):
        assert not any(hint in text for text in sent), (hint, sent)
    assert all(case.code[:4] in text for text in sent)
