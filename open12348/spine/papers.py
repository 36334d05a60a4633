"""Papers that go out: issued under a number with a fingerprint, checked by anybody, delivered with a receipt, never edited.

A line declares a form (catalogue.Paper) on a move, or issues one within its effect:

    papers.issue(act.turn, GRANT, facts={"cause": act.data["cause"]})

What the paper says (frozen blocks and facts) is stored sealed when it is issued, so that the Word copy, another language or a
new print say the same; its PDF is drawn soon after, once (`draw`). A mistake is corrected by a new paper that names the old one; the old one answers "withdrawn" from then on.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import blocks, numbers, papers, word
from open12348.kernel.access import SYSTEM, Actor, Denied, Role
from open12348.kernel.blocks import Block, Code, Named, PaperFault, Sign, Table, Title
from open12348.kernel.sealed import seal
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Person

from . import catalogue, clocks, files, lists, notices
from .journal import Conflict, Turn, turn, write
from .models import Blob, Case, Delivery, DeliveryWay, Document, DocumentKind, IssuedPaper, Order

__all__ = ["PaperFault"]

log = logging.getLogger("open12348.papers")

#: The journal of papers drawn.
DRAWN = "papers"
#: Who sends papers and takes receipts in; who may withdraw one.
SENDING = frozenset({Role.CLERK, Role.OFFICER, Role.SUPERVISOR})
REVOKING = frozenset({Role.OFFICER, Role.SUPERVISOR})
#: The public page that says whether a paper is real: printed on paper, so it is a promise.
CHECK = "/check/"


# Facts


def named(thing: Any) -> Named:
    """The name of a person, place, office, practitioner or division in every script we know it in."""
    return Named(
        str(getattr(thing, "name_zh", "") or thing.name or ""), getattr(thing, "name_ug", "") or "", getattr(thing, "name_en", "") or ""
    )  # fmt: skip


def usual(now: Turn) -> dict[str, Any]:
    """What nearly every paper names: applicant, office, day, case (the code), service."""
    person = now.order.person
    return {
        "applicant": named(person) if person else None, "office": named(now.case.place), "day": legal_day(now.at),
        "case": Code(numbers.group(now.order.code)), "service": now.service.name,
    }  # fmt: skip


def tongues_for(order: Order) -> str:
    """How papers are written for an applicant: Chinese, with Uyghur beside it for who is served in Uyghur.

    Chinese always stands there too: courts and other bodies read it.
    """
    return "zh-ug" if order.language == "ug" else "zh"


# Issuing


def issue(
    now: Turn, form: catalogue.Paper, *, facts: Mapping[str, Any] | None = None, blocks: Sequence[Block] | None = None,
    tongues: str = "", for_resident: bool | None = None, replaces: IssuedPaper | None = None, anew: bool = False,
) -> IssuedPaper:  # fmt: skip
    """Issue a paper within a turn: numbered, fingerprinted, sealed, written in the journal; all with the turn or not at all.

    In: `facts` beside the usual ones (`usual`), which they may overrule; `blocks` where the form's own depend on the act;
    `tongues` zh | ug | en | zh-ug (empty: as the applicant reads); `replaces` the paper this one corrects, which is withdrawn.
    Out: the paper. The same form with the same facts and languages gives the paper that is there already, unless `anew`.
    Errors: PaperFault (a place without a fact, a side without translation, sides that differ, an old paper that is not ours).

    The number is case code, number of the form, and the count of that form in the case. It is taken in the same transaction
    as the paper, so there are no gaps and no twins; a withdrawn paper keeps its number for ever.
    """
    said = blocks if blocks is not None else form.blocks
    if callable(said):
        raise PaperFault(_("这份文书的内容要先按案情写出。"))
    content = _freeze(form.title, said, {**usual(now), **(facts or {})})
    return _issue(
        now, no=form.no, code=form.code, content=content, tongues=tongues or tongues_for(now.order), replaces=replaces,
        for_resident=form.for_resident if for_resident is None else for_resident, anew=anew,
    )  # fmt: skip


def sheet(
    now: Turn, form: catalogue.Paper, *, facts: Mapping[str, Any], blocks: Sequence[Block], tongues: str = ""
) -> bytes:
    """The PDF of a form to be written on by hand: no number, no check code, kept nowhere. Errors: PaperFault."""
    content = _freeze(form.title, blocks, {**usual(now), **facts})
    return papers.of_blocks(content=content, tongues=tongues or tongues_for(now.order)).content


def standing(order: Order, form: str) -> IssuedPaper | None:
    """The newest paper of a form in a case that was not withdrawn."""
    return order.issued_papers.filter(form=form, revoked_at__isnull=True).order_by("-issued_at", "-pk").first()


def _freeze(title: Any, said: Sequence[Block], facts: Mapping[str, Any]) -> dict[str, Any]:
    return blocks.freeze(title=title, blocks=said, facts=facts)


def _issue(
    now: Turn, *, no: int, code: str, content: dict[str, Any], tongues: str, for_resident: bool,
    replaces: IssuedPaper | None = None, anew: bool = False,
) -> IssuedPaper:  # fmt: skip
    order = now.order
    if tongues not in blocks.TONGUES:
        raise PaperFault(_("没有这种文字组合：%(tongues)s。") % {"tongues": tongues})
    if replaces is not None and (replaces.order_id != order.pk or replaces.revoked_at is not None):
        raise PaperFault(_("要更正的文书不是这件事的，或者已经撤回。"))
    blocks.check(content, tongues)
    facts_digest = blocks.digest(content["facts"], order.code, code)
    if not anew and replaces is None:
        same = order.issued_papers.filter(
            form=code, facts_digest=facts_digest, tongues=tongues, revoked_at__isnull=True
        ).first()
        if same is not None:
            return same
    serial = numbers.next_serial(f"paper:{order.code}:{no:02d}")
    number = f"{numbers.group(order.code)}-{no:02d}-{serial:02d}"
    document = Document.objects.create(
        order=order, kind=DocumentKind.PAPER, title=content["title"]["zh"][:200], filename=f"{number}.pdf",
        mime="application/pdf", for_resident=for_resident, by=now.by.label, by_name=now.by.name if now.by.is_staff else "", at=now.at,
    )  # fmt: skip
    row = IssuedPaper.objects.create(
        document=document, order=order, form=code, number=number, tongues=tongues, facts_digest=facts_digest,
        issued_at=now.at, by=now.by.label, replaces=replaces,
        content=json.dumps(content, ensure_ascii=False, separators=(",", ":")),
    )  # fmt: skip
    now.write("paper_issued", document=document.pk, form=code, number=number, facts=facts_digest)
    if replaces is not None:
        _revoke(now, replaces, str(_("由 %(number)s 更正")) % {"number": number})
    return row


def attested(*, what: str, person: Person | None = None, number: str = "") -> IssuedPaper | None:
    """The newest standing paper that attests something (Paper.attests) to a person, or the one under a number.

    In: `what` as the form declares it ("hardship"); `person`, found again under another entry by the identity number;
    `number` as typed from the paper (any digits, brackets or gaps). Out: None when there is none, or it was withdrawn.
    """
    forms = catalogue.attesting(what)
    wanted = Q(pk__in=[])
    for service, codes in forms.items():
        wanted |= Q(order__case__service=service, form__in=codes)
    rows = IssuedPaper.objects.filter(wanted, revoked_at__isnull=True).select_related("order")
    if number:
        rows = rows.filter(number=number_of(number))
    if person is not None:
        same = Q(order__person=person)
        if person.id_hash:
            same |= Q(order__person__id_hash=person.id_hash)
        rows = rows.filter(same)
    if not number and person is None:
        return None
    return rows.order_by("-issued_at", "-pk").first()


def draw(paper: IssuedPaper, *, at: datetime) -> IssuedPaper:
    """Draw the bytes of an issued paper: once, soon after it was issued (jobs.py) or when somebody opens it first.

    What it says, its number and its fingerprint stand since it was issued; only the picture of them is made here, so that no
    desk waits for it. The digest of the bytes is entered once and kept by the database. It is written to a journal of
    its own: a line in the case's would tell whoever has the case open that somebody was faster.
    """
    if paper.digest:
        return paper
    mark = papers.Mark(paper.number, paper.facts_digest, address(paper.number, paper.facts_digest))
    made = papers.of_blocks(content=content_of(paper), tongues=paper.tongues, mark=mark)
    with transaction.atomic():
        row = IssuedPaper.objects.select_for_update(of=("self",)).select_related("document__blob").get(pk=paper.pk)
        if not row.digest:  # of two who draw it at once, the first one's stand
            row.document.blob = Blob.objects.create(
                digest=made.digest, content=seal(made.content), size=len(made.content)
            )
            row.document.save(update_fields=["blob"])
            row.digest = made.digest
            row.save(update_fields=["digest"])
            write(stream=DRAWN, kind="paper_drawn", by=SYSTEM, at=at, number=row.number, digest=made.digest)
    paper.digest, paper.document = row.digest, row.document
    return paper


def draw_waiting(*, at: datetime, most: int = 20) -> int:
    """Draw papers that nobody opened yet, oldest first. Out: how many. One that cannot be drawn is logged and left."""
    done = 0
    for paper in IssuedPaper.objects.filter(digest="").select_related("document", "order").order_by("issued_at")[:most]:
        try:
            draw(paper, at=at)
            done += 1
        except PaperFault:
            log.exception("paper %s cannot be drawn", paper.number)
    return done


def address(number: str, fingerprint: str) -> str:
    """The address in the QR sign: the public page with the number and the printed part of the fingerprint."""
    bare = re.sub(r"[^0-9]", "", number)
    return f"{settings.OPEN12348_ADDRESS}{CHECK}?n={bare[:16]}-{bare[16:18]}-{bare[18:]}&f={fingerprint[:16]}"


def again(*, paper: IssuedPaper, tongues: str, by: Actor, at: datetime, expect: int | None = None) -> IssuedPaper:
    """Issue what a paper says in other languages too, under a number of its own. Errors: PaperFault, Denied, Conflict."""
    with turn(order_id=paper.order_id, by=by, at=at, expect=expect) as now:
        _only(now, SENDING)
        if paper.revoked_at is not None:
            raise PaperFault(_("这份文书已经撤回。"))
        return _issue(
            now, no=int(paper.number.split("-")[-2]), code=paper.form, content=content_of(paper), tongues=tongues,
            for_resident=paper.document.for_resident,
        )  # fmt: skip


def revoke(*, paper: IssuedPaper, by: Actor, at: datetime, reason: str, expect: int | None = None) -> IssuedPaper:
    """Withdraw a paper, with a reason. It stays on the file, and the public page says that it no longer counts.

    Errors: PaperFault (no reason, withdrawn before), Denied, Conflict.
    """
    with turn(order_id=paper.order_id, by=by, at=at, expect=expect) as now:
        _only(now, REVOKING)
        if not reason.strip():
            raise PaperFault(_("请写明撤回的理由。"))
        _revoke(now, paper, reason.strip())
    paper.refresh_from_db()
    return paper


def _revoke(now: Turn, paper: IssuedPaper, reason: str) -> None:
    changed = IssuedPaper.objects.filter(pk=paper.pk, revoked_at__isnull=True).update(
        revoked_at=now.at, revoke_reason=reason[:300]
    )
    if not changed:
        raise PaperFault(_("这份文书已经撤回。"))
    Delivery.objects.filter(paper=paper, received_at__isnull=True, failed_at__isnull=True).update(
        failed_at=now.at, failed_why=str(_("文书已撤回"))
    )
    now.write("paper_revoked", document=paper.document_id, number=paper.number)


def _only(now: Turn, roles: frozenset[Role]) -> None:
    if now.by.kind != "system" and not lists.roles_over(now.by, now.case) & roles:
        raise Denied(_("您的角色不能做这一步。"))


# Reading again


def content_of(paper: IssuedPaper) -> dict[str, Any]:
    """What a paper says, as it was frozen."""
    return dict(json.loads(paper.content))


def title_of(paper: IssuedPaper) -> str:
    """The title in the reader's language."""
    words = content_of(paper)["title"]
    side = (translation.get_language() or "zh")[:2]
    return str(words.get(side) or words["zh"])


