"""Mediation committees and their people: setting up, filing, terms, who mediates from when to when, removal, what a court is told.

Who keeps them: an officer of the bureau whose part of the map they lie in, and whoever manages the committee itself (a membership
that names it). The bureau alone files, removes from the list and tells the court. Each act is a line in the committee's stream of
the journal ("committee:<number>").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.parameters import Figure, figures, layers
from open12348.kernel.workdays import add_months, calendar_for, legal_day
from open12348.registry import divisions, providers
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import (
    Account,
    Division,
    Organisation,
    OrganisationKind,
    Place,
    Practitioner,
    PractitionerKind,
    Status,
)
from open12348.spine import handover, journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import committee_rules
from .committee_models import (
    REMOVAL,
    Committee,
    CommitteeChange,
    CommitteeChangeKind,
    CommitteeRoom,
    CommitteeTerm,
    Industry,
    LeavingGround,
    MediatorAppointment,
)
from .committee_rules import MEMBERS, Facts, Person, Warn
from .figures import HERE

LINE = "mediation"
ONE = timedelta(days=1)
#: The article on who may mediate and for how long; shown with every refusal of somebody whose term is over.
TERM_BASIS = gettext_lazy("人民调解法第九条、第十三条")


def all_figures(day: date) -> Mapping[str, Figure]:
    """The figures of committees that hold on a day, the pack's over ours."""
    return figures(layers(HERE / "parameters" / "committees", "mediation/committees"), day)


def the(name: str, day: date) -> Figure:
    """One figure of committees on a day."""
    return all_figures(day)[name]


# Whose


def counties(by: Actor, *roles: Role) -> list[Division]:
    """The counties that an actor's grants for this line reach, by code."""
    parts = _parts(by, *roles)
    return [c for c in divisions.counties() if any(c.path.startswith(p) or p.startswith(c.path) for p in parts)]


def _parts(by: Actor, *roles: Role) -> tuple[str, ...]:
    if by.kind == "system":
        return ("",)
    return divisions.parts(
        Actor(kind=by.kind, pending=by.pending, grants=tuple(g for g in by.grants if g.covers_line(LINE))), *roles
    )


def is_bureau(by: Actor, division: Division) -> bool:
    """True for an officer of the bureau in whose part of the map something lies."""
    return any(division.path.startswith(p) for p in _parts(by, Role.OFFICER))


def manages(by: Actor, organisation_id: int) -> bool:
    """True for whoever acts for a committee: a membership that names it."""
    return any(g.role is Role.PROVIDER and g.organisation_id == organisation_id for g in by.grants)


def concerns(by: Actor) -> bool:
    """True for the office, for mediators and for whoever manages a committee: lawyers have nothing to do with its register."""
    if by.kind == "system" or by.has(Role.OFFICER, Role.SUPERVISOR, Role.CLERK):
        return True
    managed = [g.organisation_id for g in by.grants if g.role is Role.PROVIDER and g.organisation_id]
    return (
        bool(managed) and Organisation.objects.filter(pk__in=managed, kind=OrganisationKind.MEDIATION).exists()
    ) or Practitioner.objects.filter(pk=by.practitioner_id or 0, kind=PractitionerKind.MEDIATOR).exists()


def keeps(by: Actor, committee: Committee) -> bool:
    """True for the bureau of that part of the map, and for the committee itself."""
    return is_bureau(by, committee.organisation.division) or manages(by, committee.pk)


def _only_keeper(by: Actor, committee: Committee) -> None:
    if not keeps(by, committee):
        raise Denied(_("只有这个委员会自己和当地司法局可以登记（人民调解法第十条）。"))


def _only_bureau(by: Actor, division: Division) -> None:
    if not is_bureau(by, division):
        raise Denied(_("备案、统计和通报由县级司法行政部门办理（人民调解法第十条）。"))


