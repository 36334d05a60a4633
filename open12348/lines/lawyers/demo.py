"""Lawyers in the demo prefecture: the register taken over, and each procedure with cases where somebody has to do the next thing.

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
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner
from open12348.spine import casework
from open12348.spine.models import Case

from . import demo_counsel, discipline, jobs, licence, measures, register, rules
from .figures import HERE
from .models import FirmEntry, LawyerEntry

LINE = "lawyers"


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """What is said in the scenes."""
    return tomllib.loads((HERE / "demo.toml").read_text(encoding="utf-8"))


def firm_code(number: int) -> str:
    """A credit code that an invented firm could have: right in its check digit, issued to nobody."""
    base = f"31650000MD{900000 + number:06d}"
    base = base[:16] + "A"
    return base + uscc.calc_check_digit(base)


class _Bureau:
    """The bureau of the prefecture, one firm of the home county, and the hands that a scene needs."""

    def __init__(self, stage: Any) -> None:
        self.stage, self.said, self.county = stage, words()["words"], stage.home
        self.firm: Organisation = stage.body("law_firm", self.county)
        self._register()
        self.bureau = stage.actor(stage.cast("registrar", Role.OFFICER, line=LINE))
        self.second = stage.actor(stage.cast("registrar-2", Role.OFFICER, line=LINE))
        self.here = stage.actor(stage.staff(self.county, Role.OFFICER))
        self.clerk = stage.actor(stage.staff(self.county, Role.CLERK))
        self.manager = stage.actor(
            stage.cast("law-manager", Role.PROVIDER, line=LINE, county=self.county, body=self.firm)
        )
        self.lawyer = stage.actor(
            stage.cast("law-partner", Role.PROVIDER, line=LINE, county=self.county, worker=self.people[0])
        )

    def _register(self) -> None:
        """The register as it is taken over: every firm has its code and form, every lawyer a kind of licence."""
        at = self.stage.until - timedelta(days=500)
        for number, firm in enumerate(Organisation.objects.filter(kind="law_firm", invented=True).order_by("pk")):
            if not firm.uscc:
                providers.change_organisation(organisation=firm, by=SYSTEM, at=at, uscc=firm_code(number))
        self.firm.refresh_from_db()
        FirmEntry.objects.bulk_create(
            [
                FirmEntry(organisation=o, form="partnership", founded_on=date(2012, 3, 1))
                for o in Organisation.objects.filter(kind="law_firm", invented=True, firm_entry__isnull=True)
            ]
        )
        self._enough(at)
        new: list[LawyerEntry] = []
        seen: dict[int | None, int] = {}
        for lawyer in Practitioner.objects.filter(kind="lawyer", invented=True, lawyer_entry__isnull=True).order_by("organisation", "pk"):  # fmt: skip
            nth = seen[lawyer.organisation_id] = seen.get(lawyer.organisation_id, -1) + 1
            new.append(
                LawyerEntry(
                    practitioner=lawyer, category="1", first_year=(lawyer.practised_since or legal_day(at)).year,
                    firm_role="head" if nth == 0 else "partner" if nth < 4 else "lawyer",
                )
            )  # fmt: skip
        LawyerEntry.objects.bulk_create(new)
        of_firm = Practitioner.objects.filter(kind="lawyer", organisation=self.firm, account__isnull=True).exclude(
            pk__in=[p.pk for p in self.punished]
        )
        self.people = list(of_firm.order_by("pk")[:8])
        for n, lawyer in enumerate(self.people):
            since = (lawyer.practised_since or date(2016, 5, 1)).year
            if len(lawyer.licence_no) != 17:
                card = f"16531{since}10{800000 + n:06d}"
                providers.change_practitioner(practitioner=lawyer, by=SYSTEM, at=at, licence_no=card)

    def _enough(self, at: Any) -> None:
        """A small world's firm has too few lawyers for all scenes, and nobody of the others' scenes is punished: they are added.

        So are two firms without anybody, for those who take no part in the year.
        """
        there = Practitioner.objects.filter(kind="lawyer", organisation=self.firm, account__isnull=True).count()
        added = providers.enter_practitioners(by=SYSTEM, at=at, many=[
            {
                "kind": "lawyer", "name_zh": f"{self.said['extra']}{n}（示例）", "licence_no": f"16531201510{700000 + n:06d}",
                "organisation": self.firm, "division": self.firm.division, "languages": ["zh", "ug"], "invented": True,
                "practised_since": date(2015, 6, 1),
            }
            for n in range(1, max(7 - there, 0) + 4)
        ])  # fmt: skip
        self.punished = added[-3:]
        self.idle = providers.enter_organisations(by=SYSTEM, at=at, many=[
            {"kind": "law_firm", "name_zh": name, "uscc": firm_code(800 + n), "division": self.county.unit, "invented": True}
            for n, name in enumerate((self.said["idle_one"], self.said["idle_two"]))
        ])  # fmt: skip
        FirmEntry.objects.bulk_create(
            [FirmEntry(organisation=o, form="single", founded_on=date(2019, 3, 1)) for o in self.idle]
        )

    # Hands

    def comes(self, service: str, said: Mapping[str, Any], ago: float, *, by: Any = None, own: bool = True) -> Case:
        """Something is brought in; `own`: by a person with a name."""
        stage = self.stage
        who = stage.person(self.county) if own else None
        return cast(
            Case,
            stage.receive(service, "", said, who, by or self.clerk, stage.day(ago), place=self.county.centre.place),
        )

    def do(self, case: Case, code: str, by: Any, ago: float, said: Mapping[str, Any] | None = None) -> Case:
        """A move, an hour after what came on the same day."""
        return cast(Case, self.stage.move(case, code, by, self.stage.day(ago, 12), **(said or {})))

    def day(self, ago: float) -> str:
        """A day, as forms take it."""
        return legal_day(self.stage.day(ago)).isoformat()

    def in_days(self, n: int) -> str:
        """A day ahead."""
        return (legal_day(self.stage.until) + timedelta(days=n)).isoformat()

    @property
    def year(self) -> int:
        return legal_day(self.stage.until).year

    # Licences

    def licences(self) -> None:
        """In every state: fresh, accepted by silence, with papers asked for, late, at the region, and ended."""
        said = self.said
        first = {
            "kind": "first", "firm_no": self.firm.uscc, "practice_county": self.county.unit.code, "certificate": "A",
            "internship_on": self.day(60), "former_post": "none", "declared": [c for c, _l in rules.STATEMENTS],
            "materials": list(rules.REQUIRED["first"]),
        }  # fmt: skip
        papers = {"materials": list(rules.REQUIRED["first"])}
        self.comes(licence.CODE, first, 1)
        self.comes(licence.CODE, first, 12)  # nobody answers: accepted by law
        asked = self.comes(licence.CODE, {**first, "materials": ["qualification", "internship"]}, 4)
        casework.ask_correction(case=asked, by=self.bureau, at=self.stage.day(2), wanted=said["wanted"])
        away = self.comes(licence.CODE, first, 8)
        self.do(away, "turn_away", self.bureau, 6, {"answer": said["away"]})
        gone = self.comes(licence.CODE, first, 15)
        self.do(gone, "withdraw", self.clerk, 13)
        for n, (state, ago) in enumerate(
            (("examining", 40), ("deciding", 20), ("granted", 26), ("issued", 44), ("refused", 50))
        ):
            case = self.do(self.comes(licence.CODE, first, ago), "accept", self.bureau, ago - 1, papers)
            case = self.do(case, "county_opinion", self.here, ago - 2, {"opinion": said["county"]})
            if state == "examining":  # late: a flag, never a grant
                continue
            agrees = "no" if state == "refused" else "yes"
            case = self.do(case, "send_up", self.bureau, ago - 8, {"agrees": agrees, "opinion": said["opinion"]})
            if state == "deciding":
                continue
            paper = {"document": f"示司许〔{self.year}〕{n}号（示例）", "decided_on": self.day(ago - 14)}
            if state == "refused":
                self.do(case, "refuse", self.bureau, ago - 15, {"answer": said["refused"], **paper})
                continue
            case = self.do(case, "grant", self.bureau, ago - 15, paper)
            if state == "issued":
                number = f"16531{self.year}10{900000 + self.firm.pk % 90000:06d}"
                self.do(case, "issue", self.bureau, ago - 18, {"licence_no": number})
        jobs.accept_by_silence(self.stage.day(1))
        for n, end in enumerate(("", "file", "withdraw")):
            told = {
                "firm_no": self.firm.uscc,
                "what": "address",
                "address": said["address"],
                "changed_on": self.day(20 + n),
            }
            case = self.comes("lawyers.filing", told, 3 + n, own=False)
            if end:
                self.do(case, end, self.bureau, 1 + n)

    # The year and the specialities

    def assessments(self) -> None:
        """Lawyers of one firm, each a step further; two firms that took no part."""
        said = self.said
        ask = {"year": str(self.year - 1), "report": said["year"], "aid_done": "on"}
        states = ("filed", "publicity", "rectifying", "prefecture_decide", "county_review", "self_assess", "withdrawn")
        for n, (lawyer, state) in enumerate(zip(self.people, states, strict=False)):
            ago = 45 - n * 5
            told = {**ask, "lawyer_no": lawyer.licence_no, "self_grade": "competent"}
            case = self.comes("lawyers.assessment", told, ago, by=self.manager, own=False)
            if state == "withdrawn":
                self.do(case, "withdraw", self.here, ago - 1)
            if state in {"self_assess", "withdrawn"}:
                continue
            case = self.do(case, "opine", self.here, ago - 1, {"opinion": said["fine"]})
            if state == "county_review":
                continue
            case = self.do(case, "county", self.here, ago - 2, {"opinion": said["fine"]})
            if state == "rectifying":
                self.do(case, "rectify", self.bureau, ago - 3, {"reason": said["mend"], "until": self.in_days(10)})
            elif state in {"filed", "publicity"}:
                late = 3 if state == "publicity" else ago - 4
                case = self.do(case, "grade", self.bureau, late, {"grade": "competent"})
                if state == "filed":
                    self.do(case, "report", self.bureau, late - 9)
        for n, firm in enumerate(self.idle):
            case = self.comes("lawyers.assessment", {**ask, "firm_no": firm.uscc}, 40, by=self.bureau, own=False)
            self.do(case, "call", self.bureau, 30, {"until": self.day(15) if n else self.in_days(12)})
            if n:
                self.do(case, "stop", self.bureau, 10)

    def specialities(self) -> None:
        """A field each, from the application to the title."""
        fields = ("criminal", "labour", "family", "property", "company")
        for n, (field, state) in enumerate(
            zip(fields, ("publicity", "received", "confirmed", "refused", "withdrawn"), strict=True)
        ):
            told = {
                "lawyer_no": self.people[n].licence_no, "field": field, "degree": "master", "field_since": self.day(365 * 6),
                "work": self.said["work"],
            }  # fmt: skip
            case = self.comes("lawyers.speciality", told, 30 - n, by=self.manager, own=False)
            if state == "refused":
                self.do(case, "turn_down", self.bureau, 20, {"answer": self.said["away"]})
            elif state == "withdrawn":
                self.do(case, "withdraw", self.here, 20)
            elif state != "received":
                case = self.do(
                    case, "propose", self.bureau, 4 if state == "publicity" else 22, {"note": self.said["opinion"]}
                )
                if state == "confirmed":
                    self.do(case, "confirm", self.bureau, 9, {"document": f"示律专〔{self.year}〕1号（示例）"})

    # Discipline and rights

    def complaints(self) -> None:
        """In every state, about lawyers who do nothing else in the demo."""
        fined, stopped, worst = self.punished
        found = {"facts_found": self.said["found"]}
        fine = {"article": "art47", "measures": ["warning", "fine"], "amount": "1500", **found}
        stop = {"article": "art48", "measures": ["suspension"], "months": "3", **found}
        gone = {"article": "art49", "measures": ["revocation"], **found}
        ways: tuple[tuple[str, int, Practitioner, dict[str, Any]], ...] = (
            ("received", 1, fined, fine), ("not_filed", 12, fined, fine), ("withdrawn", 14, fined, fine), ("investigating", 12, fined, fine),
            ("proposed", 34, fined, fine), ("dropped", 30, fined, fine), ("informed", 30, worst, stop), ("reviewed", 40, fined, fine),
            ("at_region", 50, worst, gone), ("annulled", 130, fined, stop), ("decided", 60, stopped, stop), ("decided", 75, fined, fine),
        )  # fmt: skip
        for n, (state, ago, whom, penalty) in enumerate(ways):
            self._complaint(n, state, ago, whom, penalty)

    def _complaint(self, n: int, state: str, ago: int, whom: Practitioner, penalty: dict[str, Any]) -> None:
        said, told = self.said, words()["complaints"]
        ground = list(told)[n % len(told)]
        case = self.comes(discipline.CODE, {"about": whom.name_zh, "ground": ground, "story": told[ground]}, ago)
        if state == "received":
            return
        if state in {"not_filed", "withdrawn"}:
            self.do(case, "withdraw" if state == "withdrawn" else "not_file", self.here if state == "not_filed" else self.clerk, ago - 1, {"answer": said["away"]})  # fmt: skip
            return
        case = self.do(
            case, "file", self.here, ago - 1, {"lawyer_no": whom.licence_no, "happened_on": self.day(ago + 20)}
        )
        if state == "investigating":
            self.do(case, "measure", self.here, ago - 2, {"kind": "interview", "text": said["interview"]})
            return
        case = self.do(case, "propose", self.here, ago - 5, penalty)
        if state == "proposed":
            return
        if state == "dropped":
            self.do(case, "drop", self.bureau, ago - 8, {"answer": said["away"]})
            return
        case = self.do(case, "inform", self.bureau, ago - 8, penalty)
        case = self.do(
            case,
            "defend",
            self.bureau,
            ago - 9,
            {"note": said["heard"], **({} if state == "informed" else {"waived": "on"})},
        )
        if state == "informed":
            return
        case = self.do(case, "review", self.second, ago - 18, {"note": said["reviewed"]})
        if state == "at_region":
            self.do(case, "send_to_region", self.bureau, ago - 20, {"note": said["reviewed"]})
        if state in {"reviewed", "at_region"}:
            return
        number = f"示司罚决〔{self.year}〕{n}号（示例）"
        what = {**penalty, "document": number, "minutes": said["minutes"], "credit": "general"}
        if "months" in penalty:
            what["stops_from"] = self.day(ago - 20)
        case = self.do(case, "decide", self.bureau, ago - 20, what)
        if state == "annulled":
            self.do(case, "annul", self.bureau, ago - 50, {"document": said["annulled"], "reason": said["annulled"]})
        elif whom == self.punished[0]:
            self.do(case, "tell_association", self.bureau, ago - 21, {"note": said["opinion"]})
            discipline.sanction(
                subject=whom, kind="condemnation", decided_on=legal_day(self.stage.day(ago - 30)), document=said["sanction"], by=self.bureau,
                at=self.stage.day(ago - 31), case=case,
            )  # fmt: skip

    def rights(self) -> None:
        """Seen by who asked and the bureau's officers only."""
        said = self.said
        ask = {"right": "meeting", "authority": "detention", "authority_name": said["detention"], "where": said["detention"], "story": said["rights"], "may_tell": "on"}  # fmt: skip
        ways = (
            ("received", 0.2),
            ("contacting", 3),
            ("coordinating", 6),
            ("resolved", 12),
            ("unresolved", 20),
            ("withdrawn", 25),
        )
        for state, ago in ways:
            urgent = {"urgent": "on"} if state == "received" else {}
            case = self.comes("lawyers.rights", {**ask, **urgent}, ago, by=self.lawyer, own=False)
            keeper = self.stage.actor(case.handler) if case.handler else self.bureau
            if state == "withdrawn":
                self.do(case, "withdraw", self.lawyer, ago - 1)
            if state in {"received", "withdrawn"}:
                continue
            case = self.do(case, "take", keeper, ago - 1, {"note": said["opinion"]})
            if state == "contacting":
                continue
            case = self.do(case, "contact", keeper, ago - 2, {"note": said["meeting"]})
            if state != "coordinating":
                self.do(
                    case, "resolve" if state == "resolved" else "give_up", keeper, ago - 4, {"answer": said["meeting"]}
                )

    # Engaging a lawyer

    def matters(self) -> None:
        """Asked for by name or not, taken or not, signed, ended."""
        said, told, mine = self.said, words()["matters"], self.people[0]
        ways = (
            ("received", "debt", 0.4), ("received", "land", 3), ("searching", "paper", 5), ("accepted", "paper", 6), ("engaged", "family", 16),
            ("engaged", "labour", 30), ("done", "debt", 45), ("terminated", "family", 40), ("not_engaged", "land", 22), ("declined", "labour", 14),
            ("withdrawn", "debt", 9),
        )  # fmt: skip
        for n, (state, kind, ago) in enumerate(ways):
            case = self.comes(
                "lawyers.matter",
                {"kind": kind, "lawyer_no": "" if n == 1 else mine.licence_no, "story": told[kind]},
                ago,
            )
            if state == "withdrawn":
                self.do(case, "withdraw", self.clerk, ago - 1)
            if state in {"searching", "declined"}:
                case = self.do(case, "decline", self.manager, ago - 1, {"why": "capacity"})
                if state == "declined":
                    self.do(case, "give_up", self.clerk, ago - 2, {"answer": said["away"]})
            if state in {"received", "withdrawn", "searching", "declined"}:
                continue
            case = self.do(case, "accept", self.manager, ago - 1, {"lawyer": str(mine.pk), "checked": "on"})
            if state == "not_engaged":
                self.do(case, "not_engaged", self.lawyer, ago - 3)
            if state in {"accepted", "not_engaged"}:
                continue
            signed = {
                "contract_no": f"示例 {n}",
                "signed_on": self.day(ago - 3),
                "fee_kind": "free" if kind == "labour" else "item",
            }
            case = self.do(case, "engage", self.lawyer, ago - 3, signed)
            case = self.do(case, "tell", self.lawyer, ago - 6, {"answer": said["told"]})
            if state == "done":
                self.do(case, "finish", self.lawyer, ago - 20, {"ended_on": self.day(ago - 20), "answer": said["done"]})
            elif state == "terminated":
                self.do(case, "terminate", self.lawyer, ago - 20, {"reason": said["done"]})

    def correction(self) -> None:
        """A firm has something to mend by a day."""
        measures.take(
            subject=self.firm, kind="correct", text=self.said["interview"], by=self.here, at=self.stage.day(6),
            due_on=legal_day(self.stage.until) + timedelta(days=9),
        )  # fmt: skip

    def others(self) -> None:
        """The pool for matters abroad, and lawyers in their own units."""
        said, at = self.said, self.stage.day(340)
        for n, languages in enumerate((["zh", "en"], ["zh", "ug", "ru"])):
            register.enter_pool(
                lawyer=self.people[n], languages=languages, nominated_by=said["association"], by=self.bureau, at=at if n else self.stage.day(100)
            )  # fmt: skip
        rows = providers.enter_practitioners(by=SYSTEM, at=at, many=[
            {
                "kind": "lawyer", "name_zh": f"{said['public']}{n}（示例）", "licence_no": f"16531202160{600000 + n:06d}", "organisation": None,
                "division": self.county.unit, "languages": ["zh"], "invented": True, "practised_since": date(2021, 3, 1),
            }
            for n in range(3)
        ])  # fmt: skip
        for lawyer in rows:
            register.enter(
                lawyer=lawyer, by=self.bureau, at=at, category="6", works_for=said["unit"], shared_use=lawyer == rows[0]
            )


