"""Blind reading: seats are filled in fair turn, each reader scores alone, a third decides where two differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import Unit, calendar_for, legal_day, reckon
from open12348.registry import people
from open12348.registry.divisions import calendar_layers
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import readers, redaction, rules, sheet
from .models import FileState, Review, ReviewFile, Round
from .redaction import Reading


#: How a look at a hidden file is named in the record that the person can read: that it was read, not by whom, since the
#: readers must not learn of each other. Who it was stands in the review and in the journal of the round.
def _blind() -> Actor:
    return Actor(kind="quality", name=str(_("质量评查员")))


def stream(row: Round) -> str:
    """The journal stream of a round."""
    return f"quality:{row.pk}"


def seat(
    file: ReviewFile, *, pool: list[readers.Reader], loads: readers.Loads, by: Actor, at: datetime
) -> list[Review]:
    """Fill the empty seats of a file, as far as somebody may sit there. Out: the new readings, fewer where nobody is left.

    Two seats, and a third when two have read and differ. Nobody sits twice at one file, also not after stepping aside.
    """
    rows = list(file.reviews.select_related("reader__practitioner"))
    filled = {r.seat for r in rows if r.left_at is None}
    wanted = (3,) if file.state == FileState.THIRD else (1, 2) if file.state == FileState.READING else ()
    case = file.candidate.order.case
    layers = calendar_layers(file.candidate.county)
    days = rules.the("review_days", legal_day(at)).value
    new: list[Review] = []
    for number in (n for n in wanted if n not in filled):
        taken = [readers.reader(r.reader, at) for r in [*rows, *new] if r.left_at is None]
        order = readers.turn(
            case, pool, loads, seed=file.round.seed, taken=taken, gone=[r.reader_id for r in rows], at=at
        )
        if not order:
            break
        chosen = order[0]
        loads.give(chosen.account.pk)
        new.append(
            Review.objects.create(
                file=file, seat=number, reader=chosen.account,
                organisation_id=min(chosen.houses, default=None), assigned_at=at,
                due_at=reckon(at, Unit.WORKDAYS, days, (), calendar_for(layers)).due_at,
                considered=[r.account.pk for r in order[:20]],
            )
        )  # fmt: skip
    if new:
        journal.write(
            stream=stream(file.round), kind="readers_seated", by=by, at=at, file=file.number,
            seats=[[r.seat, r.reader_id] for r in new],
        )  # fmt: skip
    return new


@transaction.atomic
def fill(*, round: Round, by: Actor, at: datetime) -> int:
    """Fill the empty seats of a round (somebody stepped aside, or new readers came). Out: how many. Errors: Denied."""
    _in_charge(round, by)
    form = sheet.get(round.sheet)
    pool, loads = readers.pool(form, at), readers.Loads.now(at)
    files = round.files.select_for_update(of=("self",)).filter(state__in=[FileState.READING, FileState.THIRD])
    return sum(
        len(seat(f, pool=pool, loads=loads, by=by, at=at))
        for f in files.select_related("round", "candidate__order__case", "candidate__county")
    )


def _in_charge(round: Round, by: Actor) -> None:
    if not all(readers.over(by, round.line, c, Role.OFFICER, Role.SUPERVISOR) for c in round.counties.all()):
        raise Denied(_("这一轮评查不归您管。"))


def mine(by: Actor) -> QuerySet[Review]:
    """What an actor has to read, due first coming first; then what was read."""
    if by.account_id is None or by.kind != "staff" or by.pending:
        return Review.objects.none()
    return (
        Review.objects.filter(reader_id=by.account_id, left_at__isnull=True)
        .exclude(file__state=FileState.DROPPED)
        .select_related("file__round", "file__candidate__order__case__place__division", "file__candidate__county")
    )


def open_file(*, review: Review, by: Actor, at: datetime) -> Reading:
    """The hidden file for its reader; the look is recorded for the person, without the reader's name. Errors: Denied."""
    if not mine(by).filter(pk=review.pk).exists():
        raise Denied(_("这份案卷不是给您评的。"))
    candidate = review.file.candidate
    people.looked(
        person=candidate.order.person,
        by=_blind(),
        at=at,
        purpose=str(_("质量评查，姓名已隐去")),
        order_code=candidate.code,
    )
    return redaction.read(candidate.order.case, sheet.get(review.file.round.sheet), until=review.file.round.opened_at)


