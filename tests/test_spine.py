"""The spine's invariants: one need, one code; a frozen beginning; a journal that holds; two people at one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from open12348.kernel import numbers
from open12348.kernel.access import Denied
from open12348.kernel.messages import newest
from open12348.kernel.models import Message
from open12348.registry import divisions, people, providers
from open12348.registry.models import Person
from open12348.spine import casework, catalogue, clocks, closing, files, intake, journal, lists, routing
from open12348.spine.models import Blob, Case, Event, Order, Party

from .people import NOW, Town, at

LATER = NOW + timedelta(hours=1)


def raw(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


# Receiving


def test_a_need_gets_one_code_with_right_check_digits(town: Town) -> None:
    first, second = town.need(), town.need(contact={"phone": "13800005678", "name": "李雷"})
    assert numbers.parse_code(first.code) == first.code
    assert first.code.startswith("3125" + "07" + "26")
    assert int(second.code[8:14]) == int(first.code[8:14]) + 1


def test_the_same_delivery_twice_is_one_order(town: Town) -> None:
    first = town.need(alias=("12345", "A-1"))
    again = town.need(alias=("12345", "A-1"))
    assert first == again and Order.objects.count() == 1


def test_a_failed_intake_leaves_no_gap_in_the_codes(town: Town) -> None:
    first = town.need()
    with pytest.raises(intake.Invalid):
        town.need(said={"question": "", "summary": ""})
    assert int(town.need().code[8:14]) == int(first.code[8:14]) + 1


def test_everything_wrong_is_said_at_once(town: Town) -> None:
    with pytest.raises(intake.Invalid) as fault:
        town.need(said={"question": ""}, contact={"phone": "1380000123"})
    assert set(fault.value.form.errors) == {"question", "phone"}
    assert "您填了 10 位" in str(fault.value.form.errors["phone"])


def test_full_width_and_arabic_digits_are_taken(town: Town) -> None:
    town.need(contact={"phone": "１３８００００１２３４"})
    order = town.need(contact={"phone": "١٣٨٠٠٠٠١٢٣٤"})
    assert order.person and order.person.phone == "13800001234" and Person.objects.count() == 1


def test_advice_needs_neither_name_nor_phone(town: Town) -> None:
    order = town.need(contact={"name": "", "phone": "", "reply_by": "here"})
    assert order.person is None


def test_what_was_said_is_frozen_at_receipt(town: Town) -> None:
    order = town.need()
    with pytest.raises(DatabaseError):
        raw("UPDATE spine_order SET said = 'x' WHERE id = %s", order.pk)


def test_who_typed_for_whom_is_kept(town: Town) -> None:
    order = town.need(
        by="operator", contact={"behalf": "relative", "helper_name": "帕提古丽", "helper_phone": "13900000002"}
    )
    assert order.typed_by == f"account:{town.staff['operator'].pk}" and order.helper and order.helper.name == "帕提古丽"


def test_a_helper_needs_a_name(town: Town) -> None:
    with pytest.raises(intake.Invalid) as fault:
        town.need(contact={"behalf": "relative"})
    assert "helper_name" in fault.value.form.errors


def test_numbers_phones_and_words_are_sealed_in_the_database(town: Town) -> None:
    order = town.need(contact={"id_number": "653125199001011236"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id_number, p.phone, o.said FROM registry_person p JOIN spine_order o ON o.person_id = p.id"
        )
        row = cursor.fetchone()
    assert order.person and order.person.id_number == "653125199001011236"
    assert all("653125199001011236" not in cell and "13800001234" not in cell and "老板" not in cell for cell in row)


def test_a_village_is_answered_by_its_station(town: Town) -> None:
    order = town.need(by="nobody", place="", channel="web")
    assert order.case.place == town.places["station"]


def test_the_applicant_is_told_in_their_language(town: Town) -> None:
    town.need(contact={"language": "zh"})
    assert "您的事已收到" in newest(1)[0].text


# The same person, the same need


def test_a_known_person_is_found_across_scripts(town: Town) -> None:
    town.need(contact={"name": "阿不都热依木·买买提", "phone": "13800007777"})
    for spelling in ("ئابدۇرېھىم مەمەت", "Abdurehim Memet", "阿不都热依木•买买提"):
        assert people.find(name=spelling), spelling


def test_families_share_a_phone_and_stay_two_people(town: Town) -> None:
    first = town.need(contact={"name": "王芳"})
    second = town.need(contact={"name": "李建国"})
    assert first.person != second.person


def test_merging_keeps_one_code_and_leads_the_other_to_it(town: Town) -> None:
    keep, drop = town.case(), town.case()
    casework.merge(keep=keep, drop=drop, by=town.actor("clerk"), at=LATER, reason="同一件事")
    gone = Case.objects.get(pk=drop.pk)
    assert gone.merged_into == keep.order and gone.phase == "done"
    with pytest.raises(casework.Refused):
        casework.make(case=gone, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "再答一次看看"})


def test_needs_of_two_people_are_not_merged(town: Town) -> None:
    keep, drop = town.case(), town.case(contact={"name": "李雷", "phone": "13800005678"})
    with pytest.raises(casework.Refused):
        casework.merge(keep=keep, drop=drop, by=town.actor("clerk"), at=LATER, reason="看错了")


def test_splitting_gives_a_second_code_that_names_the_first(town: Town) -> None:
    case = town.case()
    came = casework.split(case=case, by=town.actor("clerk"), at=LATER, item_code="H04", summary="还要办一份委托书")
    assert came.code != case.order.code and came.events.get(kind="received").data["first"] == case.order.code
    assert came.case.service == "general.request"


def test_sending_on_opens_a_linked_order_with_everything_typed(town: Town) -> None:
    case = town.case()
    casework.make(
        case=case, move="send_on", by=town.actor("clerk"), at=LATER, data={"item": "c11", "answer": "已转法律援助"}
    )
    came = case.order.links_out.get(kind="sent_on").second
    assert came.person == case.order.person and "拖欠三个月工资" in intake.said(came)["summary"]


# Moves


def test_the_second_of_two_clerks_is_told_that_someone_was_faster(town: Town) -> None:
    case = town.case()
    seen = case.journal_seq
    casework.make(
        case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"}, expect=seen
    )
    with pytest.raises(journal.Conflict):
        casework.make(
            case=case, move="answer", by=town.actor("clerk_two"), at=LATER, data={"answer": "另一种答复"}, expect=seen
        )
    assert case.order.documents.filter(kind="answer").count() == 1


def test_a_state_behind_the_page_is_refused_even_without_a_mark(town: Town) -> None:
    case = town.case()
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    with pytest.raises(casework.Refused):
        casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "再来一次看看"})


@pytest.mark.parametrize("who", ["clerk_b", "stranger", "planner", "administrator", "nobody", "supervisor"])
def test_who_has_no_say_makes_no_move(town: Town, who: str) -> None:
    case = town.case()
    with pytest.raises(Denied):
        casework.make(case=case, move="answer", by=town.actor(who), at=LATER, data={"answer": "请去劳动监察"})


@pytest.mark.parametrize(
    ("who", "sees"),
    [("clerk", True), ("clerk_b", False), ("operator", True), ("provider", True), ("supervisor", True), ("supervisor_b", False),
     ("planner", False), ("administrator", False), ("applicant", True), ("stranger", False), ("nobody", False)],
)  # fmt: skip
def test_sight_is_by_part_of_the_map(town: Town, who: str, sees: bool) -> None:
    case = town.case()
    assert lists.may_see(town.actor(who), case) is sees


def test_a_colleagues_client_is_hidden_from_other_advisers(town: Town) -> None:
    case = town.case()
    routing.take(case=case, by=town.actor("clerk"), at=LATER)
    assert not lists.may_see(town.actor("provider"), case)


def test_a_moved_role_ends_at_the_next_look(town: Town) -> None:
    case = town.case()
    town.staff["clerk"].memberships.update(until=LATER)
    assert not lists.may_see(town.actor("clerk", LATER), case)


# Corrections


def test_missing_papers_are_asked_once_and_the_clock_waits(town: Town) -> None:
    case = town.case()
    clerk = town.actor("clerk")
    casework.ask_correction(case=case, by=clerk, at=at("2026-11-23", 11), wanted="劳动合同\n\n 工资条 ")
    case.refresh_from_db()
    assert case.phase == "waiting_applicant" and case.due_at is None
    assert case.order.corrections.get().wanted == ["劳动合同", "工资条"]
    town.applicant = case.order.person
    casework.answer_correction(case=case, by=town.actor("applicant"), at=at("2026-11-26"), text="都在这里")
    case.refresh_from_db()
    answer = case.order.deadlines.get(clock="answer")
    assert case.phase == "open" and answer.due_at == at("2026-12-04", 0)  # five working days, three of them waited
    with pytest.raises(casework.Refused):
        casework.ask_correction(case=case, by=clerk, at=at("2026-11-27"), wanted="还有一样")


def test_an_empty_correction_is_not_an_answer(town: Town) -> None:
    case = town.case()
    casework.ask_correction(case=case, by=town.actor("clerk"), at=LATER, wanted="合同")
    with pytest.raises(intake.Invalid):
        casework.answer_correction(case=case, by=town.actor("clerk"), at=LATER, text="  ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90 a program",
        b"x" * (10 * 1024 * 1024 + 1),
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(town: Town, content: bytes) -> None:
    case = town.case()
    with pytest.raises(files.BadFile):
        casework.say(case=case, by=town.actor("clerk"), at=LATER, text="", uploads=[files.Upload("坏.exe", content)])
    assert Blob.objects.count() == 0


def test_a_photo_is_sealed_and_comes_back_whole(town: Town) -> None:
    case = town.case()
    photo = b"\xff\xd8\xff" + bytes(range(256)) * 10
    document = casework.say(
        case=case, by=town.actor("clerk"), at=LATER, text="", uploads=[files.Upload("合同.jpg", photo)]
    )
    assert document and files.content(document) == photo and bytes(Blob.objects.get().content) != photo


# Passing on


def test_a_transfer_is_accepted_and_keeps_code_and_clock(town: Town) -> None:
    case = town.case()
    before = case.order.deadlines.get(clock="answer").due_at
    row = routing.transfer(
        case=case, target=town.places["station_b"], by=town.actor("clerk"), at=LATER, reason="当事人住在乙县"
    )
    assert list(lists.offered_to(town.actor("clerk_b"))) == [row] and not lists.offered_to(town.actor("clerk")).exists()
    routing.accept(row=row, by=town.actor("clerk_b"), at=LATER)
    case.refresh_from_db()
    assert case.place == town.places["station_b"] and case.county == town.units["653131000000"]
    assert case.order.deadlines.get(clock="answer").due_at == before
    assert not lists.may_see(town.actor("clerk"), case)


def test_twice_returned_goes_to_a_coordinator(town: Town) -> None:
    case = town.case()
    for _turn in range(2):
        row = routing.transfer(
            case=case, target=town.places["station_b"], by=town.actor("clerk"), at=LATER, reason="不归我们"
        )
        routing.return_back(row=row, by=town.actor("clerk_b"), at=LATER, reason="也不归我们")
    case.refresh_from_db()
    assert case.coordinator and case.returns == 2
    assert case in lists.queue(town.actor("supervisor"), lists.Filter(coordinator=True))


def test_a_return_needs_a_reason_and_the_one_who_was_asked(town: Town) -> None:
    row = routing.transfer(
        case=town.case(), target=town.places["station_b"], by=town.actor("clerk"), at=LATER, reason="不归我们"
    )
    with pytest.raises(casework.Refused):
        routing.return_back(row=row, by=town.actor("clerk_b"), at=LATER, reason=" ")
    with pytest.raises(Denied):
        routing.accept(row=row, by=town.actor("clerk"), at=LATER)
    routing.accept(row=row, by=town.actor("clerk_b"), at=LATER)
    with pytest.raises(casework.Refused):
        routing.accept(row=row, by=town.actor("clerk_b"), at=LATER)


def test_a_suspended_lawyer_leaves_the_list_the_same_minute(town: Town) -> None:
    case = town.case()
    lawyer = town.staff["provider"]
    assert lawyer.practitioner and next(c for c in routing.candidates(case, LATER) if c.account == lawyer).able
    providers.set_standing(
        who=lawyer.practitioner, status="suspended", at=LATER, by=town.actor("officer"), reason="处罚决定"
    )
    assert not next(c for c in routing.candidates(case, LATER) if c.account == lawyer).able
    with pytest.raises(casework.Refused):
        routing.assign(case=case, to=lawyer, by=town.actor("clerk"), at=LATER)
    assert providers.standing_at(lawyer.practitioner, NOW) == "active"  # history stays


def test_who_advised_one_side_does_not_advise_the_other(town: Town) -> None:
    first = town.case(contact={"name": "阿不都热依木·买买提", "phone": "13800007777"})
    casework.make(case=first, move="answer", by=town.actor("provider"), at=LATER, data={"answer": "可以起诉对方"})
    second = town.case(said={"opponent": "ئابدۇرېھىم مەمەت"}, contact={"name": "李雷", "phone": "13800005678"})
    assert routing.conflicts(second.order, town.staff["provider"])
    with pytest.raises(casework.Refused):
        casework.make(case=second, move="answer", by=town.actor("provider"), at=LATER, data={"answer": "可以起诉对方"})
    assert not routing.conflicts(second.order, town.staff["clerk"])


# The end


def test_an_ending_has_a_reason_an_archive_number_and_a_day(town: Town) -> None:
    case = town.case()
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    outcome = closing.current_outcome(case.order)
    assert outcome and outcome.kind == "answered" and outcome.archive_no == f"2026-{case.order.code}-1"
    assert str(outcome.keep_until) == "2036-11-23"
    assert not case.order.deadlines.exclude(state="stopped").exists()


def test_a_new_edition_stands_beside_the_old_and_an_ending_may_be_kept_for_another_time(town: Town) -> None:
    old = town.case()
    present = catalogue.get("advice.ask")
    endings = tuple(
        replace(o, keep=catalogue.Keep(None, "新的期限表")) if o.code == "answered" else o for o in present.outcomes
    )
    edition = catalogue.offer(replace(present, since=at("2026-11-24").date(), outcomes=endings))
    try:
        new = town.case(when=at("2026-11-24"))
        for case in (old, new):
            when = at("2026-11-25")
            casework.make(case=case, move="answer", by=town.actor("clerk"), at=when, data={"answer": "写清楚的答复"})
        assert catalogue.of(new) is edition and catalogue.of(old) is present
        kept = [closing.current_outcome(c.order).keep_until for c in (old, new)]  # type: ignore[union-attr]
        assert kept == [at("2036-11-25").date(), None]
    finally:
        catalogue.withdraw_offer(edition)


def test_one_ending_one_rating_and_not_by_who_handled_it(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    with pytest.raises(casework.Refused):
        closing.rate(case=case, by=town.actor("applicant"), at=LATER, grade=5)
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    with pytest.raises(Denied):
        closing.rate(case=case, by=town.actor("clerk"), at=LATER, grade=5)
    closing.rate(case=case, by=town.actor("applicant"), at=LATER, grade=2)
    with pytest.raises(casework.Refused):
        closing.rate(case=case, by=town.actor("applicant"), at=LATER, grade=5)


@pytest.mark.parametrize("grade", [0, 6, "", "好", "٥x"])
def test_a_grade_outside_the_five_is_refused(town: Town, grade: object) -> None:
    case = town.case()
    town.applicant = case.order.person
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    with pytest.raises(intake.Invalid):
        closing.rate(case=case, by=town.actor("applicant"), at=LATER, grade=grade)  # type: ignore[arg-type]


def test_dissatisfied_people_have_it_taken_up_again_with_its_own_clock(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    closing.rate(case=case, by=town.actor("applicant"), at=LATER, grade=1)
    closing.reopen(case=case, by=town.actor("applicant"), at=at("2026-11-24"), reason="没说清楚去哪里")
    case.refresh_from_db()
    assert (
        case.phase == "open" and case.reopened == 1 and case.due_clock == "again" and case.due_at == at("2026-11-26", 0)
    )
    casework.make(
        case=case, move="answer", by=town.actor("clerk"), at=at("2026-11-25"), data={"answer": "去人民路 1 号"}
    )
    closing.rate(case=case, by=town.actor("applicant"), at=at("2026-11-25"), grade=5)
    assert case.order.outcomes.count() == 2 and case.order.ratings.count() == 2


def test_withdrawing_ends_it(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    casework.make(case=case, move="withdraw", by=town.actor("applicant"), at=LATER)
    outcome = closing.current_outcome(case.order)
    assert outcome and outcome.kind == "withdrawn"


# The journal


def test_the_journal_refuses_change_and_deletion(town: Town) -> None:
    event = town.need().events.first()
    assert event
    with pytest.raises(DatabaseError):
        raw("UPDATE spine_event SET kind = 'x' WHERE id = %s", event.pk)
    with pytest.raises(DatabaseError):
        raw("DELETE FROM spine_event WHERE id = %s", event.pk)


def test_orders_and_cases_cannot_be_deleted(town: Town) -> None:
    order = town.need()
    for table, key in (("spine_case", "order_id"), ("spine_order", "id")):
        with pytest.raises(DatabaseError):
            raw(f"DELETE FROM {table} WHERE {key} = %s", order.pk)


def behind_its_back(sql: str, *values: Any) -> None:
    """What a person with the database's keys could do: switch the triggers off."""
    raw("SET session_replication_role = replica; " + sql + "; SET session_replication_role = DEFAULT", *values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE spine_event SET data = '{\"x\": 1}' WHERE seq = 2",
        "UPDATE spine_event SET at = at + interval '1 day' WHERE seq = 1",
        "DELETE FROM spine_event WHERE seq = 2",
        "DELETE FROM spine_event WHERE seq = (SELECT max(seq) FROM spine_event)",
        "DELETE FROM spine_event",
    ],
)
def test_a_change_behind_the_programs_back_is_found(town: Town, sql: str) -> None:
    town.need()
    journal.write(stream="registry", kind="test", by=town.actor("clerk"), at=NOW)
    assert journal.verify() == []
    behind_its_back(sql)
    assert journal.verify() != []