def in_sight(by: Actor) -> QuerySet[Committee]:
    """The committees an actor may look at: those of their part of the map, and their own."""
    rows = Committee.objects.select_related("organisation__division__county")
    if by.kind == "system":
        return rows
    here = Q(organisation_id__in=[g.organisation_id for g in by.grants if g.organisation_id])
    if by.practitioner_id is not None:  # a mediator may look at the committee they serve
        here |= Q(
            pk__in=MediatorAppointment.objects.filter(mediator_id=by.practitioner_id, ended_on__isnull=True).values(
                "committee_id"
            )
        )
    for part in _parts(by, Role.OFFICER, Role.SUPERVISOR, Role.CLERK):
        here |= Q(organisation__division__path__startswith=part)
    return rows.filter(here)


# Committees


@transaction.atomic
def set_up(
    *, by: Actor, at: datetime, division: Division, kind: str, name_zh: str, set_up_by: str, set_up_on: date, name_ug: str = "",
    field: str = "", organisation: Organisation | None = None, **contact: Any,
) -> Committee:  # fmt: skip
    """Write a committee down: its entry as an institution, and what the law asks beside it.

    In: `organisation` when it is in the registry already; `contact` phone, address, languages. Errors: Denied, Refused.
    """
    _only_bureau(by, division)
    if set_up_on > legal_day(at):
        raise Refused(_("设立的日子不能晚于今天。"))
    if organisation is None:
        same = Organisation.objects.filter(
            kind=OrganisationKind.MEDIATION, division=division, name_zh=name_zh.strip(), valid_to=None
        )
        if same.exists():
            raise Refused(_("这里已经有同名的调解委员会。"))
        organisation = providers.enter_organisations(
            by=by, at=at,
            many=[{"kind": OrganisationKind.MEDIATION.value, "name_zh": name_zh.strip(), "name_ug": name_ug.strip(),
                   "division": division, "valid_from": set_up_on, **contact}],
        )[0]  # fmt: skip
    elif organisation.kind != OrganisationKind.MEDIATION:
        raise Refused(_("这个单位登记的不是人民调解委员会。"))
    if Committee.objects.filter(pk=organisation.pk).exists():
        raise Refused(_("这个调解委员会已经登记过。"))
    row = Committee.objects.create(
        organisation=organisation, kind=kind, field=field, set_up_by=set_up_by.strip()[:120], set_up_on=set_up_on
    )
    _write(row, "committee_set_up", by, at, of=kind)
    _changed(row, CommitteeChangeKind.SET_UP, set_up_on, name_zh.strip(), by, at)
    return row


@transaction.atomic
def file(*, committee: Committee, on: date, by: Actor, at: datetime) -> Committee:
    """The bureau has the committee on file. Errors: Denied, Refused (filed before, or on a day that cannot be)."""
    row = _locked(committee)
    _only_bureau(by, row.organisation.division)
    if row.filed_on is not None:
        raise Refused(_("已经备案。"))
    if not row.set_up_on <= on <= legal_day(at):
        raise Refused(_("备案的日子要在设立以后，今天以前。"))
    return _set(row, by, at, "committee_filed", filed_on=on)


@transaction.atomic
def keep_seal(*, committee: Committee, text: str, on: date, by: Actor, at: datetime) -> Committee:
    """The print of the committee's seal is on file: only with it agreements take effect (Art 29). Errors: Denied, Refused."""
    row = _locked(committee)
    _only_keeper(by, row)
    if not text.strip():
        raise Refused(_("请写印章上的字。"))
    if on > legal_day(at):
        raise Refused(_("日子不能晚于今天。"))
    return _set(row, by, at, "committee_seal", seal_on=on, seal_text=text.strip()[:120])


