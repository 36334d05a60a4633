"""The resident's own pages: sign-in by a code to the phone, my matters, what I can do with one, my data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from open12348.kernel import limits
from open12348.kernel.access import Denied, Request, Role, for_roles, public
from open12348.kernel.workdays import legal_day
from open12348.registry import accounts, people
from open12348.registry.models import Person
from open12348.spine import casework, catalogue, clocks, closing, files, intake, journal, kin, lists, papers, private
from open12348.spine.catalogue import Phase
from open12348.spine.models import Case, Deadline, Document, DocumentKind, Grade
from open12348.ui.fields import NameField, PhoneField, UploadField

from . import standing
from .asking import ip, uploads

for_residents = for_roles(Role.RESIDENT, sign_in="portal:sign-in")


# Signing in


class PhoneForm(forms.Form):
    """The phone."""

    phone = PhoneField(label=gettext_lazy("手机号"))


class CodeForm(forms.Form):
    """The phone and the code it received."""

    phone = PhoneField(label=gettext_lazy("手机号"), widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("短信验证码（6 位）"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )  # fmt: skip


@public
def sign_in(request: Request) -> HttpResponse:
    """Phone, then code. The same answer whether the phone is known or not."""
    at = timezone.now()
    follow = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(follow, allowed_hosts=None):
        follow = ""

    def show(form: forms.Form, phone: str = "", status: int = 200) -> HttpResponse:
        context = {"form": form, "sent": bool(phone), "phone": phone, "next": follow}
        return render(request, "portal/sign_in.html", context, status=status)

    if request.method == "POST" and "code" in request.POST:
        form: forms.Form = CodeForm(request.POST)
        if not form.is_valid():
            return show(form, request.POST.get("phone", "")[:20]) if "phone" not in form.errors else show(PhoneForm())
        if not limits.allowed(f"otp:{ip(request)}", most=30, seconds=900, at=at):
            form.add_error(None, _("试得太多了，请 15 分钟后再来。"))
            return show(form, form.cleaned_data["phone"], status=429)
        found = people.check_code(phone=form.cleaned_data["phone"], code=form.cleaned_data["code"], at=at)
        if found is None:
            form.add_error("code", _("验证码不对或已经过期。请再看一下短信，或重新获取。"))
            return show(form, form.cleaned_data.get("phone", ""))
        request.session.cycle_key()
        request.session[accounts.RESIDENT_KEY] = found
        return redirect(follow or "portal:mine")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        if not (
            limits.allowed(f"sms:{people.hash_phone(number)}", most=5, seconds=3600, at=at)
            and limits.allowed(f"sms-ip:{ip(request)}", most=20, seconds=3600, at=at)
        ):
            form.add_error(None, _("验证码发得太多了，请过一小时再试，或拨打 12348。"))
            return show(form, status=429)
        people.send_code(phone=number, at=at, language=request.LANGUAGE_CODE)
        return show(CodeForm(initial={"phone": number}), number)
    return show(form)


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Forget who was signed in on this browser."""
    request.session.flush()
    return redirect("portal:home")


# My matters


