"""The forms behind the case page's buttons that belong to no line: passing on, asking, noting, joining, taking apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.registry import people, places
from open12348.registry.models import Place
from open12348.spine import casework, catalogue, clocks, closing, extensions, lists, routing, story
from open12348.spine.catalogue import Move, Phase
from open12348.spine.models import Case, Deadline
from open12348.ui.fields import CodeField, NameField, PhoneField, UploadField


def _words(label: Any, rows: int = 2, most: int = 500, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **more
    )


class _ShortUpload(UploadField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("照片或文件"), required=False, **kwargs)


class Take(forms.Form):
    """Nothing to say: the button alone."""


class Say(forms.Form):
    """Words for the person."""

    text = _words(_("想说的话"), 3, 4000, required=False)
    uploads = _ShortUpload()


class Note(forms.Form):
    """Words for the office."""

    text = _words(_("当事人看不到"), 3, 4000, required=False)
    uploads = _ShortUpload()


class Answered(forms.Form):
    """What was missing has come."""

    text = _words(_("补来了什么"), 2, 4000, required=False)
    uploads = _ShortUpload()


class PassOn(forms.Form):
    """Where to, and why. The place is found by typing part of its name or its number."""

    place = forms.CharField(
        label=_("转到哪里"), max_length=120, help_text=_("输入地名或编号的一部分，从列出的服务点里选。"),
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    reason = _words(_("转交理由"))

    def clean_place(self) -> Place:
        """The place whose number stands first in what was chosen. Errors: words that say what to do."""
        text = numbers.plain(str(self.cleaned_data["place"])).strip()
        found = places.by_code(text.split()[0])
        if found is None:
            like = list(places.working().filter(kind__in=["centre", "station"], name_zh__contains=text)[:2])
            like = like or list(places.working().filter(kind__in=["centre", "station"], name_ug__contains=text)[:2])
            if len(like) == 1:
                return like[0]
            if like:
                raise forms.ValidationError(_("有几个服务点的名字里有这几个字，请从列表里选一个。"))
            raise forms.ValidationError(_("没有找到这个服务点，请从列表里选。"))
        return found


class SendBack(forms.Form):
    """Why it is not ours."""

    reason = _words(_("不归我们，退回理由"))


class Hand(forms.Form):
    """To whom, and why. Each candidate stands there with the reasons for and against."""

    to = forms.ChoiceField(label=_("交给谁"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=300, required=False)

    def __init__(self, *args: Any, candidates: list[routing.Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        self.fields["to"].choices = [(str(c.account.pk), c.account.name) for c in candidates]  # type: ignore[attr-defined]


class MoreTime(forms.Form):
    """Which limit, how much, why."""

    deadline = forms.TypedChoiceField(label=_("哪个期限"), coerce=int)
    amount = forms.IntegerField(label=_("延长多少（按这个期限的单位）"), min_value=1, max_value=999)
    reason = _words(_("为什么按期办不完"))

    def __init__(self, *args: Any, limits: list[tuple[Deadline, Any, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deadline"].choices = [(d.pk, label) for d, label, _most in limits]  # type: ignore[attr-defined]
        if limits:
            self.fields["amount"].initial = limits[0][2]
            self.fields["amount"].help_text = _("最多 %(most)s") % {"most": limits[0][2]}


class Decide(forms.Form):
    """What the one in charge says about more time."""

    why = _words(_("意见（不同意时必填）"), required=False)


class Join(forms.Form):
    """The other matter, and why they are one. It is shown before anything is joined."""

    other = CodeField(label=_("另一件的编号"))
    reason = _words(_("理由（合并时必填）"), required=False)


class Part(forms.Form):
    """One visit, two needs."""

    item = forms.ChoiceField(label=_("分出的是哪个事项"))
    summary = _words(_("分出的是什么事"), 3, 4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = item_choices()  # type: ignore[attr-defined]


class CallBack(forms.Form):
    """What a dissatisfied person said."""

    text = _words(_("当事人说了什么，怎样改正"), 3, 2000)


class Right(forms.Form):
    """What a person asks about their own data."""

    kind = forms.ChoiceField(label=_("本人要求"), choices=people.RIGHTS, widget=forms.RadioSelect)
    said = _words(_("具体内容"), 2, 1000)


#: Why phone and address of a masked case are shown: stored in the source language, where the person can read it.
REVEALED = (
    gettext_noop("显示电话和住址：联系本人"), gettext_noop("显示电话和住址：送达文书"), gettext_noop("显示电话和住址：保护人身安全"),
    gettext_noop("显示电话和住址：督办检查"),
)  # fmt: skip


class Reveal(forms.Form):
    """Why phone and address are needed now."""

    purpose = forms.ChoiceField(
        label=_("为什么要看电话和住址"), choices=[(str(n), gettext_lazy(text)) for n, text in enumerate(REVEALED)],
        widget=forms.RadioSelect,
    )  # fmt: skip

    def said(self) -> str:
        """The purpose of a valid form, as it is stored."""
        return REVEALED[int(self.cleaned_data["purpose"])]


class RightAnswer(forms.Form):
    """How it was answered; for a correction, what is right."""

    answer = _words(_("怎样答复本人"), 3, 1000)
    name = NameField(label=_("更正后的姓名"), required=False)
    phone = PhoneField(label=_("更正后的手机号"), required=False)
    address = forms.CharField(label=_("更正后的住址"), max_length=200, required=False)


def item_choices() -> list[tuple[str, str]]:
    """The published items as choices, in the reader's language."""
    return [("", "—"), *((code, f"{code} {name}") for code, name in sorted(story.item_names().items()))]


