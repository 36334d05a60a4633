"""What is added at each move: by officers, lawyers, firms, and by the person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui.fields import LenientDateField, UploadField, line, text

from . import choices
from .forms import counties, money
from .models import Authority, ClosingPaper, Hardship, MatterDateKind, Position, Result, Stage, StepKind


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)


class Facts(forms.Form):
    """The matter in the terms of the law, as the office sees it. What the person said stays as it was said."""

    matter = forms.ChoiceField(label=_("援助事项"), choices=choices.matters)
    stage = forms.ChoiceField(label=_("阶段"), choices=Stage.choices)
    position = forms.ChoiceField(label=_("法律地位"), choices=Position.choices)
    cause = line(_("案由"), 100, required=False)
    authority = forms.ChoiceField(label=_("处理机关"), choices=Authority.choices, initial="none")
    authority_name = line(_("机关名称"), required=False)
    authority_no = line(_("案号"), 80, required=False)
    authority_county = forms.ChoiceField(label=_("机关或事情发生在"), choices=counties, required=False)
    groups = forms.MultipleChoiceField(
        label=_("有证明的情况（看过证明的才勾）"),
        choices=choices.groups,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    papers = forms.MultipleChoiceField(
        label=_("已经收到的材料"), choices=choices.papers, required=False, widget=forms.CheckboxSelectMultiple
    )
    represented = forms.ChoiceField(
        label=_("已经自己请了律师或代理人吗"),
        choices=[("", _("还没有问")), ("no", _("没有")), ("yes", _("已经请了"))],
        required=False,
    )
    born_on = LenientDateField(label=_("出生日期（没有身份证号时填）"), required=False)
    by_representative = forms.BooleanField(
        label=_("未成年人由法定代理人或近亲属代为申请，代理人不是对方"), required=False
    )
    lapses_on = LenientDateField(label=_("时效或期限到哪天"), required=False)
    pledged = forms.BooleanField(label=_("本人已作经济困难说明并签承诺"), required=False)


class Signed(forms.Form):
    """How the application was signed (O148 Art 11). Who typed it is recorded by the system."""

    mark = forms.ChoiceField(label=_("本人怎样确认"), choices=[("signature", _("签名")), ("thumb", _("按指印"))])
    can_write = forms.BooleanField(label=_("本人能写字"), required=False)
    read_back = forms.BooleanField(label=_("代填的内容已读给本人听，本人认可"), required=False)
    uploads = UploadField(label=_("签名页或指印的照片"), required=False)


class AddPeople(forms.Form):
    """More people of a group claim."""

    roster = text(
        _("加进来的人"), 5, 20000, help_text=_("一人一行：姓名、身份证号、手机号、金额；可以从表格里整块粘贴。")
    )

    def clean_roster(self) -> str:
        """The list as it can be read. Errors: each bad line with its number."""
        from .roster import read_roster

        text_ = str(self.cleaned_data["roster"])
        rows, wrong = read_roster(text_)
        if wrong:
            raise forms.ValidationError(wrong[:20])
        if not rows:
            raise forms.ValidationError(_("没有读到人，请一人一行。"))
        return text_


class Elsewhere(forms.Form):
    """Which institution has the say, told to the person (not a refusal)."""

    institution = line(_("应向哪个法律援助机构申请"))
    answer = text(_("告诉当事人的话"), 3, 2000, help_text=_("写清为什么归那里、地址、电话。我们可以帮他转过去。"))


class First(forms.Form):
    """Aid before the formalities are complete (LAL 44)."""

    ground = forms.ChoiceField(label=_("先行提供的理由"), choices=choices.urgent_grounds)
    formalities_by = LenientDateField(label=_("手续补到哪天"), help_text=_("到期没有补的，终止援助。"))
    reason = text(_("情况"), 2, 1000)


class Cooperate(forms.Form):
    """A letter to another institution: what it is to find out (form 7)."""

    institution = line(_("请哪个法律援助机构协作"))
    ask = text(_("请对方核查什么"), 3, 2000)


class CooperationBack(forms.Form):
    """What the other institution found."""

    answer_text = text(_("对方回复的内容"), 3, 2000)
    uploads = UploadField(label=_("回函"), required=False)


class ProposeGrant(forms.Form):
    """The reviewer's opinion for granting; the checklist stands beside it."""

    hardship = forms.ChoiceField(label=_("经济困难条件"), choices=Hardship.choices)
    reason = text(_("审查意见"), 2, 1000, required=False)


