"""A sitting at private notes: its forms, what was asked, what is shown. The same at both doors, which are strangers.

A sitting ends with the answer to one request. It keeps the text of a note that could not be stored (the page shows it
again), and never the words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import numbers
from open12348.kernel.access import Actor

from . import journal, private
from .casework import Refused
from .models import Case, Keyring
from .private import write as write_note  # not the journal's "write", which takes nobody's words

#: No help from the keyboard or the browser: it would remember, or ask another machine how the words are spelt.
_ALONE = {
    "autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "translate": "no",
    "dir": "auto",
}  # fmt: skip


class Veiled(forms.PasswordInput):
    """Words under a veil, never written back into a page. Not of type password: there no Chinese keyboard opens."""

    input_type = "text"

    def __init__(self) -> None:
        super().__init__(attrs={**_ALONE, "class": "veiled"})


class WordsField(forms.CharField):
    """Somebody's words. What they must be like is judged by the verb, for it knows whose they are."""

    widget = Veiled

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(
            label=label, strip=False, max_length=1000, error_messages={"required": gettext_lazy("请写口令。")}, **kwargs
        )


class SetWords(forms.Form):
    """First words, twice."""

    words = WordsField(
        gettext_lazy("口令"),
        help_text=gettext_lazy("至少 12 个字符，中文、维吾尔文都可以。几个不相干的词连起来，好记又难猜。"),
    )
    again = WordsField(gettext_lazy("再写一次口令"))

    def clean(self) -> dict[str, Any]:
        """Both alike. Errors: a sentence at the second."""
        said = super().clean() or {}
        if said.get("words") and said.get("again") and said["words"] != said["again"]:
            self.add_error("again", _("两次写的不一样，请再写一次。"))
        return said


class Read(forms.Form):
    """The words, to open the notes."""

    words = WordsField(gettext_lazy("您的口令"))


