"""Filing of external counsel, and the way to the legal qualification: the rule, the refusal, the stranger, the second clerk, the bad input."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from open12348.kernel.access import SYSTEM, Denied
from open12348.registry import providers
from open12348.registry.models import Status
from open12348.spine import casework, intake, lists
from open12348.spine.journal import Conflict
from open12348.spine.models import Case, Event
from tests.people import NOW, Town
from tests.people import at as on

from . import bench_counsel, counsel, qualification
from . import qualification_rules as rules
from .counsel_models import CounselContract, CounselYear
from .licence import EXAMPLE_FIRM
from .qualification_models import QualificationFile
from .townsfolk import settle

LATER = NOW + timedelta(hours=1)
CONTRACT = {
    "client_name": "甲县示例局（示例）", "client_uscc": "91350100M000100Y43", "client_kind": "government", "firm_no": EXAMPLE_FIRM,
    "lawyer_no": "16531201610000001", "contract_no": "顾1", "starts_on": "2026-11-01", "ends_on": "2027-10-31", "scope": ["advice"],
    "fee": "20,000", "procurement": "purchase", "searched": "on", "silence": "on",
}  # fmt: skip
DAY = date(2026, 11, 23)


@pytest.fixture
def firm(town: Town) -> Town:
    settle(town)
    return town


def make(case: Any, move: str, by: Any, when: Any = LATER, **data: Any) -> Case:
    return casework.make(case=Case.objects.get(pk=case.pk), move=move, by=by, at=when, data=data)


def refusal(case: Any, move: str, by: Any, when: Any = LATER, **data: Any) -> str:
    with pytest.raises((casework.Refused, Denied)) as fault:
        make(case, move, by, when, **data)
    return str(fault.value)


def handed_in(town: Town, by: str = "law_firm", **more: Any) -> Case:
    return town.case(service="lawyers.counsel", said={**CONTRACT, **more}, by=by)


# External counsel


def test_a_contract_is_filed_evaluated_once_a_year_and_runs_out_by_itself(firm: Town) -> None:
    case = handed_in(firm)
    assert lists.may_see(firm.actor("law_firm"), case) and not lists.may_see(firm.actor("supervisor_b"), case)
    case = make(case, "file", firm.actor("officer"))
    make(case, "evaluate", firm.actor("officer"), year="2026", grade="good")
    assert "已经评价过" in refusal(case, "evaluate", firm.actor("officer_two"), year="2026", grade="poor")
    assert "不包括这一年" in refusal(case, "evaluate", firm.actor("officer"), year="2027", grade="good")
    assert "才结束" in refusal(case, "end", firm.actor("officer"))
    assert (
        counsel.run_out(on("2027-10-31")) == 0
        and counsel.run_out(on("2027-11-01")) == 1
        and counsel.run_out(on("2027-11-02")) == 0
    )
    case.refresh_from_db()
    row = CounselContract.objects.get(order_id=case.pk)
    assert (case.state, row.ended_on, CounselYear.objects.count()) == ("ended", date(2027, 11, 1), 1)


def test_who_acts_against_a_body_is_not_its_counsel_and_its_counsel_not_against_it(firm: Town) -> None:
    """律师法 Art 39, both ways: B-L11 of the reference."""
    against = firm.case(
        said={"question": "告甲县示例局", "opponent": "甲县示例局（示例）"},
        contact={"name": "某甲", "phone": "13800007771"},
    )
    casework.make(case=against, move="answer", by=firm.actor("provider"), at=NOW, data={"answer": "可以起诉这个局。"})
    case = handed_in(firm)
    assert "律师法第三十九条" in refusal(case, "file", firm.actor("officer"))
    other = handed_in(firm, client_name="乙局（示例）", client_uscc="91110000802100433B", contract_no="顾2")
    make(other, "file", firm.actor("officer"))
    later = firm.case(
        said={"question": "告乙局", "opponent": "乙局（示例）"}, contact={"name": "某乙", "phone": "13800007772"}
    )
    from open12348.spine.barring import conflicts

    assert conflicts(later.order, firm.staff["provider"]) and not conflicts(later.order, firm.staff["provider_two"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2026-10-01"}, "ends_on"), ({"lawyer_no": "16531201910000009"}, "lawyer_no"), ({"lawyer_no": "16531201660000001"}, "lawyer_no"),
        ({"client_uscc": "91350100M000100Y44"}, "client_uscc"), ({"silence": ""}, "silence"), ({"searched": ""}, "searched"), ({"fee": "很多"}, "fee"),
        ({"starts_on": "11.1"}, "starts_on"), ({"scope": []}, "scope"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_contract_is_said_at_its_field(firm: Town, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(intake.Invalid) as fault:
        handed_in(firm, **wrong)
    assert field in fault.value.form.errors


def test_a_stopped_lawyer_and_the_same_contract_twice_are_refused(firm: Town) -> None:
    make(handed_in(firm), "file", firm.actor("officer"))
    assert "已经备案过" in refusal(handed_in(firm), "file", firm.actor("officer"))
    case = handed_in(firm, contract_no="顾3")
    lawyer = CounselContract.objects.get(order_id=case.pk).lawyer
    providers.set_standing(who=lawyer, status=Status.SUSPENDED, at=NOW, by=SYSTEM, reason="停止执业")
    assert "不能执业" in refusal(case, "file", firm.actor("officer"))
    assert refusal(case, "file", firm.actor("law_firm"))  # the firm does not file its own


def test_of_two_clerks_one_is_told(firm: Town) -> None:
    case = handed_in(firm)
    make(case, "file", firm.actor("officer"))
    with pytest.raises((Conflict, casework.Refused)):
        casework.make(case=case, move="file", by=firm.actor("officer_two"), at=LATER, expect=case.journal_seq)


def test_a_body_counts_once_however_many_contracts_and_only_on_its_days(firm: Town) -> None:
    """The plan's 500: distinct credit codes with a contract that holds on the day."""
    officer = firm.actor("officer")
    first = make(handed_in(firm), "file", officer)
    make(handed_in(firm, contract_no="顾2"), "file", officer)
    handed_in(firm, contract_no="顾3", client_name="丙局", client_uscc="91110000802100433B")  # not on file yet
    assert [counsel.clients_on(d) for d in (date(2026, 10, 31), DAY, date(2027, 10, 31), date(2027, 11, 1))] == [
        0,
        1,
        1,
        0,
    ]
    for wrong in ("2026-10-01", "2026-12-01"):
        assert "聘期内" in refusal(first, "terminate", officer, why="agreed", ended_on=wrong, reason="解除")
    make(first, "terminate", officer, why="agreed", ended_on="2026-11-22", reason="双方解除")
    assert counsel.clients_on(DAY) == 1  # the second contract of the same body still holds
    shown = bench_counsel.show(firm.actor("bureau"), NOW, {})
    assert (shown["n"], shown["target"], shown["gap"]) == (1, counsel.target(DAY), (counsel.target(DAY) or 1) - 1)
    assert (
        bench_counsel.show(officer, NOW, {"day": "不是日子"})["n"] == 1
        and bench_counsel.show(officer, NOW, {})["target"] is None
    )
    assert bench_counsel.show(firm.actor("supervisor_b"), NOW, {})["n"] == 0
    assert bench_counsel.show(firm.actor("planner"), NOW, {})["page"] is None  # a planner sees counts, no contracts


