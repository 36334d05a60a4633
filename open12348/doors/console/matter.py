"""One matter on one page: its story, what may be done now, its limits, people and papers; and the slip to take home."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from open12348.kernel import numbers, papers
from open12348.kernel.access import CASE_ROLES, Denied, Request, Role, for_roles
from open12348.kernel.workdays import Unit, calendar_for, reckon
from open12348.registry import items, people, places
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Account
from open12348.spine import (
    casework,
    catalogue,
    clocks,
    closing,
    extensions,
    files,
    intake,
    journal,
    kin,
    lists,
    masking,
    notices,
    private,
    routing,
    story,
)  # fmt: skip
from open12348.spine.models import Case, Deadline, Document, Extension, Transfer

from . import acts

on_cases = for_roles(*CASE_ROLES)

#: Why a file is opened: stored in the source language, read out in the reader's.
HANDLING, READING, PRINTING = gettext_noop("办理需要"), gettext_noop("查看材料"), gettext_noop("打印回执")

#: A form with this many fields gets half of a wide page.
LONG_FORM = 6

#: The public address on which progress is asked: printed on paper, so it is a promise and no longer a page's own affair.
PROGRESS = "/progress/"


def case_in_sight(request: Request, code: str) -> Case:
    """The case with a code, if the actor may see it. Errors: Http404."""
    found = lists.get(request.actor, code)
    if found is None:
        raise Http404
    return found


def _seen(request: Request) -> int | None:
    return numbers.row(request.POST.get("seen"))


def _do(request: Request, found: Case, act: str, form: forms.Form) -> str:
    """Do what a button says, through the one verb for it. Out: the words of success."""
    at, by, expect = timezone.now(), request.actor, _seen(request)
    said = form.cleaned_data
    uploads = [files.Upload(f.name or "", f.read()) for f in said.get("uploads") or []]
    if act == "ask_correction":
        casework.ask_correction(case=found, by=by, at=at, wanted=said["wanted"], expect=expect)
        return _("已告诉当事人要补什么，期限暂停。")
    if act == "answer_correction":
        casework.answer_correction(case=found, by=by, at=at, text=said["text"], uploads=uploads, expect=expect)
        return _("补充的内容收到了，期限继续计算。")
    if act in {"say", "note"}:
        casework.say(case=found, by=by, at=at, text=said["text"], uploads=uploads, internal=act == "note")
        return _("已记下。") if act == "note" else _("已留言，当事人能看到。")
    if act == "take":
        routing.take(case=found, by=by, at=at, expect=expect)
        return _("由您办理了。")
    if act == "assign":
        to = Account.objects.filter(pk=numbers.row(said["to"]) or 0).first()
        if to is None:
            raise casework.Refused(_("请选择交给谁。"))
        routing.assign(case=found, to=to, by=by, at=at, why=said["reason"], expect=expect)
        return _("已交给%(name)s。") % {"name": to.name}
    if act == "transfer":
        routing.transfer(case=found, target=said["place"], by=by, at=at, reason=said["reason"], expect=expect)
        return _("已请%(place)s接手，对方答复前仍由这里负责。") % {"place": said["place"].name}
    if act in {"accept", "return"}:
        row = Transfer.objects.filter(pk=numbers.row(request.POST.get("transfer")) or 0, order=found.order).first()
        if row is None:
            raise casework.Refused(_("这次转交已经有人答复了。"))
        if act == "accept":
            routing.accept(row=row, by=by, at=at)
            return _("接手了，编号不变，期限照常。")
        routing.return_back(row=row, by=by, at=at, reason=said["reason"])
        return _("已退回。")
    if act == "ask_extension":
        deadline = found.order.deadlines.filter(pk=said["deadline"]).first()
        if deadline is None:
            raise casework.Refused(_("这个期限已经结束。"))
        extensions.ask(deadline=deadline, by=by, at=at, reason=said["reason"], amount=said["amount"], expect=expect)
        return _("已申请延长，等负责人答复；在那之前期限不变。")
    if act in {"grant_extension", "decline_extension"}:
        wanted = Extension.objects.filter(pk=numbers.row(request.POST.get("extension")) or 0, order=found.order).first()
        if wanted is None:
            raise casework.Refused(_("没有等您答复的延长申请。"))
        granted = act == "grant_extension"
        extensions.answer(row=wanted, granted=granted, by=by, at=at, why=said["why"])
        return _("已同意延长。") if granted else _("已答复，不延长。")
    if act == "rate":
        closing.rate(case=found, by=by, at=at, grade=said["grade"], text=said["text"], via="phone")
        return _("评价记下了。")
    if act == "call_back":
        closing.call_back(case=found, by=by, at=at, text=said["text"])
        return _("回访记下了。")
    if act in {"merge", "link"}:
        return _join(request, found, act, said)
    if act == "split":
        came = casework.split(case=found, by=by, at=at, item_code=said["item"], summary=said["summary"])
        return _("分出一件，编号 %(code)s。") % {"code": numbers.group(came.code)}
    if act == "right":
        if found.order.person is None:
            raise casework.Refused(_("这件事没有留本人信息。"))
        people.ask_right(
            person=found.order.person, kind=said["kind"], said=said["said"], by=by, at=at,
            due_at=reckon(at, Unit.WORKDAYS, people.RIGHTS_DAYS, (), calendar_for(calendar_layers(found.county))).due_at,
        )  # fmt: skip
        return _("已记下本人的要求，会在期限内答复。")
    raise casework.Refused(_("没有这个操作。"))


def _join(request: Request, found: Case, act: str, said: dict[str, Any]) -> str:
    other = lists.get(request.actor, said["other"])
    if other is None:
        raise casework.Refused(_("找不到另一件：编号不对，或者不归您查看。"))
    at = timezone.now()
    if act == "merge":
        casework.merge(keep=other, drop=found, by=request.actor, at=at, reason=said["reason"])
        return _("已并入 %(code)s。") % {"code": numbers.group(other.order.code)}
    casework.link(first=found, second=other, by=request.actor, at=at)
    return _("已关联。")


@on_cases
def case(request: Request, code: str) -> HttpResponse:
    """Everything about one need on one page. Beside it the form that could not be taken, with every word kept."""
    found = case_in_sight(request, code)
    now, act, status = timezone.now(), "", 200
    kept: dict[str, forms.Form] = {}
    changed: list[story.Paragraph] = []
    if request.method == "POST":
        act = request.POST.get("act", "")[:60]
        if act == "reveal":
            return _reveal(request, found)
        if act == "look_other":
            return _page(request, found, kept={"merge": acts.Join(request.POST, auto_id="id_merge_%s")})
        try:
            if act.startswith("move:"):
                casework.make(
                    case=found, move=act[5:], by=request.actor, at=now, data=request.POST, expect=_seen(request),
                    uploads=casework.uploads_of(found, act[5:], request.FILES),
                )  # fmt: skip
                done = _("已办好。")
            else:
                form = acts.form_for(act, found, request.actor, now, request.POST, request.FILES)
                if form is None:
                    raise casework.Refused(_("没有这个操作。"))
                kept[act] = form
                if not form.is_valid():
                    raise intake.Invalid(form)
                done = _do(request, found, act, form)
            messages.success(request, done)
            return redirect("console:case", code=code) if lists.get(request.actor, code) else redirect("console:home")
        except intake.Invalid as fault:
            kept[act] = _with_errors(
                acts.form_for(act, found, request.actor, now, request.POST, request.FILES), fault.form
            )
        except journal.Conflict as fault:
            messages.error(request, str(fault))
            status = 409
        except (
            casework.Refused,
            files.BadFile,
            numbers.BadNumber,
            clocks.ClockFault,
            people.RightsFault,
            PermissionDenied,
        ) as fault:
            messages.error(request, str(getattr(fault, "reason", None) or getattr(fault, "message", None) or fault))
            status = 409
        again = lists.get(request.actor, code)
        if again is None:
            return redirect("console:home")
        found = again
        if act not in kept:
            form = acts.form_for(act, found, request.actor, now, request.POST, request.FILES)
            kept |= {act: form} if form is not None else {}
        if request.FILES:  # browsers do not keep chosen files
            messages.warning(request, _("文件没有收下，改好后请重新选一次文件。"))
        if status == 409 and _seen(request) is not None:
            changed = story.read(found.order, journal.story(found.order), after=_seen(request) or 0)
    else:
        people.looked(person=found.order.person, by=request.actor, at=now, purpose=HANDLING, order_code=code)
    return _page(request, found, kept=kept, changed=changed, status=status)


def _reveal(request: Request, found: Case) -> HttpResponse:
    """Phone and address of a masked case, on this one page: why stands in the record of each person whom it concerns."""
    form = acts.Reveal(request.POST, auto_id="id_reveal_%s")
    if not form.is_valid():
        return _page(request, found, kept={"reveal": form})
    at, order = timezone.now(), found.order
    involved = {
        p.pk: p for p in (order.person, order.helper, *(q.person for q in order.parties.all())) if p is not None
    }
    for person in involved.values():
        people.looked(person=person, by=request.actor, at=at, purpose=form.said(), order_code=order.code)
    answer = _page(request, found, kept={}, shown=True)
    answer["Cache-Control"] = "no-store"
    return answer


def _veil(told: list[story.Paragraph], found: Case) -> list[story.Paragraph]:
    """The story without phone numbers and places, for those from whom they are hidden. Changes only what is drawn."""
    for paragraph in told:
        paragraph.said = masking.rows(paragraph.said, catalogue.of(found))
        for document in paragraph.documents:
            document.text = masking.blur(document.text)
    return told


def _with_errors(form: forms.Form | None, fault: forms.Form) -> forms.Form:
    """The page's own form with what the verb found wrong, where both have the field."""
    if form is None:
        return fault
    form.full_clean()
    for name, errors in fault.errors.items():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, list(errors))
    return form


