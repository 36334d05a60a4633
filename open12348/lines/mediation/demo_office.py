"""The registrar's work in the demo prefecture: committees with what is wrong with them, a studio, grades in every state, rounds."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import lru_cache
from typing import Any

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Level, Organisation, Practitioner, PractitionerKind
from open12348.spine.models import Case

from . import committees, grading, screening, studios
from .committee_models import Committee
from .figures import HERE


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """What is said in these scenes."""
    return tomllib.loads((HERE / "demo_office.toml").read_text(encoding="utf-8"))["words"]


def scenes(stage: Any) -> None:
    """The headline county's register, its grades, and two rounds of looking. Nothing where it has no mediators."""
    home = stage.home
    officer, second = (stage.actor(stage.staff(home, Role.OFFICER, n)) for n in (0, 1))
    clerk = stage.actor(stage.staff(home, Role.CLERK))
    bodies = _bodies(stage)
    if not bodies:
        return
    for n, organisation in enumerate(bodies):
        _committee(stage, organisation, officer, old=n == 2, whole=n == 0)
    first = bodies[0]
    people = list(Practitioner.objects.filter(organisation=first, kind=PractitionerKind.MEDIATOR).order_by("pk")[:3])
    row = Committee.objects.select_related("organisation__division").get(pk=first.pk)
    bare = people[0].name_zh
    studios.open_studio(
        committee=row,
        mediator=people[0],
        name_zh=f"{bare}调解工作室",
        on=legal_day(stage.day(90)),
        by=officer,
        at=stage.day(90),
    )
    committees.open_room(
        committee=row,
        kind="court",
        host=words()["court"],
        name_zh=words()["room"],
        on=legal_day(stage.day(200)),
        by=officer,
        at=stage.day(200),
    )
    _grades(stage, clerk, officer, second)
    _rounds(stage, clerk)


def _bodies(stage: Any) -> list[Organisation]:
    """Three committees of the county that have mediators."""
    county = stage.home.unit
    with_people = Practitioner.objects.filter(kind=PractitionerKind.MEDIATOR, invented=True, division__county=county)
    found = Organisation.objects.filter(
        pk__in=with_people.values("organisation_id"), kind="mediation_committee", valid_to__isnull=True
    )
    return list(found.select_related("division").order_by("pk")[:3])


def _committee(stage: Any, organisation: Organisation, officer: Any, *, old: bool, whole: bool) -> None:
    """One in order, one with things to do, one whose term is over."""
    kind = "village" if organisation.division.level == Level.VILLAGE else "township"
    today = legal_day(stage.until)
    begun, at = today - timedelta(days=1180 if old else 420), stage.day(400)
    row = committees.set_up(
        by=SYSTEM, at=at, division=organisation.division, kind=kind, name_zh=organisation.name_zh, organisation=organisation,
        set_up_by=words()["township"], set_up_on=today - timedelta(days=1300),
    )  # fmt: skip
    if not old:
        committees.keep_seal(
            committee=row, text=organisation.name_zh, on=today - timedelta(days=1290), by=officer, at=at
        )
    committees.begin_term(committee=row, starts_on=begun, chosen_by=words()["chosen"], by=officer, at=at)
    people = Practitioner.objects.filter(organisation=organisation, kind=PractitionerKind.MEDIATOR).order_by("pk")[:5]
    for n, who in enumerate(people):
        post, work = "director" if n == 0 else "member", "full_time" if n < 2 else "part_time"
        committees.appoint(committee=row, mediator=who, post=post, engagement=work, by=officer, at=at, on=begun)
    if whole:
        committees.file(committee=row, on=today - timedelta(days=1280), by=officer, at=at)
        committees.confirm(committee=row, has_woman=True, make_up=True, by=officer, at=at)
    if whole:
        committees.tell_court(county=stage.home.unit, on=today - timedelta(days=300), by=officer, at=stage.day(300))


def _grades(stage: Any, clerk: Any, officer: Any, second: Any) -> None:
    """Given, shown, objected to, refused, and just come in."""
    said, day = words(), stage.day
    serving = committees.current(stage.until).filter(committee__organisation__division__county=stage.home.unit)
    people = [s.mediator for s in serving.select_related("mediator").order_by("pk")]

    def asked(n: int, ago: float, rank: int = 4) -> Case:
        return stage.receive(
            grading.CODE, "", {"number": people[n % len(people)].licence_no, "rank": str(rank), "by_committee": "no", "merits": said["merits"],
                               "cases": "120", "evidence": ["cases", "committee"]},
            None, clerk, day(ago), place=stage.home.centre.place,
        )  # fmt: skip

    if not people:
        return

    def shown(n: int, ago: float, rank: int = 4) -> Case:
        case = stage.move(asked(n, ago, rank), "review", officer, day(ago - 3), note=said["opinion"], looked=["cases"])
        return stage.move(case, "publish", officer, day(ago - 4))

    def given(n: int, ago: float) -> Case:
        return stage.move(shown(n, ago, 3), "grade", second, day(ago - 30), rank="3", answer=said["good"])

    given(0, 60)
    for n, move, data in ((1, "lower", {"rank": "4"}), (2, "revoke", {}), (3, "", {})):
        case = stage.move(given(n, 50), "question", officer, day(12), reason=said["doubt"])
        if move:
            stage.move(case, move, second, day(7), answer=said["found"], **data)
    shown(1, 7)
    stage.move(shown(2, 6), "object", clerk, day(1), words=said["doubt"])
    stage.move(asked(0, 3), "review", officer, day(1), note=said["opinion"])
    stage.move(asked(1, 30), "refuse", officer, day(22), answer=said["short"])
    stage.move(asked(2, 25), "withdraw", clerk, day(24))
    asked(3, 1)


def _rounds(stage: Any, clerk: Any) -> None:
    """A round that was reported with what it came upon, and one that goes on."""
    said, day, place = words(), stage.day, stage.home.centre.place
    for ago, reported in ((12, True), (1, False)):
        case = stage.receive(
            screening.CODE, "D08", {"about": said["about"], "kind": "weekly"}, None, clerk, day(ago), place=place
        )
        found = {"kind": "02", "story": said["water"], "one": f"{said['one']}{ago}", "other": f"{said['other']}{ago}"}
        case = stage.move(case, "found", clerk, day(ago - 0.5, 12), **found)
        if reported:
            more = {
                "kind": "10",
                "story": said["wages"],
                "one": f"{said['one']}3",
                "other": said["boss"],
                "people": "4",
            }
            case = stage.move(case, "found", clerk, day(ago - 1, 12), **more)
            stage.move(case, "report", clerk, day(ago - 4, 15), people="6", households="140", prevented="3")
    case = stage.receive(
        screening.CODE, "D08", {"about": said["about"], "kind": "asked"}, None, clerk, day(5), place=place
    )
    stage.move(case, "withdraw", clerk, day(5, 15))
