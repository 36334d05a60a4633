"""How a line declares what it does. No tables here: a declaration is Python, checked at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit

if TYPE_CHECKING:
    from django.forms import Form

    from open12348.kernel.blocks import Block

    from .casework import Act


class Phase(str, Enum):
    """Where a need stands, for everybody above the line: ledgers, dashboards and the exchange see nothing else."""

    OPEN = "open"
    WAITING_APPLICANT = "waiting_applicant"
    WAITING_OTHER = "waiting_other"
    DONE = "done"

    @property
    def label(self) -> Any:
        return {
            Phase.OPEN: _("办理中"),
            Phase.WAITING_APPLICANT: _("等您补充"),
            Phase.WAITING_OTHER: _("等其他单位"),
            Phase.DONE: _("已办结"),
        }[self]


class Hold(str, Enum):
    """What the spine lays over a line's state: papers are awaited, or another place is asked to take the case."""

    NONE = ""
    APPLICANT = "applicant"
    TRANSFER = "transfer"

    @property
    def label(self) -> Any:
        return {Hold.NONE: "", Hold.APPLICANT: _("等申请人补充"), Hold.TRANSFER: _("等对方接收")}[self]


#: The acts of the spine itself, which clocks may name beside the moves of their line.
SPINE_ACTS = frozenset(
    {
        "receive",
        "ask_correction",
        "answer_correction",
        "transfer",
        "accept_transfer",
        "return_transfer",
        "reopen",
        "withdraw",
        "merge",
        "assign",
    }
)


@dataclass(frozen=True)
class State:
    """A state of a service. `say` is the plain sentence for the resident; its meaning to the spine is its phase."""

    code: str
    label: Any
    phase: Phase
    say: Any = ""


@dataclass(frozen=True)
class Term:
    """How long a limit is under the rule of one day, in which unit, by which article, and whether that is confirmed."""

    amount: int
    unit: Unit
    basis: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Clock:
    """A limit: what starts, pauses, resumes and stops it, its basis, who must act, what missing it means.

    `amount` is a number or a callable `(day) -> int` that reads a dated parameter. `starts` and `stops` name moves or
    acts of the spine. `since`/`until`: the days of start under which the rule holds (T-10 of the reference).
    `term(day)`: the whole rule of a day, where unit and basis changed with the law too; it stands before `amount`, `unit`,
    `basis` and `sure`. A limit keeps the rule of the day from which it counts.
    `who=Role.RESIDENT`: the person's own time (to object, to complete papers): its end makes no office late, it closes.
    A clock that paused for it may go on when it closes: it names `window:<code>` among its `resumes`. `say` tells the
    person what they may do until %(day)s.
    `aim`: a shorter time the office sets itself beside the legal one: it orders the queue, and its end makes nothing late.
    `after_end`: runs on, or is started, when the need has ended (a file to hand in, a fee to pay).
    `begins(case, at)`: the instant from which it counts, when that is not the instant of the act (received elsewhere,
    a decision served by post); None means the act.
    `last_day(case, at)`: the last day, where a notice names one and no number counts; None means that the number counts.
    """

    code: str
    label: Any
    amount: int | Callable[[date], int]
    unit: Unit
    starts: frozenset[str] | set[str]
    stops: frozenset[str] | set[str]
    pauses: frozenset[str] | set[str] = frozenset({"ask_correction"})
    resumes: frozenset[str] | set[str] = frozenset({"answer_correction"})
    basis: str = ""
    sure: bool = True
    who: Role = Role.CLERK
    missed: Any = ""
    extendable: int = 0
    urgent_amount: int | None = None
    urgent_unit: Unit | None = None
    since: date = date(2000, 1, 1)
    until: date | None = None
    only: Callable[[Any], bool] | None = None  # asked with the case: does this limit hold for it?
    after_end: bool = False
    begins: Callable[[Any, datetime], datetime | None] | None = None
    term: Callable[[date], Term] | None = None
    aim: bool = False
    last_day: Callable[[Any, datetime], date | None] | None = None
    say: Any = ""
    by_move: bool = False  # more time is granted by a move of the line, whose guard says who may; never on request here

    def amount_on(self, day: date) -> int:
        """The length on a day, in the unit of that day."""
        return self.term_on(day).amount

    def term_on(self, day: date) -> Term:
        """The rule of a day."""
        if self.term is not None:
            return self.term(day)
        return Term(self.amount(day) if callable(self.amount) else self.amount, self.unit, self.basis, self.sure)

    @property
    def owed(self) -> bool:
        """True when somebody is late once it is over: not the person's own time, not an aim of the office's own."""
        return self.who is not Role.RESIDENT and not self.aim


