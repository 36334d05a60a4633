"""Mediation as a mediator meets it: a small dispute entered on a phone, and one's own page with the agreement's days counted down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from open12348.kernel.workdays import legal_day
from open12348.lines.mediation import acts, following, rules, townsfolk
from open12348.spine import casework
from open12348.spine.models import Case
from tests.people import Town

from .conftest import clean, shot
from .test_legal_aid import SIGN, TOUCH

#: What a village mediator would type: two names and one line.
TYPED = {"one": "买买提", "other": "吐尔逊", "told": "浇水先后，轮流浇"}


@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_a_dispute_of_two_lines_is_entered_on_a_phone(
    look: Callable[..., Page], transactional_town: Town, language: str
) -> None:
    """Under thirty seconds by the keystroke model: counted as it is done."""
    townsfolk.settle(transactional_town)
    page = look("/console/bench/mediation.ledger/", who="mediator", language=language, width="phone")
    assert clean(page) == []
    assert page.evaluate("document.activeElement.name") == "one", "the cursor waits in the first field"
    touches, signs = 0, 0
    for name, text in TYPED.items():
        touches += name != "one"
        signs += len(text)
        page.locator(f"[name={name}]").fill(text)
    for name, value in (("kind", "02"), ("ended", "agreed")):
        touches += 1
        page.locator(f"input[name={name}][value='{value}']").check()
    touches += 1
    shot(page, f"mediation-ledger-{language}")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    case = Case.objects.get(service="mediation.ledger")
    assert case.state == "settled" and clean(page) == []
    assert (touches, signs) == (5, 14) and touches * TOUCH + signs * SIGN < 30


def made(town: Town) -> tuple[str, str]:
    """One dispute agreed with twenty-seven days left, one being talked over with a video appointment. Out: their codes."""
    townsfolk.settle(town)
    now, codes = timezone.now(), []
    for other in ("示例乙", "示例丙"):
        case = town.case(
            service="mediation.ask", item_code="D02", by="clerk", when=now - timedelta(days=5),
            said={"story": "邻居浇水占了我家的时间，吵了几次", "kind": "0201", "opponent": other},
        )  # fmt: skip
        codes.append(case.code)
    day = legal_day(now).isoformat()
    worker = str(town.staff["mediator"].practitioner_id)
    before = legal_day(now - timedelta(days=4)).isoformat()

    def make(code: str, move: str, who: str = "mediator", **data: Any) -> None:
        case = Case.objects.get(order__code=code)
        casework.make(case=case, move=move, by=town.actor(who, now), at=now, data=data)

    for code in codes:
        case = Case.objects.get(order__code=code)
        casework.make(case=case, move="accept", by=town.actor("clerk", now), at=now - timedelta(days=5), data={})
        make(code, "assign", "officer", mediator=worker, chosen_by="parties")
        make(code, "begin", on=day, told="on")
        make(code, "record", on=day, came="both")
    later = legal_day(now + timedelta(days=2)).isoformat()
    make(codes[1], "appoint", on=later, hour="11:00", video="on", link="https://meet.example.org/x")
    make(codes[0], "agree_written", content="单日甲方浇水，双日乙方浇水。乙方补甲方三百元。", amount="300元",
         perform_by=legal_day(now + timedelta(days=20)).isoformat())  # fmt: skip
    make(codes[0], "take_effect", parties_on=before, mediator_on=before, seal_on=before)
    assert acts.agreement_of(acts.row_of(Case.objects.get(order__code=codes[0]).pk)) is not None
    return codes[0], codes[1]


def test_a_mediator_sees_what_is_due_first_and_the_days_left(
    look: Callable[..., Page], transactional_town: Town
) -> None:
    agreed, talking = made(transactional_town)
    case = Case.objects.get(order__code=agreed)
    last = following.confirm_last(case, timezone.now())
    assert last is not None
    left = str(rules.left(last, legal_day(timezone.now())))
    for language, width in (("zh-hans", "phone"), ("ug", "desk"), ("ug", "phone"), ("zh-hans", "desk")):
        for name, address in (
            ("today", "bench/mediation.today/"), ("agreed", f"cases/{agreed}/"), ("talking", f"cases/{talking}/"),
        ):  # fmt: skip
            if name == "talking" and (language, width) not in {("zh-hans", "phone"), ("ug", "desk")}:
                continue
            page = look(f"/console/{address}", who="mediator", language=language, width=width)
            assert clean(page) == []
            shot(page, f"mediation-{name}-{width}-{language}")
            if name == "agreed":
                assert left in page.locator("aside.now").inner_text()
            page.close()
