"""What the bureau counts: offices and workers with what is wrong, and matters by county and half-year. Nothing is typed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import TZ, legal_day
from open12348.registry import divisions, providers
from open12348.registry.models import Account, Division, Organisation, Practitioner, PractitionerKind
from open12348.spine.models import Case

from . import people
from .figures import number
from .models import (
    GrassrootsAssessment,
    GrassrootsForm,
    GrassrootsKind,
    GrassrootsMatter,
    GrassrootsOffice,
    GrassrootsWorker,
)

SEEING = (Role.OFFICER, Role.SUPERVISOR, Role.PLANNER)


@dataclass(frozen=True)
class OfficeRow:
    """One office as the register shows it, with its workers and what is wrong."""

    office: Organisation
    form: Any
    apart: bool
    workers: list[Practitioner]
    alarms: list[Any] = field(default_factory=list)


def register(by: Actor, at: datetime, county: str = "") -> list[OfficeRow]:
    """The offices in the actor's part of the map, those with an alarm first. A handful of queries for all of them."""
    found = people.overseen(by, *SEEING)
    if county:
        found = found.filter(division__county__code=county)
    offices = list(found.order_by("division__code", "name_zh"))
    entries = {e.organisation_id: e for e in GrassrootsOffice.objects.filter(organisation__in=offices)}
    workers: dict[int, list[Practitioner]] = {o.pk: [] for o in offices}
    active = providers.available(at).filter(kind=PractitionerKind.GRASSROOTS, organisation__in=offices)
    for worker in active.order_by("name_zh").defer("phone"):
        workers[worker.organisation_id or 0].append(worker)
    every = [w.pk for group in workers.values() for w in group]
    lawyers = set(
        GrassrootsWorker.objects.filter(practitioner__in=every, also_lawyer=True).values_list(
            "practitioner_id", flat=True
        )
    )
    names = {w.name_zh for group in workers.values() for w in group}
    alike = set(
        providers.available(at)
        .filter(kind=PractitionerKind.LAWYER, name_zh__in=names)
        .values_list("name_zh", flat=True)
    )
    state = _state_posts(every, at)
    year = legal_day(at).year - 1
    assessed = set(
        GrassrootsAssessment.objects.filter(year=year, void=False, office__in=offices).values_list(
            "office_id", flat=True
        )
    )
    needed, rows = number("fewest_workers", legal_day(at)), []
    for office in offices:
        entry, here = entries.get(office.pk), workers[office.pk]
        alarms: list[Any] = []
        if len(here) < needed:
            alarms.append(_("只有 %(n)s 名工作者，法定不少于 %(needed)s 名") % {"n": len(here), "needed": needed})
        if double := [w.name for w in here if w.pk in state]:
            alarms.append(_("还在机关任职：%(names)s") % {"names": "、".join(double[:5])})
        if both := [w.name for w in here if w.pk in lawyers]:
            alarms.append(_("同时有律师证：%(names)s") % {"names": "、".join(both[:5])})
        if same := [w.name for w in here if w.name_zh in alike and w.pk not in lawyers]:
            alarms.append(_("和执业律师同名，请核实：%(names)s") % {"names": "、".join(same[:5])})
        if entry is not None and entry.detached_on is not None and not entry.apart:
            alarms.append(_("已脱钩，但人员、财务、职能没有全部分开"))
        if office.pk not in assessed:
            alarms.append(_("%(year)s 年没有考核") % {"year": year})
        label = GrassrootsForm(entry.form).label if entry else GrassrootsForm.ATTACHED.label
        rows.append(OfficeRow(office, label, bool(entry and entry.apart), here, alarms))
    return sorted(rows, key=lambda r: (-len(r.alarms), r.office.division.code, r.office.name_zh))


def _state_posts(workers: Sequence[int], at: datetime) -> set[int]:
    """Those of some workers whose account holds a post of the state as well."""
    now = Q(memberships__until__isnull=True) | Q(memberships__until__gt=at)
    found = Account.objects.filter(
        now,
        practitioner__in=workers,
        is_active=True,
        memberships__since__lte=at,
        memberships__role__in=people.OF_THE_STATE,
    )
    return {pk for pk in found.values_list("practitioner_id", flat=True) if pk}


