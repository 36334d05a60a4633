"""What is added at each move: by clerks, mediators, officers, and by the parties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.spine.models import RecusalGround
from open12348.ui.fields import NameField, PhoneField, UploadField, line, text

from . import kinds, rules
from .forms import YuanField, day_field, faults_of_source
from .models import ChosenBy, Danger, Difficulty, DisputeSource, LetterTo


def hour(label: Any, **more: Any) -> forms.TimeField:
    """A time of day."""
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"dir": "ltr", "placeholder": "10:30", "size": "6"}),
        input_formats=["%H:%M", "%H：%M", "%H.%M"],
        **more,
    )


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)


class Complete(forms.Form):
    """The dispute as the office registers it: what kind, whence, how many people. What was said stays as it was said."""

    kind = forms.ChoiceField(label=_("纠纷类型"), choices=kinds.choices)
    difficulty = forms.ChoiceField(label=_("难易"), choices=Difficulty.choices, initial=Difficulty.USUAL)
    source = forms.ChoiceField(label=_("案件来源"), choices=DisputeSource.choices, initial=DisputeSource.PARTY)
    sender = line(_("移送单位"), required=False)
    sender_no = line(_("对方的案号或编号"), 80, required=False)
    sent_on = day_field(_("函件日期"), required=False)
    consented = forms.BooleanField(label=_("诉前委派：双方都同意调解"), required=False)
    signed_on = day_field(_("签收材料的日期"), required=False, help_text=_("法院委派、委托的期限从这一天算。"))
    summary_procedure = forms.BooleanField(label=_("法院立案后适用简易程序"), required=False)
    reply_by = day_field(_("要求哪天前答复"), required=False)
    people = forms.IntegerField(label=_("两边一共几个人"), min_value=2, max_value=9999, required=False)
    amount = YuanField(label=_("涉及多少钱"), required=False)
    opponent = NameField(label=_("对方是谁"), required=False)
    opponent_phone = PhoneField(label=_("对方电话"), required=False)
    one_phone = forms.BooleanField(label=_("问过了，两边确实共用一部电话"), required=False)
    violence = forms.BooleanField(label=_("有家庭暴力"), required=False)
    known_on = day_field(_("劳动争议：哪天知道权利受损的"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        faults_of_source(self, data)
        if data.get("source") not in {None, "party", "own"} and not data.get("sender"):
            self.add_error("sender", _("请填是哪个单位转来的，结果要告诉它。"))
        return data


class Protect(forms.Form):
    """What the person who was hurt was told (反家庭暴力法 Art 23, 28, 30), before anything is talked over."""

    safe_now = forms.ChoiceField(
        label=_("现在安全吗"),
        choices=[("safe", _("安全")), ("police", _("不安全，已打 110"))],
        widget=forms.RadioSelect,
    )
    told = forms.BooleanField(label=_("已告知人身安全保护令：72 小时内作出，紧急的 24 小时内，有效期最长六个月"))
    wants_order = forms.BooleanField(label=_("本人要申请保护令，帮助递交法院"), required=False)
    wants_talk = forms.ChoiceField(
        label=_("本人还愿意调解其他的事吗"), choices=[("yes", _("愿意，只谈财产、孩子等事")), ("no", _("不愿意"))]
    )


class Decline(forms.Form):
    """Why a dispute is not taken, and where to go: never without a road."""

    ground = forms.ChoiceField(label=_("不予受理的理由"), choices=rules.NOT_TAKEN)
    roads = forms.MultipleChoiceField(
        label=_("告诉当事人可以走的路"), choices=rules.ROADS, widget=forms.CheckboxSelectMultiple
    )
    answer = text(_("写给当事人的话"), 3, 2000, min_length=5, help_text=_("写清理由、去哪里、带什么。"))


class RefusedBy(forms.Form):
    """That a party clearly does not want a mediation (人民调解法 Art 17): nobody failed."""

    who = forms.ChoiceField(
        label=_("谁不同意"), choices=[("other", _("对方")), ("one", _("申请人")), ("both", _("双方"))]
    )
    how = forms.ChoiceField(
        label=_("怎样表示的"), choices=[("said", _("当面说的")), ("phone", _("电话里说的")), ("wrote", _("书面"))]
    )
    roads = forms.MultipleChoiceField(
        label=_("告诉当事人可以走的路"), choices=rules.ROADS, widget=forms.CheckboxSelectMultiple
    )
    answer = text(_("写给当事人的话"), 2, 2000, min_length=5)


class Assign(forms.Form):
    """Who mediates: the parties choose, or the committee appoints (人民调解法 Art 19)."""

    mediator = forms.ChoiceField(label=_("调解员"), choices=[], widget=forms.RadioSelect)
    chosen_by = forms.ChoiceField(label=_("谁定的"), choices=ChosenBy.choices, initial=ChosenBy.COMMITTEE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mediator"].error_messages["invalid_choice"] = _("这位调解员现在不能办理这件事。请从名单里选。")


class Recuse(forms.Form):
    """Why the mediator must not go on, as they themselves or a party say."""

    said_by = forms.ChoiceField(
        label=_("谁提出的"), choices=[("self", _("调解员自己")), ("party", _("当事人")), ("office", _("调委会"))]
    )
    ground = forms.ChoiceField(label=_("什么关系"), choices=RecusalGround.choices)
    reason = text(_("情况"), 2, 500)


class Begin(forms.Form):
    """The parties were told their rights and duties (人民调解法 Art 23, 24)."""

    on = day_field(_("告知的日期"))
    told = forms.BooleanField(label=_("已告知双方：可以选调解员、可以拒绝或者终止、可以要求不公开"))


class Appoint(forms.Form):
    """When and where it is talked over: in a room, or by video under a link."""

    on = day_field(_("哪一天"))
    hour = hour(_("几点"))
    place = line(_("在哪里"), required=False)
    video = forms.BooleanField(label=_("视频调解"), required=False)
    link = forms.URLField(
        label=_("视频会议的链接"), required=False, max_length=300, assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}), help_text=_("https 开头，双方用手机点开就能进。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("video") and not data.get("link") and "link" not in self.errors:
            self.add_error("link", _("视频调解要有链接，双方才进得来。"))
        if not data.get("video") and not data.get("place"):
            self.add_error("place", _("请写在哪里见面；要用视频的，勾上“视频调解”。"))
        return data


class Record(forms.Form):
    """That a sitting was held. What was said belongs into the private record, or on the signed sheet."""

    on = day_field(_("调解的日期"))
    place = line(_("在哪里"), required=False)
    came = forms.ChoiceField(
        label=_("谁到场"), choices=[("both", _("双方都到")), ("one", _("只有一方")), ("apart", _("分开谈的"))]
    )
    uploads = UploadField(label=_("双方签名的调解记录（照片）"), required=False)


class AddPaper(forms.Form):
    """A paper for the file, by the place it has there."""

    what = forms.ChoiceField(label=_("是什么材料"), choices=[(code, name) for code, name, _must in rules.FILE])
    uploads = UploadField(label=_("照片或文件"))
    ug_hand = forms.BooleanField(label=_("是维吾尔文手写的"), required=False)
    transcript = text(_("手写内容的文字稿"), 4, 6000, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ug_hand") and not data.get("transcript"):
            self.add_error("transcript", _("手写的维吾尔文材料要附文字稿，别的单位才看得懂、查得到。"))
        return data


class Suspend(forms.Form):
    """Why it rests: an appraisal whose time does not count, or somebody who cannot come."""

    why = forms.ChoiceField(
        label=_("为什么暂停"),
        choices=[("appraisal", _("等鉴定、评估")), ("absent", _("当事人暂时来不了")), ("other", _("其他"))],
    )
    reason = text(_("情况"), 2, 1000)


class ConsentOn(forms.Form):
    """Both parties agree to go on when the time is over (一个月以后要双方同意)."""

    until = day_field(_("同意继续到哪天"))
    both = forms.BooleanField(label=_("双方都同意，已在同意书上签名"))
    uploads = UploadField(label=_("签名的同意书（照片）"), required=False)


class AgreeWritten(forms.Form):
    """What the parties agreed on, to be written, printed and signed (人民调解法 Art 29)."""

    content = text(_("协议内容"), 8, 8000, min_length=10, help_text=_("谁在哪天前做什么、给多少钱、怎么给；一条一行。"))
    facts = text(_("主要事实和争议"), 3, 3000, required=False)
    amount = YuanField(label=_("协议涉及多少钱"), required=False)
    perform_by = day_field(_("履行到哪天为止"), required=False)
    interest = forms.DecimalField(
        label=_("约定的年利率（%）"), required=False, min_value=0, max_value=1000, max_digits=6, decimal_places=2,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "size": "6"}),
    )  # fmt: skip
    lent_on = day_field(_("借款是哪天约定的"), required=False)
    others_property = forms.ChoiceField(
        label=_("协议处分了别人的土地、房屋吗"),
        choices=[("no", _("没有")), ("agreed", _("有，权利人也签了字")), ("yes", _("有，权利人没有签字"))],
        initial="no",
        required=False,
    )
    prevented = forms.MultipleChoiceField(
        label=_("这次调解防止了什么（没有就不勾）"), choices=Danger.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class TakeEffect(forms.Form):
    """The three days on which everything depends: the parties', the mediator's, the seal's."""

    parties_on = day_field(_("各方当事人最后一个签名的日期"))
    mediator_on = day_field(_("调解员签名的日期"), required=False)
    seal_on = day_field(_("盖调委会印章的日期"), required=False)
    guardian = NameField(label=_("有未成年人的：法定代理人姓名"), required=False)
    opponent_born = day_field(_("对方的出生日期（未成年时填）"), required=False)
    uploads = UploadField(label=_("签名盖章的协议（照片）"), required=False)


