"""The registrar's bench: who is registered, whose licence runs out, where experts are too few; applications; the yearly roster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.numbers import group
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, places
from open12348.registry.models import Division, Organisation, OrganisationKind, Place
from open12348.spine import catalogue, intake, lists
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.spine.models import Channel
from open12348.ui.fields import NameField, PhoneField, line

from . import credit, fields, impartial, registration, roster
from .bureau_figures import number
from .registration_forms import Apply, expert_with, institution_with
from .registration_models import ForensicRegistration, RegistrationKind, RegistrationSubject, RosterIssue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DESK = frozenset({Role.CLERK, Role.OFFICER, Role.SUPERVISOR})
OFFICE = impartial.OFFICE


class Application(Apply):
    """An application brought to the desk: who brings it, and what the form asks."""

    contact_name = NameField(label=_("谁来办"))
    contact_phone = PhoneField(label=_("手机号"), help_text=_("办到哪一步，发短信告诉他。"))
    field_order = ["subject", "kind", "name"]


class Publishing(forms.Form):
    """The roster of the year, as it stands now."""

    expect = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    document = line(_("公布的文号"), 120, required=False)


class Correcting(Publishing):
    """The same again, with the reason."""

    why = line(_("更正的原因"), 300)


def _place_of(by: Actor) -> Place | None:
    """Where an actor takes things in: their own counter, else what answers for their part of the map."""
    grants = [g for g in by.grants if g.role in DESK and g.covers_line("forensics")]
    for grant in grants:
        if grant.place_id:
            return Place.objects.get(pk=grant.place_id)
    for grant in grants:
        if grant.division_id:
            return places.answering(Division.objects.get(pk=grant.division_id))
    return places.answering(divisions.root())


def path_of(by: Actor, *roles: Role) -> str:
    """The part of the map whose register an actor sees: the prefecture's for who stands for it, else the county's."""
    found = [p for p in divisions.parts(by, *roles) if p != "-"]
    return min(found, key=len, default="-")


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The register as it stands: institutions with their experts, what runs out, what is under way, the rosters."""
    day = legal_day(at)
    path = path_of(by, *DESK)
    entries = roster.register(path=path, at=at)
    wanted = str(query.get("field") or "")
    shown = [e for e in entries if not wanted or wanted in e.subfields]
    rated = credit.standing_levels(at)
    open_cases = (
        lists.visible(by, offered=False).filter(service=registration.CODE).exclude(phase="done").select_related("order")
    )
    going = [
        {"case": c, "state": catalogue.of(c).state(c.state).label}
        for c in open_cases.order_by("due_at", "pk")[:50]
    ]  # fmt: skip
    root = divisions.root()
    issues = (
        list(RosterIssue.objects.filter(division=root).select_related("issued_by").order_by("-year", "-version")[:10])
        if root
        else []
    )
    this_year = [i for i in issues if i.year == day.year]
    return {
        "entries": [{"entry": e, "rating": rated.get(e.holder.pk)} for e in shown],
        "soon": [{"entry": e, "left": left, "over": left < 0} for e, left in roster.expiring(entries, day)],
        "few": [e for e in entries if e.active and e.few], "least": number("registration", "experts_of_a_field", day),
        "within": number("registration", "expiring", day), "experts": sum(len(e.experts) for e in entries), "houses": len(entries),
        "going": going, "issues": issues, "version": this_year[0].version if this_year else 0, "year": day.year,
        "prefecture": impartial.at_prefecture(by), "fields": [(f.code, f.name) for f in fields.everything()], "field": wanted,
    }  # fmt: skip


