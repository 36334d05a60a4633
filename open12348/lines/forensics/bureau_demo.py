"""What the bureau finds to do in the demo: applications at every step, complaints, a measure, a penalty, ratings, a roster.

Called by demo.py once the institutions stand; everything is done with the verbs, as people would.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions, providers
from open12348.registry.models import Organisation, Practitioner
from open12348.spine.models import Case

from . import complaints, credit, measures, penalties, qualified, registration, roster
from .complaint_models import ForensicComplaint
from .models import ForensicExpert

LINE = "forensics"


class _Bureau:
    """The prefecture's registrars, a county's officer and clerk, and the institutions they have to do with."""

    def __init__(self, stage: Any, words: dict[str, str]) -> None:
        self.stage, self.said, self.home = stage, words, stage.home
        self.registrar = stage.actor(stage.cast("forensic-registrar", Role.OFFICER, line=LINE))
        self.second = stage.actor(stage.cast("forensic-registrar-two", Role.OFFICER, line=LINE))
        self.head = stage.actor(stage.cast("forensic-supervisor", Role.SUPERVISOR, line=LINE))
        self.officer = stage.actor(stage.staff(self.home, Role.OFFICER))
        self.clerk = stage.actor(stage.staff(self.home, Role.CLERK))
        self.houses = list(
            Organisation.objects.filter(kind="forensic_institution", invented=True, forensic_institution__isnull=False)
            .select_related("division__county")
            .order_by("pk")[:3]
        )
        for house in self.houses:
            if not house.licence_no:
                providers.change_organisation(
                    organisation=house, by=SYSTEM, at=stage.day(300), licence_no=f"65003100{house.pk:04d}"
                )

    def applies(self, ago: float, **more: Any) -> Case:
        """An application comes in at the county's desk."""
        who = self.stage.person(self.home)
        said = {
            "subject": "expert", "kind": "new", "name": f"{who.name}（示例）", "institution_no": self.houses[0].licence_no, "subfields": ["0103"],
            "route": "degree", "title": "middle", "years": "7", "clear": "on", **more,
        }  # fmt: skip
        return self.stage.receive(
            registration.CODE, "", said, who, self.clerk, self.stage.day(ago, 10), place=self.home.centre.place
        )

    def do(self, case: Case, code: str, who: str, ago: float, hour: int = 12, **data: Any) -> Case:
        """A move by one of the bureau."""
        return self.stage.move(case, code, getattr(self, who), self.stage.day(ago, hour), **data)

    def day(self, ago: float) -> str:
        return legal_day(self.stage.day(ago, 9)).isoformat()

    def reviewed(self, ago: float, **more: Any) -> Case:
        """Accepted by the county, reviewed by the prefecture a week later."""
        case = self.do(self.applies(ago, **more), "accept", "officer", ago - 1)
        return self.do(case, "opine", "registrar", ago - 7, opinion="for", reason=self.said["opinion"])

    def penalty(self, ago: float) -> Case:
        """A case is opened by the county."""
        said = {
            "licence_no": self.houses[0].licence_no, "facts": self.said["fault"], "basis": "司法鉴定机构登记管理办法第三十九条",
            "proposed": "warning",
        }  # fmt: skip
        return self.stage.receive(
            penalties.CODE, "", said, None, self.officer, self.stage.day(ago, 11), place=self.home.centre.place
        )

    def penalised(self, ago: float) -> Case:
        """The institution was told two days later."""
        return self.do(self.penalty(ago), "tell", "officer", ago - 2, letter=self.said["fault"])

    def complains(self, ago: float, **more: Any) -> Case:
        """A complaint comes in."""
        who = self.stage.person(self.home)
        said = {
            "against": str(self.houses[0].pk), "relation": "litigant", "knew_on": self.day(ago + 20), "story": self.said["complaint"],
            "opinion_no": "", **more,
        }  # fmt: skip
        return self.stage.receive(
            complaints.CODE, "G04", said, who, self.clerk, self.stage.day(ago, 10), place=self.home.centre.place
        )


def scenes(stage: Any, words: dict[str, str]) -> None:
    """The bureau's work. Nothing where no institution stands."""
    bureau = _Bureau(stage, words)
    if not bureau.houses:
        return
    _applications(bureau)
    _supervision(bureau)
    _ratings(bureau)
    root = divisions.root()
    if root is not None:
        roster.publish(division=root, by=bureau.registrar, at=stage.day(20, 11), document="示地司〔2026〕12号")


