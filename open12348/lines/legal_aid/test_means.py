"""The means test: steps, dates, households, what is not known, and another country's rules under the same engine."""

from __future__ import annotations

import io
import json
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from open12348.kernel.parameters import dated
from tests.people import Town

from . import means
from .figures import HERE
from .means import ALL, MET, NOT_MET, UNKNOWN, Member, Request, Sum, assess
from .models import Aid

DAY = date(2026, 11, 23)
#: The law's own steps, with a threshold of our invention that is certain.
LAW = [*dated(HERE / "parameters" / "means", DAY)]
FIGURE = {"threshold": {"value": 1500, "unit": "元/人·月", "basis": "例", "sure": True}}


def pack(**figures: Any) -> means.Pack:
    return means.read_pack([*LAW, (date(2024, 1, 1), {**FIGURE, **figures})])


def asking(**more: Any) -> Request:
    return replace(Request(DAY, (), None, False, (Sum("wages", D(1500)),)), **more)


# The law's test


@pytest.mark.parametrize(
    ("income", "others", "outcome"),
    [(1500, 0, MET), (1501, 0, NOT_MET), (4500, 2, MET), (4501, 2, NOT_MET), (0, 0, MET)],
)
def test_income_is_shared_among_all_who_live_together_and_held_against_the_standard(
    income: int, others: int, outcome: str
) -> None:
    household = tuple(Member(f"m{n}") for n in range(others))
    assert assess(asking(household=household, incomes=(Sum("wages", D(income)),)), pack()).outcome == outcome


def test_each_step_says_its_figures_and_its_article() -> None:
    found = assess(asking(incomes=(Sum("wages", D(6000)),), household=(Member("a"), Member("b"))), pack())
    with translation.override("zh-hans"):
        assert [str(line.say) for line in found.lines] == [
            "共同生活的家庭成员一共 3 人。",
            "每月收入：6,000 元。",
            "每人每月收入：2,000 元（3 人平均）。",
            "每人每月收入 2,000 元，超过标准 1,500 元。",
        ]
        assert str(found.lines[0].article) == "办理法律援助案件程序规定第18条"
    last = found.lines[-1]
    assert last.ok is False and [u.figure.value for u in last.used] == [1500] and last.sure
    with translation.override("en"):
        assert "6,000 yuan" in str(found.lines[1].say)


def test_the_opponent_at_home_leaves_the_applicant_alone() -> None:
    """O148 Art 18: if the opponent is a member of the household, the applicant is looked at alone."""
    wife = asking(
        household=(Member("husband", opponent=True), Member("child", age=5)),
        incomes=(Sum("wages", D(1000)), Sum("wages", D(30000), of="husband")),
    )
    found = assess(wife, pack())
    assert found.outcome == MET and found.values["income_per_head"] == 1000
    apart = replace(wife, household=(Member("husband", opponent=False), Member("child")))
    assert assess(apart, pack()).outcome == NOT_MET


def test_what_all_earn_together_is_not_held_against_an_applicant_alone() -> None:
    found = assess(means.simple(day=DAY, size=4, income=D(90000), opponent_home=True), pack())
    assert found.outcome == UNKNOWN and [q.code for q in found.missing] == ["own_income"]
    told = means.simple(day=DAY, size=4, income=D(90000), opponent_home=True, own_income=D(0))
    assert assess(told, pack()).outcome == MET


def test_who_lives_elsewhere_does_not_count() -> None:
    found = assess(
        asking(
            household=(Member("son", together=False),),
            incomes=(Sum("wages", D(1400)), Sum("wages", D(9000), of="son")),
        ),
        pack(),
    )
    assert found.outcome == MET


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({"household": None}, "household"),
        ({"household": None, "size": 3, "opponent_home": None}, "opponent_home"),
        ({"incomes": None}, "incomes"),
        ({"incomes": (Sum("wages", None),)}, "incomes"),
    ],
)
def test_what_is_not_told_is_asked_and_never_held_against_anybody(changes: dict[str, Any], question: str) -> None:
    found = assess(asking(**changes), pack())
    assert found.outcome == UNKNOWN and question in [q.code for q in found.missing]
    assert not any(q.office for q in found.missing) and all(str(q.say) for q in found.missing)


