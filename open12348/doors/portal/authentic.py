"""Is this paper real? Answered to anybody, with one of three words and nothing else: no name, no kind of matter, no office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import limits
from open12348.kernel.access import Request, public
from open12348.spine import papers
from open12348.spine.files import MOST_BYTES

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


@public
def check(request: Request) -> HttpResponse:
    """Real, withdrawn, or not ours: by number and check code (typed or scanned), or by the file itself."""
    scanned = request.GET.get("n") is not None and request.GET.get("f") is not None
    by_file = request.method == "POST" and "file" in request.FILES
    typed = Typed(request.POST if request.method == "POST" and not by_file else request.GET if scanned else None)
    file = File(request.POST, request.FILES) if by_file else File()
    verdict, status = "", 200
    asked: Any = file if by_file else typed if typed.is_bound else None
    if asked is not None and asked.is_valid():
        at, said = timezone.now(), asked.cleaned_data
        # By address and by number: so that nobody tries codes until one fits, from one machine or from many.
        if not limits.allowed(f"check:{ip(request)}", most=30, seconds=900, at=at) or not (
            by_file or limits.allowed(f"check:{said['n']}", most=30, seconds=900, at=at)
        ):
            asked.add_error(None, _("试得太多了，请 15 分钟后再来，或拨打 12348。"))
            status = 429
        elif by_file:
            verdict = papers.verdict_of_file(said["file"].read())
        else:
            verdict = papers.verdict(said["n"], said["f"])
    context = {"typed": typed, "file": file, "verdict": verdict, "by_file": by_file}
    response = render(request, "portal/authentic.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
