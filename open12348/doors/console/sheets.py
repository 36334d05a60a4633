"""The registry's sheets for staff: take a list out, bring a list in, look at what it would do, say yes."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from open12348.kernel.access import Request, Role, for_roles
from open12348.registry import sheets
from open12348.registry.models import SheetUpload
from open12348.spine import upkeep

MOST_ROWS = 100
#: Who brings some list in and takes it out; which list is whose stands with the list (registry/sheet_kinds.py).
KEEPERS = (Role.ADMINISTRATOR, Role.PLANNER, Role.OFFICER)


def _kind(request: Request, name: str) -> sheets.Kind:
    """The sheet of an address, if it is the actor's. Errors: Http404, Denied."""
    try:
        return sheets.the(name, request.actor)
    except LookupError:
        raise Http404 from None


def _form(request: Request) -> str:
    form = request.GET.get("format", "xlsx")
    if form not in sheets.FORMS:
        raise Http404
    return form


def _file(content: bytes, label: object, form: str) -> HttpResponse:
    ending, mime = sheets.FORMS[form]
    answer = HttpResponse(content, content_type=mime)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{label}.{ending}')}"
    answer["Cache-Control"] = "no-store"
    return answer


@for_roles(*KEEPERS)
def all_sheets(request: Request) -> HttpResponse:
    """Every sheet the actor keeps: take it out, take an empty one, bring one in."""
    fault, chosen = "", request.POST.get("kind", request.GET.get("kind", ""))
    if request.method == "POST":
        given = request.FILES.get("file")
        at = timezone.now()
        kind = _kind(request, chosen)
        if given is None:
            fault = _("请选择要导入的文件。")
        else:
            try:
                content, name = given.read(), given.name or "-"
                # Read once before it is kept, so that a file that is no such list is refused here, with words.
                sheets.read(kind=kind.kind, filename=name, content=content, by=request.actor, at=at)
                upload = sheets.keep(kind=kind.kind, filename=name, content=content, by=request.actor, at=at)
                return redirect("console:sheet-draft", token=upload.token)
            except sheets.SheetFault as found:
                fault = str(found.message)
    context = {"kinds": sheets.kinds_for(request.actor), "fault": fault, "chosen": chosen}
    return render(request, "console/sheets.html", context, status=422 if fault else 200)


@for_roles(*KEEPERS)
@require_GET
def export(request: Request, kind: str) -> HttpResponse:
    """A sheet with all that lies in the actor's part of the map; who took it out is written down."""
    found, form = _kind(request, kind), _form(request)
    content = upkeep.take_out(kind=kind, by=request.actor, at=timezone.now(), form=form)
    return _file(content, found.label, form)


@for_roles(*KEEPERS)
@require_GET
def template(request: Request, kind: str) -> HttpResponse:
    """An empty sheet with an example and notes."""
    found, form = _kind(request, kind), _form(request)
    content = sheets.template(kind=kind, by=request.actor, form=form)
    return _file(content, f"{found.label}（{_('空表')}）", form)


def _upload(request: Request, token: uuid.UUID) -> SheetUpload:
    upload = sheets.kept(token=token, by=request.actor, at=timezone.now())
    if upload is None:
        raise Http404
    return upload


STATUSES = ("new", "changed", "same", "faulty")


def _shown(preview: sheets.Preview, wanted: str, number: str | None) -> dict[str, Any]:
    """What the preview page shows: counts, one page of rows with words at their cells."""
    kind = sheets.kinds()[preview.kind]
    columns = [c for c in kind.columns if c.key in preview.columns]
    chosen = [r for r in preview.rows if r.status == wanted] if wanted in STATUSES else preview.rows
    page = Paginator(chosen, MOST_ROWS).get_page(number)
    rows = [
        {
            "number": row.number,
            "status": row.status,
            "fault": row.faults.get("", ""),
            "cells": [
                {
                    "value": c.show(row.cells[c.key]) if c.key in row.cells else row.typed.get(c.key, ""),
                    "error": row.faults.get(c.key, ""),
                    "old": c.show(row.changes[c.key][0]) if c.key in row.changes else None,
                }
                for c in columns
            ],
        }
        for row in page
    ]
    faults = [
        {"number": row.number, "column": next((c.label for c in columns if c.key == key), ""), "message": message}
        for row in preview.faulty for key, message in row.faults.items()
    ]  # fmt: skip
    return {
        "preview": preview, "kind": kind, "columns": columns, "rows": rows, "page": page, "counts": preview.counts,
        "faults": faults[:20], "more_faults": max(0, len(faults) - 20), "wanted": wanted, "digest": preview.digest,
        "total": len(preview.rows), "to_write": preview.counts["new"] + preview.counts["changed"],
    }  # fmt: skip


@for_roles(*KEEPERS)
def draft(request: Request, token: uuid.UUID) -> HttpResponse:
    """What an uploaded file would do, row by row; and the yes."""
    upload = _upload(request, token)
    at, status, told = timezone.now(), 200, ""
    try:
        if request.method == "POST":
            try:
                counts = upkeep.bring_in(
                    upload=upload, seen=request.POST.get("seen", ""), by=request.actor, at=at,
                    leave_out=request.POST.get("leave_out") == "yes",
                )  # fmt: skip
                messages.success(
                    request,
                    _(
                        "已写入：新增 %(new)s 行，修改 %(changed)s 行；没有变化 %(same)s 行，没有写入的错行 %(faulty)s 行。"
                    )
                    % {k: counts[k] for k in STATUSES},
                )
                return redirect("console:sheets")
            except sheets.Changed as found:
                status, told = 409, str(found)
            except sheets.Faulty as found:
                status, told = 422, str(found)
        preview = sheets.preview_of(upload, by=request.actor, at=at)
    except sheets.Done as found:
        messages.info(request, str(found))
        return redirect("console:sheets")
    except sheets.SheetFault as found:
        return render(request, "console/sheets.html", {
            "kinds": sheets.kinds_for(request.actor), "fault": str(found.message), "chosen": upload.kind,
        }, status=422)  # fmt: skip
    context = _shown(preview, request.GET.get("only", ""), request.GET.get("page"))
    return render(request, "console/sheet_preview.html", {**context, "upload": upload, "told": told}, status=status)


@for_roles(*KEEPERS)
@require_GET
def faulty(request: Request, token: uuid.UUID) -> HttpResponse:
    """The faulty rows as a sheet, with a column that says what is wrong."""
    upload, form = _upload(request, token), _form(request)
    try:
        preview = sheets.preview_of(upload, by=request.actor, at=timezone.now())
    except (sheets.Done, sheets.SheetFault):
        raise Http404 from None
    label = sheets.kinds()[upload.kind].label
    return _file(sheets.faulty_rows(preview, form), f"{label}（{_('有错的行')}）", form)
