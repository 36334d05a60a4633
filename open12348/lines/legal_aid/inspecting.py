"""The checks of one case, from its own page: a hearing sat in on, the file looked through, the organ asked, the client called.

The verbs are the quality ledger's (never by whoever did the work or works in the same house); here are their moves and
the panel that says who did what and what is still open (forms 30, 31, 32; 法律援助法 Art 59).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day, start_of
from open12348.ledgers.quality import checks
from open12348.ledgers.quality.models import Check, CheckKind, CheckResult, QualityGrade
from open12348.spine import closing
from open12348.spine.casework import Act
from open12348.spine.catalogue import Move, Panel
from open12348.spine.models import Case
from open12348.ui.fields import LenientDateField, line, text

from .models import Aid

IN_CHARGE = frozenset({Role.OFFICER, Role.SUPERVISOR})
#: In which states each means makes sense.
HEARD = frozenset({"in_progress", "changing", "to_terminate"})
HANDED_IN = frozenset({"file_review", "payable", "archived"})
ENDED = frozenset({"closed", "terminated", "file_review", "payable", "archived"})


class _Found(forms.Form):
    """What was found, by the questions of one means."""

    means: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in checks.QUESTIONS[self.means]:
            self.fields[f"q_{code}"] = forms.ChoiceField(
                label=label, choices=checks.ANSWERS, widget=forms.RadioSelect, required=False
            )
        missed = {CheckKind.VISIT.value, CheckKind.ORGAN.value}
        choices = [c for c in CheckResult.choices if c[0] != CheckResult.NOT_REACHED or self.means in missed]
        self.fields["result"] = forms.ChoiceField(label=_("结果"), choices=choices, widget=forms.RadioSelect)
        self.fields["found"] = text(_("看到、听到了什么"), 4, 4000)

    def clean(self) -> dict[str, Any]:
        """The answers together under one name; unanswered ones are asked for, unless nobody was reached."""
        data = super().clean() or {}
        asked = [name for name in self.fields if name.startswith("q_")]
        data["answers"] = {name.removeprefix("q_"): data.get(name) or "" for name in asked}
        if data.get("result") not in {None, CheckResult.NOT_REACHED}:
            for name in asked:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("每个问题都要回答：是、否，或者不好说。"))
        return data


class _Made(_Found):
    happened = LenientDateField(label=_("检查日期"))


class Heard(_Made):
    """A hearing was sat in on (form 30)."""

    means = CheckKind.HEARING.value


class FileSeen(_Made):
    """The file was looked through."""

    means = CheckKind.FILE.value


class Called(_Made):
    """The client was called or visited (form 32)."""

    means = CheckKind.VISIT.value
    whom = line(_("和谁谈的"), 100, required=False)


class AskOrgan(forms.Form):
    """A question to the organ that handles the matter (form 31)."""

    whom = line(_("向哪个单位征询"), 100)
    question = text(_("问什么"), 3, 2000)


class OrganSaid(_Found):
    """What the organ answered."""

    means = CheckKind.ORGAN.value


def _may(act: Act) -> Any:
    if not checks.may_check(act.case, act.by, act.at):
        return _("承办人和同一单位的人不能做质量检查。")
    return None


def _may_on(act: Act) -> Any:
    """The same; and the day lies neither ahead nor before the case came in."""
    day = act.data["happened"]
    if day > legal_day(act.at):
        return _("检查的日期不能晚于今天。")
    if day < legal_day(act.case.received_at):
        return _("检查的日期早于收到这件事的日期。")
    return _may(act)


def _instant(day: date, at: datetime) -> datetime:
    return at if day == legal_day(at) else start_of(day)


def recorded(means: str) -> Callable[[Act], None]:
    """An effect: a check of one means is written down."""

    def effect(act: Act) -> None:
        checks.record(
            case=act.case, kind=means, by=act.by, at=act.at, happened=_instant(act.data["happened"], act.at),
            answers=act.data["answers"], result=str(act.data["result"]), found=str(act.data["found"]),
            whom=str(act.data.get("whom") or ""),
        )  # fmt: skip

    return effect


def _open_question(case: Case) -> Check | None:
    return Check.objects.filter(order_id=case.pk, kind=CheckKind.ORGAN, done_at__isnull=True).first()


def _may_ask(act: Act) -> Any:
    if _open_question(act.case) is not None:
        return _("已经向办案机关征询，还没有答复。")
    return _may(act)


def _may_answer(act: Act) -> Any:
    if _open_question(act.case) is None:
        return _("没有向办案机关征询，或者答复已经登记。")
    return _may(act)


def asked(act: Act) -> None:
    """The organ is asked."""
    checks.ask_organ(
        case=act.case, by=act.by, at=act.at, whom=str(act.data["whom"]), question=str(act.data["question"])
    )


def answered(act: Act) -> None:
    """The organ's answer is entered."""
    row = _open_question(act.case)
    assert row is not None
    checks.organ_answered(
        check=row,
        by=act.by,
        at=act.at,
        answers=act.data["answers"],
        result=str(act.data["result"]),
        found=str(act.data["found"]),
    )


