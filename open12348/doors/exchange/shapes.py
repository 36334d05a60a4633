"""The shapes of what comes in and goes out. Lists and events carry no personal data; only one order opened whole does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from open12348.kernel.workdays import TZ, legal_day
from open12348.spine import catalogue
from open12348.spine.catalogue import Phase
from open12348.spine.models import Case, Channel

from .problems import Problem

Text = Annotated[str, StringConstraints(max_length=6000)]
Short = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-?[0-9]{4}-?[0-9]{4}-?[0-9]{4}$")]
Scalar = Annotated[str, StringConstraints(max_length=6000)] | bool | int | float | None
Typed = dict[Annotated[str, StringConstraints(max_length=60)], Scalar | Annotated[list[Scalar], Field(max_length=200)]]
Phases = Literal["open", "waiting_applicant", "waiting_other", "done"]
Channels = Literal["desk", "workroom", "hotline", "web", "partner", "visit"]
assert {p.value for p in Phase} == set(Phases.__args__) and set(Channel.values) == set(Channels.__args__)  # type: ignore[attr-defined]


class Sent(Schema):
    """A body: whatever it does not know is refused, so that a slip of the pen loses nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


# What comes in


class External(Sent):
    """The number another system gave the same need."""

    system: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    number: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class NewOrder(Sent):
    """A need, with the service's own form in `said`."""

    item: Annotated[str, StringConstraints(max_length=10)] | None = None
    service: Annotated[str, StringConstraints(max_length=60)] | None = None
    said: Typed = {}
    contact: Typed = {}
    channel: Channels = "partner"
    place: Annotated[str, StringConstraints(max_length=20)] | None = None
    external: External | None = None
    urgent: bool = False


class Made(Sent):
    """A move's form, and the journal line the sender had seen."""

    data: Typed = {}
    expect: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class Assigned(Sent):
    to: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    why: Annotated[str, StringConstraints(max_length=300)] = ""
    expect: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class PassedOn(Sent):
    to: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    expect: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class Returned(Sent):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Wanted(Sent):
    wanted: Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(min_length=1, max_length=20)]  # fmt: skip
    expect: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class Words(Sent):
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Rated(Sent):
    grade: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, StringConstraints(max_length=1000)] = ""


