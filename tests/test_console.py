"""The console's rules: what each button does, who may press it, what a wrong or hostile answer gets."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from open12348.kernel import papers
from open12348.kernel.access import Role
from open12348.kernel.models import CalendarDay, Message
from open12348.registry import accounts, people
from open12348.registry.models import FileView, Membership, Organisation, RightsRequest, Token
from open12348.spine import casework, clocks, closing, extensions, intake, journal, routing, story
from open12348.spine.clocks import ClockFault
from open12348.spine.models import Case, Draft, Event, Extension, Order, Transfer

from .people import NOW, Town, at


@pytest.fixture
def door(town: Town, sign_in: Any) -> Any:
    """door('clerk') -> a browser of that member of the cast."""
    return lambda who: sign_in(town, who, on=Client())


def page(case: Case) -> str:
    return f"/console/cases/{case.order.code}/"


# The queue


def test_the_queue_leads_with_what_is_due_and_counts_what_it_holds(town: Town, door: Any) -> None:
    town.case(when=at("2026-11-10"), contact={"name": "李雷", "phone": "13800005678"})
    town.case()
    clocks.watch_once(at=NOW)
    shown = door("clerk").get("/console/").content.decode()
    assert shown.index("李雷") < shown.index("阿依古丽") and "已超期" in shown
    assert "<b>" in shown and "还没有人接手" in shown


def test_an_empty_queue_says_what_would_be_here(town: Town, door: Any) -> None:
    assert "新来的事会出现在这里" in door("clerk").get("/console/").content.decode()
    assert "看全部" in door("clerk").get("/console/?late=1").content.decode()


@pytest.mark.parametrize(
    "query",
    ["county=99999999999999999999", "county=abc", "county=%00", "topic=%00", "line=%00x", "page=99999999999999999999",
     "page=-1", "phase=%00", "phase=" + "x" * 5000, "county=٣", "county=1.5"],
)  # fmt: skip
def test_odd_filters_break_nothing(town: Town, door: Any, query: str) -> None:
    town.case()
    for who, path in (("clerk", "/console/"), ("supervisor", "/console/"), ("officer", "/console/providers/"), ("administrator", "/console/accounts/")):  # fmt: skip
        assert door(who).get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("code", ["%00", "abc", "１２３４", "9" * 400, "3125%0A"])
def test_an_odd_code_is_not_found(town: Town, door: Any, code: str) -> None:
    assert door("clerk").get(f"/console/cases/{code}/").status_code == 404


def test_a_filter_by_county_shows_that_county(town: Town, door: Any) -> None:
    town.case(contact={"name": "李雷", "phone": "13800005678"})
    town.case(place="station_b", by="clerk_b", contact={"name": "韩梅梅", "phone": "13800005679"})
    county = town.units["653131000000"].pk
    shown = door("operator").get(f"/console/?county={county}").content.decode()
    assert "韩梅梅" in shown and "李雷" not in shown


@pytest.mark.parametrize(
    ("who", "first"), [("planner", "/console/map/"), ("administrator", "/console/accounts/"), ("supervisor", "/console/watch/")]
)  # fmt: skip
def test_each_role_starts_where_its_work_is(town: Town, door: Any, who: str, first: str) -> None:
    assert door(who).get("/console/").headers["Location"] == first
    assert door(who).get(first).status_code == 200


# Acts on a case


GARBAGE = ["abc", "-1", "0", "99999999999999999999999", "", "٣", "1.5", "' OR 1=1", "\x00", "\x00" * 20, "字" * 20_000]


@pytest.mark.parametrize("act", [
    "", "nonsense", "move:", "move:nonsense", "take", "assign", "transfer", "accept", "return", "say", "note",
    "ask_correction", "answer_correction", "ask_extension", "grant_extension", "decline_extension", "rate", "call_back",
    "merge", "link", "look_other", "split", "right", "move:answer", "move:send_on",
])  # fmt: skip
def test_hostile_answers_get_words_never_a_fault(town: Town, door: Any, act: str) -> None:
    case = town.case()
    browser = door("officer")
    names = ("to", "transfer", "extension", "deadline", "amount", "place", "other", "item", "grade", "kind", "seen", "reason", "text", "answer", "wanted")  # fmt: skip
    for value in GARBAGE:
        answer = browser.post(page(case), {"act": act, **{name: value for name in names}})
        assert answer.status_code in {200, 302, 409}, (act, value[:20])


@pytest.mark.parametrize("value", GARBAGE)
def test_hostile_intake_and_search_get_words(town: Town, door: Any, value: str) -> None:
    browser = door("clerk")
    names = ("item", "name", "phone", "id_number", "person", "topic", "question", "move", "channel", "division_county", "language", "once", "_add", "answer-answer")  # fmt: skip
    for extra in ({}, {"_refresh": "1"}, {"_item": "1"}):
        assert browser.post("/console/new/", {**{n: value for n in names}, **extra}).status_code in {200, 302}
    one = {n: value for n in names if n != "_add"}
    assert browser.post("/console/new/", {**one, "item": "B01", "language": "zh"}).status_code == 200
    assert browser.get("/console/new/", {"item": value}).status_code == 200
    for path in ("/console/new/hints/", "/console/new/answers/"):
        assert browser.get(path, {n: value for n in names}).status_code == 200
    assert browser.post("/console/search/", {"q": value, "purpose": "caller"}).status_code == 200
    assert browser.post("/console/search/", {"q": "13800001234", "purpose": value}).status_code == 200


@pytest.mark.parametrize("value", GARBAGE)
def test_hostile_office_forms_get_words(town: Town, door: Any, value: str) -> None:
    browser = door("administrator")
    account = f"/console/accounts/{town.staff['clerk'].pk}/"
    for act in ("grant", "end", value):
        posted = {"act": act, "role": value, "where": value, "lines": value, "until": value, "membership": value}
        assert browser.post(account, posted).status_code in {200, 302}
    assert browser.post("/console/accounts/", {"username": value, "name": value}).status_code in {200, 302}
    for act in ("make", "revoke", value):
        posted = {"act": act, "organisation": value, "name": value, "scopes": value, "where": value, "until": value, "token": value}  # fmt: skip
        assert browser.post("/console/tokens/", posted).status_code in {200, 302}
    assert browser.post("/console/calendar/", {"year": value, "document": value, "days": value, "layer": value}).status_code == 200  # fmt: skip
    assert browser.get("/console/calendar/", {"year": value}).status_code == 200
    assert (
        door("officer").post("/console/rights/", {"request": value, "answer": value, "act": value}).status_code == 200
    )


def test_what_was_typed_stays_when_a_form_is_refused(town: Town, door: Any) -> None:
    case = town.case()
    shown = door("clerk").post(page(case), {"act": "transfer", "place": "不存在的地方", "reason": "住在那边"})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "没有找到这个服务点" in text and "不存在的地方" in text and "住在那边" in text


def test_a_place_is_found_by_part_of_its_name_when_only_one_fits(town: Town, door: Any) -> None:
    case = town.case()
    assert (
        door("clerk").post(page(case), {"act": "transfer", "place": "乙一镇", "reason": "住在那边"}).status_code == 302
    )
    assert Transfer.objects.get().target == town.places["station_b"]


def test_the_slower_clerk_is_shown_what_changed(town: Town, door: Any) -> None:
    case = town.case()
    casework.say(case=case, by=town.actor("clerk_two"), at=NOW, text="已经打过电话", internal=True)
    answer = door("clerk").post(
        page(case), {"act": "move:answer", "answer": "写了很久的答复", "seen": case.journal_seq}
    )
    text = answer.content.decode()
    assert answer.status_code == 409 and "已经打过电话" in text and "写了很久的答复" in text
    assert f'name="seen" value="{case.journal_seq}"' not in text  # the next press knows what was read


def test_the_story_says_each_line_in_words(town: Town) -> None:
    case = town.case()
    clerk = town.actor("clerk")
    casework.ask_correction(case=case, by=clerk, at=NOW, wanted="工资条")
    case.refresh_from_db()
    casework.answer_correction(case=case, by=clerk, at=NOW, text="带来了")
    routing.transfer(case=case, target=town.places["station_b"], by=clerk, at=NOW, reason="住在那边")
    told = story.read(case.order, journal.story(case.order))
    words = " ".join([p.title for p in told] + [m for p in told for m in p.minor])
    assert "请当事人补充 1 项" in words and "乙一镇工作站" in words and "记录：" not in words


def test_every_kind_that_the_spine_writes_has_a_sentence() -> None:
    """A new kind of line is read out in words from its first day: the sources are searched for what they write."""
    import ast

    from open12348.spine import catalogue

    from .test_house import sources

    kinds = set()
    for file in sources("spine"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"
                and node.args and isinstance(node.args[0], ast.Constant)
            ):  # fmt: skip
                kinds.add(node.args[0].value)
    service = catalogue.current()[0]
    silent = [k for k in kinds if story.sentence(Event(kind=k, data={}), service, {}, {})[0].startswith("记录：")]
    assert kinds and silent == []


def test_merging_shows_the_other_matter_first(town: Town, door: Any) -> None:
    first, second = town.case(), town.case()
    shown = door("clerk").post(page(second), {"act": "look_other", "other": first.order.code})
    text = shown.content.decode()
    assert (
        "看清楚再合并" in text and 'value="merge"' in text and not Order.objects.filter(merged__isnull=False).exists()
    )
    assert (
        door("clerk").post(page(second), {"act": "merge", "other": first.order.code, "reason": ""}).status_code == 409
    )
    door("clerk").post(page(second), {"act": "merge", "other": first.order.code, "reason": "说了两遍"})
    second.refresh_from_db()
    assert second.merged_into == first.order


def test_a_matter_out_of_sight_cannot_be_merged_or_seen(town: Town, door: Any) -> None:
    mine, theirs = town.case(), town.case(place="station_b", by="clerk_b")
    shown = door("clerk").post(page(mine), {"act": "look_other", "other": theirs.order.code}).content.decode()
    assert "看清楚再合并" not in shown
    assert door("clerk").post(page(mine), {"act": "link", "other": theirs.order.code}).status_code == 409


def test_an_item_is_chosen_from_a_list_when_a_need_is_sent_on(town: Town, door: Any) -> None:
    case = town.case()
    shown = door("clerk").get(page(case)).content.decode()
    assert '<option value="H04">' in shown
    door("clerk").post(
        page(case), {"act": "move:send_on", "item": "H04", "answer": "已转公证", "seen": case.journal_seq}
    )
    assert Order.objects.filter(item_code="H04").exists()


def test_candidates_stand_with_their_reasons(town: Town, door: Any) -> None:
    shown = door("officer").get(page(town.case())).content.decode()
    assert "会当事人的语言" in shown and "手上 0 件" in shown


def test_safe_contact_is_said_aloud_and_phones_dial(town: Town, door: Any) -> None:
    shown = door("clerk").get(page(town.case(contact={"safe_contact": "不要告诉家里人"}))).content.decode()
    assert "不要告诉家里人" in shown and 'href="tel:13800001234"' in shown


# More time


def test_more_time_is_asked_for_and_granted_by_another(town: Town, door: Any) -> None:
    case = town.case()
    deadline = case.order.deadlines.get(clock="answer")
    due = deadline.due_at
    asked = {"act": "ask_extension", "deadline": deadline.pk, "amount": 3, "reason": "要向县里核实", "seen": case.journal_seq}  # fmt: skip
    assert door("clerk").post(page(case), asked).status_code == 302
    row = Extension.objects.get()
    deadline.refresh_from_db()
    assert deadline.due_at == due and row.granted is None
    assert "要向县里核实" in door("officer").get("/console/").content.decode()
    assert door("clerk").post(page(case), {"act": "grant_extension", "extension": row.pk}).status_code == 409
    assert door("officer").post(page(case), {"act": "grant_extension", "extension": row.pk}).status_code == 302
    deadline.refresh_from_db()
    assert deadline.extended_by == 3 and deadline.due_at > due and journal.verify() == []


def test_declining_needs_a_reason_and_nobody_answers_for_themselves(town: Town) -> None:
    case = town.case()
    deadline = case.order.deadlines.get(clock="answer")
    officer = town.actor("officer")
    row = extensions.ask(deadline=deadline, by=officer, at=NOW, reason="要核实")
    with pytest.raises(ClockFault, match="另一名"):
        extensions.answer(row=row, granted=True, by=officer, at=NOW)
    with pytest.raises(ClockFault, match="理由"):
        extensions.answer(row=row, granted=False, by=town.actor("supervisor"), at=NOW)
    extensions.answer(row=row, granted=False, by=town.actor("supervisor"), at=NOW, why="来得及")
    with pytest.raises(ClockFault, match="已经有人答复"):
        extensions.answer(row=row, granted=True, by=town.actor("supervisor"), at=NOW)
    deadline.refresh_from_db()
    assert deadline.extended_by == 0
    assert extensions.ask(deadline=deadline, by=officer, at=NOW, reason="情况变了")  # asked anew, with a new reason


def test_two_requests_for_one_limit_do_not_wait_at_once(town: Town) -> None:
    deadline = town.case().order.deadlines.get(clock="answer")
    extensions.ask(deadline=deadline, by=town.actor("clerk"), at=NOW, reason="要核实")
    with pytest.raises(ClockFault, match="还在等"):
        extensions.ask(deadline=deadline, by=town.actor("clerk_two"), at=NOW, reason="要核实")


def test_a_supervisor_of_elsewhere_sees_no_request(town: Town) -> None:
    deadline = town.case().order.deadlines.get(clock="answer")
    extensions.ask(deadline=deadline, by=town.actor("clerk"), at=NOW, reason="要核实")
    assert extensions.waiting(town.actor("supervisor")).count() == 1
    assert extensions.waiting(town.actor("supervisor_b")).count() == 0


# What a supervisor must see


def rated(town: Town, grade: int = 1) -> Case:
    case = town.case()
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=NOW, data={"answer": "带身份证来中心"})
    closing.rate(case=case, by=town.actor("operator"), at=NOW, grade=grade, text="没说清", via="phone")
    return case


def test_a_bad_rating_waits_until_somebody_called_back(town: Town, door: Any) -> None:
    case = rated(town)
    supervisor = door("supervisor")
    assert "没说清" in supervisor.get("/console/watch/").content.decode()
    assert supervisor.post(page(case), {"act": "call_back", "text": ""}).status_code == 200
    assert supervisor.post(page(case), {"act": "call_back", "text": "再讲了一遍，满意了"}).status_code == 302
    assert closing.to_call_back(town.actor("supervisor")).count() == 0
    assert closing.to_call_back(town.actor("supervisor_b")).count() == 0


def test_taking_it_up_again_answers_a_bad_rating(town: Town) -> None:
    case = rated(town)
    closing.reopen(case=case, by=town.actor("applicant"), at=NOW, reason="没有讲清楚去哪里")
    assert closing.to_call_back(town.actor("supervisor")).count() == 0
    told = story.read(case.order, journal.story(case.order))
    assert any("没说清" in str(value) for p in told for _label, value in p.said)


def test_whoever_handled_it_does_not_call_back(town: Town) -> None:
    case = rated(town)
    from open12348.kernel.access import Denied

    with pytest.raises(Denied):
        closing.call_back(case=case, by=town.actor("clerk"), at=NOW, text="挺好")


def test_the_record_of_looks_shows_only_ones_own_part(town: Town, door: Any) -> None:
    case = town.case()
    door("clerk").get(page(case))
    assert case.order.code[:4] in door("supervisor").get("/console/watch/looks/").content.decode()
    assert "clerk（示例）" not in door("supervisor_b").get("/console/watch/looks/").content.decode()


def test_the_reason_of_a_look_is_stored_in_the_source_language(town: Town, door: Any) -> None:
    browser = door("clerk")
    browser.cookies["language"] = "ug"
    browser.get(page(town.case()))
    assert FileView.objects.get().purpose == "办理需要"


# People's requests about their own data


def test_a_deletion_asked_at_a_desk_is_answered_and_says_what_is_kept(town: Town, door: Any) -> None:
    case = town.case()
    assert (
        door("clerk").post(page(case), {"act": "right", "kind": "erase", "said": "请删掉我的电话"}).status_code == 302
    )
    row = RightsRequest.objects.get()
    assert row.due_at is not None and row.due_at > NOW + timedelta(days=15)
    shown = door("officer").get("/console/rights/").content.decode()
    assert "请删掉我的电话" in shown and "依法要保存" in shown
    assert (
        door("clerk").post("/console/rights/", {"request": row.pk, "act": "grant", "answer": "好"}).status_code == 404
    )
    assert "请填写" in door("officer").post("/console/rights/", {"request": row.pk, "act": "grant", "answer": " "}).content.decode()  # fmt: skip
    door("officer").post("/console/rights/", {"request": row.pk, "act": "grant", "answer": "已删除，档案依法保存"})
    row.refresh_from_db()
    row.person.refresh_from_db()
    assert row.answered_at and row.person.phone == "" and row.person.erased_at


def test_a_correction_is_made_and_a_refusal_changes_nothing(town: Town) -> None:
    person = town.need().person
    assert person is not None
    officer = town.actor("officer")
    ask = {"person": person, "kind": "correct", "said": "电话换了", "by": officer, "at": NOW, "due_at": NOW}
    people.answer_right(row=people.ask_right(**ask), granted=False, answer="没有带证件", by=officer, at=NOW)
    person.refresh_from_db()
    assert person.phone == "13800001234"
    row = people.ask_right(**ask)
    with pytest.raises(people.RightsFault, match="更正后的内容"):
        people.answer_right(row=row, granted=True, answer="已更正", by=officer, at=NOW)
    people.answer_right(row=row, granted=True, answer="已更正", by=officer, at=NOW, changes={"phone": "13900002222"})
    person.refresh_from_db()
    assert person.phone == "13900002222" and person.phone_hash == people.hash_phone("13900002222")
    with pytest.raises(people.RightsFault, match="已经有人答复"):
        people.answer_right(
            row=row, granted=True, answer="已更正", by=officer, at=NOW, changes={"phone": "13900003333"}
        )


# The desk

TYPED = {"item": "B01", "question": "欠条怎么写", "topic": "0301", "name": "李雷", "phone": "13800005678",
         "reply_by": "phone", "behalf": "clerk", "language": "zh", "channel": "desk", "once": "k1"}  # fmt: skip


def test_the_language_is_asked_never_assumed(town: Town, door: Any) -> None:
    shown = door("clerk").post("/console/new/", {**TYPED, "language": ""}).content.decode()
    assert "请问一声本人想用哪种语言" in shown and "欠条怎么写" in shown and not Order.objects.exists()


def test_only_somebody_who_fits_the_words_can_be_pointed_at(town: Town, door: Any) -> None:
    known = town.need(contact={"name": "韩梅梅", "phone": "13800009876"}).person
    assert known is not None
    door("clerk").post("/console/new/", {**TYPED, "person": known.pk})
    assert Order.objects.order_by("-id").first().person != known
    fits = {**TYPED, "once": "k2", "name": "韩梅梅", "phone": "", "person": known.pk}
    assert door("clerk").post("/console/new/", fits).status_code == 302
    assert Order.objects.order_by("-id").first().person == known  # the phone comes from the file, not from the screen


def test_who_is_shown_while_typing_can_read_that_they_were(town: Town, door: Any) -> None:
    person = town.need(contact={"name": "韩梅梅", "phone": "13800009876"}).person
    browser = door("clerk_b")
    for _letter in range(3):
        browser.get("/console/new/hints/", {"phone": "13800009876"})
    assert FileView.objects.filter(person=person, account=town.staff["clerk_b"]).count() == 1


def test_hints_are_for_taking_down_not_for_looking_people_up(town: Town, door: Any) -> None:
    town.need(contact={"name": "韩梅梅", "phone": "13800009876"})
    browser = door("clerk")
    shown = [browser.get("/console/new/hints/", {"phone": "13800009876"}).content.decode() for _try in range(202)]
    assert "韩梅梅" in shown[0] and "查得太频繁" in shown[-1] and "韩梅梅" not in shown[-1]


def test_other_words_on_the_same_page_are_another_need(town: Town, door: Any) -> None:
    browser = door("clerk")
    browser.post("/console/new/", TYPED)
    browser.post("/console/new/", TYPED)
    browser.post("/console/new/", {**TYPED, "question": "还有一件：房租押金不退"})
    assert Order.objects.count() == 2


def test_an_item_is_found_by_words_in_another_language(town: Town, door: Any) -> None:
    browser = door("clerk")
    assert "C11" in browser.get("/console/new/", {"item": "C11 English"}).content.decode()
    shown = browser.post("/console/new/", {**TYPED, "item": "没有这种事项", "_item": "1"}).content.decode()
    assert "没有认出这个事项" in shown and "欠条怎么写" in shown


def test_changing_the_item_carries_the_words_over(town: Town, door: Any) -> None:
    shown = door("clerk").post("/console/new/", {**TYPED, "item": "H04", "_item": "1"}).content.decode()
    assert "欠条怎么写" in shown and 'name="summary"' in shown and "李雷" in shown


def test_a_draft_is_kept_per_account_and_forgotten_when_sent(town: Town, door: Any) -> None:
    browser = door("clerk")
    browser.post(
        "/console/new/draft/", json.dumps({"question": "写到一半", "name": "李雷"}), content_type="application/json"
    )
    assert "写到一半" in browser.get("/console/new/").content.decode()
    assert "写到一半" not in door("clerk_two").get("/console/new/").content.decode()
    browser.post("/console/new/", TYPED)
    assert not Draft.objects.exists()
    for body in ("", "[]", "{", '"x"', "null"):
        assert browser.post("/console/new/draft/", body, content_type="application/json").status_code == 400
    assert browser.post("/console/new/draft/", "x" * 70_000, content_type="application/json").status_code == 413


def test_words_are_added_to_an_open_matter_but_not_to_one_out_of_sight(town: Town, door: Any) -> None:
    mine, theirs = town.case(), town.case(place="station_b", by="clerk_b")
    door("clerk").post("/console/new/", {**TYPED, "_add": mine.order.code})
    door("clerk").post("/console/new/", {**TYPED, "_add": theirs.order.code})
    assert Order.objects.count() == 2
    assert [d.order_id for d in mine.order.documents.filter(text__isnull=False)] == [mine.pk]
    assert not theirs.order.documents.exists()


# The slip


def text_of(content: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages)


def test_the_slip_speaks_the_persons_language_and_keeps_quiet_when_asked(town: Town, door: Any) -> None:
    case = town.case(contact={"language": "zh"})
    answer = door("clerk").get(f"{page(case)}slip.pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    text = text_of(answer.content)
    assert "受理回执" in text and case.order.code[:4] in text
    careful = town.case(contact={"language": "zh", "safe_contact": "不要告诉家里人"}, item_code="C11")
    quiet = text_of(door("clerk").get(f"{page(careful)}slip.pdf").content)
    assert "办什么" not in quiet and "不要告诉" not in quiet and "法律援助" not in quiet
    assert FileView.objects.filter(purpose="打印回执").count() == 2
    uyghur = door("clerk").get(f"{page(town.case(contact={'language': 'ug'}))}slip.pdf").content
    assert "受理回执" not in text_of(uyghur)


def test_a_paper_loads_nothing_from_outside_and_is_known_by_its_print(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "t.html").write_text('<img src="https://example.org/x.png"><p>{{ word }}</p>', encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    paper = papers.pdf(template="t.html", context={"word": "字"}, language="zh-hans")
    assert paper.content.startswith(b"%PDF") and len(paper.digest) == 64


# The administrator


def test_a_role_is_given_for_a_part_and_lines_until_a_day_and_taken_back(town: Town, door: Any) -> None:
    browser, clerk = door("administrator"), town.staff["clerk_b"]
    url = f"/console/accounts/{clerk.pk}/"
    given = {"act": "grant", "role": "officer", "where": "653131 乙县", "lines": ["advice"], "until": "2026-12-31"}
    assert browser.post(url, given).status_code == 302
    row = Membership.objects.filter(account=clerk, role="officer").get()
    assert row.division == town.units["653131000000"] and row.lines == ["advice"] and row.until > NOW
    browser.post(url, {"act": "end", "membership": row.pk})
    row.refresh_from_db()
    assert row.until <= NOW + timedelta(minutes=1)
    bad = browser.post(url, {"act": "grant", "role": "officer", "where": "月球"}).content.decode()
    assert "没有这个服务点或区划" in bad and "月球" in bad


def test_an_administrator_cannot_lock_themselves_out(town: Town, door: Any) -> None:
    browser, me = door("administrator"), town.staff["administrator"]
    url = f"/console/accounts/{me.pk}/"
    browser.post(url, {"act": "close"})
    browser.post(url, {"act": "end", "membership": me.memberships.get().pk})
    me.refresh_from_db()
    assert me.is_active and Role.ADMINISTRATOR in town.actor("administrator").roles


def test_a_lost_phone_and_a_locked_account_are_mended(town: Town, door: Any) -> None:
    clerk = town.staff["clerk"]
    accounts.enrol_totp(account=clerk, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    locked = Client()
    for _try in range(6):
        last = locked.post("/console/sign-in/", {"username": "clerk", "password": "wrong"})
    assert last.status_code == 429 and "锁定 15 分钟" in last.content.decode()
    browser, url = door("administrator"), f"/console/accounts/{clerk.pk}/"
    assert "锁定中" in browser.get(url).content.decode()
    browser.post(url, {"act": "unlock"})
    browser.post(url, {"act": "factor"})
    assert not accounts.locked(clerk, NOW) and accounts.totp_secret(clerk) is None
    assert locked.post("/console/sign-in/", {"username": "clerk", "password": "wrong"}).status_code == 200


def test_a_key_is_shown_once_opens_its_part_and_is_revoked(town: Town, door: Any) -> None:
    firm = Organisation.objects.first()
    browser = door("administrator")
    made = {"act": "make", "organisation": f"{firm.pk} {firm.name_zh}", "name": "市民热线", "scopes": ["orders:read"],
            "where": "653125", "role": "partner", "until": "2027-01-31"}  # fmt: skip
    text = browser.post("/console/tokens/", made).content.decode()
    secret = text.split('class="secret" dir="ltr">')[1].split("<")[0]
    actor = accounts.partner_actor(secret, NOW)
    assert actor is not None and actor.scopes == {"orders:read"} and actor.grants[0].division_id
    assert secret not in browser.get("/console/tokens/").content.decode()
    browser.post("/console/tokens/", {"act": "revoke", "token": Token.objects.get().pk})
    assert accounts.partner_actor(secret, NOW) is None
    late = browser.post("/console/tokens/", {**made, "until": "2020-01-01"}).content.decode()
    assert "已经过去" in late and "市民热线" in late


def test_staff_sessions_end_when_idle_and_after_a_working_day(town: Town, door: Any) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = door("clerk")
        assert browser.get("/console/").status_code == 200
        clock.shift(timedelta(minutes=50))
        assert browser.get("/console/").status_code == 200
        clock.shift(timedelta(minutes=61))
        gone = browser.get("/console/search/")
        assert gone.status_code == 302 and "/console/sign-in/" in gone.headers["Location"]
        assert "太久没有操作" in browser.get(gone.headers["Location"]).content.decode()
        busy = door("clerk")
        for _click in range(14):
            last = busy.get("/console/")
            clock.shift(timedelta(minutes=50))
        assert last.status_code == 302  # ten hours are over, however busy


def test_a_notice_of_one_county_moves_that_countys_days(town: Town, door: Any) -> None:
    here = town.case(when=at("2026-11-23"))
    there = town.case(when=at("2026-11-23"), place="station_b", by="clerk_b")
    before = [c.order.deadlines.get(clock="answer").due_at for c in (here, there)]
    notice = {"layer": "653125", "year": 2026, "document": "县里通知", "days": "２０２６-11-25 休 县庆"}
    assert door("administrator").post("/console/calendar/", notice).status_code == 302
    assert CalendarDay.objects.get(layer="653125").day == date(2026, 11, 25)
    after = [c.order.deadlines.get(clock="answer").due_at for c in (here, there)]
    assert after[0] > before[0] and after[1] == before[1]
    assert Message.objects.filter(case_code=here.order.code).count() == 2


def test_the_menu_leads_everybody_to_their_own_pages_only(town: Town, door: Any) -> None:
    clerk = door("clerk").get("/console/search/").content.decode()
    assert 'href="/console/new/"' in clerk and 'href="/console/accounts/"' not in clerk
    planner = door("planner").get("/console/map/").content.decode()
    assert 'href="/console/new/"' not in planner and 'href="/console/calendar/"' in planner
    assert "/console/?county" not in planner  # counts only: no way from a number to a person


def test_saying_what_somebody_needs_is_not_lost_when_the_rules_refuse(town: Town, door: Any) -> None:
    case = town.case()
    casework.make(case=case, move="withdraw", by=town.actor("clerk"), at=NOW)
    answer = door("clerk").post(page(case), {"act": "move:answer", "answer": "来晚了的答复"})
    assert answer.status_code == 409 and intake.said(case.order)["question"]
