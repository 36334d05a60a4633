"""What may be done around a certificate beside the matter itself: its statement, the file, a review, a complaint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.spine.casework import Act
from open12348.spine.catalogue import Move, Panel
from open12348.spine.lists import roles_over
from open12348.spine.models import Case, DocumentKind

from . import certificates, complaints, filing, matters, panels, review_forms
from .acts import may_work
from .certificate_models import Certificate, NotaryFile
from .checking import row_of
from .models import NotaryCase

NOTARY = frozenset({Role.PROVIDER, Role.OFFICER})
ASKING = frozenset({Role.RESIDENT, Role.CLERK})


class WriteStatement(forms.Form):
    """What the notary proves in one certificate (公证证词), in the languages it goes out in."""

    title = forms.CharField(label=_("哪一份公证书（公证事项）"), max_length=120)
    text = review_forms.text(_("证词"), 6, 6000, min_length=5)
    text_ug = review_forms.text(_("证词（维吾尔文，当事人要求附维吾尔文文本的才填）"), 6, 6000, required=False)


def fit_statement(form: Any, case: Case, by: Any) -> None:
    """The name of the matter stands there."""
    row = row_of(case.pk)
    found = next((m for m in matters.matters(case.received_at.date()) if m.code == row.matter), None)
    form.fields["title"].initial = row.titles[0] if row.titles else str(found.name) if found else ""


def may_write(act: Act) -> Any:
    """By the notary in charge."""
    return may_work(act)


def written(act: Act) -> None:
    """The statement is kept; without one the standard words are used."""
    certificates.write_statement(
        act.turn, row_of(act.order.pk), title=act.data["title"], text=act.data["text"], text_ug=act.data["text_ug"]
    )


def fit_review(form: Any, case: Case, by: Any) -> None:
    """Which certificate it is stands there already."""
    found = Certificate.objects.filter(case_id=case.pk).order_by("pk").first()
    if found is not None:
        form.fields["number"].initial = found.number
        form.fields["standpoint"].initial = "party"
        form.fields["got_on"].initial = found.case.delivered_on if found.case else None


# What is shown of certificates and of the file


def for_staff(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the matter, and below them its certificates and its file; what is proven only to who works on it."""
    return [*panels.for_staff(case, by, at), *_panel(case, inside=bool(roles_over(by, case) & NOTARY))]


def for_resident(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the person's own page, and the numbers of their certificates with what anybody may check of them."""
    return [*panels.for_resident(case, by, at), *_panel(case, mine=True)]


def _panel(case: Case, *, inside: bool = False, mine: bool = False) -> list[Panel]:
    row = NotaryCase.objects.filter(order_id=case.pk).first()
    found = list(Certificate.objects.filter(case_id=case.pk).order_by("pk"))
    kept = None if mine else NotaryFile.objects.filter(case_id=case.pk).first()
    statements = list(row.statements.order_by("pk")) if row is not None and inside and not found else []
    if not found and kept is None and not statements:
        return []
    side = case.order.documents.filter(kind=DocumentKind.NOTE, for_resident=False).count() if kept else 0
    context = {
        "certificates": found, "file": kept, "inside": inside or mine, "mine": mine, "statements": statements, "side": side,
        "checked": mine and not any(certificates.never_told(c) for c in found),
    }  # fmt: skip
    return [Panel(_("公证书"), "notary/panel_certificates.html", context)]


MOVES: tuple[Move, ...] = (
    Move(
        "write_statement", _("写证词"), {"reviewing"}, "", NOTARY, form=WriteStatement, guard=may_write, effect=written, fit=fit_statement,
        help=_("不写的，用定式证词。附维吾尔文文本的，两种文字都要写。"), example={"title": "委托（房产）", "text": "兹证明本人亲自签名属实。"},
    ),
    Move(
        "file_away", _("立卷归档"), {"refused", "terminated"}, "", NOTARY, form=filing.FileAway, guard=filing.may_file, effect=filing.filed,
        fit=filing.fit, help=_("没有办成的也要在三个月内归档。"), example={"main_pages": "12", "side_pages": "2", "term": "permanent"},
    ),
    Move(
        "ask_review", _("申请复查公证书"), {"issued", "delivered", "archived"}, "", ASKING, form=review_forms.Ask, opens="notary.review",
        fit=fit_review,
        help=_("认为公证书有错误的，自收到之日起一年内可以申请，由另一名公证员复查。"),
        example={"number": "（2026）新甲证字第1号", "standpoint": "party", "got_on": "2026-11-23", "wrong": "姓名写错了一个字"},
    ),
    Move(
        "complain", _("投诉"), {"reviewing", "waiting_papers", "to_decide", "issued", "delivered", "archived", "not_accepted", "refused", "terminated"},
        "", ASKING | {Role.SUPERVISOR}, form=complaints.Complain, opens="notary.complaint",
        help=_("对收费、拖延、要清单以外的材料等不满意的，由司法局处理，承办公证员不参加。"), example={"ground": "slow", "about": "示例公证处"},
    ),
)  # fmt: skip
