"""A round of peer review: opened and drawn in one step, announced, objected to, final; and how its draw came about."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor, Denied, Role
from open12348.kernel.workdays import Unit, calendar_for, end_of, legal_day, reckon, start_of
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Account, Division, Organisation
from open12348.spine import catalogue, journal, story
from open12348.spine.casework import Refused
from open12348.spine.catalogue import Phase
from open12348.spine.journal import Conflict
from open12348.spine.models import Assignment, Case

from . import readers, reviews, rules, sheet
from .models import Candidate, FileState, GradeObjection, QualityGrade, ReviewFile, Round, TrainingDuty
from .reviews import stream
from .rules import Slip

IN_CHARGE = (Role.OFFICER, Role.SUPERVISOR)


def _candidates(form: sheet.Sheet, counties: Iterable[Division], since: date, until: date) -> QuerySet[Case]:
    """Ended cases of the line that a round may draw from: not read before in a round that was not stopped."""
    found = Case.objects.filter(
        line=form.line, phase=Phase.DONE.value, merged_into__isnull=True, secret=False, county__in=list(counties),
        closed_at__gte=start_of(since), closed_at__lt=end_of(until),
    )  # fmt: skip
    read = ReviewFile.objects.exclude(state=FileState.DROPPED).filter(round__sheet=form.code)
    return form.files(found).exclude(pk__in=read.values("candidate__order_id"))


@dataclass(frozen=True)
class _Handler:
    account: Account | None
    practitioner: Any
    organisation: Organisation | None


def _handler(case: Case) -> _Handler:
    """Who did the work that is judged: whoever had the case in hand last, also when it was taken out of their hands since."""
    row = (
        Assignment.objects.filter(order_id=case.pk)
        .exclude(account=None, practitioner=None)
        .select_related("account__practitioner__organisation", "practitioner__organisation", "organisation")
        .order_by("since", "pk")
        .last()
    )
    if row is not None and case.handler_id is not None and row.account_id not in {None, case.handler_id}:
        row = None  # somebody else took it up since, without its being given out
    account = case.handler or (row.account if row else None)
    worker = (row.practitioner if row else None) or (account.practitioner if account else None)
    house = (row.organisation if row else None) or (worker.organisation if worker else None)
    return _Handler(account, worker, house)


@transaction.atomic
def open_round(
    *, form: str, counties: Iterable[Division], closed_from: date, closed_to: date, ratio: int, by: Actor, at: datetime,
    title: str = "", seed: str = "",
) -> Round:  # fmt: skip
    """Open a round: the list of files is frozen, the draw made, two readers seated at each drawn file.

    In: `form` a review form's code; the period in which the cases ended; `ratio` percent of each stratum. The seed is made
    by the machine; whoever opens a round cannot choose it (only a test hands one in). Errors: Denied, Refused.
    """
    try:
        declared = sheet.get(form)
    except KeyError:
        raise Refused(_("没有这种评查表。")) from None
    chosen = list({c.pk: c for c in counties}.values())
    if not chosen:
        raise Refused(_("请选择要评查哪些县（市）。"))
    if not all(readers.over(by, declared.line, c, *IN_CHARGE) for c in chosen):
        raise Denied(_("所选的县（市）里有的不归您管。"))
    if not 1 <= ratio <= 100:
        raise Refused(_("抽查比例是 1 到 100 之间的整数。"))
    if closed_from > closed_to:
        raise Refused(_("开始日期要早于结束日期。"))
    if closed_to > legal_day(at):
        raise Refused(_("结案期间还没有过完，请选今天以前的日期。"))
    cases = list(
        _candidates(declared, chosen, closed_from, closed_to)
        .select_related("order", "county", "handler__practitioner__organisation", "place")
        .order_by("pk")
    )
    if not cases:
        raise Refused(_("这段时间里没有可以评查的案卷。"))
    row = Round.objects.create(
        title=(title.strip() or str(declared.label))[:100], sheet=declared.code, line=declared.line, closed_from=closed_from,
        closed_to=closed_to, ratio=ratio, seed=seed or secrets.token_hex(16), opened_at=at, opened_by_id=by.account_id,
    )  # fmt: skip
    row.counties.set(chosen)
    _draw(row, declared, cases)
    files = list(row.files.select_related("round", "candidate__order__case", "candidate__county"))
    journal.write(
        stream=stream(row), kind="round_opened", by=by, at=at, sheet=row.sheet, ratio=ratio, seed=row.seed,
        candidates=len(cases), drawn=len(files), counties=sorted(c.code for c in chosen),
        period=[closed_from.isoformat(), closed_to.isoformat()],
    )  # fmt: skip
    pool, loads = readers.pool(declared, at), readers.Loads.now(at)
    for file in files:
        reviews.seat(file, pool=pool, loads=loads, by=by, at=at)
    return row


def _draw(row: Round, form: sheet.Sheet, cases: list[Case]) -> None:
    hands = {case.pk: _handler(case) for case in cases}
    kinds = {case.pk: (form.kind(case) if form.kind else case.topic or case.service)[:60] for case in cases}
    slips = []
    for case in cases:
        house = hands[case.pk].organisation
        stratum = (str(case.county_id or 0), kinds[case.pk], str(house.pk if house else 0))
        slips.append(Slip(case.code, stratum, (form.because(case) if form.because else "") or ""))
    drawn = {d.slip.code: d for d in rules.draw(slips, ratio=row.ratio, seed=row.seed)}
    listed = Candidate.objects.bulk_create(
        Candidate(
            round=row, order=case.order, code=case.code, county=case.county, kind=kinds[case.pk],
            account=hands[case.pk].account, practitioner=hands[case.pk].practitioner,
            organisation=hands[case.pk].organisation, lot=drawn[case.code].lot, drawn=drawn[case.code].drawn,
            because=drawn[case.code].slip.because[:100],
        )
        for case in cases
    )  # fmt: skip
    taken = sorted((c for c in listed if c.drawn), key=lambda c: c.lot)  # the number says nothing about whose it is
    ReviewFile.objects.bulk_create(ReviewFile(candidate=c, round=row, number=n) for n, c in enumerate(taken, 1))


def draw_again(row: Round) -> bool:
    """Draw again from the frozen list and the stored seed: True when it comes out as it was stored."""
    listed = list(row.candidates.all())
    slips = [Slip(c.code, _stratum(c), c.because) for c in listed]
    again = {d.slip.code: (d.lot, d.drawn) for d in rules.draw(slips, ratio=row.ratio, seed=row.seed)}
    return all(again[c.code] == (c.lot, c.drawn) for c in listed)


def _stratum(row: Candidate) -> tuple[str, ...]:
    return (str(row.county_id or 0), row.kind, str(row.organisation_id or 0))


@dataclass(frozen=True)
class Stratum:
    """One stratum of a draw, in words: how many there were, how many chance drew, how many were drawn for a reason."""

    county: str
    kind: str
    house: str
    size: int
    drawn: int
    because: int


def explain(row: Round) -> list[Stratum]:
    """The strata of a round with their sizes and what was drawn, for whoever asks how it came about."""
    found: dict[tuple[str, ...], list[Candidate]] = {}
    for c in row.candidates.select_related("county", "organisation"):
        found.setdefault(_stratum(c), []).append(c)
    try:
        form: sheet.Sheet | None = sheet.get(row.sheet)
    except KeyError:  # a line that was taken out
        form = None
    return [
        Stratum(
            some[0].county.name if some[0].county else "—", _kind_name(form, some[0].kind),
            some[0].organisation.name if some[0].organisation else str(_("本机构人员")), len(some),
            sum(c.drawn and not c.because for c in some), sum(bool(c.because) for c in some),
        )
        for _key, some in sorted(found.items())
    ]  # fmt: skip


def _kind_name(form: sheet.Sheet | None, kind: str) -> str:
    """The label of a kind of matter: the line's own, else the topic's or service's as its form offers it."""
    if form is not None and form.kinds is not None:
        return str(form.kinds().get(kind, kind))
    for service in catalogue.current():
        if form is not None and service.line != form.line:
            continue
        if service.code == kind:
            return str(service.name)
        if kind in (known := story.topics(service)):
            return known[kind]
    return kind


