"""Duty lawyers (值班律师): each help is one order, asked for, given or refused, and passed on when it becomes an application.

The service `legal_aid.duty`, what its moves write down, who helped whom in one matter, the month's sheet and what is owed for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from open12348.kernel import names, numbers
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.sentences import say
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.ledgers.funds import claims
from open12348.ledgers.funds.models import Spending
from open12348.ledgers.funds.rates import rates
from open12348.registry import people, providers
from open12348.registry.models import Account, Division, IdKind, Practitioner, PractitionerKind
from open12348.spine import routing
from open12348.spine.casework import Act, Refused, receive_and_make
from open12348.spine.catalogue import Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.files import words
from open12348.spine.intake import said as said_in
from open12348.spine.journal import Turn
from open12348.spine.models import Assignment, Case, Channel, DocumentKind, Link, Order, Party, PartyRole

from . import clocks, figures, rota
from . import duty_forms as forms
from .duty_figures import FOLDER, the
from .models import Aid, DutyHelp, DutyStation, HelpKind, Pledge, Shift, Stage

CODE = "legal_aid.duty"
STAFF = frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER})
#: A refusal at an earlier stage is looked for so far back.
LOOK_BACK = timedelta(days=730)


# Who is who, without names


def matter_hash(authority: str, number: str) -> str:
    """The keyed hash of an authority and its case number, as legal aid's cases have it; '' without a number."""
    from .acts import matter_hash as of_aid  # here, because assigning asks us in turn

    return of_aid(numbers.plain(authority), numbers.plain(number))


def called_hash(called: str) -> str:
    """The keyed hash of what somebody is called: name, nickname or number, however it is spaced and cased."""
    return keyed_hash(names.fold(called), "name") if called else ""


def helped_in(matter: str) -> set[int]:
    """Numbers of the lawyers who helped anybody in a matter as duty lawyers: who helped several of them defends none.

    In: a matter_hash; '' gives nobody.
    """
    if not matter:
        return set()
    rows = DutyHelp.objects.filter(Q(matter_hash=matter) | Q(before_hash=matter), helped_at__isnull=False)
    return {pk for pk in rows.values_list("lawyer_id", flat=True) if pk is not None}


def helped_others_in(matter: str, order: Order) -> set[int]:
    """Those of them who helped somebody else in the matter than the people an order is for, told by number or by name: they may
    not defend these (DUTY; domain/a 1.11). Who helped only the person of the order may."""
    if not matter:
        return set()
    ours = order.parties.filter(role__in=[PartyRole.APPLICANT, PartyRole.REPRESENTED])
    numbers_of = {p.id_hash for p in ours if p.id_hash}
    called = {p.folded_hash for p in ours if p.folded_hash}
    found = set()
    rows = DutyHelp.objects.filter(Q(matter_hash=matter) | Q(before_hash=matter), helped_at__isnull=False)
    for row in rows.exclude(lawyer=None):
        by_number = bool(row.person_hash and row.person_hash in numbers_of)
        by_name = row.called_hash in called and not (row.person_hash and numbers_of)
        if not (by_number or by_name):
            found.add(int(row.lawyer_id or 0))
    return found


def person_key(row: DutyHelp) -> str:
    """What tells the people of one matter apart: the identity number, else what they are called."""
    return row.person_hash or row.called_hash or str(row.pk)


def refused_before(row: DutyHelp) -> DutyHelp | None:
    """The refusal of the same person at another stage of the same matter, the latest one; None when there is none."""
    same = Q(pk__in=[])
    matters = [h for h in (row.matter_hash, row.before_hash) if h]
    if matters and row.called_hash:
        same |= Q(called_hash=row.called_hash) & (Q(matter_hash__in=matters) | Q(before_hash__in=matters))
    if row.person_hash:
        same |= Q(person_hash=row.person_hash)
    rows = DutyHelp.objects.filter(same, refused_at__isnull=False, refused_at__gte=row.asked_at - LOOK_BACK)
    return rows.exclude(stage=row.stage).exclude(pk=row.pk).order_by("-refused_at").first()


