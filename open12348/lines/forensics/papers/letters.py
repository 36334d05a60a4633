"""3 more time (延长鉴定时限告知书), 4 the end of an appraisal (终止鉴定告知书)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Cut, Para, Seal, Sign
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import course, move_forms
from .facts import about, tongues


def _extension(act: Act) -> dict[str, Any]:
    deadline = course.completion(act)
    return {
        **about(act), "days": int(act.data["days"]), "reason": str(act.data["reason"]),
        "due": legal_day(deadline.due_at - timedelta(seconds=1)) if deadline else None,
    }  # fmt: skip


EXTENSION = Paper(
    no=3, code="extension", title=_("延长鉴定时限告知书"), facts=_extension, tongues=tongues,
    blocks=(
        Para(_("%(client)s："), to=True),
        Para(_("您委托的鉴定（编号%(case)s，%(field)s），因：%(reason)s，经本机构负责人批准，完成鉴定的时限延长%(days)s个工作日，延长到%(due)s。")),
        Para(_("依据：司法鉴定程序通则第二十八条。")),
        Seal(), Cut(_("回执")), Sign(_("委托人签收"), _("日期")),
    ),
)  # fmt: skip


def _end(act: Act) -> dict[str, Any]:
    return {
        **about(act), "ground": move_forms.ENDINGS.get(str(act.data.get("ground") or "")), "reason": str(act.data.get("reason") or "") or None,
    }  # fmt: skip


TERMINATION = Paper(
    no=4, code="termination", title=_("终止鉴定告知书"), facts=_end, tongues=tongues,
    blocks=(
        Para(_("%(client)s："), to=True),
        Para(_("您委托的鉴定（编号%(case)s，%(field)s），因有下列情形，本机构决定终止鉴定：%(ground)s。")),
        Para(_("理由：%(reason)s")),
        Para(_("依据：司法鉴定程序通则第二十九条。鉴定材料退还。认为终止不当的，可以向司法局投诉。")),
        Seal(), Cut(_("回执")), Sign(_("委托人签收"), _("日期")),
    ),
)  # fmt: skip
