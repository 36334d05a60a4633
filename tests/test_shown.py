"""What a line may let the doors show: panels, moves fitted to the case, uploads, guided forms with a rough answer, what is
owed after the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from open12348.kernel.access import Role
from open12348.registry import items
from open12348.spine import casework, catalogue, clocks, files, guided, intake, lists
from open12348.spine.catalogue import Service
from open12348.spine.models import Case, Draft, Order

from .people import NOW, Town
from .test_exchange import partner
from .test_services import fill, settle
from .throwaway import CODE, ITEM, SERVICE, declared, templates

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60
SAID = {"kind": "wages", "amount": "5000", "story": "三个月没发工资"}


@pytest.fixture(autouse=True)
def _service(settings: Any, tmp_path: Path) -> Iterator[Service]:
    with templates(settings, tmp_path), declared() as service:
        yield service


def photo(name: str = "a.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def case(town: Town, **more: Any) -> Case:
    found = town.case(service=CODE, said=SAID, **more)
    town.applicant = found.order.person
    return found


def page(browser: Client, found: Case) -> str:
    return browser.get(f"/console/cases/{found.order.code}/").content.decode()


# The case page


def test_panels_stand_where_the_line_puts_them(town: Town, sign_in: Any) -> None:
    shown = page(sign_in(town, "clerk"), case(town))
    top, now, story = (shown.index(f"{where}：<bdi") for where in ("开头", "现在", "经过"))
    assert top < shown.index('class="case') < now < shown.index('id="told"') < story


def test_a_form_is_fitted_to_the_case_and_the_verb_fits_it_too(town: Town, sign_in: Any) -> None:
    found, clerk = case(town), sign_in(town, "clerk")
    assert f"给{found.order.code[-4:]}" in page(clerk, found)
    address = f"/console/cases/{found.order.code}/"
    wrong = clerk.post(address, {"act": "move:grant", "who": "somebody-else"})
    assert wrong.status_code == 200 and 'role="alert"' in wrong.content.decode()
    assert clerk.post(address, {"act": "move:grant", "who": "x-none"}).status_code == 302
    found.refresh_from_db()
    assert found.state == "working"


def test_several_things_to_do_now_stand_side_by_side_and_none_is_open(town: Town, sign_in: Any) -> None:
    shown = page(sign_in(town, "clerk"), case(town))
    card = shown[shown.index("now-card") : shown.index("<h2>期限")]
    assert card.count("<details") == 2 and card.count("open>") == 0  # one asks nothing: a button at once
    assert "看过三样再同意。" in card and 'value="move:at_once"' in card


def test_many_moves_stand_under_headings(town: Town, sign_in: Any) -> None:
    found, clerk = case(town), sign_in(town, "clerk")
    casework.make(case=found, move="at_once", by=town.actor("clerk"), at=NOW)
    shown = page(clerk, found)
    assert re.findall(r"<h3>([^<]+)</h3>", shown) == ["记录", "结束", "联系、转交和其他"]
    assert 'class="case wide"' in shown  # a long form gets half of the page


def test_files_come_with_a_move_under_the_field_they_were_chosen_in(town: Town, sign_in: Any) -> None:
    found, clerk = case(town), sign_in(town, "clerk")
    address = f"/console/cases/{found.order.code}/"
    assert 'enctype="multipart/form-data"' in page(clerk, found)
    sent = {"act": "move:show", "words": "都在这里", "proof": [photo("proof.png")], "photos": [photo("1.png"), photo("2.png", PNG + b"2")]}  # fmt: skip
    assert clerk.post(address, sent).status_code == 302
    assert [d.filename for d in found.order.documents.filter(blob__isnull=False).order_by("pk")] == ["proof.png", "1.png", "2.png"]  # fmt: skip


def test_an_act_knows_which_file_came_in_which_field(town: Town) -> None:
    seen: dict[str, list[str]] = {}
    move = replace(SERVICE.move("show"), effect=lambda act: seen.update({k: [d.filename for d in v] for k, v in act.came.items()}))  # fmt: skip
    moves = tuple(move if m.code == "show" else m for m in SERVICE.moves)
    with declared(replace(SERVICE, code="a_test.other", moves=moves, items=frozenset())):
        found = town.case(service="a_test.other", said=SAID)
        casework.make(
            case=found, move="show", by=town.actor("clerk"), at=NOW, data={"words": "看"},
            uploads=[files.Upload("a.png", PNG), files.Upload("b.png", PNG + b"1", field="photos")],
        )  # fmt: skip
    assert seen == {"proof": ["a.png"], "photos": ["b.png"]}


@pytest.mark.parametrize(("file", "status"), [(None, 200), (("x.exe", PNG), 200), (("x.png", b"MZ no picture"), 409)])
def test_a_file_that_cannot_be_taken_leaves_the_words_and_the_state(
    town: Town, sign_in: Any, file: Any, status: int
) -> None:
    found, clerk = case(town), sign_in(town, "clerk")
    sent = {"act": "move:show", "words": "写了很久"} | ({"proof": photo(*file)} if file else {})
    answer = clerk.post(f"/console/cases/{found.order.code}/", sent)
    assert answer.status_code == status and "写了很久" in answer.content.decode()
    assert ("请重新选一次文件" in answer.content.decode()) is bool(file)
    found.refresh_from_db()
    assert found.state == "received" and not found.order.documents.exists()


# After the end


def rows(page: str) -> str:
    """The list of a queue."""
    return page.partition('<ul class="rows queue">')[2].partition("</ul>")[0]


def test_what_is_owed_after_the_end_stands_in_the_queue_of_who_handles_it(town: Town, sign_in: Any) -> None:
    found = case(town)
    lawyer = town.actor("provider")
    casework.make(case=found, move="at_once", by=lawyer, at=NOW)
    casework.make(case=found, move="close", by=lawyer, at=NOW, data={"reason": ""})
    browser = sign_in(town, "provider")
    first = browser.get("/console/").content.decode()
    assert "办结后还要做的" in first and "最先要做的" in first and "交结案材料" in first
    listed = browser.get("/console/?after=1").content.decode()
    assert found.order.code[:4] in listed and "还有 30 天" in listed and 'class="late"' not in rows(listed)
    clocks.watch_once(at=NOW + timedelta(days=31))
    late = browser.get("/console/?after=1").content.decode()
    assert 'class="late"' in rows(late) and "已超期" in rows(late) and "已办结" in rows(late)
    casework.make(case=found, move="file", by=lawyer, at=NOW + timedelta(days=32))
    assert not lists.afterwards(lawyer).exists() and "办结后还要做的" not in browser.get("/console/").content.decode()


# The guided form in the portal


def ask(client: Client, step: str, **typed: Any) -> dict[str, str]:
    """Answer one page. Out: where the page leads to, as its query; {} when something must be mended."""
    name, _colon, code = step.partition(":")
    answer = client.post("/ask/", {"item": ITEM, "step": name, "page": code, **typed})
    if answer.status_code != 302:
        return {}
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def shown(client: Client, **query: str) -> str:
    return client.get("/ask/", {"item": ITEM, **query}).content.decode()


def through(client: Client) -> None:
    """Every page up to the last one before sending."""
    ask(client, "need:kind", kind="wages")
    ask(client, "need:sum", amount="5000")
    ask(client, "need:help", needs=["reading", "sign"], urgent="on")
    ask(client, "need:story", story="三个月没发工资")
    ask(client, "where", division_county="653125000000", division_township="653125101000", language="ug")
    ask(client, "who", name="阿依古丽", phone="13800001234", reply_by="phone", behalf="self")


def test_the_way_follows_the_answers() -> None:
    codes = lambda said: [p.code for p in guided.way(SERVICE, said).pages]  # noqa: E731
    assert codes({}) == ["kind", "help", "story"]
    assert codes({"kind": "wages"}) == ["kind", "sum", "help", "story"]
    assert codes({"kind": "injury"}) == ["kind", "hurt", "help", "story"]
    assert codes({"kind": "no such thing"}) == ["kind", "help", "story"]


def test_an_answer_that_is_no_longer_asked_decides_nothing_and_is_not_sent() -> None:
    typed = {
        "kind": "injury",
        "amount": "5000",
        "since": "2026-03-05",
        "hurt_on": "2026-03-06",
        "story": "x",
        "inner": "y",
    }
    way = guided.way(SERVICE, typed)
    assert "amount" not in way.said and way.said["kind"] == "injury"
    assert guided.asked_only(SERVICE, typed) == {"kind": "injury", "hurt_on": "2026-03-06", "story": "x"}


def test_a_service_without_pages_asks_its_whole_form() -> None:
    whole = guided.way(replace(SERVICE, pages=None), {"kind": "wages", "inner": "z"})
    assert whole.fields == list(SERVICE.form.base_fields) and whole.said["inner"] == "z"


def test_one_question_after_the_other_and_only_what_is_asked(town: Town, client: Client) -> None:
    first = shown(client)
    assert "是哪一类的事" in first and "说说经过" not in first.split("<main")[1] and "第 " in first
    assert ask(client, "need:kind") == {}  # nothing chosen
    assert ask(client, "need:kind", kind="wages")["page"] == "sum"
    second = shown(client, step="need", page="sum")
    assert "欠了您多少？" in second and "不清楚就写大概的数。" in second and 'page=kind"' in second
    assert re.search(r"第.*2.*步，共.*8.*步", second)
    assert ask(client, "need:sum", amount="很多") == {}
    assert ask(client, "need:sum", amount="5000")["page"] == "help"
    assert ask(client, "need:help", needs=["reading", "sign"])["page"] == "story"
    assert ask(client, "need:story", story="三个月没发工资")["step"] == "rough"


def test_the_rough_answer_says_why_and_what_to_bring_and_always_leads_on(town: Town, client: Client) -> None:
    assert client.get("/ask/", {"item": ITEM, "step": "rough"}).status_code == 302  # nothing is said yet
    through(client)
    told = shown(client, step="rough")
    for words in (
        "很可能符合",
        "5000",
        "追讨工资不看家里有多少钱",
        "法律援助法第四十二条",
        "工资条",
        "不收钱",
        "这不是决定",
        "step=where",
    ):
        assert words in told
    ask(client, "need:kind", kind="other")
    unsure = shown(client, step="rough")
    assert "要由办理机构看过才知道" in unsure and "step=where" in unsure and "很可能符合" not in unsure


def test_the_whole_way_ends_in_one_order_with_what_was_asked(town: Town, client: Client) -> None:
    through(client)
    check = shown(client, step="check")
    assert check.count('class="change"') == 11 and "读写有困难、要手语" in check and "5000" in check
    assert "page=sum&amp;back=check" in check
    assert client.post("/ask/", {"item": ITEM, "step": "check", "papers": photo()}).status_code == 302
    order = Order.objects.get()
    assert intake.said(order) == {
        "kind": "wages", "amount": 5000, "since": None, "hurt_on": None, "needs": ["reading", "sign"], "urgent": True,
        "story": "三个月没发工资", "opponent": "", "inner": "",
    }  # fmt: skip
    assert not Draft.objects.exists() and order.documents.get().filename == "a.png"
    client.post("/ask/", {"item": ITEM, "step": "check"})
    assert Order.objects.count() == 1


def test_changing_one_answer_goes_back_to_the_check_and_asks_only_what_is_new(town: Town, client: Client) -> None:
    through(client)
    assert ask(client, "need:sum", amount="6000", back="check")["step"] == "check"
    onward = ask(client, "need:kind", kind="injury", back="check")
    assert onward == {"item": ITEM, "step": "need", "page": "hurt", "back": "check"}
    assert "6000" not in shown(client, step="check")
    assert ask(client, "need:hurt", hurt_on="2026-03-05", back="check")["step"] == "check"
    client.post("/ask/", {"item": ITEM, "step": "check"})
    assert intake.said(Order.objects.get())["amount"] is None
    assert intake.said(Order.objects.get())["hurt_on"] == "2026-03-05"


def test_a_box_that_is_not_ticked_any_more_is_forgotten(town: Town, client: Client) -> None:
    through(client)
    ask(client, "need:help")
    assert "读写有困难" not in shown(client, step="check")


def test_what_only_the_whole_form_finds_is_said_on_the_page_that_asks_it(town: Town, client: Client) -> None:
    through(client)
    ask(client, "need:kind", kind="injury")
    ask(client, "need:hurt")  # may be left out on its own page; the whole form wants it
    answer = client.post("/ask/", {"item": ITEM, "step": "check"}).content.decode()
    assert "请写哪天受伤。" in answer and "哪天受伤的？" in answer and 'value="hurt"' in answer
    assert not Order.objects.exists()


def test_a_closed_browser_comes_back_to_where_it_stopped(town: Town, client: Client) -> None:
    ask(client, "need:kind", kind="wages")
    client.post(
        "/ask/draft/", {"item": ITEM, "step": "need", "page": "sum", "amount": "77"}, content_type="application/json"
    )
    back = shown(client)
    assert "欠了您多少？" in back and 'value="77"' in back and "清空重写" in back
    client.post(
        "/ask/draft/", {"item": ITEM, "page": "help", "needs": ["sign", "reading"]}, content_type="application/json"
    )
    assert shown(client, step="need", page="help").count("checked") == 2
    client.post("/ask/draft/", {"item": ITEM, "page": "help", "needs": "sign"}, content_type="application/json")
    assert shown(client, step="need", page="help").count("checked") == 1


def test_an_address_of_a_page_that_is_not_asked_leads_to_one_that_is(town: Town, client: Client) -> None:
    ask(client, "need:kind", kind="other")
    assert "您需要什么帮助" in shown(client, step="need", page="sum")
    assert shown(client, step="nowhere", page="<b>")  # made up


def test_pages_are_light(town: Town, client: Client) -> None:
    through(client)
    for query in ({"step": "need", "page": "help"}, {"step": "rough"}, {"step": "check"}):
        assert len(client.get("/ask/", {"item": ITEM, **query}).content) < 30_000


def test_a_service_that_residents_do_not_bring_is_not_offered_online(town: Town, client: Client) -> None:
    closed = replace(SERVICE, code="a_aa.closed", takers=frozenset({Role.OFFICER}))
    with declared(closed):
        item = client.get(f"/items/{ITEM}/").content.decode()
        assert "这一项不能在网上办" in item and f"/ask/?item={ITEM}" not in item
        assert client.get("/ask/", {"item": ITEM}).headers["Location"] == f"/items/{ITEM}/"


# The resident's own page


def test_the_persons_page_shows_the_persons_panels(town: Town, sign_in: Any) -> None:
    found = case(town)
    mine = sign_in(town, "applicant").get(f"/me/{found.order.code}/").content.decode()
    assert "给本人：" in mine and "您的律师" in mine and "开头：" not in mine


def test_a_person_makes_a_move_with_files(town: Town, sign_in: Any) -> None:
    found = case(town)
    me, address = sign_in(town, "applicant"), f"/me/{found.order.code}/"
    wrong = me.post(address, {"act": "move:show", "words": "我写的", "proof": photo("a.png", b"no picture")})
    assert "我写的" in wrong.content.decode() and "格式不能用" in wrong.content.decode()
    assert me.post(address, {"act": "move:show", "words": "我写的", "proof": photo()}).status_code == 302
    assert found.order.documents.get(blob__isnull=False).filename == "a.png"


# The desk


DESK = {"item": ITEM, "name": "李雷", "phone": "13800005678", "reply_by": "phone", "behalf": "clerk", "language": "zh", "channel": "desk", "once": "g1"}  # fmt: skip


def test_the_desk_shows_what_is_asked_and_the_rough_answer_beside_it(town: Town, sign_in: Any) -> None:
    clerk = sign_in(town, "clerk")
    first = clerk.get("/console/new/", {"item": ITEM}).content.decode()
    assert 'name="kind"' in first and 'name="amount"' not in first and 'name="inner"' not in first
    again = clerk.post(
        "/console/new/", {**DESK, **SAID, "needs": ["reading", "sign"], "_refresh": "1"}
    ).content.decode()
    assert 'name="amount"' in again and 'value="5000"' in again and "很可能符合" in again and "李雷" in again
    assert again.count('name="needs"') == 2 and again.count("checked") >= 3
    part = clerk.post("/console/new/", {**DESK, "kind": "injury", "_refresh": "1"}, headers={"X-Fragment": "1"})
    assert 'name="hurt_on"' in part.content.decode() and "<html" not in part.content.decode()
    assert not Order.objects.exists()


def test_the_desk_asks_what_the_answers_lead_to_before_it_takes_anything_down(town: Town, sign_in: Any) -> None:
    clerk = sign_in(town, "clerk")
    sent = {**DESK, "kind": "injury", "story": "摔了", "amount": "9", "asked_was": "kind,needs,urgent,story,opponent"}
    held = clerk.post("/console/new/", sent).content.decode()
    assert "还有几个问题要问" in held and 'name="hurt_on"' in held and not Order.objects.exists()
    taken = clerk.post(
        "/console/new/", {**sent, "hurt_on": "2026-03-05", "asked_was": "kind,hurt_on,needs,urgent,story,opponent"}
    )
    assert taken.status_code == 302
    said = intake.said(Order.objects.get())
    assert said["hurt_on"] == "2026-03-05" and said["amount"] is None


def test_the_desk_is_told_when_a_service_is_not_its_own_to_bring(town: Town, sign_in: Any) -> None:
    closed = replace(SERVICE, code="a_aa.closed", takers=frozenset({Role.OFFICER}), pages=None, foretell=None)
    with declared(closed):
        clerk = sign_in(town, "clerk")
        assert "这一项不由您这里登记" in clerk.get("/console/new/", {"item": ITEM}).content.decode()
        refused = clerk.post("/console/new/", {**DESK, **SAID})
        assert "不能由您登记" in refused.content.decode() and not Order.objects.exists()


# The exchange


def test_the_exchange_tells_the_fields_as_they_are_for_the_case(town: Town) -> None:
    found = case(town)
    moves = {m["move"]: m for m in partner(town).get(f"/orders/{found.order.code}/moves").json()["moves"]}
    assert [c["value"] for c in moves["grant"]["fields"][0]["choices"]] == ["x-none"]
    assert moves["show"]["example"] == {"words": "写清楚"}


def test_the_exchange_says_when_a_service_is_not_for_the_token_to_bring(town: Town) -> None:
    closed = replace(SERVICE, code="a_aa.closed", takers=frozenset({Role.RESIDENT}))
    with declared(closed):
        answer = partner(town).post(
            "/orders", {"service": closed.code, "said": SAID, "contact": {"name": "李雷"}, "place": "S653125101"}
        )
    assert answer.status_code == 403 and answer.json()["type"].endswith("/denied") and not Order.objects.exists()


# Every service, as its line declares it


@pytest.mark.parametrize("service", list(catalogue.current()), ids=lambda s: s.code)
def test_the_page_of_a_case_of_every_service_shows_its_panels(town: Town, sign_in: Any, service: Service) -> None:
    settle(town, service)
    by = "clerk" if service.takers & {Role.CLERK} else "officer"
    found = town.case(service=service.code, said=fill(service.form, service.example), by=by)
    town.applicant = found.order.person
    for who in ("clerk", "officer", "supervisor"):
        actor, browser = town.actor(who), sign_in(town, who, on=Client())
        page_ = browser.get(f"/console/cases/{found.order.code}/")
        if not lists.may_see(actor, found):  # a secret case, or one that lies at another place
            assert page_.status_code == 404
            continue
        assert page_.status_code == 200
        for panel in service.panels(found, actor, NOW) if service.panels else []:
            assert f'aria-label="{panel.title}"' in page_.content.decode()
    if found.order.person is not None:
        mine = sign_in(town, "applicant", on=Client()).get(f"/me/{found.order.code}/")
        assert mine.status_code == 200
        for panel in service.resident_panels(found, town.actor("applicant"), NOW) if service.resident_panels else []:
            assert f'aria-label="{panel.title}"' in mine.content.decode()


# Every guided service


def walk(client: Client, service: Service, item: str) -> list[str]:
    """Answer every question page in the portal with something right. Out: the pages, in the order they were asked."""
    asked: list[str] = []
    typed: dict[str, Any] = {}
    answer = client.get("/ask/", {"item": item})
    for _most in range(60):
        code = re.search(r'name="page" value="([^"]+)"', answer.content.decode())
        if code is None:
            break
        page = guided.way(service, typed).page(code[1])
        assert page is not None
        form = guided.form_of(service, page.fields)
        example = {k: v for k, v in service.example.items() if k in page.fields}
        given = fill(type(form), example, form)
        typed |= given
        asked.append(page.code)
        sent = client.post("/ask/", {"item": item, "step": "need", "page": page.code, **given})
        assert sent.status_code == 302, (page.code, given, re.findall(r'class="error".*', sent.content.decode())[:3])
        answer = client.get(sent.headers["Location"])
        assert len(answer.content) < 30_000, page.code
    return asked


@pytest.mark.parametrize(
    "service",
    [s for s in catalogue.current() if s.pages is not None and Role.RESIDENT in s.takers],
    ids=lambda s: s.code,
)
def test_every_guided_service_is_asked_to_its_end_in_the_portal(
    town: Town, client: Client, _service: Any, service: Service
) -> None:
    catalogue.withdraw_offer(_service)  # it claims an item that a line may claim as well
    try:
        item = sorted(service.items)[0]
        if items.by_code(item) is None:
            items.publish(
                values={"code": item, "category": item[0], "name_zh": item, "valid_from": NOW.date()}, on=NOW.date()
            )
        asked = walk(client, service, item)
        assert asked and len(set(asked)) == len(asked)
        if service.foretell is not None:
            told = client.get("/ask/", {"item": item, "step": "rough"})
            assert told.status_code == 200 and "这不是决定" in told.content.decode()
        where = {"division_county": "653125000000", "division_township": "653125101000", "language": "zh"}
        client.post("/ask/", {"item": item, "step": "where", **where})
        who = {"name": "李雷", "phone": "13800005678", "reply_by": "phone", "behalf": "self"}
        client.post("/ask/", {"item": item, "step": "who", **who})
        sent = client.post("/ask/", {"item": item, "step": "check"})
        assert sent.status_code == 302, re.findall(r"<li>.*?</li>", sent.content.decode())[:5]
        assert Order.objects.get().case.service == service.code
    finally:
        catalogue.offer(_service)
