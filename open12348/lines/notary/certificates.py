"""Certificates (公证书): numbered without gap or twin, drawn as papers, corrected, supplemented, revoked, and checked by anybody.

The agreement inside the line: `acts.approved` calls `issue(act, row)` in the transaction of the approval, once for a case.
`row.titles` names one certificate a line, each with a number of its own; `row.languages`, `row.copies`, `row.use` and
`row.use_country` say how it is written and for where; `row.issued_at` is already set. It raises `casework.Refused` when no
number may be given (an office without an abbreviation, a gap in the series), and then nothing of the approval holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from open12348.kernel import names, numbers
from open12348.kernel.access import Actor
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation, Practitioner
from open12348.spine import files, journal, notices, papers
from open12348.spine.casework import Act, Refused
from open12348.spine.catalogue import Notice, Paper
from open12348.spine.journal import Fault, Turn
from open12348.spine.models import DocumentKind, IssuedPaper, Order, PartyRole

from . import matters, numbering
from .areas import office_of
from .certificate_models import Certificate, CertificateClass, CertificateStatus, OfficeSign, SeriesStart, Statement
from .models import NotaryCase, Use
from .papers import certificate as forms

# How an office signs


def sign_on(office: Organisation, day: date) -> OfficeSign | None:
    """The abbreviation under which an office numbers on a day; None while none was entered."""
    return OfficeSign.objects.filter(office=office, valid_from__lte=day).order_by("-valid_from", "-pk").first()


@transaction.atomic
def enter_sign(
    *, office: Organisation, short: str, words: bool, valid_from: date, by: Actor, at: datetime
) -> OfficeSign:
    """Enter how an office signs from a day on. Errors: Refused (no abbreviation, one that another office has, twice a day)."""
    short = numbers.plain(short).strip()
    if not numbering.SHORT.fullmatch(short):
        raise Refused(_("简称用一到六个汉字，例如“新喀”；“证字第”和号数不用写。"))
    if OfficeSign.objects.filter(short=short).exclude(office=office).exists():
        raise Refused(_("这个简称已经是别的公证处的，两家用同一个简称会出现重号。"))
    if OfficeSign.objects.filter(office=office, valid_from=valid_from).exists():
        raise Refused(_("这一天起的简称已经登记过了。"))
    row = OfficeSign.objects.create(
        office=office, short=short, words=words, valid_from=valid_from, by=by.label, entered_at=at
    )
    journal.write(stream="notary", kind="office_sign", by=by, at=at, office=office.pk, short=short)
    return row


@transaction.atomic
def start_series(*, office: Organisation, year: int, word: str, last: int, by: Actor, at: datetime) -> SeriesStart:
    """Say which number of a year an office gave last before it worked here. Errors: Refused once a number was given here."""
    if Certificate.objects.filter(office=office, year=year, word=word, case__isnull=False).exists():
        raise Refused(_("这一年已经在这里编过号了，不能再改起点。"))
    if SeriesStart.objects.filter(office=office, year=year, word=word).exists():
        raise Refused(_("这一年的起点已经登记过了。"))
    row = SeriesStart.objects.create(office=office, year=year, word=word, last=last, by=by.label, entered_at=at)
    journal.write(stream="notary", kind="series_start", by=by, at=at, office=office.pk, year=year, word=word, last=last)
    return row


# A number


def _base(office: Organisation, year: int, word: str) -> int:
    row = SeriesStart.objects.filter(office=office, year=year, word=word).first()
    return row.last if row else 0


def gaps(office: Organisation, year: int, word: str = "", *, until: int | None = None) -> list[int]:
    """The serials that a series of an office lacks. In: `until` the serial that is to be given next."""
    found = Certificate.objects.filter(office=office, year=year, word=word, case__isnull=False)
    base, given = _base(office, year, word), found.aggregate(n=Count("pk"), last=Max("serial"))
    last = max(given["last"] or base, (until or 0) - 1)
    if given["n"] == last - base:  # nearly always: no need to look at each
        return []
    have = list(found.values_list("serial", flat=True))
    return numbering.missing([*have, *([until] if until else [])], base)


def _next(office: Organisation, kind: str, at: datetime) -> tuple[numbering.Number, str]:
    """The next number of an office within the transaction: who comes second waits, and a rollback gives it back."""
    day = legal_day(at)
    sign = sign_on(office, day)
    if sign is None:
        raise Refused(
            _("%(office)s还没有登记编号用的简称，不能编号。请负责人先在“公证登记簿”里登记。") % {"office": office.name}
        )
    word = numbering.WORDS[kind] if sign.words else ""
    serial = _base(office, day.year, word) + numbers.next_serial(f"notary:{office.pk}:{day.year}:{word}")
    if lacking := gaps(office, day.year, word, until=serial):
        raise Refused(_("公证书编号缺了第 %(n)s 号，先查清再出证。") % {"n": lacking[0]})
    return numbering.Number(day.year, sign.short, serial, word), word


@journal.proves
def _series_hold() -> list[Fault]:
    """For `verify`: no series of any office lacks a number."""
    series = Certificate.objects.filter(case__isnull=False).values_list("office_id", "year", "word").distinct()
    found = []
    for office_id, year, word in series.order_by("office_id", "year", "word"):
        for n in gaps(Organisation.objects.get(pk=office_id), year, word)[:1]:
            found.append(Fault(f"notary:{office_id}:{year}:{word}", n, str(_("公证书编号缺号"))))
    return found


# Issued


def issue(act: Act, row: NotaryCase) -> None:
    """Give the certificates of a case their numbers and draw them, within its turn. Errors: Refused."""
    matter = matters.matter(row.matter, legal_day(act.at))
    names_of = forms.in_each_language(matter)
    for typed in [t for t in row.titles if t.strip()] or [names_of["zh"]]:
        title = names_of["zh"] if typed in names_of.values() else typed
        _issue_one(act.turn, row, title=title, statement=row.statements.filter(title=title).first())


def _issue_one(
    now: Turn, row: NotaryCase, *, title: str, statement: Statement | None = None, amends: Certificate | None = None,
    form: Any = None, said: dict[str, Any] | None = None,
) -> Certificate:  # fmt: skip
    office = office_of(now.case)
    if office is None:
        raise Refused(_("这件事不在公证处，不能出公证书。"))
    languages = languages_of(row)
    day = legal_day(now.at)
    matter = matters.matter(row.matter, day)
    kind = numbering.class_of(matter.law_class if matter else row.matter.partition("-")[0], row.use)
    number, word = _next(office, kind, now.at)
    worker = now.case.handler.practitioner if now.case.handler else None
    try:
        with transaction.atomic():
            made = Certificate.objects.create(
                case=row, office=office, year=number.year, word=word, serial=number.serial, number=str(number), title=title,
                matter=row.matter, kind=kind, use=row.use, languages=languages, copies=row.copies, issued_on=day, notary=worker,
                party_hashes=hashes_of(now.order), status_at=now.at, amends=amends,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("编号%(number)s已经有了，先查清再出证。") % {"number": number}) from None
    facts = forms.facts(made, row, now, matter=matter, title=title, statement=statement)
    made.paper = _drawn(
        now, form or forms.CERTIFICATE, facts={**facts, **(said or {})}, anew=True,
        tongues=forms.tongues(made, statement) if form is None else "zh",
        blocks=forms.blocks(made, matter, statement) if form is None else None,
    )  # fmt: skip
    made.save(update_fields=["paper"])
    now.write("certificate_issued", certificate=made.pk, number=made.number)
    return made


def _drawn(now: Turn, form: Paper, **more: Any) -> IssuedPaper:
    """A paper, or the reason why it cannot be written as a refusal of the whole act: a certificate never goes out half."""
    try:
        return papers.issue(now, form, **more)
    except papers.PaperFault as fault:
        raise Refused(fault.message) from fault


def languages_of(row: NotaryCase) -> list[str]:
    """The languages of a certificate: Chinese always, a second one only where the law knows it. Errors: Refused (B-N9)."""
    wanted = list(dict.fromkeys(["zh", *row.languages]))
    if row.use != Use.DOMESTIC and "ug" in wanted:
        raise Refused(
            _("发往香港、澳门、台湾和国外使用的公证书用全国通用的文字，可以附外文译文，不能用民族文字（公证程序规则第四十三条）。")
        )  # fmt: skip
    return wanted


def write_statement(now: Turn, row: NotaryCase, *, title: str, text: str, text_ug: str = "") -> Statement:
    """Within a turn: what the notary proves in one certificate. A later text takes the place of the earlier one."""
    made, _new = Statement.objects.update_or_create(
        case=row, title=title, defaults={"text": text, "text_ug": text_ug, "by": now.by.label, "at": now.at}
    )
    now.write("statement_written", statement=made.pk)
    return made


# Who is named in it


def name_hash(name: str) -> str:
    """A name as it is compared: every form of · between the parts of a Uyghur name is the same (B-N10). '' for ''."""
    folded = names.fold(name)
    return keyed_hash(folded, "name") if folded else ""


def hashes_of(order: Order) -> list[str]:
    """The parties' names as keyed hashes, in every spelling we know; helpers are no parties."""
    person = order.person
    found = {name_hash(n) for n in (person.name, person.name_ug, person.name_latin)} if person else set()
    kept = {PartyRole.APPLICANT, PartyRole.REPRESENTED, PartyRole.OTHER}
    for party in order.parties.filter(role__in=kept).select_related("person"):
        found.add(party.folded_hash)
        found.add(name_hash(party.name))
    return sorted(h for h in found if h)


