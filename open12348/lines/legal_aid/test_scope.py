"""The scope tables, row by row, as the law has them (法律援助法 24-33, 42; domain reference A, 1.4 and 6)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import translation

from . import scope
from .sentences import article

DAY = date(2026, 11, 23)


def at(code: str, day: date = DAY) -> scope.Matter:
    found = scope.matter(code, day)
    assert found is not None, code
    return found


def of(code: str) -> scope.Group:
    found = scope.group(code, DAY)
    assert found is not None, code
    return found


#: code, kind, route, hardship, least years of practice, lawyers only
ROWS = [
    ("CR-24", "criminal", "A", "needed", 0, True),
    *((f"CR-25-{n}", "criminal", "B", "none", 3 if n in (4, 5) else 0, True) for n in range(1, 8)),
    ("CR-25b", "criminal", "C", "none", 0, True),
    *((f"CR-49-{n}", "criminal", "C", "none", 0, True) for n in range(1, 5)),
    ("CR-28", "criminal", "B", "none", 0, True),
    ("CR-29", "criminal", "A", "needed", 0, True),
    ("CR-30", "criminal", "D", "none", 0, True),
    ("CR-33", "criminal", "A", "needed", 0, True),
    ("CV-33", "civil", "A", "needed", 0, False),
    ("31-1", "compensation", "A", "needed", 0, False),
    ("31-2", "administrative", "A", "needed", 0, False),
    ("31-3", "administrative", "A", "needed", 0, False),
    *(
        (code, "civil", "A", "needed", 0, False)
        for code in (
            *("31-4", "31-4-1", "31-4-2", "31-4-3", "31-5", "31-5-1", "31-5-2", "31-6", "31-7"),
            *("31-7-1", "31-7-2", "31-7-3", "31-7-4", "31-8", "31-9"),
        )
    ),
    ("32-1", "civil", "A", "none", 0, False),
    ("32-2", "civil", "A", "none", 0, False),
    ("32-3", "compensation", "A", "none", 0, False),
    ("32-4", "civil", "A", "none", 0, False),
    ("32-5", "civil", "A", "none", 0, False),
    ("MIL-1", "administrative", "A", "needed", 0, False),
    *((f"MIL-{n}", "civil", "A", "needed", 0, False) for n in (2, 3, 4)),
]


@pytest.mark.parametrize(("code", "kind", "route", "hardship", "years", "lawyer"), ROWS)
def test_each_matter_is_as_the_law_has_it(
    code: str, kind: str, route: str, hardship: str, years: int, lawyer: bool
) -> None:
    m = at(code)
    assert (m.kind, m.route, m.hardship, m.years, m.lawyer_only) == (kind, route, hardship, years, lawyer)
    assert m.may_ask_hardship == (hardship == "needed")


def test_the_table_holds_these_rows_and_no_other() -> None:
    assert {r["code"] for r in scope.rows("scope.csv")} == {r[0] for r in ROWS}
    assert len(scope.rows("scope.csv")) == len(ROWS)


@pytest.mark.parametrize("row", scope.rows("scope.csv") + scope.rows("groups.csv"), ids=lambda r: r["code"])
def test_each_row_is_whole(row: dict[str, str]) -> None:
    """Three languages, an article that is understood, a source, papers that exist, a day from which it holds."""
    assert row["name_zh"] and row["name_ug"] and row["name_en"] and row["source"]
    asks = [bool(row[f"ask_{lang}"]) for lang in ("zh", "ug", "en")]
    assert all(asks) or not any(asks)
    assert date.fromisoformat(row["valid_from"]) <= DAY
    papers = {r["code"] for r in scope.rows("materials.csv")}
    assert set(row["proof"].split()) <= papers
    assert row["sure"] in {"yes", "no"}
    if "[U]" in row["source"] and "CR-25" not in row["code"] and "disabled" not in row["code"]:
        assert row["sure"] == "no"
    with translation.override("en"):
        assert "Art" in str(article(row["article"])) or row["article"] == "COV22"


def test_uyghur_is_in_its_letters_and_english_in_its_own() -> None:
    for row in (*scope.rows("scope.csv"), *scope.rows("groups.csv"), *scope.rows("materials.csv")):
        for kind in ("name", "ask"):
            assert not any("一" <= c <= "鿿" for c in row.get(f"{kind}_ug", "") + row.get(f"{kind}_en", "")), row[
                "code"
            ]


def test_whom_the_applicant_is_asked_about_is_asked_in_everyday_words() -> None:
    said = dict(scope.asked(DAY))
    assert str(said["31-5-2"]) == "老板拖欠工资"
    assert "31-5" not in said  # the finer row asks better
    assert not any(at(code).route != "A" for code in said if code)
    with translation.override("ug"):
        assert str(said["31-5-2"]) == "خوجايىن ئىش ھەققىمنى بەرمىدى"


def test_a_notice_names_what_must_before_what_may_be_notified() -> None:
    codes = [code for code, _name in scope.noticed(DAY)]
    assert codes[:7] == [f"CR-25-{n}" for n in range(1, 8)] and codes.index("CR-28") < codes.index("CR-25b")
    assert "CR-24" not in codes and "31-5-2" not in codes


def test_nothing_stands_before_the_law() -> None:
    assert [m.code for m in scope.matters(date(2021, 12, 31)) if not m.code.startswith("MIL")] == []
    assert scope.matter("31-1", date(2022, 1, 1)) is not None
    assert scope.matter("CR-49-1", date(2022, 10, 11)) is None and scope.matter("CR-49-1", date(2022, 10, 12))


@pytest.mark.parametrize(
    ("group", "matter", "gives"),
    [
        ("42-1-elderly", "31-4-1", "presumed"),
        ("42-2-dibao", "31-1", "presumed"),
        ("42-3", "31-5-2", "presumed"),
        ("42-3", "31-7-1", "presumed"),
        ("42-3", "31-7-2", ""),  # a traffic accident is no work injury
        ("42-3", "31-5-1", ""),  # whether there was a labour relation is not wages
        ("42-3", "31-4-1", ""),
        ("mil-conscript", "31-4-1", "none"),
        ("mil-family", "31-4-1", ""),
        ("woman", "31-4-1", ""),
    ],
)
def test_what_a_category_gives_in_a_matter(group: str, matter: str, gives: str) -> None:
    assert of(group).gives(at(matter)) == gives


@pytest.mark.parametrize(
    ("group", "age", "fits"),
    [
        ("42-1-elderly", 59, False),
        ("42-1-elderly", 60, True),
        ("42-1-minor", 17, True),
        ("42-1-minor", 18, False),
        ("42-1-minor", None, None),
        ("42-2-dibao", None, True),
    ],
)
def test_an_age_fits_a_category_or_not(group: str, age: int | None, fits: bool | None) -> None:
    assert of(group).fits_age(age) is fits


def test_a_proof_is_good_for_its_months_and_a_month_before_its_end_is_told() -> None:
    dibao = of("42-2-dibao")
    assert scope.held(dibao, issued=date(2025, 11, 23), until=None, day=DAY) is True
    assert scope.held(dibao, issued=date(2025, 11, 22), until=None, day=DAY) is False
    assert scope.held(dibao, issued=None, until=date(2027, 1, 1), day=DAY) is True  # what the paper says comes first
    assert scope.held(dibao, issued=None, until=None, day=DAY) is None
    assert scope.held(of("veteran"), issued=None, until=None, day=DAY) is True
    assert scope.runs_out(dibao, issued=date(2025, 12, 20), until=None, day=DAY)
    assert not scope.runs_out(dibao, issued=date(2026, 6, 1), until=None, day=DAY)


def test_precedence_and_hiding_follow_the_table() -> None:
    assert of("elderly").priority and not of("woman").priority
    assert of("violence").mask and of("minor").mask and not of("elderly").mask


@pytest.fixture
def region(tmp_path: Path, settings: LazySettings) -> Path:
    """A pack of its own whose region adds a matter from a day on, and ends it later."""
    folder = tmp_path / "packs" / "there" / "parameters" / "legal_aid" / "means"
    folder.mkdir(parents=True)
    (folder / "2024-07-01.toml").write_text(
        '[matter.R-1]\nkind = "civil"\narticle = "LAL 31(9)"\nregion = "990000"\nname_zh = "土地承包纠纷"\n'
        'ask_zh = "我的承包地被人占了"\nhardship = "needed"\nroute = "A"\nsure = true\n',
        encoding="utf-8",
    )
    (folder / "2026-07-01.toml").write_text(
        '[matter.R-1]\nkind = "civil"\nregion = "990000"\nname_zh = "土地承包纠纷"\nvalid_to = 2026-12-31\n',
        encoding="utf-8",
    )
    settings.PACKAGE = tmp_path
    settings.OPEN12348_PACK = "there"
    return folder


def test_a_region_adds_matters_from_its_day_for_its_own_places(region: Path) -> None:
    assert scope.matter("R-1", date(2024, 6, 30)) is None
    found = scope.matter("R-1", date(2024, 7, 1), "990125000000")
    assert found is not None and str(found.name) == "土地承包纠纷" and found.sure
    assert scope.matter("R-1", date(2024, 7, 1), "980125000000") is None
    assert ("R-1", "我的承包地被人占了") in [(c, str(n)) for c, n in scope.asked(date(2024, 7, 1))]
    assert scope.matter("R-1", date(2026, 12, 31)) is not None
    assert scope.matter("R-1", date(2027, 1, 1)) is None


def test_a_row_of_a_region_covers_what_lies_in_it() -> None:
    assert scope.covers("", "991234000000") and scope.covers("990000000000", "991234000000")
    assert scope.covers("991200000000", "991234000000") and not scope.covers("991300000000", "991234000000")


def test_every_kind_of_day_asks_today_when_none_is_given() -> None:
    assert len(scope.asked()) == len(scope.asked(DAY)) and scope.groups_asked() and scope.noticed()
    assert scope.matters(DAY + timedelta(days=1)) == scope.matters(DAY)


def test_a_code_that_is_nowhere_is_shown_as_it_is() -> None:
    assert scope.named("ZZ", DAY) == "ZZ" and scope.paper("zz") == "zz"
    assert str(scope.named("42-3", DAY)).startswith("请求支付劳动报酬")