def visible(by: Actor) -> QuerySet[Round]:
    """Rounds that lie wholly in an actor's charge."""
    if not by.has(*IN_CHARGE):
        return Round.objects.none()
    ok = [
        r.pk
        for r in Round.objects.prefetch_related("counties")
        if all(readers.over(by, r.line, c, *IN_CHARGE) for c in r.counties.all())
    ]
    return Round.objects.filter(pk__in=ok)


def reads_in(row: Round, by: Actor) -> bool:
    """True for somebody who reads, or read, a file of a round: they are shown nothing of its files on any other page."""
    return by.account_id is not None and row.files.filter(reviews__reader_id=by.account_id).exists()


# After the reading


@transaction.atomic
def announce(*, round: Round, by: Actor, at: datetime) -> int:
    """Announce every grade that is ready; from now the handler may object. Out: how many. Errors: Denied, Refused."""
    row = Round.objects.select_for_update().get(pk=round.pk)
    reviews._in_charge(row, by)
    files = list(
        row.files.select_for_update(of=("self",)).filter(state=FileState.GRADED).select_related("candidate__county")
    )
    if not files:
        raise Refused(_("还没有评好、可以公布的案卷。"))
    days = rules.the("objection_days", legal_day(at)).value
    for file in files:
        layers = calendar_layers(file.candidate.county)
        file.state, file.announced_at = FileState.ANNOUNCED, at
        file.object_by = reckon(at, Unit.DAYS, days, (), calendar_for(layers)).due_at
        file.save(update_fields=["state", "announced_at", "object_by"])
        journal.write(stream=stream(row), kind="grade_announced", by=by, at=at, file=file.number, grade=file.grade)
    return len(files)


