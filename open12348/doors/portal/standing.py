"""Where a matter stands, in the terms that the resident's pages say it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from open12348.kernel.access import Role
from open12348.registry import places
from open12348.spine import catalogue, clocks, closing, intake
from open12348.spine.catalogue import Hold, Phase
from open12348.spine.models import Case, DeadlineState, DocumentKind, Transfer
from open12348.ui.templatetags.ui import due


def of(case: Case) -> dict[str, Any]:
    """What the templates `_standing` and `_helper` need: the state, the limit by which the whole answer is owed and its
    account, what is awaited from the person since when, the place with its hours, and every limit with its account."""
    service, now = catalogue.of(case), timezone.now()
    rows = [
        (service.clock(d.clock).label, d, clocks.account(d, now))
        for d in case.order.deadlines.order_by("started_at", "id")
    ]
    alive = [row for row in rows if row[1].state != DeadlineState.STOPPED]
    last = clocks.answering(service, [row[1] for row in alive])
    main = next((row for row in alive if row[1] is last), None)
    wanted = case.order.corrections.filter(answered_at__isnull=True).first()
    waits = wanted is not None and case.hold == Hold.APPLICANT.value
    ended = closing.current_outcome(case.order) if case.phase == Phase.DONE.value else None
    return {
        "service": service, "sad": bool(ended and not service.outcome(ended.kind).good), "state": service.state(case.state), "clocks": alive,
        "main": main[1] if main else None, "reckoning": main[2] if main else None,
        "clock": service.clock(main[1].clock) if main else None, "windows": _windows(service, alive, now),
        "wanted": wanted if waits else None, "since": wanted.asked_at if wanted and waits else None,
        "today": places.today(case.place, now), "late": bool(main and main[1].late_at and not waits),
    }  # fmt: skip


def _windows(service: catalogue.Service, alive: list[Any], now: datetime) -> list[tuple[SafeString, bool]]:
    """What the person may do, and until which day: a sentence each, and whether the day is provisional."""
    found = []
    for label, deadline, reckoning in alive:
        clock = service.clock(deadline.clock)
        if clock.who is Role.RESIDENT and deadline.state == DeadlineState.RUNNING and reckoning.due_at > now:
            words = conditional_escape(clock.say or _("您可以在 %(day)s前办：%(what)s"))
            said = words % {"day": due(reckoning.due_at), "what": conditional_escape(label)}
            found.append((mark_safe(said), reckoning.provisional))
    return found


@dataclass(frozen=True)
class Step:
    """One step of the story: when, what, by whom; the words or the file that belong to it."""

    at: datetime
    title: str
    by: str = ""
    kind: str = ""
    text: str = ""
    rows: tuple[tuple[Any, str], ...] = ()
    file: str = ""
    filename: str = ""
    of: str = ""  # the matter it is from, where several are told as one
    code: str = ""  # that matter's code, where it is another one than the page's


def story(case: Case) -> list[Step]:
    """What happened, for the person: what they said, what was sent to and fro, who took it over, how it ended."""
    order, service = case.order, catalogue.of(case)
    steps = [_asked(case, service)]
    for d in order.documents.filter(for_resident=True).order_by("at", "id"):
        steps.append(
            Step(
                d.at, _about(d), by=d.by_name, text=d.text, filename=d.filename,
                kind={DocumentKind.QUESTION: "wait", DocumentKind.ANSWER: "done"}.get(DocumentKind(d.kind), ""),
                file=reverse("portal:file", args=[order.code, d.pk]) if d.has_file else "",
            )
        )  # fmt: skip
    for row in Transfer.objects.filter(order=order, accepted_at__isnull=False).select_related("target"):
        steps.append(Step(row.accepted_at or row.asked_at, _("由%(place)s接手，编号不变") % {"place": row.target.name}))
    for event in order.events.filter(kind__in=["ended", "reopened", "late", "rated"]).order_by("seq"):
        if event.kind == "ended":
            title, kind = _("办结：%(how)s") % {"how": service.outcome(event.data["outcome"]).label}, "done"
        elif event.kind == "reopened":
            title, kind = _("重新办理"), ""
        elif event.kind == "late":
            title, kind = _("超过了期限：%(clock)s") % {"clock": service.clock(event.data["clock"]).label}, "late"
        else:
            title, kind = _("您作了评价"), "minor"
        steps.append(Step(event.at, title, kind=kind))
    return sorted(steps, key=lambda step: step.at)


def _asked(case: Case, service: catalogue.Service) -> Step:
    """The need as it came in, and who typed it for whom."""
    order = case.order
    title = _("提出这件事（%(channel)s）") % {"channel": order.get_channel_display()}
    rows = list(intake.said_rows(order, service))
    if order.behalf != "self":
        helper = order.helper.name if order.helper else ""
        rows.append((_("谁填写的"), " ".join(part for part in (str(order.get_behalf_display()), helper) if part)))
    if order.read_back:
        rows.append((_("核对"), _("记录已读给本人听，本人认可。")))
    return Step(case.received_at, title, rows=tuple(rows))


def _about(document: Any) -> str:
    """What a document is, from the person's side."""
    own = not document.by.startswith("account:")
    kind = document.kind
    if kind == DocumentKind.UPLOAD:
        return _("您交的材料") if own else _("工作人员放进来的材料")
    if kind == DocumentKind.MESSAGE:
        return _("您的留言") if own else _("工作人员的留言")
    if kind == DocumentKind.ANSWER:
        return _("答复")
    if kind == DocumentKind.QUESTION:
        return _("请您补充")
    return str(document.title or document.get_kind_display())


def row(case: Case, person_ids: frozenset[int]) -> dict[str, Any]:
    """One matter in the list of one's own; `helped` when it is somebody else's."""
    return {
        "case": case,
        **of(case),
        "helped": case.order.person_id not in person_ids,
        "done": case.phase == Phase.DONE.value,
    }
