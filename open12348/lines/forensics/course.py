"""From the experts to the reviewed opinion: what the moves ask (guards) and change (effects). One transaction each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import Unit, legal_day
from open12348.registry.models import Practitioner
from open12348.spine import clocks, notices, routing
from open12348.spine.casework import Act
from open12348.spine.journal import Turn
from open12348.spine.models import Deadline, DeadlineState

from . import codes, fields, fitting, houses, materials, opinions, presence, qualified, recusal
from .acts import list_things, note, on_case, tell_client
from .figures import the
from .houses import case_of, house_fault, is_head
from .models import ForensicCase, ForensicDuty, ForensicExaminer, ForensicKind, ForensicOpinion, ForensicRecord

# Who appraises


def _named(act: Act) -> list[int]:
    """The experts that the form names, each once, the lead first."""
    data = act.data
    found = [data.get("lead"), data.get("second"), *(data.get("more") or [])]
    return list(dict.fromkeys(int(pk) for pk in found if pk))


def needed(act: Act) -> int:
    """How many experts at least (Art 19)."""
    return int(the("experts", legal_day(act.at)).value)


def may_assign(act: Act) -> Any:
    """At least two, of the right field, with a licence that holds, and none who must step aside (Art 18 to 20, 30, 32)."""
    row = case_of(act.order.pk)
    if why := house_fault(act.by, row, act.at):
        return why
    known = {e.worker.pk: e for e in fitting.experts_of(row, act.at)}
    wanted = _named(act)
    if any(pk not in known for pk in wanted):
        return _("只能指定本机构的鉴定人（司法鉴定程序通则第十八条）。")
    return qualified.panel_fault(
        [known[pk] for pk in wanted], needed=needed(act), hard=row.hard, repeated=row.kind == ForensicKind.REPEATED,
        before=recusal.took_part(row), originals=fitting.originals(row) if row.round > 1 else (),
    )  # fmt: skip


def assigned(act: Act) -> None:
    """The experts have it: the lead in hand, the others beside; everybody considered is stored."""
    row, wanted = case_of(act.order.pk), _named(act)
    row.examiners.filter(duty=ForensicDuty.EXAMINER, until__isnull=True).exclude(practitioner_id__in=wanted).update(
        until=act.at
    )
    people = Practitioner.objects.in_bulk(wanted)
    for pk in wanted:
        ForensicExaminer.objects.update_or_create(
            case=row, practitioner=people[pk], duty=ForensicDuty.EXAMINER, until=None,
            defaults={"lead": pk == wanted[0], "wished": bool(act.data.get("wished"))},
            create_defaults={
                "lead": pk == wanted[0], "wished": bool(act.data.get("wished")), "since": act.at, "round": row.round,
            },
        )  # fmt: skip
    _into_hands(act, row, [people[pk] for pk in wanted])


def _into_hands(act: Act, row: ForensicCase, people: list[Practitioner]) -> None:
    assert row.institution is not None
    considered = [
        {"practitioner": e.worker.pk, "able": e.able, "why": [str(w) for w in (e.against or (e.title,))]}
        for e in fitting.experts_of(row, act.at)[:20]
    ]
    lead, *others = people
    routing.hand(
        act.turn, account=houses.account_of(lead) or houses.head_account(row.institution, act.at), practitioner=lead,
        organisation=row.institution, why=str(_("第一鉴定人")), considered=considered,
    )  # fmt: skip
    for worker in others:
        routing.join(
            act.turn,
            account=houses.account_of(worker),
            practitioner=worker,
            organisation=row.institution,
            why=str(_("鉴定人")),
        )


def _expert(act: Act, row: ForensicCase, name: str = "expert") -> ForensicExaminer | None:
    return (
        row.examiners.select_related("practitioner")
        .filter(practitioner_id=int(act.data[name]), duty=ForensicDuty.EXAMINER, until__isnull=True)
        .first()
    )


def may_decide_recusal(act: Act) -> Any:
    """The institution decides about its expert, and nobody about themselves (Art 21)."""
    row = case_of(act.order.pk)
    if why := house_fault(act.by, row, act.at):
        return why
    if _expert(act, row) is None:
        return _("这个人不是本案的鉴定人。")
    if act.by.practitioner_id == int(act.data["expert"]):
        return _("回避由机构决定，不能自己决定自己（司法鉴定程序通则第二十一条）。")
    return None


def stepped_aside(act: Act) -> None:
    """The expert leaves for good; the institution names somebody else."""
    row = case_of(act.order.pk)
    who = _expert(act, row)
    assert who is not None and row.institution is not None
    row.examiners.filter(pk=who.pk).update(until=act.at)
    routing.recuse(
        act.turn, practitioner=who.practitioner, account=houses.account_of(who.practitioner),
        ground=recusal.GROUNDS[str(act.data["ground"])][1], basis=recusal.BASIS, why=str(recusal.GROUNDS[str(act.data["ground"])][0]),
    )  # fmt: skip
    routing.hand(
        act.turn, account=houses.head_account(row.institution, act.at), organisation=row.institution, why=str(_("鉴定人回避，另行指定")),
    )  # fmt: skip
    note(act)


def stays(act: Act) -> None:
    """The institution sees no ground: the client may take the commission back (Art 21)."""
    note(act)


def orphaned(now: Turn, practitioner: Practitioner) -> None:
    """An expert may act no more: the institution has the case, and names somebody else (Service.orphaned)."""
    row = case_of(now.order.pk)
    row.examiners.filter(practitioner=practitioner, until__isnull=True).update(until=now.at)
    if row.institution is not None:
        routing.hand(
            now, account=houses.head_account(row.institution, now.at), organisation=row.institution, why=str(_("鉴定人停止执业，另行指定")),
        )  # fmt: skip
    notices.post(now, to="handler", text=_("%(code)s 的鉴定人停止执业，请另行指定鉴定人。"))


def may_reassign(act: Act) -> Any:
    """Other experts are named when those who are named may not go on; who has to step aside goes by another way."""
    row = case_of(act.order.pk)
    if why := house_fault(act.by, row, act.at):
        return why
    known = {e.worker.pk: e for e in fitting.experts_of(row, act.at)}
    able = [w for w in fitting.standing(row) if w.pk in known and known[w.pk].able]
    if len(able) >= needed(act) and len(able) == len(fitting.standing(row)):
        return _("现在的鉴定人都可以继续办理。应当回避的，请用“决定回避，另行指定”。")
    return None


def reassigned(act: Act) -> None:
    """Back to the institution, which names them."""
    row = case_of(act.order.pk)
    assert row.institution is not None
    routing.hand(
        act.turn,
        account=houses.head_account(row.institution, act.at),
        organisation=row.institution,
        why=str(_("另行指定鉴定人")),
    )
    note(act)


def may_begin(act: Act) -> Any:
    """Two experts who may appraise at this moment (test 10)."""
    row = case_of(act.order.pk)
    if why := on_case(act):
        return why
    known = {e.worker.pk: e for e in fitting.experts_of(row, act.at)}
    standing = [known[w.pk] for w in fitting.standing(row) if w.pk in known]
    return qualified.panel_fault(
        standing,
        needed=needed(act),
        hard=row.hard,
        repeated=row.kind == ForensicKind.REPEATED,
        before=recusal.took_part(row),
    )


def begun(act: Act) -> None:
    """The work begins."""
    row = case_of(act.order.pk)
    row.begun_at = row.begun_at or act.at
    row.save(update_fields=["begun_at"])


# The work


def may_record(act: Act) -> Any:
    """On its day, by somebody on the case, with who must be present, and by a method in the order of the rules."""
    row, data = case_of(act.order.pk), act.data
    if why := on_case(act):
        return why
    if data["on"] > legal_day(act.at):
        return _("日期不能在将来。记录要在做的时候写（司法鉴定程序通则第二十七条）。")
    if row.effective_on is not None and data["on"] < row.effective_on:
        return _("日期不能早于委托书生效的日期。")
    alive = data["kind"] == "body" and row.capacity != "dead"
    return presence.fault(
        kind=str(data["kind"]), capacity=row.capacity, witness=str(data.get("witness") or ""), private=bool(data.get("private")),
        sex_or_body=alive,
    ) or presence.method_fault(str(data["method"]), str(data.get("why_lower") or ""))  # fmt: skip


def recorded(act: Act) -> None:
    """The record, for good: nothing of it can be changed."""
    row, data = case_of(act.order.pk), act.data
    ForensicRecord.objects.create(
        case=row, kind=str(data["kind"]), on=data["on"], place=str(data.get("place") or ""), method=str(data["method"]),
        method_name=str(data.get("method_name") or ""), why_lower=str(data.get("why_lower") or ""),
        witness=str(data.get("witness") or ""), private=bool(data.get("private")), text=str(data["text"]), by_id=act.by.account_id,
        written_at=act.at, round=row.round, document=act.created[0] if act.created else None,
    )  # fmt: skip


def paused(act: Act) -> None:
    """Time stops, with the reason and what shows it."""
    row = case_of(act.order.pk)
    row.pause = str(act.data["cause"])
    row.save(update_fields=["pause"])
    note(act)


def resumed(act: Act) -> None:
    """What was awaited came: time goes on."""
    row = case_of(act.order.pk)
    row.pause = ""
    row.save(update_fields=["pause"])
    list_things(act, supplement=True)
    note(act)


# Time


def completion(act: Act) -> Deadline | None:
    """The limit of completion as it runs or waits."""
    found = act.order.deadlines.filter(clock="complete").exclude(state=DeadlineState.STOPPED)
    return found.order_by("-pk").first()


def may_ask_extension(act: Act) -> Any:
    """More time can be asked for while it may still be given."""
    return on_case(act) or _extension_fault(act)


def extension_asked(act: Act) -> None:
    """The head is told on the institution's page; the reason is on the file."""
    act.remember(extension={"days": int(act.data["days"]), "by": act.by.label})
    note(act)


