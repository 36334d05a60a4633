"""Papers: one source, the same on both sides; numbered, fingerprinted, never edited; real, withdrawn or not ours; delivered."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.functional import lazy
from django.utils.translation import get_language
from pypdf import PdfReader

from open12348.kernel import blocks as b
from open12348.kernel import papers as paper_kernel
from open12348.kernel import word
from open12348.kernel.access import Denied, Role
from open12348.kernel.models import Message
from open12348.kernel.workdays import Unit
from open12348.spine import casework, catalogue, files, journal, papers
from open12348.spine.catalogue import Clock, Move, Outcome, Paper, Phase, Service, State
from open12348.spine.models import Case, Delivery, Document, Event, IssuedPaper, Order

from .people import NOW, Town, at

PDF = b"%PDF-1.4 receipt"
LATER = NOW + timedelta(hours=2)


def T(zh: str, ug: str) -> Any:
    """A lazy text in two languages, as gettext gives them."""
    return lazy(lambda: ug if (get_language() or "").startswith("ug") else zh, str)()


# Three forms, as a line writes them

GRANT = Paper(
    no=9, code="grant", title=T("给予法律援助决定书", "قانۇن ياردىمى بېرىش قارارنامىسى"),
    blocks=(
        b.Para(T("%(applicant)s：", "%(applicant)s:"), to=True),
        b.Para(T("您提出的申请，本中心已于%(day)s审查完毕。根据第三十一条，决定给予法律援助。",
                 "سىز سۇنغان ئىلتىماسنى مەركىزىمىز %(day)s تەكشۈرۈپ بولدى. 31-ماددىغا ئاساسەن قانۇن ياردىمى بېرىش قارار قىلىندى.")),
        b.Table((T("案号", "دېلو نومۇرى"), "case"), (T("案由", "سەۋەبى"), "cause"), (T("电话", "تېلېفون"), T("%(phone)s（办公室）", "%(phone)s (ئىشخانا)"))),
        b.Roster("workers", ("name", T("姓名", "ئىسمى")), ("owed", T("欠薪（元）", "ئىش ھەققى (يۈەن)"))),
        b.Seal(),
    ),
    facts=lambda act: {"cause": T("追索劳动报酬", "ئەمگەك ھەققى قوغلىشىش"), "phone": b.Code("0998-12348"), "workers": []},
)  # fmt: skip
REFUSE = Paper(
    no=10, code="refuse", title=T("不予法律援助决定书", "قانۇن ياردىمى بەرمەسلىك قارارنامىسى"),
    blocks=lambda act: [
        b.Para(T("理由：%(reason)s", "سەۋەبى: %(reason)s")),
        b.Items(T("不服的，收到之日起十五日内可以提出异议。", "نارازى بولسىڭىز، تاپشۇرۇۋالغان كۈندىن باشلاپ 15 كۈن ئىچىدە ئېتىراز بىلدۈرسىڭىز بولىدۇ.")),
        b.Ticks("ground", ("scope", T("不在范围内", "دائىرىدە ئەمەس")), ("means", T("经济状况不符合", "ئىقتىسادىي شەرت توشمايدۇ"))),
        *([b.Note(T("本决定一式二份。", "بۇ قارار ئىككى نۇسخا."))] if act.data.get("reason") else []),
        b.Seal(),
    ],
    facts=lambda act: {"reason": act.data["reason"], "ground": {"means"}},
)  # fmt: skip
TAKEN = Paper(
    no=5, code="taken", title=T("法律援助申请材料接收凭证", "ئىلتىماس ماتېرىيالى تاپشۇرۇۋېلىش تالونى"),
    blocks=(b.Items(fact="materials"), b.Sign(T("经办人", "بېجىرگۈچى"), T("申请人", "ئىلتىماس قىلغۇچى")), b.Finger(), b.Cut(T("存根", "قالدۇق"))),
    facts=lambda act: {"materials": ["身份证复印件", "工资条 3 张"]}, for_resident=True, tongues="zh",
)  # fmt: skip


class Wish(forms.Form):
    summary = forms.CharField()


class Reason(forms.Form):
    reason = forms.CharField()


SERVICE = Service(
    code="trial.apply", name=T("试行的援助", "سىناق ياردەم"), form=Wish, business="89", initial="received",
    states=(State("received", T("收到", "تاپشۇرۇلدى"), Phase.OPEN), State("granted", T("已给予", "بېرىلدى"), Phase.OPEN),
            State("refused", T("不予", "بېرىلمىدى"), Phase.DONE), State("gone", T("撤回", "قايتۇرۇلدى"), Phase.DONE)),
    moves=(
        Move("grant", T("给予", "بېرىش"), {"received"}, "granted", {Role.OFFICER}, papers=(GRANT, TAKEN)),
        Move("refuse", T("不予", "بەرمەسلىك"), {"received"}, "refused", {Role.OFFICER}, form=Reason, outcome="refused", papers=(REFUSE,)),
        Move("withdraw", T("撤回", "قايتۇرۇش"), {"received", "granted"}, "gone", {Role.RESIDENT}, outcome="refused"),
        Move("reopen", T("重新办理", "قايتا بېجىرىش"), {"refused", "gone"}, "received", {Role.RESIDENT}),
    ),
    outcomes=(Outcome("refused", T("不予援助", "ياردەم بېرىلمىدى"), good=False),),
    clocks=(Clock("object", T("提出异议", "ئېتىراز"), 15, Unit.DAYS, starts={"served:refuse"}, stops={"reopen"}, who=Role.RESIDENT,
                  after_end=True, begins=papers.from_service("refuse"), basis="LAL 49"),),
)  # fmt: skip


@pytest.fixture
def service() -> Iterator[Service]:
    yield catalogue.offer(SERVICE)
    catalogue.withdraw_offer(SERVICE)


@pytest.fixture
def case(town: Town, service: Service) -> Case:
    return town.need(service="trial.apply").case


def grant(town: Town, case: Case, who: str = "officer") -> IssuedPaper:
    casework.make(case=case, move="grant", by=town.actor(who), at=NOW)
    return case.order.issued_papers.get(form="grant")


def refuse(town: Town, case: Case) -> IssuedPaper:
    casework.make(
        case=case, move="refuse", by=town.actor("officer"), at=NOW, data={"reason": "上月收入 9000 元，超过标准"}
    )
    return case.order.issued_papers.get(form="refuse")


def text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def content(blocks: list[Any], **facts: Any) -> dict[str, Any]:
    whole = {"office": b.Named("甲县中心", "ئا مەركىزى"), "day": date(2026, 11, 23), **facts}
    return b.freeze(title=T("决定书", "قارارنامە"), blocks=blocks, facts=whole)


# One source, the same on both sides


FULL = dict(
    applicant=b.Named("阿依古丽·买买提", "ئايگۈل مەمەت"), case=b.Code("3125-0226-0001-2364"), amount=Decimal("12300.50"),
    day=date(2026, 11, 23), when=NOW, cause=T("欠薪", "ئىش ھەققى"), said="老板从 2026-08-01 起没发工资",
)  # fmt: skip


@pytest.mark.parametrize("tongues", ["zh", "ug", "zh-ug"])
def test_sides_that_say_the_same_pass(tongues: str) -> None:
    said = content(
        [
            b.Para(T("%(applicant)s的案件%(case)s，%(day)s，%(when)s，%(amount)s元，%(cause)s：%(said)s。十五日内、第四十九条、三个月。",
                     "%(applicant)s نىڭ دېلوسى %(case)s، %(day)s، %(when)s، %(amount)s يۈەن، %(cause)s: %(said)s. ئون بەش كۈن ئىچىدە، 49-ماددا، 3 ئاي."))
        ],
        **FULL,
    )  # fmt: skip
    b.check(said, tongues)


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("%(applicant)s، 10 كۈن ئىچىدە، %(day)s", "15"),  # another limit
        ("%(applicant)s، كۈن ئىچىدە، %(day)s", "15"),  # the limit left out
        ("%(applicant)s، ئون كۈن ئىچىدە، %(day)s", "10"),  # another limit in words
        ("%(applicant)s، 15 كۈن ئىچىدە", "2026-11-23"),  # the day left out
        ("15 كۈن ئىچىدە، %(day)s", "阿依古丽·买买提"),  # the name left out
        ("%(applicant)s، 15 كۈن ئىچىدە، %(day)s، %(case)s", "3125-0226-0001-2364"),  # a code too many
        ("%(applicant)s، 15 كۈن ئىچىدە، %(when)s", "2026-11-23T10:00"),  # another date
        ("%(applicant)s، 15 كۈن ئىچىدە، %(day)s، 0998-12348", "0998-12348"),
    ],
)  # fmt: skip
def test_a_broken_translation_stops_the_paper(broken: str, what: str) -> None:
    said = content([b.Para(T("%(applicant)s，15 日内，%(day)s", broken))], **FULL)
    with pytest.raises(b.Differs) as fault:
        b.check(said, "zh-ug")
    assert what in str(fault.value.message)
    with pytest.raises(b.Differs):  # one side alone is compared with the Chinese that counts, too
        paper_kernel.of_blocks(content=said, tongues="ug")
    with pytest.raises(b.Differs):
        word.of_blocks(content=said, tongues="zh-ug")
    b.check(said, "zh")


def test_a_sentence_without_translation_stops_the_paper_where_it_is_needed() -> None:
    said = content([b.Para(T("十五日内提出", "十五日内提出"))])
    with pytest.raises(b.Untranslated):
        b.check(said, "zh-ug")
    with pytest.raises(b.Untranslated):
        b.check(content([b.Para(T("%(kind)s", "%(kind)s"))], kind=T("欠薪", "欠薪")), "ug")
    b.check(said, "zh")


def test_a_place_without_a_fact_stops_the_paper() -> None:
    for block in (
        b.Para(T("%(nobody)s", "%(nobody)s")),
        b.Roster("nobody", ("a", T("甲", "ئا"))),
        b.Table((T("甲", "ئا"), "nobody")),
    ):
        with pytest.raises(b.Unfilled) as fault:
            b.check(content([block]), "zh")
        assert "nobody" in str(fault.value.message)


def test_a_day_reads_back_as_the_same_day_in_each_language() -> None:
    day = date(2027, 1, 5)
    for side in ("zh", "ug", "en"):
        assert b._read_day(b.day_text(day, side), side) == "2027-01-05"


def test_words_count_once_in_the_fingerprint_whatever_their_translation() -> None:
    one = content([b.Number()], cause=T("欠薪", "ئىش ھەققى"))["facts"]
    other = content([b.Number()], cause=T("欠薪", "مائاش"))["facts"]
    assert b.digest(one) == b.digest(other) != b.digest(one | {"cause": {"text": "借款"}})
    assert b.digest(dict(reversed(list(one.items())))) == b.digest(one)
    assert b.digest(one, "order", "form") != b.digest(one, "order", "other form")


# How it looks: RTL, names, many rows


def html_of(said: dict[str, Any], tongues: str) -> str:
    return paper_kernel._Sheet(said, tongues, "3125-0226-0001-2364-09-01").body()


def test_every_number_in_uyghur_text_is_isolated() -> None:
    said = content(
        [b.Para(T("0998-12348，2026-11-23，%(said)s", "تېلېفون 0998-12348، 2026-11-23، %(said)s")), b.Table((T("电话", "تېلېفون"), "phone"))],
        phone=b.Code("0998-2820000"), said="مەن 138-0000-0000 غا تېلېفون قىلدىم",
    )  # fmt: skip
    page = html_of(said, "ug")
    bare = re.sub(r"<[^>]+>", "", re.sub(r'<bdi dir="ltr">[^<]*</bdi>', "", page))
    assert re.search(r"\d", bare) is None
    for number in ("0998-12348", "2026-11-23", "0998-2820000", "138-0000-0000", "3125-0226-0001-2364-09-01"):
        assert f'<bdi dir="ltr">{number}</bdi>' in page


def test_both_scripts_of_a_name_stand_on_their_side() -> None:
    long = "ئابدۇرېھىم مۇھەممەدئىمىن ئابدۇقادىر ئوغلى " * 3
    name = b.Named("阿卜杜热依木·穆罕默德伊敏·阿卜杜喀迪尔", long.strip())
    said = content([b.Table((T("姓名", "ئىسمى"), "name")), b.Para(T("%(name)s：", "%(name)s:"), to=True)], name=name)
    page = html_of(said, "zh-ug")
    assert '<bdi dir="ltr" lang="zh">阿卜杜热依木·穆罕默德伊敏·阿卜杜喀迪尔</bdi>' in page
    assert f'<bdi dir="rtl" lang="ug">{long.strip()}</bdi>' in page
    made = paper_kernel.of_blocks(content=said, tongues="zh-ug")
    assert "阿卜杜热依木·穆罕默德伊敏·阿卜杜喀迪尔" in squeezed(text_of_pdf(made.content))
    # who has no Uyghur name stands there in Chinese, left to right
    assert '<bdi dir="ltr" lang="zh">李雷</bdi>' in html_of(
        content([b.Para(T("%(n)s", "%(n)s"))], n=b.Named("李雷")), "ug"
    )


def test_what_somebody_typed_cannot_become_markup() -> None:
    said = content([b.Para(T("%(said)s", "%(said)s"))], said='<script>alert(1)</script> %(day)s "引号" & 100%')
    page = html_of(said, "zh-ug")
    assert "<script>" not in page and "&lt;script&gt;" in page and "%(day)s" in page


def test_a_roster_of_a_hundred_runs_over_pages_and_repeats_its_header() -> None:
    rows = [{"name": b.Named(f"示例工人{n}", f"مىسال {n}"), "owed": 1000 + n} for n in range(100)]
    said = content([b.Roster("workers", ("name", T("姓名", "ئىسمى")), ("owed", T("欠薪", "ئىش ھەققى")))], workers=rows)
    pages = PdfReader(io.BytesIO(paper_kernel.of_blocks(content=said, tongues="zh").content)).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 2 and all("姓名" in text for text in texts[:-1] if "示例工人" in text)
    assert sum(text.count("示例工人") for text in texts) == 100
    document = (
        zipfile.ZipFile(io.BytesIO(word.of_blocks(content=said, tongues="zh"))).read("word/document.xml").decode()
    )
    assert document.count("<w:tblHeader/>") == 1 and document.count("示例工人") == 100


def test_the_word_copy_marks_right_to_left_and_carries_no_check_code(town: Town, case: Case) -> None:
    from docx import Document

    paper = grant(town, case)
    made = papers.as_word(paper)
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert "<w:bidi/>" in xml and "<w:rtl/>" in xml and 'w:cs="UKIJ Tuz"' in xml and 'w:eastAsia="FangSong"' in xml
    # a number in a right-to-left paragraph is a run of its own, not marked rtl, between marks
    run = re.search(r"<w:r><w:rPr>((?:(?!</w:rPr>).)*)</w:rPr><w:t[^>]*>\u200e0998-12348\u200e</w:t>", xml)
    assert run is not None and "<w:rtl/>" not in run[1]
    read = "\n".join(p.text for p in Document(io.BytesIO(made)).element.body.iter() if p.tag.endswith("}t") and p.text)
    assert (
        "给予法律援助决定书" in read
        and "قانۇن ياردىمى بېرىش قارارنامىسى" in read
        and paper.number in read.replace("\u200e", "")
    )
    assert "没有核对码" in read and paper.fingerprint not in read


# Issued by a move, once, under a number


def test_a_move_issues_its_papers_in_the_same_transaction(town: Town, case: Case) -> None:
    paper = grant(town, case)
    code = "-".join(case.order.code[i : i + 4] for i in range(0, 16, 4))
    assert paper.number == f"{code}-09-01" and paper.tongues == "zh-ug"  # the applicant reads Uyghur
    assert case.order.issued_papers.get(form="taken").tongues == "zh"
    assert papers.facts_hold(paper)
    said = squeezed(text_of_pdf(files.content(paper.document)))
    assert (
        paper.number in said and paper.fingerprint in said and "给予法律援助决定书" in said and "2026年11月23日" in said
    )
    assert "阿依古丽·买买提" in said and "/check" in said
    event = next(e for e in journal.story(case.order) if e.kind == "paper_issued" and e.data["form"] == "grant")
    assert event.data["number"] == paper.number and "阿依古丽" not in json.dumps(event.data, ensure_ascii=False)
    assert journal.verify() == []


def test_what_it_says_is_sealed_in_the_database(town: Town, case: Case) -> None:
    paper = grant(town, case)
    with connection.cursor() as sql:
        sql.execute("SELECT content FROM spine_issuedpaper WHERE id = %s", [paper.pk])
        stored = sql.fetchone()[0]
    assert (
        "阿依古丽" not in stored and papers.content_of(paper)["facts"]["applicant"]["named"]["zh"] == "阿依古丽·买买提"
    )


def granted_with(town: Town, service: Service, broken: Paper) -> Any:
    """A grant whose paper is this one: the case as it stands after it, and what was refused."""
    catalogue.withdraw_offer(service)
    moves = tuple(replace(m, papers=(broken,)) if m.code == "grant" else m for m in SERVICE.moves)
    edition = catalogue.offer(replace(SERVICE, moves=moves))
    refused: Any = None
    try:
        case = town.need(service="trial.apply").case
        try:
            casework.make(case=case, move="grant", by=town.actor("officer"), at=NOW)
        except casework.Refused as fault:
            refused = fault.reason
        case.refresh_from_db()
        return case, refused
    finally:
        catalogue.withdraw_offer(edition)
        catalogue.offer(SERVICE)


def test_a_paper_that_cannot_be_written_undoes_the_move(town: Town, service: Service) -> None:
    case, refused = granted_with(
        town, service, replace(GRANT, blocks=(b.Para(T("%(nobody)s，15 日内", "%(nobody)s 15 كۈن ئىچىدە")),))
    )
    assert refused and case.state == "received" and not IssuedPaper.objects.exists()


def test_a_side_that_does_not_agree_is_left_out_and_the_act_stands(town: Town, service: Service) -> None:
    """The act of law does not wait for a translator: the Chinese goes out, and the place is told."""
    case, refused = granted_with(town, service, replace(GRANT, blocks=(b.Para(T("15 日内", "10 كۈن ئىچىدە")),)))
    assert refused is None and case.state != "received"
    assert IssuedPaper.objects.get().tongues == "zh"
    assert case.order.events.filter(kind="paper_one_side").count() == 1
    assert case.order.staff_notices.filter(to="place").count() == 1


def test_the_same_facts_in_the_same_form_are_one_paper_unless_asked_anew(town: Town, case: Case) -> None:
    first = grant(town, case)
    more = {"cause": T("追索劳动报酬", "ئەمگەك ھەققى قوغلىشىش"), "phone": b.Code("0998-12348"), "workers": []}
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=LATER) as now:
        assert papers.issue(now, GRANT, facts=more) == first
        assert papers.issue(now, GRANT, facts=more, tongues="zh").number.endswith("-09-02")
        assert papers.issue(now, GRANT, facts=more, anew=True).number.endswith("-09-03")
        assert papers.issue(now, GRANT, facts=more | {"phone": b.Code("0998-2820000")}).number.endswith("-09-04")


def test_a_failed_act_leaves_no_gap_in_the_numbers(town: Town, case: Case) -> None:
    with pytest.raises(RuntimeError), journal.turn(order_id=case.pk, by=town.actor("officer"), at=NOW) as now:
        papers.issue(now, TAKEN, facts={"materials": ["甲"]})
        raise RuntimeError
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=NOW) as now:
        assert papers.issue(now, TAKEN, facts={"materials": ["乙"]}).number.endswith("-05-01")


def test_a_paper_is_never_edited_nor_deleted(town: Town, case: Case) -> None:
    paper = grant(town, case)
    for change in ({"number": "x"}, {"facts_digest": "0" * 64}, {"content": "{}"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedPaper.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=paper.pk).delete()


def test_two_papers_of_a_service_may_not_share_a_number(service: Service) -> None:
    twins = (replace(SERVICE.moves[0], papers=(GRANT, replace(TAKEN, no=9))), *SERVICE.moves[1:])
    assert any("numbers of their own" in fault for fault in catalogue.faults_of(replace(SERVICE, moves=twins)))
    assert any("unknown act served:nothing" in fault for fault in catalogue.faults_of(
        replace(SERVICE, clocks=(replace(SERVICE.clocks[0], starts={"served:nothing"}),))))  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_many_at_one_case_get_no_twin_numbers(transactional_town: Town) -> None:
    catalogue.offer(SERVICE)
    try:
        town = transactional_town
        case, officer = town.need(service="trial.apply").case, town.actor("officer")
        came: list[str] = []
        faster: list[str] = []

        def work(n: int) -> None:
            try:
                with journal.turn(order_id=case.pk, by=officer, at=NOW) as now:
                    row = papers.issue(now, TAKEN, facts={"materials": [f"材料{n}"]})
                came.append(row.number)
            except journal.Conflict:
                faster.append(str(n))
            finally:
                connection.close()

        hands = [threading.Thread(target=work, args=(n,)) for n in range(6)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        assert len(came) + len(faster) == 6 and came
        assert sorted(came) == sorted(IssuedPaper.objects.values_list("number", flat=True))
        assert sorted(int(n[-2:]) for n in came) == list(range(1, len(came) + 1))  # no twin, no gap
        assert journal.verify() == []
    finally:
        catalogue.withdraw_offer(SERVICE)


@pytest.fixture
def transactional_town(transactional_db: Any) -> Town:
    from .people import build

    return build()


# Corrected by a new one


def test_a_correction_is_a_new_paper_that_names_the_old(town: Town, case: Case, client: Client) -> None:
    old = grant(town, case)
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=LATER) as now:
        new = papers.issue(
            now, GRANT, facts={"cause": "欠薪", "phone": b.Code("0998-12348"), "workers": []}, replaces=old
        )
    old.refresh_from_db()
    assert old.revoked_at == LATER and new.number in old.revoke_reason and new.replaces == old
    assert papers.verdict(old.number, old.facts_digest) == "withdrawn"
    assert papers.verdict(new.number, new.facts_digest) == "real"
    turn = journal.turn(order_id=case.pk, by=town.actor("officer"), at=LATER)
    with pytest.raises(papers.PaperFault), turn as now:  # the old one cannot be corrected twice
        papers.issue(now, GRANT, facts={"cause": "借款", "phone": b.Code("1"), "workers": []}, replaces=old)


def test_only_who_is_in_charge_withdraws_and_says_why(town: Town, case: Case) -> None:
    paper = grant(town, case)
    for who in ("clerk", "provider", "supervisor_b", "applicant", "stranger"):
        with pytest.raises(Denied):
            papers.revoke(paper=paper, by=town.actor(who), at=LATER, reason="写错了")
    with pytest.raises(papers.PaperFault):
        papers.revoke(paper=paper, by=town.actor("officer"), at=LATER, reason="  ")
    papers.revoke(paper=paper, by=town.actor("officer"), at=LATER, reason="写错了")
    with pytest.raises(papers.PaperFault):  # the second one is told
        papers.revoke(paper=paper, by=town.actor("supervisor"), at=LATER, reason="写错了")


# Is it real?


def asked(client: Client, n: str, f: str, **more: Any) -> str:
    answer = client.post("/check/", {"n": n, "f": f}, **more)
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def test_the_page_says_real_or_not_or_withdrawn_and_nothing_else(town: Town, case: Case, client: Client) -> None:
    paper = refuse(town, case)
    said = asked(client, paper.number, paper.fingerprint)
    assert "真的：" in said
    for secret in ("阿依古丽", "不予", "甲县", "9000", "试行的援助", "2026"):
        assert secret not in said
    assert "不是真的" in asked(client, paper.number, "0123-4567-89ab-cdef")
    assert "不是真的" in asked(client, paper.number[:-1] + "9", paper.fingerprint)
    papers.revoke(paper=paper, by=town.actor("officer"), at=LATER, reason="写错了")
    assert "已撤回" in asked(client, paper.number, paper.fingerprint)


def test_the_qr_sign_leads_to_the_answer(town: Town, case: Case, client: Client) -> None:
    paper = grant(town, case)
    address = papers.address(paper.number, paper.facts_digest)
    assert "真的：" in client.get("/check/" + address.partition("/check/")[2]).content.decode()
    assert client.get("/check/").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        lambda n, f: (n.replace("-", ""), f.replace("-", "")),
        lambda n, f: (n.replace("-", " "), f.upper()),
        lambda n, f: ("".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in n), f.replace("-", "－")),
        lambda n, f: (f" 编号：{n} ", f"　{f.upper()}　"),
        lambda n, f: ("\u200e" + n + "\u200e", f.replace("0", "O")),
    ],
)
def test_numbers_are_taken_as_people_type_them(town: Town, case: Case, client: Client, typed: Any) -> None:
    paper = grant(town, case)
    assert "真的：" in asked(client, *typed(paper.number, paper.fingerprint))


def test_bad_input_is_told_what_is_right_and_keeps_what_was_typed(town: Town, client: Client) -> None:
    answer = client.post("/check/", {"n": "12345", "f": "zz"}).content.decode()
    assert "文书编号是 20 位数字" in answer and "核对码是 16 个" in answer and 'value="12345"' in answer


def test_the_file_itself_is_real_only_when_no_byte_differs(town: Town, case: Case, client: Client) -> None:
    paper = grant(town, case)
    whole = files.content(paper.document)

    def upload(content: bytes) -> str:
        return client.post("/check/", {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()

    assert "一个字也没有改" in upload(whole)
    assert "不是真的" in upload(whole + b"\n") and "不是真的" in upload(b"%PDF-1.4 forged")
    papers.revoke(paper=paper, by=town.actor("officer"), at=LATER, reason="写错了")
    assert "已撤回" in upload(whole)


def test_trying_codes_is_limited(town: Town, case: Case, client: Client) -> None:
    paper = grant(town, case)
    statuses = [client.post("/check/", {"n": paper.number, "f": f"{n:016x}"}).status_code for n in range(32)]
    assert statuses[0] == 200 and statuses[-1] == 429
    # from another machine: the number itself is worn out
    assert (
        client.post("/check/", {"n": paper.number, "f": paper.fingerprint}, REMOTE_ADDR="10.9.8.7").status_code == 429
    )


# Delivered


def sent(town: Town, paper: IssuedPaper, way: str = "hand", who: str = "clerk", **more: Any) -> Delivery:
    return papers.deliver(paper=paper, way=way, by=town.actor(who), at=NOW, **more)


def test_by_hand_with_a_receipt(town: Town, case: Case) -> None:
    paper = refuse(town, case)
    row = sent(town, paper)
    assert papers.served_at(case.order, "refuse") is None
    papers.received(delivery=row, by=town.actor("clerk"), at=LATER, name="本人", receipt=files.Upload("回证.pdf", PDF))
    assert papers.served_at(case.order, "refuse") == LATER
    assert row.receipt is not None and not row.receipt.for_resident and row.received_by == "本人"
    assert papers.receipt(row).startswith(b"%PDF")


def test_the_time_to_object_counts_from_the_day_of_service_not_of_entry(town: Town, case: Case) -> None:
    paper = refuse(town, case)
    row = sent(town, paper, "post", mail_no="EMS 1234 5678 CN")
    assert not case.order.deadlines.filter(clock="object").exists()
    papers.received(delivery=row, by=town.actor("clerk"), at=at("2026-12-01"), when=at("2026-11-25"), name="本人")
    limit = case.order.deadlines.get(clock="object")
    assert limit.started_at == at("2026-11-25") and limit.due_at == at(
        "2026-12-11", 0
    )  # the 10th of December is the last day


def test_a_paper_of_another_addressee_starts_no_time_of_the_applicant(town: Town, case: Case) -> None:
    row = sent(town, refuse(town, case), to="unit", to_name="示例律师事务所")
    papers.received(delivery=row, by=town.actor("clerk"), at=LATER, name="前台")
    assert papers.served_at(case.order, "refuse") is None and not case.order.deadlines.filter(clock="object").exists()


def test_electronically_with_consent_and_received_when_the_person_opens_it(
    town: Town, case: Case, sign_in: Any
) -> None:
    paper = refuse(town, case)
    with pytest.raises(papers.PaperFault):
        sent(town, paper, "electronic")
    row = sent(town, paper, "electronic", consent=True)
    told = Message.objects.order_by("-pk").first()
    assert told is not None and "ھۆججەت" in told.text and "قارار" not in told.text
    shown = sign_in(town, "applicant", on=Client())
    page = shown.get(f"/me/{case.order.code}/").content.decode()
    assert "قانۇن ياردىمى بەرمەسلىك" in page or "不予法律援助决定书" in page
    sign_in(town, "clerk", on=Client()).get(f"/console/cases/{case.order.code}/files/{paper.document_id}/")
    row.refresh_from_db()
    assert row.received_at is None  # staff who look have not received it
    answer = shown.get(f"/me/{case.order.code}/files/{paper.document_id}/")
    assert answer.status_code == 200 and answer.content == files.content(paper.document)
    row.refresh_from_db()
    first = row.received_at
    assert first is not None and case.order.deadlines.filter(clock="object").count() == 1
    shown.get(f"/me/{case.order.code}/files/{paper.document_id}/")
    row.refresh_from_db()
    assert row.received_at == first and case.order.deadlines.filter(clock="object").count() == 1
    assert (
        sign_in(town, "stranger", on=Client()).get(f"/me/{case.order.code}/files/{paper.document_id}/").status_code
        == 404
    )


def test_a_helper_who_opens_it_has_not_received_it_for_the_person(town: Town, service: Service, sign_in: Any) -> None:
    order = town.need(
        service="trial.apply", contact={"behalf": "relative", "helper_name": "李雷", "helper_phone": "13900009999"}
    )
    paper = refuse(town, order.case)
    row = sent(town, paper, "electronic", consent=True)
    assert sign_in(town, "stranger", on=Client()).get(f"/me/{order.code}/files/{paper.document_id}/").status_code == 200
    row.refresh_from_db()
    assert row.received_at is None


def test_no_message_to_who_wants_none(town: Town, service: Service) -> None:
    paper = refuse(town, town.need(service="trial.apply", contact={"reply_by": "none"}).case)
    with pytest.raises(papers.PaperFault):
        sent(town, paper, "electronic", consent=True)


@pytest.mark.parametrize(
    ("way", "more", "word_"),
    [("post", {}, "邮件号"), ("through", {}, "哪个单位"), ("pigeon", {}, "怎样送"), ("hand", {"to": "king"}, "送给谁"),
     ("electronic", {"to": "unit", "consent": True}, "申请人本人")],
)  # fmt: skip
def test_a_delivery_that_cannot_be_is_refused_with_a_reason(
    town: Town, case: Case, way: str, more: dict[str, Any], word_: str
) -> None:
    with pytest.raises(papers.PaperFault) as fault:
        sent(town, refuse(town, case), way, **more)
    assert word_ in str(fault.value.message)


def test_what_did_not_arrive_is_sent_again_and_the_second_clerk_is_told(town: Town, case: Case) -> None:
    paper = refuse(town, case)
    row = sent(town, paper, "through", through="示例看守所")
    with pytest.raises(papers.PaperFault):
        sent(town, paper, who="clerk_two")  # already on its way
    papers.failed(delivery=row, by=town.actor("clerk"), at=LATER, why="本人已转走")
    with pytest.raises(papers.PaperFault):
        papers.received(delivery=row, by=town.actor("clerk_two"), at=LATER, name="本人")
    again = sent(town, paper, who="clerk_two")
    seen = Case.objects.get(pk=case.pk).journal_seq
    papers.received(delivery=again, by=town.actor("clerk"), at=LATER, name="本人", expect=seen)
    with pytest.raises(journal.Conflict):
        papers.received(delivery=again, by=town.actor("clerk_two"), at=LATER, name="本人", expect=seen)


def test_a_receipt_cannot_come_from_the_future_or_before_it_was_sent(town: Town, case: Case) -> None:
    row = sent(town, refuse(town, case))
    for when in (at("2026-11-22"), LATER + timedelta(days=1)):
        with pytest.raises(papers.PaperFault):
            papers.received(delivery=row, by=town.actor("clerk"), at=LATER, when=when, name="本人")
    with pytest.raises(papers.PaperFault):
        papers.received(delivery=row, by=town.actor("clerk"), at=LATER, name=" ")


def test_strangers_send_nothing(town: Town, case: Case) -> None:
    paper = refuse(town, case)
    for who in ("clerk_b", "provider", "supervisor_b", "planner", "applicant", "stranger", "nobody"):
        with pytest.raises(Denied):
            sent(town, paper, who=who)
    papers.revoke(paper=paper, by=town.actor("officer"), at=LATER, reason="写错了")
    with pytest.raises(papers.PaperFault):
        sent(town, paper)


# At the desk


def test_the_desk_sends_takes_the_receipt_and_withdraws(town: Town, case: Case, sign_in: Any) -> None:
    paper = refuse(town, case)
    clerk, officer = sign_in(town, "clerk", on=Client()), sign_in(town, "officer", on=Client())
    page, code = f"/console/cases/{case.order.code}/papers/", case.order.code
    assert paper.number in clerk.get(f"/console/cases/{code}/").content.decode()
    shown = clerk.get(page).content.decode()
    assert "不予法律援助决定书" in shown and "撤回这份文书" not in shown
    wrong = clerk.post(page, {"act": f"send:{paper.pk}", "way": "post", "to": "applicant", "to_name": "记住我"})
    assert wrong.status_code == 409 and "邮件号" in wrong.content.decode() and "记住我" in wrong.content.decode()
    assert (
        clerk.post(page, {"act": f"send:{paper.pk}", "way": "post", "to": "applicant", "mail_no": "E1"}).status_code
        == 302
    )
    row = paper.deliveries.get()
    assert clerk.post(page, {"act": f"received:{row.pk}", "name": ""}).status_code == 200  # asked again, kept
    proof = SimpleUploadedFile("回证.pdf", PDF)
    assert clerk.post(page, {"act": f"received:{row.pk}", "name": "本人", "receipt": proof}).status_code == 302
    assert "看回证" in clerk.get(page).content.decode()
    assert clerk.get(f"/console/cases/{code}/receipts/{row.pk}.pdf").content.startswith(b"%PDF")
    docx = clerk.get(f"/console/cases/{code}/papers/{paper.pk}.docx")
    assert docx.status_code == 200 and docx.content.startswith(b"PK")
    assert clerk.post(page, {"act": f"revoke:{paper.pk}", "why": "x"}).status_code == 409
    assert officer.post(page, {"act": f"revoke:{paper.pk}", "why": "写错了"}).status_code == 302
    assert papers.verdict(paper.number, paper.fingerprint) == "withdrawn"


def test_by_hand_and_signed_for_is_one_step_at_the_desk(town: Town, case: Case, sign_in: Any) -> None:
    paper = refuse(town, case)
    clerk = sign_in(town, "clerk", on=Client())
    page = f"/console/cases/{case.order.code}/papers/"
    clerk.post(page, {"act": f"send:{paper.pk}", "way": "hand", "to": "applicant", "name": "本人"})
    assert papers.served_at(case.order, "refuse") is not None


def test_the_desk_issues_the_same_in_both_languages(town: Town, service: Service, sign_in: Any) -> None:
    case = town.need(service="trial.apply", contact={"language": "zh"}).case
    paper = refuse(town, case)
    assert paper.tongues == "zh"
    clerk = sign_in(town, "clerk", on=Client())
    clerk.post(f"/console/cases/{case.order.code}/papers/", {"act": f"again:{paper.pk}", "tongues": "zh-ug"})
    other = case.order.issued_papers.get(tongues="zh-ug")
    assert other.facts_digest == paper.facts_digest and other.number.endswith("-10-02")
    assert other.revoked_at is None and paper.revoked_at is None


def test_papers_of_another_case_are_not_reached_through_this_one(town: Town, service: Service, sign_in: Any) -> None:
    one, other = town.need(service="trial.apply").case, town.need(service="trial.apply").case
    paper = refuse(town, other)
    clerk = sign_in(town, "clerk", on=Client())
    assert clerk.get(f"/console/cases/{one.order.code}/papers/{paper.pk}.docx").status_code == 404
    assert (
        clerk.post(
            f"/console/cases/{one.order.code}/papers/", {"act": f"send:{paper.pk}", "way": "hand", "to": "applicant"}
        ).status_code
        == 404
    )
    assert sign_in(town, "clerk_b", on=Client()).get(f"/console/cases/{other.order.code}/papers/").status_code == 404


# Drawn later, once


def test_the_move_waits_for_no_picture_and_it_is_drawn_once(town: Town, case: Case) -> None:
    paper = grant(town, case)
    assert paper.digest == "" and paper.document.blob is None and paper.document.has_file
    assert papers.verdict(paper.number, paper.facts_digest) == "real"  # it went out when it was issued
    seq = Case.objects.get(pk=case.pk).journal_seq
    first = files.content(paper.document)
    for _again in range(2):
        paper.refresh_from_db()
        assert files.content(IssuedPaper.objects.get(pk=paper.pk).document) == first
    assert papers.verdict_of_file(first) == "real" and Case.objects.get(pk=case.pk).journal_seq == seq
    lines = Event.objects.filter(stream=papers.DRAWN, data__number=paper.number)
    assert [e.data["digest"] for e in lines] == [paper.digest] and journal.verify() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=paper.pk).update(digest="f" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=paper.pk).update(digest="")


def test_of_two_who_draw_one_stands(town: Town, case: Case) -> None:
    paper = grant(town, case)
    one, two = IssuedPaper.objects.get(pk=paper.pk), IssuedPaper.objects.get(pk=paper.pk)
    assert papers.draw(one, at=NOW).digest == papers.draw(two, at=LATER).digest
    assert files.content(one.document) == files.content(two.document)
    assert Event.objects.filter(stream=papers.DRAWN, data__number=paper.number).count() == 1


def test_the_worker_draws_what_nobody_opened(town: Town, case: Case) -> None:
    grant(town, case)
    assert papers.draw_waiting(at=LATER, most=1) == 1
    assert papers.draw_waiting(at=LATER) == 1 and papers.draw_waiting(at=LATER) == 0
    assert not IssuedPaper.objects.filter(digest="").exists()


def test_what_cannot_be_drawn_does_not_hold_up_the_others(town: Town, case: Case) -> None:
    paper = grant(town, case)
    said = papers.content_of(paper)
    del said["facts"]["cause"]  # as no turn would issue it
    IssuedPaper.objects.create(
        document=Document.objects.create(order=case.order, kind="paper", by="staff:1", at=NOW), order=case.order, form="grant",
        number="1", facts_digest="0" * 64, issued_at=at("2026-11-01"), by="staff:1", content=json.dumps(said),
    )  # fmt: skip
    assert papers.draw_waiting(at=LATER) == 2  # the two that can be
    assert IssuedPaper.objects.filter(digest="").count() == 1


def test_own_words_wrap_and_a_number_does_not(town: Town, service: Service) -> None:
    said = content([b.Para(T("%(said)s", "%(said)s"))], said="老板欠了我们三个月的工资没有发" * 20)
    lines: set[float] = set()

    def seen(text: str, _cm: Any, at_: Any, _font: Any, _size: Any) -> None:
        if "工资" in text:
            lines.add(round(at_[5]))

    PdfReader(io.BytesIO(paper_kernel.of_blocks(content=said, tongues="zh").content)).pages[0].extract_text(
        visitor_text=seen
    )
    assert len(lines) > 5


def test_lines_to_write_on_where_nothing_is_known() -> None:
    said = content([b.Lines("seen", 3)], seen=None)
    assert html_of(said, "zh-ug").count('class="ruled"') == 3
    assert "看见了" in html_of(content([b.Lines("seen", 3)], seen="看见了"), "zh-ug")
    for given in (None, "看见了"):
        assert word.of_blocks(content=content([b.Lines("seen")], seen=given), tongues="zh-ug").startswith(b"PK")
    with pytest.raises(TypeError):
        content([b.Number()], words="不能这样叫")


# With the spine's own acts, made by hand, completed


def with_papers(**changes: Any) -> Iterator[Service]:
    yield catalogue.offer(replace(SERVICE, code="trial.more", **changes))
    catalogue.withdraw_offer(catalogue.get("trial.more"))


WANTED = replace(TAKEN, no=6, code="wanted", facts=lambda act: {"materials": list(act.data["wanted"])})
LETTER = replace(TAKEN, no=15, code="letter", facts=lambda act: {"materials": [act.by.label]})
SHEET = replace(TAKEN, no=30, code="sheet", sheet=True, for_resident=False)


@pytest.fixture
def more() -> Iterator[Service]:
    """The service with a paper on the spine's request for papers, and two forms that an officer may make."""
    yield from with_papers(
        papers_on={"ask_correction": (WANTED,)},
        offers=lambda case, by: [LETTER, SHEET] if case.state == "received" and by.has(Role.OFFICER) else [],
        moves=(replace(SERVICE.moves[0], papers=(replace(GRANT, renews=True), )), *SERVICE.moves[1:]),
    )  # fmt: skip


