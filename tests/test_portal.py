"""The resident's door, rule by rule: asking, following, one's own matters, one's own data; refusals and bad input included."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from open12348.guidance import needs
from open12348.kernel.models import Message
from open12348.registry import places
from open12348.registry.models import Hours, Person, Place
from open12348.spine import casework, clocks
from open12348.spine.models import Alias, Draft, Order

from .people import NOW, Town, at

QUESTION = "老板三个月没发工资"
PNG = b"\x89PNG\r\n\x1a\n1"


def text_of(answer: Any) -> str:
    """What a person reads on a page: no tags, single spaces."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def steps(client: Client, item: str = "B03", **changes: Any) -> Any:
    """Walk the four steps as a browser without script does; stops where something is asked again."""
    need = {"question": QUESTION, "summary": QUESTION, "topic": "0201"}
    where = {"division_county": "653125000000", "division_township": "653125101000", "language": "ug"}
    who = {"name": "ئايگۈل مەمەت", "phone": "13800001234", "reply_by": "phone", "behalf": "self"}
    for step, data in (("need", need), ("where", where), ("who", who)):
        data = {k: changes.get(k, v) for k, v in data.items()} | (
            {k: v for k, v in changes.items() if k.startswith("helper")} if step == "who" else {}
        )
        answer = client.post("/ask/", {"item": item, "step": step, **data})
        if answer.status_code != 302:
            return answer
    page = client.get(f"/ask/?item={item}&step=check").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    files = {"papers": changes["papers"]} if "papers" in changes else {}
    return client.post("/ask/", {"item": item, "step": "check", "token": token[1], **files})


# Finding help


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("老板不发工资", "wages"), ("包工头欠薪不给", "wages"), ("ئىش ھەققىمنى بەرمىدى", "wages"), ("مائاش", "wages"),
        ("not paid", "wages"), ("丈夫打我", "violence"), ("ئېرىم ئۇرىدۇ", "violence"), ("借条", "debt"), ("离婚", "divorce"),
        ("ئاجرىش", "divorce"), ("被拘留了", "arrest"), ("车祸", "traffic"), ("遗产", "will"), ("征地", "land"),
    ],
)  # fmt: skip
def test_everyday_words_find_the_need(said: str, code: str, db: Any) -> None:
    found, _items = needs.find(said)
    assert code in [n.code for n in found]


def test_words_that_mean_nothing_find_nothing_and_lead_on(town: Town, client: Client) -> None:
    assert needs.find("")[0] == [] and needs.find("zzzz")[0] == []
    answer = client.get("/find/?q=zzzz")
    assert "没有找到，没关系" in text_of(answer) and "/ask/" in answer.content.decode()


def test_what_was_searched_need_not_be_typed_again(town: Town, client: Client) -> None:
    page = client.get("/find/?q=包工头欠薪不给").content.decode()
    address = html.unescape(re.search(r'href="(/ask/\?[^"]+)"', page)[1])  # type: ignore[index]
    assert "包工头欠薪不给" in client.get(address).content.decode()


def test_danger_at_home_shows_whom_to_call_and_a_way_out(town: Town, client: Client) -> None:
    for address in ("/find/?need=violence", "/find/?q=丈夫打我", "/ask/?item=B03&topic=0104"):
        page = client.get(address)
        assert "110" in text_of(page) and "data-leave" in page.content.decode()
    assert "data-leave" not in client.get("/find/?need=wages").content.decode()


def test_the_list_answers_with_a_fragment_while_typing(town: Town, client: Client) -> None:
    whole, part = client.get("/items/?q=社区"), client.get("/items/?q=社区", headers={"X-Fragment": "1"})
    assert "<html" in whole.content.decode() and "<html" not in part.content.decode()
    assert "社区矫正法律帮助" in part.content.decode()


def test_an_item_says_who_what_how_long_and_where(town: Town, client: Client) -> None:
    words = text_of(client.get("/items/C11/?division_county=653125000000"))
    for title in ("谁可以办", "要不要钱", "带什么", "多久", "接下来", "离您最近的地方"):
        assert title in words
    assert "甲县中心" in words and "0998-12348" in words


