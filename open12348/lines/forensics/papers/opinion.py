"""2 opinion (司法鉴定意见书), 5 review (司法鉴定复核意见), 6 correction (司法鉴定意见补正书)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Code, Head, Items, Lines, Note, Para, Roster, Seal, Sign, Table, Title
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import after, opinions
from ..course import opinion_of
from ..houses import case_of
from .commission import MATERIALS
from .facts import about, code, examiners, reviewers


def _opinion(act: Act) -> dict[str, Any]:
    row = case_of(act.order.pk)
    found = opinion_of(row)
    assert found is not None
    records = row.records.filter(round=row.round).order_by("on", "pk")
    return {
        **about(act), "number": Code(found.number), "unified": Code(found.unified_code), "unified_url": code(found.unified_url),
        "analysis": found.analysis or None, "opinion": found.opinion, "opined": found.opined_on, "dissent": found.dissent or "—",
        "copies": int(act.case.facts.get("copies") or 4),
        "course": [
            {"on": r.on, "did": r.get_kind_display(), "method": " ".join(p for p in (str(r.get_method_display()), r.method_name) if p),
             "text": r.text} for r in records
        ],
    }  # fmt: skip


def _signing(act: Act) -> list[Any]:
    """A line for each of the experts."""
    n = len(examiners(case_of(act.order.pk)))
    return [Sign(_("司法鉴定人签名"), _("执业证号")) for _n in range(n)]


def _opinion_blocks(act: Act) -> list[Any]:
    return [
        Title(under=_("%(number)s")),
        Table((_("统一赋码"), "unified"), (_("二维码网址"), "unified_url")),
        Head(_("一、基本情况")),
        Table((_("委托人"), "client"), (_("案号"), "client_no"), (_("委托鉴定事项"), "matter"), (_("鉴定类别"), "field"), (_("受理日期"), "received"),
              (_("委托书生效日期"), "effective"), (_("被鉴定人"), "subject"), (_("鉴定人"), "examiners")),
        Head(_("二、基本案情")), Lines("facts", 2),
        Head(_("三、资料摘要")), MATERIALS,
        Head(_("四、鉴定过程")),
        Roster("course", ("on", _("日期")), ("did", _("做了什么")), ("method", _("方法")), ("text", _("过程和结果"))),
        Head(_("五、分析说明")), Lines("analysis", 2),
        Head(_("六、鉴定意见")), Lines("opinion", 2),
        Para(_("不同意见：%(dissent)s")),
        Head(_("七、附件")), Note(_("鉴定记录、图像和引用的标准存档备查。")),
        *_signing(act),
        Seal(day="opined"),
        Note(_("本意见书一式%(copies)s份。对意见有疑问的，请向本机构询问；没有统一赋码的意见书不得使用。")),
    ]  # fmt: skip


OPINION = Paper(
    no=2, code="opinion", title=_("司法鉴定意见书"), blocks=_opinion_blocks, facts=_opinion, tongues="zh", for_resident=False,
    only=after.to_authority,
)  # fmt: skip
#: Outside proceedings the client is the person who brought it, and opens it on their own page.
OPINION_CLIENT = Paper(
    no=12, code="opinion_client", title=_("司法鉴定意见书"), blocks=_opinion_blocks, facts=_opinion, tongues="zh", only=after.to_client,
)  # fmt: skip


def _review(act: Act) -> dict[str, Any]:
    row = case_of(act.order.pk)
    found = opinion_of(row)
    return {
        **about(act), "reviewers": reviewers(row) or None, "result": found.review if found else None,
        "few": (found.few_reviewers if found else "") or "—", "opined": found.opined_on if found else None,
    }  # fmt: skip


REVIEW = Paper(
    no=5, code="review", title=_("司法鉴定复核意见"), facts=_review, tongues="zh", for_resident=False,
    blocks=(
        Table((_("办事编号"), "case"), (_("鉴定类别"), "field"), (_("鉴定人"), "examiners"), (_("鉴定意见的日期"), "opined"), (_("复核人"), "reviewers")),
        Items(_("鉴定程序是否符合规定"), _("方法和标准是否恰当"), _("鉴定意见是否有依据")),
        Head(_("复核意见")), Lines("result", 3),
        Table((_("没有组织三名以上专家复核的原因"), "few")),
        Sign(_("复核人签名"), _("日期")),
    ),
)  # fmt: skip


def _correction(act: Act) -> dict[str, Any]:
    row = case_of(act.order.pk)
    found = opinion_of(row)
    last = found.amendments.order_by("-pk").first() if found else None
    return {
        **about(act), "number": code(found.number if found else ""),
        "issued": legal_day(found.issued_at) if found and found.issued_at else None,
        "fault": opinions.FAULTS.get(last.fault) if last else None, "before": last.before if last else None,
        "after": last.after if last else None,
    }  # fmt: skip


CORRECTION = Paper(
    no=6, code="correction", title=_("司法鉴定意见补正书"), facts=_correction, tongues="zh", only=after.on_separate_paper,
    for_resident=False,
    blocks=(
        Para(_("%(client)s："), to=True),
        Para(_("本机构于%(issued)s出具的%(number)s司法鉴定意见书，有下列需要补正的地方：")),
        Table((_("问题"), "fault"), (_("原来的文字"), "before"), (_("补正为"), "after")),
        Para(_("本补正不改变鉴定意见的原意，和原意见书一并使用（司法鉴定程序通则第四十一条）。")),
        Sign(_("司法鉴定人签名"), _("日期")), Seal(),
    ),
)  # fmt: skip
