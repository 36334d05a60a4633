"""Private notes: what passed between a client and whoever helps them, locked to their own words (decision 0010).

Two people stand at a note: the present handler of the case, a provider, and the person the order is for. Nobody else has a
door to it, whatever their role; and who holds the database with all keys of the server opens nothing. No line is named
here: any service whose cases a provider handles has it.

The words live in memory while a request is answered, never longer: no verb hands them on, stores, logs or repeats them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from open12348.kernel import keyrings, limits
from open12348.kernel.access import Actor, Denied, Role
from open12348.registry import accounts, people
from open12348.registry.models import Account

from . import journal
from .casework import Refused
from .journal import turn
from .models import Assignment, Case, Event, Keyring, NoteKey, PrivateNote

#: The shortest words. A guess costs a fifth of a second (kernel/keyrings), so a thief of the whole database with a thousand
#: machines tries some 10**11 in a year. Twelve letters of small words are about 10**12 and more, ten are not.
LEAST_WORDS = 12
#: So much must be left of the words when everything is taken out that the database knows about their holder.
LEAST_OWN = 8
#: So many wrong words in an hour; then the ring rests until the hour is over. At 24 x 10 a day nobody guesses twelve signs.
MOST_TRIES, TRIES_SECONDS = 10, 3600
MOST_TEXT = 20_000
#: Days within which a former handler may hand over (the length of the closing file's limit: later the file is closed).
HAND_OVER_DAYS = 30
#: Old rings that words are tried on after the living one; each costs a fifth of a second.
MOST_OLD = 2

#: Why a file was opened, as the person reads it.
PURPOSE = gettext_noop("保密的谈话记录")


class WeakWords(Refused):
    """Words that would not hold; says why."""


class WrongWords(Refused):
    """The words open no ring of the actor's."""


class TooOften(Refused):
    """Too many wrong words; the ring rests."""


class Moved(Refused):
    """Something is not as the page showed it (another reader, another tab): what was typed is to be looked at again."""


# Who stands at the notes of a case


def _handles(account: Account | None, case: Case, at: datetime) -> bool:
    return account is not None and account.is_active and any(
        g.role is Role.PROVIDER and g.covers_line(case.line) for g in accounts.grants_of(account, at)
    )  # fmt: skip


def is_handler(by: Actor, case: Case) -> bool:
    """True for the present handler of a case who handles it as a provider."""
    return (
        by.is_staff and by.account_id is not None and by.account_id == case.handler_id
        and any(g.role is Role.PROVIDER and g.covers_line(case.line) for g in by.grants)
    )  # fmt: skip


def is_client(by: Actor, case: Case) -> bool:
    """True for the person the order is for: not whoever helped them to bring it."""
    return by.is_resident and case.order.person_id is not None and case.order.person_id in by.person_ids


def may_open(by: Actor, case: Case) -> bool:
    """Whether somebody stands at the notes of a case. Everybody else is told that there is no such page."""
    return is_handler(by, case) or is_client(by, case)


def in_use(case: Case, at: datetime) -> bool:
    """Whether a page is worth a link for the client: a provider handles the case, or notes were written."""
    return _handles(case.handler, case, at) or case.order.private_notes.exists()


def count(by: Actor, case: Case) -> int:
    """How many notes there are at a case: all that a copy of a person's own data may say. Errors: Denied."""
    _stand(by, case)
    return case.order.private_notes.count()


def _stand(by: Actor, case: Case) -> None:
    if not may_open(by, case):
        raise Denied(_("这一页只有办理人和当事人本人能打开。"))


def _rings(by: Actor, case: Case) -> list[Keyring]:
    """The rings of one who stands here, the living one first, then old ones, the newest first."""
    if by.is_resident:
        found = Keyring.objects.filter(order_id=case.pk)
    else:
        found = Keyring.objects.filter(account_id=by.account_id or 0)
    return sorted(found.order_by("-made_at", "-pk"), key=lambda ring: ring.retired_at is not None)


def own_ring(by: Actor, case: Case) -> Keyring | None:
    """The living ring of one who stands here."""
    return next((ring for ring in _rings(by, case) if ring.retired_at is None), None)