def is_party(certificate: Certificate, name: str) -> bool:
    """True when a name is that of a party of the certificate."""
    return bool(name.strip()) and name_hash(name) in certificate.party_hashes


# Those of before, and those on paper only


@transaction.atomic
def enter_old(
    *, office: Organisation, number: str, issued_on: date, matter: str, kind: str, parties: Sequence[str], notary: Practitioner | None,
    by: Actor, at: datetime, title: str = "",
) -> Certificate:  # fmt: skip
    """Enter a certificate that was not issued here, so that it can be reviewed and checked. Errors: Refused."""
    read = numbering.read(number)
    if read is None:
        raise Refused(numbering.WRONG)
    if issued_on > legal_day(at) or issued_on.year != read.year:
        raise Refused(_("出具日期要和编号里的年份一致，而且不能在将来。"))
    if Certificate.objects.filter(number=str(read)).exists():
        raise Refused(_("这个编号已经登记过了。"))
    named = [n.strip() for n in parties if n.strip()]
    if not named:
        raise Refused(_("请写当事人的姓名，一行一个。"))
    made = Certificate.objects.create(
        office=office, year=read.year, word=read.tail, serial=read.serial, number=str(read), title=title, matter=matter, kind=kind,
        languages=["zh"], issued_on=issued_on, notary=notary, parties="\n".join(named),
        party_hashes=sorted({name_hash(n) for n in named}), status_at=at,
    )  # fmt: skip
    journal.write(stream="notary", kind="certificate_entered", by=by, at=at, certificate=made.pk, number=made.number)
    return made


