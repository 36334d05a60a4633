"""The peer review of legal aid's files: the forms by kind and stage, what may be drawn, and what a grade brings.

One stage of a matter is one case (司发通〔2019〕27号), so each case has one form. Weights and bands are figures with dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Denied
from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import legal_day
from open12348.ledgers.funds import claims
from open12348.ledgers.funds.models import ClaimState
from open12348.ledgers.quality import sheet
from open12348.ledgers.quality.models import QualityGrade
from open12348.ledgers.quality.sheet import Criterion, Graded, Sheet
from open12348.spine import journal, notices
from open12348.spine.casework import Refused
from open12348.spine.models import Case, Document, DocumentKind, Grade, Link, Rating

from .figures import HERE
from .models import Aid, Kind, Stage

#: A file may be read once it was handed in and found complete.
STATES = frozenset({"payable", "archived"})

LABELS: dict[str, tuple[Any, Any]] = {
    "meeting": (_("会见、约见"), _("是否及时，问清事实和要求，记录完整")),
    "reading": (_("阅卷"), _("是否查阅主要材料，摘记要点")),
    "evidence": (_("证据"), _("收集、核对、提交是否及时，围绕争议")),
    "opinion": (_("法律意见、诉讼文书"), _("适用法律是否准确，理由是否充分，是否按期提交")),
    "hearing": (_("出庭"), _("准备、发问、质证、辩论是否到位")),
    "told": (_("通报进展"), _("是否把进展告诉受援人，有记录")),
    "file": (_("案卷"), _("材料是否齐全，一案一卷，装订归档规范")),
    "explained": (_("说明结果"), _("是否向受援人讲清结果和接下来的权利")),
}  # fmt: skip


def the(name: str, day: date) -> Figure:
    """A figure of the review on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters" / "reviewing", "legal_aid/reviewing"), name, day)


def criteria(form: str) -> Callable[[date], tuple[Criterion, ...]]:
    """What one form judges, with the weights of a day."""

    def on(day: date) -> tuple[Criterion, ...]:
        return tuple(
            Criterion(code, LABELS[code][0], int(most), LABELS[code][1]) for code, most in the(form, day).value.items()
        )

    return on


def bands(day: date) -> Mapping[str, Any]:
    """The least points of each grade on a day."""
    return dict(the("bands", day).value)


def narrowed(kinds: frozenset[str], stages: frozenset[str]) -> Callable[[QuerySet[Case]], QuerySet[Case]]:
    """Ended cases that one form is for, their files complete."""

    def files(cases: QuerySet[Case]) -> QuerySet[Case]:
        return cases.filter(state__in=STATES, order__aid__kind__in=kinds, order__aid__stage__in=stages)

    return files


def kind(case: Case) -> str:
    """The stratum: the kind of matter and its stage."""
    row = Aid.objects.filter(order_id=case.pk).values_list("kind", "stage").first()
    return "/".join(row) if row else ""


def kinds() -> Mapping[str, Any]:
    """The strata in words."""
    return {f"{k.value}/{s.value}": f"{k.label} · {s.label}" for k in Kind for s in Stage}


def because(case: Case) -> str:
    """Why a file is read without chance: somebody complained about it, or was not satisfied."""
    if Link.objects.filter(first_id=case.pk, second__case__service="legal_aid.complaint").exists():
        return str(_("有投诉"))
    if Rating.objects.filter(
        order_id=case.pk, grade__lte=Grade.DISSATISFIED, outcome__superseded_at__isnull=True
    ).exists():
        return str(_("评价不满意"))
    return ""


def names(case: Case) -> Sequence[str]:
    """People whom only this line knows: those of a group claim, and what tells whose matter it is at the authority."""
    aid = Aid.objects.filter(order_id=case.pk).first()
    if aid is None:
        return []
    return [*(m.name for m in aid.members.all()), *(v for v in (aid.authority_no, aid.custody_place, aid.moj_no) if v)]


def pages(case: Case) -> Sequence[tuple[Any, str]]:
    """What was done and how it ended, from the line's own rows. Private notes are no part of a file."""
    aid = Aid.objects.filter(order_id=case.pk).first()
    if aid is None:
        return []
    done = [
        "　".join(
            filter(None, (s.on.isoformat(), str(s.get_kind_display()), s.place, s.document.text if s.document else ""))
        )
        for s in aid.steps.select_related("document").order_by("on", "pk")
    ]
    facts = [
        (_("援助种类"), f"{aid.get_kind_display()} · {aid.get_stage_display()}"), (_("案由"), aid.cause),
        (_("指派"), _day(aid.assigned_at)), (_("签订委托"), aid.engaged_on.isoformat() if aid.engaged_on else ""),
        (_("结案日"), aid.closed_on.isoformat() if aid.closed_on else ""), (_("结果"), str(aid.get_result_display())),
        (_("提交案卷"), _day(aid.file_in_at)),
    ]  # fmt: skip
    return [
        (_("办案记录"), "\n".join(done) or str(_("没有记录"))),
        (_("办理情况"), "\n".join(f"{label}：{value}" for label, value in facts if value)),
    ]


