"""From the application to the review: what these moves ask before they are made (guards) and what they change (effects)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Account, PractitionerKind
from open12348.spine import casework, routing
from open12348.spine.casework import Act
from open12348.spine.files import words
from open12348.spine.intake import Invalid
from open12348.spine.journal import Turn
from open12348.spine.models import DeadlineState, DocumentKind, RecusalGround

from . import areas, checking, forms, materials, matters, online, people, wills
from .checking import row_in
from .models import Decision, Mode, NotaryCase, Pledge, Verification, Visit, VisitFor

FROM_FORM = (
    ("domicile", "domicile"),
    ("residence", "residence"),
    ("act", "act_county"),
    ("fact", "act_county"),
    ("estate", "estate_county"),
)


def day_of(value: Any) -> date | None:
    """A day as a form or its frozen copy holds it."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10]) if value else None


def subject_hash(text: str) -> str:
    """A keyed hash of what a matter is about, so that the same matter elsewhere is found without being shown."""
    bare = "".join(ch for ch in text if ch.isalnum()).lower()
    return keyed_hash(bare, "notary-subject") if bare else ""


def note(act: Act, text: str = "", *, resident: bool = False) -> None:
    """Keep the words of a move."""
    said = text or str(act.data.get("note") or act.data.get("reason") or act.data.get("opinion") or "")
    if said.strip():
        words(act.turn, said, kind=DocumentKind.NOTE, for_resident=resident, title=str(act.move.label))


# At receipt


def applied(turn: Turn, said: Mapping[str, Any]) -> None:
    """An application came in: its row, the office it goes to, and the notary who took it down.

    Errors: Invalid for a secret matter where no office could keep it to itself.
    """
    day = legal_day(turn.at)
    found = matters.matter(str(said.get("matter") or ""), day)
    connections = {name: str(said[field]) for name, field in FROM_FORM if said.get(field)}
    _place(turn, said, found, connections)
    subject = "" if found is not None and found.secret else str(said.get("subject") or "")
    NotaryCase.objects.create(
        order=turn.order, matter=found.code if found else "", purpose=str(said.get("purpose") or ""), use=str(said.get("use") or "domestic"),
        use_country=str(said.get("use_country") or ""), mode=str(said.get("mode") or Mode.COUNTER),
        languages=["zh", "ug"] if said.get("uyghur") else ["zh"], copies=int(said.get("copies") or 1),
        party=str(said.get("party") or "person"), applies=str(said.get("applies") or "self"), born_on=day_of(said.get("born_on")),
        common_property=str(said.get("common_property") or ""), spouse=str(said.get("spouse") or ""), connections=connections,
        subject=subject, subject_hash=subject_hash(subject), value=said.get("value") or None, interpreter=bool(said.get("interpreter")),
        partner_office=str(said.get("partner_office") or ""), complex=found.complex if found else False,
        relief_asked_at=turn.at if said.get("relief") or said.get("aid_number") else None,
        relief_paper=str(said.get("aid_number") or "")[:40],
    )  # fmt: skip
    account = Account.objects.select_related("practitioner").filter(pk=turn.by.account_id or 0).first()
    if (
        account is not None
        and account.practitioner is not None
        and account.practitioner.kind == PractitionerKind.NOTARY
    ):
        if not people.bars(turn.case, account, turn.at):
            routing.hand(turn, account=account, practitioner=account.practitioner, why=str(_("由接待的公证员承办")))
    if wills.secret(turn.case):
        _keep_secret(turn, said)


def _place(turn: Turn, said: Mapping[str, Any], found: matters.Matter | None, connections: Mapping[str, Any]) -> None:
    """The window of a notary office: the one the person chose, else a competent one near by; else it stays where it came in."""
    chosen = next((w for w in areas.counters() if w.code == str(said.get("office") or "")), None)
    if chosen is None and areas.office_of(turn.case) is None:
        chosen = areas.counter_for(
            found, connections, turn.order.division or turn.case.place.division, legal_day(turn.at)
        )
    if chosen is not None and chosen.pk != turn.case.place_id:
        origin = turn.case.place.code
        turn.set(place=chosen, county_id=chosen.county_id)
        turn.write("transfer_accepted", place=chosen.code, origin=origin)  # as the story says it: the office takes it


