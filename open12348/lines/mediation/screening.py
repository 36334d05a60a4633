"""Looking for disputes (矛盾纠纷排查, item D08): a round is one order; each dispute it comes upon becomes a case of its own, once.

A round that comes upon a dispute which is registered already names that case instead of making another: the register counts
a dispute once, the round counts what it came upon. A resident may ask for a look; what they say is an order like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Role
from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import Unit, legal_day
from open12348.spine import intake, lists
from open12348.spine.casework import Act, Refused
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State, Term, offer
from open12348.spine.files import words
from open12348.spine.journal import Turn
from open12348.spine.models import Case, Channel, DocumentKind, Link, Order
from open12348.ui.fields import CodeField, LenientDateField, NameField, PhoneField

from . import kinds, twins
from .committee_models import DisputeFind, ScreeningRound
from .figures import HERE

CODE = "mediation.screening"
STAFF = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})
ROUNDS = (
    ("asked", _("群众反映")), ("weekly", _("每周排查")), ("monthly", _("每月排查")), ("special", _("专项排查")),
)  # fmt: skip
MOST_DAYS = 92


def the(name: str, day: date) -> Figure:
    """A figure of screening on a day, the pack's over ours; before the first of them, the first."""
    return figure(layers(HERE / "parameters" / "screening", "mediation/screening"), name, max(day, date(2020, 1, 1)))


def _words(label: Any, rows: int = 3, most: int = 2000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **more
    )


class Begin(forms.Form):
    """What is looked at; staff say which round it is."""

    about = _words(_("哪里有矛盾、排查什么"), help_text=_("写地方和事情；可以不写人的姓名。"))
    kind = forms.ChoiceField(label=_("哪一种排查"), choices=ROUNDS, required=False)
    first = LenientDateField(label=_("从哪天起"), required=False)
    last = LenientDateField(label=_("到哪天止"), required=False)

    def clean(self) -> dict[str, Any]:
        """Days in order, and no round without an end."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("结束的日子不能早于开始的日子。"))
        if first and last and (last - first).days > MOST_DAYS:
            self.add_error("last", say(_("一轮排查最长 %(n)s 天，请分成几轮。"), n=MOST_DAYS))
        return data


class Found(forms.Form):
    """A dispute that was come upon: enough to register it."""

    story = _words(_("为了什么事"))
    kind = forms.ChoiceField(label=_("哪一类"), choices=kinds.first_level)
    one = NameField(label=_("一方"), max_length=60)
    one_phone = PhoneField(label=_("一方电话"), required=False)
    other = NameField(label=_("另一方"), max_length=60)
    other_phone = PhoneField(label=_("另一方电话"), required=False)
    people = forms.IntegerField(label=_("两边一共几个人"), min_value=2, max_value=9999, required=False)
    another = forms.BooleanField(label=_("和已经登记的不是同一件，已核对"), required=False)

    def clean(self) -> dict[str, Any]:
        """Two sides are two."""
        data = super().clean() or {}
        if data.get("one") and data.get("one") == data.get("other"):
            self.add_error("other", _("双方写成了同一个人，请核对。"))
        if data.get("one_phone") and data.get("one_phone") == data.get("other_phone"):
            self.add_error("other_phone", _("双方的电话一样，请核对。"))
        return data


class Known(forms.Form):
    """A dispute that is registered already."""

    code = CodeField(label=_("已经登记的案件编号"))


class Report(forms.Form):
    """What the round came to."""

    people = forms.IntegerField(label=_("多少人参加排查"), min_value=1, max_value=99_999)
    households = forms.IntegerField(label=_("走访多少户"), min_value=0, max_value=999_999, required=False)
    prevented = forms.IntegerField(
        label=_("没有成为纠纷、当场化解的（件）"),
        min_value=0,
        max_value=9999,
        required=False,
        help_text=_("已经登记成纠纷的不算在这里。"),
    )
    note = _words(_("排查情况"), 3, 2000, required=False)


class Reason(forms.Form):
    """A reason."""

    reason = _words(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason, if somebody likes to give one."""

    reason = _words(_("理由"), 2, 1000, required=False)