def test_an_order_that_vanished_is_missed(town: Town) -> None:
    town.need()
    gone = town.need()
    for table, key in (
        ("spine_event", "order_id"),
        ("spine_deadline", "order_id"),
        ("spine_party", "order_id"),
        ("spine_case", "order_id"),
        ("spine_order", "id"),
    ):
        behind_its_back(f"DELETE FROM {table} WHERE {key} = {gone.pk}")
    assert any("order:" in fault.stream for fault in journal.verify())


def test_a_message_commits_with_the_thing_or_not_at_all(town: Town) -> None:
    case = town.case()
    count = Message.objects.count()
    with pytest.raises(journal.Conflict):
        casework.ask_correction(case=case, by=town.actor("clerk"), at=LATER, wanted="合同", expect=999)
    assert Message.objects.count() == count


# Late


def test_what_became_late_is_marked_once(town: Town) -> None:
    case = town.case()
    assert clocks.watch_once(at=at("2026-11-24", 23)) == 0
    late = at("2026-12-20")  # the watcher was down for weeks
    assert clocks.watch_once(at=late) == 2 and clocks.watch_once(at=late) == 0
    case.refresh_from_db()
    assert case.late and Event.objects.filter(order=case.order, kind="late").count() == 2
    assert case in lists.queue(town.actor("clerk"), lists.Filter(late=True))