def _applications(bureau: _Bureau) -> None:
    stage, said = bureau.stage, bureau.said
    bureau.applies(0.0)
    bureau.applies(3.0, years="4", clear="")  # the checklist finds something
    bureau.do(bureau.applies(9.0), "accept", "officer", 8.0)
    bureau.do(bureau.applies(45.0), "accept", "officer", 44.0)  # late: nothing is granted by itself
    case = bureau.reviewed(30.0)
    bureau.do(case, "evaluate", "registrar", 10.0, note=said["evaluation"])
    bureau.reviewed(20.0)
    case = bureau.reviewed(60.0)
    bureau.do(
        case,
        "region_grant",
        "registrar",
        4.0,
        decided_on=bureau.day(5.0),
        decision_no="新司鉴〔2026〕12号",
        licence_no="650031990001",
    )
    case = bureau.reviewed(70.0)
    bureau.do(
        case,
        "region_refuse",
        "registrar",
        30.0,
        decided_on=bureau.day(31.0),
        decision_no="新司鉴〔2026〕9号",
        answer=said["refusal"],
    )
    case = bureau.reviewed(90.0)
    case = bureau.do(
        case,
        "region_grant",
        "registrar",
        60.0,
        decided_on=bureau.day(61.0),
        decision_no="新司鉴〔2026〕5号",
        licence_no="650031990002",
    )
    bureau.do(case, "deliver", "clerk", 55.0, delivered_on=bureau.day(55.0), to=said["taker"])
    bureau.do(bureau.applies(33.0), "not_take", "officer", 32.0, reason=said["elsewhere"])
    bureau.do(bureau.applies(28.0), "withdraw", "clerk", 27.0, reason=said["taken_back"])
    worker = Practitioner.objects.filter(kind="forensic_expert", organisation=bureau.houses[0]).order_by("-pk").first()
    known = ForensicExpert.objects.filter(practitioner=worker).first() if worker else None
    if worker is not None and known is not None:  # a licence that runs out, its renewal asked for in time
        qualified.enter_expert(
            practitioner=worker, fields=known.fields, title=known.title, by=SYSTEM, at=stage.day(300),
            valid_until=legal_day(stage.until) + timedelta(days=32),
        )  # fmt: skip
        case = bureau.applies(
            6.0, kind="renewal", name=worker.name_zh, licence_no=worker.licence_no, route="", years=""
        )
        bureau.do(case, "accept", "officer", 5.0)


def _supervision(bureau: _Bureau) -> None:
    stage, said, house = bureau.stage, bureau.said, bureau.houses[0]
    bureau.complains(1.0)
    bureau.complains(14.0)  # late: nobody decided in seven working days
    case = bureau.do(bureau.complains(25.0), "accept", "officer", 22.0)
    bureau.do(case, "ask_subject", "officer", 20.0, letter=said["letter"])
    row = measures.propose(
        organisation=house, nature="rectify", facts=said["fault"], basis="司法鉴定程序通则第二十七条", by=bureau.registrar,
        at=stage.day(12, 15), deadline=legal_day(stage.until) + timedelta(days=18),
        complaint=ForensicComplaint.objects.get(order_id=case.pk),
    )  # fmt: skip
    measures.heard(measure=row, statement=said["statement"], by=bureau.registrar, at=stage.day(10, 11))
    case = bureau.do(bureau.complains(50.0), "accept", "officer", 47.0)
    case = bureau.do(case, "decide", "officer", 30.0, result="unfounded", note=said["found"])
    bureau.do(case, "answer", "officer", 28.0, answer=said["answer"])
    case = bureau.do(bureau.complains(35.0), "accept", "officer", 33.0)
    bureau.do(case, "decide", "officer", 2.0, result="partly", note=said["found"])
    bureau.do(bureau.complains(38.0), "withdraw", "clerk", 37.0, reason=said["taken_back"])
    bureau.do(bureau.complains(40.0), "turn_away", "officer", 36.0, ground="opinion", answer=said["turned"])
    _penalties(bureau)


def _penalties(bureau: _Bureau) -> None:
    """A penalty case in each of its states. The county opens and proposes, the prefecture writes down what the region decided."""
    said = bureau.said
    bureau.penalty(5.0)
    told = bureau.penalised(15.0)
    bureau.do(bureau.penalised(40.0), "report", "registrar", 25.0, reason=said["reported"])
    bureau.do(bureau.penalty(30.0), "withdraw", "officer", 28.0, reason=said["taken_back"])
    bureau.do(bureau.penalty(34.0), "drop", "officer", 20.0, reason=said["minor"])
    for ago, number in ((50.0, "3"), (80.0, "1")):
        case = bureau.do(bureau.penalised(ago), "report", "registrar", ago - 20, reason=said["reported"])
        case = bureau.do(
            case, "record", "registrar", ago - 30, decided="warning", months="", decided_on=bureau.day(ago - 30),
            document=f"新司鉴罚〔2026〕{number}号", gravity="minor",
        )  # fmt: skip
        if number == "1":
            bureau.do(case, "finish", "registrar", 40.0, reason=said["served"])
        else:
            bureau.do(case, "post", "registrar", 15.0, text=said["posted"])
    bureau.do(told, "state", "officer", 4.0, stated="stated", note=said["statement"])


def _ratings(bureau: _Bureau) -> None:
    stage, year = bureau.stage, legal_day(bureau.stage.until).year - 1
    for n, house in enumerate(bureau.houses[:2]):
        row = credit.propose(
            organisation=house, year=year, level="A" if n else "B", reason=bureau.said["rating"], by=bureau.registrar, at=stage.day(60 if n else 3, 11)
        )  # fmt: skip
        credit.tell(rating=row, by=bureau.registrar, at=stage.day(58 if n else 2, 11))
        if n:  # told long ago and not objected to: decided by another, and shown
            credit.decide(rating=row, level="A", by=bureau.second, at=stage.day(20, 11))
