"""The staff's pages about the office: the map of counts, who works here, practitioners, accounts, the calendar."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import workdays
from open12348.kernel.access import CASE_ROLES, STAFF_ROLES, Request, Role, for_roles
from open12348.kernel.models import CalendarNotice
from open12348.registry import accounts, divisions, places, providers
from open12348.registry.models import Account, Membership, Practitioner, PractitionerKind, Status
from open12348.spine import clocks, journal, lists, notices


@for_roles(*STAFF_ROLES)
def tiles(request: Request) -> HttpResponse:
    """The prefecture as a schematic map of counties: open, late, done."""
    return render(request, "console/map.html", {"tiles": lists.tiles(request.actor)})


@for_roles(*CASE_ROLES, Role.PLANNER, Role.ADMINISTRATOR)
def people_here(request: Request) -> HttpResponse:
    """Who works here and what they may do."""
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
    rows = (
        Membership.objects.filter(near, account__is_active=True).filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))
        .select_related("account", "place", "division", "account__practitioner").order_by("place__code", "account__name")[:300]
    )  # fmt: skip
    return render(request, "console/people.html", {"rows": rows})


@for_roles(Role.OFFICER, Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR)
def practitioners(request: Request) -> HttpResponse:
    """Lawyers, notaries, mediators and the rest, with their standing."""
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    found = Practitioner.objects.select_related("organisation", "division").order_by("division__code", "name_zh")
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(Q(name_zh__contains=text) | Q(name_ug__contains=text) | Q(licence_no=text))
    now = timezone.now()
    free = set(providers.available(now).values_list("pk", flat=True))
    rows = [(p, p.pk in free) for p in found[:200]]
    return render(
        request, "console/providers.html", {"rows": rows, "kinds": PractitionerKind.choices, "kind": kind, "q": text}
    )


class StandingForm(forms.Form):
    """A change of standing."""

    status = forms.ChoiceField(label=gettext_lazy("状态"), choices=Status.choices)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)
    document = forms.CharField(label=gettext_lazy("文号"), max_length=200, required=False)


@for_roles(Role.OFFICER, Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR)
def practitioner(request: Request, pk: int) -> HttpResponse:
    """One practitioner: licence, languages, standing over time; suspension by who may."""
    found = Practitioner.objects.select_related("organisation", "division").filter(pk=pk).first()
    if found is None:
        raise Http404
    may = request.actor.has(Role.OFFICER)
    form = StandingForm(request.POST or None)
    if request.method == "POST" and may and form.is_valid():
        at = timezone.now()
        try:
            providers.set_standing(
                who=found, status=form.cleaned_data["status"], at=at, by=request.actor,
                reason=form.cleaned_data["reason"], document=form.cleaned_data["document"],
            )  # fmt: skip
            journal.write(
                stream="registry",
                kind="standing",
                by=request.actor,
                at=at,
                practitioner=found.pk,
                status=form.cleaned_data["status"],
            )
            messages.success(request, _("已记录，分派名单立即生效。"))
            return redirect("console:provider", pk=pk)
        except providers.StandingFault as fault:
            form.add_error(None, str(fault))
    context = {
        "who": found,
        "form": form,
        "may": may,
        "now": Status(providers.standing_at(found, timezone.now())).label,
    }
    return render(request, "console/provider.html", context)


# Accounts (administrators only; they see no case)

GIVEN = [(r.value, r.label) for r in STAFF_ROLES]


class AccountForm(forms.Form):
    """A new account."""

    username = forms.SlugField(label=gettext_lazy("账号"), max_length=60)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)


class GrantForm(forms.Form):
    """A role for a place, or for a part of the map."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=sorted(GIVEN))
    where = forms.CharField(
        label=gettext_lazy("服务点编号或区划代码"), max_length=20, help_text=gettext_lazy("例如 S653131100 或 653131。")
    )

    def clean_where(self) -> str:
        text = str(self.cleaned_data["where"]).strip().upper()
        if places.by_code(text) is None and divisions.by_code(text) is None:
            raise forms.ValidationError(_("没有这个服务点或区划。"))
        return text


