"""Working a case: the moves a line declares, corrections, messages, merging and splitting. The only writer of its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from open12348.kernel import blocks
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import items
from open12348.registry.models import Account

from . import alarms, barring, catalogue, clocks, files, intake, notices, papers
from .catalogue import Hold, Move, Paper, Phase, Service
from .intake import Invalid
from .journal import Turn, turn
from .lists import may_see, roles_over
from .models import Case, Correction, Document, DocumentKind, Grade, IssuedPaper, Link, Order, Outcome, Rating


class Refused(ValueError):
    """A move that the rules do not allow now; `reason` says why, in words for the reader."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass
class Act:
    """One move being made: handed to the line's guard and effect."""

    turn: Turn
    move: Move
    data: Mapping[str, Any]
    created: list[Document] = field(default_factory=list)
    came: dict[str, list[Document]] = field(default_factory=dict)  # files by the field they were chosen in

    @property
    def case(self) -> Case:
        return self.turn.case

    @property
    def order(self) -> Order:
        return self.turn.order

    @property
    def service(self) -> Service:
        return self.turn.service

    @property
    def by(self) -> Actor:
        return self.turn.by

    @property
    def at(self) -> datetime:
        return self.turn.at

    def remember(self, **facts: Any) -> None:
        """Let the line remember something on the case (no personal data)."""
        self.turn.set(facts={**self.case.facts, **facts})


def open_moves(case: Case, by: Actor) -> list[Move]:
    """What an actor may do with a case now, in the declared order; guards that need words are asked when it is done."""
    if case.merged_into_id or (case.hold and case.hold != Hold.APPLICANT.value and not by.is_resident):
        return []
    roles = roles_over(by, case)
    found = [m for m in catalogue.of(case).moves_from(case.state) if roles & m.by]
    return [m for m in found if m.shown is None or m.shown(case, by)]


def form_of(
    move: Move, case: Case, by: Actor, data: Any = None, *, files: Any = None, **marks: Any
) -> forms.Form | None:
    """A move's form for one case and one actor, bound when there is data; None when the move asks nothing."""
    if move.form is None:
        return None
    form = move.form(data, files, **marks)
    if move.fit is not None:
        move.fit(form, case, by)
    return form


def upload_fields(form: type[forms.Form] | forms.Form | None) -> list[str]:
    """The fields of a form in which files are chosen, in its order."""
    if form is None:
        return []
    fields = form.fields if isinstance(form, forms.Form) else form.base_fields
    return [name for name, f in fields.items() if isinstance(f, forms.FileField)]


def uploads_of(case: Case, move: str, chosen: MultiValueDict[str, Any]) -> list[files.Upload]:
    """The files that came with a move's form (as a request holds them), each with the field it was chosen in."""
    form = next((m.form for m in catalogue.of(case).moves if m.code == move), None)
    return [
        files.Upload(f.name or "", f.read(), field=name) for name in upload_fields(form) for f in chosen.getlist(name)
    ]


def _as_chosen(move: Move, uploads: Sequence[files.Upload]) -> MultiValueDict[str, Any]:
    """Files under the names of the form's fields, as a form takes them; one that names no field belongs to the first."""
    names = upload_fields(move.form)
    chosen: MultiValueDict[str, Any] = MultiValueDict()
    for upload in uploads if names else ():
        name = upload.field if upload.field in names else names[0]
        chosen.appendlist(name, SimpleUploadedFile(upload.name or "file", upload.content))
    return chosen


def make(
    *, case: Case, move: str, by: Actor, at: datetime, data: Mapping[str, Any] | None = None, expect: int | None = None,
    uploads: Sequence[files.Upload] = (),
) -> Case:  # fmt: skip
    """Make a declared move: check who, check the form, ask the guard, change the state, run clocks, tell people.

    In: `expect` the journal line the person saw on the page. Out: the case as it stands.
    Errors: Denied (not your role), Invalid (form), Refused (guard, with reason), Conflict (someone was faster).
    """
    with turn(order_id=case.pk, by=by, at=at, expect=expect) as now:
        return _make(now, move, data or {}, uploads)