def _extension_fault(act: Act) -> Any:
    deadline = completion(act)
    if deadline is None:
        return _("现在没有在计算的完成期限。")
    if deadline.unit == Unit.DAYS.value:
        return _("完成日期是另行商定的，要变请用“另行商定完成日期”（司法鉴定程序通则第二十八条）。")
    try:
        clocks.extendable(act.turn, deadline, amount=int(act.data["days"]), reason=str(act.data["reason"]))
    except clocks.ClockFault as fault:
        return _("%(why)s（司法鉴定程序通则第二十八条：经负责人批准，在期满前延长一次，一般不超过三十个工作日。）") % {
            "why": fault
        }
    return None


def may_extend(act: Act) -> Any:
    """The head of the institution, before the end, once, at most thirty working days (B-F6, B-F7, test 10)."""
    row = case_of(act.order.pk)
    if not is_head(act.by, row.institution_id):
        return houses.ONLY_HEAD
    asked = act.case.facts.get("extension") or {}
    if asked.get("by") == act.by.label:
        return _("自己提出的延长，要由另一位负责人批准。")
    return _extension_fault(act)


def extended(act: Act) -> None:
    """The limit is longer, and the client told in the same transaction."""
    deadline = completion(act)
    assert deadline is not None
    clocks.lengthen(
        act.turn, deadline, amount=int(act.data["days"]), reason=str(act.data["reason"]), asked_by=None, approver=act.by
    )
    act.remember(extension={})
    note(act)


