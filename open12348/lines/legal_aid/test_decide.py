"""The law's order of questions: where each answer leads, on which ground, and what may never be asked or held against anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from open12348.kernel.parameters import Figure, NoFigure
from open12348.kernel.workdays import TZ

from . import decide, materials, means, remedy, scope
from .decide import Claim, Facts, advise
from .jurisdiction import Where, competent
from .sentences import article

DAY = date(2026, 11, 23)
HERE, OTHER, PREFECTURE = "653125000000", "653131000000", "653100000000"
OURS = competent(Where(litigation=True, organ=HERE, level="county"), HERE)
ELSEWHERE = competent(Where(litigation=True, organ=OTHER, level="county"), HERE)


def sure_pack() -> means.Pack:
    """The law's steps under a threshold that is confirmed."""
    pack = means.pack_on(DAY)
    return replace(pack, figures={**pack.figures, "threshold": Figure(1500, "", "例", True)})


def outcome_at(income: int, pack: means.Pack | None = None) -> means.Result:
    return means.assess(means.simple(day=DAY, size=1, income=D(income)), pack or sure_pack())


def facts(**more: Any) -> Facts:
    """A complete ordinary application: wages, stated and pledged, poor."""
    whole = Facts(
        DAY, "31-5-2", place=OURS, matter_proof="proven", statement=True, pledge=True, means=outcome_at(1000), represented=False,
    )  # fmt: skip
    return replace(whole, **more)


def states(advice: decide.Advice) -> dict[str, str]:
    return {line.code: line.state for line in advice.lines}


# The order of the law (1.5)


def test_a_complete_application_leads_to_a_grant_and_nothing_is_decided_by_the_machine() -> None:
    found = advise(facts())
    assert (found.leads_to, found.hardship, found.wanted, found.ground) == ("grant", "stated", (), "")
    assert states(found)["hardship"] == "pledged" and states(found)["means:threshold"] == "pledged"
    assert "系统不作任何决定" in str(found.note) and not found.provisional


def test_another_institution_is_told_and_nothing_is_refused() -> None:
    """Step 1: inform the right institution, log, no refusal decision; even where the matter is outside the scope."""
    found = advise(facts(place=ELSEWHERE, matter="99-9"))
    assert found.leads_to == "elsewhere" and found.to == (OTHER,) and found.ground == ""


def test_what_is_not_known_of_the_place_is_asked() -> None:
    assert advise(facts(place=None)).leads_to == "supplement"


@pytest.mark.parametrize(
    ("changes", "ground"),
    [
        ({"natural_person": False}, "not_natural"),
        ({"matter": "99-9"}, "scope"),
        ({"represented": True}, "has_lawyer"),
        ({"means": outcome_at(1501)}, "means"),
    ],
)
def test_each_ground_of_refusal_is_one_the_law_has(changes: dict[str, Any], ground: str) -> None:
    found = advise(facts(**changes))
    assert (found.leads_to, found.ground) == ("refuse", ground) and decide.ground_ok(ground)


def test_aid_for_the_same_stage_is_joined_not_refused() -> None:
    found = advise(facts(aided=True, aided_case="1234"))
    assert (found.leads_to, found.to) == ("join", ("1234",))


@pytest.mark.parametrize("code", [r["code"] for r in scope.rows("scope.csv") if r["route"] == "A"])
def test_every_matter_by_application_can_be_granted(code: str) -> None:
    claims = (Claim("mil-member", "proven"),) if code.startswith("MIL") else ()
    found = advise(facts(matter=code, claims=claims))
    assert found.leads_to == ("look" if code in {"31-9", "32-5"} else "grant"), code