def test_handed_in_late_is_a_hint_and_no_refusal(firm: Town) -> None:
    case = handed_in(firm, starts_on="2026-09-01", ends_on="2031-09-01")
    said = " ".join(str(h) for h in counsel.hints(case, firm.actor("officer")))
    assert "期限" in said and "超过 3 年" in said
    assert make(case, "file", firm.actor("officer")).state == "active"


# The qualification: rules


@pytest.mark.parametrize(
    ("objective", "subjective", "fine"),
    [(2025, 2025, True), (2025, 2026, True), (2025, 2027, False), (2026, 2025, False)],
)
def test_an_objective_pass_holds_its_year_and_the_next(objective: int, subjective: int, fine: bool) -> None:
    """Bad input of 14.2: objective pass used in Y+2."""
    assert (rules.usable(objective, subjective, 2) is None) is fine


def test_marks_are_judged_where_the_line_is_known_and_not_invented_where_it_is_not() -> None:
    known = {"year": 2025, "stage": "objective", "area": "relaxed", "paper": "common"}
    assert rules.score_fault(**known, score=160) is None and rules.score_fault(**known, score=159)
    assert rules.line_of(2026, "subjective", "relaxed", "common") is None
    assert rules.score_fault(year=2026, stage="subjective", area="relaxed", paper="common", score=1) is None
    assert not any(sure for _line, sure in rules.marks().values())  # none was checked against the notice


