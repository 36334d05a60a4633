"""The page of the subsidy by the case: a month's disputes that ended with an agreement, and what was proposed for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine.benches import Bench, Deed, bench
from open12348.spine.casework import Refused

from . import subsidy, tallies


class Month(forms.Form):
    """A county and a month."""

    county = forms.CharField(widget=forms.HiddenInput)
    month = forms.CharField(widget=forms.HiddenInput)


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The month of the address, or the last one that is over."""
    here = subsidy.seen(by)
    county = next((c for c in here if c.code == str(query.get("county") or "")), here[0] if here else None)
    usual = tallies.months_from(legal_day(at).replace(day=1), 1).beside(-1)
    period, fault = tallies.read_period({"month": query.get("month")}, usual.first)
    dues = subsidy.dues(county, period.first) if county else []
    return {
        "county": county, "counties": here, "month": f"{period.first:%Y-%m}", "label": period.label, "fault": fault,
        "before": f"{period.beside(-1).first:%Y-%m}", "after": f"{period.beside(1).first:%Y-%m}", "rows": [subsidy.show(d) for d in dues[:300]],
        "new": sum(d.claim is None for d in dues), "count": len(dues),
    }  # fmt: skip


def _hand_in(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    county = next((c for c in subsidy.seen(by) if c.code == data["county"]), None)
    period, fault = tallies.read_period({"month": data["month"]}, legal_day(at))
    if county is None or fault:
        raise Refused(fault or _("没有这个县。"))
    new, wrong = subsidy.hand_in(county=county, month=period.first, by=by, at=at)
    if wrong and not new:
        raise Refused("\n".join(wrong[:10]))
    if wrong:
        return say(_("已提出 %(n)s 笔；%(m)s 笔没有提出：%(why)s"), n=new, m=len(wrong), why="；".join(wrong[:5]))
    return say(_("已提出 %(n)s 笔，等审核。"), n=new)


bench(
    Bench(
        code="mediation.subsidy",
        label=_("以案定补"),
        help=_("一个月里达成协议的纠纷，每件只提一次；审核、批准、付款在补贴的业务台。"),
        roles=frozenset({Role.OFFICER, Role.SUPERVISOR}),
        template="mediation/subsidy.html",
        show=show,
        deeds=(Deed("hand_in", _("提出这个月的以案定补"), frozenset({Role.OFFICER}), _hand_in, Month),),
    )
)