@transaction.atomic
def score(*, review: Review, by: Actor, at: datetime, scores: Mapping[str, Any], remark: str) -> Review:
    """Give the points of a file. Both seats given: the file is graded, or a third is asked.

    Errors: Denied (not the reader), Conflict (given before), Refused (points out of range, no reasons, round stopped).
    """
    file = (
        ReviewFile.objects.select_for_update(of=("self",))
        .select_related("round", "candidate__order__case", "candidate__county")
        .get(pk=review.file_id)
    )
    row = Review.objects.select_for_update().get(pk=review.pk)
    if by.account_id is None or row.reader_id != by.account_id or row.left_at is not None:
        raise Denied(_("这份案卷不是给您评的。"))
    if row.done_at is not None:
        raise Conflict()
    if file.state not in {FileState.READING, FileState.THIRD}:
        raise Refused(_("这一轮评查已经停止。"))
    form, opened = sheet.get(file.round.sheet), legal_day(file.round.opened_at)
    try:
        total = rules.whole(scores, form.weights(opened))
    except (KeyError, ValueError, TypeError):
        raise Refused(_("每一项都要打分，从 0 分到这一项的满分。")) from None
    if not remark.strip():
        raise Refused(_("请写明评分的理由，好让承办人知道哪里要改。"))
    row.scores = {c.code: int(scores[c.code]) for c in form.criteria_on(opened)}
    row.remark, row.total, row.done_at = remark.strip(), total, at
    row.grade = rules.grade_of(total, legal_day(at), form.bands_on(legal_day(at)))
    row.save(update_fields=["scores", "remark", "total", "grade", "done_at"])
    journal.write(stream=stream(file.round), kind="file_scored", by=by, at=at, file=file.number, seat=row.seat)
    _settle(file, form, by=by, at=at)
    return row


def _settle(file: ReviewFile, form: sheet.Sheet, *, by: Actor, at: datetime) -> None:
    """Within a transaction that holds the file: grade it when all have read, or ask a third."""
    read = file.reviews.filter(left_at__isnull=True, done_at__isnull=False).values_list("seat", "total")
    totals = {seat_: total for seat_, total in read if total is not None}
    if not {1, 2} <= set(totals):
        return
    day, bands = legal_day(at), form.bands_on(legal_day(at))
    first, second, third = totals[1], totals[2], totals.get(3)
    if third is None and rules.differ(first, second, day, bands):
        file.state = FileState.THIRD
        file.save(update_fields=["state"])
        journal.write(stream=stream(file.round), kind="third_asked", by=by, at=at, file=file.number)
        seat(file, pool=readers.pool(form, at), loads=readers.Loads.now(at), by=by, at=at)
        return
    file.total = rules.settled(first, second, third, day, bands)
    file.grade = rules.grade_of(file.total, day, bands)
    file.state, file.graded_at = FileState.GRADED, at
    file.save(update_fields=["total", "grade", "state", "graded_at"])
    journal.write(stream=stream(file.round), kind="file_graded", by=by, at=at, file=file.number, grade=file.grade)


@transaction.atomic
def step_aside(*, review: Review, by: Actor, at: datetime, reason: str) -> Review | None:
    """A reader says why they cannot read a file (they know somebody in it, they are ill); whoever is next takes the seat.

    Also done by whoever is in charge of the round, for a reader who does not read. Out: the new reading; None when nobody
    is left. Errors: Denied, Conflict (scored or left before), Refused without a reason.
    """
    file = (
        ReviewFile.objects.select_for_update(of=("self",))
        .select_related("round", "candidate__order__case", "candidate__county")
        .get(pk=review.file_id)
    )
    row = Review.objects.select_for_update().get(pk=review.pk)
    if row.reader_id != by.account_id:
        _in_charge(file.round, by)
        if file.reviews.filter(reader_id=by.account_id).exists():
            raise Denied(_("您也评这份案卷，不能换下别人。"))
    if row.done_at is not None or row.left_at is not None:
        raise Conflict()
    if not reason.strip():
        raise Refused(_("请写明为什么不能评。"))
    row.left_at, row.left_reason = at, reason.strip()[:300]
    row.save(update_fields=["left_at", "left_reason"])
    journal.write(
        stream=stream(file.round),
        kind="reader_left",
        by=by,
        at=at,
        file=file.number,
        seat=row.seat,
        reader=row.reader_id,
    )
    form = sheet.get(file.round.sheet)
    new = seat(file, pool=readers.pool(form, at), loads=readers.Loads.now(at), by=by, at=at)
    return next((r for r in new if r.seat == row.seat), None)
