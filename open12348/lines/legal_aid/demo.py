"""Legal aid in the demo prefecture: each way in, with cases in every state, done with the verbs as people would do them.

The stage is handed in by the demo (its module `scenes`); nothing here knows more of it than its methods.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import lru_cache
from typing import Any

from open12348.kernel.access import Role
from open12348.kernel.workdays import legal_day
from open12348.spine import casework
from open12348.spine.models import Case

from . import demo_after, demo_duty
from .figures import HERE
from .models import Aid

APPLY, NOTICE, COMPLAINT = "legal_aid.apply", "legal_aid.notice", "legal_aid.complaint"

#: Kind of story → item of the list, what is answered in the form, what the officer enters.
STORIES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "wages": ("C11", {"matter": "31-5-2", "stage": "arbitration", "amount": "32000", "groups": ["42-3"]},
              {"matter": "31-5-2", "stage": "arbitration", "position": "claimant", "authority": "arbitration", "groups": ["42-3"]}),
    "support": ("C08", {"matter": "31-4-2", "stage": "first", "household": "3", "income": "2400", "opponent_home": "no", "pledge": "on"},
                {"matter": "31-4-2", "stage": "first", "position": "claimant", "authority": "court", "pledged": "on"}),
    "parents": ("C08", {"matter": "31-4-1", "stage": "outside", "groups": ["42-1-elderly"]},
                {"matter": "31-4-1", "stage": "outside", "position": "claimant", "authority": "none", "groups": ["42-1-elderly"]}),
    "injury": ("C11", {"matter": "31-7-1", "stage": "first", "household": "4", "income": "3000", "opponent_home": "no", "pledge": "on"},
               {"matter": "31-7-1", "stage": "first", "position": "claimant", "authority": "court", "pledged": "on"}),
    "violence": ("C08", {"matter": "32-4", "stage": "first"},
                 {"matter": "32-4", "stage": "first", "position": "claimant", "authority": "court"}),
    "trademark": ("C08", {"household": "3", "income": "2000", "opponent_home": "no", "pledge": "on"},
                  {"matter": "31-9", "stage": "first", "position": "claimant", "authority": "court", "pledged": "on"}),
    "arrested": ("C03", {"matter": "CR-24", "stage": "investigation", "position": "suspect", "custody": "on", "household": "5",
                         "income": "3200", "pledge": "on"},
                 {"matter": "CR-24", "stage": "investigation", "position": "suspect", "authority": "police", "pledged": "on"}),
}  # fmt: skip


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """What is said in the scenes."""
    return tomllib.loads((HERE / "demo.toml").read_text(encoding="utf-8"))


class _Office:
    """One county's office, with the hands that a scene needs."""

    def __init__(self, stage: Any, county: Any) -> None:
        self.stage, self.county = stage, county
        self.clerk = stage.actor(stage.staff(county, Role.CLERK, 1 if len(county.stations) else 0))
        self.reviewer = stage.actor(stage.staff(county, Role.OFFICER))
        self.approver = stage.actor(stage.staff(county, Role.OFFICER, 1))
        self.bureau = stage.actor(stage.staff(county, Role.SUPERVISOR))
        free = [a for a in county.advisers if a.practitioner.kind == "lawyer" and a.suspended_from is None]
        self.lawyers = free or county.advisers
        self.said = words()["words"]

    def comes(self, kind: str, ago: float, hour: int = 11, *, by: str = "clerk", **more: Any) -> Case:
        """An application comes in."""
        stage, (item, answers, _facts) = self.stage, STORIES[kind]
        who = stage.person(self.county)
        text = words()[kind]
        said = {
            "story": text["ug" if who.language == "ug" else "zh"], "opponent": text["opponent"], "where_county": self.county.unit.code,
            **answers, **more,
        }  # fmt: skip
        if by == "web":
            return stage.receive(APPLY, item, said, who, who.actor, stage.day(ago, hour), channel="web", behalf="self")
        return stage.receive(APPLY, item, said, who, self.clerk, stage.day(ago, hour), place=self.county.stations[0].place
                             if self.county.stations else self.county.centre.place, read_back="on")  # fmt: skip

    def do(self, case: Case, code: str, who: str, ago: float, oclock: int = 12, **data: Any) -> Case:
        """A move by one of the office, the lawyer in hand, or the person."""
        if who == "person":
            person = case.order.person
            from open12348.registry import accounts

            by = accounts.resident_actor(person.phone_hash if person else "")
        elif who == "handler":
            assert case.handler is not None
            by = self.stage.actor(case.handler)
        else:
            by = getattr(self, who)
        return self.stage.move(case, code, by, self.stage.day(ago, oclock), **data)

    def reviewing(self, kind: str, ago: float, **more: Any) -> Case:
        """An application whose review has begun, its facts entered."""
        case = self.comes(kind, ago, **more)
        facts = {**STORIES[kind][2], "authority_county": self.county.unit.code}
        case = self.do(
            case, "facts", "clerk" if case.place_id != self.county.centre.place.pk else "reviewer", ago, 12, **facts
        )
        return self.do(case, "accept", "reviewer", ago, 13)

    def decided(self, kind: str, ago: float, **more: Any) -> Case:
        """Granted by two people, a day after it came."""
        case = self.reviewing(kind, ago, **more)
        aid = Aid.objects.get(order_id=case.pk)
        hardship = {"32": "none"}.get(aid.matter[:2], "presumed" if aid.proven else "stated")
        case = self.do(case, "propose_grant", "reviewer", ago - 1, 11, hardship=hardship, reason=self.said["opinion"])
        return self.do(case, "grant", "approver", ago - 1, 13, note="")

    def given(self, case: Case, ago: float, which: int = 0) -> Case:
        """Assigned to one of the county's lawyers who has an account."""
        from . import assigning

        aid = Aid.objects.select_related("order__case__county", "authority_county").get(order_id=case.pk)
        which %= len(self.lawyers)
        order = [a.practitioner for a in (*self.lawyers[which:], *self.lawyers[:which])]
        found = assigning.candidates(aid, case, self.stage.day(ago), only=[p.pk for p in order])
        able = {c.worker.pk for c in found if c.able}
        worker = next((p for p in order if p.pk in able), None)
        if worker is None:
            return case
        return self.do(case, "assign", "reviewer", ago, 16, other=worker.licence_no, why=self.said["why"])

    def working(self, kind: str, ago: float, which: int = 0, case: Case | None = None) -> Case:
        """In a lawyer's hands, engaged."""
        case = self.given(case or self.decided(kind, ago), ago - 2, which)
        if case.state != "assigned":
            return case
        aid = Aid.objects.get(order_id=case.pk)
        case = self.do(case, "arrange", "handler", ago - 3, 11, lawyer=str(aid.lawyer_id))
        return self.engage(case, ago - 4)

    def engage(self, case: Case, ago: float) -> Case:
        """The engagement is signed."""
        if case.handler is None:
            return case
        day = legal_day(self.stage.day(ago, 11))
        return self.do(case, "engage", "handler", ago, 11, engaged_on=day.isoformat(), agreed="yes")

    def steps(self, case: Case, ago: float, kinds: tuple[str, ...] = ("meeting", "reading")) -> Case:
        """A meeting, the file read, the client told."""
        if case.state != "in_progress" or case.handler is None:
            return case
        for days, kind in enumerate(kinds):
            when = max(ago - days, 0.1)
            on = legal_day(self.stage.day(when, 12)).isoformat()
            case = self.do(case, "record", "handler", when, 12, kind=kind, on=on, place="", note=self.said[kind])
        return self.do(case, "tell", "handler", max(ago - 3, 0.05), 13, answer=self.said["told"])

    def closed(self, kind: str, ago: float, days: float, which: int = 0, case: Case | None = None) -> Case:
        """Closed so many days ago."""
        case = self.steps(self.working(kind, ago, which, case), ago - 5, ("meeting",))
        if case.state != "in_progress":
            return case
        aid = Aid.objects.get(order_id=case.pk)
        from .closing_rules import papers_for

        paper = next(
            p
            for p in ("award", "judgment", "agreement", "indictment", "opinion")
            if p in papers_for(aid.kind, aid.stage)
        )
        money = {"gained": "32000"} if aid.kind != "criminal" else {}
        return self.do(
            case, "close", "handler", days, 12, closing_paper=paper, closed_on=legal_day(self.stage.day(days, 12)).isoformat(),
            result="won" if money else "partly", answer=self.said["closed" if money else "judged"], **money,
        )  # fmt: skip

    def handed_in(self, case: Case, ago: float) -> Case:
        """The file is with the institution."""
        return self.do(case, "hand_in_file", "handler", ago, paper_file="on") if case.state == "closed" else case

    def accepted(self, case: Case, ago: float) -> Case:
        """The file is complete, and the fee of its stage owed."""
        case = self.handed_in(case, ago + 2)
        return self.do(case, "accept_file", "reviewer", ago, note="") if case.state == "file_review" else case

    def ending(self, case: Case, ago: float, ground: str = "6") -> Case:
        """Who handles it proposes to end the aid."""
        if case.state != "in_progress":
            return case
        reason = self.said["end" if ground == "6" else "dropped"]
        return self.do(case, "propose_termination", "handler", ago, ground=ground, reason=reason)

    def ended(self, case: Case, ago: float, ground: str = "6") -> Case:
        """And the second person decides so."""
        case = self.ending(case, ago + 2, ground)
        return self.do(case, "terminate", "approver", ago, note="") if case.state == "to_terminate" else case


