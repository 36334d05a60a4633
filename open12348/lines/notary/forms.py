"""What a person who wants something notarised is asked (公证申请表), one page at a time (guide.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.ui.fields import LenientDateField, line, text

from . import areas, matters, online
from .models import Applies, Capacity, Mode, Party, Purpose, Spouse, Use, YesNo


def money(label: Any, **more: Any) -> forms.DecimalField:
    """Yuan with two places."""
    return forms.DecimalField(
        label=label, min_value=0, max_digits=14, decimal_places=2,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "size": "12"}),
        error_messages={"invalid": _("这里填金额，只写数字，例如 12000。"), "min_value": _("金额不能小于 0。")}, **more,
    )  # fmt: skip


def counties() -> list[tuple[str, Any]]:
    """The counties of the prefecture, by code."""
    return [("", _("不在这些地方，或者不知道")), *((c.code, c.name) for c in divisions.counties())]


def asked_matters() -> list[tuple[str, Any]]:
    """The matters as people would say them; the law's own words stand in the office's form."""
    day = legal_day(timezone.now())
    return [("", _("不知道属于哪一种")), *((m.code, m.ask) for m in matters.matters(day) if str(m.ask))]


def all_matters() -> list[tuple[str, Any]]:
    """The matters in the words of the law."""
    return [(m.code, m.name) for m in matters.matters(legal_day(timezone.now()))]


def offices() -> list[tuple[str, Any]]:
    """The windows of notary offices."""
    return [("", _("由我们按您的住处找")), *((p.code, p.name) for p in areas.counters())]


def countries() -> list[tuple[str, Any]]:
    return [("", _("还没有定")), *((c.code, c.name) for c in online.countries())]


class Apply(forms.Form):
    """An application. Only what the matter needs is asked; about a will nothing but that one wants to make it."""

    matter = forms.ChoiceField(
        label=_("您要办哪一种公证"),
        choices=asked_matters,
        required=False,
        help_text=_("不确定就选最像的，公证员会再看。"),
    )
    use = forms.ChoiceField(label=_("公证书拿到哪里用"), choices=Use.choices, required=False, initial=Use.DOMESTIC)
    use_country = forms.ChoiceField(label=_("哪个国家"), choices=countries, required=False)
    purpose = forms.ChoiceField(label=_("用来做什么"), choices=[("", _("不确定")), *Purpose.choices], required=False)
    party = forms.ChoiceField(label=_("谁要办"), choices=Party.choices, required=False, initial=Party.PERSON)
    applies = forms.ChoiceField(
        label=_("谁来申请"), choices=Applies.choices, required=False, initial=Applies.SELF,
        help_text=_("委托、声明、遗嘱、赠与等要本人来。孩子由父母来。"),
    )  # fmt: skip
    born_on = LenientDateField(label=_("要办的人是哪天出生的"), required=False)
    others = text(_("还有谁一起申请"), 2, 2000, required=False, help_text=_("一人一行：姓名、身份证号。没有就空着。"))
    common_property = forms.ChoiceField(
        label=_("是夫妻共同的财产吗"), choices=[("", _("不知道")), *YesNo.choices], required=False,
        help_text=_("结婚以后得到的，一般是共同的。"),
    )  # fmt: skip
    spouse = forms.ChoiceField(
        label=_("丈夫或者妻子来不来"), choices=[("", _("不适用")), *Spouse.choices], required=False
    )
    story = text(_("说说是什么事"), 4, 6000, required=False, help_text=_("用平常的话写：谁、什么事、要公证书做什么。"))
    subject = line(
        _("是哪一样东西、哪一个人"), 200, required=False,
        help_text=_("例如房产证号、毕业证号、去世的人的姓名。不知道就空着。"),
    )  # fmt: skip
    value = money(_("大约值多少钱（元）"), required=False, help_text=_("按金额收费的事才要填。不知道就空着。"))
    domicile = forms.ChoiceField(label=_("您的户口在哪个县"), choices=counties, required=False)
    residence = forms.ChoiceField(label=_("您平常住在哪个县"), choices=counties, required=False)
    act_county = forms.ChoiceField(label=_("事情发生在哪个县"), choices=counties, required=False)
    estate_county = forms.ChoiceField(label=_("房子在哪个县"), choices=counties, required=False)
    mode = forms.ChoiceField(
        label=_("您想怎么办"), choices=Mode.choices, required=False, initial=Mode.COUNTER,
        help_text=_("年纪大、行动不便的，可以请公证处上门。"),
    )  # fmt: skip
    office = forms.ChoiceField(label=_("到哪个公证处"), choices=offices, required=False)
    partner_office = line(_("外地代收的公证处"), required=False, help_text=_("跨省通办才要填。"))
    uyghur = forms.BooleanField(label=_("公证书同时要维吾尔文"), required=False, help_text=_("两种文字效力一样。"))
    copies = forms.IntegerField(
        label=_("要几份"), required=False, min_value=1, max_value=50, initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": "4"}),
    )  # fmt: skip
    interpreter = forms.BooleanField(label=_("需要翻译"), required=False)
    aid_number = line(
        _("给予法律援助决定书的编号"), 60, required=False,
        help_text=_("有法律援助决定的，公证费减收或者免收，不用再证明困难。"),
    )  # fmt: skip
    relief = forms.BooleanField(label=_("交公证费有困难，申请减免"), required=False)
    item = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    question = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)
    summary = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("matter", "story"):  # may be left, but not because it does not matter
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What cannot be right is said now, with what would be; what the office has to look at is left to the office."""
        data = super().clean() or {}
        day = legal_day(timezone.now())
        found = matters.matter(str(data.get("matter") or ""), day)
        told = data.get("story") or data.get("question") or data.get("summary")
        if found is not None and found.secret:
            data["story"] = data["question"] = data["summary"] = ""  # what stands in a will is told to the notary only
        elif not str(told or "").strip() and found is None:
            self.add_error("story", _("请选一种公证，或者写几句话说说是什么事。"))
        else:
            data["story"] = str(told or "")[:6000]
        for name, fallback in (
            ("use", Use.DOMESTIC),
            ("party", Party.PERSON),
            ("applies", Applies.SELF),
            ("mode", Mode.COUNTER),
        ):
            data[name] = data.get(name) or fallback
        if found is not None:
            if why := matters.in_person_fault(found, data["applies"]):
                self.add_error("applies", why)
            if data["mode"] in {Mode.ONLINE, Mode.OVERSEAS, Mode.PROVINCIAL}:
                why = online.mode_fault(
                    found, data["mode"], permitted=True, partner=str(data.get("partner_office") or "")
                )
                if why:
                    self.add_error(
                        "partner_office" if found.provincial and data["mode"] == Mode.PROVINCIAL else "mode", why
                    )
            self._ages(data, found, day)
        if data.get("uyghur") and (why := online.language_fault(["zh", "ug"], data["use"])):
            self.add_error("uyghur", why)
        if data["use"] == Use.ABROAD and not data.get("use_country"):
            data["use_country"] = ""
        return data

    def _ages(self, data: dict[str, Any], found: matters.Matter, day: Any) -> None:
        born = data.get("born_on")
        if born is None:
            return
        if born > day:
            self.add_error("born_on", _("出生日期不能晚于今天，请再看一下。"))
            return
        age = matters.age_on(born, day)
        if why := matters.capacity_fault(found, capacity="", applies=data["applies"], age=age):
            self.add_error("applies" if "applies" not in self.errors else "born_on", why)