def as_word(paper: IssuedPaper) -> bytes:
    """The Word copy of a paper: for layout and amendments, without check code."""
    return word.of_blocks(content=content_of(paper), tongues=paper.tongues, number=paper.number)


def facts_hold(paper: IssuedPaper) -> bool:
    """Whether what is stored still is what was fingerprinted: facts, and the bytes of the PDF."""
    whole = hashlib.sha256(files.content(draw(paper, at=timezone.now()).document)).hexdigest() == paper.digest
    return whole and blocks.digest(content_of(paper)["facts"], paper.order.code, paper.form) == paper.facts_digest


def of_case(order: Order, *, resident: bool = False) -> QuerySet[IssuedPaper]:
    """The papers of a case, newest first; for the person: only those that are for them."""
    found = order.issued_papers.select_related("document", "replaces", "order").prefetch_related("deliveries")
    return (found.filter(document__for_resident=True) if resident else found).order_by("-issued_at", "-pk")


# Is it real?

REAL, WITHDRAWN, UNKNOWN = "real", "withdrawn", "unknown"


def number_of(text: str) -> str:
    """A typed or scanned number in the form it is stored; '' when it cannot be one."""
    bare = re.sub(r"[^0-9]", "", numbers.plain(text))
    if not 20 <= len(bare) <= 24:
        return ""
    return f"{numbers.group(bare[:16])}-{bare[16:18]}-{bare[18:]}"


