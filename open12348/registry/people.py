"""Residents: found by keyed hash, matched across scripts, their consents, and who looked at their file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel import messages, names, numbers
from open12348.kernel.access import Actor
from open12348.kernel.sealed import keyed_hash

from .models import Consent, Division, FileView, IdKind, Person, PhoneCode, Purpose, RightsRequest

#: How long a sign-in code lives, and how often it may be tried.
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5


@dataclass(frozen=True)
class Match:
    """Somebody who may be the same person: why, and how sure (1.0 certain)."""

    person: Person
    why: str  # id | phone | name
    score: float


def hash_phone(phone: str) -> str:
    """Keyed hash of a phone in canonical form; '' for ''."""
    return keyed_hash(numbers.phone(phone), "phone") if phone else ""


def hash_id(id_kind: str, id_number: str) -> str:
    """Keyed hash of an identity number with its kind; '' for ''."""
    return keyed_hash(f"{id_kind}:{numbers.plain(id_number).strip().upper()}", "id") if id_number else ""


def hash_last4(phone: str) -> str:
    """Keyed hash of the last four digits, for the progress page."""
    return keyed_hash(numbers.phone(phone)[-4:], "last4") if phone else ""


def find(
    *, phone: str = "", id_kind: str = IdKind.CITIZEN, id_number: str = "", name: str = "", limit: int = 8,
    by_name: bool = True,
) -> list[Match]:  # fmt: skip
    """People who may be the one described, best first: same number, same phone, or a name that sounds the same.

    In: `by_name` False when a name alone is not enough (it then only ranks those found by number or phone).
    Bad numbers find nothing (the form says what is wrong with them). Names match across Chinese, Uyghur and Latin.
    """
    found: dict[int, Match] = {}
    people = Person.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    if id_number:
        for person in people.filter(id_hash=hash_id(id_kind, id_number)):
            found[person.pk] = Match(person, "id", 1.0)
    if phone:
        try:
            hashed = hash_phone(phone)
        except numbers.BadNumber:
            hashed = ""
        if hashed:
            for person in people.filter(phone_hash=hashed):
                score = 0.9 if not name else max(0.6, names.similar(name, person.name))
                found.setdefault(person.pk, Match(person, "phone", score))
    if by_name and name.strip() and len(found) < limit:
        scores = {pk: _score(name, spellings) for pk, spellings in _sounding_like(people, name)}
        best = sorted((pk for pk, score in scores.items() if score >= 0.7), key=lambda pk: (-scores[pk], pk))[:limit]
        for person in people.filter(pk__in=best):
            found.setdefault(person.pk, Match(person, "name", round(scores[person.pk] * 0.8, 3)))
    return sorted(found.values(), key=lambda m: (-m.score, m.person.pk))[:limit]


def _score(name: str, spellings: Sequence[str]) -> float:
    score = max(names.similar(name, s) for s in spellings if s)
    if names.fold(spellings[0]).startswith(names.fold(name) + " "):
        score = max(score, 0.75)  # the first part of a name of several parts, as people say it
    return score


def _sounding_like(people: QuerySet[Person], name: str) -> list[tuple[int, tuple[str, str, str]]]:
    """People to judge a name against, as (number, spellings): those whose whole name meets under a key or begins so; only
    when there are few, those who share the parts of it. Without their sealed fields, which take time to open."""
    keys = names.keys(name)
    whole = [k for k in keys if not k.startswith("w:")] or ["-"]
    # Sorted by a sum, not by the key itself: else the planner walks the whole key for a name that is common.
    steady = F("pk") + 0
    near = [people.filter(Q(folded__startswith=names.fold(name)) | Q(name_keys__overlap=whole)).order_by(steady)[:200]]
    found: dict[int, tuple[str, str, str]] = {}
    parts = [k for k in keys if k.startswith("w:")]
    if parts:
        near.append(people.filter(name_keys__contains=parts).order_by(steady)[:100])
    for rows in near:
        if len(found) < 5:
            for pk, *spellings in rows.values_list("pk", "name", "name_ug", "name_latin"):
                found.setdefault(pk, (spellings[0], spellings[1], spellings[2]))
    return list(found.items())


def enter(
    *, at: datetime, name: str, phone: str = "", id_kind: str = IdKind.NONE, id_number: str = "", name_ug: str = "",
    name_latin: str = "", address: str = "", division: Division | None = None, languages: Sequence[str] = (),
    needs: Sequence[str] = (), invented: bool = False,
) -> Person:  # fmt: skip
    """Write down a person. Errors: numbers.BadNumber when phone or number cannot be right."""
    phone = numbers.phone(phone) if phone else ""
    if id_number and id_kind == IdKind.CITIZEN:
        id_number = numbers.citizen_id(id_number)
    return Person.objects.create(
        name=name.strip(), name_ug=name_ug.strip(), name_latin=name_latin.strip(), folded=names.fold(name),
        name_keys=all_keys(name, name_ug, name_latin), id_kind=id_kind, id_number=id_number,
        id_hash=hash_id(id_kind, id_number), phone=phone, phone_hash=keyed_hash(phone, "phone") if phone else "",
        address=address, division=division, languages=list(languages), needs=list(needs), created_at=at,
        invented=invented,
    )  # fmt: skip


def same_or_new(
    *, at: datetime, name: str, phone: str = "", id_number: str = "", id_kind: str = IdKind.NONE, **rest: Any
) -> Person:
    """The person already known by the same identity number, or by the same phone and a like name; else a new one.

    A shared phone with another name is another person: families share phones.
    """
    for match in find(phone=phone, id_kind=id_kind, id_number=id_number, name=name, by_name=False):
        if match.why == "id":
            if names.similar(name, match.person.name) >= 0.5:
                return match.person
        elif match.why == "phone" and names.similar(name, match.person.name) >= 0.8:
            if not (id_number and match.person.id_hash and match.person.id_hash != hash_id(id_kind, id_number)):
                return match.person
    return enter(at=at, name=name, phone=phone, id_number=id_number, id_kind=id_kind, **rest)


def all_keys(*spellings: str) -> list[str]:
    """Phonetic keys of all spellings of one name."""
    return sorted({key for s in spellings if s for key in names.keys(s)})


@transaction.atomic
def merge(*, keep: Person, drop: Person, by: Actor, at: datetime) -> Person:
    """Say that two entries are one person. The dropped entry stays and points at the kept one. Returns the kept one."""
    if keep.pk == drop.pk:
        raise ValueError(_("这是同一条登记。"))
    drop.merged_into = keep
    drop.save(update_fields=["merged_into"])
    Person.objects.filter(merged_into=drop).update(merged_into=keep)
    keep.name_ug = keep.name_ug or drop.name_ug
    keep.name_latin = keep.name_latin or drop.name_latin
    keep.name_keys = sorted({*keep.name_keys, *drop.name_keys})
    keep.save(update_fields=["name_ug", "name_latin", "name_keys"])
    return keep


def looked(*, person: Person | None, by: Actor, at: datetime, purpose: str, order_code: str = "") -> None:
    """Record that somebody looked at a person's file, and why. The person can read the record."""
    if person is None or (by.is_resident and person.pk in by.person_ids):
        return
    FileView.objects.create(
        person=person, account_id=by.account_id, actor=by.name or by.label, at=at, purpose=purpose[:200],
        order_code=order_code,
    )  # fmt: skip


