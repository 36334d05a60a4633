"""Every declared service: reachable, timed, its forms open, and one journey to each of its endings."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import Any

import pytest
from django import forms

from open12348.kernel.access import Role
from open12348.spine import casework, catalogue, closing, journal
from open12348.spine.catalogue import Move, Phase, Service

from .people import NOW, Town

SERVICES = list(catalogue.all_services())
ACTORS = {
    Role.CLERK: "clerk",
    Role.OPERATOR: "operator",
    Role.PROVIDER: "provider",
    Role.OFFICER: "officer",
    Role.SUPERVISOR: "supervisor",
    Role.RESIDENT: "applicant",
}
named = pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.code)


@named
def test_every_state_is_reached_and_every_open_state_is_left(service: Service) -> None:
    reached, todo = {service.initial}, deque([service.initial])
    while todo:
        for move in service.moves_from(todo.popleft()):
            if move.target not in reached:
                reached.add(move.target)
                todo.append(move.target)
    assert reached == {s.code for s in service.states}
    for state in service.states:
        if state.phase is not Phase.DONE:
            assert service.moves_from(state.code), f"{state.code} cannot be left"


@named
def test_every_open_state_is_watched_by_a_clock(service: Service) -> None:
    """A clock that starts at receipt and is stopped only by moves into done states watches all open states on the way."""
    acts = {m.code: m for m in service.moves}

    def watches(clock: Any, act: str) -> bool:
        stops = [acts[s] for s in clock.stops if s in acts]
        return act in clock.starts and all(service.state(m.target).phase is Phase.DONE for m in stops)

    assert any(watches(c, "receive") for c in service.clocks)
    assert any(watches(c, "reopen") for c in service.clocks)


@named
def test_every_move_can_be_made_by_somebody_in_the_cast(service: Service) -> None:
    for move in service.moves:
        assert move.by & set(ACTORS), move.code


@named
def test_every_form_opens_and_refuses_emptiness_with_words(service: Service) -> None:
    for form in [service.form, *(m.form for m in service.moves if m.form)]:
        assert str(form())
        empty = form({})
        required = [f for f in form().fields.values() if f.required]
        assert empty.is_valid() is (not required)


@named
def test_every_figure_names_its_basis(service: Service) -> None:
    for clock in service.clocks:
        assert clock.basis, clock.code


def fill(form: type[forms.Form]) -> dict[str, Any]:
    """Something right for every field of a form."""
    values: dict[str, Any] = {}
    for name, field in form().fields.items():
        if isinstance(field, forms.ChoiceField):
            flat = [k for k, v in field.choices if not isinstance(v, list | tuple)] + [
                k for _g, v in field.choices if isinstance(v, list | tuple) for k, _l in v
            ]
            values[name] = next((k for k in flat if k), "")
        elif name == "item":
            values[name] = "F02"
        elif field.required:
            values[name] = "写清楚的一段话"
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
            if move.target not in ways:
                ways[move.target] = [*ways[here], move]
                todo.append(move.target)
    return ways[target]


@pytest.mark.parametrize(("service", "ending"), endings(), ids=lambda v: v if isinstance(v, str) else v.code)
def test_a_journey_to_each_ending(town: Town, service: Service, ending: str) -> None:
    case = town.case(service=service.code, said=fill(service.form))
    town.applicant = case.order.person
    when = NOW
    for move in way_to(service, ending):
        for _try in range(6):
            when += timedelta(minutes=30)
            who = next(ACTORS[r] for r in ACTORS if r in move.by)
            try:
                casework.make(
                    case=case,
                    move=move.code,
                    by=town.actor(who, when),
                    at=when,
                    data=fill(move.form) if move.form else None,
                )
                break
            except casework.Refused:
                # A guard wants more first: do what may be repeated in this state, as its user would.
                case.refresh_from_db()
                again = next(m for m in service.moves_from(case.state) if m.target == case.state)
                casework.make(
                    case=case,
                    move=again.code,
                    by=town.actor("clerk", when),
                    at=when,
                    data=fill(again.form) if again.form else None,
                )
        case.refresh_from_db()
    assert case.state == ending and case.phase == "done" and case.closed_at == when
    outcome = closing.current_outcome(case.order)
    assert outcome and outcome.kind in {o.code for o in service.outcomes}
    closing.rate(case=case, by=town.actor("applicant"), at=when, grade=4)
    assert journal.verify() == []


def test_every_published_item_leads_to_a_real_order(town: Town) -> None:
    from open12348.registry import items

    for item in items.on_list():
        assert catalogue.for_item(item.code) is not None