def within(now: Turn, move: str, data: Mapping[str, Any] | None = None) -> Case:
    """Make a declared move inside a turn that somebody else began: same form, guard, effect and papers. Errors as make."""
    return _make(now, move, data or {})


def _make(now: Turn, code: str, data: Mapping[str, Any], uploads: Sequence[files.Upload] = ()) -> Case:
    case, service, by = now.case, now.service, now.by
    try:
        move = service.move(code)
    except KeyError:
        raise Refused(_("没有这个操作。")) from None
    if by.kind != "system" and not roles_over(by, case) & move.by:
        raise Denied(_("您的角色不能做这一步。"))
    if case.merged_into_id:
        raise Refused(_("这件事已并入 %(code)s。") % {"code": case.merged_into.code if case.merged_into else ""})
    if case.state not in move.sources:
        raise Refused(_("现在的状态不能做“%(move)s”。") % {"move": move.label})
    form = form_of(move, case, by, data, files=_as_chosen(move, uploads))
    if form is not None and not form.is_valid():
        raise Invalid(form)
    clean: dict[str, Any] = dict(form.cleaned_data) if form is not None else {}
    act = Act(turn=now, move=move, data=clean)
    reason = move.guard(act) if move.guard else None
    if reason:
        raise Refused(reason)
    if move.takes and by.account_id and case.handler_id != by.account_id:
        if barred := barring.takes_not(case, by, now.at):
            raise Refused(_("您不能办理这件事：%(why)s。") % {"why": "；".join(barred)})
        now.set(handler_id=by.account_id)
    if case.hold == Hold.APPLICANT.value and move.target:
        _end_correction(now, None)
    if move.answer and clean.get(move.answer):
        act.created.append(
            files.words(now, clean[move.answer], kind=DocumentKind.ANSWER, for_resident=True, title=str(move.label))
        )
    first = next(iter(upload_fields(move.form)), "")
    for upload in uploads:
        came = files.attach(now, upload, for_resident=not move.inside)
        act.created.append(came)
        act.came.setdefault(upload.field or first, []).append(came)
    before, was_done = case.state, case.phase == Phase.DONE.value
    if move.target:
        now.set(state=move.target, hold="")
    now.write("move", move=code, before=before, after=move.to(before))
    if move.sends_on and clean.get(move.sends_on):
        _send_on(now, str(clean[move.sends_on]))
    if move.opens:
        _open_beside(now, move, clean)
    if move.effect:
        move.effect(act)
    if was_done and case.phase != Phase.DONE.value:
        Outcome.objects.filter(order=now.order, superseded_at__isnull=True).update(superseded_at=now.at)
        # The new handling is the answer to a bad rating: nobody need call back about the old one.
        Rating.objects.filter(order=now.order, grade__lte=Grade.DISSATISFIED, answered_at__isnull=True).update(
            answered_at=now.at
        )
        now.set(closed_at=None, reopened=case.reopened + 1)
        now.write("reopened", times=case.reopened)
    seal_off(now)
    # What came with an act, words or a file, is what a pause rests on that it makes.
    clocks.after(now, code, evidence=next(iter(act.created), None))
    if case.phase == Phase.DONE.value and not was_done:
        _end(now, move, clean)
    _issue(act)
    notices.tell_all(now, move.notices)
    return case


def seal_off(now: Turn) -> None:
    """Within a turn: ask the service whether the case is a secret one now, and keep the answer."""
    asked = now.service.secret
    if asked is not None and (answer := bool(asked(now.case))) != now.case.secret:
        now.set(secret=answer)
        now.write("sealed_off" if answer else "opened_up")


def let_in(now: Turn, *accounts: Account) -> None:
    """Within a turn: let somebody see a secret case besides its handler. Written in its journal."""
    fresh = [a.pk for a in accounts if a.pk not in now.case.keepers]
    if fresh:
        now.set(keepers=[*now.case.keepers, *fresh])
        now.write("let_in", accounts=fresh)


def _issue(act: Act) -> None:
    """Issue the papers that a move declares; when one cannot be written, nothing of the move holds. Errors: Refused."""
    for paper in act.move.papers:
        if paper.only is not None and not paper.only(act):
            continue
        try:
            act.created.append(_issue_one(act, paper).document)
        except (blocks.Differs, blocks.Untranslated) as fault:
            # A side that cannot be trusted is not printed; the act of law does not wait for a translator.
            if _issue_in_chinese(act, paper) is None:
                raise Refused(fault.message) from fault
        except papers.PaperFault as fault:
            raise Refused(fault.message) from fault