@transaction.atomic
def stop(*, round: Round, by: Actor, at: datetime, reason: str) -> Round:
    """Stop a round: what is not final is dropped; its files may be drawn again. Errors: Denied, Refused, Conflict."""
    row = Round.objects.select_for_update().get(pk=round.pk)
    reviews._in_charge(row, by)
    if row.stopped_at is not None:
        raise Conflict()
    if not reason.strip():
        raise Refused(_("请写明为什么停止。"))
    row.stopped_at, row.stop_reason = at, reason.strip()[:300]
    row.save(update_fields=["stopped_at", "stop_reason"])
    dropped = row.files.exclude(state=FileState.FINAL).update(state=FileState.DROPPED)
    journal.write(stream=stream(row), kind="round_stopped", by=by, at=at, dropped=dropped)
    return row


def of_handler(by: Actor) -> QuerySet[ReviewFile]:
    """Files whose handler an actor is, once their grade is announced."""
    if by.account_id is None or by.kind != "staff" or by.pending:
        return ReviewFile.objects.none()
    own = Q(candidate__account_id=by.account_id)
    if by.practitioner_id:
        own |= Q(candidate__practitioner_id=by.practitioner_id)
    return (
        ReviewFile.objects.filter(own, state__in=[FileState.ANNOUNCED, FileState.OBJECTED, FileState.FINAL])
        .select_related("round", "candidate__county", "objection")
        .order_by("-announced_at")
    )


@transaction.atomic
def object_to(*, file: ReviewFile, by: Actor, at: datetime, text: str) -> GradeObjection:
    """The handler objects to a grade. Errors: Denied (not the handler), Refused (too late, twice, without reasons)."""
    row = (
        ReviewFile.objects.select_for_update(of=("self",)).select_related("round", "candidate__county").get(pk=file.pk)
    )
    if not of_handler(by).filter(pk=row.pk).exists():
        raise Denied(_("只有承办人可以对评查等次提异议。"))
    if GradeObjection.objects.filter(file=row).exists():
        raise Refused(_("这份案卷已经提过异议。"))
    if row.state != FileState.ANNOUNCED or row.object_by is None or at >= row.object_by:
        raise Refused(_("提异议的期限已过。"))
    if not text.strip():
        raise Refused(_("请写明哪里评得不对、有什么依据。"))
    days = rules.the("answer_days", legal_day(at)).value
    layers = calendar_layers(row.candidate.county)
    assert row.total is not None and by.account_id is not None
    objection = GradeObjection.objects.create(
        file=row, by_id=by.account_id, at=at, text=text.strip(), old_total=row.total, old_grade=row.grade,
        due_at=reckon(at, Unit.WORKDAYS, days, (), calendar_for(layers)).due_at,
    )  # fmt: skip
    row.state = FileState.OBJECTED
    row.save(update_fields=["state"])
    journal.write(stream=stream(row.round), kind="grade_objected", by=by, at=at, file=row.number)
    return objection


def may_answer(file: ReviewFile, by: Actor, at: datetime) -> bool:
    """Whether an actor may answer an objection: in charge of the county, never a reader, the handler, or of their house."""
    candidate = file.candidate
    if by.account_id is None or not readers.over(by, file.round.line, candidate.county, *IN_CHARGE):
        return False
    if file.reviews.filter(reader_id=by.account_id).exists():
        return False
    return readers.stranger_to(
        Account.objects.select_related("practitioner").get(pk=by.account_id), candidate.order, at
    )


def to_answer(by: Actor, at: datetime) -> list[GradeObjection]:
    """Objections that an actor may answer, what is due first first."""
    rows = GradeObjection.objects.filter(answered_at__isnull=True, file__state=FileState.OBJECTED).select_related(
        "file__round", "file__candidate__county", "file__candidate__order__case"
    )
    return [r for r in rows.order_by("due_at", "pk") if may_answer(r.file, by, at)]


