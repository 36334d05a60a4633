"""Every declared service: reachable, timed, its forms open, and one journey to each of its endings."""

from __future__ import annotations

import importlib
import importlib.util
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django import forms

from open12348.kernel.access import Denied, Role
from open12348.ledgers.funds import batches, claims
from open12348.spine import casework, catalogue, closing, journal
from open12348.spine.catalogue import Move, Phase, Service

from .people import NOW, Town

SERVICES = list(catalogue.all_services())
CAST = {
    Role.CLERK: ["clerk", "clerk_two"],
    Role.OPERATOR: ["operator"],
    Role.PROVIDER: ["provider", "provider_two", "firm"],
    Role.OFFICER: ["officer", "officer_two"],
    Role.SUPERVISOR: ["supervisor"],
    Role.RESIDENT: ["applicant"],
}
named = pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.code)


@named
def test_every_state_is_reached_and_every_open_state_is_left(service: Service) -> None:
    reached, todo = {service.initial}, deque([service.initial])
    while todo:
        for move in service.moves_from(todo.popleft()):
            if move.target and move.target not in reached:
                reached.add(move.target)
                todo.append(move.target)
    assert reached == {s.code for s in service.states}
    for state in service.states:
        if state.phase is not Phase.DONE:
            assert service.moves_from(state.code), f"{state.code} cannot be left"


@named
def test_every_open_state_is_watched_by_a_clock(service: Service) -> None:
    """On whatever way a state is reached, some limit of the office runs in it: what runs on one way only does not count."""
    office = [c for c in service.clocks if c.owed and c.only is None]

    def after(running: frozenset[str], act: str) -> frozenset[str]:
        kept = {c.code for c in office if c.code in running and act not in c.stops}
        return frozenset(kept | {c.code for c in office if act in c.starts})

    start = (service.initial, after(frozenset(), "receive"))
    seen, todo = {start}, deque([start])
    while todo:
        here, running = todo.popleft()
        ended = service.state(here).phase is Phase.DONE
        for move in service.moves_from(here):
            there = (move.to(here), after(frozenset() if ended else running, move.code))
            if there not in seen:
                seen.add(there)
                todo.append(there)
    unwatched = sorted({s for s, running in seen if service.state(s).phase is not Phase.DONE and not running})
    assert unwatched == []


@named
def test_every_move_can_be_made_by_somebody_in_the_cast(service: Service) -> None:
    for move in service.moves:
        assert move.by & set(CAST), move.code


@named
def test_every_form_opens_and_refuses_emptiness_with_words(db: None, service: Service) -> None:
    for form in [service.form, *(m.form for m in service.moves if m.form)]:
        assert str(form())
        empty = form({})
        required = [f for f in form().fields.values() if f.required]
        assert not (required and empty.is_valid())
        assert empty.is_valid() or all(str(words) for errors in empty.errors.values() for words in errors)


@named
def test_what_was_said_elsewhere_is_taken_over_or_it_is_told_what_else_must_be_asked(
    db: None, service: Service
) -> None:
    """Advice sends a person on, a visit brings two needs: nobody tells the story twice, and no desk runs into a wall."""
    told = "和邻居为地界吵了几次，想请人来说一说。"
    said = {
        "item": next(iter(sorted(service.items)), ""),
        "summary": told,
        "question": told,
        "story": told,
        "topic": "",
    }
    if service.form(said).is_valid():
        return
    with pytest.raises(casework.Refused) as fault:
        casework._must_suffice(service, said)
    assert str(service.name) in str(fault.value.reason) and "—" not in str(fault.value.reason)


@named
def test_every_figure_names_its_basis(service: Service) -> None:
    for clock in service.clocks:
        assert clock.basis, clock.code


def fill(
    form: type[forms.Form], example: Mapping[str, Any] | None = None, filled: forms.Form | None = None
) -> dict[str, Any]:
    """Something right for every field of a form; `example` says what cannot be guessed, `filled` is the form fitted to a case."""
    values: dict[str, Any] = {}
    for name, field in (filled or form()).fields.items():
        if isinstance(field, forms.MultipleChoiceField):
            if field.required:
                values[name] = [next(k for k, _label in field.choices if k)]
        elif isinstance(field, forms.ChoiceField):
            flat = [k for k, v in field.choices if not isinstance(v, list | tuple)] + [
                k for _g, v in field.choices if isinstance(v, list | tuple) for k, _l in v
            ]
            values[name] = next((k for k in flat if k), "")
        elif name == "item":
            values[name] = "H04"
        elif not field.required:
            continue
        elif isinstance(field, forms.BooleanField):
            values[name] = "on"
        elif isinstance(field, forms.DateTimeField):
            values[name] = "2026-11-23 09:00"
        elif isinstance(field, forms.DateField):
            values[name] = "2026-11-23"
        elif isinstance(field, forms.IntegerField | forms.DecimalField):
            values[name] = "1"
        else:
            values[name] = "写清楚的一段话"
    for name, value in (example or {}).items():
        if value == "@first":  # the first that the fitted form offers
            value = next((k for k, _label in getattr((filled or form()).fields[name], "choices", []) if k), "")
        if filled is None or name in filled.fields:
            values[name] = value
    return values