def _day(at: Any) -> str:
    return legal_day(at).isoformat() if at else ""


def papers(document: Document) -> bool:
    """What of the case's papers belongs to the file: what was handed in, said to the client, issued. Not the office's notes,
    and not the steps (they stand on a page of their own)."""
    return document.kind in {DocumentKind.UPLOAD, DocumentKind.ANSWER, DocumentKind.QUESTION, DocumentKind.PAPER}


_CRIMINAL = frozenset({Kind.CRIMINAL.value})
_OTHER = frozenset({Kind.CIVIL.value, Kind.ADMINISTRATIVE.value, Kind.COMPENSATION.value})
_BEFORE = frozenset({Stage.INVESTIGATION.value, Stage.PROSECUTION.value, Stage.DEATH_REVIEW.value})
_OUTSIDE = frozenset({Stage.OUTSIDE.value, Stage.EXECUTION.value, Stage.REVIEW.value})
_ALL = frozenset(Stage.values)
_LAWYERS = frozenset({"lawyer"})
_BOTH = frozenset({"lawyer", "grassroots_worker"})

#: The forms: criminal matters before and at trial, other matters with and without a hearing. Each case has exactly one.
FORMS = tuple(
    sheet.review(
        Sheet(
            f"legal_aid.{code}", label, criteria(code), readers, files=narrowed(of, stages), kind=kind, kinds=kinds, because=because,
            names=names, pages=pages, papers=papers, bands=bands,
        )
    )
    for code, label, of, stages, readers in (
        ("criminal_before", _("刑事法律援助（侦查、审查起诉、死刑复核）"), _CRIMINAL, _BEFORE, _LAWYERS),
        ("criminal_trial", _("刑事法律援助（审判）"), _CRIMINAL, _ALL - _BEFORE, _LAWYERS),
        ("civil_trial", _("民事、行政法律援助（诉讼、仲裁）"), _OTHER, _ALL - _OUTSIDE, _BOTH),
        ("civil_outside", _("民事、行政法律援助（非诉讼、复议、执行）"), _OTHER, _OUTSIDE, _BOTH),
    )
)  # fmt: skip


# What a grade brings


def graded(told: Graded) -> None:
    """A grade that stands: written on the case; whoever handled it is told; a fee not paid yet becomes less when it failed.

    Training is the ledger's own affair. Nothing is paid less by the machine alone: the smaller claim needs two signatures
    anew, and where the figure says "nothing" the office decides (SF/T 0058: 可不发或少发).
    """
    with journal.turn(order_id=told.order.pk, by=told.by, at=told.at) as now:
        Aid.objects.filter(order_id=told.order.pk).update(grade=told.grade)
        now.write("quality_graded", quality=told.grade)
        if now.case.handler_id is not None:  # else it would go to the place, whose business it is not
            notices.post(
                now, to="handler", text=_("%(code)s 的案卷评查等次：%(grade)s。"), grade=QualityGrade(told.grade).label
            )
        if told.grade == QualityGrade.FAIL:
            said = _less(told)
            if said:
                for to in ("officer", "supervisor"):
                    notices.post(now, to=to, text=said)


def _less(told: Graded) -> Any:
    """Reduce the fees of a failed case. Out: what the office has to be told, or nothing when none was owed."""
    day, said = legal_day(told.at), None
    percent = int(the("fail_pays", day).value)
    for claim in claims.claims_of(told.order):
        if claim.reverses_id is not None or claim.state in {ClaimState.DECLINED, ClaimState.REVERSED}:
            continue
        if claim.state == ClaimState.PAID:
            said = said or _("%(code)s 评查不合格，补贴已经发放。要不要冲销，请决定。")
        elif claim.state == ClaimState.IN_BATCH:
            said = said or _("%(code)s 评查不合格，补贴已列入付款清单。请取消清单再减少，或者付款后冲销。")
        elif percent <= 0:
            said = said or _("%(code)s 评查不合格，按标准可以不发补贴，请决定。")
        elif percent < 100:
            try:
                claims.reduce(
                    claim=claim, to=claim.amount * Decimal(percent) / 100, by=told.by, at=told.at,
                    reason=str(_("案卷评查不合格，减少补贴（SF/T 0058）")),
                )  # fmt: skip
                said = _("%(code)s 评查不合格，补贴已按标准减少，要重新审核和批准。")
            except (Refused, Denied):  # who answered the objection has no say over money here
                said = said or _("%(code)s 评查不合格，按标准可以少发补贴，请决定。")
    return said


for _form in FORMS:
    sheet.on_grade(_form.code)(graded)
