"""Forensic appraisal as its rules have it: who commissions, who appraises, what may be corrected, and who sees what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from open12348.kernel.access import SYSTEM, Actor, Denied, Grant, Role
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner
from open12348.spine import (
    casework,
    catalogue,
    checks,
    extensions,
    handover,
    intake,
    journal,
    lists,
    masking,
    papers,
    routing,
)
from open12348.spine.casework import Refused
from open12348.spine.clocks import ClockFault
from open12348.spine.intake import Invalid
from open12348.spine.models import Case, Recusal
from tests.people import NOW, Town, at

from . import codes, fitting, opinions, townsfolk
from .houses import case_of
from .models import ForensicCodeRequest, ForensicOpinion, ForensicRecord
from .test_support import commission, delivered, do, drafted, house_of, issued, record, signed, working

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def folk(town: Town) -> Town:
    """The town with this line's people."""
    townsfolk.settle(town)
    return town


# Who commissions


def test_in_proceedings_only_the_authority_commissions(folk: Town) -> None:
    """B-F1, domain/b chapter 15 test 12: an individual is refused and told who must commission."""
    with pytest.raises(Invalid) as fault:
        commission(folk, client="person", client_name="")
    assert "第十一条" in str(fault.value.form.errors["client"]) and "办案机关" in str(fault.value.form.errors["client"])
    with pytest.raises(Invalid) as fault:
        commission(folk, client_no="")
    assert "案号" in str(fault.value.form.errors["client_no"])
    with pytest.raises(Invalid) as fault:  # nor by calling oneself a court
        commission(folk, by="stranger")
    assert "第十一条" in str(fault.value.form.errors["context"])
    assert not Case.objects.filter(line="forensics").exists()


