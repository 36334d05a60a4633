"""Mediation in the demo prefecture: disputes in every state, a ledger of small ones, an agreement on its way to the court.

The stage is handed in by the demo; nothing here knows more of it than its methods. Done with the verbs, as people would.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.workdays import legal_day
from open12348.spine.models import Case

from . import choosing, demo_office
from .figures import HERE

ASK, LEDGER, CONFIRM, LINE = "mediation.ask", "mediation.ledger", "mediation.confirm", "mediation"
KINDS = ("water", "gifts", "loan", "wall", "crash")


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """What is said in the scenes."""
    return tomllib.loads((HERE / "demo.toml").read_text(encoding="utf-8"))


class _Room:
    """A county's mediators with the hands that a scene needs."""

    def __init__(self, stage: Any, county: Any, *, cast: bool = True) -> None:
        self.stage, self.county, self.said, self.n = stage, county, words()["words"], 0
        self.clerk = stage.actor(stage.staff(county, Role.CLERK))
        self.officer = stage.actor(stage.staff(county, Role.OFFICER))
        self.supervisor = stage.actor(stage.staff(county, Role.SUPERVISOR))
        first = stage.worker("mediator", county)
        self.workers = [first, stage.worker("mediator", county, which=1)]
        if cast:
            self.mediator = stage.actor(stage.cast("mediator", Role.PROVIDER, line=LINE, county=county, worker=first))
            self.second = stage.actor(
                stage.cast("mediator-b", Role.PROVIDER, line=LINE, county=county, worker=self.workers[1])
            )
        else:
            self.mediator = self.second = self.clerk

    def comes(self, kind: str, ago: float, *, web: bool = False, hour: int = 10, **more: Any) -> Case:
        """A dispute is brought."""
        stage, told = self.stage, words()[kind]
        who = stage.person(self.county)
        self.n += 1
        said = {
            "story": told["ug" if who.language == "ug" else "zh"], "kind": told["kind"],
            "opponent": f"{self.said['opponent']}{self.n}", "people": "2", **more,
        }  # fmt: skip
        if web:
            return stage.receive(ASK, "D02", said, who, who.actor, stage.day(ago, hour), channel="web", behalf="self")
        return stage.receive(ASK, "D02", said, who, self.clerk, stage.day(ago, hour), place=self.county.centre.place)

    def do(self, case: Case, code: str, hand: str, ago: float, oclock: int = 12, /, **data: Any) -> Case:
        """A move by somebody of the room, or by the person."""
        if hand == "person":
            from open12348.registry import accounts

            by = accounts.resident_actor(case.order.person.phone_hash if case.order.person else "")
        else:
            by = getattr(self, hand)
        return self.stage.move(case, code, by, self.stage.day(ago, oclock), **data)

    def day(self, ago: float) -> str:
        return legal_day(self.stage.day(ago, 9)).isoformat()

    def later(self, days: int) -> str:
        return (legal_day(self.stage.until) + timedelta(days=days)).isoformat()

    def accepted(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        return self.do(case or self.comes(kind, ago, **more), "accept", "clerk", ago, 11)

    def given(self, kind: str, ago: float, case: Case | None = None, which: int = 0, **more: Any) -> Case:
        """In a mediator's hands."""
        case = self.accepted(kind, ago, case, **more)
        worker = self.workers[which]
        if choosing.fault_of(case, worker, self.stage.day(ago, 12)):
            return case
        return self.do(
            case, "assign", "officer", ago, 12, mediator=str(worker.pk), chosen_by="committee" if which else "parties"
        )

    def talking(self, kind: str, ago: float, case: Case | None = None, sittings: int = 1, **more: Any) -> Case:
        """Rights told, so many sittings held."""
        case = self.given(kind, ago, case, **more)
        if case.state != "assigned":
            return case
        case = self.do(case, "begin", "mediator", ago - 0.5, 15, on=self.day(ago - 0.5), told="on")
        for n in range(sittings):
            when = max(ago - 1 - 2 * n, 0.1)
            case = self.do(
                case, "record", "mediator", when, 16, on=self.day(when), came="both", place=self.said["room"]
            )
        return case

    def agreed(self, kind: str, ago: float, case: Case | None = None, *, oral: bool = False, **more: Any) -> Case:
        """Agreed so many days ago, in writing with all three on it, or by word of mouth."""
        case = self.talking(kind, ago + 5, case)
        if case.state != "talking":
            return case
        content = words()[kind]["agreed"]
        if oral:
            return self.do(case, "agree_oral", "mediator", ago, 15, content=content, on=self.day(ago), **more)
        case = self.do(case, "agree_written", "mediator", ago, 14, content=content, **more)
        day = self.day(ago)
        return self.do(case, "take_effect", "mediator", ago, 16, parties_on=day, mediator_on=day, seal_on=day)

    def entry(self, ago: float, n: int, agreed: bool = True) -> Case:
        """Two lines in the simple ledger, closed at once."""
        when = self.stage.day(ago, 10 + n % 7)
        return self.stage.move(self.noted(ago, n), "settle" if agreed else "fail", self.mediator, when)

    def noted(self, ago: float, n: int) -> Case:
        """Two lines that are not closed yet."""
        lines, who = words()["ledger"]["lines"], self.stage.person(self.county)
        said = {"kind": "02", "told": lines[n % len(lines)], "opponent": f"{self.said['opponent']}{n}"}
        when = self.stage.day(ago, 10 + n % 7)
        return self.stage.receive(
            LEDGER, "D01", said, who, self.mediator, when, place=self.county.centre.place, reply_by="here"
        )

    def brought(self, kind: str, ago: float, since: float) -> Case:
        """An agreement that somebody wants confirmed, in effect since so many days."""
        self.n += 1
        said = {
            "content": words()[kind]["agreed"], "kind": words()[kind]["kind"], "effective_on": self.day(since),
            "opponent": f"{self.said['opponent']}{self.n}", "court": self.said["court"],
        }  # fmt: skip
        who = self.stage.person(self.county)
        return self.stage.receive(
            CONFIRM, "D07", said, who, self.clerk, self.stage.day(ago, 10), place=self.county.centre.place
        )

    def filed(self, kind: str, ago: float) -> Case:
        """With the court since so many days."""
        case = self.brought(kind, ago + 3, ago + 8)
        papers = ["agreement", "proof", "identity", "rights"]
        case = self.do(case, "check", "clerk", ago + 2, court=self.said["court"], papers=papers)
        return self.do(case, "file", "clerk", ago, on=self.day(ago))


def scenes(stage: Any) -> None:
    """The headline county's disputes in every state; then what stands beside them."""
    room = _Room(stage, stage.home)
    _coming(room)
    _talking(room)
    _agreed(room)
    _ended(room)
    _confirmed(room)
    for n in range(6):
        room.entry(0.3 + n, n, agreed=n % 3 != 2)
    wrong = room.noted(2.0, 6)
    room.do(wrong, "withdraw", "mediator", 1.5, 15, reason=room.said["wrong"])
    room.noted(0.1, 7)
    demo_office.scenes(stage)


def _coming(r: _Room) -> None:
    r.comes("water", 0.0, web=True)
    r.comes("home", 0.2, violence="on")
    case = r.comes("wall", 1.0)
    r.do(case, "complete", "clerk", 1.0, 11, kind="04", difficulty="usual", source="court_before", sender=r.said["court"],
         sender_no=f"（{legal_day(r.stage.until).year}）示诉前调9号", sent_on=r.day(2.0), signed_on=r.day(1.0), people="2")  # fmt: skip
    r.accepted("gifts", 1.0)
    r.comes("water", 0.5, people="14")
    r.given("loan", 2.0)


def _talking(r: _Room) -> None:
    case = r.talking("water", 6.0)
    r.do(case, "appoint", "mediator", 1.0, 10, on=r.later(2), hour="11:00", place=r.said["room"])
    case = r.talking("gifts", 20.0, sittings=2)
    r.do(
        case,
        "appoint",
        "mediator",
        1.0,
        10,
        on=r.later(1),
        hour="16:30",
        video="on",
        link="https://meet.example.org/demo",
    )
    case = r.talking("wages", 10.0)
    r.do(case, "send_letter", "mediator", 1.0, 15, to="labour", name=r.said["labour"], why=r.said["arbitrate"])
    case = r.talking("crash", 12.0)
    r.do(case, "suspend", "mediator", 8.0, 15, why="appraisal", reason=r.said["letter"])
    case = r.talking("wall", 4.0)
    r.do(case, "escalate", "mediator", 0.2, 15, danger="fight", reported="yes", note=r.said["danger"])
    case = r.talking("loan", 9.0)
    r.do(
        case,
        "agree_written",
        "mediator",
        1.0,
        15,
        content=words()["loan"]["agreed"],
        amount="2万",
        perform_by=r.later(40),
    )


def _agreed(r: _Room) -> None:
    r.agreed("water", 3.0, oral=True)
    case = r.agreed("gifts", 10.0, perform_by=r.later(20), amount="5万")
    if case.state == "agreed":
        r.do(case, "apply_confirmation", "mediator", 8.0, 11, court=r.said["court"], both="on")
    r.agreed("crash", 24.0, perform_by=r.later(5), amount="4000")
    case = r.agreed("loan", 40.0, amount="2万", perform_by=r.day(12.0))
    if case.state == "agreed":
        r.do(case, "perform", "mediator", 6.0, 15, on=r.day(6.0), note=r.said["paid"])
    case = r.agreed("wages", 35.0, amount="6000", perform_by=r.day(20.0))
    if case.state == "agreed":
        r.do(case, "breach", "mediator", 14.0, 15, on=r.day(14.0), note=r.said["broken"], answer=r.said["sue"])


def _ended(r: _Room) -> None:
    case = r.talking("wall", 30.0, sittings=2)
    if case.state == "talking":
        r.do(case, "fail", "mediator", 20.0, 15, reason=r.said["failed"], roads=["sue", "aid"], answer=r.said["roads"])
    case = r.comes("loan", 8.0)
    r.do(case, "refuse_mediation", "clerk", 7.0, who="other", how="phone", roads=["sue"], answer=r.said["refused"])
    case = r.talking("gifts", 16.0)
    if case.state == "talking":
        r.do(case, "stop", "person", 12.0, reason="")
    case = r.comes("crash", 14.0)
    r.do(case, "pass_on", "clerk", 13.0, to="police", name=r.said["police"], why=r.said["letter"])

    case = r.comes("loan", 9.0)
    r.do(case, "decline", "clerk", 8.0, ground="judged", roads=["sue"], answer=r.said["judged"])
    case = r.comes("wall", 11.0)
    r.do(case, "withdraw", "person", 10.0, reason="")
    case = r.agreed("crash", 30.0, amount="4000", perform_by=r.day(12.0))
    if case.state == "agreed":
        r.do(case, "perform_partly", "mediator", 9.0, 15, on=r.day(9.0), note=r.said["part"])


def _confirmed(r: _Room) -> None:
    """On the way to the court and back; the one of our own agreement stands there already."""
    case = r.brought("loan", 2.0, 5.0)
    r.do(case, "check", "clerk", 1.0, court=r.said["court"], papers=["agreement", "proof", "identity", "rights"])
    r.filed("gifts", 4.0)
    case = r.filed("loan", 20.0)
    r.do(case, "court_confirms", "clerk", 5.0, on=r.day(6.0), served_on=r.day(5.0), ruling_no=r.said["ruling"])
    case = r.filed("wages", 18.0)
    r.do(case, "court_rejects", "clerk", 4.0, answer=r.said["rejected"])
    case = r.brought("wall", 6.0, 9.0)
    r.do(case, "unfit", "clerk", 5.0, answer=r.said["unfit"])
    case = r.brought("water", 6.0, 9.0)
    r.do(case, "withdraw", "person", 5.0, reason="")


def past(stage: Any, n: int) -> None:
    """The year that is over: seven of ten in the simple ledger, the rest as mediations; one in seven not agreed."""
    room = _Room(stage, stage.home)
    for number in range(n):
        ago = 30.0 + stage.dice.random() * 320
        if number % 10 < 7:
            room.entry(ago, number, agreed=number % 7 != 3)
        elif number % 10 < 9:
            case = room.agreed(KINDS[number % len(KINDS)], ago, oral=number % 2 == 0)
            if case.state == "agreed":
                later = max(ago - 20, 1.0)
                room.do(case, "perform", "mediator", later, 15, on=room.day(later), note=room.said["paid"])
        else:
            case = room.talking("wall", ago)
            if case.state == "talking":
                room.do(
                    case,
                    "fail",
                    "mediator",
                    ago - 10,
                    15,
                    reason=room.said["failed"],
                    roads=["sue"],
                    answer=room.said["roads"],
                )


def walk() -> tuple[Any, list[Any]]:
    """A way through mediation, for the demo page."""
    return _("人民调解，走一遍"), [
        _("`mediator` 登录，打开“我的调解”：先到期的在前，点开一件，记录一次调解，写书面协议。"),
        _("登记签名盖章：三个日期最后一个就是生效日，卡片上从那天起倒数三十天。"),
        _("申请司法确认：先逐条核对；离婚、收养送不出去。另有编号，窗口接着办。"),
        _("“简易调解登记”：五个空，一个按钮；没谈成的也记。"),
        _("在调解中的一件点“报告险情”，再用督办人员登录，首页第一条就是。"),
    ]  # fmt: skip


def notes() -> list[Any]:
    """What somebody who tries it has to know."""
    return [_("调解时双方说的话只在保密记录里，`mediator` 自己设口令；督办人员打不开。")]
