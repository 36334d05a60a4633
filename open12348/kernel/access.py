"""Who acts, in what role, for which part of the map: and the rule that every page is closed unless opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])


class Role(str, Enum):
    """What a person is here for. A person may hold several, each bound to a part of the map and to lines."""

    RESIDENT = "resident"
    CLERK = "clerk"
    OPERATOR = "operator"
    PROVIDER = "provider"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"
    SYSTEM = "system"

    @property
    def label(self) -> Any:
        return ROLE_NAMES[self]


ROLE_NAMES = {
    Role.RESIDENT: _("居民"),
    Role.CLERK: _("窗口工作人员"),
    Role.OPERATOR: _("热线值班员"),
    Role.PROVIDER: _("法律服务人员"),
    Role.OFFICER: _("审批人员"),
    Role.SUPERVISOR: _("督办人员"),
    Role.PLANNER: _("规划人员"),
    Role.ADMINISTRATOR: _("系统管理员"),
    Role.PARTNER: _("对接系统"),
    Role.SYSTEM: _("系统"),
}

#: Roles that work on people's matters. Planners see counts only, administrators run the machine: neither opens a case.
CASE_ROLES = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER, Role.SUPERVISOR})
STAFF_ROLES = CASE_ROLES | {Role.PLANNER, Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Grant:
    """One role, for one part of the map (a place, or a division with all below it; neither: everywhere) and lines."""

    role: Role
    division_id: int | None = None
    division_path: str = ""
    level: str = ""
    place_id: int | None = None
    organisation_id: int | None = None
    lines: frozenset[str] = frozenset()

    def covers_line(self, line: str) -> bool:
        """True when the grant is for all lines or names this one."""
        return not self.lines or line in self.lines


@dataclass(frozen=True)
class Actor:
    """Whoever does something: handed to every verb as `by=`. Never built from what a request claims about itself."""

    kind: str = "nobody"  # nobody | resident | staff | partner | system
    account_id: int | None = None
    practitioner_id: int | None = None
    person_ids: frozenset[int] = frozenset()
    phone_hash: str = ""
    token_id: int | None = None
    name: str = ""
    language: str = "zh-hans"
    grants: tuple[Grant, ...] = ()
    pending: str = ""  # what staff must still do before they may work: "password" or "second_factor"
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(g.role for g in self.grants)

    def has(self, *roles: Role) -> bool:
        """True when the actor holds one of the roles anywhere."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff" and not self.pending

    @property
    def is_resident(self) -> bool:
        return self.kind == "resident"

    @property
    def label(self) -> str:
        """How the journal names the actor: no personal data, only which account, person or token it was."""
        if self.kind == "staff":
            return f"account:{self.account_id}"
        if self.kind == "partner":
            return f"token:{self.token_id}"
        if self.kind == "resident":
            return "resident:" + ",".join(str(i) for i in sorted(self.person_ids))
        return self.kind


NOBODY = Actor()
SYSTEM = Actor(kind="system", name="system", grants=(Grant(Role.SYSTEM),))


class Request(HttpRequest):
    """A request as every view of ours gets it: with whoever acts."""

    actor: Actor
    LANGUAGE_CODE: str


class Denied(PermissionDenied):
    """The actor may not do this; carries the sentence that says why."""


def public(view: View) -> View:
    """Open a page to everybody. Without this or `for_roles` a page stays closed."""
    view.opened = "public"  # type: ignore[attr-defined]
    return view


def for_roles(*roles: Role, sign_in: str | None = None) -> Callable[[View], View]:
    """Open a page to holders of one of the roles. Others are told so (403); who is not signed in is asked to.

    In: roles; `sign_in` names the url of the sign-in page when it is not the staff one.
    """
    allowed = frozenset(roles)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = getattr(request, "actor", NOBODY)
            if actor.pending and Role.RESIDENT not in allowed:
                return redirect(f"console:{actor.pending.replace('_', '-')}")
            if actor.kind == "nobody" or (actor.kind == "resident" and Role.RESIDENT not in allowed):
                return _ask_to_sign_in(request, sign_in)
            if not actor.has(*allowed):
                if Role.RESIDENT in allowed:
                    return _ask_to_sign_in(request, sign_in)
                raise Denied(_("您的角色不能打开这个页面。"))
            return view(request, *args, **kwargs)

        guarded.opened = tuple(sorted(r.value for r in allowed))  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _ask_to_sign_in(request: HttpRequest, sign_in: str | None) -> HttpResponse:
    from urllib.parse import urlencode

    from django.urls import reverse

    target = reverse(sign_in or settings.LOGIN_URL)
    return redirect(f"{target}?{urlencode({'next': request.get_full_path()})}")


def opened(views: Iterable[View]) -> None:
    """Open a third party's views to everybody (language switch, static pages). Say in a comment why."""
    for view in views:
        public(view)


class ClosedUnlessOpened:
    """Middleware: a view that nobody opened answers 403, so that forgetting a guard shuts a door instead of opening one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not is_opened(view):
            raise Denied(_("这个页面没有开放。"))


def is_opened(view: Any) -> bool:
    """True when `public`, `for_roles` or an API guard opened the view."""
    return bool(getattr(view, "opened", None) or getattr(getattr(view, "view_class", None), "opened", None))