@pytest.mark.parametrize("code", [r["code"] for r in scope.rows("scope.csv") if r["route"] in {"B", "C"}])
def test_a_notice_is_carried_out_without_discretion(code: str) -> None:
    """Routes B and C: no hardship, no refusal, whatever else is known; papers that lack do not hold up the assignment."""
    lacking = materials.missing((), matter=scope.matter(code, DAY))
    found = advise(facts(matter=code, means=outcome_at(99999), represented=True, place=ELSEWHERE, missing=lacking))
    assert found.leads_to == "assign" and found.hardship == "none" and len(found.wanted) == 2
    assert not any(line.code.startswith("means") for line in found.lines)
    assert ("years" in states(found)) == (code in {"CR-25-4", "CR-25-5"})


def test_help_of_the_duty_lawyer_is_registered_only() -> None:
    assert advise(facts(matter="CR-30")).leads_to == "register"


# Art 31, 32 and 42 kept apart


@pytest.mark.parametrize("code", ["32-1", "32-2", "32-3", "32-4"])
def test_under_article_32_nothing_about_money_is_asked_or_looked_at(code: str) -> None:
    matter = scope.matter(code, DAY)
    assert matter is not None and not matter.may_ask_hardship
    wanted = materials.wanted(matter=matter)
    assert not {"hardship_statement", "category_proof"} & {w.code for w in wanted}
    found = advise(facts(matter=code, statement=False, pledge=False, means=outcome_at(99999), missing=wanted[-1:]))
    assert found.hardship == "none" and not any(c.startswith("means") for c in states(found))
    assert states(found)["hardship"] == "not_asked" and found.leads_to == "supplement"
    assert advise(facts(matter=code, statement=False, means=outcome_at(99999))).leads_to == "grant"
    assert advise(facts(matter=code, matter_proof="")).leads_to == "supplement"


@pytest.mark.parametrize(
    "group",
    [r["code"] for r in scope.rows("groups.csv") if r["hardship"] == "presumed" and r["code"] not in {"42-3"}],
)
def test_under_article_42_hardship_is_presumed_on_proof(group: str) -> None:
    age = {"42-1-minor": 12, "42-1-elderly": 70}.get(group, 40)
    claim = Claim(group, "proven", until=DAY)
    found = advise(facts(matter="31-1", claims=(claim,), statement=False, means=None, age=age, representative=True))
    assert (found.leads_to, found.hardship) == ("grant", "presumed")


def test_a_migrant_worker_is_exempt_for_wages_and_work_injury_only() -> None:
    claim = (Claim("42-3", "proven"),)
    assert advise(facts(matter="31-5-2", claims=claim, statement=False)).hardship == "presumed"
    assert advise(facts(matter="31-7-1", claims=claim, statement=False)).hardship == "presumed"
    assert advise(facts(matter="31-4-2", claims=claim, statement=False)).leads_to == "supplement"


def test_a_category_that_is_only_claimed_is_not_believed_and_not_refused() -> None:
    """(a) of section 6: never self-ticked alone for 42."""
    found = advise(facts(claims=(Claim("42-2-dibao"),), statement=False))
    assert found.leads_to == "supplement" and "低保证" in str(found.wanted[0])
    assert advise(facts(claims=(Claim("42-2-dibao"),))).leads_to == "grant"  # the statement does as well
    failing = advise(facts(claims=(Claim("42-2-dibao"),), means=outcome_at(1501)))
    assert failing.leads_to == "supplement" and "低保证" in str(failing.wanted[0])  # before any refusal


@pytest.mark.parametrize(
    ("claim", "age", "note"),
    [
        (Claim("42-2-dibao", "proven", issued=DAY - timedelta(days=400)), 40, "过期"),
        (Claim("42-1-elderly", "proven"), 59, "年龄"),
    ],
)
def test_a_proof_that_ran_out_or_does_not_fit_is_said(claim: Claim, age: int, note: str) -> None:
    found = advise(facts(claims=(claim,), statement=False, age=age))
    assert found.leads_to == "supplement" and any(note in str(line.note) for line in found.lines)