@dataclass(frozen=True)
class Notice:
    """Who is told what when a move is made. `text` is a lazy sentence with named places: code, service, day, place."""

    to: str  # applicant | handler | place | officer | supervisor
    text: Any


@dataclass(frozen=True)
class Paper:
    """A form that goes out under a number when a move is made, in the same transaction (spine/papers.py).

        GRANT = Paper(no=9, code="grant", title=_("给予法律援助决定书"), facts=facts_of_grant, blocks=(
            Para(_("%(applicant)s："), to=True),
            Para(_("您于%(received)s提出的申请，经审查，决定给予法律援助。")),
            Seal(),
        ))

    `no`: the form's own number, 1 to 99, part of the paper's. `blocks` (kernel/blocks.py): what it says, or blocks(act).
    facts(act): what fills the places, beside the usual ones (papers.usual). `tongues`: zh | ug | en | zh-ug, or tongues(act);
    empty: as the applicant reads. only(act): whether it is issued this time. When the applicant has received it, the act
    "served:<code>" happens, which clocks may name. `renews`: one issued before in the case is withdrawn when a newer one goes
    out (a table that is completed). `sheet`: printed to be written on by hand and kept nowhere, so that it has no number;
    only `Service.offers` may hold such.
    """

    no: int
    code: str
    title: Any
    blocks: Sequence[Block] | Callable[[Act], Sequence[Block]]
    facts: Callable[[Act], Mapping[str, Any]] | None = None
    tongues: str | Callable[[Act], str] = ""
    for_resident: bool = True
    only: Callable[[Act], bool] | None = None
    renews: bool = False
    sheet: bool = False
    attests: str = ""  # what other lines may rely on while it stands (papers.attested): "hardship"


#: The acts of the spine that may issue papers (Service.papers_on).
PAPER_ACTS = frozenset({"ask_correction", "answer_correction"})


@dataclass(frozen=True)
class Move:
    """Everything about one act: who may do it, its form, its guard, its effect, what it issues and whom it tells.

    guard(act) answers with a reason (lazy text) or nothing. effect(act) runs in the same transaction.
    `outcome` names how the need ended when the target is a done state. `resident=True` shows it in the portal.
    """

    code: str
    label: Any
    sources: frozenset[str] | set[str]
    target: str
    by: frozenset[Role] | set[Role]
    form: type[Form] | None = None
    guard: Callable[[Act], Any] | None = None
    effect: Callable[[Act], None] | None = None
    outcome: str = ""
    answer: str = ""  # the form field that holds the words for the resident
    notices: tuple[Notice, ...] = ()
    papers: tuple[Paper, ...] = ()
    takes: bool = False  # the actor becomes the handler
    sends_on: str = ""  # the form field that names the item a new, linked order is opened for
    opens: str = ""  # a service for which a linked order is opened with what the move's form says (a complaint)
    help: Any = ""
    primary: bool = False
    inside: bool = False  # files that come with its form are for who handles the case, not for the person
    shown: Callable[[Any, Any], bool] | None = (
        None  # (case, actor): whether it is worth a button; its guard decides all the same
    )

    def to(self, state: str) -> str:
        """The state it leads to from a state: its target, or the same where it has none (something said or asked beside)."""
        return self.target or state

    fit: Callable[[Form, Any, Any], None] | None = None  # (form, case, actor): choices that depend on the case
    example: Mapping[str, Any] = field(default_factory=dict)  # right values for its form, where they cannot be guessed