def views_of(people: Iterable[int], *, but: Iterable[str] = ()) -> list[FileView]:
    """Who looked at these persons' files, newest first. In: `but` codes of orders that are not to be named."""
    found = FileView.objects.filter(person_id__in=list(people)).exclude(order_code__in=list(but))
    return list(found.order_by("-at")[:500])


# Sign-in of residents by a code to the phone


def send_code(*, phone: str, at: datetime, language: str) -> None:
    """Send a sign-in code to a phone. Errors: numbers.BadNumber. The same whether the phone is known or not."""
    number = numbers.phone(phone)
    code = f"{secrets.randbelow(1_000_000):06d}"
    PhoneCode.objects.create(
        phone_hash=keyed_hash(number, "phone"), code_hash=keyed_hash(code, "otp"), created_at=at,
        expires_at=at + CODE_LIFE,
    )  # fmt: skip
    messages.queue(
        to=number,
        text=str(_("您的登录验证码是 %(code)s，10 分钟内有效。工作人员不会向您索要验证码。") % {"code": code}),
        language=language,
        at=at,
    )


def check_code(*, phone: str, code: str, at: datetime) -> str | None:
    """The phone's hash when the code is right, unused and alive; else None. Each try counts."""
    hashed = keyed_hash(numbers.phone(phone), "phone")
    row = (
        PhoneCode.objects.filter(phone_hash=hashed, used_at__isnull=True, expires_at__gt=at, attempts__lt=CODE_TRIES)
        .order_by("-created_at")
        .first()
    )
    if row is None:
        return None
    if row.code_hash != keyed_hash(numbers.plain(code).strip(), "otp"):
        PhoneCode.objects.filter(pk=row.pk).update(attempts=row.attempts + 1)
        return None
    won = PhoneCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=at)
    return hashed if won else None