def test_conscripts_and_survivors_meet_no_condition_and_the_source_is_marked() -> None:
    found = advise(facts(matter="31-4-1", claims=(Claim("mil-survivor", "proven"),), statement=False))
    assert (found.leads_to, found.hardship) == ("grant", "none") and found.cautions


def test_without_a_pledge_or_a_look_into_the_data_one_is_asked_for() -> None:
    assert advise(facts(pledge=False)).leads_to == "supplement"
    assert advise(facts(pledge=False, confirmed=True)).leads_to == "grant"


def test_data_that_contradict_the_statement_are_explained_before_anything() -> None:
    first = advise(facts(confirmed=False))
    assert first.leads_to == "supplement" and states(first)["hardship"] == "contradicts"
    assert advise(facts(confirmed=False, explained=True)).leads_to == "look"


def test_a_standard_that_is_not_confirmed_refuses_nobody_by_itself() -> None:
    found = advise(facts(means=outcome_at(99999, means.pack_on(DAY))))
    assert (found.leads_to, found.ground) == ("look", "means") and found.cautions
    line = next(ln for ln in found.lines if ln.code == "means:threshold")
    assert not line.sure and [u.name for u in line.figures] == ["threshold"]


def test_what_the_test_does_not_know_is_asked_not_refused() -> None:
    unknown = means.assess(means.simple(day=DAY, size=None, income=None), sure_pack())
    found = advise(facts(means=unknown))
    assert found.leads_to == "supplement" and len(found.wanted) >= 2
    assert advise(facts(means=None)).leads_to == "supplement"


def test_an_accused_may_have_another_reason_than_hardship() -> None:
    """Art 24: hardship or other reasons."""
    rich = facts(matter="CR-24", means=outcome_at(9999))
    assert advise(rich).leads_to == "supplement"
    assert advise(replace(rich, other_reason=True)).leads_to == "grant"
    assert advise(replace(rich, other_reason=False)).leads_to == "refuse"


def test_matters_of_service_members_are_theirs_alone() -> None:
    assert advise(facts(matter="MIL-2")).leads_to == "supplement"


# Art 44, minors, everything at once


@pytest.mark.parametrize(
    ("changes", "provisional"),
    [
        ({"lapses_on": DAY + timedelta(days=6)}, True),
        ({"lapses_on": DAY}, True),
        ({"lapses_on": DAY + timedelta(days=7)}, False),
        ({"lapses_on": DAY - timedelta(days=1)}, False),
        ({"preserve": True}, True),
        ({"other_urgent": True}, True),
    ],
)
def test_aid_may_begin_before_the_review(changes: dict[str, Any], provisional: bool) -> None:
    assert advise(facts(statement=False, **changes)).provisional is provisional


def test_a_minor_whose_representative_is_the_opponent_is_helped_by_another() -> None:
    against = advise(facts(matter="31-4-2", age=9, representative=True, representative_opposes=True))
    assert against.leads_to == "supplement" and states(against)["representative"] == "contradicts"
    assert advise(facts(age=9, representative=None)).leads_to == "supplement"
    assert advise(facts(age=9, representative=True)).leads_to == "grant"


def test_everything_that_is_missing_is_asked_at_once() -> None:
    lacking = materials.missing((), matter=scope.matter("31-5-2", DAY), by_agent=True)
    found = advise(Facts(DAY, "31-5-2", missing=lacking))
    said = [str(w) for w in found.wanted]
    assert found.leads_to == "supplement" and len(said) == len(set(said)) == 6
    assert any("申请表" in s for s in said) and any("说明表" in s for s in said) and any("代理权" in s for s in said)
    assert not any(materials.demand_fault(s) for s in said)


def test_precedence_comes_from_proven_categories() -> None:
    found = decide.preferences((Claim("elderly", "proven"), Claim("disabled"), Claim("woman", "proven")), DAY)
    assert [g.code for g in found] == ["elderly"]