def test_where_one_lives_is_asked_once(town: Town, client: Client) -> None:
    client.get("/places/?division_county=653125000000&division_township=653125101000")
    assert "甲一镇工作站" in text_of(client.get("/items/C11/"))
    assert 'value="653125101000" selected' in client.get("/ask/?item=B03&step=where").content.decode()


@pytest.mark.parametrize(
    "address", ["/items/ZZZ/", "/ask/?item=ZZZ", "/done/3125022600012364/", "/ask/?item=%00%3Cx%3E"]
)
def test_a_wrong_address_is_a_page_in_words(town: Town, client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code == 200:  # an unknown item may still be taken by the desk for everything else
        pytest.fail(f"{address} opened")
    assert answer.status_code == 404 and "12348" in text_of(answer)


@pytest.mark.parametrize("address", ["/places/", "/items/C11/", "/ask/?step=where"])
def test_a_wrong_unit_in_the_address_breaks_nothing(town: Town, client: Client, address: str) -> None:
    for bad in ("999999999999", "x", "%00", "653125000000%27"):
        assert client.get(address, {"division_county": bad}).status_code == 200


# Hours


def test_today_says_hours_and_the_next_opening(town: Town) -> None:
    place = town.places["station"]
    for weekday in range(1, 6):
        Hours.objects.create(kind="station", weekday=weekday, opens="10:00", closes="14:00")
        Hours.objects.create(kind="station", weekday=weekday, opens="15:30", closes="19:30")
    assert places.today(place, at("2026-11-23", 11)).open
    noon = places.today(place, at("2026-11-23", 14, 30))
    assert not noon.open and str(noon.next_at) == "15:30:00"
    weekend = places.today(place, at("2026-11-28", 11))
    assert not weekend.open and weekend.next_day and weekend.next_day.isoformat() == "2026-11-30"
    holiday = places.today(place, at("2026-10-01", 11))
    assert holiday.holiday and not holiday.open
    assert holiday.next_day and holiday.next_day.isoformat() == "2026-10-08"


def test_a_place_without_hours_says_closed_and_promises_nothing(town: Town) -> None:
    known = places.today(town.places["centre"], NOW)
    assert not known.open and known.next_day is None and known.hours == []


def test_unknown_hours_are_called_unknown_not_closed(town: Town, client: Client) -> None:
    words = text_of(client.get("/places/?division_county=653125000000"))
    assert "开门时间还没有登记" in words and "不开门" not in words


# Asking


def test_four_steps_lead_to_a_code_a_place_and_a_day(town: Town, client: Client) -> None:
    answer = steps(client)
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/done/{order.code}/"
    words = text_of(client.get(answer.headers["Location"]))
    assert "甲一镇工作站" in words and "最晚" in words and "星期" in words
    assert Client().get(f"/done/{order.code}/").status_code == 404  # only the browser that sent it


def test_each_collection_says_why(town: Town, client: Client) -> None:
    for step in ("need", "where", "who", "check"):
        assert (
            'class="small why"' in (page := client.get(f"/ask/?step={step}").content.decode())
            or "我们为什么要这些信息" in page
        )


def test_asking_for_another_notes_who_typed(town: Town, client: Client, sign_in: Any) -> None:
    again = steps(client, behalf="relative")
    assert "请写代办人的姓名" in text_of(again)
    steps(client, behalf="relative", helper_name="买买提", helper_phone="13900008888")
    order = Order.objects.get()
    assert order.behalf == "relative" and order.helper and order.helper.name == "买买提" and order.typed_by == "nobody"
    town.applicant = order.person
    words = text_of(sign_in(town, "applicant", on=Client()).get(f"/me/{order.code}/"))
    assert "谁填写的 亲属代办 买买提" in words.replace("谁填写的", "谁填写的 ").replace("  ", " ")


def test_the_helper_follows_what_they_brought(town: Town, client: Client) -> None:
    from open12348.registry import accounts

    steps(client, behalf="cadre", helper_name="村干部", helper_phone="13900008888")
    order = Order.objects.get()
    browser = Client()
    session = browser.session
    session[accounts.RESIDENT_KEY] = order.helper.phone_hash  # type: ignore[union-attr]
    session.save()
    assert browser.get(f"/me/{order.code}/").status_code == 200
    assert "您替别人办的" in text_of(browser.get("/me/"))


def test_a_resident_cannot_claim_to_be_staff(town: Town, client: Client) -> None:
    page = client.get("/ask/?step=who").content.decode()
    assert 'value="operator"' not in page and 'value="clerk"' not in page and 'value="relative"' in page


def test_without_a_phone_the_slip_says_how_to_follow(town: Town, client: Client) -> None:
    answer = steps(client, phone="", reply_by="here", name="")
    words = text_of(client.get(answer.headers["Location"]))
    assert "您没有留手机号" in words and Order.objects.get().person is None


def test_a_wish_not_to_be_contacted_is_repeated_and_kept(town: Town, client: Client) -> None:
    answer = steps(client, reply_by="none")
    assert "不打电话、不发短信" in text_of(client.get(answer.headers["Location"]))
    assert not Message.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "您填了 10 位"), ("ug", "10"), ("en", "10")])