@dataclass(frozen=True)
class Half:
    """Half a year, as reports have it."""

    year: int
    half: int

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def after(self) -> date:
        return date(self.year, 7, 1) if self.half == 1 else date(self.year + 1, 1, 1)

    @property
    def text(self) -> str:
        return f"{self.year}-{self.half}"


def half_of(text: str, at: datetime) -> Half:
    """The half-year an address names (2026-1, 2026-2); this one where it names none."""
    year, _dash, half = text.partition("-")
    if year.isascii() and year.isdigit() and len(year) == 4 and 2000 <= int(year) <= 2100 and half in {"1", "2"}:
        return Half(int(year), int(half))
    today = legal_day(at)
    return Half(today.year, 1 if today.month < 7 else 2)


#: The columns of the statistics: offices, workers, matters by kind, fees, and cases of other lines in workers' hands.
COLUMNS: tuple[tuple[str, Any], ...] = (
    ("offices", _("所数")), ("apart", _("已脱钩")), ("workers", _("工作者")), ("litigation", _("诉讼代理")), ("outside", _("非诉讼")),
    ("counsel", _("法律顾问")), ("mediation", _("调解、仲裁")), ("drafting", _("代书")), ("advice", _("咨询")), ("fees", _("收费（元）")),
    ("aid", _("办理其他线的案件（含法律援助）")),
)  # fmt: skip
_KIND = {
    "civil": "litigation", "administrative": "litigation", "outside": "outside", "counsel": "counsel", "mediation": "mediation",
    "drafting": "drafting", "advice": "advice",
}  # fmt: skip


def statistics(by: Actor, at: datetime, half: Half) -> list[tuple[Division, dict[str, Any]]]:
    """Each county in the actor's part of the map, and its figures for half a year: accepted matters by kind, by contract day."""
    seen = divisions.parts(by, *SEEING)
    counties = [c for c in divisions.counties() if any(c.path.startswith(p) or p.startswith(c.path) for p in seen)]
    offices = people.overseen(by, *SEEING)
    rows: dict[int, dict[str, Any]] = {c.pk: dict.fromkeys((k for k, _l in COLUMNS), 0) for c in counties}
    for pk in offices.values_list("division__county_id", flat=True):
        if pk in rows:
            rows[pk]["offices"] += 1
    for pk in GrassrootsOffice.objects.filter(organisation__in=offices, detached_on__isnull=False).values_list(
        "organisation__division__county_id", flat=True
    ):
        if pk in rows:
            rows[pk]["apart"] += 1
    active = providers.available(at).filter(kind=PractitionerKind.GRASSROOTS, organisation__in=offices)
    for row in active.values("organisation__division__county_id").annotate(n=Count("pk")):
        if row["organisation__division__county_id"] in rows:
            rows[row["organisation__division__county_id"]]["workers"] = row["n"]
    matters = GrassrootsMatter.objects.filter(
        office__in=offices, signed_on__gte=half.first, signed_on__lt=half.after
    ).exclude(contract_no="")
    for sums in matters.values("office__division__county_id", "kind").annotate(n=Count("pk"), fees=Sum("fee")):
        here = rows.get(sums["office__division__county_id"] or 0)
        if here is not None and sums["kind"] in _KIND:
            here[_KIND[sums["kind"]]] += sums["n"]
            here["fees"] += sums["fees"] or Decimal(0)
    start, end = (datetime.combine(d, time(), TZ) for d in (half.first, half.after))
    elsewhere = (
        Case.objects.filter(
            handler__practitioner__kind=PractitionerKind.GRASSROOTS, received_at__gte=start, received_at__lt=end
        )
        .filter(handler__practitioner__organisation__in=offices, secret=False)
        .exclude(line="grassroots")
    )
    for case in elsewhere.values("handler__practitioner__organisation__division__county_id").annotate(n=Count("pk")):
        here = rows.get(case["handler__practitioner__organisation__division__county_id"] or 0)
        if here is not None:
            here["aid"] = case["n"]
    return [(c, rows[c.pk]) for c in counties]


def total(rows: Sequence[tuple[Division, dict[str, Any]]]) -> dict[str, Any]:
    """All counties together."""
    return {
        key: sum((figures[key] for _c, figures in rows), Decimal(0) if key == "fees" else 0) for key, _label in COLUMNS
    }


def kinds() -> list[tuple[str, Any]]:
    """The kinds of matters, for legends."""
    return list(GrassrootsKind.choices)