def test_an_extension_needs_a_second_person_a_reason_and_happens_once(town: Town) -> None:
    case = town.case()
    deadline = case.order.deadlines.get(clock="answer")
    clerk, officer = town.actor("clerk"), town.actor("officer")
    with pytest.raises(clocks.ClockFault):
        clocks.extend(deadline=deadline, by=clerk, approver=clerk, at=LATER, reason="复杂")
    with pytest.raises(clocks.ClockFault):
        clocks.extend(deadline=deadline, by=clerk, approver=officer, at=LATER, reason=" ")
    clocks.extend(deadline=deadline, by=clerk, approver=officer, at=LATER, reason="案情复杂")
    assert deadline.due_at == at("2026-12-15", 0)  # fifteen working days in all: 12-14 is the last (T-09)
    with pytest.raises(clocks.ClockFault):
        clocks.extend(deadline=deadline, by=clerk, approver=officer, at=LATER, reason="还是复杂")


def test_the_account_of_a_limit_names_every_day(town: Town) -> None:
    case = town.case()
    told = clocks.as_json(case.order.deadlines.get(clock="answer"), NOW)
    assert [d["kind"] for d in told["days"]] == [
        "start",
        "counted",
        "counted",
        "counted",
        "counted",
        "holiday",
        "holiday",
        "counted",
    ]
    assert told["due_day"] == "2026-11-30" and told["sure"] is False and "工作日" in told["basis"]