def test_a_wrong_phone_is_explained_in_the_readers_language(
    town: Town, client: Client, language: str, words: str
) -> None:
    client.cookies["language"] = language
    answer = steps(client, phone="1380000123")
    summary = re.search(r'id="errors">(.*?)</div>', answer.content.decode(), re.S)[1]  # type: ignore[index]
    assert words in re.sub("<[^>]+>", "", summary) and 'value="1380000123"' in answer.content.decode()
    if language != "zh-hans":
        assert not re.search(r"[一-鿿]", summary)


@pytest.mark.parametrize(
    "phone", ["１３８００００１２３４", "١٣٨٠٠٠٠١٢٣٤", "\u202a138-0000-1234\u202c", "+86 138 0000 1234"]
)
def test_a_phone_in_any_digits_is_the_same_phone(town: Town, client: Client, phone: str) -> None:
    steps(client, phone=phone)
    person = Order.objects.get().person
    assert person and person.phone == "13800001234"


def test_an_empty_step_is_asked_again_kindly(town: Town, client: Client) -> None:
    assert "请写几句话" in text_of(steps(client, question="  "))
    assert not Order.objects.exists()


def test_sending_twice_gives_one_order_and_the_same_page(town: Town, client: Client) -> None:
    first = steps(client)
    token = Alias.objects.get(system="web").number
    again = client.post("/ask/", {"item": "B03", "step": "check", "token": token})
    assert again.headers["Location"] == first.headers["Location"] and Order.objects.count() == 1


def test_a_draft_that_comes_late_does_not_revive_a_sent_one(town: Town, client: Client) -> None:
    steps(client)
    token = Alias.objects.get(system="web").number
    client.post("/ask/draft/", {"item": "B03", "question": "迟到的", "token": token}, content_type="application/json")
    steps(client, question="第二件事")
    assert Order.objects.count() == 2


def test_a_bad_file_is_named_and_the_answers_stay(town: Town, client: Client) -> None:
    answer = steps(client, papers=SimpleUploadedFile("木马.exe", b"MZ"))
    assert "木马.exe" in text_of(answer) and QUESTION in text_of(answer) and not Order.objects.exists()
    fake = steps(client, papers=SimpleUploadedFile("照片.png", b"not a picture"))
    assert "照片.png" in text_of(fake) and not Order.objects.exists()
    assert steps(client, papers=SimpleUploadedFile("照片.png", PNG)).status_code == 302


@pytest.mark.parametrize("body", ["", "[]", "null", '"x"', "{", '{"item": {"a": 1}}', '{"item": 5, "question": ["a"]}'])
def test_a_broken_draft_is_refused_without_a_trace(town: Town, client: Client, body: str) -> None:
    client.get("/ask/?item=B03")
    assert client.post("/ask/draft/", body, content_type="application/json").status_code in {200, 400}


@pytest.mark.parametrize("address", ["/items/%00/", "/items/?q=%00", "/find/?q=%00&need=%00", "/places/?division_county=%00", "/me/%00/",
                                     "/ask/?item=B03&topic=%00&say=%00", "/progress/?code=%00", "/regions/?parent=%00"])  # fmt: skip
def test_a_zero_byte_in_an_address_breaks_nothing(town: Town, sign_in: Any, address: str) -> None:
    town.need()
    town.applicant = Person.objects.get()
    assert sign_in(town, "applicant", on=Client()).get(address).status_code in {200, 404}


