"""The simple ledger (简易调解登记): a dispute of two lines, registered, mediated and closed in one breath, agreed or not.

A village mediator enters it on a phone: five answers, one button. It is counted like every other mediation. What turns out to
be more than two lines goes on as a mediation of its own, with a code of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.parameters import Figure
from open12348.kernel.workdays import Unit, legal_day
from open12348.registry.models import Place, Practitioner
from open12348.spine import casework, lists
from open12348.spine.benches import Bench, Deed, bench
from open12348.spine.casework import Act, Refused
from open12348.spine.catalogue import Clock, Keep, Move, Outcome, Phase, Service, State
from open12348.spine.files import words
from open12348.spine.intake import said
from open12348.spine.journal import Turn
from open12348.spine.models import DocumentKind
from open12348.ui.fields import text

from . import committees, kinds
from .figures import FIRST, amount, the
from .forms import Entry, Kept
from .models import AgreementForm, Difficulty, Dispute, DisputeResult, DisputeSource, MediationAgreement, Performance

WRITING = frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER})
CODE = "mediation.ledger"
#: So many of the newest entries stand under the form.
MOST = 8


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 500)


class More(forms.Form):
    """What goes along when a dispute turns out to be more than two lines."""

    story = text(_("您和对方为了什么事"), 4, 4000)
    kind = forms.ChoiceField(label=_("哪一类"), choices=kinds.choices)


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the kind, no names."""
    with translation.override("zh-hans"):
        return f"{_('简易调解')}：{kinds.name_zh(str(content.get('kind') or ''))}"


