"""Declared checks on the public page: shown beside the papers, limited as they are, and silent about everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from open12348.spine import checks, papers
from open12348.spine.checks import CHANGED, NOT_FOUND, REAL, CheckAnswer, PublicCheck
from open12348.spine.models import Case, IssuedPaper

from .people import NOW, Town
from .test_papers import T, case, refuse, service  # noqa: F401  (fixtures)


class Licence(forms.Form):
    number = forms.CharField(label="证号")
    name = forms.CharField(label="姓名")

    def clean_number(self) -> str:
        if not self.cleaned_data["number"].isdigit():
            raise forms.ValidationError("证号是数字，例如 123。")
        return str(self.cleaned_data["number"])


def answer(said: Any, at: Any) -> CheckAnswer:
    if (said["number"], said["name"]) != ("123", "示例"):
        return NOT_FOUND
    return CheckAnswer(REAL, T("有效：证件真实。", "كۈچكە ئىگە."), ((T("发证日期", "ۋاقتى"), date(2026, 1, 5)),))


CHECK = PublicCheck("trial", T("试行的证件", "سىناق كىنىشكا"), Licence, answer, limit_by="number", help="只回答真假。")


@pytest.fixture
def trial() -> Iterator[PublicCheck]:
    yield checks.offer_check(CHECK)
    checks.withdraw_check(CHECK)


def said(client: Client, **typed: str) -> str:
    return re.sub(r"<[^>]+>", "", client.post("/check/?kind=trial", typed).content.decode())


def test_a_declared_check_stands_beside_the_papers_in_three_languages(town: Town, trial: PublicCheck) -> None:
    client = Client()
    page = client.get("/check/").content.decode()
    assert 'href="/check/?kind=trial"' in page and "文书编号" in page
    page = client.get("/check/?kind=trial").content.decode()
    assert "证号" in page and "文书编号" not in page and "只回答真假" in page
    client.cookies["language"] = "ug"
    for language, words in (("ug", "سىناق كىنىشكا"), ("en", "What to check"), ("zh-hans", "有核对码的文书")):
        shown = client.post("/language/", {"language": language, "next": "/check/?kind=trial"}, follow=True)
        assert words in shown.content.decode(), language
    assert client.get("/check/?kind=nothing").status_code == 404


def test_it_answers_with_the_sentence_and_facts_and_nothing_else(
    town: Town, trial: PublicCheck, client: Client
) -> None:
    page = said(client, number="123", name="示例")
    assert "有效：证件真实。" in page and "1月5日" in page
    assert "没有查到" in said(client, number="123", name="别人") and "没有查到" in said(client, number="9", name="示例")
    assert "1月5日" not in said(client, number="123", name="别人")
    scanned = client.get("/check/", {"kind": "trial", "number": "123", "name": "示例"})
    assert "有效：证件真实。" in scanned.content.decode() and scanned["Cache-Control"] == "no-store"


def test_bad_input_is_told_what_is_right_and_kept(town: Town, trial: PublicCheck, client: Client) -> None:
    page = client.post("/check/?kind=trial", {"number": "abc", "name": "示例"}).content.decode()
    assert "证号是数字，例如 123。" in page and 'value="abc"' in page


def test_trying_names_is_limited_from_one_machine_and_for_one_number(town: Town, trial: PublicCheck) -> None:
    client = Client()
    tries = [client.post("/check/?kind=trial", {"number": "123", "name": str(n)}).status_code for n in range(32)]
    assert tries[0] == 200 and tries[-1] == 429
    other = Client(REMOTE_ADDR="10.9.8.7")
    assert other.post("/check/?kind=trial", {"number": "123", "name": "示例"}).status_code == 429
    assert other.post("/check/?kind=trial", {"number": "124", "name": "示例"}).status_code == 200


def test_a_check_adds_to_what_is_said_of_its_own_papers(town: Town, case: Case, client: Client) -> None:  # noqa: F811
    paper = refuse(town, case)

    def of_paper(found: IssuedPaper, at: Any) -> CheckAnswer | None:
        return CheckAnswer(CHANGED, "真的，但有补充。") if found.form == "refuse" else None

    declared = checks.offer_check(replace(CHECK, of_paper=of_paper))
    try:
        page = client.post("/check/", {"n": paper.number, "f": paper.fingerprint}).content.decode()
        assert "真的，但有补充。" in page and "现在有效" not in page
        assert "不是真的" in client.post("/check/", {"n": paper.number, "f": "0" * 16}).content.decode()
    finally:
        checks.withdraw_check(declared)
    assert papers.verdict(paper.number, paper.fingerprint) == papers.REAL


def test_a_declaration_that_cannot_work_is_refused_at_start_up(trial: PublicCheck) -> None:
    class Kind(forms.Form):
        kind = forms.CharField()

    for wrong in (CHECK, replace(CHECK, code="b", limit_by="nobody"), PublicCheck("c", "", Kind, answer)):
        with pytest.raises(ImproperlyConfigured):
            checks.offer_check(wrong)
    with pytest.raises(ValueError):
        CheckAnswer("perhaps", "")
    assert NOW and checks.get("trial") is trial
