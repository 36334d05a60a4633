"""People's mediation (人民调解): a dispute brought by its parties or by others, talked over, agreed or not, and followed up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit
from open12348.spine.catalogue import Clock, Keep, Move, Outcome, Phase, Service, State, offer

from . import forms
from .figures import FIRST, amount, the

STAFF = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})

offer(
    Service(
        code="mediation.ask",
        name=_("人民调解"),
        form=forms.Ask,
        business="06",
        initial="received",
        items={"D01", "D02", "D03", "D04", "D05", "D06", "D10"},
        roles=STAFF,
        states=(
            State("received", _("已登记"), Phase.OPEN, _("已经登记，正在看能不能调解。")),
            State("failed", _("调解不成"), Phase.DONE, _("这次没有谈成。其他的路已经告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(Outcome("failed", _("调解不成"), good=False), Outcome("withdrawn", _("本人撤回"))),
        moves=(
            Move("fail", _("调解不成"), {"received"}, "failed", STAFF, form=forms.Reason, outcome="failed", takes=True),
            Move(
                "withdraw", _("撤回"), {"received"}, "withdrawn", {Role.RESIDENT, Role.CLERK}, form=forms.OptionalReason,
                outcome="withdrawn",
            ),
            Move("reopen", _("重新调解"), {"failed", "withdrawn"}, "received", {Role.RESIDENT, Role.CLERK}, form=forms.Reason),
        ),
        clocks=(
            Clock(
                "finish", _("调结"), amount("finish"), Unit.MONTHS,
                starts={"receive", "reopen"}, stops={"fail", "withdraw", "merge"}, basis=the("finish", FIRST).basis,
                extendable=1,
            ),
        ),
        keep=Keep(10, "调解卷宗，地方档案期限表", sure=False),
    )
)  # fmt: skip

# What stands beside the flow of cases: each a module of its own that declares what it has to declare.
# from . import committees, …
