"""Notarisation (公证), declared: an application for one of the matters of the law, to the issued certificate and the filed case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.spine.catalogue import Clock, Keep, Move, Outcome, Phase, Service, State, offer

from . import acts, figures, forms

NOTARY = frozenset({Role.PROVIDER, Role.OFFICER})
HEAD = frozenset({Role.OFFICER})

apply = offer(
    Service(
        code="notary.apply",
        name=_("公证办理"),
        form=forms.Apply,
        business="02",
        initial="received",
        items={"F03", "F04", "F05"},
        received=acts.applied,
        states=(
            State("received", _("待受理"), Phase.OPEN, _("申请已收到，正在看材料。")),
            State("reviewing", _("审查中"), Phase.OPEN, _("公证处已经受理，正在审查。")),
            State("to_decide", _("待审批"), Phase.OPEN, _("公证员已审查完，正在审批。")),
            State("issued", _("已出具公证书"), Phase.DONE, _("公证书已经办好。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(Outcome("issued", _("已出具公证书")), Outcome("withdrawn", _("本人撤回"))),
        moves=(
            Move("accept", _("受理"), {"received"}, "reviewing", NOTARY, effect=acts.accepted, takes=True, primary=True),
            Move("propose", _("审查完毕，报审批"), {"reviewing"}, "to_decide", NOTARY, primary=True),
            Move("approve", _("批准出证"), {"to_decide"}, "issued", HEAD, effect=acts.approved, outcome="issued", primary=True),
            Move(
                "withdraw", _("撤回"), {"received", "reviewing", "to_decide"}, "withdrawn", {Role.RESIDENT, Role.CLERK},
                form=forms.OptionalReason, outcome="withdrawn",
            ),
            Move("reopen", _("重新办理"), {"withdrawn"}, "received", {Role.RESIDENT, Role.CLERK}, form=forms.OptionalReason),
        ),
        clocks=(
            Clock(
                "issue", _("出具公证书"), 15, figures.term("issue")(figures.FIRST).unit, starts={"receive", "reopen"},
                stops={"approve", "withdraw", "merge"}, term=figures.term("issue"), who=Role.PROVIDER,
                basis=figures.the("issue", figures.FIRST).basis,
            ),
        ),
        keep=Keep(60, "公证档案管理办法，保管期限以现行规定为准", sure=False),
    )
)  # fmt: skip
