"""Where a need stands, without signing in: status only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import limits
from open12348.kernel.access import Request, public
from open12348.kernel.sealed import keyed_hash
from open12348.spine.models import Case
from open12348.ui.fields import CodeField, Last4Field

from . import standing
from .asking import ip


class ProgressForm(forms.Form):
    """The code and the last four digits of the phone."""

    code = CodeField(label=gettext_lazy("办事编号（16 位）"))
    last4 = Last4Field(label=gettext_lazy("手机号后四位"), max_length=8)


@public
def progress(request: Request) -> HttpResponse:
    """Where a need stands, for whoever has the code and the last four digits of the phone; tells status only."""
    form = ProgressForm(request.POST or None, initial={"code": request.GET.get("code", "")[:24]})
    case, status = None, 200
    if request.method == "POST" and form.is_valid():
        at, code = timezone.now(), form.cleaned_data["code"]
        if not (
            limits.allowed(f"progress:{ip(request)}", most=20, seconds=900, at=at)
            and limits.allowed(f"progress:{code}", most=10, seconds=900, at=at)
        ):
            form.add_error(None, _("试得太多了，请 15 分钟后再来，或拨打 12348。"))
            status = 429
        else:
            hashed = keyed_hash(form.cleaned_data["last4"], "last4")
            case = (
                Case.objects.select_related("order", "place", "merged_into")
                .filter(order__code=code, order__phone_last4_hash=hashed)
                .exclude(order__phone_last4_hash="")
                .first()
            )
            if case is None:
                form.add_error(None, _("没有找到。请核对编号和手机号后四位；没有留手机号的，请拨打 12348 查询。"))
    context: dict[str, Any] = {"form": form, "case": case, "since": None}
    if case is not None:
        context |= {**standing.of(case), "form": ProgressForm()}
    return render(request, "portal/progress.html", context, status=status)