def test_the_request_for_papers_is_a_paper_too(town: Town, more: Service) -> None:
    case = town.need(service="trial.more").case
    casework.ask_correction(case=case, by=town.actor("officer"), at=NOW, wanted="工资条\n身份证")
    said = papers.content_of(case.order.issued_papers.get(form="wanted"))["facts"]["materials"]
    assert [row["text"] for row in said] == ["工资条", "身份证"]


def test_a_form_is_made_by_hand_by_whom_the_line_offers_it(town: Town, more: Service) -> None:
    case = town.need(service="trial.more").case
    assert [p.code for p in casework.offered(case, town.actor("officer"))] == ["letter", "sheet"]
    for who in ("clerk", "provider", "applicant", "stranger", "supervisor_b", "nobody"):
        assert casework.offered(case, town.actor(who)) == []
        with pytest.raises((Denied, casework.Refused)):
            casework.make_paper(case=case, form="letter", by=town.actor(who), at=NOW)
    paper = casework.make_paper(case=case, form="letter", by=town.actor("officer"), at=NOW, tongues="zh-ug")
    assert paper.number.endswith("-15-01") and paper.tongues == "zh-ug"
    assert casework.make_paper(case=case, form="letter", by=town.actor("officer"), at=LATER, tongues="zh-ug") == paper
    seen = Case.objects.get(pk=case.pk).journal_seq
    grant(town, case)
    with pytest.raises(journal.Conflict):
        casework.make_paper(case=case, form="letter", by=town.actor("officer"), at=LATER, expect=seen)
    with pytest.raises(casework.Refused):  # not in this state
        casework.make_paper(case=case, form="letter", by=town.actor("officer"), at=LATER)


