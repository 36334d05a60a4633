"""Who may work here: from an account, a resident's phone or a partner's token to an Actor with grants."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from open12348.kernel.access import NOBODY, Actor, Grant, Role

from .models import Account, Division, Membership, Organisation, Place, Token
from .people import behind

RESIDENT_KEY = "resident_phone_hash"


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


def has_second_factor(account: Account) -> bool:
    """True when the account has a TOTP authenticator."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()


def actor_for(account: Account, at: datetime, *, second_factor: bool = True) -> Actor:
    """The actor behind a signed-in account. `pending` says what must come first: a new password, a second factor."""
    pending = ""
    if account.must_change_password:
        pending = "password"
    elif not second_factor:
        pending = "second_factor"
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
        if user.is_authenticated:
            from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY

            methods = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
            return actor_for(
                user,  # type: ignore[arg-type]
                timezone.now(),
                second_factor=any(m.get("method") == "mfa" for m in methods),
            )
        phone_hash = request.session.get(RESIDENT_KEY)
        if phone_hash:
            return resident_actor(phone_hash, get_language() or "zh-hans")
        return NOBODY


@transaction.atomic
def open_account(*, username: str, name: str, password: str, at: datetime, language: str = "zh-hans", demo: bool = False) -> Account:
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


def end_membership(*, membership: Membership, by: Actor, at: datetime) -> None:
    """End a role; it works no more from the next request on."""
    Membership.objects.filter(pk=membership.pk, until__isnull=True).update(until=at, granted_by=by.label)


def new_token(*, organisation: Organisation, name: str, scopes: list[str], at: datetime, division: Division | None = None,
              place: Place | None = None, lines: tuple[str, ...] = (), expires_at: datetime | None = None) -> tuple[Token, str]:  # fmt: skip
    """Make a partner's token. Returns the row and the secret, which is shown once and stored as a hash only."""
    secret = "o12348_" + secrets.token_urlsafe(32)
    row = Token.objects.create(
        organisation=organisation, name=name, hashed=hashlib.sha256(secret.encode()).hexdigest(), scopes=scopes,
        division=division, place=place, lines=list(lines), created_at=at, expires_at=expires_at,
    )  # fmt: skip
    return row, secret


def partner_actor(secret: str, at: datetime) -> Actor | None:
    """The actor behind a token that is alive; None otherwise."""
    row = (
        Token.objects.filter(hashed=hashlib.sha256(secret.encode()).hexdigest(), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .select_related("division", "organisation")
        .first()
    )
    if row is None:
        return None
    return Actor(
        kind="partner",
        token_id=row.pk,
        name=row.name,
        scopes=frozenset(row.scopes),
        grants=(
            Grant(
                role=Role(row.role),
                division_id=row.division_id,
                division_path=row.division.path if row.division else "",
                level=row.division.level if row.division else "",
                place_id=row.place_id,
                organisation_id=row.organisation_id,
                lines=frozenset(row.lines),
            ),
        ),
    )
