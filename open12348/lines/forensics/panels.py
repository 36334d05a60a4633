"""What forensic appraisal shows of a case beside its story: to who is on it all, to others how it stands, to the person the course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.spine import clocks
from open12348.spine.catalogue import Panel
from open12348.spine.models import Case

from . import acts, codes, course, fees, fields, fitting, opinions, presence
from .forms import REPEAT_GROUNDS
from .houses import is_head, is_on
from .models import ForensicCase, ForensicDuty

#: States in which the institution still has something to do.
WORKING = frozenset({"accepted", "commissioned", "assigned", "in_progress", "paused", "drafted", "reviewed"})


def _row(case: Case) -> ForensicCase | None:
    return ForensicCase.objects.select_related("institution", "prior__order", "order").filter(order_id=case.pk).first()


def masked(case: Case) -> bool:
    """Health and DNA: phone and address only for who handles it, messages without the matter."""
    found = fields.by_code(case.topic)
    return found is not None and found.sensitive


def hints(case: Case, actor: Actor) -> list[Any]:
    """What has to be seen before anything else."""
    row = _row(case)
    if row is None:
        return []
    found: list[Any] = []
    if row.institution is None:
        found.append(_("还没有选定鉴定机构，先用“选定鉴定机构”。"))
    if case.state in {"received", "supplement"} and acts.twin(row) is not None:
        found.append(_("同一事项已经在另一个编号下委托并受理（司法鉴定程序通则第十五条第六项）。"))
    if row.field == fields.OUTSIDE and case.state == "received":
        found.append(_("还没有确定鉴定类别；四大类以外的不得受理。"))
    if case.state in WORKING and (why := presence.witness_needed(_first_kind(row), row.capacity)):
        found.append(why)
    if case.state == "reviewed" and (missing := codes.missing(row)):
        found.append(missing)
    asked = case.facts.get("extension") or {}
    if asked and is_head(actor, row.institution_id):
        found.append(_("鉴定人申请延长 %(n)s 个工作日，请在期满前决定。") % {"n": asked.get("days", "")})
    return found


def _first_kind(row: ForensicCase) -> str:
    return {fields.PATHOLOGY: "autopsy", fields.PSYCHIATRY: "psychiatry", fields.CLINICAL: "body"}.get(
        row.field, "test"
    )


def for_staff(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The course for everybody who sees the case; what is asked, found and opined only for who is on it."""
    row = _row(case)
    if row is None:
        return []
    within = is_on(case, by)
    people = list(
        row.examiners.filter(until__isnull=True).select_related("practitioner").order_by("duty", "-lead", "pk")
    )
    deadline = case.order.deadlines.filter(clock="complete").order_by("-pk").first()
    issued = list(row.opinions.filter(issued_at__isnull=False).order_by("round"))
    found = [
        Panel(_("鉴定"), "forensics/panel_facts.html", {
            "row": row, "field": "".join(fields.names([row.field])), "people": people, "within": within,
            "deadline": deadline, "reckoning": clocks.account(deadline, at) if deadline else None, "issued": issued,
            "code": codes.of(row), "relief": fees.RELIEF.get(row.relief, "") if row.relief else "",
            "repeat": REPEAT_GROUNDS.get(row.repeat_ground, ""), "working": case.state in WORKING,
        }),
    ]  # fmt: skip
    if case.state == "commissioned":
        left = [e for e in fitting.experts_of(row, at) if not e.able]
        if left:
            found.append(Panel(_("不能指定的人"), "forensics/panel_barred.html", {"left": left}, where="now"))
    if within:
        things = list(row.materials.order_by("number"))
        found.append(Panel(_("鉴定材料"), "forensics/panel_materials.html", {"things": things}))
        records = list(row.records.order_by("on", "pk"))
        if records:
            found.append(Panel(_("鉴定记录"), "forensics/panel_records.html", {"records": records}))
        now = course.opinion_of(row)
        if now is not None:
            reviewers = [p for p in people if p.duty == ForensicDuty.REVIEWER]
            found.append(
                Panel(_("鉴定意见"), "forensics/panel_opinion.html", {
                    "opinion": now, "reviewers": reviewers, "amendments": list(now.amendments.order_by("pk")), "faults": opinions.FAULTS,
                })
            )  # fmt: skip
    calls = list(row.testimonies.order_by("-pk")[:5])
    if calls:
        found.append(Panel(_("出庭"), "forensics/panel_court.html", {"calls": calls}, where="now"))
    return found


def for_resident(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The course, and what may be done; never the opinion of an authority's case."""
    row = _row(case)
    if row is None:
        return []
    return [
        Panel(
            _("这次鉴定"),
            "forensics/mine.html",
            {"row": row, "field": "".join(fields.names([row.field])), "case": case},
        )
    ]
