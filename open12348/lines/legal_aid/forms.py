"""What an applicant is asked, in everyday words, and what an authority's notice says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.ui.fields import CitizenIdField, LenientDateField, NameField, PhoneField, line, text

from . import choices
from .models import Authority, Position, Stage
from .roster import Row, read_roster

YES_NO = [("yes", _("是")), ("no", _("不是"))]


def money(label: Any, **more: Any) -> forms.DecimalField:
    """Yuan; digits of any script and thousands separators are taken as people type them."""
    return Money(label=label, **more)


class Money(forms.DecimalField):
    """An amount in yuan, as people write it: １，２００, 3万, 1200元."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "autocomplete": "off", "size": "12"})
        )
        kwargs["error_messages"] = {
            "invalid": _("这里填金额，只写数字，例如 12000。"),
            "min_value": _("金额不能小于 0。"),
            **kwargs.get("error_messages", {}),
        }
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The amount, or None for nothing. 万 counts ten thousand. Errors: words with an example."""
        from decimal import Decimal, InvalidOperation

        from open12348.kernel.numbers import plain

        if value in (None, ""):
            return None
        bare = plain(str(value)).strip().replace(",", "").replace("，", "").replace(" ", "")
        for sign in ("元", "块钱", "块", "يۈەن", "yuan", "￥", "¥"):
            bare = bare.replace(sign, "")
        times = Decimal(1)
        if bare.endswith("万"):
            bare, times = bare[:-1], Decimal(10000)
        try:
            return super().to_python(str(Decimal(bare) * times)) if bare else None
        except InvalidOperation:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def counties() -> list[tuple[str, Any]]:
    """The counties of the prefecture, by code."""
    return [("", _("不知道")), *((c.code, c.name) for c in divisions.counties())]


class Apply(forms.Form):
    """An application (form 2), asked in everyday words. Only what happened must be told; what is missing is asked once, later.

    Which questions are asked depends on the answers (`guide.pages`): under Art 32 nothing about money is asked at all.
    """

    matter = forms.ChoiceField(
        label=_("是哪一种事"), choices=choices.asked, required=False, help_text=_("不确定就选最像的，工作人员会再看。")
    )
    story = text(
        _("发生了什么，您想要什么"), 6, 6000, required=False,
        help_text=_("用平常的话写：谁、什么时候、发生了什么、您想怎样。"),
    )  # fmt: skip
    amount = money(_("涉及多少钱（元）"), required=False, help_text=_("不知道就空着。"))
    position = forms.ChoiceField(
        label=_("您在这件事里是"), choices=[("", _("不知道")), *Position.choices], required=False
    )
    for_name = NameField(
        label=_("为谁申请"), required=False, help_text=_("替亲属申请时写他的姓名；没有证件的写绰号或编号。")
    )
    opponent = NameField(
        label=_("对方是谁"), required=False, help_text=_("人名或单位名。只用来避免同一位律师两边都帮。")
    )
    opponent_phone = PhoneField(label=_("对方电话"), required=False)
    opponent_home = forms.ChoiceField(
        label=_("对方和您住在一起、一起过日子吗"), choices=[("", _("不适用")), *YES_NO], required=False
    )
    several = forms.BooleanField(label=_("有好几个人，对方是同一个"), required=False)
    roster = text(
        _("一起的人"), 5, 20000, required=False,
        help_text=_("一人一行：姓名、身份证号、手机号、金额，用空格或逗号隔开；可以从表格里整块粘贴。"),
    )  # fmt: skip
    stage = forms.ChoiceField(
        label=_("事情到哪一步了"), choices=[("", _("还没有去任何地方")), *Stage.choices], required=False
    )
    authority_name = line(
        _("在哪个机关办"), required=False, help_text=_("例如某某县人民法院、劳动人事争议仲裁委员会、派出所。")
    )
    authority_no = line(_("案号"), 80, required=False)
    where_county = forms.ChoiceField(
        label=_("这个机关在哪个县；还没有去的，事情发生在哪个县"), choices=counties, required=False,
        help_text=_("由那里的法律援助中心办理，和您的户口在哪里没有关系。"),
    )  # fmt: skip
    custody = forms.BooleanField(label=_("人被关着"), required=False)
    custody_place = line(_("关在哪里"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("有没有下面的情况"), choices=choices.groups_asked, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("有证明就不再查经济情况。证明可以以后补。"),
    )  # fmt: skip
    household = forms.IntegerField(
        label=_("和您一起过日子的有几个人（连您自己）"), required=False, min_value=1, max_value=30,
        help_text=_("对方住在一起的，不算对方。"), widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": "4"}),
    )  # fmt: skip
    income = money(
        _("全家每个月一共收入多少元"), required=False, help_text=_("工资、做生意、种地、低保都算；没有就写 0。")
    )
    own_income = money(_("您自己每个月收入多少元"), required=False, help_text=_("对方住在一起的，只看您自己。"))
    savings = money(
        _("存款和值钱的东西大约多少元"), required=False, help_text=_("自己住的房子、种地做工用的工具不算。")
    )
    debts = money(_("看病、上学等欠了多少元"), required=False)
    pledge = forms.BooleanField(
        label=_("我承诺上面说的是真的，同意法律援助机构为审查这件事核对家庭经济信息"), required=False,
        help_text=_("不用村委会、单位盖章。说假话得到援助的，要退回费用，还会被罚款（法律援助法第六十四条）。"),
    )  # fmt: skip
    lapses_on = LenientDateField(
        label=_("有没有哪一天以前必须去办"),
        required=False,
        help_text=_("例如起诉、仲裁、上诉的最后一天。不知道就空着。"),
    )
    interpreter = forms.BooleanField(label=_("需要翻译"), required=False)
    wish = NameField(
        label=_("希望哪位律师帮您"), required=False, help_text=_("可以不写。能不能安排由法律援助中心决定。")
    )
    cannot_write = forms.BooleanField(
        label=_("本人不能写字，由工作人员代填，已读给本人听"), required=False, help_text=_("打印出来由本人按指印。")
    )
    item = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    question = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)
    summary = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("matter", "story", "stage", "where_county"):  # may be left, but not because it does not matter
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What was told elsewhere counts as told: nobody says it twice."""
        data = super().clean() or {}
        story = data.get("story") or data.get("question") or data.get("summary")
        if not str(story or "").strip():
            self.add_error("story", _("请写几句话，说说发生了什么、您想要什么。"))
        data["story"] = str(story or "")[:8000]
        rows, wrong = read_roster(str(data.get("roster") or ""))
        for fault in wrong[:20]:
            self.add_error("roster", fault)
        self.rows: list[Row] = rows
        return data


