"""The rules of notarisation without a database: who must come, who may act, which papers, what it costs, how one may meet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from . import fees, figures, forms, grounds, guide, materials, matters, online, wills
from .roster import read_others

DAY = date(2026, 11, 23)


def m(code: str) -> matters.Matter:
    found = matters.matter(code, DAY)
    assert found is not None
    return found


def asked(matter: str, **more: Any) -> tuple[materials.Wanted, ...]:
    return materials.wanted(matter=matter, day=DAY, **more)


# Matters (公证法 Art 11, 12)


def test_every_class_of_the_law_has_a_matter() -> None:
    classes = {x.law_class for x in matters.matters(DAY)}
    assert classes == {f"N{n:02d}" for n in range(1, 15)} | {f"S{n:02d}" for n in range(1, 6)}
    assert all(x.kind in matters.CONDITIONS for x in matters.matters(DAY))


@pytest.mark.parametrize("language", ["ug", "en"])
def test_a_matter_is_named_in_every_language(language: str) -> None:
    with translation.override(language):
        assert all(str(x.name) for x in matters.matters(DAY))
        assert str(m("N06").name) == {"ug": "ۋەسىيەت", "en": "Will"}[language]


@pytest.mark.parametrize("code", ["N06", "N09-adopt", "N10-alive"])
def test_what_is_wholly_personal_nobody_does_for_another(code: str) -> None:
    """Acceptance test 6; B-N2: agent for a will, an adoption, being alive → Art 26, Rules Art 11."""
    for applies in ("agent", "guardian"):
        why = str(matters.in_person_fault(m(code), applies))
        assert "公证法第二十六条" in why and "公证程序规则第十一条" in why
    assert matters.in_person_fault(m(code), "self") is None


@pytest.mark.parametrize("code", ["N01-support", "N03-house", "N03-other", "N04", "N05"])
def test_a_mandated_agent_may_not_but_a_guardian_may(code: str) -> None:
    assert "第十一条" in str(matters.in_person_fault(m(code), "agent"))
    assert matters.in_person_fault(m(code), "guardian") is None


def test_for_others_an_agent_will_do() -> None:
    assert matters.in_person_fault(m("N10-edu"), "agent") is None and matters.in_person_fault(m("N02"), "agent") is None


@pytest.mark.parametrize(
    ("age", "applies", "refused"),
    [(7, "self", True), (7, "guardian", False), (12, "self", True), (12, "guardian", False), (18, "self", False)],
)
def test_a_child_applies_through_a_guardian(age: int, applies: str, refused: bool) -> None:
    """B-N4: younger than 8, or 8 to 18, without a guardian (民法典 Art 19, 20)."""
    assert bool(matters.capacity_fault(m("N10-birth"), capacity="", applies=applies, age=age)) is refused


def test_a_will_of_a_person_without_full_capacity_is_void() -> None:
    why = matters.capacity_fault(m("N06"), capacity="limited", applies="self", age=40)
    assert "第一千一百四十三条" in str(why)
    assert "第十八条" in str(matters.capacity_fault(m("N10-edu"), capacity="full", applies="self", age=15))
    assert matters.capacity_fault(m("N10-edu"), capacity="full", applies="self", age=16) is None
    assert "出生日期" in str(matters.capacity_fault(m("N10-edu"), capacity="", applies="self", age=None))


def test_one_spouse_alone_does_not_dispose_of_what_belongs_to_both() -> None:
    """B-N3."""
    assert "第一千零六十二条" in str(matters.spouse_fault(m("N03-house"), common="yes", spouse="absent"))
    assert "还没有问清" in str(matters.spouse_fault(m("N03-house"), common="", spouse=""))
    assert matters.spouse_fault(m("N03-house"), common="yes", spouse="here") is None
    assert matters.spouse_fault(m("N03-house"), common="yes", spouse="mandate") is None
    assert matters.spouse_fault(m("N10-edu"), common="", spouse="") is None


def test_the_five_donts_are_asked_for_where_they_belong() -> None:
    assert set(matters.FIVE_DONTS) <= set(matters.WARNINGS)
    house = [code for code, _words in matters.warnings_for(m("N03-house"))]
    assert house[0] == "identity" and {"all_in_one", "security", "one_act", "revocable", "price", "term"} <= set(house)
    assert [code for code, _words in matters.warnings_for(m("N10-edu"))] == ["identity", "substance"]
    assert "finance" in [code for code, _words in matters.warnings_for(m("N01-loan"))]


def test_speed_is_dated() -> None:
    """N-T02, N-T03: the lists hold from 2024-02-23."""
    assert matters.fast("N03-house", DAY) == "five" and matters.fast("N02", DAY) == ""
    assert matters.fast("N03-house", date(2023, 1, 1)) == ""
    assert figures.the("issue_five", DAY).value == 5 and figures.the("issue_five", date(2023, 1, 1)).value == 15
    assert figures.the("issue_ten", DAY).value == 10


# Papers


def test_the_list_depends_on_who_applies_and_what_for() -> None:
    codes = {w.code for w in asked("N03-house")}
    assert {"application_form", "identity", "house_title", "marriage_proof"} <= codes and "agent_authority" not in codes
    assert {"agent_authority", "agent_identity"} <= {w.code for w in asked("N10-edu", applies="agent")}
    assert "guardian_proof" in {w.code for w in asked("N10-birth", applies="guardian")}
    firm = {w.code for w in asked("N12", party="organisation")}
    assert {"org_licence", "org_head", "org_mandate"} <= firm and "identity" not in firm
    assert "kin_proof" in {w.code for w in asked("N10-birth", use="abroad", purpose="family")}
    assert "kin_proof" not in {w.code for w in asked("N10-birth", use="abroad", purpose="study")}


def test_the_list_is_dated() -> None:
    assert materials.wanted(matter="N03-house", day=date(2020, 12, 31)) == ()


def test_nothing_beyond_the_list_may_be_asked() -> None:
    """清单之外无证明: the list of the case when it is known, else of all matters."""
    house = [w.code for w in asked("N03-house")]
    for fine in ("身份证复印件", "房产证", "结婚证或者离婚证"):
        assert materials.demand_fault(fine) is None and materials.demand_fault(fine, house) is None
    for beyond in ("村委会出的家庭困难说明", "单位同意书盖章", "三个月工资流水"):
        assert "清单" in str(materials.demand_fault(beyond))
    assert materials.demand_fault("毕业证") is None and "清单" in str(materials.demand_fault("毕业证", house))


def test_every_paper_of_the_list_can_be_asked_for_by_its_name() -> None:
    for proof in materials.proofs().values():
        assert materials.demand_fault(str(proof.name)) is None, proof.code


def test_what_is_there_is_not_missing_and_what_follows_keeps_the_certificate() -> None:
    """Tolerant acceptance has its guard at issue."""
    lines = materials.standing(
        asked("N03-house"),
        seen=["application_form", "identity", "house_title"],
        fetched=["marriage_proof"],
        later=["coowner"],
    )
    state = {ln.wanted.code: ln.state for ln in lines}
    assert state == {
        "application_form": "seen",
        "identity": "seen",
        "house_title": "seen",
        "marriage_proof": "fetched",
        "coowner": "later",
        "attorney_identity": "missing",
    }
    assert [w.code for w in materials.missing(lines)] == ["attorney_identity"]
    assert {w.code for w in materials.incomplete(lines)} == {"coowner", "attorney_identity"}


def test_a_promise_takes_four_steps_and_an_earlier_false_one_bars_it() -> None:
    """告知承诺: inform, sign, accept, check."""
    papers = asked("N10-career")
    right: dict[str, Any] = {"false_before": False, "told": True, "signed": True}
    assert materials.pledge_fault(papers, ["career_proof"], **right) is None
    assert "书面告知" in str(materials.pledge_fault(papers, ["career_proof"], **{**right, "told": False}))
    assert "签名" in str(materials.pledge_fault(papers, ["career_proof"], **{**right, "signed": False}))
    assert "42 号" in str(materials.pledge_fault(papers, ["career_proof"], **{**right, "false_before": True}))
    assert "不能用承诺代替" in str(materials.pledge_fault(papers, ["identity"], **right))


# Fees


def test_a_fee_follows_the_tariff_of_its_day_and_is_not_confirmed() -> None:
    bill = fees.reckon(fee_class="mandate", day=DAY, copies=3)
    assert bill.amount == Decimal("220.00") and bill.sure is False and "第四十六条" in bill.basis
    assert fees.reckon(fee_class="succession", day=DAY, value=Decimal(200000)).amount == Decimal("1400.00")
    assert fees.reckon(fee_class="deal", day=DAY, value=Decimal(1000)).amount == Decimal("200.00")


def test_a_fee_by_value_without_a_value_is_unknown_not_nought() -> None:
    with pytest.raises(ValueError, match="金额"):
        fees.reckon(fee_class="deal", day=DAY)


def test_less_than_the_fee_needs_a_decision() -> None:
    """B-N11."""
    owed: dict[str, Any] = {"fee": Decimal(200), "relief": "", "percent": None}
    assert "第三十四条" in str(fees.payment_fault(**owed, amount=Decimal(100)))
    assert "不能多收" in str(fees.payment_fault(**owed, amount=Decimal(300)))
    assert fees.payment_fault(**owed, amount=Decimal(200)) is None
    assert fees.payment_fault(fee=Decimal(200), relief="reduce", percent=50, amount=Decimal(100)) is None
    assert fees.payment_fault(fee=Decimal(200), relief="waive", percent=100, amount=Decimal(0)) is None


def test_a_legal_aid_decision_may_not_be_disregarded() -> None:
    assert "第五十三条" in str(fees.relief_fault(relief="none", percent=None, reason="不给", attested=True))
    assert "理由" in str(fees.relief_fault(relief="waive", percent=None, reason="", attested=False))
    assert "百分之" in str(fees.relief_fault(relief="reduce", percent=None, reason="x", attested=True))
    assert fees.relief_fault(relief="waive", percent=None, reason="", attested=True) is None


def test_a_refund_is_whole_part_or_nothing() -> None:
    assert fees.refund_fault(paid=Decimal(200), refund="part", amount=Decimal(200))
    assert fees.refund_fault(paid=None, refund="full", amount=None)
    assert fees.refunded(paid=Decimal(200), refund="full", amount=None) == 200
    assert fees.refunded(paid=Decimal(200), refund="part", amount=Decimal(80)) == 80
    assert fees.refunded(paid=Decimal(200), refund="none", amount=None) == 0


# How one may meet, and where it counts


@pytest.mark.parametrize("code", ["N02", "N06", "N07", "N09-adopt", "N09-marriage", "N01-support"])
def test_what_the_signature_law_forbids_is_not_done_by_electronic_means_alone(code: str) -> None:
    """Acceptance test 7: electronic-only succession → blocked (电子签名法 Art 3)."""
    assert "电子签名法第三条" in str(online.mode_fault(m(code), "online", permitted=True))


def test_online_needs_a_listed_office_and_overseas_a_listed_matter() -> None:
    assert online.mode_fault(m("N10-edu"), "online", permitted=True) is None
    assert "名单" in str(online.mode_fault(m("N10-edu"), "online", permitted=False))
    assert online.mode_fault(m("N03-house"), "overseas", permitted=True) is None
    assert "事项清单" in str(online.mode_fault(m("N06"), "overseas", permitted=True))
    assert "跨省通办" in str(online.mode_fault(m("N02"), "provincial", permitted=True, partner="某处"))
    assert "写明" in str(online.mode_fault(m("N10-degree"), "provincial", permitted=True))
    assert "N06" not in [x.code for x in matters.matters(DAY) if x.overseas]


def test_identity_is_checked_as_the_way_of_meeting_asks() -> None:
    assert online.identity_fault("counter", "card") is None and online.identity_fault("counter", "two_factor")
    assert online.identity_fault("online", "two_factor") is None and online.identity_fault("overseas", "card")


def test_a_certificate_for_elsewhere_is_in_the_national_script_only() -> None:
    """B-N9."""
    for use in ("hongkong", "macao", "taiwan", "abroad"):
        assert "第四十三条" in str(online.language_fault(["zh", "ug"], use))
    assert online.language_fault(["zh", "ug"], "domestic") is None
    assert "第三十二条" in str(online.language_fault(["ug"], "domestic"))


def test_apostille_between_members_and_consuls_elsewhere() -> None:
    assert online.legalisation("abroad", "KZ", DAY)[0] == "apostille"
    assert online.legalisation("abroad", "KZ", date(2023, 11, 6))[0] == "consular"
    assert online.legalisation("abroad", "AF", DAY)[0] == "consular"
    assert online.legalisation("abroad", "CA", date(2024, 1, 10))[0] == "consular"
    assert online.legalisation("taiwan", "", DAY)[0] == "copy" and online.legalisation("domestic", "", DAY)[1] == ""


# Wills, grounds


def test_a_will_is_made_before_two() -> None:
    free: dict[str, Any] = {"handler": 1, "relatives_excluded": True}
    assert "见证人" in str(wills.second_fault(second=None, witness="", **free))
    assert "另一个人" in str(wills.second_fault(second=1, witness="", **free))
    assert wills.second_fault(second=2, witness="", **free) is None
    assert wills.second_fault(second=None, witness="示例见证人", **free) is None
    assert "第一千一百四十条" in str(
        wills.second_fault(second=None, witness="示例见证人", handler=1, relatives_excluded=False)
    )


def test_refusal_knows_nine_grounds_and_no_other() -> None:
    assert list(grounds.REFUSAL) == [str(n) for n in range(1, 10)]
    assert all("公证法第三十一条" in article for _words, article in grounds.REFUSAL.values())


# The guided form


def test_about_a_will_nothing_is_asked_but_who_and_how_to_meet() -> None:
    fields = {f for page in guide.pages({"matter": "N06"}) for f in page.fields}
    assert not fields & set(wills.UNASKED) and {"applies", "mode", "office"} <= fields
    form = forms.Apply({"matter": "N06", "applies": "self", "story": "把房子留给女儿", "mode": "counter"})
    assert form.is_valid() and form.cleaned_data["story"] == ""


@pytest.mark.django_db
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed() -> None:
    wrong = forms.Apply(
        {
            "matter": "N06",
            "applies": "agent",
            "mode": "online",
            "use": "abroad",
            "uyghur": "on",
            "born_on": "2031-01-01",
        }
    )
    assert not wrong.is_valid()
    assert {"applies", "mode", "uyghur", "born_on"} <= set(wrong.errors)
    assert not forms.Apply({}).is_valid()
    assert forms.Apply({"summary": "要办委托书"}).is_valid()


def test_what_to_bring_is_said_before_anything_is_sent() -> None:
    told = guide.foretell({"matter": "N03-house", "use": "domestic", "applies": "self"}, DAY)
    assert told.likely is None or told.likely is True
    bring = [str(b) for b in told.bring]
    assert any("房产证" in b and "不用您交" in b for b in bring) and not any("申请表" in b for b in bring)
    assert any("5 个工作日" in str(words) for words, _article in told.reasons)
    assert "元" in str(told.note)
    assert "法律援助" in str(guide.foretell({"matter": "N03-house", "aid_number": "1"}, DAY).note)
    assert guide.foretell({}, DAY).likely is None


def test_pages_follow_the_answers() -> None:
    codes = [p.code for p in guide.pages({"matter": "N03-house"})]
    assert "property" in codes and codes[0] == "matter"
    assert "property" not in [p.code for p in guide.pages({"matter": "N10-edu"})]
    how = next(p for p in guide.pages({"matter": "N10-edu", "use": "abroad", "mode": "provincial"}) if p.code == "how")
    assert "uyghur" not in how.fields and "partner_office" in how.fields
    where = next(p for p in guide.pages({"matter": "N02"}) if p.code == "where")
    assert where.fields == ("estate_county",)


def test_people_who_apply_together_are_read_line_by_line() -> None:
    found = read_others("示例甲 11010519491231002X\n示例乙，不知道\n\n")
    assert [o.name for o in found] == ["示例甲", "示例乙"] and found[0].id_number and not found[1].id_number
