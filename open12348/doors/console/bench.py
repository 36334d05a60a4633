"""Benches: the pages of work that lines and ledgers declare (spine/benches.py), shown as this door shows things."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from open12348.kernel import numbers, tasks
from open12348.kernel.access import STAFF_ROLES, Actor, Denied, Request, for_roles
from open12348.kernel.models import Task, TaskState
from open12348.kernel.once import once
from open12348.spine import benches, casework, clocks, files, intake, journal
from open12348.spine.benches import Bench, Deed
from open12348.spine.catalogue import Panel

on_staff = for_roles(*STAFF_ROLES)

#: What the page itself sends along with a deed; the rest belongs to the deed's form.
OWN = {"csrfmiddlewaretoken", "once", "mark", "deed"}


@dataclass
class Doing:
    """One deed as the tag `deed` draws it: whether it may be done, a form for each place where it is drawn."""

    declared: Deed
    may: bool
    by: Actor
    at: datetime
    kept: forms.Form | None = None
    kept_at: str | None = None
    once: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    drawn: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.declared.code

    @property
    def label(self) -> Any:
        return self.declared.label

    @property
    def help(self) -> Any:
        return self.declared.help

    @property
    def grave(self) -> bool:
        return self.declared.grave

    @property
    def alone(self) -> bool:
        """True when the room's template drew it nowhere and it needs no row that only the template knows."""
        form = self.declared.form_of(self.by, self.at) if self.may and not self.drawn else None
        return self.may and not self.drawn and not (form is not None and form.hidden_fields())

    def form(self, mark: str) -> forms.Form | None:
        """The form for one place: the one that came back with errors stays where it was sent from."""
        if self.kept is not None and self.kept_at == mark:
            return self.kept
        return self.declared.form_of(self.by, self.at)


@on_staff
@require_GET
def work(request: Request) -> HttpResponse:
    """All benches that are open to the actor, under their headings."""
    shown = [b for b in benches.open_to(request.actor) if b.menu]
    rows = sorted(((str(benches.group_of(b)), b) for b in shown), key=lambda row: (not row[0], row[0], row[1].code))
    groups = [(name, [b for _g, b in found]) for name, found in groupby(rows, key=lambda row: row[0])]
    return render(request, "console/work.html", {"groups": groups})


def _open(request: Request, code: str) -> Bench:
    """The bench with a code. Errors: Http404 for none, Denied for somebody whom it is not for."""
    try:
        found = benches.get(code)
    except KeyError:
        raise Http404 from None
    if not found.may_open(request.actor):
        raise Denied(_("您的角色不能打开这个页面。"))
    return found


def _query(request: Request) -> dict[str, str]:
    return {k: str(v).replace("\x00", "")[:500] for k, v in request.GET.items()}


@on_staff
def bench(request: Request, code: str) -> HttpResponse:
    """One bench: what it shows, what can be done there. What could not be done comes back with everything typed."""
    found, by, at = _open(request, code), request.actor, timezone.now()
    doings = {d.code: Doing(d, found.may(by, d.by), by, at) for d in found.deeds}
    status = 200
    if request.method == "POST":
        doing = doings.get(request.POST.get("deed", ""))
        if doing is None or not doing.may:
            raise Denied(_("您的角色不能做这一步。"))
        answer = _do(request, found, doing)
        if isinstance(answer, HttpResponse):
            return answer
        status = answer
    query = _query(request)
    context = {
        "bench": found, "deeds": doings, "query": query, "now": at,
        "room": Panel(found.label, found.template, found.show(by, at, query)),
        "beside": [b for b in benches.open_to(by) if b.menu and b.room == found.room],
    }  # fmt: skip
    return render(request, "console/bench.html", context, status=status)


def _do(request: Request, found: Bench, doing: Doing) -> HttpResponse | int:
    """Do a deed once. Out: where to go on; or the status of the page on which it comes back, said or kept in its form."""
    by, at, post = request.actor, doing.at, request.POST
    form = doing.declared.form_of(by, at, post, request.FILES)
    doing.kept, doing.kept_at = form, post.get("mark", "")[:200]
    if form is not None and not form.is_valid():
        return _again(request, 200)
    data = dict(form.cleaned_data) if form is not None else {}

    def do() -> tuple[int, Any]:
        said = doing.declared.do(by, at, data)
        return 200, {"task": str(said.token)} if isinstance(said, Task) else {"said": str(said or "")}

    words = json.dumps(sorted((k, post.getlist(k)) for k in post if k not in OWN), ensure_ascii=False)
    pressed = hashlib.sha256(words.encode()).hexdigest()
    try:
        _status, answer, _before = once(
            scope=f"bench:{by.account_id}:{found.code}"[:60], key=f"{doing.code}:{post.get('once', '')[:40]}:{pressed[:16]}",
            request_hash=pressed, at=at, do=do,
        )  # fmt: skip
    except intake.Invalid as fault:
        if form is None:
            return _refused(request, _first(fault.form))
        for name, errors in fault.form.errors.items():
            if name not in form.errors:
                form.add_error(name if name in form.fields else None, list(errors))
        return _again(request, 200)
    except journal.Conflict as fault:
        return _refused(request, str(fault))
    except (casework.Refused, files.BadFile, numbers.BadNumber, clocks.ClockFault, PermissionDenied) as fault:
        return _refused(request, str(getattr(fault, "reason", None) or getattr(fault, "message", None) or fault))
    if "task" in answer:
        query = f"?{urlencode(_query(request))}" if request.GET else ""
        return redirect(reverse("console:task", args=[found.code, answer["task"]]) + query)
    messages.success(request, answer["said"] or _("已办好。"))
    return redirect(request.get_full_path())


def _first(form: forms.Form) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _again(request: Request, status: int) -> int:
    """Say that chosen files must be chosen again: browsers do not keep them."""
    if request.FILES:
        messages.warning(request, _("文件没有收下，改好后请重新选一次文件。"))
    return status


def _refused(request: Request, why: str) -> int:
    messages.error(request, why)
    return _again(request, 409)


@on_staff
@require_GET
def file(request: Request, code: str, name: str) -> HttpResponse:
    """A file of a bench."""
    found = _open(request, code)
    make = found.files.get(name)
    if make is None:
        raise Http404
    made = make(request.actor, timezone.now(), _query(request))
    return HttpResponse(
        made.content, content_type=made.mime,
        headers={"Content-Disposition": content_disposition_header(True, made.name) or "attachment",
                 "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )  # fmt: skip


@on_staff
def task(request: Request, code: str, token: UUID) -> HttpResponse:
    """How far long work is, for whoever asked for it; looks again by itself, with or without script."""
    found, by, at = _open(request, code), request.actor, timezone.now()
    row = tasks.get(token, by)
    if row is None:
        raise Http404
    if request.method == "POST":
        if tasks.stop(token=token, by=by, at=at):
            messages.success(request, _("已停下。做完的部分保留。"))
        return redirect(request.get_full_path())
    going = row.state in {TaskState.WAITING, TaskState.RUNNING}
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {"bench": found, "task": row, "going": going, "back": reverse("console:bench", args=[code]) + query}
    answer = render(request, "console/task.html", context)
    if going:
        answer["Refresh"] = "3"
    return answer