@transaction.atomic
def close(*, committee: Committee, on: date, why: str, by: Actor, at: datetime) -> Committee:
    """The committee mediates no more: its people's appointments end, their cases go back. Errors: Denied, Refused."""
    row = _locked(committee)
    _only_bureau(by, row.organisation.division)
    if row.closed_on is not None:
        raise Refused(_("已经撤销。"))
    if not why.strip():
        raise Refused(_("请写明撤销的理由。"))
    if on > legal_day(at):
        raise Refused(_("日子不能晚于今天。"))
    for seat in people_now(row):
        _end(seat, LeavingGround.OTHER, on, why, by, at)
    for studio in row.studios.filter(closed_on__isnull=True):
        studio.closed_on, studio.closed_why = on, why.strip()[:300]
        studio.save(update_fields=["closed_on", "closed_why"])
    row.rooms.filter(closed_on__isnull=True).update(closed_on=on)
    providers.change_organisation(organisation=row.organisation, by=by, at=at, valid_to=on)
    _changed(row, CommitteeChangeKind.CLOSED, on, why.strip()[:300], by, at)
    return _set(row, by, at, "committee_closed", closed_on=on)


def _locked(committee: Committee) -> Committee:
    return (
        Committee.objects.select_for_update(of=("self",))
        .select_related("organisation__division__county")
        .get(pk=committee.pk)
    )


def _set(row: Committee, by: Actor, at: datetime, kind: str, **values: Any) -> Committee:
    for key, value in values.items():
        setattr(row, key, value)
    row.save(update_fields=list(values))
    _write(row, kind, by, at, **{k: str(v) for k, v in values.items() if isinstance(v, date)})
    return row


def _write(committee: Committee, kind: str, by: Actor, at: datetime, **data: Any) -> None:
    journal.write(stream=f"committee:{committee.pk}", kind=kind, by=by, at=at, **data)


def _changed(committee: Committee, kind: str, on: date, what: str, by: Actor, at: datetime) -> None:
    CommitteeChange.objects.create(committee=committee, kind=kind, on=on, what=what[:300], entered_at=at, by=by.label)


# Terms


def term_of(committee: Committee) -> CommitteeTerm | None:
    """The newest term."""
    return committee.terms.order_by("-starts_on").first()


@transaction.atomic
def begin_term(
    *, committee: Committee, starts_on: date, chosen_by: str, by: Actor, at: datetime, kept: Iterable[int] = (),
    document: str = "", ends_on: date | None = None,
) -> CommitteeTerm:  # fmt: skip
    """A new term of three years (Art 9). In: `kept` the appointments of whoever goes on; the others end with their term.

    Errors: Denied; Refused (no electors, a day that cannot be, longer than the law says).
    """
    row = _locked(committee)
    _only_keeper(by, row)
    years = int(the("term_years", starts_on).value)
    last = add_months(starts_on, years * 12) - ONE
    if ends_on is not None and not starts_on < ends_on <= last:
        raise Refused(_("每届任期三年，最晚到 %(day)s（人民调解法第九条）。") % {"day": last.isoformat()})
    if not chosen_by.strip():
        raise Refused(_("请写明由谁推选产生（人民调解法第九条）。"))
    before = term_of(row)
    if starts_on < row.set_up_on or (before is not None and starts_on <= before.starts_on):
        raise Refused(_("新一届要在设立以后，也要晚于上一届。"))
    term = CommitteeTerm.objects.create(
        committee=row, starts_on=starts_on, ends_on=ends_on or last, chosen_by=chosen_by.strip()[:120],
        document=document.strip()[:200],
    )  # fmt: skip
    going = set(kept)
    for seat in people_now(row):
        if seat.pk not in going:
            _end(seat, LeavingGround.TERM, min(seat.ends_on, starts_on - ONE), "", by, at)
            continue
        seat.ended_on, seat.ended_by = max(seat.starts_on, min(seat.ends_on, starts_on - ONE)), by.label
        seat.save(update_fields=["ended_on", "ended_by"])
        _enter(row, seat.mediator, seat.post, seat.engagement, starts_on, term, seat.document, by, at)
    _write(row, "committee_term", by, at, starts_on=starts_on, ends_on=term.ends_on)
    _changed(row, CommitteeChangeKind.TERM, starts_on, chosen_by.strip(), by, at)
    return term