@for_roles(Role.ADMINISTRATOR)
def accounts_page(request: Request) -> HttpResponse:
    """All accounts; open a new one."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if Account.objects.filter(username=form.cleaned_data["username"]).exists():
            form.add_error("username", _("这个账号已经有人用了。"))
        else:
            at = timezone.now()
            made = accounts.open_account(**form.cleaned_data, password=None, at=at)  # type: ignore[arg-type]
            first = accounts.reset_password(account=made, by=request.actor, at=at)
            journal.write(stream="accounts", kind="opened", by=request.actor, at=at, account=made.pk)
            messages.success(request, _("已开通。首次密码（只显示这一次）：%(password)s") % {"password": first})
            return redirect("console:account", pk=made.pk)
    found = Account.objects.order_by("username")
    if request.GET.get("q"):
        found = found.filter(Q(username__contains=request.GET["q"]) | Q(name__contains=request.GET["q"]))
    return render(request, "console/accounts.html", {"rows": found[:200], "form": form, "q": request.GET.get("q", "")})


@for_roles(Role.ADMINISTRATOR)
def account(request: Request, pk: int) -> HttpResponse:
    """One account: roles, first password anew, close."""
    found = Account.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    at = timezone.now()
    form = GrantForm(request.POST if request.POST.get("act") == "grant" else None)
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "grant" and form.is_valid():
            where = form.cleaned_data["where"]
            place = places.by_code(where)
            accounts.grant(account=found, role=Role(form.cleaned_data["role"]), by=request.actor, at=at, place=place,
                           division=None if place else divisions.by_code(where))  # fmt: skip
        elif act == "end":
            row = found.memberships.filter(pk=int(request.POST.get("membership") or 0)).first()
            if row is not None:
                accounts.end_membership(membership=row, by=request.actor, at=at)
        elif act == "reset":
            first = accounts.reset_password(account=found, by=request.actor, at=at)
            messages.success(request, _("首次密码（只显示这一次）：%(password)s") % {"password": first})
        elif act == "close" and found.pk != request.actor.account_id:
            accounts.set_active(account=found, active=not found.is_active)
        if act != "grant" or form.is_valid():
            journal.write(stream="accounts", kind=str(act), by=request.actor, at=at, account=found.pk)
            return redirect("console:account", pk=pk)
    rows = found.memberships.select_related("place", "division").order_by("-since")
    return render(request, "console/account.html", {"account": found, "rows": rows, "form": form})


# The calendar


class NoticeForm(forms.Form):
    """A year's notice: one day a line."""

    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2021, max_value=2100)
    document = forms.CharField(label=gettext_lazy("通知名称或文号"), max_length=200)
    days = forms.CharField(
        label=gettext_lazy("放假和补班"), widget=forms.Textarea(attrs={"rows": 10, "dir": "ltr"}),
        help_text=gettext_lazy("一行一天：2027-01-01 休 元旦；2027-02-14 班 春节补班。"),
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        rows: list[dict[str, object]] = []
        for number, line in enumerate(str(data.get("days", "")).splitlines(), 1):
            parts = line.split(None, 2)
            if not parts:
                continue
            try:
                day = date.fromisoformat(parts[0])
            except ValueError:
                self.add_error("days", _("第 %(n)s 行的日期看不懂，请写成 2027-01-01。") % {"n": number})
                continue
            if not workdays.belongs(day, data.get("year") or day.year):
                self.add_error("days", _("第 %(n)s 行不是这一年的。") % {"n": number})
            elif len(parts) < 2 or parts[1] not in {"休", "班"}:
                self.add_error("days", _("第 %(n)s 行要写“休”或“班”。") % {"n": number})
            elif any(r["day"] == day for r in rows):
                self.add_error("days", _("第 %(n)s 行的日期重复。") % {"n": number})
            else:
                rows.append(
                    {
                        "day": day,
                        "is_workday": parts[1] == "班",
                        "name_zh": parts[2] if len(parts) > 2 else "",
                        "sure": "V",
                    }
                )
        data["rows"] = rows
        return data


@for_roles(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.PLANNER)
def calendar(request: Request) -> HttpResponse:
    """Which years' notices are loaded; load one, and every provisional day is reckoned anew and told."""
    may = request.actor.has(Role.ADMINISTRATOR)
    form = NoticeForm(request.POST or None, initial={"year": workdays.missing_notice(timezone.localdate())})
    if request.method == "POST" and may and form.is_valid():
        at = timezone.now()
        workdays.load_notice(
            year=form.cleaned_data["year"],
            layer="national",
            rows=form.cleaned_data["rows"],
            document=form.cleaned_data["document"],
            at=at,
        )
        changed = clocks.recompute_provisional(at=at, since=workdays.named_from(form.cleaned_data["year"]))
        for found, old, new in changed:
            notices.tell_recomputed(found, old, new, at)
        journal.write(
            stream="registry",
            kind="calendar",
            by=request.actor,
            at=at,
            year=form.cleaned_data["year"],
            changed=len(changed),
        )
        messages.success(request, _("已载入。%(n)s 个期限的日期变了，已告知当事人。") % {"n": len(changed)})
        return redirect("console:calendar")
    rows = CalendarNotice.objects.order_by("-year", "layer")
    return render(
        request,
        "console/calendar.html",
        {"rows": rows, "form": form, "may": may, "missing": workdays.missing_notice(timezone.localdate())},
    )