def _page(
    request: Request, found: Case, *, kept: dict[str, forms.Form], changed: list[story.Paragraph] | None = None,
    status: int = 200, shown: bool = False,
) -> HttpResponse:  # fmt: skip
    by, now = request.actor, timezone.now()
    hidden = masking.hidden_from(found, by)
    veiled = hidden and not shown
    order, service, roles = found.order, catalogue.of(found), lists.roles_over(request.actor, found)
    deadlines = [
        (service.clock(d.clock).label, d, clocks.account(d, now)) for d in order.deadlines.order_by("started_at", "id")
    ]
    waiting = (
        order.transfers.filter(accepted_at__isnull=True, returned_at__isnull=True)
        .select_related("target", "origin")
        .first()
    )
    offered = waiting is not None and lists.offered_to(by).filter(pk=waiting.pk).exists()
    outcome = closing.current_outcome(order)
    events = journal.story(order)
    more = extensions.of(found)
    asked = next((e for e in more if e.decided_at is None), None)
    moves = [
        (m, kept.get(f"move:{m.code}") or acts.of_move(m, case=found, by=by)) for m in casework.open_moves(found, by)
    ]
    first = [(m, f) for m, f in moves if m.primary]
    others = [(m, f) for m, f in moves if not m.primary]
    panels = service.panels(found, by, now) if service.panels else []
    may = acts.open_to(found, by, roles)
    may["ask_extension"] = may["ask_extension"] and bool(acts.limits_to_extend(found, now))
    may["rate"] = may["rate"] and outcome is not None and getattr(outcome, "rating", None) is None
    bad = order.ratings.filter(grade__lte=2, outcome__superseded_at__isnull=True).first()
    may["call_back"] = (
        may["call_back"] and bad is not None and not any(e.kind == "called_back" and e.at >= bad.at for e in events)
    )
    other = None
    if "merge" in kept or "link" in kept:
        try:
            other = acts.other_matter(by, request.POST.get("other", "")[:60])
        except numbers.BadNumber as fault:
            kept["merge"] = _said_wrong(kept.get("merge") or kept["link"], fault)
    wanted = {
        act: kept.get(act) or acts.form_for(act, found, by, now)
        for act, open_now in may.items()
        if open_now and act not in {"merge", "link", "decide"}
    }
    if may["merge"] or may["link"]:
        wanted["merge"] = kept.get("merge") or kept.get("link") or acts.form_for("merge", found, by, now)
    wanted["return"] = kept.get("return") or acts.form_for("return", found, by, now)
    wanted["decide"] = (
        kept.get("grant_extension") or kept.get("decline_extension") or acts.form_for("grant_extension", found, by, now)
    )
    context = {
        "case": found, "order": order, "service": service, "state": service.state(found.state), "subject": story.subject(found),
        "item": items.by_code(order.item_code) if order.item_code else None, "deadlines": deadlines, "roles": roles,
        "person_time": {d.pk for _label, d, _account in deadlines if not service.clock(d.clock).owed},
        "live": [row for row in deadlines if row[1].state != "stopped"], "past": [row for row in deadlines if row[1].state == "stopped"],
        "primary": first[0] if len(first) == 1 else None, "choices": first if len(first) > 1 else [],
        "groups": acts.in_groups(others, found), "may": may, "form": wanted,
        "wide": any(f is not None and len(f.visible_fields()) >= LONG_FORM for _m, f in moves),
        "panels": {where: [p for p in panels if p.where == where] for where in ("top", "now", "story")},
        "open_act": next((a for a, f in kept.items() if f is not None), ""),
        "answers": service.templates(found.topic, order.language) if service.templates and first else [],
        "hints": service.hints(found, by) if service.hints else [], "events": events,
        "told": _veil(story.read(order, events), found) if veiled else story.read(order, events),
        "changed": _veil(changed or [], found) if veiled else changed or [], "veiled": veiled, "revealed": hidden and shown,
        "careful": masking.blur(order.safe_contact) if veiled else order.safe_contact,
        "reveal": (kept.get("reveal") or acts.Reveal(auto_id="id_reveal_%s")) if veiled else None, "parties": order.parties.select_related("person"), "helper": order.helper, "waiting": waiting,
        "offered": offered, "correction": order.corrections.filter(answered_at__isnull=True).first(), "asked": asked,
        "may_decide": bool(asked and may["decide"] and asked.asked_by != by.label), "targets": acts.targets(found) if may["transfer"] else [],
        "outcome": outcome, "outcome_label": service.outcome(outcome.kind).label if outcome else "",
        "rating": getattr(outcome, "rating", None) if outcome else None, "bad": bad if may["call_back"] else None,
        "callback_due": closing.callback_due(bad) if bad and may["call_back"] else None,
        "kin": kin.of(found, by), "chapters": _chapters(request, found) if "whole" in request.GET else [],
        "other": other, "other_subject": story.subject(other) if other else "", "done": found.phase == "done",
        "may_private": private.may_open(by, found),
        "assignments": routing.explain(found) if roles & {Role.SUPERVISOR, Role.OFFICER} else [], "taken": "taken" in request.GET,
        "papers": [d for d in order.documents.select_related("blob").order_by("at") if d.has_file],
        "typed_by": story.who(events[0], order) if events else "", "language_name": dict(intake.LANGUAGES).get(order.language, order.language),
        "reply": dict(intake.REPLY).get(order.reply_by, ""),
    }  # fmt: skip
    return render(request, "console/case.html", context, status=status)


