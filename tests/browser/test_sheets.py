"""Lists in files, and single entries, in a real browser: both directions, both widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from open12348.registry.models import Organisation, Practitioner

from .conftest import clean, shot

ROWS = """类别,证号,中文姓名,维吾尔文姓名,所在区划代码,服务语言,电话,从业起始,星座
律师,16531201610000001,示例律师改名,,653125,zh,,,
律师,2,新来的,ئايگۈل,653125,汉语、维吾尔语,12,2016/7/1,狮子
调解员,3,另一个,,999999,火星语,13800001234,2016-02-30,
人民调解员,4,好的一行,,653125,维吾尔语,13800001234,2016年7月1日,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "名册.csv"
    file.write_text(ROWS, encoding="gb18030")
    return file


def upload(page: Page, roster: Path) -> None:
    page.select_option("#kind", "practitioners")
    page.set_input_files("#file", str(roster))
    page.click("form.card button")
    page.wait_for_selector("table.sheet")


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_the_sheets_and_their_preview_are_clean(look: Any, roster: Path, language: str, width: str) -> None:
    page = look("/console/sheets/", who="officer", language=language, width=width)
    shot(page, f"sheets-{language}-{width}")
    assert clean(page) == []
    upload(page, roster)
    shot(page, f"sheet-preview-{language}-{width}")
    assert clean(page) == []
    page.check("input[name=leave_out]")
    page.click("form.card button")
    page.wait_for_url("**/console/sheets/")
    assert (
        Practitioner.objects.filter(licence_no="4").exists()
        and not Practitioner.objects.filter(licence_no="2").exists()
    )


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "ug"])
def test_the_pages_of_single_entries_are_clean(look: Any, language: str, width: str) -> None:
    for who, path, name in (
        ("planner", "/console/places/", "places"),
        ("planner", "/console/places/S653125101/", "place"),
        ("clerk", "/console/places/S653125101/", "place-read"),
        ("officer", "/console/organisations/", "organisations"),
        ("officer", f"/console/organisations/{Organisation.objects.get().pk}/", "organisation"),
        ("officer", "/console/providers/new/", "provider-new"),
    ):
        page = look(path, who=who, language=language, width=width)
        for details in page.query_selector_all("main details"):
            details.evaluate("d => d.open = true")
        shot(page, f"{name}-{language}-{width}")
        assert (path, clean(page)) == (path, [])


def test_a_list_is_brought_in_without_script(look: Any, roster: Path) -> None:
    page = look("/console/sheets/", who="officer", script=False)
    upload(page, roster)
    assert "还没有写入任何内容" in page.content()