def may_agree_time(act: Act) -> Any:
    """Another day, agreed with the client, stands before the thirty working days (Art 28)."""
    row = case_of(act.order.pk)
    if why := house_fault(act.by, row, act.at):
        return why
    if act.data["complete_by"] < legal_day(act.at):
        return _("日期已经过去，请填今天或以后的日子。")
    return None


def time_agreed(act: Act) -> None:
    """The agreed day."""
    row = case_of(act.order.pk)
    row.complete_by = act.data["complete_by"]
    row.save(update_fields=["complete_by"])
    note(act)


# The opinion


def opinion_of(row: ForensicCase) -> ForensicOpinion | None:
    """The opinion of the present round."""
    return row.opinions.filter(round=row.round).first()


def may_draft(act: Act) -> Any:
    """By an expert of the case, upon a record, and not dated before what it rests on (B-F8)."""
    row = case_of(act.order.pk)
    if why := on_case(act):
        return why
    return opinions.days_fault(
        act.data["opined_on"],
        row.records.filter(round=row.round).values_list("on", flat=True),
        row.effective_on,
        legal_day(act.at),
    )


def drafted(act: Act) -> None:
    """The words of the experts; a code that came already belongs to them."""
    row, data = case_of(act.order.pk), act.data
    request = codes.of(row)
    ForensicOpinion.objects.update_or_create(
        case=row, round=row.round,
        defaults={
            "analysis": str(data["analysis"]), "opinion": str(data["opinion"]), "opined_on": data["opined_on"],
            "dissent": str(data.get("dissent") or ""), "drafted_at": act.at, "drafted_by_id": act.by.account_id, "reviewed_at": None,
            "review": "", "few_reviewers": "", "unified_code": request.code if request else "",
            "unified_url": request.url if request else "", "coded_at": request.came_at if request else None,
        },
    )  # fmt: skip
    houses_told(act, _("%(code)s 的鉴定意见已起草，请指定复核人复核。"))


def houses_told(act: Act, text: Any) -> None:
    """Put something before who has the case in hand."""
    notices.post(act.turn, to="handler", text=text)