def test_one_person_is_not_asked_whether_the_opponent_lives_there() -> None:
    assert assess(asking(household=None, size=1, opponent_home=None), pack()).outcome == MET


def test_a_standard_that_nobody_entered_refuses_nobody_and_the_office_is_told() -> None:
    found = assess(asking(incomes=(Sum("wages", D(99999)),)), means.read_pack(LAW))
    assert found.outcome == UNKNOWN and [(q.code, q.office) for q in found.missing] == [("figure:threshold", True)]


def test_allowances_of_the_state_are_not_income_and_illness_is_taken_off() -> None:
    found = assess(
        asking(
            incomes=(Sum("wages", D(1500)), Sum("preferential", D(800))),
            costs=(Sum("medical", D(300)), Sum("cinema", D(900))),
        ),
        pack(),
    )
    assert found.outcome == MET and found.values["income"] == 1200
    assert not found.sure  # both lists are not confirmed for legal aid


def test_yearly_and_single_sums_are_spread_over_months() -> None:
    found = assess(
        asking(incomes=(Sum("harvest", D(12000), "year"), Sum("sale", D(1200), "once"), Sum("wages", D(100)))), pack()
    )
    assert found.values["income"] == 1200


def test_a_second_home_is_pointed_out_and_decides_nothing() -> None:
    found = assess(asking(assets=(Sum("second_home", D(500000), "once"),)), pack())
    assert found.outcome == MET and found.lines[-1].step == "property" and found.lines[-1].ok is None


def test_the_figures_in_force_here_are_shown_as_not_confirmed() -> None:
    """The regional standard was not seen: the pack's figure is a placeholder, and says so."""
    found = means.pack_on(DAY).figures["threshold"]
    assert not found.sure and "未见" in found.basis
    assert not assess(asking()).sure


# Dates


@pytest.fixture
def changing(tmp_path: Path, settings: LazySettings) -> Path:
    """A pack whose standard rises in the middle of a year."""
    folder = tmp_path / "packs" / "there" / "parameters" / "legal_aid" / "means"
    folder.mkdir(parents=True)
    for day, value in (("2026-01-01", 1000), ("2026-07-01", 1600)):
        (folder / f"{day}.toml").write_text(f'[threshold]\nvalue = {value}\nbasis = "例"\n', encoding="utf-8")
    settings.PACKAGE = tmp_path
    settings.OPEN12348_PACK = "there"
    return folder


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2025-12-31", UNKNOWN),
        ("2026-01-01", NOT_MET),
        ("2026-06-30", NOT_MET),
        ("2026-07-01", MET),
        ("2027-03-01", MET),
    ],
)
def test_the_newest_file_not_after_the_day_holds(changing: Path, day: str, outcome: str) -> None:
    assert assess(asking(day=date.fromisoformat(day))).outcome == outcome


def test_a_stored_request_can_be_replayed_under_another_date(changing: Path) -> None:
    stored = means.from_json(json.loads(json.dumps(asking(day=date(2026, 6, 30)).as_json())))
    assert assess(stored).outcome == NOT_MET
    later = means.replay(stored, on=date(2026, 7, 1))
    assert later.outcome == MET and later.since == date(2026, 7, 1)
    assert [step for step, _old, _new in means.differing(assess(stored), later)] == ["threshold"]


# Requests


def test_a_request_survives_json() -> None:
    request = asking(
        household=(Member("a", 70, dependant=True),),
        debts=(Sum("debt", D("3.50"), "once", ALL),),
        groups=("x",),
        more={"k": 1},
    )
    assert means.from_json(json.dumps(request.as_json())) == request


@pytest.mark.parametrize(
    "told",
    [
        "not json",
        [],
        {},
        {"day": "23/11/2026"},
        {"day": "2026-11-23", "size": 0},
        {"day": "2026-11-23", "size": "three"},
        {"day": "2026-11-23", "incomes": [{"kind": "wages"}, 3]},
        {"day": "2026-11-23", "incomes": [{"kind": "wages", "amount": "-1"}]},
        {"day": "2026-11-23", "incomes": [{"kind": "wages", "amount": "NaN"}]},
        {"day": "2026-11-23", "incomes": [{"kind": "wages", "amount": "many"}]},
        {"day": "2026-11-23", "incomes": [{"kind": "wages", "amount": 1, "per": "week"}]},
        {"day": "2026-11-23", "household": [{"name": "a"}]},
        {"day": "2026-11-23", "household": [{"code": "a"}, {"code": "a"}]},
        {"day": "2026-11-23", "ethnic_group": "x"},
    ],
)
def test_what_cannot_be_read_says_which_part(told: Any) -> None:
    with pytest.raises(means.RequestFault) as fault:
        means.from_json(told)
    assert str(fault.value)


