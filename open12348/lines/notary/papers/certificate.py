"""The papers of certificates: the certificate itself, the supplementary one, and the decision that revokes one.

A certificate holds what 公证程序规则 Art 42 asks: number, parties, statement, notary, seal, day. In Chinese always; with Uyghur
beside it where a party asked for that and it is used in the country (Art 43): both texts count the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.blocks import SCREEN, Block, Code, Named, Note, Para, Seal, Table
from open12348.spine import papers
from open12348.spine.casework import Refused
from open12348.spine.catalogue import Paper
from open12348.spine.journal import Turn

from ..certificate_models import Certificate, Statement
from ..matters import Matter
from ..models import Applies, NotaryCase

__all__ = ["CERTIFICATE", "REVOCATION", "SUPPLEMENT", "Code"]

#: What is proven, by the kind of matter, where the notary wrote no statement of their own.
STANDARD: dict[str, Any] = {
    "act": _("兹证明%(applicant)s在本公证员面前，就“%(title)s”作出的意思表示真实，内容合法，签名（按指印）属实。"),
    "fact": _("兹证明%(applicant)s申请证明的“%(title)s”属实。"),
    "copy": _("兹证明前面的“%(title)s”与%(applicant)s出示的原件相符，原件上的签名、印鉴属实。"),
    "debt": _("兹证明%(applicant)s与对方签订的“%(title)s”内容合法，双方签名（印鉴）属实；债务人承诺不履行时接受强制执行，本公证书具有强制执行效力。"),
    "scene": _("兹证明“%(title)s”的过程和结果属实，由本公证员在场监督或者亲自操作。"),
    "service": _("兹证明“%(title)s”已按%(applicant)s的申请办理。"),
}  # fmt: skip
PART: Any = _("撤销前一份公证书中违法或者与事实不符的部分，其余部分继续有效")
WHOLE: Any = _("前一份公证书以本补正公证书的内容为准，其余部分继续有效")


def facts(
    made: Certificate, row: NotaryCase, now: Turn, *, matter: Matter | None, title: str, statement: Statement | None
) -> dict[str, Any]:
    """What a certificate says of its case."""
    person = now.order.person
    worker = made.notary
    return {
        "number": Code(made.number), "title": _title(title, matter), "applicant": papers.named(person) if person else None,
        "applies": Applies(row.applies).label, "notary": papers.named(worker) if worker else None,
        "office": papers.named(made.office), "copies": made.copies,
        "statement": _statement(statement) if statement else None,
    }  # fmt: skip


def in_each_language(matter: Matter | None) -> dict[str, str]:
    """The name of a matter on each side."""
    said = {}
    for side, language in SCREEN.items():
        with translation.override(language):
            said[side] = str(matter.name) if matter else ""
    return said


def _title(title: str, matter: Matter | None) -> Any:
    """The name of what is proven: in both languages where it is that of the matter, else as it was typed."""
    said = in_each_language(matter)
    return Named(said["zh"], said["ug"], said["en"]) if title == said["zh"] else title


def _statement(statement: Statement) -> Any:
    return Named(statement.text, statement.text_ug) if statement.text_ug else statement.text


def tongues(made: Certificate, statement: Statement | None) -> str:
    """Chinese, with Uyghur beside it where it was asked for. Errors: Refused when its own statement is not there in Uyghur."""
    if "ug" not in made.languages:
        return "zh"
    if statement is not None and not statement.text_ug:
        raise Refused(_("当事人要求附维吾尔文文本，请先写好维吾尔文的证词（公证程序规则第四十三条）。"))
    return "zh-ug"


def blocks(made: Certificate, matter: Matter | None, statement: Statement | None) -> Sequence[Block]:
    """A certificate, block by block."""
    said: Block = Para("%(statement)s") if statement else Para(STANDARD[matter.kind if matter else "fact"])
    return [
        Table((_("公证书编号"), "number"), (_("申请人"), "applicant"), (_("以什么身份申请"), "applies"), (_("公证事项"), "title")),
        said,
        Table((_("公证员"), "notary"), (_("份数"), "copies")),
        Seal(),
        Note(_("公证书自出具之日起生效。当事人认为有错误的，自收到之日起一年内可以申请复查（公证程序规则第六十一条）。")),
    ]  # fmt: skip


CERTIFICATE = Paper(no=60, code="certificate", title=_("公证书"), blocks=blocks)  # type: ignore[arg-type]  # its blocks need the certificate

SUPPLEMENT = Paper(
    no=61, code="supplement", title=_("补正公证书"), tongues="zh",
    blocks=(
        Table((_("公证书编号"), "number"), (_("申请人"), "applicant"), (_("补正哪一份"), "first"), (_("它的出具日期"), "first_on")),
        Para(_("经复查，补正如下：")), Para("%(text)s"),
        Para(_("%(effect)s。")),
        Table((_("公证员"), "notary")),
        Seal(),
    ),
)  # fmt: skip

REVOCATION = Paper(
    no=62, code="revocation", title=_("撤销公证书决定"),
    blocks=(
        Table((_("公证书编号"), "number"), (_("出具日期"), "issued")),
        Para(_("经复查，根据公证法第三十九条、公证程序规则第六十三条，决定撤销这份公证书。公证书自始无效，应当交回本处，并予以公告。")),
        Para(_("理由：%(reason)s")),
        Note(_("对本决定有争议的，自收到之日起 60 日内可以向地方公证协会投诉；对内容有争议的，可以向人民法院起诉（公证法第四十条）。")),
        Seal(),
    ),
)  # fmt: skip