def _issue_in_chinese(act: Act, paper: Paper) -> IssuedPaper | None:
    """The paper without its second side, said in the journal and to the place; None when Chinese is no language of it."""
    tongues = _tongues(act, paper) or papers.tongues_for(act.order)
    if tongues != "zh-ug":
        return None
    issued = _issue_one(act, paper, "zh")
    act.created.append(issued.document)
    act.turn.write("paper_one_side", document=issued.document_id, form=paper.code)
    notices.post(
        act.turn, to="place", text=_("%(code)s 的一份文书两种文字对不上，只出了中文。请翻译人员核对后另出一份。")
    )
    return issued


def _issue_one(act: Act, paper: Paper, tongues: str = "") -> IssuedPaper:
    """Issue one declared paper for an act. Errors: PaperFault."""
    return papers.issue(
        act.turn, paper, facts=paper.facts(act) if paper.facts else {},
        blocks=paper.blocks(act) if callable(paper.blocks) else paper.blocks, tongues=tongues or _tongues(act, paper),
        replaces=papers.standing(act.order, paper.code) if paper.renews else None,
    )  # fmt: skip


def _tongues(act: Act, paper: Paper) -> str:
    return paper.tongues(act) if callable(paper.tongues) else paper.tongues


def _act_of(now: Turn, code: str, label: Any, data: Mapping[str, Any], *issues: Paper) -> Act:
    """An act that no line declares as a move, as the papers of a line are handed it."""
    return Act(turn=now, move=Move(code, label, frozenset(), "", frozenset(), papers=issues), data=data)


# Papers made by hand, where the office needs one before a move or beside it

PRINTING = (Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER, Role.SUPERVISOR)


def offered(case: Case, by: Actor) -> list[Paper]:
    """The forms that the line lets an actor make for a case as it stands; none for who may only look."""
    offers = catalogue.of(case).offers
    if offers is None or case.merged_into_id or not roles_over(by, case) & set(PRINTING):
        return []
    return list(offers(case, by))


def _offered(now: Turn, form: str) -> Paper:
    _only(now, *PRINTING)
    found = next((p for p in offered(now.case, now.by) if p.code == form), None)
    if found is None:
        raise Refused(_("现在不能出这种文书。"))
    return found


def make_paper(
    *, case: Case, form: str, by: Actor, at: datetime, tongues: str = "", expect: int | None = None
) -> IssuedPaper:
    """Issue a form that the line offers for the case. The same form with the same facts gives the paper that is there.

    Errors: Denied, Refused (not offered now, or only as a sheet), PaperFault, Conflict.
    """
    with turn(order_id=case.pk, by=by, at=at, expect=expect) as now:
        paper = _offered(now, form)
        if paper.sheet:
            raise Refused(_("这是手填的表，只能打印，不编号。"))
        return _issue_one(_act_of(now, "make_paper", paper.title, {}, paper), paper, tongues)


def draw_sheet(*, case: Case, form: str, by: Actor, at: datetime, tongues: str = "") -> bytes:
    """The PDF of an offered form to be written on by hand: without number, kept nowhere. Errors: Denied, Refused, PaperFault."""
    with turn(order_id=case.pk, by=by, at=at) as now:
        paper = _offered(now, form)
        act = _act_of(now, "draw_sheet", paper.title, {}, paper)
        return papers.sheet(
            now, paper, facts=paper.facts(act) if paper.facts else {},
            blocks=paper.blocks(act) if callable(paper.blocks) else paper.blocks, tongues=tongues or _tongues(act, paper),
        )  # fmt: skip