def test_the_guided_answers_make_a_request() -> None:
    told = {"household": "3", "income": "4500", "savings": "0", "opponent_home": "no"}
    assert assess(means.from_answers(told, DAY), pack()).outcome == MET
    assert assess(means.from_answers({}, DAY), pack()).outcome == UNKNOWN
    with pytest.raises(means.RequestFault):
        means.from_answers({"household": "several"}, DAY)
    assert means.from_answers(asking().as_json(), date(2020, 1, 1)) == asking()


# Properties

AMOUNTS = st.decimals(min_value=0, max_value=20000, places=2)
SUMS = st.lists(
    st.builds(
        Sum, kind=st.sampled_from(["wages", "harvest", "relief"]), amount=AMOUNTS,
        per=st.sampled_from(["month", "year"]), of=st.sampled_from(["applicant", "a", "household"]),
    ), max_size=4,
).map(tuple)  # fmt: skip
REQUESTS = st.builds(
    Request, day=st.just(DAY), household=st.just((Member("a"), Member("b"))), opponent_home=st.just(False), incomes=SUMS,
    costs=st.none() | st.lists(st.builds(Sum, kind=st.just("medical"), amount=AMOUNTS), max_size=2).map(tuple),
)  # fmt: skip


@given(REQUESTS, st.integers(0, 3), st.decimals(0, 1, places=2))
def test_who_earns_less_never_loses(request: Request, which: int, part: D) -> None:
    if request.incomes and which < len(request.incomes) and assess(request, pack()).outcome == MET:
        rows = list(request.incomes)
        rows[which] = replace(rows[which], amount=(rows[which].amount or D(0)) * part)
        assert assess(replace(request, incomes=tuple(rows)), pack()).outcome == MET


@given(REQUESTS)
def test_one_more_mouth_without_income_never_loses(request: Request) -> None:
    more = replace(request, household=(*(request.household or ()), Member("c")))
    if assess(request, pack()).outcome == MET:
        assert assess(more, pack()).outcome == MET


@given(REQUESTS, AMOUNTS)
def test_what_the_opponent_at_home_earns_never_matters(request: Request, amount: D) -> None:
    own = tuple(s for s in request.incomes or () if s.of == "applicant")
    alone = replace(request, household=(Member("o", opponent=True),), incomes=own)
    richer = replace(alone, incomes=(*own, Sum("wages", amount, of="o")))
    assert assess(alone, pack()).outcome == assess(richer, pack()).outcome


@given(REQUESTS, st.integers(0, 5000))
def test_a_higher_standard_never_takes_aid_away(request: Request, more: int) -> None:
    higher = pack(threshold={"value": 1500 + more, "basis": "例"})
    if assess(request, pack()).outcome == MET:
        assert assess(request, higher).outcome == MET


@given(st.permutations([Sum("wages", D("10.10")), Sum("harvest", D(100), "year"), Sum("relief", D(3))]))
def test_the_order_of_telling_does_not_matter(sums: list[Sum]) -> None:
    assert assess(asking(incomes=tuple(sums)), pack()).values["income"] == D("10.10") + D(100) / 12


# Another country: the invented Isle of Veldra. Other steps, other figures, its own money; the same engine.

