"""Is this mediator's certificate real, and does the grade still hold? Anybody may ask by its number or the sign printed on it.

A certificate that ran out, was replaced, lowered or taken away does not count any more, though the paper itself is real.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.workdays import legal_day
from open12348.spine import papers
from open12348.spine.checks import NOT_FOUND, REAL, WITHDRAWN, CheckAnswer, PublicCheck, offer_check
from open12348.spine.models import IssuedPaper

from . import grading
from .committee_models import MediatorGrade
from .grading_rules import AUTHORITIES


class Asked(forms.Form):
    """The number of the certificate."""

    certificate = forms.CharField(
        label=_("证书编号"), max_length=40, help_text=_("例如 TJDJ-653125-2026-0001，在证书上。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )  # fmt: skip

    def clean_certificate(self) -> str:
        return numbers.plain(str(self.cleaned_data["certificate"])).replace(" ", "").upper()


def told(grade: MediatorGrade | None, day: date) -> CheckAnswer:
    """What anybody may know of a grade: which, who gave it, and whether it holds."""
    if grade is None:
        return NOT_FOUND
    facts = (
        (_("等级"), grade.get_rank_display()), (_("评定层级"), AUTHORITIES[grade.authority]), (_("有效期到"), grade.valid_to),
    )  # fmt: skip
    if grade.ended_on is not None and grade.ended_on <= day:
        return CheckAnswer(WITHDRAWN, _("这份证书是真的，但等级已经变更或者撤销，现在不能用。"), facts)
    if grade.valid_to < day:
        return CheckAnswer(WITHDRAWN, _("这份证书是真的，但有效期已过，现在不能用。"), facts)
    return CheckAnswer(REAL, _("真的：这份证书现在有效。"), facts)


def answer(said: Mapping[str, Any], at: datetime) -> CheckAnswer:
    """The answer to a number."""
    return told(MediatorGrade.objects.filter(certificate=said["certificate"]).first(), legal_day(at))


def of_paper(paper: IssuedPaper, at: datetime) -> CheckAnswer | None:
    """The same of a certificate that is checked by the sign printed on it, while the paper itself was not withdrawn."""
    if paper.revoked_at is not None or paper.form != "certificate" or paper.order.case.service != grading.CODE:
        return None
    number = papers.content_of(paper)["facts"]["certificate"]["code"]
    grade = MediatorGrade.objects.filter(certificate=number).first()
    return told(grade, legal_day(at)) if grade is not None else None


offer_check(
    PublicCheck(
        "mediator", _("人民调解员等级证书"), Asked, answer, limit_by="certificate", of_paper=of_paper,
        help=_("只说是真是假、哪一级、到哪天有效；不说是谁。"),
    )
)  # fmt: skip
