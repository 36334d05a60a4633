"""Is this certificate real? Anybody may ask with its number and the name of a party, or by the sign printed on it.

The answer is valid, corrected, supplemented, revoked or not found, with office, day and class of matter. A name that does not
fit, a number that was never given and a will are answered alike (公证法 Art 13; domain reference B, 1.8): nobody learns from it
who had something notarised, nor that a will is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.spine.checks import CHANGED, NOT_FOUND, REAL, WITHDRAWN, CheckAnswer, PublicCheck, offer_check
from open12348.spine.models import IssuedPaper

from . import certificates, numbering
from .certificate_models import Certificate, CertificateStatus

#: The matters of the law (公证法 Art 11, 12) as anybody may know them; what is finer than the law's own classes is not said.
LAW_CLASSES: dict[str, Any] = {
    "N01": _("合同"), "N02": _("继承"), "N03": _("委托书"), "N04": _("声明"), "N05": _("赠与"), "N06": _("遗嘱"), "N07": _("财产分割"),
    "N08": _("招标投标、拍卖"), "N09": _("婚姻状况、亲属关系、收养关系"), "N10": _("出生、生存、死亡、身份、经历、学历等"), "N11": _("公司章程"),
    "N12": _("保全证据"), "N13": _("签名、印鉴、日期，文本相符"), "N14": _("其他公证事项"), "S01": _("法定登记"), "S02": _("提存"),
    "S03": _("保管"), "S04": _("代写文书"), "S05": _("咨询"),
}  # fmt: skip

_SAID: dict[str, tuple[str, Any]] = {
    CertificateStatus.VALID: (REAL, _("有效：这份公证书是真的，现在有效。")),
    CertificateStatus.CORRECTED: (CHANGED, _("有效，但更正过：以更正后重新出具的那份为准，更正前的不能再用。")),
    CertificateStatus.SUPPLEMENTED: (CHANGED, _("有补正：要和补正公证书一起看，只拿这一份不够。")),
    CertificateStatus.REVOKED: (WITHDRAWN, _("已撤销：这份公证书自始无效，不能用。")),
}


class Asked(forms.Form):
    """What stands on the certificate, and the name of one of those it is about."""

    number = forms.CharField(
        label=_("公证书编号"), max_length=80, help_text=_("例如（2026）新喀证字第123号，在公证书的标题下面。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("当事人姓名"), max_length=120, help_text=_("公证书上写的申请人，汉字或者维吾尔文都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip

    def clean_number(self) -> str:
        number = numbering.canonical(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(numbering.WRONG)
        return number


def answer(said: Mapping[str, Any], at: datetime) -> CheckAnswer:
    """The answer to a number and a name."""
    found = certificates.find(said["number"])
    if found is None or not certificates.is_party(found, said["name"]) or certificates.never_told(found):
        return NOT_FOUND
    return told(found)


def told(found: Certificate) -> CheckAnswer:
    """What anybody may know of a certificate."""
    state, sentence = _SAID[found.status]
    facts: list[tuple[Any, Any]] = [
        (_("公证处"), found.office.name), (_("出具日期"), found.issued_on),
        (_("公证事项"), LAW_CLASSES.get(found.matter.partition("-")[0], LAW_CLASSES["N14"])),
    ]  # fmt: skip
    return CheckAnswer(state, sentence, tuple(facts))


def of_paper(paper: IssuedPaper, at: datetime) -> CheckAnswer | None:
    """A certificate that was scanned: who holds the paper learns that it was changed. Of a will nothing is added."""
    found = Certificate.objects.select_related("office").filter(paper=paper).first()
    if found is None or certificates.never_told(found):
        return None
    return told(found)


CHECK = offer_check(
    PublicCheck(
        "notary", _("公证书"), Asked, answer, limit_by="number", of_paper=of_paper,
        help=_("只回答有效、更正、补正、撤销或者没有查到，不显示姓名和内容。有的公证书依法不在网上核对，请到出具的公证处问。"),
    )
)  # fmt: skip
