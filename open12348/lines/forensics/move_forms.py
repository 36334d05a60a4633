"""What is added at each move: by the institution, its experts, the client, the court."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.numbers import plain
from open12348.ui.fields import LenientDateField, UploadField, line, text

from . import fees, fields, materials, opinions, recusal
from .forms import REPEAT_GROUNDS, institutions
from .models import ForensicCapacity, ForensicMaterialKind, ForensicMethod, ForensicRecordKind

#: Must not accept (General Rules Art 15), in its order.
REFUSALS: dict[str, Any] = {
    "scope": _("超出本机构业务范围（第一项）"),
    "materials": _("鉴定材料不真实、不完整、不充分或者取得方式不合法（第二项）"),
    "unlawful": _("鉴定用途不合法或者违背社会公德（第三项）"),
    "rules": _("鉴定要求不符合执业规则或者技术规范（第四项）"),
    "ability": _("鉴定要求超出本机构技术条件或者鉴定能力（第五项）"),
    "twice": _("委托人就同一事项同时委托其他机构鉴定（第六项）"),
    "other": _("其他不符合法律、法规、规章规定的情形（第七项）"),
}
#: May end an appraisal (Art 29).
ENDINGS: dict[str, Any] = {
    "found": _("发现有第十五条第二项至第七项的情形"),
    "worn": _("鉴定材料发生耗损，委托人不能补充提供"),
    "uncooperative": _("委托人拒不履行义务、被鉴定人拒不配合或者受到严重干扰，无法继续"),
    "withdrawn": _("委托人主动撤销委托，或者拒绝支付鉴定费用"),
    "force": _("因不可抗力无法继续"),
    "other": _("其他需要终止的情形"),
}
#: Supplementary appraisal (Art 30).
SUPPLEMENTS: dict[str, Any] = {
    "omitted": _("原委托的事项有遗漏"), "new": _("委托人就原事项提供新的鉴定材料"), "other": _("其他需要补充鉴定的情形"),
}  # fmt: skip
#: Time that does not count (Art 25, 28). A reason of another kind is no pause.
PAUSES: dict[str, Any] = {
    "materials": _("补充鉴定材料"), "retake": _("重新提取鉴定材料"), "witness": _("见证人未到场"),
}  # fmt: skip
TESTIFIED: dict[str, Any] = {
    "appeared": _("已出庭"), "written": _("经法院同意，书面答复"), "absent": _("没有出庭"),
}  # fmt: skip


class Money(forms.DecimalField):
    """Yuan, in digits of any script."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=2, widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "size": "12"}), error_messages={"invalid": _("这里填金额，只写数字，例如 1200。"), "min_value": _("金额不能小于 0。")}, **kwargs)  # fmt: skip

    def to_python(self, value: Any) -> Any:
        bare = plain(str(value or "")).strip().replace(",", "").replace("，", "").removesuffix("元").strip()
        return super().to_python(bare)


class Things(forms.Form):
    """What was received, one thing a line."""

    things = text(_("收到什么（一行一件）"), 4, 6000, help_text=_("名称，件数，状态。例如：病历复印件，12，完好。"))
    material_kind = forms.ChoiceField(label=_("是哪一种"), choices=ForensicMaterialKind.choices)
    storage = line(_("怎样保存"), required=False, help_text=_("例如：档案柜；冷藏 4℃。"))
    received_on = LenientDateField(label=_("哪天收到的"))
    uploads = UploadField(label=_("接收清单或照片"), required=False)

    def clean_things(self) -> str:
        """The lines as they can be read. Errors: each bad line with its number."""
        said = str(self.cleaned_data["things"])
        _found, wrong = materials.read(said)
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return said


class Supplied(Things):
    """What came later; the words alone will do when the thing is a paper that was sent along."""

    things = text(_("补充了什么（一行一件）"), 3, 6000, required=False)
    material_kind = forms.ChoiceField(
        label=_("是哪一种"), choices=ForensicMaterialKind.choices, initial="paper", required=False
    )
    received_on = LenientDateField(label=_("哪天收到的"), required=False)
    note = text(_("说明"), 2, 1000, required=False)

    def clean(self) -> dict[str, Any]:
        """Something has to have come."""
        data = super().clean() or {}
        if (
            not str(data.get("things") or "").strip()
            and not str(data.get("note") or "").strip()
            and not data.get("uploads")
        ):
            self.add_error("things", _("请写补充了什么，或者上传一份材料。"))
        return data


class Choose(forms.Form):
    """The institution that the client wants."""

    institution = forms.ChoiceField(label=_("委托哪家鉴定机构"), choices=institutions)


class AgreeDate(forms.Form):
    """The day agreed with the client for the decision on a hard matter (Art 13)."""

    decide_by = LenientDateField(label=_("和委托人商定，哪天以前决定是否受理"))
    reason = text(_("复杂、疑难或者特殊在哪里"), 2, 500)


class AskSupplement(forms.Form):
    """What is missing, one thing a line (Art 14)."""

    wanted = text(_("还缺什么（一行一项，一次说清）"), 4, 2000)


