"""The rules of mediation without a database: days, money, kinds, what courts refuse, what cannot be right, figures by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django import forms as django_forms

from . import clocks, confirming, kinds, ledger, rules
from .figures import FIRST, most_interest, term, the
from .forms import Ask, Entry, YuanField

D = date.fromisoformat


def test_an_agreement_counts_from_the_last_of_the_three() -> None:
    """人民调解法 Art 29."""
    assert rules.effective_on(D("2026-11-20"), D("2026-11-18"), D("2026-11-22")) == D("2026-11-22")
    assert rules.effective_on(D("2026-11-20"), D("2026-11-18"), None) is None
    assert "印章" in str(rules.lacking(D("2026-11-20"), D("2026-11-18"), None))
    assert "调解员" in str(rules.lacking(D("2026-11-20"), None, D("2026-11-20")))
    assert rules.lacking(D("2026-11-20"), D("2026-11-18"), D("2026-11-22")) is None


def test_the_thirty_days_are_counted_down_to_the_last_one() -> None:
    last = rules.window(D("2026-11-20"), 30)
    assert last == D("2026-12-20")
    assert [rules.left(last, D(day)) for day in ("2026-11-21", "2026-12-20", "2026-12-21")] == [30, 1, 0]


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("3.2万", "32000"),
        ("3.2 万元", "32000"),
        ("５００元", "500"),
        ("32,000", "32000"),
        ("0", "0"),
        ("3元", "3"),
        ("500 يۈەن", "500"),
    ],
)
def test_money_is_taken_as_people_write_it(typed: str, yuan: str) -> None:
    assert YuanField(required=False).clean(typed) == Decimal(yuan)


def test_a_small_number_without_a_unit_is_asked_about() -> None:
    """万元 or 元: 3.2 could be either."""
    with pytest.raises(django_forms.ValidationError, match="是元还是万元"):
        YuanField(required=False).clean("3.2")
    with pytest.raises(django_forms.ValidationError, match="这里填金额"):
        YuanField(required=False).clean("很多")


def test_interest_above_four_times_the_rate_of_that_day_is_refused_with_its_basis() -> None:
    most, figure = most_interest(D("2026-11-23"))
    assert most == 12 and not figure.sure
    assert rules.interest_fault(Decimal("12"), most, figure.basis) is None
    assert "超过了上限 12%" in str(rules.interest_fault(Decimal("24"), most, figure.basis))
    assert most_interest(D("2020-08-19"))[0] == 24 and most_interest(D("2021-01-01"))[0] == Decimal("15.4")


def test_divorce_and_adoption_never_go_to_confirmation() -> None:
    """民诉法解释 Art 355."""
    for kind in ("0103", "0104"):
        assert [code for code, _q, _a in rules.court_refuses(kind, "双方同意", [])] == ["status"]
    assert [c for c, _q, _a in rules.court_refuses("02", "双方同意离婚，孩子归女方", [])] == ["status"]
    assert [c for c, _q, _a in rules.court_refuses("03", "房屋确认所有权归甲", ["unfree"])] == ["property", "unfree"]
    assert rules.court_refuses("0101", "男方退还彩礼三万元", []) == []
    assert all(article.startswith("民诉法解释 35") for _c, _q, article in rules.COURT_REFUSES)


def test_protection_is_not_given_away() -> None:
    assert "反家庭暴力法" in str(rules.gives_away_protection("女方不追究，不再报警"))
    assert rules.gives_away_protection("孩子随女方生活，男方每月付八百元") is None


def test_a_minor_does_not_sign_alone() -> None:
    born = D("2010-05-01")
    assert "不满 18 周岁" in str(rules.minor_alone([born], D("2026-11-23"), 18, ""))
    assert rules.minor_alone([born], D("2026-11-23"), 18, "示例父") is None
    assert rules.minor_alone([D("2008-11-23"), None], D("2026-11-23"), 18, "") is None, "of age on the birthday"
    assert rules.born_of("653125201005010013") == born and rules.born_of("") is None


def test_days_that_cannot_be_right_are_named() -> None:
    said = {"effective": D("2026-11-20"), "today": D("2026-11-23")}
    assert "早于协议的日期" in str(rules.out_of_order(**said, accepted=None, visited=D("2026-11-19")))
    assert "早于受理" in str(rules.out_of_order(**said, accepted=D("2026-11-21"), visited=None))
    assert "晚于今天" in str(
        rules.out_of_order(effective=D("2026-11-24"), today=D("2026-11-23"), accepted=None, visited=None)
    )
    assert rules.out_of_order(**said, accepted=D("2026-11-20"), visited=D("2026-11-20")) is None


def test_a_file_without_its_musts_is_not_whole() -> None:
    """Domain reference A, 2.10: 1, 2, 3, 7, 8 must be there; where nothing was agreed, no agreement is missed."""
    assert len(rules.file_lacks([], agreed=True)) == 5 and len(rules.file_lacks([], agreed=False)) == 4
    assert rules.file_lacks(["application", "rights", "identity", "record", "agreement"], agreed=True) == []


def test_who_sends_a_dispute_is_heard_in_the_story() -> None:
    assert rules.sent_by("法院委派你们诉前调解") == "court_before" and rules.sent_by("邻居浇水") == ""


def test_kinds_are_data_with_two_levels_and_what_the_law_treats_apart() -> None:
    assert (
        len(kinds.first_level()) == 15
        and len(kinds.short()) == 8
        and kinds.name_zh("0201") == "灌溉用水"
        and kinds.top_of("0201") == "02"
    )
    assert kinds.statute("0701") == kinds.LAND and kinds.statute("10") == kinds.LABOUR and kinds.statute("x") == ""
    assert {r["code"] for r in kinds.on(D("2026-11-23"))} == {r["code"] for r in kinds.everything()}


@pytest.mark.parametrize("number", range(1, 16))
def test_every_limit_of_the_reference_has_its_dated_figure(number: int) -> None:
    """PM-T01 … PM-T15."""
    rows = [row for row in (*clocks.LIMITS, *clocks.CONFIRM_LIMITS) if row.code == f"PM-T{number:02d}"]
    assert rows
    for row in rows:
        today = term(row.figure or row.key, D("2026-11-23"))
        assert today.amount > 0 and today.basis.startswith(f"PM-T{number:02d}："), row.key


@pytest.mark.parametrize(
    ("name", "day", "amount", "unit"),
    [
        ("finish", "2020-12-31", 1, "months"), ("finish", "2021-01-01", 30, "days"), ("finish_court_after", "2026-11-23", 15, "days"),
        ("finish_court_summary", "2026-11-23", 7, "days"), ("finish_medical", "2026-11-23", 30, "workdays"),
        ("finish_labour", "2026-11-23", 15, "days"), ("confirm", "2026-11-23", 30, "days"), ("court_decide", "2012-12-31", 15, "days"),
        ("court_decide", "2013-01-01", 30, "days"), ("confirm_object_third", "2014-01-01", 12, "months"),
        ("confirm_object_third", "2026-11-23", 6, "months"), ("letters_finish", "2026-11-23", 60, "days"),
    ],
)  # fmt: skip
def test_a_limit_keeps_the_rule_of_its_day(name: str, day: str, amount: int, unit: str) -> None:
    found = term(name, D(day))
    assert (found.amount, found.unit.value) == (amount, unit)


def test_what_no_statute_says_is_marked_as_not_confirmed() -> None:
    assert (
        not the("accept", D("2026-11-23")).sure
        and not the("visit_after", FIRST).sure
        and the("confirm", D("2026-11-23")).sure
    )


def test_a_court_case_comes_under_the_courts_number() -> None:
    form = Ask({"story": "法院叫来的", "source": "court_before", "sender": "甲县人民法院"})
    assert not form.is_valid() and "法院的案号" in str(form.errors["sender_no"])


# The simple ledger by the keystroke model

#: Card, Moran, Newell 1983: pointing 1.10 s, mental preparation 1.35 s, a response of the system. A phone's keys: 36 words a minute
#: (Palin et al. 2019), five strokes a word: 0.33 s a stroke.
POINT, MENTAL, KEY = 1.10, 1.35, 0.33


def strokes(letters: int, words: int) -> int:
    """Pinyin typed in full, and a touch on the word that is meant."""
    return letters + words


def test_a_dispute_of_two_lines_is_entered_in_under_thirty_seconds() -> None:
    """Typed in full pinyin, without any guess of the keyboard: 买买提, 吐尔逊, 邻里, 浇水先后，轮流浇, 谈成了."""
    form = Entry()
    typed = [f for f in form.fields.values() if isinstance(f.widget, django_forms.TextInput)]
    chosen = [f for f in form.fields.values() if isinstance(f.widget, django_forms.RadioSelect)]
    assert len(form.fields) == 5 and len(typed) == 3 and len(chosen) == 2
    keys = (
        strokes(len("maimaiti"), 1)
        + strokes(len("tuerxun"), 1)
        + strokes(len("jiaoshuixianhou") + len("lunliujiao"), 4)
    )
    touches = len(chosen) + (len(typed) - 1) + 1  # the first field has the cursor; one button at the end
    seconds = keys * KEY + touches * POINT + len(form.fields) * MENTAL
    assert (keys, touches) == (46, 5)
    assert seconds < 30, f"{seconds:.1f} s"


def test_nothing_is_chosen_beforehand_so_that_failures_are_told_too() -> None:
    assert Entry().fields["ended"].initial is None
    assert {code for code, _label in Entry().fields["ended"].choices} == {"agreed", "failed"}  # type: ignore[attr-defined]


def test_the_services_are_declared_where_the_list_says() -> None:
    assert confirming.service().items == {"D07"} and ledger.service().items == frozenset()
