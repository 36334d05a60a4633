"""The registrar's pages in the bureau: lawyers, firms, what runs out, the pool for matters abroad, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.registry.models import Status
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.ui.fields import LenientDateField, line, text

from . import counts, discipline, measures, register
from .forms import About, LicenceField, firm_with, lawyer_with
from .models import LicenceCategory, MeasureKind, PoolEntry, SanctionKind

OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})
REGISTRAR = frozenset({Role.OFFICER})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GROUP = _("律师和律所管理")
LANGUAGES = (
    ("zh", _("汉语")), ("ug", _("维吾尔语")), ("kk", _("哈萨克语")), ("ky", _("柯尔克孜语")), ("srh", _("萨里库尔语（塔吉克）")), ("wbl", _("瓦罕语（塔吉克）")),
    ("ru", _("俄语")), ("en", _("英语")), ("ur", _("乌尔都语")), ("ar", _("阿拉伯语")),
)  # fmt: skip


class Take(About):
    """A measure against somebody of the register."""

    kind = forms.ChoiceField(label=_("措施"), choices=MeasureKind.choices)
    text = text(_("事实和要求"), 3, 2000)
    due_on = LenientDateField(label=_("整改到哪天"), required=False)


class Sanctioned(About):
    """What the association told the bureau of."""

    kind = forms.ChoiceField(label=_("行业处分"), choices=SanctionKind.choices)
    decided_on = LenientDateField(label=_("决定的日子"))
    ends_on = LenientDateField(label=_("到哪天（中止会员权利的）"), required=False)
    document = line(_("文号"), 200)


class Left(forms.Form):
    """Who left their post."""

    lawyer_no = LicenceField(label=_("律师执业证号"))
    on = LenientDateField(label=_("离开岗位的日子"))
    document = line(_("文号"), 200, required=False)


class Pool(forms.Form):
    """What a lawyer says of themselves for matters abroad."""

    lawyer_no = LicenceField(label=_("律师执业证号"))
    languages = forms.MultipleChoiceField(
        label=_("本人申报的语言"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    level = line(_("语言水平和证书"), 200, required=False)
    qualifications = line(_("境外的资格、学历"), 300, required=False)
    matters = line(_("办过的涉外业务（类型、国家）"), 500, required=False)
    nominated_by = line(_("推荐单位"), 200)


class Out(forms.Form):
    """Who leaves the pool and why."""

    entry = forms.IntegerField(widget=forms.HiddenInput)
    why = line(_("为什么退出"), 300)


def _lawyer(number: str) -> Any:
    found = lawyer_with(number)
    if found is None:
        raise Refused(_("登记里没有这个执业证号的律师，请再核对一遍。"))
    return found


def _wanted(query: Mapping[str, Any]) -> register.Wanted:
    return register.Wanted(
        text=str(query.get("q") or "")[:80], county=str(query.get("county") or ""), category=str(query.get("category") or ""),
        status=str(query.get("status") or ""), alarmed=bool(query.get("alarmed")), soon=bool(query.get("soon")),
    )  # fmt: skip


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Lawyers by firm, with what cannot be right first; beside it firms and what runs out."""
    wanted = _wanted(query)
    found = register.rows(by, wanted, at)
    return {
        "rows": found, "n": len(found), "wanted": wanted, "counties": [(d.code, d.name) for d in divisions.counties()],
        "categories": LicenceCategory.choices, "statuses": Status.choices, "expiring": register.expiring(by, at)[:40],
        "firms": register.firm_rows(by, at, wanted.county), "year": legal_day(at).year - 1,
        "unassessed": register.not_assessed(by, legal_day(at).year - 1, at)[:60],
    }  # fmt: skip