def _apply(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    said = {k: v for k, v in data.items() if not k.startswith("contact_")}
    came = intake.receive(
        service=registration.CODE, said=said, channel=Channel.DESK, by=by, at=at, place=_place_of(by),
        contact={"name": data["contact_name"], "phone": data["contact_phone"], "reply_by": "sms", "language": "zh"},
    ).order  # fmt: skip
    return _("已登记，编号 %(code)s。五个工作日内要决定受理，或者一次告知补正。") % {"code": group(came.code)}


def _publish(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    root = divisions.root()
    if root is None:
        raise Refused(_("还没有登记本地区的区划。"))
    issue = roster.publish(
        division=root, by=by, at=at, document=str(data.get("document") or ""), why=str(data.get("why") or ""), expect=data["expect"],
    )  # fmt: skip
    return _("%(year)s 年名册已公布，第 %(version)s 版，共 %(n)s 行。") % {
        "year": issue.year, "version": issue.version, "n": len(issue.rows)
    }  # fmt: skip


def _file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """A published roster, as it was."""
    number_ = str(query.get("issue") or "")
    issue = RosterIssue.objects.filter(pk=int(number_)).first() if number_.isascii() and number_.isdigit() else None
    if issue is None:
        raise Http404
    return File(f"{_('司法鉴定名册')}-{issue.year}-{issue.version}.xlsx", XLSX, roster.as_file(issue))


bench(
    Bench(
        code="forensics.register",
        label=_("司法鉴定登记册"),
        help=_("机构和鉴定人、业务项目、有效期；三个月内到期的、某项业务鉴定人不够的，先列出来。"),
        roles=DESK,
        template="forensics/register.html",
        show=show,
        group=_("司法鉴定管理"),
        deeds=(
            Deed("apply", _("登记一份申请"), DESK, _apply, form=Application),
            Deed("publish", _("公布今年的名册"), OFFICE, _publish, form=Publishing),
            Deed("correct", _("更正后再公布"), OFFICE, _publish, form=Correcting),
        ),
        files={"roster.xlsx": _file},
    )
)


# The institution's own page


class OwnApplication(Apply):
    """An application that the institution itself sends (司法鉴定人登记管理办法 Art 14: an expert applies through it)."""

    contact_phone = PhoneField(label=_("手机号"), help_text=_("办到哪一步，发短信告诉您。"))
    field_order = ["subject", "kind", "name"]


def own_houses(by: Actor) -> list[Organisation]:
    """The institutions that an actor takes cases for."""
    ids = [
        g.organisation_id for g in by.grants
        if g.role is Role.PROVIDER and g.organisation_id is not None and g.covers_line("forensics")
    ]  # fmt: skip
    return list(Organisation.objects.filter(pk__in=ids, kind=OrganisationKind.FORENSIC).select_related("division"))


def show_own(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What the register says of the actor's institutions, what runs out, and how far their applications are."""
    houses = own_houses(by)
    ids = {h.pk for h in houses}
    entries = [e for house in houses for e in roster.register(path=house.division.path, at=at) if e.holder.pk in ids]
    day = legal_day(at)
    rows = (
        ForensicRegistration.objects.filter(Q(organisation__in=ids) | Q(practitioner__organisation__in=ids))
        .select_related("order__case")
        .order_by("-order__received_at")[:20]
    )
    return {
        "entries": entries, "soon": [{"entry": e, "left": left, "over": left < 0} for e, left in roster.expiring(entries, day)],
        "going": [{"row": r, "code": r.order.code, "state": catalogue.of(r.order.case).state(r.order.case.state).label} for r in rows],
        "least": number("registration", "experts_of_a_field", day), "within": number("registration", "expiring", day),
    }  # fmt: skip


def _send(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    mine = own_houses(by)
    if not mine:
        raise Refused(_("只有鉴定机构的负责人能从这里申请。"))
    said = {k: v for k, v in data.items() if k != "contact_phone"}
    if said["subject"] == RegistrationSubject.EXPERT and said["kind"] == RegistrationKind.NEW:
        if said["institution_no"] not in {h.licence_no for h in mine}:
            raise Refused(_("只能替本机构的鉴定人申请，请填本机构的许可证号。"))
    elif said.get("licence_no"):
        holder: Any = institution_with(said["licence_no"]) or expert_with(said["licence_no"])
        if getattr(holder, "organisation_id", holder.pk if holder else None) not in {h.pk for h in mine}:
            raise Refused(_("这个号不是本机构的，也不是本机构鉴定人的。"))
    came = intake.receive(
        service=registration.CODE, said=said, channel=Channel.WEB, by=by, at=at, place=places.answering(mine[0].division),
        contact={"name": by.name, "phone": data["contact_phone"], "reply_by": "sms", "language": "zh"}, organisation=mine[0],
    ).order  # fmt: skip
    return _("已提交，编号 %(code)s。五个工作日内会告诉您受理了，或者一次说清还缺什么。") % {"code": group(came.code)}


bench(
    Bench(
        code="forensics.licence",
        label=_("本机构的登记"),
        help=_("许可证和执业证的有效期、业务项目；变更、延续和新鉴定人从这里申请。"),
        roles=frozenset({Role.PROVIDER}),
        only=lambda by: bool(own_houses(by)),
        template="forensics/licence.html",
        show=show_own,
        group=_("司法鉴定管理"),
        deeds=(Deed("send", _("提交申请"), frozenset({Role.PROVIDER}), _send, form=OwnApplication),),
    )
)
