"""Who can help: a lawyer, a notary, an expert, a mediator near somebody, by need and language, with the licence's standing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import numbers
from open12348.kernel.access import Request, public
from open12348.registry import divisions, finding, specialities
from open12348.registry.models import PractitionerKind
from open12348.ui.fields import LANGUAGES

from .views import Region, where_of

MOST = 20


class Find(Region):
    """What somebody looks for; every field may be left out."""

    field_order = ("speciality", "language", "division", "q")

    speciality = forms.ChoiceField(label=gettext_lazy("为了什么事"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("用什么语言"), required=False)
    q = forms.CharField(
        label=gettext_lazy("姓名或执业证号"), required=False, max_length=80,
        help_text=gettext_lazy("想核实一个人是不是在执业，写在这里。"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "enterkeyhint": "search"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, kind: str = "") -> None:
        super().__init__(data)
        anything = ("", gettext_lazy("都可以"))
        self.fields["speciality"].choices = [anything, *((s.code, s.name) for s in specialities.of_kind(kind))]  # type: ignore[attr-defined]
        self.fields["language"].choices = [anything, *LANGUAGES]  # type: ignore[attr-defined]
        if len(self.fields["speciality"].choices) == 1:  # type: ignore[attr-defined]
            del self.fields["speciality"]


@public
def find(request: Request) -> HttpResponse:
    """Whom to look for; then who serves near the reader, nearest first, at one distance in the day's order."""
    kinds = [(code, PractitionerKind(code).label, what) for code, what in finding.KINDS]
    kind = request.GET.get("kind", "")
    if kind not in {code for code, _label, _what in kinds}:
        return render(request, "portal/practitioners.html", {"kinds": kinds, "kind": ""})
    form, division = where_of(request, lambda data: Find(data, kind=kind))
    form.is_valid()
    asked = getattr(form, "cleaned_data", {})
    wanted = finding.Wanted(
        kind, asked.get("speciality", ""), asked.get("language", ""), division, asked.get("q", "").strip()
    )
    at = timezone.now()
    page = Paginator(finding.search(wanted, at), MOST).get_page(numbers.plain(request.GET.get("page", "")))
    context = {
        "kinds": kinds, "kind": kind, "label": PractitionerKind(kind).label, "form": form, "division": division,
        "division_name": divisions.full_name(division), "page": page, "rows": finding.shown(page, at), "text": wanted.text,
        "chosen": _chosen(wanted), "spoken": dict(LANGUAGES),
        "wider": _wider(kind, wanted), "near": _distances(),
    }  # fmt: skip
    return render(request, "portal/practitioners.html", context)


def _chosen(wanted: finding.Wanted) -> list[Any]:
    """The conditions that hold, as the page repeats them above the list."""
    field = specialities.by_code(wanted.speciality, wanted.kind)
    said = [field.name if field else "", dict(LANGUAGES).get(wanted.language, ""), wanted.text]
    return [one for one in said if one]


def _distances() -> dict[int, Any]:
    """How far away, in words; kilometres say the rest."""
    return {
        finding.SAME_UNIT: _("就在您选的地方"), finding.SAME_TOWNSHIP: _("和您同一个乡镇"), finding.SAME_COUNTY: _("和您同一个县"),
    }  # fmt: skip


def _wider(kind: str, wanted: finding.Wanted) -> list[tuple[str, Any]]:
    """What to do when nobody was found: look wider, by one condition less."""
    found: list[tuple[str, Any]] = []
    here = f"{reverse('portal:practitioners')}?kind={kind}"
    if wanted.text or wanted.speciality or wanted.language:
        found.append((here, _("不限条件，看离您近的")))
    found.append((reverse("portal:practitioners"), _("换一类人员")))
    found.append((reverse("portal:ask"), _("写下来问我们，由我们帮您找")))
    return found
