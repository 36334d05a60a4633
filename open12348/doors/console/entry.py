"""Signing in: password, then a second factor, then a password of one's own where the first one was given."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from django import forms
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from open12348.kernel import limits, numbers, papers
from open12348.kernel.access import SYSTEM, Request, public
from open12348.registry import accounts
from open12348.registry.models import Account
from open12348.spine import journal


class SignIn(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "ltr", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondFactor(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("动态码（6 位）"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr", "autofocus": True}),
    )  # fmt: skip


class NewPassword(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("新密码（至少 10 位）"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=gettext_lazy("再写一遍"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", gettext_lazy("两次写的不一样。"))
        return data


def _next(request: Request) -> str:
    target = request.session.get("after_sign_in", "")
    return target if target.startswith("/console/") else "/console/"


@public
def sign_in(request: Request) -> HttpResponse:
    """Account and password; locked for a quarter of an hour after five wrong ones."""
    form = SignIn(request.POST or None)
    if request.GET.get("next"):
        request.session["after_sign_in"] = request.GET["next"][:500]
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request, username=form.cleaned_data["username"].strip(), password=form.cleaned_data["password"]
        )
        if user is not None and user.is_active:
            kept = request.session.get("after_sign_in", "")
            request.session.cycle_key()
            request.session["half_signed_in"] = user.pk
            request.session["after_sign_in"] = kept
            return redirect("console:second-factor")
        form.add_error(None, _("账号或密码不对。连错五次会锁定 15 分钟。"))
    too_late = bool(request.session.pop(accounts.TOO_LATE_KEY, False)) if request.method == "GET" else False
    return render(request, "console/sign_in.html", {"form": form, "too_late": too_late})


@public
def second_factor(request: Request) -> HttpResponse:
    """The code of the authenticator app; the first time, binding the app."""
    pk = request.session.get("half_signed_in")
    account = Account.objects.filter(pk=pk, is_active=True).first() if pk else None
    if account is None:
        return redirect("console:sign-in")
    secret = accounts.totp_secret(account)
    fresh = ""
    if secret is None:
        fresh = request.session.get("new_secret") or generate_totp_secret()
        request.session["new_secret"] = fresh
    form = SecondFactor(request.POST or None)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        code = numbers.plain(form.cleaned_data["code"]).replace(" ", "")
        if not limits.allowed(f"totp:{account.pk}", most=10, seconds=900, at=at):
            form.add_error(None, _("试得太多了，请 15 分钟后再来。"))
        elif (fresh and validate_totp_code(fresh, code)) or (not fresh and accounts.right_totp(account, code)):
            if fresh:
                accounts.enrol_totp(account=account, secret=fresh)
            target = _next(request)
            login(request, account, backend="django.contrib.auth.backends.ModelBackend")
            for key in ("half_signed_in", "new_secret", "after_sign_in", accounts.RESIDENT_KEY):
                request.session.pop(key, None)
            request.session[accounts.SECOND_FACTOR_KEY] = account.pk
            request.session[accounts.BEGAN_KEY] = request.session[accounts.LAST_KEY] = int(at.timestamp())
            request.session.set_expiry(accounts.SESSION_MOST)
            journal.write(stream="sign-in", kind="signed_in", by=SYSTEM, at=at, account=account.pk)
            return redirect(target)
        else:
            form.add_error("code", _("动态码不对。每 30 秒换一次，请看最新的。"))
    qr = (
        papers.qr(f"otpauth://totp/Open12348:{account.username}?secret={fresh}&issuer=Open12348", scale=4)
        if fresh
        else ""
    )
    return render(request, "console/second_factor.html", {"form": form, "qr": qr, "secret": fresh, "account": account})


@public
def password(request: Request) -> HttpResponse:
    """A password of one's own; asked for at the first sign-in."""
    if not request.user.is_authenticated or request.session.get(accounts.SECOND_FACTOR_KEY) != request.user.pk:
        return redirect("console:sign-in")
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.new_password(account=request.user, password=form.cleaned_data["password"])
        except ValidationError as fault:
            form.add_error("password", fault)
        else:
            update_session_auth_hash(request, request.user)
            return redirect("console:home")
    return render(request, "console/password.html", {"form": form})


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Leave."""
    logout(request)
    return redirect("console:sign-in")