@given(
    st.builds(
        Facts,
        st.just(DAY),
        matter=st.sampled_from(["", "99", *[r["code"] for r in scope.rows("scope.csv")]]),
        place=st.sampled_from([None, OURS, ELSEWHERE]),
        natural_person=st.sampled_from([None, True]),
        matter_proof=st.sampled_from(["", "proven", "pledged", "missing", "contradicts"]),
        claims=st.lists(
            st.builds(
                Claim,
                st.sampled_from([r["code"] for r in scope.rows("groups.csv")]),
                st.sampled_from(["proven", "missing"]),
            ),
            max_size=2,
        ).map(tuple),
        age=st.none() | st.integers(0, 100),
        statement=st.booleans(),
        pledge=st.booleans(),
        confirmed=st.sampled_from([None, True, False]),
        means=st.sampled_from([None, outcome_at(1000), outcome_at(9999)]),
        represented=st.sampled_from([None, False]),
    )
)
def test_nobody_is_refused_for_what_is_not_known(known: Facts) -> None:
    found = advise(known)
    assert found.leads_to in decide.LEADS and str(found.say) and all(str(line.asks) for line in found.lines)
    if found.leads_to == "refuse":
        assert (found.ground == "scope" and known.matter == "99") or (
            found.ground == "means" and known.statement and known.means is not None and known.means.outcome == "not_met"
        )
    if found.leads_to == "supplement":
        assert found.wanted
    if found.hardship == "none" and known.matter.startswith(("32", "CR-25", "CR-28")):
        assert not any(line.code.startswith(("means", "question")) for line in found.lines)


# Grounds


@pytest.mark.parametrize(
    "words",
    [
        "证据不足",
        "证据不够充分",
        "没有胜诉希望",
        "官司打不赢",
        "没有村委会盖章",
        "缺单位证明",
        "户口不在本地",
        "外地人",
        "律师人手不足",
        "标的额太小",
        "已过诉讼时效",
        "材料逾期",
        "多次上访",
        "系统判定不符合",
        "信用评分低",
    ],
)
def test_what_the_law_does_not_have_is_no_ground(words: str) -> None:
    assert not decide.ground_ok("scope", words) and not decide.ground_ok(words)
    assert len(str(decide.ground_fault("scope", words))) > 8


@pytest.mark.parametrize(
    "words",
    [
        "申请事项是信访，不在法律援助法第三十一条、第三十二条的范围内。",
        "户口簿和本人说明：一家 3 人，每人每月收入 5000 元，超过标准。",
        "申请人已委托律师，有委托书为证。",
        "工资金额以外还有房租收入，每月 8000 元。",
        "不是自然人，是公司。",
    ],
)
def test_plain_reasons_of_the_law_are_not_taken_for_others(words: str) -> None:
    assert decide.ground_fault("means", words) is None


@pytest.mark.parametrize("ground", list(decide.GROUNDS))
def test_each_ground_stands_with_words_of_its_own(ground: str) -> None:
    assert decide.ground_ok(ground, "申请人每人每月收入 2000 元，超过标准。")
    with translation.override("en"):
        assert "Art" in str(article(decide.GROUNDS[ground][1]))


def test_an_unknown_ground_names_those_there_are() -> None:
    assert "经济困难" in str(decide.ground_fault("other"))


# Jurisdiction (1.7)


@pytest.mark.parametrize(
    ("where", "institutions", "ours"),
    [
        (Where(True, HERE, "county"), (HERE,), True),
        (Where(True, OTHER, "county"), (OTHER,), False),
        (Where(True, HERE, "prefecture"), (PREFECTURE,), False),
        (Where(True, "653125101200", "county"), (HERE,), True),
        (Where(False, dispute_body=OTHER), (OTHER,), False),
        (Where(False, arose="653125101200"), (HERE,), True),
        (Where(False, dispute_body=OTHER, arose=HERE), (OTHER, HERE), True),
        (Where(True), (), None),
        (Where(), (), None),
    ],
)
def test_the_matters_place_decides(where: Where, institutions: tuple[str, ...], ours: bool | None) -> None:
    found = competent(where, HERE)
    assert (found.institutions, found.ours) == (institutions, ours) and str(found.say) and str(found.article)


