"""公示: what is shown in public about those who serve, and the same list for whoever keeps a copy. Nothing about residents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Request, public
from open12348.registry import postings
from open12348.registry.models import Posting, PostingKind

PER_PAGE = 20


class Wanted(forms.Form):
    """Which postings: of one kind, of one county."""

    kind = forms.ChoiceField(label=_("哪一类"), required=False)
    county = forms.ChoiceField(label=_("哪个地方"), required=False)

    def __init__(self, data: Any, *, at: datetime) -> None:
        super().__init__(data)
        self.places = {d.code: d for d in postings.counties(at)}
        self.fields["kind"].choices = [("", _("全部")), *PostingKind.choices]  # type: ignore[attr-defined]
        self.fields["county"].choices = [("", _("全部")), *((c, d.name) for c, d in self.places.items())]  # type: ignore[attr-defined]


def _fresh(response: HttpResponse, at: datetime) -> HttpResponse:
    """A copy may be kept until midnight at most: then something on it may have closed."""
    response["Cache-Control"] = f"public, max-age={postings.fresh_for(at, most=300)}"
    return response


@public
def shown(request: Request) -> HttpResponse:
    """Everything that stands, the newest first. A kind or place that is unknown shows everything."""
    at = timezone.now()
    form = Wanted(request.GET, at=at)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = postings.standing(at, kind=chosen.get("kind") or "", county=form.places.get(chosen.get("county") or ""))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(p, postings.may_object(p, at)) for p in page]
    response = render(request, "portal/postings.html", {"form": form, "page": page, "rows": rows})
    response["Cache-Control"] = "no-cache"  # the page is in the reader's language and says what is true now
    return response


def _plain(row: Posting) -> dict[str, Any]:
    who = row.practitioner or row.organisation
    return {
        "id": row.pk, "kind": row.kind, "line": row.line, "title": row.title, "text": row.text, "county": row.division.code,
        "who": {"zh": who.name_zh, "ug": who.name_ug} if who else None, "posted_at": row.posted_at.isoformat(),
        "until": row.until.isoformat(), "objection_until": row.objection_until.isoformat() if row.objection_until else None,
        "document": row.document,
    }  # fmt: skip


@public
def listed(request: Request) -> HttpResponse:
    """The same for whoever keeps a copy: what stands, and the numbers of what is to be thrown away."""
    at = timezone.now()
    body = {"at": at.isoformat(), "postings": [_plain(p) for p in postings.standing(at)], "gone": postings.gone(at)}
    return _fresh(JsonResponse(body, json_dumps_params={"ensure_ascii": False}), at)
