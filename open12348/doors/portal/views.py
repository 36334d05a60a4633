"""The resident's pages. They read, and they call verbs; they write nothing themselves."""

from __future__ import annotations

import json
import secrets
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from open12348.guidance import needs
from open12348.kernel import limits, numbers
from open12348.kernel.access import Denied, Request, Role, for_roles, public
from open12348.kernel.sealed import keyed_hash
from open12348.registry import accounts, divisions, items, people, places
from open12348.registry.forms import RegionField
from open12348.registry.models import Person
from open12348.spine import casework, catalogue, clocks, closing, files, intake, journal, lists
from open12348.spine.catalogue import Phase
from open12348.spine.models import Case, Channel, Document
from open12348.ui.fields import CodeField, Last4Field, NameField, PhoneField, UploadField

for_residents = for_roles(Role.RESIDENT, sign_in="portal:sign-in")
COOKIE = "draft"


def _ip(request: Request) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


@public
def home(request: Request) -> HttpResponse:
    """What happened to you? Everyday needs, and the ways on."""
    return render(request, "portal/home.html", {"needs": needs.everyday()})


@public
def find(request: Request) -> HttpResponse:
    """Needs and items for what somebody typed."""
    text = request.GET.get("q", "")[:200]
    need = needs.by_code(request.GET.get("need", ""))
    if need is not None:
        found = [i for i in (items.by_code(c) for c in need.items) if i is not None]
        chosen = [need]
    else:
        chosen, found = needs.find(text)
    return render(request, "portal/find.html", {"q": text, "needs": chosen, "items": found, "need": need})


class Region(forms.Form):
    """Where somebody lives."""

    division = RegionField(label=gettext_lazy("您住在哪里"), required=False)


@public
def items_list(request: Request) -> HttpResponse:
    """The published list."""
    text = request.GET.get("q", "")[:200]
    return render(request, "portal/items.html", {"items": items.search(text), "q": text})


@public
def item(request: Request, code: str) -> HttpResponse:
    """One item in plain words, and the nearest place that offers it."""
    found = items.by_code(code)
    if found is None:
        raise Http404
    form = Region(request.GET)
    division = form.cleaned_data.get("division") if form.is_valid() else None
    context = {
        "item": found,
        "form": form,
        "division": division,
        "near": places.near(division, found.code) if division else [],
        "online": catalogue.for_item(found.code) is not None,
    }
    return render(request, "portal/item.html", context)


@public
def places_near(request: Request) -> HttpResponse:
    """Places for somebody who lives in a unit; no coordinates asked."""
    form = Region(request.GET)
    division = form.cleaned_data.get("division") if form.is_valid() else None
    now = timezone.now()
    near = places.near(division) if division else []
    rows = [(p, places.hours_on(p, now), places.open_at(p, now)) for p in near]
    return render(request, "portal/places.html", {"form": form, "division": division, "rows": rows})


# Asking, one step after the other; what is typed is kept at each step


STEPS = ("need", "where", "who", "check")
WHERE = ("division", "language")
WHO = ("name", "phone", "reply_by", "safe_contact", "behalf", "helper_name", "helper_phone")


def _owner(request: Request) -> str:
    return "web:" + (request.COOKIES.get(COOKIE) or "")


