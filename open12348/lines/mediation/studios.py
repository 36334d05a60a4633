"""Studios of single mediators (个人调解工作室): named after one, attached to a committee, filed with the county's bureau.

A studio is no committee of its own: what is agreed there carries the committee's seal, or it takes no effect.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Denied
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Practitioner
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import committees
from .committee_models import Committee, MediationStudio


@transaction.atomic
def open_studio(
    *, committee: Committee, mediator: Practitioner, name_zh: str, on: date, by: Actor, at: datetime, name_ug: str = "",
    address: str = "", phone: str = "",
) -> MediationStudio:  # fmt: skip
    """File a studio. Errors: Denied (the bureau files); Refused (not a mediator of that committee, no seal, one is open already)."""
    division = committee.organisation.division
    if not committees.is_bureau(by, division):
        raise Denied(_("个人调解工作室由县级司法局备案。"))
    if on > legal_day(at):
        raise Refused(_("日子不能晚于今天。"))
    if not committees.current(at).filter(committee=committee, mediator=mediator).exists():
        raise Refused(_("工作室要用这个委员会在任的调解员命名（任期届满的先换届）。"))
    if committee.seal_on is None:
        raise Refused(_("委员会的印章还没有备案：工作室的协议书要盖委员会的印章（人民调解法第二十九条）。"))
    name = name_zh.strip()
    if mediator.name_zh not in name and not (mediator.name_ug and mediator.name_ug in name_ug):
        raise Refused(_("工作室的名称里要有调解员的姓名：%(name)s。") % {"name": mediator.name})
    county = (division.county or division).code[:6]
    serial = numbers.next_serial(f"studio:{county}:{on.year}")
    try:
        with transaction.atomic():
            row = MediationStudio.objects.create(
                mediator=mediator, committee=committee, name_zh=name, name_ug=name_ug.strip(), address=address.strip(),
                phone=phone, filed_on=on, filing_no=f"GRTJ-{county}-{on.year}-{serial:03d}",
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("这位调解员已经有一个工作室。")) from None
    journal.write(stream=f"committee:{committee.pk}", kind="studio_filed", by=by, at=at, studio=row.pk)
    return row


@transaction.atomic
def close_studio(*, studio: MediationStudio, why: str, by: Actor, at: datetime) -> MediationStudio:
    """A studio is closed from today. Errors: Denied, Refused without a reason, Conflict."""
    if not committees.keeps(by, studio.committee):
        raise Denied(_("只有这个委员会自己和当地司法局可以登记（人民调解法第十条）。"))
    if not why.strip():
        raise Refused(_("请写明理由。"))
    done = MediationStudio.objects.filter(pk=studio.pk, closed_on__isnull=True).update(
        closed_on=legal_day(at), closed_why=why.strip()[:300]
    )
    if not done:
        raise Conflict
    journal.write(stream=f"committee:{studio.committee_id}", kind="studio_closed", by=by, at=at, studio=studio.pk)
    studio.refresh_from_db()
    return studio


def seal_of(studio: MediationStudio) -> Committee:
    """Whose seal the agreements of a studio carry."""
    return studio.committee
