"""The staff's lists: what is to be done, search, what a supervisor must see, requests of people about their own data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import numbers
from open12348.kernel.access import CASE_ROLES, STAFF_ROLES, Actor, Request, Role, for_roles
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, people
from open12348.registry.models import Division, FileView, RightsRequest
from open12348.spine import catalogue, closing, extensions, journal, lists, story
from open12348.spine.catalogue import Phase

from . import acts
from .desk import typed
from .menu import OVERSEEING, TAKING

on_cases = for_roles(*CASE_ROLES)

PURPOSES = [
    ("caller", gettext_lazy("当事人来问")),
    ("handling", gettext_lazy("办理需要")),
    ("supervision", gettext_lazy("督办检查")),
]


def _rows(cases: Any) -> list[tuple[Any, str, Any]]:
    """(case, what it is about, where it stands) for each row of a list."""
    names = story.item_names()
    return [(c, story.subject(c, names), catalogue.of(c).state(c.state)) for c in cases]


def counties_of(request: Request) -> list[Division]:
    """The counties an actor's roles reach; a filter is worth showing when there are several."""
    grants = request.actor.grants
    if any(g.place_id is None and (g.division_id is None or g.level == "prefecture") for g in grants):
        return divisions.counties()
    paths = tuple(g.division_path for g in grants if g.division_path and g.place_id is None)
    return [c for c in divisions.counties() if c.path.startswith(paths)] if paths else []


def _topics() -> list[tuple[str, list[tuple[str, str]]]]:
    """Topics of all services, as groups for a list to choose from."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for service in catalogue.current():
        field = service.form.base_fields.get("topic")
        for key, label in getattr(field, "choices", None) or []:
            if isinstance(label, list | tuple):
                found.append((str(key), [(str(k), str(v)) for k, v in label]))
    return found


@for_roles(*STAFF_ROLES)
def home(request: Request) -> HttpResponse:
    """My queue: what is due first comes first. Who oversees, counts or runs machines starts on their own page."""
    actor = request.actor
    if not actor.has(*CASE_ROLES):
        return redirect("console:map" if actor.has(Role.PLANNER) else "console:accounts")
    if not request.GET and actor.roles & CASE_ROLES == {Role.SUPERVISOR}:
        return redirect("console:watch")
    now, counties = timezone.now(), counties_of(request)
    wanted = lists.Filter(
        line=typed(request.GET, "line", 40), phase=typed(request.GET, "phase", 20), mine=bool(request.GET.get("mine")),
        late=bool(request.GET.get("late")), coordinator=bool(request.GET.get("coordinator")), free=bool(request.GET.get("free")),
        topic=typed(request.GET, "topic", 10), county=numbers.row(request.GET.get("county")),
        today=legal_day(now) if request.GET.get("today") else None,
    )  # fmt: skip
    after, owed = bool(request.GET.get("after")), lists.afterwards(actor)
    page = Paginator(owed if after else lists.queue(actor, wanted), 40).get_page(typed(request.GET, "page", 9))
    context = {
        "page": page, "rows": _rows(page), "wanted": wanted, "counts": lists.counts(actor, now),
        "after": after, "owed": owed.count(), "owed_late": owed.filter(late=True).exists(),
        "first": _first(actor, owed) if not request.GET and actor.has(Role.PROVIDER) else [],
        "offered": [(t, story.subject(t.order.case)) for t in lists.offered_to(actor).select_related("order__case")[:20]],
        "asked": [(e, story.subject(e.order.case)) for e in extensions.waiting(actor)[:10]] if actor.has(*OVERSEEING) else [],
        "lines": sorted({s.line: s.name for s in catalogue.current()}.items()), "phases": list(Phase),
        "counties": counties if len(counties) > 1 else [], "topics": _topics(), "taking": actor.has(*TAKING),
        "narrowed": any(request.GET.get(k) for k in ("line", "phase", "mine", "late", "coordinator", "free", "topic", "county", "today", "after")),
        "county_name": next((c.name for c in counties if c.pk == wanted.county), ""),
    }  # fmt: skip
    return render(request, "console/home.html", context)


def _first(actor: Actor, owed: Any) -> list[Any]:
    """What a lawyer has to do first, of what is in hand and of what is still owed after the end: one row of the list, with
    the name of the limit."""
    mine = [
        *lists.queue(actor, lists.Filter(mine=True)).filter(due_at__isnull=False)[:1],
        *owed.filter(handler_id=actor.account_id)[:1],
    ]
    case = min(mine, key=lambda c: c.due_at, default=None)
    if case is None:
        return []
    service = catalogue.of(case)
    return [(case, story.subject(case), service.state(case.state), service.clock(case.due_clock).label)]


@on_cases
def search(request: Request) -> HttpResponse:
    """By code, phone, identity number or name; the purpose is recorded, what was typed only as a hash."""
    text, purpose = typed(request.POST, "q"), typed(request.POST, "purpose", 20)
    rows: list[Any] = []
    searched = False
    if request.method == "POST" and text:
        if purpose not in dict(PURPOSES):
            messages.error(request, _("请选择为什么查。"))
        else:
            rows, searched = _rows(lists.search(request.actor, text)), True
            journal.write(
                stream="search", kind="searched", by=request.actor, at=timezone.now(), purpose=purpose, found=len(rows),
                text=keyed_hash(text, "search"),
            )  # fmt: skip
    elif request.method == "POST":
        messages.error(request, _("请填写要查的编号、手机号、身份证号或姓名。"))
    context = {
        "q": text, "rows": rows, "purposes": PURPOSES, "purpose": purpose, "searched": searched,
        "taking": request.actor.has(*TAKING),
    }  # fmt: skip
    return render(request, "console/search.html", context)


# What a supervisor must see


@for_roles(*OVERSEEING)
def watch(request: Request) -> HttpResponse:
    """Late, returned in circles, badly rated, asked for more time: what does not go by itself."""
    actor, now = request.actor, timezone.now()
    bad = [
        (r, story.subject(r.order.case), closing.callback_due(r), closing.callback_due(r) <= now)
        for r in closing.to_call_back(actor)[:30]
    ]
    context = {
        "counts": lists.counts(actor, now), "late": _rows(lists.queue(actor, lists.Filter(late=True))[:15]),
        "stuck": _rows(lists.queue(actor, lists.Filter(coordinator=True))[:15]), "bad": bad,
        "asked": [(e, story.subject(e.order.case)) for e in extensions.waiting(actor)[:20]],
        "rights": _open_rights(request).count(), "looks": _looks(request)[:8],
    }  # fmt: skip
    return render(request, "console/watch.html", context)


def _looks(request: Request) -> Any:
    seen = lists.codes_in_sight(request.actor)
    return FileView.objects.filter(seen).order_by("-pk")


@for_roles(*OVERSEEING)
def looks(request: Request) -> HttpResponse:
    """Who looked at whose file, when and why, for the matters in the actor's part."""
    page = Paginator(_looks(request), 60).get_page(typed(request.GET, "page", 9))
    return render(request, "console/looks.html", {"page": page})


