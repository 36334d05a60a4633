"""What the law asks of a committee, and what is wrong with one: pure functions, no queries, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.parameters import Figure
from open12348.kernel.sentences import say

from .committee_models import CommitteeKind, CommitteePost, Industry, MediatorWork


@dataclass(frozen=True)
class Person:
    """Somebody of a committee, as far as the rules ask."""

    post: str
    work: str
    ends_on: date


@dataclass(frozen=True)
class Facts:
    """What is known of a committee on a day."""

    kind: str
    field: str = ""
    people: tuple[Person, ...] = ()
    term_ends: date | None = None
    has_woman: bool | None = None
    make_up: bool | None = None
    filed_on: date | None = None
    file_by: date | None = None
    seal_on: date | None = None
    untold: int = 0
    untold_since: date | None = None


@dataclass(frozen=True)
class Warn:
    """Something that is not as it should be: what, by which article, and whether the figure behind it is confirmed."""

    code: str
    say: Any
    basis: str
    sure: bool = True
    grave: bool = False  # the law itself is not kept; else a reminder


#: Posts that are members of the committee; appointed mediators are not counted among the three to nine.
MEMBERS = frozenset({CommitteePost.DIRECTOR.value, CommitteePost.DEPUTY.value, CommitteePost.MEMBER.value})

STAFF_FIGURE = {kind: f"staff_{kind}" for kind in CommitteeKind.values}


def warnings(facts: Facts, figures: Mapping[str, Figure], today: date) -> list[Warn]:
    """Everything that is not as it should be with a committee on a day, what the law itself asks first."""
    found: list[Warn] = []
    if facts.term_ends is None:
        found.append(Warn("no_term", _("没有登记任期"), figures["term_years"].basis, grave=True))
    elif facts.term_ends < today:
        found.append(
            Warn("term_over", say(_("任期已于 %(day)s 届满，没有换届"), day=facts.term_ends.isoformat()),
                 figures["term_years"].basis, grave=True)
        )  # fmt: skip
    elif facts.term_ends < today + timedelta(days=int(figures["term_warn_days"].value)):
        warn = figures["term_warn_days"]
        found.append(
            Warn(
                "term_ends",
                say(_("任期 %(day)s 届满，请准备换届"), day=facts.term_ends.isoformat()),
                warn.basis,
                warn.sure,
            )
        )
    members = [p for p in facts.people if p.post in MEMBERS]
    least, most = figures["members_least"], figures["members_most"]
    if not int(least.value) <= len(members) <= int(most.value):
        found.append(
            Warn("members", say(_("委员 %(n)s 人，应为 %(least)s 至 %(most)s 人"), n=len(members), least=least.value, most=most.value),
                 least.basis, least.sure, grave=True)
        )  # fmt: skip
    directors = sum(p.post == CommitteePost.DIRECTOR for p in facts.people)
    if directors != 1:
        found.append(Warn("director", say(_("主任 %(n)s 人，应为 1 人"), n=directors), least.basis, grave=True))
    if facts.has_woman is None:
        found.append(Warn("woman_open", _("还没有确认有没有妇女委员"), least.basis))
    elif not facts.has_woman:
        found.append(Warn("woman", _("应当有妇女委员"), least.basis, grave=True))
    if facts.make_up is False:
        found.append(Warn("make_up", _("第八条对组成的其他要求，委员会确认还没有做到"), least.basis, grave=True))
    if facts.filed_on is None:
        basis = (
            figures["file_days_medical"]
            if facts.field == Industry.MEDICAL and "file_days_medical" in figures
            else figures["file_days"]
        )
        late = facts.file_by is not None and facts.file_by < today
        text = _("没有备案，已超过 %(day)s") if late else _("没有备案，最迟 %(day)s")
        found.append(
            Warn(
                "filing",
                say(text, day=facts.file_by.isoformat() if facts.file_by else "—"),
                basis.basis,
                basis.sure,
                late,
            )
        )
    if facts.seal_on is None:
        found.append(Warn("seal", _("印章没有备案：没有印章的协议书不生效"), "人民调解法第二十九条", grave=True))
    if facts.untold:
        court = figures["court_days"]
        late = facts.untold_since is not None and facts.untold_since + timedelta(days=int(court.value)) < today
        found.append(
            Warn(
                "court",
                say(_("%(n)s 项变动还没有通报基层人民法院"), n=facts.untold),
                court.basis,
                court.sure,
                grave=late,
            )
        )
    guide = figures.get(STAFF_FIGURE[facts.kind])
    full = sum(p.work == MediatorWork.FULL_TIME for p in facts.people if p.ends_on >= today)
    if guide is not None and full < int(guide.value):
        found.append(
            Warn(
                "staff",
                say(_("专职调解员 %(n)s 人，参考标准 %(wanted)s 人"), n=full, wanted=guide.value),
                guide.basis,
                guide.sure,
            )
        )
    return sorted(found, key=lambda w: not w.grave)


def may_be_chosen(post: str, people: tuple[Person, ...], most: int) -> Any:
    """Why somebody cannot be given a post now; nothing when they can."""
    members = [p for p in people if p.post in MEMBERS]
    if post in MEMBERS and len(members) >= most:
        return say(_("委员已经有 %(n)s 人，最多 %(most)s 人（人民调解法第八条）。"), n=len(members), most=most)
    if post == CommitteePost.DIRECTOR and any(p.post == CommitteePost.DIRECTOR for p in people):
        return _("已经有一位主任，一个委员会只有一位主任（人民调解法第八条）。")
    return None
