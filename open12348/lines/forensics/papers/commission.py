"""1 commission (司法鉴定委托书), 7 what the client is told (司法鉴定告知书), and the letter of refusal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Cut, Head, Items, Lines, Para, Roster, Seal, Sign, Table
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .. import fees, move_forms
from ..houses import case_of
from .facts import about, code, tongues

MATERIALS = Roster(
    "materials", ("thing", _("名称")), ("sort", _("种类")), ("quantity", _("数量")), ("state", _("状态")), ("storage", _("保存方式")),
    ("came", _("收到日期")),
)  # fmt: skip
MATTER: tuple[tuple[Any, Any], ...] = (
    (_("委托人"), "client"), (_("案号"), "client_no"), (_("经办人和电话"), "contact"), (_("鉴定机构"), "house"), (_("办事编号"), "case"),
    (_("鉴定类别"), "field"), (_("委托鉴定事项"), "matter"), (_("鉴定用途"), "use"), (_("被鉴定人"), "subject"), (_("初次还是重新鉴定"), "kind"),
)  # fmt: skip


def _agreed(act: Act) -> dict[str, Any]:
    row = case_of(act.order.pk)
    return {
        **about(act), "fee": row.fee, "relief": fees.RELIEF.get(row.relief) if row.relief else _("没有减免"),
        "aid_no": code(row.relief_basis),
    }  # fmt: skip


BLOCKS = (
    Table(*MATTER),
    Head(_("有关的基本案情")), Lines("facts", 4),
    Head(_("鉴定材料")), MATERIALS,
    Head(_("双方约定")),
    Table((_("鉴定费（元）"), "fee"), (_("减免"), "relief"), (_("法律援助决定书编号"), "aid_no"), (_("签订日期（委托书生效）"), "effective"),
          (_("另行商定的完成日期"), "complete_by")),
    Items(
        _("鉴定机构自委托书生效之日起三十个工作日内完成鉴定；另有商定的，从其约定。"),
        _("鉴定中补充或者重新提取鉴定材料的时间，以及见证人未到场延误的时间，不计入时限。"),
        _("委托人保证鉴定材料真实、完整、充分，不得要求或者暗示按特定目的出具意见。"),
        _("鉴定中材料可能耗损；鉴定完成后，材料按约定退还或者留存。"),
        _("鉴定意见书一式四份，三份交委托人，一份由鉴定机构存档。"),
    ),
    Sign(_("委托人签名或者盖章"), _("鉴定机构签名或者盖章")),
)  # fmt: skip

COMMISSION = Paper(no=1, code="commission", title=_("司法鉴定委托书"), blocks=BLOCKS, facts=_agreed, tongues=tongues)
#: The same to be signed by hand before the day is known.
COMMISSION_SHEET = Paper(
    no=1, code="commission_sheet", title=_("司法鉴定委托书"), blocks=BLOCKS, facts=_agreed, tongues=tongues, sheet=True
)

TOLD = Paper(
    no=7, code="told", title=_("司法鉴定告知书"), facts=about, tongues=tongues,
    blocks=(
        Para(_("%(client)s："), to=True),
        Para(_("您委托的鉴定（编号%(case)s，%(field)s）已经由%(house)s受理。签订委托书以前，请先看清下面的内容：")),
        Items(
            _("委托人应当提供真实、完整、充分、合法取得的鉴定材料；不真实造成的后果由委托人承担。"),
            _("鉴定意见属于专业判断，是否采信由办案机关决定，意见可能对委托人不利。"),
            _("鉴定可能因材料不足、耗损或者被鉴定人不配合而终止。"),
            _("可以要求鉴定人回避；对回避决定有异议的，可以撤销委托。"),
            _("对未成年人、无或者限制民事行为能力的人检查身体，监护人或者近亲属要到场见证。"),
            _("检查身体时，鉴定机构采取措施保护隐私；健康、基因等信息只用于这次鉴定。"),
            _("鉴定人依法出庭作证；对意见有疑问的，可以请鉴定机构说明。"),
        ),
        Seal(), Cut(_("回执")), Sign(_("委托人签收"), _("日期")),
    ),
)  # fmt: skip


def _refusal(act: Act) -> dict[str, Any]:
    return {
        **about(act), "ground": move_forms.REFUSALS.get(str(act.data.get("ground") or "")),
        "reason": str(act.data.get("reason") or "") or None,
    }  # fmt: skip


REFUSAL = Paper(
    no=8, code="refusal", title=_("不予受理告知书"), facts=_refusal, tongues=tongues,
    blocks=(
        Para(_("%(client)s："), to=True),
        Para(_("您于%(received)s委托的鉴定（编号%(case)s），经审查，本机构不予受理。情形：%(ground)s。")),
        Para(_("理由：%(reason)s")),
        Para(_("依据：司法鉴定程序通则第十五条、第十七条。鉴定材料退还。您可以改正后重新委托，也可以委托其他有资质的机构；认为不受理不当的，可以向司法局投诉。")),
        Seal(),
    ),
)  # fmt: skip