def other_ring(by: Actor, case: Case, at: datetime) -> Keyring | None:
    """The living ring of the other one: the client's for the handler, the handler's for the client."""
    if not by.is_resident:
        return Keyring.objects.filter(order_id=case.pk, retired_at__isnull=True).first()
    if not _handles(case.handler, case, at):
        return None
    return Keyring.objects.filter(account_id=case.handler_id or 0, retired_at__isnull=True).first()


def compared(by: Actor, case: Case, at: datetime) -> str:
    """Twenty digits that handler and client see alike while nobody has put another key between them; '' before both have one."""
    own, other = own_ring(by, case), other_ring(by, case, at)
    return keyrings.compared(bytes(own.public), bytes(other.public)) if own and other else ""


# Words and rings


def judge(words: str, *, by: Actor, case: Case, for_client: bool = False) -> None:
    """Whether words will hold. Errors: WeakWords, which says what would be better."""
    said = keyrings.normal(words)
    if len(said) < LEAST_WORDS:
        raise WeakWords(_("口令至少 %(least)s 个字符，您写了 %(n)s 个。几个不相干的词连起来，好记又难猜。")
                        % {"least": LEAST_WORDS, "n": len(said)})  # fmt: skip
    if len(said) > 500:
        raise WeakWords(_("口令太长了，500 个字符以内就够。"))
    if not any(sign.isalpha() for sign in said) or len(set(said)) < 5:
        raise WeakWords(_("只有数字或重复的字太容易猜：电话、证件号、生日别人也知道。请加几个词。"))
    person = case.order.person
    account = None if for_client or by.is_resident else Account.objects.filter(pk=by.account_id or 0).first()
    known = [case.order.code]
    known += [person.name, person.name_ug, person.name_latin, person.phone, person.id_number] if person else []
    known += [account.username, account.name] if account else []
    left = said.casefold().replace(" ", "")
    for fact in sorted({keyrings.normal(k).casefold().replace(" ", "") for k in known if k}, key=len, reverse=True):
        left = left.replace(fact, "") if len(fact) > 1 else left
    if len(left) < LEAST_OWN:
        raise WeakWords(_("口令里大部分是姓名、电话或编号，别人猜得到。请换成几个不相干的词。"))
    try:
        CommonPasswordValidator().validate(said)
    except ValidationError:
        raise WeakWords(_("这个口令太常见，很容易猜到。请换成几个不相干的词。")) from None
    if account is not None and (account.check_password(words) or account.check_password(said)):
        raise WeakWords(_("请不要用登录密码：登录密码管理员可以重设，口令谁也不能重设。"))


@transaction.atomic
def make_keyring(*, case: Case, by: Actor, at: datetime, words: str, for_client: bool = False) -> Keyring:
    """A first ring, or one after the old one was retired, under words of its holder's own choosing.

    In: `for_client` by the handler at a meeting: the client types, on the handler's device.
    Errors: WeakWords, Refused (there is one), Denied.
    """
    _stand(by, case)
    if for_client and not is_handler(by, case):
        raise Denied(_("只有办理人能请当事人在这里设口令。"))
    judge(words, by=by, case=case, for_client=for_client)
    client = for_client or by.is_resident
    ring = keyrings.make(words)
    try:
        with transaction.atomic():
            row = Keyring.objects.create(
                account_id=None if client else by.account_id, order_id=case.pk if client else None, public=ring.public,
                locked=ring.locked, salt=ring.salt, made_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("口令已经设过了（也许是在另一个页面）。")) from None
    _note_ring(row, "made", by, at)
    return row


def _note_ring(row: Keyring, act: str, by: Actor, at: datetime) -> None:
    journal.write(stream="keyrings", kind="keyring", by=by, at=at, keyring=row.pk, act=act)


