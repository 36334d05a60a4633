"""The guided way through a commission, and the rough answer before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.spine.catalogue import Foretold, Page

from . import fields, forms
from .models import ForensicClient, ForensicContext, ForensicKind
from .qualified import OUTSIDE


def pages(said: Mapping[str, Any]) -> list[Page]:
    """One thing at a time; what does not concern the answers so far is not asked."""
    body = str(said.get("client") or "") not in {"", ForensicClient.PERSON}
    proceedings = said.get("context") == ForensicContext.LITIGATION
    repeated = said.get("kind") == ForensicKind.REPEATED
    chosen = fields.by_code(str(said.get("field") or ""))
    found = [
        Page("context", _("这件事在打官司或者办案吗？"), ("context",), forms.ONLY_AUTHORITIES),
        Page("client", _("谁来委托？"), ("client",)),
    ]
    if body or proceedings:
        found.append(Page("body", _("委托的机关或者单位"), ("client_name", "client_no", "client_contact")))
    found += [
        Page("field", _("要做哪一类鉴定？"), ("field",), _("不确定就选最后一项，鉴定机构会再看。")),
        Page("matter", _("要鉴定什么，用在哪里？"), ("matter", "purpose", "facts")),
        Page("kind", _("以前鉴定过吗？"), ("kind",)),
    ]
    if repeated:
        found.append(Page("prior", _("原来的鉴定"), ("prior_no", "prior_unit", "repeat_ground")))
    if chosen is None or chosen.person:
        found.append(Page("subject", _("给谁做鉴定？"), ("subject_name", "subject_id", "capacity")))
    return [
        *found,
        Page("others", _("还有哪些当事人？"), ("others",)),
        Page("institution", _("委托哪家鉴定机构？"), ("institution",), _("先问清收费和需要的材料，再签委托书。")),
    ]


def foretell(said: Mapping[str, Any], day: date) -> Foretold:
    """What is likely; never a refusal: who decides is the institution."""
    note = _("受不受理由鉴定机构在七个工作日内决定；费用在委托书里商定，有给予法律援助决定书的可以减收或者免收。")
    bring = (_("身份证"), _("和鉴定有关的材料，例如病历、影像、要鉴定的文件"))
    if said.get("context") == ForensicContext.LITIGATION:
        return Foretold(
            None, forms.ONLY_AUTHORITIES, ((_("诉讼中的鉴定由办案机关委托"), "司法鉴定程序通则第十一条"),), bring, note
        )
    if said.get("field") == fields.OUTSIDE:
        return Foretold(None, OUTSIDE, (), bring, note)
    if not said.get("field"):
        return Foretold(None, _("先说要鉴定什么，才看得出能不能委托。"), (), bring, note)
    return Foretold(True, _("看起来可以委托鉴定。"), (), bring, note)
