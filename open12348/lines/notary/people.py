"""Who may handle and who may approve: a notary of this office, in practice, younger than 65, not recused; each bar with its article."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Account, Membership, Organisation, Practitioner, PractitionerKind
from open12348.spine import barring
from open12348.spine.casework import Act
from open12348.spine.models import Case

from .areas import office_of
from .figures import the
from .matters import age_on
from .models import NotaryCase, NotaryEntry


def too_old(worker: Practitioner, day: date) -> bool:
    """Whether a notary has reached the age at which the office ends (公证法 Art 24; B-N15)."""
    born = NotaryEntry.objects.filter(practitioner=worker).values_list("born_on", flat=True).first()
    return born is not None and age_on(born, day) >= int(the("most_age", day).value)


def practice_fault(worker: Practitioner, office: Organisation | None, at: datetime) -> Any:
    """Why somebody may not do notarial work: no notary, stopped, too old, or of another office."""
    day = legal_day(at)
    if worker.kind != PractitionerKind.NOTARY:
        return _("公证只能由公证员办理（公证法第十六条、第二十一条）")
    if not providers.available(at).filter(pk=worker.pk).exists():
        return _("已停止执业，不能办理公证（公证法第二十四条、第四十二条）")
    if too_old(worker, day):
        return _("已满 %(age)s 周岁，应当免职，不能办理公证（公证法第二十四条）") % {
            "age": int(the("most_age", day).value)
        }
    if office is not None and worker.organisation_id != office.pk:
        return _("不是这个公证处的公证员（公证法第二十三条第一项：不得同时在二个以上公证机构执业）")
    return None


def bars(case: Case, account: Account, at: datetime) -> list[Any]:
    """Why an account may not act as the notary of a case (Service.bars). Recusals are kept by the spine (公证法 Art 23(3))."""
    office, worker = office_of(case), account.practitioner
    if worker is None:
        return [_("没有登记为公证员，不能办理公证（公证法第二十一条）")] if office is not None else []
    why = practice_fault(worker, office, at)
    return [why] if why else []


def account_of(act: Act) -> Account | None:
    """The account that acts, with its practitioner."""
    return Account.objects.select_related("practitioner").filter(pk=act.by.account_id or 0).first()


def handler_fault(act: Act) -> Any:
    """The notary in charge acts, and nobody who is barred. Who has it in hand was looked at when they took it: what may have
    changed since (a licence, an age, a recusal) is looked at again."""
    if act.case.handler_id is not None and act.case.handler_id != act.by.account_id:
        return _("这件事由承办公证员办理。")
    account = account_of(act)
    if account is None:
        return None
    if act.case.handler_id is None:
        barred = list(barring.takes_not(act.case, act.by, act.at))
    else:
        barred = [str(why) for why in bars(act.case, account, act.at)]
        barred += (
            [why]
            if (why := barring.is_recused(act.order, account_id=account.pk, practitioner_id=account.practitioner_id))
            else []
        )
    return _("您不能办理这件事：%(why)s。") % {"why": "；".join(barred)} if barred else None


def of_the_office(case: Case, account: Account, at: datetime) -> bool:
    """Whether an account belongs to the office that has the case: a notary of it, or appointed at its window."""
    office = office_of(case)
    if office is None:
        return True
    worker = account.practitioner
    if worker is not None and worker.organisation_id == office.pk:
        return True
    return (
        Membership.objects.filter(account=account, role=Role.OFFICER.value, since__lte=at)
        .filter(Q(until__isnull=True) | Q(until__gt=at))
        .filter(Q(place=case.place) | Q(organisation=office))
        .exists()
    )


def head_fault(act: Act) -> Any:
    """The office decides through its head, not the bureau: an office is independent (公证法 Art 6)."""
    account = account_of(act)
    if account is not None and not of_the_office(act.case, account, act.at):
        return _("公证机构依法独立行使职能，由本处负责人或者他指定的公证员审批，司法局不审批具体公证（公证法第六条）。")
    return None


def for_head(case: Case, actor: Actor) -> bool:
    """Whether a decision of the office is worth a button: for its own people, and not for who prepared it."""
    account = Account.objects.select_related("practitioner").filter(pk=actor.account_id or 0).first()
    return account is not None and case.handler_id != account.pk and of_the_office(case, account, timezone.now())


def for_handler(case: Case, actor: Actor) -> bool:
    """Whether a step of the notary is worth a button: for the notary in charge, or for anybody while there is none."""
    return case.handler_id is None or case.handler_id == actor.account_id


def approver_fault(act: Act, row: NotaryCase) -> Any:
    """Whoever prepared the matter does not decide it: the approver is another person (公证程序规则 Art 40, 41)."""
    if why := head_fault(act):
        return why
    account = account_of(act)
    if account is None:
        return None
    if account.pk in {row.proposed_by_id, act.case.handler_id}:
        return _("承办公证员不能审批自己办的公证（公证程序规则第四十条）。请另一位审批人审批。")
    if account.practitioner_id is not None and account.practitioner_id == row.second_notary_id:
        return _("共同办理的第二名公证员不能审批（公证程序规则第四十条）。请另一位审批人审批。")
    if barred := barring.is_recused(act.order, account_id=account.pk, practitioner_id=account.practitioner_id):
        return barred
    return None


def notaries_of(office: Organisation, at: datetime) -> list[Practitioner]:
    """The notaries of an office who may work now."""
    rows = providers.available(at).filter(organisation=office, kind=PractitionerKind.NOTARY).order_by("name_zh")
    return [worker for worker in rows if not too_old(worker, legal_day(at))]