@transaction.atomic
def confirm(*, committee: Committee, has_woman: bool, make_up: bool | None, by: Actor, at: datetime) -> CommitteeTerm:
    """The committee says of its present term whether the make-up that Art 8 asks for is met: yes or no, of nobody by name.

    In: `make_up` the sentence on areas where several peoples live, None where it does not apply. Errors: Denied, Refused.
    """
    _only_keeper(by, committee)
    term = term_of(committee)
    if term is None:
        raise Refused(_("还没有登记任期。"))
    term.has_woman, term.make_up, term.confirmed_at, term.confirmed_by = has_woman, make_up, at, by.label
    term.save(update_fields=["has_woman", "make_up", "confirmed_at", "confirmed_by"])
    _write(committee, "committee_confirmed", by, at, term=term.pk)
    return term


# People


def people_now(committee: Committee) -> list[MediatorAppointment]:
    """Whoever mediates for a committee and was not taken off, those whose term is over among them; the director first."""
    order = {post: i for i, post in enumerate(["director", "deputy", "member", "appointed"])}
    rows = committee.appointments.filter(ended_on__isnull=True).select_related("mediator")
    return sorted(rows, key=lambda s: (order[s.post], s.pk))


def new_mediator(
    *, by: Actor, at: datetime, division: Division, organisation: Organisation | None, name_zh: str, name_ug: str = "",
    number: str = "", since: date | None = None, languages: Sequence[str] = (), phone: str = "", invented: bool = False,
) -> Practitioner:  # fmt: skip
    """Enter a mediator into the registry; without a number of their own one is given. Errors: Refused (the number is taken)."""
    number = number.strip() or _number(division)
    if Practitioner.objects.filter(kind=PractitionerKind.MEDIATOR, licence_no=number).exists():
        raise Refused(_("调解员编号 %(number)s 已经登记过。") % {"number": number})
    return providers.enter_practitioners(
        by=by, at=at,
        many=[{"kind": PractitionerKind.MEDIATOR.value, "name_zh": name_zh, "name_ug": name_ug, "licence_no": number,
               "organisation": organisation, "division": division, "languages": list(languages), "practised_since": since,
               "phone": phone, "invented": invented}],
    )[0]  # fmt: skip


def _number(division: Division) -> str:
    county = (division.county or division).code[:6]
    while True:  # a register that was taken over may hold some of our numbers
        number = f"TJY{county}{numbers.next_serial(f'mediator:{county}'):05d}"
        if not Practitioner.objects.filter(kind=PractitionerKind.MEDIATOR, licence_no=number).exists():
            return number


@transaction.atomic
def appoint(
    *, committee: Committee, mediator: Practitioner, post: str, engagement: str, by: Actor, at: datetime, on: date | None = None,
    ends_on: date | None = None, document: str = "",
) -> MediatorAppointment:  # fmt: skip
    """Somebody mediates for a committee from a day on: as its member for the rest of the term, or appointed for up to a term.

    Errors: Denied; Refused (no term, no room among the nine, a second director, stopped, there already).
    """
    row = _locked(committee)
    _only_keeper(by, row)
    today = legal_day(at)
    start = on or today
    term = term_of(row)
    if row.closed_on is not None:
        raise Refused(_("这个调解委员会已经撤销。"))
    if mediator.kind != PractitionerKind.MEDIATOR:
        raise Refused(_("这个人登记的不是人民调解员。"))
    if term is None:
        raise Refused(_("先登记这一届的任期，再登记人员。"))
    if term.ends_on < start:
        raise Refused(
            _("这一届任期已于 %(day)s 届满，请先登记换届（人民调解法第九条）。") % {"day": term.ends_on.isoformat()}
        )
    status = providers.standing_at(mediator, at)
    if status == Status.SUSPENDED:
        raise Refused(_("这位调解员正在停止调解期间，不能聘任。"))
    now = people_now(row)
    if any(s.mediator_id == mediator.pk for s in now):
        raise Refused(_("这位调解员已经在这个委员会。"))
    held = tuple(Person(s.post, s.engagement, s.ends_on) for s in now)
    if why := committee_rules.may_be_chosen(post, held, int(the("members_most", start).value)):
        raise Refused(why)
    last = add_months(start, int(the("term_years", start).value) * 12) - ONE
    until = term.ends_on if post in MEMBERS else ends_on or min(last, term.ends_on)
    if until > last or until < start:
        raise Refused(_("聘期最长三年，最晚到 %(day)s（人民调解法第九条）。") % {"day": last.isoformat()})
    if status == Status.CANCELLED:
        handover.set_standing(
            who=mediator, status=Status.ACTIVE.value, at=at, by=by, reason=str(gettext_lazy("重新聘任"))
        )
    seat = _enter(row, mediator, post, engagement, start, term, document, by, at, until)
    if not current(at).filter(mediator=mediator).exclude(pk=seat.pk).exists():
        providers.change_practitioner(practitioner=mediator, by=by, at=at, organisation=row.organisation)
    _changed(row, CommitteeChangeKind.JOINED, start, mediator.name_zh, by, at)
    return seat


