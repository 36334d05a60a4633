"""The registrar's pages of mediation in a real browser: committees, grades and statistics, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.lines.mediation import committees, townsfolk
from open12348.lines.mediation.committee_models import CommitteeTerm, MediatorAppointment
from open12348.lines.mediation.models import Dispute
from open12348.spine import casework
from tests.people import SYSTEM, Town

from .conftest import clean, shot


def filled(town: Town) -> int:
    """A committee in order, one whose term is over, a grade applied for and shown, and disputes of this month."""
    now, row = timezone.now(), townsfolk.settle(town)
    other = committees.set_up(
        by=SYSTEM, at=now, division=town.units["653125101200"], kind="village", name_zh="甲一村人民调解委员会（示例）", set_up_by="甲一村村民委员会",
        set_up_on=now.date() - timedelta(days=2000),
    )  # fmt: skip
    committees.begin_term(
        committee=other, starts_on=now.date() - timedelta(days=1990), chosen_by="村民会议", by=SYSTEM, at=now
    )
    CommitteeTerm.objects.filter(committee=other).update(ends_on=now.date() + timedelta(days=9))
    who = committees.new_mediator(
        by=SYSTEM, at=now, division=other.organisation.division, organisation=other.organisation, name_zh="示例丙"
    )
    committees.appoint(committee=other, mediator=who, post="director", engagement="part_time", by=SYSTEM, at=now)
    over = now.date() - timedelta(days=20)
    MediatorAppointment.objects.filter(mediator=who).update(starts_on=over - timedelta(days=900), ends_on=over)
    case = town.case(
        service="mediation.grading",
        said={"number": townsfolk.NUMBER, "rank": "3", "by_committee": "no", "merits": "示例"},
        by="clerk",
        when=now,
    )
    casework.make(case=case, move="review", by=town.actor("officer", now), at=now, data={"note": "材料属实"})
    casework.make(case=case, move="publish", by=town.actor("officer", now), at=now, data={})
    for n in range(11):
        dispute = town.case(
            service="mediation.ask",
            said={"story": "为浇水争吵", "kind": "02", "opponent": f"某{n}"},
            by="clerk",
            when=now,
        )
        Dispute.objects.filter(order=dispute.order).update(
            committee=row.organisation, kind="02", accepted_at=now, result="agreed", ended_on=now.date()
        )
    return row.pk


@pytest.mark.parametrize(
    ("language", "width"), [("zh-hans", "phone"), ("ug", "desk"), ("zh-hans", "desk"), ("ug", "phone")]
)
def test_the_registrars_pages(look: Callable[..., Page], transactional_town: Town, language: str, width: str) -> None:
    pk = filled(transactional_town)
    for name, address in (
        ("committees", "mediation.committees/"), ("committee", f"mediation.committees/?committee={pk}"), ("grades", "mediation.grades/"),
        ("counts", "mediation.counts/"),
    ):  # fmt: skip
        page = look(f"/console/bench/{address}", who="officer", language=language, width=width)
        assert clean(page) == []
        shot(page, f"mediation-{name}-{width}-{language}")