def find(number: str) -> Certificate | None:
    """The certificate under a number as somebody typed it."""
    typed = numbering.canonical(number)
    found = Certificate.objects.select_related("office", "case__order__case", "notary").filter(number=typed)
    return found.first() if typed else None


def enter_national_code(*, certificate: Certificate, code: str, by: Actor, at: datetime) -> Certificate:
    """Write down the code that the national system gave; we do not read anything out of it. Errors: Refused."""
    code = numbers.plain(code).strip()
    if not code or len(code) > 60:
        raise Refused(_("请填全国公证管理系统给出的编码，最多 60 个字符。"))
    try:
        with transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(national_code=code)
    except IntegrityError:
        raise Refused(_("这个编码已经是另一份公证书的。")) from None
    journal.write(stream="notary", kind="national_code", by=by, at=at, certificate=certificate.pk)
    certificate.refresh_from_db()
    return certificate


# What a review orders


def _change(certificate: Certificate, status: str, at: datetime) -> None:
    """Of two who change it, the second is told. A revoked one never changes again."""
    done = (
        Certificate.objects.filter(pk=certificate.pk, status=certificate.status)
        .exclude(status=CertificateStatus.REVOKED)
        .update(status=status, status_at=at)
    )
    if not done:
        raise Refused(_("这份公证书已经撤销，或者刚刚被别人更改过。请看最新情况。"))
    certificate.refresh_from_db()


