"""Across the lines: one trouble, a code in each line, one story. Needs the lines, so it stands with the browser's tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from open12348.spine import barring, casework, catalogue, journal, kin, papers, routing
from open12348.spine.models import Case, PartyRole

from ..people import NOW, Town
from ..test_services import fill, settle, walk

LATER = NOW + timedelta(days=1)


def granted(town: Town) -> Case:
    """An application for legal aid, taken to the decision by the people who may."""
    service = catalogue.get("legal_aid.apply")
    case = town.case(service=service.code, said=fill(service.form, service.example), by="clerk")
    walk(town, case, "granted")
    return case


def follow(town: Town, first: Case, item: str) -> Case:
    """A second need of the same person, that names the first."""
    order = casework.split(
        case=first, by=town.actor("officer"), at=LATER, item_code=item, summary="同一件事，还要办这一项。"
    )
    return order.case


def test_aid_relief_mediation_and_confirmation_are_one_story(town: Town, sign_in: Any, client: Client) -> None:
    for service in ("notary.apply", "mediation.ask"):
        settle(town, catalogue.get(service))
    aid = granted(town)
    notary, dispute = follow(town, aid, "F02"), follow(town, aid, "D01")
    with journal.turn(order_id=dispute.pk, by=town.actor("officer"), at=LATER) as now:
        service = catalogue.get("mediation.confirm")
        confirm = casework.open_linked(
            now, service=service.code, said=fill(service.form, service.example), kind="linked"
        ).case
        now.write("opened_beside", to=confirm.order.code, service=service.code)
    codes = {c.order.code for c in (aid, notary, dispute, confirm)}
    assert len(codes) == 4, "a code of its own in each line"
    assert {c.line for c in (aid, notary, dispute)} == {"legal_aid", "notary", "mediation"}
    decision = papers.attested(what="hardship", person=aid.order.person)
    assert decision is not None and decision.order == aid.order, (
        "relief rests on the decision, not on a second means test"
    )
    door = sign_in(town, "applicant", on=client)
    whole = door.get(f"/me/{aid.order.code}/?whole=1").content.decode()
    for code in codes - {aid.order.code}:
        assert f"/me/{code}/" in whole
    assert all(k.case is None for k in kin.of(confirm, town.actor("supervisor_b"))), (
        "another county's office reads none of it"
    )


def test_who_served_the_other_side_in_any_line_is_named_as_a_conflict(town: Town) -> None:
    first = granted(town)
    with journal.turn(order_id=first.pk, by=town.actor("officer"), at=LATER) as now:
        routing.hand(now, account=town.staff["provider"])
    other = town.need(
        service="lawyers.matter", said=fill(catalogue.get("lawyers.matter").form, {"opponent": "阿依古丽·买买提", "kind": "@first"}),
        contact={"name": "对方", "phone": "13700007777"}, by="clerk",
    )  # fmt: skip
    assert other.parties.filter(role=PartyRole.OPPONENT).exists()
    reasons = barring.bars(other.case, town.staff["provider"], LATER)
    assert any("律师法第三十九条" in reason for reason in reasons), reasons
