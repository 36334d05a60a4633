"""The registrar's page of mediation committees: all of a county with what is wrong, and one of them whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.registry.forms import RegionField
from open12348.registry.models import Practitioner, PractitionerKind, Status
from open12348.registry.providers import standing_at
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.ui.fields import LANGUAGES, LenientDateField, NameField, PhoneField

from . import committees, studios
from .committee_models import (
    Committee,
    CommitteeKind,
    CommitteePost,
    CommitteeRoom,
    Industry,
    LeavingGround,
    MediationStudio,
    MediatorAppointment,
    MediatorWork,
    WorkroomKind,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUREAU = frozenset({Role.OFFICER})
KEEPERS = frozenset({Role.OFFICER, Role.PROVIDER})
SEEING = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.CLERK, Role.PROVIDER})
ROWS = 40


def _line(label: Any, most: int = 120, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs={"dir": "auto"}), **more)


class _At(forms.Form):
    """A form that knows who fills it in and when; days stand at today."""

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, **more)
        self.by, self.at = by, at
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField) and field.required:
                self.initial.setdefault(name, legal_day(at).isoformat())


class _Row(_At):
    """One row."""

    pk = forms.IntegerField(widget=forms.HiddenInput)

    def about(self) -> int:
        """The row's number: as sent, or as the page drew it."""
        return numbers.row(self.data.get("pk") if self.is_bound else self.initial.get("pk")) or 0


class SetUp(_At):
    """A committee that was set up."""

    new = forms.CharField(widget=forms.HiddenInput, required=False)  # drawn where the page wants it, and nowhere else
    division = RegionField(label=_("设在哪里"), required=True)
    kind = forms.ChoiceField(label=_("哪一类"), choices=CommitteeKind.choices)
    field = forms.ChoiceField(
        label=_("行业（行业性、专业性的填）"), choices=[("", "—"), *Industry.choices], required=False
    )
    name_zh = _line(_("名称（中文）"))
    name_ug = _line(_("名称（维吾尔文）"), required=False)
    set_up_by = _line(_("由谁设立"), help_text=_("例如某某村民委员会、某某行业协会。"))
    set_up_on = LenientDateField(label=_("设立日期"))
    phone = PhoneField(label=_("电话"), required=False)
    address = _line(_("地址"), 200, required=False)

    def clean(self) -> dict[str, Any]:
        """A professional committee says for which trade."""
        data = super().clean() or {}
        if data.get("kind") == CommitteeKind.PROFESSIONAL and not data.get("field"):
            self.add_error("field", _("行业性、专业性的委员会请选行业。"))
        if data.get("kind") != CommitteeKind.PROFESSIONAL:
            data["field"] = ""
        return data


class OnDay(_Row):
    """A day."""

    on = LenientDateField(label=_("日期"))


class Seal(OnDay):
    """The seal whose print is on file."""

    text = _line(_("印章上的字"))


class Why(_Row):
    """A reason."""

    why = _line(_("理由"), 300)