@pytest.mark.parametrize(
    ("relaxed", "place", "household", "fine"),
    [(False, "work", "", True), (True, "household", "653125000000", True), (True, "work", "653125000000", False), (True, "household", "000000000000", False), (True, "household", "", False)],
)  # fmt: skip
def test_relaxed_conditions_are_used_only_at_the_household(
    relaxed: bool, place: str, household: str, fine: bool
) -> None:
    assert (
        rules.place_fault(relaxed=relaxed, place=place, household=household, prefecture="653100000000") is None
    ) is fine


@pytest.mark.parametrize(
    ("relaxed", "full", "due"), [(True, True, "C"), (True, False, "C"), (False, False, "B"), (False, True, "A")]
)
def test_the_class_follows_from_line_and_education(relaxed: bool, full: bool, due: str) -> None:
    assert rules.class_of(relaxed_marks=relaxed, full_education=full) == due
    for other in "ABC":
        assert (rules.class_fault(other, relaxed_marks=relaxed, full_education=full) is None) is (other == due)


# The qualification: on its way


SCORE = {"year": "2026", "score": "200", "area": "national", "published_on": "2026-11-20"}
APPLY = {"place": "registered", "full_education": "on", "materials": ["identity", "education"]}
VERIFY = {"seen": "on", "diploma": "on"}


def candidate(town: Town, **more: Any) -> Case:
    said = {"year": "2026", "household": "653125000000", "id_number": "653125199001011236", **more}
    return town.case(service="lawyers.qualification", said=said)


def passed(town: Town, area: str = "national", **more: Any) -> Case:
    case = candidate(town, **more)
    make(case, "objective_pass", town.actor("officer"), **{**SCORE, "area": area})
    return make(case, "subjective_pass", town.actor("officer"), **{**SCORE, "area": area})


def test_from_the_marks_to_the_certificate_in_hand(firm: Town) -> None:
    up, other, me = firm.actor("bureau"), firm.actor("bureau_two"), None
    case = passed(firm)
    me = firm.actor("applicant")
    make(case, "apply_online", me, **APPLY)
    make(case, "verify", firm.actor("officer"), **VERIFY, names_differ="毕业证写作艾合买提")
    assert "令146号第四条" in refusal(case, "accept", firm.actor("officer"))
    make(case, "accept", up)
    make(case, "examine", up, note="材料真实，符合条件")
    assert "审查人不能" in refusal(case, "region_verified", up, note="已核查通过")
    make(case, "region_verified", other, note="已核查通过")
    grant = {"granted": "C", "certificate_no": "A2026001", "document": "司资〔2026〕1号"}
    assert "应当是 A 类" in refusal(case, "grant", other, **grant)
    make(case, "grant", other, **{**grant, "granted": "A"})
    make(case, "cert_arrived", up)
    assert "还没有到" in refusal(case, "hand_out", up, handed_on="2026-12-24")
    case = make(case, "hand_out", up, handed_on="2026-11-23")
    assert case.state == "handed_out" and case.phase == "done"
    assert "只有 C 类" in refusal(case, "return_c", up, document="1号", note="交回")
    assert [p.form for p in case.order.issued_papers.all()] == ["accepted"]


def test_an_old_objective_pass_is_refused(firm: Town) -> None:
    case = candidate(firm)
    make(case, "objective_pass", firm.actor("officer"), **{**SCORE, "year": "2024"})
    assert "只在 2024 年和 2025 年有效" in refusal(case, "subjective_pass", firm.actor("officer"), **SCORE)