def _open(rings: list[Keyring], words: str, by: Actor, at: datetime) -> tuple[Keyring, bytes]:
    """The first of some rings that the words open, with its secret half. Every wrong try counts, for all of a holder's rings.

    Never inside a transaction of ours: the count of a wrong try must stay.
    Errors: WrongWords, TooOften, Refused when there is no ring.
    """
    if not rings:
        raise Refused(_("请先设口令。"))
    holder = f"account:{rings[0].account_id}" if rings[0].account_id else f"order:{rings[0].order_id}"
    key = f"private:{holder}"
    if not limits.allowed(key, most=MOST_TRIES, seconds=TRIES_SECONDS, at=at):
        raise TooOften(
            _("一小时内口令错了 %(most)s 次，先停一停，请过一小时再试。您写的内容还在。") % {"most": MOST_TRIES}
        )
    for row in rings[: 1 + MOST_OLD]:
        try:
            secret = keyrings.unlock(words, keyrings.Ring(bytes(row.public), bytes(row.locked), bytes(row.salt)))
        except (keyrings.WrongWords, keyrings.Tampered):
            continue
        limits.give_back(key, seconds=TRIES_SECONDS, at=at)
        return row, secret
    raise WrongWords(_("口令不对。请看一下输入法和大小写再试；您写的内容还在。"))


def change_words(*, case: Case, by: Actor, at: datetime, words: str, new: str) -> Keyring:
    """Other words for the same ring: every note stays readable. Errors: WrongWords, TooOften, WeakWords, Refused, Denied.

    What was copied out of the database before opens with the old words still; against that helps only a new ring.
    """
    _stand(by, case)
    rings = [ring for ring in _rings(by, case) if ring.retired_at is None]
    judge(new, by=by, case=case)
    row, secret = _open(rings, words, by, at)
    fresh = keyrings.lock(new, secret)
    with transaction.atomic():
        changed = Keyring.objects.filter(pk=row.pk, locked=row.locked, retired_at__isnull=True).update(
            locked=fresh.locked, salt=fresh.salt
        )
        if not changed:
            raise Moved(_("口令刚在另一个页面改过。请用新口令再试。"))
        _note_ring(row, "words", by, at)
    row.refresh_from_db()
    return row


def retire(*, case: Case, by: Actor, at: datetime) -> Keyring:
    """Lay a ring down: its words are forgotten, or somebody else knows them. Nothing is locked to it any more.

    Needs no words, for forgotten ones cannot be said. What was locked to it opens with its old words only.
    Errors: Refused when there is none, Denied.
    """
    _stand(by, case)
    row = own_ring(by, case)
    if row is None or not Keyring.objects.filter(pk=row.pk, retired_at__isnull=True).update(retired_at=at):
        raise Refused(_("没有可以停用的口令。"))
    _note_ring(row, "retired", by, at)
    row.refresh_from_db()
    return row


# Notes


@dataclass(frozen=True)
class Opened:
    """A note as its reader sees it. `text` is None when the stored blob was changed: it does not open, and that is said."""

    note: PrivateNote
    text: str | None

    @property
    def at(self) -> datetime:
        return self.note.at

    @property
    def broken(self) -> bool:
        return self.text is None


@dataclass(frozen=True)
class Listed:
    """What may be said of a note without its words: when, by whom, who can open it."""

    note: PrivateNote
    own: bool
    mine: bool
    shared: bool
    old: bool = False  # of the reader's keys only a retired one fits


def _about(note: PrivateNote) -> bytes:
    writer = f"account:{note.author_id}" if note.author_id else "client"
    return f"{note.order_id}|{writer}|{round(note.at.timestamp() * 1_000_000)}".encode()


def listed(by: Actor, case: Case, at: datetime) -> list[Listed]:
    """The notes of a case, the newest first, as lines without words. Errors: Denied."""
    _stand(by, case)
    rings = _rings(by, case)
    live, all_mine = {r.pk for r in rings if r.retired_at is None}, {r.pk for r in rings}
    other = other_ring(by, case, at)
    found = []
    for note in case.order.private_notes.select_related("author").prefetch_related("keys").order_by("-at", "-pk"):
        held = {key.keyring_id for key in note.keys.all()}
        found.append(
            Listed(
                note, own=note.author_id == (None if by.is_resident else by.account_id), mine=bool(held & all_mine),
                shared=other is not None and other.pk in held, old=bool(held & all_mine) and not held & live,
            )
        )  # fmt: skip
    return found


def newest(case: Case) -> int:
    """The number of the newest note, for a form to say what it has seen."""
    return case.order.private_notes.order_by("-pk").values_list("pk", flat=True).first() or 0