class Accept(forms.Form):
    """The institution accepts: it has looked at scope, use, materials and its own ability (Art 14, 15)."""

    field = forms.ChoiceField(label=_("鉴定类别"), choices=fields.choices)
    capacity = forms.ChoiceField(label=_("被鉴定人的情况"), choices=ForensicCapacity.choices)
    hard = forms.BooleanField(label=_("复杂、疑难或者特殊"), required=False)
    lawful = forms.BooleanField(label=_("用途合法，要求符合执业规则和技术规范，本机构有能力做"))
    enough = forms.BooleanField(label=_("材料真实、完整、充分，取得方式合法"))
    special = text(_("因特殊原因仍由原机构重新鉴定的，写明原因"), 2, 300, required=False)


class Refuse(forms.Form):
    """On which of the seven grounds (Art 15), with the reason for the client; the materials go back (Art 17)."""

    ground = forms.ChoiceField(label=_("不予受理的情形"), choices=list(REFUSALS.items()))
    reason = text(_("告诉委托人的理由"), 3, 2000, min_length=5)
    given_back = forms.BooleanField(label=_("材料已退还"), required=False)


class Sign(forms.Form):
    """The commission is signed: it takes effect on this day, and the thirty working days begin (Art 16, 28)."""

    signed_on = LenientDateField(
        label=_("双方签订委托书的日期"), help_text=_("从这一天起委托书生效，完成鉴定的期限从次日起算。")
    )
    fee_item = forms.ChoiceField(label=_("收费项目"), choices=[], required=False)
    fee = Money(label=_("商定的鉴定费（元）"))
    relief = forms.ChoiceField(label=_("减免"), choices=list(fees.RELIEF.items()), required=False)
    aid_no = line(
        _("给予法律援助决定书编号"), 60, required=False, help_text=_("受援人凭这份决定减收或者免收，不再查经济状况。")
    )
    complete_by = LenientDateField(
        label=_("另行商定的完成日期"), required=False, help_text=_("没有另外商定的不填，按三十个工作日。")
    )
    risks = forms.BooleanField(label=_("已告知鉴定风险和权利义务，委托人签收了告知书"))
    uploads = UploadField(label=_("签好的委托书"), required=False)


