"""The exchange: the same verbs for partners' systems; done once, refused in words, nobody's data handed over."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from open12348.config.wsgi import application
from open12348.doors.exchange.api import description, door
from open12348.kernel import limits
from open12348.kernel.access import Role
from open12348.registry import accounts, people
from open12348.registry.models import FileView, Organisation, Purpose
from open12348.spine import casework, files, journal, routing
from open12348.spine.models import Case, Event, Order

from .people import NOW, Town, at, build

PDF = b"%PDF-1.4 example"
NAME, PHONE, HELPER, OPPONENT, ID = "阿依古丽·买买提", "13800001234", "帕提古丽", "黑心老板", "653101199003070028"
BODY: dict[str, Any] = {
    "item": "B01", "place": "S653125101", "said": {"question": "老板拖欠三个月工资", "topic": "0201"},
    "contact": {"name": NAME, "phone": PHONE, "language": "ug", "reply_by": "phone"},
}  # fmt: skip


@dataclass
class Partner:
    """A partner's system with its token."""

    secret: str
    language: str = "zh"
    keys: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        mine = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return {**mine, "Accept-Language": self.language, **more}

    def get(self, path: str, **headers: str) -> Any:
        return Client().get("/api/v1" + path, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        headers = {"Idempotency-Key": key or f"auto-{next(self.keys)}", **headers}
        text = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
        return Client().post("/api/v1" + path, text, content_type="application/json", headers=self._headers(headers))

    def send(self, path: str, name: str, content: bytes, key: str = "") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        headers = self._headers({"Idempotency-Key": key or f"auto-{next(self.keys)}"})
        return Client().post("/api/v1" + path, {"file": SimpleUploadedFile(name, content)}, headers=headers)


def partner(
    town: Town, *, role: str = "clerk", county: str | None = "653125000000", scopes: Any = None, **more: Any
) -> Partner:
    """A token for County A with every scope, unless said otherwise."""
    _row, secret = accounts.new_token(
        organisation=Organisation.objects.get(), name="示例平台", scopes=list(accounts.SCOPES if scopes is None else scopes), at=NOW,
        division=town.units[county] if county else None, role=role, **more,
    )  # fmt: skip
    return Partner(secret)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    limits.forget()


# Receiving, once


def test_a_need_comes_in_and_gets_its_code(town: Town) -> None:
    answer = partner(town).post("/orders", BODY, "k1")
    assert answer.status_code == 201
    told = answer.json()
    order = Order.objects.get()
    assert (told["code"], told["service"], told["state"], told["phase"], told["place"]) == (
        order.code, "advice.ask", "received", "open", "S653125101",
    )  # fmt: skip
    assert told["due_at"].endswith("+08:00") and told["due_day"] == "2026-11-24"
    assert (
        order.channel == "partner"
        and order.behalf == "organisation"
        and order.organisation == Organisation.objects.get()
    )
    assert order.typed_by.startswith("token:")


def test_the_same_key_gives_the_same_answer_and_one_order(town: Town) -> None:
    one = partner(town)
    first, again = one.post("/orders", BODY, "k1"), one.post("/orders", BODY, "k1")
    assert again.json() == first.json() and again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(town: Town) -> None:
    one = partner(town)
    one.post("/orders", BODY, "k1")
    answer = one.post("/orders", {**BODY, "urgent": True}, "k1")
    assert answer.status_code == 422 and answer.json()["type"].endswith("/key-reused")


def test_another_partner_may_use_the_same_key(town: Town) -> None:
    assert [partner(town).post("/orders", BODY, "k1").status_code for _n in range(2)] == [201, 201]


def test_a_refused_request_leaves_its_key_free(town: Town) -> None:
    one = partner(town)
    assert one.post("/orders", {**BODY, "said": {}}, "k1").status_code == 422
    assert one.post("/orders", BODY, "k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "with space", "键"])
def test_without_a_usable_key_nothing_is_done(town: Town, key: str) -> None:
    one = partner(town)
    headers = {"Authorization": f"Bearer {one.secret}"} | ({"Idempotency-Key": key} if key.isascii() and key else {})
    answer = Client().post("/api/v1/orders", json.dumps(BODY), content_type="application/json", headers=headers)
    assert answer.status_code == 400 and answer.json()["type"].endswith("/key-missing") and not Order.objects.exists()


def test_the_same_external_number_gives_the_first_order(town: Town) -> None:
    one = partner(town)
    body = {**BODY, "external": {"system": "12345", "number": "A-1"}}
    first, again = one.post("/orders", body), one.post("/orders", body)
    assert (first.status_code, again.status_code) == (201, 200) and again.json()["code"] == first.json()["code"]
    assert one.get(f"/orders/{first.json()['code']}").json()["external"] == [{"system": "12345", "number": "A-1"}]


def test_an_external_number_known_elsewhere_tells_nothing_about_it(town: Town) -> None:
    body = {**BODY, "external": {"system": "12345", "number": "A-1"}}
    code = partner(town).post("/orders", body).json()["code"]
    answer = partner(town, county="653131000000").post("/orders", {**body, "place": "S653131100"})
    assert answer.status_code == 409 and code not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.realtime
def test_two_deliveries_of_one_need_at_the_same_moment_make_one_order() -> None:
    one = partner(build())
    body = {**BODY, "external": {"system": "12345", "number": "A-1"}}
    answers: list[Any] = []

    def deliver(n: int) -> None:
        answers.append(one.post("/orders", body, f"hand-{n}"))
        connections.close_all()

    hands = [threading.Thread(target=deliver, args=(n,)) for n in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(a.status_code for a in answers) == [200] * 5 + [201]
    assert len({a.json()["code"] for a in answers}) == 1 and Order.objects.count() == 1


def test_a_place_or_a_line_outside_the_token_is_refused_and_nothing_is_kept(town: Town) -> None:
    for one in (partner(town, county="653131000000"), partner(town, lines=("mediation",))):
        assert one.post("/orders", BODY).status_code == 403
    assert not Order.objects.exists()
    assert partner(town).post("/orders", BODY).json()["code"][8:14] == "000001"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": "X99"}, "item"), ({"item": None}, "item"), ({"service": "no.such"}, "service"), ({"place": "S0"}, "place"),
        ({"said": {"qestion": "错字"}}, "said.qestion"), ({"said": {"question": ""}}, "said.question"),
        ({"contact": {"phone": "1380000123"}}, "contact.phone"), ({"contact": {"division": "999999"}}, "contact.division"),
        ({"urgent": "yes"}, "urgent"), ({"channel": "pigeon"}, "channel"), ({"extra": 1}, "extra"), ({"said": []}, "said"),
        ({"said": {"question": {"deep": 1}}}, "said.question"), ({"external": {"system": "12345"}}, "external.number"),
    ],
)  # fmt: skip
def test_every_bad_field_is_named(town: Town, change: dict[str, Any], field: str) -> None:
    answer = partner(town).post("/orders", {**BODY, **change})
    assert answer.status_code == 422 and answer.headers["Content-Type"] == "application/problem+json"
    assert field in [e["field"] for e in answer.json()["errors"]] and all(e["message"] for e in answer.json()["errors"])
    assert not Order.objects.exists()


def test_everything_wrong_is_said_at_once_in_the_asked_language(town: Town) -> None:
    one = partner(town)
    said = {}
    for one.language in ("zh", "en", "ug"):
        told = one.post("/orders", {**BODY, "said": {"question": ""}, "contact": {"phone": "1380000123"}}).json()
        assert {e["field"] for e in told["errors"]} == {"said.question", "contact.phone"}
        said[one.language] = told["title"] + told["errors"][0]["message"]
    assert len(set(said.values())) == 3 and re.search("[A-Za-z]", said["en"]) and re.search("[ئ-ې]", said["ug"])


# Working on an order


def test_a_life_over_the_exchange(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    assert one.post(f"/orders/{code}/assignment", {"to": "clerk"}).json()["handler"] == "clerk"
    seen = one.get(f"/orders/{code}").json()["seq"]
    done = one.post(f"/orders/{code}/moves/answer", {"data": {"answer": "带上工资条去劳动监察大队"}, "expect": seen})
    assert done.status_code == 200 and (done.json()["phase"], done.json()["state"]) == ("done", "answered")
    assert done.json()["handler"] == "clerk"  # a machine answered; the case stays with whom it was given to
    assert one.post(f"/orders/{code}/rating", {"grade": 5}).status_code == 200
    whole = one.get(f"/orders/{code}").json()
    assert whole["outcome"]["kind"] == "answered" and whole["outcome"]["grade"] == 5
    assert [e["kind"] for e in one.get(f"/orders/{code}/events").json()["events"]][-1] == "rated"
    assert journal.verify() == []


def test_who_was_slower_is_told(town: Town) -> None:
    one = partner(town)
    told = one.post("/orders", BODY).json()
    one.post(f"/orders/{told['code']}/assignment", {"to": "clerk"})
    late = one.post(f"/orders/{told['code']}/moves/answer", {"data": {"answer": "带上工资条"}, "expect": told["seq"]})
    assert late.status_code == 409 and late.json()["type"].endswith("/conflict")


def test_what_the_rules_refuse_comes_with_the_reason(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    for path, body, words in (
        ("moves/follow_up", {"data": {"note": "x"}}, "现在的状态"), ("rating", {"grade": 5}, "办结后"),
        ("assignment", {"to": "clerk_b"}, "不在可以办理的名单"), ("transfer/return", {"reason": "x"}, "没有等您答复"),
        ("corrections/answer", {"text": "x"}, "没有等您补充"), ("transfer", {"to": "S653125101", "reason": "x"}, "已经在"),
    ):  # fmt: skip
        answer = one.post(f"/orders/{code}/{path}", body)
        assert answer.status_code == 422 and words in answer.json()["detail"], (path, answer.content.decode())


def test_a_moves_form_is_checked_like_at_the_desk(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    answer = one.post(f"/orders/{code}/moves/answer", {"data": {"answer": "短"}})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "data.answer"
    answer = one.post(f"/orders/{code}/moves/answer", {"data": {"answr": "带上工资条"}})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "data.answr"
    assert one.post(f"/orders/{code}/moves/no_such").status_code == 404


def test_missing_papers_over_the_exchange_stop_the_clock(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    asked = one.post(f"/orders/{code}/corrections", {"wanted": ["劳动合同", "工资条"]}).json()
    assert asked["phase"] == "waiting_applicant"
    assert {c["state"] for c in one.get(f"/orders/{code}/clocks").json()["clocks"]} == {"paused"}
    assert one.post(f"/orders/{code}/corrections/answer", {"text": "没有合同，只有工资条"}).json()["phase"] == "open"


def test_a_transfer_is_asked_seen_and_accepted(town: Town) -> None:
    here, there = partner(town, county=None, place=town.places["station"]), partner(town, county="653131000000")
    code = here.post("/orders", BODY).json()["code"]
    assert there.get(f"/orders/{code}").status_code == 404
    assert (
        here.post(f"/orders/{code}/transfer", {"to": "s653131100", "reason": "住在乙县"}).json()["hold"] == "transfer"
    )
    assert [t["code"] for t in there.get("/transfers").json()["transfers"]] == [code]
    assert there.post(f"/orders/{code}/transfer/acceptance").json()["place"] == "S653131100"
    assert here.get(f"/orders/{code}").status_code == 404


def test_what_may_be_done_comes_with_its_forms(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    moves = {m["move"]: m for m in one.get(f"/orders/{code}/moves").json()["moves"]}
    assert moves["answer"]["fields"][0]["name"] == "answer" and moves["answer"]["fields"][0]["required"]
    service = one.get("/services/advice.ask").json()
    topics = next(f for f in service["fields"] if f["name"] == "topic")
    assert topics["type"] == "choice" and {"value": "0201"}.items() <= {k: "0201" for k in topics["choices"][0]}.items()
    assert {c["clock"] for c in service["clocks"]} >= {"first", "answer"}


def test_a_machine_that_only_sends_may_not_work_on_cases(town: Town) -> None:
    sender = partner(town, role="partner")
    code = sender.post("/orders", BODY).json()["code"]
    assert sender.post(f"/orders/{code}/moves/answer", {"data": {"answer": "带上工资条"}}).status_code == 403
    assert sender.post(f"/orders/{code}/messages", {"text": "补充一句"}).status_code == 200
    assert sender.get(f"/orders/{code}").json()["phase"] == "open"


# Papers


def test_a_paper_goes_up_and_comes_down(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    assert one.send(f"/orders/{code}/documents", "工资条.pdf", PDF, "d1").status_code == 201
    assert one.send(f"/orders/{code}/documents", "工资条.pdf", PDF, "d1").headers["Idempotency-Replayed"] == "true"
    papers = one.get(f"/orders/{code}", Purpose="handle_request").json()["documents"]
    assert [(p["title"], p["mime"]) for p in papers] == [("工资条.pdf", "application/pdf")]
    down = one.get(f"/orders/{code}/documents/{papers[0]['number']}", Purpose="handle_request")
    assert down.content == PDF and "attachment" in down.headers["Content-Disposition"]
    assert one.get(f"/orders/{code}/documents/{papers[0]['number']}").status_code == 422
    assert one.get(f"/orders/{code}/documents/99999999", Purpose="handle_request").status_code == 404


def test_a_bad_paper_is_refused_with_its_name(town: Town) -> None:
    one = partner(town)
    code = one.post("/orders", BODY).json()["code"]
    for name, content in (("空.pdf", b""), ("x.exe", b"MZ"), ("大.pdf", PDF + b"0" * files.MOST_BYTES)):
        answer = one.send(f"/orders/{code}/documents", name, content)
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "file"


# Whose data, and why


def secrets_in(text: str) -> list[str]:
    return [s for s in (NAME, PHONE, HELPER, OPPONENT, ID, "三个月", "13900000002", "不要告诉") if s in text]


def full_need(town: Town) -> Case:
    return town.need(
        said={"question": f"{OPPONENT}拖欠三个月工资", "opponent": OPPONENT},
        contact={"name": NAME, "phone": PHONE, "id_number": ID, "behalf": "relative", "helper_name": HELPER,
                 "helper_phone": "13900000002", "safe_contact": "不要告诉家里人"},
    ).case  # fmt: skip


def test_lists_events_and_progress_name_nobody(town: Town) -> None:
    case = full_need(town)
    case = casework.make(case=case, move="research", by=town.actor("clerk"), at=NOW, data={"note": f"问{OPPONENT}"})
    casework.merge(keep=town.case(contact={"name": "", "phone": "", "reply_by": "here"}), drop=case, by=town.actor("clerk"),
                   at=NOW, reason=f"{NAME}说的是一件事")  # fmt: skip
    one = partner(town)
    for path in ("/orders", "/orders?phase=done", "/events", f"/orders/{case.order.code}", f"/orders/{case.order.code}/events",
                 f"/orders/{case.order.code}/clocks", "/transfers"):  # fmt: skip
        answer = one.get(path)
        assert answer.status_code == 200 and secrets_in(answer.content.decode()) == [], path
        assert '"person"' not in answer.content.decode() and "resident:" not in answer.content.decode()
    found = one.post("/searches", {"text": PHONE, "purpose": "handle_request"})
    assert found.json()["orders"] and secrets_in(found.content.decode()) == []
    assert not FileView.objects.exists()


def test_one_order_whole_needs_a_purpose_that_the_person_can_read(town: Town) -> None:
    case = full_need(town)
    whole = partner(town).get(f"/orders/{case.order.code}", Purpose="handle_request").json()
    assert (whole["contact"]["name"], whole["contact"]["phone"], whole["contact"]["helper_name"]) == (
        NAME,
        PHONE,
        HELPER,
    )
    assert "三个月" in whole["said"]["question"] and ID not in json.dumps(whole)
    views = FileView.objects.order_by("pk")
    assert {v.person_id for v in views} == {case.order.person_id, case.order.helper_id}
    assert views[0].actor == "示例平台" and views[0].purpose and views[0].order_code == case.order.code


@pytest.mark.parametrize("purpose", ["", "curiosity", "x" * 60, "Handle Request"])
def test_a_purpose_that_is_none_opens_nothing(town: Town, purpose: str) -> None:
    case = full_need(town)
    answer = partner(town).get(f"/orders/{case.order.code}", Purpose=purpose)
    assert answer.status_code == 422 and secrets_in(answer.content.decode()) == [] and not FileView.objects.exists()


def test_a_purpose_that_needs_consent_waits_for_it(town: Town) -> None:
    case = full_need(town)
    one, path = partner(town), f"/orders/{case.order.code}"
    assert one.get(path, Purpose="reminders").status_code == 403
    for person in (case.order.person, case.order.helper):
        assert person is not None
        people.consent(person=person, purpose=Purpose.objects.get(code="reminders"), by=town.actor("clerk"), at=NOW)
    assert one.get(path, Purpose="reminders").status_code == 200
    people.withdraw_consent(person=case.order.person, purpose_code="reminders", by=town.actor("clerk"), at=NOW)  # type: ignore[arg-type]
    assert one.get(path, Purpose="reminders").status_code == 403


def test_a_token_without_the_scope_for_people_sees_progress_only(town: Town) -> None:
    case = full_need(town)
    one = partner(town, scopes=["orders:read"])
    assert one.get(f"/orders/{case.order.code}").status_code == 200
    assert one.get(f"/orders/{case.order.code}", Purpose="handle_request").status_code == 403


def test_files_are_not_carried_away_by_the_hundred(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("open12348.doors.exchange.gate.WHOLE_FILES", 3)
    case = full_need(town)
    one = partner(town)
    answers = [one.get(f"/orders/{case.order.code}", Purpose="handle_request") for _n in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429] and int(answers[3].headers["Retry-After"]) > 0


def test_internal_notes_stay_with_those_who_work_on_the_case(town: Town) -> None:
    case = town.case()
    casework.say(case=case, by=town.actor("clerk"), at=NOW, text="内部看法", internal=True)
    path = f"/orders/{case.order.code}"
    assert "内部看法" in partner(town).get(path, Purpose="handle_request").content.decode()
    assert "内部看法" not in partner(town, role="partner").get(path, Purpose="handle_request").content.decode()


def test_a_search_is_written_down_with_its_purpose_and_without_its_words(town: Town) -> None:
    town.need()
    one = partner(town)
    assert one.post("/searches", {"text": "13800001234", "purpose": "curiosity"}).status_code == 422
    assert len(one.post("/searches", {"text": "13800001234", "purpose": "handle_request"}).json()["orders"]) == 1
    line = Event.objects.get(stream="search")
    assert line.data["purpose"] == "handle_request" and "13800001234" not in str(line.data)
    assert partner(town, county="653131000000").post("/searches", {"text": "13800001234", "purpose": "handle_request"}).json() == {"orders": []}  # fmt: skip


# Lists and the journal


def test_pages_show_every_order_once_whatever_comes_in_meanwhile(town: Town) -> None:
    one = partner(town)
    codes = {town.need(contact={"name": f"李{n}", "phone": ""} | {"reply_by": "here"}).code for n in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = one.get(f"/orders?limit=2{'&cursor=' + cursor if cursor else ''}").json()
        seen += [o["code"] for o in page["orders"]]
        town.need(contact={"name": "王五", "phone": "", "reply_by": "here"})
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 7 and set(seen) == codes


def test_filters_narrow_the_list(town: Town) -> None:
    one = partner(town)
    done = casework.make(
        case=town.case(), move="answer", by=town.actor("clerk"), at=NOW, data={"answer": "写清楚谁欠谁"}
    )
    general = town.need(service="general.request").code
    assert [o["code"] for o in one.get("/orders?phase=done").json()["orders"]] == [done.order.code]
    assert [o["code"] for o in one.get("/orders?line=general").json()["orders"]] == [general]
    assert one.get("/orders?late=true").json()["orders"] == []
    assert one.get("/orders?pahse=done").json()["errors"][0]["field"] == "pahse"


@pytest.mark.parametrize("cursor", ["x", "OTk5", "!!!!", "LTEKLTE", "MQoyCjM"])
def test_a_made_up_cursor_is_refused(town: Town, cursor: str) -> None:
    for path in ("/orders", "/divisions"):
        answer = partner(town).get(f"{path}?cursor={cursor}")
        assert answer.status_code in {200, 422} and (answer.status_code == 422 or path == "/divisions")


@pytest.mark.django_db(transaction=True)
def test_who_follows_the_journal_misses_nothing_and_sees_only_its_own() -> None:
    town = build()
    one, other = partner(town), partner(town, county="653131000000")
    mine = [town.need(contact={"name": f"李{n}", "phone": "", "reply_by": "here"}).code for n in range(3)]
    theirs = town.need(by="clerk_b", place="station_b").code
    read: list[dict[str, Any]] = []
    after = ""
    while True:
        page = one.get(f"/events?limit=2{'&after=' + after if after else ''}").json()
        read += page["events"]
        after = page["next"]
        if not page["more"]:
            break
    assert [e["code"] for e in read if e["kind"] == "received"] == mine
    assert len(read) == Event.objects.filter(stream__in=mine).count()
    assert {e["code"] for e in other.get("/events").json()["events"]} == {theirs}
    assert one.get(f"/events?after={after}").json()["events"] == []
    routing.transfer(case=Order.objects.get(code=theirs).case, target=town.places["station"], by=town.actor("clerk_b"), at=NOW, reason="搬家")  # fmt: skip
    assert [e["kind"] for e in other.get(f"/events?after={after}").json()["events"]] == ["transfer_asked"]
    end = one.get("/events?after=end").json()
    assert end["events"] == [] and one.get(f"/events?after={end['next']}").json()["events"] == []


@pytest.mark.django_db(transaction=True)
def test_a_slow_transactions_lines_are_not_skipped() -> None:
    """A reader must not pass the place of a transaction that is still going on."""
    import psycopg

    town = build()
    one = partner(town)
    code = town.need().code
    with psycopg.connect(_dsn()) as slow:
        slow.execute("SELECT pg_current_xact_id()")  # took its number, has written nothing yet
        casework.say(case=Case.objects.get(), by=town.actor("clerk"), at=NOW, text="在它之后")
        page = one.get("/events").json()
        assert "document" not in [e["kind"] for e in page["events"]]
    later = one.get(f"/events?after={page['next']}").json()
    assert [e["kind"] for e in later["events"]] == ["document"] and later["events"][0]["code"] == code


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_another_database_holds_nobody_up() -> None:
    """One server may carry several databases; the other one's work writes no line here."""
    import psycopg

    town = build()
    one = partner(town)
    code = town.need().code
    with psycopg.connect(_dsn().replace(f"dbname={connection.settings_dict['NAME']}", "dbname=postgres")) as other:
        other.execute("SELECT pg_current_xact_id()")
        casework.say(case=Case.objects.get(), by=town.actor("clerk"), at=NOW, text="在它之后")
        assert [e["code"] for e in one.get("/events").json()["events"] if e["kind"] == "document"] == [code]


def _dsn() -> str:
    found = connection.settings_dict
    return f"dbname={found['NAME']} user={found['USER']} host={found['HOST']}" + (f" port={found['PORT']}" if found["PORT"] else "") + (f" password={found['PASSWORD']}" if found["PASSWORD"] else "")  # fmt: skip


# Who may do what: every operation × every kind of token


@dataclass
class Given:
    """What an operation needs to succeed: an order in the right state, the address, the body."""

    code: str
    number: int = 0
    body: Any = None


def _plain(town: Town) -> Given:
    return Given(town.need().code)


def _with(body: Any) -> Any:
    return lambda town: Given(town.need().code, body=body)


def _offered(body: Any) -> Any:
    def make(town: Town) -> Given:
        case = town.case()
        routing.transfer(case=case, target=town.places["centre"], by=town.actor("clerk"), at=NOW, reason="人手不够")
        return Given(case.order.code, body=body)

    return make


def _asked(town: Town) -> Given:
    case = town.case()
    casework.ask_correction(case=case, by=town.actor("clerk"), at=NOW, wanted="工资条")
    return Given(case.order.code, body={"text": "工资条"})


def _ended(town: Town) -> Given:
    case = casework.make(
        case=town.case(), move="answer", by=town.actor("clerk"), at=NOW, data={"answer": "写清楚谁欠谁"}
    )
    return Given(case.order.code, body={"grade": 4})


def _paper(town: Town) -> Given:
    case = town.case()
    paper = casework.say(case=case, by=town.actor("clerk"), at=NOW, text="", uploads=[files.Upload("a.pdf", PDF)])
    assert paper is not None
    return Given(case.order.code, number=paper.pk)


#: operation -> what makes it succeed. A new operation without a line here fails the test below.
NEEDS: dict[str, Any] = {
    "receive_order": lambda town: Given("", body=BODY), "list_orders": _plain, "read_order": _plain, "read_clocks": _plain,
    "read_events": _plain, "list_moves": _plain, "make_move": _with({"data": {"answer": "带上工资条去"}}), "list_candidates": _plain,
    "assign_order": _with({"to": "clerk"}), "transfer_order": _with({"to": "C653125", "reason": "人手不够"}), "list_transfers": _plain,
    "accept_transfer": _offered({}), "return_transfer": _offered({"reason": "不归我们"}), "ask_correction": _with({"wanted": ["工资条"]}),
    "answer_correction": _asked, "send_message": _with({"text": "补充一句"}), "send_document": _plain, "read_document": _paper,
    "rate_order": _ended, "search_orders": _with({"text": "13800001234", "purpose": "handle_request"}), "follow_events": _plain,
    "list_services": _plain, "read_service": _plain, "list_items": _plain, "read_item": _plain, "list_places": _plain,
    "read_place": _plain, "list_divisions": _plain, "read_division": _plain, "list_purposes": _plain, "read_problem": _plain,
}  # fmt: skip
#: What a machine that only sends (role partner) may not do though the order is in its sight.
SENDER_MAY_NOT = {
    "make_move", "list_candidates", "assign_order", "transfer_order", "accept_transfer", "return_transfer", "ask_correction",
    "answer_correction", "search_orders",
}  # fmt: skip
OPERATIONS = {
    one["operationId"]: (path, method, 201 if "201" in one["responses"] else 200)
    for path, methods in description("zh-hans")["paths"].items() for method, one in methods.items()
}  # fmt: skip
TOKENS = ["none", "wrong", "revoked", "expired", "scopeless", "other_county", "other_line", "sender", "good"]


def test_every_operation_has_an_expectation() -> None:
    assert set(NEEDS) == set(OPERATIONS) == set(door.scopes)


def expected(operation: str, who: str) -> int:
    path, _method, fine = OPERATIONS[operation]
    scope = door.scopes[operation]
    if not scope:
        return fine
    if who in {"none", "wrong", "revoked", "expired"}:
        return 401
    if who == "scopeless":
        return 403
    if who in {"other_county", "other_line"}:
        return 403 if operation == "receive_order" else 404 if "{code}" in path else fine
    if who == "sender":
        return 403 if operation in SENDER_MAY_NOT else fine
    return fine


def token(town: Town, who: str, scope: str) -> Partner:
    if who in {"none", "wrong"}:
        return Partner("" if who == "none" else "o12348_nonsense")
    if who == "scopeless":
        return partner(town, scopes=[s for s in accounts.SCOPES if s != scope])
    if who == "other_county":
        return partner(town, county="653131000000")
    if who == "other_line":
        return partner(town, lines=("mediation",))
    if who == "sender":
        return partner(town, role="partner")
    if who == "expired":
        return partner(town, expires_at=NOW - timedelta(seconds=1))
    one = partner(town)
    if who == "revoked":
        from open12348.registry.models import Token

        accounts.revoke_token(token=Token.objects.get(), at=NOW)
    return one


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_opens_to_whom_it_should(town: Town, operation: str) -> None:
    path, method, _fine = OPERATIONS[operation]
    for who in TOKENS:
        given_ = NEEDS[operation](town)
        one = token(town, who, door.scopes[operation])
        where = path.removeprefix("/api/v1").format(
            code=given_.code, number=given_.number, move="answer", service="advice.ask", item="B01", place="C653125",
            division="653125000000", kind="conflict",
        )  # fmt: skip
        if operation == "send_document":
            answer = one.send(where, "a.pdf", PDF)
        elif method == "post":
            answer = one.post(where, given_.body)
        else:
            answer = one.get(where, **({"Purpose": "handle_request"} if operation == "read_document" else {}))
        assert answer.status_code == expected(operation, who), (operation, who, answer.content.decode())
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_at_the_next_request(town: Town) -> None:
    from open12348.registry.models import Token

    one = partner(town)
    assert one.get("/services").status_code == 200
    accounts.revoke_token(token=Token.objects.get(), at=NOW)
    assert one.get("/services").status_code == 401


def test_a_session_of_staff_is_no_token(town: Town, sign_in: Any) -> None:
    assert sign_in(town, "clerk", on=Client()).get("/api/v1/orders").status_code == 401


@pytest.mark.parametrize("role", ["provider", "administrator", "planner", "resident", "system"])
def test_a_machine_cannot_hold_the_roles_of_people(town: Town, role: str) -> None:
    with pytest.raises(accounts.TokenFault):
        partner(town, role=role)


def test_a_misspelt_scope_is_said_when_the_token_is_made(town: Town) -> None:
    with pytest.raises(accounts.TokenFault):
        partner(town, scopes=["order:read"])


def test_a_supervisors_token_sees_and_assigns_but_does_not_answer(town: Town) -> None:
    code = town.need().code
    one = partner(town, role=Role.SUPERVISOR.value)
    assert one.post(f"/orders/{code}/assignment", {"to": "clerk"}).status_code == 200
    assert one.post(f"/orders/{code}/moves/answer", {"data": {"answer": "带上工资条"}}).status_code == 403


# Too often, too large, unreadable


def test_too_many_requests_are_told_when_to_come_back(town: Town, settings: Any) -> None:
    settings.OPEN12348_TOKEN_PER_MINUTE = 30
    one, other = partner(town), partner(town)
    answers = [one.get("/transfers").status_code for _n in range(40)]
    assert answers.count(200) == 30 and answers[-1] == 429
    assert 0 < int(one.get("/transfers").headers["Retry-After"]) <= 60
    assert other.get("/transfers").status_code == 200


def test_two_processes_share_one_count(town: Town, settings: Any) -> None:
    settings.OPEN12348_TOKEN_PER_MINUTE = 30
    one = partner(town)
    answers = []
    for _process in range(3):
        limits.forget()
        answers += [one.get("/transfers").status_code for _n in range(15)]
    assert answers.count(200) <= 30 and 429 in answers


UNREADABLE = [
    b"", b"{", b"[]", b'"x"', b"nul", b'{"a": NaN}', b'{"a": 1e999}', b'{"item": "B\\u0000"}', b'{"item": "\\ud800"}', b"\xff\xfe",
    b'{"item": ' + b"9" * 6000 + b"}", b"[" * 5000, b'{"item": "B01", "said": {"question": "\\u0000"}}', '{"item": "\ufffe"}'.encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda b: repr(b[:24]))
def test_what_cannot_be_read_is_said_so(town: Town, body: bytes) -> None:
    answer = partner(town).post("/orders", body)
    assert answer.status_code in {400, 422} and answer.json()["title"] and not Order.objects.exists()


def test_another_kind_of_body_is_said_so(town: Town) -> None:
    one = partner(town)
    headers = {"Authorization": f"Bearer {one.secret}", "Idempotency-Key": "k"}
    answer = Client().post("/api/v1/orders", {"item": "B01"}, content_type="application/x-www-form-urlencoded", headers=headers)  # fmt: skip
    assert answer.status_code == 415


def test_a_body_too_large_is_said_so(town: Town) -> None:
    answer = partner(town).post("/orders", b'{"item": "' + b"x" * (13 * 1024 * 1024) + b'"}')
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/orders/%00", "/places/a%00b", "/orders?cursor=%00", "/places?kind=%00", "/services/%F0%9F%98%80"]
)
def test_odd_addresses_are_no_faults(town: Town, path: str) -> None:
    assert partner(town).get(path).status_code in {200, 400, 404, 422}


def test_an_address_that_is_none_and_a_wrong_method_are_problems(town: Town) -> None:
    one = partner(town)
    assert one.get("/nowhere/at/all").json()["type"].endswith("/missing")
    answer = Client().delete("/api/v1/orders", headers={"Authorization": f"Bearer {one.secret}"})
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"] and answer.json()["status"] == 405


def test_every_problem_has_a_page_that_says_what_to_do(town: Town) -> None:
    from open12348.doors.exchange.problems import KINDS

    for kind in KINDS:
        assert Partner("").get(f"/problems/{kind}").json()["advice"]
    assert Partner("").get("/problems/none").status_code == 404


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6,
)  # fmt: skip
fields = ["question", "topic", "opponent", "opponent_phone", "name", "phone", "id_number", "division", "language", "reply_by",
          "safe_contact", "behalf", "helper_name", "helper_phone", "read_back"]  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.dictionaries(st.sampled_from(fields[:4]), anything), st.dictionaries(st.sampled_from(fields[4:]), anything))
def test_whatever_is_typed_into_a_form_is_taken_or_refused_in_words(town: Town, said: Any, contact: Any) -> None:
    limits.forget()
    one = partner(town)
    text = json.dumps({**BODY, "said": {"question": "x", **said}, "contact": contact})
    answer = one.post("/orders", text)
    assert answer.status_code in {201, 400, 422}, answer.content.decode()
    assert answer.status_code == 201 or answer.json()["detail"]


# How much it costs


def test_how_often_the_database_is_asked(town: Town) -> None:
    """Receiving, giving out and answering over the exchange: what it costs today, so that nobody adds to it unseen."""
    one = partner(town)
    one.post("/orders", BODY)
    cost = {}
    with CaptureQueriesContext(connection) as asked:
        code = one.post("/orders", {**BODY, "contact": {**BODY["contact"], "phone": "13800007777"}}).json()["code"]
    cost["receive"] = len(asked)
    with CaptureQueriesContext(connection) as asked:
        one.post(f"/orders/{code}/assignment", {"to": "clerk"})
    cost["assign"] = len(asked)
    with CaptureQueriesContext(connection) as asked:
        one.post(f"/orders/{code}/moves/answer", {"data": {"answer": "带上工资条去劳动监察大队"}})
    cost["answer"] = len(asked)
    # Two of the assignment ask who stepped aside. Savepoints included: within a test the outer transaction is a savepoint as well.
    assert cost["receive"] <= 18 and cost["assign"] <= 21 and cost["answer"] <= 17, cost


# The description


def test_the_description_is_openapi_3_1_and_open(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    found = answer.json()
    assert answer.status_code == 200 and found["openapi"].startswith("3.1")
    for methods in found["paths"].values():
        for method, one in methods.items():
            assert one["summary"] and {"400", "422", "405"} <= set(one["responses"])
            assert method != "post" or "Idempotency-Key" in [p["name"] for p in one["parameters"]]
            assert one.get("security") or one["operationId"] == "read_problem"
    for shape in found["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)
    assert client.post("/api/v1/openapi.json").status_code in {403, 405}


def test_nothing_the_house_refuses_has_a_field_at_the_exchange() -> None:
    from open12348.kernel.erase import FORBIDDEN

    found = description("en")
    names = [name for shape in found["components"]["schemas"].values() for name in shape.get("properties", {})]
    names += [p["name"] for methods in found["paths"].values() for one in methods.values() for p in one["parameters"]]
    assert len(names) > 100 and [n for n in names if FORBIDDEN.search(n)] == []


def test_the_description_speaks_the_asked_language(client: Client) -> None:
    said = {
        language: client.get("/api/v1/openapi.json", headers={"Accept-Language": language}).json()["paths"]["/api/v1/orders"]["post"]["summary"]
        for language in ("zh", "ug", "en")
    }  # fmt: skip
    assert said["zh"] == "登记一件事" and len(set(said.values())) == 3


described = schemathesis.openapi.from_dict(json.loads(json.dumps(description("zh-hans"))))
described.app = application
CHECKED = [found.ok() for found in described.get_all_operations()]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A request of the WSGI application must not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("operation", CHECKED, ids=lambda o: o.label)
def test_the_description_holds_whatever_is_sent(
    town: Town, settings: Any, operation: Any, mode: GenerationMode
) -> None:
    """Right and wrong requests of every operation: no 500, no status or shape that the description does not name."""
    from hypothesis import settings as how

    settings.OPEN12348_TOKEN_PER_MINUTE = 100_000
    one = partner(town, county=None)
    code = town.need().code
    moves = ["answer", "research", "withdraw", "reopen", "send_on", "attempt"]
    turn = iter(range(10**6))

    @how(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True,
         phases=[Phase.explicit, Phase.generate])  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def send(case: Any, real: bool) -> None:
        where = case.path_parameters or {}
        if real and re.fullmatch(r"[0-9-]{16,19}", str(where.get("code"))):
            where["code"] = code
            if re.fullmatch(r"[a-z_]+", str(where.get("move"))):
                where["move"] = moves[next(turn) % len(moves)]
        # What is right in shape may still be refused by the rules, so only the other checks apply.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {one.secret}", "Accept-Encoding": "identity"},
            excluded_checks=[positive_data_acceptance],
        )

    send()


def test_late_is_late_over_the_exchange_as_well(town: Town) -> None:
    from open12348.spine import clocks

    code = town.need().code
    clocks.watch_once(at=at("2026-12-10"))
    one = partner(town)
    assert [o["code"] for o in one.get("/orders?late=true").json()["orders"]] == [code]
    assert one.get(f"/orders/{code}").json()["late"] is True