def endings() -> list[tuple[Service, str]]:
    return [(s, state.code) for s in SERVICES for state in s.states if state.phase is Phase.DONE]


def way_to(service: Service, target: str) -> list[Move]:
    """The shortest way from the initial state to a state."""
    ways: dict[str, list[Move]] = {service.initial: []}
    todo = deque([service.initial])
    while todo:
        here = todo.popleft()
        for move in service.moves_from(here):
            if move.target and move.target not in ways:
                ways[move.target] = [*ways[here], move]
                todo.append(move.target)
    return ways[target]


def make_as_somebody(town: Town, case: Any, move: Move, when: Any) -> None:
    """Make a move as the first of the cast who may and whom no rule keeps away (who proposed does not approve).

    Errors: the last refusal when nobody could.
    """
    refused: Exception | None = None
    for role in move.by:
        for who in [*CAST[role], *town.more.get(role, [])]:
            actor = town.actor(who, when)
            form = casework.form_of(move, case, actor)
            data = fill(move.form, move.example, form) if move.form else None
            try:
                casework.make(case=case, move=move.code, by=actor, at=when, data=data)
                return
            except (casework.Refused, Denied) as fault:
                refused = refused if isinstance(refused, casework.Refused) else fault
    assert refused is not None
    raise refused


def settle(town: Town, service: Service) -> None:
    """A line whose services need people whom the common town has not brings them itself: its module `townsfolk.py`."""
    name = f"open12348.lines.{service.line}.townsfolk"
    if importlib.util.find_spec(name) is not None:
        importlib.import_module(name).settle(town)


def pay_what_is_owed(town: Town, case: Any, when: Any) -> None:
    """Signed by two, put into a batch, paid by the bank: for endings that wait for the money."""
    for claim in claims.claims_of(case.order).filter(state="proposed"):
        claims.review(claim=claim, by=town.actor("officer_two", when), at=when)
        claims.approve(claim=claim, by=town.actor("officer", when), at=when)
        officer = town.actor("officer", when)
        batch = batches.make_batch(county=case.county, by=officer, at=when)
        batches.close(batch=batch, by=officer, at=when)
        batches.mark_paid(batch=batch, reference="HD-1", by=officer, at=when)


def walk(town: Town, case: Any, target: str) -> tuple[datetime, datetime | None]:
    """Take a case to a state by the shortest way. Out: when it is there, and since when it has been ended (None: it is open)."""
    service = catalogue.of(case)
    when, ended = NOW, None
    for move in way_to(service, target):
        for _try in range(6):
            when += timedelta(minutes=30)
            try:
                make_as_somebody(town, case, move, when)
                break
            except casework.Refused:
                # A guard wants more first: do what may be repeated in this state, as its user would.
                case.refresh_from_db()
                again = [m for m in service.moves_from(case.state) if m.target == case.state]
                for repeat in again:
                    make_as_somebody(town, case, repeat, when)
                pay_what_is_owed(town, case, when)
                if case.phase != "done" and (not again or _try == 2):  # or it waits for papers that have not come
                    if not case.order.corrections.exists():
                        casework.ask_correction(
                            case=case, by=town.actor("officer", when), at=when, wanted="身份证复印件"
                        )
                    when += timedelta(days=40)
        case.refresh_from_db()
        if case.phase == "done":
            ended = ended or when
        else:
            ended = None
    return when, ended


@pytest.mark.parametrize(("service", "ending"), endings(), ids=lambda v: v if isinstance(v, str) else v.code)
def test_a_journey_to_each_ending(town: Town, service: Service, ending: str) -> None:
    settle(town, service)
    by = "applicant" if Role.RESIDENT in service.takers else "officer"
    case = town.case(
        service=service.code, said=fill(service.form, service.example), **({} if by == "applicant" else {"by": by})
    )
    town.applicant = case.order.person
    when, ended = walk(town, case, ending)
    assert case.state == ending and case.phase == "done" and case.closed_at == ended
    outcome = closing.current_outcome(case.order)
    assert outcome and outcome.kind in {o.code for o in service.outcomes}
    if case.order.person_id is not None:
        closing.rate(case=case, by=town.actor("applicant"), at=when, grade=4)
    assert journal.verify() == []


def test_every_published_item_leads_to_a_real_order(town: Town) -> None:
    from open12348.registry import items

    for item in items.on_list():
        assert catalogue.for_item(item.code) is not None