def _end(now: Turn, move: Move, clean: Mapping[str, Any]) -> None:
    """Write how the need ended: outcome, archive number, the day until which it is kept."""
    service, order = now.service, now.order
    clocks.stop_all(now)
    day = legal_day(now.at)
    keep = (service.outcome(move.outcome).keep if move.outcome else None) or service.keep
    ordinal = order.outcomes.count() + 1 if now.case.reopened else 1
    Outcome.objects.create(
        order=order, kind=move.outcome, reason=str(clean.get("reason", "")), at=now.at, by=now.by.label,
        archive_no=f"{day.year}-{order.code}-{ordinal}",
        keep_until=add_months(day, keep.years * 12) if keep.years else None,
        keep_basis=keep.basis + ("" if keep.sure else str(_("（未经确认）"))),
    )  # fmt: skip
    now.set(closed_at=now.at)
    now.write("ended", outcome=move.outcome)


def _send_on(now: Turn, item_code: str) -> None:
    """Open a linked order for another item with everything already typed; it has its own code and names this one."""
    if items.by_code(item_code, legal_day(now.at)) is None:
        raise Refused(_("清单里没有编号为 %(code)s 的事项。") % {"code": item_code})
    service = catalogue.for_item(item_code, on=legal_day(now.at))
    if service is None:
        raise Refused(_("这个事项现在没有地方办理。"))
    told = _as_text(now.order, now.service)
    # The forms of lines keep what somebody tells in a field of one of these names.
    said = {"story": told, **intake.said(now.order), "item": item_code, "summary": told}
    _must_suffice(service, said)
    came = open_linked(now, service=service.code, said=said, kind="sent_on", item_code=item_code)
    now.write("sent_on", to=came.code, item=item_code)


def _must_suffice(service: Service, said: Mapping[str, Any]) -> None:
    """What was said must be enough for the other service. Errors: Refused, with what else it asks and where to say it."""
    form = service.form(said)
    if form.is_valid():
        return
    asked = [str(form.fields[name].label) for name in form.errors if name in form.fields]
    raise Refused(
        _("“%(service)s”还要问清：%(asked)s。请在“登记”里直接登记这件事，再用“关联”连起来。")
        % {"service": service.name, "asked": "、".join(asked) or "—"}
    )


def _open_beside(now: Turn, move: Move, clean: Mapping[str, Any]) -> None:
    """Open a linked order for another service with what the move's form says; the first goes on as it was."""
    came = open_linked(now, service=move.opens, said=clean, kind="linked")
    now.write("opened_beside", to=came.code, service=move.opens)


def open_linked(now: Turn, *, service: str, said: Mapping[str, Any], kind: str, item_code: str = "") -> Order:
    """Within a turn: a new order of the same person at the same place, linked to this one; nobody says twice who they are.

    In: `said` what the service's form asks; `kind` how the two belong together. Errors: Invalid, Denied.
    """
    order, person = now.order, now.order.person
    contact = {
        "name": person.name if person else "", "phone": person.phone if person else "", "language": order.language,
        "division": order.division.code if order.division else "", "behalf": order.behalf, "reply_by": order.reply_by,
        "helper_name": order.helper.name if order.helper else "", "helper_phone": order.helper.phone if order.helper else "",
        "safe_contact": order.safe_contact,
    }  # fmt: skip
    came = intake.receive(
        service=service, said=said, contact=contact, channel=order.channel, by=now.by, at=now.at, item_code=item_code,
        place=now.case.place, first=order, person=person,
    ).order  # fmt: skip
    Link.objects.create(first=order, second=came, kind=kind, at=now.at, by=now.by.label)
    return came


def _as_text(order: Order, service: Service) -> str:
    return "\n".join(f"{label}：{value}" for label, value in intake.said_rows(order, service))


@transaction.atomic
def receive_and_make(*, move: str = "", data: Mapping[str, Any] | None = None, **need: Any) -> Order:
    """Take a need in and make a first move in the same breath: answered on the spot in one screen.

    In: what intake.receive takes, and a move with its form. Nothing is kept when either fails. Errors: those of both.
    """
    came = intake.receive(**need)
    if move and not came.again:
        make(case=came.order.case, move=move, by=need["by"], at=need["at"], data=data)
    return came.order


# Corrections: asked once, all at once, the clock waits