def fingerprint_of(text: str) -> str:
    """The sixteen signs of a typed or scanned fingerprint; '' when it cannot be one."""
    bare = re.sub(r"[^0-9a-f]", "", numbers.plain(text).lower().replace("o", "0").replace("l", "1"))
    return bare[:16] if len(bare) in {16, 64} else ""


def verdict(number: str, fingerprint: str) -> str:
    """Whether a paper with this number and fingerprint went out: real | withdrawn | unknown. Nothing else is said."""
    return verdict_of(found(number, fingerprint))


def found(number: str, fingerprint: str) -> IssuedPaper | None:
    """The paper that went out with this number and fingerprint, for a check; None when there is none."""
    number, fingerprint = number_of(number), fingerprint_of(fingerprint)
    if not number or not fingerprint:
        return None
    return IssuedPaper.objects.filter(number=number, facts_digest__startswith=fingerprint).first()


def verdict_of_file(content: bytes) -> str:
    """The same for a PDF file: real only when not one byte differs from what went out."""
    return verdict_of(found_file(content))


def found_file(content: bytes) -> IssuedPaper | None:
    """The paper whose PDF has exactly these bytes; None when there is none."""
    return IssuedPaper.objects.filter(digest=hashlib.sha256(content).hexdigest()).first()


def verdict_of(paper: IssuedPaper | None) -> str:
    """What the public page says of a paper it found, or did not find: real | withdrawn | unknown."""
    return UNKNOWN if paper is None else REAL if paper.revoked_at is None else WITHDRAWN


