"""The conditions of registration as a checklist: what the law asks, what the application says, what is still open.

It advises whoever reviews. It never decides: a person writes the opinion, the region decides, and nothing is refused by a machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import add_months

from .registration_models import ExpertRoute, LabState, RegistrationKind, RegistrationSubject

ORDER_95, ORDER_96 = _("司法鉴定机构登记管理办法"), _("司法鉴定人登记管理办法")


@dataclass(frozen=True)
class Facts:
    """What is known of an application, as plain data."""

    subject: str
    kind: str
    subfields: Sequence[str] = ()
    route: str = ""
    years: int | None = None
    clear: bool = False
    equipment: bool = False
    lab: str = ""
    experts: Mapping[str, int] | None = None
    institution_stands: bool | None = None  # the expert's institution has a licence that stands
    timely: bool | None = None


@dataclass(frozen=True)
class Condition:
    """One condition: met (True), not met as stated (False), or to be looked at (None); with its article."""

    asks: Any
    met: bool | None
    note: Any = ""
    article: Any = ""

    @property
    def state(self) -> str:
        return {True: "met", False: "against", None: "open"}[self.met]

    @property
    def said(self) -> Any:
        return {True: _("符合"), False: _("不符，请核对"), None: _("要看材料")}[self.met]


def conditions(facts: Facts, *, experts_least: int, years_degree: int, years_skill: int) -> list[Condition]:
    """The checklist of an application, in the order of the rules."""
    found: list[Condition] = []
    if facts.kind == RegistrationKind.RENEWAL:
        found.append(
            Condition(
                _("有效期届满三十日前提出"), facts.timely,
                _("提得晚了：仍然要办，但是到期没有决定的，不视为准予。") if facts.timely is False else "", _("行政许可法第五十条"),
            )
        )  # fmt: skip
    if facts.kind == RegistrationKind.CANCEL:
        return [*found, Condition(_("手上的鉴定已经办完或者移交"), None, "", _("行政许可法第七十条"))]
    if facts.subject == RegistrationSubject.EXPERT:
        return [*found, *_of_expert(facts, years_degree, years_skill)]
    return [*found, *_of_institution(facts, experts_least)]


def _of_expert(facts: Facts, years_degree: int, years_skill: int) -> list[Condition]:
    found = []
    if facts.kind == RegistrationKind.NEW:
        wanted = {ExpertRoute.LICENCE: years_degree, ExpertRoute.DEGREE: years_degree, ExpertRoute.SKILL: years_skill}
        least = wanted.get(ExpertRoute(facts.route)) if facts.route else None
        met: bool | None = None
        note: Any = ""
        if least is not None and facts.years is not None:
            met = None if facts.years >= least else False  # enough years by what is said: the papers prove it
            note = _("自报 %(years)s 年，要 %(least)s 年") % {"years": facts.years, "least": least}
        named = ExpertRoute(facts.route).label if facts.route else _("高级职称，或者资格、学历加年限")
        found.append(Condition(named, met, note, _("司法鉴定人登记管理办法第十二条")))
    found.append(
        Condition(
            _("所在机构有许可证，没有停业"), facts.institution_stands,
            _("机构也在申请的，一并审查") if facts.institution_stands is None else "", _("司法鉴定人登记管理办法第十二条、第十四条"),
        )
    )  # fmt: skip
    found.append(
        Condition(
            _("没有刑事处罚、开除公职、撤销登记等不得登记的情形"), None if facts.clear else False,
            _("本人已声明，请核查") if facts.clear else _("本人没有声明"), _("司法鉴定人登记管理办法第十三条"),
        )
    )  # fmt: skip
    return found


def _of_institution(facts: Facts, experts_least: int) -> list[Condition]:
    found = [
        Condition(_("有明确的业务范围"), True if facts.subfields else None, "", ORDER_95),
        Condition(_("有仪器、设备和场所"), None if facts.equipment else False,
                  _("申请里写了有，请核查") if facts.equipment else _("申请里没有写"), ORDER_95),
        Condition(_("需要的检测实验室已通过资质认定或者认可"),
                  {LabState.ACCREDITED.value: None, LabState.NOT_NEEDED.value: None, LabState.NONE.value: False}.get(facts.lab),
                  LabState(facts.lab).label if facts.lab else "", _("全国人大常委会关于司法鉴定管理问题的决定第五条")),
    ]  # fmt: skip
    named = facts.experts or {}
    for code in facts.subfields:
        n = named.get(code)
        found.append(
            Condition(
                _("每项业务三名以上司法鉴定人"), None if n is None else n >= experts_least,
                _("%(field)s：%(n)s 名") % {"field": _name(code), "n": n} if n is not None else _("%(field)s：没有写") % {"field": _name(code)},
                _("全国人大常委会关于司法鉴定管理问题的决定第五条"),
            )
        )  # fmt: skip
    return found


def _name(code: str) -> str:
    from . import fields

    return fields.names([code])[0]


def next_term(until: date, years: int) -> tuple[date, date]:
    """The first and the last day of a licence that goes on after its last day."""
    first = until + timedelta(days=1)
    return first, add_months(first, years * 12) - timedelta(days=1)


def term_from(first: date, years: int) -> tuple[date, date]:
    """The first and the last day of a licence of so many years."""
    return first, add_months(first, years * 12) - timedelta(days=1)


def is_timely(received: date, until: date, ahead: int) -> bool:
    """Whether a renewal was asked for at least so many days before the licence runs out (F-T07)."""
    return received <= until - timedelta(days=ahead)


def below(counts: Mapping[str, int], least: int) -> list[str]:
    """The sub-fields of an institution in which it has fewer experts than it needs."""
    return sorted(code for code, n in counts.items() if n < least)