def moves() -> tuple[Move, ...]:
    """The checks as moves: the case stays as it stands."""
    good = {"result": "good", "found": "没有发现问题。"}
    yes = {means: {f"q_{code}": "yes" for code, _label in rows} for means, rows in checks.QUESTIONS.items()}
    return (
        Move("check_hearing", _("记下庭审旁听"), HEARD, "", IN_CHARGE, form=Heard, guard=_may_on,
             effect=recorded(CheckKind.HEARING.value), example={**yes["hearing"], **good}),
        Move("check_file", _("记下案卷检查"), HANDED_IN, "", IN_CHARGE, form=FileSeen, guard=_may_on,
             effect=recorded(CheckKind.FILE.value), example={**yes["file"], **good}),
        Move("check_ask", _("向办案机关征询意见"), HEARD | ENDED, "", IN_CHARGE, form=AskOrgan, guard=_may_ask, effect=asked),
        Move("check_organ", _("登记办案机关的答复"), HEARD | ENDED, "", IN_CHARGE, form=OrganSaid, guard=_may_answer, effect=answered,
             example={**yes["organ"], **good}),
        Move("check_visit", _("记下回访受援人"), HEARD | ENDED, "", IN_CHARGE, form=Called, guard=_may_on,
             effect=recorded(CheckKind.VISIT.value), example={**yes["visit"], **good}),
    )  # fmt: skip


def panel(case: Case, aid: Aid, by: Actor, at: datetime) -> Panel | None:
    """Who checked what, what is open, what the client said, how the file was graded; None where there is nothing to say.

    For those in charge only. What was found stands on the bench, where each look is recorded.
    """
    made = list(Check.objects.filter(order_id=case.pk).select_related("by").order_by("at", "pk"))
    if not made and case.state not in HEARD | ENDED:
        return None
    had = {c.kind for c in made}
    fits = {CheckKind.HEARING: HEARD, CheckKind.FILE: HANDED_IN, CheckKind.ORGAN: HEARD | ENDED, CheckKind.VISIT: ENDED}
    outcome = closing.current_outcome(case.order)
    _first, last = checks.quarter(legal_day(at))
    return Panel(
        _("质量检查"), "legal_aid/panel_checks.html",
        {
            "made": made, "left": [k.label for k, states in fits.items() if k.value not in had and case.state in states],
            "until": last, "rating": getattr(outcome, "rating", None) if outcome else None, "ended": outcome is not None,
            # Only a grade that stands: that a file is being read is not told, or its readers could find out whose it is.
            "grade": QualityGrade(aid.grade).label if aid.grade else "",
        },
    )  # fmt: skip
