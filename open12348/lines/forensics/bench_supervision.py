"""Two benches of supervision: measures about institutions with what each is in law, and the yearly credit rating."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.numbers import group
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation, OrganisationKind
from open12348.spine import catalogue, intake, lists
from open12348.spine.benches import Bench, Deed, bench
from open12348.spine.casework import Refused
from open12348.spine.models import Channel
from open12348.ui.fields import CodeField, LenientDateField, line, text

from . import credit, impartial, measures, penalties
from .bench_register import _place_of, path_of
from .complaint_models import ForensicComplaint, MeasureNature, MeasureState, SupervisionMeasure
from .credit_models import CreditRating, RatingState

OFFICE = impartial.OFFICE
GROUP = _("司法鉴定管理")
GOING = (MeasureState.PROPOSED, MeasureState.HEARD, MeasureState.RUNNING)


def _houses(by: Actor) -> list[tuple[str, str]]:
    rows = Organisation.objects.filter(
        kind=OrganisationKind.FORENSIC, division__path__startswith=path_of(by, *OFFICE), valid_to__isnull=True
    )
    return [(str(o.pk), o.name) for o in rows.order_by("name_zh")]


class Proposing(forms.Form):
    """A measure: about whom, what it is, which facts and article, and what it rests on."""

    organisation = forms.ChoiceField(label=_("对哪个机构"))
    nature = forms.ChoiceField(label=_("哪种措施"), choices=MeasureNature.choices)
    facts = text(_("事实"), 3, 3000)
    basis = line(_("依据的条款"), 200)
    deadline = LenientDateField(label=_("整改到哪一天（约谈、整改的）"), required=False)
    complaint = CodeField(label=_("来自哪件投诉（编号）"), required=False)
    penalty = CodeField(label=_("处罚案件的编号（对外通报批评的）"), required=False)
    list_item = line(_("失信惩戒清单条目"), 60, required=False)

    def __init__(self, *args: Any, by: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = _houses(by)


class OfMeasure(forms.Form):
    """Which measure."""

    measure = forms.IntegerField(widget=forms.HiddenInput)


class Hearing(OfMeasure):
    """What the institution says."""

    statement = text(_("机构怎么说"), 3, 3000)


class Rechecking(OfMeasure):
    """What the re-check found."""

    found = text(_("复查看到的情况"), 3, 3000)
    met = forms.ChoiceField(
        label=_("改好了吗"), choices=[("yes", _("改好了")), ("no", _("没有改好"))], widget=forms.RadioSelect
    )


def _measures(by: Actor) -> Any:
    return SupervisionMeasure.objects.filter(organisation__division__path__startswith=path_of(by, *OFFICE)).select_related(
        "organisation", "proposed_by", "decided_by", "complaint__order"
    )  # fmt: skip


def show_measures(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Measures under way, what is due first first; below, those that are over, and the penalty cases."""
    day = legal_day(at)
    rows = sorted(_measures(by).filter(state__in=GOING), key=lambda m: (m.deadline or day, m.pk))
    cases = (
        lists.visible(by, offered=False).filter(service=penalties.CODE).select_related("order").order_by("-received_at")
    )
    return {
        "rows": [
            {
                "m": m, "late": m.deadline is not None and m.deadline < day and m.state == MeasureState.RUNNING,
                "own": m.proposed_by_id == by.account_id,
            }
            for m in rows
        ],
        "over": list(_measures(by).exclude(state__in=GOING).order_by("-proposed_at")[:20]),
        "cases": [{"case": c, "state": catalogue.of(c).state(c.state).label} for c in cases[:20]],
    }  # fmt: skip


def _measure(by: Actor, data: Mapping[str, Any]) -> SupervisionMeasure:
    row = _measures(by).filter(pk=data["measure"]).first()
    if row is None:
        raise Refused(_("没有这项措施，或者不归您管。"))
    return row


