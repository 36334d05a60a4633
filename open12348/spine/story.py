"""A case as a story: what was said, written, brought and decided, in order, in sentences of the reader's language.

The journal stays what it is; here its lines are read out. Lines of one turn (one act of one person) make one paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open12348.kernel.numbers import group
from open12348.registry import items
from open12348.registry.models import Account, Place

from . import catalogue, intake
from .catalogue import Service
from .models import Case, DeliveryWay, Document, DocumentKind, Event, Grade, Order


@dataclass
class Paragraph:
    """One act: when, by whom, in a sentence; what was said or brought with it; what followed from it (`minor`)."""

    at: datetime
    by: str
    title: str = ""
    kind: str = ""  # late | wait | done | minor: how it is marked
    said: list[tuple[Any, str]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    minor: list[str] = field(default_factory=list)
    seq: int = 0
    came_in: bool = False

    @property
    def internal(self) -> bool:
        """True when all that belongs to it is for the office only."""
        return bool(self.documents) and not any(d.for_resident for d in self.documents)


def subject(case: Case, names: dict[str, str] | None = None) -> str:
    """What a need is about, without anybody's words: the service and its topic, or the item, in the reader's language.

    In: `names` the names of items by code, where a list is drawn (else one is looked up).
    """
    service = catalogue.of(case)
    if case.topic:
        label = topics(service).get(case.topic)
        if label:
            return _("%(service)s：%(topic)s") % {"service": service.name, "topic": label}
    if service.fallback and case.order.item_code:
        known = names if names is not None else item_names([case.order.item_code])
        if known.get(case.order.item_code):
            return known[case.order.item_code]
    return str(service.name)


def item_names(codes: Iterable[str] = ()) -> dict[str, str]:
    """Names of published items by code (all, or those asked for), in the reader's language."""
    found = items.on_list().only("code", "name_zh", "name_ug", "name_en")
    wanted = set(codes)
    if wanted:
        found = found.filter(code__in=wanted)
    return {item.code: item.name for item in found}


def topics(service: Service) -> dict[str, str]:
    """The topics of a service by code: as it names them itself, or as its form offers them."""
    if service.topics is not None:
        return {code: str(name) for code, name in service.topics().items()}
    form_field = service.form.base_fields.get("topic")
    return {str(k): str(v) for k, v in intake.choices_of(form_field) if k}


def who(event: Event, order: Order) -> str:
    """Who acted, in words: the name of a member of staff, the person themselves, another system, the system."""
    if event.actor_name:
        return event.actor_name
    if event.actor.startswith("resident:"):
        people = {p for p in event.actor.removeprefix("resident:").split(",") if p}
        return _("代办人") if order.helper_id and str(order.person_id) not in people else _("本人")
    if event.actor.startswith("token:"):
        return _("对接系统")
    if event.actor == "nobody":
        return _("网上提交，没有登录")
    return _("系统")