def test_a_sheet_is_printed_and_kept_nowhere(town: Town, more: Service) -> None:
    case = town.need(service="trial.more").case
    assert casework.draw_sheet(case=case, form="sheet", by=town.actor("officer"), at=NOW).startswith(b"%PDF")
    assert not case.order.issued_papers.exists() and Case.objects.get(pk=case.pk).journal_seq == case.journal_seq
    with pytest.raises(casework.Refused):
        casework.make_paper(case=case, form="sheet", by=town.actor("officer"), at=NOW)


def test_a_table_that_is_completed_withdraws_the_one_before(town: Town, more: Service) -> None:
    case = town.need(service="trial.more").case
    old = grant(town, case)
    with journal.turn(order_id=case.pk, by=town.actor("officer"), at=LATER) as now:
        act = casework._act_of(now, "grant", "", {}, replace(GRANT, renews=True))
        new = casework._issue_one(act, act.move.papers[0])
    old.refresh_from_db()
    assert old.revoked_at == LATER and new.replaces == old and papers.standing(case.order, "grant") == new


def test_a_declaration_of_papers_that_cannot_be_is_refused() -> None:
    assert any(
        "no papers are issued on act receive" in f
        for f in catalogue.faults_of(replace(SERVICE, papers_on={"receive": (TAKEN,)}))
    )
    bad = replace(SERVICE, papers_on={"ask_correction": (SHEET,)})
    assert any("sheet" in f for f in catalogue.faults_of(bad))
    twin = replace(SERVICE, papers_on={"ask_correction": (replace(WANTED, no=9),)})
    assert any("numbers of their own" in f for f in catalogue.faults_of(twin))