def write(
    *, case: Case, by: Actor, at: datetime, text: str, words: str, share_with: int | None = None, expect: int | None = None
) -> PrivateNote:  # fmt: skip
    """Write a note, locked to the writer's ring and, when they want, to the other one's.

    In: `share_with` the ring of the other one as the page showed it: if another handler has come meanwhile, nothing is
    written. `expect` the newest note the page knew: a second press or another tab is told so.
    Errors: Refused (empty, too long, no ring), WrongWords, TooOften, Moved, Denied.
    """
    _stand(by, case)
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Refused(_("请写记录的内容。"))
    if len(text) > MOST_TEXT:
        raise Refused(
            _("一份记录最多 %(most)s 个字符，您写了 %(n)s 个。请分成几份。") % {"most": MOST_TEXT, "n": len(text)}
        )
    row, _secret = _open([r for r in _rings(by, case) if r.retired_at is None], words, by, at)
    with turn(order_id=case.pk, by=by, at=at) as now:
        _stand(by, now.case)
        if expect is not None and newest(now.case) != expect:
            raise Moved(
                _("您打开这一页以后，这里已经存进一份记录（也许是另一个页面，也许是按了两次）。您写的还在，看过再存。")
            )
        readers = [row]
        if share_with is not None:
            other = other_ring(by, now.case, at)
            if other is None or other.pk != share_with:
                raise Moved(_("能一起看的人变了（换了办理人或换了口令），所以没有存。您写的还在，看过再存。"))
            readers.append(other)
        note = PrivateNote(order=now.order, author_id=None if by.is_resident else by.account_id, at=at)
        key, about = keyrings.new_key(), _about(note)
        note.locked = keyrings.lock_note(text, key, about)
        note.save(force_insert=True)
        NoteKey.objects.bulk_create(
            NoteKey(note=note, keyring=r, locked=keyrings.lock_key(key, bytes(r.public), about)) for r in readers
        )
        now.write("private_note", note=note.pk)
    return note


def read(*, case: Case, by: Actor, at: datetime, words: str) -> list[Opened]:
    """The notes that the words open, the newest first. Words of a retired ring open what was locked to it.

    Errors: WrongWords, TooOften, Refused (no ring), Denied.
    """
    _stand(by, case)
    row, secret = _open(_rings(by, case), words, by, at)
    if not by.is_resident:
        people.looked(person=case.order.person, by=by, at=at, purpose=PURPOSE, order_code=case.order.code)
    found = []
    for held in NoteKey.objects.filter(keyring=row, note__order_id=case.pk).select_related("note", "note__author"):
        try:
            key = keyrings.unlock_key(bytes(held.locked), secret, _about(held.note))
            found.append(Opened(held.note, keyrings.unlock_note(bytes(held.note.locked), key, _about(held.note))))
        except (keyrings.Tampered, ValueError):
            found.append(Opened(held.note, None))
    return sorted(found, key=lambda o: (o.note.at, o.note.pk), reverse=True)


def share(*, case: Case, by: Actor, at: datetime, words: str, notes: Collection[int], to: int) -> int:
    """Let another ring open notes that one can open oneself. Out: how many.

    In: `notes` their numbers; `to` a ring as the page showed it: the other one's, or one's own living one (to carry over
    what an old ring opens). Errors: WrongWords, TooOften, Moved, Refused (nothing chosen), Denied.
    """
    _stand(by, case)
    if not notes:
        raise Refused(_("请先勾选记录。"))
    row, secret = _open(_rings(by, case), words, by, at)
    with turn(order_id=case.pk, by=by, at=at) as now:
        _stand(by, now.case)
        target = next((r for r in (other_ring(by, now.case, at), own_ring(by, now.case)) if r and r.pk == to), None)
        if target is None:
            raise Moved(_("能一起看的人变了（换了办理人或换了口令），所以没有分享。请看过再试。"))
        n = _pass_on(now.case, row, secret, target, notes)
        if n:
            now.write("private_note", act="shared", keyring=target.pk, count=n)
    return n