def sentence(event: Event, service: Service, places: dict[str, str], accounts: dict[int, str]) -> tuple[str, str]:
    """One line of the journal in words, and how it is marked (late | wait | done | minor | "").

    An unknown kind (an older or newer program wrote it) is named as it stands, never left out.
    """
    data, kind = event.data, event.kind
    place = places.get(str(data.get("place") or data.get("target") or ""), "")
    clock = _clock_name(service, str(data.get("clock") or ""))
    code = group(str(data.get("to") or data.get("into") or data.get("code") or ""))
    told: dict[str, tuple[str, str]] = {
        "received": (_("收到，由%(place)s办理") % {"place": place}, ""),
        "reopened": (_("重新办理，第 %(n)s 次") % {"n": data.get("times") or 1}, "wait"),
        "ended": (_("办结：%(how)s") % {"how": _outcome_name(service, str(data.get("outcome") or ""))}, "done"),
        "clock_started": (_("期限“%(clock)s”开始计算") % {"clock": clock}, "minor"),
        "clock_stopped": ((_("期限“%(clock)s”结束，已超期") if data.get("late") else _("期限“%(clock)s”结束，没有超期")) % {"clock": clock}, "minor"),
        "clock_paused": (_("期限“%(clock)s”暂停计算") % {"clock": clock}, "minor"),
        "clock_resumed": (_("期限“%(clock)s”继续计算") % {"clock": clock}, "minor"),
        "clock_extended": (_("期限“%(clock)s”延长 %(n)s") % {"clock": clock, "n": data.get("amount") or ""}, "minor"),
        "clock_recomputed": (_("放假安排公布，期限“%(clock)s”重新计算") % {"clock": clock}, "minor"),
        "window_closed": (_("“%(clock)s”的时间到了") % {"clock": clock}, "minor"),
        "aim_missed": (_("内部目标“%(clock)s”没有达到") % {"clock": clock}, "minor"),
        "limit_near": (_("期限“%(clock)s”快到了，已提醒") % {"clock": clock}, "minor"),
        "lapse_near": (_("时效或期限快到了，已提醒"), "minor"),
        "late": (_("期限“%(clock)s”已超过") % {"clock": clock}, "late"),
        "extension_asked": (_("申请延长期限“%(clock)s” %(n)s") % {"clock": clock, "n": data.get("amount") or ""}, "wait"),
        "extension_answered": (_("同意延长期限") if data.get("granted") else _("不同意延长期限"), ""),
        "correction_asked": (_("请当事人补充 %(n)s 项，暂停计时") % {"n": data.get("count") or 1}, "wait"),
        "correction_answered": (_("补充的内容到了，恢复计时"), ""),
        "document": (_document_words(str(data.get("what") or "")), ""),
        "merged": (_("并入 %(code)s") % {"code": code}, "done"),
        "merged_in": (_("%(code)s 并到这里") % {"code": code}, ""),
        "private_note": (_("保密的谈话记录有变动，内容只有当事人和办理人能看"), "minor"),
        "linked": (_("和 %(code)s 关联") % {"code": code}, ""),
        "split": (_("分出一件，编号 %(code)s") % {"code": code}, ""),
        "paper_one_side": (_("一份文书只出了中文，另一种文字待核对"), "wait"),
        "opened_beside": (_("另开一件，编号 %(code)s") % {"code": code}, ""),
        "sent_on": (_("转为另一项服务，编号 %(code)s") % {"code": code}, ""),
        "assigned": (
            (_("交给%(name)s办理") % {"name": accounts.get(data.get("account") or 0, _("同事"))})
            if data.get("account") or data.get("practitioner") else _("从办理人手上收回"), "",
        ),
        "joined": (_("%(name)s一起办理") % {"name": accounts.get(data.get("account") or 0, _("同事"))}, ""),
        "transfer_asked": (_("请%(place)s接手") % {"place": place}, "wait"),
        "transfer_accepted": (_("%(place)s接手") % {"place": place}, ""),
        "transfer_returned": (_("对方退回，第 %(n)s 次") % {"n": data.get("returns") or 1}, "late"),
        "to_coordinator": (_("两次退回，交协调人决定"), "late"),
        "sealed_off": (_("列为密件，只有承办人和经允许的人能看"), "minor"),
        "opened_up": (_("不再是密件"), "minor"),
        "let_in": (_("允许另 %(n)s 人查看这件密件") % {"n": len(data.get("accounts") or [])}, "minor"),
        "recused": (_("%(name)s回避（%(basis)s）") % {
            "name": accounts.get(data.get("account") or 0, _("承办人员")), "basis": data.get("basis") or ""
        }, ""),
        "party_added": (_("补登了相关的人"), ""),
        "handed_over": (_("承办人停止执业，退回另行安排"), "late"),
        "map_changed": (_("区划调整，归属县（市）改变"), "minor"),
        "rated": ((_("评价：%(grade)s") % {"grade": _grade_name(data.get("grade"))}), "late" if data.get("bad") else "done"),
        "called_back": (_("就不满意的评价回访"), "done"),
        "paper_issued": (_("出具文书，编号 %(number)s") % {"number": data.get("number") or ""}, ""),
        "paper_revoked": (_("撤回文书 %(number)s") % {"number": data.get("number") or ""}, "late"),
        "paper_sent": (_("送出文书，%(way)s") % {"way": _way_name(str(data.get("way") or ""))}, "wait"),
        "paper_received": (_("文书已送到，%(way)s") % {"way": _way_name(str(data.get("way") or ""))}, "done"),
        "paper_failed": (_("文书没有送到"), "late"),
        "quality_graded": (_("案卷评查的等次已定"), "minor"),
        "hands_ended": (_("办结满规定的时间，办理人不再看到这件事"), "minor"),
        "licence_lost": (_("办理人停止执业，已提醒另派"), "late"),
        "alarm": (_("列为加急，已告诉单位和负责人"), "late"),
    }  # fmt: skip
    if kind == "move":
        return _move_name(service, str(data.get("move") or "")), ""
    return told.get(kind, (_("记录：%(kind)s") % {"kind": kind}, "minor"))


