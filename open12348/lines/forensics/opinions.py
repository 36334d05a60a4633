"""The opinion (司法鉴定意见书): its number without gaps, its days in their order, what a correction may touch, and who may check it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.workdays import legal_day
from open12348.spine import checks, papers
from open12348.spine.checks import CheckAnswer, PublicCheck, offer_check

from . import fields
from .models import ForensicInstitution, ForensicOpinion

# Numbers


def number(word: str, year: int, sign: str, serial: int) -> str:
    """新×司鉴〔2026〕临鉴字第12号: the institution's word, the year in hexagonal brackets, the field's sign, the serial. Pure."""
    return f"{word}〔{year}〕{sign}字第{serial}号"


def next_number(institution_id: int, field: str, at: datetime) -> str:
    """The next number of an institution's series, within a transaction: no gaps, for what is undone takes no number."""
    row = ForensicInstitution.objects.get(organisation_id=institution_id)
    found, year = fields.by_code(field), legal_day(at).year
    sign = found.word if found else "鉴"
    serial = numbers.next_serial(f"forensics:{institution_id}:{year}:{sign}")
    return number(row.word, year, sign, serial)


_BRACKETS = str.maketrans(
    {"[": "〔", "]": "〕", "【": "〔", "】": "〕", "(": "〔", ")": "〕", "（": "〔", "）": "〕", "﹝": "〔", "﹞": "〕"}
)


def plain_number(text: str) -> str:
    """A typed number as it is stored: brackets of any kind, spaces and full-width digits are taken as meant. Pure."""
    bare = unicodedata.normalize("NFKC", numbers.plain(text)).translate(_BRACKETS)
    return re.sub(r"第0+", "第", re.sub(r"\s+", "", bare))


# Days


def days_fault(opined: date, examined: Iterable[date], effective: date | None, today: date) -> Any:
    """Why a day cannot be that of an opinion; nothing when it can (B-F8). Pure."""
    done = list(examined)
    if not done:
        return _("还没有鉴定过程的实时记录，不能出意见（司法鉴定程序通则第二十七条）。")
    if opined > today:
        return _("意见的日期不能在将来。")
    if opined < max(done):
        return _("意见的日期（%(opined)s）不能早于检查、检验的日期（%(examined)s）。") % {
            "opined": opined.isoformat(), "examined": max(done).isoformat()
        }  # fmt: skip
    if effective is not None and opined < effective:
        return _("意见的日期不能早于委托书生效的日期（%(day)s）。") % {"day": effective.isoformat()}
    return None


# Corrections

#: What a correction may mend (Art 41). Anything else is another appraisal.
FAULTS: dict[str, Any] = {
    "picture": _("图像、谱图、表格不清晰"),
    "form": _("签名、盖章或者编号不符合制作要求"),
    "wording": _("文字表达有瑕疵或者错别字，不影响鉴定意见"),
}
ORIGINAL, SEPARATE = "original", "separate"
WAYS: dict[str, Any] = {ORIGINAL: _("在原意见书上补正"), SEPARATE: _("另出补正书")}


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum()).casefold()


def touches(opinion: str, before: str) -> bool:
    """Whether a passage lies in the words of an opinion, or the opinion in it, whatever the signs and gaps between. Pure."""
    words, passage = _letters(opinion), _letters(before)
    return bool(passage) and bool(words) and (passage in words or words in passage)


def correction_fault(opinion: str, before: str, after: str) -> Any:
    """Why a correction cannot be made; nothing when it can (B-F10, test 11): it must not touch the opinion."""
    if _letters(before) == _letters(after) and before.strip() == after.strip():
        return _("补正前后一样，请写改成什么。")
    if touches(opinion, before) or touches(opinion, after):
        return _(
            "要改的内容碰到了鉴定意见。补正不得改变鉴定意见的原意；对意见有异议的，请走重新鉴定（司法鉴定程序通则第三十一条、第四十一条）。"
        )
    return None


# Is it real?

#: The forms under which an opinion goes out: to an authority, and to a client outside proceedings.
PAPERS = frozenset({"opinion", "opinion_client"})


class Asked(forms.Form):
    """The number of an opinion, or its unified code."""

    number = forms.CharField(
        label=_("意见书编号或者统一赋码"), max_length=200, help_text=_("例如：新示司鉴〔2026〕临鉴字第12号。"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_number(self) -> str:
        """The number as it is stored."""
        return plain_number(str(self.cleaned_data["number"]))


def _answer(row: ForensicOpinion | None) -> CheckAnswer:
    """Valid, corrected, or not found; the institution and the day, and nothing of whom or what it is about."""
    if row is None or row.issued_at is None or row.case.institution is None:
        return checks.NOT_FOUND
    facts = ((_("鉴定机构"), row.case.institution.name), (_("出具日期"), legal_day(row.issued_at)))
    if row.amendments.exists():
        return CheckAnswer(checks.CHANGED, _("真的：这份意见书已出具，后来有补正，要和补正一起看。"), facts)
    return CheckAnswer(papers.REAL, _("真的：这份意见书已出具，现在有效。"), facts)


def answer(said: Mapping[str, Any], at: datetime) -> CheckAnswer:
    """What anybody may know of an opinion by its number or its unified code."""
    typed = str(said["number"])
    found = ForensicOpinion.objects.select_related("case__institution").filter(issued_at__isnull=False)
    return _answer(found.filter(number=typed).first() or found.filter(unified_code=typed).first())


def of_paper(paper: Any, at: datetime) -> CheckAnswer | None:
    """The same of an opinion that is checked by the code printed on it, where it stands."""
    if paper.revoked_at is not None or paper.form not in PAPERS:
        return None
    number = papers.content_of(paper)["facts"]["number"]["code"]
    row = ForensicOpinion.objects.select_related("case__institution").filter(number=number).first()
    return _answer(row) if row is not None else None


offer_check(
    PublicCheck(
        "forensics", _("司法鉴定意见书"), Asked, answer, limit_by="number", of_paper=of_paper,
        help=_("只说是真是假、哪家机构、哪天出具；不说鉴定谁、鉴定什么、意见是什么。"),
    )
)  # fmt: skip
