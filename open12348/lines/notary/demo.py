"""The notary line in the demo prefecture: an office at work, with matters in every state, done with the verbs as people would.

The stage is handed in by the demo (its module `scenes`); nothing here knows more of it than its methods.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import accounts, places, providers
from open12348.registry.models import (
    Account,
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Practitioner,
    PractitionerKind,
)
from open12348.spine import catalogue
from open12348.spine.models import Case, IssuedPaper

from . import certificates, checking, demo_certificates, matters, offices
from .figures import HERE
from .models import NotaryEntry

APPLY = "notary.apply"
#: The accounts of the headline office: two notaries and the head.
FOLK = (("notary", Role.PROVIDER), ("notary-2", Role.PROVIDER), ("notary-head", Role.OFFICER))
PASSWORD = "demo-12348-example"
#: Kind of story → the matter, where it is used, what the notary enters.
STORIES: dict[str, tuple[str, dict[str, Any]]] = {
    "mandate": ("N03-house", {"purpose": "property", "common_property": "no"}),
    "diploma": ("N10-edu", {"purpose": "study", "use": "abroad", "use_country": "KZ"}),
    "birth": ("N10-birth", {"purpose": "study"}),
    "succession": ("N02", {"purpose": "inherit", "value": "180000"}),
    "declaration": ("N04", {"purpose": "property"}),
    "career": ("N10-career", {"purpose": "work"}),
    "will": ("N06", {"purpose": "inherit"}),
}  # fmt: skip


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """What is said in the scenes."""
    return tomllib.loads((HERE / "demo.toml").read_text(encoding="utf-8"))


class _Office:
    """One notary office at work, with the hands that a scene needs."""

    def __init__(self, stage: Any, county: Any, named: bool = False) -> None:
        self.stage, self.county, self.said = stage, county, words()["words"]
        known = Organisation.objects.filter(kind=OrganisationKind.NOTARY, valid_to__isnull=True).order_by("pk")
        found = (
            known.filter(division__county=county.unit).first() or known.filter(division__county__isnull=True).first()
        )
        if found is None:
            raise LookupError(f"no notary office in {county.unit.code}")
        self.office = found
        self.place = self._window()
        folk = [(f"{name}" if named else f"{name}-{county.unit.code[2:6]}", role) for name, role in FOLK]
        workers = self._notaries(len(folk))
        self.who = {
            name: self._account(username, role, worker)
            for (username, role), worker, (name, _role) in zip(folk, workers, FOLK, strict=True)
        }
        if certificates.sign_on(self.office, legal_day(stage.until)) is None:
            certificates.enter_sign(
                office=self.office, short=f"示{chr(0x4E00 + county.number)}", words=False, valid_from=date(2021, 1, 1), by=SYSTEM,
                at=stage.day(700),
            )  # fmt: skip

    def _window(self) -> Place:
        unit = self.county.unit
        code = f"N{unit.code[:6]}"
        known = Place.objects.filter(code=code).first()
        if known is not None:
            return known
        return places.enter(by=SYSTEM, at=self.stage.day(700), many=[{
            "code": code, "kind": PlaceKind.COUNTER, "name_zh": f"{self.office.name_zh}窗口", "name_ug": self.office.name_ug,
            "division": unit, "organisation": self.office, "parent": self.county.centre.place, "languages": ["zh", "ug"],
        }])[0]  # fmt: skip

    def _notaries(self, wanted: int) -> list[Practitioner]:
        rows = list(
            Practitioner.objects.filter(organisation=self.office, kind=PractitionerKind.NOTARY).order_by("pk")[:wanted]
        )
        lacking = [
            {"kind": PractitionerKind.NOTARY, "name_zh": f"公证员{n}（示例）", "name_ug": "", "licence_no": f"示例N{self.county.unit.code[2:6]}{n}",
             "organisation": self.office, "division": self.office.division, "languages": ["zh", "ug"], "invented": True}
            for n in range(len(rows), wanted)
        ]  # fmt: skip
        rows += providers.enter_practitioners(by=SYSTEM, at=self.stage.day(700), many=lacking) if lacking else []
        for number, worker in enumerate(rows):
            NotaryEntry.objects.get_or_create(
                practitioner=worker,
                defaults={"born_on": date(1975 + number, 5, 1), "by": SYSTEM.label, "entered_at": self.stage.day(700)},
            )
        return rows

    def _account(self, username: str, role: Role, worker: Practitioner) -> Account:
        known = Account.objects.filter(username=username).first()
        if known is not None:
            return known
        at = self.stage.day(700)
        row = accounts.open_account(username=username, name=worker.name_zh, password=PASSWORD, at=at, demo=True)
        row.practitioner = worker
        row.save(update_fields=["practitioner"])
        seed = hashlib.sha256(f"demo:notary:{username}".encode()).digest()[:20]
        accounts.enrol_totp(account=row, secret=base64.b32encode(seed).decode())
        accounts.grant(account=row, role=role, by=SYSTEM, at=at, place=self.place, lines=("notary",))
        return row

    def actor(self, name: str) -> Actor:
        return accounts.actor_for(self.who[name], self.stage.until)

    # Hands

    def comes(self, kind: str, ago: float, *, by: str = "notary", hour: int = 11, who: Any = None, **more: Any) -> Case:
        """An application comes in: at the desk, at a station, or from the web."""
        matter, facts = STORIES[kind]
        who = who or self.stage.person(self.county)
        told = words().get(kind, {})
        code = self.county.unit.code
        said = {
            "matter": matter, "story": told.get("ug" if who.language == "ug" else "zh", ""), "applies": "self", "domicile": code,
            "estate_county": code, "born_on": "1985-06-01", "office": self.place.code, **facts, **more,
        }  # fmt: skip
        if by == "web":
            return self.stage.receive(
                APPLY, "F02", said, who, who.actor, self.stage.day(ago, hour), channel="web", behalf="self"
            )
        if by == "clerk":
            staff = self.stage.actor(self.stage.staff(self.county, Role.CLERK))
            return self.stage.receive(
                APPLY,
                "F02",
                said,
                who,
                staff,
                self.stage.day(ago, hour),
                place=self.county.centre.place,
                read_back="on",
            )
        return self.stage.receive(
            APPLY, "F02", said, who, self.actor(by), self.stage.day(ago, hour), place=self.place, read_back="on"
        )

    def do(self, case: Case, code: str, ago: float, by: str = "notary", oclock: int = 12, **data: Any) -> Case:
        """A move by one of the office."""
        return self.stage.move(case, code, self.actor(by), self.stage.day(ago, oclock), **data)

    def entered(
        self,
        kind: str,
        ago: float,
        by: str = "notary",
        without: tuple[str, ...] = (),
        case: Case | None = None,
        **more: Any,
    ) -> Case:
        """Identity checked, facts and papers entered."""
        case = case or self.comes(kind, ago, by=by)
        matter, facts = STORIES[kind]
        code = self.county.unit.code
        self.do(case, "identify", ago, by, how="card", came="on")
        self.do(case, "facts", ago, by, **{
            "matter": matter, "use": "domestic", "mode": "counter", "party": "person", "applies": "self", "born_on": "1985-06-01", "copies": "2",
            "domicile": code, "estate": code, "simple": "on", "complex": "", **facts, **more,
        })  # fmt: skip
        codes = [w.code for w in checking.wanted(checking.row_of(case.pk)) if w.code not in without]
        return self.do(case, "papers", ago, by, seen=codes)

    def accepted(self, kind: str, ago: float, by: str = "notary", **more: Any) -> Case:
        """Accepted the same day."""
        case = self.entered(kind, ago, by, **more)
        return self.do(case, "accept", ago, by, 13, interest="on", no_dispute="on", in_scope="on")

    def told(self, case: Case, ago: float, by: str = "notary") -> Case:
        """Informed, the fee reckoned and paid."""
        row = checking.row_of(case.pk)
        matter = checking.matter_of(row)
        assert matter is not None
        two = {"witness": "见证人（示例）", "unrelated": "on", "video_kept": "on"} if matter.two else {}
        self.do(case, "inform", ago, by, 14, content=self.said["told"], way="face", signed_by="party", read_in="zh",
                warned=[code for code, _words in matters.warnings_for(matter)], **two)  # fmt: skip
        self.do(case, "charge", ago, by, 15, pieces="1")
        row = checking.row_of(case.pk)
        return self.do(case, "pay", ago, by, 15, amount=str(row.fee), receipt_no=f"示例-{case.pk}")

    def proposed(self, kind: str, ago: float, days: float, by: str = "notary", **more: Any) -> Case:
        """Sent up for approval so many days ago."""
        case = self.told(self.accepted(kind, ago, by, **more), max(ago - 1, days), by)
        matter = checking.matter_of(checking.row_of(case.pk))
        assert matter is not None
        return self.do(
            case, "propose", days, by, 16, conditions=[code for code, _words in matters.CONDITIONS[matter.kind]]
        )

    def issued(self, kind: str, ago: float, days: float, by: str = "notary", **more: Any) -> Case:
        """Issued so many days ago."""
        case = self.proposed(kind, ago, days, by, **more)
        if checking.row_of(case.pk).complex:
            self.do(
                case, "discuss", days, "notary-head", 16, people=self.said["people"], result=self.said["discussion"]
            )
        return self.do(case, "approve", days, "notary-head", 17)

    def delivered(self, kind: str, ago: float, days: float, by: str = "notary", **more: Any) -> Case:
        """Handed over so many days ago."""
        case = self.issued(kind, ago, days + 1, by, **more)
        return self.do(case, "deliver", days, by, 12, way="counter", on=legal_day(self.stage.day(days, 12)).isoformat())


def scenes(stage: Any) -> None:
    """The headline office with matters in every state; the others with their window and what the bureau has to see."""
    home = _Office(stage, stage.home, named=True)
    _desk(home)
    _ended(home)
    _secret(home)
    _relief(home)
    _bureau(stage, home)
    demo_certificates.after(home)


def _desk(o: _Office) -> None:
    """What a notary and the head find in the morning."""
    o.comes("diploma", 0.0, by="web", hour=10)
    o.comes("birth", 1.0, by="clerk")
    o.comes("succession", 0.2)
    o.entered("mandate", 0.5, without=("attorney_identity", "coowner"))
    o.accepted("mandate", 4.0)
    o.told(o.accepted("declaration", 2.0), 1.0)
    o.accepted("career", 30.0)  # late
    case = o.accepted("mandate", 6.0)
    o.do(case, "ask_papers", 4.0, wanted=["coowner"], told_how="message")
    case = o.accepted("birth", 9.0)
    o.do(case, "verify", 7.0, office="外县公证处（示例）", ask=o.said["verify"])
    case = o.entered("mandate", 12.0, without=("attorney_identity",))
    later = legal_day(o.stage.day(3.0)).isoformat()
    o.do(
        case,
        "accept_tolerant",
        12.0,
        oclock=13,
        later=["attorney_identity"],
        later_by=later,
        promise="on",
        interest="on",
        no_dispute="on",
        in_scope="on",
    )
    case = o.entered("career", 5.0, without=("career_proof",))
    row = checking.row_of(case.pk)
    o.do(case, "papers", 5.0, oclock=13, seen=list(row.seen), pledged=["career_proof"], told="on", signed="on")
    o.do(case, "accept", 5.0, oclock=14, interest="on", no_dispute="on", in_scope="on")
    case = o.accepted("birth", 3.0)
    o.do(case, "visit", 1.0, reason="papers")
    o.proposed("mandate", 3.0, 0.4)
    o.proposed("succession", 9.0, 1.0, "notary-2")
    case = o.accepted("mandate", 8.0, "notary-2")
    o.do(case, "propose_refusal", 1.0, "notary-2", ground="5", reason=o.said["refuse"])
    case = o.accepted("declaration", 7.0, "notary-2")
    o.do(case, "propose_termination", 2.0, "notary-2", ground="withdrawn", reason=o.said["terminate"])
    case = o.accepted("birth", 5.0, "notary-2")
    o.do(case, "halt", 3.0, "notary-2", reason=o.said["halted"])


def _ended(o: _Office) -> None:
    """Ways in which a matter ends."""
    o.issued("declaration", 6.0, 1.0)
    o.delivered("diploma", 20.0, 10.0)
    case = o.delivered("birth", 90.0, 80.0)
    o.do(case, "archive", 70.0, main_pages="12", side_pages="2", term="permanent")
    o.stage.move(o.comes("declaration", 11.0), "withdraw", o.actor("notary"), o.stage.day(10.0), reason="")
    case = o.comes("mandate", 15.0)
    o.do(case, "not_accept", 14.0, ground="area", answer=o.said["elsewhere"])
    case = o.accepted("mandate", 25.0)
    o.do(case, "propose_refusal", 22.0, ground="5", reason=o.said["refuse"])
    o.do(case, "refuse", 21.0, "notary-head", refund="none", refund_reason=o.said["fault"])
    case = o.accepted("declaration", 30.0)
    o.do(case, "propose_termination", 26.0, ground="withdrawn", reason=o.said["terminate"])
    o.do(case, "terminate", 25.0, "notary-head", refund="none", refund_reason=o.said["fault"])


def _secret(o: _Office) -> None:
    """Two wills: one being made, one issued; nobody else can see them."""
    o.accepted("will", 2.0, born_on="1948-03-01")
    o.issued("will", 40.0, 35.0, born_on="1944-03-01")


def _relief(o: _Office) -> None:
    """A request for relief in one's own words, and one that follows from a legal-aid decision, where there is any."""
    case = o.accepted("declaration", 2.0)
    o.do(case, "charge", 1.0, pieces="1")
    o.do(case, "ask_relief", 0.9, oclock=13, reason=o.said["relief"])
    found = _decision(o)
    if found is None or found.order.person is None:
        return
    person = found.order.person
    who = o.stage.person(o.county)
    who.name, who.phone = person.name, person.phone
    case = o.comes("declaration", 1.0, who=who, aid_number=found.number)
    o.do(o.accepted("declaration", 1.0, case=case), "charge", 0.5, pieces="1")