def _keep_secret(turn: Turn, said: Mapping[str, Any]) -> None:
    """Let in the heads of the office, who give it to a notary. Errors: Invalid when there is nobody to keep it."""
    kept = wills.keepers(turn.case)
    if turn.case.handler_id is None and not kept:
        form = forms.Apply({**said, "office": ""})
        form.is_valid()
        form.add_error("matter", _("这里还没有能保密办理的公证处，请直接去公证处，或者拨打 12348 问清。"))
        raise Invalid(form)
    casework.let_in(turn, *kept)


# Identity, facts, papers


def may_work(act: Act) -> Any:
    """The notary in charge, or before there is one any notary of the office who is not barred."""
    return people.handler_fault(act)


def may_identify(act: Act) -> Any:
    """The way identity was checked fits how they met."""
    return may_work(act) or online.identity_fault(row_in(act).mode, str(act.data["how"]))


def identified(act: Act) -> None:
    """Identity was checked, by whom and how; a coming is counted."""
    row = row_in(act)
    row.identity_at, row.identity_by_id, row.identity_how = act.at, act.by.account_id, str(act.data["how"])
    row.save(update_fields=["identity_at", "identity_by", "identity_how"])
    if act.data.get("came"):
        Visit.objects.create(case=row, at=act.at, reason=VisitFor.IDENTITY, by=act.by.label)


def facts_fit(act: Act) -> Any:
    """What contradicts itself is said before it is entered."""
    if why := may_work(act):
        return why
    found = matters.matter(str(act.data["matter"]), legal_day(act.order.received_at))
    if found is None:
        return _("没有这种公证事项。")
    if found.secret != act.case.secret:
        return _("保密办理的事项（遗嘱、保管）不能和普通事项互相改。请另立一件。")
    languages = ["zh", "ug"] if act.data.get("uyghur") else ["zh"]
    return matters.in_person_fault(found, str(act.data["applies"])) or online.language_fault(
        languages, str(act.data["use"])
    )


def facts_set(act: Act) -> None:
    """The application in the terms of the law. A changed matter has a list of papers of its own."""
    row, data = row_in(act), act.data
    for name in ("matter", "purpose", "use", "mode", "party", "applies", "capacity", "common_property", "spouse"):
        setattr(row, name, str(data.get(name) or ""))
    for name in ("use_country", "partner_office", "subject"):
        setattr(row, name, str(data.get(name) or ""))
    row.born_on, row.value, row.copies = data.get("born_on"), data.get("value"), int(data["copies"])
    row.languages = ["zh", "ug"] if data.get("uyghur") else ["zh"]
    row.connections = {name: str(data[name]) for name in areas.CONNECTIONS if data.get(name)}
    row.subject_hash = "" if act.case.secret else subject_hash(row.subject)
    found = matters.matter(row.matter, legal_day(act.order.received_at))
    row.simple = bool(data.get("simple"))
    row.complex = bool(data.get("complex")) or bool(found and found.complex)
    row.save()
    act.turn.set(topic=row.matter)
    act.remember(speed=matters.fast(row.matter, legal_day(act.at)) if row.simple else "")


def papers_fit(act: Act) -> Any:
    """Nothing beyond the list, nothing promised that may not be, nothing fetched without the person's word for it."""
    if why := may_work(act):
        return why
    row = row_in(act)
    if checking.matter_of(row) is None:
        return _("还没有确定公证事项，请先“补全申请信息”。")
    asked = checking.wanted(row)
    if act.data.get("fetched") and not act.data.get("truth"):
        return _("公证处自己查的信息，要当事人书面承诺真实合法（公证程序规则第十八条第二款）。")
    return materials.pledge_fault(
        asked, act.data.get("pledged") or (), false_before=checking.promised_falsely(act.order.person),
        told=bool(act.data.get("told")), signed=bool(act.data.get("signed")),
    )  # fmt: skip


def papers_set(act: Act) -> None:
    """Where each paper of the list stands; a promise is kept with its steps."""
    row, data = row_in(act), act.data
    row.seen, row.fetched, row.pledged = (sorted(data.get(n) or []) for n in ("seen", "fetched", "pledged"))
    row.later = [code for code in row.later if code not in {*row.seen, *row.fetched, *row.pledged}]
    row.save(update_fields=["seen", "fetched", "pledged", "later"])
    known = {code for p in row.pledges.filter(true__isnull=True) for code in p.papers}
    if fresh := [code for code in row.pledged if code not in known]:
        Pledge.objects.create(case=row, person=act.order.person, papers=fresh, told_at=act.at, signed_at=act.at)
    act.remember(truth_promised=bool(data.get("truth")))


# Acceptance