def _move_name(service: Service, code: str) -> str:
    try:
        return str(service.move(code).label)
    except KeyError:
        return code


def _clock_name(service: Service, code: str) -> str:
    return next((str(c.label) for c in service.clocks if c.code == code), code)


def _outcome_name(service: Service, code: str) -> str:
    return next((str(o.label) for o in service.outcomes if o.code == code), code)


def _grade_name(value: Any) -> str:
    return str(Grade(value).label) if value in Grade.values else "—"


def _way_name(code: str) -> str:
    return str(DeliveryWay(code).label) if code in DeliveryWay.values else "—"


def _document_words(what: str) -> str:
    return {
        DocumentKind.UPLOAD.value: _("交来材料"), DocumentKind.NOTE.value: _("内部记录"),
        DocumentKind.MESSAGE.value: _("留言"), DocumentKind.ANSWER.value: _("答复"),
        DocumentKind.QUESTION.value: _("补充要求"), DocumentKind.PAPER.value: _("出具文书"),
    }.get(what, _("材料"))  # fmt: skip


def _begins_another(event: Event) -> bool:
    said = event.data.get("what") in {DocumentKind.ANSWER.value, DocumentKind.NOTE.value, DocumentKind.MESSAGE.value}
    return event.kind == "move" or (event.kind == "document" and said)


def read(order: Order, events: list[Event], *, after: int = 0) -> list[Paragraph]:
    """The story of a case, oldest first. In: its journal; `after` leaves out what stands up to a line."""
    service = catalogue.of(order.case)
    codes = {str(e.data[k]) for e in events for k in ("place", "target", "origin") if e.data.get(k)}
    places = {p.code: p.name for p in Place.objects.filter(code__in=codes)} if codes else {}
    named = {"assigned", "joined", "recused"}
    given = {e.data["account"] for e in events if e.kind in named and e.data.get("account")}
    accounts = dict(Account.objects.filter(pk__in=given).values_list("pk", "name")) if given else {}
    documents = {d.pk: d for d in order.documents.select_related("blob")}
    told: list[Paragraph] = []
    for event in events:
        if event.seq <= after:
            continue
        here = told[-1] if told and told[-1].at == event.at and told[-1].by == who(event, order) else None
        if here is not None and here.came_in and _begins_another(event):
            here = None  # taken down and answered in one breath: two things all the same
        if here is None:
            here = Paragraph(event.at, who(event, order), seq=event.seq)
            told.append(here)
        words, mark = sentence(event, service, places, accounts)
        if event.kind == "paper_issued" and event.data.get("document") in documents:
            here.documents.append(documents[event.data["document"]])
        if event.kind == "document" and event.data.get("document") in documents:
            here.documents.append(documents[event.data["document"]])
            if not here.title:
                here.title = words
            continue
        if mark == "minor" or (event.kind == "ended" and here.title and not here.kind):
            here.minor.append(words)
            here.kind = here.kind or ("done" if event.kind == "ended" else "")
        elif not here.title or (
            here.documents and not here.minor and here.title == _document_words(here.documents[0].kind)
        ):
            here.title, here.kind = words, mark
        else:
            here.minor.append(words)
            here.kind = here.kind or mark
        if event.kind == "rated":
            here.said = [(_("当事人说"), r.text) for r in order.ratings.all() if r.at == event.at and r.text]
        if event.kind == "received":
            here.said, here.came_in = intake.said_rows(order, service), True
    for paragraph in told:
        if not paragraph.title and paragraph.minor:
            paragraph.title, paragraph.kind = paragraph.minor.pop(0), paragraph.kind or "minor"
    return told