def row_of(order_id: int) -> ScreeningRound:
    """The round's row."""
    return ScreeningRound.objects.get(order_id=order_id)


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """The round's row: its days, and which round it is."""
    first = said.get("first") or legal_day(turn.at)
    kind = str(said.get("kind") or "asked")
    days = int(the(f"{kind}_days", first).value) if kind in {"weekly", "monthly"} else 1
    ScreeningRound.objects.create(
        order=turn.order, kind=kind, first=first, last=said.get("last") or first + timedelta(days=days - 1)
    )


def register(act: Act) -> None:
    """A dispute that was come upon becomes a case of its own. Errors: Refused when its two sides have one already."""
    data, order = act.data, act.order
    contact = {
        "name": data["one"], "phone": data.get("one_phone") or "", "language": order.language, "reply_by": "phone" if data.get("one_phone") else "here",
        "division": order.division.code if order.division else "", "behalf": "cadre", "helper_name": act.by.name[:60] or str(_("排查人员")),
    }  # fmt: skip
    said = {
        "story": data["story"], "kind": data["kind"], "opponent": data["other"], "opponent_phone": data.get("other_phone") or "",
        "people": data.get("people") or "", "source": "own",
    }  # fmt: skip
    came = intake.receive(
        service="mediation.ask", said=said, contact=contact, channel=Channel.VISIT.value, by=act.by, at=act.at, place=act.case.place, first=order,
    ).order  # fmt: skip
    if not data.get("another") and (same := twins.of(came.case, act.at)):
        seen = [c for c in same if lists.may_see(act.by, c)]
        if seen:
            raise Refused(
                say(_("这两个人的纠纷已经登记：%(codes)s。请用“已经登记过”填编号；确实不是同一件的，勾上再登记。"),
                    codes="、".join(numbers.group(c.order.code) for c in seen))
            )  # fmt: skip
        raise Refused(
            say(_("这两个人的纠纷在%(place)s已经登记。确实不是同一件的，勾上再登记。"), place=same[0].place.name)
        )
    Link.objects.create(first=order, second=came, kind="linked", at=act.at, by=act.by.label)
    DisputeFind.objects.create(round=row_of(order.pk), dispute=came, at=act.at, by=act.by.label)
    act.turn.write("linked", code=came.code)


def already(act: Act) -> None:
    """The round came upon a dispute that has its case. Errors: Refused (no such dispute in sight, named in this round before)."""
    found = lists.get(act.by, str(act.data["code"]))
    if (
        found is None
        or not found.service.startswith("mediation.")
        or found.service == CODE
        or not hasattr(found.order, "dispute")
    ):
        raise Refused(_("没有这个编号的纠纷，或者不在您的范围。"))
    try:
        with transaction.atomic():
            DisputeFind.objects.create(
                round=row_of(act.order.pk), dispute=found.order, was_known=True, at=act.at, by=act.by.label
            )
    except IntegrityError:
        raise Refused(_("这一轮已经记过这件纠纷。")) from None
    act.turn.write("linked", code=found.order.code)


def reported(act: Act) -> None:
    """What the round came to is fixed: how many new disputes, how many known, how many settled before they were any."""
    row, data = row_of(act.order.pk), act.data
    row.found = row.finds.filter(was_known=False).count()
    row.known = row.finds.filter(was_known=True).count()
    row.people, row.households = data["people"], data.get("households")
    row.prevented, row.reported_on = data.get("prevented") or 0, legal_day(act.at)
    row.save()
    note(act)


def may_report(act: Act) -> Any:
    """Not before its first day."""
    row = row_of(act.order.pk)
    return _("这一轮还没有开始。") if row.first > legal_day(act.at) else None