def opponents(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side."""
    return [{"name": str(content.get("opponent") or ""), "phone": ""}]


def received(now: Turn, content: Mapping[str, Any]) -> None:
    """The row that is counted."""
    worker = Practitioner.objects.select_related("organisation").filter(pk=now.by.practitioner_id or 0).first()
    Dispute.objects.create(
        order=now.order, simple=True, source=DisputeSource.OWN, kind=str(content["kind"]), difficulty=Difficulty.SIMPLE,
        accepted_at=now.at, mediator=worker, committee=worker.organisation if worker else None,
        assigned_at=now.at if worker else None,
    )  # fmt: skip


def not_over(act: Act) -> Any:
    """Somebody whose term is over enters nothing as a mediator."""
    worker = Practitioner.objects.filter(pk=act.by.practitioner_id or 0).first()
    return committees.barred(worker, act.at) or None


def agreed(act: Act) -> None:
    """Agreed on the spot, by word of mouth, and done."""
    row = Dispute.objects.get(order=act.order)
    day = legal_day(act.at)
    MediationAgreement.objects.create(
        dispute=row, form=AgreementForm.ORAL, content=str(said(act.order).get("told") or ""), made_at=act.at, effective_on=day,
        performance=Performance.DONE, performed_on=day,
    )  # fmt: skip
    _ended(act, DisputeResult.AGREED)


def failed(act: Act) -> None:
    """Not agreed: counted as such, never left out."""
    _ended(act, DisputeResult.FAILED)


def _ended(act: Act, result: str) -> None:
    Dispute.objects.filter(order=act.order).update(result=result, ended_on=legal_day(act.at))


def withdrawn(act: Act) -> None:
    """A wrong entry: it stays, and counts as nothing."""
    _ended(act, DisputeResult.WITHDRAWN)


def restarted(act: Act) -> None:
    """The entry was not right: it is open again."""
    row = Dispute.objects.get(order=act.order)
    row.result, row.ended_on = "", None
    row.save(update_fields=["result", "ended_on"])
    row.agreements.filter(superseded_at__isnull=True).update(superseded_at=act.at)
    words(act.turn, str(act.data["reason"]), kind=DocumentKind.NOTE, for_resident=False)


def promoted(act: Act) -> None:
    """What is more than two lines gets a code of its own; the entry stays as it was."""
    content = {"story": act.data["story"], "kind": act.data["kind"], "opponent": said(act.order).get("opponent") or ""}
    came = casework.open_linked(act.turn, service="mediation.ask", said=content, kind="linked", item_code="D01")
    act.turn.write("opened_beside", to=came.code, service="mediation.ask")


def _figure() -> Figure:
    return the("ledger", FIRST)


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE, name=_("简易调解登记"), form=Kept, business="06", initial="received", roles=WRITING,
        takers=frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER}), title=title, opponents=opponents, received=received, neutral=True,
        topic=lambda content: str(content.get("kind") or ""), desk=("settle", "fail"),
        example={"kind": "02", "told": "为浇水先后争吵，说好单双日轮流。", "opponent": "示例乙"},
        states=(
            State("received", _("已登记"), Phase.OPEN, _("已经登记。")),
            State("settled", _("谈成了"), Phase.DONE, _("双方谈成了，口头约定也有效。")),
            State("failed", _("没谈成"), Phase.DONE, _("这次没有谈成，可以申请正式调解，也可以走其他的路。")),
            State("withdrawn", _("已作废"), Phase.DONE, _("这条登记已作废。")),
        ),
        outcomes=(
            Outcome("settled", _("谈成了")), Outcome("failed", _("没谈成"), good=False), Outcome("withdrawn", _("已作废")),
        ),
        moves=(
            Move("settle", _("谈成了"), {"received"}, "settled", WRITING, guard=not_over, effect=agreed, outcome="settled",
                 takes=True, primary=True),
            Move("fail", _("没谈成"), {"received"}, "failed", WRITING, guard=not_over, effect=failed, outcome="failed", takes=True),
            Move("promote", _("转为正式调解"), {"received", "failed"}, "", WRITING, form=More, effect=promoted,
                 example={"story": "为浇水先后争吵，打了起来", "kind": "02"},
                 help=_("另给一个编号，两件互相看得到。")),
            Move("withdraw", _("登记错了，作废"), {"received"}, "withdrawn", WRITING, form=Reason, effect=withdrawn,
                 outcome="withdrawn"),
            Move("reopen", _("改正登记"), {"settled", "failed", "withdrawn"}, "received", WRITING, form=Reason, effect=restarted),
        ),
        clocks=(
            Clock("ledger", _("登记完"), amount("ledger"), Unit.WORKDAYS, starts={"receive", "reopen"},
                  stops={"settle", "fail", "withdraw", "merge"}, basis=_figure().basis, sure=False, who=Role.PROVIDER),
        ),
        keep=Keep(5, "简易调解登记册，地方档案期限表", sure=False),
    )  # fmt: skip


# The page on which it is entered


def place_of(by: Actor) -> Place | None:
    """Where somebody mediates: their own place, else the one that answers for their village, township or county."""
    grants = [g for g in by.grants if g.role in WRITING and g.covers_line("mediation")]
    own = next((g.place_id for g in grants if g.place_id is not None), None)
    if own is not None:
        return Place.objects.select_related("division", "county").filter(pk=own).first()
    unit = next((g.division_id for g in grants if g.division_id is not None), None)
    found = Place.objects.select_related("division", "county").filter(valid_to__isnull=True)
    here = found.filter(division_id=unit or 0).order_by("kind", "pk")
    return here.filter(kind="centre").first() or here.first()


def enter(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    """Register, mediate and close in one breath. Out: the sentence of success with the code."""
    place = place_of(by)
    if place is None:
        raise Refused(_("还不知道您在哪个村或者社区调解，请管理员设好地点。"))
    order = casework.receive_and_make(
        move="settle" if data["ended"] == "agreed" else "fail", service=CODE,
        said={"kind": data["kind"], "told": data["told"], "opponent": data["other"]},
        contact={"name": data["one"], "reply_by": "here", "division": place.division.code, "behalf": "clerk"},
        channel="workroom" if place.kind == "workroom" else "desk", by=by, at=at, place=place,
    )  # fmt: skip
    return str(_("已登记，编号 %(code)s。") % {"code": numbers.group(order.code)})


def _form(data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> Entry:
    form = Entry(data, auto_id="l_%s")
    form.fields["one"].widget.attrs |= {"autofocus": True, "autocomplete": "off", "enterkeyhint": "next"}
    form.fields["other"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "next"}
    form.fields["told"].widget.attrs |= {"enterkeyhint": "done"}
    return form


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The newest entries of the actor's sight: a line each."""
    rows = (
        lists.visible(by, offered=False)
        .filter(service=CODE)
        .select_related("order", "place")
        .order_by("-received_at")[:MOST]
    )
    services = {"settled": "done", "failed": "late", "received": "wait", "withdrawn": ""}
    labels = {s.code: s.label for s in service().states}
    return {
        "rows": [
            {"code": c.order.code, "kind": kinds.name(c.topic), "on": c.received_at, "state": labels[c.state],
             "tone": services[c.state]}
            for c in rows
        ]
    }  # fmt: skip


bench(
    Bench(
        code="mediation.ledger", label=_("简易调解登记"), roles=WRITING, template="mediation/ledger.html", show=show,
        deeds=(Deed("enter", _("登记"), WRITING, enter, form=_form),),
        help=_("小纠纷当场谈、当场记：五个空，不到半分钟。没谈成的也要记。"),
    )
)  # fmt: skip
