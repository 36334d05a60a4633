"""The unified code (统一赋码) of an opinion: asked of the regional platform at acceptance, and again until it comes.

Its structure is not ours: an opaque string, with the address of its sign where the platform gives one. Until it is there no
opinion is issued or printed. How the platform is spoken to is plugged in at deployment (`plug`); without one the code is
entered by hand as the platform shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM
from open12348.spine import files, journal, notices
from open12348.spine.journal import Turn
from open12348.spine.models import DocumentKind

from .models import ForensicCase, ForensicCodeRequest, ForensicOpinion


class NotYet(Exception):
    """The platform gave no code; says why."""


#: (case code, institution's USCC, sub-field) -> (code, address). Nothing of a person goes out.
Fetch = Callable[[str, str, str], tuple[str, str]]


def _nobody(case_code: str, uscc: str, field: str) -> tuple[str, str]:
    raise NotYet("no platform is connected")


_fetch: Fetch = _nobody


def plug(fetch: Fetch | None) -> None:
    """Say how the regional platform is asked; None unplugs it."""
    global _fetch
    _fetch = fetch or _nobody


#: What the file says when one came by itself.
CAME = _("统一赋码已到")

#: After the first, second … failure it is asked again after so many minutes; from then on once a day.
WAITS = (5, 15, 60, 240, 1440)


def next_try(tries: int, at: datetime) -> datetime:
    """When to ask again after so many tries. Pure."""
    return at + timedelta(minutes=WAITS[min(tries, len(WAITS)) - 1])


def ask(now: Turn, row: ForensicCase) -> ForensicCodeRequest:
    """Within a turn: queue the question for the round the case is in. Once for each round."""
    found, _new = ForensicCodeRequest.objects.get_or_create(
        case=row, opinion_round=row.round, defaults={"asked_at": now.at, "next_at": now.at}
    )
    return found


def of(row: ForensicCase) -> ForensicCodeRequest | None:
    """The question of the present round."""
    return ForensicCodeRequest.objects.filter(case=row, opinion_round=row.round).first()


def enter(now: Turn, row: ForensicCase, code: str, url: str = "") -> None:
    """Within a turn: write down a code that somebody read off the platform."""
    _came(ask(now, row), code, url, now.at, by_hand=True)


def _came(request: ForensicCodeRequest, code: str, url: str, at: datetime, *, by_hand: bool = False) -> None:
    request.code, request.url, request.came_at, request.by_hand = code.strip(), url.strip(), at, by_hand
    request.next_at, request.fault = None, ""
    request.save()
    ForensicOpinion.objects.filter(case=request.case, round=request.opinion_round, issued_at__isnull=True).update(
        unified_code=request.code, unified_url=request.url, coded_at=at
    )


def taken(code: str, row: ForensicCase) -> bool:
    """Whether a code belongs to another case or round already."""
    return (
        ForensicCodeRequest.objects.filter(code=code.strip())
        .exclude(case=row, opinion_round=row.round)
        .exists()
    )  # fmt: skip


def missing(row: ForensicCase) -> Any:
    """Why an opinion cannot go out yet; nothing when its code is there."""
    request = of(row)
    if request is not None and request.code:
        return None
    if request is None:
        return _("还没有取统一赋码，不能出具和打印意见书。")
    return _("区域平台还没有给出统一赋码，不能出具和打印意见书。已试 %(n)s 次，会自动再取；平台上已经有的，请用“登记统一赋码”填入。") % {
        "n": request.tries
    }  # fmt: skip


def due(at: datetime, limit: int = 20) -> int:
    """Ask the platform for what waits. Each is asked by one worker at a time. Out: how many were asked."""
    done = 0
    for _n in range(limit):
        with transaction.atomic():
            request = (
                ForensicCodeRequest.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("case__order", "case__institution")
                .filter(came_at__isnull=True, next_at__lte=at)
                .order_by("next_at")
                .first()
            )
            if request is None:
                return done
            done += 1
            _try(request, at)
    return done


def _try(request: ForensicCodeRequest, at: datetime) -> None:
    row = request.case
    house = row.institution
    try:
        code, url = _fetch(row.order.code, house.uscc if house else "", row.field)
        if not code.strip() or taken(code, row):
            raise NotYet("the platform gave no code of its own")
    except (NotYet, OSError) as fault:
        request.tries += 1
        request.fault, request.next_at = str(fault)[:300], next_try(request.tries, at)
        request.save(update_fields=["tries", "fault", "next_at"])
        return
    request.tries += 1
    _came(request, code, url, at)
    with journal.turn(order_id=row.pk, by=SYSTEM, at=at) as now:
        files.words(now, str(CAME), kind=DocumentKind.NOTE, for_resident=False, title=str(CAME))
        notices.post(now, to="handler", text=_("%(code)s 的统一赋码到了，可以出具意见书。"))