class Sought(Sent):
    """One thing that a person says: code, phone, identity number or name; and why it is looked for."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    purpose: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


class Nothing(Sent):
    """An empty body."""


# What goes out


class OrderAnswer(Schema):
    """Where a need stands. No personal data."""

    code: str
    service: str
    item: str
    title: str
    state: str
    state_label: str
    phase: Phases
    hold: str
    place: str
    county: str | None
    channel: str
    language: str
    urgent: bool
    late: bool
    due_at: str | None
    due_day: str | None
    due_provisional: bool
    handler: str | None
    coordinator: bool
    received_at: str
    updated_at: str
    closed_at: str | None
    seq: int


class DocumentAnswer(Schema):
    number: int
    kind: str
    title: str
    text: str
    mime: str
    file: bool
    for_resident: bool
    at: str


class CorrectionAnswer(Schema):
    wanted: list[str]
    asked_at: str
    answered_at: str | None


class OutcomeAnswer(Schema):
    kind: str
    label: str
    at: str
    archive_no: str
    keep_until: str | None
    grade: int | None


class AliasAnswer(Schema):
    system: str
    number: str


class WhoAnswer(Schema):
    """How to reach those who ask. Identity numbers never leave through the exchange.

    `masked`: phone and address are hidden because it would be dangerous that they are seen; empty without people:masked.
    """

    name: str
    phone: str
    reply_by: str
    safe_contact: str
    behalf: str
    helper_name: str
    helper_phone: str
    division: str
    masked: bool


class WholeOrderAnswer(OrderAnswer):
    """One order whole. `purpose`, `said`, `contact` and `documents` are null unless a Purpose was given."""

    external: list[AliasAnswer]
    outcome: OutcomeAnswer | None
    corrections: int
    merged_into: str | None
    purpose: str | None
    said: dict[str, Any] | None
    contact: WhoAnswer | None
    documents: list[DocumentAnswer] | None
    wanted: list[CorrectionAnswer] | None


class OrderPage(Schema):
    orders: list[OrderAnswer]
    next: str | None


class OrderList(Schema):
    orders: list[OrderAnswer]


class DayAnswer(Schema):
    day: str
    kind: str
    n: int


class PauseAnswer(Schema):
    from_: str = Field(alias="from")
    to: str | None
    reason: str


class ClockAnswer(Schema):
    clock: str
    label: str
    unit: str
    amount: int
    extended_by: int
    basis: str
    sure: bool
    state: str
    started_at: str
    due_at: str
    due_day: str
    provisional: bool
    late_at: str | None
    days: list[DayAnswer]
    pauses: list[PauseAnswer]


class ClockList(Schema):
    clocks: list[ClockAnswer]


class EventAnswer(Schema):
    """A line of the journal, without personal data: what, when, by what kind of actor."""

    code: str
    seq: int
    kind: str
    at: str
    by: str
    line: str
    phase: str
    data: dict[str, Any]


class EventList(Schema):
    events: list[EventAnswer]


class EventPage(EventList):
    next: str
    more: bool


class ChoiceAnswer(Schema):
    value: str
    label: str


class FieldAnswer(Schema):
    name: str
    label: str
    help: str
    type: str
    required: bool
    max_length: int | None
    choices: list[ChoiceAnswer] | None


class MoveAnswer(Schema):
    move: str
    label: str
    target: str
    by: list[str]
    fields: list[FieldAnswer]
    example: dict[str, Any]


class MoveList(Schema):
    moves: list[MoveAnswer]


class CandidateAnswer(Schema):
    account: str
    name: str
    able: bool
    why: list[str]
    load: int


class CandidateList(Schema):
    candidates: list[CandidateAnswer]


class TransferAnswer(Schema):
    code: str
    origin: str
    target: str
    reason: str
    asked_at: str


class TransferList(Schema):
    transfers: list[TransferAnswer]


class StateAnswer(Schema):
    state: str
    label: str
    phase: Phases


class LimitAnswer(Schema):
    clock: str
    label: str
    unit: str
    amount: int
    basis: str
    sure: bool


class ServiceAnswer(Schema):
    service: str
    name: str
    line: str
    items: list[str]
    since: str


class ServiceList(Schema):
    services: list[ServiceAnswer]


class WholeServiceAnswer(ServiceAnswer):
    fields: list[FieldAnswer]
    contact: list[FieldAnswer]
    states: list[StateAnswer]
    moves: list[MoveAnswer]
    clocks: list[LimitAnswer]


class ItemAnswer(Schema):
    code: str
    category: str
    name: str
    who: str
    fee: str
    materials: str
    limit: str
    steps: str
    service: str | None
    version: int
    valid_from: str


class ItemList(Schema):
    items: list[ItemAnswer]


class PlaceAnswer(Schema):
    code: str
    kind: str
    name: str
    division: str
    county: str | None
    parent: str | None
    address: str
    phone: str
    languages: list[str]
    accessibility: list[str]


class PlacePage(Schema):
    places: list[PlaceAnswer]
    next: str | None


class DivisionAnswer(Schema):
    code: str
    level: str
    name: str
    parent: str | None
    formal: bool


class DivisionPage(Schema):
    divisions: list[DivisionAnswer]
    next: str | None


class PurposeAnswer(Schema):
    code: str
    title: str
    basis: str
    consent: bool


class PurposeList(Schema):
    purposes: list[PurposeAnswer]


class KindAnswer(Schema):
    type: str
    title: str
    status: int
    advice: str


# Turning one into the other


def instant(at: datetime | None) -> str | None:
    """An instant in Beijing time, ISO 8601."""
    return at.astimezone(TZ).isoformat() if at else None


def order(case: Case) -> dict[str, Any]:
    """Where a need stands: OrderAnswer."""
    service = catalogue.of(case)
    due = case.due_at
    return {
        "code": case.order.code, "service": case.service, "item": case.order.item_code, "title": case.order.title,
        "state": case.state, "state_label": str(service.state(case.state).label), "phase": case.phase, "hold": case.hold,
        "place": case.place.code, "county": case.county.code if case.county else None, "channel": case.channel,
        "language": case.language, "urgent": case.urgent, "late": case.late, "due_at": instant(due),
        "due_day": legal_day(due - timedelta(microseconds=1)).isoformat() if due else None,
        "due_provisional": case.due_provisional, "handler": case.handler.username if case.handler else None,
        "coordinator": case.coordinator, "received_at": instant(case.received_at), "updated_at": instant(case.updated_at),
        "closed_at": instant(case.closed_at), "seq": case.journal_seq,
    }  # fmt: skip


# Cursors: opaque to the partner, a place in a fixed order to us


def cursor(*parts: Any) -> str:
    """A cursor for a place in a list."""
    return base64.urlsafe_b64encode("\n".join(str(p) for p in parts).encode()).decode().rstrip("=")


def parts(text: str | None, count: int) -> list[str] | None:
    """The parts of a cursor; None for none. Errors: Problem when it is not one of ours."""
    if not text:
        return None
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("\n")
    except (binascii.Error, UnicodeError, ValueError):
        found = []
    if len(found) != count or any("\x00" in p for p in found):
        raise bad_cursor()
    return found


def numbers_of(text: str | None, count: int) -> list[int] | None:
    """The parts of a cursor that is all numbers."""
    found = parts(text, count)
    if found is None:
        return None
    if not all(p.isascii() and p.isdigit() and len(p) < 19 for p in found):
        raise bad_cursor()
    return [int(p) for p in found]


def bad_cursor() -> Problem:
    """Said when a cursor is not one that was given out."""
    return Problem("invalid", errors=[("cursor", _("这个游标不对，请用上一页给的。"))])


def page(rows: Sequence[Any], limit: int) -> tuple[list[Any], Any | None]:
    """Rows asked for with one to spare, as (rows of the page, the last one when there are more)."""
    shown = list(rows[:limit])
    return shown, shown[-1] if len(rows) > limit else None