def scenes(stage: Any) -> None:
    """Each procedure with something for each role to do next."""
    if Practitioner.objects.filter(licence_no="16531202160600000").exists():
        return
    o = _Bureau(stage)
    o.licences()
    o.assessments()
    o.specialities()
    o.complaints()
    o.correction()
    o.rights()
    o.matters()
    o.others()
    demo_counsel.scenes(o)


def walk() -> tuple[Any, list[Any]]:
    """The title of a way through this line, and its steps."""
    return _("律师：许可、考核、处罚、请律师"), [
        _(
            "用 `registrar` 登录：打开一件待核材料的执业申请，看法律的核对表，受理，报自治区决定。试一试把 C 证登记到放宽地区以外：会告诉您哪一条不许。"
        ),
        _(
            "用 `officer` 登录：打开一件律师投诉，立案，提出处罚建议。县级作不了处罚决定，会告诉您为什么。再用 `registrar` 告知，用 `registrar-2` 做法制审核。"
        ),
        _("在公开的“公示”页看处罚：到期的那天夜里自动撤下，名册里还留着。"),
        _(
            "用 `law-manager` 登录：有人想请律师，查利益冲突，接受或者不接。用手机、用 `law-partner` 登录：登记合同，告诉当事人进展。"
        ),
        _("用 `registrar` 登录：在“律师和律所名册”里看快到期的和不对的，存成 Excel。"),
    ]


def work() -> dict[str, Any]:
    """What each account of this line finds to do."""
    return {
        "registrar": _("律师许可、考核、处罚、名册"), "registrar-2": _("法制审核（和调查的人分开）"),
        "law-manager": _("律所：接不接委托"), "law-partner": _("律师：办委托、维权"),
    }  # fmt: skip
