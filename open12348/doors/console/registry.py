"""Single entries of the registry for staff: places, institutions, practitioners. The rules are those of the sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from open12348.kernel.access import STAFF_ROLES, Request, Role, for_roles
from open12348.registry import divisions, places, providers, sheets
from open12348.registry.forms import RegionInput
from open12348.registry.models import (
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Practitioner,
    Status,
)
from open12348.registry.sheet_columns import YES_NO, Column
from open12348.spine import upkeep

MOST = 50
#: Who reads the registers of who serves here; an officer of that part of the map changes them.
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.PLANNER, Role.ADMINISTRATOR)


class EntryForm(forms.Form):
    """One entry: a field for each column of its sheet. What is right or wrong is judged by the sheet, not here."""

    def __init__(self, kind: str, data: Any = None, *, cells: dict[str, str], locked: frozenset[str], hidden: frozenset[str]) -> None:  # fmt: skip
        self.columns = [c for c in sheets.kinds()[kind].columns if not c.told and c.key not in hidden]
        initial = {c.key: self._initial(c, cells.get(c.key, "")) for c in self.columns}
        super().__init__(data, initial=initial)
        for column in self.columns:
            self.fields[column.key] = self._field(column)
            self.fields[column.key].disabled = column.key in locked
            # Said at the label; that it is missing is said by the sheet.
            self.fields[column.key].required = column.required
        self.locked, self.cells = locked, cells

    @staticmethod
    def _initial(column: Column, text: str) -> Any:
        if column.many:
            return text.split()
        if column.choices is YES_NO:
            return text == "yes"
        return text.replace("; ", "\n") if column.key == "hours" else text

    @staticmethod
    def _field(column: Column) -> forms.Field:
        common: dict[str, Any] = {"label": column.label, "help_text": column.help, "required": False}
        if column.key == "division_code":
            return forms.CharField(widget=RegionInput(), **common)
        if column.many:
            return forms.MultipleChoiceField(choices=column.choices, widget=forms.CheckboxSelectMultiple, **common)
        if column.choices is YES_NO:
            return forms.BooleanField(**common)
        if column.choices:
            empty = [] if column.required else [("", "—")]
            return forms.ChoiceField(choices=[*empty, *column.choices], **common)
        rows = {"rows": 3, "dir": "auto"}
        return forms.CharField(widget=forms.Textarea(attrs=rows) if column.long else forms.TextInput(attrs={"dir": "auto"}), **common)  # fmt: skip

    def typed(self) -> dict[str, str]:
        """What was typed, as the cells of a row."""
        found: dict[str, str] = {}
        for column in self.columns:
            if column.key in self.locked:
                found[column.key] = self.cells.get(column.key, "")
                continue
            value = self[column.key].value()
            if column.many:
                found[column.key] = "、".join(value or [])
            elif column.choices is YES_NO:
                found[column.key] = "yes" if value in (True, "on", "true", "True") else "no"
            else:
                found[column.key] = str(value or "")
        return found

    def show(self, row: sheets.Row) -> None:
        """Put the sheet's words at the fields."""
        self.full_clean()
        self.errors.clear()
        for key, message in row.faults.items():
            self.add_error(key if key in self.fields else None, str(message))


def _entry(
    request: Request, kind: str, of: Any, *, locked: frozenset[str], hidden: frozenset[str] = frozenset(),
    cells: dict[str, str] | None = None,
) -> tuple[EntryForm, Any, str]:  # fmt: skip
    """A form for an entry, and what came of it when it was sent. Out: form, the entry when it was written, its version."""
    at = timezone.now()
    record = sheets.record_of(kind=kind, of=of, by=request.actor, at=at) if of is not None else None
    stands = record.cells if record else dict(cells or {})
    data = request.POST if request.method == "POST" else None
    form = EntryForm(kind, data, cells=stands, locked=locked if of is not None else frozenset(), hidden=hidden)
    entry = None
    if data is not None:
        row, entry = upkeep.write_one(
            kind=kind, typed=form.typed(), by=request.actor, at=at, of=of, seen=data.get("seen", "")
        )
        if entry is None:
            form.show(row)
        else:
            messages.success(request, _("已保存。") if row.status != "same" else _("没有变化。"))
    return form, entry, sheets.version_of(stands)


_STATUS = frozenset({"status", "status_since", "status_until", "status_reason", "status_document"})


def _page(request: Request, found: QuerySet[Any]) -> Any:
    return Paginator(found, MOST).get_page(request.GET.get("page"))


def _near(request: Request) -> Iterator[Any]:
    """The counties, for the filter of a list."""
    yield from divisions.counties()


# Places


@for_roles(*STAFF_ROLES)
def place_list(request: Request) -> HttpResponse:
    """All places: find one by name, code, kind or county."""
    text, kind, county = (request.GET.get(k, "").strip() for k in ("q", "kind", "county"))
    found = Place.objects.select_related("division", "county").order_by("county__code", "kind", "code")
    if text:
        found = found.filter(Q(name_zh__contains=text) | Q(name_ug__contains=text) | Q(name_en__icontains=text) | Q(code__startswith=text.upper()))  # fmt: skip
    if kind in PlaceKind.values:
        found = found.filter(kind=kind)
    if county.isdigit():
        found = found.filter(county__code=county)
    context = {
        "page": _page(request, found), "kinds": PlaceKind.choices, "counties": list(_near(request)), "q": text,
        "kind": kind, "county": county, "may": request.actor.has(Role.PLANNER, Role.ADMINISTRATOR),
    }  # fmt: skip
    return render(request, "console/places.html", context)


