"""Orders over the exchange: the same verbs as at the other doors."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Path, Query
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from open12348.kernel.access import CASE_ROLES, Actor, Denied
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import legal_day
from open12348.registry import accounts, items, people, places
from open12348.registry.models import Organisation, Place
from open12348.spine import casework, catalogue, clocks, closing, files, intake, journal, lists, masking, routing
from open12348.spine.models import Case, Document, Event, Transfer

from . import shapes
from .gate import Call, Door, aim, case_of, look
from .problems import Problem, of_form
from .shapes import Code, instant

Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[str, StringConstraints(max_length=200)]
MoveCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]

#: What of a journal line's data leaves the house. Never whom it names, never the reasons people wrote.
TOLD = frozenset(
    {"service", "item", "channel", "place", "origin", "target", "first", "move", "before", "after", "outcome", "grade", "bad", "to",
     "into", "code", "clock", "due_at", "provisional", "late", "amount", "returns", "times", "count", "considered", "what",
     "document", "correction", "transfer", "county"}
)  # fmt: skip


def _event(event: Event) -> dict[str, Any]:
    kind = event.actor.partition(":")[0]
    return {
        "code": event.stream, "seq": event.seq, "kind": event.kind, "at": instant(event.at),
        "by": {"account": "staff", "token": "partner"}.get(kind, kind), "line": event.line, "phase": event.phase,
        "data": {k: v for k, v in event.data.items() if k in TOLD},
    }  # fmt: skip


def fields_of(form: Any) -> list[dict[str, Any]]:
    """A form's fields as data: what is asked, of what kind, with which choices."""
    kinds = {
        "BooleanField": "boolean", "MultipleChoiceField": "choices", "TypedMultipleChoiceField": "choices", "ChoiceField": "choice",
        "TypedChoiceField": "choice", "IntegerField": "integer", "DecimalField": "decimal", "DateField": "date",
        "LenientDateField": "date", "RegionField": "division", "PhoneField": "phone", "CitizenIdField": "id_number",
        "NameField": "name", "FileField": "file",
    }  # fmt: skip
    found = []
    for name, field in (form() if isinstance(form, type) else form).fields.items() if form is not None else ():
        choices: list[dict[str, str]] = []
        for value, label in getattr(field, "choices", ()):
            flat = label if isinstance(label, list | tuple) else [(value, label)]
            choices += [{"value": str(v), "label": str(text)} for v, text in flat if v not in (None, "")]
        found.append(
            {"name": name, "label": str(field.label or name), "help": str(field.help_text), "required": field.required,
             "type": next((kinds[c.__name__] for c in type(field).__mro__ if c.__name__ in kinds), "text"),
             "max_length": getattr(field, "max_length", None), "choices": choices or None}
        )  # fmt: skip
    return found


def move_shape(move: catalogue.Move, case: Case | None = None, by: Actor | None = None) -> dict[str, Any]:
    """A move as data, with its form: as it is for one case and one actor, where these are given."""
    form: Any = casework.form_of(move, case, by) if case is not None and by is not None else move.form
    return {
        "move": move.code, "label": str(move.label), "target": move.target, "by": sorted(r.value for r in move.by),
        "fields": fields_of(form), "example": {k: v for k, v in move.example.items() if isinstance(v, str | bool | int | list)},
    }  # fmt: skip


def _known(form: type[Any] | None, data: Mapping[str, Any], under: str) -> dict[str, Any]:
    """What was sent for a form, ready for it. Errors: Problem for fields that the form does not have."""
    names = form.base_fields if form else {}
    unknown = [(f"{under}.{key}", _("没有这一项，请检查名称。")) for key in data if key not in names]
    if unknown:
        raise Problem("invalid", errors=unknown[:50])
    return {k: v if isinstance(v, str | bool | list) else str(v) for k, v in data.items() if v is not None}


def _place(code: str) -> Place | None:
    return places.working().filter(code=code.strip().upper()).select_related("county", "division").first()


