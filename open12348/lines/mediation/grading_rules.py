"""Grades of mediators: who may give which, and who may not act. Pure functions over dated figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.parameters import Figure, figures, layers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months
from open12348.registry.models import Level

from .figures import HERE

LINE = "mediation"
#: Where a grade is given, by the codes of the figure `authority`. A grade of the region is only entered here, by its document.
AUTHORITIES: Mapping[str, Any] = {"county": _("县（市）"), "prefecture": _("地区"), "region": _("自治区")}
#: What refusals of who may not act stand on; the opinion was read in its head only, so the rule is ours where no local one is entered.
TWO_PEOPLE = _("等级评定工作意见：评定公开、公平、公正；审查和评定由不同的人办")
NOT_SELF = _("等级评定工作意见：评定公开、公平、公正；不能办自己的评定")


def all_figures(day: date) -> Mapping[str, Figure]:
    """The figures of grading that hold on a day, the pack's over ours; before the first of them, the first."""
    return figures(layers(HERE / "parameters" / "grading", "mediation/grading"), max(day, date(2022, 1, 1)))


def the(name: str, day: date) -> Figure:
    """One figure of grading."""
    return all_figures(day)[name]


def authority_of(rank: int, day: date) -> str:
    """Who gives a grade on a day: county | prefecture | region."""
    return str(the("authority", day).value[str(rank)])


def sits_at(by: Actor, authority: str) -> bool:
    """True when an actor's office is high enough: every officer for the county's grades, the prefecture's for the others."""
    if by.kind == "system":
        return True
    mine = [g for g in by.grants if g.role is Role.OFFICER and g.covers_line(LINE)]
    if authority == "county":
        return bool(mine)
    return any(g.place_id is None and (g.division_id is None or g.level == Level.PREFECTURE) for g in mine)


def too_low(by: Actor, rank: int, day: date) -> Any:
    """Why an actor's office may not give a grade; nothing when it may."""
    authority = authority_of(rank, day)
    if sits_at(by, authority):
        return None
    figure = the("authority", day)
    return say(
        _("这个等级由%(level)s评定，请%(level)s办理（%(basis)s）。"), level=AUTHORITIES[authority], basis=figure.basis
    )


def too_short(since: date, day: date) -> Any:
    """Why somebody has not mediated for long enough; nothing when they have."""
    figure = the("least_service", day)
    first = add_months(since, int(figure.value))
    if first <= day:
        return None
    return say(
        _("从事调解工作还不满一年，最早 %(day)s 可以评定（%(basis)s）。"), day=first.isoformat(), basis=figure.basis
    )