def _chapters(request: Request, found: Case) -> list[tuple[kin.Kin, story.Paragraph]]:
    """The story of a case and of all it hangs together with, as one, as far as the reader may see each."""
    told = []
    for row in kin.everything(found, request.actor):
        if row.case is None or masking.hidden_from(row.case, request.actor):
            continue
        paragraphs = story.read(row.case.order, journal.story(row.case.order))
        told += [(row, p) for p in paragraphs if row.here or not p.internal]
        if not row.here:
            people.looked(
                person=row.case.order.person, by=request.actor, at=timezone.now(), purpose=HANDLING, order_code=row.code
            )
    return sorted(told, key=lambda pair: pair[1].at)


def _said_wrong(form: forms.Form, fault: numbers.BadNumber) -> forms.Form:
    form.full_clean()
    if "other" not in form.errors:
        form.add_error("other", str(fault.message))
    return form


@on_cases
@require_GET
def clock(request: Request, code: str, pk: int) -> HttpResponse:
    """The day-by-day account of one limit, as a page or (format=json) as data."""
    found = case_in_sight(request, code)
    deadline = Deadline.objects.filter(order=found.order, pk=numbers.row(pk) or 0).first()
    if deadline is None:
        raise Http404
    now = timezone.now()
    if request.GET.get("format") == "json":
        return JsonResponse(clocks.as_json(deadline, now), json_dumps_params={"ensure_ascii": False})
    declared = catalogue.of(found).clock(deadline.clock)
    context = {
        "case": found, "deadline": deadline, "label": declared.label, "declared": declared, "subject": story.subject(found),
        "reckoning": clocks.account(deadline, now), "pauses": deadline.pauses.all(),
    }  # fmt: skip
    return render(request, "console/clock.html", context)