class AgreeOral(forms.Form):
    """What the parties agreed on without writing; the mediator writes it down (人民调解法 Art 28, 30)."""

    content = text(_("口头协议的内容"), 4, 4000, min_length=5)
    on = day_field(_("达成协议的日期"))
    amount = YuanField(label=_("协议涉及多少钱"), required=False)
    perform_by = day_field(_("履行到哪天为止"), required=False)
    prevented = forms.MultipleChoiceField(
        label=_("这次调解防止了什么（没有就不勾）"), choices=Danger.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class End(forms.Form):
    """That no agreement came about, and which roads were shown (人民调解法 Art 26)."""

    reason = text(_("没有谈成的原因（内部）"), 2, 1000)
    roads = forms.MultipleChoiceField(
        label=_("告诉当事人可以走的路"), choices=rules.ROADS, widget=forms.CheckboxSelectMultiple
    )
    answer = text(_("写给当事人的话"), 3, 2000, min_length=5)


class Stop(forms.Form):
    """A party wants it to end (人民调解法 Art 23); no reason need be given."""

    reason = text(_("理由"), 2, 1000, required=False)


class Escalate(forms.Form):
    """What somebody fears, and that it was reported (人民调解法 Art 25)."""

    danger = forms.ChoiceField(label=_("可能出什么事"), choices=Danger.choices, widget=forms.RadioSelect)
    reported = forms.ChoiceField(
        label=_("报告公安了吗"),
        choices=[("yes", _("已打 110 或者报派出所")), ("no", _("还没有，请负责人马上决定"))],
        widget=forms.RadioSelect,
    )
    note = text(_("看到、听到什么"), 3, 2000)


class Handled(forms.Form):
    """What the people in charge did about it."""

    note = text(_("采取了什么措施"), 3, 2000)


class Pass(forms.Form):
    """A letter to another organ: to whom, why, and by when something is lost."""

    to = forms.ChoiceField(label=_("转给谁"), choices=LetterTo.choices)
    name = line(_("单位全称"))
    why = text(_("转送的理由和情况"), 3, 3000, min_length=5)
    limit_on = day_field(_("时效或者对方的期限到哪天"), required=False, help_text=_("知道的就写，会印在函上。"))


class LetterAnswer(forms.Form):
    """What the other organ said: taken, refused, or how it ended there."""

    letter = forms.ChoiceField(label=_("哪一份函"), choices=[])
    stand = forms.ChoiceField(
        label=_("对方怎么说"),
        choices=[("taken", _("对方已接收")), ("refused", _("对方不接收")), ("result", _("结果已反馈"))],
    )
    on = day_field(_("哪一天"))
    answer = text(_("对方的理由或者结果"), 2, 2000, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("stand") in {"refused", "result"} and not data.get("answer"):
            self.add_error("answer", _("对方不接收的写理由，办完的写结果。"))
        return data


class Refer(forms.Form):
    """Which other service the person also needs; everything already said goes along."""

    item = forms.ChoiceField(label=_("转到哪个事项"), choices=[])
    summary = text(_("告诉对方的情况"), 3, 3000, min_length=5)


class Visit(forms.Form):
    """A visit before the day of performance."""

    on = day_field(_("回访的日期"))
    note = text(_("回访情况"), 2, 1000)


class Performed(forms.Form):
    """What a visit found."""

    on = day_field(_("哪一天"))
    note = text(_("情况（怎样履行的，有什么凭证）"), 2, 1000)
    uploads = UploadField(label=_("履行凭证"), required=False)


class Broken(forms.Form):
    """It is not done: what was found, and what the other side can do now."""

    on = day_field(_("回访的日期"))
    note = text(_("为什么没有履行"), 2, 1000)
    answer = text(_("告诉当事人现在可以怎么办"), 3, 2000, min_length=5)


class Remedy(forms.Form):
    """What was done about an agreement that was not kept."""

    remedy = forms.ChoiceField(
        label=_("走了哪条路"),
        choices=[
            ("sued", _("就协议向法院起诉")),
            ("enforced", _("已确认的，申请强制执行")),
            ("order", _("劳动报酬等，申请支付令")),
        ],
    )
    on = day_field(_("哪一天"))


class Reported(forms.Form):
    """That the organ which sent the dispute was told how it ended."""

    on = day_field(_("反馈的日期"))
    how = forms.ChoiceField(
        label=_("怎样反馈的"),
        choices=[("letter", _("书面报告")), ("platform", _("在对方平台上")), ("phone", _("电话"))],
    )


class ForConfirmation(forms.Form):
    """The pre-check before the joint application: what a court refuses, asked one by one."""

    court = line(_("哪个法院"))
    refuses = forms.MultipleChoiceField(
        label=_("有下面的情形吗（没有就不勾）"),
        choices=[(code, question) for code, question, _article in rules.COURT_REFUSES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    both = forms.BooleanField(label=_("双方都愿意申请，到时都能到场"))
