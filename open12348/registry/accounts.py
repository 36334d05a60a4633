"""Who may work here: from an account, a resident's phone or a partner's token to an Actor with grants."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import NOBODY, Actor, Grant, Role

from .models import Account, Division, Membership, Organisation, Place, Token
from .people import behind

RESIDENT_KEY = "resident_phone_hash"
SECOND_FACTOR_KEY = "second_factor_of"

#: A staff session ends after an hour without a click, and after ten hours whatever happens (seconds).
SESSION_IDLE, SESSION_MOST = 3600, 10 * 3600
BEGAN_KEY, LAST_KEY, TOO_LATE_KEY = "began_at", "last_at", "signed_out_late"


def grants_of(account: Account, at: datetime) -> tuple[Grant, ...]:
    """The memberships of an account that hold at an instant, as grants."""
    rows = account.memberships.filter(since__lte=at).filter(Q(until__isnull=True) | Q(until__gt=at))
    return tuple(
        Grant(
            role=Role(m.role),
            division_id=m.division_id,
            division_path=m.division.path if m.division else "",
            level=m.division.level if m.division else "",
            place_id=m.place_id,
            organisation_id=m.organisation_id,
            lines=frozenset(m.lines),
        )
        for m in rows.select_related("division").order_by("id")
    )


def by_username(username: str) -> Account | None:
    """The open account with a name; None when there is none or it is closed."""
    return Account.objects.filter(username=username, is_active=True).first()


def totp_secret(account: Account) -> str | None:
    """The secret of the account's authenticator; None when it has none."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt

    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    return decrypt(row.data["secret"]) if row else None


def enrol_totp(*, account: Account, secret: str) -> None:
    """Bind an authenticator app to an account."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(account, secret)


def right_totp(account: Account, code: str) -> bool:
    """True when the code is the authenticator's present one and was not used before."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    return row is not None and bool(TOTP(row).validate_code(code))


def forget_totp(*, account: Account) -> bool:
    """Take the authenticator off an account (a lost phone); the next sign-in binds a new one. Out: whether there was one."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user=account).delete()[0])


def locked(account: Account, at: datetime) -> bool:
    """True when too many wrong passwords have locked the account for now."""
    from axes.models import AccessAttempt

    return AccessAttempt.objects.filter(
        username=account.username, failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gte=at - timedelta(hours=settings.AXES_COOLOFF_TIME),
    ).exists()  # fmt: skip


def unlock(*, account: Account) -> None:
    """Lift the lock of too many wrong passwords."""
    from axes.utils import reset

    reset(username=account.username)


def present_totp(account: Account) -> str:
    """The present code of a demo account, for the demo page and the command line. '' for any other account."""
    import time

    from allauth.mfa import app_settings
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    secret = totp_secret(account) if account.demo else None
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)) if secret else ""


def new_password(*, account: Account, password: str) -> None:
    """Set a password of the person's own choosing. Errors: ValidationError when it is too weak."""
    from django.contrib.auth.password_validation import validate_password

    validate_password(password, account)
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])


def reset_password(*, account: Account, by: Actor, at: datetime) -> str:
    """A new first password, shown once to the administrator; it must be changed at the next sign-in."""
    first = secrets.token_urlsafe(9)
    account.set_password(first)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    return first


def set_active(*, account: Account, active: bool) -> None:
    """Open or close an account; a closed one cannot sign in and its sessions end at the next request."""
    account.is_active = active
    account.save(update_fields=["is_active"])


def actor_for(account: Account, at: datetime, *, second_factor: bool = True) -> Actor:
    """The actor behind a signed-in account. `pending` says what must come first: a new password, a second factor."""
    pending = ""
    if not second_factor:
        pending = "second_factor"
    elif account.must_change_password:
        pending = "password"
    return Actor(
        kind="staff",
        account_id=account.pk,
        practitioner_id=account.practitioner_id,
        name=account.name,
        language=account.language,
        grants=grants_of(account, at),
        pending=pending,
    )


def resident_actor(phone_hash: str, language: str = "zh-hans") -> Actor:
    """The actor behind a phone that proved itself by a code: all people who gave this phone."""
    people = behind(phone_hash)
    return Actor(
        kind="resident",
        phone_hash=phone_hash,
        person_ids=frozenset(p.pk for p in people),
        name=people[0].name if len(people) == 1 else "",
        language=language,
        grants=(Grant(Role.RESIDENT),),
    )


def _in_time(request: HttpRequest) -> bool:
    """Whether a staff session may go on: not idle for too long, not older than a working day. Notes that it was used."""
    now = int(timezone.now().timestamp())
    began, last = request.session.get(BEGAN_KEY), request.session.get(LAST_KEY)
    if began is None or last is None:
        request.session[BEGAN_KEY] = request.session[LAST_KEY] = now
        return True
    if now - began > SESSION_MOST or now - last > SESSION_IDLE:
        return False
    if now - last > 60:  # the row is written once a minute, not at every click
        request.session[LAST_KEY] = now
    return True