def test_a_draft_is_sealed_and_belongs_to_one_browser(town: Town, client: Client) -> None:
    from django.db import connection

    client.get("/ask/?item=B03")
    client.post("/ask/draft/", {"item": "B03", "question": QUESTION}, content_type="application/json")
    with connection.cursor() as sql:
        sql.execute("SELECT data::text FROM spine_draft")
        assert QUESTION not in sql.fetchone()[0]
    assert Client().post("/ask/draft/", {"question": "x"}, content_type="application/json").status_code == 429
    assert Draft.objects.count() == 1


def test_on_a_shared_computer_what_another_wrote_goes_at_a_touch(town: Town, client: Client) -> None:
    assert "清空重写" not in text_of(client.get("/ask/?item=B03"))
    client.post("/ask/draft/", {"item": "B03", "question": QUESTION}, content_type="application/json")
    assert "清空重写" in text_of(client.get("/ask/?item=B03"))
    fresh = client.post("/ask/", {"item": "B03", "_forget": "1"}, follow=True)
    assert QUESTION not in fresh.content.decode() and "data-sent=" in fresh.content.decode()
    assert not Draft.objects.exists()


# Following


def test_the_clock_is_said_in_words(town: Town, client: Client) -> None:
    order = town.need()
    words = text_of(client.post("/progress/", {"code": order.code, "last4": "1234"}))
    assert "甲一镇工作站要在 11月30日（星期一）前答复您。" in words


def test_waiting_is_said_with_its_day_and_that_it_does_not_count(town: Town, client: Client) -> None:
    order = town.need()
    casework.ask_correction(case=order.case, by=town.actor("clerk"), at=NOW, wanted="身份证复印件")
    words = text_of(client.post("/progress/", {"code": order.code, "last4": "1234"}))
    assert "从 11月23日（星期一）起在等您补材料" in words and "身份证复印件" not in words


def test_a_provisional_day_is_marked_and_explained(town: Town, client: Client) -> None:
    order = town.need(when=at("2026-12-29"))
    with time_machine.travel(at("2026-12-30")):
        words = text_of(client.post("/progress/", {"code": order.code, "last4": "1234"}))
    assert "2027年" in words and "这一天是暂定的" in words


def test_a_late_answer_is_admitted(town: Town, client: Client) -> None:
    order = town.need(when=at("2026-11-02"))
    while clocks.watch_once(at=NOW):
        pass
    assert "现在已经超过" in text_of(client.post("/progress/", {"code": order.code, "last4": "1234"}))


def test_the_progress_page_tells_status_only(town: Town, client: Client) -> None:
    order = town.need(said={"question": "秘密的事", "topic": "0201", "opponent": "某公司"})
    words = text_of(client.post("/progress/", {"code": order.code, "last4": "1234"}))
    assert "秘密" not in words and "某公司" not in words and "阿依古丽" not in words and "甲一镇工作站" in words


# One's own matters


def test_the_day_by_day_account_is_a_page_and_data(town: Town, sign_in: Any) -> None:
    order = town.need()
    casework.ask_correction(case=order.case, by=town.actor("clerk"), at=NOW, wanted="身份证")
    town.applicant = order.person
    deadline = order.deadlines.order_by("-due_at").first()
    assert deadline
    with time_machine.travel(at("2026-11-25")):
        browser = sign_in(town, "applicant", on=Client())
        words = text_of(browser.get(f"/me/{order.code}/clock/{deadline.pk}/"))
        data = browser.get(f"/me/{order.code}/clock/{deadline.pk}/?format=json").json()
    assert "等您补材料，不算" in words and "休息，不算" in words and "从这天起，当天不算" in words
    assert [d["kind"] for d in data["days"]][:3] == ["start", "paused", "paused"]
    assert sign_in(town, "stranger", on=Client()).get(f"/me/{order.code}/clock/{deadline.pk}/").status_code == 404
    other = town.need(contact={"name": "李雷", "phone": "13800005678"}).deadlines.first()
    assert other and browser.get(f"/me/{order.code}/clock/{other.pk}/").status_code == 404