def test_a_limit_into_an_unknown_year_is_provisional_and_recomputed(town: Town) -> None:
    from open12348.kernel import workdays

    case = town.case(when=at("2026-12-29"))
    deadline = case.order.deadlines.get(clock="answer")
    assert deadline.provisional and deadline.due_at == at("2027-01-06", 0)
    rows = [{"day": at("2027-01-01").date(), "is_workday": False, "name_zh": "元旦"}]
    workdays.load_notice(year=2027, layer="national", rows=rows, document="通知", at=LATER)
    changed = clocks.recompute_provisional(at=at("2026-12-30"))
    deadline.refresh_from_db()
    assert [c.pk for c, _old, _new in changed if c.pk == case.pk] and not deadline.provisional
    assert deadline.due_at == at("2027-01-07", 0)


def test_a_festival_of_the_region_moves_the_day(town: Town) -> None:
    deadline = town.case(when=at("2026-05-25")).order.deadlines.get(clock="answer")
    assert deadline.due_at == at("2026-06-03", 0)  # Wednesday 27 May is off here


def test_a_web_question_has_its_own_first_limit(town: Town) -> None:
    case = town.case(by="nobody", place="", channel="web")
    assert case.order.deadlines.get(clock="web_first").due_at == NOW + timedelta(hours=5)