class Term(_Row):
    """A new term, and who goes on."""

    starts_on = LenientDateField(label=_("从哪天起"))
    ends_on = LenientDateField(label=_("到哪天止"), required=False, help_text=_("空着就是满三年。"))
    chosen_by = _line(_("由谁推选产生"), help_text=_("例如村民会议、村民代表会议、职工大会。"))
    kept = forms.TypedMultipleChoiceField(
        label=_("谁继续任职"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("没有勾的按任期届满离任。"),
    )
    document = _line(_("推选文件或者会议记录编号"), 200, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, by=by, at=at, **more)
        self.fields["kept"].choices = self._people  # type: ignore[attr-defined]

    def _people(self) -> list[tuple[int, str]]:
        rows = MediatorAppointment.objects.filter(committee_id=self.about(), ended_on__isnull=True).select_related(
            "mediator"
        )
        return [(s.pk, f"{s.mediator.name}（{s.get_post_display()}）") for s in rows.order_by("pk")]


class Confirm(_Row):
    """What a committee confirms about its make-up: two yes or no, of nobody by name."""

    has_woman = forms.ChoiceField(
        label=_("有妇女委员"), choices=[("yes", _("有")), ("no", _("没有"))], widget=forms.RadioSelect
    )
    make_up = forms.ChoiceField(
        label=_("人民调解法第八条对组成的其他要求"), widget=forms.RadioSelect,
        choices=[("yes", _("已经做到")), ("no", _("还没有做到")), ("none", _("不适用"))],
        help_text=_("只由委员会确认做到没有，不登记任何个人的情况。"),
    )  # fmt: skip


class Appoint(_Row):
    """Who mediates: somebody in the registry by number, or somebody new."""

    name_zh = NameField(label=_("姓名（中文）"))
    name_ug = NameField(label=_("姓名（维吾尔文）"), required=False)
    number = _line(_("调解员编号"), 40, required=False, help_text=_("已经登记过的填编号；新的空着，系统编号。"))
    post = forms.ChoiceField(label=_("职务"), choices=CommitteePost.choices)
    engagement = forms.ChoiceField(label=_("专职还是兼职"), choices=MediatorWork.choices)
    languages = forms.MultipleChoiceField(
        label=_("本人说会哪些语言"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    since = LenientDateField(label=_("从哪天开始做调解工作"), required=False)
    phone = PhoneField(label=_("电话"), required=False)
    on = LenientDateField(label=_("任职日期"))
    ends_on = LenientDateField(label=_("聘期到哪天止"), required=False, help_text=_("委员按本届任期，不用填。"))
    document = _line(_("推选或者聘任文件编号"), 200, required=False)
    fit = forms.BooleanField(
        label=_("已核对：成年公民，公道正派、热心调解，有一定的文化、政策和法律知识（人民调解法第十四条）"),
        error_messages={"required": _("请核对后勾选。")},
    )


class Leave(_Row):
    """Why somebody leaves."""

    ground = forms.ChoiceField(label=_("离任的原因"), choices=LeavingGround.choices)
    on = LenientDateField(label=_("哪天离任"))
    why = _line(_("事实和理由"), 500, required=False, help_text=_("按人民调解法第十五条罢免、解聘的，写明事实。"))
    document = _line(_("决定文件编号"), 200, required=False)


class Room(_Row):
    """A workroom at another body."""

    kind = forms.ChoiceField(label=_("派驻在哪里"), choices=WorkroomKind.choices)
    host = _line(_("派驻单位名称"))
    name_zh = _line(_("调解室名称"))
    on = LenientDateField(label=_("哪天设立"))


class StudioForm(_Row):
    """A studio to be filed."""

    mediator = forms.TypedChoiceField(label=_("调解员"), coerce=int)
    name_zh = _line(_("工作室名称（中文）"), help_text=_("要有调解员的姓名，例如“示例调解工作室”。"))
    name_ug = _line(_("工作室名称（维吾尔文）"), required=False)
    address = _line(_("地址"), 200, required=False)
    phone = PhoneField(label=_("电话"), required=False)
    on = LenientDateField(label=_("备案日期"))

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, by=by, at=at, **more)
        self.fields["mediator"].choices = self._people  # type: ignore[attr-defined]

    def _people(self) -> list[tuple[int, str]]:
        rows = committees.current(self.at).filter(committee_id=self.about()).select_related("mediator")
        return [(s.mediator_id, f"{s.mediator.name} {s.mediator.licence_no}") for s in rows.order_by("pk")]


class County(_At):
    """A county and a day."""

    county = forms.CharField(widget=forms.HiddenInput)
    on = LenientDateField(label=_("哪天通报的"))


# The verbs, from a form


def _committee(data: Mapping[str, Any], by: Actor) -> Committee:
    found = committees.in_sight(by).filter(pk=data["pk"]).first()
    if found is None:
        raise Refused(_("没有这个调解委员会。"))
    return found


def _set_up(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = committees.set_up(by=by, at=at, **{k: v for k, v in data.items() if k != "new"})
    return say(_("已登记%(name)s。接着登记任期、人员和印章。"), name=row.organisation.name)


def _appoint(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = _committee(data, by)
    if not committees.keeps(by, row):
        raise Refused(_("只有这个委员会自己和当地司法局可以登记（人民调解法第十条）。"))
    number = str(data.get("number") or "").strip()
    mediator = (
        Practitioner.objects.filter(kind=PractitionerKind.MEDIATOR, licence_no=number).first() if number else None
    )
    if mediator is not None and data["name_zh"] != mediator.name_zh:
        raise Refused(_("编号 %(number)s 登记的是另一个人，请核对。") % {"number": number})
    if mediator is None:
        mediator = committees.new_mediator(
            by=by, at=at, division=row.organisation.division, organisation=row.organisation, name_zh=data["name_zh"],
            name_ug=data["name_ug"], number=number, since=data["since"] or data["on"], languages=data["languages"], phone=data["phone"],
        )  # fmt: skip
    committees.appoint(
        committee=row, mediator=mediator, post=data["post"], engagement=data["engagement"], by=by, at=at, on=data["on"],
        ends_on=data["ends_on"], document=data["document"],
    )  # fmt: skip
    return say(_("已登记%(name)s，编号 %(number)s。"), name=mediator.name, number=mediator.licence_no)


def _leave(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    seat = (
        MediatorAppointment.objects.filter(pk=data["pk"], committee__in=committees.in_sight(by))
        .select_related("mediator", "committee__organisation")
        .first()
    )
    if seat is None:
        raise Refused(_("没有这条任职记录。"))
    committees.leave(
        seat=seat, ground=data["ground"], why=data["why"], on=data["on"], document=data["document"], by=by, at=at
    )
    return say(_("%(name)s已离任；手上没有办完的纠纷要另行安排。"), name=seat.mediator.name)


def _confirm(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    said = {"yes": True, "no": False, "none": None}
    committees.confirm(
        committee=_committee(data, by),
        has_woman=data["has_woman"] == "yes",
        make_up=said[data["make_up"]],
        by=by,
        at=at,
    )
    return _("已记下委员会的确认。")


def _studio(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = studios.open_studio(
        committee=_committee(data, by), mediator=Practitioner.objects.get(pk=data["mediator"]), name_zh=data["name_zh"],
        name_ug=data["name_ug"], address=data["address"], phone=data["phone"], on=data["on"], by=by, at=at,
    )  # fmt: skip
    return say(_("已备案，编号 %(number)s。协议书盖委员会的印章。"), number=row.filing_no)


def _close_studio(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = (
        MediationStudio.objects.filter(pk=data["pk"], committee__in=committees.in_sight(by))
        .select_related("committee__organisation__division")
        .first()
    )
    if row is None:
        raise Refused(_("没有这个工作室。"))
    studios.close_studio(studio=row, why=data["why"], by=by, at=at)
    return _("工作室已关闭。")


def _close_room(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = (
        CommitteeRoom.objects.filter(pk=data["pk"], committee__in=committees.in_sight(by))
        .select_related("committee__organisation__division")
        .first()
    )
    if row is None:
        raise Refused(_("没有这个派驻调解室。"))
    committees.close_room(room=row, by=by, at=at)
    return _("派驻调解室已关闭。")


def _tell(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    county = divisions.by_code(data["county"])
    if county is None:
        raise Refused(_("没有这个县。"))
    n = committees.tell_court(county=county, on=data["on"], by=by, at=at)
    return say(_("已记下：%(n)s 项变动已通报基层人民法院。"), n=n)


def _term(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    term = committees.begin_term(
        committee=_committee(data, by), starts_on=data["starts_on"], ends_on=data["ends_on"], chosen_by=data["chosen_by"],
        kept=data["kept"], document=data["document"], by=by, at=at,
    )  # fmt: skip
    return say(_("新一届任期到 %(day)s。"), day=term.ends_on.isoformat())


def _room(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    committees.open_room(
        committee=_committee(data, by),
        kind=data["kind"],
        host=data["host"],
        name_zh=data["name_zh"],
        on=data["on"],
        by=by,
        at=at,
    )
    return _("已登记派驻调解室。")


def _file(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    committees.file(committee=_committee(data, by), on=data["on"], by=by, at=at)
    return _("已备案。")


def _seal(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    committees.keep_seal(committee=_committee(data, by), text=data["text"], on=data["on"], by=by, at=at)
    return _("印章已备案。")


class CloseForm(OnDay):
    """When and why a committee ends."""

    why = _line(_("撤销的理由"), 300)


def _close(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    committees.close(committee=_committee(data, by), on=data["on"], why=data["why"], by=by, at=at)
    return _("已撤销。人员已离任，没有办完的纠纷要另行安排。")


# What the page shows


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """One committee where the address names one; else those of a county, what the law itself asks first."""
    if query.get("committee"):
        return _one(by, at, numbers.row(query["committee"]) or 0)
    roles = (Role.OFFICER, Role.SUPERVISOR, Role.CLERK)
    here = committees.counties(by, *roles)
    county = next((c for c in here if c.code == str(query.get("county") or "")), here[0] if len(here) == 1 else None)
    rows = committees.in_sight(by).filter(closed_on__isnull=True)
    if county is not None:
        rows = rows.filter(organisation__division__path__startswith=county.path)
    kind = str(query.get("kind") or "")
    if kind in CommitteeKind.values:
        rows = rows.filter(kind=kind)
    rows = rows.order_by("organisation__division__code", "pk")
    page = Paginator(rows, ROWS).get_page(query.get("page"))
    shown = list(page.object_list)
    wrong = committees.warnings(shown, at)
    expired = committees.expired(by, at)
    changes = (
        list(committees.untold(by, county)[:60]) if county is not None and committees.is_bureau(by, county) else []
    )
    return {
        "one": None, "counties": here, "county": county, "kinds": CommitteeKind.choices, "kind": kind, "page": page,
        "rows": [{"row": c, "kind": c.get_kind_display(), "field": c.get_field_display() if c.field else "",
                  "where": divisions.full_name(c.organisation.division), "wrong": wrong[c.pk][:3], "more": len(wrong[c.pk]) - 3} for c in shown],
        "expired": [s for s in expired if county is None or s.committee.organisation.division.path.startswith(county.path)][:60],
        "changes": changes, "bureau": county is not None and committees.is_bureau(by, county),
    }  # fmt: skip


def _one(by: Actor, at: datetime, pk: int) -> dict[str, Any]:
    row = committees.in_sight(by).filter(pk=pk).first()
    if row is None:
        raise Http404
    today = legal_day(at)
    term = committees.term_of(row)
    people = committees.people_now(row)
    return {
        "one": row, "kind": row.get_kind_display(), "field": row.get_field_display() if row.field else "", "term": term,
        "where": divisions.full_name(row.organisation.division), "wrong": committees.warnings([row], at)[row.pk],
        "people": [{"seat": s, "over": s.ends_on < today, "stopped": standing_at(s.mediator, at) != Status.ACTIVE,
                    "languages": [dict(LANGUAGES).get(c, c) for c in s.mediator.languages]} for s in people],
        "left": list(row.appointments.filter(ended_on__isnull=False).exclude(leaving="").select_related("mediator").order_by("-ended_on", "-pk")[:20]),
        "rooms": list(row.rooms.filter(closed_on__isnull=True).order_by("pk")),
        "studios": list(row.studios.filter(closed_on__isnull=True).select_related("mediator").order_by("pk")),
        "keeps": committees.keeps(by, row) and row.closed_on is None,
        "bureau": committees.is_bureau(by, row.organisation.division) and row.closed_on is None,
        "changes": list(row.changes.order_by("-on", "-pk")[:12]),
    }  # fmt: skip


def changes_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The list for the basic court: who was set up, chosen, changed; and who sits where now."""
    county = next((c for c in committees.counties(by, Role.OFFICER) if c.code == str(query.get("county") or "")), None)
    if county is None:
        raise Refused(_("没有这个县。"))
    heads = [
        Heading(str(h), width=w)
        for h, w in ((_("调解委员会"), 34), (_("变动"), 14), (_("日期"), 14), (_("内容"), 40), (_("现任人员"), 60))
    ]
    lines = []
    for change in committees.untold(by, county):
        people = "、".join(
            f"{s.mediator.name}（{s.get_post_display()}）" for s in committees.people_now(change.committee)
        )
        lines.append(
            [
                change.committee.organisation.name,
                str(change.get_kind_display()),
                change.on.isoformat(),
                change.what,
                people,
            ]
        )
    content = to_xlsx(
        str(_("向基层人民法院通报")), heads, lines, right_to_left=(get_language() or "").startswith("ug"), spare=0
    )
    return File(f"court-{county.code[:6]}-{legal_day(at)}.xlsx", XLSX, content)


bench(
    Bench(
        code="mediation.committees",
        label=_("人民调解组织和调解员"),
        help=_("委员会、任期、人员、印章、派驻调解室和个人调解工作室；任期届满的、要通报法院的先列出。"),
        roles=SEEING,
        template="mediation/committees.html",
        show=show,
        only=committees.concerns,
        files={"court.xlsx": changes_file},
        deeds=(
            Deed("set_up", _("登记新的委员会"), BUREAU, _set_up, SetUp),
            Deed("file", _("备案"), BUREAU, _file, OnDay),
            Deed("seal", _("印章备案"), KEEPERS, _seal, Seal),
            Deed("term", _("登记换届"), KEEPERS, _term, Term),
            Deed("confirm", _("确认委员会的组成"), KEEPERS, _confirm, Confirm),
            Deed("appoint", _("登记人员"), KEEPERS, _appoint, Appoint),
            Deed("leave", _("离任、罢免或者解聘"), KEEPERS, _leave, Leave, grave=True),
            Deed("room", _("登记派驻调解室"), KEEPERS, _room, Room),
            Deed("close_room", _("关闭"), KEEPERS, _close_room, _Row),
            Deed("studio", _("备案个人调解工作室"), BUREAU, _studio, StudioForm),
            Deed("close_studio", _("关闭"), KEEPERS, _close_studio, Why),
            Deed("close", _("撤销委员会"), BUREAU, _close, CloseForm, grave=True),
            Deed("tell", _("已通报基层人民法院"), BUREAU, _tell, County),
        ),
    )
)  # fmt: skip