def _take(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    who = lawyer_with(data["lawyer_no"]) or firm_with(data["firm_no"])
    assert who is not None  # the form looked
    measures.take(subject=who, kind=data["kind"], text=data["text"], by=by, at=at, due_on=data["due_on"])
    return _("已登记。")


def _sanctioned(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    who = lawyer_with(data["lawyer_no"]) or firm_with(data["firm_no"])
    assert who is not None
    discipline.sanction(
        subject=who,
        kind=data["kind"],
        decided_on=data["decided_on"],
        ends_on=data["ends_on"],
        document=data["document"],
        by=by,
        at=at,
    )
    return _("已登记，和行政处罚分开记。")


def _left(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    register.leave_post(lawyer=_lawyer(data["lawyer_no"]), on=data["on"], document=data["document"], by=by, at=at)
    return _("已收回工作证，手上没有办结的事已退回。")


def _excel(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The list as it stands on the page."""
    heads = [_("执业证号"), _("姓名"), _("律师事务所"), _("县（市）"), _("执业类别"), _("状态"), _("不对的地方")]
    body = [
        [
            r.lawyer.licence_no, r.lawyer.name, r.lawyer.organisation.name if r.lawyer.organisation else (r.entry.works_for if r.entry else ""),
            r.lawyer.division.name, str(r.entry.get_category_display()) if r.entry else "", str(r.status_label), "；".join(str(a) for a in r.alarms),
        ]
        for r in register.rows(by, _wanted(query), at)
    ]  # fmt: skip
    content = to_xlsx(
        str(_("律师名册")), [Heading(str(h), width=20) for h in heads], body, right_to_left=_rtl(), spare=0
    )
    return File(f"{_('律师名册')} {legal_day(at).isoformat()}.xlsx", XLSX, content)


def _rtl() -> bool:
    return (get_language() or "").startswith("ug")


bench(
    Bench(
        code="lawyers.register", label=_("律师和律所名册"), roles=OFFICE, template="lawyers/register.html", show=show, group=GROUP,
        help=_("本地方的律师和律所、执业状态、要到期的事和不对的地方。"), files={"lawyers.xlsx": _excel},
        deeds=(
            Deed("take", _("登记约谈、责令改正"), REGISTRAR, _take, form=Take, help=_("对外通报批评要从处罚案件里办。")),
            Deed("sanction", _("登记行业处分"), REGISTRAR, _sanctioned, form=Sanctioned),
            Deed("left", _("离开岗位，收回工作证"), REGISTRAR, _left, form=Left, grave=True, help=_("公职、公司、法律援助律师离开岗位的。")),
        ),
    )
)  # fmt: skip


def show_pool(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The pool for matters abroad, what is to be brought up to date first."""
    names = dict(LANGUAGES)
    found = PoolEntry.objects.filter(lawyer__in=register.lawyers_of(by), left_on__isnull=True).select_related(
        "lawyer__organisation"
    )
    return {
        "rows": [{"entry": e, "languages": [names.get(c, c) for c in e.languages]} for e in found.order_by("updated_on", "pk")]
    }  # fmt: skip


def _enter_pool(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    values = {k: data[k] for k in ("languages", "level", "qualifications", "matters", "nominated_by")}
    register.enter_pool(lawyer=_lawyer(data["lawyer_no"]), by=by, at=at, **values)
    return _("已登记，一年后提醒更新。")


def _leave_pool(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    entry = PoolEntry.objects.select_related("lawyer__division").filter(pk=data["entry"]).first()
    if entry is None:
        raise Refused(_("涉外律师库里没有他。"))
    register.leave_pool(entry=entry, why=data["why"], by=by, at=at)
    return _("已退出。")


bench(
    Bench(
        code="lawyers.pool", label=_("涉外律师库"), roles=OFFICE, template="lawyers/pool.html", show=show_pool, group=GROUP,
        help=_("语言由本人申报，每年更新一次。"),
        deeds=(Deed("enter", _("进库、更新"), REGISTRAR, _enter_pool, form=Pool), Deed("leave", _("退出"), REGISTRAR, _leave_pool, form=Out)),
    )
)  # fmt: skip


def _year(query: Mapping[str, Any], at: datetime) -> int:
    asked = str(query.get("year") or "")
    return int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= 2100 else legal_day(at).year


def show_counts(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The yearly figures."""
    year = _year(query, at)
    groups: dict[str, list[counts.Line]] = {}
    for ln in counts.lines(by, year, at):
        groups.setdefault(str(ln.group), []).append(ln)
    return {"year": year, "groups": list(groups.items()), "total": counts.total(by, at)}


def _counts_excel(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The same as a file. What cannot be said is empty, with its reason beside it."""
    year = _year(query, at)
    body = [
        [str(ln.group), str(ln.what), "" if ln.value is None else str(ln.value), str(ln.why)]
        for ln in counts.lines(by, year, at)
    ]
    heads = [Heading(str(h), width=24) for h in (_("类别"), _("项目"), _("数"), _("没有数的原因"))]
    content = to_xlsx(str(_("律师工作统计")), heads, body, right_to_left=_rtl(), spare=0)
    return File(f"{_('律师工作统计')} {year}.xlsx", XLSX, content)


bench(
    Bench(
        code="lawyers.counts", label=_("律师工作统计"), roles=OFFICE, template="lawyers/counts.html", show=show_counts, group=GROUP,
        help=_("从名册和案件里算出来，不能手填。"), files={"counts.xlsx": _counts_excel},
    )
)  # fmt: skip