def of_move(
    move: Move, data: Any = None, *, files: Any = None, prefix: str | None = None, case: Case | None = None,
    by: Actor | None = None,
) -> forms.Form | None:  # fmt: skip
    """A move's own form, as the page draws it: an item is chosen from the list, never typed."""
    marks: dict[str, Any] = {"prefix": prefix, "auto_id": f"id_{move.code}_%s"}
    if case is not None and by is not None:
        form = casework.form_of(move, case, by, data, files=files, **marks)
    else:
        form = move.form(data, files, **marks) if move.form else None
    if form is None:
        return None
    if move.sends_on and move.sends_on in form.fields:
        form.fields[move.sends_on].widget = forms.Select(choices=item_choices())
        form.fields[move.sends_on].help_text = ""
    return form


def in_groups(moves: list[tuple[Move, Any]], found: Case) -> list[tuple[Any, list[tuple[Move, Any]]]]:
    """Moves under headings, where there are too many for one list: what is noted, what leads on, what ends the need."""
    if len(moves) <= MOST_IN_A_LIST:
        return [("", moves)] if moves else []
    service = catalogue.of(found)
    groups: dict[str, list[tuple[Move, Any]]] = {"note": [], "on": [], "end": []}
    for move, form in moves:
        ends = service.state(move.to(found.state)).phase is Phase.DONE and found.phase != Phase.DONE.value
        groups["note" if move.to(found.state) == found.state else "end" if ends else "on"].append((move, form))
    names = {"note": _("记录"), "on": _("往下办"), "end": _("结束")}
    return [(names[key], rows) for key, rows in groups.items() if rows]


#: More moves than these stand under headings.
MOST_IN_A_LIST = 8


#: The forms that ask nothing about the case to be drawn, by the act they belong to.
PLAIN: dict[str, type[forms.Form]] = {
    "say": Say, "note": Note, "answer_correction": Answered, "ask_correction": casework.CorrectionForm,
    "transfer": PassOn, "return": SendBack, "accept": Take, "take": Take, "merge": Join, "link": Join, "split": Part,
    "rate": closing.RatingForm, "call_back": CallBack, "right": Right, "grant_extension": Decide,
    "decline_extension": Decide,
}  # fmt: skip


def limits_to_extend(found: Case, now: datetime) -> list[tuple[Deadline, Any, int]]:
    """Limits of a case for which more time may be asked: (limit, its name, at most)."""
    service = catalogue.of(found)
    asked = {e.deadline_id for e in extensions.of(found) if e.decided_at is None}
    return [
        (d, service.clock(d.clock).label, service.clock(d.clock).extendable)
        for d in found.order.deadlines.exclude(state="stopped").order_by("due_at")
        if service.clock(d.clock).extendable and not service.clock(d.clock).by_move and not d.extended_by and d.pk not in asked
        and not d.late_at and clocks.account(d, now).due_at > now
    ]  # fmt: skip


def form_for(act: str, found: Case, by: Actor, now: datetime, data: Any = None, files: Any = None) -> forms.Form | None:
    """The form of an act of the spine or of the line, bound when there is data. None for an unknown act."""
    marks: dict[str, Any] = {"auto_id": f"id_{act}_%s"}
    if act == "assign":
        return Hand(data, candidates=routing.candidates(found, now)[:12], **marks)
    if act == "ask_extension":
        return MoreTime(data, limits=limits_to_extend(found, now), **marks)
    if act.startswith("move:"):
        move = next((m for m in catalogue.of(found).moves if m.code == act[5:]), None)
        return of_move(move, data, files=files, case=found, by=by) if move else None
    cls = PLAIN.get(act)
    if act == "ask_correction" and data is None and (ask := catalogue.of(found).missing) is not None:
        marks["initial"] = {"wanted": "\n".join(str(w) for w in ask(found, now))}
    return cls(data, files, **marks) if cls else None


def open_to(found: Case, by: Actor, roles: frozenset[Role]) -> dict[str, bool]:
    """Which buttons are worth showing, by act: the verb itself decides again when one is pressed."""
    done, working = found.phase == "done", bool(roles & {Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
    free = not done and not found.hold and not found.merged_into_id
    in_charge = bool(roles & {Role.OFFICER, Role.SUPERVISOR})
    return {
        "take": free and working and found.handler_id is None,
        "assign": not done and not found.merged_into_id and bool(roles - {Role.PROVIDER}),
        "transfer": free and (working or Role.SUPERVISOR in roles),
        "ask_correction": free and working and not found.order.corrections.exists(),
        "answer_correction": found.hold == "applicant" and working,
        "ask_extension": free and working,
        "merge": free and bool(roles & {Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR}),
        "link": bool(roles),
        "split": not found.merged_into_id and working,
        "say": bool(roles),
        "note": bool(roles),
        "right": bool(roles) and found.order.person_id is not None,
        "rate": done and by.account_id != found.handler_id and bool(roles),
        "call_back": bool(roles & {Role.SUPERVISOR, Role.OFFICER, Role.OPERATOR}) and by.account_id != found.handler_id,
        "decide": in_charge,
    }


def targets(found: Case) -> list[Place]:
    """Places that a case is usually passed to: the centres, and the stations of its county."""
    centres = list(places.working().filter(kind="centre").order_by("code"))
    stations = list(places.working().filter(kind="station", county_id=found.county_id).order_by("code"))
    return [p for p in [*centres, *stations] if p.pk != found.place_id]


def other_matter(by: Actor, text: str) -> Case | None:
    """The matter with a code, if the actor may see it. Errors: numbers.BadNumber."""
    return lists.get(by, numbers.parse_code(text))
