"""Certificates: numbered when a case is issued. (The smallest that can stand; number series and status follow.)

The agreement inside the line: `acts.approved` calls `issue(act, row)` in the transaction of the approval, once for a case.
`row.titles` names one certificate a line, each with a number of its own; `row.languages`, `row.copies`, `row.use` and
`row.use_country` say how it is written and for where; `row.issued_at` is already set. It raises `casework.Refused` when no
number may be given (an office without an abbreviation, a gap in the series), and then nothing of the approval holds.
"""

from __future__ import annotations

from open12348.spine.casework import Act

from .models import NotaryCase


def issue(act: Act, row: NotaryCase) -> None:
    """Give the certificates of a case their numbers, within its turn."""
