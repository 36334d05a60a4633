"""How good it was: 30 a hearing sat in on, 31 a question to the authority, 32 a call to the client.

30 and 32 are sheets: what is seen and said there must not lie in the case, where whoever handled it reads. A sheet shows what
was entered already (ledgers/quality) to who may read that, and stays empty otherwise. 31 is a letter and goes out under a number;
what is answered is entered there too, and not here.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Denied
from open12348.kernel.blocks import Block, Head, Lines, Para, Roster, Seal, Sign, Table
from open12348.kernel.workdays import legal_day
from open12348.ledgers.quality import checks
from open12348.ledgers.quality.models import Check, CheckKind, CheckResult
from open12348.spine.casework import Act
from open12348.spine.catalogue import Paper

from .assignment import LAWYER
from .decision import CAUSE, has_authority
from .facts import about, label, staff


def _check_facts(kind: str) -> Any:
    def found(act: Act) -> dict[str, Any]:
        row = (
            Check.objects.filter(order=act.order, kind=kind, done_at__isnull=False)
            .select_related("by")
            .order_by("-at")
            .first()
        )
        told: dict[str, Any] = {}
        if row is not None:
            try:
                told = checks.content(row, act.by, act.at)
            except Denied:
                row = None
        answers, words = told.get("answers") or {}, dict(checks.ANSWERS)
        return {
            **about(act), "asked": [{"q": text, "a": words.get(answers.get(c, ""))} for c, text in checks.QUESTIONS[kind]],
            "seen": str(told.get("found") or "") or None, "whom": str(told.get("whom") or "") or None,
            "happened": legal_day(row.at) if row is not None else None, "by_whom": staff(row.by) if row is not None else None,
            "result": label(CheckResult.choices, row.result) if row is not None else None, "place": None,
        }  # fmt: skip

    return found


HEAD: tuple[tuple[Any, Any], ...] = ((_("受援人"), "recipient"), (_("办事编号"), "case"), *CAUSE, *LAWYER[:2])
ASKED = Roster("asked", ("q", _("项目")), ("a", _("是、否或者不好说")))


def _sheet(first: tuple[Any, Any], by: Any) -> tuple[Block, ...]:
    return (
        Table(*HEAD), Table((_("日期"), "happened"), first), ASKED,
        Head(_("看到、听到的情况")), Lines("seen", 5),
        Table((_("结论"), "result"), (by, "by_whom")), Sign(_("记录人签名"), _("日期")),
    )  # fmt: skip


HEARING = Paper(
    no=30, code="hearing", title=_("庭审旁听情况记录表"), facts=_check_facts(CheckKind.HEARING), for_resident=False, tongues="zh", sheet=True,
    blocks=_sheet((_("开庭地点"), "place"), _("旁听人")),
)  # fmt: skip

VISIT = Paper(
    no=32, code="visit", title=_("受援人回访记录表"), facts=_check_facts(CheckKind.VISIT), for_resident=False, sheet=True,
    blocks=_sheet((_("见到或者通话的人"), "whom"), _("回访人")),
)  # fmt: skip

ORGAN = Paper(
    no=31, code="organ", title=_("征询办案机关意见函"), for_resident=False, tongues="zh", only=has_authority,
    facts=lambda act: {**about(act), "asked": [{"q": text, "a": None} for _code, text in checks.QUESTIONS[CheckKind.ORGAN]], "seen": None},
    blocks=(
        Para(_("%(authority)s："), to=True),
        Para(_("%(recipient)s的案件（案由：%(cause)s，贵机关案号：%(authority_no)s），由%(unit)s的%(lawyer)s提供法律援助。为了解办案质量，请就下列项目提出意见：")),
        ASKED, Head(_("其他意见和建议")), Lines("seen", 5), Seal(), Sign(_("办案机关承办人签名"), _("日期")),
    ),
)  # fmt: skip
