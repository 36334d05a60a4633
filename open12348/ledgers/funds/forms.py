"""What is asked at the benches of this ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Division
from open12348.spine import catalogue

from . import batches, budget, claims
from .models import Batch, BudgetSide, Claim, ClaimState, MoneySource, Spending

#: As many claims are signed at once at most; more than that nobody reads.
AT_ONCE = 100


def money(label: Any, **more: Any) -> forms.DecimalField:
    """A field for a sum in yuan, with two places."""
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, **more)


class ClaimTable(forms.CheckboxSelectMultiple):
    """Claims to tick, as a table that says what is signed: for what, to whom, how much."""

    template_name = "funds/claim_choices.html"


class Signing(forms.Form):
    """Which claims are signed. Subclasses say which there are."""

    page = forms.CharField(widget=forms.HiddenInput, required=False)
    chosen = forms.MultipleChoiceField(
        label=_("选择补贴"), widget=ClaimTable, error_messages={"required": _("请至少选一笔。")}
    )

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.claims = {str(c.pk): c for c in self.those(by)[:AT_ONCE]}
        self.fields["chosen"].choices = [(pk, c) for pk, c in self.claims.items()]  # type: ignore[attr-defined]

    def those(self, by: Actor) -> Any:
        raise NotImplementedError

    def clean_chosen(self) -> list[Claim]:
        return [self.claims[pk] for pk in self.cleaned_data["chosen"]]


class Reviewing(Signing):
    def those(self, by: Actor) -> Any:
        return claims.in_sight(by, *claims.FIRST).filter(state=ClaimState.PROPOSED.value).order_by("day", "pk")


class Approving(Signing):
    def those(self, by: Actor) -> Any:
        found = claims.in_sight(by).filter(state=ClaimState.REVIEWED.value)
        return found.exclude(reviewed_by=by.label).order_by("day", "pk")


class OfClaim(forms.Form):
    """Something about one claim."""

    claim = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.by = by

    def clean_claim(self) -> Claim:
        found = claims.in_sight(self.by).filter(pk=self.cleaned_data["claim"]).first()
        if found is None:
            raise forms.ValidationError(_("没有这笔补贴，或者不归您办理。"))
        return found


class Reason(OfClaim):
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不要写当事人的姓名和案情。"),
    )


class Less(Reason):
    to = money(_("减少到多少元"), min_value=0, help_text=_("填 0 就是全部不发。"))
    field_order = ["claim", "to", "reason"]


class Back(Reason):
    amount = money(_("冲销多少元"), min_value=0.01, required=False, help_text=_("不填就是全部冲销。"))
    field_order = ["claim", "amount", "reason"]


class Returned(OfClaim):
    reference = forms.CharField(label=_("退款凭证号"), max_length=80)


class NewBatch(forms.Form):
    """From whose money: the county and the purse."""

    page = forms.CharField(widget=forms.HiddenInput, required=False)
    county = forms.ChoiceField(label=_("用哪个县的资金"))
    source = forms.ChoiceField(label=_("资金来源"), choices=MoneySource.choices)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.counties = {str(c.pk): c for c in budget.payers(by, *claims.SECOND)}
        self.fields["county"].choices = [(k, c.name) for k, c in self.counties.items()]  # type: ignore[attr-defined]

    def clean_county(self) -> Division:
        return self.counties[self.cleaned_data["county"]]


class OfBatch(forms.Form):
    """Something about one batch."""

    batch = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.by = by

    def clean_batch(self) -> Batch:
        found = batches.in_sight(self.by).filter(pk=self.cleaned_data["batch"]).first()
        if found is None:
            raise forms.ValidationError(_("没有这份清单，或者不归您办理。"))
        return found


class Dissolving(OfBatch):
    reason = forms.CharField(label=_("理由"), max_length=500)


class Paying(OfBatch):
    reference = forms.CharField(label=_("银行回单号"), max_length=80)
    back = forms.CharField(
        label=_("银行退回的补贴编号"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行一笔：编号，空格，退回原因。例如：12 账号有误。没有退回就不填。"),
    )  # fmt: skip

    def clean_back(self) -> dict[int, str]:
        found: dict[int, str] = {}
        for text in self.cleaned_data["back"].splitlines():
            number, _gap, why = text.strip().partition(" ")
            if not number:
                continue
            if not (number.isascii() and number.isdigit() and len(number) < 19):
                raise forms.ValidationError(_("“%(text)s”不是补贴编号。一行一笔，先写编号。") % {"text": number[:40]})
            found[int(number)] = why.strip()
        return found


class Planning(forms.Form):
    """A sum of a year's plan or income."""

    county = forms.ChoiceField(label=_("哪个县（市）"))
    line = forms.ChoiceField(label=_("哪项业务"), required=False)
    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2100)
    what = forms.ChoiceField(label=_("收入的来源，或者支出的用途"))
    amount = money(_("金额（元）"), help_text=_("追加填正数，调减填负数。"))
    day = forms.DateField(label=_("文件日期"), widget=forms.DateInput(attrs={"type": "date"}))
    document = forms.CharField(label=_("依据的文件"), max_length=200, help_text=_("例如：某县财预〔2026〕1 号"))

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.counties = {str(c.pk): c for c in budget.payers(by, *budget.PLANNING)}
        groups = [
            (str(BudgetSide.INCOME.label), [(f"income:{k}", str(v)) for k, v in MoneySource.choices]),
            (str(BudgetSide.EXPENSE.label), [(f"expense:{k}", str(v)) for k, v in Spending.choices]),
        ]
        self.fields["county"].choices = [(k, c.name) for k, c in self.counties.items()]  # type: ignore[attr-defined]
        self.fields["line"].choices = [("", _("全部业务")), *line_choices(by)]  # type: ignore[attr-defined]
        self.fields["what"].choices = groups  # type: ignore[attr-defined]
        self.fields["year"].initial = legal_day(at).year

    def clean_county(self) -> Division:
        return self.counties[self.cleaned_data["county"]]


def line_choices(by: Actor) -> list[tuple[str, str]]:
    """The lines whose money an actor may look at, each by the name of its first service."""
    mine = budget.lines_of(by)
    found: dict[str, str] = {}
    for service in catalogue.current():
        if mine is None or service.line in mine:
            found.setdefault(service.line, str(service.name))
    return sorted(found.items())
