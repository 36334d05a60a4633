"""Statistics of lawyers and firms, reckoned from the register and the cases, never typed in (domain reference B, 3.12).

Sex, age, education and party are columns of the ministry's form that this register does not hold: their cells are empty with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.registry import providers
from open12348.registry.models import Practitioner
from open12348.spine import catalogue
from open12348.spine.models import Case

from . import register
from .models import Discipline, Engagement, FirmForm, LicenceCategory, PoolEntry, Speciality


@dataclass(frozen=True)
class Line:
    """One figure: what it counts, the number, or why there is none."""

    group: Any
    what: Any
    value: int | None
    why: Any = ""


NOT_KEPT = _("名册不登记这一项")


def lines(by: Actor, year: int, at: datetime) -> list[Line]:
    """The yearly figures of an actor's part of the map: the register as it stands, the cases of the year."""
    lawyers = register.lawyers_of(by)
    active = providers.available(at).filter(pk__in=lawyers.values("pk"))
    found: list[Line] = []
    kinds = dict(active.values_list("lawyer_entry__category").annotate(n=Count("pk")).order_by())
    found += [Line(_("执业律师"), c.label, kinds.get(c.value, 0)) for c in LicenceCategory]
    found.append(Line(_("执业律师"), _("没有登记执业类别"), kinds.get(None, 0)))
    found += [Line(_("执业律师"), what, None, NOT_KEPT) for what in (_("性别"), _("年龄"), _("学历"))]
    found += [Line(_("执业年限"), label, n) for label, n in _years(active, at)]
    forms = dict(register.firms_of(by).values_list("firm_entry__form").annotate(n=Count("pk")).order_by())
    found += [Line(_("律师事务所"), f.label, forms.get(f.value, 0)) for f in FirmForm]
    found.append(Line(_("律师事务所"), _("没有登记律所的形式"), forms.get(None, 0)))
    first, last = start_of(date(year, 1, 1)), end_of(date(year, 12, 31))
    found += _work(lawyers, first, last)
    seen = Engagement.objects.filter(lawyer__in=lawyers, signed_on__year=year)
    found += [
        Line(_("律师业务"), _("签订委托合同"), seen.count()),
        Line(_("律师业务"), _("其中公益不收费"), seen.filter(fee_kind="free").count()),
    ]
    found.append(Line(_("律师业务"), _("收费金额"), None, _("不收集当事人付了多少钱")))
    punished = Discipline.objects.filter(decided_at__gte=first, decided_at__lt=last, annulled_at__isnull=True)
    found.append(
        Line(
            _("管理"),
            _("行政处罚"),
            punished.filter(lawyer__in=lawyers).count() + punished.filter(firm__in=register.firms_of(by)).count(),
        )
    )
    found.append(
        Line(
            _("管理"),
            _("专业律师"),
            Speciality.objects.filter(lawyer__in=lawyers, order__case__state="confirmed").count(),
        )
    )
    found.append(
        Line(_("管理"), _("涉外律师库"), PoolEntry.objects.filter(lawyer__in=lawyers, left_on__isnull=True).count())
    )
    return found


def _years(active: Any, at: datetime) -> list[tuple[Any, int]]:
    """How long they have practised, in bands of the year of first practice."""
    this = legal_day(at).year
    bands: list[tuple[Any, int, int]] = [(_("不满 3 年"), 0, 2), (_("3 至 9 年"), 3, 9), (_("10 年以上"), 10, 200)]
    years = [y for y in active.values_list("lawyer_entry__first_year", flat=True) if y]
    return [(label, sum(low <= this - y <= high for y in years)) for label, low, high in bands]


def _work(lawyers: Any, first: datetime, last: datetime) -> list[Line]:
    """The matters that lawyers took in hand in a year, by service, whatever line they belong to."""
    held = (
        Case.objects.filter(
            handler__practitioner__in=lawyers, received_at__gte=first, received_at__lt=last, secret=False
        )
        .values_list("service")
        .annotate(n=Count("pk"))
        .order_by()
    )
    names = catalogue.names()
    return [Line(_("律师业务"), names.get(code, code), n) for code, n in sorted(held)]


def total(by: Actor, at: datetime) -> int:
    """Lawyers who may practise now, in an actor's part of the map."""
    mine: Any = Practitioner.objects.filter(pk__in=register.lawyers_of(by).values("pk"))
    return int(providers.available(at).filter(pk__in=mine.values("pk")).count())
