"""Asking for help, one question after the other; what is typed is kept at each step."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any

import segno
from django import forms
from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from open12348.guidance import needs
from open12348.kernel import limits
from open12348.kernel.access import Request, Role, public
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, items, people
from open12348.registry.forms import RegionField
from open12348.registry.models import Division, Item
from open12348.spine import catalogue, clocks, files, guided, intake
from open12348.spine.catalogue import Service
from open12348.spine.models import Behalf, Case, Channel
from open12348.ui.fields import UploadField

from .views import WHERE as CHOSEN
from .views import leave, sentence

COOKIE = "draft"
#: What the page itself sends along with a step.
OWN = {"csrfmiddlewaretoken", "step", "page", "back", "item", "_refresh", "_seen"}
#: More answers than these are folded away below a question.
MOST_SHOWN = 4
WHERE = ("division", "language")
WHO = ("behalf", "reply_by", "phone", "name", "safe_contact", "helper_name", "helper_phone")
HELPER = ("helper_name", "helper_phone")
#: In whose name a resident may type: staff have their own door.
BEHALF = (Behalf.SELF, Behalf.RELATIVE, Behalf.CADRE)
DEFAULT_ITEM = "B03"  # advice on the web


class Papers(forms.Form):
    """Photos and papers that go with the need."""

    papers = UploadField(label=gettext_lazy("有照片或材料就附上"), required=False)


def ip(request: Request) -> str:
    """Where a request comes from, for counting tries only."""
    return str(request.META.get("REMOTE_ADDR", ""))


def uploads(given: Iterable[Any]) -> list[files.Upload]:
    """Files as the spine takes them."""
    return [files.Upload(f.name or "", f.read()) for f in given]


def _owner(request: Request) -> str:
    return "web:" + (request.COOKIES.get(COOKIE) or "")


@public
def ask(request: Request) -> HttpResponse:
    """Ask for help: what happened, where you live, how to reach you, look it over, send."""
    key = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(18)
    request.COOKIES[COOKIE] = key
    item_code = (request.POST.get("item") or request.GET.get("item") or DEFAULT_ITEM)[:20]
    found = items.by_code(item_code)
    service = catalogue.for_item(found.code) if found is not None else None
    if service is None or found is None:
        raise Http404
    if Role.RESIDENT not in service.takers:  # the item's page says where instead
        return redirect("portal:item", code=found.code)
    page = _Page(request, service, found, key)
    return _with_key(request, page.answer(), key)


class _Page:
    """One request to the page: which step, what was kept so far.

    A step is where, who or check; need, or for a guided form need:<page>, one for each question page; and rough, the rough
    answer before anything is sent, where the service foretells one.
    """

    def __init__(self, request: Request, service: Service, item: Item, key: str) -> None:
        self.request, self.service, self.item, self.key = request, service, item, key
        self.form_key = f"ask:{item.code}"
        self.kept = intake.draft(owner=_owner(request), form=self.form_key)
        self.found = bool(set(self.kept) - {"token"})
        self.kept.setdefault("token", secrets.token_urlsafe(12))
        self._walk()
        given = request.POST if request.method == "POST" else request.GET
        step, page = str(given.get("step") or "need")[:20], str(given.get("page") or "")[:60]
        if step == "need" and service.pages is not None:
            step = f"need:{page}" if self.way.page(page) else self._open() or self.steps[0]
        self.step = step if step in self.steps else self.steps[0]
        self.resumed = service.pages is not None and not page  # whoever comes back is shown where they stopped
        back = str(given.get("back") or "")
        self.back = back if back in {"rough", "check"} and back in self.steps else ""

    def _walk(self) -> None:
        """The steps as the answers so far make them."""
        self.way = guided.way(self.service, self.kept)
        need = ["need"] if self.service.pages is None else [f"need:{p.code}" for p in self.way.pages]
        self.steps = [*need, *(["rough"] if self.service.foretell is not None else []), "where", "who", "check"]

    @property
    def page(self) -> catalogue.Page | None:
        """The question page of this step, of a guided form."""
        return self.way.page(self.step[5:]) if self.step.startswith("need:") else None

    def _fields(self, step: str) -> list[str]:
        """The fields of the service's form that a step asks."""
        if step == "need":
            return self.way.fields
        found = self.way.page(step[5:]) if step.startswith("need:") else None
        return list(found.fields) if found else []

    def _open(self) -> str | None:
        """The first question page that nobody has answered yet."""
        if self.service.pages is None:
            return None
        seen = self.kept.get("_seen") or []
        for page in self.way.pages:
            if page.code not in seen or not guided.form_of(self.service, page.fields, self._typed()).is_valid():
                return f"need:{page.code}"
        return None

    def _typed(self) -> dict[str, Any]:
        return guided.lists(self.service, self.kept)

    def _query(self, step: str, back: str = "") -> str:
        """The address of a step, as a query."""
        name, _colon, page = step.partition(":")
        parts = {"item": self.item.code, "step": name, "page": page, "back": back}
        return "?" + urlencode({k: v for k, v in parts.items() if v})

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            self._hints()
            if self.step == "rough" and self._open():
                return redirect(self.request.path + self._query(str(self._open())))
            return self.show(self._empty())
        if "_forget" in self.request.POST:  # a shared computer: what somebody else wrote here goes at a touch
            intake.drop_draft(owner=_owner(self.request), form=self.form_key)
            return redirect(f"{self.request.path}?item={self.item.code}&fresh=1")
        # The token says which sending this is; only the last step may bring its own, or a late draft could revive an old one.
        apart = OWN | (set() if self.step == "check" else {"token"})
        typed = {k: v for k, v in guided.lists(self.service, self.request.POST).items() if k not in apart}
        if self.step == "where":  # a new choice above makes the old ones below void
            self.kept = {k: v for k, v in self.kept.items() if not k.startswith("division")}
        # A box that is not ticked any more is not sent: what the step asks is what was sent for it, and nothing older.
        self.kept = {**guided.without(self.service, self.kept, self._fields(self.step)), **typed}
        if self.step == "check":
            return self._send()
        if page := self.page:
            self.kept["_seen"] = [*(c for c in self.kept.get("_seen") or [] if c != page.code), page.code]
        intake.save_draft(owner=_owner(self.request), form=self.form_key, data=self.kept, at=timezone.now())
        if "_refresh" in self.request.POST:
            return self.show(self._empty())
        form = self._checked(self.step)
        if not form.is_valid():
            return self.show(form)
        return redirect(self.request.path + self._following())

    def _following(self) -> str:
        """Where the person goes on: to the next step of the way as it now is, or back to the page they came from to change
        one thing, once nothing new is asked because of it."""
        self._walk()
        if self.back:
            ahead = self._open()
            return self._query(ahead, self.back) if ahead else self._query(self.back)
        if self.step in self.steps:
            return self._query(self.steps[self.steps.index(self.step) + 1])
        return self._query(self._open() or self.steps[0])

    def _hints(self) -> None:
        """What the person already said elsewhere: the need they chose, the words they searched with, where they live."""
        given = self.request.GET
        self.carry: dict[str, str] = {}
        if given.get("topic") and not self.kept.get("topic"):
            self.carry["topic"] = given["topic"][:10]
        if given.get("say"):
            first = next(
                (n for n, f in self.service.form.base_fields.items() if isinstance(f.widget, forms.Textarea)), ""
            )
            if first and not self.kept.get(first):
                self.carry[first] = given["say"][:200]
        self.kept |= self.carry
        if self.request.session.get(CHOSEN) and not any(k.startswith("division") for k in self.kept):
            self.kept["division"] = self.request.session[CHOSEN]

    def _send(self) -> HttpResponse:
        papers = Papers(self.request.POST, self.request.FILES)
        if not papers.is_valid():
            return self.show(papers)

        def receive() -> intake.Received:
            return intake.receive(
                service=self.service.code, said=guided.asked_only(self.service, self.kept), contact=self.kept,
                channel=Channel.WEB, by=self.request.actor,
                at=timezone.now(), item_code=self.item.code, uploads=uploads(papers.cleaned_data["papers"]),
                alias=("web", self.kept["token"]),
            )  # fmt: skip

        try:
            try:
                came = receive()
            except IntegrityError:  # the same press of the button twice, at the same moment: the other one was first
                came = receive()
        except intake.Invalid as fault:
            return self._mend(fault.form)
        except files.BadFile as fault:
            papers.add_error("papers", str(fault.message))
            return self.show(papers)
        intake.drop_draft(owner=_owner(self.request), form=self.form_key)
        sent = [c for c in self.request.session.get("sent", []) if c != came.order.code]
        self.request.session["sent"] = [*sent[-9:], came.order.code]
        return redirect("portal:done", code=came.order.code)

    def _mend(self, fault: forms.Form) -> HttpResponse:
        """The first step in which the verb found something wrong, with what it found."""
        self.step = _step_of(fault)
        if self.step != "need":
            return self.show(self._checked(self.step))
        if self.service.pages is None:
            return self.show(fault)
        page = self.way.page_with(fault.errors) or self.way.pages[-1]
        self.step, self.back = f"need:{page.code}", "check"
        form = self._checked(self.step)
        form.full_clean()
        for name, errors in fault.errors.items():
            if name in form.fields:
                if name not in form.errors:
                    form.add_error(name, list(errors))
            elif name == "__all__" or (name in fault.fields and name not in self.way.fields):
                form.add_error(None, list(errors))
        return self.show(form)

    def _checked(self, step: str) -> forms.Form:
        """The step's form over what was kept, with its complaints."""
        if step == "need":
            return self.service.form(self._typed())
        if step.startswith("need:"):
            return guided.form_of(self.service, self._fields(step), self._typed())
        form = intake.ContactForm(self.kept)
        form.full_clean()
        return self._trimmed(form, step)

    def _empty(self) -> forms.Form:
        """The step's form filled with what was kept, without complaints about what is not filled yet."""
        if self.step in {"check", "rough"}:
            return Papers()
        initial = self._typed()
        initial["division"] = RegionField.widget().value_from_datadict(self.kept, {}, "division")
        if self.step == "need":
            return self.service.form(initial=initial)
        if self.step.startswith("need:"):
            return guided.form_of(self.service, self._fields(self.step), initial=initial)
        initial.setdefault("reply_by", "phone")
        initial.setdefault("behalf", Behalf.SELF.value)
        spoken = {"zh-hans": "zh", "ug": "ug"}.get(
            self.request.LANGUAGE_CODE
        )  # a proposal, shown and changed with a touch
        if spoken:
            initial.setdefault("language", spoken)
        return self._trimmed(intake.ContactForm(initial=initial), self.step)

    @staticmethod
    def _trimmed(form: forms.Form, step: str) -> forms.Form:
        """Only the fields of the step, as the portal shows them: choices side by side, only what a resident may choose."""
        wanted = WHERE if step == "where" else WHO
        for name in list(form.fields):
            if name not in wanted:
                form.fields.pop(name)
                if form.is_bound:
                    form.errors.pop(name, None)
        form.order_fields(list(wanted))
        for name in ("language", "behalf", "reply_by"):
            field = form.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                choices = intake._flat(field.choices)
                if name == "behalf":
                    choices = [(k, label) for k, label in choices if k in {b.value for b in BEHALF}]
                field.widget = forms.RadioSelect(choices=choices)
                field.needed = True  # type: ignore[attr-defined]  # one is always chosen
        if "division" in form.fields:
            form.fields["division"].label = _("县、乡镇、村")
        for name in ("phone", "helper_name"):  # whether they may be left out depends on the answer above
            if name in form.fields:
                form.fields[name].needed = True  # type: ignore[attr-defined]
        return form

    def _words(self) -> tuple[Any, Any]:
        """The question of this step, and the line below it."""
        page, first = self.page, _("您要办的是：%(item)s") % {"item": self.item.name}
        if page is not None:
            return page.question, page.help or (first if self.step == self.steps[0] else "")
        return {
            "need": (_("发生了什么？您想怎么办？"), first),
            "rough": (_("先看看大概的结果"), _("按您写的估计，还不是决定。怎样都可以接着办。")),
            "where": (_("您住在哪里？"), _("我们把您的事交给离您最近的服务点。不知道就空着。")),
            "who": (_("怎样告诉您结果？"), _("不想留电话，可以选“我自己来查”。")),
            "check": (_("看一看，对不对？"), _("送出以后给您一个编号。要改，点“改”。")),
        }[self.step]  # fmt: skip

    def show(self, form: forms.Form) -> HttpResponse:
        step, at = self.step, self.steps.index(self.step)
        asks = step == "need" or step.startswith("need:")
        before = [s for s in self.steps[:at] if s != "rough"]
        review = self._review(before)
        urgent = needs.urgent_topic(str(self.kept.get("topic", "")))
        question, hint = self._words()
        page = self.page
        only = page is not None and [str(f.label) for f in form.visible_fields()] == [str(question)]
        carry = {k: v for k, v in getattr(self, "carry", {}).items() if k not in form.fields} if page else {}
        context = {
            "item": self.item, "service": self.service, "step": step.partition(":")[0], "page": page.code if page else "",
            "form": form, "number": at + 1, "steps": len(self.steps), "returns": self.back, "carry": carry, "only": only,
            "back": self._query(self.back) if self.back else self._query(self.steps[at - 1]) if at else "",
            "question": question, "hint": hint,
            "urgent": urgent if asks and at == 0 else "", "leave": leave(), "token": self.kept["token"],
            "found": self.found and asks and (at == 0 or self.resumed),
            "fresh": "fresh" in self.request.GET, "parted": len(review) > MOST_SHOWN,
        }  # fmt: skip
        if step == "check":
            context |= {
                "review": review,
                "papers": form,
                "purpose": people.notice_for("handle_request"),
                "answered": [],
            }
        elif step == "rough":
            assert self.service.foretell is not None
            foretold = self.service.foretell(dict(self.way.said), legal_day(timezone.now()))
            onward = self._query(self.steps[at + 1])
            context |= {"foretold": foretold, "onward": onward, "answered": review, "purpose": ""}
        else:
            context |= {**self._parts(form), "purpose": sentence(context["step"]), "answered": review}
        return render(self.request, "portal/ask.html", context)

    def _parts(self, form: forms.Form) -> dict[str, Any]:
        """Which fields stand open, which folded away, which belong to somebody who asks for another."""
        bound = form.visible_fields()
        helper = [f for f in bound if f.name in HELPER and self.step == "who"]
        if self.step == "need":
            lead = [f for f in bound if f.field.required]
            more = [f for f in bound if not f.field.required] if lead else []
            lead = lead or bound
        elif self.page is not None:
            lead, more = bound, []
        else:
            more = [f for f in bound if f.name == "safe_contact"]
            lead = [f for f in bound if f not in helper and f not in more]
        return {"lead": lead, "more": more, "helper": helper, "more_open": any(f.errors or f.value() for f in more)}

    def _review(self, steps: Iterable[str]) -> list[tuple[Any, Any, str]]:
        """What was answered in some steps: question, answer in words, and the address of the step to change it in."""
        rows: list[tuple[Any, Any, str]] = []
        back = self.step if self.step in {"rough", "check"} else self.back
        for step in steps:
            form = self._checked(step)
            form.full_clean() if step.startswith("need") else None
            there = self._query(step, back)
            for name, field in form.fields.items():
                value = form.cleaned_data.get(name)
                if value in (None, "", []) or value is False or isinstance(field.widget, forms.HiddenInput):
                    continue
                choices = {str(k): label for k, label in intake._flat(getattr(field, "choices", []))}
                if isinstance(value, Division):
                    shown: Any = divisions.full_name(value)
                elif isinstance(value, list | tuple | set):
                    shown = _("、").join(str(choices.get(str(v), v)) for v in value)
                else:
                    shown = _("是") if value is True else choices.get(str(value), value)
                rows.append((field.label, str(shown), there))
        return rows