def again(act: Act) -> None:
    """Taken up again: what was fixed is open."""
    ScreeningRound.objects.filter(order_id=act.order.pk).update(found=None, known=None, reported_on=None, prevented=0)
    note(act)


def note(act: Act) -> None:
    """Words that stay in the file."""
    if text := str(act.data.get("note") or act.data.get("reason") or "").strip():
        words(act.turn, text, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))


def panels(case: Case, actor: Any, _at: datetime) -> list[Panel]:
    """The disputes a round came upon, as far as they are in sight, and how they stand."""
    row = ScreeningRound.objects.filter(order_id=case.pk).first()
    if row is None:
        return []
    finds = list(row.finds.select_related("dispute__case__place").order_by("pk"))
    seen = set(lists.visible(actor).filter(pk__in=[f.dispute_id for f in finds]).values_list("pk", flat=True))
    from open12348.spine import catalogue

    rows = [
        {"find": f, "code": f.dispute.code, "kind": kinds.name(f.dispute.case.topic), "state": catalogue.of(f.dispute.case).state(f.dispute.case.state).label}
        for f in finds if f.dispute_id in seen
    ]  # fmt: skip
    return [
        Panel(title=_("排查发现的纠纷"), template="mediation/panel_screening.html",
              context={"round": row, "kind": dict(ROUNDS)[row.kind], "rows": rows, "away": len(finds) - len(rows)})
    ]  # fmt: skip


def title(said: Mapping[str, Any]) -> str:
    """Which round."""
    with translation.override("zh-hans"):
        return f"{_('矛盾纠纷排查')}：{dict(ROUNDS).get(str(said.get('kind') or 'asked'), '')}"


def of_dispute(order: Order) -> DisputeFind | None:
    """The round that came upon a dispute first; None when none did."""
    return DisputeFind.objects.filter(dispute=order, was_known=False).select_related("round").first()


def _term(day: date) -> Term:
    found = the("report_days", day)
    return Term(int(found.value), Unit.WORKDAYS, found.basis, found.sure)


offer(
    Service(
        code=CODE,
        name=_("矛盾纠纷排查"),
        form=Begin,
        business="06",
        initial="going",
        items={"D08"},
        roles=STAFF,
        title=title,
        received=received,
        panels=panels,
        states=(
            State("going", _("排查中"), Phase.OPEN, _("调解组织正在了解情况。")),
            State("reported", _("已上报"), Phase.DONE, _("已经了解过，发现的纠纷由调解组织办理。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("已撤回。")),
        ),
        outcomes=(Outcome("reported", _("排查完毕")), Outcome("withdrawn", _("撤回"))),
        moves=(
            Move("found", _("登记发现的纠纷"), {"going"}, "going", STAFF, form=Found, effect=register, primary=True,
                 help=_("每件纠纷单独立案，只算一次。"), example={"one": "示例甲", "other": "示例乙", "one_phone": "", "other_phone": "", "another": "on"}),
            Move("known", _("已经登记过"), {"going"}, "", STAFF, form=Known, effect=already, help=_("这件纠纷已有案件编号的，填编号，不另立案。")),
            Move("report", _("上报这一轮"), {"going"}, "reported", STAFF, form=Report, guard=may_report, effect=reported, outcome="reported",
                 notices=(Notice("officer", _("排查（%(code)s）已上报。")),)),
            Move("withdraw", _("撤回"), {"going"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.OFFICER}, form=OptionalReason, effect=note,
                 outcome="withdrawn"),
            Move("reopen", _("重新排查"), {"reported", "withdrawn"}, "going", {Role.CLERK, Role.OFFICER}, form=Reason, effect=again),
        ),
        clocks=(
            Clock("report", _("上报排查结果"), _term(date.max).amount, Unit.WORKDAYS, starts={"receive", "reopen"}, stops={"report", "withdraw", "merge"},
                  basis=_term(date.max).basis, sure=False, term=_term),
        ),
        keep=Keep(10, "排查台账，地方档案期限表", sure=False),
    )
)  # fmt: skip