def _decision(o: _Office) -> IssuedPaper | None:
    rows = IssuedPaper.objects.filter(
        revoked_at__isnull=True, order__case__county=o.county.unit, order__person__isnull=False
    )
    for service, forms in catalogue.attesting("hardship").items():
        found = rows.filter(order__case__service=service, form__in=forms).select_related("order__person").first()
        if found is not None and found.order.person is not None and found.order.person.phone:
            return found
    return None


def _bureau(stage: Any, home: _Office) -> None:
    """What the bureau has to see: practice areas entered, and a notary who has reached sixty-five."""
    day = date(2023, 1, 1)
    offices.permit(
        office=home.office,
        kind="area",
        division=home.county.unit,
        valid_from=day,
        basis="执业区域核定文件（示例）",
        by=SYSTEM,
        at=stage.day(300),
    )
    offices.permit(
        office=home.office,
        kind="online",
        division=None,
        valid_from=day,
        basis="在线公证名单（示例）",
        by=SYSTEM,
        at=stage.day(300),
    )
    rows = Practitioner.objects.filter(kind=PractitionerKind.NOTARY).exclude(organisation=home.office)
    small = rows.values("organisation").annotate(n=Count("pk")).filter(n__gte=2).values("organisation")
    worker = rows.filter(organisation__in=small, notary_entry__isnull=True).order_by("pk").first()
    if worker is not None:
        NotaryEntry.objects.create(
            practitioner=worker,
            born_on=legal_day(stage.until) - timedelta(days=366 * 65),
            by=SYSTEM.label,
            entered_at=stage.day(20),
        )


