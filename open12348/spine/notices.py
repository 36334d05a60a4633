"""Who is told what on which event, in which language. The message commits with the thing or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import messages
from open12348.kernel.access import Actor, Denied
from open12348.kernel.numbers import group
from open12348.kernel.workdays import legal_day
from open12348.ui.templatetags.ui import day_words

from . import alarms, clocks, lists, masking
from .catalogue import Notice
from .journal import Turn
from .models import StaffNotice

_second = timedelta(seconds=1)

#: Orders keep the language as people name it; screens and messages use Django's code for it.
SCREEN_LANGUAGE = {"zh": "zh-hans", "zh-hans": "zh-hans", "ug": "ug", "en": "en"}

#: What the spine itself tells the applicant. Lines add their own sentences to their moves.
SPINE_NOTICES: dict[str, Any] = {
    "receive": _("您的事已收到，编号 %(code)s。%(place)s会办理%(due)s。查进度：编号加手机号后四位，或拨打 12348。"),
    "ask_correction": _("办理 %(code)s 还需要您补充材料，一次说清：%(wanted)s。补齐前不计算办理时间。"),
    "answer_correction": _("您补充的内容已收到（%(code)s），继续办理%(due)s。"),
    "accept_transfer": _("您的事（%(code)s）已由%(place)s接手，编号不变%(due)s。"),
    "reopen": _("您的事（%(code)s）已重新办理%(due)s。"),
    "merge": _("您反映的两件事是同一件，合并办理，编号 %(code)s。"),
    "paper_sent": _("您有一份文书（%(code)s）。打开“我的事”就能看，打开就算收到；也可以到%(place)s领取。"),
    "recompute": _("放假安排公布后，%(code)s 的答复日期改为 %(day)s。"),
}  # fmt: skip


#: What is said instead where a message must not let anybody else who reads it guess what the matter is (masking.is_careful):
#: no service, no place, no papers, only that something is there to be looked at.
QUIET: dict[str, Any] = {
    "receive": _("您的事已收到，编号 %(code)s%(due)s。查进度：编号加手机号后四位，或拨打 12348。"),
    "ask_correction": _("您的事（%(code)s）要您补充，补齐前不计算办理时间。请查看要补什么，或拨打 12348。"),
    "": _("您的事（%(code)s）有新的情况%(due)s。请查看，或拨打 12348。"),
}  # fmt: skip


def screen_language(language: str) -> str:
    """Django's language code for a language of service; Chinese when there is no screen in it."""
    return SCREEN_LANGUAGE.get(language, "zh-hans")


def _due_words(turn: Turn) -> str:
    # The last of the running limits is the one by which the whole answer is owed.
    last = clocks.answering(turn.service, [d for d in clocks.limits(turn) if d.state == "running"])
    if last is None:
        return ""
    return str(_("，最晚 %(day)s 答复") % {"day": _last_day(last.due_at, turn.at)})


def _last_day(due: datetime, at: datetime) -> str:
    """The last day of a limit in words: it becomes late at the midnight after it, so people know the day before."""
    return day_words(legal_day(due - _second), today=legal_day(at))


def _apart(value: Any) -> str:
    """A number or code that keeps its order inside right-to-left text, also on a phone that knows no markup."""
    text = str(value)
    right_to_left = (translation.get_language() or "").startswith("ug")
    return f"\u2066{text}\u2069" if right_to_left else text


def tell(turn: Turn, act: str, **words: Any) -> None:
    """Tell the applicant about an act of the spine, if there is somebody to tell."""
    if act in SPINE_NOTICES:
        _send(turn, SPINE_NOTICES[act], words, act)


def tell_all(turn: Turn, notices: tuple[Notice, ...], **words: Any) -> None:
    """Tell what a move says is to be told: the applicant by message, staff on their first page."""
    for notice in notices:
        if notice.to == "applicant":
            _send(turn, notice.text, words)
        else:
            post(turn, to=notice.to, text=notice.text, **words)


def post(turn: Turn, *, to: str, text: Any, urgent: bool = False, **words: Any) -> StaffNotice:
    """Put something before the people who handle or oversee a case, in every language they may read.

    In: `to` handler | place | officer | supervisor. What is for a handler goes to the place while nobody has the case in hand.
    """
    if to == "handler" and turn.case.handler_id is None:
        to = "place"
    said = {}
    for language in dict.fromkeys(SCREEN_LANGUAGE.values()):
        with translation.override(language):
            said[language] = str(text) % {
                "code": _apart(group(turn.order.code)), "place": turn.case.place.name, "due": _due_words(turn),
                "service": str(turn.service.name), **{k: str(v) for k, v in words.items()},
            }  # fmt: skip
    return StaffNotice.objects.create(
        order=turn.order, to=to, account_id=turn.case.handler_id if to == "handler" else None, text=said, urgent=urgent,
        at=turn.at,
    )  # fmt: skip


def alarm(turn: Turn, kinds: Sequence[str]) -> None:
    """Tell the place and the people in charge that words of danger were heard, and what to do first."""
    if not kinds:
        return
    turn.write("alarm")
    for to in ("place", "supervisor"):
        post(turn, to=to, text=alarms.NOTICE, urgent=True, advice=_Each([alarms.ADVICE[kind] for kind in kinds]))


class _Each:
    """Lazy sentences, put together in the language of the moment."""

    def __init__(self, sentences: Sequence[Any]) -> None:
        self.sentences = sentences

    def __str__(self) -> str:
        return " ".join(str(s) for s in self.sentences)


def seen(*, notice: StaffNotice, by: Actor, at: datetime) -> bool:
    """Say that a notice was seen; it leaves everybody's first page. False when somebody was faster. Errors: Denied."""
    if not lists.notices_for(by).filter(pk=notice.pk).exists():
        if StaffNotice.objects.filter(pk=notice.pk, seen_at__isnull=False).exists():
            return False
        raise Denied(_("这条提醒不是给您的。"))
    return bool(
        StaffNotice.objects.filter(pk=notice.pk, seen_at__isnull=True).update(seen_at=at, seen_by_id=by.account_id)
    )


def _send(turn: Turn, text: Any, words: dict[str, Any], act: str = "") -> None:
    order = turn.order
    person = order.person
    if person is None or not person.phone or order.reply_by == "none" or turn.case.secret:
        return
    if masking.is_careful(turn.case):
        text = QUIET.get(act, QUIET[""])
    language = screen_language(order.language)
    with translation.override(language):
        said = str(text) % {
            "code": _apart(group(order.code)), "place": turn.case.place.name, "due": _due_words(turn),
            "service": str(turn.service.name), **{k: str(v) for k, v in words.items()},
        }  # fmt: skip
    messages.queue(to=person.phone, text=said, language=language, case_code=order.code, at=turn.at)


def tell_recomputed(case: Any, old: datetime, new: datetime, at: datetime) -> None:
    """Tell the applicant that the day of the answer moved when the holidays were announced."""
    person = case.order.person
    if person is None or not person.phone or case.order.reply_by == "none" or case.secret:
        return
    language = screen_language(case.order.language)
    with translation.override(language):
        said = str(SPINE_NOTICES["recompute"]) % {
            "code": _apart(group(case.order.code)), "day": _last_day(new, at)
        }  # fmt: skip
    messages.queue(to=person.phone, text=said, language=language, case_code=case.order.code, at=at)
