"""Taking a need down at a desk or on the phone: one screen, the keyboard alone, in under a minute."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from open12348.kernel import limits, numbers
from open12348.kernel.access import Denied, Request, for_roles
from open12348.kernel.workdays import legal_day
from open12348.registry import items, people, places
from open12348.registry.forms import RegionField
from open12348.registry.models import Item, Person, Place
from open12348.spine import casework, catalogue, guided, intake, lists, story
from open12348.spine.catalogue import Move, Service
from open12348.spine.models import Channel

from . import acts
from .menu import TAKING

taking = for_roles(*TAKING)

#: Why people are shown while a need is taken down, and how often in five minutes (a quick desk needs about sixty).
SAME, MOST_HINTS = gettext_noop("登记时核对是不是同一个人"), 200

#: What a draft of this screen is filed under, and how much may be in it.
DRAFT, MOST_DRAFT = "desk", 60_000
#: The item of the national list that a desk starts with when none is named: advice, at the window or on the phone.
FIRST_ITEM = {Channel.DESK.value: "B01", Channel.HOTLINE.value: "B02"}


def typed(source: Any, name: str, most: int = 120) -> str:
    """One value as typed, without signs that no database takes."""
    return str(source.get(name, "") or "").replace("\x00", "")[:most].strip()


def my_place(request: Request) -> Place | None:
    """The place of the first of the actor's roles that has one."""
    for grant in request.actor.grants:
        if grant.place_id is not None:
            return places.working().filter(pk=grant.place_id).select_related("division").first()
    return None


@dataclass(frozen=True)
class Likely:
    """Somebody who may be the one at the desk, with their matters; those out of sight are only counted."""

    person: Person
    why: str
    seen: list[tuple[Any, str]]
    elsewhere: list[Any]


def likely(request: Request, source: Any) -> list[Likely]:
    """Who may be the one described by name, phone or number, and which recent matters they have."""
    at, by = timezone.now(), request.actor
    found = people.find(
        phone=typed(source, "phone", 40), id_number=typed(source, "id_number", 40), name=typed(source, "name")
    )[:5]
    for match in found:  # shown is looked at: written down once an hour, not at every letter
        if limits.allowed(f"hint:{by.account_id}:{match.person.pk}", most=1, seconds=3600, at=at):
            people.looked(person=match.person, by=by, at=at, purpose=SAME)
    rows = [(m, lists.alike(by, person_ids=[m.person.pk], at=at)) for m in found]
    seen = set(lists.visible(by).filter(pk__in=[c.pk for _m, cs in rows for c in cs]).values_list("pk", flat=True))
    return [
        Likely(
            m.person, m.why, [(c, story.subject(c)) for c in cs if c.pk in seen], [c for c in cs if c.pk not in seen]
        )
        for m, cs in rows
    ]


def _first_item(request: Request) -> Item | None:
    return items.by_code(FIRST_ITEM.get(intake.channel_for(request.actor), "B01")) or items.by_code("B01")


def _item(request: Request, text: str) -> tuple[Item | None, list[Item]]:
    """The item that was chosen or typed: by its code, else by the words; several when the words fit several."""
    text = numbers.plain(text).replace("\x00", "").strip()[:80]
    if not text:
        return _first_item(request), []
    found = items.by_code(text.split()[0])
    if found is not None:
        return found, []
    like = items.search(text)
    return (like[0], []) if len(like) == 1 else (None, like[:8])


def _of_move(move: Move, post: Any) -> dict[str, Any]:
    """What was typed into one move's part of the screen, under the names its form knows."""
    form = acts.of_move(move, prefix=move.code)
    if form is None:
        return {}
    own = any(key.startswith(f"{move.code}-") for key in post)
    return {
        name: field.widget.value_from_datadict(post, {}, form.add_prefix(name) if own else name)
        for name, field in form.fields.items()
    }