#: So many of the other counties have cases that lawyers work on; the rest have what an office begins a week with.
BUSY = 2


def scenes(stage: Any) -> None:
    """Each route with cases in every state: all at the headline county, a few at the others; then what comes after."""
    home = _Office(stage, stage.home)
    filed = [*_applications(home), *_notices(home)]
    _complaints(home)
    elsewhere = []
    for number, county in enumerate(stage.others):
        try:
            office = _Office(stage, county)
        except LookupError:
            continue
        _notice(office, 1.0, "CR-25b")
        if number >= BUSY:
            office.comes("wages", 2.0)
            continue
        elsewhere.append(office)
        office.reviewing("wages", 2.0)
        if number == 0:
            office.steps(office.working("support", 20.0), 12.0)
    demo_duty.scenes(home)
    demo_after.money(home, filed)
    read = [o.accepted(o.closed("wages", 60.0, 30.0), 20.0) for o in elsewhere]
    demo_after.quality(home, filed, read)
    demo_after.private_words(home)


def walk() -> tuple[Any, list[Any]]:
    """A way through legal aid in five steps, for the demo page."""
    return demo_after.walk()


def notes() -> list[Any]:
    """What somebody who tries it has to know."""
    return demo_after.notes()


def _applications(o: _Office) -> list[Case]:
    """Out: those whose file is complete."""
    o.comes("wages", 0.0, 10, by="web")
    o.comes("injury", 9.0)
    o.reviewing("support", 1.0)
    case = o.reviewing("wages", 3.0)
    casework.ask_correction(case=case, by=o.reviewer, at=o.stage.day(2.0, 12), wanted=o.said["supplement"])
    case = o.reviewing("support", 5.0)
    o.do(case, "cooperate", "reviewer", 4.0, institution="示例市法律援助中心（示例）", ask=o.said["cooperation"])
    soon = legal_day(o.stage.until) + timedelta(days=3)
    case = o.reviewing("wages", 1.0, lapses_on=soon.isoformat())
    case = o.do(
        case,
        "provide_first",
        "reviewer",
        0.5,
        15,
        ground="time",
        formalities_by=(soon + timedelta(days=7)).isoformat(),
        reason=o.said["urgent"],
    )
    case = o.reviewing("parents", 2.0)
    o.do(case, "propose_grant", "reviewer", 1.0, hardship="presumed", reason=o.said["opinion"])
    case = o.reviewing("trademark", 4.0)
    o.do(case, "propose_refusal", "reviewer", 2.0, ground="scope", reason=o.said["refusal"])
    o.decided("violence", 3.0)
    o.given(o.decided("injury", 3.0), 1.0)
    case = o.given(o.decided("support", 6.0), 4.0)
    if case.state == "assigned":
        o.do(case, "arrange", "handler", 3.0, lawyer=str(Aid.objects.get(order_id=case.pk).lawyer_id))
    case = o.steps(o.working("wages", 30.0), 20.0)
    if case.state == "in_progress":
        hearing = legal_day(o.stage.until) + timedelta(days=5)
        o.do(
            case,
            "set_date",
            "handler",
            3.0,
            kind="hearing",
            on=hearing.isoformat(),
            hour="10:30",
            place="示例仲裁庭",
            said_by="authority",
        )
        o.do(case, "report", "handler", 2.0, cause="doubt", note=o.said["report"])
    o.working("violence", 60.0)
    group = "\n".join(
        f"示例工友{n:02d}\t\t1699{o.stage.home.number:02d}{n:05d}\t{2000 + 150 * n}" for n in range(1, 13)
    )
    o.steps(o.working("wages", 25.0, case=o.decided("wages", 25.0, several="on", roster=group)), 15.0)
    case = o.steps(o.working("support", 40.0), 30.0)
    if case.state == "in_progress":
        o.do(case, "ask_change", "person", 2.0, cause="client", reason=o.said["change"])
    o.ending(o.working("injury", 35.0, 1), 1.0)
    o.ended(o.working("injury", 70.0, 1), 18.0)
    o.closed("wages", 50.0, 6.0)
    o.handed_in(o.closed("injury", 80.0, 30.0), 8.0)
    filed = [
        o.accepted(o.closed("wages", 105.0, 60.0), 40.0), o.accepted(o.closed("support", 110.0, 62.0, 1), 42.0),
        o.accepted(o.closed("wages", 95.0, 58.0), 41.0),
    ]  # fmt: skip
    case = o.reviewing("trademark", 20.0)
    case = o.do(case, "propose_refusal", "reviewer", 18.0, ground="scope", reason=o.said["refusal"])
    case = o.do(case, "refuse", "approver", 17.0, note="")
    o.do(
        case, "refusal_sent", "clerk", 16.0, way="hand", on=legal_day(o.stage.day(16.0)).isoformat(), told=["applicant"]
    )
    case = o.reviewing("trademark", 15.0)
    case = o.do(case, "propose_refusal", "reviewer", 13.0, ground="scope", reason=o.said["refusal"])
    case = o.do(case, "refuse", "approver", 12.0, note="")
    o.do(case, "object", "person", 3.0, reason=o.said["objection"])
    case = o.reviewing("trademark", 60.0)
    case = o.do(case, "propose_refusal", "reviewer", 57.0, ground="scope", reason=o.said["refusal"])
    case = o.do(case, "refuse", "approver", 56.0, note="")
    case = o.do(case, "object", "person", 50.0, reason=o.said["objection"])
    o.do(case, "uphold", "bureau", 47.0, answer=o.said["uphold"])
    o.do(o.comes("wages", 12.0), "elsewhere", "clerk", 11.0, institution="外县法律援助中心", answer=o.said["elsewhere"])
    o.do(o.comes("support", 14.0), "withdraw", "person", 12.0, reason="")
    case = o.reviewing("support", 40.0)
    casework.ask_correction(case=case, by=o.reviewer, at=o.stage.day(38.0, 12), wanted=o.said["supplement"])
    o.do(case, "deem_withdrawn", "reviewer", 20.0, reason="")
    o.comes("arrested", 1.0)
    return filed


