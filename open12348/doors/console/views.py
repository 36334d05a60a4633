"""The staff's pages about needs: the queue, the case, taking a need down, search. They read, and they call verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from open12348.kernel import numbers
from open12348.kernel.access import CASE_ROLES, STAFF_ROLES, Denied, Request, Role, for_roles
from open12348.kernel.sealed import keyed_hash
from open12348.registry import accounts, items, people, places
from open12348.registry.forms import RegionField
from open12348.registry.models import Account, Person
from open12348.spine import casework, catalogue, clocks, closing, files, intake, journal, lists, routing
from open12348.spine.models import Case, Channel, Deadline, Document, Transfer

on_cases = for_roles(*CASE_ROLES)
taking = for_roles(Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER)

PURPOSES = [
    ("caller", gettext_lazy("当事人来问")),
    ("handling", gettext_lazy("办理需要")),
    ("supervision", gettext_lazy("督办检查")),
]


@for_roles(*STAFF_ROLES)
def home(request: Request) -> HttpResponse:
    """My queue: what is due first comes first. Who works with counts or machines goes to their own first page."""
    actor = request.actor
    if not actor.has(*CASE_ROLES):
        return redirect("console:map" if actor.has(Role.PLANNER) else "console:accounts")
    wanted = lists.Filter(
        line=request.GET.get("line", "")[:40], phase=request.GET.get("phase", "")[:20], mine=bool(request.GET.get("mine")),
        late=bool(request.GET.get("late")), coordinator=bool(request.GET.get("coordinator")),
        county=int(request.GET["county"]) if request.GET.get("county", "").isdigit() else None,
    )  # fmt: skip
    page = Paginator(lists.queue(actor, wanted), 40).get_page(request.GET.get("page"))
    rows = [(c, catalogue.of(c), catalogue.of(c).state(c.state)) for c in page]
    context = {
        "page": page, "rows": rows, "wanted": wanted, "offered": lists.offered_to(actor)[:20],
        "lines": sorted({s.line: s.name for s in catalogue.current()}.items()), "phases": list(catalogue.Phase),
        "taking": actor.has(Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER),
    }  # fmt: skip
    return render(request, "console/home.html", context)


def _case(request: Request, code: str) -> Case:
    found = lists.get(request.actor, code)
    if found is None:
        raise Http404
    return found


class TransferForm(forms.Form):
    """Where to, and why."""

    place = forms.CharField(
        label=gettext_lazy("转到哪里"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "places"}),
        help_text=gettext_lazy("服务点编号，例如 C653125（莎车县中心）。"),
    )
    reason = forms.CharField(label=gettext_lazy("转交理由"), max_length=500)


class ExtendForm(forms.Form):
    """How long, and why."""

    amount = forms.IntegerField(label=gettext_lazy("延长几个单位"), min_value=1)
    reason = forms.CharField(label=gettext_lazy("延长理由"), max_length=500)


def _act(request: Request, found: Case) -> None:
    """Do what a button of the case page says, through the one verb for it."""
    act, at, by = request.POST.get("act", ""), timezone.now(), request.actor
    seen = request.POST.get("seen", "")
    expect = int(seen) if seen.isdigit() else None
    text = request.POST.get("text", "")
    uploads = [files.Upload(f.name or "", f.read()) for f in request.FILES.getlist("files")]
    reason = request.POST.get("reason", "")
    if act.startswith("move:"):
        casework.make(case=found, move=act[5:], by=by, at=at, data=request.POST, expect=expect, uploads=uploads)
    elif act == "ask_correction":
        casework.ask_correction(case=found, by=by, at=at, wanted=request.POST.get("wanted", ""), expect=expect)
    elif act == "answer_correction":
        casework.answer_correction(case=found, by=by, at=at, text=text, uploads=uploads, expect=expect)
    elif act == "say":
        casework.say(case=found, by=by, at=at, text=text, uploads=uploads)
    elif act == "note":
        casework.say(case=found, by=by, at=at, text=text, uploads=uploads, internal=True)
    elif act == "take":
        routing.take(case=found, by=by, at=at, expect=expect)
    elif act == "assign":
        to = Account.objects.filter(pk=int(request.POST.get("to") or 0)).first()
        if to is None:
            raise casework.Refused(_("请选择交给谁。"))
        routing.assign(case=found, to=to, by=by, at=at, why=reason, expect=expect)
    elif act == "transfer":
        form = TransferForm(request.POST)
        if not form.is_valid():
            raise intake.Invalid(form)
        target = places.by_code(numbers.plain(form.cleaned_data["place"]).split()[0])
        if target is None:
            form.add_error("place", _("没有这个编号的服务点，请从列表里选。"))
            raise intake.Invalid(form)
        routing.transfer(case=found, target=target, by=by, at=at, reason=form.cleaned_data["reason"], expect=expect)
    elif act in {"accept", "return"}:
        row = Transfer.objects.filter(pk=int(request.POST.get("transfer") or 0), order=found.order).first()
        if row is None:
            raise casework.Refused(_("这次转交已经有人答复了。"))
        if act == "accept":
            routing.accept(row=row, by=by, at=at)
        else:
            routing.return_back(row=row, by=by, at=at, reason=reason)
    elif act == "extend":
        extension = ExtendForm(request.POST)
        if not extension.is_valid():
            raise intake.Invalid(extension)
        deadline = found.order.deadlines.filter(pk=int(request.POST.get("deadline") or 0)).first()
        handler = Account.objects.filter(pk=found.handler_id or 0).first()
        if deadline is None or handler is None or not lists.roles_over(by, found) & {Role.OFFICER, Role.SUPERVISOR}:
            raise Denied(_("延长由负责人批准，办理人提出。"))
        clocks.extend(
            deadline=deadline, by=accounts.actor_for(handler, at), approver=by, at=at,
            amount=extension.cleaned_data["amount"], reason=extension.cleaned_data["reason"],
        )  # fmt: skip
    elif act == "rate":
        closing.rate(case=found, by=by, at=at, grade=request.POST.get("grade", ""), text=text, via="phone")
    elif act in {"merge", "link"}:
        other = lists.get(by, numbers.parse_code(request.POST.get("other", "")))
        if other is None:
            raise casework.Refused(_("找不到要关联的另一件事。"))
        if act == "merge":
            casework.merge(keep=other, drop=found, by=by, at=at, reason=reason)
        else:
            casework.link(first=found, second=other, by=by, at=at)
    elif act == "split":
        casework.split(case=found, by=by, at=at, item_code=request.POST.get("item", "").strip().upper(), summary=text)
    else:
        raise casework.Refused(_("没有这个操作。"))


@on_cases
def case(request: Request, code: str) -> HttpResponse:
    """Everything about one need on one page: who, what, where it stands, what I may do, clock, papers, history."""
    found = _case(request, code)
    faulty: dict[str, forms.Form] = {}
    now = timezone.now()
    if request.method == "POST":
        try:
            _act(request, found)
            messages.success(request, _("已办好。"))
            return redirect("console:case", code=code) if lists.get(request.actor, code) else redirect("console:home")
        except intake.Invalid as fault:
            faulty[request.POST.get("act", "")] = fault.form
        except (casework.Refused, files.BadFile, numbers.BadNumber) as fault:
            messages.error(request, str(getattr(fault, "reason", None) or getattr(fault, "message", fault)))
        except (journal.Conflict, Denied, clocks.ClockFault) as fault:
            messages.error(request, str(fault))
        found = lists.get(request.actor, code) or found
        faulty |= _kept(request, found) if not faulty else {}
    else:
        people.looked(person=found.order.person, by=request.actor, at=now, purpose=str(_("办理需要")), order_code=code)
    service = catalogue.of(found)
    roles = lists.roles_over(request.actor, found)
    order = found.order
    waiting = (
        order.transfers.filter(accepted_at__isnull=True, returned_at__isnull=True)
        .select_related("target", "origin")
        .first()
    )
    outcome = closing.current_outcome(order)
    deadlines = [
        (service.clock(d.clock).label, d, clocks.account(d, now)) for d in order.deadlines.order_by("started_at", "id")
    ]
    supervising = bool(roles & {Role.SUPERVISOR, Role.OFFICER})
    context = {
        "case": found, "order": order, "service": service, "state": service.state(found.state),
        "said": intake.said_rows(order, service), "deadlines": deadlines, "roles": roles,
        "moves": [(m, faulty.get(f"move:{m.code}") or (m.form() if m.form else None)) for m in casework.open_moves(found, request.actor)],
        "answers": service.templates(found.topic, found.language) if service.templates else [],
        "hints": service.hints(found, request.actor) if service.hints else [],
        "documents": order.documents.order_by("at").select_related("blob"), "events": journal.story(order),
        "parties": order.parties.select_related("person"), "waiting": waiting, "errors": faulty,
        "offered": waiting is not None and lists.offered_to(request.actor).filter(pk=waiting.pk).exists(),
        "correction": order.corrections.filter(answered_at__isnull=True).first(), "asked": order.corrections.exists(),
        "candidates": routing.candidates(found, now)[:12] if roles & {Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR} else [],
        "transfer": faulty.get("transfer") or TransferForm(), "targets": _targets(found),
        "extendable": [(label, d, ExtendForm(initial={"amount": service.clock(d.clock).extendable})) for label, d, _r in deadlines
                       if supervising and d.state != "stopped" and service.clock(d.clock).extendable and not d.extended_by],
        "outcome": outcome, "outcome_label": service.outcome(outcome.kind).label if outcome else "",
        "rating": getattr(outcome, "rating", None) if outcome else None, "grades": closing.RatingForm(),
        "links": [*order.links_out.select_related("second"), *order.links_in.select_related("first")],
        "correction_form": faulty.get("ask_correction") or casework.CorrectionForm(), "posted": request.POST,
        "assignments": routing.explain(found) if supervising else [], "done": found.phase == "done",
    }  # fmt: skip
    return render(
        request,
        "console/case.html",
        context,
        status=409 if request.method == "POST" and not any(f.errors for f in faulty.values()) else 200,
    )


def _kept(request: Request, found: Case) -> dict[str, forms.Form]:
    """The form somebody filled in for a move that could not be made now: nothing typed is lost."""
    act = request.POST.get("act", "")
    if act == "transfer":
        return {act: TransferForm(request.POST)}
    if act == "ask_correction":
        return {act: casework.CorrectionForm(request.POST)}
    move = next((m for m in catalogue.of(found).moves if act == f"move:{m.code}" and m.form), None)
    return {act: move.form(request.POST)} if move and move.form else {}


def _targets(found: Case) -> list[Any]:
    """Places that a case is usually passed to: centres, and the stations of its county."""
    centres = list(places.working().filter(kind="centre").order_by("code"))
    stations = list(places.working().filter(kind="station", county_id=found.county_id).order_by("code"))
    return [p for p in [*centres, *stations] if p.pk != found.place_id]


@on_cases
@require_GET
def clock(request: Request, code: str, pk: int) -> HttpResponse:
    """The day-by-day account of one limit, as a page or (format=json) as data."""
    found = _case(request, code)
    deadline = Deadline.objects.filter(order=found.order, pk=pk).first()
    if deadline is None:
        raise Http404
    now = timezone.now()
    if request.GET.get("format") == "json":
        return JsonResponse(clocks.as_json(deadline, now), json_dumps_params={"ensure_ascii": False})
    label = catalogue.of(found).clock(deadline.clock).label
    return render(
        request,
        "console/clock.html",
        {"case": found, "deadline": deadline, "label": label, "reckoning": clocks.account(deadline, now)},
    )


@on_cases
@require_GET
def file(request: Request, code: str, pk: int) -> HttpResponse:
    """A paper of a case."""
    found = _case(request, code)
    document = Document.objects.filter(order=found.order, pk=pk, blob__isnull=False).first()
    if document is None:
        raise Http404
    people.looked(
        person=found.order.person, by=request.actor, at=timezone.now(), purpose=str(_("查看材料")), order_code=code
    )
    return HttpResponse(
        files.content(document), content_type=document.mime,
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


# Taking a need down


def _my_place(request: Request) -> Any:
    for grant in request.actor.grants:
        if grant.place_id is not None:
            return places.working().filter(pk=grant.place_id).first()
    return None


@taking
def intake_page(request: Request) -> HttpResponse:
    """One screen: who, what, and answered at once if possible. The keyboard alone is enough."""
    item_code = (request.POST.get("item") or request.GET.get("item") or "B01").strip().upper()[:10]
    found = items.by_code(item_code) or items.by_code("B01")
    service = catalogue.for_item(found.code) if found else None
    if found is None or service is None:
        raise Http404
    contact: forms.Form = intake.ContactForm(initial={"behalf": "clerk", "language": "zh", "reply_by": "phone"})
    need: forms.Form = service.form(initial={"item": found.code})
    chosen = request.POST.get("move", "")
    moves = [(service.move(code), None) for code in service.desk]
    move_form: forms.Form | None = None
    if request.method == "POST" and "_refresh" not in request.POST and "_item" not in request.POST:
        at = timezone.now()
        person = (
            Person.objects.filter(pk=int(request.POST["person"])).first()
            if request.POST.get("person", "").isdigit()
            else None
        )
        try:
            order = casework.receive_and_make(
                move=chosen if chosen in service.desk else "", data=request.POST, service=service.code, said=request.POST,
                contact=request.POST, channel=request.POST.get("channel") or intake.channel_for(request.actor),
                by=request.actor, at=at, item_code=found.code, place=_my_place(request), person=person,
                urgent=bool(request.POST.get("urgent")), alias=("desk", request.POST["once"]) if request.POST.get("once") else None,
            )  # fmt: skip
            messages.success(request, _("已登记，编号 %(code)s。") % {"code": numbers.group(order.code)})
            return redirect("console:case", code=order.code)
        except intake.Invalid as fault:
            contact, need = intake.ContactForm(request.POST), service.form(request.POST)
            contact.full_clean()
            need.full_clean()
            if not isinstance(fault.form, intake.ContactForm | service.form):
                move_form = fault.form
        except (casework.Refused, Denied) as fault:
            messages.error(request, str(getattr(fault, "reason", fault)))
            contact, need = intake.ContactForm(request.POST), service.form(request.POST)
    elif request.method == "POST":
        typed = {k: v for k, v in request.POST.items()}
        typed["division"] = RegionField.widget().value_from_datadict(request.POST, {}, "division")
        contact, need = intake.ContactForm(initial=typed), service.form(initial={**typed, "item": found.code})
    forms_of_moves = [
        (
            move,
            (
                move_form
                if move.code == chosen and move_form
                else (
                    move.form(request.POST)
                    if request.method == "POST" and move.code == chosen and move.form and move_form
                    else move.form(auto_id=f"id_{move.code}_%s")
                    if move.form
                    else None
                )
            ),
        )
        for move, _none in moves
    ]
    context = {
        "item": found, "service": service, "contact": contact, "need": need, "moves": forms_of_moves, "chosen": chosen,
        "items": items.on_list(), "channels": Channel.choices, "channel": request.POST.get("channel") or intake.channel_for(request.actor),
        "once": request.POST.get("once") or f"{request.actor.account_id}-{timezone.now().timestamp():.6f}", "posted": request.POST,
    }  # fmt: skip
    return render(request, "console/intake.html", context)


@taking
@require_GET
def hints(request: Request) -> HttpResponse:
    """While typing: people who may be the same, their recent matters, and answers for the topic."""
    at = timezone.now()
    found = people.find(
        phone=request.GET.get("phone", "")[:40],
        id_number=request.GET.get("id_number", "")[:40],
        name=request.GET.get("name", "")[:120],
    )
    rows = [(m, lists.alike(request.actor, person_ids=[m.person.pk], at=at)) for m in found[:5]]
    seen = set(
        lists.visible(request.actor)
        .filter(pk__in=[c.pk for _m, cases in rows for c in cases])
        .values_list("pk", flat=True)
    )
    topic = request.GET.get("topic", "")[:10]
    answers = (
        [a for s in catalogue.current() if s.templates for a in s.templates(topic, request.GET.get("language", "zh"))]
        if topic
        else []
    )
    return render(request, "console/_hints.html", {"rows": rows, "seen": seen, "answers": answers})


@on_cases
def search(request: Request) -> HttpResponse:
    """By code, phone, identity number or name; the purpose is recorded."""
    text, purpose = request.POST.get("q", "")[:120], request.POST.get("purpose", "")
    rows: list[Any] = []
    if request.method == "POST" and text.strip():
        if purpose not in dict(PURPOSES):
            messages.error(request, _("请选择为什么查。"))
        else:
            rows = [(c, catalogue.of(c), catalogue.of(c).state(c.state)) for c in lists.search(request.actor, text)]
            journal.write(
                stream="search", kind="searched", by=request.actor, at=timezone.now(), purpose=purpose, found=len(rows),
                text=keyed_hash(text, "search"),
            )  # fmt: skip
    return render(
        request,
        "console/search.html",
        {"q": text, "rows": rows, "purposes": PURPOSES, "purpose": purpose, "searched": bool(text)},
    )