@transaction.atomic
def answer(
    *, objection: GradeObjection, by: Actor, at: datetime, text: str, total: int | None = None
) -> GradeObjection:
    """Answer an objection: the grade stands (`total` None), or the file gets a new total, and with it a grade. Then it is
    final. Errors: Denied (a reader, the handler's house, not in charge), Conflict (answered), Refused."""
    row = GradeObjection.objects.select_for_update().get(pk=objection.pk)
    file = (
        ReviewFile.objects.select_for_update(of=("self",))
        .select_related("round", "candidate__county", "candidate__order__case")
        .get(pk=row.file_id)
    )
    if not may_answer(file, by, at):
        raise Denied(_("答复异议的，不能是评过这份案卷的人，也不能和承办人同一单位。"))
    if row.answered_at is not None or file.state != FileState.OBJECTED:
        raise Conflict()
    if not text.strip():
        raise Refused(_("请写明答复的理由。"))
    if total is not None and not 0 <= total <= 100:
        raise Refused(_("总分是 0 到 100 之间的整数。"))
    row.answered_at, row.answered_by_id, row.answer = at, by.account_id, text.strip()
    row.upheld = total is None
    row.save(update_fields=["answered_at", "answered_by", "answer", "upheld"])
    if total is not None:
        bands = sheet.get(file.round.sheet).bands_on(legal_day(at))
        file.total, file.grade = total, rules.grade_of(total, legal_day(at), bands)
    journal.write(
        stream=stream(file.round),
        kind="objection_answered",
        by=by,
        at=at,
        file=file.number,
        upheld=row.upheld,
        grade=file.grade,
    )
    _stands(file, by=by, at=at)
    return row


def _stands(file: ReviewFile, *, by: Actor, at: datetime) -> None:
    """Within a transaction that holds the file: its grade stands now; who asked is told, who did not pass is to be trained."""
    file.state, file.final_at = FileState.FINAL, at
    file.save(update_fields=["state", "final_at", "total", "grade"])
    candidate = file.candidate
    if file.grade == QualityGrade.FAIL:
        TrainingDuty.objects.create(
            file=file, account_id=candidate.account_id, practitioner_id=candidate.practitioner_id,
            organisation_id=candidate.organisation_id, county_id=candidate.county_id, since=at,
        )  # fmt: skip
    journal.write(stream=stream(file.round), kind="grade_final", by=by, at=at, file=file.number, grade=file.grade)
    assert file.total is not None
    sheet.tell(
        sheet.Graded(
            sheet=file.round.sheet, order=candidate.order, practitioner=candidate.practitioner,
            organisation=candidate.organisation, grade=file.grade, total=file.total, file_id=file.pk, by=by, at=at,
        )
    )  # fmt: skip


def finish_due(*, at: datetime, limit: int = 100) -> int:
    """Let grades stand to which nobody objected in time. Each in a transaction of its own. Out: how many."""
    done = 0
    for pk in list(
        ReviewFile.objects.filter(state=FileState.ANNOUNCED, object_by__lte=at).order_by("object_by").values_list("pk", flat=True)[:limit]
    ):  # fmt: skip
        with transaction.atomic():
            file = (
                ReviewFile.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(pk=pk, state=FileState.ANNOUNCED)
                .select_related("round", "candidate__order", "candidate__practitioner", "candidate__organisation")
                .first()
            )
            if file is not None:
                _stands(file, by=SYSTEM, at=at)
                done += 1
    return done


# Training


def to_train(by: Actor) -> QuerySet[TrainingDuty]:
    """Who is to be trained, in an actor's charge."""
    counties = [c.pk for c in readers.counties_of(by, "", *IN_CHARGE)]
    rows = TrainingDuty.objects.filter(done_at__isnull=True, county_id__in=counties)
    return rows.select_related("practitioner", "account", "organisation", "county", "file__round").order_by("since")


@transaction.atomic
def trained(*, duty: TrainingDuty, by: Actor, at: datetime, note: str) -> TrainingDuty:
    """Record that somebody was trained, in what. Errors: Denied, Conflict, Refused."""
    row = TrainingDuty.objects.select_for_update().get(pk=duty.pk)
    round_ = row.file.round
    if not readers.over(by, round_.line, row.county, *IN_CHARGE) or (by.account_id and by.account_id == row.account_id):
        raise Denied(_("这项培训不归您登记。"))
    if row.done_at is not None:
        raise Conflict()
    if not note.strip():
        raise Refused(_("请写明什么时候、参加了什么培训。"))
    row.done_at, row.done_by, row.note = at, by.label, note.strip()[:300]
    row.save(update_fields=["done_at", "done_by", "note"])
    journal.write(stream=stream(round_), kind="trained", by=by, at=at, file=row.file.number)
    return row