def test_the_desk_makes_a_form(town: Town, more: Service, sign_in: Any) -> None:
    case = town.need(service="trial.more").case
    officer, clerk = sign_in(town, "officer", on=Client()), sign_in(town, "clerk", on=Client())
    page = f"/console/cases/{case.order.code}/papers/"
    assert "出一份文书" in officer.get(page).content.decode() and "出一份文书" not in clerk.get(page).content.decode()
    assert "出一份文书" in officer.get(f"/console/cases/{case.order.code}/").content.decode()
    assert officer.post(page, {"act": "make", "form": "letter"}).status_code == 302
    assert officer.post(page, {"act": "make", "form": "sheet"}).content.startswith(b"%PDF")
    assert officer.post(page, {"act": "make", "form": "nothing"}).status_code == 200
    assert clerk.post(page, {"act": "make", "form": "letter"}).status_code == 200
    assert [p.form for p in case.order.issued_papers.all()] == ["letter"]


# Many at once


def test_a_batch_stops_anywhere_and_goes_on_where_it_was(town: Town, service: Service, tmp_path: Path) -> None:
    orders = [town.need(service="trial.apply") for _n in range(4)]
    out, officer = tmp_path / "papers.zip", town.actor("officer")

    def make(order: Order) -> IssuedPaper:
        with journal.turn(order_id=order.pk, by=officer, at=NOW) as now:
            return papers.issue(now, TAKEN, facts={"materials": ["甲"]})

    going = papers.batch(orders, make, out=out)
    assert [next(going), next(going)] == [(1, 4), (2, 4)]
    going.close()  # somebody stopped it
    assert not out.exists() and IssuedPaper.objects.count() == 2
    assert list(papers.batch(orders, make, out=out))[-1] == (4, 4)
    assert IssuedPaper.objects.count() == 4
    names = zipfile.ZipFile(out).namelist()
    assert len(names) == len(set(names)) == 4
    assert zipfile.ZipFile(out).read(names[0]) == files.content(IssuedPaper.objects.order_by("pk")[0].document)
    assert not (tmp_path / "papers.zip.part").exists()