@dataclass(frozen=True)
class Panel:
    """Something a line shows of its own on the page of a case: a template of the line with what it needs.

    `where`: top (before everything), now (beside what can be done), story (below the story).
    """

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    where: str = "story"


@dataclass(frozen=True)
class Page:
    """One question page of a guided form: the fields asked together. Fields of the form that no page names are not asked."""

    code: str
    question: Any
    fields: tuple[str, ...]
    help: Any = ""


@dataclass(frozen=True)
class Foretold:
    """A rough answer before anything is sent. It never refuses: `likely` is True, or None for "the office has to look".

    reasons: (sentence, article); bring: what to bring; note: what it costs and who decides.
    """

    likely: bool | None
    say: Any
    reasons: tuple[tuple[Any, str], ...] = ()
    bring: tuple[Any, ...] = ()
    note: Any = ""


@dataclass(frozen=True)
class Keep:
    """How long the file is kept after it ends. years=None: permanently."""

    years: int | None
    basis: str
    sure: bool = True


@dataclass(frozen=True)
class Outcome:
    """A way in which a need can end. `keep`: how long its file is kept, where that differs from the service's rule."""

    code: str
    label: Any
    good: bool = True
    keep: Keep | None = None


@dataclass(frozen=True)
class Service:
    """One service of a line, whole."""

    code: str
    name: Any
    form: type[Form]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    clocks: tuple[Clock, ...]
    business: str  # two digits of the case code (domain/b 8.6)
    initial: str
    outcomes: tuple[Outcome, ...] = ()
    items: frozenset[str] | set[str] = frozenset()
    fallback: bool = False  # takes any item that no other service declares
    keep: Keep = field(default_factory=lambda: Keep(10, "", sure=False))
    since: date = date(2000, 1, 1)
    until: date | None = None
    roles: frozenset[Role] | set[Role] = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
    title: Callable[[Mapping[str, Any]], str] | None = None
    topic: Callable[[Mapping[str, Any]], str] | None = None
    topics: Callable[[], Mapping[str, Any]] | None = (
        None  # the names of its topics by code, where no form field lists them
    )
    opponents: Callable[[Mapping[str, Any]], list[dict[str, str]]] | None = (
        None  # name, phone, id_number, role (a PartyRole)
    )
    hints: Callable[..., list[Any]] | None = None  # (case, actor) -> sentences shown to the handler
    templates: Callable[[str, str], list[tuple[str, str]]] | None = None  # (topic, language) -> (title, answer text)
    desk: tuple[str, ...] = ()  # moves that may end the need in the same screen it was taken down in
    pool: bool = True  # advisers see what is in nobody's hands; False: only what was given to them
    takers: frozenset[Role] | set[Role] = frozenset(
        {Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER, Role.PARTNER}
    )
    panels: Callable[[Any, Any, datetime], list[Panel]] | None = (
        None  # (case, actor, at): what staff see of it beside the story
    )
    resident_panels: Callable[[Any, Any, datetime], list[Panel]] | None = None  # the same for the person's own page
    pages: Callable[[Mapping[str, Any]], list[Page]] | None = (
        None  # the guided way through the form, from the answers so far
    )
    foretell: Callable[[Mapping[str, Any], date], Foretold] | None = None  # (said, day): the rough answer
    missing: Callable[[Any, datetime], list[Any]] | None = (
        None  # (case, at): what a request for papers would have to name
    )
    may_demand: Callable[[str], Any] | None = None  # (sentence): why a thing may not be asked for, or nothing
    papers_on: Mapping[str, tuple[Paper, ...]] = field(
        default_factory=dict
    )  # papers of the spine's own acts (PAPER_ACTS)
    offers: Callable[[Any, Any], Sequence[Paper]] | None = None  # (case, actor): forms staff may make by hand now
    masked: Callable[[Any], bool] | None = None  # (case): phone and address are shown to the handler only (masking.py)
    closed: Callable[[Any, Any], bool] | None = (
        None  # (case, actor): its files and papers are not opened to this actor, who sees the case and does not handle it
    )
    house: bool = (
        False  # an institution as such has it in hand: who acts for it there, and whom it puts on the case, see it
    )
    follower: Callable[[Mapping[str, Any]], str] | None = (
        None  # (said): the phone of who may ask how it stands by code, where that is not who brings it
    )
    secret: Callable[[Any], bool] | None = (
        None  # (case): seen by its handler and keepers only, whoever oversees them; asked at receipt and after each move
    )
    bars: Callable[[Any, Any, datetime], Sequence[Any]] | None = (
        None  # (case, account, at): why somebody may not act in it, each reason with its article
    )
    neutral: bool = False  # it stands between two sides: who handled it acts for neither of them afterwards
    conflict_basis: str = (
        ""  # the article by which nobody acts against somebody they served; empty: a conflict is shown
    )
    orphaned: Callable[[Any, Any], None] | None = (
        None  # (turn, practitioner): the handler may act no more (handover.py); default: into nobody's hands
    )
    received: Callable[[Any, Mapping[str, Any]], None] | None = (
        None  # (turn, said): rows of the line's own, same transaction
    )
    example: Mapping[str, Any] = field(default_factory=dict)  # right values for its form, where they cannot be guessed

    @property
    def line(self) -> str:
        return self.code.partition(".")[0]

    def state(self, code: str) -> State:
        """The state by code; KeyError when unknown."""
        return self._states[code]

    def move(self, code: str) -> Move:
        """The move by code; KeyError when unknown."""
        return self._moves[code]

    def outcome(self, code: str) -> Outcome:
        return next(o for o in self.outcomes if o.code == code)

    def clock(self, code: str) -> Clock:
        return next(c for c in self.clocks if c.code == code)

    def moves_from(self, state: str) -> list[Move]:
        """What may be done from a state, in the declared order."""
        return [m for m in self.moves if state in m.sources]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_states", {s.code: s for s in self.states})
        object.__setattr__(self, "_moves", {m.code: m for m in self.moves})

    _states: dict[str, State] = field(default_factory=dict, repr=False, compare=False)
    _moves: dict[str, Move] = field(default_factory=dict, repr=False, compare=False)


