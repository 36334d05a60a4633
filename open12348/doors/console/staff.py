"""The administrator's pages: accounts and their roles, keys for partner systems. Administrators see nobody's case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import numbers
from open12348.kernel.access import STAFF_ROLES, Request, Role, for_roles
from open12348.kernel.workdays import end_of
from open12348.registry import accounts, divisions, places
from open12348.registry.models import Account, Organisation, Token
from open12348.spine import catalogue, journal
from open12348.ui.fields import LenientDateField

from .desk import typed

administering = for_roles(Role.ADMINISTRATOR)

GIVEN = sorted(((r.value, r.label) for r in STAFF_ROLES), key=lambda pair: list(Role).index(Role(pair[0])))


def lines() -> list[tuple[str, Any]]:
    """The lines there are, for a choice."""
    return sorted({s.line: s.name for s in catalogue.current()}.items())


class PartField(forms.CharField):
    """A part of the map: a place or a division, by its number or its whole name. Its value is (place, division)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"list": "parts", "autocomplete": "off", "dir": "auto"})
        )  # fmt: skip
        kwargs.setdefault("help_text", gettext_lazy("输入地名或编号的一部分，从列表里选。例如 S653131100 或 653131。"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The place or the division; (None, None) when nothing was typed and nothing is needed."""
        text = numbers.plain(str(super().clean(value) or "")).strip()
        if not text:
            return None, None
        first = text.split()[0].upper()
        place = places.by_code(first)
        if place is not None:
            return place, None
        division = divisions.by_code(first) if first.isdigit() and len(first) <= 12 else None
        if division is None:
            raise forms.ValidationError(_("没有这个服务点或区划，请从列表里选。"))
        return None, division


class LinesField(forms.MultipleChoiceField):
    """Lines; none chosen means all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("只管这些业务（不选就是全部）"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=lines, **kwargs,
        )  # fmt: skip


class AccountForm(forms.Form):
    """A new account."""

    username = forms.SlugField(
        label=gettext_lazy("账号"), max_length=60, help_text=gettext_lazy("小写字母、数字和短横，例如 tashkurgan-01。"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    language = forms.ChoiceField(
        label=gettext_lazy("工作台用什么语言"), choices=[("zh-hans", "中文"), ("ug", "ئۇيغۇرچە")], required=False
    )


class GrantForm(forms.Form):
    """A role for a place, or for a part of the map, for some lines, until a day."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=GIVEN)
    where = PartField(label=gettext_lazy("服务点或区划"))
    lines = LinesField()
    until = LenientDateField(label=gettext_lazy("到哪天为止"), required=False)


class TokenForm(forms.Form):
    """A key for a partner system."""

    organisation = forms.CharField(
        label=gettext_lazy("给哪个单位"), max_length=120, help_text=gettext_lazy("输入单位名称的一部分，从列表里选。"),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("用途"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto"}))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("可以做什么"), choices=list(accounts.SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    where = PartField(label=gettext_lazy("只限这个服务点或区划"), required=False)
    lines = LinesField()
    role = forms.ChoiceField(
        label=gettext_lazy("按什么角色"),
        choices=[(r.value, r.label) for r in Role if r in accounts.TOKEN_ROLES][::-1],
        required=False,
    )
    until = LenientDateField(label=gettext_lazy("到哪天为止"))

    def clean_organisation(self) -> Organisation:
        """The organisation that was chosen, by number or by its name. Errors: words that say what to do."""
        text = str(self.cleaned_data["organisation"]).strip()
        row = Organisation.objects.filter(pk=numbers.row(text.split()[0]) or 0).first()
        found = [row] if row else list(Organisation.objects.filter(valid_to__isnull=True, name_zh__contains=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("有几个单位的名字里有这几个字，请从列表里选。") if found else _("没有这个单位，请先在机构里登记。")
            )
        return found[0]

    def clean_until(self) -> datetime:
        """The end of the day. Errors: a day that is over."""
        day = self.cleaned_data["until"]
        if end_of(day) <= timezone.now():
            raise forms.ValidationError(_("这一天已经过去了。"))
        return end_of(day)


def parts() -> list[tuple[str, str]]:
    """Divisions down to counties, centres and stations, for the list behind a part of the map."""
    root = divisions.root()
    found = [(d.code[:6], d.name) for d in ([root] if root else []) + divisions.counties()]
    return found + [(p.code, p.name) for p in places.working().filter(kind__in=["centre", "station"]).order_by("code")]


@administering
def accounts_page(request: Request) -> HttpResponse:
    """All accounts; open a new one."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if Account.objects.filter(username__iexact=said["username"]).exists():
            form.add_error("username", _("这个账号已经有人用了。"))
        else:
            at = timezone.now()
            made = accounts.open_account(
                username=said["username"], name=said["name"], password="", at=at, language=said["language"] or "zh-hans"
            )  # fmt: skip
            first = accounts.reset_password(account=made, by=request.actor, at=at)
            journal.write(stream="accounts", kind="opened", by=request.actor, at=at, account=made.pk)
            messages.success(request, _("已开通。首次密码（只显示这一次）：%(password)s") % {"password": first})
            return redirect("console:account", pk=made.pk)
    text, only = typed(request.GET, "q", 60), typed(request.GET, "only", 10)
    found = Account.objects.order_by("username")
    if text:
        found = found.filter(Q(username__icontains=text) | Q(name__contains=text))
    if only == "closed":
        found = found.filter(is_active=False)
    elif only == "none":
        found = found.filter(is_active=True).exclude(
            pk__in=accounts.holding(timezone.now()).values("account_id")
        )  # fmt: skip
    page = Paginator(found.prefetch_related("memberships__place", "memberships__division"), 50).get_page(
        typed(request.GET, "page", 9)
    )
    now = timezone.now()
    rows = [(a, [m for m in a.memberships.all() if m.until is None or m.until > now]) for a in page]
    return render(request, "console/accounts.html", {"page": page, "rows": rows, "form": form, "q": text, "only": only})


@administering
def account(request: Request, pk: int) -> HttpResponse:
    """One account: roles, first password anew, second factor anew, unlock, close."""
    found = Account.objects.filter(pk=numbers.row(pk) or 0).first()
    if found is None:
        raise Http404
    at, act = timezone.now(), request.POST.get("act", "")[:20]
    form = GrantForm(request.POST if act == "grant" else None)
    if request.method == "POST":
        done = _administer(request, found, act, form, at)
        if done:
            if act in {"grant", "end", "reset", "factor", "unlock", "close"}:
                journal.write(stream="accounts", kind=act, by=request.actor, at=at, account=found.pk)
            messages.success(request, done)
            return redirect("console:account", pk=pk)
    rows = found.memberships.select_related("place", "division").order_by("until", "-since")
    context = {
        "account": found, "rows": [(m, m.until is None or m.until > at) for m in rows], "form": form, "parts": parts(),
        "locked": accounts.locked(found, at), "second_factor": accounts.totp_secret(found) is not None,
        "myself": found.pk == request.actor.account_id,
    }  # fmt: skip
    return render(request, "console/account.html", context)


def _administer(request: Request, found: Account, act: str, form: GrantForm, at: datetime) -> str:
    """Do what a button says. Out: the words of success, or '' where nothing was done (the reason is in the form)."""
    myself = found.pk == request.actor.account_id
    if act == "grant":
        if not form.is_valid():
            return ""
        said = form.cleaned_data
        place, division = said["where"]
        accounts.grant(
            account=found, role=Role(said["role"]), by=request.actor, at=at, place=place, division=division,
            lines=tuple(said["lines"]), until=end_of(said["until"]) if said["until"] else None,
        )  # fmt: skip
        return _("已给这个角色，马上生效。")
    if act == "end":
        row = found.memberships.filter(pk=numbers.row(request.POST.get("membership")) or 0).first()
        if row is None:
            messages.error(request, _("没有这个角色，可能已经收回。"))
            return ""
        if myself and row.role == Role.ADMINISTRATOR.value:
            messages.error(request, _("不能收回自己的管理员角色，请另一位管理员来做。"))
            return ""
        accounts.end_membership(membership=row, by=request.actor, at=at)
        return _("角色已收回，马上生效。")
    if act == "reset":
        first = accounts.reset_password(account=found, by=request.actor, at=at)
        return _("首次密码（只显示这一次）：%(password)s") % {"password": first}
    if act == "factor":
        accounts.forget_totp(account=found)
        return _("动态码已解除，下次登录时重新绑定手机。")
    if act == "unlock":
        accounts.unlock(account=found)
        return _("已解锁，可以重新登录。")
    if act == "close":
        if myself:
            messages.error(request, _("不能关闭自己的账号。"))
            return ""
        accounts.set_active(account=found, active=not found.is_active)
        return _("账号已重新开通。") if found.is_active else _("账号已关闭，正在用的也会退出。")
    messages.error(request, _("没有这个操作。"))
    return ""


@administering
def tokens(request: Request) -> HttpResponse:
    """Keys of partner systems: make one (shown once), see what each opens, revoke."""
    at = timezone.now()
    secret = ""
    form = TokenForm(request.POST if request.POST.get("act") == "make" else None)
    if request.POST.get("act") == "make" and form.is_valid():
        said = form.cleaned_data
        place, division = said["where"]
        row, secret = accounts.new_token(
            organisation=said["organisation"], name=said["name"], scopes=said["scopes"], at=at, place=place,
            division=division, lines=tuple(said["lines"]), expires_at=said["until"], role=Role(said["role"] or Role.PARTNER),
        )  # fmt: skip
        journal.write(stream="accounts", kind="token_made", by=request.actor, at=at, token=row.pk)
        form = TokenForm()
    elif request.POST.get("act") == "revoke":
        token = Token.objects.filter(pk=numbers.row(request.POST.get("token")) or 0, revoked_at__isnull=True).first()
        if token is None:
            messages.error(request, _("没有这个密钥，可能已经作废。"))
        else:
            accounts.revoke_token(token=token, at=at)
            journal.write(stream="accounts", kind="token_revoked", by=request.actor, at=at, token=token.pk)
            messages.success(request, _("已作废，马上不能再用。"))
            return redirect("console:tokens")
    elif request.method == "POST" and request.POST.get("act") != "make":
        messages.error(request, _("没有这个操作。"))
    page = Paginator(
        Token.objects.select_related("organisation", "place", "division").order_by("-pk"), 40
    ).get_page(typed(request.GET, "page", 9))  # fmt: skip
    names = accounts.SCOPES
    rows = [
        (t, [names.get(s, s) for s in t.scopes], t.revoked_at is None and (t.expires_at is None or t.expires_at > at))
        for t in page
    ]
    context = {
        "page": page, "rows": rows, "form": form, "secret": secret, "parts": parts(),
        "organisations": Organisation.objects.filter(valid_to__isnull=True).order_by("kind", "name_zh")[:400],
    }  # fmt: skip
    return render(request, "console/tokens.html", context)