def may_accept(act: Act) -> Any:
    """Everything the law asks before a matter is accepted, one refusal at a time, each with its article."""
    if why := may_work(act):
        return why
    row = row_in(act)
    first = next(checking.faults(act.case, row, legal_day(act.at)), None)
    if first is not None:
        return first
    lacking = materials.missing(checking.lines(row))
    if act.move.code == "accept" and lacking:
        return _("材料还缺：%(papers)s。请一次性告知补充；主要材料已齐的，可以“容缺受理”。") % {
            "papers": materials.named(lacking)
        }
    return None


def may_accept_tolerant(act: Act) -> Any:
    """Key papers are there; the others are promised by a day that lies ahead."""
    if why := may_accept(act):
        return why
    row = row_in(act)
    lacking = materials.missing(checking.lines(row))
    if keys := [w for w in lacking if w.key]:
        return _("缺的是主要材料：%(papers)s，不能容缺受理。") % {"papers": materials.named(keys)}
    if not lacking:
        return _("材料已经齐全，请直接“受理”。")
    if forgotten := [w for w in lacking if w.code not in (act.data.get("later") or ())]:
        return _("这些材料也要约定补交：%(papers)s。") % {"papers": materials.named(forgotten)}
    if act.data["later_by"] < legal_day(act.at):
        return _("补交的日子已经过去，请填今天或以后的日子。")
    return None


def accepted(act: Act) -> None:
    """The matter is accepted: the statutory limit counts from today; what is promised later is kept with its day."""
    row = row_in(act)
    row.accepted_at, row.accepted_by_id = act.at, act.by.account_id
    if act.move.code == "accept_tolerant":
        row.later, row.later_by = sorted(act.data.get("later") or []), act.data["later_by"]
    row.save(update_fields=["accepted_at", "accepted_by", "later", "later_by"])
    act.remember(speed=matters.fast(row.matter, legal_day(act.at)) if row.simple else "")


def came(act: Act) -> None:
    """What came in is entered; nothing promised is left open when it is there."""
    row = row_in(act)
    there = {*row.seen, *(act.data.get("seen") or [])}
    row.seen = sorted(there)
    row.fetched = sorted({*row.fetched, *(act.data.get("fetched") or [])})
    row.later = [code for code in row.later if code not in {*row.seen, *row.fetched}]
    row.save(update_fields=["seen", "fetched", "later"])
    note(act)


def nothing_lacks(act: Act) -> Any:
    """The case goes on from tolerant acceptance when all that was promised is there."""
    if why := may_work(act):
        return why
    row = row_in(act)
    there = {*(act.data.get("seen") or []), *(act.data.get("fetched") or [])}
    left = [ln.wanted for ln in checking.lines(row) if ln.state in {"missing", "later"} and ln.wanted.code not in there]
    if left:
        return _("还缺：%(papers)s。补齐以后再继续；来了一部分的，可以先记在“核对材料”里。") % {
            "papers": materials.named(left)
        }
    return None


def not_accepted(act: Act) -> None:
    """The reasons are kept with the article; the person is told where else to ask."""
    row = row_in(act)
    row.decision, row.ground, row.reason = Decision.NOT_ACCEPT, str(act.data["ground"]), str(act.data["answer"])
    row.save(update_fields=["decision", "ground", "reason"])


# Informing


def may_inform(act: Act) -> Any:
    """Every warning is confirmed; a will is made before two."""
    if why := may_work(act):
        return why
    row = row_in(act)
    found = checking.matter_of(row)
    if found is None:
        return _("还没有确定公证事项，请先“补全申请信息”。")
    open_ones = [label for code, label in matters.warnings_for(found) if code not in (act.data.get("warned") or ())]
    if open_ones:
        return _("请逐项确认：%(what)s（公证执业“五不准”）。") % {"what": str(_("；")).join(str(o) for o in open_ones)}
    if row.applies == "agent" and act.data["signed_by"] != "agent":
        return _("由代理人申请的，由代理人签名。")
    if row.mode in {Mode.ONLINE, Mode.OVERSEAS} and not act.data.get("video_kept"):
        return _("网上和视频办理的，要全程录音录像，存入案卷。")
    if not found.two:
        return None
    handler = act.case.handler.practitioner_id if act.case.handler is not None else None
    second = int(act.data["second_notary"]) if act.data.get("second_notary") else None
    return wills.second_fault(
        second=second, witness=str(act.data.get("witness") or ""), handler=handler, relatives_excluded=bool(act.data.get("unrelated")),
    )  # fmt: skip


