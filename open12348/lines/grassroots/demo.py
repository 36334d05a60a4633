"""Grassroots legal service in the demo prefecture: matters, licences, the year, and offices on their way out of the justice office.

The stage is handed in by the demo; nothing here knows more of it than its methods. Done with the verbs, as people would.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import items, providers
from open12348.registry.models import Organisation, OrganisationKind, Practitioner, PractitionerKind
from open12348.spine import casework
from open12348.spine.models import Case

from . import jobs, penalties
from .figures import HERE
from .licence_forms import MATERIALS

LINE = "grassroots"
#: Invented numbers that are right in their check digit: those of the domain reference.
NUMBERS = ("653125199001011236", "653101198506154528")


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """What is said in the scenes."""
    return dict(tomllib.loads((HERE / "demo.toml").read_text(encoding="utf-8"))["words"])


def office_code(number: int) -> str:
    """A credit code that an invented office could have."""
    base = f"33650000MD{900000 + number:06d}A"
    return base + uscc.calc_check_digit(base)


class _Town:
    """Nine offices of three workers in the home county, and the hands that a scene needs."""

    def __init__(self, stage: Any) -> None:
        self.stage, self.said, self.county = stage, words(), stage.home
        self._offices()
        self.here = stage.actor(stage.staff(self.county, Role.OFFICER))
        self.clerk = stage.actor(stage.staff(self.county, Role.CLERK))
        self.up = stage.actor(stage.cast("gls-bureau", Role.OFFICER, line=LINE))
        self.second = stage.actor(stage.cast("gls-bureau-2", Role.OFFICER, line=LINE))
        self.head = stage.actor(
            stage.cast("gls-head", Role.PROVIDER, line=LINE, county=self.county, body=self.offices[0])
        )
        self.one, self.two = (
            stage.actor(stage.cast(name, Role.PROVIDER, line=LINE, county=self.county, worker=worker))
            for name, worker in zip(("gls-worker", "gls-worker-2"), self.workers[:2], strict=True)
        )

    def _offices(self) -> None:
        """Offices that stand there, and as many more as the scenes need; three workers in each, and one with two."""
        at, unit = self.stage.until - timedelta(days=500), self.county.unit
        found = Organisation.objects.filter(
            kind=OrganisationKind.GRASSROOTS, division=unit, invented=True, valid_to__isnull=True
        )
        self.offices = list(found.order_by("pk")[:10])
        self.offices += providers.enter_organisations(by=SYSTEM, at=at, many=[
            {"kind": OrganisationKind.GRASSROOTS.value, "name_zh": f"{unit.name_zh}{self.said['office']}{n}（示例）", "division": unit,
             "invented": True, "phone": "0998-2820000"}
            for n in range(10 - len(self.offices))
        ])  # fmt: skip
        many: list[dict[str, Any]] = []
        for n, office in enumerate(self.offices):
            there = Practitioner.objects.filter(organisation=office, account__isnull=True).count()
            many += [
                {"kind": PractitionerKind.GRASSROOTS.value, "name_zh": f"{self.said['worker']}{n}{i}（示例）", "licence_no": f"示例G9{n:02d}{i}",
                 "organisation": office, "division": unit, "languages": ["zh", "ug"], "invented": True, "practised_since": date(2016, 6, 1)}
                for i in range(max(0, (8 if n == 0 else 2 if n == 9 else 3) - there))
            ]  # fmt: skip
        providers.enter_practitioners(by=SYSTEM, at=at, many=many)
        free = Practitioner.objects.filter(
            organisation=self.offices[0], kind=PractitionerKind.GRASSROOTS, account__isnull=True
        )
        self.workers = list(free.order_by("pk")[:8])

    # Hands

    def comes(self, service: str, said: Mapping[str, Any], ago: float, *, by: Any = None, own: bool = False) -> Case:
        """Something is brought in; `own`: by a person with a name."""
        stage = self.stage
        who = stage.person(self.county) if own else None
        place = self.county.centre.place
        return cast(Case, stage.receive(service, "", said, who, by or self.clerk, stage.day(ago), place=place))

    def do(self, case: Case, code: str, by: Any, ago: float, **said: Any) -> Case:
        """A move, an hour after what came on the same day."""
        return cast(Case, self.stage.move(case, code, by, self.stage.day(ago, 12), **said))

    def day(self, ago: float) -> str:
        """A day, as forms take it."""
        return legal_day(self.stage.day(ago)).isoformat()

    @property
    def year(self) -> int:
        return legal_day(self.stage.until).year

    # Scenes

    def matters(self) -> None:
        """In every state; one waits too long, one is criminal and waits for somebody to send it on."""
        said, unit = self.said, self.county.unit.code
        ask = {"story": said["story"], "kind": "civil", "opponent_home": unit}
        contract = {"kind": "civil", "client_area": unit, "fee": "800"}
        self.comes("grassroots.matter", ask, 12, own=True)
        self.comes("grassroots.matter", {**ask, "story": said["criminal"], "kind": "criminal"}, 1, own=True)
        for n, state in enumerate(("not_take", "send_on", "withdraw")):
            case = self.comes(
                "grassroots.matter", {**ask, "kind": "criminal" if state == "send_on" else "civil"}, 14 - n, own=True
            )
            given = {
                "not_take": {"answer": said["no"]},
                "send_on": {"item": "E02" if items.by_code("E02") else "H04", "answer": said["on"]},
            }.get(state, {})
            self.do(case, state, self.clerk if state == "withdraw" else self.one, 12 - n, **given)
        for n, state in enumerate(("in_progress", "in_progress", "changing", "ended", "closed")):
            who, ago = (self.one, self.two)[n % 2], 30 - n
            case = self.comes("grassroots.matter", ask, ago, own=True)
            papers = {
                "contract_no": f"示例合同{n + 1}",
                "signed_on": self.day(ago - 1),
                "receipt_no": f"示例收据{n + 1}",
            }
            case = self.do(case, "accept", who, ago - 1, **contract, **papers)
            case = self.do(case, "record", who, ago - 2, note=said["note"])
            if state == "in_progress":
                case = self.do(case, "introduce", who, ago - 3, court=said["court"], cause=said["cause"])
                self.do(case, "tell", who, 6 if n else ago - 4, answer=said["progress"])
            elif state == "changing":
                self.do(case, "change_worker", self.clerk, 1, reason=said["reason"])
            elif state == "ended":
                self.do(case, "end_contract", self.clerk, ago - 6, reason=said["reason"])
            else:
                self.do(case, "close", who, ago - 20, result="judged", answer=said["result"])

    def complaints(self) -> None:
        """In every state."""
        said = self.said
        for n, state in enumerate(("received", "looking", "answered", "not_taken", "withdrawn")):
            case = self.comes("grassroots.complaint", {"ground": "money", "story": said["complaint"]}, 9 - n, own=True)
            if state == "withdrawn":
                self.do(case, "withdraw", self.clerk, 3)
            elif state == "not_taken":
                self.do(case, "turn_away", self.here, 4, answer=said["away"])
            elif state != "received":
                case = self.do(case, "accept", self.here, 6)
                case = self.do(case, "look", self.here, 5, note=said["looked"])
                if state == "answered":
                    self.do(case, "answer", self.here, 4, answer=said["answered"])

    def licences(self) -> None:
        """In every state; one accepted by silence, one with papers asked for."""
        said, papers = self.said, [code for code, _label in MATERIALS]
        first = {
            "kind": "first", "office": str(self.offices[0].pk), "name": f"{said['worker']}（示例）", "materials": papers, "clean_record": "on",
            "no_other_post": "on",
        }  # fmt: skip
        change = {"kind": "change", "office": str(self.offices[0].pk), "reason": said["move"]}
        opinion = {"agrees": "yes", "checked": "on", "opinion": said["opinion"]}
        self.comes(
            "grassroots.licence", {**first, "id_number": NUMBERS[0]}, 12, by=self.head
        )  # nobody answers: accepted by law
        waits = self.comes(
            "grassroots.licence", {**first, "id_number": NUMBERS[1], "materials": ["application"]}, 3, by=self.head
        )
        casework.ask_correction(case=waits, by=self.here, at=self.stage.day(1), wanted=said["wanted"])
        movers = Practitioner.objects.filter(
            organisation__in=self.offices[1:6], kind=PractitionerKind.GRASSROOTS, account__isnull=True
        )
        for n, (worker, state) in enumerate(
            zip(
                movers.order_by("-pk")[:5], ("examined", "granted", "refused", "not_accepted", "withdrawn"), strict=True
            )
        ):
            told = {
                **change,
                "name": worker.name_zh,
                "licence_no": worker.licence_no,
                "office": str(worker.organisation_id),
            }
            case = self.comes("grassroots.licence", told, 30 - n)
            if state == "withdrawn":
                self.do(case, "withdraw", self.clerk, 26)
            elif state == "not_accepted":
                self.do(case, "not_accept", self.here, 25, answer=said["away"])
            else:
                case = self.do(case, "accept", self.here, 27)
                case = self.do(case, "examine", self.here, 24 if state != "examined" else 20, **opinion)
                paper = {"document": f"示司许〔{self.year}〕{n}号（示例）", "decided_on": self.day(18)}
                if state == "granted":
                    self.do(case, "grant", self.up, 18, reason=said["grounds"], **paper)
                elif state == "refused":
                    self.do(case, "refuse", self.up, 18, answer=said["refusal"], **paper)
        jobs.silence(self.stage.day(1))

    def years(self) -> None:
        """The assessment of last year, each office or worker a step further."""
        said = self.said
        states = ("decided", "objection", "upheld", "reviewed", "received", "withdrawn")
        for n, state in enumerate(states):
            told = {"year": str(self.year - 1), "report": said["report"], "office": str(self.offices[0].pk)}
            told |= {"licence_no": self.workers[n].licence_no} if n else {}
            case = self.comes("grassroots.assessment", told, 40 - n, by=self.clerk)
            good = "qualified" if not n else "competent"
            if state == "withdrawn":
                self.do(case, "withdraw", self.clerk, 30)
            elif state != "received":
                case = self.do(case, "review", self.here, 33, proposed=good, opinion=said["fine"])
                if state == "reviewed":
                    continue
                case = self.do(
                    case, "decide", self.up, 12, grade=good if state == "decided" else "basic", answer=said["fine"]
                )
                if state != "decided":
                    case = self.do(case, "object", self.clerk, 6, reason=said["object"])
                if state == "upheld":
                    self.do(case, "uphold", self.second, 2, answer=said["upheld"])

    def detachments(self) -> None:
        """An office at each step of the way, one merged, one cancelled, one put off."""
        said = self.said
        steps = ("assessed", "plan_approved", "assets_cleared", "re_registered", "detached")
        states = ("attached", *steps, "merged", "cancelled", "given_up")
        for n, (office, state) in enumerate(zip(self.offices[1:], states, strict=True)):
            ago = 80 - n
            case = self.comes(
                "grassroots.detachment", {"office": str(office.pk), "situation": said["situation"]}, ago, by=self.here
            )
            if state == "merged":
                paper = {
                    "into": str(self.offices[0].pk),
                    "document": f"示司〔{self.year}〕7号（示例）",
                    "reason": said["situation"],
                }
                self.do(case, "merge_into", self.up, 20, **paper)
            elif state == "cancelled":
                self.do(
                    case, "cancel", self.up, 19, document=f"示司〔{self.year}〕8号（示例）", reason=said["situation"]
                )
            elif state == "given_up":
                self.do(case, "withdraw", self.here, 18, reason=said["reason"])
            for step in steps[: steps.index(state) + 1] if state in steps else ():
                case = self._step(case, step, n, ago - 8 * (steps.index(step) + 1))

    def _step(self, case: Case, step: str, n: int, ago: float) -> Case:
        said = self.said
        if step == "assessed":
            return self.do(case, "assess", self.here, ago, self_financing="on", note=said["ripe"])
        if step == "plan_approved":
            return self.do(
                case, "approve_plan", self.up, ago, form="institution", document=f"示司〔{self.year}〕{n}号（示例）"
            )
        if step == "assets_cleared":
            case = self.do(
                case, "clear_assets", self.here, ago, document=f"清册{n}（示例）", settled="on", note=said["cleared"]
            )
            apart = dict.fromkeys(("staff_apart", "money_apart", "functions_apart"), "on")
            return self.do(
                case, "separate", self.here, ago - 1, note=said["seen"], **(apart if n > 3 else {"staff_apart": "on"})
            )
        if step == "re_registered":
            code = {"uscc": office_code(n), "certificate_no": f"示例证{n}", "licence_no": f"示例许可{n}"}
            return self.do(case, "re_register", self.up, ago, **code)
        return self.do(case, "finish", self.up, ago, detached_on=self.day(ago))


def scenes(stage: Any) -> None:
    """Every service with a case in each state, one penalty, and an office that is too small."""
    town = _Town(stage)
    town.matters()
    town.complaints()
    town.licences()
    town.years()
    town.detachments()
    today = legal_day(stage.until)
    penalties.record(by=town.here, at=stage.day(3), data={
        "whom": town.workers[7].licence_no, "kind": "warning", "amount": None, "document": f"示司罚〔{town.year}〕1号（示例）",
        "told_on": today - timedelta(days=20), "decided_on": today - timedelta(days=5), "facts": town.said["complaint"],
    })  # fmt: skip


def walk() -> tuple[Any, list[Any]]:
    """The title of a way through this line, and its steps."""
    return _("基层法律服务：委托、核准、考核、脱钩"), [
        _("用 `gls-worker` 登录：打开一件待接受的委托，登记合同和收据。再打开那件刑事的：会告诉您哪一条不许，转给法律援助。"),
        _("用 `gls-head` 登录：看所里报的执业核准走到哪一步；有一件五个工作日没有人答复，按法律已视为受理。"),
        _("用 `officer` 登录：报送审查意见。县级作不了决定，会告诉您为什么；再用 `gls-bureau` 决定。"),
        _("用 `gls-bureau` 登录：打开一件脱钩改制，三样没有全部分开的，重新登记会被退回。"),
        _("用 `gls-bureau` 登录：在登记册里看人数不够的所，在统计里看半年的数，存成 Excel。"),
    ]  # fmt: skip


def work() -> dict[str, Any]:
    """What each account of this line finds to do."""
    return {
        "gls-bureau": _("核准、考核、脱钩、登记册"), "gls-bureau-2": _("异议审查（和作决定的人分开）"), "gls-head": _("法律服务所：报核准、考核"),
        "gls-worker": _("接受委托、办案"), "gls-worker-2": _("接受委托、办案"),
    }  # fmt: skip
