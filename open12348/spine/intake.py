"""Receiving a need: by whom, for whom, typed by whom; what was said is frozen. And drafts, so that nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel import names, numbers
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, people, places
from open12348.registry.forms import RegionField
from open12348.registry.models import Division, IdKind, Organisation, Person, Place
from open12348.ui.fields import CitizenIdField, NameField, PhoneField

from . import alarms, catalogue, clocks, files, notices
from .catalogue import Service
from .journal import Turn
from .models import Alias, Behalf, Case, Channel, Draft, Order, Party, PartyRole

LANGUAGES = [("zh", _("汉语")), ("ug", _("维吾尔语")), ("other", _("其他语言，需要翻译"))]
REPLY = [("phone", _("打电话给我")), ("sms", _("发短信")), ("here", _("我自己来查")), ("none", _("不要联系我"))]


class Invalid(ValueError):
    """What was typed cannot be taken; `form` says where and why, and holds everything that was typed."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form
        super().__init__(json.dumps(form.errors.get_json_data(), ensure_ascii=False))


class ContactForm(forms.Form):
    """Who asks, and how to reach them. The same at every door. Only what is needed; advice needs no name at all."""

    name = NameField(label=_("姓名"), required=False, help_text=_("可以不留真实姓名。"))
    phone = PhoneField(label=_("手机号"), required=False, help_text=_("用来告诉您结果和查进度。"))
    id_number = CitizenIdField(label=_("身份证号"), required=False, help_text=_("咨询不需要身份证号。"))
    division = RegionField(
        label=_("您住在哪里"), required=False, help_text=_("选到乡镇或村，我们好找离您最近的工作站。")
    )
    language = forms.ChoiceField(label=_("您想用哪种语言办事"), choices=LANGUAGES, required=False)
    reply_by = forms.ChoiceField(label=_("怎样告诉您结果"), choices=REPLY, required=False)
    safe_contact = forms.CharField(
        label=_("联系您时要注意什么"), required=False, max_length=200, help_text=_("例如：只在白天打；不要告诉家里人。")
    )
    behalf = forms.ChoiceField(label=_("这件事是谁的"), choices=Behalf.choices, required=False)
    helper_name = NameField(label=_("代办人姓名"), required=False)
    helper_phone = PhoneField(label=_("代办人手机号"), required=False)
    read_back = forms.BooleanField(label=_("已把记录的内容读给本人听，本人认可"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reply_by") in {"phone", "sms"} and not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("要打电话或发短信告诉您，请留手机号；也可以选“我自己来查”。"))
        if data.get("behalf") in {Behalf.RELATIVE, Behalf.CADRE} and not data.get("helper_name"):
            if "helper_name" not in self.errors:
                self.add_error("helper_name", _("请写代办人的姓名，好在有问题时找到您。"))
        return data


@dataclass(frozen=True)
class Received:
    """What came of receiving: the order, and whether it was there before (the same delivery twice)."""

    order: Order
    again: bool = False


def checked(service: Service, said: Mapping[str, Any], contact: Mapping[str, Any]) -> tuple[forms.Form, forms.Form]:
    """Both forms, checked together so that everything wrong is said at once. Errors: Invalid with the first bad one."""
    need, who = service.form(said), ContactForm(contact)
    fine = [need.is_valid(), who.is_valid()]
    if not all(fine):
        bad = need if not fine[0] else who
        if not fine[0] and not fine[1]:
            for field, errors in who.errors.items():
                need.errors.setdefault(field, errors)
        raise Invalid(bad)
    return need, who


@transaction.atomic
def receive(
    *, service: str, said: Mapping[str, Any], contact: Mapping[str, Any], channel: str, by: Actor, at: datetime,
    item_code: str = "", place: Place | None = None, uploads: Sequence[files.Upload] = (), alias: tuple[str, str] | None = None,
    organisation: Organisation | None = None, first: Order | None = None, urgent: bool = False, invented: bool = False,
    person: Person | None = None,
) -> Received:  # fmt: skip
    """Take a need in: one code, frozen words, a case at a place, its clocks started, the person told.

    In: `said` the service's form as sent; `contact` ContactForm as sent; `place` who takes it (else the one that answers for
    the person's village); `alias` (system, number) of another system, whose repeated delivery returns the first order;
    `first` the order this one was sent on from; `person` when the clerk chose a known person.
    Errors: Invalid; Denied when the service is not for this actor to bring (an authority's notice comes from authorities).
    """
    bringing = {Role.RESIDENT} if by.kind in {"nobody", "resident"} else by.roles
    if by.kind != "system" and not catalogue.get(service, legal_day(at)).takers & bringing:
        raise Denied(_("这项服务不能由您登记。"))
    if alias is not None:
        _one_at_a_time(*alias)
        known = Alias.objects.select_related("order").filter(system=alias[0], number=alias[1]).first()
        if known is not None:
            return Received(known.order, again=True)
    edition = legal_day(at)
    declared = catalogue.get(service, on=edition)
    need, who = checked(declared, said, contact)
    about, facts = need.cleaned_data, who.cleaned_data
    danger = alarms.heard([*alarms.strings(about), facts.get("safe_contact") or ""])
    division: Division | None = facts.get("division")
    place = place or places.answering(division)
    if place is None:
        who.add_error("division", _("这里还没有能接收的服务地点，请拨打 12348。"))
        raise Invalid(who)
    if person is None and (facts.get("name") or facts.get("phone")):
        person = people.same_or_new(
            at=at, name=facts.get("name") or str(_("未留姓名")), phone=facts.get("phone") or "",
            id_number=facts.get("id_number") or "", id_kind="citizen" if facts.get("id_number") else "none",
            division=division, languages=[facts["language"]] if facts.get("language") else [], invented=invented,
        )  # fmt: skip
    helper = None
    if facts.get("helper_name"):
        helper = people.same_or_new(
            at=at, name=facts["helper_name"], phone=facts.get("helper_phone") or "", invented=invented
        )
    office = place.county or place.division
    try:
        code = numbers.make_code(
            office.code[2:6], declared.business, edition.year,
            numbers.next_serial(f"order:{office.code[2:6]}{declared.business}{edition.year % 100:02d}"),
        )  # fmt: skip
    except numbers.UsedUp as fault:
        who.add_error(None, fault.message)
        raise Invalid(who) from None
    order = Order.objects.create(
        code=code, person=person, item_code=item_code, channel=channel,
        behalf=facts.get("behalf") or Behalf.SELF, helper=helper, typed_by=by.label[:60],
        read_back=bool(facts.get("read_back")), language=facts.get("language") or "zh", division=division,
        division_name=" ".join(d.name_zh for d in divisions.line_up(division)),
        said=json.dumps(about, cls=_Said, ensure_ascii=False),
        title=(declared.title(about) if declared.title else str(declared.name))[:200],
        reply_by=facts.get("reply_by") or ("phone" if facts.get("phone") else "here"),
        safe_contact=facts.get("safe_contact") or "",
        phone_last4_hash=people.hash_last4(_follows(declared, about) or facts.get("phone") or facts.get("helper_phone") or ""),
        received_at=at, organisation=organisation,
    )  # fmt: skip
    state = declared.state(declared.initial)
    case = Case(
        order=order, service=declared.code, edition=edition, line=declared.line, state=state.code, phase=state.phase.value,
        topic=(declared.topic(about) if declared.topic else "")[:20], channel=channel, language=order.language,
        place=place, county=place.county, urgent=urgent or bool(danger), received_at=at, updated_at=at,
    )  # fmt: skip
    _parties(order, person, helper, declared.opponents(about) if declared.opponents else [])
    turn = Turn(case=case, by=by, at=at, new=True)
    turn.write(
        "received", service=declared.code, item=item_code, channel=channel, place=place.code, behalf=order.behalf,
        person=person.pk if person else None, first=first.code if first else None,
    )  # fmt: skip
    for upload in uploads:
        files.attach(turn, upload, for_resident=True)
    if declared.received is not None:
        declared.received(turn, about)  # first, because clocks may ask the line's own row
    if declared.secret is not None and declared.secret(case):
        turn.set(secret=True)
        turn.write("sealed_off")
    clocks.after(turn, "receive")
    if first is None:  # what was sent on was heard when it came in
        notices.alarm(turn, danger)
    turn.commit()
    if alias is not None:
        Alias.objects.create(order=order, system=alias[0], number=alias[1])
    notices.tell(turn, "receive")
    return Received(order)


def _follows(service: Service, about: Mapping[str, Any]) -> str:
    """The phone by whose last digits somebody else than the bringer asks how it stands; empty where nobody else does."""
    return service.follower(about) if service.follower else ""


def _one_at_a_time(system: str, number: str) -> None:
    """Of two deliveries of one need at the same moment, let the second wait until the first is done."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 12348))", [f"{system}\n{number}"])


class _Said(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, Division):
            return {"code": o.code, "name": o.name_zh}
        return super().default(o)


def said(order: Order) -> dict[str, Any]:
    """What the person said, as it was taken down."""
    return json.loads(order.said) if order.said else {}


def said_rows(order: Order, service: Service) -> list[tuple[Any, str]]:
    """What the person said as (question, answer) in the words of the form, empty answers left out."""
    content, rows = said(order), []
    for name, field in service.form().fields.items():
        value = content.get(name)
        if value in (None, "", [], False) or isinstance(field.widget, forms.HiddenInput):
            continue
        if isinstance(value, dict):
            value = value.get("name", "")
        choices = dict(_flat(getattr(field, "choices", [])))
        if isinstance(value, list):
            value = "、".join(str(choices.get(v, v)) for v in value)
        elif value is True:
            value = _("是")
        rows.append((field.label, str(choices.get(value, value))))
    return rows


def choices_of(form_field: Any) -> list[tuple[Any, Any]]:
    """The choices of a form's field, groups resolved; none where it has none."""
    return _flat(getattr(form_field, "choices", None) or [])


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        if isinstance(label, list | tuple):
            found += list(label)
        else:
            found.append((key, label))
    return found


def _parties(order: Order, person: Person | None, helper: Person | None, opponents: list[dict[str, str]]) -> None:
    rows = []
    if person is not None:
        rows.append(
            Party(order=order, person=person, role=PartyRole.APPLICANT, id_hash=person.id_hash,
                  phone_hash=person.phone_hash, **_hashes(person.name, person.name_ug))
        )  # fmt: skip
    if helper is not None:
        rows.append(Party(order=order, person=helper, role=PartyRole.HELPER, phone_hash=helper.phone_hash))
    rows += [_party(order, who) for who in opponents if who.get("name") or who.get("phone")]
    Party.objects.bulk_create(rows)


def _party(order: Order, who: Mapping[str, str]) -> Party:
    name, phone, number = who.get("name", ""), who.get("phone", ""), who.get("id_number", "")
    return Party(
        order=order, role=who.get("role") or PartyRole.OPPONENT, name=name,
        id_hash=people.hash_id(IdKind.CITIZEN, number) if number else "",
        phone_hash=people.hash_phone(phone) if phone else "", **_hashes(name),
    )  # fmt: skip


def add_party(now: Turn, who: Mapping[str, str]) -> Party:
    """Within a turn: write down somebody who stands in the matter and was not known when it came in, so that conflicts are seen.

    In: `who` as a line's opponents: name, phone, id_number, role. What was said at receipt stays as it was said.
    """
    row = _party(now.order, who)
    row.save()
    now.write("party_added", party=row.pk, role=row.role)
    return row


def _hashes(*spellings: str) -> dict[str, Any]:
    """Keyed hashes of a name and of its sounds, so that conflicts are found without names being compared in the open."""
    return {
        "folded_hash": keyed_hash(names.fold(spellings[0]), "name") if spellings[0] else "",
        "key_hashes": [keyed_hash(k, "name-key") for k in people.all_keys(*spellings) if not k.startswith("w:")],
    }


def channel_for(by: Actor) -> str:
    """The channel a member of staff takes needs in by, from the role."""
    return Channel.HOTLINE if by.has(Role.OPERATOR) and not by.has(Role.CLERK) else Channel.DESK


# Drafts


def save_draft(*, owner: str, form: str, data: Mapping[str, Any], at: datetime) -> Draft:
    """Keep what somebody has typed so far."""
    row, _created = Draft.objects.update_or_create(
        owner=owner[:80], form=form[:80], defaults={"data": json.dumps(data, ensure_ascii=False), "updated_at": at}
    )
    return row


def draft(*, owner: str, form: str) -> dict[str, Any]:
    """What somebody had typed, or nothing."""
    row = Draft.objects.filter(owner=owner[:80], form=form[:80]).first()
    return json.loads(row.data) if row else {}


def drop_draft(*, owner: str, form: str) -> None:
    """Forget a draft that was sent."""
    Draft.objects.filter(owner=owner[:80], form=form[:80]).delete()


def drop_old_drafts(at: datetime) -> int:
    """Forget drafts nobody touched for thirty days. Returns how many."""
    return Draft.objects.filter(updated_at__lt=at - timedelta(days=30)).delete()[0]