def test_a_relaxed_line_asks_for_the_household_and_gives_a_c(firm: Town) -> None:
    case = passed(firm, area="relaxed")
    me = firm.actor("applicant")
    assert "放宽" in refusal(case, "apply_online", me, **APPLY)
    assert "户籍所在地" in refusal(case, "apply_online", me, **{**APPLY, "relaxed": "on"})
    make(case, "apply_online", me, **{**APPLY, "relaxed": "on", "place": "household"})
    make(case, "verify", firm.actor("officer"), **VERIFY)
    assert "户口簿" in refusal(case, "accept", firm.actor("bureau"))


def test_one_application_a_year_in_one_place(firm: Town) -> None:
    """Bad input of 14.2: duplicate applications in two prefectures."""
    first = passed(firm)
    assert "只能在一个地方" in refusal(first, "apply_online", firm.actor("applicant"), **{**APPLY, "elsewhere": "on"})
    make(first, "apply_online", firm.actor("applicant"), **APPLY)
    second = passed(firm)
    assert "已经有一件" in refusal(second, "apply_online", firm.actor("applicant"), **APPLY)


def test_a_check_of_the_marks_is_asked_for_within_fifteen_days_of_the_publication(firm: Town) -> None:
    case = candidate(firm)
    make(case, "not_pass", firm.actor("officer"), why="objective", published_on="2026-11-20")
    window = case.order.deadlines.get(clock="check")
    assert window.due_at == on("2026-12-08", 0)  # 5 December is a Saturday: it ends with the first day after
    assert "已经过了" in refusal(case, "ask_check", firm.actor("applicant"), on("2026-12-09"))
    make(case, "ask_check", firm.actor("applicant"))
    assert make(case, "check_objective", firm.actor("officer"), **SCORE).state == "objective_passed"


def test_what_a_candidate_says_of_a_disability_is_sealed_and_deleted_in_time(firm: Town) -> None:
    """Retention table 9.9: exam accommodations are deleted after the appeal period; no copy stays in what was said or in the journal."""
    case = candidate(firm)
    make(case, "ask_help", firm.actor("applicant"), wanted="视力障碍，要大字试卷", exam_on="2026-12-05")
    row = QualificationFile.objects.get(order_id=case.pk)
    assert row.accommodation == "视力障碍，要大字试卷"
    assert qualification.forget_help(on("2027-02-03")) == 0
    assert qualification.forget_help(on("2027-02-04")) == 1 and qualification.forget_help(on("2027-02-05")) == 0
    row.refresh_from_db()
    assert row.accommodation == "" and row.accommodation_gone == date(2027, 2, 4)
    assert not any("视力障碍" in str(e.data) for e in Event.objects.filter(order_id=case.pk))
    assert not any("视力障碍" in d.text for d in case.order.documents.all()) and "视力障碍" not in case.order.said


def test_marks_are_the_candidates_and_nobody_elses(firm: Town, sign_in: Any) -> None:
    case = passed(firm)
    own = sign_in(firm, "applicant", on=Client()).get(f"/me/{case.order.code}/").content.decode()
    assert "达到的合格线" in own and ">200<" in own
    assert sign_in(firm, "stranger", on=Client()).get(f"/me/{case.order.code}/").status_code == 404
    over = sign_in(firm, "supervisor", on=Client()).get(f"/console/cases/{case.order.code}/").content.decode()
    assert "达到的合格线" not in over  # who oversees sees the way, not the marks
    assert "200" not in case.order.title and "2026" in case.order.title


def test_the_bench_opens_and_hands_out_excel(firm: Town, sign_in: Any) -> None:
    case = make(handed_in(firm), "file", firm.actor("officer"))
    browser = sign_in(firm, "officer", on=Client())
    assert "甲县示例局" in browser.get("/console/bench/lawyers.counsel/").content.decode()
    assert browser.get("/console/bench/lawyers.counsel/files/counsel.xlsx").status_code == 200
    assert browser.get(f"/console/cases/{case.order.code}/").status_code == 200