# Counting and lists


def test_each_need_is_counted_once(town: Town) -> None:
    case = town.case()
    town.applicant = case.order.person
    town.case()
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    closing.reopen(case=case, by=town.actor("applicant"), at=LATER, reason="不清楚")
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察大队"})
    tile = next(t for t in lists.tiles(town.actor("planner")) if t.county.code == "653125000000")
    assert (tile.open, tile.done, tile.received) == (1, 1, 2)


def test_what_is_due_first_comes_first(town: Town) -> None:
    later, sooner = town.case(when=at("2026-11-24")), town.case(when=at("2026-11-20"))
    assert list(lists.queue(town.actor("clerk"))) == [sooner, later]


@pytest.mark.parametrize(
    "text", ["3125", "13800001234", "１３８００００１２３４", "阿依古丽", "Ayigul Memet", "653125199001011236"]
)
def test_search_finds_by_what_people_say(town: Town, text: str) -> None:
    order = town.need(contact={"id_number": "653125199001011236"})
    text = order.code[:4] + "-" + order.code[4:] if text == "3125" else text
    assert lists.search(town.actor("clerk"), text) == [order.case]
    assert lists.search(town.actor("clerk_b"), text) == []


# The map changes


def test_a_new_county_breaks_no_old_order(town: Town) -> None:
    """岑岭县 of 2026: set up out of another county, with a township that moves to it."""
    old = town.need()
    divisions.change(
        at=at("2026-11-24").date(), kind="created", old=None, new_code="653132000000", new_name="岑岭县",
        parent=town.units["653100000000"], moved=[town.units["653125101000"]], document="民政部公告",
    )  # fmt: skip
    assert routing.follow_places(by=town.actor("planner"), at=LATER) == 1
    order = Order.objects.get(pk=old.pk)
    assert order.division and order.division.valid_to and order.division_name == "示例地区 甲县 甲一镇 甲一村"
    assert order.case.county and order.case.county.name_zh == "岑岭县"
    assert divisions.successor_of(order.division).path.startswith("653100000000/653132000000/")
    town.places["station"].refresh_from_db()
    fresh = town.need(contact={"name": "新来的", "phone": "13800009876"})
    assert fresh.code.startswith("3132") and lists.may_see(town.actor("clerk"), old.case)
    assert journal.verify() == []