# At receipt


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """A help was asked for: its row; the lawyer who writes it down has it in hand, else the one on the roster now."""
    person, by = turn.order.person, turn.by
    number = str(said.get("accused_id") or "")
    station = DutyStation.objects.select_related("county").filter(pk=numbers.row(said.get("station")) or 0).first()
    row = DutyHelp(
        order=turn.order, station=station, stage=str(said["stage"]), authority=str(said["authority"]),
        authority_name=str(said["authority_name"]), authority_no=str(said.get("authority_no") or ""),
        county=station.county if station else turn.case.county, asked_by=str(said["asked_by"]), called=str(said["called"]),
        matter_hash=matter_hash(str(said["authority_name"]), str(said.get("authority_no") or "")),
        before_hash=matter_hash(
            str(said.get("before_name") or said["authority_name"]), str(said.get("before_no") or "")
        ),
        called_hash=called_hash(str(said["called"])),
        person_hash=people.hash_id(IdKind.CITIZEN, number) if number else (person.id_hash if person else ""),
        asked_at=turn.at,
    )  # fmt: skip
    row.asks_again = refused_before(row)
    worker = _own(by)
    if worker is not None:
        row.lawyer = worker
        routing.hand(turn, account=_account(by), practitioner=worker, why=str(_("自己记录")))
    elif by.kind == "staff" and by.has(Role.PROVIDER):
        routing.hand(turn, account=_account(by), why=str(_("自己记录")))
    elif station is not None:
        shifts = rota.on_duty(station, turn.at)
        account = Account.objects.filter(practitioner_id__in=[s.lawyer_id for s in shifts], is_active=True).first()
        if shifts:
            row.lawyer, row.mode = shifts[0].lawyer, shifts[0].mode
        if account is not None:
            row.lawyer = account.practitioner
            routing.hand(turn, account=account, practitioner=account.practitioner, why=str(_("按值班表")))
    row.save(force_insert=True)
    if row.asks_again is not None:
        turn.write("duty_ask_again", before=row.asks_again.order.code)


def _account(by: Actor) -> Account:
    return Account.objects.get(pk=by.account_id or 0)


def _own(by: Actor) -> Practitioner | None:
    """The lawyer that an actor is; None for everybody else."""
    if by.practitioner_id is None:
        return None
    return Practitioner.objects.filter(pk=by.practitioner_id, kind=PractitionerKind.LAWYER).first()


# The moves


def row_of(order_id: int) -> DutyHelp:
    """The help's row of an order. Errors: DutyHelp.DoesNotExist."""
    return DutyHelp.objects.select_related("station__county", "lawyer", "order").get(order_id=order_id)


def _lawyer(act: Act) -> Practitioner | None:
    own = _own(act.by)
    if own is not None:
        return own
    return Practitioner.objects.filter(pk=numbers.row(act.data.get("lawyer")) or 0).first()


def may_help(act: Act) -> Any:
    """Refuses who is no lawyer, whose licence is stopped, who defends somebody else in the matter, or served the other side."""
    lawyer, row = _lawyer(act), row_of(act.order.pk)
    if lawyer is None or lawyer.kind != PractitionerKind.LAWYER:
        return _("只有律师可以担任值班律师。请写明是哪位律师。")
    if not providers.available(act.at).filter(pk=lawyer.pk).exists():
        return _("这位律师已停止执业。")
    matters = [h for h in (row.matter_hash, row.before_hash) if h]
    for other in Aid.objects.filter(lawyer=lawyer, matter_hash__in=matters).select_related("order__person"):
        if not _same_person(row, act.order, other):
            return _("这位律师正在为同案的另一个人辩护或代理，不能再帮助这个人。")
    if lawyer.pk in on_other_side(act.order):
        return _("这位律师给这件事的对方提供过服务，不能帮助这个人。")
    return None