def _notice(o: _Office, ago: float, matter: str, **more: Any) -> Case:
    """An authority's notice comes in."""
    who = o.stage.person(o.county)
    said = {
        "matter": matter, "accused_name": who.name, "cause": "盗窃", "stage": "first", "authority": "court", "position": "accused",
        "authority_name": f"{o.county.unit.name_zh}人民法院", "authority_no": f"（2026）新示刑初{o.stage.number % 900 + 100}号",
        "accused_language": who.language, **more,
    }  # fmt: skip
    return o.stage.receive(NOTICE, "C04", said, None, o.reviewer, o.stage.day(ago, 11), channel="partner", behalf="organisation",
                           place=o.county.centre.place, language=who.language)  # fmt: skip


def _notices(o: _Office) -> list[Case]:
    """Out: those whose file is complete."""
    _notice(o, 0.0, "CR-25-1")
    _notice(o, 2.0, "CR-25b", custody="on", custody_place="示例看守所")
    o.given(_notice(o, 3.0, "CR-25b"), 2.0)
    case = o.given(_notice(o, 5.0, "CR-25b", stage="prosecution", authority="procuratorate"), 4.0)
    if case.state == "assigned":
        o.do(case, "arrange", "handler", 3.0, lawyer=str(Aid.objects.get(order_id=case.pk).lawyer_id))
    o.steps(o.working("", 30.0, case=_notice(o, 30.0, "CR-25-3")), 20.0)

    def working(ago: float, which: int = 1) -> Case:
        return o.working("", ago, which, _notice(o, ago, "CR-25b"))

    case = working(26.0, 0)
    if case.state == "in_progress":
        o.do(case, "client_declines", "handler", 3.0, reason=o.said["declines"])
    case = working(33.0)
    if case.state == "in_progress":
        o.do(case, "ask_change", "handler", 1.0, cause="obstacle", reason=o.said["obstacle"])
    o.ending(working(31.0), 1.0, "5")
    o.ended(working(55.0), 20.0, "5")
    for ago, upheld in ((29.0, False), (75.0, True)):
        case = o.ended(working(ago), ago - 25, "6")
        if case.state == "terminated":
            case = o.do(case, "object", "reviewer", ago - 28, reason=o.said["still"])
            if upheld:
                o.do(case, "uphold", "bureau", ago - 31, answer=o.said["uphold_end"])
    o.do(_notice(o, 8.0, "CR-25b"), "withdraw", "reviewer", 7.0, reason=o.said["called_off"])
    case = o.given(_notice(o, 16.0, "CR-25b"), 15.0, 1)
    if case.state == "assigned":
        o.do(case, "own_lawyer", "reviewer", 13.0, reason=o.said["own"])

    def closed(ago: float, days: float, which: int = 0) -> Case:
        return o.closed("", ago, days, which, _notice(o, ago, "CR-25b"))

    closed(90.0, 20.0)
    o.handed_in(closed(85.0, 25.0, 1), 6.0)
    return [o.accepted(closed(100.0, 60.0, 1), 39.0), o.accepted(closed(98.0, 59.0), 38.0)]


def _complaints(o: _Office) -> None:
    def complained(ground: str, story: str, ago: float) -> Case:
        who = o.stage.person(o.county)
        said = {"ground": ground, "story": o.said[story]}
        return o.stage.receive(COMPLAINT, "", said, who, o.clerk, o.stage.day(ago, 12), place=o.county.centre.place)

    complained("money", "complaint", 2.0)
    o.do(complained("silent", "change", 9.0), "accept", "bureau", 7.0)
    for ago, answered in ((25.0, False), (45.0, True)):
        case = o.do(complained("silent", "change", ago), "accept", "bureau", ago - 2)
        case = o.do(case, "look", "bureau", ago - 8, note=o.said["looked"])
        case = o.do(case, "decide", "bureau", ago - 20 if answered else 1.0, note=o.said["found"])
        if answered:
            o.do(case, "answer", "bureau", ago - 22, answer=o.said["answered"])
    o.do(complained("other", "not_ours", 30.0), "turn_away", "bureau", 28.0, answer=o.said["turned_away"])
    o.do(complained("slow", "change", 22.0), "withdraw", "bureau", 20.0, reason="")