VELDRA = """
[pack.currency]
zh = "维币"
en = "crowns"

[benefits]
value = ["poor_relief", "old_age_pension"]
basis = "Legal Help Act s. 4"

[gross_cap]
value = 2600
basis = "Legal Help Order r. 2"

[each_dependant]
value = 300
basis = "Legal Help Order r. 3"

[child_age]
value = 16
basis = "Legal Help Order r. 3"

[disposable_cap]
value = 900
basis = "Legal Help Order r. 4"

[property_kinds]
value = ["home"]
basis = "Legal Help Order r. 6"

[property_free]
value = 100000
basis = "Legal Help Order r. 6"

[capital_cap]
value = 8000
basis = "Legal Help Order r. 6"

[bands]
value = [[300, 35], [600, 50]]
basis = "Legal Help Order r. 8"

[[step]]
do = "household"
alone_if_opponent = false

[[step]]
code = "passport"
do = "exempt"
groups = "benefits"
article = "Legal Help Act s. 4"

[[step]]
code = "gross"
do = "total"
of = "incomes"
into = "income"

[[step]]
code = "gross_test"
do = "at_most"
what = "income"
limit = "gross_cap"

[[step]]
code = "rent"
do = "total"
of = "costs"
into = "costs"

[[step]]
code = "net"
do = "less"
from_ = "income"
take = "costs"
into = "disposable"

[[step]]
code = "dependants"
do = "allowance"
from_ = "disposable"
figure = "each_dependant"
under_age = "child_age"

[[step]]
code = "net_test"
do = "at_most"
what = "disposable"
limit = "disposable_cap"

[[step]]
code = "capital"
do = "total"
of = "assets"
into = "capital"
per = "once"

[[step]]
code = "home"
do = "disregard"
from_ = "capital"
of = "assets"
kinds = "property_kinds"
upto = "property_free"

[[step]]
code = "capital_test"
do = "at_most"
what = "capital"
limit = "capital_cap"

[[step]]
do = "contribution"
of = "disposable"
bands = "bands"
"""


def veldra(**figures: Any) -> means.Pack:
    return means.read_pack([(date(2026, 4, 1), tomllib.loads(VELDRA)), (date(2026, 4, 2), figures)])


def islander(**more: Any) -> Request:
    plain = Request(
        DAY, (Member("kid", age=7), Member("aunt", dependant=True)), None, None, (Sum("wages", D(2500)),),
        (Sum("home", D(104000), "once"), Sum("savings", D(4000), "once")), (), (Sum("rent", D(1200)),), (),
    )  # fmt: skip
    return replace(plain, **more)


def test_another_country_is_another_pack() -> None:
    """2500 gross (≤ 2600); less rent 1200 and 2 × 300 = 700 (≤ 900); home free to 100000: capital 8000 (≤ 8000);
    contribution 35 % of 300…600 + 50 % of 600…700 = 105 + 50."""
    found = assess(islander(), veldra())
    assert found.outcome == MET and found.contribution == D("155.00") and found.sure
    assert found.values["disposable"] == 700 and found.values["capital"] == 8000
    with translation.override("en"):
        assert any("crowns" in str(line.say) for line in found.lines)


@pytest.mark.parametrize(
    ("more", "failing"),
    [
        ({"incomes": (Sum("wages", D(2601)),)}, ["gross_test"]),
        ({"costs": ()}, ["net_test"]),
        ({"assets": (Sum("home", D(108001), "once"),)}, ["capital_test"]),
        ({"household": (), "costs": (Sum("rent", D(100)),)}, ["net_test"]),
    ],
)
def test_each_of_its_conditions_can_fail(more: dict[str, Any], failing: list[str]) -> None:
    found = assess(islander(**more), veldra())
    assert found.outcome == NOT_MET and [line.step for line in found.lines if line.ok is False] == failing


def test_its_benefits_open_the_door_before_anything_is_asked() -> None:
    found = assess(Request(DAY, groups=("poor_relief",)), veldra())
    assert found.outcome == MET and found.contribution is None and not found.missing
    asked = assess(Request(DAY), veldra())
    assert asked.outcome == UNKNOWN and {"groups", "household", "incomes"} <= {q.code for q in asked.missing}


@given(st.integers(0, 2600), st.integers(0, 2600))
def test_who_has_more_never_pays_less_there(a: int, b: int) -> None:
    low, high = sorted((a, b))
    paid = [assess(islander(incomes=(Sum("wages", D(n)),)), veldra()).contribution or D(0) for n in (low, high)]
    assert paid[0] <= paid[1]


