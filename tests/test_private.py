"""Private notes: two people open them, nobody else through any door, and nobody out of the database."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from open12348.kernel import keyrings, limits
from open12348.kernel.access import Denied
from open12348.kernel.models import RateHit
from open12348.registry import accounts
from open12348.registry.models import FileView
from open12348.spine import journal, private, routing, story
from open12348.spine.casework import Refused
from open12348.spine.models import Case, Event, Keyring, NoteKey, PrivateNote

from .people import NOW, Town, at
from .test_doors import CAST, STAFF

LAWYERS = "七匹 骆驼 走 过 高昌 的 葡萄架"
CLIENTS = "تۆت ئالما ۋە كۆك ئاسمان"
SECRET = "证人买买提在阿克陶县的地址不能说出去。گۇۋاھچى قورقىدۇ، ئۇنىڭ ئادرېسىنى ئېيتماڭ。"


@pytest.fixture
def cheap(monkeypatch: Any) -> None:
    """Guesses that cost nothing, where a test makes hundreds."""
    monkeypatch.setattr(keyrings, "LOG_N", 4)
    monkeypatch.setattr(keyrings, "P", 1)


@pytest.fixture
def case(town: Town, cheap: None) -> Case:
    """A case in the hands of a lawyer, of a person whom a relative helped to bring it."""
    found = town.case(
        by="clerk", contact={"behalf": "relative", "helper_name": "买买提", "helper_phone": "13900009999"}
    )
    return hand(town, found, "provider")


def hand(town: Town, found: Case, who: str, when: Any = NOW) -> Case:
    account = town.staff[who]
    with journal.turn(order_id=found.pk, by=town.actor("supervisor"), at=when) as now:
        routing.hand(now, account=account, practitioner=account.practitioner)
    return Case.objects.get(pk=found.pk)


def set_words(town: Town, case: Case, *who: str, when: Any = NOW) -> None:
    for one in who or ("provider", "applicant"):
        words = CLIENTS if one == "applicant" else LAWYERS
        private.make_keyring(case=case, by=town.actor(one, when), at=when, words=words)


def write(
    town: Town, case: Case, who: str = "provider", text: str = SECRET, shared: bool = True, when: Any = NOW
) -> Any:
    by = town.actor(who, when)
    other = private.other_ring(by, case, when)
    return private.write(
        case=case, by=by, at=when, text=text, words=CLIENTS if who == "applicant" else LAWYERS,
        share_with=other.pk if shared and other else None,
    )  # fmt: skip


def read(town: Town, case: Case, who: str, words: str = "", when: Any = NOW) -> list[str | None]:
    said = words or (CLIENTS if who == "applicant" else LAWYERS)
    return [one.text for one in private.read(case=case, by=town.actor(who, when), at=when, words=said)]


# The keys


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=600), words=st.text(st.characters(codec="utf-8"), max_size=60), about=st.binary(max_size=40)
)
def test_what_is_locked_opens_again(text: str, words: str, about: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyrings, "LOG_N", 2)
        ring, key = keyrings.make(words), keyrings.new_key()
    box = keyrings.lock_key(key, ring.public, about)
    assert keyrings.unlock_key(box, keyrings.unlock(words, ring), about) == key
    clean = text.encode("utf-8", "ignore").decode()
    assert keyrings.unlock_note(keyrings.lock_note(clean, key, about), key, about) == clean


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_blob_is_noticed_wherever_it_was_changed(data: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyrings, "LOG_N", 2)
        ring, key = keyrings.make("words of somebody"), keyrings.new_key()

    def bent(blob: bytes) -> bytes:
        place, bit = data.draw(st.integers(0, len(blob) - 1)), 1 << data.draw(st.integers(0, 7))
        return blob[:place] + bytes([blob[place] ^ bit]) + blob[place + 1 :]

    secret = keyrings.unlock("words of somebody", ring)
    for part in ("public", "locked", "salt"):
        changed = keyrings.Ring(**{**vars(ring), part: bent(getattr(ring, part))})
        with pytest.raises((keyrings.WrongWords, keyrings.Tampered)):
            keyrings.unlock("words of somebody", changed)
    with pytest.raises(keyrings.Tampered):
        keyrings.unlock_key(bent(keyrings.lock_key(key, ring.public, b"here")), secret, b"here")
    with pytest.raises(keyrings.Tampered):
        keyrings.unlock_note(bent(keyrings.lock_note("text", key, b"here")), key, b"here")


def test_a_blob_that_was_put_elsewhere_or_cut_is_noticed() -> None:
    ring, other, key = keyrings.make("words of somebody"), keyrings.make("words of another"), keyrings.new_key()
    secret = keyrings.unlock("words of somebody", ring)
    box, note = keyrings.lock_key(key, ring.public, b"here"), keyrings.lock_note("text", key, b"here")
    for blob in (b"", box[:20], box[:-1], b"X" + box[1:]):
        with pytest.raises(keyrings.Tampered):
            keyrings.unlock_key(blob, secret, b"here")
    for blob in (b"", note[:10], note[:-1], b"N\x02" + note[2:]):
        with pytest.raises(keyrings.Tampered):
            keyrings.unlock_note(blob, key, b"here")
    with pytest.raises(keyrings.Tampered):
        keyrings.unlock_key(box, secret, b"there")
    with pytest.raises(keyrings.Tampered):
        keyrings.unlock_key(box, keyrings.unlock("words of another", other), b"here")
    with pytest.raises(keyrings.Tampered):
        keyrings.unlock_note(note, key, b"there")
    with pytest.raises(keyrings.Tampered):
        keyrings.lock_key(key, bytes(32), b"here")  # an open half that makes the same secret for everybody
    with pytest.raises(keyrings.WrongWords):
        keyrings.unlock("words of another", ring)


def test_a_blob_cannot_ask_for_all_the_memory_of_the_machine() -> None:
    ring = keyrings.make("words of somebody")
    for costs in ((40, 8, 1), (16, 255, 1), (16, 8, 200), (0, 8, 1)):
        with pytest.raises(keyrings.Tampered):
            keyrings.unlock("words of somebody", keyrings.Ring(ring.public, ring.locked[:2] + bytes(costs) + ring.locked[5:], ring.salt))  # fmt: skip


def test_a_guess_costs_what_the_decision_says() -> None:
    assert (1 << keyrings.LOG_N) * keyrings.R * 128 == 64 * 1024 * 1024 and keyrings.P == 2


def test_the_same_words_from_another_keyboard_open() -> None:
    ring = keyrings.make("Ａbc  四匹 骆驼１２")
    assert keyrings.unlock(" Abc 四匹\u3000骆驼12\u200f ", ring)
    with pytest.raises(keyrings.WrongWords):
        keyrings.unlock("abc 四匹 骆驼12", ring)


def test_a_short_and_a_shorter_note_look_alike() -> None:
    key = keyrings.new_key()
    assert len({len(keyrings.lock_note(text, key, b"")) for text in ("", "好", "好" * 80)}) == 1


# Who stands at the notes


def test_handler_and_client_read_what_is_shared(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case, "provider")
    write(town, case, "applicant", "老板给我打过电话", when=at("2026-11-23", 11))
    assert read(town, case, "provider") == ["老板给我打过电话", SECRET]
    assert read(town, case, "applicant") == ["老板给我打过电话", SECRET]
    assert journal.verify() == []


def test_what_is_not_shared_stays_with_its_writer(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case, "provider", "只给自己看", shared=False)
    assert read(town, case, "applicant") == [] and read(town, case, "provider") == ["只给自己看"]
    (line,) = private.listed(town.actor("applicant"), case, NOW)
    assert not line.mine  # that there is a note is told, its words are not
    other = private.other_ring(town.actor("provider"), case, NOW)
    assert other is not None
    note = PrivateNote.objects.get()
    assert private.share(case=case, by=town.actor("provider"), at=NOW, words=LAWYERS, notes=[note.pk], to=other.pk) == 1
    assert private.share(case=case, by=town.actor("provider"), at=NOW, words=LAWYERS, notes=[note.pk], to=other.pk) == 0
    assert read(town, case, "applicant") == ["只给自己看"]


NOBODY_ELSE = sorted((STAFF | {"stranger", "provider_two", "firm", "officer_two", "clerk_two"}) - {"provider"})


@pytest.mark.parametrize("who", NOBODY_ELSE)
def test_no_other_role_may_use_a_verb(town: Town, case: Case, who: str) -> None:
    set_words(town, case)
    note, by = write(town, case), town.actor(who)
    assert not private.may_open(by, case)
    for verb in (
        lambda: private.listed(by, case, NOW),
        lambda: private.count(by, case),
        lambda: private.read(case=case, by=by, at=NOW, words=LAWYERS),
        lambda: private.write(case=case, by=by, at=NOW, text="a", words=LAWYERS),
        lambda: private.make_keyring(case=case, by=by, at=NOW, words=LAWYERS),
        lambda: private.make_keyring(case=case, by=by, at=NOW, words=LAWYERS, for_client=True),
        lambda: private.change_words(case=case, by=by, at=NOW, words=LAWYERS, new=CLIENTS),
        lambda: private.retire(case=case, by=by, at=NOW),
        lambda: private.share(case=case, by=by, at=NOW, words=LAWYERS, notes=[note.pk], to=1),
        lambda: private.hand_over(case=case, by=by, at=NOW, words=LAWYERS, notes=[note.pk], to=1),
    ):
        with pytest.raises(Denied):
            verb()


def test_the_helper_is_not_the_client(town: Town, case: Case) -> None:
    helper = accounts.resident_actor(case.order.helper.phone_hash) if case.order.helper else None
    assert helper is not None and case.order.helper_id in helper.person_ids
    assert not private.may_open(helper, case)


def test_a_clerk_who_handles_a_case_is_no_adviser(town: Town, case: Case) -> None:
    taken = hand(town, case, "clerk")
    assert not private.may_open(town.actor("clerk"), taken) and not private.may_open(town.actor("provider"), taken)
    assert private.other_ring(town.actor("applicant"), taken, NOW) is None


@pytest.mark.parametrize("who", [*CAST, "provider_two", "firm", "officer_two"])
def test_every_member_of_the_cast_at_both_pages(town: Town, case: Case, sign_in: Any, who: str) -> None:
    set_words(town, case)
    write(town, case)
    browser = sign_in(town, who, on=Client())
    for path, opens, own_door in (
        (f"/console/cases/{case.code}/private/", {"provider"}, who not in {"nobody", "applicant", "stranger"}),
        (f"/console/cases/{case.code}/private/hand-over/", set(), who not in {"nobody", "applicant", "stranger"}),
        (f"/me/{case.code}/private/", {"applicant"}, who in {"applicant", "stranger"}),
    ):
        wanted = 200 if who in opens else 404 if own_door else 302
        for answer in (browser.get(path), browser.post(path, {"act": "read", "words": LAWYERS})):
            assert answer.status_code == wanted, (path, who)
            if wanted == 200:
                assert "no-store" in answer.headers["Cache-Control"]


def test_the_way_to_the_page_is_shown_to_the_two_only(town: Town, case: Case, sign_in: Any) -> None:
    there = f"/console/cases/{case.code}/private/"
    assert there in sign_in(town, "provider", on=Client()).get(f"/console/cases/{case.code}/").content.decode()
    assert there not in sign_in(town, "officer", on=Client()).get(f"/console/cases/{case.code}/").content.decode()
    own = f"/me/{case.code}/private/"
    assert own in sign_in(town, "applicant", on=Client()).get(f"/me/{case.code}/").content.decode()
    assert own not in sign_in(town, "stranger", on=Client()).get(f"/me/{case.code}/").content.decode()


# What remains where


def everything_in_the_database() -> str:
    """Every column of every table, as text; bytes as they are and as hex."""
    found = []
    with connection.cursor() as sql:
        sql.execute("SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
                    "WHERE table_type = 'BASE TABLE' AND table_schema = 'public'")  # fmt: skip
        for (table,) in sql.fetchall():
            sql.execute(f"SELECT * FROM {table}")
            for row in sql.fetchall():
                for value in row:
                    if isinstance(value, memoryview | bytes):
                        found.append(bytes(value).decode("utf-8", "ignore") + bytes(value).hex())
                    else:
                        found.append(str(value))
    return "\n".join(found)


def traces(text: str) -> list[str]:
    """What a text looks like wherever it may have been put: as it is, as JSON, hex, base64, a plain or a keyed hash."""
    import base64
    import hashlib
    import json

    from open12348.kernel.sealed import keyed_hash

    body = text.encode()
    return [
        text, json.dumps(text)[1:-1], body.hex(), base64.b64encode(body).decode()[:-4], hashlib.sha256(body).hexdigest(),
        *(keyed_hash(text, purpose) for purpose in ("journal", "otp", "phone")),
    ]  # fmt: skip


def test_no_column_anywhere_holds_the_words_or_the_text(
    town: Town, case: Case, sign_in: Any, caplog: Any, capsys: Any
) -> None:
    """Through the doors, with right and wrong words, and then the whole database is read, sealed fields opened too."""
    caplog.set_level(logging.DEBUG)
    lawyer, client = sign_in(town, "provider", on=Client()), sign_in(town, "applicant", on=Client())
    office, mine = f"/console/cases/{case.code}/private/", f"/me/{case.code}/private/"
    lawyer.post(office, {"act": "set", "words": LAWYERS, "again": LAWYERS})
    client.post(mine, {"act": "set", "words": CLIENTS, "again": CLIENTS})
    ring = Keyring.objects.get(order_id=case.pk)
    wrong = "six wrong words of theirs"
    for words in (wrong, LAWYERS):
        lawyer.post(
            office, {"act": "write", "text": SECRET, "words": words, "shared": "on", "ring": ring.pk, "newest": 0}
        )
    assert SECRET in client.post(mine, {"act": "read", "words": CLIENTS}).content.decode()
    assert "口令不对" in client.post(mine, {"act": "read", "words": wrong}).content.decode()
    client.post(mine, {"act": "change", "words": CLIENTS, "new": wrong, "again": wrong})
    lawyer.get(f"/console/cases/{case.code}/"), client.get("/me/data/")
    held = everything_in_the_database() + caplog.text + "".join(capsys.readouterr())
    for secret in (SECRET, LAWYERS, CLIENTS, wrong):
        for trace in [*traces(secret), *traces(keyrings.normal(secret))]:
            assert trace not in held
    from django.apps import apps

    opened = "".join(str(vars(row)) for model in apps.get_models() for row in model._base_manager.all())  # seals undone
    for secret in (SECRET, LAWYERS, CLIENTS, wrong):
        assert secret not in opened and secret[:12] not in opened


def test_the_servers_keys_open_nothing(town: Town, case: Case) -> None:
    from open12348.kernel.sealed import WrongKey, unseal

    set_words(town, case)
    write(town, case)
    for blob in [PrivateNote.objects.get().locked, *NoteKey.objects.values_list("locked", flat=True), *Keyring.objects.values_list("locked", flat=True)]:  # fmt: skip
        with pytest.raises(WrongKey):
            unseal(bytes(blob))


def test_story_and_journal_say_that_something_happened_and_no_more(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    event = Event.objects.get(order=case.order, kind="private_note")
    assert event.data == {"note": PrivateNote.objects.get().pk}
    told = str([vars(p) for p in story.read(case.order, journal.story(case.order))])
    assert "保密的谈话记录有变动" in told and SECRET[:6] not in told
    assert {e.data["act"] for e in Event.objects.filter(stream="keyrings")} == {"made"}
    assert journal.verify() == []


def test_the_exchange_shows_nothing(town: Town, case: Case, client: Client) -> None:
    set_words(town, case)
    write(town, case)
    from open12348.kernel.access import Role

    organisation = town.staff["firm"].memberships.get().organisation
    assert organisation is not None
    _row, secret = accounts.new_token(
        organisation=organisation, name="对接", scopes=["orders:read", "orders:write", "people:read"], at=NOW,
        division=town.units["653125000000"], role=Role.OFFICER,
    )  # fmt: skip
    schema = client.get("/api/v1/openapi.json").content.decode()
    assert "private" not in schema.lower() and "keyring" not in schema.lower()
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    shown = client.get(f"/api/v1/orders/{case.code}", **bearer)
    assert shown.status_code == 200 and "private" not in shown.content.decode()
    told = client.get(f"/api/v1/orders/{case.code}/events", **bearer).json()["events"]
    (line,) = [e for e in told if e["kind"] == "private_note"]  # the journal has no gaps for anybody: that, and no more
    assert line["data"] == {}
    for path in ("private", "notes", "documents", "private-notes"):
        assert client.get(f"/api/v1/orders/{case.code}/{path}", **bearer).status_code in {404, 405}


def test_a_copy_of_my_data_says_only_that_notes_exist(town: Town, case: Case, sign_in: Any) -> None:
    set_words(town, case)
    write(town, case)
    mine = sign_in(town, "applicant", on=Client()).get("/me/data/download/")
    assert mine.json()["orders"][0]["private_notes"] == 1 and SECRET not in mine.content.decode()
    browser = Client()
    session = browser.session
    assert case.order.helper is not None
    session[accounts.RESIDENT_KEY] = case.order.helper.phone_hash
    session.save()
    helpers = browser.get("/me/data/download/").json()["orders"][0]
    assert helpers["code"] == case.code and "private_notes" not in helpers
    assert browser.get(f"/me/{case.code}/private/").status_code == 404
    assert "/private/" not in browser.get(f"/me/{case.code}/").content.decode()


def test_the_person_reads_that_their_lawyer_opened_the_notes(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    read(town, case, "provider")
    assert FileView.objects.filter(purpose=private.PURPOSE, account=town.staff["provider"]).count() == 1


# Words


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "至少 12"), ("十个字不够长", "至少 12"), ("   a   b   c   ", "至少 12"), ("13800001234 653125", "只有数字"),
        ("aaaaaaaaaaaaaaaa", "只有数字"), ("阿依古丽·买买提13800001234", "大部分是姓名"), ("1qaz2wsx3edc", "太常见"),
        ("correct-horse-battery-99", "登录密码"), ("词" * 200 + "组与更多不同的词" * 60, "太长"),
    ],
)  # fmt: skip
def test_weak_words_are_told_why(town: Town, case: Case, words: str, why: str) -> None:
    accounts.new_password(account=town.staff["provider"], password="correct-horse-battery-99")
    with pytest.raises(private.WeakWords, match=why):
        private.make_keyring(case=case, by=town.actor("provider"), at=NOW, words=words)
    assert not Keyring.objects.exists()


def test_wrong_words_say_so_and_lose_nothing(town: Town, case: Case, sign_in: Any) -> None:
    set_words(town, case)
    browser = sign_in(town, "provider", on=Client())
    answer = browser.post(
        f"/console/cases/{case.code}/private/",
        {"act": "write", "text": SECRET, "words": "not the right words", "newest": 0, "shared": "on"},
    )
    page = answer.content.decode()
    assert "口令不对" in page and SECRET in page and "not the right words" not in page
    assert not PrivateNote.objects.exists() and "data-keep" not in page and "data-draft" not in page


def test_ten_wrong_words_an_hour_and_then_the_right_ones_wait_too(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    for _n in range(private.MOST_TRIES):
        with pytest.raises(private.WrongWords):
            read(town, case, "provider", "not the right words")
    with pytest.raises(private.TooOften):
        read(town, case, "provider")
    assert read(town, case, "applicant")  # the other one is not locked out
    assert read(town, case, "provider", when=at("2026-11-23", 11))


def test_right_words_do_not_count(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    for _n in range(private.MOST_TRIES * 2):
        read(town, case, "provider")
    assert RateHit.objects.get(key__startswith="private:").hits == 0


def test_giving_back_a_try_that_nobody_took_is_harmless(db: None) -> None:
    limits.give_back("nobody", seconds=60, at=NOW)
    assert not RateHit.objects.exists()


def test_the_door_says_429_when_words_were_tried_too_often(town: Town, case: Case, sign_in: Any) -> None:
    set_words(town, case)
    browser, path = sign_in(town, "applicant", on=Client()), f"/me/{case.code}/private/"
    said = {"act": "write", "text": SECRET, "words": "not the right words", "newest": 0}
    statuses = [browser.post(path, said).status_code for _n in range(private.MOST_TRIES + 1)]
    assert statuses == [200] * private.MOST_TRIES + [429]
    assert SECRET in browser.post(path, said).content.decode()


def test_changed_words_open_the_old_notes_and_the_old_words_nothing(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    by, new = town.actor("provider"), "冰山 上的 来客 与 三只 羊羔"
    with pytest.raises(private.WrongWords):
        private.change_words(case=case, by=by, at=NOW, words=CLIENTS, new=new)
    private.change_words(case=case, by=by, at=NOW, words=LAWYERS, new=new)
    assert read(town, case, "provider", new) == [SECRET]
    with pytest.raises(private.WrongWords):
        read(town, case, "provider", LAWYERS)


def test_a_retired_ring_gets_nothing_new_and_opens_only_with_its_own_words(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case, text="旧的")
    by, new = town.actor("applicant"), "冰山 上的 来客 与 三只 羊羔"
    old = private.retire(case=case, by=by, at=NOW)
    with pytest.raises(Refused):
        private.retire(case=case, by=by, at=NOW)
    with pytest.raises(Refused, match="先设口令"):
        private.write(case=case, by=by, at=NOW, text="没有活的钥匙", words=CLIENTS)
    write(town, case, text="停用以后")  # shared with nobody: there is no living ring
    fresh = private.make_keyring(case=case, by=by, at=NOW, words=new)
    write(town, case, text="给新钥匙的")
    assert read(town, case, "applicant", new) == ["给新钥匙的"] and read(town, case, "applicant", CLIENTS) == ["旧的"]
    assert [line.old for line in private.listed(by, case, NOW)] == [False, False, True]
    assert old.note_keys.count() == 1
    note = PrivateNote.objects.order_by("pk").first()
    assert note is not None
    assert private.share(case=case, by=by, at=NOW, words=CLIENTS, notes=[note.pk], to=fresh.pk) == 1  # carried over
    assert read(town, case, "applicant", new) == ["给新钥匙的", "旧的"]


def test_forgotten_words_are_helped_by_the_other_one_only(town: Town, case: Case) -> None:
    set_words(town, case)
    note, by = write(town, case), town.actor("applicant")
    private.retire(case=case, by=by, at=NOW)
    fresh = private.make_keyring(case=case, by=by, at=NOW, words="冰山 上的 来客 与 三只 羊羔")
    private.share(case=case, by=town.actor("provider"), at=NOW, words=LAWYERS, notes=[note.pk], to=fresh.pk)
    assert read(town, case, "applicant", "冰山 上的 来客 与 三只 羊羔") == [SECRET]


def test_both_see_the_same_number_until_a_key_is_changed(town: Town, case: Case) -> None:
    assert private.compared(town.actor("provider"), case, NOW) == ""
    set_words(town, case)
    seen = private.compared(town.actor("provider"), case, NOW)
    assert seen == private.compared(town.actor("applicant"), case, NOW) and len(seen) == 20
    stranger = keyrings.make("words of a thief here")
    Keyring.objects.filter(order_id=case.pk).update(public=stranger.public)  # behind the program's back
    assert private.compared(town.actor("provider"), case, NOW) != seen


# The pages


def test_a_client_sets_words_on_the_lawyers_device_in_their_own_language(town: Town, case: Case, sign_in: Any) -> None:
    set_words(town, case, "provider")
    browser, path = sign_in(town, "provider", on=Client()), f"/console/cases/{case.code}/private/"
    assert "?for=client" in browser.get(path).content.decode()
    shown = browser.get(path + "?for=client").content.decode()
    assert 'lang="ug"' in shown and "console:case" not in shown
    bad = browser.post(path + "?for=client", {"act": "client", "words": "short", "again": "short"}).content.decode()
    assert 'id="errors"' in bad
    assert browser.post(path + "?for=client", {"act": "client", "words": CLIENTS, "again": CLIENTS}).status_code == 302
    assert Keyring.objects.get(order_id=case.pk)
    assert "?for=client" not in browser.get(path).content.decode()
    write(town, case)
    assert read(town, case, "applicant") == [SECRET]


def test_two_tabs_set_one_ring_and_store_no_note_twice(town: Town, case: Case, sign_in: Any) -> None:
    browser, path = sign_in(town, "applicant", on=Client()), f"/me/{case.code}/private/"
    first = {"act": "set", "words": CLIENTS, "again": CLIENTS}
    assert browser.post(path, first).status_code == 302
    assert browser.post(path, first).status_code == 409 and Keyring.objects.count() == 1
    said = {"act": "write", "text": "第一份", "words": CLIENTS, "newest": 0}
    assert browser.post(path, said).status_code == 302
    again = browser.post(path, said)
    assert again.status_code == 409 and "第一份" in again.content.decode() and PrivateNote.objects.count() == 1
    note = PrivateNote.objects.get()
    assert f'name="newest" value="{note.pk}"' in again.content.decode()  # a second press, once it was looked at, stores
    assert browser.post(path, {**said, "text": "第二份", "newest": note.pk}).status_code == 302


def test_words_changed_in_another_tab_are_asked_again(town: Town, case: Case, sign_in: Any) -> None:
    set_words(town, case)
    browser, path = sign_in(town, "provider", on=Client()), f"/console/cases/{case.code}/private/"
    new = "冰山 上的 来客 与 三只 羊羔"
    assert browser.post(path, {"act": "change", "words": LAWYERS, "new": new, "again": new}).status_code == 302
    late = browser.post(path, {"act": "write", "text": "写到一半", "words": LAWYERS, "newest": 0}).content.decode()
    assert "口令不对" in late and "写到一半" in late


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"act": "write", "text": " ", "words": LAWYERS}, "请写记录的内容"),
        ({"act": "write", "text": "好", "words": ""}, "请写口令"),
        ({"act": "write", "text": "长" * 20_001, "words": LAWYERS}, "最多 20000"),
        ({"act": "retire"}, "请先勾选"), ({"act": "change", "words": LAWYERS, "new": "a", "again": "b"}, "两次写的不一样"),
    ],
)  # fmt: skip
def test_bad_input_is_told(town: Town, case: Case, sign_in: Any, said: dict[str, Any], why: str) -> None:
    set_words(town, case)
    answer = sign_in(town, "provider", on=Client()).post(f"/console/cases/{case.code}/private/", said)
    assert answer.status_code in {200, 409} and why in answer.content.decode()
    assert not PrivateNote.objects.exists() and Keyring.objects.filter(retired_at__isnull=True).count() == 2


@pytest.mark.parametrize("notes", [[], ["no"], ["9" * 30], ["999999"]])
def test_sharing_wants_a_note_that_is_there(town: Town, case: Case, sign_in: Any, notes: list[str]) -> None:
    set_words(town, case)
    write(town, case, shared=False)
    ring = Keyring.objects.get(order_id=case.pk)
    said = {"act": "share", "words": LAWYERS, "ring": ring.pk, "notes": notes}
    answer = sign_in(town, "provider", on=Client()).post(f"/console/cases/{case.code}/private/", said)
    assert answer.status_code in {200, 409} and 'id="errors"' in answer.content.decode()
    assert NoteKey.objects.count() == 1


def test_an_unknown_act_does_nothing(town: Town, case: Case, sign_in: Any) -> None:
    answer = sign_in(town, "provider", on=Client()).post(f"/console/cases/{case.code}/private/", {"act": "nonsense"})
    assert answer.status_code == 400


def test_twenty_thousand_signs_are_a_note(town: Town, case: Case) -> None:
    set_words(town, case)
    text = ("گۇۋاھچى ۋە 证人 " * 2000)[:20_000].strip()
    write(town, case, text=text)
    assert read(town, case, "applicant") == [text]


def test_a_note_that_somebody_changed_is_told_and_hides_no_other(town: Town, case: Case, sign_in: Any) -> None:
    set_words(town, case)
    first = write(town, case, text="第一份")
    write(town, case, text="第二份", when=at("2026-11-23", 11))
    PrivateNote.objects.filter(pk=first.pk).update(locked=bytes(first.locked)[:-1] + b"\x00")
    assert read(town, case, "provider") == ["第二份", None]
    page = sign_in(town, "provider", on=Client()).post(f"/console/cases/{case.code}/private/", {"act": "read", "words": LAWYERS})  # fmt: skip
    assert "被改动过" in page.content.decode() and "第二份" in page.content.decode()
    hand_to = Keyring.objects.get(order_id=case.pk)
    NoteKey.objects.filter(note=first, keyring=hand_to).delete()
    with pytest.raises(Refused, match="被改动过"):
        private.share(case=case, by=town.actor("provider"), at=NOW, words=LAWYERS, notes=[first.pk], to=hand_to.pk)


def test_a_note_moved_to_another_case_or_writer_does_not_open(town: Town, case: Case) -> None:
    set_words(town, case)
    note = write(town, case)
    PrivateNote.objects.filter(pk=note.pk).update(author=None)  # as if the client had written it
    assert read(town, case, "applicant") == [None]


# A change of handler


def changed(town: Town, case: Case) -> Case:
    return hand(town, case, "provider_two", when=at("2026-11-24"))


def test_the_new_lawyer_starts_with_none_and_the_client_keeps_theirs(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    after = changed(town, case)
    later = at("2026-11-24", 11)
    set_words(town, after, "provider_two", when=later)
    assert read(town, after, "provider_two", when=later) == [] and read(town, after, "applicant", when=later) == [
        SECRET
    ]
    with pytest.raises(Denied):
        read(town, after, "provider", when=later)
    ring = private.other_ring(town.actor("applicant"), after, later)
    assert ring is not None
    note = PrivateNote.objects.get()
    private.share(case=after, by=town.actor("applicant"), at=later, words=CLIENTS, notes=[note.pk], to=ring.pk)
    assert read(town, after, "provider_two", when=later) == [SECRET]  # the client may, without the former one


def test_the_former_lawyer_hands_over_once_and_then_finds_nothing(town: Town, case: Case, sign_in: Any) -> None:
    import time_machine

    set_words(town, case)
    first, second = write(town, case, text="要交的"), write(town, case, text="不交的", shared=False)
    after = changed(town, case)
    later = at("2026-11-24", 11)
    with time_machine.travel(later, tick=True):
        former, new = sign_in(town, "provider", on=Client()), sign_in(town, "provider_two", on=Client())
        there = f"/console/cases/{after.code}/private/hand-over/"
        assert former.get(f"/console/cases/{after.code}/private/").status_code == 404
        assert former.get(f"/console/cases/{after.code}/").status_code == 404
        assert "还没有设口令" in former.get(there).content.decode()
        set_words(town, after, "provider_two", when=later)
        assert there in new.get(f"/console/cases/{after.code}/private/").content.decode()
        assert new.get(there).status_code == 404
        shown = former.get(there).content.decode()
        assert "要交的" not in shown and "阿依古丽" not in shown
        ring = private.successor_ring(after)
        assert ring is not None
        said = {"act": "hand", "notes": [first.pk], "ring": ring.pk}
        assert "请写口令" in former.post(there, said).content.decode()
        assert "口令不对" in former.post(there, {**said, "words": "not the right words"}).content.decode()
        assert former.post(there, {**said, "words": LAWYERS, "ring": 0}).status_code == 409
        assert former.post(there, {**said, "words": LAWYERS}).status_code == 302
        assert (
            former.get(there).status_code == 404 and former.post(there, {**said, "words": LAWYERS}).status_code == 404
        )
        assert there not in new.get(f"/console/cases/{after.code}/private/").content.decode()
    assert read(town, after, "provider_two", when=later) == ["要交的"]
    assert second.keys.count() == 1
    assert Event.objects.filter(order=after.order, kind="private_note", data__act="handed_over").count() == 1
    assert journal.verify() == []


def test_handing_over_nothing_is_an_answer_too(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case, shared=False)
    after, later = changed(town, case), at("2026-11-24", 11)
    assert private.hand_over(case=after, by=town.actor("provider"), at=later) == 0
    assert not private.may_hand_over(town.actor("provider"), after, later)


def test_after_thirty_days_nothing_is_handed_over(town: Town, case: Case) -> None:
    set_words(town, case)
    write(town, case)
    after = changed(town, case)
    assert private.may_hand_over(town.actor("provider"), after, at("2026-12-24", 9))
    assert not private.may_hand_over(town.actor("provider"), after, at("2026-12-24", 11))
    for who in ("officer", "supervisor", "administrator", "firm", "provider_two", "applicant"):
        assert not private.may_hand_over(town.actor(who), after, at("2026-11-25"))


def test_a_note_for_the_old_lawyer_does_not_go_to_the_new_one_unseen(town: Town, case: Case) -> None:
    """The client's page was opened before the change: what they send to their lawyer is stored for nobody else."""
    set_words(town, case)
    shown = private.other_ring(town.actor("applicant"), case, NOW)
    assert shown is not None
    after = changed(town, case)
    set_words(town, after, "provider_two", when=at("2026-11-24"))
    with pytest.raises(private.Moved):
        private.write(case=after, by=town.actor("applicant"), at=at("2026-11-24"), text=SECRET, words=CLIENTS, share_with=shown.pk)  # fmt: skip
    assert not PrivateNote.objects.exists()


def test_a_lawyer_has_one_ring_for_all_cases_and_a_client_one_for_each(town: Town, case: Case) -> None:
    set_words(town, case)
    other = hand(town, town.case(), "provider")
    assert private.own_ring(town.actor("provider"), other) == private.own_ring(town.actor("provider"), case)
    assert private.own_ring(town.actor("applicant"), other) is None
    write(town, case)
    assert read(town, other, "provider") == []  # notes of one case are not shown at another