@taking
def intake_page(request: Request) -> HttpResponse:
    """Who, what, and answered at once if possible. Refused words stay; a double press makes one order."""
    post = request.POST
    owner = f"account:{request.actor.account_id}"
    if "_clear" in post:
        intake.drop_draft(owner=owner, form=DRAFT)
        return redirect("console:intake")
    draft = intake.draft(owner=owner, form=DRAFT) if request.method == "GET" else {}
    source: Any = post if request.method == "POST" else draft
    asked = request.GET.get("item") or typed(source, "item", 80)
    item, like = _item(request, asked)
    if item is None:
        item = items.by_code(typed(post, "item_was", 10)) or _first_item(request)
        messages.warning(request, _("没有认出这个事项，请从列表里选一个。"))
    service = catalogue.for_item(item.code) if item else None
    if item is None or service is None:
        messages.error(request, _("还没有载入服务事项，请告诉管理员。"))
        return redirect("console:home")
    if request.method == "POST" and not like and not {"_refresh", "_item"} & set(post):
        return _take(request, item, service)
    if request.headers.get("X-Fragment"):  # an answer changed what is asked: the questions alone
        kept = _kept(source, service)
        return render(request, "console/_need.html", _questions(service, service.form(initial=kept), kept))
    if not service.takers & request.actor.roles:
        messages.warning(request, _("这一项不由您这里登记。"))
    return _screen(request, item, service, initial=_kept(source, service), draft=bool(draft), like=like)


def _kept(source: Any, service: Service) -> dict[str, Any]:
    """What was typed so far, carried into the forms of the present item; the story follows into its first long field."""
    kept = guided.lists(service, source) if hasattr(source, "items") else {}
    if isinstance(source, QueryDict):
        kept["division"] = RegionField.widget().value_from_datadict(source, {}, "division")
    long = next((n for n, f in service.form.base_fields.items() if isinstance(f.widget, forms.Textarea)), "")
    if long and not kept.get(long):
        kept[long] = kept.get("question") or kept.get("summary") or ""
    return kept


