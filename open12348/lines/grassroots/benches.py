"""Two pages of the bureau: the register of offices and workers with what is wrong, and the half-year's statistics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from open12348.kernel import tables
from open12348.kernel.access import Actor, Role
from open12348.registry import divisions
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.ui.fields import LenientDateField, line, text

from . import counting, penalties
from .forms import yuan
from .models import GrassrootsPenaltyKind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})
READERS = OFFICE | {Role.PLANNER}
#: So many offices on a page.
MOST = 60


class Punish(forms.Form):
    """A penalty that was decided."""

    whom = line(_("工作者的执业证号，或者法律服务所的名称、代码"), 120)
    kind = forms.ChoiceField(label=_("处罚种类"), choices=GrassrootsPenaltyKind.choices)
    amount = yuan(_("罚款金额（元）"), required=False)
    document = line(_("处罚决定书文号"), 100)
    told_on = LenientDateField(label=_("告知权利的日期"), help_text=_("决定以前，要告知事实、理由和陈述申辩的权利。"))
    decided_on = LenientDateField(label=_("决定日期"))
    facts = text(_("事实和依据（内部保存）"), 3, 1000, min_length=5)


class Lawyer(forms.Form):
    """That a worker was found to hold a lawyer's licence too, or no longer."""

    whom = line(_("工作者的执业证号"), 40)
    also_lawyer = forms.ChoiceField(
        label=_("核实结果"), choices=[("yes", _("同时有律师执业证")), ("no", _("没有律师执业证"))]
    )
    note = line(_("怎样核实的"), 300)


def _punish(*, by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    penalties.record(by=by, at=at, data=data)
    return _("已登记。公示到期会自动撤下。")


def _lawyer(*, by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    penalties.record_lawyer(by=by, at=at, data=data)
    return _("已登记。")


def _register(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    county = str(query.get("county") or "")
    rows = counting.register(by, at, county)
    if query.get("alarm"):
        rows = [r for r in rows if r.alarms]
    page = Paginator(rows, MOST).get_page(query.get("page"))
    return {
        "page": page, "n": len(rows), "county": county, "alarm": bool(query.get("alarm")),
        "counties": divisions.counties(), "workers": sum(len(r.workers) for r in rows), "wrong": sum(bool(r.alarms) for r in rows),
    }  # fmt: skip


def _register_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    heads = [tables.Heading(str(t), width=w) for t, w in (
        (_("县（市）"), 14), (_("法律服务所"), 32), (_("体制"), 14), (_("三分开"), 10), (_("工作者人数"), 12), (_("工作者"), 40), (_("要处理的问题"), 60),
    )]  # fmt: skip
    yes, no = str(_("是")), str(_("否"))
    rows = [
        [
            divisions.full_name(r.office.division), r.office.name, str(r.form), yes if r.apart else no, str(len(r.workers)),
            "、".join(f"{w.name}（{w.licence_no}）" for w in r.workers), "；".join(str(a) for a in r.alarms),
        ]
        for r in counting.register(by, at, str(query.get("county") or ""))
    ]  # fmt: skip
    return File(
        "offices.xlsx",
        XLSX,
        tables.to_xlsx(str(_("法律服务所和工作者")), heads, rows, right_to_left=get_language_bidi()),
    )


def _statistics(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    half = counting.half_of(str(query.get("half") or ""), at)
    rows = counting.statistics(by, at, half)
    before = counting.Half(half.year, 1) if half.half == 2 else counting.Half(half.year - 1, 2)
    after = counting.Half(half.year, 2) if half.half == 1 else counting.Half(half.year + 1, 1)
    return {
        "half": half, "before": before.text, "after": after.text, "heads": [label for _k, label in counting.COLUMNS],
        "rows": [(c, [figures[k] for k, _l in counting.COLUMNS]) for c, figures in rows],
        "total": [counting.total(rows)[k] for k, _l in counting.COLUMNS],
    }  # fmt: skip


def _statistics_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    half = counting.half_of(str(query.get("half") or ""), at)
    rows = counting.statistics(by, at, half)
    heads = [tables.Heading(str(t)) for t in (_("县（市）"), *(label for _k, label in counting.COLUMNS))]
    lines = [[c.name, *(str(f[k]) for k, _l in counting.COLUMNS)] for c, f in rows]
    lines.append([str(_("合计")), *(str(counting.total(rows)[k]) for k, _l in counting.COLUMNS)])
    return File(
        f"grassroots-{half.text}.xlsx",
        XLSX,
        tables.to_xlsx(str(_("基层法律服务统计")), heads, lines, right_to_left=get_language_bidi()),
    )


bench(
    Bench(
        code="grassroots.register", label=_("法律服务所和工作者"), roles=READERS, template="grassroots/register.html", show=_register,
        deeds=(
            Deed("punish", _("登记处罚"), OFFICE, _punish, form=Punish, grave=True, help=_("由作出决定的县（市）或地区司法局登记。")),
            Deed("lawyer", _("登记律师证核实结果"), OFFICE, _lawyer, form=Lawyer),
        ),
        files={"offices.xlsx": _register_file},
        help=_("人数不够、人员没有和机关分开、没有考核的所排在前面。"),
    )
)  # fmt: skip
bench(
    Bench(
        code="grassroots.statistics", label=_("基层法律服务统计"), roles=READERS, template="grassroots/statistics.html", show=_statistics,
        files={"statistics.xlsx": _statistics_file}, help=_("半年一次，全部从登记和案件算出来，不手填。"),
    )
)  # fmt: skip
