"""The papers of a review: the decision, that it came too late, and that it is for the court."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import Code, Head, Note, Para, Seal, Table
from open12348.kernel.workdays import legal_day
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from ..certificate_models import Review, ReviewResult

#: What each move decides, in the words of the law.
_RESULT = {
    "maintain": ReviewResult.MAINTAIN, "order_correct": ReviewResult.CORRECT, "order_supplement": ReviewResult.SUPPLEMENT,
    "order_part": ReviewResult.REVOKE_PART, "order_revoke": ReviewResult.REVOKE, "order_repair": ReviewResult.REPAIR,
}  # fmt: skip


def facts(act: Act) -> dict[str, Any]:
    """What the papers say of the review."""
    row = Review.objects.select_related("certificate").get(order_id=act.order.pk)
    decided = _RESULT.get(act.move.code)
    return {
        "number": Code(row.certificate.number if row.certificate else row.number), "asked_on": legal_day(act.order.received_at),
        "result": decided.label if decided else None, "reason": str(act.data.get("answer") or ""),
    }  # fmt: skip


_ABOUT = Table((_("公证书编号"), "number"), (_("申请复查的日期"), "asked_on"))

RESULT = Paper(
    no=1, code="review_result", title=_("公证复查决定书"), facts=facts,
    blocks=(
        Para(_("%(applicant)s："), to=True), _ABOUT,
        Para(_("经复查，根据公证程序规则第六十三条，决定：%(result)s。")),
        Head(_("理由")), Para("%(reason)s"),
        Head(_("您不同意的，可以这样做")),
        Para(_("对撤销或者不予撤销的决定有争议的，自收到或者知道本决定之日起 60 日内，可以向地方公证协会投诉。")),
        Para(_("对公证书的内容有争议的，可以就该争议向人民法院提起民事诉讼（公证法第四十条）。")),
        Seal(),
    ),
)  # fmt: skip

LATE = Paper(
    no=2, code="review_late", title=_("公证复查不予受理通知书"), facts=facts,
    blocks=(
        Para(_("%(applicant)s："), to=True), _ABOUT,
        Para(_("您的复查申请超过了公证程序规则第六十一条规定的期限，不予受理。")),
        Head(_("理由")), Para("%(reason)s"),
        Note(_("对公证书的内容有争议的，可以就该争议向人民法院提起民事诉讼（公证法第四十条）。")), Seal(),
    ),
)  # fmt: skip

COURT = Paper(
    no=3, code="review_court", title=_("公证复查告知书"), facts=facts,
    blocks=(
        Para(_("%(applicant)s："), to=True), _ABOUT,
        Para(_("您提出的是对公证书内容的争议，不属于复查。您可以就该争议向人民法院提起民事诉讼（公证法第四十条）。")),
        Head(_("理由")), Para("%(reason)s"), Seal(),
    ),
)  # fmt: skip
