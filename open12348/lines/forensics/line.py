"""Forensic appraisal (司法鉴定): a commission from its acceptance to the delivered opinion and what may follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Clock, Keep, Move, Outcome, Phase, Service, State, offer

from . import fields, forms
from .figures import FIRST, term, the

HOUSE = frozenset({Role.PROVIDER, Role.OFFICER})


def topic(content: Mapping[str, Any]) -> str:
    """The sub-field's code, for filters."""
    return str(content.get("field") or "")


commission = offer(
    Service(
        code="forensics.commission",
        name=_("司法鉴定"),
        form=forms.Commission,
        business="03",
        initial="received",
        items={"G02", "G03"},
        roles=frozenset({Role.PROVIDER}),
        pool=False,
        topic=topic,
        topics=fields.topics,
        example={
            "context": "litigation", "client": "court", "client_name": "示例县人民法院", "client_no": "（2026）示民初1号",
            "kind": "first", "field": "0103", "matter": "伤残等级", "purpose": "民事诉讼", "subject_name": "示例某",
            "capacity": "full", "institution": "@first", "repeat_ground": "",
        },
        states=(
            State("received", _("待受理"), Phase.OPEN, _("委托已收到，鉴定机构正在决定是否受理。")),
            State("not_accepted", _("不予受理"), Phase.DONE, _("鉴定机构没有受理，理由已告诉委托人，材料会退回。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("委托已撤回。")),
        ),
        outcomes=(Outcome("not_accepted", _("不予受理"), good=False), Outcome("withdrawn", _("撤回委托"))),
        moves=(
            Move("refuse", _("不予受理"), {"received"}, "not_accepted", HOUSE, form=forms.Reason, outcome="not_accepted"),
            Move(
                "withdraw", _("撤回委托"), {"received"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.OFFICER},
                form=forms.OptionalReason, outcome="withdrawn",
            ),
            Move("reopen", _("重新委托"), {"not_accepted", "withdrawn"}, "received", {Role.RESIDENT, Role.CLERK, Role.OFFICER}, form=forms.Reason),
        ),
        clocks=(
            Clock(
                "accept", _("决定是否受理"), 7, Unit.WORKDAYS, starts={"receive", "reopen"},
                stops={"refuse", "withdraw", "merge"}, basis=the("accept", FIRST).basis, term=term("accept"), who=Role.PROVIDER,
            ),
        ),
        keep=Keep(30, "司法鉴定档案保管期限，地方档案期限表", sure=False),
    )
)  # fmt: skip

# What stands beside the flow of cases: each a module of its own that declares what it has to declare.
