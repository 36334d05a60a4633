"""公示: what is shown in public about practitioners and institutions, from an instant to the end of a day.

A posting closes by itself: `standing(at)` asks the clock and nothing else, so that a penalty is gone from the portal and from
every outward copy in the minute after its last day (信用修复管理办法; 律师法 Art 52; domain reference B, 3.4 and 7.6). Inside it
is kept as it was. Nothing is ever posted about a resident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import end_of, legal_day

from .models import Division, Organisation, Posting, PostingKind, Practitioner

#: Who may say something in public for the office; a job of the house may too.
POSTING = (Role.OFFICER, Role.SUPERVISOR)
#: Side of a text -> Django's code of the language.
_SIDES = {"zh": "zh-hans", "ug": "ug", "en": "en"}
#: So long after its end a posting is named among those that every receiver of a copy has to throw away.
GONE_DAYS = 400
#: What a citizen's number and a mobile phone look like.
_PRIVATE = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")


class PostingFault(ValueError):
    """Something that cannot be posted or taken down as asked; says why and what is right."""


def post(
    *, line: str, kind: str, title: Any, text: Any, until: date, at: datetime, by: Actor,
    subject: Practitioner | Organisation | None = None, division: Division | None = None,
    objection_until: date | None = None, document: str = "", order_code: str = "", invented: bool = False,
) -> Posting:  # fmt: skip
    """Show something in public from now until the end of a day.

    In: `title` and `text` a sentence (translated into every language it has) or {zh, ug, en}; `until` its last day;
    `objection_until` the last day on which anybody may object; `division` whose bureau posts it (of the subject by default);
    `order_code` the case behind it, kept inside. Errors: PostingFault, Denied.
    """
    _may(by)
    if kind not in PostingKind.values:
        raise PostingFault(_("没有这种公示：%(kind)s。") % {"kind": kind})
    today = legal_day(at)
    if until < today:
        raise PostingFault(
            _("公示的最后一天（%(day)s）已经过去了，请写今天或以后的日子。") % {"day": until.isoformat()}
        )
    if objection_until is not None and not today <= objection_until <= until:
        raise PostingFault(_("提出异议的最后一天要在公示期内，最迟 %(day)s。") % {"day": until.isoformat()})
    said = {"title": _said(title), "text": _said(text)}
    if not said["title"].get("zh", "").strip():
        raise PostingFault(_("请写公示的标题。"))
    for side in (*said["title"].values(), *said["text"].values()):
        _no_private_number(side)
    where = division or (subject.division if subject is not None else None)
    if where is None:
        raise PostingFault(_("请写明是哪个地方的公示。"))
    key = {"practitioner": subject} if isinstance(subject, Practitioner) else {"organisation": subject}
    return Posting.objects.create(
        **key, **said, line=line, kind=kind, division=where.county or where, posted_at=at, posted_by=by.label,
        until=until, objection_until=objection_until, document=document.strip()[:200], order_code=order_code,
        invented=invented,
    )  # fmt: skip


def take_down(*, posting: Posting, by: Actor, at: datetime, reason: str) -> Posting:
    """Take a posting down before its day: annulled (行政处罚法 Art 48), repaired (信用修复), or wrong. Kept inside.

    Errors: PostingFault without a reason, when it has closed already, or when somebody was faster; Denied.
    """
    _may(by)
    if not reason.strip():
        raise PostingFault(_("请写明为什么撤下。"))
    if closes_at(posting) <= at:
        raise PostingFault(_("这条公示已经到期，不用撤下。"))
    done = Posting.objects.filter(pk=posting.pk, taken_down_at__isnull=True).update(
        taken_down_at=at, taken_down_by=by.label, taken_down_why=reason.strip()[:500]
    )
    if not done:
        raise PostingFault(_("这条公示已经撤下了。"))
    posting.refresh_from_db()
    return posting


def standing(
    at: datetime, *, kind: str = "", county: Division | None = None, line: str = "",
    subject: Practitioner | Organisation | None = None,
) -> QuerySet[Posting]:  # fmt: skip
    """What may be shown outside at an instant, the newest first: posted, not taken down, its last day not over."""
    found = (
        Posting.objects.filter(posted_at__lte=at, until__gte=legal_day(at))
        .filter(Q(taken_down_at__isnull=True) | Q(taken_down_at__gt=at))
        .select_related("practitioner", "organisation", "division")
        .order_by("-posted_at", "-pk")
    )
    if kind:
        found = found.filter(kind=kind)
    if county is not None:
        found = found.filter(division__path__startswith=county.path)
    if line:
        found = found.filter(line=line)
    if subject is not None:
        found = found.filter(**{"practitioner" if isinstance(subject, Practitioner) else "organisation": subject})
    return found


def stands(posting: Posting, at: datetime) -> bool:
    """Whether one posting may be shown outside at an instant."""
    down = posting.taken_down_at is not None and posting.taken_down_at <= at
    return posting.posted_at <= at < closes_at(posting) and not down


def closes_at(posting: Posting) -> datetime:
    """The instant from which it is gone: the midnight after its last day, Beijing time."""
    return end_of(posting.until)


def may_object(posting: Posting, at: datetime) -> bool:
    """Whether anybody may object to it now."""
    return stands(posting, at) and posting.objection_until is not None and legal_day(at) <= posting.objection_until


def gone(at: datetime) -> list[int]:
    """Numbers of postings that closed or were taken down lately: whoever holds a copy throws these away."""
    since = legal_day(at) - timedelta(days=GONE_DAYS)
    found = Posting.objects.filter(posted_at__lte=at, until__gte=since)
    return sorted(found.exclude(pk__in=standing(at).order_by().values("pk")).values_list("pk", flat=True))


def fresh_for(at: datetime, *, most: int = 3600) -> int:
    """For how many seconds a copy made now may be kept: never beyond the midnight at which something in it may close."""
    return max(0, min(most, int((end_of(legal_day(at)) - at).total_seconds())))


def counties(at: datetime) -> QuerySet[Division]:
    """The counties and the prefecture that have something standing, by code."""
    return Division.objects.filter(pk__in=standing(at).order_by().values("division_id")).order_by("code")


def _may(by: Actor) -> None:
    if by.kind != "system" and (by.kind != "staff" or by.pending or not by.has(*POSTING)):
        raise Denied(_("公示由司法行政机关的审批人员或督办人员发布、撤下。"))


def _said(text: Any) -> dict[str, str]:
    """A text in every language it has."""
    if isinstance(text, Mapping):
        return {side: str(text[side]).strip() for side in _SIDES if str(text.get(side) or "").strip()}
    found = {}
    for side, language in _SIDES.items():
        with translation.override(language):
            found[side] = str(text).strip()
    return {side: said for side, said in found.items() if side == "zh" or said != found["zh"]}


def _no_private_number(text: str) -> None:
    """Refuse a text that holds a citizen's number or a mobile phone: neither belongs in public. A licence number (17) passes."""
    bare = re.sub(r"(?<=\d)[ -](?=\d)", "", numbers.plain(text))
    for match in _PRIVATE.findall(bare):
        try:
            numbers.citizen_id(match) if len(match) == 18 else numbers.phone(match)
        except numbers.BadNumber:
            continue
        raise PostingFault(_("公示里不能写身份证号和手机号。请写姓名和执业证号。"))