@for_roles(Role.PLANNER, Role.ADMINISTRATOR)
def place_new(request: Request) -> HttpResponse:
    """A new place."""
    form, entry, seen = _entry(request, "places", None, locked=frozenset())
    if entry is not None:
        return redirect("console:place", code=entry.code)
    context = {"form": form, "seen": seen, "title": _("新增服务点"), "back": "console:places"}
    return render(request, "console/entry.html", context, status=422 if request.method == "POST" else 200)


@for_roles(*STAFF_ROLES)
def place(request: Request, code: str) -> HttpResponse:
    """One place: hours by season, languages, phone, accessibility, windows, second role; changed by who may."""
    found = Place.objects.select_related("division", "county", "parent", "organisation").filter(code=code).first()
    if found is None:
        raise Http404
    may = places.changeable(request.actor, found.division.path)
    context: dict[str, Any] = {"place": found, "may": may, "form": None, "seen": ""}
    status = 200
    if may:
        form, entry, seen = _entry(request, "places", found, locked=frozenset({"code"}))
        if entry is not None:
            return redirect("console:place", code=code)
        status = 422 if request.method == "POST" else 200
        context |= {"form": form, "seen": seen}
    elif request.method == "POST":
        raise Http404
    record = sheets.record_of(kind="places", of=found, by=request.actor, at=timezone.now())
    assert record is not None
    columns = [c for c in sheets.kinds()["places"].columns if record.cells.get(c.key)]
    context["facts"] = [(c.label, c.show(record.cells[c.key])) for c in columns]
    context["below"] = Place.objects.filter(parent=found, valid_to__isnull=True).order_by("code")[:MOST]
    return render(request, "console/place.html", context, status=status)


# Institutions


@for_roles(*READERS)
def organisation_list(request: Request) -> HttpResponse:
    """All institutions with their standing."""
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    found = Organisation.objects.select_related("division").order_by("division__code", "kind", "name_zh")
    if text:
        found = found.filter(Q(name_zh__contains=text) | Q(name_ug__contains=text) | Q(uscc=text.upper()))
    if kind in OrganisationKind.values:
        found = found.filter(kind=kind)
    page, at = _page(request, found), timezone.now()
    rows = [(o, Status(providers.standing_at(o, at))) for o in page]
    context = {
        "page": page, "rows": rows, "kinds": OrganisationKind.choices, "q": text, "kind": kind,
        "may": request.actor.has(Role.OFFICER),
    }  # fmt: skip
    return render(request, "console/organisations.html", context)


@for_roles(Role.OFFICER)
def organisation_new(request: Request) -> HttpResponse:
    """A new institution."""
    form, entry, seen = _entry(request, "organisations", None, locked=frozenset(), hidden=_STATUS)
    if entry is not None:
        return redirect("console:organisation", pk=entry.pk)
    context = {"form": form, "seen": seen, "title": _("新增机构"), "back": "console:organisations"}
    return render(request, "console/entry.html", context, status=422 if request.method == "POST" else 200)


@for_roles(*READERS)
def organisation(request: Request, pk: int) -> HttpResponse:
    """One institution: who works there, its standing over time; changed and suspended by an officer of that part."""
    found = Organisation.objects.select_related("division").filter(pk=pk).first()
    if found is None:
        raise Http404
    may = providers.changeable(request.actor, found.division.path)
    context: dict[str, Any] = {"who": found, "may": may, "form": None, "seen": ""}
    status = 200
    if may:
        form, entry, seen = _entry(request, "organisations", found, locked=frozenset())
        if entry is not None:
            return redirect("console:organisation", pk=pk)
        status = 422 if request.method == "POST" else 200
        context |= {"form": form, "seen": seen}
    elif request.method == "POST":
        raise Http404
    at = timezone.now()
    free = set(providers.available(at).filter(organisation=found).values_list("pk", flat=True))
    context |= {
        "now": Status(providers.standing_at(found, at)),
        "standings": found.standings.all(),
        "people": [(p, p.pk in free) for p in found.people.order_by("kind", "name_zh")[:200]],
    }
    return render(request, "console/organisation.html", context, status=status)


# Practitioners (their list and their page stand in office.py)


@for_roles(Role.OFFICER)
def practitioner_new(request: Request) -> HttpResponse:
    """A new practitioner."""
    cells = {}
    at_work = (
        Organisation.objects.select_related("division").filter(pk=_number(request.GET.get("organisation"))).first()
    )
    if at_work is not None:
        cells = {"organisation": at_work.uscc or at_work.name_zh, "division_code": at_work.division.code}
    form, entry, seen = _entry(request, "practitioners", None, locked=frozenset(), hidden=_STATUS, cells=cells)
    if entry is not None:
        return redirect("console:provider", pk=entry.pk)
    context = {"form": form, "seen": seen, "title": _("新增执业人员"), "back": "console:providers"}
    return render(request, "console/entry.html", context, status=422 if request.method == "POST" else 200)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 18 else 0


@for_roles(Role.OFFICER)
def practitioner_edit(request: Request, pk: int) -> HttpResponse:
    """A practitioner's languages as declared, specialities, capacity, phone, standing."""
    found = Practitioner.objects.select_related("division").filter(pk=pk).first()
    if found is None or not providers.changeable(request.actor, found.division.path):
        raise Http404
    form, entry, seen = _entry(request, "practitioners", found, locked=frozenset({"kind", "licence_no"}))
    if entry is not None:
        return redirect("console:provider", pk=pk)
    context = {"form": form, "seen": seen, "title": found.name, "back": "console:providers"}
    return render(request, "console/entry.html", context, status=422 if request.method == "POST" else 200)