class ProposeRefusal(forms.Form):
    """The reviewer's opinion for refusing. Only grounds that the law has are there to choose."""

    ground = forms.ChoiceField(label=_("不予援助的理由"), choices=choices.refusal_grounds)
    reason = text(
        _("写给申请人的理由"), 4, 2000, min_length=10,
        help_text=_("写清是哪一条、哪个数字、差在哪里。证据不足、可能败诉、没有盖章都不是理由。"),
    )  # fmt: skip


class Approve(forms.Form):
    """The approver's words, if any."""

    note = text(_("审批意见"), 2, 1000, required=False)


class Assign(forms.Form):
    """Who is to help, and why if it is not the one whose turn it is."""

    lawyer = forms.ChoiceField(label=_("指派给"), choices=[], widget=forms.RadioSelect, required=False)
    other = line(_("或者指派名单以外的人"), required=False, help_text=_("写姓名或执业证号；外县的也可以。"))
    why = text(_("不按顺序的理由"), 2, 300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lawyer"].needed = True  # type: ignore[attr-defined]  # this one, or the one named below

    def clean(self) -> dict[str, Any]:
        """One person, chosen or named. Errors: nobody, nobody of that name, several of that name."""
        from open12348.registry.models import Practitioner

        data = super().clean() or {}
        named = str(data.get("other") or "").strip()
        if named:
            rows = Practitioner.objects.filter(kind__in=["lawyer", "grassroots_worker"])
            found = list(rows.filter(licence_no=named)[:2]) or list(rows.filter(name_zh__startswith=named)[:2])
            found = found or list(rows.filter(name_ug__startswith=named)[:2])
            if len(found) == 1:
                data["lawyer"] = str(found[0].pk)
            else:
                self.add_error(
                    "other",
                    _("有好几位叫这个名字，请写执业证号。")
                    if found
                    else _("执业人员里没有这个人，请检查姓名或执业证号。"),
                )
        elif not data.get("lawyer"):
            self.add_error("lawyer", _("请选择指派给谁。"))
        return data


class Arrange(forms.Form):
    """The firm names the person (O148 Art 25)."""

    lawyer = forms.ChoiceField(label=_("由谁承办"), choices=[])


class Decline(forms.Form):
    """Why the firm cannot take it."""

    reason = text(_("不能承办的理由"), 2, 500, help_text=_("例如利益冲突（不写案情）、人员停止执业、客观障碍。"))


class Engage(forms.Form):
    """The engagement and power of attorney are signed (form 12, 3; 5 days)."""

    engaged_on = LenientDateField(label=_("签订委托协议的日期"))
    agreed = forms.ChoiceField(
        label=_("受援人是否同意"), choices=[("yes", _("同意由这位律师办理")), ("no", _("不同意"))], initial="yes"
    )
    late_reason = text(
        _("超过 5 日的原因"), 2, 300, required=False, help_text=_("受援人自己的原因或客观原因可以不算。")
    )
    uploads = UploadField(label=_("委托协议、授权委托书"), required=False)


class Record(forms.Form):
    """One thing done, for the file."""

    kind = forms.ChoiceField(
        label=_("做了什么"), choices=[(k, v) for k, v in StepKind.choices if k not in {"progress", "report"}]
    )
    on = LenientDateField(label=_("日期"))
    place = line(_("地点"), required=False)
    note = text(_("记录"), 4, 6000, required=False, help_text=_("中心能看到。只给您和当事人看的，写在“保密记录”里。"))
    uploads = UploadField(label=_("笔录、材料的照片或文件"), required=False)


class Tell(forms.Form):
    """What the client is told about how it stands (LAL 46; form 14)."""

    answer = text(_("告诉受援人的话"), 3, 2000)


class Report(forms.Form):
    """What the institution must know (O148 Art 36)."""

    cause = forms.ChoiceField(label=_("报告什么"), choices=choices.report_causes)
    note = text(_("情况"), 4, 4000)


class SetDate(forms.Form):
    """A day of the matter: hearing, limitation, appeal; warnings follow from it."""

    kind = forms.ChoiceField(label=_("哪种日子"), choices=MatterDateKind.choices)
    on = LenientDateField(label=_("日期"))
    hour = forms.CharField(
        label=_("几点"),
        required=False,
        max_length=5,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "10:30"}),
    )
    place = line(_("地点"), required=False)
    said_by = forms.ChoiceField(
        label=_("谁说的"),
        choices=[("authority", _("办案机关通知")), ("lawyer", _("律师推算")), ("office", _("中心登记"))],
    )

    def clean_hour(self) -> Any:
        """The hour as (hour, minute), or None. Errors: words with an example."""
        import re

        from open12348.kernel.numbers import plain

        said = plain(str(self.cleaned_data.get("hour") or "")).strip().replace("：", ":").replace("点", ":")
        if not said:
            return None
        found = re.fullmatch(r"(\d{1,2})(?::(\d{1,2})?)?", said)
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise forms.ValidationError(_("时间写成 10:30 这样。"))
        return int(found[1]), int(found[2] or 0)