def correct(certificate: Certificate, *, title: str, text: str, text_ug: str, by: Actor, at: datetime) -> Certificate:
    """The text was wrong and the paper came back: it goes out anew under its number, and the old paper counts no more."""
    _change(certificate, CertificateStatus.CORRECTED, at)
    row = certificate.case
    if row is None:  # one of before: its new text is on the office's own paper
        return certificate
    with journal.turn(order_id=row.pk, by=by, at=at) as now:
        statement = write_statement(now, row, title=title or certificate.title, text=text, text_ug=text_ug)
        matter = matters.matter(row.matter, legal_day(at))
        certificate.title = statement.title
        certificate.paper = _drawn(
            now, forms.CERTIFICATE, 
            facts=forms.facts(certificate, row, now, matter=matter, title=statement.title, statement=statement),
            tongues=forms.tongues(certificate, statement), replaces=certificate.paper,
            blocks=forms.blocks(certificate, matter, statement),
        )  # fmt: skip
        certificate.save(update_fields=["title", "paper"])
        now.write("certificate_corrected", certificate=certificate.pk, number=certificate.number)
        notices.tell_all(now, (Notice("applicant", _("您的公证书（%(code)s）已更正重新出具，请来领取。")),))
    return certificate


def supplement(certificate: Certificate, *, text: str, part: bool, by: Actor, at: datetime) -> Certificate | None:
    """A supplementary certificate with its own number stands beside the first from now on. None for one without a case here."""
    _change(certificate, CertificateStatus.SUPPLEMENTED, at)
    row = certificate.case
    if row is None:
        return None
    with journal.turn(order_id=row.pk, by=by, at=at) as now:
        made = _issue_one(
            now, row, title=str(_("补正公证书")), amends=certificate, form=forms.SUPPLEMENT,
            said={"first": numbers_code(certificate.number), "first_on": certificate.issued_on, "text": text,
                  "effect": forms.PART if part else forms.WHOLE},
        )  # fmt: skip
        now.write("certificate_supplemented", certificate=certificate.pk, by=made.pk)
        notices.tell_all(now, (Notice("applicant", _("您的公证书（%(code)s）出具了补正公证书，请来领取。")),))
    return made


def numbers_code(number: str) -> Any:
    """A certificate's number in one piece."""
    return forms.Code(number)


def revoke(certificate: Certificate, *, reason: str, by: Actor, at: datetime) -> None:
    """It is void from the start: its paper is withdrawn by the decision, and no check says anything else from now on."""
    _change(certificate, CertificateStatus.REVOKED, at)
    row = certificate.case
    if row is None:
        return
    with journal.turn(order_id=row.pk, by=by, at=at) as now:
        files.words(now, reason, kind=DocumentKind.NOTE, for_resident=True, title=str(_("撤销公证书的理由")))
        _drawn(
            now, forms.REVOCATION, replaces=certificate.paper, tongues="zh",
            facts={"number": numbers_code(certificate.number), "issued": certificate.issued_on, "reason": reason,
                   "office": papers.named(certificate.office)},
        )  # fmt: skip
        now.write("certificate_revoked", certificate=certificate.pk, number=certificate.number)
        notices.tell_all(
            now, (Notice("applicant", _("您的公证书（%(code)s）已被撤销，自始无效，请交回。理由请查看。")),)
        )


def is_closed(certificate: Certificate) -> bool:
    """A certificate nobody may learn of: a will, until the death of who made it was proven by two people."""
    if certificate.matter not in matters.secrets():
        return False
    return certificate.case is None or certificate.case.death_proven_at is None


def never_told(certificate: Certificate) -> bool:
    """What the public check never says to be there, before a death or after: wills."""
    return certificate.matter in matters.secrets()


def classes() -> dict[str, Any]:
    """The classes of certificates by code."""
    return dict(CertificateClass.choices)
