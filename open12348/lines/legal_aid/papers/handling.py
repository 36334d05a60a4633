"""How the work goes: 14, a record of what the client was told or what was reported to the institution."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Head, Lines, Sign, Table, Ticks
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import choices
from .assignment import LAWYER
from .decision import CAUSE
from .facts import about, label


def _progress_facts(act: Act) -> dict[str, Any]:
    words = str(act.data.get("answer") or act.data.get("note") or "").strip()
    return {
        **about(act), "kind": {"told"} if act.move.code == "tell" else {"reported"} if act.move.code == "report" else set(),
        "what": label(choices.report_causes(), str(act.data.get("cause") or "")), "told": words or None, "how": None,
    }  # fmt: skip


PROGRESS = Paper(
    no=14, code="progress", title=_("案件承办情况通报/报告记录"), facts=_progress_facts, for_resident=False, tongues="zh",
    blocks=(
        Table((_("受援人"), "recipient"), (_("办事编号"), "case"), *CAUSE, *LAWYER[:2]),
        Ticks("kind", ("told", _("向受援人通报进展")), ("reported", _("向法律援助机构报告"))),
        Table((_("报告的情形"), "what"), (_("日期"), "day"), (_("方式"), "how")),
        Head(_("内容")), Lines("told", 6),
        Sign(_("承办人签名"), _("受援人或者接收人签名")),
    ),
)  # fmt: skip