# Delivery


def deliver(
    *, paper: IssuedPaper, way: str, by: Actor, at: datetime, to: str = "applicant", to_name: str = "", mail_no: str = "",
    through: str = "", consent: bool = False, expect: int | None = None,
) -> Delivery:  # fmt: skip
    """Send a paper: by hand, by post (with the number of the mail), electronically, or through another body.

    Electronically only to the applicant and only with their consent (民事诉讼法 Art 90); they get a message that says no more than
    that a paper is there. It counts as received when they open it: kinder than Art 90 (arrival in their system), because a
    message to an old phone proves nothing [D]. Errors: PaperFault, Denied, Conflict.
    """
    with turn(order_id=paper.order_id, by=by, at=at, expect=expect) as now:
        _only(now, SENDING)
        paper.refresh_from_db()
        if paper.revoked_at is not None:
            raise PaperFault(_("这份文书已经撤回，不能再送。"))
        if way not in DeliveryWay.values or to not in TO:
            raise PaperFault(_("请选择怎样送、送给谁。"))
        if paper.deliveries.filter(to=to, received_at__isnull=True, failed_at__isnull=True).exists():
            raise PaperFault(_("已经在送了。送到或送不到，先记下结果。"))
        if way == DeliveryWay.POST and not mail_no.strip():
            raise PaperFault(_("请填邮件号，以后好查。"))
        if way == DeliveryWay.THROUGH and not through.strip():
            raise PaperFault(_("请写明请哪个单位转交。"))
        if way == DeliveryWay.ELECTRONIC:
            _may_go_electronically(now, paper, to, consent)
        row = Delivery.objects.create(
            paper=paper, to=to, to_name=to_name.strip()[:200], way=way, sent_at=at, by=by.label, mail_no=mail_no.strip()[:60],
            through=through.strip()[:200],
        )  # fmt: skip
        now.write("paper_sent", document=paper.document_id, delivery=row.pk, way=str(way), to=to)
        if way == DeliveryWay.ELECTRONIC:
            notices.tell(now, "paper_sent")
    return row