def past(stage: Any, n: int) -> None:
    """Matters of the year that is over, nearly all of them ended, at the offices of the counties in turn."""
    made: list[_Office] = []
    for county in (stage.home, *stage.others[:2]):
        try:
            made.append(_Office(stage, county, named=county is stage.home))
        except LookupError:
            continue
    kinds = ("mandate", "diploma", "declaration", "birth", "mandate", "succession", "declaration", "career")
    for number in range(n):
        o = made[number % len(made)]
        ago = 20 + stage.dice.random() * 340
        by = ("notary", "notary-2")[number % 2]
        lasted = stage.dice.choice((2, 3, 4, 6, 8, 12, 18))
        kind, who = kinds[number % len(kinds)], stage.person(o.county)
        case = o.comes(kind, ago, by=by, who=who)
        if case.handler_id is None:  # nobody there may take it (somebody of the same name): the person went elsewhere
            stage.move(case, "withdraw", who.actor, stage.day(ago - 1))
            continue
        o.delivered(kind, ago, max(ago - lasted, 2), by, case=case)


def walk() -> tuple[Any, list[Any]]:
    """A way through the notary line in four steps, for the demo page."""
    return _("公证：从申请到公证书"), [
        _("当一回居民：在居民的网页选“公证办理”，选委托（房产），照着问题填，先看到要带什么、多少钱、几天，再提交。"),
        _("用 `notary-head` 登录：在“公证工作台”看到还没有人办的事，分给一位公证员；看等您审批的、等您决定减免的。"),
        _("用 `notary` 登录：核实身份，补全申请信息，核对材料，受理；告知、收费，报审批。"),
        _("再用 `notary-head` 登录：批准出证。居民那边看到公证书办好了，可以领取。"),
        _("不登录，在“文书核验”页输入公证书编号和姓名：只回答是不是有效，不显示任何人的信息。用 `supervisor` 登录，看“公证机构”里要处理的。"),
    ]  # fmt: skip


def notes() -> list[Any]:
    """The office's accounts with their present codes: of demo accounts they may be said."""
    rows = Account.objects.filter(username__in=[name for name, _role in FOLK], demo=True).order_by("pk")
    return [
        str(_("公证处的演示账号 `%(name)s`，密码和别的账号一样，动态码现在是 `%(code)s`。")) % {"name": a.username, "code": accounts.present_totp(a)}
        for a in rows
    ]  # fmt: skip