# Requests of people about their own data (个人信息保护法 Art 44-50)


def _open_rights(request: Request) -> Any:
    return RightsRequest.objects.filter(
        answered_at__isnull=True, due_at__isnull=False,
        person_id__in=lists.visible(request.actor, offered=False).values("order__person_id"),
    )  # fmt: skip


@on_cases
def rights(request: Request) -> HttpResponse:
    """What people asked about their own data and nobody answered yet; those in charge answer."""
    by, now, may = request.actor, timezone.now(), request.actor.has(Role.OFFICER)
    forms_by_pk: dict[int, forms.Form] = {}
    if request.method == "POST":
        if not may:
            raise Http404
        row = _open_rights(request).filter(pk=numbers.row(request.POST.get("request")) or 0).first()
        form = acts.RightAnswer(request.POST, auto_id=f"id_{row.pk if row else 0}_%s")
        if row is None:
            messages.error(request, _("这项请求已经有人答复了。"))
        elif not form.is_valid():
            forms_by_pk[row.pk] = form
        else:
            said = form.cleaned_data
            try:
                people.answer_right(
                    row=row, granted=request.POST.get("act") == "grant", answer=said["answer"], by=by, at=now,
                    changes={k: said[k] for k in ("name", "phone", "address")},
                )  # fmt: skip
                messages.success(request, _("已答复。"))
                return redirect("console:rights")
            except (people.RightsFault, numbers.BadNumber) as fault:
                form.add_error(None, str(getattr(fault, "message", fault)))
                forms_by_pk[row.pk] = form
    rows = [
        (r, closing.kept(r.person, now) if r.kind == "erase" else [], forms_by_pk.get(r.pk) or acts.RightAnswer(auto_id=f"id_{r.pk}_%s"))
        for r in _open_rights(request).select_related("person").order_by("due_at")[:40]
    ]  # fmt: skip
    return render(request, "console/rights.html", {"rows": rows, "may": may, "kinds": dict(people.RIGHTS), "now": now})
