"""Certificates: numbers without gap or twin, papers in the languages the law knows, and a check that says nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from open12348.kernel import numbers
from open12348.kernel.access import SYSTEM
from open12348.registry.models import Organisation, Practitioner
from open12348.spine import casework, catalogue, checks, journal, papers
from open12348.spine.casework import Act, Refused
from open12348.spine.checks import CHANGED, NOT_FOUND, REAL, WITHDRAWN
from open12348.spine.models import Case
from tests.people import NOW, Town, at, build

from . import aftercare, certificate_check, certificates, numbering, townsfolk
from .certificate_models import Certificate, CertificateClass, CertificateStatus, OfficeSign
from .models import NotaryCase, Use

NAME = "阿依古丽·买买提"
SAID = {
    "matter": "N10-edu", "use": "domestic", "use_country": "", "purpose": "study", "party": "person", "applies": "self", "mode": "counter",
    "story": "上学用", "common_property": "", "spouse": "", "office": "",
}  # fmt: skip


@pytest.fixture
def office(town: Town) -> Organisation:
    """The town with its notary office."""
    return townsfolk.settle(town)


def applied(town: Town, when: datetime = NOW, **said: Any) -> Case:
    """An application, in the hands of the first notary."""
    case = town.case(service="notary.apply", said={**SAID, **said}, when=when)
    worker = town.staff["notary"]
    Case.objects.filter(pk=case.pk).update(place=town.places["station"], handler=worker)
    NotaryCase.objects.filter(pk=case.pk).update(accepted_at=case.received_at)
    return Case.objects.get(pk=case.pk)


def issued(
    town: Town, when: datetime = NOW, case: Case | None = None, titles: tuple[str, ...] = (), **row: Any
) -> list[Certificate]:
    """The certificates of a case, issued as the approval issues them."""
    case = case or applied(town)
    NotaryCase.objects.filter(pk=case.pk).update(titles=list(titles), issued_at=when, **row)
    with journal.turn(order_id=case.pk, by=town.actor("notary_head", when), at=when) as now:
        found = NotaryCase.objects.get(pk=case.pk)
        certificates.issue(Act(turn=now, move=now.service.move("approve"), data={}), found)
    return list(Certificate.objects.filter(case_id=case.pk, amends__isnull=True).order_by("pk"))


def ask(number: str, name: str = NAME) -> checks.CheckAnswer:
    return certificate_check.answer({"number": number, "name": name}, NOW)


# A number


@pytest.mark.parametrize(
    "typed",
    ["（2026）新喀证字第123号", "(2026)新喀证字第123号", "【2026】新喀证字第１２３号", "[2026] 新喀证字第 0123 号", "〔2026〕新喀证字第123号\u200e"],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    """Domain reference B, 8.4 and 14.7: brackets, widths, gaps, marks of direction."""
    assert numbering.canonical(typed) == "（2026）新喀证字第123号"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123",
        "2026新喀证字第1号",
        "（2026）证字第1号",
        "（2026）新喀证字第0号",
        "（2026）XK证字第1号",
        "（26）新喀证字第1号",
    ],
)
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert numbering.read(typed) is None
    form = certificate_check.Asked({"number": typed, "name": NAME})
    assert not form.is_valid() and (not typed or "（2026）新喀证字第123号" in str(form.errors))


def test_classes_and_their_words() -> None:
    assert numbering.class_of("N03", Use.DOMESTIC) == CertificateClass.DOMESTIC_CIVIL
    assert numbering.class_of("N01", Use.ABROAD) == CertificateClass.FOREIGN_ECONOMIC
    assert numbering.class_of("N10", Use.MACAO) == numbering.class_of("N10", Use.HONGKONG)
    assert str(numbering.Number(2026, "新喀", 7, "内民")) == "（2026）新喀内民证字第7号"
    assert numbering.missing([3, 4, 6], 2) == [5] and numbering.missing([], 9) == []


def test_numbers_run_on_and_begin_anew_each_year(town: Town, office: Organisation) -> None:
    """B-N8: one series a year, no gap, no twin; one case may have several certificates, each with its own number."""
    first = issued(town, titles=("毕业证书", "学位证书"))
    assert [c.number for c in first] == ["（2026）新甲证字第1号", "（2026）新甲证字第2号"]
    assert issued(town)[0].number == "（2026）新甲证字第3号"
    assert issued(town, when=at("2027-01-04"))[0].number == "（2027）新甲证字第1号"
    assert certificates.gaps(office, 2026) == [] and journal.verify() == [] and certificates._series_hold() == []


def test_what_was_numbered_on_paper_before_goes_on(town: Town, office: Organisation) -> None:
    certificates.start_series(office=office, year=2026, word="", last=41, by=SYSTEM, at=NOW)
    assert issued(town)[0].number == "（2026）新甲证字第42号"
    with pytest.raises(Refused, match="不能再改起点"):
        certificates.start_series(office=office, year=2026, word="", last=50, by=SYSTEM, at=NOW)


def test_class_words_have_series_of_their_own(town: Town, office: Organisation) -> None:
    certificates.enter_sign(office=office, short="新甲", words=True, valid_from=date(2026, 11, 1), by=SYSTEM, at=NOW)
    assert issued(town)[0].number == "（2026）新甲内民证字第1号"
    assert issued(town, use=Use.ABROAD)[0].number == "（2026）新甲外民证字第1号"


def test_a_failed_approval_leaves_no_gap(town: Town, office: Organisation) -> None:
    issued(town)
    with pytest.raises(RuntimeError), transaction.atomic():
        issued(town)
        raise RuntimeError("the approval fails after the number was given")
    assert issued(town)[0].number == "（2026）新甲证字第2号"


def test_a_gap_stops_the_next_number(town: Town, office: Organisation) -> None:
    issued(town)
    numbers.next_serial(f"notary:{office.pk}:2026:")  # behind the program's back
    with pytest.raises(Refused, match="缺了第 2 号"):
        issued(town)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_get_two_numbers() -> None:
    town = build()
    townsfolk.settle(town)
    cases = [applied(town) for _n in range(4)]
    start, faults = threading.Barrier(4), []

    def work(case: Case) -> None:
        try:
            start.wait()
            issued(town, case=case)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(c,)) for c in cases]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert faults == [] and sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_an_office_without_an_abbreviation_gives_no_number(town: Town, office: Organisation) -> None:
    OfficeSign.objects.all().delete()
    case = applied(town)
    with pytest.raises(Refused, match="还没有登记编号用的简称"):
        issued(town, case=case)
    assert not Certificate.objects.exists()


def test_an_abbreviation_is_an_offices_own(town: Town, office: Organisation) -> None:
    other = Organisation.objects.create(
        kind="notary_office", name_zh="乙县示例公证处（示例）", division=town.units["653131000000"]
    )
    with pytest.raises(Refused, match="别的公证处"):
        certificates.enter_sign(office=other, short="新甲", words=False, valid_from=NOW.date(), by=SYSTEM, at=NOW)
    with pytest.raises(Refused, match="一到六个汉字"):
        certificates.enter_sign(office=other, short="XJ", words=False, valid_from=NOW.date(), by=SYSTEM, at=NOW)


def test_the_database_keeps_what_was_numbered(town: Town, office: Organisation) -> None:
    made = issued(town)[0]
    for change in ({"number": "（2026）新甲证字第9号"}, {"serial": 9}, {"issued_on": date(2026, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
    Certificate.objects.filter(pk=made.pk).update(status="revoked")
    with pytest.raises(DatabaseError), transaction.atomic():  # B-N14: never again anything else
        Certificate.objects.filter(pk=made.pk).update(status="valid")


def test_the_day_of_issue_is_not_before_acceptance(town: Town, office: Organisation) -> None:
    """B-N7."""
    case = applied(town)
    with pytest.raises(DatabaseError), transaction.atomic():
        NotaryCase.objects.filter(pk=case.pk).update(issued_at=NOW - timedelta(days=3))


# Its paper


def test_a_certificate_holds_what_the_rules_ask(town: Town, office: Organisation) -> None:
    """公证程序规则 Art 42: number, party, statement, notary, office, day; in the language of the party too (Art 43)."""
    made = issued(town, languages=["zh", "ug"])[0]
    assert made.paper is not None and made.paper.tongues == "zh-ug" and made.languages == ["zh", "ug"]
    content = papers.content_of(made.paper)
    facts = content["facts"]
    assert facts["number"] == {"code": made.number} and facts["notary"]["named"]["zh"].startswith("示例公证员1")
    assert facts["applicant"]["named"]["zh"] == NAME and facts["office"]["named"]["zh"] == office.name_zh
    assert papers.verdict(made.paper.number, made.paper.fingerprint) == papers.REAL


def test_the_notarys_own_statement_goes_out_in_both_languages_or_not_at_all(town: Town, office: Organisation) -> None:
    case = applied(town)
    row = NotaryCase.objects.get(pk=case.pk)
    with journal.turn(order_id=case.pk, by=town.actor("notary"), at=NOW) as now:
        certificates.write_statement(now, row, title="学历", text="兹证明毕业证书属实。")
    assert issued(town, case=case, titles=("学历",))[0].paper.tongues == "zh"  # type: ignore[union-attr]
    other = applied(town)
    with journal.turn(order_id=other.pk, by=town.actor("notary"), at=NOW) as now:
        certificates.write_statement(
            now, NotaryCase.objects.get(pk=other.pk), title="学历", text="兹证明毕业证书属实。"
        )
    with pytest.raises(Refused, match="维吾尔文的证词"):
        issued(town, case=other, titles=("学历",), languages=["zh", "ug"])


@pytest.mark.parametrize("use", [Use.HONGKONG, Use.MACAO, Use.TAIWAN, Use.ABROAD])
def test_outside_the_country_the_common_script_only(town: Town, office: Organisation, use: str) -> None:
    """B-N9."""
    with pytest.raises(Refused, match="第四十三条"):
        issued(town, use=use, languages=["zh", "ug"])


def test_the_national_code_is_kept_as_it_is_and_once(town: Town, office: Organisation) -> None:
    first, second = issued(town)[0], issued(town)[0]
    certificates.enter_national_code(certificate=first, code=" GZ-2026-Х1 ", by=town.actor("notary_head"), at=NOW)
    with pytest.raises(Refused, match="另一份"):
        certificates.enter_national_code(
            certificate=second, code=first.national_code or "", by=town.actor("notary_head"), at=NOW
        )
    assert first.national_code and second.national_code is None


def test_one_of_before_is_entered_to_be_checked_and_reviewed(town: Town, office: Organisation) -> None:
    values: dict[str, Any] = {
        "office": office, "matter": "N03-other", "kind": "domestic_civil", "parties": ["帕提古丽·艾山"], "notary": Practitioner.objects.filter(organisation=office).first(),
        "by": SYSTEM, "at": NOW,
    }  # fmt: skip
    for number, day, why in (
        ("旧号7", date(2019, 3, 1), "编号的样子"),
        ("（2019）新甲证字第7号", date(2020, 3, 1), "年份一致"),
    ):
        with pytest.raises(Refused, match=why):
            certificates.enter_old(number=number, issued_on=day, **values)
    certificates.enter_old(number="(2019)新甲证字第7号", issued_on=date(2019, 3, 1), **values)
    assert ask("（2019）新甲证字第7号", "帕提古丽 艾山").state == REAL
    assert issued(town)[0].serial == 1  # the series of this year knows nothing of it


# Is it real?


def test_the_check_answers_valid_with_office_day_and_class_only(town: Town, office: Organisation) -> None:
    made = issued(town)[0]
    answer = ask(made.number)
    assert answer.state == REAL and [str(v) for _label, v in answer.facts] == [
        office.name_zh,
        "2026-11-23",
        "出生、生存、死亡、身份、经历、学历等",
    ]
    for other in ("阿依古丽", "示例", "", "张三"):
        assert ask(made.number, other) == NOT_FOUND
    assert ask("（2026）新甲证字第9号") == NOT_FOUND


@pytest.mark.parametrize(
    "name", ["阿依古丽•买买提", "阿依古丽・买买提", "阿依古丽.买买提", "阿依古丽 买买提", " 阿依古丽·买买提 "]
)
def test_every_form_of_the_dot_is_the_same_name(town: Town, office: Organisation, name: str) -> None:
    """B-N10."""
    assert ask(issued(town)[0].number, name).state == REAL


def test_a_will_is_never_found(town: Town, office: Organisation) -> None:
    """Acceptance test 8: a public query of a will answers "not found", whoever asks; its paper adds nothing."""
    made = issued(town)[0]
    Certificate.objects.filter(pk=made.pk).update(matter="N06")
    assert ask(made.number) == NOT_FOUND == ask("（2026）新甲证字第99号")
    made.refresh_from_db()
    assert made.paper is not None and certificate_check.of_paper(made.paper, NOW) is None
    assert certificates.is_closed(made) and certificates.never_told(made)
    NotaryCase.objects.filter(pk=made.case_id).update(death_proven_at=NOW)
    again = Certificate.objects.get(pk=made.pk)
    assert not certificates.is_closed(again) and ask(made.number) == NOT_FOUND


def test_what_a_review_changed_is_what_the_check_says(town: Town, office: Organisation) -> None:
    """B-N14: a revoked certificate never answers valid, by its number or by its sign."""
    head = town.actor("notary_head")
    corrected, supplemented, revoked = (issued(town)[0] for _n in range(3))
    old_paper = corrected.paper
    certificates.correct(corrected, title="", text="兹证明更正后的内容。", text_ug="", by=head, at=NOW)
    made = certificates.supplement(supplemented, text="补正：出生日期为 1990-01-01。", part=False, by=head, at=NOW)
    certificates.revoke(revoked, reason="毕业证书是假的", by=head, at=NOW)
    assert ask(corrected.number).state == CHANGED and papers.verdict_of(_fresh(old_paper)) == papers.WITHDRAWN
    assert corrected.paper != old_paper and _status(corrected) == CertificateStatus.CORRECTED
    assert (
        ask(supplemented.number).state == CHANGED
        and made is not None
        and made.serial == 4
        and made.amends == supplemented
    )
    assert ask(made.number).state == REAL
    answer = ask(revoked.number)
    assert answer.state == WITHDRAWN and "自始无效" in str(answer.sentence) and "假的" not in str(answer)
    assert papers.verdict_of(_fresh(revoked.paper)) == papers.WITHDRAWN
    by_sign = certificate_check.of_paper(revoked.paper, NOW)  # type: ignore[arg-type]
    assert by_sign is not None and by_sign.state == WITHDRAWN
    with pytest.raises(Refused, match="已经撤销"):
        certificates.correct(revoked, title="", text="不行", text_ug="", by=head, at=NOW)
    assert journal.verify() == []


def _fresh(paper: Any) -> Any:
    return type(paper).objects.get(pk=paper.pk)


def _status(certificate: Certificate) -> str:
    return Certificate.objects.get(pk=certificate.pk).status


@pytest.fixture
def look(client: Client) -> Iterator[Any]:
    """The public page, by number and name."""

    def asked(number: str, name: str, language: str = "zh-hans") -> str:
        client.post("/language/", {"language": language, "next": "/check/"})
        return client.post("/check/?kind=notary", {"number": number, "name": name}).content.decode()

    yield asked


def test_the_public_page_tells_no_name(town: Town, office: Organisation, look: Any) -> None:
    made = issued(town)[0]
    shown = look(made.number, NAME)
    assert "现在有效" in shown and office.name_zh in shown and "示例公证员" not in shown
    assert "没有查到" in look(made.number, "张三") and NAME not in look("（2026）新甲证字第9号", "张三")
    in_uyghur = look(made.number, NAME, "ug")
    assert "现在有效" not in in_uyghur and office.name_ug in in_uyghur


def test_a_case_approved_has_its_certificates(town: Town, office: Organisation) -> None:
    """The whole way is walked by tests/test_services.py; here: nothing of an approval holds without a number."""
    case = applied(town)
    Case.objects.filter(pk=case.pk).update(state="to_decide")
    NotaryCase.objects.filter(pk=case.pk).update(informed_at=NOW, identity_at=NOW)
    OfficeSign.objects.all().delete()
    with pytest.raises(Refused):
        casework.make(case=Case.objects.get(pk=case.pk), move="approve", by=town.actor("notary_head"), at=NOW, data={})
    assert Case.objects.get(pk=case.pk).state == "to_decide"


def test_who_it_is_about_and_who_works_on_it_see_its_number(town: Town, office: Organisation) -> None:
    """The bureau sees that it stands, never what is proven (公证法 Art 13)."""
    made = issued(town)[0]
    assert made.case is not None
    case = made.case.order.case
    inside = aftercare.for_staff(case, town.actor("notary"), NOW)[-1].context
    outside = aftercare.for_staff(case, town.actor("supervisor"), NOW)[-1].context
    assert inside["inside"] and not outside["inside"] and list(outside["certificates"]) == [made]
    assert aftercare.for_resident(case, town.actor("applicant"), NOW)[-1].context["checked"]
    form = casework.form_of(catalogue.get("notary.apply").move("ask_review"), case, town.actor("applicant"))
    assert form is not None and form.fields["number"].initial == made.number
