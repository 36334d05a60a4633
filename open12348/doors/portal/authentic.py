"""Is this paper real? Answered to anybody, with one of three words and nothing else: no name, no kind of matter, no office.

Beside it stand the checks that lines declare (spine/checks.py), each under ?kind=<code>, with the same limit of tries.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import limits
from open12348.kernel.access import Request, public
from open12348.spine import checks, papers
from open12348.spine.checks import CheckAnswer, PublicCheck
from open12348.spine.files import MOST_BYTES
from open12348.ui.templatetags.ui import apart, day

from .asking import ip


class Typed(forms.Form):
    """What stands on the paper."""

    n = forms.CharField(
        label=_("文书编号"), max_length=80, help_text=_("在标题下面，例如 3125-0226-0001-2364-09-01。"),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    f = forms.CharField(
        label=_("核对码"), max_length=80, help_text=_("在最后一页的码旁边，16 个数字和字母。"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_n(self) -> str:
        number = papers.number_of(self.cleaned_data["n"])
        if not number:
            raise forms.ValidationError(_("文书编号是 20 位数字，例如 3125-0226-0001-2364-09-01。"))
        return number

    def clean_f(self) -> str:
        fingerprint = papers.fingerprint_of(self.cleaned_data["f"])
        if not fingerprint:
            raise forms.ValidationError(_("核对码是 16 个数字和字母（0—9，a—f），请再核对一遍。"))
        return fingerprint


class File(forms.Form):
    """The PDF itself."""

    file = forms.FileField(label=_("收到的 PDF 文件"), widget=forms.FileInput(attrs={"accept": "application/pdf"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 10 MB。我们发的文书没有这么大。"))
        return file


#: Tries in a quarter of an hour: from one address, and for one number from wherever.
MOST, SECONDS = 30, 900


@public
def check(request: Request) -> HttpResponse:
    """Real, withdrawn, or not ours: by number and check code (typed or scanned), or by the file itself; or a declared check."""
    kind = request.GET.get("kind", "")
    if kind:
        declared = checks.get(kind)
        if declared is None:
            raise Http404
        return _declared(request, declared)
    scanned = request.GET.get("n") is not None and request.GET.get("f") is not None
    by_file = request.method == "POST" and "file" in request.FILES
    typed = Typed(request.POST if request.method == "POST" and not by_file else request.GET if scanned else None)
    file = File(request.POST, request.FILES) if by_file else File()
    verdict, status, at = "", 200, timezone.now()
    more: CheckAnswer | None = None
    asked: Any = file if by_file else typed if typed.is_bound else None
    if asked is not None and asked.is_valid():
        said = asked.cleaned_data
        if not _allowed(request, "" if by_file else said["n"], at):
            asked.add_error(None, TOO_OFTEN)
            status = 429
        else:
            paper = papers.found_file(said["file"].read()) if by_file else papers.found(said["n"], said["f"])
            verdict = papers.verdict_of(paper)
            more = checks.of_paper(paper, at) if paper is not None else None
    return _page(request, {"typed": typed, "file": file, "verdict": verdict, "by_file": by_file}, more, status)


TOO_OFTEN = _("试得太多了，请 15 分钟后再来，或拨打 12348。")


def _allowed(request: Request, number: str, at: datetime) -> bool:
    """By address and by number: so that nobody tries codes until one fits, from one machine or from many."""
    here = limits.allowed(f"check:{ip(request)}", most=MOST, seconds=SECONDS, at=at)
    return here and (not number or limits.allowed(f"check:{number}", most=MOST, seconds=SECONDS, at=at))


def _declared(request: Request, declared: PublicCheck) -> HttpResponse:
    """A check of a line: typed in, or scanned when every field stands in the address."""
    scanned = all(name in request.GET for name in declared.form.base_fields)
    form = declared.form(request.POST if request.method == "POST" else request.GET if scanned else None)
    answer, status, at = None, 200, timezone.now()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        number = f"{declared.code}:{said[declared.limit_by]}" if declared.limit_by else ""
        if not _allowed(request, number, at):
            form.add_error(None, TOO_OFTEN)
            status = 429
        else:
            answer = declared.answer(said, at)
    return _page(request, {"declared": declared, "form": form}, answer, status)


def _page(request: Request, what: dict[str, Any], answer: CheckAnswer | None, status: int) -> HttpResponse:
    facts = [(label, day(v) if isinstance(v, date) else apart(v)) for label, v in answer.facts] if answer else []
    context = {"declared": None, **what, "answer": answer, "facts": facts, "checks": checks.checks()}
    response = render(request, "portal/authentic.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