def on_other_side(order: Order) -> set[int]:
    """Lawyers who served somebody, in any line, whose opponent is the person of an order: found by keyed hashes only."""
    match = Q(pk__in=[])
    for party in order.parties.filter(role__in=[PartyRole.REPRESENTED, PartyRole.APPLICANT]):
        if party.id_hash:
            match |= Q(id_hash=party.id_hash)
        if party.folded_hash:
            match |= Q(folded_hash=party.folded_hash)
    elsewhere = Party.objects.filter(match, role=PartyRole.OPPONENT).exclude(order_id=order.pk).values("order_id")
    rows = Assignment.objects.filter(order_id__in=elsewhere)
    handled = Case.objects.filter(order_id__in=elsewhere).values_list("handler__practitioner_id", flat=True)
    found = {
        *rows.values_list("practitioner_id", flat=True),
        *rows.values_list("account__practitioner_id", flat=True),
        *handled,
    }
    return {pk for pk in found if pk is not None}


def suspect(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who is helped, as a party of the matter: so that conflicts are found, though nobody gave a phone or papers."""
    return [
        {
            "name": str(said.get("called") or ""),
            "id_number": str(said.get("accused_id") or ""),
            "role": PartyRole.REPRESENTED,
        }
    ]


def _same_person(row: DutyHelp, order: Order, other: Aid) -> bool:
    """Whether an appointed defence is of the one who is helped: by entry, number, or what they are called."""
    person = other.order.person
    if person is None:
        return False
    if order.person_id == person.pk or (row.person_hash and row.person_hash == person.id_hash):
        return True
    return bool(row.called_hash) and row.called_hash == called_hash(person.name)


def helped(act: Act) -> None:
    """Write the help down (form 28)."""
    row, data = row_of(act.order.pk), act.data
    row.lawyer = _lawyer(act)
    row.helped_at = data.get("helped_at") or act.at
    row.mode = data.get("mode") or row.mode
    row.gave = list(data["gave"])
    row.pledge, row.exempt = data["pledge"], data.get("exempt") or ""
    row.due = list(data.get("due") or []) if row.stage == Stage.PROSECUTION else []
    row.no_soliciting = bool(data["no_soliciting"])
    row.refused_at = None
    row.save()
    for name, title in (("note", _("帮助情况")), ("opinion", _("书面意见"))):
        if data.get(name):
            words(act.turn, str(data[name]), kind=DocumentKind.NOTE, for_resident=False, title=str(title))
    if row.due:
        act.turn.write("duty_notice_due", conditions=row.due)


def helped_and_applied(act: Act) -> None:
    """The same, and the application that came with it."""
    helped(act)
    applied(act)


def applied(act: Act) -> None:
    """The person applied for legal aid through the lawyer: 24 hours from when the lawyer got it."""
    when = act.data.get("applied_at") or act.at
    DutyHelp.objects.filter(order=act.order).update(applied_at=when, passed_at=None)


def passed_on(act: Act) -> None:
    """The application is with the institution: as an order of its own that names this one."""
    link = Link.objects.filter(first=act.order, kind="sent_on").order_by("-pk").first()
    DutyHelp.objects.filter(order=act.order).update(passed_at=act.at, application=link.second if link else None)


def refused(act: Act) -> None:
    """The person does not want help now: kept with what they said, and asked again at the next stage."""
    row = row_of(act.order.pk)
    row.refused_at, row.lawyer = act.at, _lawyer(act) or row.lawyer
    row.save(update_fields=["refused_at", "lawyer"])


def opinion_answered(act: Act) -> None:
    """What the authority did with the opinion."""
    DutyHelp.objects.filter(order=act.order).update(
        opinion_taken=act.data["taken"] == "yes", opinion_answered_at=act.at
    )


def gave_opinion(act: Act) -> Any:
    """Refuses an answer to an opinion that nobody gave."""
    row = row_of(act.order.pk)
    return None if HelpKind.OPINION.value in row.gave else _("这次帮助没有提出过意见。")


# What is shown


def title(said: Mapping[str, Any]) -> str:
    """What lists show: the stage, never who it is."""
    stage = str(said.get("stage") or "")
    return f"值班律师法律帮助：{Stage(stage).label}" if stage in Stage.values else "值班律师法律帮助"


def hints(case: Case, actor: Actor) -> list[Any]:
    """What must not be overlooked: a refusal to be asked about again, a notice that is due, co-suspects helped before."""
    row = DutyHelp.objects.select_related("asks_again").filter(order_id=case.pk).first()
    if row is None:
        return []
    found: list[Any] = []
    if row.asks_again is not None:
        found.append(
            say(_("这个人在%(stage)s阶段拒绝过值班律师帮助，这一阶段必须重新询问。"), stage=Stage(row.asks_again.stage).label)
        )  # fmt: skip
    if row.due:
        found.append(_("属于应当通知指派辩护律师的情形，请提醒检察院发出通知公函。"))
    if row.matter_hash and actor.practitioner_id is not None:
        mine = DutyHelp.objects.filter(matter_hash=row.matter_hash, lawyer_id=actor.practitioner_id).exclude(pk=row.pk)
        if mine.filter(helped_at__isnull=False).exists():
            found.append(_("您已经帮助过同案的人。帮助过几名同案人的，以后不能为其中任何一人辩护。"))
    return found


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """The register of this help beside its story."""
    row = (
        DutyHelp.objects.select_related("station", "lawyer", "application", "asks_again")
        .filter(order_id=case.pk)
        .first()
    )
    if row is None:
        return []
    gave = [HelpKind(code).label for code in row.gave]
    return [Panel(_("值班律师帮助登记"), "legal_aid/duty/panel.html", {"help": row, "gave": gave}, where="top")]


# The declaration


def service() -> Service:
    """The declaration of `legal_aid.duty`."""
    from .papers import duty as written  # here, because the forms read this file
    from .papers import offers

    done = {"helped", "passed_on", "refused", "withdrawn"}
    help_example = {
        "pledge": "witnessed",
        "exempt": "",
        "helped_at": "",
        "mode": "on_site",
        "gave": ["advice", "opinion"],
    }
    return Service(
        code=CODE,
        name=_("值班律师法律帮助"),
        form=forms.Asked,
        business="01",
        initial="asked",
        items={"C07"},
        roles=frozenset({Role.PROVIDER}),
        pool=False,
        takers=frozenset({Role.CLERK, Role.OFFICER, Role.PROVIDER, Role.PARTNER}),
        title=title,
        opponents=suspect,
        hints=hints,
        panels=panels,
        offers=offers.of_duty,
        received=received,
        example={"stage": "prosecution", "authority": "procuratorate", "station": "", "asked_by": "procuratorate"},
        states=(
            State("asked", _("待值班律师帮助"), Phase.OPEN, _("已收到，值班律师会来找您。")),
            State("to_pass", _("待转交法律援助申请"), Phase.OPEN, _("您的法律援助申请正在转交。")),
            State("helped", _("已提供帮助"), Phase.DONE, _("值班律师已经帮助过您。需要时可以再约见。")),
            State("passed_on", _("已提供帮助，申请已转交"), Phase.DONE, _("您的法律援助申请已转交法律援助机构。")),
            State("refused", _("本人拒绝帮助"), Phase.DONE, _("您现在不要值班律师帮助，可以随时再提出。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("helped", _("已提供帮助")),
            Outcome("passed_on", _("已提供帮助，申请已转交")),
            Outcome("refused", _("本人拒绝帮助")),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("help", _("登记帮助"), {"asked"}, "helped", STAFF, form=forms.Help, guard=may_help, effect=helped,
                 outcome="helped", takes=False, primary=True, fit=forms.fit_lawyer, example=help_example,
                 papers=(written.HELP,)),
            Move("help_and_apply", _("登记帮助，并收到法律援助申请"), {"asked"}, "to_pass", STAFF, form=forms.HelpAndApply,
                 guard=may_help, effect=helped_and_applied, fit=forms.fit_lawyer, example={**help_example, "applied_at": ""}, papers=(written.HELP,)),
            Move("take_application", _("收到法律援助申请"), {"helped"}, "to_pass", STAFF, form=forms.Applied, effect=applied,
                 help=_("本人后来又通过值班律师申请法律援助。"), example={"applied_at": ""}),
            Move("pass_on", _("转交法律援助机构"), {"to_pass"}, "passed_on", STAFF, form=forms.PassOn, effect=passed_on,
                 outcome="passed_on", sends_on="item", primary=True, example={"item": "C11"},
                 notices=(Notice("applicant", _("您通过值班律师提出的法律援助申请已转交（%(code)s）。")),)),
            Move("refuse", _("本人拒绝帮助"), {"asked"}, "refused", STAFF, form=forms.Refuse, effect=refused, outcome="refused",
                 fit=forms.fit_lawyer),
            Move("opinion_answer", _("意见是否采纳"), {"helped"}, "helped", STAFF, outcome="helped", form=forms.OpinionAnswer,
                 guard=gave_opinion, effect=opinion_answered),
            Move("opinion_answer_passed", _("意见是否采纳"), {"passed_on"}, "passed_on", STAFF, outcome="passed_on", form=forms.OpinionAnswer,
                 guard=gave_opinion, effect=opinion_answered),
            Move("withdraw", _("撤回"), {"asked", "to_pass"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.OFFICER},
                 form=forms.Why, outcome="withdrawn"),
            Move("reopen", _("重新约见"), done, "asked", {Role.RESIDENT, Role.CLERK, Role.OFFICER, Role.PROVIDER},
                 form=forms.Why),
        ),
        clocks=clocks.clocks_of(clocks.HELP),
        keep=Keep(10, "值班律师法律帮助登记，地方档案期限表", sure=False),
    )  # fmt: skip


# The register on a phone: taken down and answered in one page


def record(*, by: Actor, at: datetime, data: Mapping[str, Any]) -> Order:
    """Take a help down in one step: who, where, what was done; or that it was refused; or that an application came with it.

    In: the cleaned data of `duty_forms` Asked and a move's form together, and `happened` (help | help_and_apply | refuse).
    Errors: those of receiving and of the move; Refused when there is no place that could take it.
    """
    station = (
        DutyStation.objects.select_related("county", "place").filter(pk=numbers.row(data.get("station")) or 0).first()
    )
    if station is None:
        raise Refused(_("请选在哪个值班站。"))
    place = station.place or rota.answering(station.county)
    if place is None:
        raise Refused(_("这个县还没有能接收的服务地点。"))
    asked = {name: data.get(name) for name in forms.Asked.base_fields}
    person = {"name": str(data["called"]), "id_number": data.get("accused_id") or "", "reply_by": "none"}
    order = receive_and_make(
        service=CODE, said={k: v for k, v in asked.items() if v not in (None, False)},
        contact=person if data.get("accused_id") else {"reply_by": "none"}, channel=Channel.VISIT, by=by, at=at,
        item_code="C07", place=place, move=str(data["happened"]), data=data,
    )  # fmt: skip
    return Order.objects.select_related("case").get(pk=order.pk)


# The register and the ledger (forms 28, 29)


def in_sight(by: Actor) -> QuerySet[DutyHelp]:
    """Helps whose case the actor may see."""
    from open12348.spine.lists import visible

    rows = DutyHelp.objects.filter(order_id__in=visible(by, offered=False).filter(service=CODE).values("pk"))
    return rows.select_related("order__case", "station", "lawyer", "asks_again").order_by("-asked_at")


def ledger(county: Division, first: date, last: date) -> list[DutyHelp]:
    """The helps of a county from a day to a day, in the order of the working ledger (form 29)."""
    rows = DutyHelp.objects.filter(county=county, asked_at__gte=start_of(first), asked_at__lt=end_of(last))
    return list(rows.select_related("order__case", "station", "lawyer").order_by("asked_at", "pk"))


@dataclass
class SheetRow:
    """One lawyer at one station in a month."""

    lawyer: Practitioner
    station: DutyStation | None
    halves: int = 0
    days: int = 0
    unconfirmed: int = 0  # half days that are past and that nobody confirmed
    persons: int = 0
    pledges: int = 0
    applications: int = 0
    passed_late: int = 0
    opinions: int = 0
    taken: int = 0
    refusals: int = 0


def month_of(day: date) -> tuple[date, date]:
    """First and last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def sheet(county: Division, month: date, at: datetime) -> list[SheetRow]:
    """The month's sheet of a county: what each lawyer did at each station. Only days that were served count as days."""
    first, last = month_of(month)
    rows: dict[tuple[int, int | None], SheetRow] = {}
    people_seen: dict[tuple[int, int | None], set[str]] = {}
    days: dict[tuple[int, int | None], set[date]] = {}

    def row(lawyer: Practitioner, station: DutyStation | None) -> SheetRow:
        return rows.setdefault((lawyer.pk, station.pk if station else None), SheetRow(lawyer, station))

    for shift in rota.between(county, first, last):
        found = row(shift.lawyer, shift.station)
        key: tuple[int, int | None] = (shift.lawyer_id, shift.station_id)
        if shift.served_at is not None:
            found.halves += 1
            days.setdefault(key, set()).add(shift.day)
        elif shift.day < legal_day(at):
            found.unconfirmed += 1
    helps = DutyHelp.objects.filter(county=county).select_related("lawyer", "station")
    for helped_row in helps.filter(helped_at__gte=start_of(first), helped_at__lt=end_of(last)).exclude(lawyer=None):
        assert helped_row.lawyer is not None
        found = row(helped_row.lawyer, helped_row.station)
        key = (helped_row.lawyer.pk, helped_row.station_id)
        people_seen.setdefault(key, set()).add(f"{helped_row.matter_hash}{person_key(helped_row)}")
        found.pledges += helped_row.pledge == Pledge.WITNESSED
        found.opinions += HelpKind.OPINION.value in helped_row.gave
        found.taken += helped_row.opinion_taken is True
        if helped_row.passed_at is not None and helped_row.applied_at is not None:
            found.applications += 1
            hours = int(figures.the("duty_pass_on", legal_day(helped_row.applied_at)).value)
            found.passed_late += helped_row.passed_at - helped_row.applied_at > timedelta(hours=hours)
    for helped_row in helps.filter(refused_at__gte=start_of(first), refused_at__lt=end_of(last)).exclude(lawyer=None):
        assert helped_row.lawyer is not None
        row(helped_row.lawyer, helped_row.station).refusals += 1
    for key, found in rows.items():
        found.days, found.persons = len(days.get(key, ())), len(people_seen.get(key, ()))
    return sorted(rows.values(), key=lambda r: (r.lawyer.name_zh, r.lawyer.pk, r.station.pk if r.station else 0))


# Pay by the working day


@dataclass(frozen=True)
class Due:
    """One day of one lawyer, or one pledge, that is to be paid; `claim` when it was handed to the funds already."""

    key: str
    kind: str  # duty | plea
    lawyer: Practitioner
    day: date
    quantity: Decimal
    cross: bool = False


def dues(county: Division, month: date, at: datetime) -> list[Due]:
    """What a month's served shifts and pledges at a county's stations are to be paid: a lawyer's day once, wherever it was.

    A day with both halves served is one day, with one half the part that the dated figure says. Pledges: by case or by day,
    as the figure of the day says; by case only where the day itself is not paid, unless the figure allows both.
    """
    first, last = month_of(month)
    here = rota.standing().filter(
        station__county=county, day__gte=first, day__lte=min(last, legal_day(at)), served_at__isnull=False
    )
    found: dict[str, Due] = {}
    for lawyer_id, day in sorted(set(here.values_list("lawyer_id", "day"))):
        shifts = rota.standing().filter(lawyer_id=lawyer_id, day=day, served_at__isnull=False)
        halves = list(shifts.select_related("lawyer__division", "station").order_by("half"))
        if halves[0].station.county_id != county.pk:  # the county of the first half hands the day in
            continue
        whole = Decimal(1) if len(halves) > 1 else Decimal(str(the("half_day", day).value))
        lawyer = halves[0].lawyer
        key = f"duty:{lawyer_id}:{day.isoformat()}"
        found[key] = Due(key, "duty", lawyer, day, whole, lawyer.division.county_id != county.pk)
    pleas = DutyHelp.objects.filter(
        county=county, pledge=Pledge.WITNESSED, helped_at__gte=start_of(first), helped_at__lt=end_of(last), helped_at__lte=at
    ).exclude(lawyer=None)  # fmt: skip
    for row in pleas.select_related("lawyer__division", "order").order_by("helped_at", "pk"):
        assert row.lawyer is not None and row.helped_at is not None
        day = legal_day(row.helped_at)
        of_day = f"duty:{row.lawyer.pk}:{day.isoformat()}"
        cross = row.lawyer.division.county_id != county.pk
        served = rota.standing().filter(lawyer=row.lawyer, day=day, served_at__isnull=False).exists()
        if the("plea_by", day).value == "day":
            if not served:
                found.setdefault(of_day, Due(of_day, "duty", row.lawyer, day, Decimal(1), cross))
        elif not served or the("plea_beside_day", day).value:
            key = f"plea:{row.order.code}"
            found[key] = Due(key, "plea", row.lawyer, day, Decimal(1), cross)
    return list(found.values())


def hand_in(*, county: Division, month: date, by: Actor, at: datetime) -> tuple[int, list[str]]:
    """Hand a month to the funds: what was not handed in before. The same lawyer's day never twice.

    Out: how many new claims, and why others could not be (no rate, a public post). Errors: Denied.
    """
    from open12348.kernel.parameters import layers

    if not rota.keeps(by, county):
        raise Denied(_("补贴由本县法律援助中心提出。"))
    new, wrong = 0, []
    for due in dues(county, month, at):
        if claims.holding(due.key) is not None:
            continue
        try:
            with transaction.atomic():
                claims.owe(
                    kind=due.kind, day=due.day, rates=rates(layers(FOLDER, "legal_aid/duty"), due.day), by=by, at=at,
                    key=due.key, line="legal_aid", county=county, practitioner=due.lawyer, quantity=due.quantity,
                    cross_county=due.cross, spending=Spending.DUTY.value,
                    title=say(_("值班律师 %(day)s"), day=due.day.isoformat())
                    if due.kind == "duty" else say(_("见证认罪认罚具结书 %(day)s"), day=due.day.isoformat()),
                )  # fmt: skip
            new += 1
        except Refused as fault:
            wrong.append(f"{due.lawyer.name} {due.day.isoformat()}: {fault.reason}")
    return new, wrong


def served_shifts(lawyer: Practitioner, day: date) -> list[Shift]:
    """A lawyer's served half days on a day."""
    return list(rota.standing().filter(lawyer=lawyer, day=day, served_at__isnull=False))


def what_was_said(row: DutyHelp) -> dict[str, Any]:
    """What was asked for when the help came in, as it was taken down."""
    return said_in(row.order)