def behind(phone_hash: str) -> list[Person]:
    """The people who gave this phone, merged entries resolved."""
    return list(Person.objects.filter(phone_hash=phone_hash, merged_into__isnull=True, erased_at__isnull=True))


# Consent (个人信息保护法 Art 14-16)


def notice_for(code: str) -> Purpose | None:
    """The newest version of a purpose's notice."""
    return Purpose.objects.filter(code=code).order_by("-version").first()


def purposes() -> list[Purpose]:
    """Every purpose in its newest version, by code."""
    return list(Purpose.objects.order_by("code", "-version").distinct("code"))


def consent(*, person: Person, purpose: Purpose, by: Actor, at: datetime) -> Consent:
    """Record a yes to one purpose in its present version; a standing yes is kept."""
    row = person.consents.filter(purpose=purpose, withdrawn_at__isnull=True).first()
    return row or Consent.objects.create(person=person, purpose=purpose, given_at=at, given_by=by.label)


def withdraw_consent(*, person: Person, purpose_code: str, by: Actor, at: datetime) -> int:
    """Withdraw consent to a purpose: optional processing stops, what the law demands goes on. Returns rows ended."""
    return person.consents.filter(purpose__code=purpose_code, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_by=by.label
    )


def consents_to(person: Person | None, purpose_code: str) -> bool:
    """True when the person said yes to the purpose and has not taken it back."""
    return person is not None and person.consents.filter(purpose__code=purpose_code, withdrawn_at__isnull=True).exists()


# Rights over one's own data (个人信息保护法 Art 44-50)


def own_data(person: Person, *, but: Iterable[str] = ()) -> dict[str, Any]:
    """What the registry holds about a person, for the person. In: `but` codes of orders that are not to be named."""
    return {
        "name": person.name, "name_ug": person.name_ug, "name_latin": person.name_latin, "id_kind": person.id_kind,
        "id_number": person.id_number, "phone": person.phone, "address": person.address,
        "division": person.division.name_zh if person.division else "", "languages": person.languages,
        "needs": person.needs, "created_at": person.created_at.isoformat(),
        "consents": [
            {"purpose": c.purpose.code, "version": c.purpose.version, "given_at": c.given_at.isoformat(),
             "withdrawn_at": c.withdrawn_at.isoformat() if c.withdrawn_at else None}
            for c in person.consents.select_related("purpose")
        ],
        "views": [
            {"at": v.at.isoformat(), "by": v.actor, "purpose": v.purpose, "order": v.order_code}
            for v in views_of([person.pk], but=but)
        ],
    }  # fmt: skip


