"""How many bodies have a counsel today, against the plan, by kind and county; and the contracts behind the number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from open12348.kernel import tables
from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.spine.benches import Bench, File, bench
from open12348.ui.fields import LenientDateField

from . import counsel
from .counsel_models import CounselClient

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEEING = (Role.OFFICER, Role.SUPERVISOR, Role.PLANNER)
MOST = 60


def day_of(query: Mapping[str, Any], at: datetime) -> date:
    """The day an address asks about; today where it names none that can be."""
    try:
        return LenientDateField(required=False).to_python(str(query.get("day") or "")) or legal_day(at)
    except Exception:  # whatever was typed: the page shows today and says so
        return legal_day(at)


def seen(by: Actor, day: date) -> Any:
    """The contracts that hold on a day in the actor's part of the map."""
    where = Q(pk__in=[])
    for part in divisions.parts(by, *SEEING):
        where |= Q(order__case__county__path__startswith=part) | Q(order__case__place__division__path__startswith=part)
    return counsel.standing(day).filter(where)


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The number, the target, the kinds, the counties, the contracts."""
    day = day_of(query, at)
    rows = seen(by, day)
    by_kind = dict(rows.values_list("client_kind").annotate(n=Count("client_uscc", distinct=True)))
    by_county = {
        r["order__case__county"]: r["n"] for r in rows.values("order__case__county").annotate(n=Count("client_uscc", distinct=True))
    }  # fmt: skip
    n, target = rows.values("client_uscc").distinct().count(), counsel.target(day)
    everywhere = any(
        not part or part == (root.path if (root := divisions.root()) else "") for part in divisions.parts(by, *SEEING)
    )
    listed = by.has(Role.OFFICER, Role.SUPERVISOR)
    page = Paginator(rows.select_related("firm", "lawyer", "order").order_by("ends_on", "pk"), MOST).get_page(
        query.get("page")
    )
    return {
        "day": day, "n": n, "target": target if everywhere else None, "gap": max(0, target - n) if target is not None and everywhere else None,
        "kinds": [(label, by_kind.get(code, 0)) for code, label in CounselClient.choices],
        "counties": [(c, by_county[c.pk]) for c in divisions.counties() if c.pk in by_county], "page": page if listed else None,
    }  # fmt: skip


def excel(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The contracts as a table, for the office."""
    day = day_of(query, at)
    heads = [tables.Heading(str(t), width=w) for t, w in (
        (_("聘请单位的名称"), 32), (_("聘请单位的统一社会信用代码"), 24), (_("单位类别"), 14), (_("律师事务所"), 30), (_("律师"), 14),
        (_("合同编号"), 16), (_("聘期从哪天起"), 14), (_("聘期到哪天止"), 14), (_("合同金额（元）"), 14),
    )]  # fmt: skip
    rows = (
        seen(by, day).select_related("firm", "lawyer").order_by("client_name", "pk")
        if by.has(Role.OFFICER, Role.SUPERVISOR)
        else []
    )
    lines = [
        [r.client_name, r.client_uscc, str(r.get_client_kind_display()), r.firm.name, r.lawyer.name, r.contract_no, r.starts_on.isoformat(),
         r.ends_on.isoformat(), "" if r.fee is None else str(r.fee)]
        for r in rows
    ]  # fmt: skip
    return File(
        f"counsel-{day.isoformat()}.xlsx",
        XLSX,
        tables.to_xlsx(str(_("法律顾问备案")), heads, lines, right_to_left=get_language_bidi()),
    )


bench(
    Bench(
        code="lawyers.counsel", label=_("法律顾问"), roles=frozenset(SEEING), template="lawyers/counsel.html", show=show, files={"counsel.xlsx": excel},
        help=_("有多少单位聘了法律顾问：一个单位算一家，不管有几份合同。"),
    )
)  # fmt: skip
