"""The papers of one case: print, lay out, send, take the receipt in, withdraw."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from open12348.kernel import numbers, word
from open12348.kernel.access import Denied, Request
from open12348.kernel.workdays import TZ, legal_day
from open12348.registry import people
from open12348.spine import casework, files, journal, lists, masking, papers, story
from open12348.spine.catalogue import Paper
from open12348.spine.models import Case, Delivery, DeliveryWay, IssuedPaper
from open12348.ui.fields import LenientDateField

from .matter import PRINTING, READING, case_in_sight, on_cases
from .templatetags.console_papers import row


class Send(forms.Form):
    """How a paper goes out; by hand with who signed for it, when that is known already."""

    way = forms.ChoiceField(label=gettext_lazy("怎样送"), choices=DeliveryWay.choices, widget=forms.RadioSelect)
    to = forms.ChoiceField(label=gettext_lazy("送给谁"), choices=list(papers.TO.items()))
    to_name = forms.CharField(label=gettext_lazy("单位或姓名（不是申请人时填）"), required=False, max_length=200)
    mail_no = forms.CharField(label=gettext_lazy("邮件号（邮寄时填）"), required=False, max_length=60)
    through = forms.CharField(label=gettext_lazy("请哪个单位转交（转交时填）"), required=False, max_length=200)
    consent = forms.BooleanField(label=gettext_lazy("本人同意电子送达（电子送达时必须）"), required=False)
    name = forms.CharField(label=gettext_lazy("谁签收的（当面已经签收时填）"), required=False, max_length=200)


class Arrived(forms.Form):
    """That it arrived, and the proof."""

    day = LenientDateField(label=gettext_lazy("哪天收到的"), required=False, help_text=gettext_lazy("不填就是今天。"))
    name = forms.CharField(label=gettext_lazy("谁签收的"), max_length=200)
    receipt = forms.FileField(label=gettext_lazy("签好的送达回证（照片或 PDF）"), required=False)


class Why(forms.Form):
    """A reason."""

    why = forms.CharField(label=gettext_lazy("为什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class Make(forms.Form):
    """A form that the line offers for the case as it stands, made by hand."""

    form = forms.ChoiceField(label=gettext_lazy("哪种文书"))
    tongues = forms.ChoiceField(
        label=gettext_lazy("文字"), required=False,
        choices=[("", gettext_lazy("按申请人的语言")), ("zh", gettext_lazy("中文")), ("zh-ug", gettext_lazy("汉维对照"))],
    )  # fmt: skip

    def __init__(self, *args: Any, offered: list[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.fields["form"]
        assert isinstance(said, forms.ChoiceField)
        said.choices = [(p.code, p.title) for p in offered]


FORMS: dict[str, type[forms.Form]] = {"send": Send, "received": Arrived, "failed": Why, "revoke": Why}


def _paper(case: Case, pk: Any) -> IssuedPaper:
    found = papers.of_case(case.order).filter(pk=numbers.row(pk) or 0).first()
    if found is None:
        raise Http404
    return found


def _delivery(case: Case, pk: Any) -> Delivery:
    found = Delivery.objects.filter(paper__order=case.order, pk=numbers.row(pk) or 0).select_related("paper").first()
    if found is None:
        raise Http404
    return found


@on_cases
def papers_page(request: Request, code: str) -> HttpResponse:
    """All papers of a case with what can be done about each; a form that was not taken is shown with every word kept."""
    found = case_in_sight(request, code)
    kept: dict[str, forms.Form] = {}
    status = 200
    if request.method == "POST":
        act, _colon, pk = request.POST.get("act", "").partition(":")
        try:
            if act == "make" and (answer := _make(request, found, kept)) is not None:
                return answer
            form = FORMS[act](request.POST, request.FILES, auto_id=f"{act}-{pk}-%s") if act in FORMS else None
            if form is not None:
                kept[f"{act}:{pk}"] = form
            if act != "make" and (form is None or form.is_valid()):
                messages.success(request, _do(request, found, act, pk, form))
                return redirect("console:papers", code=code)
        except (papers.PaperFault, files.BadFile) as fault:
            messages.error(request, str(fault.message))
            status = 409
        except casework.Refused as fault:
            messages.error(request, str(fault.reason))
            status = 409
        except (journal.Conflict, PermissionDenied) as fault:
            messages.error(request, str(fault))
            status = 409
        found = case_in_sight(request, code)
    else:
        people.looked(person=found.order.person, by=request.actor, at=timezone.now(), purpose=READING, order_code=code)
    return _page(request, found, kept, status)


def _make(request: Request, case: Case, kept: dict[str, forms.Form]) -> HttpResponse | None:
    """Make an offered form: issued under a number, or printed as a sheet to write on. None: the form was not taken."""
    offered = casework.offered(case, request.actor)
    form = Make(request.POST, offered=offered, auto_id="make-%s")
    kept["make:"] = form
    if not form.is_valid():
        return None
    wanted = next(p for p in offered if p.code == form.cleaned_data["form"])
    marks: dict[str, Any] = {
        "case": case, "form": wanted.code, "by": request.actor, "at": timezone.now(), "tongues": form.cleaned_data["tongues"],
    }  # fmt: skip
    if wanted.sheet:
        sheet = casework.draw_sheet(**marks)
        people.looked(
            person=case.order.person, by=request.actor, at=marks["at"], purpose=PRINTING, order_code=case.order.code
        )
        return _hand_out(sheet, "application/pdf", f"{case.order.code}-{wanted.no:02d}.pdf", "inline")
    paper = casework.make_paper(expect=numbers.row(request.POST.get("seen")), **marks)
    messages.success(request, _("已出具，编号 %(number)s。") % {"number": paper.number})
    return redirect("console:papers", code=case.order.code)


def _do(request: Request, case: Case, act: str, pk: str, form: forms.Form | None) -> str:
    """Do what a button says, through the one verb for it. Out: the words of success."""
    at, by = timezone.now(), request.actor
    marks: dict[str, Any] = {"by": by, "at": at, "expect": numbers.row(request.POST.get("seen"))}
    said = form.cleaned_data if form is not None else {}
    if act == "send":
        by_hand = said["way"] == DeliveryWay.HAND and said["name"].strip()
        with transaction.atomic():
            sent = papers.deliver(
                paper=_paper(case, pk), way=said["way"], to=said["to"], to_name=said["to_name"], mail_no=said["mail_no"],
                through=said["through"], consent=said["consent"], **marks,
            )  # fmt: skip
            if by_hand:
                papers.received(delivery=sent, by=by, at=at, name=said["name"])
        if by_hand:
            return _("已当面送达，记下了。")
        return _("已送出。送到或送不到，请记下结果。")
    if act == "received":
        day = said["day"]
        when = None if day in (None, legal_day(at)) else datetime.combine(day, time(12), TZ)
        receipt = said["receipt"]
        upload = files.Upload(receipt.name or "", receipt.read()) if receipt else None
        papers.received(delivery=_delivery(case, pk), when=when, name=said["name"], receipt=upload, **marks)
        return _("送达记下了。")
    if act == "failed":
        papers.failed(delivery=_delivery(case, pk), why=said["why"], **marks)
        return _("记下了，可以换个办法再送。")
    if act == "revoke":
        papers.revoke(paper=_paper(case, pk), reason=said["why"], **marks)
        return _("已撤回。核对真伪的页面从现在起会这样说。")
    if act == "again":
        paper = papers.again(paper=_paper(case, pk), tongues=request.POST.get("tongues", "")[:12], **marks)
        return _("已出具，编号 %(number)s。") % {"number": paper.number}
    raise papers.PaperFault(_("没有这个操作。"))


def _page(request: Request, case: Case, kept: dict[str, forms.Form], status: int) -> HttpResponse:
    roles = lists.roles_over(request.actor, case)
    may_send, may_revoke = bool(roles & papers.SENDING), bool(roles & papers.REVOKING)
    rows = []
    for paper in papers.of_case(case.order):
        found = row(paper)
        found["send"] = kept.get(f"send:{paper.pk}") or Send(
            auto_id=f"send-{paper.pk}-%s", initial={"to": "applicant", "way": DeliveryWay.HAND}
        )
        found["revoke"] = kept.get(f"revoke:{paper.pk}") or Why(auto_id=f"revoke-{paper.pk}-%s")
        found["forms"] = [
            (
                d,
                kept.get(f"received:{d.pk}") or Arrived(auto_id=f"received-{d.pk}-%s"),
                kept.get(f"failed:{d.pk}") or Why(auto_id=f"failed-{d.pk}-%s"),
            )
            for d in found["waiting"]
        ]
        rows.append(found)
    offered = casework.offered(case, request.actor)
    context = {
        "make": kept.get("make:") or (Make(offered=offered, auto_id="make-%s") if offered else None),
        "case": case, "order": case.order, "subject": story.subject(case), "rows": rows, "may_send": may_send,
        "may_revoke": may_revoke, "open_act": next(iter(kept), ""), "to": papers.TO,
    }  # fmt: skip
    return render(request, "console/papers.html", context, status=status)


@on_cases
@require_GET
def as_word(request: Request, code: str, pk: int) -> HttpResponse:
    """The Word copy of a paper, for layout; it carries no check code."""
    found = case_in_sight(request, code)
    paper = _paper(found, pk)
    if masking.closed_to(found, request.actor):
        raise Denied(masking.CLOSED)
    people.looked(person=found.order.person, by=request.actor, at=timezone.now(), purpose=READING, order_code=code)
    return _hand_out(papers.as_word(paper), word.MIME, f"{paper.number}.docx", "attachment")


@on_cases
@require_GET
def receipt(request: Request, code: str, pk: int) -> HttpResponse:
    """The receipt of a delivery (送达回证), to be signed."""
    found = case_in_sight(request, code)
    delivery = _delivery(found, pk)
    people.looked(person=found.order.person, by=request.actor, at=timezone.now(), purpose=PRINTING, order_code=code)
    return _hand_out(papers.receipt(delivery), "application/pdf", f"{delivery.paper.number}-receipt.pdf", "inline")


def _hand_out(content: bytes, mime: str, name: str, how: str) -> HttpResponse:
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}  # fmt: skip
    return HttpResponse(content, content_type=mime, headers=headers)
