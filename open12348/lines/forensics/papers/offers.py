"""Forms that the institution prints before a move: the commission, to be signed."""

from __future__ import annotations

from typing import Any

from open12348.kernel.access import Role
from open12348.spine.catalogue import Paper
from open12348.spine.lists import roles_over
from open12348.spine.models import Case

from .commission import COMMISSION_SHEET


def of_case(case: Case, by: Any) -> list[Paper]:
    """The commission while it waits to be signed."""
    return (
        [COMMISSION_SHEET] if case.state == "accepted" and roles_over(by, case) & {Role.PROVIDER, Role.OFFICER} else []
    )
