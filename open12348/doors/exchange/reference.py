"""What a partner looks up: services and their forms, the published items, places, the map, purposes, problems."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Path, Query
from pydantic import Field, StringConstraints

from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, items, people, places
from open12348.registry.models import Division, Item, Place, said_in
from open12348.spine import catalogue, intake

from . import shapes
from .gate import Call, Door
from .orders import fields_of, move_shape
from .problems import KINDS, Problem

Limit = Annotated[int, Field(ge=1, le=500)]
Cursor = Annotated[str, StringConstraints(max_length=200)]
Word = Annotated[str, StringConstraints(max_length=60)]


def _service(service: catalogue.Service) -> dict[str, Any]:
    return {
        "service": service.code, "name": str(service.name), "line": service.line, "items": sorted(service.items),
        "since": service.since.isoformat(),
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    service = catalogue.for_item(item.code)
    return {
        "code": item.code, "category": item.category, "name": item.name, "who": said_in(item.who), "fee": said_in(item.fee_note),
        "materials": said_in(item.materials), "limit": said_in(item.limit), "steps": said_in(item.steps),
        "service": service.code if service else None, "version": item.version, "valid_from": item.valid_from.isoformat(),
    }  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    return {
        "code": place.code, "kind": place.kind, "name": place.name, "division": place.division.code,
        "county": place.county.code if place.county else None, "parent": place.parent.code if place.parent else None,
        "address": place.address, "phone": place.phone, "languages": list(place.languages),
        "accessibility": list(place.accessibility),
    }  # fmt: skip


def _division(unit: Division) -> dict[str, Any]:
    return {
        "code": unit.code, "level": unit.level, "name": unit.name, "parent": unit.parent.code if unit.parent else None,
        "formal": unit.formal,
    }  # fmt: skip


def _unit(code: str, field: str = "") -> Division:
    """The unit with a code. Errors: Problem, at the field that named it, or else that there is none."""
    found = divisions.by_code(code) if code.isascii() and code.isdigit() and len(code) <= 12 else None
    if found is None and field:
        raise Problem("invalid", errors=[(field, _("没有这个区划。"))])
    if found is None:
        raise Problem("missing")
    return found


def enter(door: Door) -> None:
    """Enter the operations that look something up."""
    reads = door.reads

    @reads("/services", _("服务"), scope="directory:read", gives=shapes.ServiceList)
    def list_services(request: Call) -> Any:
        return {"services": [_service(s) for s in catalogue.current(legal_day(timezone.now()))]}

    @reads(
        "/services/{service}", _("一项服务：表单、状态、步骤、期限"), scope="directory:read",
        gives=shapes.WholeServiceAnswer,
    )  # fmt: skip
    def read_service(request: Call, service: Word = Path(...)) -> Any:
        today = legal_day(timezone.now())
        try:
            found = catalogue.get(service, today)
        except KeyError:
            raise Problem("missing") from None
        return _service(found) | {
            "fields": fields_of(found.form), "contact": fields_of(intake.ContactForm),
            "states": [{"state": s.code, "label": str(s.label), "phase": s.phase.value} for s in found.states],
            "moves": [move_shape(m) for m in found.moves],
            "clocks": [
                {"clock": c.code, "label": str(c.label), "unit": t.unit.value, "amount": t.amount, "basis": t.basis,
                 "sure": t.sure} for c in found.clocks for t in [c.term_on(today)]
            ],
        }  # fmt: skip

    @reads("/items", _("公开的事项清单"), scope="directory:read", gives=shapes.ItemList)
    def list_items(request: Call) -> Any:
        return {"items": [_item(i) for i in items.on_list()]}

    @reads("/items/{item}", _("一个事项"), scope="directory:read", gives=shapes.ItemAnswer)
    def read_item(request: Call, item: Word = Path(...)) -> Any:
        found = items.by_code(item)
        if found is None:
            raise Problem("missing")
        return _item(found)

    @reads("/places", _("服务点"), scope="directory:read", gives=shapes.PlacePage)
    def list_places(
        request: Call, division: Word | None = Query(None), kind: Word | None = Query(None),
        cursor: Cursor | None = Query(None), limit: Limit = Query(100),
    ) -> Any:  # fmt: skip
        found = places.within(_unit(division, "division")) if division else places.working()
        if kind:
            found = found.filter(kind=kind)
        after = shapes.parts(cursor, 1)
        if after:
            found = found.filter(code__gt=after[0])
        rows = list(found.select_related("division", "county", "parent").order_by("code")[: limit + 1])
        shown, last = shapes.page(rows, limit)
        return {"places": [_place(p) for p in shown], "next": shapes.cursor(last.code) if last else None}

    @reads("/places/{place}", _("一个服务点"), scope="directory:read", gives=shapes.PlaceAnswer)
    def read_place(request: Call, place: Word = Path(...)) -> Any:
        found = places.by_code(place)
        if found is None:
            raise Problem("missing")
        return _place(found)

    @reads("/divisions", _("区划"), scope="directory:read", gives=shapes.DivisionPage)
    def list_divisions(
        request: Call, parent: Word | None = Query(None), cursor: Cursor | None = Query(None), limit: Limit = Query(100)
    ) -> Any:
        found = divisions.standing()
        if parent:
            found = found.filter(parent=_unit(parent, "parent"))
        after = shapes.numbers_of(cursor, 1)
        if after:
            found = found.filter(code__gt=f"{after[0]:012d}")
        rows = list(found.select_related("parent").order_by("code")[: limit + 1])
        shown, last = shapes.page(rows, limit)
        return {"divisions": [_division(d) for d in shown], "next": shapes.cursor(last.code) if last else None}

    @reads("/divisions/{division}", _("一个区划"), scope="directory:read", gives=shapes.DivisionAnswer)
    def read_division(request: Call, division: Word = Path(...)) -> Any:
        return _division(_unit(division))

    @reads("/purposes", _("查看资料的目的"), scope="directory:read", gives=shapes.PurposeList)
    def list_purposes(request: Call) -> Any:
        return {
            "purposes": [
                {"code": p.code, "title": said_in(p.title), "basis": p.legal_basis, "consent": not p.necessary}
                for p in people.purposes()
            ]
        }

    @reads("/problems/{kind}", _("一种问题和怎么办"), scope="", gives=shapes.KindAnswer)
    def read_problem(request: Call, kind: Word = Path(...)) -> Any:
        found = KINDS.get(kind)
        if found is None:
            raise Problem("missing")
        return {
            "type": f"/api/v1/problems/{kind}", "title": str(found.title), "status": found.status, "advice": str(found.advice)
        }  # fmt: skip
