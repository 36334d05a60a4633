"""The office's letters and decisions: what is missing, that it is not accepted, refused, ended, verified elsewhere, delivered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.blocks import Block, Code, Finger, Head, Items, Lines, Named, Note, Para, Seal, Sign, Table
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper
from open12348.spine.models import Case

from . import checking, grounds, matters
from .figures import the
from .models import Refund, Relief


def about(act: Act) -> dict[str, Any]:
    """What nearly every letter says: the matter, the day of application, the notary."""
    row = checking.row_in(act)
    found = checking.matter_of(row)
    handler = act.case.handler
    return {
        "matter": found.name if found is not None else None, "received": legal_day(act.order.received_at),
        "accepted": legal_day(row.accepted_at) if row.accepted_at is not None else None,
        "notary": Named(handler.name) if handler is not None else None,
    }  # fmt: skip


def _ground(act: Act) -> dict[str, Any]:
    row = checking.row_in(act)
    said, article = grounds.find(row.ground)
    return {**about(act), "ground": said, "article": Code(article), "reason": row.reason}


REMEDY: tuple[Block, ...] = (
    Head(_("您不同意的，可以这样做")),
    Items(
        _("向公证处负责人说明，要求重新考虑；补齐材料以后可以再申请。"),
        _("向司法局投诉，或者拨打 12348。"),
        _("对权利内容有争议的，可以向人民法院起诉。"),
    ),
)  # fmt: skip

NOT_ACCEPTED = Paper(
    no=1, code="not_accepted", title=_("不予受理通知书"), facts=_ground,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您于%(received)s提出的公证申请（编号%(case)s），本处不予受理。")),
        Table((_("理由"), "ground"), (_("依据"), "article"), (_("说明"), "reason")),
        *REMEDY, Seal(),
    ),
)  # fmt: skip


def _supplement_facts(act: Act) -> dict[str, Any]:
    if act.move.code == "ask_papers":
        row = checking.row_in(act)
        return {**about(act), "wanted": [w.name for w in checking.wanted(row) if w.code in act.data["wanted"]]}
    return {**about(act), "wanted": [Named(str(w)) for w in act.data.get("wanted") or []]}


SUPPLEMENT = Paper(
    no=2, code="papers_wanted", title=_("补充材料通知书"), facts=_supplement_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您申请的公证（编号%(case)s）还需要下面的材料，一次告诉您：")),
        Items(fact="wanted"),
        Para(_("补齐以前的时间不计入办理期限。清单以外的材料，您可以不交。")),
        Seal(),
    ),
)  # fmt: skip

INFORM = Paper(
    no=3, code="inform", title=_("公证事项告知书"),
    facts=lambda act: {
        **about(act), "content": str(act.data["content"]),
        "warned": [label for code, label in matters.WARNINGS.items() if code in (act.data.get("warned") or ())],
    },
    blocks=(
        Table((_("当事人"), "applicant"), (_("公证事项"), "matter"), (_("办事编号"), "case"), (_("公证员"), "notary")),
        Head(_("告知的内容")), Lines("content", 6),
        Head(_("公证员逐项确认")), Items(fact="warned"),
        Head(_("您的权利")),
        Items(
            _("要求公证员说明法律意义和后果；用您懂的语言。"), _("认为公证员和这件事有关系的，要求回避。"),
            _("出证以前随时撤回申请。"), _("对公证书有异议的，自收到之日起一年内申请复查。"),
        ),
        Sign(_("当事人签名或者按指印"), _("公证员签名")), Finger(),
    ),
)  # fmt: skip

VERIFY = Paper(
    no=4, code="verify", title=_("委托核实函"), for_resident=False, tongues="zh",
    facts=lambda act: {**about(act), "to": str(act.data["office"]), "ask": str(act.data["ask"]),
                       "months": int(the("verify", legal_day(act.at)).value)},
    blocks=(
        Para(_("%(to)s："), to=True),
        Para(_("本处正在办理一件公证（编号%(case)s，%(matter)s）。请协助核实：")),
        Lines("ask", 4),
        Para(_("请自收到本函之日起 %(months)s 个月内核实并复函；不能核实的，请在同一期限内函告。")),
        Seal(),
    ),
)  # fmt: skip


def _refuse_facts(act: Act) -> dict[str, Any]:
    row = checking.row_in(act)
    return {**_ground(act), "refund": Refund(row.refund).label if row.refund else None, "refunded": row.refunded}


REFUSE = Paper(
    no=5, code="refuse", title=_("不予办理公证决定书"), facts=_refuse_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您申请的公证（编号%(case)s，%(matter)s），经审查，决定不予办理。")),
        Table((_("理由"), "ground"), (_("依据"), "article"), (_("事实和说明"), "reason"), (_("已收的公证费"), "refund"), (_("退还（元）"), "refunded")),
        *REMEDY, Seal(),
    ),
)  # fmt: skip

TERMINATE = Paper(
    no=6, code="terminate", title=_("终止公证决定书"), facts=_refuse_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您申请的公证（编号%(case)s，%(matter)s），决定终止办理。")),
        Table((_("理由"), "ground"), (_("依据"), "article"), (_("事实和说明"), "reason"), (_("已收的公证费"), "refund"), (_("退还（元）"), "refunded")),
        *REMEDY, Seal(),
    ),
)  # fmt: skip


def _relief_facts(act: Act) -> dict[str, Any]:
    row = checking.row_in(act)
    return {
        **about(act), "relief": Relief(row.relief).label, "percent": row.relief_percent,
        "paper": Code(row.relief_paper) if row.relief_paper else None, "reason": str(act.data.get("reason") or "") or None,
    }  # fmt: skip


RELIEF = Paper(
    no=7, code="relief", title=_("公证费减免审批表"), facts=_relief_facts,
    blocks=(
        Table((_("当事人"), "applicant"), (_("公证事项"), "matter"), (_("办事编号"), "case"), (_("决定"), "relief"),
              (_("减免比例（%%）"), "percent"), (_("法律援助决定书编号"), "paper"), (_("理由"), "reason")),
        Seal(),
    ),
)  # fmt: skip

RECEIPT = Paper(
    no=8, code="receipt", title=_("送达回执"), for_resident=False,
    facts=lambda act: {**about(act), "on": act.data["on"]},
    blocks=(
        Table((_("收件人"), "applicant"), (_("送达的文书"), _("公证书（编号%(case)s）")), (_("签收日期"), "on")),
        Sign(_("收件人签名或者按指印"), _("送达人签名")),
    ),
)  # fmt: skip

PLEDGE = Paper(
    no=9, code="pledge", title=_("证明事项告知承诺书"), sheet=True,
    facts=lambda act: {**about(act), "papers": [w.name for w in checking.wanted(checking.row_in(act)) if w.pledge]},
    blocks=(
        Table((_("当事人"), "applicant"), (_("公证事项"), "matter"), (_("办事编号"), "case")),
        Head(_("公证处告知")), Para(_("下面的材料可以用承诺代替，先办理，事后核查：")), Items(fact="papers"),
        Para(_("承诺不实的，公证处不予办理或者撤销公证书，您要承担法律责任，以后办事也不能再用承诺代替（公证法第三十一条第五项、第四十四条）。")),
        Head(_("本人承诺")), Para(_("我已看懂上面的告知，说明的情况真实，愿意接受核查。")),
        Sign(_("承诺人签名或者按指印"), _("日期")), Finger(), Note(_("您也可以不承诺，改为提交材料，或者由公证处自己查。")),
    ),
)  # fmt: skip


def offers(case: Case, by: Actor) -> Sequence[Paper]:
    """The sheet to sign a promise on, where the list of the case has a paper that may be promised."""
    if case.phase == "done":
        return ()
    row = checking.row_of(case.pk)
    return (PLEDGE,) if checking.matter_of(row) is not None and any(w.pledge for w in checking.wanted(row)) else ()