def test_a_multiple_of_a_base_figure_is_a_threshold_too() -> None:
    """As regions do for service members: three times the minimum living allowance."""
    text = """
[allowance_base]
value = 600
[multiple]
value = 3
[[step]]
do = "household"
[[step]]
do = "total"
of = "incomes"
into = "income"
[[step]]
do = "times"
figure = "allowance_base"
by = "multiple"
into = "threshold"
[[step]]
do = "at_most"
what = "income"
limit = "threshold"
"""
    rules = means.read_pack([(DAY, tomllib.loads(text))])
    assert assess(asking(incomes=(Sum("wages", D(1800)),)), rules).outcome == MET
    assert assess(asking(incomes=(Sum("wages", D(1801)),)), rules).outcome == NOT_MET


@pytest.mark.parametrize(
    "text",
    [
        "[x]\nvalue = 1",
        '[[step]]\ndo = "guess"',
        '[[step]]\ndo = "at_most"\nwhat = "income"',
        '[[step]]\ndo = "household"\n[[step]]\ndo = "household"',
        '[[step]]\ndo = "at_most"\nwhat = "income"\nlimit = "x"\nevil = "y"',
    ],
)
def test_a_pack_that_cannot_be_used_says_why(text: str) -> None:
    with pytest.raises(means.PackFault) as fault:
        means.read_pack([(DAY, tomllib.loads(text))])
    assert str(fault.value)


# Replaying a file of cases under a draft


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.json"
    rows = [
        {"code": f"c{n}", "request": asking(day=date(2026, 8, 1), incomes=(Sum("wages", D(n)),)).as_json()}
        for n in (900, 1200, 1700)
    ]
    rows.append({"code": "open", "request": {"day": "2026-08-01"}})
    file.write_text(json.dumps(rows), encoding="utf-8")
    return file


def run(*args: str) -> str:
    out = io.StringIO()
    with translation.override("zh-hans"):
        call_command("replay_means", *args, stdout=out)
    return out.getvalue()


def test_a_draft_shows_whose_outcome_changes_and_no_persons_amounts(
    changing: Path, cases: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text("[threshold]\nvalue = 1100\nsure = false\n", encoding="utf-8")
    said = run(str(cases), "--draft", str(draft))
    assert said.splitlines() == [
        "c1200  met → not_met",
        "    threshold: ✓ threshold=1600 → ✗ threshold=1100?",
        "共 4 件，1 件结论不同。",
        "  met → not_met: 1",
    ]
    assert "1,200" not in said


def test_another_day_shows_what_a_change_of_the_rule_did(changing: Path, cases: Path) -> None:
    assert "c1200  met → not_met" in run(str(cases), "--on", "2026-06-30")
    assert "0 件结论不同" in run(str(cases), "--on", "2026-07-01")


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("{cases}",),
        ("{cases}", "--on", "yesterday"),
        ("{cases}", "--draft", "/nowhere.toml"),
        ("{cases}", "--draft", "{cases}"),
        ("/nowhere.json", "--on", "2026-01-01"),
        ("{bad}", "--on", "2026-01-01"),
        ("{list}", "--on", "2026-01-01"),
        ("{request}", "--on", "2026-01-01"),
    ],
)
def test_a_replay_that_cannot_be_made_says_why(
    changing: Path, cases: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    files = {"cases": cases}
    for name, text in (("bad", "{"), ("list", '[{"code": 1}]'), ("request", '[{"code": 1, "request": {"day": "x"}}]')):
        files[name] = tmp_path / f"{name}.json"
        files[name].write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as fault:
        run(*(a.format(**files) for a in args))
    assert str(fault.value)


@pytest.mark.django_db
def test_stored_applications_are_replayed_by_their_code(changing: Path, town: Town) -> None:
    """Kept as the guided form asked; what cannot be read is named and skipped."""
    rows = {}
    for name, kept in (("loses", '{"household": "1", "income": "1200"}'), ("broken", "{"), ("silent", "")):
        order = town.need()
        rows[name] = Aid.objects.create(order=order, means=kept)
    said = run("--stored", "--on", "2026-06-30").splitlines()
    assert said[0] == f"{rows['loses'].order.code}  met → not_met" and said[-2] == "共 1 件，1 件结论不同。"
    assert not any("1200" in line or "1,200" in line for line in said)
