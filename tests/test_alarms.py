"""Words of danger: the need goes first, the people in charge are told what to do, and nothing else comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from open12348.kernel.access import Denied
from open12348.registry.models import Person
from open12348.spine import alarms, casework, catalogue, journal, lists, notices
from open12348.spine.catalogue import Notice
from open12348.spine.models import Event, StaffNotice

from .people import NOW, Town

LATER = NOW + timedelta(minutes=5)
DANGER = {"question": "他喝了酒拿着刀，我不敢回家"}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("老板不发工资，我不想活了", ["life"]),
        ("ياشىغۇم يوق", ["life"]),
        ("I want to die", ["life"]),
        ("他正在打我妈妈", ["violence"]),
        ("ئېرىم مېنى ئۇرۇۋاتىدۇ", ["violence"]),
        ("再不给钱我们就去堵路", ["crowd"]),
        ("他说要打死我，我想死的心都有", ["life", "violence"]),
        ("老板拖欠三个月工资", []),
        ("离婚后孩子跟谁", []),
        ("邻居家的羊吃了我的麦子", []),
        ("", []),
    ],
)
def test_danger_is_heard_in_three_languages_and_not_where_there_is_none(text: str, kinds: list[str]) -> None:
    assert alarms.heard([text]) == kinds


def test_a_need_with_danger_goes_first_and_place_and_supervisor_are_told(town: Town) -> None:
    case = town.case(said=DANGER)
    assert case.urgent and case.order.deadlines.get(clock="first").due_at == NOW + timedelta(hours=1)
    for who, told in (("clerk", 1), ("supervisor", 1), ("clerk_b", 0), ("supervisor_b", 0), ("planner", 0), ("administrator", 0),
                      ("applicant", 0), ("stranger", 0), ("nobody", 0)):  # fmt: skip
        assert lists.notices_for(town.actor(who)).count() == told, who
    assert case.order.events.filter(kind="alarm").count() == 1 and journal.verify() == []


def test_the_notice_says_what_to_do_in_the_readers_language_and_not_what_was_said(town: Town) -> None:
    town.need(said=DANGER)
    notice = StaffNotice.objects.filter(to="supervisor").get()
    for language, word in (("zh-hans", "110"), ("ug", "110"), ("en", "110")):
        with translation.override(language):
            assert word in notice.said
    assert notice.text["zh-hans"] != notice.text["ug"] != notice.text["en"]
    assert "刀" not in str(notice.text) and "阿依古丽" not in str(notice.text)


def test_an_ordinary_need_alarms_nobody(town: Town) -> None:
    assert not town.case().urgent and not StaffNotice.objects.exists()


def test_what_is_sent_on_is_told_once(town: Town) -> None:
    case = town.case(said=DANGER)
    casework.make(case=case, move="send_on", by=town.actor("clerk"), at=LATER, data={"item": "C11", "answer": "已转法律援助"})  # fmt: skip
    assert StaffNotice.objects.count() == 2


def test_a_later_message_with_danger_alarms_too(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    casework.say(case=case, by=town.actor("clerk"), at=LATER, text="他说过不想活")  # a clerk's note is no alarm
    assert not StaffNotice.objects.exists()
    casework.say(case=case, by=town.actor("applicant"), at=LATER, text="我不想活了")
    case.refresh_from_db()
    assert case.urgent and lists.notices_for(town.actor("supervisor")).count() == 1


def test_a_notice_is_seen_once_and_by_whom_it_is_for(town: Town) -> None:
    town.need(said=DANGER)
    notice = lists.notices_for(town.actor("clerk")).get()
    with pytest.raises(Denied):
        notices.seen(notice=notice, by=town.actor("clerk_b"), at=LATER)
    assert notices.seen(notice=notice, by=town.actor("clerk"), at=LATER)
    assert not notices.seen(notice=notice, by=town.actor("clerk_two"), at=LATER)
    assert not lists.notices_for(town.actor("clerk_two")).exists()
    notice.refresh_from_db()
    assert notice.seen_by == town.staff["clerk"] and lists.notices_for(town.actor("supervisor")).exists()


def test_no_label_stays_on_the_person_and_no_kind_in_the_journal(town: Town) -> None:
    order = town.need(said=DANGER)
    assert order.person
    row = Person.objects.filter(pk=order.person.pk).values().get()
    assert not any("violence" in str(value) or "alarm" in str(value) for value in row.values())
    assert Event.objects.get(kind="alarm").data == {}
    with connection.cursor() as sql:
        sql.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'spine_staffnotice'")
        assert "kind" not in {row[0] for row in sql.fetchall()}


def test_a_move_may_tell_handler_place_and_supervisor(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.case()
    told: tuple[Any, ...] = tuple(Notice(to, "%(code)s 请看一下") for to in ("handler", "place", "supervisor"))
    with journal.turn(order_id=case.pk, by=town.actor("clerk"), at=LATER) as now:
        notices.tell_all(now, told)
    assert (
        lists.notices_for(town.actor("clerk")).count() == 2
    )  # nobody has it in hand: the place is told for the handler
    with journal.turn(order_id=case.pk, by=town.actor("provider"), at=LATER) as now:
        now.set(handler_id=town.staff["provider"].pk)
        notices.tell_all(now, told[:1])
    assert lists.notices_for(town.actor("provider")).count() == 1
    assert lists.notices_for(town.actor("supervisor")).count() == 1


def test_the_case_page_is_told_what_to_do_first(town: Town) -> None:
    case = town.case(said=DANGER)
    hints = catalogue.of(case).hints
    assert hints and any("110" in str(hint) for hint in hints(case, town.actor("clerk")))
    assert not hints(town.case(), town.actor("clerk"))
