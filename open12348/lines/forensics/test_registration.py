"""Registration: five days of silence accept, a day missed grants nothing, the region decides, the register follows."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine

from open12348.kernel.access import SYSTEM
from open12348.kernel.models import Message
from open12348.registry import providers
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine import benches, casework, clocks
from open12348.spine.casework import Refused
from open12348.spine.intake import Invalid
from open12348.spine.journal import Conflict
from open12348.spine.models import Case, Deadline, StaffNotice
from tests.people import NOW, Town, at

from . import registration, roster
from .bureau_folk import settle_bureau
from .models import ForensicExpert, ForensicInstitution
from .registration_forms import PENDING, read_counts
from .registration_models import ForensicRegistration, RosterIssue
from .registration_rules import Facts, below, conditions, is_timely, next_term, term_from

FIGURES = {"experts_least": 3, "years_degree": 5, "years_skill": 10}
EXPERT = {
    "subject": "expert", "kind": "new", "name": "示例新鉴定人", "institution_no": "650000111", "subfields": ["0103"],
    "route": "degree", "years": "6", "clear": "on",
}  # fmt: skip


def house() -> Organisation:
    return Organisation.objects.get(licence_no="650000111")


@pytest.fixture
def bureau(town: Town) -> Town:
    return settle_bureau(town)


def apply(town: Town, when: Any = NOW, **said: Any) -> Case:
    return town.case(service=registration.CODE, when=when, said={**EXPERT, **said})


def do(town: Town, case: Case, move: str, who: str, when: Any = NOW, **data: Any) -> Case:
    with time_machine.travel(when):
        return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=town.actor(who, when), at=when, data=data)


def row(case: Case) -> ForensicRegistration:
    return ForensicRegistration.objects.get(order_id=case.pk)


def due(case: Case, clock: str) -> date:
    found = Deadline.objects.filter(order_id=case.pk, clock=clock).order_by("-pk")[0]
    return (found.due_at - timedelta(seconds=1)).astimezone(NOW.tzinfo).date()


YES = {"decided_on": "2026-11-27", "decision_no": "新司鉴〔2026〕12号"}


# Pure rules


def test_the_conditions_advise_and_say_what_is_missing() -> None:
    """Order 96 Art 12: five years with a degree, ten by skill; Art 13: exclusions. Order 95: three experts a field."""
    expert = Facts(subject="expert", kind="new", route="degree", years=4, clear=True, institution_stands=True)
    found = {str(c.asks): c for c in conditions(expert, **FIGURES)}
    assert [c.met for c in found.values()] == [False, True, None]
    assert (
        next(c.met for c in conditions(Facts(subject="expert", kind="new", route="skill", years=10), **FIGURES)) is None
    )
    few = conditions(
        Facts(subject="institution", kind="new", subfields=["0103", "0201"], experts={"0103": 3, "0201": 2}, lab="none"), **FIGURES
    )  # fmt: skip
    assert [c.met for c in few] == [True, False, False, True, False]
    assert all(c.article for c in few)
    late = conditions(Facts(subject="institution", kind="renewal", timely=False), **FIGURES)[0]
    assert late.met is False and late.note


def test_days_of_a_licence() -> None:
    """F-T07: five years, and the renewal thirty days ahead."""
    assert term_from(date(2026, 11, 27), 5) == (date(2026, 11, 27), date(2031, 11, 26))
    assert next_term(date(2027, 1, 15), 5) == (date(2027, 1, 16), date(2032, 1, 15))
    assert is_timely(date(2026, 12, 16), date(2027, 1, 15), 30) and not is_timely(
        date(2026, 12, 17), date(2027, 1, 15), 30
    )
    assert below({"0103": 2, "0201": 3}, 3) == ["0103"]
    assert read_counts("法医临床 3\n0201：2名") == {"0103": 3, "0201": 2}


# Completeness


def test_five_days_of_silence_accept_from_the_receipt_day(bureau: Town) -> None:
    """Acceptance test 14: no answer for 5 WD → accepted from the receipt day (行政许可法 Art 32), by itself, and it says so."""
    case = apply(bureau)
    assert due(case, "completeness") == date(2026, 11, 30)
    with pytest.raises(Refused, match="还没有过"):
        do(bureau, case, "deem_accept", "supervisor", at("2026-11-30"))
    assert registration.deem_due(at=at("2026-11-30", 23)) == 0
    assert registration.deem_due(at=at("2026-12-01", 1)) == 1 and registration.deem_due(at=at("2026-12-01", 2)) == 0
    case.refresh_from_db()
    assert case.state == "review" and row(case).accepted_how == "silence"
    assert row(case).accepted_at == NOW and due(case, "preliminary") == date(
        2026, 12, 21
    )  # twenty working days from receipt
    assert StaffNotice.objects.filter(order_id=case.pk, to="supervisor").exists()
    assert Message.objects.filter(case_code=case.order.code).count() == 2  # received, and accepted by silence


def test_a_list_stops_the_silence_and_is_refused_once_it_is_too_late(bureau: Town) -> None:
    """The list is sent once, within the five days; afterwards nothing more may be asked and nothing turned away."""
    case = apply(bureau)
    officer = bureau.actor("officer")
    casework.ask_correction(case=case, by=officer, at=at("2026-11-27"), wanted="学历证书\n身份证复印件")
    assert registration.deem_due(at=at("2026-12-10")) == 0
    casework.answer_correction(case=case, by=bureau.actor("applicant"), at=at("2026-12-10"), text="已补")
    assert registration.deem_due(at=at("2026-12-17", 23)) == 0
    assert registration.deem_due(at=at("2026-12-18")) == 1
    assert row(case).accepted_at == at("2026-12-10")

    late = apply(bureau)
    with pytest.raises(Refused, match="自收到之日起即为受理"):
        casework.ask_correction(case=late, by=officer, at=at("2026-12-02"), wanted="学历证书")
    with pytest.raises(Refused, match="不能不予受理"):
        do(bureau, late, "not_take", "officer", at("2026-12-02"), reason="材料不全，请回去补。")
    do(bureau, late, "accept", "officer", at("2026-12-02"))
    assert row(late).accepted_how == "silence" and row(late).accepted_at == NOW
    with pytest.raises(Refused, match="已经受理"):
        casework.ask_correction(case=late, by=officer, at=at("2026-12-02"), wanted="学历证书")


# The prefecture and the region


def test_the_prefecture_reviews_and_a_missed_day_grants_nothing(bureau: Town) -> None:
    """Acceptance test 13: day 20 passes → overdue flag, not auto-grant; a county receives only (行政许可法 Art 43)."""
    case = do(bureau, apply(bureau), "accept", "clerk")
    with pytest.raises(Refused, match="第四十三条"):
        do(bureau, case, "opine", "officer", opinion="for", reason="材料齐全，符合条件。")
    after = at("2026-12-22")
    clocks.watch_once(at=after)
    assert registration.deem_due(at=after) == 0
    case.refresh_from_db()
    assert case.late and case.state == "review" and row(case).granted is None


def test_a_new_expert_from_the_desk_to_the_register(bureau: Town) -> None:
    case = do(bureau, apply(bureau), "accept", "officer")
    case = do(bureau, case, "opine", "pref", opinion="for", reason="材料齐全，符合条件。")
    assert case.phase == "waiting_other" and row(case).opinion_by == bureau.staff["pref"]
    do(bureau, case, "evaluate", "pref", at("2026-11-24"), note="新司鉴评〔2026〕3号")
    assert Deadline.objects.get(order_id=case.pk, clock="region_decision").state != "running"  # not counted, Art 45
    do(bureau, case, "evaluated", "pref", at("2026-11-26"))
    later = at("2026-11-27")
    with pytest.raises(Refused, match="第四十三条"):
        do(bureau, case, "region_grant", "officer", later, licence_no="65000099", **YES)
    with pytest.raises(Refused, match="已经登记给"):
        do(bureau, case, "region_grant", "pref", later, licence_no="65000011101", **YES)
    case = do(bureau, case, "region_grant", "pref", later, licence_no="65000099", **YES)
    person = Practitioner.objects.get(licence_no="65000099")
    assert (person.name_zh, person.organisation, person.specialities) == ("示例新鉴定人", house(), ["0103"])
    assert ForensicExpert.objects.get(practitioner=person).valid_until == date(2031, 11, 26)
    assert due(case, "deliver") == date(2026, 12, 11)  # ten working days from the decision
    case = do(bureau, case, "deliver", "clerk", at("2026-11-30"), delivered_on="2026-11-30", to="示例某")
    assert case.phase == "done"


def test_an_expert_needs_a_registered_institution_and_an_application_says_what_is_wrong(bureau: Town) -> None:
    """Art 14: through the institution. Bad input gets a sentence that says what is right."""
    for wrong, field in (
        ({"institution_no": "000"}, "institution_no"), ({"subfields": []}, "subfields"), ({"route": ""}, "route"),
        ({"kind": "renewal", "licence_no": "999"}, "licence_no"), ({"kind": "change", "licence_no": "65000011101"}, "change"),
        ({"licence_no": "65000011101"}, "licence_no"), ({"experts": "好多人"}, "experts"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            apply(bureau, **wrong)
        assert field in refused.value.form.errors, wrong
    case = do(bureau, apply(bureau, institution_no=PENDING), "accept", "officer")
    do(bureau, case, "opine", "pref", opinion="for", reason="材料齐全，符合条件。")
    with pytest.raises(Refused, match="机构还没有登记"):
        do(
            bureau,
            case,
            "region_grant",
            "pref",
            licence_no="65000099",
            decided_on="2026-11-23",
            decision_no="新司鉴〔2026〕12号",
        )


def test_a_refusal_is_written_down_and_told_with_its_remedies(bureau: Town) -> None:
    case = do(bureau, apply(bureau), "accept", "officer")
    do(bureau, case, "opine", "pref", opinion="against", reason="从事相关工作的年限不够。")
    case = do(
        bureau,
        case,
        "region_refuse",
        "pref",
        decided_on="2026-11-23",
        decision_no="新司鉴〔2026〕13号",
        answer="年限不够五年。",
    )
    assert case.state == "refused" and row(case).granted is False
    with pytest.raises(Refused, match="早于收到"):
        other = do(bureau, apply(bureau), "accept", "officer")
        do(bureau, other, "opine", "pref", opinion="for", reason="材料齐全，符合条件。")
        do(
            bureau,
            other,
            "region_grant",
            "pref",
            licence_no="77",
            decided_on="2026-11-01",
            decision_no="新司鉴〔2026〕14号",
        )


def test_a_colleague_of_the_institution_does_not_take_it_in_hand(bureau: Town) -> None:
    """公务员法 Art 76: whoever belongs to the institution keeps away."""
    Account.objects.filter(username="officer").update(practitioner=Practitioner.objects.get(licence_no="65000011101"))
    with pytest.raises(Exception, match="第七十六条"):
        do(bureau, apply(bureau), "accept", "officer")


def test_the_second_clerk_is_told_that_somebody_was_faster(bureau: Town) -> None:
    case = apply(bureau)
    seen = case.journal_seq
    do(bureau, case, "accept", "officer")
    with pytest.raises(Conflict):
        casework.make(case=case, move="accept", by=bureau.actor("clerk"), at=NOW, expect=seen)


# Renewal and cancellation


def renewal(town: Town, when: Any = NOW) -> Case:
    case = apply(
        town, when, subject="institution", kind="renewal", name="示例司法鉴定所（示例）", licence_no="650000111", route="", years="",
    )  # fmt: skip
    case = do(town, case, "accept", "officer", when)
    return do(town, case, "opine", "pref", when, opinion="for", reason="材料齐全，符合条件。")


def test_a_renewal_that_nobody_decided_counts_as_granted(bureau: Town) -> None:
    """行政许可法 Art 50: not decided before the licence ran out → granted; it cannot be refused afterwards. Only when asked in time."""
    case = renewal(bureau)
    with pytest.raises(Refused, match="还没有届满"):
        do(bureau, case, "deem_renewal", "pref_head", at("2027-01-15"))
    assert registration.deem_due(at=at("2027-01-15", 23)) == 0
    assert registration.deem_due(at=at("2027-01-16", 1)) == 1 and registration.deem_due(at=at("2027-01-16", 2)) == 0
    case.refresh_from_db()
    licence = ForensicInstitution.objects.get(organisation=house())
    assert (
        licence.valid_until == date(2032, 1, 15) and row(case).deemed_on == date(2027, 1, 16) and case.state == "region"
    )
    assert StaffNotice.objects.filter(order_id=case.pk, urgent=True).exists()
    with pytest.raises(Refused, match="第六十九条"):
        do(
            bureau,
            case,
            "region_refuse",
            "pref",
            decided_on="2026-11-23",
            decision_no="新司鉴〔2026〕13号",
            answer="不符合条件。",
        )
    do(bureau, case, "region_grant", "pref", decided_on="2026-11-23", decision_no="新司鉴〔2027〕1号")
    licence.refresh_from_db()
    assert licence.valid_until == date(2032, 1, 15)  # the paper came later; the days stand


def test_a_late_renewal_is_handled_but_never_deemed(bureau: Town) -> None:
    case = renewal(bureau, at("2026-12-28"))
    assert row(case).timely is False
    assert registration.deem_due(at=at("2027-02-01")) == 0
    with pytest.raises(Refused, match="第五十条"):
        do(bureau, case, "deem_renewal", "pref_head", at("2027-02-01"))
    first = do(bureau, apply(bureau), "accept", "officer")
    with pytest.raises(Refused, match="只有延续申请"):
        do(bureau, first, "deem_renewal", "pref_head")


def test_a_cancelled_expert_gets_no_work_from_that_minute(bureau: Town) -> None:
    case = apply(bureau, kind="cancel", name="示例甲", licence_no="65000011101")
    do(bureau, case, "accept", "officer")
    do(bureau, case, "opine", "pref", opinion="for", reason="本人申请注销。")
    do(bureau, case, "region_grant", "pref", decided_on="2026-11-23", decision_no="新司鉴〔2026〕15号")
    person = Practitioner.objects.get(licence_no="65000011101")
    assert providers.standing_at(person, NOW) == "cancelled"
    assert person not in providers.available(NOW)


# The register and the roster


def test_the_register_shows_what_runs_out_and_where_experts_are_few(bureau: Town) -> None:
    providers.set_standing(
        who=Practitioner.objects.get(licence_no="65000011102"),
        status="suspended",
        at=at("2026-11-01"),
        by=SYSTEM,
        reason="示例",
    )
    (entry,) = roster.register(path="653100000000/", at=NOW)
    assert entry.few == [("0103", 1)]  # a suspended expert does not count
    assert [(e.holder.name_zh, left) for e, left in roster.expiring([entry], NOW.date())] == [
        ("示例司法鉴定所（示例）", 53)
    ]
    rows = roster.roster_rows([entry], NOW.date())
    assert [r[2] for r in rows] == ["", "示例甲"]
    for who, there in (("officer", True), ("supervisor_b", False), ("pref", True)):
        shown = benches.get("forensics.register").show(bureau.actor(who), NOW, {})
        assert bool(shown["entries"]) is there, who


def test_the_roster_of_a_year_is_published_once_and_kept_as_it_was(bureau: Town) -> None:
    """F-T09: published yearly. A county does not publish; a correction has a reason and is a new issue."""
    root, pref = bureau.units["653100000000"], bureau.actor("pref")
    with pytest.raises(Exception, match="自治区编制"):
        roster.publish(division=root, by=bureau.actor("officer"), at=NOW)
    issue = roster.publish(division=root, by=pref, at=NOW, document="喀地司〔2026〕12号")
    with pytest.raises(Conflict):
        roster.publish(division=root, by=pref, at=NOW)
    with pytest.raises(Refused, match="写明原因"):
        roster.publish(division=root, by=pref, at=NOW, expect=1)
    Practitioner.objects.filter(licence_no="65000011101").update(name_zh="改了名")
    second = roster.publish(division=root, by=pref, at=NOW, expect=1, why="姓名写错")
    assert (second.version, RosterIssue.objects.count()) == (2, 2)
    sheet = openpyxl.load_workbook(io.BytesIO(roster.as_file(issue))).worksheets[0]
    assert sorted(c.value or "" for c in sheet["C"][1:]) == ["", "示例乙", "示例甲"]
    assert roster.digest_of(issue.rows) == issue.digest


def test_an_application_is_brought_to_the_desk_at_the_bench(bureau: Town) -> None:
    found = benches.get("forensics.register")
    deed = found.deed("apply")
    officer = bureau.actor("officer")
    form = deed.form_of(officer, NOW, {**EXPERT, "contact_name": "示例经办", "contact_phone": "13800007777"})
    assert form is not None and form.is_valid(), form and form.errors
    assert "已登记" in str(deed.do(officer, NOW, form.cleaned_data))
    assert Case.objects.get(service=registration.CODE).place == bureau.places["centre"]


def test_an_institution_applies_for_its_own_people_only(bureau: Town) -> None:
    """Order 96 Art 14: an expert applies through the institution where they will practise."""
    found, own = benches.get("forensics.licence"), bureau.actor("bureau_house")
    assert (
        found.may_open(own)
        and not found.may_open(bureau.actor("provider"))
        and not found.may_open(bureau.actor("officer"))
    )
    deed = found.deed("send")

    def send(**said: Any) -> Any:
        form = deed.form_of(own, NOW, {**EXPERT, "contact_phone": "13800007777", **said})
        assert form is not None and form.is_valid(), form and form.errors
        return deed.do(own, NOW, form.cleaned_data)

    assert "已提交" in str(send())
    with pytest.raises(Refused, match="本机构的鉴定人"):
        send(institution_no=PENDING)
    other = Organisation.objects.create(
        kind="forensic_institution",
        name_zh="乙示例司法鉴定所（示例）",
        licence_no="650000222",
        division=bureau.units["653131000000"],
    )
    with pytest.raises(Refused, match="不是本机构的"):
        send(subject="institution", kind="renewal", licence_no=other.licence_no, name=other.name_zh)
    shown = found.show(own, NOW, {})
    assert [g["row"].name for g in shown["going"]] == ["示例新鉴定人"] and shown["soon"] and shown["entries"][0].few