def _pass_on(case: Case, row: Keyring, secret: bytes, target: Keyring, notes: Collection[int]) -> int:
    """Lock the keys that a secret half opens to another ring as well. Notes it holds already count as nothing."""
    held = NoteKey.objects.filter(keyring=row, note__order_id=case.pk, note_id__in=notes).exclude(
        note_id__in=NoteKey.objects.filter(keyring=target).values("note_id")
    )
    fresh = []
    for one in held.select_related("note"):
        about = _about(one.note)
        try:
            key = keyrings.unlock_key(bytes(one.locked), secret, about)
            keyrings.unlock_note(bytes(one.note.locked), key, about)  # what was changed is not passed on
        except keyrings.Tampered:
            raise Refused(_("%(n)s 号记录的存档被改动过，打不开，没有分享。") % {"n": one.note_id}) from None
        fresh.append(NoteKey(note=one.note, keyring=target, locked=keyrings.lock_key(key, bytes(target.public), about)))
    NoteKey.objects.bulk_create(fresh)
    return len(fresh)


# A change of handler


def may_hand_over(by: Actor, case: Case, at: datetime) -> bool:
    """True for the handler before the present one, for thirty days, until they have handed over: once, to a provider."""
    if not by.is_staff or by.account_id is None or by.account_id == case.handler_id:
        return False
    if not by.has(Role.PROVIDER) or not _handles(case.handler, case, at):
        return False
    past = Assignment.objects.filter(order_id=case.pk, until__isnull=False).order_by("-until", "-pk")
    last = next((a for a in past.exclude(account_id=case.handler_id or 0) if a.account_id is not None), None)
    if last is None or last.account_id != by.account_id or last.until is None:
        return False
    if at > last.until + timedelta(days=HAND_OVER_DAYS):
        return False
    if Event.objects.filter(
        order_id=case.pk, kind="private_note", actor=by.label, data__act="handed_over", at__gte=last.until
    ).exists():
        return False
    return NoteKey.objects.filter(note__order_id=case.pk, keyring__account_id=by.account_id or 0).exists()


def former_case(by: Actor, code: str, at: datetime) -> Case | None:
    """The case with a code, if the actor had it before and may still hand its notes over: it is out of their sight else."""
    if not by.is_staff or not (code.isascii() and code.isdigit()):
        return None
    found = Case.objects.select_related("order", "handler").filter(order__code=code).first()
    return found if found is not None and may_hand_over(by, found, at) else None


def to_hand_over(by: Actor, case: Case, at: datetime) -> list[PrivateNote]:
    """The notes that a former handler could hand over, without their words. Errors: Denied."""
    if not may_hand_over(by, case, at):
        raise Denied(_("您不能移交这件事的保密记录。"))
    mine = NoteKey.objects.filter(note__order_id=case.pk, keyring__account_id=by.account_id or 0).values("note_id")
    return list(PrivateNote.objects.filter(pk__in=mine).order_by("-at", "-pk"))


def hand_over(
    *, case: Case, by: Actor, at: datetime, words: str = "", notes: Collection[int] = (), to: int | None = None
) -> int:
    """By the former handler: let the one who follows open the notes chosen (none: then that is the end of it). Once.

    In: `to` the ring of the one who follows, as the page showed it. Errors: WrongWords, TooOften, Moved, Refused, Denied.
    """
    if not may_hand_over(by, case, at):
        raise Denied(_("您不能移交这件事的保密记录。"))
    row, secret = _open(_rings(by, case), words, by, at) if notes else (None, b"")
    with turn(order_id=case.pk, by=by, at=at) as now:
        if not may_hand_over(by, now.case, at):
            raise Denied(_("您不能移交这件事的保密记录。"))
        n = 0
        if row is not None:
            target = successor_ring(now.case)
            if target is None or target.pk != to:
                raise Moved(_("接办人还没有设口令，或者又换了人，所以没有移交。请看过再试。"))
            n = _pass_on(now.case, row, secret, target, notes)
        now.write("private_note", act="handed_over", count=n)
    return n


def successor_ring(case: Case) -> Keyring | None:
    """The living ring of the present handler."""
    return Keyring.objects.filter(account_id=case.handler_id or 0, retired_at__isnull=True).first()


def awaits(by: Actor, case: Case, at: datetime) -> bool:
    """True for the present handler while the one before could still hand notes over to them."""
    if not is_handler(by, case):
        return False
    past = Assignment.objects.filter(order_id=case.pk, until__isnull=False, account__isnull=False)
    former = past.exclude(account_id=case.handler_id or 0).order_by("-until", "-pk").select_related("account").first()
    account = former.account if former else None
    return account is not None and account.is_active and may_hand_over(accounts.actor_for(account, at), case, at)