def _propose(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    complaint = None
    if data.get("complaint"):
        complaint = ForensicComplaint.objects.filter(
            order__code=data["complaint"], order__case__in=lists.visible(by, offered=False)
        ).first()
        if complaint is None:
            raise Refused(_("没有这件司法鉴定投诉，请核对编号。"))
    measures.propose(
        organisation=Organisation.objects.select_related("division").get(pk=data["organisation"]), nature=data["nature"],
        facts=data["facts"], basis=data["basis"], deadline=data.get("deadline"), penalty_code=str(data.get("penalty") or ""),
        list_item=str(data.get("list_item") or ""), complaint=complaint, by=by, at=at,
    )  # fmt: skip
    return _("已提出。请先听取机构的意见，再由另一位负责人决定。")


def _hear(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    measures.heard(measure=_measure(by, data), statement=data["statement"], by=by, at=at)
    return _("已记下机构的意见。")


def _decide(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    measures.decide(measure=_measure(by, data), by=by, at=at)
    return _("已决定。")


def _drop(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    measures.decide(measure=_measure(by, data), by=by, at=at, take=False)
    return _("已决定不采取措施。")


def _recheck(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    measures.recheck(measure=_measure(by, data), met=data["met"] == "yes", found=data["found"], by=by, at=at)
    return _("已记下复查结果。")


def _open_penalty(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    order = intake.receive(
        service=penalties.CODE, said=dict(data), contact={"reply_by": "none"}, channel=Channel.DESK, by=by, at=at, place=_place_of(by)
    ).order  # fmt: skip
    return _("已立案，编号 %(code)s。") % {"code": group(order.code)}


bench(
    Bench(
        code="forensics.measures",
        label=_("司法鉴定监督措施"),
        help=_("约谈、整改、移送协会，和处罚案件。对外通报批评是行政处罚，要先有处罚决定。"),
        roles=OFFICE,
        template="forensics/measures.html",
        show=show_measures,
        group=GROUP,
        deeds=(
            Deed("propose", _("提出一项措施"), OFFICE, _propose, form=Proposing),
            Deed("hear", _("记下机构的意见"), OFFICE, _hear, form=Hearing),
            Deed("decide", _("决定采取"), OFFICE, _decide, form=OfMeasure),
            Deed("drop", _("不采取"), OFFICE, _drop, form=OfMeasure),
            Deed("recheck", _("复查"), OFFICE, _recheck, form=Rechecking),
            Deed("open", _("处罚立案"), OFFICE, _open_penalty, form=penalties.Found),
        ),
    )
)


# Credit rating


class Rating(forms.Form):
    """A level for an institution's year, with the reason."""

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.filter(kind=OrganisationKind.FORENSIC), widget=forms.HiddenInput
    )
    year = forms.IntegerField(widget=forms.HiddenInput)
    level = forms.ChoiceField(label=_("拟定等级"))
    capability_failed = forms.IntegerField(label=_("没有通过的能力验证（项）"), min_value=0, max_value=50, initial=0)
    reason = text(_("理由"), 2, 1000)

    def __init__(self, *args: Any, by: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _levels(self, at)


class Anew(Rating):
    """The same again after a major event."""

    why_anew = line(_("发生了什么重大情况"), 300)


class OfRating(forms.Form):
    """Which rating."""

    rating = forms.IntegerField(widget=forms.HiddenInput)


class Words(OfRating):
    """What is objected, or answered."""

    said = text(_("意见和理由"), 3, 4000)


class Deciding(OfRating):
    """The level that is decided."""

    level = forms.ChoiceField(label=_("决定等级"))

    def __init__(self, *args: Any, by: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _levels(self, at)


def _levels(form: forms.Form, at: datetime) -> None:
    choice = form.fields["level"]
    assert isinstance(choice, forms.ChoiceField)
    choice.choices = [(level, level) for level in credit.levels(legal_day(at))]


def _own(by: Actor) -> list[int]:
    """The institutions that an actor takes cases for."""
    ids = [
        g.organisation_id
        for g in by.grants
        if g.role is Role.PROVIDER and g.organisation_id and g.covers_line("forensics")
    ]
    return list(Organisation.objects.filter(pk__in=ids, kind=OrganisationKind.FORENSIC).values_list("pk", flat=True))


def may_open(by: Actor) -> bool:
    """The bureau, and institutions for their own rating."""
    return by.has(*OFFICE) or bool(_own(by))


def _ratings(by: Actor) -> Any:
    found = CreditRating.objects.select_related(
        "organisation__division__county", "proposed_by", "decided_by", "posting"
    )
    if by.has(*OFFICE):
        return found.filter(organisation__division__path__startswith=path_of(by, *OFFICE))
    return found.filter(organisation__in=_own(by)).exclude(state=RatingState.PROPOSED)


def show_credit(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Last year's ratings: how far each is, what was counted, and what comes next."""
    day = legal_day(at)
    said = str(query.get("year") or "")
    year = int(said) if said.isascii() and said.isdigit() and 2000 < int(said) < day.year else day.year - 1
    rows = list(_ratings(by).filter(year=year).order_by("organisation__name_zh", "-round"))
    rated = {r.organisation_id for r in rows}
    left = []
    if impartial.at_prefecture(by):
        for house in Organisation.objects.filter(
            kind=OrganisationKind.FORENSIC, valid_to__isnull=True, division__path__startswith=path_of(by, *OFFICE)
        ).exclude(pk__in=rated).order_by("name_zh"):  # fmt: skip
            left.append({"house": house, "found": _said(credit.proposal(house, year, day))})
    return {
        "year": year, "before": year - 1, "after": year + 1 if year + 1 < day.year else None, "left": left,
        "rows": [
            {
                "r": r, "points": r.reckoned.get("points"), "counted": _rows(r.reckoned.get("rows") or []),
                "method": r.reckoned.get("level"), "mine": r.proposed_by_id == by.account_id,
                "newest": r.round == max(o.round for o in rows if o.organisation_id == r.organisation_id),
                "open": r.objection_until is not None and day <= r.objection_until,
            }
            for r in rows
        ],
        "prefecture": impartial.at_prefecture(by), "office": by.has(*OFFICE), "unsure": not credit.is_sure(day),
    }  # fmt: skip


def _said(found: credit.Reckoned) -> dict[str, Any]:
    return {"level": found.level, "points": found.points, "rows": _rows([list(r) for r in found.rows])}


def _rows(rows: list[list[Any]]) -> list[tuple[Any, int, int]]:
    return [(credit.COUNTED[code], n, off) for code, n, off in rows if n]


def _rating(by: Actor, data: Mapping[str, Any]) -> CreditRating:
    row = _ratings(by).filter(pk=data["rating"]).first()
    if row is None:
        raise Refused(_("没有这项评估，或者不归您管。"))
    return row


def _rate(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    credit.propose(
        organisation=data["organisation"], year=data["year"], level=data["level"], reason=data["reason"], by=by, at=at,
        capability_failed=data["capability_failed"], why_anew=str(data.get("why_anew") or ""),
    )  # fmt: skip
    return _("已拟定。请告知机构，机构可以提意见。")


def _tell(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = credit.tell(rating=_rating(by, data), by=by, at=at)
    return _("已告知。机构可以提意见到 %(day)s。") % {
        "day": row.objection_until.isoformat() if row.objection_until else ""
    }


def _object(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    credit.object_to(rating=_rating(by, data), said=data["said"], by=by, at=at)
    return _("意见已记下，由另一个人复核。")


def _answer(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    credit.answer(rating=_rating(by, data), said=data["said"], by=by, at=at)
    return _("已复核。")


def _fix(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = credit.decide(rating=_rating(by, data), level=data["level"], by=by, at=at)
    return _("已决定为 %(level)s 级，公示到 %(day)s。") % {
        "level": row.decided_level, "day": row.posting.until.isoformat() if row.posting else ""
    }  # fmt: skip


bench(
    Bench(
        code="forensics.credit",
        label=_("鉴定机构诚信等级"),
        help=_("按上一年的执业情况评机构，不评当事人。拟定、告知、听意见，由另一个人决定，再公示。"),
        roles=OFFICE | {Role.PROVIDER},
        only=may_open,
        template="forensics/credit.html",
        show=show_credit,
        group=GROUP,
        deeds=(
            Deed("rate", _("拟定等级"), OFFICE, _rate, form=Rating),
            Deed("anew", _("重新评估"), OFFICE, _rate, form=Anew),
            Deed("tell", _("告知机构"), OFFICE, _tell, form=OfRating),
            Deed("object", _("提意见"), OFFICE | {Role.PROVIDER}, _object, form=Words),
            Deed("answer", _("复核意见"), OFFICE, _answer, form=Words),
            Deed("fix", _("决定并公示"), OFFICE, _fix, form=Deciding),
        ),
    )
)
