"""The officer's checklist for one application: the facts of the case put to the pure rules. It advises; a person decides."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from open12348.kernel.workdays import legal_day
from open12348.registry.models import Division
from open12348.spine.models import Case

from . import decide, hardship, jurisdiction, materials, scope
from .figures import the
from .models import Aid

#: Bodies that handle a matter as a case (litigation), and those that handle a dispute outside the courts.
LITIGATION = frozenset({"court", "procuratorate", "police", "security"})
DISPUTE = frozenset({"arbitration", "government", "mediation"})


def may_ask_hardship(matter: str, day: date) -> bool:
    """False where the law has no hardship condition: nothing about money may even be asked (LAL 32)."""
    row = scope.matter(matter, day)
    return row is None or row.may_ask_hardship


def presumed_by(proven: list[str], day: date, matter: str = "") -> bool:
    """True when one of the proven circumstances exempts from verification in this matter (LAL 42)."""
    of = scope.matter(matter, day) if matter else None
    found = [g for g in (scope.group(code, day) for code in proven) if g is not None]
    return any((g.gives(of) if of else g.hardship) for g in found)


def ground_fault(ground: str, words: str) -> Any:
    """Why a ground or its words cannot stand in a refusal; nothing when they can."""
    return decide.ground_fault(ground, words)


def place_of(aid: Aid, case: Case) -> jurisdiction.Competent:
    """Which institution has the say, from where the matter is handled or arose (LAL 38)."""
    county: Division | None = aid.authority_county
    code = county.code if county is not None else ""
    litigation = True if aid.authority in LITIGATION else False if aid.authority else None
    where = jurisdiction.Where(
        litigation=litigation, organ=code if litigation else "", level=county.level if county is not None and litigation else "",
        dispute_body=code if aid.authority in DISPUTE else "", arose=code if not litigation and aid.authority not in DISPUTE else "",
    )  # fmt: skip
    here = case.county.code if case.county is not None else ""
    return jurisdiction.competent(where, here)


def earlier(aid: Aid) -> Aid | None:
    """Another aid of the same person for the same matter and stage, if there is one that was granted or is open."""
    person = aid.order.person_id
    if person is None or not aid.matter:
        return None
    rows = Aid.objects.filter(order__person_id=person, matter=aid.matter, stage=aid.stage).exclude(pk=aid.pk)
    if aid.matter_hash:
        rows = rows.filter(matter_hash=aid.matter_hash)
    return rows.filter(decision="grant").exclude(termination__gt="").select_related("order").order_by("-pk").first()


def facts_of(aid: Aid, case: Case, day: date) -> decide.Facts:
    """What is known of one application, as the rules take it."""
    claims = tuple(
        decide.Claim(code, "proven" if code in aid.proven else "missing") for code in sorted({*aid.groups, *aid.proven})
    )
    matter = scope.matter(aid.matter, day)
    known = bool(aid.means)
    before = earlier(aid)
    groups = [g for g in (scope.group(code, day) for code in sorted({*aid.groups, *aid.proven})) if g is not None]
    there = [*case.facts.get("papers", []), *(["application_form"] if case.order.said else [])]
    if aid.pledged_at is not None or known:
        there.append("hardship_statement")
    if case.order.person is not None and case.order.person.id_hash:
        there.append("identity")
    age = age_of(aid, case, day)
    given = set(case.facts.get("papers", []))
    uploaded = case.order.documents.filter(kind="upload").exists()
    proof = "proven" if matter is not None and given & {*matter.proof, "case_paper"} else "pledged" if uploaded else ""
    return decide.Facts(
        day=day, matter=aid.matter, region=case.county.code if case.county else "", route=aid.route,
        place=place_of(aid, case) if aid.authority or aid.authority_county_id else None, claims=claims,
        matter_proof=proof or ("pledged" if matter is not None and matter.hardship != "none" else ""),
        statement=known or aid.pledged_at is not None, pledge=aid.pledged_at is not None,
        means=hardship.assessed(aid, day), age=age, representative=bool(case.facts.get("represented_by")) if age is not None else None,
        represented={"yes": True, "no": False}.get(str(case.facts.get("represented") or "")),
        missing=materials.missing(there, matter=matter, groups=groups, by_agent=case.order.behalf in {"relative", "cadre"}, route=aid.route), aided=before is not None, aided_case=before.order.code if before else "",
        lapses_on=aid.lapses_on,
    )  # fmt: skip


def age_of(aid: Aid, case: Case, day: date) -> int | None:
    """How old the person is on a day: by the identity number, else by the day that was told; None when neither is known."""
    person, born = case.order.person, None
    number = person.id_number if person is not None else ""
    try:
        if len(number) == 18:
            born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        elif case.facts.get("born"):
            born = date.fromisoformat(str(case.facts["born"]))
    except ValueError:
        return None
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def of_aid(aid: Aid, at: datetime) -> decide.Advice:
    """The checklist of a case on a day, and what it leads to. Nothing is decided here."""
    return decide.advise(facts_of(aid, aid.order.case, legal_day(at)))


def as_data(advice: decide.Advice) -> dict[str, Any]:
    """The checklist as plain data, as it is kept with the review."""
    return {
        "leads_to": advice.leads_to, "ground": advice.ground, "hardship": advice.hardship,
        "wanted": [str(w) for w in advice.wanted], "provisional": advice.provisional,
        "lines": [
            {"code": ln.code, "asks": str(ln.asks), "state": ln.state, "article": str(ln.article), "sure": ln.sure}
            for ln in advice.lines
        ],
    }  # fmt: skip


def missing(case: Case, at: datetime) -> list[Any]:
    """Everything that is still missing, so that it is asked for at once and once (LAL 43)."""
    aid = (
        Aid.objects.select_related("order", "authority_county", "order__case__county").filter(order_id=case.pk).first()
    )
    return list(of_aid(aid, at).wanted) if aid is not None else []


def supplement_due(aid: Aid, asked: Any) -> date | None:
    """The last day for the papers that were asked for: the day in the notice, else the default figure (LA-T06)."""
    if aid.supplement_by is not None:
        return aid.supplement_by
    if asked is None:
        return None
    day = legal_day(asked.asked_at)
    return day + timedelta(days=int(the("supplement", day).value))