def test_of_two_the_first_that_received_it_decides() -> None:
    first = datetime(2026, 11, 20, 9, tzinfo=TZ)
    held = ((HERE, first + timedelta(hours=1)), (OTHER, first))
    where = Where(False, dispute_body=OTHER, arose=HERE, received=held)
    assert competent(where, HERE).ours is False and competent(where, OTHER).ours is True


def test_a_prefectures_court_is_the_prefectures_institutions() -> None:
    found = competent(Where(True, HERE, "prefecture"), PREFECTURE)
    assert found.ours is True and not found.sure
    assert competent(Where(True, HERE, "region"), HERE).institutions == ("650000000000",)


def test_there_is_no_place_to_say_where_somebody_is_registered() -> None:
    """The typical wrong rule of older software: filed at the domicile."""
    assert not {"domicile", "home", "residence"} & set(Where.__dataclass_fields__)


# Papers (1.6)


@pytest.mark.parametrize(
    ("code", "groups", "agent", "wanted"),
    [
        ("31-4-1", (), False, ["application_form", "identity", "hardship_statement", "case_paper"]),
        ("31-4-1", (), True, ["application_form", "identity", "authority_proof", "hardship_statement", "case_paper"]),
        ("31-4-1", ("42-2-dibao",), False, ["application_form", "identity", "category_proof", "case_paper"]),
        ("32-4", (), False, ["application_form", "identity", "case_paper"]),
        ("CR-25-1", (), False, ["notice_letter", "criminal_paper"]),
        ("CR-30", (), False, []),
    ],
)
def test_each_route_asks_for_its_papers_only(
    code: str, groups: tuple[str, ...], agent: bool, wanted: list[str]
) -> None:
    found = materials.wanted(
        matter=scope.matter(code, DAY), groups=[g for c in groups if (g := scope.group(c, DAY))], by_agent=agent
    )
    assert [w.code for w in found] == wanted and all(str(w.name) and str(w.article) for w in found)


def test_any_one_of_the_papers_that_prove_it_will_do() -> None:
    group = scope.group("mil-conscript", DAY)
    assert group is not None
    there = {"application_form", "identity", "unit_paper", "case_paper"}
    assert materials.missing(there, matter=scope.matter("31-4-1", DAY), groups=[group]) == ()
    assert [w.code for w in materials.missing({"identity"}, matter=scope.matter("32-4", DAY))] == [
        "application_form",
        "case_paper",
    ]


@pytest.mark.parametrize(
    "demand",
    [
        "村委会盖章",
        "请单位出具证明",
        "居委会 签字",
        "经济困难证明",
        "收入证明加盖公章",
        "老板的证明",
        "户口所在地派出所证明",
    ],
)
def test_no_stamp_may_be_demanded(demand: str) -> None:
    assert materials.demand_fault(demand)


@pytest.mark.parametrize(
    "demand",
    [
        "身份证",
        "劳动合同或者工资条",
        "法院的传票",
        "病历",
        "说明表（不用盖章）",
        "无需单位证明",
        "部队团级以上单位的证明",
        "民政部门的救助证件",
    ],
)
def test_papers_about_the_matter_may_be_asked_for(demand: str) -> None:
    assert materials.demand_fault(demand) is None


@pytest.mark.parametrize(
    ("how", "faults"),
    [
        ({"can_write": True, "typed_by": "", "is_applicant": True, "read_back": False, "mark": "signature"}, 0),
        ({"can_write": False, "typed_by": "王", "is_applicant": False, "read_back": True, "mark": "thumb"}, 0),
        ({"can_write": False, "typed_by": "王", "is_applicant": False, "read_back": True, "mark": "signature"}, 1),
        ({"can_write": False, "typed_by": "", "is_applicant": False, "read_back": False, "mark": ""}, 3),
        ({"can_write": True, "typed_by": "", "is_applicant": True, "read_back": False, "mark": ""}, 1),
    ],
)
def test_who_cannot_write_is_read_to_and_puts_a_thumb(how: dict[str, Any], faults: int) -> None:
    assert len(materials.signing_faults(**how)) == faults