#: To whom a paper goes.
TO: dict[str, Any] = {
    "applicant": _("申请人（受援人）"), "unit": _("承办单位"), "authority": _("办案机关"), "opponent": _("对方"), "other": _("其他"),
}  # fmt: skip


def _may_go_electronically(now: Turn, paper: IssuedPaper, to: str, consent: bool) -> None:
    person = now.order.person
    if to != "applicant" or not paper.document.for_resident:
        raise PaperFault(_("电子送达只能给申请人本人，而且这份文书要是给本人的。"))
    if not consent:
        raise PaperFault(_("电子送达要经本人同意。"))
    if person is None or not person.phone or now.order.reply_by == "none":
        raise PaperFault(_("没有可以通知本人的手机号，请用别的办法送。"))


def received(
    *, delivery: Delivery, by: Actor, at: datetime, when: datetime | None = None, name: str = "",
    receipt: files.Upload | None = None, expect: int | None = None,
) -> Delivery:  # fmt: skip
    """Write down that a paper arrived: when, who took it, and the signed receipt where there is one (送达回证).

    Limits that run from service start with the act "served:<form>" when it was the applicant's. In: `when` the day on the
    receipt (now, when empty). Errors: PaperFault (known before, or a day that cannot be), Denied, Conflict, files.BadFile.
    """
    with turn(order_id=delivery.paper.order_id, by=by, at=at, expect=expect) as now:
        _only(now, SENDING)
        arrived = when or at
        if arrived > at:
            raise PaperFault(_("收到的时间不能在将来。"))
        if legal_day(arrived) < legal_day(delivery.sent_at):
            raise PaperFault(_("收到的时间不能早于送出的那天。"))
        if not name.strip():
            raise PaperFault(_("请写明谁签收的。"))
        proof = files.attach(now, receipt, for_resident=False, title=str(_("送达回证"))) if receipt else None
        _received(now, delivery, arrived, name.strip(), proof)
    delivery.refresh_from_db()
    return delivery


def _received(now: Turn, delivery: Delivery, arrived: datetime, name: str, proof: Document | None = None) -> None:
    changed = Delivery.objects.filter(pk=delivery.pk, received_at__isnull=True, failed_at__isnull=True).update(
        received_at=arrived, receipt=proof
    )
    if not changed:
        raise PaperFault(_("这次送达已经有结果了。"))
    delivery.refresh_from_db()
    delivery.received_by = name[:200]
    delivery.save(update_fields=["received_by"])
    paper = delivery.paper
    now.write("paper_received", document=paper.document_id, delivery=delivery.pk, at=arrived, way=delivery.way)
    if delivery.to == "applicant":
        clocks.after(now, f"served:{paper.form}", evidence=proof)