def informed(act: Act) -> None:
    """What was told, how, in which language, and who signed."""
    row, data = row_in(act), act.data
    record = words(act.turn, str(data["content"]), kind=DocumentKind.NOTE, for_resident=True, title=str(act.move.label))
    row.informed_at, row.informed_record = act.at, record
    row.warned = sorted(data.get("warned") or [])
    row.second_notary_id = int(data["second_notary"]) if data.get("second_notary") else None
    row.witness, row.video_kept = str(data.get("witness") or ""), bool(data.get("video_kept"))
    row.save(update_fields=["informed_at", "informed_record", "warned", "second_notary", "witness", "video_kept"])
    act.remember(
        informed_way=str(data["way"]), informed_signed=str(data["signed_by"]), informed_in=str(data["read_in"])
    )


# Pauses: from the moment they are entered, never backwards (B-N12)


def not_late(act: Act) -> Any:
    """A limit that is over cannot be paused afterwards: nothing is dated back, so a pause begins when it is entered."""
    over = act.order.deadlines.filter(
        state=DeadlineState.RUNNING, clock__in=["issue", "issue_five", "issue_ten"], due_at__lte=act.at
    )
    if over.exists():
        return _("出证期限已经过了，不能事后补记暂停。请尽快办理，并写明超期的原因。")
    return None


def may_ask(act: Act) -> Any:
    """Only papers of the list that are not there yet may be asked for."""
    if why := may_work(act) or not_late(act):
        return why
    if not act.data.get("wanted"):
        return _("请选还要补的材料。清单以外的不能要求。")
    if text := str(act.data.get("note") or ""):
        allowed = [w.code for w in checking.wanted(row_in(act))]
        if _names_a_paper(text):
            return materials.demand_fault(text, allowed)
    return None


def _names_a_paper(text: str) -> bool:
    return any(word in text for word in ("证明", "证件", "盖章", "公章", "复印件", "原件"))


def asked(act: Act) -> None:
    """What is asked for stands in words for the person."""
    row = row_in(act)
    chosen = [w for w in checking.wanted(row) if w.code in act.data["wanted"]]
    said = "\n".join([*(str(w.name) for w in chosen), str(act.data.get("note") or "")]).strip()
    words(act.turn, said, kind=DocumentKind.QUESTION, for_resident=True, title=str(act.move.label))
    act.remember(asked=[w.code for w in chosen], pause_told=str(act.data["told_how"]))


def may_pause(act: Act) -> Any:
    return may_work(act) or not_late(act)


def verification_sent(act: Act) -> None:
    """A letter goes out; the other office has a month."""
    Verification.objects.create(
        case=row_in(act), office=str(act.data["office"]), ask=str(act.data["ask"]), sent_at=act.at
    )


def verification_back(act: Act) -> None:
    """The answer, or that none can be given."""
    Verification.objects.filter(case_id=act.order.pk, answered_at__isnull=True).update(
        answered_at=act.at, could=act.data["could"] == "yes"
    )
    note(act)


# Promises checked, visits, recusal


def may_check_pledge(act: Act) -> Any:
    if why := may_work(act):
        return why
    if not row_in(act).pledges.filter(true__isnull=True).exists():
        return _("这件公证没有待核查的承诺。")
    return None


def pledge_checked(act: Act) -> None:
    """The fourth step. A false promise is a ground of refusal (公证法 Art 31(5)), and no further promise is taken until repaired."""
    row_in(act).pledges.filter(true__isnull=True).update(
        true=act.data["result"] == "true", checked_at=act.at, checked_by=act.by.label
    )
    note(act)


def visited(act: Act) -> None:
    """One more coming is counted."""
    Visit.objects.create(
        case=row_in(act),
        at=act.at,
        reason=str(act.data["reason"]),
        ours=bool(act.data.get("ours")),
        by=act.by.label,
    )


def may_recuse(act: Act) -> Any:
    """The notary in charge says it of themselves; the head says it of the notary."""
    return None if act.case.handler_id is not None else _("这件事还没有承办公证员。")


def recused(act: Act) -> None:
    """The notary must not act (公证法 Art 23(3)): out of their hands, to be given anew."""
    ground = str(act.data["ground"])
    routing.recuse(
        act.turn, account=act.case.handler, ground=ground if ground in RecusalGround.values else RecusalGround.OTHER,
        basis="公证法第二十三条第三项", why=str(act.data.get("reason") or ""),
    )  # fmt: skip
    act.order.assignments.filter(until__isnull=True).update(until=act.at)
    act.turn.set(handler=None)
    note(act)
