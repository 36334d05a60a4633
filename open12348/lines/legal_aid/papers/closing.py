"""How it ended: 21, the closing report. (22, the receipt of delivery, comes with every paper: spine/papers.py.)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Block, Head, Lines, Roster, Sign, Table
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from ..models import ClosingPaper, Kind, Result, StepKind
from . import facts
from .application import roster
from .assignment import LAWYER
from .decision import CAUSE
from .facts import about, aid_of, label


def _closing_facts(act: Act) -> dict[str, Any]:
    aid = aid_of(act)
    steps = [
        {"on": s.on, "kind": StepKind(s.kind).label, "place": s.place or _("未写")}
        for s in aid.steps.order_by("on", "pk")[:60]
    ]
    return {
        **about(act), "members": facts.members(act), "kind": label(Kind.choices, aid.kind), "engaged_on": aid.engaged_on,
        "closing_paper": label(ClosingPaper.choices, aid.closing_paper), "closed_on": aid.closed_on,
        "result": label(Result.choices, aid.result), "gained": aid.gained, "avoided": aid.avoided,
        "told": str(act.data.get("answer") or "") or None, "steps": steps, "opinion": None,
    }  # fmt: skip


def _closing_blocks(act: Act) -> Sequence[Block]:
    end: list[tuple[Any, Any]] = [
        (_("结案依据"), "closing_paper"),
        (_("结案日"), "closed_on"),
        (_("办理结果"), "result"),
    ]
    if facts.money(act):
        end += [(_("为受援人取得的利益（元）"), "gained"), (_("挽回的损失（元）"), "avoided")]
    return [
        Table((_("受援人"), "recipient"), (_("办事编号"), "case"), (_("案件类别"), "kind"), *CAUSE, *LAWYER[:3], (_("指派日期"), "assigned_on"),
              (_("签订委托协议日期"), "engaged_on")),
        *roster(act),
        Head(_("办理过程")),
        Roster("steps", ("on", _("日期")), ("kind", _("做了什么")), ("place", _("地点"))),
        Head(_("办理结果")), Table(*end), Lines("told", 4),
        Head(_("案卷审查意见")), Lines("opinion", 3),
        Sign(_("承办人签名"), _("承办机构负责人签名"), _("案卷审查人签名"), _("日期")),
    ]  # fmt: skip


CLOSE = Paper(
    no=21, code="closing", title=_("结案报告表"), blocks=_closing_blocks, facts=_closing_facts, for_resident=False, tongues="zh"
)  # fmt: skip
