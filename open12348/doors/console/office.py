"""The staff's pages about the office: the map of counts, who works here, practitioners, the calendar."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import names, numbers, workdays
from open12348.kernel.access import CASE_ROLES, STAFF_ROLES, Request, Role, for_roles
from open12348.kernel.models import CalendarDay, CalendarNotice
from open12348.registry import divisions, places, providers
from open12348.registry.models import Membership, Practitioner, PractitionerKind, Status
from open12348.spine import clocks, handover, journal, lists, notices

from .desk import typed
from .menu import COUNTING, PLANNING
from .views import counties_of

#: What a role is there for, in one sentence each.
DUTIES = {
    Role.CLERK: gettext_lazy("登记、答复、转交，收补充材料。"),
    Role.OPERATOR: gettext_lazy("接热线、登记、答复、回访。"),
    Role.PROVIDER: gettext_lazy("办理交给自己的和还没有人接手的事。"),
    Role.OFFICER: gettext_lazy("办理、审批、同意延长、答复个人信息请求。"),
    Role.SUPERVISOR: gettext_lazy("看超期和不满意，协调，不直接答复。"),
    Role.PLANNER: gettext_lazy("只看数字，看不到任何人的事。"),
    Role.ADMINISTRATOR: gettext_lazy("管账号和系统，看不到任何人的事。"),
}


@for_roles(*STAFF_ROLES)
def tiles(request: Request) -> HttpResponse:
    """The prefecture as a schematic map of counties: open, late, done. Who may open cases gets from the number to them."""
    found = lists.tiles(request.actor)
    reach = {c.pk for c in counties_of(request)} if request.actor.has(*CASE_ROLES) else set()
    total = {k: sum(getattr(t, k) for t in found) for k in ("open", "late", "done", "received")}
    return render(
        request, "console/map.html", {"tiles": [(t, t.county.pk in reach) for t in found], "total": total, "whole": bool(reach)}
    )  # fmt: skip


@for_roles(*STAFF_ROLES)
def people_here(request: Request) -> HttpResponse:
    """Who works here and what they may do, place by place."""
    near = Q(pk__in=[])
    for grant in request.actor.grants:
        if grant.place_id is not None:
            near |= Q(place_id__in=places.reach(grant.place_id))
        elif grant.division_path:
            near |= Q(place__division__path__startswith=grant.division_path) | Q(
                division__path__startswith=grant.division_path
            )
        else:
            near = Q()
            break
    now = timezone.now()
    found = (
        Membership.objects.filter(near, account__is_active=True, since__lte=now)
        .filter(Q(until__isnull=True) | Q(until__gt=now))
        .select_related("account", "place", "division", "account__practitioner")
        .order_by("place__code", "division__code", "account__name", "pk")
    )
    page = Paginator(found, 60).get_page(typed(request.GET, "page", 9))
    groups = [
        (key, list(rows))
        for key, rows in groupby(page, lambda m: m.place.name if m.place else m.division.name if m.division else "")
    ]
    held = {m.role for m in page}
    duties = [(r.label, text) for r, text in DUTIES.items() if r.value in held]
    return render(request, "console/people.html", {"page": page, "groups": groups, "duties": duties})


@for_roles(*COUNTING)
def practitioners(request: Request) -> HttpResponse:
    """Lawyers, notaries, mediators and the rest, with their standing; found by name in any script, or by licence."""
    kind, text, county = (
        typed(request.GET, "kind", 30),
        typed(request.GET, "q", 60),
        numbers.row(request.GET.get("county")),
    )
    found = Practitioner.objects.select_related("organisation", "division").order_by("division__code", "name_zh", "pk")
    counties = divisions.counties()
    if kind:
        found = found.filter(kind=kind)
    if county and any(c.pk == county for c in counties):
        path = next(c.path for c in counties if c.pk == county)
        found = found.filter(division__path__startswith=path)
    if text:
        found = found.filter(
            Q(name_zh__contains=text) | Q(name_ug__contains=text) | Q(licence_no=numbers.plain(text))
            | Q(organisation__name_zh__contains=text) | Q(name_keys__overlap=list(names.keys(text)) or ["-"])
        )  # fmt: skip
    free_ids = providers.available(timezone.now()).values("pk")
    standing = typed(request.GET, "standing", 10)
    if standing == "free":
        found = found.filter(pk__in=free_ids)
    elif standing == "stopped":
        found = found.exclude(pk__in=free_ids)
    page = Paginator(found, 50).get_page(typed(request.GET, "page", 9))
    free = set(providers.available(timezone.now()).filter(pk__in=[p.pk for p in page]).values_list("pk", flat=True))
    context = {
        "page": page, "rows": [(p, p.pk in free) for p in page], "kinds": PractitionerKind.choices, "kind": kind, "q": text,
        "county": county, "counties": counties, "standing": standing,
    }  # fmt: skip
    return render(request, "console/providers.html", context)


class StandingForm(forms.Form):
    """A change of standing."""

    status = forms.ChoiceField(label=gettext_lazy("状态"), choices=Status.choices)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)
    document = forms.CharField(label=gettext_lazy("文号"), max_length=200, required=False)


@for_roles(*COUNTING)
def practitioner(request: Request, pk: int) -> HttpResponse:
    """One practitioner: licence, languages, standing over time; suspension by who may."""
    found = Practitioner.objects.select_related("organisation", "division").filter(pk=numbers.row(pk) or 0).first()
    if found is None:
        raise Http404
    may = request.actor.has(Role.OFFICER)
    form = StandingForm(request.POST or None)
    if request.method == "POST" and may and form.is_valid():
        at = timezone.now()
        try:
            handover.set_standing(
                who=found, status=form.cleaned_data["status"], at=at, by=request.actor,
                reason=form.cleaned_data["reason"], document=form.cleaned_data["document"],
            )  # fmt: skip
            journal.write(
                stream="registry", kind="standing", by=request.actor, at=at, practitioner=found.pk,
                status=form.cleaned_data["status"],
            )  # fmt: skip
            messages.success(request, _("已记录，分派名单立即生效。"))
            return redirect("console:provider", pk=pk)
        except providers.StandingFault as fault:
            form.add_error(None, str(fault))
    now = providers.standing_at(found, timezone.now())
    return render(
        request, "console/provider.html",
        {"who": found, "form": form, "may": may, "now": Status(now).label, "free": now == Status.ACTIVE},
    )  # fmt: skip


# The calendar

#: The two words of a notice, in the languages that people paste it in: a day off, a day worked instead.
_OFF = {"休", "off", "دەم"}
_WORKED = {"班", "work", "ئىش"}


class NoticeForm(forms.Form):
    """A year's notice of one layer: one day a line."""

    layer = forms.ChoiceField(label=gettext_lazy("哪一级的通知"), required=False)
    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2021, max_value=2100)
    document = forms.CharField(label=gettext_lazy("通知名称或文号"), max_length=200)
    days = forms.CharField(
        label=gettext_lazy("放假和补班"), max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("一行一天：2027-01-01 休 元旦；2027-02-14 班 春节补班。"),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["layer"].choices = layers()  # type: ignore[attr-defined]
        self.fields["layer"].initial = "national"

    def clean(self) -> dict[str, object]:
        """Adds `rows` for the verb. Every line that cannot be read is named, all at once."""
        data = super().clean() or {}
        data["layer"] = data.get("layer") or "national"
        rows: list[dict[str, object]] = []
        for number, line in enumerate(str(data.get("days", "")).splitlines(), 1):
            parts = numbers.plain(line).split(None, 2)
            if not parts:
                continue
            try:
                day = date.fromisoformat(parts[0])
            except ValueError:
                self.add_error("days", _("第 %(n)s 行的日期看不懂，请写成 2027-01-01。") % {"n": number})
                continue
            if day.year != data.get("year"):
                self.add_error("days", _("第 %(n)s 行不是这一年的。") % {"n": number})
            elif len(parts) < 2 or parts[1] not in _OFF | _WORKED:
                self.add_error("days", _("第 %(n)s 行要写“休”或“班”。") % {"n": number})
            elif any(r["day"] == day for r in rows):
                self.add_error("days", _("第 %(n)s 行的日期重复。") % {"n": number})
            else:
                name = parts[2][:60] if len(parts) > 2 else ""
                rows.append({"day": day, "is_workday": parts[1] in _WORKED, "name_zh": name, "sure": "V"})
        data["rows"] = rows
        return data


def layers() -> list[tuple[str, str]]:
    """Whose calendars there are here: the nation, the region, the prefecture, each county."""
    root = divisions.root()
    found = [("national", str(_("全国（国务院办公厅）")))]
    if root is not None:
        found += [(root.code[:2] + "0000", str(_("自治区"))), (root.code[:4] + "00", root.name)]
    return found + [(c.code[:6], c.name) for c in divisions.counties()]


@for_roles(*PLANNING)
def calendar(request: Request) -> HttpResponse:
    """Which years' notices are loaded and what they say; load one, and every day it moves is reckoned anew and told."""
    may, today = request.actor.has(Role.ADMINISTRATOR), legal_today()
    missing = workdays.missing_notice(today)
    form = NoticeForm(request.POST or None, initial={"year": missing or today.year})
    if request.method == "POST" and may and form.is_valid():
        at, year, layer = timezone.now(), form.cleaned_data["year"], form.cleaned_data["layer"]
        workdays.load_notice(
            year=year, layer=layer, rows=form.cleaned_data["rows"], document=form.cleaned_data["document"], at=at
        )
        changed = clocks.recompute_provisional(at=at, since=date(year, 1, 1))
        for found, old, new in changed:
            notices.tell_recomputed(found, old, new, at)
        journal.write(
            stream="registry", kind="calendar", by=request.actor, at=at, year=year, layer=layer, changed=len(changed)
        )
        messages.success(request, _("已载入。%(n)s 个期限的日期变了，已告知当事人。") % {"n": len(changed)})
        return redirect("console:calendar")
    known = dict(layers())
    year = min(max(numbers.row(request.GET.get("year")) or today.year, 2000), 2200)
    days = [
        (known.get(d.layer, d.layer), d)
        for d in CalendarDay.objects.filter(day__year=year).order_by("day", "layer")
    ]  # fmt: skip
    rows = [(known.get(n.layer, n.layer), n) for n in CalendarNotice.objects.order_by("-year", "layer")]
    context = {
        "rows": rows, "form": form, "may": may, "missing": missing, "days": days, "year": year,
        "years": sorted({n.year for _name, n in rows} | {today.year}), "known": not CalendarNotice.objects.filter(
            year=year, layer="national", loaded_at__isnull=False).exists(),
    }  # fmt: skip
    return render(request, "console/calendar.html", context)


def legal_today() -> date:
    """Today in Beijing."""
    return workdays.legal_day(timezone.now())
