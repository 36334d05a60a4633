"""How it ended and who is told: 7 termination, 9 transfer letter, 11 report to the sender, 12 contents of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Head, Items, Lines, Note, Para, Roster, Seal, Sign, Table
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import acts, following, rules
from ..models import DisputeResult, LetterTo, TransferLetter
from . import facts


def _termination(act: Act) -> Mapping[str, Any]:
    row = acts.row_of(act.order.pk)
    return {
        **facts.about(act), "result": facts.label(DisputeResult.choices, row.result), "ended_on": row.ended_on,
        "roads": facts.roads(act), "answer": str(act.data.get("answer") or "") or facts.NONE,
    }  # fmt: skip


TERMINATION = Paper(
    no=7, code="termination", title=_("人民调解终止告知书"), facts=_termination,
    blocks=(
        Para(_("%(applicant)s、%(opponent)s："), to=True),
        Para(_("你们的纠纷于%(ended_on)s终止调解：%(result)s。这不影响你们的权利（人民调解法第三条、第二十六条）。")),
        Lines("answer", 3), Head(_("你们还可以走的路")), Items(fact="roads"),
        Note(_("时效在走，请不要耽误。需要律师又请不起的，可以拨打 12348 申请法律援助。")),
        Sign(_("申请人签收"), _("对方签收")), Seal(office="committee"),
    ),
)  # fmt: skip


def _letter(act: Act) -> Mapping[str, Any]:
    row = TransferLetter.objects.get(pk=act.case.facts["letter"])
    return {
        **facts.about(act), "to": facts.label(LetterTo.choices, row.to), "name": row.name, "why": row.why,
        "limit_on": row.limit_on or facts.NONE,
    }  # fmt: skip


LETTER = Paper(
    no=9, code="letter", title=_("矛盾纠纷移送、转介函"), facts=_letter,
    blocks=(
        Para(_("%(name)s："), to=True),
        Para(_("%(applicant)s与%(opponent)s的纠纷（%(case)s），现转送你单位处理。")),
        Table((_("接收单位类别"), "to"), (_("纠纷类型"), "kind"), (_("案件来源"), "source"), (_("原案号或编号"), "sender_no"),
              (_("时效、期限到"), "limit_on")),
        Head(_("转送的理由和情况")), Lines("why", 5),
        Para(_("请告诉我们是否接收；不接收的请说明理由；办结后请反馈结果。")), Seal(office="committee"),
    ),
)  # fmt: skip


def _report(act: Act) -> Mapping[str, Any]:
    row = acts.row_of(act.order.pk)
    return {
        **facts.about(act), "result": facts.label(DisputeResult.choices, row.result), "ended_on": row.ended_on,
        "sessions": row.sessions.filter(held_at__isnull=False).count(),
    }  # fmt: skip


def from_organ(act: Act) -> bool:
    """An organ sent it."""
    return acts.row_of(act.order.pk).source in acts.ORGANS


REPORT = Paper(
    no=11, code="report", title=_("委派、移送纠纷调解情况报告"), facts=_report, only=from_organ, for_resident=False,
    blocks=(
        Para(_("%(sender)s："), to=True),
        Para(_("你单位转来的纠纷（%(sender_no)s）于%(ended_on)s结束调解，结果：%(result)s。")),
        Table((_("办事编号"), "case"), (_("申请人"), "applicant"), (_("对方"), "opponent"), (_("纠纷类型"), "kind"), (_("调解次数"), "sessions"),
              (_("调解员"), "mediator")),
        Note(_("调解的内容保密，本报告不写双方说过的话。没有谈成的，材料随函退回。")), Seal(office="committee"),
    ),
)  # fmt: skip


def _contents(act: Act) -> Mapping[str, Any]:
    there = following.of_file(act.case)
    return {
        **facts.about(act), "archived_on": legal_day(act.at),
        "rows": [{"what": name, "there": _("有") if code in there else _("没有")} for code, name, _must in rules.FILE],
    }  # fmt: skip


CONTENTS = Paper(
    no=12, code="contents", title=_("人民调解卷宗目录"), facts=_contents, for_resident=False, renews=True,
    blocks=(
        Table((_("办事编号"), "case"), (_("申请人"), "applicant"), (_("对方"), "opponent"), (_("归档日期"), "archived_on")),
        Roster("rows", ("what", _("材料")), ("there", _("有没有"))), Sign(_("立卷人签名"), _("审查人签名")),
    ),
)  # fmt: skip