def _reviewers(act: Act) -> list[int]:
    return list(dict.fromkeys(int(pk) for pk in [act.data.get("reviewer"), *(act.data.get("more") or [])] if pk))


def _reviewer_fault(act: Act, row: ForensicCase) -> Any:
    mine = {w.pk for w in fitting.standing(row)}
    known = {e.worker.pk: e for e in fitting.experts_of(row, act.at)}
    for pk in _reviewers(act):
        if pk in mine:
            return _("复核人不能是本案的鉴定人（司法鉴定程序通则第三十五条）。")
        if pk not in known or not known[pk].able:
            return _("复核人要有相应的资质（司法鉴定程序通则第三十五条）。")
    return None


def may_name_reviewer(act: Act) -> Any:
    """Somebody else with the field."""
    row = case_of(act.order.pk)
    return house_fault(act.by, row, act.at) or _reviewer_fault(act, row)


def reviewer_named(act: Act) -> None:
    """They see the case from here on."""
    row = case_of(act.order.pk)
    for worker in Practitioner.objects.filter(pk__in=_reviewers(act)):
        _reviews(row, worker, act)
        routing.join(
            act.turn,
            account=houses.account_of(worker),
            practitioner=worker,
            organisation=row.institution,
            why=str(_("复核人")),
        )


def _reviews(row: ForensicCase, worker: Practitioner, act: Act) -> None:
    ForensicExaminer.objects.get_or_create(
        case=row,
        practitioner=worker,
        duty=ForensicDuty.REVIEWER,
        until=None,
        defaults={"since": act.at, "round": row.round},
    )


def may_review(act: Act) -> Any:
    """By another qualified person; for hard and repeated ones by three experts, or with the reason why not (Art 35)."""
    row = case_of(act.order.pk)
    if why := on_case(act):
        return why
    if act.by.practitioner_id in {w.pk for w in fitting.standing(row)}:
        return _("复核人不能是本案的鉴定人（司法鉴定程序通则第三十五条）。")
    if why := _reviewer_fault(act, row):
        return why
    most = int(the("reviewers_hard", legal_day(act.at)).value)
    hard = row.hard or row.kind == ForensicKind.REPEATED
    if hard and len(_reviewers(act)) < most and not str(act.data.get("few") or "").strip():
        return _(
            "复杂事项和重新鉴定可以组织%(n)s名以上专家复核；不组织的请写明原因（司法鉴定程序通则第三十五条）。"
        ) % {"n": most}
    return None


def reviewed(act: Act) -> None:
    """The review is signed and filed."""
    row = case_of(act.order.pk)
    found = opinion_of(row)
    assert found is not None
    found.reviewed_at, found.review, found.few_reviewers = (
        act.at,
        str(act.data["result"]),
        str(act.data.get("few") or ""),
    )
    found.save(update_fields=["reviewed_at", "review", "few_reviewers"])
    row.examiners.filter(duty=ForensicDuty.REVIEWER, round=row.round, until__isnull=True).exclude(
        practitioner_id__in=_reviewers(act)
    ).update(until=act.at)
    for worker in Practitioner.objects.filter(pk__in=_reviewers(act)):
        _reviews(row, worker, act)


def sent_back(act: Act) -> None:
    """The review finds something: the experts go on."""
    note(act)


def may_enter_code(act: Act) -> Any:
    """A code is one opinion's, and is not changed once an opinion went out under it."""
    row = case_of(act.order.pk)
    if codes.taken(str(act.data["unified"]), row):
        return _("这个赋码已经用在另一份意见书上，请核对。")
    return on_case(act)


def code_entered(act: Act) -> None:
    """The code as the platform shows it."""
    codes.enter(act.turn, case_of(act.order.pk), str(act.data["unified"]), str(act.data.get("url") or ""))


def field_name(row: ForensicCase) -> str:
    """The sub-field in the reader's language."""
    return "".join(fields.names([row.field]))


def ended(act: Act) -> None:
    """The institution ends it: reasons for the client, materials back (Art 29)."""
    row = case_of(act.order.pk)
    row.ended_ground, row.pause = str(act.data["ground"]), ""
    row.save(update_fields=["ended_ground", "pause"])
    tell_client(act, str(act.data["reason"]))


def given_back(act: Act) -> None:
    """The materials are back with the client."""
    row = case_of(act.order.pk)
    materials.give_back(row, act.at)
    row.materials_back_at = act.at
    row.save(update_fields=["materials_back_at"])
    note(act)
