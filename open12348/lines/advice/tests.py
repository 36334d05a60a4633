"""The advice line: its code lists, its figures, and what happens to a question on its way to an answer."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from open12348.kernel.parameters import NoFigure, figure
from open12348.kernel.workdays import TZ
from open12348.spine import casework, catalogue, closing
from open12348.spine.models import Case
from tests.people import NOW, Town

from . import rules

LATER = NOW + timedelta(hours=1)
DAY = date(2026, 11, 23)


def table(name: str) -> list[dict[str, str]]:
    with open(rules.HERE / name, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


# Topics


def test_topics_are_a_tree_of_two_levels_named_in_three_languages() -> None:
    rows = table("topics.csv")
    tops = {r["code"] for r in rows if not r["parent"]}
    assert len({r["code"] for r in rows}) == len(rows)
    for row in rows:
        assert row["name_zh"] and row["name_ug"] and row["name_en"]
        if row["parent"]:
            assert row["parent"] in tops and row["code"].startswith(row["parent"]) and len(row["code"]) == 4
    assert {r["parent"] for r in rows if r["parent"]} == tops  # none is empty


@pytest.mark.parametrize(
    "wanted", ["婚姻家庭", "劳动", "借贷", "损害", "土地", "刑事", "行政", "公证", "鉴定", "法律援助"]
)
def test_the_topics_that_are_counted_nationally_are_there(wanted: str) -> None:
    assert any(wanted in r["name_zh"] for r in table("topics.csv") if not r["parent"])


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "拖欠工资"), ("ug", "ئىش ھەققى بەرمەسلىك"), ("en", "Unpaid wages")])  # fmt: skip
def test_a_topic_is_shown_in_the_language_of_the_page(language: str, name: str) -> None:
    with translation.override(language):
        assert rules.topic_name("0201") == name
        assert any(label == name for _group, choices in rules.topics()[1:] for _code, label in choices)


def test_a_title_names_the_topic_and_never_the_persons_words() -> None:
    service = catalogue.get("advice.ask")
    assert service.title
    assert service.title({"topic": "0201", "question": "阿依古丽的老板王某"}) == "法律咨询：拖欠工资"
    assert service.title({"topic": "9999"}) == "法律咨询"


# Answer templates


def test_there_are_answers_for_what_people_ask_most_in_three_languages() -> None:
    rows = table("answers.csv")
    topics = {r["code"] for r in table("topics.csv") if r["parent"]}
    assert len(rows) >= 20 and {r["topic"] for r in rows} <= topics
    for row in rows:
        assert row["text_zh"] and row["text_ug"] and row["text_en"] and row["basis"] and row["sure"] in {"V", "K"}
        assert "依据：" in row["text_zh"], row["title"]
        assert not any("\u0600" <= c <= "\u06ff" for c in row["text_zh"] + row["text_en"])
        assert not any("一" <= c <= "鿿" for c in row["text_ug"] + row["text_en"]), row["title"]
        assert len(row["text_zh"]) < 400


def test_an_answer_that_was_not_checked_against_the_law_says_so_to_the_adviser() -> None:
    with translation.override("zh-hans"):
        titles = [title for title, _text in rules.answers("0301", "zh")]
        assert titles == ["借钱不还：三年内主张（条文待核对）"]
        assert rules.answers("1102", "zh")[0][0] == "法律援助的条件"


def test_answers_of_a_topic_come_alone_and_those_of_a_top_topic_together() -> None:
    assert len(rules.answers("0201", "zh")) == 1
    assert len(rules.answers("02", "zh")) == len([r for r in table("answers.csv") if r["topic"].startswith("02")]) > 1
    assert rules.answers("", "zh") == [] and rules.answers("0", "zh") == [] and rules.answers("99", "zh") == []


@pytest.mark.parametrize(("language", "letter"), [("ug", "ئ"), ("en", "You"), ("zh", "您"), ("other", "您")])
def test_an_answer_comes_in_the_language_of_the_person(language: str, letter: str) -> None:
    assert letter in rules.answers("0201", language)[0][1]


# Figures


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("first_contact", 1, "workdays"),
        ("urgent_first", 1, "hours"),
        ("web_first", 5, "hours"),
        ("answer", 5, "workdays"),
        ("answer_extension", 10, "workdays"),
        ("again", 1, "workdays"),
        ("attempts", 3, "times"),
    ],
)
def test_figures_are_the_references_and_marked_as_local(name: str, value: int, unit: str) -> None:
    found = rules.the(name, DAY)
    assert (found.value, found.unit, found.sure) == (value, unit, False) and found.basis


def test_a_figure_changes_from_the_day_its_file_says(tmp_path: Path) -> None:
    for day, value in (("2021-01-01", 5), ("2027-01-01", 3)):
        (tmp_path / f"{day}.toml").write_text(f'[answer]\nvalue = {value}\nunit = "workdays"\n', encoding="utf-8")
    assert [figure(tmp_path, "answer", date(2026, 12, 31)).value, figure(tmp_path, "answer", date(2027, 1, 1)).value] == [5, 3]  # fmt: skip
    with pytest.raises(NoFigure):
        figure(tmp_path, "answer", date(2020, 12, 31))


@pytest.mark.parametrize(("done", "enough"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_person_is_called_three_times_before_a_matter_ends_without_them(done: int, enough: bool) -> None:
    assert (rules.enough_attempts(done, DAY) is None) is enough


# On its way


def test_answered_on_the_spot_in_one_step(town: Town) -> None:
    order = casework.receive_and_make(
        service="advice.ask", said={"question": "离婚要多久", "topic": "0101"}, contact={"reply_by": "here"}, channel="desk",
        by=town.actor("clerk"), at=NOW, place=town.places["station"], move="answer", data={"answer": "协议离婚有三十天冷静期。"},
    )  # fmt: skip
    assert Case.objects.get(pk=order.pk).phase == "done" and not order.deadlines.exclude(state="stopped").exists()


def researched(town: Town) -> Case:
    case = town.case()
    return casework.make(case=case, move="research", by=town.actor("provider"), at=LATER, data={"note": "查当地规定"})


def test_research_is_the_first_contact_and_the_answer_is_still_owed(town: Town) -> None:
    case = researched(town)
    assert case.handler_id == town.staff["provider"].pk
    assert case.order.deadlines.get(clock="first").state == "stopped"
    assert case.order.deadlines.get(clock="answer").due_at == on("2026-12-01T00:00")


def test_nobody_is_given_up_before_the_third_call(town: Town) -> None:
    case, adviser = researched(town), town.actor("provider")
    for n in range(3):
        with pytest.raises(casework.Refused) as fault:
            casework.make(case=case, move="give_up", by=adviser, at=LATER)
        assert str(n) in str(fault.value)
        case = casework.make(
            case=case, move="attempt", by=adviser, at=LATER + timedelta(days=n), data={"note": "无人接听"}
        )
    case = casework.make(case=case, move="give_up", by=adviser, at=LATER + timedelta(days=3))
    outcome = closing.current_outcome(case.order)
    assert outcome and outcome.kind == "unreachable"
    case = casework.make(case=case, move="reopen", by=town.actor("clerk"), at=LATER + timedelta(days=5), data={"reason": "本人来了"})  # fmt: skip
    assert case.phase == "open" and case.due_clock == "again"


def test_a_follow_up_call_is_noted_and_leaves_the_ending_as_it_was(town: Town) -> None:
    case = casework.make(
        case=town.case(), move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"}
    )
    case = casework.make(
        case=case, move="follow_up", by=town.actor("operator"), at=LATER, data={"note": "本人说已拿到工资"}
    )
    assert case.phase == "done" and case.order.outcomes.count() == 1
    assert case.order.documents.filter(kind="note", for_resident=False).count() == 1


def test_an_adviser_is_warned_of_the_other_side_before_answering_it(town: Town) -> None:
    first = town.case(contact={"name": "阿不都热依木·买买提", "phone": "13800007777"})
    casework.make(case=first, move="answer", by=town.actor("provider"), at=LATER, data={"answer": "可以起诉对方"})
    second = town.case(said={"opponent": "Abdurehim Memet"}, contact={"name": "李雷", "phone": "13800005678"})
    sister = town.case(said={"opponent": "阿不都热西提·买买提"}, contact={"name": "李雷", "phone": "13800005678"})
    hints = catalogue.get("advice.ask").hints
    assert hints and hints(second, town.actor("provider")) and not hints(second, town.actor("clerk"))
    assert not hints(sister, town.actor("provider"))  # another name that begins alike


@pytest.mark.parametrize("item", ["", "Z99"])
def test_sending_on_needs_a_service_that_is_there(town: Town, item: str) -> None:
    case = town.case()
    with pytest.raises((casework.Refused, casework.Invalid)):
        casework.make(
            case=case, move="send_on", by=town.actor("clerk"), at=LATER, data={"item": item, "answer": "已转"}
        )


@pytest.mark.parametrize("answer", ["", "好", "   "])
def test_an_answer_has_words(town: Town, answer: str) -> None:
    with pytest.raises(casework.Invalid):
        casework.make(case=town.case(), move="answer", by=town.actor("clerk"), at=LATER, data={"answer": answer})