def test_outside_proceedings_a_person_commissions_for_themselves(folk: Town) -> None:
    case = commission(folk, by="stranger", context="non_litigation", client="person", client_name="", client_no="")
    assert case.state == "received" and case.handler == folk.staff["house"]


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"kind": "repeated"}, "prior_no", "原来的意见书编号"), ({"kind": "repeated", "prior_no": "1"}, "repeat_ground", "第三十一条"),
        ({"subject_name": ""}, "subject_name", "被鉴定人"), ({"client_name": ""}, "client_name", "全称"), ({"subject_id": "123"}, "subject_id", "18"),
    ],
)  # fmt: skip
def test_bad_input_is_told_what_is_right(folk: Town, said: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(Invalid) as fault:
        commission(folk, **said)
    assert words in str(fault.value.form.errors[field])


# Acceptance


def test_the_institution_accepts_and_nobody_else(folk: Town) -> None:
    """R-F11: not the expert, not the bureau for it, not another institution."""
    case = commission(folk)
    data = {"field": "0103", "capacity": "full", "lawful": "on", "enough": "on"}
    with pytest.raises(Refused) as fault:
        do(folk, case, "accept", "officer", **data)
    assert "第十一条" in str(fault.value.reason)
    for who in ("expert", "house_b", "clerk", "supervisor"):
        with pytest.raises(Denied):
            do(folk, case, "accept", who, **data)


def test_nothing_is_accepted_without_the_list_of_materials(folk: Town) -> None:
    """R-F12: name, kind, number, state, storage, time."""
    case = commission(folk)
    with pytest.raises(Refused) as fault:
        do(folk, case, "accept", "house", field="0103", capacity="full", lawful="on", enough="on")
    assert "第十二条" in str(fault.value.reason)
    do(
        folk,
        case,
        "list_materials",
        "house",
        things="CT片，3，完好\n病历，12",
        material_kind="medical",
        storage="档案柜",
        received_on="2026-11-20",
    )
    rows = [
        (m.number, m.name, m.quantity, m.state, m.storage, m.received_at.day)
        for m in case_of(case.pk).materials.order_by("number")
    ]
    assert rows == [(1, "CT片", 3, "完好", "档案柜", 20), (2, "病历", 12, "", "档案柜", 20)]


@pytest.mark.parametrize(("field", "words"), [("outside", "四大类"), ("0301", "第十五条第一项")])
def test_what_lies_outside_the_register_is_not_accepted(folk: Town, field: str, words: str) -> None:
    """B-F12: a matter outside the four classes does not go out under the bureau's register; nor one outside the institution's."""
    case = commission(folk)
    do(folk, case, "list_materials", "house", things="录音，1", material_kind="data", received_on="2026-11-23")
    with pytest.raises(Refused) as fault:
        do(folk, case, "accept", "house", field=field, capacity="none", lawful="on", enough="on")
    assert words in str(fault.value.reason)


def test_a_suspended_institution_accepts_nothing(folk: Town) -> None:
    case = commission(folk)
    do(folk, case, "list_materials", "house", things="病历，1", material_kind="medical", received_on="2026-11-23")
    house = case_of(case.pk).institution
    assert house is not None
    providers.set_standing(who=house, status="suspended", at=NOW, by=SYSTEM, reason="停业三个月")
    with pytest.raises(Refused) as fault:
        do(folk, case, "accept", "house", when=LATER, field="0103", capacity="full", lawful="on", enough="on")
    assert "不能执业" in str(fault.value.reason)


def test_the_same_matter_is_not_accepted_twice(folk: Town) -> None:
    """B-F11: by the authority's number, the matter and the person, across institutions, whatever the brackets."""
    signed(folk)
    second = commission(folk, to="house_b", client_no="(2026) 示民初 1 号")
    do(folk, second, "list_materials", "house_b", things="病历，1", material_kind="medical", received_on="2026-11-23")
    with pytest.raises(Refused) as fault:
        do(folk, second, "accept", "house_b", field="0103", capacity="full", lawful="on", enough="on")
    assert "第十五条第六项" in str(fault.value.reason)
    other = commission(folk, to="house_b", subject_name="另一个人")
    assert case_of(other.pk).match_hash != case_of(second.pk).match_hash


def test_what_is_missing_is_asked_and_the_time_waits(folk: Town) -> None:
    """R-F14."""
    case = commission(folk)
    do(folk, case, "ask_supplement", "house", wanted="出院记录\n影像资料")
    found = case.order.deadlines.get(clock="accept")
    assert case.phase == "waiting_other" and found.state == "paused" and "出院记录" in found.pauses.get().evidence.text
    with pytest.raises(Invalid):
        do(folk, case, "supplied", "house", material_kind="paper")
    do(
        folk,
        case,
        "supplied",
        "clerk",
        when=at("2026-11-30"),
        things="出院记录，2",
        material_kind="medical",
        received_on="2026-11-30",
    )
    assert case.state == "received" and case_of(case.pk).materials.get().supplement


def test_a_refusal_has_one_of_seven_grounds_a_reason_and_gives_the_materials_back(folk: Town) -> None:
    """R-F15, Art 17."""
    case = commission(folk)
    do(folk, case, "list_materials", "house", things="病历，1", material_kind="medical", received_on="2026-11-23")
    form = casework.form_of(catalogue.of(case).move("refuse"), case, folk.actor("house"))
    assert form is not None and len(form.fields["ground"].choices) == 7  # type: ignore[attr-defined]
    do(folk, case, "refuse", "house", ground="ability", reason="本机构没有所需的设备。")
    paper = papers.standing(case.order, "refusal")
    assert (
        paper is not None
        and case.phase == "done"
        and case.order.deadlines.get(clock="return_materials").state == "running"
    )
    do(folk, case, "returned", "house", reason="当面退还，示例法官签收")
    assert (
        case_of(case.pk).materials.get().returned_at is not None
        and case.order.deadlines.get(clock="return_materials").state == "stopped"
    )


# Fees


def test_relief_follows_from_a_legal_aid_decision_and_else_the_fee_is_the_ordinary_one(
    folk: Town, monkeypatch: Any
) -> None:
    """Domain/b chapter 15 test 9: the decision's number given, the dialog is filled in; missing, the ordinary fee."""
    case = commission(folk)
    do(folk, case, "list_materials", "house", things="病历，1", material_kind="medical", received_on="2026-11-23")
    do(folk, case, "accept", "house", field="0103", capacity="full", lawful="on", enough="on")
    form = casework.form_of(catalogue.of(case).move("sign"), case, folk.actor("house"))
    assert form is not None and "aid_no" not in form.initial
    with pytest.raises(Refused) as fault:
        do(
            folk,
            case,
            "sign",
            "house",
            signed_on="2026-11-23",
            fee="0",
            relief="waived",
            aid_no="3125-0126-0000-0101-11-01",
            risks="on",
        )
    assert "第五十三条" in str(fault.value.reason)
    paper = papers.standing(case.order, "told")
    assert paper is not None
    monkeypatch.setattr(
        catalogue, "attesting", lambda what: {"forensics.commission": ["told"]} if what == "hardship" else {}
    )
    form = casework.form_of(catalogue.of(case).move("sign"), case, folk.actor("house"))
    assert form is not None and form.initial["aid_no"] == paper.number and form.initial["fee"] == "0"
    do(folk, case, "sign", "house", signed_on="2026-11-23", fee="0", relief="waived", aid_no=paper.number, risks="on")
    row = case_of(case.pk)
    assert (row.relief, row.relief_basis, row.fee) == ("waived", paper.number, 0)


# Experts


def test_one_expert_cannot_start_and_a_recused_one_cannot_be_assigned(folk: Town) -> None:
    """B-F2, B-F3, domain/b chapter 15 test 10 (first half)."""
    case = signed(folk)
    with pytest.raises(Refused) as fault:
        do(folk, case, "assign", "house", lead="@0", second="@0")
    assert "第十九条" in str(fault.value.reason)
    with pytest.raises(Invalid):  # of another house
        do(folk, case, "assign", "house", lead="@0", second="@3")
    do(folk, case, "assign", "house", lead="@0", second="@1")
    with pytest.raises(Refused) as fault:  # nobody decides about themselves; the institution does
        do(folk, case, "recuse", "expert", expert="@0", asked_by="self", ground="interest", reason="是当事人的表兄")
    assert "第二十一条" in str(fault.value.reason) or "第十一条" in str(fault.value.reason)
    do(folk, case, "recuse", "house", expert="@0", asked_by="client", ground="appraised", reason="参加过同一事项")
    assert case.state == "commissioned" and Recusal.objects.get(order=case.order).basis == "司法鉴定程序通则第二十条"
    form = casework.form_of(catalogue.of(case).move("assign"), case, folk.actor("house"))
    assert form is not None and len(form.fields["lead"].choices) == 2  # type: ignore[attr-defined]
    why = {e.worker.pk: e.against for e in fitting.experts_of(case_of(case.pk), NOW)}
    first = folk.staff["expert"].practitioner
    assert first is not None and "第二十条" in str(why[first.pk])
    with pytest.raises(Refused), journal.turn(order_id=case.pk, by=SYSTEM, at=LATER) as now:
        routing.hand(now, account=folk.staff["expert"], practitioner=first)


def test_an_expert_of_another_field_or_without_a_licence_is_not_there_to_choose(folk: Town) -> None:
    """B-F3; and suspended the same minute."""
    case = signed(folk)
    worker = folk.staff["expert_two"].practitioner
    assert worker is not None
    providers.set_standing(who=worker, status="suspended", at=NOW, by=SYSTEM, reason="停止执业")
    form = casework.form_of(catalogue.of(case).move("assign"), case, folk.actor("house"))
    assert form is not None and str(worker.pk) not in {k for k, _l in form.fields["lead"].choices}  # type: ignore[attr-defined]
    Practitioner.objects.get(pk=worker.pk).forensic_expert.fields.clear()
    with pytest.raises(Invalid):
        do(folk, case, "assign", "house", when=LATER, lead="@0", second="@1")


def test_two_who_may_are_needed_at_the_moment_of_starting_too(folk: Town) -> None:
    case = signed(folk)
    do(folk, case, "assign", "house", lead="@0", second="@1")
    worker = folk.staff["expert_two"].practitioner
    assert worker is not None
    providers.set_standing(who=worker, status="suspended", at=NOW, by=SYSTEM, reason="停止执业")
    with pytest.raises(Refused) as fault:
        do(folk, case, "begin", "expert", when=LATER)
    assert "已停止执业" in str(fault.value.reason)


def test_a_stopped_expert_leaves_and_the_institution_names_another(folk: Town) -> None:
    """The same minute; nobody is replaced who can go on."""
    case = working(folk)
    with pytest.raises(Refused) as fault:
        do(folk, case, "reassign", "house", reason="换人")
    assert "都可以继续" in str(fault.value.reason)
    worker = folk.staff["expert"].practitioner
    assert worker is not None
    handover.set_standing(who=worker, status="suspended", at=LATER, by=SYSTEM, reason="停止执业")
    case.refresh_from_db()
    assert case.handler == folk.staff["house"] and not lists.may_see(folk.actor("expert"), case)
    do(folk, case, "reassign", "house", when=LATER + timedelta(minutes=5), reason="鉴定人停止执业")
    do(folk, case, "assign", "house", when=LATER + timedelta(minutes=9), lead="@1", second="@2")
    assert case.state == "assigned" and case.handler == folk.staff["expert_two"]


# Time


def test_more_time_is_given_by_the_head_once_before_the_end_and_told(folk: Town) -> None:
    """B-F6, B-F7, domain/b chapter 15 test 10 (second half)."""
    case = working(folk)
    with pytest.raises(Refused) as fault:  # without the head
        do(folk, case, "extend", "expert", days="20", reason="病情要观察")
    assert "负责人" in str(fault.value.reason)
    for who in ("officer", "supervisor"):
        with pytest.raises(Denied):
            do(folk, case, "extend", who, days="20", reason="病情要观察")
    deadline = case.order.deadlines.get(clock="complete")
    with pytest.raises(ClockFault):  # nor by the way of other limits
        extensions.ask(deadline=deadline, by=folk.actor("expert"), at=LATER, reason="病情要观察")
    do(folk, case, "ask_extension", "expert", days="20", reason="病情要观察")
    with pytest.raises(Refused) as fault:
        do(folk, case, "extend", "house", days="31", reason="病情要观察")
    assert "30" in str(fault.value.reason)
    do(folk, case, "extend", "house", days="20", reason="病情要观察")
    before = deadline.due_at
    deadline.refresh_from_db()
    assert (
        deadline.extended_by == 20 and deadline.due_at > before and papers.standing(case.order, "extension") is not None
    )
    with pytest.raises(Refused) as fault:  # a second one
        do(folk, case, "extend", "house", days="5", reason="还要时间")
    assert "已经延长过一次" in str(fault.value.reason)


def test_after_the_end_no_time_is_given(folk: Town) -> None:
    """B-F6."""
    case = working(folk)
    with pytest.raises(Refused) as fault:
        do(folk, case, "extend", "house", when=at("2027-02-01"), days="20", reason="病情要观察")
    assert "期限已过" in str(fault.value.reason)


# The work and the opinion


def test_a_minor_is_not_examined_without_a_guardian_and_a_record_stands(folk: Town) -> None:
    """B-F9, R-F25 to R-F27."""
    case = commission(folk, capacity="minor")
    do(folk, case, "list_materials", "house", things="病历，1", material_kind="medical", received_on="2026-11-23")
    do(folk, case, "accept", "house", field="0103", capacity="minor", lawful="on", enough="on")
    do(folk, case, "sign", "house", signed_on="2026-11-23", fee="1000", risks="on")
    do(folk, case, "assign", "house", lead="@0", second="@1")
    do(folk, case, "begin", "expert")
    with pytest.raises(Refused) as fault:
        record(folk, case)
    assert "第二十五条" in str(fault.value.reason)
    record(folk, case, witness="示例父亲，监护人")
    with pytest.raises(Exception, match="forensic_record_kept"):
        ForensicRecord.objects.update(place="别处")


def test_an_opinion_waits_for_its_review_by_another(folk: Town) -> None:
    """Art 35: not by who appraised; for hard matters three, or why not."""
    case = drafted(folk, hard=True)
    with pytest.raises((Refused, Invalid)):
        do(folk, case, "review", "expert_two", reviewer="@2", result="可以", few="只有三名")
    with pytest.raises(Invalid):  # an examiner is not there to choose
        do(folk, case, "review", "house", reviewer="@1", result="可以", few="只有三名")
    with pytest.raises(Refused) as fault:
        do(folk, case, "review", "house", reviewer="@2", result="可以")
    assert "3名以上" in str(fault.value.reason)
    with pytest.raises(Denied):  # who was not named does not see the case
        do(folk, case, "review", "expert_three", reviewer="@2", result="可以", few="只有三名")
    do(folk, case, "name_reviewer", "house", reviewer="@2")
    do(folk, case, "review", "expert_three", reviewer="@2", result="程序合规", few="本机构只有三名鉴定人")
    assert case.state == "reviewed" and papers.standing(case.order, "review") is not None


def test_no_opinion_goes_out_without_its_unified_code(folk: Town) -> None:
    """The platform is asked at acceptance and again; until it answers nothing is issued or printed."""
    case = drafted(folk)
    do(folk, case, "name_reviewer", "house", reviewer="@2")
    do(folk, case, "review", "expert_three", reviewer="@2", result="程序合规")
    assert codes.due(LATER) == 1 and codes.due(LATER) == 0  # asked; nobody is connected; later again
    waiting = ForensicCodeRequest.objects.get()
    assert waiting.tries == 1 and waiting.next_at == LATER + timedelta(minutes=5)
    with pytest.raises(Refused) as fault:
        do(folk, case, "issue", "expert", signed="on", sealed="on", copies="4")
    assert "统一赋码" in str(fault.value.reason) and papers.standing(case.order, "opinion") is None
    codes.plug(lambda code, uscc, field: (f"XJ-{code}-{field}", "https://example.test/q"))
    try:
        assert codes.due(LATER + timedelta(minutes=6)) == 1
    finally:
        codes.plug(None)
    do(folk, case, "issue", "expert", when=LATER + timedelta(minutes=10), signed="on", sealed="on", copies="4")
    found = ForensicOpinion.objects.get()
    assert found.unified_code.startswith("XJ-") and found.number == "新甲司鉴〔2026〕临鉴字第1号"
    content = papers.content_of(papers.standing(case.order, "opinion"))  # type: ignore[arg-type]
    assert content["facts"]["number"] == {"code": found.number} and content["facts"]["dissent"] == {
        "text": "第二鉴定人同意"
    }


def test_numbers_have_no_gaps_and_issued_words_stand(folk: Town) -> None:
    """An issue that fails takes no number; an issued opinion cannot be changed in the database either."""
    first = issued(folk)
    second = drafted(folk, start=commission(folk, client_no="（2026）示民初2号"))
    do(folk, second, "name_reviewer", "house", reviewer="@2")
    do(folk, second, "review", "expert_three", reviewer="@2", result="程序合规")
    with pytest.raises(Refused):
        do(folk, second, "issue", "expert", signed="on", sealed="on", copies="4")
    with pytest.raises(Refused) as fault:  # the code of another opinion
        do(folk, second, "enter_code", "house", unified="示例赋码-1")
    assert "另一份" in str(fault.value.reason)
    do(folk, second, "enter_code", "house", unified="示例赋码-2")
    do(folk, second, "issue", "expert", signed="on", sealed="on", copies="4")
    numbers = list(ForensicOpinion.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == ["新甲司鉴〔2026〕临鉴字第1号", "新甲司鉴〔2026〕临鉴字第2号"]
    row = ForensicOpinion.objects.get(case_id=first.pk)
    row.opinion = "九级"
    with pytest.raises(Exception, match="forensic_opinion_frozen"):
        row.save()


def test_a_correction_that_touches_the_opinion_is_sent_to_a_new_appraisal(folk: Town) -> None:
    """B-F10, domain/b chapter 15 test 11."""
    case = delivered(folk)
    signer = str(fitting.standing(case_of(case.pk))[0].pk)
    with pytest.raises(Refused) as fault:
        do(
            folk,
            case,
            "correct",
            "house",
            fault="wording",
            before="十级伤残",
            after="九级伤残",
            way="separate",
            signer=signer,
        )
    assert "重新鉴定" in str(fault.value.reason) and "第四十一条" in str(fault.value.reason)
    do(folk, case, "correct", "house", fault="wording", before="示例县", after="示例市", way="separate", signer=signer)
    assert (
        papers.standing(case.order, "correction") is not None and ForensicOpinion.objects.get().amendments.count() == 1
    )
    assert opinions.answer({"number": "新甲司鉴〔2026〕临鉴字第1号"}, LATER).state == checks.CHANGED


def test_anybody_may_check_an_opinion_and_learns_no_more_than_that(folk: Town) -> None:
    issued(folk)
    with translation.override("zh-hans"):
        said = opinions.answer({"number": opinions.plain_number("新甲司鉴[2026]临鉴字第1号")}, LATER)
        assert said.state == papers.REAL and [str(v) for _l, v in said.facts] == [
            "甲县示例司法鉴定所（示例）",
            "2026-11-23",
        ]
    assert opinions.answer({"number": "示例赋码-1"}, LATER).state == papers.REAL
    assert opinions.answer({"number": "新甲司鉴〔2026〕临鉴字第2号"}, LATER) == checks.NOT_FOUND
    assert checks.get("forensics") is not None


# Again


def test_a_supplement_is_part_of_the_first_and_of_its_experts(folk: Town) -> None:
    """R: Art 30."""
    case = delivered(folk)
    do(folk, case, "supplementary", "clerk", ground="new", matter="补充后续治疗费")
    assert case.state == "accepted" and case.reopened == 1
    do(folk, case, "sign", "house", signed_on="2026-11-23", fee="300", risks="on")
    form = casework.form_of(catalogue.of(case).move("assign"), case, folk.actor("house"))
    first = {str(folk.staff[k].practitioner_id) for k in ("expert", "expert_two")}
    assert form is not None and {k for k, _l in form.fields["lead"].choices} == first  # type: ignore[attr-defined]
    do(folk, case, "assign", "house", lead="@1", second="@0")
    do(folk, case, "begin", "expert")
    with pytest.raises(Refused):  # the record of the first round is not this one's
        do(folk, case, "draft", "expert", analysis="分析", opinion="后续治疗费三千元", opined_on="2026-11-23")
    record(folk, case)
    do(folk, case, "draft", "expert", analysis="分析", opinion="后续治疗费三千元", opined_on="2026-11-23")
    assert list(ForensicOpinion.objects.order_by("round").values_list("round", flat=True)) == [1, 2]


def test_it_is_appraised_again_elsewhere_as_a_case_of_its_own(folk: Town) -> None:
    """B-F4, Art 31 and 32: linked, other institution, other experts, one of them senior."""
    case = delivered(folk)
    with pytest.raises(Denied):
        do(folk, case, "repeat", "stranger", ground="recusal", reason="原鉴定人应当回避")
    do(
        folk,
        case,
        "repeat",
        "clerk",
        ground="recusal",
        reason="原鉴定人应当回避",
        institution=house_of(folk, "house_b"),
    )
    link = case.order.links_out.get()
    again = link.second.case
    assert (
        link.kind == "reappraisal" and case_of(again.pk).prior_id == case.pk and again.handler == folk.staff["house_b"]
    )
    do(folk, again, "list_materials", "house_b", things="病历，1", material_kind="medical", received_on="2026-11-23")
    do(
        folk, again, "accept", "house_b", field="0103", capacity="full", lawful="on", enough="on"
    )  # no duplicate: it names the first
    do(folk, again, "sign", "house_b", signed_on="2026-11-23", fee="1000", risks="on")
    with pytest.raises(Refused) as fault:
        do(folk, again, "assign", "house_b", lead="@4", second="@5")
    assert "高级职称" in str(fault.value.reason)
    do(folk, again, "assign", "house_b", lead="@3", second="@4")
    assert again.state == "assigned"


def test_the_first_institution_does_it_again_only_for_a_reason_and_with_others(folk: Town) -> None:
    case = delivered(folk)
    do(folk, case, "repeat", "clerk", ground="authority", reason="法院认为需要", institution=house_of(folk))
    again = case.order.links_out.get().second.case
    do(folk, again, "list_materials", "house", things="病历，1", material_kind="medical", received_on="2026-11-23")
    data = {"field": "0103", "capacity": "full", "lawful": "on", "enough": "on"}
    with pytest.raises(Refused) as fault:
        do(folk, again, "accept", "house", **data)
    assert "第三十二条" in str(fault.value.reason)
    do(folk, again, "accept", "house", special="本地只有这一家", **data)
    do(folk, again, "sign", "house", signed_on="2026-11-23", fee="1000", risks="on")
    form = casework.form_of(catalogue.of(again).move("assign"), again, folk.actor("house"))
    assert form is not None and len(form.fields["lead"].choices) == 1  # type: ignore[attr-defined]  # only who did not take part


def test_an_appraisal_is_ended_with_a_ground_and_a_notice(folk: Town) -> None:
    case = working(folk)
    do(folk, case, "terminate", "house", ground="worn", reason="检材已耗尽，委托人不能补充。")
    assert case.state == "terminated" and papers.standing(case.order, "termination") is not None
    assert case.order.deadlines.get(clock="complete").state == "stopped"


def test_an_expert_is_called_to_court(folk: Town) -> None:
    """F-T10."""
    case = delivered(folk)
    do(
        folk,
        case,
        "summon",
        "clerk",
        court="示例县人民法院",
        noticed_on="2026-11-23",
        hearing_on="2026-12-08",
        hour="10",
    )
    assert (
        case.order.deadlines.get(clock="testify").state == "running"
        and case.order.deadlines.get(clock="confirm_hearing").state == "running"
    )
    with pytest.raises(Refused) as fault:
        do(folk, case, "testified", "house", outcome="appeared")
    assert "还没有到" in str(fault.value.reason)
    do(folk, case, "confirm_hearing", "house", note="12月8日10点，两人出庭")
    with pytest.raises(Refused):
        do(folk, case, "testified", "house", when=at("2026-12-09"), outcome="absent")
    do(folk, case, "testified", "expert", when=at("2026-12-09"), outcome="appeared")
    assert case.order.deadlines.get(clock="testify").state == "stopped"


# Who sees what


def test_the_institution_sees_its_cases_an_expert_their_own_and_others_none(folk: Town) -> None:
    case = working(folk)
    buttons = {w: {m.code for m in casework.open_moves(case, folk.actor(w))} for w in ("house", "expert", "officer")}
    assert "record" in buttons["expert"] & buttons["house"] and "extend" in buttons["house"] - buttons["expert"]
    assert buttons["officer"] == {"withdraw"}
    seen = {
        who: lists.may_see(folk.actor(who), case)
        for who in ("house", "expert", "expert_two", "expert_three", "house_b", "provider", "officer")
    }
    assert seen == {
        "house": True,
        "expert": True,
        "expert_two": True,
        "expert_three": False,
        "house_b": False,
        "provider": False,
        "officer": True,
    }
    assert case.handler == folk.staff["expert"] and lists.queue(folk.actor("expert_two")).filter(pk=case.pk).exists()


def test_health_is_closed_to_who_does_not_handle_it(folk: Town) -> None:
    """个人信息保护法 Art 28: the supervisor sees that it is late, not what was found."""
    case = issued(folk)
    for who, shut in (
        ("supervisor", True),
        ("officer", True),
        ("clerk", True),
        ("house", False),
        ("expert_two", False),
    ):
        assert masking.closed_to(case, folk.actor(who)) is shut, who
        assert masking.hidden_from(case, folk.actor(who)) is shut, who
    court = Organisation.objects.create(kind="other", name_zh="示例县人民法院", division=folk.units["653125000000"])
    system = Actor(kind="partner", token_id=1, grants=(Grant(Role.PARTNER, organisation_id=court.pk),))
    for handler in (case.handler, None):  # another authority's, also while nobody has it in hand
        case.handler = handler
        assert masking.closed_to(case, system)
    case.order.organisation = court
    assert not masking.closed_to(case, system)
    rows = masking.rows(intake.said_rows(case.order, catalogue.of(case)), catalogue.of(case))
    assert not {"伤残等级", "示例某骑车摔伤"} & {answer for _q, answer in rows}
    shown = catalogue.of(case).panels
    assert shown is not None
    assert {str(p.title) for p in shown(case, folk.actor("supervisor"), NOW)} == {"鉴定"}
    assert {str(p.title) for p in shown(case, folk.actor("expert"), NOW)} == {
        "鉴定",
        "鉴定材料",
        "鉴定记录",
        "鉴定意见",
    }


def test_the_litigant_learns_how_it_stands_and_the_authority_gets_the_opinion(folk: Town, client: Any) -> None:
    """Portal: only the course. The opinion of an authority's case is on nobody's page."""
    case = issued(folk)
    answer = client.post("/progress/", {"code": case.order.code, "last4": "7777"}).content.decode()
    assert "已出具，待送达" in answer or "意见书已出具" in answer
    assert "十级伤残" not in answer and "示例某" not in answer
    paper = papers.standing(case.order, "opinion")
    assert paper is not None and not paper.document.for_resident
    assert not case.order.documents.filter(for_resident=True, title__contains="意见书").exists()


def test_outside_proceedings_the_client_opens_the_opinion(folk: Town) -> None:
    own = {"context": "non_litigation", "client": "person", "client_name": "", "client_no": ""}
    case = issued(folk, start=commission(folk, **own))
    paper = papers.standing(case.order, "opinion_client")
    assert paper is not None and paper.document.for_resident and papers.standing(case.order, "opinion") is None


def test_of_two_who_act_at_once_one_is_told(folk: Town) -> None:
    case = signed(folk)
    seen = case.journal_seq
    do(folk, case, "assign", "house", lead="@0", second="@1")
    with pytest.raises(journal.Conflict):
        casework.make(case=case, move="begin", by=folk.actor("expert"), at=LATER, data={}, expect=seen)


def test_the_pages_of_a_case_and_of_the_house_open(folk: Town, sign_in: Any, client: Any) -> None:
    """The institution's list, and the case as the head, the expert and the supervisor get it; a stranger gets 404."""
    case = drafted(folk)
    for who, status in (("house", 200), ("expert", 200), ("supervisor", 200), ("house_b", 404), ("expert_three", 404)):
        sign_in(folk, who)
        page = client.get(f"/console/cases/{case.order.code}/")
        assert page.status_code == status, who
    sign_in(folk, "house")
    page = client.get("/console/bench/forensics.house/").content.decode()
    assert "等复核" in page
