"""The papers of registration: accepted, not accepted, what is still wanted, and the prefecture's opinion for the region."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Items, PaperFault, Para, Seal, Table
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper
from open12348.spine.models import Deadline

from . import fields
from .registration_models import ForensicRegistration, PreliminaryOpinion


def row_of(act: Act) -> ForensicRegistration:
    """The application of a case."""
    return ForensicRegistration.objects.get(order_id=act.order.pk)


def _facts(act: Act) -> dict[str, Any]:
    row = row_of(act)
    return {
        "holder": row.name, "subject": row.get_subject_display(), "kind": row.get_kind_display(),
        "fields": fields.names(row.subfields) or [_("不变")], "received": row.received_on,
        "accepted": legal_day(row.accepted_at) if row.accepted_at else None,
    }  # fmt: skip


def overdue(case_id: int, at: Any) -> Deadline | None:
    """The limit of the completeness check, if it is over without an answer; None while it runs or was kept."""
    last = Deadline.objects.filter(order_id=case_id, clock="completeness").order_by("-started_at", "-pk").first()
    return last if last is not None and last.due_at <= at else None


def _facts_of_list(act: Act) -> dict[str, Any]:
    """What the list says. Errors: PaperFault where nothing may be asked any more, and then the request does not hold."""
    if act.case.state != "received":
        raise PaperFault(_("已经受理，不能再要求补正材料（行政许可法第三十二条）。要核实的，请直接询问申请人。"))
    if overdue(act.order.pk, act.at) is not None:
        raise PaperFault(
            _("五个工作日已过，没有一次告知的，自收到之日起即为受理（行政许可法第三十二条），不能再要求补正。")
        )
    return {**_facts(act), "wanted": [str(w) for w in act.data["wanted"]]}


_WHAT = Table(
    (_("申请人"), "holder"), (_("登记类别"), "subject"), (_("申请事项"), "kind"), (_("业务项目"), "fields"),
    (_("收到日期"), "received"),
)  # fmt: skip

ACCEPTED = Paper(
    no=1, code="accepted", title=_("行政许可申请受理通知书"), facts=_facts,
    blocks=(
        Para(_("%(holder)s："), to=True),
        Para(_("您（单位）提出的%(kind)s申请，材料齐全、符合法定形式，自%(accepted)s起受理。")),
        _WHAT,
        Para(_("本局自受理之日起20个工作日内完成初审，把意见和全部材料报自治区司法厅。是否准予登记，由自治区司法厅决定。")),
        Seal(),
    ),
)  # fmt: skip

NOT_TAKEN = Paper(
    no=2, code="not_taken", title=_("行政许可申请不予受理决定书"), facts=lambda act: {**_facts(act), "why": str(act.data["reason"])},
    blocks=(
        Para(_("%(holder)s："), to=True),
        Para(_("您（单位）提出的%(kind)s申请，不予受理。理由：%(why)s")),
        _WHAT,
        Para(_("不服的，可以自收到之日起60日内申请行政复议，或者6个月内提起行政诉讼。")),
        Seal(),
    ),
)  # fmt: skip

LIST = Paper(
    no=3, code="list", title=_("补正材料一次性告知书"), facts=_facts_of_list,
    blocks=(
        Para(_("%(holder)s："), to=True),
        Para(_("您（单位）%(received)s提出的申请，还要补正下面的全部内容；没有写在这里的，不再要求。")),
        Items(fact="wanted"),
        Para(_("全部补正以后，就受理。")),
        Seal(),
    ),
)  # fmt: skip

OPINION = Paper(
    no=4, code="opinion", title=_("司法鉴定登记初审意见书"), for_resident=False, tongues="zh",
    facts=lambda act: {
        **_facts(act), "opinion": PreliminaryOpinion(act.data["opinion"]).label, "why": str(act.data["reason"]),
        "by": act.by.name,
    },
    blocks=(
        Para(_("自治区司法厅："), to=True),
        Para(_("下列申请经初审，%(opinion)s，随文报送全部材料。")),
        _WHAT,
        Para(_("初审理由：%(why)s")),
        Table((_("初审人"), "by"), (_("受理日期"), "accepted")),
        Seal(),
    ),
)  # fmt: skip