def _step_of(form: forms.Form) -> str:
    if not isinstance(form, intake.ContactForm):
        return "need"
    return "where" if set(form.errors) & set(WHERE) else "who"


def _with_key(request: Request, response: HttpResponse, key: str) -> HttpResponse:
    response.set_cookie(
        COOKIE, key, max_age=30 * 86400, httponly=True, samesite="Lax", secure=request.is_secure(), path="/ask/"
    )
    return response


@public
@require_POST
def keep_draft(request: Request) -> HttpResponse:
    """Keep what is being typed (called by the page's script)."""
    if not request.COOKIES.get(COOKIE) or not limits.allowed(
        f"draft:{ip(request)}", most=600, seconds=600, at=timezone.now()
    ):
        return JsonResponse({"saved": False}, status=429)
    try:
        data = dict(json.loads(request.body[:40000]).items())
        item_code, page = str(data.pop("item", DEFAULT_ITEM))[:10], str(data.pop("page", ""))[:60]
        typed = {
            str(k)[:40]: [str(one)[:200] for one in v[:60]] if isinstance(v, list) else str(v)[:6000]
            for k, v in data.items() if k not in OWN | {"token"}
        }  # fmt: skip
    except (ValueError, AttributeError):
        return JsonResponse({"saved": False}, status=400)
    form_key = f"ask:{item_code}"
    kept = intake.draft(owner=_owner(request), form=form_key)
    service = catalogue.for_item(item_code)
    if page and service is not None and (asked := guided.way(service, kept).page(page)):
        kept = guided.without(service, kept, asked.fields)  # a box that is not ticked any more is not sent
    intake.save_draft(owner=_owner(request), form=form_key, data={**kept, **typed}, at=timezone.now())
    return JsonResponse({"saved": True})


@public
def done(request: Request, code: str) -> HttpResponse:
    """The code, large, with a slip to print, and what happens next. Only to the browser that sent it."""
    if code not in request.session.get("sent", []):
        raise Http404
    case = Case.objects.select_related("order", "place").filter(order__code=code).first()
    if case is None:
        raise Http404
    address = request.build_absolute_uri(f"{reverse('portal:progress')}?code={code}")
    image = segno.make(address, error="m").svg_inline(scale=4, border=2)
    context = {
        "case": case, "qr": mark_safe(image), "service": catalogue.of(case),
        "last": clocks.answering(catalogue.of(case), case.order.deadlines.filter(state="running")),
        "findable": bool(case.order.phone_last4_hash),
    }  # fmt: skip
    return render(request, "portal/done.html", context)