def _enter(
    committee: Committee, mediator: Practitioner, post: str, engagement: str, on: date, term: CommitteeTerm, document: str, by: Actor,
    at: datetime, until: date | None = None,
) -> MediatorAppointment:  # fmt: skip
    try:
        with transaction.atomic():
            seat = MediatorAppointment.objects.create(
                committee=committee, mediator=mediator, post=post, engagement=engagement, starts_on=on, ends_on=until or term.ends_on,
                term=term if post in MEMBERS else None, document=document.strip()[:200], entered_at=at, by=by.label,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict from None
    _write(committee, "mediator_appointed", by, at, mediator=mediator.pk, post=post)
    return seat


@transaction.atomic
def leave(
    *, seat: MediatorAppointment, ground: str, why: str, by: Actor, at: datetime, on: date | None = None, document: str = ""
) -> MediatorAppointment:  # fmt: skip
    """Somebody leaves a committee, or is removed on one of the four grounds of Art 15: their open cases go back at once.

    A removal is made by whoever chose or appointed them, and needs its facts. Errors: Denied, Refused, Conflict.
    """
    row = _locked(seat.committee)
    _only_keeper(by, row)
    if ground not in LeavingGround.values:
        raise Refused(_("请选择离任的原因。"))
    if ground in REMOVAL and len(why.strip()) < 5:
        raise Refused(_("罢免或者解聘要写明事实（至少 5 个字；人民调解法第十五条）。"))
    if by.practitioner_id is not None and by.practitioner_id == seat.mediator_id and ground in REMOVAL:
        raise Denied(_("不能自己决定自己的罢免或者解聘（人民调解法第十五条）。"))
    now = (
        MediatorAppointment.objects.select_for_update(of=("self",))
        .select_related("mediator", "committee")
        .get(pk=seat.pk)
    )
    if now.ended_on is not None:
        raise Conflict
    day = on or legal_day(at)
    if not now.starts_on <= day <= legal_day(at):
        raise Refused(_("离任的日子要在任职以后，今天以前。"))
    _end(now, ground, day, why, by, at, document)
    _changed(row, CommitteeChangeKind.LEFT, day, now.mediator.name_zh, by, at)
    return now


def _end(
    seat: MediatorAppointment, ground: str, day: date, why: str, by: Actor, at: datetime, document: str = ""
) -> None:
    seat.ended_on, seat.leaving, seat.ended_why, seat.ended_by = (
        max(seat.starts_on, day),
        ground,
        why.strip()[:500],
        by.label,
    )
    seat.save(update_fields=["ended_on", "leaving", "ended_why", "ended_by"])
    _write(seat.committee, "mediator_left", by, at, mediator=seat.mediator_id, ground=ground)
    elsewhere = MediatorAppointment.objects.filter(
        mediator=seat.mediator, ended_on__isnull=True, ends_on__gte=legal_day(at)
    )
    if ground in REMOVAL or not elsewhere.exists():
        if providers.standing_at(seat.mediator, at) == Status.ACTIVE:
            handover.set_standing(
                who=seat.mediator, status=Status.CANCELLED.value, at=at, by=by, document=document.strip()[:200],
                reason=str(LeavingGround(ground).label),
            )  # fmt: skip
    if ground in REMOVAL:  # who may mediate no more mediates for nobody
        for other in elsewhere.exclude(pk=seat.pk).select_related("committee", "mediator"):
            other.ended_on, other.leaving, other.ended_by = legal_day(at), ground, by.label
            other.save(update_fields=["ended_on", "leaving", "ended_by"])
            _write(other.committee, "mediator_left", by, at, mediator=seat.mediator_id, ground=ground)


# Who may be given a case


def current(at: datetime) -> QuerySet[MediatorAppointment]:
    """Appointments that hold on a day."""
    day = legal_day(at)
    return MediatorAppointment.objects.filter(
        starts_on__lte=day, ends_on__gte=day, ended_on__isnull=True, committee__closed_on__isnull=True
    )


def available(at: datetime) -> QuerySet[Practitioner]:
    """Mediators who may be given a new dispute: standing, and with an appointment that has not run out.

    Whoever is in the registry without any appointment written down yet is not barred: registers are taken over bit by bit.
    """
    any_seat = MediatorAppointment.objects.filter(mediator=OuterRef("pk"))
    return providers.available(at).filter(
        Exists(current(at).filter(mediator=OuterRef("pk"))) | ~Exists(any_seat), kind=PractitionerKind.MEDIATOR
    )


def barred(mediator: Practitioner | None, at: datetime) -> str:
    """Why a mediator may not be given a new dispute, with the article; nothing when they may."""
    if mediator is None or mediator.kind != PractitionerKind.MEDIATOR:
        return ""
    seats = MediatorAppointment.objects.filter(mediator=mediator)
    if not seats.exists() or current(at).filter(mediator=mediator).exists():
        return ""
    last = seats.order_by("-ends_on").first()
    assert last is not None
    if last.ended_on is not None:
        return str(_("%(name)s已不再担任人民调解员（%(basis)s）")) % {"name": mediator.name, "basis": TERM_BASIS}
    return str(_("%(name)s的任期已于 %(day)s 届满，不能接新的纠纷（%(basis)s）")) % {
        "name": mediator.name, "day": last.ends_on.isoformat(), "basis": TERM_BASIS
    }  # fmt: skip


def bars(account: Account, at: datetime) -> list[str]:
    """The same for an account, as Service.bars answers."""
    return [why] if (why := barred(account.practitioner, at)) else []


def expired(by: Actor, at: datetime) -> list[MediatorAppointment]:
    """Appointments that ran out and were neither renewed nor ended, in the actor's sight, the longest over first."""
    rows = MediatorAppointment.objects.filter(
        ends_on__lt=legal_day(at), ended_on__isnull=True, committee__in=in_sight(by), committee__closed_on__isnull=True
    )
    return list(rows.select_related("mediator", "committee__organisation").order_by("ends_on", "pk"))


def seal_on_file(organisation: Organisation | None, day: date) -> bool:
    """True when agreements of a committee can carry its seal on a day (人民调解法 Art 29)."""
    return organisation is not None and Committee.objects.filter(pk=organisation.pk, seal_on__lte=day).exists()


# Workrooms, and what the court is told


@transaction.atomic
def open_room(
    *, committee: Committee, kind: str, host: str, name_zh: str, on: date, by: Actor, at: datetime, place: Place | None = None
) -> CommitteeRoom:  # fmt: skip
    """A workroom at a court, a police station, a letters office. It is no committee: agreements carry the committee's seal."""
    row = _locked(committee)
    _only_keeper(by, row)
    if on > legal_day(at):
        raise Refused(_("日子不能晚于今天。"))
    try:
        with transaction.atomic():
            room = CommitteeRoom.objects.create(
                committee=row,
                kind=kind,
                host=host.strip()[:120],
                name_zh=name_zh.strip()[:120],
                opened_on=on,
                place=place,
            )
    except IntegrityError:
        raise Refused(_("这个委员会已经有同名的派驻调解室。")) from None
    _write(row, "room_opened", by, at, room=room.pk)
    return room


@transaction.atomic
def close_room(*, room: CommitteeRoom, by: Actor, at: datetime) -> CommitteeRoom:
    """A workroom is closed from today. Errors: Denied, Conflict."""
    _only_keeper(by, room.committee)
    if not CommitteeRoom.objects.filter(pk=room.pk, closed_on__isnull=True).update(closed_on=legal_day(at)):
        raise Conflict
    _write(room.committee, "room_closed", by, at, room=room.pk)
    room.refresh_from_db()
    return room


def untold(by: Actor, county: Division | None = None) -> QuerySet[CommitteeChange]:
    """Changes that the basic court was not told of yet, oldest first."""
    rows = CommitteeChange.objects.filter(told_on__isnull=True, committee__in=in_sight(by))
    if county is not None:
        rows = rows.filter(committee__organisation__division__path__startswith=county.path)
    return rows.select_related("committee__organisation").order_by("on", "pk")


@transaction.atomic
def tell_court(*, county: Division, on: date, by: Actor, at: datetime) -> int:
    """The bureau has told the county's basic court of every change that was open. Out: how many. Errors: Denied, Refused."""
    _only_bureau(by, county)
    if on > legal_day(at):
        raise Refused(_("日子不能晚于今天。"))
    rows = untold(by, county).filter(on__lte=on)
    told = CommitteeChange.objects.filter(pk__in=list(rows.values_list("pk", flat=True)), told_on__isnull=True).update(
        told_on=on, told_by=by.label
    )
    if not told:
        raise Refused(_("没有要通报的变动。"))
    journal.write(stream=f"committees:{county.code}", kind="court_told", by=by, at=at, changes=told)
    return told


# What is wrong


def file_by(committee: Committee, figures_now: Mapping[str, Figure]) -> date:
    """The last day on which a committee is to be filed."""
    medical = committee.field == Industry.MEDICAL and "file_days_medical" in figures_now
    days = int(figures_now["file_days_medical" if medical else "file_days"].value)
    return calendar_for(calendar_layers(committee.organisation.division)).add(committee.set_up_on, days)


def warnings(rows: Iterable[Committee], at: datetime) -> dict[int, list[Warn]]:
    """What is wrong with some committees, by their number: three queries, however many they are."""
    today, found = legal_day(at), {}
    figures_now = all_figures(today)
    committees = list(rows)
    keys = [c.pk for c in committees]
    seats: dict[int, list[Person]] = {}
    for s in MediatorAppointment.objects.filter(committee_id__in=keys, ended_on__isnull=True):
        seats.setdefault(s.committee_id, []).append(Person(s.post, s.engagement, s.ends_on))
    terms = {t.committee_id: t for t in CommitteeTerm.objects.filter(committee_id__in=keys).order_by("starts_on")}
    open_changes: dict[int, list[date]] = {}
    for key, on in CommitteeChange.objects.filter(committee_id__in=keys, told_on__isnull=True).values_list(
        "committee_id", "on"
    ):
        open_changes.setdefault(key, []).append(on)
    for c in committees:
        term, changes = terms.get(c.pk), open_changes.get(c.pk, [])
        found[c.pk] = [] if c.closed_on else committee_rules.warnings(
            Facts(
                kind=c.kind, field=c.field, people=tuple(seats.get(c.pk, [])), term_ends=term.ends_on if term else None,
                has_woman=term.has_woman if term else None, make_up=term.make_up if term else None, filed_on=c.filed_on,
                file_by=file_by(c, figures_now), seal_on=c.seal_on, untold=len(changes), untold_since=min(changes, default=None),
            ),
            figures_now, today,
        )  # fmt: skip
    return found