class CorrectionForm(forms.Form):
    """What is missing, one thing a line."""

    wanted = forms.CharField(
        label=_("还缺什么（一行一项，一次说清）"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )


class AnswerForm(forms.Form):
    """What the applicant adds."""

    text = forms.CharField(
        label=_("补充说明"), widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=4000
    )


def ask_correction(*, case: Case, by: Actor, at: datetime, wanted: str, expect: int | None = None) -> Correction:
    """Ask for what is missing, once and all at once (一次性告知); the clocks that say so pause until it comes.

    Errors: Invalid, Denied, Refused when it was asked before or the need has ended.
    """
    form = CorrectionForm({"wanted": wanted})
    if not form.is_valid():
        raise Invalid(form)
    lines = [line.strip(" \t·-、") for line in form.cleaned_data["wanted"].splitlines() if line.strip(" \t·-、")]
    with turn(order_id=case.pk, by=by, at=at, expect=expect) as now:
        _only(now, Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER)
        if now.case.phase == Phase.DONE.value:
            raise Refused(_("这件事已经办结，不能再要求补充。"))
        if now.case.hold:
            raise Refused(_("已经在等对方了，不能再发一次。"))
        if now.order.corrections.exists():
            raise Refused(_("补充要求只能提一次。请用留言和当事人联系，期限照常计算。"))
        for line in lines:
            if now.service.may_demand is not None and (why := now.service.may_demand(line)):
                form.add_error("wanted", why)
                raise Invalid(form)
        evidence = files.words(now, "\n".join(lines), kind=DocumentKind.QUESTION, for_resident=True)
        row = Correction.objects.create(order=now.order, wanted=lines, asked_at=at, asked_by=by.label)
        now.set(hold=Hold.APPLICANT.value)
        now.write("correction_asked", correction=row.pk, count=len(lines))
        clocks.after(now, "ask_correction", evidence=evidence, why=clocks.AWAITED)
        _issue(_act_of(now, "ask_correction", _("一次性告知补充"), {"wanted": lines, "correction": row}, *now.service.papers_on.get("ask_correction", ())))  # fmt: skip
        notices.tell(now, "ask_correction", wanted="；".join(lines))
    return row


def answer_correction(
    *,
    case: Case,
    by: Actor,
    at: datetime,
    text: str = "",
    uploads: Sequence[files.Upload] = (),
    expect: int | None = None,
) -> Correction:
    """Take in what was missing; the clocks go on. Errors: Invalid when nothing was sent, Refused when nothing was asked."""
    with turn(order_id=case.pk, by=by, at=at, expect=expect) as now:
        _only(now, Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER)
        if now.case.hold != Hold.APPLICANT.value:
            raise Refused(_("现在没有等您补充的内容。"))
        form = AnswerForm({"text": text})
        if not form.is_valid():
            raise Invalid(form)
        if not text.strip() and not uploads:
            form.add_error("text", _("请写几句话，或者上传一份材料。"))
            raise Invalid(form)
        last: Document | None = None
        if text.strip():
            last = files.words(now, text, kind=DocumentKind.MESSAGE, for_resident=True)
        for upload in uploads:
            last = files.attach(now, upload, for_resident=True)
        row = _end_correction(now, last)
        assert row is not None
        _issue(_act_of(now, "answer_correction", _("补充材料"), {"correction": row}, *now.service.papers_on.get("answer_correction", ())))  # fmt: skip
        notices.tell(now, "answer_correction")
    return row


def _end_correction(now: Turn, answer: Document | None) -> Correction | None:
    row = now.order.corrections.filter(answered_at__isnull=True).first()
    if row is not None:
        row.answered_at, row.answer = now.at, answer
        row.save(update_fields=["answered_at", "answer"])
    now.set(hold="")
    now.write("correction_answered", correction=row.pk if row else None, document=answer.pk if answer else None)
    clocks.after(now, "answer_correction", evidence=answer)
    return row


def _only(now: Turn, *roles: Role) -> None:
    if now.by.kind != "system" and not roles_over(now.by, now.case) & set(roles):
        raise Denied(_("您的角色不能做这一步。"))


# Messages and notes


def say(
    *, case: Case, by: Actor, at: datetime, text: str, uploads: Sequence[files.Upload] = (), internal: bool = False
) -> Document | None:
    """A message between the person and the office, or an internal note. Errors: Invalid when empty, Denied."""
    form = AnswerForm({"text": text})
    if not form.is_valid():
        raise Invalid(form)
    if not text.strip() and not uploads:
        form.add_error("text", _("请写几句话，或者上传一份材料。"))
        raise Invalid(form)
    if not may_see(by, case) or (internal and not by.is_staff):
        raise Denied(_("您不能在这里留言。"))
    last: Document | None = None
    with turn(order_id=case.pk, by=by, at=at) as now:
        if text.strip():
            kind = DocumentKind.NOTE if internal else DocumentKind.MESSAGE
            last = files.words(now, text, kind=kind, for_resident=not internal)
        for upload in uploads:
            last = files.attach(now, upload, for_resident=not internal)
        if by.is_resident and (danger := alarms.heard([text])):
            now.set(urgent=True)
            notices.alarm(now, danger)
    return last


# Merge, link, split


def merge(*, keep: Case, drop: Case, by: Actor, at: datetime, reason: str) -> Case:
    """The same need told twice: the later order is merged into the first; its code still leads there. Returns the kept case.

    Errors: Refused, Denied.
    """
    if keep.pk == drop.pk:
        raise Refused(_("不能和自己合并。"))
    if not reason.strip():
        raise Refused(_("请写明合并的理由。"))
    with turn(order_id=drop.pk, by=by, at=at) as gone, turn(order_id=keep.pk, by=by, at=at) as stays:
        for now in (gone, stays):
            _only(now, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR)
        if gone.case.merged_into_id or stays.case.merged_into_id:
            raise Refused(_("其中一件已经并入别的事。"))
        if gone.case.phase == Phase.DONE.value or stays.case.phase == Phase.DONE.value:
            raise Refused(_("已办结的事不能合并，可以关联。"))
        if gone.order.person_id and stays.order.person_id and gone.order.person_id != stays.order.person_id:
            raise Refused(_("两件事不是同一个人提出的，可以关联，不能合并。"))
        withdraw = gone.service.move("withdraw")
        gone.set(merged_into=keep.order, state=withdraw.target, hold="")
        gone.write("merged", into=keep.order.code, reason=reason.strip())
        clocks.after(gone, "merge")
        _end(gone, withdraw, {"reason": reason})
        stays.write("merged_in", code=drop.order.code)
        Link.objects.create(first=drop.order, second=keep.order, kind="merged", at=at, by=by.label)
        notices.tell(stays, "merge")
    return stays.case


def link(*, first: Case, second: Case, by: Actor, at: datetime) -> Link:
    """Say that two orders belong together. Both must be in the actor's sight."""
    if first.pk == second.pk or not (may_see(by, first) and may_see(by, second)):
        raise Refused(_("找不到要关联的另一件事。"))
    row, new = Link.objects.get_or_create(
        first=first.order, second=second.order, kind="linked", defaults={"at": at, "by": by.label}
    )
    if new:
        for one, other in ((first, second), (second, first)):
            with turn(order_id=one.pk, by=by, at=at) as now:
                now.write("linked", code=other.order.code)
    return row


def split(*, case: Case, by: Actor, at: datetime, item_code: str, summary: str) -> Order:
    """One visit, two needs: the second gets an order of its own that names the first. Errors: Refused, Denied, Invalid."""
    if not summary.strip():
        raise Refused(_("请写明分出来的是什么事。"))
    with turn(order_id=case.pk, by=by, at=at) as now:
        _only(now, Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER)
        service = catalogue.for_item(item_code, on=legal_day(at))
        if service is None:
            raise Refused(_("这个事项现在没有地方办理。"))
        order = now.order
        person = order.person
        said = {"item": item_code, "summary": summary, "question": summary, "story": summary, "topic": now.case.topic}
        _must_suffice(service, said)
        came = intake.receive(
            service=service.code, said=said,
            contact={"language": order.language, "division": order.division.code if order.division else "",
                     "reply_by": "here", "phone": person.phone if person else ""},
            channel=order.channel, by=by, at=at, item_code=item_code, place=now.case.place, first=order, person=person,
        ).order  # fmt: skip
        Link.objects.create(first=order, second=came, kind="split", at=at, by=by.label)
        now.write("split", to=came.code)
    return came
