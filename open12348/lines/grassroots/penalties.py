"""Penalties of workers and offices: a warning or a fine, decided by the county or the prefecture, written down by its people.

What is written down: that the person was told first (行政处罚法 Art 44), the decision's number, and until when it is shown outside.
The public page drops it on its day by itself (registry/postings); inside it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import SYSTEM, Actor, Denied
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, postings
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine.casework import Refused

from . import people, rules
from .figures import number, the
from .licence import worker_by
from .models import GrassrootsPenalty, GrassrootsPenaltyKind, GrassrootsWorker


def subject_of(text: str) -> Practitioner | Organisation | None:
    """A worker by the licence number, or an office by its credit code or its exact name."""
    bare = numbers.plain(text).strip()
    worker = worker_by(bare) if bare else None
    if worker is not None:
        return worker
    return people.offices().filter(Q(uscc=bare.upper()) | Q(name_zh=bare)).first() if bare else None


def may_judge(by: Actor, subject: Practitioner | Organisation) -> bool:
    """Whether an actor holds office over the place where somebody serves: their county's bureau, or the prefecture's."""
    return any(subject.division.path.startswith(part) for part in divisions.parts(by, *people.OFFICE))


def _judged(by: Actor, text: str) -> Practitioner | Organisation:
    subject = subject_of(text)
    if subject is None:
        raise Refused(_("没有找到这个执业证号或法律服务所，请核对。"))
    if not may_judge(by, subject):
        raise Denied(_("由所在县（市）司法局或者地区司法局处理（行政处罚法第二十二条）。"))
    return subject


@transaction.atomic
def record(*, by: Actor, at: datetime, data: Mapping[str, Any]) -> GrassrootsPenalty:
    """Write a penalty down and show it in public until its day. Errors: Denied, Refused with the article."""
    subject, today = _judged(by, str(data["whom"])), legal_day(at)
    faults = rules.penalty_faults(
        kind=data["kind"], amount=data.get("amount"), most=the("fine_most", today).value, told=data["told_on"],
        decided=data["decided_on"], today=today,
    )  # fmt: skip
    if faults:
        raise Refused(next(iter(faults.values())))
    until = data["decided_on"] + timedelta(days=number("penalty_posting", today))
    posting = None
    if until >= today:
        posting = postings.post(
            line="grassroots", kind="penalty", subject=subject, at=at, by=SYSTEM, until=until, document=data["document"],
            title=_("行政处罚"), text=_in_words(data["kind"], data["document"]), invented=subject.invented,
        )  # fmt: skip
    key = {"practitioner": subject} if isinstance(subject, Practitioner) else {"organisation": subject}
    try:
        with transaction.atomic():
            return GrassrootsPenalty.objects.create(
                **key, kind=data["kind"], amount=data.get("amount") or None, document=data["document"].strip(), told_on=data["told_on"],
                decided_on=data["decided_on"], facts=data["facts"], posting=posting, by_id=by.account_id, at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("这个文号的处罚已经登记过了。")) from None


def _in_words(kind: str, document: str) -> dict[str, str]:
    said = {}
    for side, language in (("zh", "zh-hans"), ("ug", "ug"), ("en", "en")):
        with translation.override(language):
            said[side] = str(
                _("%(kind)s（%(document)s）") % {"kind": GrassrootsPenaltyKind(kind).label, "document": document}
            )
    return said


@transaction.atomic
def record_lawyer(*, by: Actor, at: datetime, data: Mapping[str, Any]) -> GrassrootsWorker:
    """Write down that a worker holds a lawyer's licence too (or no longer): it bars them from acting. Errors: Denied, Refused."""
    subject = _judged(by, str(data["whom"]))
    if not isinstance(subject, Practitioner):
        raise Refused(_("请写工作者的执业证号。"))
    row, _new = GrassrootsWorker.objects.update_or_create(
        practitioner=subject,
        defaults={
            "also_lawyer": data["also_lawyer"] == "yes", "note": data["note"], "checked_at": at,
            "checked_by": Account.objects.filter(pk=by.account_id or 0).first(),
        },
    )  # fmt: skip
    return row
