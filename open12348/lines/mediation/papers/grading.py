"""The papers of a grade: the certificate, the notice of the result, the decision that lowers it or takes it away."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Code, Head, Items, PaperFault, Para, Seal, Table
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.registry.models import Practitioner
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from ..committee_models import GradeRequest, MediatorGrade, MediatorRank
from ..grading_rules import AUTHORITIES


def _asked(act: Act) -> tuple[GradeRequest, Practitioner]:
    row = GradeRequest.objects.select_related("mediator__organisation").get(order_id=act.order.pk)
    if row.mediator is None:
        raise PaperFault(_("没有写明给哪位调解员，不能出具。"))
    return row, row.mediator


def _about(act: Act) -> dict[str, Any]:
    row, who = _asked(act)
    return {
        "mediator": papers.named(who), "number": Code(who.licence_no), "wanted": MediatorRank(row.wanted).label,
        "committee": papers.named(who.organisation) if who.organisation else None, "received": legal_day(act.case.received_at),
    }  # fmt: skip


def _graded(act: Act) -> dict[str, Any]:
    _row, who = _asked(act)
    grade = MediatorGrade.objects.filter(mediator=who, order=act.order, ended_on__isnull=True).first()
    if grade is None:
        raise PaperFault(_("还没有评定等级，不能出具证书。"))
    root = divisions.root()
    office = (
        papers.named(root) if grade.authority != "county" and root else papers.named(act.case.county or act.case.place)
    )
    return {
        **_about(act), "rank": MediatorRank(grade.rank).label, "certificate": Code(grade.certificate), "valid_from": grade.valid_from,
        "valid_to": grade.valid_to, "level": AUTHORITIES[grade.authority], "county": office,
    }  # fmt: skip


CERTIFICATE = Paper(
    no=1, code="certificate", title=_("人民调解员等级证书"), facts=_graded, renews=True,
    blocks=(
        Table((_("姓名"), "mediator"), (_("调解员编号"), "number"), (_("所在调解委员会"), "committee"), (_("等级"), "rank"),
              (_("证书编号"), "certificate"), (_("有效期"), _("%(valid_from)s至%(valid_to)s")), (_("评定层级"), "level"), (_("评定地区"), "county")),
        Para(_("经评定和公示，上述人民调解员达到所列等级。有效期届满，本证书不再有效。")),
        Seal(),
    ),
)  # fmt: skip


def _result(act: Act) -> dict[str, Any]:
    given = act.move.code == "grade"
    return {
        **(_graded(act) if given else {**_about(act), "rank": None, "valid_to": None}),
        "reason": str(act.data.get("answer") or "") or None,
    }


RESULT = Paper(
    no=2, code="result", title=_("人民调解员等级评定结果通知书"), facts=_result,
    blocks=lambda act: [
        Para(_("%(mediator)s："), to=True),
        Para(_("您%(received)s申报“%(wanted)s”，经审查和公示，评定为“%(rank)s”，有效期到%(valid_to)s。"))
        if act.move.code == "grade"
        else Para(_("您%(received)s申报“%(wanted)s”，经审查，这次不予评定。")),
        Head(_("意见")),
        Para("%(reason)s"),
        Items(_("对结果不同意的，可以向评定的司法局提出，要求复查。"), _("条件有变化的，可以再申报。")),
        Seal(),
    ],
)  # fmt: skip


def _less(act: Act) -> dict[str, Any]:
    _row, who = _asked(act)
    was = MediatorGrade.objects.filter(mediator=who, ended_on=legal_day(act.at)).order_by("-pk").first()
    if was is None:
        raise PaperFault(_("没有可以降低或者撤销的等级。"))
    lowered = act.move.code == "lower"
    now = MediatorRank(int(act.data["rank"])).label if lowered else None
    return {
        **_about(act), "was": MediatorRank(was.rank).label, "old": Code(was.certificate), "rank": now,
        "reason": str(act.data.get("answer") or "") or None,
    }  # fmt: skip


LESS = Paper(
    no=3, code="less", title=_("人民调解员等级变更决定书"), facts=_less,
    blocks=lambda act: [
        Para(_("%(mediator)s："), to=True),
        Para(_("您的等级“%(was)s”（证书编号%(old)s）决定降为“%(rank)s”，原证书不再有效。"))
        if act.move.code == "lower"
        else Para(_("您的等级“%(was)s”（证书编号%(old)s）决定撤销，原证书不再有效。")),
        Head(_("理由")),
        Para("%(reason)s"),
        Items(_("对决定不同意的，可以向作出决定的司法局提出，要求复查。")),
        Seal(),
    ],
)  # fmt: skip