def failed(*, delivery: Delivery, by: Actor, at: datetime, why: str, expect: int | None = None) -> Delivery:
    """Write down that a paper did not arrive, and why; it can be sent again. Errors: PaperFault, Denied, Conflict."""
    with turn(order_id=delivery.paper.order_id, by=by, at=at, expect=expect) as now:
        _only(now, SENDING)
        if not why.strip():
            raise PaperFault(_("请写明为什么没有送到。"))
        changed = Delivery.objects.filter(pk=delivery.pk, received_at__isnull=True, failed_at__isnull=True).update(
            failed_at=at, failed_why=why.strip()[:300]
        )
        if not changed:
            raise PaperFault(_("这次送达已经有结果了。"))
        now.write("paper_failed", document=delivery.paper.document_id, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def opened(*, document: Document, by: Actor, at: datetime) -> bool:
    """The person opened a paper that was sent to them electronically: it is received. True the first time.

    A helper who opens it has not received it for them; staff who look have not either.
    """
    if document.kind != DocumentKind.PAPER or not by.is_resident or document.order.person_id not in by.person_ids:
        return False
    waiting = Delivery.objects.filter(
        paper__document=document, to="applicant", way=DeliveryWay.ELECTRONIC, received_at__isnull=True, failed_at__isnull=True
    )  # fmt: skip
    row = waiting.first()
    if row is None:
        return False
    try:
        with turn(order_id=document.order_id, by=by, at=at) as now:
            _received(now, row, at, str(_("本人在网上打开")))
    except (
        Conflict,
        PaperFault,
    ):  # somebody is at the case just now; the paper is shown all the same, and counts next time
        return False
    return True


def served_at(order: Order, form: str) -> datetime | None:
    """When the applicant received the paper of a form that counts now (the newest not withdrawn); None while not received."""
    paper = standing(order, form)
    if paper is None:
        return None
    arrived = paper.deliveries.filter(to="applicant", received_at__isnull=False).order_by("received_at").first()
    return arrived.received_at if arrived else None


def from_service(form: str) -> Callable[[Case, datetime], datetime | None]:
    """For Clock.begins: the instant at which the applicant received the paper of a form.

    Clock("object", …, starts={"served:refuse"}, begins=papers.from_service("refuse"))
    """

    def begins(case: Case, _at: datetime) -> datetime | None:
        return served_at(case.order, form)

    return begins


#: 送达回证: prepared for the signature of who takes a paper.
RECEIPT: tuple[Block, ...] = (
    Title(_("送达回证")),
    Table(
        (_("送达的文书"), _("%(title)s，编号 %(number)s")),
        (_("受送达人"), "to"),
        (_("怎样送"), "way"),
        (_("送出日期"), "sent"),
        (_("邮件号或转交单位"), "more"),
        (_("送达地点"), "place"),
        (_("收到日期和时间"), "arrived"),
        (_("代收人和代收的理由"), "proxy"),
        (_("备注（拒收的，写明事由和见证人）"), "note"),
    ),
    Sign(_("收件人签名或按指印"), _("送达人签名")),
)


def receipt(delivery: Delivery) -> bytes:
    """The receipt of a delivery as a PDF to be signed, in the languages of the paper. Errors: PaperFault."""
    paper = delivery.paper
    person, case = paper.order.person, paper.order.case
    title = content_of(paper)["title"]
    to: Any = delivery.to_name or (named(person) if delivery.to == "applicant" and person else TO[delivery.to])
    facts = {
        "title": Named(title["zh"], title["ug"], title["en"]), "number": Code(paper.number), "to": to,
        "way": DeliveryWay(delivery.way).label, "sent": legal_day(delivery.sent_at),
        "more": Code(delivery.mail_no) if delivery.mail_no else delivery.through or None, "place": None,
        "arrived": delivery.received_at, "proxy": None, "note": None, "office": named(case.place),
    }  # fmt: skip
    content = _freeze(_("送达回证"), RECEIPT, facts)
    return papers.of_blocks(content=content, tongues=paper.tongues).content


# Many at once


def batch(
    things: Sequence[Any], make: Callable[[Any], IssuedPaper], *, out: Path, merged: bool = False
) -> Iterator[tuple[int, int]]:
    """Make a paper of each thing and put them into one file: a ZIP, or one PDF to be printed (`merged`).

    Yields (done, total) after each. It may be left at any moment, or die: called again with the same `out` it goes on after
    the last one, for each is written to `out`.part at once, and issuing twice gives the same paper. The file itself appears
    only when all are in it. Errors: those of `make`, and those before stay done.
    """
    part = out.with_name(out.name + ".part")
    done = _in_part(part)
    total = len(things)
    for n, thing in enumerate(things):
        if n >= len(done):
            paper = make(thing)
            with zipfile.ZipFile(part, "a", zipfile.ZIP_STORED) as pack:  # a PDF is packed already
                pack.writestr(f"{n + 1:04d}_{paper.number}.pdf", files.content(paper.document))
        yield n + 1, total
    if merged:
        with zipfile.ZipFile(part) as pack:
            one = merge(pack.read(name) for name in sorted(pack.namelist()))
        out.write_bytes(one)
        part.unlink()
    else:
        part.replace(out)


def _in_part(part: Path) -> list[str]:
    """What is whole in a file that was begun; a torn one is begun again (its papers are issued, so nothing is lost)."""
    if not part.exists():
        return []
    try:
        with zipfile.ZipFile(part) as pack:
            return pack.namelist()
    except zipfile.BadZipFile:
        part.unlink()
        return []


def merge(pdfs: Iterable[bytes]) -> bytes:
    """Several PDFs as one."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for pdf in pdfs:
        for page in PdfReader(BytesIO(pdf)).pages:
            writer.add_page(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