class Assign(forms.Form):
    """Who appraises: at least two of the right field (Art 18, 19)."""

    lead = forms.ChoiceField(label=_("第一鉴定人"), choices=[], widget=forms.RadioSelect)
    second = forms.ChoiceField(label=_("第二鉴定人"), choices=[], widget=forms.RadioSelect, required=False)
    more = forms.MultipleChoiceField(
        label=_("还有谁一起鉴定"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )
    wished = forms.BooleanField(label=_("和委托人商定选的"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second"].needed = True  # type: ignore[attr-defined]  # the guard says why one is too few (Art 19)


class Recuse(forms.Form):
    """Somebody is to step aside; the institution decides (Art 20, 21)."""

    expert = forms.ChoiceField(label=_("谁"), choices=[])
    asked_by = forms.ChoiceField(
        label=_("谁提出的"), choices=[("self", _("鉴定人自己")), ("client", _("委托人")), ("house", _("机构发现"))]
    )
    ground = forms.ChoiceField(label=_("情形"), choices=recusal.choices)
    reason = text(_("理由"), 2, 500)


class Pause(forms.Form):
    """Time that does not count, with the paper that shows it (Art 25, 28)."""

    cause = forms.ChoiceField(label=_("什么时间不计入"), choices=list(PAUSES.items()))
    reason = text(_("情况"), 2, 1000, help_text=_("什么时候通知了谁、还缺什么、谁没有到场。这份记录就是暂停的依据。"))
    uploads = UploadField(label=_("通知、回函等证据"), required=False)


class AskExtension(forms.Form):
    """Why more time is needed; the head decides."""

    days = forms.IntegerField(label=_("延长多少个工作日"), min_value=1, max_value=366)
    reason = text(_("复杂、疑难、特殊在哪里，或者为什么需要较长时间"), 3, 1000)


class Extend(AskExtension):
    """The head's decision."""

    days = forms.IntegerField(label=_("同意延长多少个工作日"), min_value=1, max_value=366)


class AgreeTime(forms.Form):
    """Another day for the completion, agreed with the client (Art 28)."""

    complete_by = LenientDateField(label=_("和委托人商定，哪天以前完成"))
    reason = text(_("怎样商定的"), 2, 500)
    uploads = UploadField(label=_("商定的书面材料"), required=False)


class Record(forms.Form):
    """A record made while it was done (Art 27)."""

    kind = forms.ChoiceField(label=_("做了什么"), choices=ForensicRecordKind.choices)
    on = LenientDateField(label=_("日期"))
    place = line(_("地点"), required=False)
    method = forms.ChoiceField(label=_("用的是哪一级方法"), choices=ForensicMethod.choices)
    method_name = line(_("标准或者规范的名称和编号"), 200, required=False)
    why_lower = text(_("没有用更前面一级的原因"), 2, 300, required=False)
    witness = line(_("到场见证并签名的人和身份"), 200, required=False)
    private = forms.BooleanField(label=_("已采取保护隐私的措施"), required=False)
    text = text(_("过程、检查检验结果、仪器设备"), 6, 8000)
    uploads = UploadField(label=_("笔录、照片、谱图"), required=False)


class Draft(forms.Form):
    """The opinion as the experts put it down."""

    analysis = text(_("分析说明"), 6, 8000)
    opinion = text(_("鉴定意见"), 4, 4000)
    opined_on = LenientDateField(label=_("鉴定意见的日期"))
    dissent = text(_("不同意见（谁、什么意见；没有不填）"), 2, 2000, required=False)


class NameReviewer(forms.Form):
    """Who reviews: they see the case from here on."""

    reviewer = forms.ChoiceField(label=_("复核人"), choices=[])
    more = forms.MultipleChoiceField(
        label=_("一起复核的专家"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )


class Review(forms.Form):
    """The review by somebody with corresponding qualification (Art 35)."""

    reviewer = forms.ChoiceField(label=_("复核人"), choices=[])
    more = forms.MultipleChoiceField(
        label=_("一起复核的专家"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )
    few = text(_("复杂事项和重新鉴定没有组织三名以上专家复核的原因"), 2, 300, required=False)
    result = text(_("对鉴定程序和鉴定意见的复核意见"), 3, 2000)


class EnterCode(forms.Form):
    """The unified code as the platform shows it."""

    unified = line(_("统一赋码"), 200)
    url = line(_("二维码的网址"), 300, required=False)


class Issue(forms.Form):
    """Everybody has signed, the seal is on (Art 37, 38)."""

    signed = forms.BooleanField(label=_("全部鉴定人已签名"))
    sealed = forms.BooleanField(label=_("已加盖司法鉴定专用章"))
    copies = forms.IntegerField(
        label=_("一共几份"), min_value=2, max_value=20, initial=4, help_text=_("一式四份：三份交委托人，一份存档。")
    )


class Deliver(forms.Form):
    """To the client, and to nobody else (Art 39)."""

    way = forms.ChoiceField(
        label=_("怎样送"), choices=[("hand", _("当面")), ("post", _("邮寄")), ("agreed", _("按约定的方式"))]
    )
    on = LenientDateField(label=_("委托人哪天收到的"))
    to_name = line(_("谁签收的"))


class Correct(forms.Form):
    """A correction (补正): the passage as it stands, and as it should be."""

    fault = forms.ChoiceField(label=_("是哪种问题"), choices=list(opinions.FAULTS.items()))
    before = text(_("原来的文字或者地方"), 2, 1000)
    after = text(_("改成什么"), 2, 1000)
    way = forms.ChoiceField(label=_("怎样补正"), choices=list(opinions.WAYS.items()))
    signer = forms.ChoiceField(label=_("由哪位鉴定人签名"), choices=[])


class Supplement(forms.Form):
    """A supplementary appraisal: part of the first, by its experts (Art 30)."""

    ground = forms.ChoiceField(label=_("补充鉴定的情形"), choices=list(SUPPLEMENTS.items()))
    matter = text(_("补充鉴定什么"), 3, 1000)


class Repeat(forms.Form):
    """The same matter appraised again, elsewhere, as a case of its own (Art 31, 32)."""

    ground = forms.ChoiceField(label=_("重新鉴定的理由"), choices=list(REPEAT_GROUNDS.items()))
    institution = forms.ChoiceField(label=_("委托哪家鉴定机构"), choices=institutions, required=False)
    reason = text(_("情况"), 3, 1000)


class Terminate(forms.Form):
    """The institution ends the appraisal: written notice with reasons, the materials go back (Art 29)."""

    ground = forms.ChoiceField(label=_("终止的情形"), choices=list(ENDINGS.items()))
    reason = text(_("告诉委托人的理由"), 3, 2000, min_length=5)


class Summon(forms.Form):
    """A court's notice to appear."""

    court = line(_("哪个法院"))
    notice_no = line(_("出庭通知书编号"), 80, required=False)
    noticed_on = LenientDateField(label=_("哪天收到通知的"))
    hearing_on = LenientDateField(label=_("哪天开庭"))
    hour = forms.TypedChoiceField(
        label=_("几点"), choices=[(h, f"{h:02d}:00") for h in range(8, 21)], coerce=int, initial=10
    )


class ConfirmHearing(forms.Form):
    """Time, place, people, costs agreed with the court (Art 44)."""

    note = text(_("和法院确认的时间、地点、人数、费用、要求"), 3, 1000)


class Testified(forms.Form):
    """How it went."""

    outcome = forms.ChoiceField(label=_("结果"), choices=list(TESTIFIED.items()))
    note = text(_("情况；没有出庭的写明原因"), 3, 1000, required=False)


class GivenBack(forms.Form):
    """The materials are back with the client."""

    reason = text(_("怎样退还的、谁签收"), 2, 300)