def test_papers_are_answered_once_with_words_or_files(town: Town, sign_in: Any) -> None:
    order = town.need()
    casework.ask_correction(case=order.case, by=town.actor("clerk"), at=NOW, wanted="身份证")
    town.applicant = order.person
    browser = sign_in(town, "applicant", on=Client())
    empty = browser.post(f"/me/{order.code}/", {"act": "answer", "text": ""})
    assert "请写几句话，或者上传一份材料" in text_of(empty)
    bad = browser.post(
        f"/me/{order.code}/", {"act": "answer", "text": "在这里", "papers": SimpleUploadedFile("a.exe", b"MZ")}
    )
    assert "a.exe" in text_of(bad) and "在这里" in bad.content.decode()
    assert (
        browser.post(f"/me/{order.code}/", {"act": "answer", "papers": SimpleUploadedFile("a.png", PNG)}).status_code
        == 302
    )
    assert "现在没有等您补充的内容" in text_of(
        browser.post(f"/me/{order.code}/", {"act": "answer", "text": "再来一次"})
    )


def test_a_message_a_withdrawal_and_no_second_one(town: Town, sign_in: Any) -> None:
    order = town.need()
    town.applicant = order.person
    browser = sign_in(town, "applicant", on=Client())
    browser.post(f"/me/{order.code}/", {"act": "say", "text": "我找到欠条了"})
    assert "我找到欠条了" in text_of(browser.get(f"/me/{order.code}/"))
    assert browser.post(f"/me/{order.code}/", {"act": "move:withdraw"}).status_code == 302
    again = browser.post(f"/me/{order.code}/", {"act": "move:withdraw"})
    assert again.status_code == 200 and "现在的状态不能" in text_of(again)
    assert browser.post(f"/me/{order.code}/", {"act": "move:answer", "answer": "我自己答复"}).status_code == 200
    assert browser.post(f"/me/{order.code}/", {"act": "nonsense"}).status_code == 200


def test_a_bad_rating_opens_the_way_to_have_it_redone(town: Town, sign_in: Any) -> None:
    order = town.need()
    town.applicant = order.person
    casework.make(case=order.case, move="answer", by=town.actor("clerk"), at=NOW, data={"answer": "请到法院去。"})
    browser = sign_in(town, "applicant", on=Client())
    assert "您满意吗" in text_of(browser.get(f"/me/{order.code}/"))
    for bad in ("", "9", "x"):
        again = browser.post(f"/me/{order.code}/", {"act": "rate", "grade": bad, "text": "没听懂"})
        assert 'id="errors"' in again.content.decode() and "没听懂" in again.content.decode()
    sent = browser.post(f"/me/{order.code}/", {"act": "rate", "grade": "1", "text": "没听懂"})
    assert "open=reopen" in sent.headers["Location"]
    assert "评价过了" in text_of(browser.post(f"/me/{order.code}/", {"act": "rate", "grade": "5"}))
    assert browser.post(f"/me/{order.code}/", {"act": "move:reopen", "reason": ""}).status_code == 200
    assert browser.post(f"/me/{order.code}/", {"act": "move:reopen", "reason": "没有说清楚"}).status_code == 302
    order.case.refresh_from_db()
    assert order.case.reopened == 1


def test_who_helps_is_named_with_phone_and_hours(town: Town, sign_in: Any) -> None:
    Place.objects.filter(pk=town.places["station"].pk).update(phone="0998-2820000")
    Hours.objects.create(kind="station", weekday=1, opens="10:00", closes="14:00")
    order = town.need()
    town.applicant = order.person
    words = text_of(sign_in(town, "applicant", on=Client()).get(f"/me/{order.code}/"))
    assert "帮您办的是" in words and "0998-2820000" in words and "10:00–14:00" in words


# Signing in


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(town: Town, client: Client, target: str) -> None:
    client.post("/me/sign-in/", {"phone": "13800001234", "next": target})
    code = re.search(r"\d{6}", Message.objects.latest("id").text)[0]  # type: ignore[index]
    sent = client.post("/me/sign-in/", {"phone": "13800001234", "code": code, "next": target})
    assert sent.headers["Location"] == "/me/"


def test_signing_in_goes_on_to_the_page_that_asked(town: Town, client: Client) -> None:
    order = town.need()
    asked = client.get(f"/me/{order.code}/").headers["Location"]
    assert asked.startswith("/me/sign-in/?next=")
    client.post("/me/sign-in/", {"phone": "13800001234"})
    code = re.search(r"\d{6}", Message.objects.latest("id").text)[0]  # type: ignore[index]
    sent = client.post("/me/sign-in/", {"phone": "13800001234", "code": code, "next": f"/me/{order.code}/"})
    assert sent.headers["Location"] == f"/me/{order.code}/"