def test_a_renamed_township_keeps_its_places_and_its_past(town: Town) -> None:
    order = town.need()
    new = divisions.change(
        at=at("2026-12-01").date(),
        kind="renamed",
        old=town.units["653125101000"],
        new_code="653125102000",
        new_name="甲新镇",
    )
    town.places["station"].refresh_from_db()
    assert town.places["station"].division == new
    assert divisions.by_code("653125101000", on=at("2026-11-30").date()) and not divisions.by_code("653125101000")
    assert Order.objects.get(pk=order.pk).case.place == town.places["station"]


# Rights


def test_erasing_blanks_the_person_and_says_what_the_law_keeps(town: Town) -> None:
    case = town.case()
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "请去劳动监察"})
    person = case.order.person
    assert person and closing.kept(person, LATER) == [(case.order.code, "依档案规定保存到 2036-11-23")]
    people.erase(person=person, by=town.actor("clerk"), at=LATER, kept="x")
    person.refresh_from_db()
    assert not any([person.name, person.phone, person.id_number, person.phone_hash, person.name_keys])
    assert journal.verify() == []


def test_consent_is_withdrawn_as_easily_as_given(town: Town) -> None:
    order = town.need()
    purpose = people.notice_for("reminders")
    assert order.person and purpose
    people.consent(person=order.person, purpose=purpose, by=town.actor("clerk"), at=NOW)
    assert people.consents_to(order.person, "reminders")
    people.withdraw_consent(person=order.person, purpose_code="reminders", by=town.actor("clerk"), at=LATER)
    assert not people.consents_to(order.person, "reminders")


