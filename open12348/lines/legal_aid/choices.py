"""What may be chosen, in words: from the scope table, and the short closed lists the law itself gives."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine.models import DeliveryWay

from . import decide, scope
from .sentences import article


def _today() -> Any:
    return legal_day(timezone.now())


def asked() -> list[tuple[str, Any]]:
    """The kinds of matters in everyday words, for the applicant; hardest to tell last."""
    return [("", _("不确定")), *((code, label) for code, label in scope.asked(_today()) if code)]


def matters() -> list[tuple[str, Any]]:
    """The matters in the terms of the law, for officers."""
    return [(m.code, m.name) for m in scope.matters(_today()) if m.route == "A"]


def noticed() -> list[tuple[str, Any]]:
    """The grounds on which an authority notifies (routes B and C)."""
    return scope.noticed(_today())


def groups_asked() -> list[tuple[str, Any]]:
    """The circumstances that change what is asked, in everyday words."""
    return scope.groups_asked(_today())


def groups() -> list[tuple[str, Any]]:
    """The same in the terms of the law."""
    return [(g.code, g.name) for g in scope.groups(_today())]


def papers() -> list[tuple[str, Any]]:
    """The papers that an application may come with."""
    return [(row["code"], scope.paper(row["code"])) for row in scope.rows("materials.csv")]


def refusal_grounds() -> list[tuple[str, Any]]:
    """The only grounds on which the law lets an application be refused (`decide.GROUNDS`), each with its articles."""
    return [
        (code, say(_("%(what)s（%(article)s）"), what=words, article=article(articles)))
        for code, (words, articles) in decide.GROUNDS.items()
    ]


def urgent_grounds() -> list[tuple[str, Any]]:
    """When aid begins before review (LAL 44)."""
    return [
        ("time", _("时效或者期限不足七日就要届满，需要及时起诉、申请仲裁或复议")),
        ("preserve", _("需要立即申请财产保全、证据保全或者先予执行")),
        ("other", _("法律、法规、规章规定的其他情形")),
    ]


def report_causes() -> list[tuple[str, Any]]:
    """What must be reported to the institution (O148 Art 36)."""
    return [
        ("doubt", _("主要证据认定、适用法律有重大疑难")),
        ("mass", _("涉及群体性事件")),
        ("impact", _("有重大社会影响")),
        ("means", _("受援人经济状况变化")),
        ("other", _("其他复杂、疑难情形")),
    ]


def change_causes() -> list[tuple[str, Any]]:
    """Why a lawyer is changed on request."""
    return [
        ("client", _("受援人认为律师没有依法履行职责")),
        ("conflict", _("有利益冲突")),
        ("obstacle", _("客观原因不能继续办理")),
    ]


def replace_causes() -> list[tuple[str, Any]]:
    """Why the institution replaces a lawyer of its own accord."""
    return [("standing", _("被停止执业")), ("conflict", _("有利益冲突")), ("obstacle", _("客观原因不能继续办理"))]


def termination_grounds() -> list[tuple[str, Any]]:
    """The eight grounds of LAL 48."""
    return [
        ("1", _("（一）以欺骗或者其他不正当手段获得法律援助")),
        ("2", _("（二）故意隐瞒与案件有关的重要事实或者提供虚假证据")),
        ("3", _("（三）利用法律援助从事违法活动")),
        ("4", _("（四）经济状况发生变化，不再符合条件")),
        ("5", _("（五）案件终止审理或者已经被撤销")),
        ("6", _("（六）受援人自行委托律师或者其他代理人")),
        ("7", _("（七）受援人有正当理由要求终止")),
        ("8", _("（八）法律法规规定的其他情形")),
    ]


def ways() -> list[tuple[str, Any]]:
    """How a decision is delivered."""
    return list(DeliveryWay.choices)


def told() -> list[tuple[str, Any]]:
    """To whom a termination is sent (three days)."""
    return [("applicant", _("受援人")), ("unit", _("承办机构")), ("authority", _("办案机关"))]