@public
def ask(request: Request) -> HttpResponse:
    """Ask for help: what happened, where you live, how to reach you, look it over, send."""
    key = request.COOKIES.get(COOKIE) or ""
    if not key:
        key = secrets.token_urlsafe(18)
        request.COOKIES[COOKIE] = key
    item_code = (request.POST.get("item") or request.GET.get("item") or "B03").strip().upper()[:10]
    service = catalogue.for_item(item_code)
    found = items.by_code(item_code)
    if service is None or found is None:
        raise Http404
    form_key = f"ask:{item_code}"
    kept = intake.draft(owner=_owner(request), form=form_key)
    if request.GET.get("topic") and not kept.get("topic"):
        kept["topic"] = request.GET["topic"][:10]
    step = request.POST.get("step") or request.GET.get("step") or "need"
    step = step if step in STEPS else "need"
    kept.setdefault("token", secrets.token_urlsafe(12))
    if request.method == "POST":
        typed = {k: v for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken", "step", "item", "_refresh"}}
        if step == "where":  # a new choice above makes the old ones below void
            kept = {k: v for k, v in kept.items() if not k.startswith("division")}
        kept = {**kept, **typed}
        if step != "check":
            intake.save_draft(owner=_owner(request), form=form_key, data=kept, at=timezone.now())
        form = _step_form(service, step, kept)
        if "_refresh" in request.POST:
            return _ask_page(request, found, service, step, _unbound(service, step, kept), key, kept)
        if step != "check":
            if not form.is_valid():
                return _ask_page(request, found, service, step, form, key, kept)
            following = STEPS[STEPS.index(step) + 1]
            return _with_key(redirect(f"{request.path}?item={item_code}&step={following}"), key)
        try:
            uploads = [files.Upload(f.name or "", f.read()) for f in request.FILES.getlist("files")]
            came = intake.receive(
                service=service.code, said=kept, contact=kept, channel=Channel.WEB, by=request.actor,
                at=timezone.now(), item_code=item_code, uploads=uploads, alias=("web", kept["token"]),
            )  # fmt: skip
        except intake.Invalid as fault:
            back = _step_of(fault.form)
            return _ask_page(
                request,
                found,
                service,
                back,
                fault.form if back == "need" else _step_form(service, back, kept),
                key,
                kept,
            )
        except files.BadFile as fault:
            messages.error(request, str(fault.message))
            return _ask_page(request, found, service, "check", None, key, kept)
        intake.drop_draft(owner=_owner(request), form=form_key)
        request.session["sent"] = [*request.session.get("sent", [])[-9:], came.order.code]
        return redirect("portal:done", code=came.order.code)
    return _ask_page(request, found, service, step, _unbound(service, step, kept), key, kept)


def _fields(step: str) -> tuple[str, ...]:
    return WHERE if step == "where" else WHO


def _step_form(service: catalogue.Service, step: str, kept: dict[str, Any]) -> forms.Form:
    if step == "need":
        return service.form(kept)
    form = intake.ContactForm(kept)
    form.full_clean()
    wanted = _fields(step)
    for name in list(form.fields):
        if name not in wanted:
            form.fields.pop(name)
            form._errors.pop(name, None)  # type: ignore[attr-defined]
    return form


def _unbound(service: catalogue.Service, step: str, kept: dict[str, Any]) -> forms.Form | None:
    """The step's form filled with what was kept, without complaints about what is not filled yet."""
    if step == "check":
        return None
    initial = {**kept}
    initial["division"] = RegionField.widget().value_from_datadict(kept, {}, "division")
    if step == "need":
        return service.form(initial=initial)
    initial.setdefault("reply_by", "phone")
    initial.setdefault("language", "zh")
    form = intake.ContactForm(initial=initial)
    for name in list(form.fields):
        if name not in _fields(step):
            form.fields.pop(name)
    return form


def _step_of(form: forms.Form) -> str:
    if not isinstance(form, intake.ContactForm):
        return "need"
    return "where" if set(form.errors) & set(WHERE) else "who"


def _ask_page(
    request: Request, found: Any, service: Any, step: str, form: Any, key: str, kept: dict[str, Any]
) -> HttpResponse:
    review = []
    if step == "check":
        need, who = service.form(kept), intake.ContactForm(kept)
        need.full_clean()
        who.full_clean()
        for part, target in ((need, "need"), (who, None)):
            for name, field in part.fields.items():
                value = part.cleaned_data.get(name)
                if value in (None, "", False) or name in {"read_back", "item"}:
                    continue
                choices = dict(intake._flat(getattr(field, "choices", [])))
                shown = divisions.full_name(value) if name == "division" else choices.get(value, value)
                review.append((field.label, shown, target or ("where" if name in WHERE else "who")))
    context = {
        "item": found, "service": service, "step": step, "form": form, "number": STEPS.index(step) + 1,
        "steps": len(STEPS), "back": STEPS[STEPS.index(step) - 1] if step != "need" else "", "review": review,
        "upload": _upload_input(),
        "purpose": people.notice_for("handle_request"),
    }  # fmt: skip
    return _with_key(render(request, "portal/ask.html", context), key)


def _upload_input() -> str:
    widget = UploadField(required=False).widget
    assert isinstance(widget, forms.Widget)
    return str(widget.render("files", None, {"id": "id_files"}))


def _with_key(response: HttpResponse, key: str) -> HttpResponse:
    response.set_cookie(COOKIE, key, max_age=30 * 86400, httponly=True, samesite="Lax")
    return response


@public
@require_POST
def keep_draft(request: Request) -> HttpResponse:
    """Keep what is being typed (called by the page's script)."""
    if not request.COOKIES.get(COOKIE) or not limits.allowed(
        f"draft:{_ip(request)}", most=240, seconds=600, at=timezone.now()
    ):
        return JsonResponse({"saved": False}, status=429)
    try:
        data = json.loads(request.body[:40000])
        item_code = str(data.pop("item", "B03"))[:10]
        typed = {str(k)[:40]: str(v)[:6000] for k, v in data.items() if k != "step"}
    except (ValueError, AttributeError):
        return JsonResponse({"saved": False}, status=400)
    form_key = f"ask:{item_code}"
    kept = intake.draft(owner=_owner(request), form=form_key)
    intake.save_draft(owner=_owner(request), form=form_key, data={**kept, **typed}, at=timezone.now())
    return JsonResponse({"saved": True})


@public
def done(request: Request, code: str) -> HttpResponse:
    """The code, large, and what happens next. Only to the browser that sent it."""
    if code not in request.session.get("sent", []):
        raise Http404
    case = Case.objects.select_related("order", "place").filter(order__code=code).first()
    if case is None:
        raise Http404
    image = segno.make(numbers.group(code), error="m").svg_inline(scale=4)
    last = case.order.deadlines.filter(state="running").order_by("-due_at").first()
    context = {"case": case, "qr": mark_safe(image), "last": last, "state": catalogue.of(case).state(case.state)}
    return render(request, "portal/done.html", context)


# Progress without signing in: status only


class ProgressForm(forms.Form):
    """The code and the last four digits of the phone."""

    code = CodeField(label=gettext_lazy("办事编号（16 位）"))
    last4 = Last4Field(label=gettext_lazy("手机号后四位"), max_length=8)


@public
def progress(request: Request) -> HttpResponse:
    """Where a need stands, for whoever has the code and the last four digits of the phone; tells status only."""
    form = ProgressForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    case = None
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        code = form.cleaned_data["code"]
        if not (
            limits.allowed(f"progress:{_ip(request)}", most=20, seconds=900, at=at)
            and limits.allowed(f"progress:{code}", most=10, seconds=900, at=at)
        ):
            form.add_error(None, _("试得太多了，请 15 分钟后再来，或拨打 12348。"))
            return render(request, "portal/progress.html", {"form": form}, status=429)
        hashed = keyed_hash(form.cleaned_data["last4"], "last4")
        case = (
            Case.objects.select_related("order", "place", "merged_into")
            .filter(order__code=code, order__phone_last4_hash=hashed)
            .exclude(order__phone_last4_hash="")
            .first()
        )
        if case is None:
            form.add_error(None, _("没有找到。请核对编号和手机号后四位；没有留手机号的，请拨打 12348 查询。"))
    context: dict[str, Any] = {"form": form, "case": case}
    if case is not None:
        context |= _standing(case)
    return render(request, "portal/progress.html", context)


def _standing(case: Case) -> dict[str, Any]:
    """Where a case stands in plain words, with its clocks."""
    service, now = catalogue.of(case), timezone.now()
    rows = []
    for deadline in case.order.deadlines.all().order_by("started_at", "id"):
        if deadline.state != "stopped":
            rows.append((service.clock(deadline.clock).label, deadline, clocks.account(deadline, now)))
    correction = case.order.corrections.filter(answered_at__isnull=True).first()
    return {"state": service.state(case.state), "clocks": rows, "waiting": correction, "service": service}


# Signing in by a code to the phone


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
    if request.method == "POST" and "code" in request.POST:
        form: forms.Form = CodeForm(request.POST)
        if form.is_valid():
            if not limits.allowed(f"otp:{_ip(request)}", most=30, seconds=900, at=at):
                form.add_error(None, _("试得太多了，请 15 分钟后再来。"))
            else:
                found = people.check_code(phone=form.cleaned_data["phone"], code=form.cleaned_data["code"], at=at)
                if found is not None:
                    request.session.cycle_key()
                    request.session[accounts.RESIDENT_KEY] = found
                    return redirect(follow if follow.startswith("/") and not follow.startswith("//") else "portal:mine")
                form.add_error("code", _("验证码不对或已经过期。请再看一下短信，或重新获取。"))
        return render(request, "portal/sign_in.html", {"form": form, "sent": True, "next": follow})
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        hashed = people.hash_phone(number)
        if not (
            limits.allowed(f"sms:{hashed}", most=5, seconds=3600, at=at)
            and limits.allowed(f"sms-ip:{_ip(request)}", most=20, seconds=3600, at=at)
        ):
            form.add_error(None, _("验证码发得太多了，请过一小时再试，或拨打 12348。"))
        else:
            people.send_code(phone=number, at=at, language=request.LANGUAGE_CODE)
            return render(
                request,
                "portal/sign_in.html",
                {"form": CodeForm(initial={"phone": number}), "sent": True, "next": follow},
            )
    return render(request, "portal/sign_in.html", {"form": form, "sent": False, "next": follow})


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Forget who was signed in on this browser."""
    request.session.flush()
    return redirect("portal:home")


@for_residents
def mine(request: Request) -> HttpResponse:
    """My matters."""
    rows = [(c, catalogue.of(c), catalogue.of(c).state(c.state)) for c in lists.of_resident(request.actor)]
    return render(request, "portal/mine.html", {"rows": rows})


def _own(request: Request, code: str) -> Case:
    found = lists.get(request.actor, code)
    if found is None:
        raise Http404
    return found


@for_residents
def case(request: Request, code: str) -> HttpResponse:
    """One matter: where it stands, the clock, what is asked of you, the story; and what you can do."""
    found = _own(request, code)
    faulty: dict[str, forms.Form] = {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        at, by = timezone.now(), request.actor
        try:
            uploads = [files.Upload(f.name or "", f.read()) for f in request.FILES.getlist("files")]
            text = request.POST.get("text", "")
            if act == "answer":
                casework.answer_correction(case=found, by=by, at=at, text=text, uploads=uploads)
                messages.success(request, _("收到了，谢谢。办理时间继续计算。"))
            elif act == "say":
                casework.say(case=found, by=by, at=at, text=text, uploads=uploads)
                messages.success(request, _("留言已送到。"))
            elif act == "rate":
                closing.rate(case=found, by=by, at=at, grade=request.POST.get("grade", ""), text=text)
                messages.success(request, _("谢谢您的评价。"))
            elif act.startswith("move:"):
                casework.make(case=found, move=act[5:], by=by, at=at, data=request.POST)
                messages.success(request, _("已办好。"))
            return redirect("portal:case", code=code)
        except intake.Invalid as fault:
            faulty[act] = fault.form
        except casework.Refused as fault:
            messages.error(request, str(fault.reason))
        except files.BadFile as fault:
            messages.error(request, str(fault.message))
        except (journal.Conflict, Denied) as fault:
            messages.error(request, str(fault))
    service = catalogue.of(found)
    outcome = closing.current_outcome(found.order)
    typed = request.POST if request.method == "POST" else {}
    context = {
        "case": found, **_standing(found), "said": intake.said_rows(found.order, service),
        "documents": found.order.documents.filter(for_resident=True).order_by("at"),
        "moves": [(m, faulty.get(f"move:{m.code}") or (m.form() if m.form else None)) for m in casework.open_moves(found, request.actor)],
        "rating": outcome and not hasattr(outcome, "rating") and (faulty.get("rate") or closing.RatingForm()),
        "rated": outcome and getattr(outcome, "rating", None),
        "errors": faulty, "typed": typed.get("text", ""), "act": typed.get("act", ""), "done": found.phase == Phase.DONE.value,
        "links": [*found.order.links_out.select_related("second"), *found.order.links_in.select_related("first")],
    }  # fmt: skip
    return render(request, "portal/case.html", context)


@for_residents
@require_GET
def file(request: Request, code: str, pk: int) -> HttpResponse:
    """A paper of one's own matter."""
    found = _own(request, code)
    document = Document.objects.filter(order=found.order, pk=pk, for_resident=True, blob__isnull=False).first()
    if document is None:
        raise Http404
    return HttpResponse(
        files.content(document), content_type=document.mime,
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip


# Rights over one's own data


class CorrectForm(forms.Form):
    """What may be corrected."""

    name = NameField(label=gettext_lazy("姓名"), required=False)
    name_ug = NameField(label=gettext_lazy("姓名（维吾尔文）"), required=False)
    address = forms.CharField(label=gettext_lazy("住址"), required=False, max_length=200)


def _people(request: Request) -> list[Person]:
    return list(Person.objects.filter(pk__in=request.actor.person_ids))


@for_residents
def my_data(request: Request) -> HttpResponse:
    """Who looked at my file, when and why; my consents; correct, download, delete."""
    mine = _people(request)
    at, by = timezone.now(), request.actor
    if request.method == "POST":
        person = next((p for p in mine if str(p.pk) == request.POST.get("person")), None)
        if person is None:
            raise Http404
        act = request.POST.get("act")
        if act == "correct":
            form = CorrectForm(request.POST)
            if form.is_valid():
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
            if any(until == str(_("正在办理")) for _code, until in kept):
                messages.error(request, _("还有正在办理的事，办结或撤回以后才能删除。"))
            else:
                people.erase(person=person, by=by, at=at, kept="；".join(f"{c} {u}" for c, u in kept))
                messages.success(request, _("已删除能认出您的信息。依法要保存的档案只保存、不再使用，期满销毁。"))
                return redirect("portal:mine")
        return redirect("portal:data")
    from open12348.registry.models import Purpose

    purposes = list(Purpose.objects.order_by("code", "-version").distinct("code"))
    context = {
        "people": [(p, CorrectForm(initial={"name": p.name, "name_ug": p.name_ug, "address": p.address}), closing.kept(p, at),
                    [(u, people.consents_to(p, u.code)) for u in purposes if not u.necessary]) for p in mine],
        "views": people.views_of(by.person_ids), "purposes": purposes,
    }  # fmt: skip
    return render(request, "portal/data.html", context)


@for_residents
@require_GET
def download(request: Request) -> HttpResponse:
    """All that is held about me, as a file."""
    data = {
        "people": [people.own_data(p) for p in _people(request)],
        "orders": [
            {
                "code": c.order.code, "service": c.service, "state": c.state, "received_at": c.order.received_at.isoformat(),
                "said": intake.said(c.order),
                "documents": [{"at": d.at.isoformat(), "kind": d.kind, "title": d.title, "text": d.text}
                              for d in c.order.documents.filter(for_resident=True)],
            }
            for c in lists.of_resident(request.actor)
        ],
    }  # fmt: skip
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@public
def notice(request: Request) -> HttpResponse:
    """Why personal data is asked for, and the rights people have."""
    from open12348.registry.models import Purpose

    return render(
        request, "portal/notice.html", {"purposes": Purpose.objects.order_by("code", "-version").distinct("code")}
    )


@public
def offline(request: Request) -> HttpResponse:
    """What the phone shows without a line."""
    return render(request, "portal/offline.html")


@public
@cache_control(max_age=3600)
def worker(request: Request) -> HttpResponse:
    """The service worker: keeps the shell of the portal for a broken line."""
    shell = json.dumps(["/offline/", static("ui/ui.css"), static("ui/ui.js"), static("ui/icon.svg")])
    script = (
        "const SHELL=" + shell + ";const NAME='shell-1';"
        "self.addEventListener('install',e=>e.waitUntil(caches.open(NAME).then(c=>c.addAll(SHELL))));"
        "self.addEventListener('activate',e=>e.waitUntil(caches.keys().then(k=>Promise.all(k.filter(n=>n!==NAME).map(n=>caches.delete(n))))));"
        "self.addEventListener('fetch',e=>{const r=e.request;if(r.method!=='GET')return;const u=new URL(r.url);"
        "if(u.pathname.startsWith('/static/')){e.respondWith(caches.match(r).then(m=>m||fetch(r)));return;}"
        "if(r.mode==='navigate'){e.respondWith(fetch(r).catch(()=>caches.match('/offline/')));}});"
    )
    return HttpResponse(script, content_type="text/javascript")


@public
@cache_control(max_age=86400)
def manifest(request: Request) -> HttpResponse:
    """What makes the portal installable on a phone."""
    return JsonResponse(
        {
            "name": _("公共法律服务 12348"), "short_name": "12348", "start_url": "/", "display": "standalone",
            "background_color": "#fbfaf7", "theme_color": "#0b4f4a", "dir": "auto",
            "icons": [{"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )  # fmt: skip