def test_codes_are_not_sent_without_end(town: Town, client: Client) -> None:
    statuses = [client.post("/me/sign-in/", {"phone": "13800001234"}).status_code for _n in range(7)]
    assert statuses[0] == 200 and statuses[-1] == 429
    assert Message.objects.count() == 5


def test_a_wrong_code_keeps_the_phone(town: Town, client: Client) -> None:
    client.post("/me/sign-in/", {"phone": "13800001234"})
    page = client.post("/me/sign-in/", {"phone": "13800001234", "code": "12"}).content.decode()
    assert 'value="13800001234"' in page and "验证码不对" in page


# One's own data


def test_consent_is_given_and_taken_back(town: Town, sign_in: Any) -> None:
    person = town.need().person
    assert person
    town.applicant = person
    browser = sign_in(town, "applicant", on=Client())
    for act, word in (("consent", "收回同意"), ("withdraw", "没有同意")):
        browser.post("/me/data/", {"act": act, "person": person.pk, "purpose": "reminders"})
        assert word in text_of(browser.get("/me/data/"))
    browser.post("/me/data/", {"act": "consent", "person": person.pk, "purpose": "handle_request"})
    assert person.consents.filter(purpose__code="handle_request").count() == 0  # not a matter of consent


def test_nobody_changes_another_persons_data(town: Town, sign_in: Any) -> None:
    town.need()
    other = town.need(contact={"name": "李雷", "phone": "13800005678"}).person
    assert other
    browser = sign_in(town, "applicant", on=Client())
    for act in ("correct", "consent", "erase"):
        assert (
            browser.post("/me/data/", {"act": act, "person": other.pk, "name": "改了", "sure": "yes"}).status_code
            == 404
        )
    other.refresh_from_db()
    assert other.name == "李雷"


def test_correcting_explains_what_no_name_has(town: Town, sign_in: Any) -> None:
    person = town.need().person
    assert person
    town.applicant = person
    browser = sign_in(town, "applicant", on=Client())
    bad = browser.post("/me/data/", {"act": "correct", "person": person.pk, "name": "12345"})
    assert bad.status_code == 200 and "不是号码" in text_of(bad)
    browser.post("/me/data/", {"act": "correct", "person": person.pk, "name": "阿依古丽", "address": "甲一村"})
    person.refresh_from_db()
    assert person.name == "阿依古丽" and person.address == "甲一村"


def test_deleting_needs_a_yes_waits_for_what_is_open_and_says_what_the_law_keeps(town: Town, sign_in: Any) -> None:
    order = town.need()
    person = order.person
    assert person
    town.applicant = person
    browser = sign_in(town, "applicant", on=Client())
    ask = {"act": "erase", "person": person.pk}
    assert "先勾选" in text_of(browser.post("/me/data/", ask, follow=True))
    assert "正在办理" in text_of(browser.post("/me/data/", {**ask, "sure": "yes"}, follow=True))
    browser.post(f"/me/{order.code}/", {"act": "move:withdraw"})
    assert "保存到" in text_of(browser.get("/me/data/"))
    assert "依法要保存的档案" in text_of(browser.post("/me/data/", {**ask, "sure": "yes"}, follow=True))
    assert Person.objects.get(pk=person.pk).name == ""


# The shell


def test_the_shell_changes_its_name_with_its_files(town: Town, client: Client) -> None:
    script = client.get("/sw.js").content.decode()
    assert re.search(r'"shell-[0-9a-f]{12}"', script) and "/offline/" in script and "/static/ui/ui.css" in script
    for address in re.findall(r'"(/[^"]+)"', script.split(";")[0]):
        assert client.get(address).status_code == 200 or address.startswith("/static/")


@pytest.mark.parametrize(("language", "direction"), [("zh-hans", "ltr"), ("ug", "rtl"), ("en", "ltr")])
def test_the_manifest_speaks_the_readers_language(town: Town, client: Client, language: str, direction: str) -> None:
    client.cookies["language"] = language
    sheet = client.get("/manifest.webmanifest").json()
    assert sheet["dir"] == direction and sheet["lang"] == language