def _questions(service: Service, form: forms.Form, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked about the need, as the answers so far make it; and the rough answer, once all that is asked is said."""
    way = guided.way(service, typed)
    typed = guided.lists(service, typed)
    told = None
    if service.foretell is not None and all(guided.form_of(service, p.fields, typed).is_valid() for p in way.pages):
        told = service.foretell(dict(way.said), legal_day(timezone.now()))
    return {
        "need": form, "asked": [f for f in form.visible_fields() if f.name in way.fields or f.errors], "foretold": told,
        "asked_was": ",".join(way.fields), "guided": service.pages is not None or service.foretell is not None,
    }  # fmt: skip


def _not_shown(service: Service, post: QueryDict) -> bool:
    """True when the answers lead to questions that the screen did not show yet."""
    if service.pages is None or "asked_was" not in post:
        return False
    return bool(set(guided.way(service, post).fields) - set(str(post["asked_was"]).split(",")))


def _take(request: Request, item: Item, service: Service) -> HttpResponse:
    post, at, by = request.POST, timezone.now(), request.actor
    if _not_shown(service, post):
        messages.warning(request, _("还没有登记：按刚才的回答，还有几个问题要问。"))
        return _screen(request, item, service, initial=_kept(post, service))
    said: Mapping[str, Any] = post if service.pages is None else guided.asked_only(service, post)
    moves = {code: service.move(code) for code in service.desk}
    move = moves.get(typed(post, "move", 40))
    who = post.copy()
    person = _chosen(request)
    if person is not None:
        who["name"], who["phone"] = post.get("name") or person.name, post.get("phone") or person.phone
    data = _of_move(move, post) if move else None
    if typed(post, "language", 10) not in dict(intake.LANGUAGES) and "_add" not in post:
        # Declared by the person, never assumed from a name, a place or a habit of the desk (house.md, 6).
        contact, need = intake.ContactForm(who), service.form(said)
        contact.full_clean()
        contact.data = post  # what is known of the person is not shown to whoever typed a name alone
        need.full_clean()
        if "language" not in contact.errors:
            contact.add_error("language", _("请问一声本人想用哪种语言。"))
        return _screen(request, item, service, contact=contact, need=need)
    if "_add" in post:
        return _add(request, typed(post, "_add", 20), typed(post, _long(service), 4000))
    try:
        order = casework.receive_and_make(
            move=move.code if move else "", data=data, service=service.code, said=said, contact=who,
            channel=typed(post, "channel", 12) if typed(post, "channel", 12) in Channel.values else intake.channel_for(by),
            by=by, at=at, item_code=item.code, place=my_place(request), person=person, urgent=bool(post.get("urgent")),
            alias=("desk", _once(post)) if post.get("once") else None,
        )  # fmt: skip
    except intake.Invalid as fault:
        contact, need = intake.ContactForm(who), service.form(said)
        contact.full_clean()
        contact.data = post  # what is known of the person is not shown to whoever typed a name alone
        need.full_clean()
        bad = None
        if move and not isinstance(fault.form, intake.ContactForm | service.form):
            bad = acts.of_move(move, _prefixed(move, data or {}), prefix=move.code)
            if bad is not None:
                bad.full_clean()
        elif isinstance(fault.form, intake.ContactForm):
            for name, errors in fault.form.errors.items():
                if name not in contact.errors:
                    contact.add_error(name, list(errors))
        return _screen(request, item, service, contact=contact, need=need, bad=bad)
    except (casework.Refused, Denied) as fault:
        messages.error(request, str(getattr(fault, "reason", fault)))
        return _screen(request, item, service, initial=_kept(post, service))
    intake.drop_draft(owner=f"account:{by.account_id}", form=DRAFT)
    messages.success(request, _("已登记，编号 %(code)s。") % {"code": numbers.group(order.code)})
    return redirect(reverse("console:case", args=[order.code]) + "?taken=1")


def _prefixed(move: Move, data: dict[str, Any]) -> dict[str, Any]:
    return {f"{move.code}-{name}": value for name, value in data.items()}


def _long(service: Service) -> str:
    return next((n for n, f in service.form.base_fields.items() if isinstance(f.widget, forms.Textarea)), "question")


def _once(post: Any) -> str:
    """One press, one order: the mark of the page with a mark of what was typed, so that other words are another need."""
    words = json.dumps(sorted((k, post.getlist(k)) for k in post if k != "csrfmiddlewaretoken"), ensure_ascii=False)
    return f"{typed(post, 'once', 40)}:{hashlib.sha256(words.encode()).hexdigest()[:16]}"


def _chosen(request: Request) -> Person | None:
    """The known person the clerk pointed at, if it is one of those the typed words suggest: nobody else's file is reached."""
    pk = numbers.row(request.POST.get("person"))
    if pk is None:
        return None
    return next((row.person for row in likely(request, request.POST) if row.person.pk == pk), None)


def _add(request: Request, code: str, text: str) -> HttpResponse:
    """Put what was typed to a matter that is open already, instead of taking the same need down twice."""
    found = lists.get(request.actor, code)
    if found is None or found.phase == "done":
        messages.error(request, _("这件事已经办结，或者不归您查看；请登记为新事。"))
        return redirect("console:intake")
    try:
        casework.say(case=found, by=request.actor, at=timezone.now(), text=text)
    except intake.Invalid:
        messages.error(request, _("请先在“什么事”里写几句话，再加到那件事里。"))
        return redirect("console:case", code=code)
    intake.drop_draft(owner=f"account:{request.actor.account_id}", form=DRAFT)
    messages.success(request, _("已加到这件事里，没有另立编号。"))
    return redirect(reverse("console:case", args=[code]) + "?taken=1")


def _screen(
    request: Request, item: Item, service: Service, *, contact: forms.Form | None = None, need: forms.Form | None = None,
    bad: forms.Form | None = None, initial: dict[str, Any] | None = None, draft: bool = False, like: list[Item] | None = None,
) -> HttpResponse:  # fmt: skip
    place = my_place(request)
    start = {
        "behalf": "operator" if intake.channel_for(request.actor) == Channel.HOTLINE else "clerk", "reply_by": "phone",
        "division": place.division.code if place else "", **{k: v for k, v in (initial or {}).items() if v not in ("", None)},
    }  # fmt: skip
    if "division_county" in start and isinstance(initial, dict):
        start["division"] = start.get("division_village") or start.get("division_township") or start["division_county"]
    source: Any = request.POST if request.method == "POST" else (initial or {})
    chosen = typed(source, "move", 40)
    moves = []
    for code in service.desk:
        move = service.move(code)
        form = bad if bad is not None and code == chosen else acts.of_move(move, prefix=code)
        if form is not None and not form.is_bound:
            form.initial = {
                n: source.get(form.add_prefix(n)) or source.get(n)
                for n in form.fields
                if n in source or form.add_prefix(n) in source
            }
        moves.append((move, form))
    contact = contact or intake.ContactForm(initial=start)
    if not contact.is_bound:
        contact.fields["name"].widget.attrs["autofocus"] = True
    for name in ("name", "phone", "id_number", "division", "read_back"):
        contact.fields[name].help_text = ""  # the desk knows; the words are for people at home
    form = need or service.form(initial={**start, "item": item.code})
    for field in form.fields.values():
        field.help_text = ""
    contact.fields["language"].choices = [("", _("问本人")), *intake.LANGUAGES]  # type: ignore[attr-defined]
    contact.fields[
        "language"
    ].required = True  # for the label; whether it was said is looked at before anything is taken
    known = likely(request, source) if any(typed(source, n) for n in ("name", "phone", "id_number")) else []
    context = {
        "item": item, "service": service, "contact": contact, **_questions(service, form, source),
        "moves": moves, "chosen": chosen,
        "items": sorted(story.item_names().items()), "like": like or [], "channels": Channel.choices,
        "channel": typed(source, "channel", 12) or intake.channel_for(request.actor), "likely": known, "place": place,
        "person": numbers.row(typed(source, "person", 20)) or "", "urgent": bool(source.get("urgent")), "draft": draft,
        "once": typed(request.POST, "once", 40) or f"{request.actor.account_id}-{timezone.now().timestamp():.6f}",
        "answers": _answers(typed(source, "topic", 10), typed(source, "language", 10)), "lead": next(iter(service.desk), ""),
    }  # fmt: skip
    return render(request, "console/intake.html", context)


def _answers(topic: str, language: str) -> list[tuple[str, str]]:
    if not topic:
        return []
    return [a for s in catalogue.current() if s.templates for a in s.templates(topic, language or "zh")]


@taking
@require_GET
def hints(request: Request) -> HttpResponse:
    """While typing: who it may be, and their open matters. For taking down, not for looking people up: so only this often."""
    if not limits.allowed(f"hints:{request.actor.account_id}", most=MOST_HINTS, seconds=300, at=timezone.now()):
        return render(request, "console/_hints.html", {"too_often": True})
    return render(
        request, "console/_hints.html",
        {"likely": likely(request, request.GET), "person": numbers.row(typed(request.GET, "person", 20)) or ""},
    )  # fmt: skip


@taking
@require_GET
def answers(request: Request) -> HttpResponse:
    """While typing: answers that fit the topic, in the language of the person."""
    found = _answers(typed(request.GET, "topic", 10), typed(request.GET, "language", 10))
    return render(request, "console/_answers.html", {"answers": found, "target": "answer-answer"})


@taking
@require_POST
def draft(request: Request) -> HttpResponse:
    """Keep what was typed so far, so that it survives a closed browser. Only plain words, and only this many."""
    if len(request.body) > MOST_DRAFT:
        return JsonResponse({"error": str(_("写得太长，没有存下草稿。"))}, status=413)
    try:
        data = json.loads(request.body)
    except ValueError:
        return JsonResponse({"error": str(_("看不懂这次请求"))}, status=400)
    if not isinstance(data, dict):
        return JsonResponse({"error": str(_("看不懂这次请求"))}, status=400)
    kept = {
        str(k)[:60]: v.replace("\x00", "")[:6000] if isinstance(v, str) else [str(one)[:200] for one in v[:60]]
        for k, v in data.items()
        if isinstance(v, str | list) and v and k not in {"csrfmiddlewaretoken", "once", "person", "asked_was"}
    }
    intake.save_draft(owner=f"account:{request.actor.account_id}", form=DRAFT, data=kept, at=timezone.now())
    return JsonResponse({"saved": True})