def test_opponents_stand_in_the_database_only_sealed_and_hashed(town: Town) -> None:
    order = town.need(said={"opponent": "张三丰"})
    party = Party.objects.get(order=order, role="opponent")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM spine_party WHERE id = %s", [party.pk])
        assert "张三丰" not in cursor.fetchone()[0]


def test_a_declaration_that_contradicts_itself_is_refused() -> None:
    from django.core.exceptions import ImproperlyConfigured

    good = catalogue.get("advice.ask")
    with pytest.raises(ImproperlyConfigured):
        catalogue.offer(good)  # the same code twice
    from dataclasses import replace

    bad_clock = replace(good.clocks[0], stops=frozenset())
    assert list(catalogue.faults_of(replace(good, clocks=(bad_clock,)))) != []
    bad_move = replace(good.moves[0], target="nowhere")
    assert list(catalogue.faults_of(replace(good, moves=(bad_move, *good.moves[1:])))) != []


def test_what_a_grant_reaches_is_the_same_asked_in_memory_and_in_the_database(town: Town) -> None:
    from open12348.kernel.access import Actor, Grant, Role

    cases = [town.case(), town.case(place="workroom"), town.case(place="station_b", contact={"name": "李雷"})]
    routing.assign(case=cases[0], to=town.staff["provider"], by=town.actor("clerk"), at=NOW)
    cases = [Case.objects.get(pk=c.pk) for c in cases]
    where = [{}, *({"place_id": p.pk} for p in town.places.values())]
    where += [{"division_id": d.pk, "division_path": d.path, "level": d.level} for d in town.units.values()]
    for place in where:
        for role in Role:
            for lines in (frozenset(), frozenset({"advice"}), frozenset({"mediation"})):
                for account in (town.staff["provider"].pk, None):
                    grant = Grant(role=role, lines=lines, **place)
                    by = Actor(kind="staff", account_id=account, grants=(grant,))
                    for case in cases:
                        seen = lists.visible(by, offered=False).filter(pk=case.pk).exists()
                        assert bool(lists.roles_over(by, case)) == seen, (grant, case.pk)