_services: dict[str, list[Service]] = {}


def offer(service: Service) -> Service:
    """Enter a service. Refused: the same code twice for overlapping editions, or a declaration that contradicts itself."""
    for other in _services.get(service.code, []):
        if other.since == service.since:
            raise ImproperlyConfigured(f"service {service.code} is offered twice for {service.since}")
    faults = list(faults_of(service))
    if faults:
        raise ImproperlyConfigured(f"service {service.code}: " + "; ".join(faults))
    _services.setdefault(service.code, []).append(service)
    _services[service.code].sort(key=lambda s: s.since)
    return service


def withdraw_offer(service: Service) -> None:
    """Take a service out again (tests that declare throw-away services)."""
    _services[service.code].remove(service)
    if not _services[service.code]:
        del _services[service.code]


def faults_of(service: Service) -> Iterator[str]:
    """What is wrong with a declaration, in words. Nothing when it can stand."""
    states = {s.code for s in service.states}
    moves = {m.code for m in service.moves}
    if len(states) != len(service.states):
        yield "two states share a code"
    if len(moves) != len(service.moves):
        yield "two moves share a code"
    if service.initial not in states:
        yield f"initial state {service.initial} is unknown"
    if not (service.business.isdigit() and len(service.business) == 2):
        yield "business is not two digits"
    outcomes = {o.code for o in service.outcomes}
    for move in service.moves:
        if move.target and move.target not in states:
            yield f"move {move.code} leads to unknown state {move.target}"
        for source in move.sources:
            if source not in states:
                yield f"move {move.code} starts from unknown state {source}"
        if move.target in states and service.state(move.target).phase is Phase.DONE:
            if move.outcome not in outcomes:
                yield f"move {move.code} ends the need without a declared outcome"
        if not move.by:
            yield f"nobody may make move {move.code}"
    for act in ("withdraw", "reopen"):
        if act not in moves:
            yield f"there is no move '{act}'"
    for act in sorted(set(service.papers_on) - PAPER_ACTS):
        yield f"no papers are issued on act {act}"
    issued = [p for group in (*(m.papers for m in service.moves), *service.papers_on.values()) for p in group]
    papers = {p.code: p.no for p in issued}
    for paper in issued:
        if paper.sheet:
            yield f"paper {paper.code} is a sheet to write on and cannot be issued"
    for number in papers.values():
        if not 0 < number < 100 or list(papers.values()).count(number) > 1:
            yield f"papers need numbers of their own from 1 to 99, which {number} is not"
    known = moves | SPINE_ACTS | {f"window:{c.code}" for c in service.clocks if c.who is Role.RESIDENT}
    known |= {f"served:{code}" for code in papers}
    for clock in service.clocks:
        if not clock.stops:
            yield f"clock {clock.code} has no stop"
        for act in {*clock.starts, *clock.stops, *clock.pauses, *clock.resumes} - known:
            yield f"clock {clock.code} names unknown act {act}"
    for clock in service.clocks:
        if clock.who is Role.RESIDENT and clock.extendable:
            yield f"clock {clock.code}: the person's own time is not extended by the office"
    for code in service.desk:
        if code not in moves:
            yield f"desk move {code} is unknown"


