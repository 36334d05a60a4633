"""The registrar's page of grades: who holds which, what runs out, what is applied for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.registry import places
from open12348.registry.models import Practitioner, PractitionerKind
from open12348.spine import catalogue, intake, lists
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.catalogue import Phase
from open12348.spine.models import Channel

from . import committees, grading, grading_forms
from .bench_committees import ROWS, XLSX
from .committee_models import GradeRequest, MediatorGrade, MediatorRank
from .grading_rules import AUTHORITIES

SEEING = frozenset({Role.OFFICER, Role.SUPERVISOR})
APPLYING = frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER})


def held(by: Actor, at: datetime) -> Any:
    """Grades that hold today, the highest first: of the office's part of the map, of one's own committee, and one's own."""
    day, here = legal_day(at), Q(mediator_id=by.practitioner_id) if by.practitioner_id else Q(pk__in=[])
    here |= Q(mediator__organisation_id__in=[g.organisation_id for g in by.grants if g.organisation_id])
    for county in committees.counties(by, *SEEING):
        here |= Q(mediator__division__path__startswith=county.path)
    rows = MediatorGrade.objects.filter(here, ended_on__isnull=True, valid_from__lte=day, valid_to__gte=day)
    return rows.select_related("mediator__organisation", "mediator__division").order_by("rank", "valid_to", "pk")


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Applications first, then what runs out, then everybody's grade."""
    rows = held(by, at)
    mine = {c.pk for c in committees.counties(by, *SEEING)}
    rank = str(query.get("rank") or "")
    if rank.isdigit() and int(rank) in MediatorRank.values:
        rows = rows.filter(rank=int(rank))
    page = Paginator(rows, ROWS).get_page(query.get("page"))
    day = legal_day(at)
    cases = (
        lists.visible(by)
        .filter(service=grading.CODE)
        .exclude(phase=Phase.DONE.value)
        .select_related("order")
        .order_by("due_at", "pk")[:60]
    )
    asked = {
        r.pk: r for r in GradeRequest.objects.filter(pk__in=[c.pk for c in cases]).select_related("mediator", "posting")
    }
    return {
        "page": page, "rows": list(page.object_list), "rank": rank, "ranks": MediatorRank.choices, "today": day,
        "cases": [{"case": c, "row": asked.get(c.pk), "state": catalogue.of(c).state(c.state).label,
                   "wanted": MediatorRank(asked[c.pk].wanted).label if c.pk in asked else ""} for c in cases],
        "mine": by.practitioner_id is not None and not by.has(*SEEING),
        "ending": [{"row": g, "over": g.valid_to < day} for g in grading.ending(day)[:200] if g.mediator.division.county_id in mine or g.mediator_id == by.practitioner_id][:60],
        "levels": dict(AUTHORITIES),
    }  # fmt: skip


def _apply(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    """An application: by the mediator, the committee's manager, or the office for either. Errors: Denied, Invalid."""
    who = Practitioner.objects.select_related("division").get(kind=PractitionerKind.MEDIATOR, licence_no=data["number"])
    order = intake.receive(
        service=grading.CODE, said=data, contact={"name": who.name_zh, "reply_by": "here"}, channel=Channel.DESK.value, by=by, at=at,
        place=places.answering(who.division),
    ).order  # fmt: skip
    return say(_("已申报，编号 %(code)s。"), code=numbers.group(order.code))


class Apply(grading_forms.Apply):
    """The application, with one's own number in it for a mediator."""

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, **more)
        own = Practitioner.objects.filter(pk=by.practitioner_id or 0, kind=PractitionerKind.MEDIATOR).first()
        if own is not None:
            self.initial.setdefault("number", own.licence_no)
            self.initial.setdefault("by_committee", "no")


def grades_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """Everybody's grade as an Excel file, to be handed up."""
    heads = [Heading(str(h), width=w) for h, w in (
        (_("姓名"), 20), (_("调解员编号"), 22), (_("所在调解委员会"), 34), (_("等级"), 18), (_("证书编号"), 24), (_("评定层级"), 14), (_("有效期从"), 14), (_("有效期到"), 14),
    )]  # fmt: skip
    lines = [
        [g.mediator.name, g.mediator.licence_no, g.mediator.organisation.name if g.mediator.organisation else "", str(g.get_rank_display()),
         g.certificate, str(AUTHORITIES[g.authority]), g.valid_from.isoformat(), g.valid_to.isoformat()]
        for g in held(by, at)
    ]  # fmt: skip
    content = to_xlsx(
        str(_("人民调解员等级")), heads, lines, right_to_left=(get_language() or "").startswith("ug"), spare=0
    )
    return File(f"grades-{legal_day(at)}.xlsx", XLSX, content)


bench(
    Bench(
        code="mediation.grades",
        label=_("人民调解员等级"),
        help=_("谁是哪一级、哪些快到期、正在申报和公示的。"),
        roles=SEEING | APPLYING,
        template="mediation/grades.html",
        show=show,
        only=committees.concerns,
        files={"grades.xlsx": grades_file},
        deeds=(Deed("apply", _("申报等级"), APPLYING, _apply, Apply),),
    )
)