def test_a_conflict_is_found_for_all_candidates_at_once(town: Town) -> None:
    town.need(contact={"name": "李雷", "phone": "13800005678"})
    first = Order.objects.get().case
    routing.assign(case=first, to=town.staff["clerk"], by=town.actor("clerk"), at=NOW)
    second = town.need(said={"opponent": "李雷"}, contact={"name": "韩梅", "phone": "13800007777"})
    everybody = {a.pk for a in town.staff.values()}
    assert routing.conflicted(second, everybody) == {town.staff["clerk"].pk}
    assert not routing.conflicts(second, town.staff["clerk_two"])
    assert routing.conflicts(second, town.staff["clerk"])


def test_limits_that_start_stop_and_pause_in_one_turn_are_all_written(town: Town) -> None:
    case = town.case(channel="web")
    assert case.order.deadlines.count() == 3 and case.due_at == min(d.due_at for d in case.order.deadlines.all())
    casework.make(case=case, move="answer", by=town.actor("clerk"), at=LATER, data={"answer": "写清谁欠谁多少"})
    assert {(d.state, d.stopped_at) for d in case.order.deadlines.all()} == {("stopped", LATER)}
    case.refresh_from_db()
    assert case.due_at is None
    reopened = casework.make(case=case, move="reopen", by=town.actor("clerk"), at=LATER, data={"reason": "没有说清"})
    assert [d.clock for d in case.order.deadlines.filter(state="running")] == [reopened.due_clock]
    assert journal.verify() == []


def test_a_transfer_is_seen_and_answered_only_by_those_of_its_line_and_office(town: Town) -> None:
    from open12348.kernel.access import Actor, Grant, Role

    case = town.case()
    row = routing.transfer(
        case=case, target=town.places["station_b"], by=town.actor("clerk"), at=NOW, reason="住在乙县"
    )
    county, unit = town.units["653131000000"], town.units["653131100000"]
    in_county = {"division_id": county.pk, "division_path": county.path, "level": "county"}
    in_township = {"division_id": unit.pk, "division_path": unit.path, "level": "township"}
    for grant, answers in (
        (Grant(Role.CLERK, **in_county), True), (Grant(Role.CLERK, **in_township), True), (Grant(Role.CLERK), True),
        (Grant(Role.CLERK, place_id=town.places["station_b"].pk), True), (Grant(Role.PLANNER, **in_county), False),
        (Grant(Role.CLERK, lines=frozenset({"advice"}), **in_county), True),
        (Grant(Role.CLERK, lines=frozenset({"mediation"}), **in_county), False),
        (Grant(Role.PARTNER, **in_county), False), (Grant(Role.CLERK, place_id=town.places["centre"].pk), False),
    ):  # fmt: skip
        by = Actor(kind="staff", account_id=town.staff["clerk_b"].pk, grants=(grant,))
        assert lists.offered_to(by).filter(pk=row.pk).exists() == answers, grant
        sees = answers or grant.place_id == town.places["centre"].pk  # its own station asked, so it sees that
        assert lists.may_see(by, case) == sees, grant