@on_cases
@require_GET
def file(request: Request, code: str, pk: int) -> HttpResponse:
    """A paper of a case."""
    found = case_in_sight(request, code)
    document = Document.objects.filter(order=found.order, pk=numbers.row(pk) or 0).first()
    if document is None or not document.has_file:
        raise Http404
    if masking.closed_to(found, request.actor):
        raise Denied(masking.CLOSED)
    people.looked(person=found.order.person, by=request.actor, at=timezone.now(), purpose=READING, order_code=code)
    return HttpResponse(
        files.content(document), content_type=document.mime,
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


@on_cases
@require_GET
def slip(request: Request, code: str) -> HttpResponse:
    """The slip that the person takes home, in their language: code, place, until when, how to ask.

    Who asked us to be careful when we get in touch, or whose case is masked, gets a slip that does not say what it is about.
    """
    found = case_in_sight(request, code)
    order, now = found.order, timezone.now()
    people.looked(person=order.person, by=request.actor, at=now, purpose=PRINTING, order_code=code)
    language = notices.screen_language(order.language)
    running = clocks.answering(catalogue.of(found), order.deadlines.filter(state="running"))
    item = items.by_code(order.item_code) if order.item_code else None
    context = {
        "case": found, "order": order, "item": item, "service": catalogue.of(found), "quiet": masking.is_careful(found),
        "due": running, "hours": places.hours_on(found.place, now), "now": now, "clerk": request.actor.name,
        "phone": found.place.phone or (found.place.parent.phone if found.place.parent else ""),
        "qr": papers.qr(request.build_absolute_uri(f"{PROGRESS}?code={order.code}")),
        "state": catalogue.of(found).state(found.state), "correction": order.corrections.filter(answered_at__isnull=True).first(),
        "outcome": closing.current_outcome(order),
    }  # fmt: skip
    paper = papers.pdf(template="console/paper/slip.html", context=context, language=language)
    return HttpResponse(
        paper.content, content_type=paper.mime,
        headers={"Content-Disposition": f'inline; filename="{order.code}.pdf"', "X-Paper-Digest": paper.digest, "Cache-Control": "no-store"},
    )  # fmt: skip