class Write(forms.Form):
    """A note."""

    text = forms.CharField(
        label=gettext_lazy("记录的内容"), strip=False, error_messages={"required": gettext_lazy("请写记录的内容。")},
        widget=forms.Textarea(attrs={**_ALONE, "rows": 8}),
    )  # fmt: skip
    shared = forms.BooleanField(label="", required=False)
    words = WordsField(gettext_lazy("您的口令"))

    def __init__(self, *args: Any, whom: Any = "", chosen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if whom:
            self.fields["shared"].label, self.fields["shared"].initial = whom, chosen
            self.fields["shared"].needed = True  # type: ignore[attr-defined]
        else:
            del self.fields["shared"]


class Share(forms.Form):
    """Which notes, and the words that open them."""

    notes = forms.MultipleChoiceField(label=gettext_lazy("选哪些记录"), required=False)
    words = WordsField(gettext_lazy("能打开这些记录的口令"))

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notes"].choices = choices  # type: ignore[attr-defined]


class HandOver(Share):
    """Which notes go to the one who follows; none is an answer too, and needs no words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required, self.fields["words"].needed = False, True  # type: ignore[attr-defined]


class Change(forms.Form):
    """Old words, new words twice."""

    words = WordsField(gettext_lazy("现在的口令"))
    new = WordsField(gettext_lazy("新口令"), help_text=gettext_lazy("至少 12 个字符。旧记录照样打得开。"))
    again = WordsField(gettext_lazy("再写一次新口令"))

    def clean(self) -> dict[str, Any]:
        """Both alike. Errors: a sentence at the second."""
        said = super().clean() or {}
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", _("两次写的不一样，请再写一次。"))
        return said


class Retire(forms.Form):
    """That it is meant."""

    sure = forms.BooleanField(
        label=gettext_lazy("我知道：忘了旧口令，用它锁的记录就打不开了"),
        error_messages={"required": gettext_lazy("请先勾选，表示您知道后果。")},
    )


@dataclass
class Sitting:
    """What a page shows. `done` is set when something was done and the page is to be opened anew."""

    case: Case
    by: Actor
    own: Keyring | None
    other: Keyring | None
    notes: list[private.Listed]
    newest: int
    compared: str
    forms: dict[str, forms.Form]
    handler: bool
    awaits: bool
    act: str = ""
    done: str = ""
    status: int = 200
    opened: list[private.Opened] | None = None
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def closed(self) -> int:
        """Notes that the one who sits here has no key to."""
        return sum(not note.mine for note in self.notes)

    @property
    def old(self) -> bool:
        """True when some notes open with the words of a retired ring only."""
        return self.own is not None and any(note.old for note in self.notes)

    @property
    def selectable(self) -> bool:
        """True when there is a note that could be shared or carried over."""
        return self.own is not None and any(_passable(note, self.other) for note in self.notes)

    @property
    def chosen(self) -> frozenset[int]:
        """Notes that were ticked, for the page to tick them again."""
        return frozenset(self._kept.get("notes", ()))


def _passable(note: private.Listed, other: Keyring | None) -> bool:
    return note.mine and (note.old or (other is not None and not note.shared))


def _numbers(data: Any) -> list[int]:
    """The numbers of notes that were ticked; what is no number is left out."""
    return [n for n in (numbers.row(text) for text in data.getlist("notes")[:1000]) if n]


def sit(*, case: Case, by: Actor, at: datetime, data: Any = None) -> Sitting:
    """Do what was asked at the notes of a case and lay out the page. Errors: Denied, for whoever does not belong here."""
    act = str(data.get("act", ""))[:20] if data is not None else ""
    fault: forms.Form | None = None
    done, status, opened = "", 200, None
    before = _page(case, by, at)
    if data is not None:
        form = _form(act, before, data)
        if form is None:
            status = 400
        elif not form.is_valid():
            fault = form
        else:
            try:
                done, opened = _do(act, before, form.cleaned_data, data, at)
            except private.TooOften as refusal:
                form.add_error("words", str(refusal.reason))
                fault, status = form, 429
            except private.WrongWords as refusal:
                form.add_error("words", str(refusal.reason))
                fault = form
            except private.WeakWords as refusal:
                form.add_error("new" if act == "change" else "words", str(refusal.reason))
                fault = form
            except Refused as refusal:
                form.add_error(None, str(refusal.reason))
                fault, status = form, 409
            except journal.Conflict as refusal:
                form.add_error(None, str(refusal))
                fault, status = form, 409
    page = _page(case, by, at)
    page.act, page.done, page.status, page.opened = act, done, status, opened
    if fault is not None:
        page.forms[act] = fault
        page._kept = {"notes": _numbers(data)}
    return page


def _page(case: Case, by: Actor, at: datetime) -> Sitting:
    notes = private.listed(by, case, at)
    page = Sitting(
        case=case, by=by, own=private.own_ring(by, case), other=private.other_ring(by, case, at), notes=notes,
        newest=private.newest(case), compared=private.compared(by, case, at), forms={},
        handler=not by.is_resident, awaits=private.awaits(by, case, at),
    )  # fmt: skip
    page.forms = {
        act: form
        for act in ("set", "read", "write", "share", "change", "retire")
        if (form := _form(act, page)) is not None
    }
    return page


def _form(act: str, page: Sitting, data: Any = None) -> forms.Form | None:
    marks: dict[str, Any] = {"auto_id": f"{act}-%s"}
    plain: dict[str, Callable[..., forms.Form]] = {
        "set": SetWords, "client": SetWords, "read": Read, "change": Change, "retire": Retire,
    }  # fmt: skip
    if act == "write":
        whom = (_("也让当事人看") if page.handler else _("也让办理人（律师）看")) if page.other else ""
        return Write(data, whom=whom, chosen=not page.handler, **marks)
    if act in {"share", "carry"}:
        return Share(data, choices=[(str(n.note.pk), n.note.at) for n in page.notes], auto_id="share-%s")
    cls = plain.get(act)
    return cls(data, **marks) if cls else None


def _do(
    act: str, page: Sitting, said: dict[str, Any], data: Any, at: datetime
) -> tuple[str, list[private.Opened] | None]:
    """The one verb for what a button says. Out: the sentence of success, and opened notes where they were asked for."""
    case, by, ring = page.case, page.by, numbers.row(data.get("ring"))
    if act in {"set", "client"}:
        private.make_keyring(case=case, by=by, at=at, words=said["words"], for_client=act == "client")
        return (_("当事人的口令设好了。请把设备还给办理人。") if act == "client" else _("口令设好了。")), None
    if act == "read":
        return "", private.read(case=case, by=by, at=at, words=said["words"])
    if act == "write":
        shared = said.get("shared", False)
        write_note(
            case=case, by=by, at=at, text=said["text"], words=said["words"], share_with=(ring or 0) if shared else None,
            expect=numbers.row(data.get("newest")) or 0,
        )  # fmt: skip
        if not shared:
            return _("记录存好了，只有您能看。"), None
        return (_("记录存好了，您和当事人能看。") if page.handler else _("记录存好了，您和办理人能看。")), None
    if act in {"share", "carry"}:
        to = (page.own.pk if page.own else 0) if act == "carry" else ring or 0
        n = private.share(case=case, by=by, at=at, words=said["words"], notes=_numbers(data), to=to)
        return _("办好了，%(n)s 份。") % {"n": n}, None
    if act == "change":
        private.change_words(case=case, by=by, at=at, words=said["words"], new=said["new"])
        return _("口令改好了。"), None
    private.retire(case=case, by=by, at=at)
    return _("旧口令停用了。请设新口令。"), None


def hand_over(*, case: Case, by: Actor, at: datetime, data: Any = None) -> tuple[forms.Form, str, int, frozenset[int]]:
    """The former handler's sitting. Out: the form, the sentence of success, the status, what was ticked. Errors: Denied."""
    notes = private.to_hand_over(by, case, at)
    choices = [(str(note.pk), note.at) for note in notes]
    if data is None:
        return HandOver(choices=choices), "", 200, frozenset(note.pk for note in notes)
    form, nothing = HandOver(data, choices=choices), data.get("act") == "nothing"
    ticked = frozenset(_numbers(data))
    if not form.is_valid():
        return form, "", 200, ticked
    try:
        if not nothing and not ticked:
            raise Refused(_("请先勾选记录。"))
        if not nothing and not form.cleaned_data["words"]:
            raise private.WrongWords(_("请写口令。"))
        n = private.hand_over(
            case=case, by=by, at=at, words=form.cleaned_data["words"], notes=[] if nothing else sorted(ticked),
            to=numbers.row(data.get("ring")),
        )  # fmt: skip
    except private.WrongWords as refusal:
        form.add_error("words", str(refusal.reason))
        return form, "", 200, ticked
    except private.TooOften as refusal:
        form.add_error("words", str(refusal.reason))
        return form, "", 429, ticked
    except Refused as refusal:
        form.add_error(None, str(refusal.reason))
        return form, "", 409, ticked
    except journal.Conflict as refusal:
        form.add_error(None, str(refusal))
        return form, "", 409, ticked
    return form, _("移交好了，%(n)s 份。这一页以后不再对您打开。") % {"n": n}, 200, ticked