class AskChange(forms.Form):
    """Why another lawyer is wanted, or why this one must go (form 16)."""

    cause = forms.ChoiceField(label=_("原因"), choices=choices.change_causes)
    reason = text(_("情况"), 3, 1000)
    uploads = UploadField(label=_("能说明的材料"), required=False)


class Answered(forms.Form):
    """Yes or no with a reason, for the person."""

    answer = text(_("答复"), 2, 1000)


class Replace(forms.Form):
    """The institution takes the case from a lawyer who may not go on."""

    cause = forms.ChoiceField(label=_("原因"), choices=choices.replace_causes)
    reason = text(_("情况"), 2, 500)


class ProposeTermination(forms.Form):
    """On which of the eight grounds aid is to end (LAL 48)."""

    ground = forms.ChoiceField(label=_("终止的情形"), choices=choices.termination_grounds)
    reason = text(_("事实和理由"), 3, 2000, min_length=5)


class Sent(forms.Form):
    """To whom the decision went, and how."""

    way = forms.ChoiceField(label=_("怎样送达"), choices=choices.ways)
    on = LenientDateField(label=_("受援人哪天收到"))
    told = forms.MultipleChoiceField(
        label=_("已送"), choices=choices.told, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class Close(forms.Form):
    """How the stage ended, by which paper, on which day (O148 Art 40; form 21)."""

    closing_paper = forms.ChoiceField(
        label=_("结案依据"), choices=[(k, v) for k, v in ClosingPaper.choices if k != "terminated"]
    )
    closed_on = LenientDateField(
        label=_("结案日"), help_text=_("收到这份文书的日期；没有文书的，是对方开始履行的日期。")
    )
    result = forms.ChoiceField(label=_("结果"), choices=Result.choices)
    gained = money(_("为受援人取得的利益（元）"), required=False)
    avoided = money(_("挽回的损失（元）"), required=False)
    answer = text(_("告诉受援人的话"), 3, 2000, help_text=_("结果是什么、接下来可以做什么、上诉或申请执行到哪天。"))


class HandIn(forms.Form):
    """The closing file (form 21; 30 days)."""

    uploads = UploadField(label=_("结案材料"), required=False)
    paper_file = forms.BooleanField(label=_("纸质案卷已交到法律援助中心"), required=False)
    note = text(_("说明"), 2, 1000, required=False)


class AcceptFile(forms.Form):
    """The file is complete and regular: the fee is owed."""

    note = text(_("审查意见"), 2, 1000, required=False)


class Object(forms.Form):
    """Why the person objects (15 days; LAL 49)."""

    reason = text(_("为什么不同意这个决定"), 4, 2000)
    uploads = UploadField(label=_("要补的材料"), required=False)


class Decided(forms.Form):
    """The justice authority's decision on an objection, with its reasons."""

    answer = text(_("审查决定的理由"), 4, 2000, min_length=5)


class OrganChecks(forms.Form):
    """What the authority found about why the accused refuses the lawyer (2013 rule Art 15)."""

    reason = text(_("办案机关审查的情况"), 3, 1000)