def check() -> None:
    """Start-up check over all services together: at most one fallback, no item claimed twice."""
    fallbacks = [s for s in current() if s.fallback]
    if len(fallbacks) > 1:
        raise ImproperlyConfigured(
            "more than one service takes unclaimed items: " + ", ".join(s.code for s in fallbacks)
        )
    claimed: dict[str, str] = {}
    for service in current():
        for item in service.items:
            if item in claimed:
                raise ImproperlyConfigured(f"item {item} is claimed by {claimed[item]} and {service.code}")
            claimed[item] = service.code


def get(code: str, on: date | None = None) -> Service:
    """The edition of a service that holds on a day (newest `since` not after it). KeyError when there is none."""
    editions = _services[code]
    day = on or date.max
    for service in reversed(editions):
        if service.since <= day and (service.until is None or day == date.max or day <= service.until):
            return service
    raise KeyError(code)


def of(case: Any) -> Service:
    """The edition under which a case came in."""
    return get(case.service, on=case.edition)


def current(on: date | None = None) -> list[Service]:
    """Every service that may be asked for on a day, one edition each, ordered by code."""
    found = []
    for code in sorted(_services):
        try:
            found.append(get(code, on))
        except KeyError:
            continue
    return found


def all_services() -> Iterable[Service]:
    """Every edition of every service."""
    for editions in _services.values():
        yield from editions


def for_item(item_code: str, on: date | None = None) -> Service | None:
    """The service that answers an item of the published list: the one that claims it, else the fallback, else None."""
    fallback = None
    for service in current(on):
        if item_code in service.items:
            return service
        if service.fallback:
            fallback = service
    return fallback


def housed() -> list[str]:
    """Codes of services that an institution as such has in hand."""
    return sorted({s.code for s in all_services() if s.house})


def closed_to_pool() -> list[str]:
    """Codes of services whose free cases no adviser sees."""
    return sorted({s.code for s in all_services() if not s.pool})


def neutral() -> list[str]:
    """Codes of services that stand between two sides."""
    return sorted({s.code for s in all_services() if s.neutral})


def secret_lines() -> list[str]:
    """The lines that have secret cases."""
    return sorted({s.line for s in all_services() if s.secret is not None})


def attesting(what: str) -> dict[str, list[str]]:
    """The forms of paper that attest something, by the service that issues them."""
    found: dict[str, set[str]] = {}
    for service in all_services():
        for group in (*(m.papers for m in service.moves), *service.papers_on.values()):
            for paper in group:
                if what and paper.attests == what:
                    found.setdefault(service.code, set()).add(paper.code)
    return {service: sorted(codes) for service, codes in found.items()}


def names() -> dict[str, Any]:
    """Lines and the names of their services, for filters."""
    return {s.code: s.name for s in current()}
