"""Every page × every member of the cast (and nobody): generated from the urls, so that a new page cannot be forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from open12348.kernel.models import Message
from open12348.registry import people
from open12348.registry.models import FileView, Organisation
from open12348.spine import casework, journal
from open12348.spine.models import Order

from .people import NOW, Town
from .test_house import views

CAST = [
    "nobody",
    "applicant",
    "stranger",
    "clerk",
    "clerk_b",
    "operator",
    "provider",
    "officer",
    "supervisor",
    "supervisor_b",
    "planner",
    "administrator",
]
STAFF = set(CAST) - {"nobody", "applicant", "stranger"}
CASE_STAFF = STAFF - {"planner", "administrator"}
TAKING = {"clerk", "clerk_b", "operator", "provider", "officer"}
SEES = {"clerk", "operator", "provider", "officer", "supervisor"}

#: Pages that open for everybody answer 200 (or a redirect of their own) to everybody.
PUBLIC = {
    "/": 200, "/find/": 200, "/items/": 200, "/items/<str:code>/": 200, "/places/": 200, "/practitioners/": 200, "/ask/": 200, "/ask/draft/": 405,
    "/done/<str:code>/": 404, "/progress/": 200, "/me/sign-in/": 200, "/me/sign-out/": 405, "/notice/": 200, "/offline/": 200,
    "/sw.js": 200, "/manifest.webmanifest": 200, "/regions/": 200, "/language/": 302, "/type-size/": 405,
    "/check/": 200, "/postings/": 200, "/postings/list.json": 200, "/console/sign-in/": 200, "/console/second-factor/": 302, "/console/sign-out/": 405, "/demo/": 200,
}  # fmt: skip
STAFF_PAGES: dict[str, tuple[set[str], set[str]]] = {
    # route: (who gets 200, who gets 404); other staff get 403, everybody else is asked to sign in
    "/console/": (CASE_STAFF, set()),
    "/console/new/": (TAKING, set()),
    "/console/new/hints/": (TAKING, set()),
    "/console/new/answers/": (TAKING, set()),
    "/console/new/draft/": (TAKING, set()),
    "/console/search/": (CASE_STAFF, set()),
    "/console/cases/<str:code>/": (SEES, CASE_STAFF - SEES),
    "/console/cases/<str:code>/slip.pdf": (SEES, CASE_STAFF - SEES),
    # Each bench against its own declaration: tests/test_benches.py. The code that stands in the address here is none.
    "/console/bench/": (STAFF, set()),
    "/console/bench/<str:code>/": (set(), STAFF),
    "/console/bench/<str:code>/files/<str:name>": (set(), STAFF),
    "/console/bench/<str:code>/tasks/<uuid:token>/": (set(), STAFF),
    "/console/watch/": ({"officer", "supervisor", "supervisor_b"}, set()),
    "/console/watch/looks/": ({"officer", "supervisor", "supervisor_b"}, set()),
    "/console/rights/": (CASE_STAFF, set()),
    "/console/cases/<str:code>/papers/": (SEES, CASE_STAFF - SEES),
    "/console/cases/<str:code>/papers/<int:pk>.docx": (SEES, CASE_STAFF - SEES),
    "/console/cases/<str:code>/receipts/<int:pk>.pdf": (SEES, CASE_STAFF - SEES),
    "/console/cases/<str:code>/clock/<int:pk>/": (SEES, CASE_STAFF - SEES),
    "/console/cases/<str:code>/files/<int:pk>/": (SEES, CASE_STAFF - SEES),
    "/console/cases/<str:code>/private/": (
        set(),
        STAFF,
    ),  # nobody handles this case; tests/test_private.py has one that is
    "/console/cases/<str:code>/private/hand-over/": (set(), STAFF),
    "/console/map/": (STAFF, set()),
    "/console/people/": (STAFF, set()),
    "/console/providers/": ({"officer", "supervisor", "supervisor_b", "planner", "administrator"}, set()),
    "/console/providers/<int:pk>/": ({"officer", "supervisor", "supervisor_b", "planner", "administrator"}, set()),
    "/console/accounts/": ({"administrator"}, set()),
    "/console/accounts/<int:pk>/": ({"administrator"}, set()),
    "/console/tokens/": ({"administrator"}, set()),
    "/console/providers/new/": ({"officer"}, set()),
    "/console/providers/<int:pk>/edit/": ({"officer"}, set()),
    "/console/organisations/": ({"officer", "supervisor", "supervisor_b", "planner", "administrator"}, set()),
    "/console/organisations/new/": ({"officer"}, set()),
    "/console/organisations/<int:pk>/": ({"officer", "supervisor", "supervisor_b", "planner", "administrator"}, set()),
    "/console/places/": (STAFF, set()),
    "/console/places/new/": ({"planner", "administrator"}, set()),
    "/console/places/<str:code>/": (STAFF, set()),
    "/console/calendar/": ({"supervisor", "supervisor_b", "planner", "administrator"}, set()),
}
RESIDENT_PAGES = {
    "/me/", "/me/data/", "/me/data/download/", "/me/<str:code>/", "/me/<str:code>/files/<int:pk>/",
    "/me/<str:code>/clock/<int:pk>/", "/me/<str:code>/private/",
}  # fmt: skip
#: Doors with tests of their own, generated from their own list of operations.
ELSEWHERE = ("/api/", "/open-data/", "/console/sheets/")


def routes() -> list[str]:
    return sorted({route for route, _view in views() if not route.startswith(ELSEWHERE)})


def test_every_page_has_an_expectation() -> None:
    known = set(PUBLIC) | set(STAFF_PAGES) | RESIDENT_PAGES | {"/console/password/"}
    assert [r for r in routes() if r not in known] == []


@pytest.fixture
def address(town: Town) -> Any:
    """An address for each route, about one case with a file and a paper."""
    from open12348.kernel.blocks import Para
    from open12348.spine import catalogue, files, papers

    order = town.need()
    town.applicant = order.person
    document = casework.say(
        case=order.case, by=town.actor("clerk"), at=NOW, text="", uploads=[files.Upload("a.png", b"\x89PNG\r\n\x1a\n1")]
    )
    document.for_resident = True
    form = catalogue.Paper(no=99, code="slip", title="示例凭证", blocks=(Para("示例"),))
    with journal.turn(order_id=order.pk, by=town.actor("clerk"), at=NOW) as now:
        paper = papers.issue(now, form, tongues="zh")
    sent = papers.deliver(paper=paper, way="hand", by=town.actor("clerk"), at=NOW)
    pk = {
        "papers": paper.pk, "receipts": sent.pk,
        "clock": order.deadlines.first().pk, "files": document.pk, "providers": town.staff["provider"].practitioner_id,
        "accounts": town.staff["clerk"].pk, "organisations": Organisation.objects.get().pk,
    }  # fmt: skip

    def where(route: str) -> str:
        key = next((k for k in pk if f"/{k}/<" in route), "")
        code = "B01" if route.startswith("/items/") else "S653125101" if "/places/" in route else order.code
        made_up = {"<str:name>": "none.xlsx", "<uuid:token>": "00000000-0000-0000-0000-000000000000"}
        for part, value in made_up.items():
            route = route.replace(part, value)
        return route.replace("<str:code>", code).replace("<int:pk>", str(pk.get(key, 0)))

    return where


def expected(route: str, who: str) -> set[int]:
    if route in PUBLIC:
        return {PUBLIC[route]}
    if route == "/console/password/":
        return {200} if who in STAFF else {302}
    if route in RESIDENT_PAGES:
        if who in {"applicant", "stranger"}:
            return {200} if who == "applicant" or "<" not in route else {404}
        return {302}
    opens, hidden = STAFF_PAGES[route]
    if who not in STAFF:
        return {302}
    if route == "/console/" and who in {"planner", "administrator", "supervisor", "supervisor_b"}:
        return {302}  # to the first page of those who count, run machines or oversee
    if route == "/console/new/draft/":
        return {405} if who in TAKING else {403}
    return {200} if who in opens else {404} if who in hidden else {403}


def test_every_page_for_every_member_of_the_cast(town: Town, address: Any, sign_in: Any) -> None:
    wrong = []
    for who in CAST:
        browser = sign_in(town, who, on=Client())
        for route in routes():
            answer = browser.get(address(route))
            if answer.status_code not in expected(route, who):
                wrong.append(f"{who} {route}: {answer.status_code}, expected {expected(route, who)}")
    assert wrong == []


def test_half_signed_in_staff_get_nowhere(town: Town, address: Any) -> None:
    browser = Client()
    browser.force_login(town.staff["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/console/").headers["Location"] == "/console/second-factor/"
    assert browser.get(address("/console/cases/<str:code>/")).status_code == 302


def test_a_first_password_must_be_changed(town: Town, sign_in: Any) -> None:
    town.staff["clerk"].must_change_password = True
    town.staff["clerk"].save()
    browser = sign_in(town, "clerk", on=Client())
    assert browser.get("/console/").headers["Location"] == "/console/password/"
    assert (
        "两次写的不一样"
        in browser.post("/console/password/", {"password": "a-long-password-1", "again": "b"}).content.decode()
    )
    assert browser.post("/console/password/", {"password": "short", "again": "short"}).status_code == 200
    assert (
        browser.post("/console/password/", {"password": "a-long-password-1", "again": "a-long-password-1"}).status_code
        == 302
    )
    assert browser.get("/console/").status_code == 200


def test_staff_sign_in_with_password_and_second_factor(town: Town, client: Client) -> None:
    from open12348.registry import accounts

    clerk = town.staff["clerk"]
    accounts.new_password(account=clerk, password="correct-horse-12348")
    answer = client.post("/console/sign-in/", {"username": "clerk", "password": "correct-horse-12348"})
    assert answer.headers["Location"] == "/console/second-factor/"
    page_ = client.get("/console/second-factor/")
    secret = client.session["new_secret"]
    assert secret in page_.content.decode()  # first time: bind the app
    assert "动态码不对" in client.post("/console/second-factor/", {"code": "000000"}).content.decode()
    clerk.demo = True
    clerk.save()
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post("/console/second-factor/", {"code": code}).headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_five_wrong_passwords_lock_the_account(town: Town, client: Client) -> None:
    from open12348.registry import accounts

    accounts.new_password(account=town.staff["clerk"], password="correct-horse-12348")
    for _try in range(6):
        client.post("/console/sign-in/", {"username": "clerk", "password": "wrong"})
    answer = client.post("/console/sign-in/", {"username": "clerk", "password": "correct-horse-12348"})
    assert answer.status_code in {403, 429}


# The resident's way


def ask(client: Client, **answers: str) -> Any:
    steps = {
        "need": {"question": answers.get("question", "老板三个月没发工资"), "topic": "0201"},
        "where": {
            "division_county": "653125000000",
            "division_township": "653125101000",
            "division_village": "653125101200",
            "language": "ug",
        },
        "who": {"name": "ئايگۈل مەمەت", "phone": answers.get("phone", "１３８００００１２３４"), "reply_by": "phone"},
    }
    for step, data in steps.items():
        answer = client.post("/ask/", {"item": "B03", "step": step, **data})
        if answer.status_code != 302:
            return answer
    return client.post("/ask/", {"item": "B03", "step": "check"})


def test_a_resident_asks_is_answered_and_rates(town: Town, client: Client, sign_in: Any) -> None:
    answer = ask(client)
    assert answer.status_code == 302
    order = Order.objects.get()
    shown = client.get(answer.headers["Location"]).content.decode()
    assert numbers_in_groups(order.code) in shown and order.case.place == town.places["station"]
    clerk = sign_in(town, "clerk", on=Client())
    assert order.code[:4] in clerk.get("/console/").content.decode()
    done = clerk.post(
        f"/console/cases/{order.code}/",
        {"act": "move:answer", "answer": "请带工资条去劳动监察大队", "seen": order.case.journal_seq},
    )
    assert done.status_code == 302
    client.post("/me/sign-in/", {"phone": "13800001234"})
    code = Message.objects.order_by("-id").first().text.split("是 ")[1][:6]
    assert client.post("/me/sign-in/", {"phone": "13800001234", "code": code}).headers["Location"] == "/me/"
    assert "劳动监察大队" in client.get(f"/me/{order.code}/").content.decode()
    assert client.post(f"/me/{order.code}/", {"act": "rate", "grade": "5"}).status_code == 302
    assert order.ratings.get().grade == 5
    assert journal.verify() == []


def numbers_in_groups(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def test_nothing_typed_is_lost_when_something_is_wrong(town: Town, client: Client) -> None:
    shown = ask(client, phone="1380000").content.decode()
    assert "您填了 7 位" in shown and 'value="1380000"' in shown
    assert "老板三个月没发工资" in client.get("/ask/?item=B03&step=need").content.decode()


def test_a_double_click_on_send_makes_one_order(town: Town, client: Client) -> None:
    ask(client)
    client.post("/ask/", {"item": "B03", "step": "check"})
    assert Order.objects.count() == 1


def test_a_closed_browser_loses_no_draft(town: Town, client: Client) -> None:
    client.get("/ask/?item=B03")
    client.post("/ask/draft/", {"item": "B03", "question": "写到一半"}, content_type="application/json")
    assert "写到一半" in client.get("/ask/?item=B03").content.decode()
    assert "写到一半" not in Client().get("/ask/?item=B03").content.decode()


def test_progress_needs_both_code_and_phone_and_tells_status_only(town: Town, client: Client) -> None:
    order = town.need()
    right = {"code": order.code, "last4": "１２３４"}
    shown = client.post("/progress/", right).content.decode()
    assert "待答复" in shown and "阿依古丽" not in shown and "拖欠三个月" not in shown
    assert "没有找到" in client.post("/progress/", {**right, "last4": "0000"}).content.decode()
    wrong = str(int(order.code[-1]) + 1)[-1]
    assert "校验位不对" in client.post("/progress/", {**right, "code": order.code[:-1] + wrong}).content.decode()


def test_progress_is_limited(town: Town, client: Client) -> None:
    order = town.need()
    statuses = [client.post("/progress/", {"code": order.code, "last4": f"{n:04d}"}).status_code for n in range(12)]
    assert statuses[0] == 200 and statuses[-1] == 429


def test_a_sign_in_code_works_once_and_tries_are_counted(town: Town) -> None:
    people.send_code(phone="13800001234", at=NOW, language="zh-hans")
    code = Message.objects.order_by("-id").first().text.split("是 ")[1][:6]
    wrong = "000000" if code != "000000" else "111111"
    assert people.check_code(phone="13800001234", code=wrong, at=NOW) is None
    assert people.check_code(phone="13800001234", code=code, at=NOW)
    assert people.check_code(phone="13800001234", code=code, at=NOW) is None


def test_the_person_reads_who_looked_and_why(town: Town, client: Client, sign_in: Any) -> None:
    order = town.need()
    town.applicant = order.person
    sign_in(town, "clerk", on=Client()).get(f"/console/cases/{order.code}/")
    assert FileView.objects.get().purpose
    assert "clerk（示例）" in sign_in(town, "applicant").get("/me/data/").content.decode()


def test_my_data_comes_as_a_file_and_only_mine(town: Town, sign_in: Any) -> None:
    order = town.need()
    town.need(contact={"name": "李雷", "phone": "13800005678"})
    town.applicant = order.person
    data = sign_in(town, "applicant", on=Client()).get("/me/data/download/").json()
    assert [o["code"] for o in data["orders"]] == [order.code] and data["people"][0]["phone"] == "13800001234"


# The clerk's way


def test_a_need_is_taken_down_and_answered_in_one_screen(town: Town, sign_in: Any) -> None:
    browser = sign_in(town, "clerk", on=Client())
    typed = {"item": "B01", "question": "欠条怎么写", "topic": "0301", "name": "李雷", "phone": "13800005678", "reply_by": "phone",
             "behalf": "clerk", "language": "zh", "move": "answer", "answer": "写清谁欠谁多少", "channel": "desk", "once": "k1"}  # fmt: skip
    assert browser.post("/console/new/", typed).status_code == 302
    assert browser.post("/console/new/", typed).status_code == 302  # a double click
    order = Order.objects.get()
    assert (
        order.case.phase == "done"
        and order.case.place == town.places["station"]
        and order.case.handler == town.staff["clerk"]
    )


def test_a_wrong_answer_form_takes_nothing_down_and_keeps_the_words(town: Town, sign_in: Any) -> None:
    browser = sign_in(town, "clerk", on=Client())
    shown = browser.post(
        "/console/new/",
        {
            "item": "B01",
            "question": "欠条怎么写",
            "move": "answer",
            "answer": "",
            "reply_by": "here",
            "behalf": "clerk",
        },
    )
    assert shown.status_code == 200 and "欠条怎么写" in shown.content.decode() and not Order.objects.exists()


def test_hints_while_typing_show_who_may_be_the_same(town: Town, sign_in: Any) -> None:
    order = town.need(contact={"name": "阿不都热依木·买买提"})
    shown = (
        sign_in(town, "clerk", on=Client()).get("/console/new/hints/", {"name": "ئابدۇرېھىم مەمەت"}).content.decode()
    )
    assert numbers_in_groups(order.code) in shown
    elsewhere = (
        sign_in(town, "clerk_b", on=Client()).get("/console/new/hints/", {"name": "ئابدۇرېھىم مەمەت"}).content.decode()
    )
    assert "在别处有一件事" in elsewhere and "拖欠工资" not in elsewhere


def test_search_asks_why_and_writes_it_down(town: Town, sign_in: Any) -> None:
    order = town.need()
    browser = sign_in(town, "clerk", on=Client())
    assert "请选择为什么查" in browser.post("/console/search/", {"q": "13800001234"}).content.decode()
    assert (
        order.code[:4] in browser.post("/console/search/", {"q": "13800001234", "purpose": "caller"}).content.decode()
    )
    from open12348.spine.models import Event

    line = Event.objects.get(stream="search")
    assert line.data["purpose"] == "caller" and "13800001234" not in str(line.data)


def test_the_slower_clerk_keeps_what_was_typed(town: Town, sign_in: Any) -> None:
    case = town.case()
    seen = case.journal_seq
    fast, slow = sign_in(town, "clerk", on=Client()), sign_in(town, "clerk_two", on=Client())
    fast.post(f"/console/cases/{case.order.code}/", {"act": "note", "text": "先记一笔"})
    answer = slow.post(
        f"/console/cases/{case.order.code}/", {"act": "move:answer", "answer": "写了很久的答复", "seen": seen}
    )
    assert (
        answer.status_code == 409
        and "先一步" in answer.content.decode()
        and "写了很久的答复" in answer.content.decode()
    )


def test_the_calendar_notice_is_loaded_and_people_are_told(town: Town, sign_in: Any) -> None:
    from .people import at

    town.case(when=at("2026-12-29"))
    browser = sign_in(town, "administrator", on=Client())
    bad = browser.post("/console/calendar/", {"year": 2027, "document": "通知", "days": "2027-13-01 休"})
    assert "第 1 行的日期看不懂" in bad.content.decode()
    assert (
        browser.post("/console/calendar/", {"year": 2027, "document": "通知", "days": "2027-01-01 休 元旦"}).status_code
        == 302
    )
    assert "1-ئاينىڭ 6-كۈنى" in Message.objects.order_by("-id").first().text  # told in the language asked for


def test_reverse_names_exist() -> None:
    assert reverse("portal:home") == "/" and reverse("console:home") == "/console/"