class Facts(forms.Form):
    """The application in the terms of the law, as the notary sees it. What the person said stays as it was said."""

    matter = forms.ChoiceField(label=_("公证事项"), choices=all_matters)
    purpose = forms.ChoiceField(label=_("用途"), choices=Purpose.choices)
    use = forms.ChoiceField(label=_("使用地"), choices=Use.choices)
    use_country = forms.ChoiceField(label=_("使用国"), choices=countries, required=False)
    mode = forms.ChoiceField(label=_("办理方式"), choices=Mode.choices)
    partner_office = line(_("外地代收、联办的公证处"), required=False)
    party = forms.ChoiceField(label=_("当事人"), choices=Party.choices)
    applies = forms.ChoiceField(label=_("以什么身份申请"), choices=Applies.choices)
    capacity = forms.ChoiceField(
        label=_("行为能力（公证员认定）"), choices=[("", _("按年龄")), *Capacity.choices], required=False,
        help_text=_("十六岁以上、靠自己劳动收入生活的，可以认定为完全行为能力（民法典第十八条）。"),
    )  # fmt: skip
    born_on = LenientDateField(label=_("出生日期（没有身份证号时填）"), required=False)
    common_property = forms.ChoiceField(
        label=_("夫妻共同财产"), choices=[("", _("不涉及")), *YesNo.choices], required=False
    )
    spouse = forms.ChoiceField(label=_("另一方"), choices=[("", _("不涉及")), *Spouse.choices], required=False)
    domicile = forms.ChoiceField(label=_("住所地（户口所在地）"), choices=counties, required=False)
    residence = forms.ChoiceField(label=_("经常居住地"), choices=counties, required=False)
    act = forms.ChoiceField(label=_("行为地"), choices=counties, required=False)
    fact = forms.ChoiceField(label=_("事实发生地"), choices=counties, required=False)
    estate = forms.ChoiceField(label=_("不动产所在地"), choices=counties, required=False)
    subject = line(_("标的（证号、被继承人等）"), 200, required=False)
    value = money(_("标的金额（元）"), required=False)
    copies = forms.IntegerField(label=_("份数"), min_value=1, max_value=50, initial=1)
    uyghur = forms.BooleanField(label=_("同时用维吾尔文"), required=False)
    simple = forms.BooleanField(label=_("法律关系简单、事实清楚、证明材料充分（适用提速清单）"), required=False)
    complex = forms.BooleanField(label=_("重大、复杂，要集体讨论"), required=False)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)