def test_a_pledge_comes_after_being_told_and_a_card_has_two_sides() -> None:
    right: dict[str, Any] = {
        "can_write": True,
        "typed_by": "",
        "is_applicant": True,
        "read_back": False,
        "mark": "signature",
    }
    assert materials.signing_faults(**right, told_on=DAY, pledged_on=DAY - timedelta(days=1))
    assert materials.scan_faults(sides=1, kind="identity") and not materials.scan_faults(sides=2, kind="identity")
    assert not materials.scan_faults(sides=1, kind="case_paper")


# Remedies (1.9, the trap)

COUNTY = remedy.Office(
    remedy.Named("甲县", "ئا ناھىيىسى", "County A"),
    remedy.Named("示例地区", "مىسال ۋىلايىتى", "Example Prefecture"),
    remedy.Named("示例自治区", "مىسال ئاپتونوم رايونى", "Example Region"),
)
BUREAU = replace(COUNTY, county=None)


@pytest.mark.parametrize(
    ("office", "bureau", "two"),
    [
        (COUNTY, "甲县司法局", ["甲县人民政府", "示例地区司法局"]),
        (BUREAU, "示例地区司法局", ["示例地区行政公署", "示例自治区司法厅"]),
        (
            remedy.Office(None, remedy.Named("某市"), remedy.Named("某省")),
            "某市司法局",
            ["某市人民政府", "某省司法厅"],
        ),
    ],
)
def test_the_two_authorities_are_those_of_this_office(office: remedy.Office, bureau: str, two: list[str]) -> None:
    with translation.override("zh-hans"):
        assert str(remedy.bureau(office)) == bureau
        assert [str(a) for a in remedy.reviewers(office)] == two
        assert bureau not in two  # never to itself


def test_the_limits_are_the_dated_figures_and_count_from_what_reached_the_person() -> None:
    objection, review, suit = remedy.ways(COUNTY, on=DAY, served=date(2026, 11, 30), upheld=date(2026, 12, 31))
    assert (objection.until, review.until, suit.until) == (date(2026, 12, 15), date(2027, 3, 1), date(2027, 6, 30))
    rolled = remedy.ways(COUNTY, on=DAY, served=date(2026, 11, 30), roll=lambda day: day + timedelta(days=2))
    assert rolled[0].until == date(2026, 12, 17) and rolled[1].until is None


def test_where_no_figure_is_entered_the_words_stay_open() -> None:
    def nothing(name: str, day: date) -> Figure:
        raise NoFigure(name)

    found = remedy.ways(COUNTY, on=DAY, served=DAY, read=nothing)
    assert found[0].until is None and "法律规定的期限内" in str(found[0].say) and not found[0].sure


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "zh-hans",
            [
                "15 日内向甲县司法局提出异议",
                "60 日内",
                "甲县人民政府或者示例地区司法局",
                "6 个月内",
                "行政复议法第28条",
            ],
        ),
        ("ug", ["ئا ناھىيىسى ئەدلىيە ئىدارىسى", "ئا ناھىيىسى خەلق ھۆكۈمىتى", "15 كۈن ئىچىدە", "6 ئاي ئىچىدە"]),
        (
            "en",
            [
                "object to the Justice Bureau of County A within 15 days",
                "People's Government of County A",
                "60 days",
                "6 months",
            ],
        ),
    ],
)
def test_the_remedy_is_told_in_each_language(language: str, parts: list[str]) -> None:
    text = remedy.text(COUNTY, on=DAY)
    with translation.override(language):
        assert [p for p in parts if p not in str(text)] == []
        assert len(str(text).splitlines()) == 4