def test_a_torn_file_is_begun_again_and_no_paper_twice(town: Town, service: Service, tmp_path: Path) -> None:
    orders = [town.need(service="trial.apply") for _n in range(2)]
    out, officer = tmp_path / "papers.pdf", town.actor("officer")

    def make(order: Order) -> IssuedPaper:
        with journal.turn(order_id=order.pk, by=officer, at=NOW) as now:
            return papers.issue(now, TAKEN, facts={"materials": ["甲"]})

    next(papers.batch(orders, make, out=out, merged=True))
    (tmp_path / "papers.pdf.part").write_bytes(b"PK torn")
    assert list(papers.batch(orders, make, out=out, merged=True))[-1] == (2, 2)
    assert IssuedPaper.objects.count() == 2
    assert len(PdfReader(out).pages) >= 2


def test_the_command_packs_the_papers_of_a_time(town: Town, case: Case, tmp_path: Path) -> None:
    paper, out = grant(town, case), tmp_path / "november.zip"
    when = ("--since", "2026-11-01", "--until", "2026-11-30", "--out", str(out))
    call_command("papers", *when, "--form", "grant", stdout=io.StringIO())
    assert [name.endswith(f"{paper.number}.pdf") for name in zipfile.ZipFile(out).namelist()] == [True]
    with pytest.raises(CommandError):
        call_command("papers", *when, "--form", "nothing", stdout=io.StringIO())