class Words(forms.Form):
    """Something to say, and papers to show."""

    text = forms.CharField(
        label=gettext_lazy("想说的话"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )  # fmt: skip
    papers = UploadField(label=gettext_lazy("照片或文件"), required=False)


@for_residents
def mine(request: Request) -> HttpResponse:
    """My matters, newest first, and those I helped others with."""
    rows = [standing.row(c, request.actor.person_ids) for c in lists.of_resident(request.actor)]
    return render(request, "portal/mine.html", {"rows": rows})


def _own(request: Request, code: str) -> Case:
    found = lists.get(request.actor, code)
    if found is None:
        raise Http404
    return found


@for_residents
def case(request: Request, code: str) -> HttpResponse:
    """One matter: where it stands, what is asked of you, the answer, who helps; what you can do; the story."""
    found = _own(request, code)
    faulty: dict[str, forms.Form] = {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        done = _act(request, found, act, faulty)
        if done is not None:
            messages.success(request, done)
            bad = act == "rate" and request.POST.get("grade", "") in {
                str(g.value) for g in Grade if g <= Grade.DISSATISFIED
            }
            return redirect(f"{request.path}?open=reopen#move-reopen" if bad else request.path)
        found = _own(request, code)
    return _case_page(request, found, faulty)


def _act(request: Request, found: Case, act: str, faulty: dict[str, forms.Form]) -> str | None:
    """Do what was asked. Out: the sentence that says so; None when it was refused (said, or kept in `faulty`)."""
    at, by, text = timezone.now(), request.actor, request.POST.get("text", "")
    form = Words(request.POST, request.FILES, auto_id=f"{act}-%s")
    try:
        if act in {"answer", "say"}:
            if not form.is_valid():
                raise intake.Invalid(form)
            verb = casework.answer_correction if act == "answer" else casework.say
            verb(case=found, by=by, at=at, text=text, uploads=uploads(form.cleaned_data["papers"]))
            return _("收到了，谢谢。办理时间继续计算。") if act == "answer" else _("留言已送到。")
        if act == "rate":
            closing.rate(case=found, by=by, at=at, grade=request.POST.get("grade", ""), text=text)
            return _("谢谢您的评价。")
        if act.startswith("move:"):
            casework.make(
                case=found,
                move=act[5:],
                by=by,
                at=at,
                data=request.POST,
                uploads=casework.uploads_of(found, act[5:], request.FILES),
            )
            return _("已办好。")
    except intake.Invalid as fault:
        if act in {"answer", "say"} and fault.form is not form:
            for complaint in fault.form.errors.get("text", []):
                form.add_error("text", complaint)
        faulty[act] = form if act in {"answer", "say"} else fault.form
    except files.BadFile as fault:
        if act.startswith("move:"):
            messages.error(request, str(fault.message))
        form.add_error("papers", str(fault.message))
        faulty |= {act: form} if act in {"answer", "say"} else {}
    except casework.Refused as fault:
        messages.error(request, str(fault.reason))
    except (journal.Conflict, Denied) as fault:
        messages.error(request, str(fault))
    if request.FILES:  # browsers do not keep chosen files
        messages.warning(request, _("文件没有收下，改好后请重新选一次文件。"))
    return None


def _case_page(request: Request, found: Case, faulty: dict[str, forms.Form]) -> HttpResponse:
    outcome = closing.current_outcome(found.order)
    rated = getattr(outcome, "rating", None) if outcome else None
    rating = None
    if outcome is not None and rated is None and found.phase == Phase.DONE.value:
        rating = faulty.get("rate") or closing.RatingForm()
        rating.auto_id = "rate-%s"
    moves, act = [], request.POST.get("act", "")
    for move in casework.open_moves(found, request.actor):
        again = request.POST if act == f"move:{move.code}" else None  # refused: what was typed stays
        form = faulty.get(f"move:{move.code}") or casework.form_of(
            move, found, request.actor, again, files=request.FILES if again else None
        )
        if form is not None:
            form.auto_id = f"{move.code}-%s"
        moves.append((move, form))
    typed = {"text": request.POST.get("text", "")} if request.method == "POST" else {}
    service = catalogue.of(found)
    shown = service.resident_panels(found, request.actor, timezone.now()) if service.resident_panels else []
    context = {
        "panels": {where: [p for p in shown if p.where == where] for where in ("top", "now", "story")},
        "case": found, **standing.of(found), "story": _told(request, found), "moves": moves, "rating": rating, "rated": rated,
        "answer": found.order.documents.filter(kind=DocumentKind.ANSWER, for_resident=True).order_by("-at", "-id").first()
        if found.phase == Phase.DONE.value else None,
        "answer_form": faulty.get("answer") or Words(initial=typed if act == "answer" else {}, auto_id="answer-%s"),
        "say_form": faulty.get("say") or Words(initial=typed if act == "say" else {}, auto_id="say-%s"),
        "open_move": request.GET.get("open", "")[:40] or act.removeprefix("move:"),
        "may_private": private.is_client(request.actor, found) and private.in_use(found, timezone.now()),
        "kin": kin.of(found, request.actor), "whole": "whole" in request.GET,
    }  # fmt: skip
    return render(request, "portal/case.html", context)


def _told(request: Request, found: Case) -> list[standing.Step]:
    """The story of a matter; with `whole` in the address, that of everything it hangs together with, as one."""
    if "whole" not in request.GET:
        return standing.story(found)
    steps = [
        replace(step, of=matter.subject, code="" if matter.here else matter.code)
        for matter in kin.everything(found, request.actor) if matter.case is not None
        for step in standing.story(matter.case)
    ]  # fmt: skip
    return sorted(steps, key=lambda step: step.at)


@for_residents
@require_GET
def clock(request: Request, code: str, pk: int) -> HttpResponse:
    """The day-by-day account of one limit, for the person it was promised to; format=json gives it as data."""
    found = _own(request, code)
    deadline = Deadline.objects.filter(order=found.order, pk=pk).first()
    if deadline is None:
        raise Http404
    now = timezone.now()
    if request.GET.get("format") == "json":
        return JsonResponse(clocks.as_json(deadline, now), json_dumps_params={"ensure_ascii": False, "indent": 1})
    reckoning, today = clocks.account(deadline, now), legal_day(now)
    lines = [
        {"day": d.day, "kind": d.kind, "n": d.n, "ahead": d.day > today, "is_today": d.day == today}
        for d in reckoning.days
    ]
    context = {
        "case": found, "deadline": deadline, "reckoning": reckoning, "lines": lines,
        "label": catalogue.of(found).clock(deadline.clock).label, "total": deadline.amount + deadline.extended_by,
        "of_person": not deadline.pauses.exclude(reason=clocks.AWAITED).exists(),
    }  # fmt: skip
    return render(request, "portal/clock.html", context)


@for_residents
@require_GET
def file(request: Request, code: str, pk: int) -> HttpResponse:
    """A paper of one's own matter."""
    found = _own(request, code)
    document = Document.objects.filter(order=found.order, pk=pk, for_resident=True).first()
    if document is None or not document.has_file:
        raise Http404
    papers.opened(document=document, by=request.actor, at=timezone.now())
    return HttpResponse(
        files.content(document), content_type=document.mime,
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


# Rights over one's own data


class CorrectForm(forms.Form):
    """What may be corrected."""

    name = NameField(label=gettext_lazy("姓名"), required=False)
    name_ug = NameField(label=gettext_lazy("姓名（维吾尔文）"), required=False)
    address = forms.CharField(
        label=gettext_lazy("住址"), required=False, max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )


@for_residents
def my_data(request: Request) -> HttpResponse:
    """Who looked at my file, when and why; my consents; correct, download, delete."""
    own = list(Person.objects.filter(pk__in=request.actor.person_ids).order_by("pk"))
    faulty: dict[int, forms.Form] = {}
    if request.method == "POST":
        person = next((p for p in own if str(p.pk) == request.POST.get("person")), None)
        if person is None:
            raise Http404
        answer = _change_data(request, person, faulty)
        if answer is not None:
            return answer
    return _data_page(request, own, faulty)


def _change_data(request: Request, person: Person, faulty: dict[int, forms.Form]) -> HttpResponse | None:
    """Correct, consent, take consent back, delete. Out: where to go on; None when the form must be mended."""
    at, by, act = timezone.now(), request.actor, request.POST.get("act")
    if act == "correct":
        form = CorrectForm(request.POST, auto_id=f"p{person.pk}-%s")
        if not form.is_valid():
            faulty[person.pk] = form
            return None
        people.correct(person=person, by=by, at=at, **form.cleaned_data)
        messages.success(request, _("已改好。"))
    elif act in {"consent", "withdraw"}:
        purpose = people.notice_for(request.POST.get("purpose", ""))
        if purpose is not None and not purpose.necessary:
            if act == "consent":
                people.consent(person=person, purpose=purpose, by=by, at=at)
            else:
                people.withdraw_consent(person=person, purpose_code=purpose.code, by=by, at=at)
            messages.success(request, _("已按您的意思改好。"))
    elif act == "erase":
        kept = closing.kept(person, at)
        if not request.POST.get("sure"):
            messages.error(request, _("要删除，请先勾选“我看过了，确定要删除”。"))
        elif closing.in_hand(person):
            messages.error(request, _("还有正在办理的事，办结或撤回以后才能删除。"))
        else:
            people.erase(person=person, by=by, at=at, kept="；".join(f"{c} {u}" for c, u in kept))
            messages.success(request, _("已删除能认出您的信息。依法要保存的档案只保存、不再使用，期满销毁。"))
            return redirect("portal:mine")
    return redirect("portal:data")


def _data_page(request: Request, own: list[Person], faulty: dict[int, forms.Form]) -> HttpResponse:
    at, optional = timezone.now(), [p for p in people.purposes() if not p.necessary]
    entries: list[dict[str, Any]] = [
        {
            "person": p, "kept": closing.kept(p, at), "consents": [(u, people.consents_to(p, u.code)) for u in optional],
            "form": faulty.get(p.pk)
            or CorrectForm(initial={"name": p.name, "name_ug": p.name_ug, "address": p.address}, auto_id=f"p{p.pk}-%s"),
        }
        for p in own
    ]  # fmt: skip
    context = {
        "people": entries,
        "views": people.views_of(request.actor.person_ids, but=lists.own_secrets(request.actor)),
    }
    return render(request, "portal/data.html", context)


@for_residents
@require_GET
def download(request: Request) -> HttpResponse:
    """All that is held about me, as a file."""
    own = Person.objects.filter(pk__in=request.actor.person_ids).order_by("pk")
    hidden = lists.own_secrets(request.actor)
    data = {
        "people": [people.own_data(p, but=hidden) for p in own],
        "orders": [
            {
                "code": c.order.code, "service": c.service, "state": c.state, "received_at": c.order.received_at.isoformat(),
                "said": intake.said(c.order),
                # That there are private notes, never more: they are locked, and a file lies about.
                **({"private_notes": private.count(request.actor, c)} if private.is_client(request.actor, c) else {}),
                "documents": [{"at": d.at.isoformat(), "kind": d.kind, "title": d.title, "text": d.text}
                              for d in c.order.documents.filter(for_resident=True)],
            }
            for c in lists.of_resident(request.actor)
        ],
    }  # fmt: skip
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
