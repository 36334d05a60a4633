"""The papers of this line: what the authority gives an applicant, or tells somebody it means to punish."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Code, Head, Items, Note, Para, Seal, Table
from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

#: What whoever disagrees with a decision may do (行政复议法 Art 20; 行政诉讼法 Art 46).
REMEDY = (
    Head(_("您不同意的，可以这样做")),
    Items(
        _("自收到之日起60日内，向作出决定的机关的上一级机关或者本级人民政府申请行政复议（行政复议法第20条）。不收费。"),
        _("自收到之日起6个月内，向人民法院起诉（行政诉讼法第46条）。"),
    ),
)


def _licence(act: Act) -> dict[str, Any]:
    from .licence import row_of

    row = row_of(act.order.pk)
    return {
        "what": row.get_kind_display(), "accepted": legal_day(row.accepted_at) if row.accepted_at else legal_day(act.at),
        "document": Code(row.document) if row.document else None, "decided": row.decided_on, "reason": str(act.data.get("answer") or "") or None,
    }  # fmt: skip


ACCEPTED = Paper(
    no=1, code="accepted", title=_("行政许可申请受理通知书"), facts=_licence,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您提出的“%(what)s”申请（编号%(case)s），自%(accepted)s起受理。")),
        Para(_("地区司法局自受理之日起20个工作日内审查完毕并报自治区司法厅；自治区司法厅自收到之日起10个工作日内作出决定（律师法第6条）。")),
        Seal(),
    ),
)  # fmt: skip

NOT_ACCEPTED = Paper(
    no=2, code="not_accepted", title=_("行政许可申请不予受理通知书"), facts=_licence,
    blocks=(
        Para(_("%(applicant)s："), to=True), Para(_("您提出的“%(what)s”申请（编号%(case)s），决定不予受理。")),
        Head(_("理由")), Para("%(reason)s"), *REMEDY, Seal(),
    ),
)  # fmt: skip

REFUSED = Paper(
    no=3, code="refused", title=_("不准予行政许可决定书"), facts=_licence,
    blocks=(
        Para(_("%(applicant)s："), to=True), Para(_("您提出的“%(what)s”申请（编号%(case)s），经审查，决定不准予。")),
        Table((_("决定文号"), "document"), (_("决定日期"), "decided")),
        Head(_("理由")), Para("%(reason)s"), *REMEDY, Seal(),
    ),
)  # fmt: skip


def _penalty(act: Act) -> dict[str, Any]:
    from .discipline import facts_of_paper

    return facts_of_paper(act)


INFORM = Paper(
    no=4, code="inform", title=_("行政处罚事先告知书"), facts=_penalty, for_resident=False, tongues="zh",
    blocks=(
        Para(_("%(subject)s："), to=True),
        Para(_("经调查，拟对你（单位）作出行政处罚。依据行政处罚法第44条，现告知如下：")),
        Table((_("查明的事实"), "found"), (_("依据"), "article"), (_("拟作出的处罚"), "measures"), (_("罚款（元）"), "amount"),
              (_("停止执业（停业整顿）几个月"), "months")),
        Items(_("你（单位）有权陈述和申辩；不会因为陈述、申辩而加重处罚（行政处罚法第45条）。"), "%(hearing)s"),
        Seal(),
    ),
)  # fmt: skip

DECISION = Paper(
    no=5, code="decision", title=_("行政处罚决定书"), facts=_penalty, for_resident=False, tongues="zh",
    blocks=(
        Para(_("%(subject)s："), to=True),
        Table((_("文号"), "document"), (_("查明的事实"), "found"), (_("依据"), "article"), (_("处罚"), "measures"), (_("罚款（元）"), "amount"),
              (_("停止执业（停业整顿）自"), "stops_from"), (_("停止执业（停业整顿）至"), "stops_until")),
        Note(_("罚款自收到本决定书之日起15日内缴纳（行政处罚法第67条）。")),
        *REMEDY, Seal(),
    ),
)  # fmt: skip


def named(who: Any) -> Any:
    """A lawyer or a firm as each script writes it."""
    return papers.named(who) if who is not None else None