@transaction.atomic
def correct(*, person: Person, by: Actor, at: datetime, **changes: str) -> list[str]:
    """Correct name, phone, address or language. Returns the fields that changed. Errors: numbers.BadNumber."""
    changed: list[str] = []
    if changes.get("phone"):
        changes["phone"] = numbers.phone(changes["phone"])
    for key in ("name", "name_ug", "name_latin", "phone", "address"):
        value = changes.get(key)
        if value is not None and value.strip() != getattr(person, key):
            setattr(person, key, value.strip())
            changed.append(key)
    if changed:
        person.folded = names.fold(person.name)
        person.name_keys = all_keys(person.name, person.name_ug, person.name_latin)
        person.phone_hash = keyed_hash(person.phone, "phone") if person.phone else ""
        person.save()
        RightsRequest.objects.create(
            person=person, kind="correct", said=json.dumps(changed), asked_at=at, answered_at=at, answered_by=by.label
        )
    return changed


@transaction.atomic
def erase(*, person: Person, by: Actor, at: datetime, kept: str = "") -> Person:
    """Blank what identifies a person. The row stays for the archive, its contents go.

    In: `kept` what the archives law keeps of the person's orders, in words, stored with the request (PIPL Art 47 ¶2).
    """
    RightsRequest.objects.create(
        person=person, kind="erase", said="", asked_at=at, answered_at=at, answer=kept, answered_by=by.label
    )
    return _blank(person, at)


def _blank(person: Person, at: datetime) -> Person:
    for key in ("name", "name_ug", "name_latin", "id_number", "phone", "address", "folded", "id_hash", "phone_hash"):
        setattr(person, key, "")
    person.name_keys, person.languages, person.needs = [], [], []
    person.id_kind, person.division, person.erased_at = IdKind.NONE, None, at
    person.save()
    return person


#: What may be asked for at a desk, and working days within which it is answered ("promptly", Art 50; domain/b 9.2: 15).
RIGHTS = [("copy", _("要一份自己的信息")), ("correct", _("更正")), ("erase", _("删除"))]
RIGHTS_DAYS = 15


class RightsFault(ValueError):
    """A request about one's data that cannot be taken or answered so; says why."""


def ask_right(*, person: Person, kind: str, said: str, by: Actor, at: datetime, due_at: datetime) -> RightsRequest:
    """Take down at a desk what a person asks about their own data. Errors: RightsFault."""
    if kind not in dict(RIGHTS):
        raise RightsFault(_("请选择要更正、删除还是要一份。"))
    if not said.strip():
        raise RightsFault(_("请写明本人要求什么。"))
    if person.erased_at is not None:
        raise RightsFault(_("这个人的信息已经删除。"))
    return RightsRequest.objects.create(person=person, kind=kind, said=said.strip(), asked_at=at, due_at=due_at)


@transaction.atomic
def answer_right(
    *, row: RightsRequest, granted: bool, answer: str, by: Actor, at: datetime, changes: dict[str, str] | None = None
) -> RightsRequest:
    """Answer a request: grant it (correct what `changes` says, erase the person) or refuse it, always with words.

    Errors: RightsFault (answered before, nothing written), numbers.BadNumber for a phone that cannot be right.
    """
    row = RightsRequest.objects.select_for_update().select_related("person").get(pk=row.pk)
    if row.answered_at is not None:
        raise RightsFault(_("这项请求已经有人答复了。"))
    if not answer.strip():
        raise RightsFault(_("请写明怎样办的；不同意的，写明理由和哪里可以申诉。"))
    if granted and row.kind == "correct":
        wanted = {k: v for k, v in (changes or {}).items() if v and v.strip()}
        if not wanted:
            raise RightsFault(_("请填写更正后的内容。"))
        correct(person=row.person, by=by, at=at, **wanted)
    if granted and row.kind == "erase":
        _blank(row.person, at)
    row.answered_at, row.answer, row.answered_by = at, answer.strip(), by.label
    row.save(update_fields=["answered_at", "answer", "answered_by"])
    return row