class Notice(forms.Form):
    """A notice of a court, procuratorate or police office that a lawyer is to be assigned (公函, LAL 25, 28, 36)."""

    matter = forms.ChoiceField(label=_("通知的事由"), choices=choices.noticed)
    accused_name = NameField(label=_("当事人姓名"), help_text=_("身份不明的写绰号或编号。"))
    accused_id = CitizenIdField(label=_("身份证号"), required=False, help_text=_("没有的空着。"))
    born_on = LenientDateField(label=_("出生日期"), required=False)
    position = forms.ChoiceField(label=_("法律地位"), choices=[(p.value, p.label) for p in (
        Position.SUSPECT, Position.ACCUSED, Position.RESPONDENT)], initial="accused")  # fmt: skip
    cause = line(_("案由"), 100, help_text=_("例如故意伤害。"))
    stage = forms.ChoiceField(label=_("诉讼阶段"), choices=[(s.value, s.label) for s in Stage if s.value in {
        "investigation", "prosecution", "first", "second", "death_review", "retrial"}])  # fmt: skip
    authority = forms.ChoiceField(label=_("哪种办案机关"), choices=[(a.value, a.label) for a in (
        Authority.COURT, Authority.PROCURATORATE, Authority.POLICE, Authority.SECURITY)])  # fmt: skip
    authority_name = line(_("办案机关名称"))
    authority_no = line(_("案号或文书号"), 80)
    contact = line(_("承办人和电话"), required=False)
    found_on = LenientDateField(
        label=_("哪天发现应当通知"), required=False, help_text=_("公函上没有写的空着。机关应在 3 日内通知。")
    )
    noticed_on = LenientDateField(
        label=_("公函哪天收到"), required=False, help_text=_("空着就是今天。3 日从收到那天起算，不从录入那天。")
    )
    custody = forms.BooleanField(label=_("在押"), required=False)
    custody_place = line(_("羁押地点"), required=False)
    hearing_on = LenientDateField(label=_("开庭日期"), required=False)
    accused_language = forms.ChoiceField(
        label=_("当事人的语言"), choices=[("zh", _("国家通用语言")), ("ug", _("维吾尔语")), ("other", _("其他，要请翻译"))],
        required=False,
    )  # fmt: skip
    others = text(_("同案的其他人"), 2, 2000, required=False, help_text=_("一人一行。同案的人不能由同一位律师辩护。"))
    story = text(_("案情和要说明的"), 3, 4000, required=False)

    def clean_noticed_on(self) -> Any:
        """The day on which the letter came; it cannot lie ahead."""
        from django.utils import timezone

        day = self.cleaned_data.get("noticed_on")
        if day and day > legal_day(timezone.now()):
            raise forms.ValidationError(_("收到公函的日子不能晚于今天。"))
        return day
