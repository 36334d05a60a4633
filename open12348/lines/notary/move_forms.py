"""What is added at each move: by notaries, the head of the office, the window, and by the person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui.fields import LenientDateField, NameField, UploadField, line, text

from . import grounds, online
from .forms import Facts, OptionalReason, money
from .models import Refund, Relief, VisitFor

__all__ = ["Facts", "OptionalReason"]


def ticks(label: Any, **more: Any) -> forms.MultipleChoiceField:
    """Boxes to tick; what stands there depends on the case (fitting.py)."""
    return forms.MultipleChoiceField(
        label=label, choices=[], required=False, widget=forms.CheckboxSelectMultiple, **more
    )


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class Identify(forms.Form):
    """How the notary made sure who the person is; no picture of a face is kept."""

    how = forms.ChoiceField(label=_("怎样核对身份"), choices=list(online.IDENTITY.items()))
    came = forms.BooleanField(label=_("当事人今天到了公证处（记一次到场）"), required=False)


class Papers(forms.Form):
    """Which papers of the list are there, and how the others come. Nothing beyond the list stands here to choose."""

    seen = ticks(_("已核对原件的"))
    fetched = ticks(
        _("公证处自己查到的"), help_text=_("能通过数据共享查到的，不要求当事人提交（公证程序规则第十八条第二款）。")
    )
    truth = forms.BooleanField(label=_("当事人已书面承诺查到的信息真实合法"), required=False)
    pledged = ticks(_("用承诺代替的"), help_text=_("先书面告知，再签承诺书，先办，事后核查。"))
    told = forms.BooleanField(label=_("已书面告知证明什么、要承担什么责任"), required=False)
    signed = forms.BooleanField(label=_("本人已签承诺书"), required=False)
    uploads = UploadField(label=_("承诺书、材料的照片"), required=False)


class Accept(forms.Form):
    """The conditions of acceptance, each seen by the notary (公证程序规则 Art 19)."""

    interest = forms.BooleanField(label=_("申请人与公证事项有利害关系"))
    no_dispute = forms.BooleanField(label=_("申请人之间没有争议"))
    in_scope = forms.BooleanField(label=_("属于公证业务范围，在本处执业区域内"))


class AcceptTolerant(Accept):
    """Key papers are there, the others follow by a day (容缺受理)."""

    later = ticks(_("约定后补的材料"))
    later_by = LenientDateField(label=_("补到哪天"), help_text=_("材料没有补齐，不能出公证书。"))
    promise = forms.BooleanField(label=_("当事人已签按期补交的承诺"))


class PapersIn(forms.Form):
    """What came."""

    seen = ticks(_("已收到并核对的"))
    fetched = ticks(_("公证处自己查到的"))
    note = text(_("说明"), 2, 1000, required=False)
    uploads = UploadField(label=_("材料的照片"), required=False)


class SendPapers(forms.Form):
    """What the person sends."""

    note = text(_("补充说明"), 2, 1000, required=False)
    uploads = UploadField(label=_("材料的照片"), required=False)


class Inform(forms.Form):
    """The party is told what the act means and what follows from it (公证法 Art 27; 公证程序规则 Art 21)."""

    content = text(_("告知了什么（意义、后果、权利、义务）"), 4, 4000, min_length=5)
    way = forms.ChoiceField(
        label=_("怎样告知"), choices=[("face", _("当面")), ("video", _("视频（已录音录像）")), ("visit", _("上门"))]
    )
    signed_by = forms.ChoiceField(
        label=_("谁签名"),
        choices=[("party", _("当事人签名")), ("thumb", _("当事人按指印")), ("agent", _("代理人签名"))],
    )
    read_in = forms.ChoiceField(
        label=_("用什么语言告知"),
        choices=[("zh", _("国家通用语言")), ("ug", _("维吾尔语")), ("other", _("其他，有翻译在场"))],
    )
    warned = ticks(_("逐项确认（五不准）"))
    second_notary = forms.ChoiceField(label=_("第二名公证员（遗嘱）"), choices=[("", _("没有"))], required=False)
    witness = NameField(label=_("见证人（遗嘱，只有一名公证员时）"), required=False)
    unrelated = forms.BooleanField(label=_("见证人不是继承人、受遗赠人，也和他们没有利害关系"), required=False)
    video_kept = forms.BooleanField(label=_("全过程已录音录像，录像存入案卷"), required=False)
    uploads = UploadField(label=_("签名的告知书、谈话笔录"), required=False)


class AskPapers(forms.Form):
    """What is still needed, from the list, all at once; the time until it comes does not count."""

    wanted = ticks(_("还要补的（只能从清单里选）"))
    note = text(_("补充说明（不能加清单以外的材料）"), 2, 500, required=False)
    told_how = forms.ChoiceField(
        label=_("怎样告诉当事人暂停计时"),
        choices=[("message", _("系统通知")), ("face", _("当面")), ("phone", _("电话"))],
    )


class Verify(forms.Form):
    """A letter that asks another office or body to verify something (公证程序规则 Art 33)."""

    office = line(_("请哪个公证处或单位核实"))
    ask = text(_("请对方核实什么"), 3, 2000)


class Verified(forms.Form):
    """What came back."""

    could = forms.ChoiceField(label=_("结果"), choices=[("yes", _("已核实")), ("no", _("对方来函：不能核实"))])
    note = text(_("核实的情况"), 3, 4000)
    uploads = UploadField(label=_("回函"), required=False)


class Halt(forms.Form):
    """Force majeure: what keeps the office from going on."""

    reason = text(_("发生了什么，为什么办不了"), 2, 1000, min_length=4)


class Charge(forms.Form):
    """The fee is reckoned by the tariff of the day of acceptance."""

    pieces = forms.IntegerField(label=_("几件"), min_value=1, max_value=200, initial=1)
    value = money(_("标的金额（元）"), required=False)


class Pay(forms.Form):
    """What was paid, with the number of the receipt."""

    amount = money(_("实收（元）"))
    receipt_no = line(_("收据号"), 40)


class AskRelief(forms.Form):
    """A request to pay less: a legal-aid decision is enough; otherwise one's own words."""

    aid_number = line(_("给予法律援助决定书的编号"), 60, required=False)
    reason = text(
        _("为什么交公证费有困难"),
        3,
        1000,
        required=False,
        help_text=_("有法律援助决定书的不用写。不用村委会、单位盖章。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("aid_number") and not str(data.get("reason") or "").strip():
            self.add_error("reason", _("请写法律援助决定书的编号，或者写几句话说明困难。"))
        return data


class DecideRelief(forms.Form):
    """The head's decision on the fee, with a reason; prefilled where a legal-aid decision stands."""

    relief = forms.ChoiceField(label=_("决定"), choices=Relief.choices)
    percent = forms.IntegerField(
        label=_("减收百分之几"), required=False, min_value=1, max_value=99,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": "4"}),
    )  # fmt: skip
    relief_paper = line(_("依据的法律援助决定书编号"), 60, required=False)
    reason = text(_("理由"), 2, 1000, required=False)


class CheckPledge(forms.Form):
    """Whether what was promised is true: the fourth step of 告知承诺."""

    result = forms.ChoiceField(label=_("核查结果"), choices=[("true", _("属实")), ("false", _("不实"))])
    note = text(_("怎样核查的"), 2, 1000)


class Propose(forms.Form):
    """The notary's opinion: true, lawful, sufficient, by the conditions of this kind of matter."""

    conditions = ticks(_("逐项审查（公证程序规则第三十六条至第三十九条）"))
    titles = text(
        _("出哪些公证书（一行一份，各有编号）"), 2, 1000, required=False, help_text=_("空着就是一份，用事项名称。")
    )
    opinion = text(_("审查意见"), 2, 2000, required=False)


class Discuss(forms.Form):
    """What several of the office found (重大、复杂事项集体讨论); kept in the side volume."""

    people = text(_("参加讨论的人"), 1, 300)
    result = text(_("讨论意见"), 3, 3000)


class Approve(forms.Form):
    """The approver's words, if any."""

    note = text(_("审批意见"), 2, 1000, required=False)


class ProposeRefusal(forms.Form):
    """The notary's written report: only the nine grounds of the law are there to choose."""

    ground = forms.ChoiceField(label=_("不予办理的理由（公证法第三十一条）"), choices=grounds.named(grounds.REFUSAL))
    reason = text(_("写给当事人的事实和理由"), 4, 2000, min_length=5)


class Refuse(forms.Form):
    """The head's decision, with what happens to the fee (公证程序规则 Art 49)."""

    refund = forms.ChoiceField(label=_("已收的公证费"), choices=[(Refund.NONE.value, _("不退，或者没有收过"))] + [
        (r.value, r.label) for r in Refund if r is not Refund.NONE
    ])  # fmt: skip
    refund_amount = money(_("部分退还的，退多少元"), required=False)
    refund_reason = text(_("退还或者不退的原因（谁的责任）"), 2, 500)


class NotAccept(forms.Form):
    """Why it is not accepted, and where else the person can ask."""

    ground = forms.ChoiceField(label=_("不予受理的理由"), choices=grounds.named(grounds.NOT_ACCEPTED))
    answer = text(_("告诉申请人的话"), 3, 2000, min_length=5, help_text=_("写清理由，还可以到哪里办。"))


class ProposeTermination(forms.Form):
    """On which ground the matter is to end (公证程序规则 Art 50)."""

    ground = forms.ChoiceField(label=_("终止的情形"), choices=grounds.named(grounds.TERMINATION))
    reason = text(_("写给当事人的事实和理由"), 3, 2000, min_length=5)


class Deliver(forms.Form):
    """To whom the certificate went, on what day, signed for."""

    way = forms.ChoiceField(
        label=_("怎样交给当事人"),
        choices=[
            ("counter", _("当事人到公证处领取")),
            ("post", _("邮寄")),
            ("visit", _("送上门")),
            ("agent", _("代理人领取")),
        ],
    )
    on = LenientDateField(label=_("哪天签收"))
    uploads = UploadField(label=_("送达回执"), required=False)


class Visit(forms.Form):
    """The person came, or the office went to them."""

    reason = forms.ChoiceField(label=_("来做什么"), choices=VisitFor.choices)
    ours = forms.BooleanField(label=_("是公证处上门，不算当事人跑一次"), required=False)


class NoteDeath(forms.Form):
    """A proof of the testator's death, seen."""

    paper = line(_("哪种死亡证明、编号"))
    uploads = UploadField(label=_("死亡证明的照片"), required=False)


class Recuse(forms.Form):
    """Why the notary must not act (公证法 Art 23(3))."""

    ground = forms.ChoiceField(
        label=_("回避的原因"),
        choices=[
            ("relative", _("是本人或者近亲属的事")),
            ("interest", _("和本人或者近亲属有利害关系")),
            ("other", _("其他影响公正的关系")),
        ],
    )
    reason = text(_("说明"), 2, 500, required=False)
