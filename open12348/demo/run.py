"""The simulation done with the real verbs: receive, move, correct, pass on, rate, in the order of time, watcher included.

build(orders=400, seed=1, say=print)    what `make run` and `open12348 demo` call: makes, resumes, or adds nothing
accounts_table()                        one account for each role, to be printed
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from open12348.kernel import messages
from open12348.kernel.access import NOBODY, Actor, Role
from open12348.kernel.workdays import TZ
from open12348.registry import accounts, people
from open12348.registry.models import Account
from open12348.spine import casework, clocks, closing, intake, lists, models, notices, routing
from open12348.spine.models import Case, Order

from . import lives, scenes, world
from .lives import RESIDENT, Act, Life, Plan
from .models import Leg, Run

Say = Callable[[str], None]
#: One line of the script: when, whose, which step, the life, the act (None: it comes in).
Line = tuple[datetime, tuple[int, ...], int, Life, Act | None]
#: More orders than this are written by the loader, not by the verbs.
MOST_BY_VERBS = 3000
#: The office shows what staff wrote in this language.
LANGUAGE = "zh-hans"
HOUR = timedelta(hours=1)
#: Acts in one transaction: interrupted, at most these are done again.
BATCH = 60


class Nowhere:
    """The gateway of the simulated past: what was sent then is not sent again now."""

    def send(self, *, to: str, text: str, key: str) -> None:
        pass


class TooManyRuns(ValueError):
    """The phone numbers set apart for simulations are used up on this database."""


def quiet(_line: str) -> None:
    """Say nothing."""


@contextmanager
def _in_the_offices_language() -> Iterator[Callable[..., str]]:
    """Work in the office's language; hand out a function that says progress in the caller's."""
    callers = translation.get_language()

    def said(text: str, **values: Any) -> str:
        with translation.override(callers):
            return _(text) % values

    with translation.override(LANGUAGE):
        yield said


def build(
    *, orders: int = 400, seed: int | str = 1, until: datetime | None = None, say: Say = quiet, bulk: bool | None = None,
    workers: int = 0,
) -> Run:  # fmt: skip
    """Make a simulated prefecture, or go on with one that was interrupted. The same arguments again add nothing.

    In: `until` the end of the simulated time (now when not given); `bulk` whether the loader writes the rows (many orders)
    or the verbs do; `workers` how many processes the loader uses (0: as many as make sense). Errors: TooManyRuns; LookupError without a map.
    """
    return run(orders=orders, seed=seed, until=until, say=say, bulk=bulk, workers=workers)


def run(
    *, orders: int, seed: int | str, until: datetime | None = None, say: Say = quiet, resume: bool = True,
    bulk: bool | None = None, workers: int = 0,
) -> Run:  # fmt: skip
    """As `build`; with resume=False a run of the same arguments is refused to be taken up again: it must be new."""
    with _in_the_offices_language() as said:
        row = _the_run(orders, str(seed), until, orders > MOST_BY_VERBS if bulk is None else bulk, resume)
        if row.finished_at is not None:
            say(said(gettext_noop("演示数据已经有了：%(n)s 件。"), n=row.orders))
            return row
        began = time.monotonic()
        start = row.until - timedelta(days=lives.span(row.orders) + 7)
        say(said(gettext_noop("正在编造机构和人员（都是示例）")))
        world.build(seed=row.seed, at=start, suspended_at=row.until - timedelta(days=10))
        plan = Plan(world.read(), orders=row.orders, seed=row.seed, until=row.until, number=row.number)
        progress = _progress(row.orders, began, say, said)
        if row.bulk:
            from . import bulk as loader

            loader.load(row, plan, progress=progress, workers=workers or _hands(row.orders))
        else:
            _live(row, plan, progress)
        scenes.play(row, plan.world, Nowhere(), lambda text, **values: say(said(text, **values)))
        while lists.roll_up(limit=20000):
            pass
        row.finished_at = timezone.now()
        row.save(update_fields=["finished_at"])
        with connection.cursor() as sql:
            sql.execute("ANALYZE")
        say(said(gettext_noop("编好 %(n)s 件事，用了 %(s)s 秒。"), n=row.orders, s=round(time.monotonic() - began, 1)))
        return row


def past(*, say: Say = quiet) -> int:
    """The year that is over, for the newest finished run: what the lines fill in beside the running product. Out: orders made."""
    row = Run.objects.filter(finished_at__isnull=False).order_by("-number").first()
    if row is None:
        return 0
    with _in_the_offices_language() as said:
        made = scenes.past(row, world.read(), Nowhere(), lambda text, **values: say(said(text, **values)))
        while lists.roll_up(limit=20000):
            pass
    return made


def _hands(orders: int) -> int:
    """How many processes load a run when nobody says: one for a small one, one for each core for a large one."""
    return min(os.cpu_count() or 1, 8) if orders >= 20_000 else 1


def _the_run(orders: int, seed: str, until: datetime | None, bulk: bool, resume: bool) -> Run:
    same = Run.objects.filter(orders=orders, seed=seed, bulk=bulk)
    if until is not None:
        same = same.filter(until=until)
    known = same.order_by("number").first() if resume else None
    if known is not None:
        return known
    number = (Run.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    if number > len(lives.PREFIXES):
        raise TooManyRuns(_("这个数据库已经放过 %(n)s 次演示数据，请换一个空的数据库。") % {"n": number - 1})
    return Run.objects.create(
        number=number, orders=orders, seed=seed, bulk=bulk, started_at=timezone.now(), until=until or timezone.now()
    )


def _progress(total: int, began: float, say: Say, said: Callable[..., str]) -> Callable[[int], None]:
    spoken = [time.monotonic()]

    def tell(done: int) -> None:
        now = time.monotonic()
        if now - spoken[0] >= 2 or done >= total:
            spoken[0] = now
            rate = done / max(now - began, 0.001)
            say(
                said(
                    gettext_noop("%(done)s / %(total)s 件，每秒 %(rate)s 件"), done=done, total=total, rate=round(rate)
                )
            )

    return tell


# By the verbs


def _live(row: Run, plan: Plan, progress: Callable[[int], None]) -> None:
    """All lives, act by act in the order of time; each batch commits together with the position it reached."""
    leg, _new = Leg.objects.get_or_create(run=row, name="")
    script = _script(plan)
    hand = _Hand(plan, script[: leg.position], leg.known)
    while leg.position < len(script):
        with transaction.atomic():
            upto = min(leg.position + BATCH, len(script))
            for at, _key, step, life, act in script[leg.position : upto]:
                hand.watch(at)
                hand.do(at, step, life, act)
            leg.position, leg.known = upto, hand.made
            leg.orders = len(hand.made)
            leg.save()
        progress(leg.orders)
    with transaction.atomic():
        hand.watch(plan.until)
        leg.finished = True
        leg.save()


def _script(plan: Plan) -> list[Line]:
    """Every receipt and every act of the plan in the order of time. A receipt has no act."""
    found: list[Line] = []

    def enter(life: Life, part: int) -> None:
        found.extend((act.at, (*life.key, part), step, life, act) for step, act in enumerate(life.acts, 1))
        for act in life.acts:
            if act.data.get("then") is not None:
                enter(act.data["then"], part + 2)

    for life in plan.everything():
        found.append((life.at, (*life.key, 0), 0, life, None))
        if life.twin is not None:
            found.append((life.twin.at, (*life.key, 1), 0, life.twin, None))
        enter(life, 0)
    return sorted(found, key=lambda line: line[:3])


class _Hand:
    """Does what the plan says, with the verbs, and remembers which order belongs to which life."""

    def __init__(self, plan: Plan, done: list[Line], made: list[int]) -> None:
        self.plan = plan
        self.made = list(made)
        self.order_of: dict[int, int] = {}
        self.actors: dict[int, Actor] = {}
        self.mark: datetime | None = done[-1][0] if done else None
        left = iter(made)  # after an interruption: the orders that were made, in their sequence
        for _at, _key, _step, life, act in done:
            if act is None:
                self.order_of[id(life)] = next(left)
            elif "then" in act.data:
                self.order_of[id(act.data["then"])] = next(left)

    def watch(self, at: datetime) -> None:
        """Let the watcher run at every full hour up to an instant."""
        if self.mark is None:
            self.mark = at
            return
        hour = full_hour(self.mark)
        while hour <= at:
            if hour > self.mark:
                while clocks.watch_once(at=hour):
                    pass
            hour += HOUR
        self.mark = at

    def actor(self, by: Any, life: Life) -> Actor:
        if by is None:
            return NOBODY
        if by == RESIDENT:
            assert life.who is not None
            return accounts.resident_actor(people.hash_phone(life.who.phone))
        if id(by) not in self.actors:
            self.actors[id(by)] = accounts.actor_for(by.account, self.plan.until)
        return self.actors[id(by)]

    def do(self, at: datetime, step: int, life: Life, act: Act | None) -> None:
        """One line of the script."""
        if act is None:
            order = intake.receive(
                service=life.service, said=life.said, contact=life.contact, channel=life.channel, by=self.actor(life.by, life),
                at=at, item_code=life.item, place=life.place, urgent=life.urgent, invented=True,
            ).order  # fmt: skip
            self.order_of[id(life)] = order.pk
            self.made.append(order.pk)
        else:
            pk = self.order_of[id(life)]
            getattr(self, f"_{act.verb}")(Case(pk=pk), self.actor(act.by, life), at, act.data, life)
        messages.deliver_due(at=at, through=Nowhere())

    def _move(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        casework.make(case=case, move=data["move"], by=by, at=at, data=data)
        if "then" in data:
            second = models.Link.objects.get(first_id=case.pk, kind="sent_on").second_id
            self.made.append(second)
            self.order_of[id(data["then"])] = second

    def _ask_correction(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        casework.ask_correction(case=case, by=by, at=at, wanted=data["wanted"])

    def _answer_correction(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        casework.answer_correction(case=case, by=by, at=at, text=data["text"])

    def _say(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        casework.say(case=case, by=by, at=at, text=data["text"])

    def _note(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        casework.say(case=case, by=by, at=at, text=data["text"], internal=True)

    def _look(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        order = Order.objects.select_related("person").get(pk=case.pk)
        people.looked(person=order.person, by=by, at=at, purpose=LOOK, order_code=order.code)

    def _seen(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        for notice in models.StaffNotice.objects.filter(order_id=case.pk, to=data["to"], seen_at__isnull=True):
            notices.seen(notice=notice, by=by, at=at)

    def _transfer(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        routing.transfer(case=case, target=data["target"], by=by, at=at, reason=data["reason"])

    def _accept(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        routing.accept(row=self._offer(case), by=by, at=at)

    def _return(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        routing.return_back(row=self._offer(case), by=by, at=at, reason=data["reason"])

    @staticmethod
    def _offer(case: Case) -> models.Transfer:
        return models.Transfer.objects.select_related("target").get(
            order_id=case.pk, accepted_at__isnull=True, returned_at__isnull=True
        )

    def _assign(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        whole = Case.objects.select_related("order", "place").get(pk=case.pk)
        routing.assign(case=whole, to=data["to"].account, by=by, at=at, why=data["why"])

    def _rate(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        closing.rate(case=case, by=by, at=at, grade=data["grade"], text=data["text"], via=data["via"])

    def _extend(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        deadline = models.Deadline.objects.get(order_id=case.pk, clock=data["clock"], state="running")
        clocks.extend(
            deadline=deadline, by=by, approver=self.actor(data["approver"], life), at=at, reason=data["reason"]
        )

    def _merge(self, case: Case, by: Actor, at: datetime, data: dict[str, Any], life: Life) -> None:
        keep = Case.objects.select_related("order").get(pk=case.pk)
        drop = Case.objects.select_related("order").get(pk=self.order_of[id(life.twin)])
        casework.merge(keep=keep, drop=drop, by=by, at=at, reason=data["reason"])


#: Why a file was opened, as the console records it.
LOOK = "办理需要"


def full_hour(at: datetime) -> datetime:
    """The first full hour not before an instant, in Beijing time."""
    local = at.astimezone(TZ)
    hour = local.replace(minute=0, second=0, microsecond=0)
    return hour if hour == local else hour + HOUR


# For those who look at it


def accounts_table() -> list[tuple[str, str, str, str]]:
    """One account for each role: (role, user name, password, where). Empty when there is no demo."""
    found = []
    for username in world.HEADLINE:
        row = Account.objects.filter(username=username, demo=True).first()
        held = row.memberships.select_related("place", "division").first() if row else None
        if row is None or held is None:
            continue
        where = held.place or held.division
        found.append((str(Role(held.role).label), username, world.PASSWORD, where.name if where else _("全部")))
    return found
