"""Forensic appraisal in the demo prefecture: institutions, their heads and experts, and commissions in every state.

The stage is handed in by the demo; nothing here knows more of it than its methods. Done with the verbs, as people would.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner
from open12348.spine import catalogue
from open12348.spine.models import Case, IssuedPaper

from . import bureau_demo, qualified
from .figures import HERE

SERVICE, ITEM, LINE = "forensics.commission", "G02", "forensics"
#: What each of the institutions is registered for: the first does most.
FIELDS = (
    ["0101", "0103", "0104", "0105", "0107", "0201", "0202", "0204"],
    ["0103", "0105", "0201"],
    ["0103", "0201", "0204"],
)
WORDS = ("新示司鉴", "新例司鉴", "新样司鉴")


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """What is said in the scenes."""
    return tomllib.loads((HERE / "demo.toml").read_text(encoding="utf-8"))


class _House:
    """One institution with its head and three experts who have accounts, and the hands that a scene needs."""

    def __init__(self, stage: Any, which: int) -> None:
        self.stage, self.said, self.n = stage, words()["words"], 0
        self.body: Organisation = stage.body("forensic_institution", which=which)
        suffix = "" if which == 0 else f"-{which + 1}"
        began = stage.until - timedelta(days=700)
        qualified.enter_institution(
            organisation=self.body, fields=FIELDS[which], word=WORDS[which], accreditation=2 if which == 0 else 1,
            valid_until=legal_day(began) + timedelta(days=5 * 365), by=SYSTEM, at=began,
        )  # fmt: skip
        self._enough(began)
        people = list(Practitioner.objects.filter(kind="forensic_expert", organisation=self.body).order_by("pk"))
        for number, worker in enumerate(people):
            title = ("senior", "associate", "middle", "middle", "none")[number % 5]
            qualified.enter_expert(
                practitioner=worker, fields=FIELDS[which], title=title, valid_until=legal_day(began) + timedelta(days=5 * 365),
                by=SYSTEM, at=began,
            )  # fmt: skip
        self.people = people
        self.head = stage.actor(stage.cast(f"forensic-head{suffix}", Role.PROVIDER, line=LINE, body=self.body))
        self.experts = [
            stage.actor(stage.cast(f"expert{suffix}{letter}", Role.PROVIDER, line=LINE, worker=worker))
            for letter, worker in zip(("", "-b", "-c"), people, strict=False)
        ]
        self.county = stage.home
        self.clerk = stage.actor(stage.staff(self.county, Role.CLERK))

    def _enough(self, at: Any) -> None:
        """A small world has too few experts for two who appraise, one who reviews and one who steps in: the others are added."""
        there = Practitioner.objects.filter(kind="forensic_expert", organisation=self.body).count()
        providers.enter_practitioners(by=SYSTEM, at=at, many=[
            {
                "kind": "forensic_expert", "name_zh": f"{self.said['extra']}{n}（示例）", "licence_no": f"6599{self.body.pk:06d}{n:02d}",
                "organisation": self.body, "division": self.body.division, "languages": ["zh"], "invented": True,
            }
            for n in range(there + 1, 5)
        ])  # fmt: skip

    # Hands

    def comes(self, kind: str, ago: float, *, own: bool = False, **more: Any) -> Case:
        """A commission of an authority, or of somebody for themselves."""
        self.n += 1
        told, stage = words()[kind], self.stage
        who = stage.person(self.county)
        client = "person" if own else "police" if kind == "beaten" else "court"
        said = {
            "context": "non_litigation" if own else "litigation", "client": client, "client_name": "" if own else self.said[client],
            "client_no": "" if own else f"（{legal_day(stage.until).year}）示{'刑' if client == 'police' else '民'}初{self.body.pk * 1000 + self.n}号",
            "client_contact": "" if own else self.said["contact"], "kind": "first", "field": told["field"], "matter": told["matter"],
            "purpose": self.said["insurance"] if own else told["purpose"], "facts": told["facts"],
            "subject_name": "" if told["field"] == "0201" else who.name.replace("（示例）", "") or who.name,
            "capacity": "none" if told["field"] == "0201" else "full", "institution": str(self.body.pk), "repeat_ground": "", **more,
        }  # fmt: skip
        by = who.actor if own else self.clerk
        channel = {"channel": "web", "behalf": "self"} if own else {"place": self.county.centre.place}
        return stage.receive(SERVICE, ITEM, said, who, by, stage.day(ago, 10), **channel)

    def do(self, case: Case, code: str, who: str, ago: float, oclock: int = 12, **data: Any) -> Case:
        """A move by the head, one of the experts, the clerk."""
        by = self.head if who == "head" else self.clerk if who == "clerk" else self.experts[int(who)]
        return self.stage.move(case, code, by, self.stage.day(ago, oclock), **data)

    def day(self, ago: float) -> str:
        return legal_day(self.stage.day(ago, 9)).isoformat()

    def accepted(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """Accepted on its list of materials, a day after it came."""
        told = words()[kind]
        case = case or self.comes(kind, ago, **more)
        case = self.do(
            case,
            "list_materials",
            "head",
            ago,
            11,
            things=told["things"],
            material_kind="medical",
            storage="",
            received_on=self.day(ago),
        )
        capacity = "none" if told["field"] == "0201" else str(more.get("capacity") or "full")
        return self.do(
            case,
            "accept",
            "head",
            max(ago - 1, 0.1),
            12,
            field=told["field"],
            capacity=capacity,
            lawful="on",
            enough="on",
        )

    def signed(self, kind: str, ago: float, case: Case | None = None, fee: str = "1200", **more: Any) -> Case:
        """The commission is in effect, two days after it came."""
        case = self.accepted(kind, ago, case, **more)
        on = max(ago - 2, 0.1)
        return self.do(case, "sign", "head", on, 13, signed_on=self.day(on), fee=fee, risks="on")

    def working(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """In the hands of two experts, three days after it came."""
        case = self.signed(kind, ago, case, **more)
        on = max(ago - 3, 0.1)
        case = self.do(case, "assign", "head", on, 11, lead=str(self.people[0].pk), second=str(self.people[1].pk))
        return self.do(case, "begin", "0", on, 14)

    def recorded(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """With a record of what was done."""
        case, told, on = self.working(kind, ago, case, **more), words()[kind], max(ago - 4, 0.1)
        step = {"0103": "body", "0201": "test", "0105": "test"}[told["field"]]
        return self.do(
            case,
            "record",
            "0",
            on,
            12,
            kind=step,
            on=self.day(on),
            method="national",
            method_name="",
            private="on",
            text=told["record"],
        )

    def drafted(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """With an opinion that waits for its review."""
        case, told, on = self.recorded(kind, ago, case, **more), words()[kind], max(ago - 6, 0.1)
        return self.do(
            case,
            "draft",
            "0",
            on,
            13,
            analysis=told["analysis"],
            opinion=told["opinion"],
            opined_on=self.day(on),
            dissent="",
        )

    def reviewed(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """Reviewed by a third."""
        case, on = self.drafted(kind, ago, case, **more), max(ago - 7, 0.1)
        case = self.do(case, "name_reviewer", "head", on, 11, reviewer=str(self.people[2].pk))
        return self.do(
            case, "review", "2", on, 15, reviewer=str(self.people[2].pk), result=self.said["review"], few=self.said["few"]
        )  # fmt: skip

    def issued(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """Out under its number and its code."""
        case, on = self.reviewed(kind, ago, case, **more), max(ago - 8, 0.1)
        case = self.do(case, "enter_code", "head", on, 11, unified=f"示例赋码-{self.stage.number}-{case.pk}")
        return self.do(case, "issue", "0", on, 12, signed="on", sealed="on", copies="4")

    def delivered(self, kind: str, ago: float, case: Case | None = None, **more: Any) -> Case:
        """With the client."""
        case, on = self.issued(kind, ago, case, **more), max(ago - 9, 0.1)
        return self.do(case, "deliver", "head", on, 15, way="hand", on=self.day(on), to_name=self.said["contact"])

    def archived(self, kind: str, ago: float, **more: Any) -> Case:
        """Filed."""
        return self.do(self.delivered(kind, ago, **more), "archive", "head", max(ago - 12, 0.1))

    def refused(self, kind: str, ago: float) -> Case:
        """Not accepted."""
        case = self.comes(kind, ago)
        return self.do(
            case, "refuse", "head", max(ago - 2, 0.1), ground="ability", reason=self.said["refuse"], given_back="on"
        )

    def ended(self, kind: str, ago: float) -> Case:
        """Ended by the institution."""
        case = self.working(kind, ago)
        return self.do(case, "terminate", "head", max(ago - 20, 0.1), ground="uncooperative", reason=self.said["end"])

    def taken_back(self, kind: str, ago: float) -> Case:
        """The client takes it back."""
        return self.do(self.accepted(kind, ago), "withdraw", "clerk", max(ago - 3, 0.1), reason=self.said["withdrawn"])


def _houses(stage: Any) -> list[_House]:
    """The institutions of the world that have enough experts."""
    found = []
    for which in range(len(FIELDS)):
        try:
            found.append(_House(stage, which))
        except LookupError:
            continue
    return found


def scenes(stage: Any) -> None:
    """Commissions in every state at the first institution; a few at the others."""
    houses = _houses(stage)
    if not houses:
        return
    first, said = houses[0], words()["words"]
    lead, second = str(first.people[0].pk), str(first.people[1].pk)
    first.comes("injury", 0.0)
    first.comes("kinship", 1.0, own=True)
    first.comes("beaten", 13.0)  # late: nobody decided in seven working days
    first.comes("signature", 0.5, institution="")  # no institution chosen yet
    case = first.comes("injury", 4.0)
    first.do(case, "ask_supplement", "head", 3.0, wanted=said["supplement"])
    case = first.comes("injury", 3.0)
    day = (legal_day(stage.until) + timedelta(days=12)).isoformat()
    first.do(case, "agree_date", "head", 2.0, decide_by=day, reason=said["extension"])
    first.accepted("beaten", 3.0)
    _with_relief(first, stage)
    first.signed("injury", 5.0)
    case = first.recorded("beaten", 9.0)
    case = first.recorded("injury", 25.0)
    first.do(case, "ask_extension", "0", 1.0, days="20", reason=said["extension"])
    case = first.recorded("injury", 30.0)
    first.do(case, "extend", "head", 4.0, days="30", reason=said["extension"])
    case = first.recorded("injury", 14.0)
    first.do(case, "pause", "0", 6.0, cause="materials", reason=said["pause"])
    first.recorded("signature", 62.0)  # late: thirty working days are over
    case = first.signed("beaten", 4.0)
    first.do(case, "assign", "head", 1.0, lead=lead, second=second)
    case = first.working("beaten", 6.0)
    first.do(
        case,
        "recuse",
        "head",
        2.0,
        expert=str(first.people[1].pk),
        asked_by="client",
        ground="interest",
        reason=said["repeat"],
    )
    first.drafted("injury", 12.0)
    first.reviewed("signature", 15.0)  # waits for its unified code
    first.issued("beaten", 16.0)
    _afterwards(first, houses, stage)
    first.archived("signature", 70.0)
    first.archived("kinship", 80.0, own=True)
    first.refused("signature", 20.0)
    first.ended("injury", 50.0)
    first.taken_back("beaten", 15.0)
    for other in houses[1:]:
        other.comes("injury", 1.0)
        other.recorded("injury", 8.0)
        other.delivered("injury", 40.0)
    bureau_demo.scenes(stage, words()["bureau"])


def _with_relief(house: _House, stage: Any) -> None:
    """Somebody whom a standing decision attests hardship: the fee follows from it (法律援助法 Art 53)."""
    forms = catalogue.attesting("hardship")
    paper = (
        IssuedPaper.objects.filter(
            order__case__service__in=list(forms), form__in=[f for many in forms.values() for f in many]
        )
        .filter(revoked_at__isnull=True, order__person__isnull=False, order__case__secret=False)
        .exclude(order__person__phone="")
        .select_related("order__person")
        .order_by("pk")
        .first()
    )
    if paper is None or paper.order.person is None:
        return
    person, told = paper.order.person, words()["injury"]
    said = {
        "context": "non_litigation", "client": "person", "kind": "first", "field": told["field"], "matter": told["matter"],
        "purpose": house.said["insurance"], "facts": told["facts"], "subject_name": person.name.replace("（示例）", ""), "capacity": "full",
        "institution": str(house.body.pk), "repeat_ground": "",
    }  # fmt: skip
    case = stage.receive(
        SERVICE, "G03", said, None, house.clerk, stage.day(3.0, 10), place=house.county.centre.place, name=person.name,
        phone=person.phone, reply_by="phone",
    )  # fmt: skip
    case = house.accepted("injury", 3.0, case)
    house.do(
        case,
        "sign",
        "head",
        1.0,
        13,
        signed_on=house.day(1.0),
        fee="0",
        relief="waived",
        aid_no=paper.number,
        risks="on",
    )


def _afterwards(first: _House, houses: list[_House], stage: Any) -> None:
    """What follows a delivered opinion: a correction, a supplement, another appraisal elsewhere, the court."""
    said, lead = first.said, str(first.people[0].pk)
    case = first.delivered("injury", 35.0)
    first.do(
        case,
        "correct",
        "head",
        5.0,
        fault="wording",
        before=said["before"],
        after=said["after"],
        way="separate",
        signer=lead,
    )
    hearing = legal_day(stage.until) + timedelta(days=6)
    case = first.delivered("beaten", 45.0)
    first.do(
        case,
        "summon",
        "clerk",
        1.0,
        court=said["court"],
        noticed_on=first.day(1.0),
        hearing_on=hearing.isoformat(),
        hour="10",
    )
    case = first.delivered("injury", 50.0)
    first.do(case, "supplementary", "clerk", 2.0, ground="new", matter=said["more"])
    if len(houses) > 1:
        case = first.delivered("signature", 40.0)
        first.do(
            case, "repeat", "clerk", 3.0, ground="recusal", reason=said["repeat"], institution=str(houses[1].body.pk)
        )


#: How a year goes: mostly an opinion, sometimes not.
SHARES = (("archived", 0.8), ("refused", 0.07), ("ended", 0.05), ("taken_back", 0.08))


def past(stage: Any, wanted: int) -> None:
    """A year that is over: so many commissions, spread over its days and the institutions."""
    houses = _houses(stage)
    if not houses:
        return
    kinds, ways = ("injury", "beaten", "signature", "kinship"), [w for w, _s in SHARES]
    weights = [s for _w, s in SHARES]
    for n in range(wanted):
        house = houses[0] if n % 5 < 3 else houses[n % len(houses)]
        kind = stage.dice.choice(kinds[:2] if house is not houses[0] else kinds)
        if house is houses[-1] and kind == "kinship":
            kind = "injury"
        getattr(house, stage.dice.choices(ways, weights)[0])(kind, 60.0 + stage.dice.random() * 300.0)


def walk() -> tuple[Any, list[Any]]:
    """The title of a way through forensic appraisal, and its steps."""
    return _("司法鉴定：从委托到意见书"), [
        _("用 `clerk` 登录：登记法院的一件委托，选一家鉴定机构。试一试把委托人改成个人：会告诉您该由谁委托。"),
        _("用 `forensic-head` 登录：登记鉴定材料，受理，登记委托书已签，指定两名鉴定人。只选一名试试。"),
        _("用手机、用 `expert` 登录：开始鉴定，写鉴定记录，起草意见。`forensic-head` 指定复核人，`expert-c` 复核。"),
        _("用 `forensic-head` 登录：登记统一赋码，由 `expert` 出具意见书，再登记送达。没有赋码就出不了意见书。"),
        _("在公开的核对页面，用意见书编号核对：只说真假、机构和日期。"),
    ]