class ActorMiddleware:
    """Sets request.actor. Looked up anew at each request, so that a withdrawn role ends at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = self.actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def actor(request: HttpRequest) -> Actor:
        user = request.user
        if user.is_authenticated and not _in_time(request):
            logout(request)
            request.session[TOO_LATE_KEY] = True
        elif user.is_authenticated:
            proven = request.session.get(SECOND_FACTOR_KEY) == user.pk
            return actor_for(user, timezone.now(), second_factor=proven)
        phone_hash = request.session.get(RESIDENT_KEY)
        if phone_hash:
            return resident_actor(phone_hash, get_language() or "zh-hans")
        return NOBODY


@transaction.atomic
def open_account(
    *, username: str, name: str, password: str, at: datetime, language: str = "zh-hans", demo: bool = False
) -> Account:
    """Open a staff account. The password must be changed at the first sign-in, save in a demo."""
    return Account.objects.create_user(
        username, password, name=name, language=language, created_at=at, demo=demo, must_change_password=not demo
    )


def grant(
    *, account: Account, role: Role, by: Actor, at: datetime, division: Division | None = None,
    place: Place | None = None, organisation: Organisation | None = None, lines: tuple[str, ...] = (),
    until: datetime | None = None,
) -> Membership:  # fmt: skip
    """Give an account a role for a part of the map and lines, from now on."""
    return Membership.objects.create(
        account=account, role=role.value, division=division, place=place, organisation=organisation, lines=list(lines),
        since=at, until=until, granted_by=by.label,
    )  # fmt: skip


def holding(at: datetime, *, line: str = "") -> QuerySet[Membership]:
    """The roles that hold at an instant, of everybody; `line`: only those that cover that line."""
    if line:
        return holding(at).filter(Q(lines=[]) | Q(lines__contains=[line]))
    return Membership.objects.filter(since__lte=at).filter(Q(until__isnull=True) | Q(until__gt=at))


def end_membership(*, membership: Membership, by: Actor, at: datetime) -> None:
    """End a role; it works no more from the next request on."""
    holds = Q(until__isnull=True) | Q(until__gt=at)
    Membership.objects.filter(holds, pk=membership.pk).update(until=at, granted_by=by.label)


#: What a token may be made for. Each names what it opens at the exchange; nothing opens by itself.
SCOPES = {
    "orders:read": _("读取办事进度"),
    "orders:write": _("登记和办理"),
    "people:read": _("读取当事人资料，逐件说明目的"),
    "people:masked": _("读取隐去的电话和住址（家庭暴力、未成年人等）"),
    "directory:read": _("读取服务目录"),
}

#: Roles a partner's system may hold. Not that of an adviser: a conflict of interest is checked with a person.
TOKEN_ROLES = frozenset({Role.PARTNER, Role.CLERK, Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR})


class TokenFault(ValueError):
    """A token that cannot be made; says why in words."""


def new_token(*, organisation: Organisation, name: str, scopes: Sequence[str], at: datetime, division: Division | None = None,
              place: Place | None = None, lines: tuple[str, ...] = (), expires_at: datetime | None = None,
              role: Role | str = Role.PARTNER) -> tuple[Token, str]:  # fmt: skip
    """Make a partner's token. Returns the row and the secret, which is shown once and stored as a hash only.

    In: `role` what the partner's system is here for; `division` or `place` its part of the map (neither: everywhere).
    Errors: TokenFault for an unknown scope, or a role that a machine cannot hold.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise TokenFault(
                _("没有这个权限：%(scope)s。可用的有：%(all)s。") % {"scope": scope, "all": ", ".join(SCOPES)}
            )
    if role not in TOKEN_ROLES:
        raise TokenFault(_("对接系统不能担任这个角色：%(role)s。") % {"role": str(Role(role).label)})
    secret = "o12348_" + secrets.token_urlsafe(32)
    row = Token.objects.create(
        organisation=organisation, name=name, hashed=hashlib.sha256(secret.encode()).hexdigest(), scopes=scopes,
        division=division, place=place, lines=list(lines), role=Role(role).value, created_at=at, expires_at=expires_at,
    )  # fmt: skip
    return row, secret


def revoke_token(*, token: Token, at: datetime) -> None:
    """End a partner's token; it opens nothing from the next request on."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)


def partner_actor(secret: str, at: datetime) -> Actor | None:
    """The actor behind a token that is alive; None otherwise."""
    row = (
        Token.objects.filter(hashed=hashlib.sha256(secret.encode()).hexdigest(), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .values(
            "id", "name", "scopes", "role", "division_id", "division__path", "division__level", "place_id", "organisation_id",
            "lines",
        )
        .first()
    )  # fmt: skip
    if row is None:
        return None
    grant = Grant(
        role=Role(row["role"]), division_id=row["division_id"], division_path=row["division__path"] or "",
        level=row["division__level"] or "", place_id=row["place_id"], organisation_id=row["organisation_id"],
        lines=frozenset(row["lines"]),
    )  # fmt: skip
    return Actor(kind="partner", token_id=row["id"], name=row["name"], scopes=frozenset(row["scopes"]), grants=(grant,))