def enter(door: Door) -> None:
    """Enter the operations on orders."""
    reads, writes = door.reads, door.writes

    @writes("/orders", _("登记一件事"), scope="orders:write", gives=shapes.OrderAnswer, status=201)
    def receive_order(request: Call, body: shapes.NewOrder, at: datetime) -> tuple[int, Any]:
        item_code, service = (body.item or "").strip().upper(), None
        if item_code and items.by_code(item_code) is None:
            raise Problem("invalid", errors=[("item", _("没有这个事项。"))])
        with suppress(KeyError):
            if body.service:
                service = catalogue.get(body.service, legal_day(at))
            elif item_code:
                service = catalogue.for_item(item_code, on=legal_day(at))
        if service is None:
            raise Problem("invalid", errors=[("service" if body.service else "item", _("请写明事项或服务。"))])
        place = _place(body.place) if body.place else None
        if body.place and place is None:
            raise Problem("invalid", errors=[("place", _("没有这个服务点，或者已停止服务。"))])
        contact = {"behalf": "organisation", **_known(intake.ContactForm, body.contact, "contact")}
        grant = request.auth.grants[0]
        try:
            came = intake.receive(
                service=service.code, said=_known(service.form, body.said, "said"), contact=contact, channel=body.channel,
                by=request.auth, at=at, item_code=item_code, place=place, urgent=body.urgent,
                alias=(body.external.system, body.external.number) if body.external else None,
                # Only the number is needed to file whose system sent it.
                organisation=Organisation(pk=grant.organisation_id) if grant.organisation_id else None,
            )  # fmt: skip
        except intake.Invalid as fault:
            here = {name: f"contact.{name}" for name in intake.ContactForm.base_fields}
            raise of_form(fault.form, here | {name: f"said.{name}" for name in service.form.base_fields}) from None
        case = came.order.case
        if came.again and not lists.may_see(request.auth, case):
            raise Problem("conflict", _("这个外部编号已经登记在别处，不在令牌的范围内。"))
        if not came.again and not lists.roles_over(request.auth, case):
            raise Denied(_("这个服务点或这类事不在令牌的范围内。"))
        return (200 if came.again else 201), shapes.order(case)

    @reads("/orders", _("办事列表，不含个人信息"), scope="orders:read", gives=shapes.OrderPage)
    def list_orders(
        request: Call, phase: shapes.Phases | None = Query(None), late: bool | None = Query(None),
        line: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] | None = Query(None),
        cursor: Cursor | None = Query(None), limit: Limit = Query(50),
    ) -> Any:  # fmt: skip
        after = shapes.numbers_of(cursor, 2)
        rows = lists.page(
            request.auth, lists.Filter(phase=phase or "", line=line or "", late=bool(late)),
            after=(after[0], after[1]) if after else None, limit=limit + 1,
        )  # fmt: skip
        shown, last = shapes.page(rows, limit)
        return {
            "orders": [shapes.order(c) for c in shown],
            "next": shapes.cursor(lists.micros(last.received_at), last.pk) if last else None,
        }

    @reads(
        "/orders/{code}", _("一件事：进度；写明目的时含全部内容"), scope="orders:read", gives=shapes.WholeOrderAnswer
    )
    def read_order(request: Call, code: Code = Path(...)) -> Any:
        case = case_of(request, code)
        order, service = case.order, catalogue.of(case)
        outcome = closing.current_outcome(order)
        found = shapes.order(case) | {
            "external": list(order.aliases.order_by("pk").values("system", "number")),
            "outcome": {
                "kind": outcome.kind, "label": str(service.outcome(outcome.kind).label), "at": instant(outcome.at),
                "archive_no": outcome.archive_no, "keep_until": outcome.keep_until.isoformat() if outcome.keep_until else None,
                "grade": outcome.rating.grade if hasattr(outcome, "rating") else None,
            } if outcome else None,
            "corrections": order.corrections.count(),
            "merged_into": case.merged_into.code if case.merged_into else None,
            "purpose": None, "said": None, "contact": None, "documents": None, "wanted": None,
        }  # fmt: skip
        if "Purpose" not in request.headers:
            return found
        purpose = look(request, case, timezone.now())
        papers = order.documents.order_by("at", "pk")
        if not request.auth.has(*CASE_ROLES):
            papers = papers.filter(for_resident=True)
        person, helper = order.person, order.helper
        masked = masking.is_masked(case)
        veiled = masked and "people:masked" not in request.auth.scopes
        said, blur = intake.said(order), masking.blur if veiled else str
        return found | {
            "purpose": purpose, "said": masking.said(said, service) if veiled else said,
            "contact": {
                "name": person.name if person else "", "phone": person.phone if person and not veiled else "",
                "reply_by": order.reply_by, "safe_contact": blur(order.safe_contact), "behalf": order.behalf,
                "helper_name": helper.name if helper else "",
                "helper_phone": helper.phone if helper and not veiled else "",
                "division": order.division.code if order.division and not veiled else "", "masked": masked,
            },
            "documents": [
                {"number": d.pk, "kind": d.kind, "title": d.title, "text": blur(d.text), "mime": d.mime, "file": d.has_file,
                 "for_resident": d.for_resident, "at": instant(d.at)} for d in papers
            ],
            "wanted": [
                {"wanted": list(c.wanted), "asked_at": instant(c.asked_at), "answered_at": instant(c.answered_at)}
                for c in order.corrections.order_by("pk")
            ],
        }  # fmt: skip

    @reads("/orders/{code}/clocks", _("期限的逐日账"), scope="orders:read", gives=shapes.ClockList)
    def read_clocks(request: Call, code: Code = Path(...)) -> Any:
        case, at = case_of(request, code), timezone.now()
        service = catalogue.of(case)
        return {
            "clocks": [
                clocks.as_json(d, at) | {"label": str(service.clock(d.clock).label)}
                for d in case.order.deadlines.order_by("started_at", "pk").prefetch_related("pauses")
            ]
        }

    @reads("/orders/{code}/events", _("一件事的经过"), scope="orders:read", gives=shapes.EventList)
    def read_events(request: Call, code: Code = Path(...)) -> Any:
        return {"events": [_event(e) for e in journal.story(case_of(request, code).order)]}

    @reads("/orders/{code}/moves", _("现在能办什么"), scope="orders:read", gives=shapes.MoveList)
    def list_moves(request: Call, code: Code = Path(...)) -> Any:
        case = case_of(request, code)
        return {"moves": [move_shape(m, case, request.auth) for m in casework.open_moves(case, request.auth)]}

    @writes("/orders/{code}/moves/{move}", _("办一步"), scope="orders:write", gives=shapes.OrderAnswer)
    def make_move(
        request: Call, body: shapes.Made, at: datetime, code: Code = Path(...), move: MoveCode = Path(...)
    ) -> tuple[int, Any]:
        case = aim(request, code)
        try:
            form = catalogue.of(case).move(move).form
        except KeyError:
            raise Problem("missing") from None
        try:
            done = casework.make(
                case=case, move=move, by=request.auth, at=at, data=_known(form, body.data, "data"), expect=body.expect
            )
        except intake.Invalid as fault:
            raise of_form(fault.form, {name: f"data.{name}" for name in fault.form.fields}) from None
        return 200, shapes.order(done)

    @reads("/orders/{code}/candidates", _("可以交给谁，为什么"), scope="orders:write", gives=shapes.CandidateList)
    def list_candidates(request: Call, code: Code = Path(...)) -> Any:
        case = case_of(request, code)
        if not lists.roles_over(request.auth, case) & CASE_ROLES:
            raise Denied(_("您不能分派这件事。"))
        return {
            "candidates": [
                {"account": c.account.username, "name": c.account.name, "able": c.able, "why": list(c.why), "load": c.load}
                for c in routing.candidates(case, timezone.now())
            ]
        }  # fmt: skip

    @writes("/orders/{code}/assignment", _("分派"), scope="orders:write", gives=shapes.OrderAnswer)
    def assign_order(request: Call, body: shapes.Assigned, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        case = aim(request, code)
        to = accounts.by_username(body.to)
        if to is None:
            raise Problem("invalid", errors=[("to", _("没有这个账号。"))])
        done = routing.assign(case=case, to=to, by=request.auth, at=at, why=body.why, expect=body.expect)
        return 200, shapes.order(done)

    @writes("/orders/{code}/transfer", _("请另一个服务点接手"), scope="orders:write", gives=shapes.OrderAnswer)
    def transfer_order(request: Call, body: shapes.PassedOn, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        case, target = aim(request, code), _place(body.to)
        if target is None:
            raise Problem("invalid", errors=[("to", _("没有这个服务点，或者已停止服务。"))])
        row = routing.transfer(case=case, target=target, by=request.auth, at=at, reason=body.reason, expect=body.expect)
        return 200, shapes.order(row.order.case)

    @reads("/transfers", _("请我们接手的事"), scope="orders:read", gives=shapes.TransferList)
    def list_transfers(request: Call) -> Any:
        return {
            "transfers": [
                {"code": t.order.code, "origin": t.origin.code, "target": t.target.code, "reason": t.reason,
                 "asked_at": instant(t.asked_at)} for t in lists.offered_to(request.auth)[:200]
            ]
        }  # fmt: skip

    def _asked(case: Case) -> Transfer:
        row = case.order.transfers.filter(accepted_at__isnull=True, returned_at__isnull=True).select_related("target").first()  # fmt: skip
        if row is None:
            raise casework.Refused(_("现在没有等您答复的转交。"))
        return row

    @writes("/orders/{code}/transfer/acceptance", _("接手"), scope="orders:write", gives=shapes.OrderAnswer)
    def accept_transfer(request: Call, body: shapes.Nothing, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        row = _asked(case_of(request, code))
        return 200, shapes.order(routing.accept(row=row, by=request.auth, at=at))

    @writes("/orders/{code}/transfer/return", _("退回"), scope="orders:write", gives=shapes.OrderAnswer)
    def return_transfer(request: Call, body: shapes.Returned, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        row = _asked(case_of(request, code))
        return 200, shapes.order(routing.return_back(row=row, by=request.auth, at=at, reason=body.reason))

    @writes("/orders/{code}/corrections", _("一次说清还缺什么"), scope="orders:write", gives=shapes.OrderAnswer)
    def ask_correction(request: Call, body: shapes.Wanted, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        case = aim(request, code)
        try:
            row = casework.ask_correction(
                case=case, by=request.auth, at=at, wanted="\n".join(body.wanted), expect=body.expect
            )
        except intake.Invalid as fault:
            raise of_form(fault.form, {}) from None
        return 200, shapes.order(row.order.case)

    @writes("/orders/{code}/corrections/answer", _("补充"), scope="orders:write", gives=shapes.OrderAnswer)
    def answer_correction(request: Call, body: shapes.Words, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        case = aim(request, code)
        try:
            row = casework.answer_correction(case=case, by=request.auth, at=at, text=body.text)
        except intake.Invalid as fault:
            raise of_form(fault.form, {}) from None
        return 200, shapes.order(row.order.case)

    @writes("/orders/{code}/messages", _("留言"), scope="orders:write", gives=shapes.OrderAnswer)
    def send_message(request: Call, body: shapes.Words, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        case = aim(request, code)
        try:
            casework.say(case=case, by=request.auth, at=at, text=body.text)
        except intake.Invalid as fault:
            raise of_form(fault.form, {}) from None
        return 200, shapes.order(case_of(request, code))

    @writes("/orders/{code}/documents", _("上传材料"), scope="orders:write", gives=shapes.OrderAnswer, status=201)
    def send_document(
        request: Call, at: datetime, code: Code = Path(...), file: UploadedFile = File(...)
    ) -> tuple[int, Any]:
        case = aim(request, code)
        upload = files.Upload(name=(file.name or "file")[:200], content=file.read())
        try:
            casework.say(case=case, by=request.auth, at=at, text="", uploads=[upload])
        except files.BadFile as fault:
            raise Problem("invalid", errors=[("file", fault.message)]) from None
        return 201, shapes.order(case_of(request, code))

    @reads("/orders/{code}/documents/{number}", _("下载材料，要写明目的"), scope="people:read", gives=None)
    def read_document(
        request: Call, code: Code = Path(...), number: Annotated[int, Field(ge=1, le=2**63 - 1)] = Path(...)
    ) -> Any:
        case = case_of(request, code)
        found = Document.objects.filter(order=case.order, pk=number).select_related("blob").first()
        if found is None or not found.has_file or not (found.for_resident or request.auth.has(*CASE_ROLES)):
            raise Problem("missing")
        if masking.closed_to(case, request.auth):
            raise Denied(masking.CLOSED)
        look(request, case, timezone.now())
        return HttpResponse(
            files.content(found), content_type=found.mime,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename)}", "Cache-Control": "no-store"},
        )  # fmt: skip

    @writes("/orders/{code}/rating", _("评价"), scope="orders:write", gives=shapes.OrderAnswer)
    def rate_order(request: Call, body: shapes.Rated, at: datetime, code: Code = Path(...)) -> tuple[int, Any]:
        case = aim(request, code)
        try:
            closing.rate(case=case, by=request.auth, at=at, grade=body.grade, text=body.text, via="partner")
        except intake.Invalid as fault:
            raise of_form(fault.form, {}) from None
        return 200, shapes.order(case_of(request, code))

    @writes("/searches", _("按编号、电话、证件号或姓名查"), scope="people:read", gives=shapes.OrderList)
    def search_orders(request: Call, body: shapes.Sought, at: datetime) -> tuple[int, Any]:
        if not request.auth.has(*CASE_ROLES):
            raise Denied(_("只有办理的人能查找。"))
        if people.notice_for(body.purpose) is None:
            raise Problem("invalid", errors=[("purpose", _("请写明目的，用目的清单里的代码，例如 handle_request。"))])
        found = lists.search(request.auth, body.text)
        journal.write(
            stream="search", kind="searched", by=request.auth, at=at, purpose=body.purpose, found=len(found),
            text=keyed_hash(body.text, "search"),
        )  # fmt: skip
        return 200, {"orders": [shapes.order(c) for c in found]}

    @reads("/events", _("令牌范围内发生的事，按先后"), scope="orders:read", gives=shapes.EventPage)
    def follow_events(
        request: Call, after: Cursor | None = Query(None), limit: Annotated[int, Field(ge=1, le=1000)] = Query(200)
    ) -> Any:
        if after == "end":
            return {"events": [], "next": shapes.cursor(*journal.end()), "more": False}
        mark = shapes.numbers_of(after, 2)
        rows, reached, more = journal.follow(after=(mark[0], mark[1]) if mark else (0, 0))
        named = {e.order_id for e in rows if e.order_id}
        seen = set(lists.visible(request.auth).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
        told = [e for e in rows if e.order_id in seen]
        if len(told) > limit:
            told, more = told[:limit], True
            reached = (told[-1].txid, told[-1].pk)
        return {"events": [_event(e) for e in told], "next": shapes.cursor(*reached), "more": more}
