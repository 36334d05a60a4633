"""What went wrong, as RFC 9457 tells it: a kind, a title and a sentence in the asked language, and every bad field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import Field

MEDIA = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and what to do about it."""

    status: int
    title: Any
    advice: Any


KINDS = {
    "unreadable": Kind(400, _("看不懂这个请求"), _("请检查正文是不是完整的 JSON，地址和正文里不能有空字符。")),
    "key-missing": Kind(400, _("缺少幂等键"), _("每个 POST 都要带 Idempotency-Key，一件事一个，重发时不变。")),
    "token": Kind(401, _("没有有效的令牌"), _("请在 Authorization 里写 Bearer 和令牌；令牌可能已过期或被收回。")),
    "scope": Kind(403, _("令牌没有这个权限"), _("请向管理员申请需要的权限。")),
    "denied": Kind(403, _("不允许"), _("这个角色不能做这一步，或者这件事不在令牌的范围内。")),
    "missing": Kind(404, _("没有找到"), _("编号不对，或者不在令牌能看到的范围内。")),
    "method": Kind(405, _("这个地址不能这样用"), _("能用的方法写在 Allow 里。")),
    "conflict": Kind(409, _("有人先一步"), _("请重新读取，看过最新情况后再决定。")),
    "too-large": Kind(413, _("太大了"), _("一个文件最多 10 MB。")),
    "media": Kind(415, _("正文的格式不对"), _("正文请用 application/json，文件请用 multipart/form-data。")),
    "invalid": Kind(422, _("填写的内容有问题"), _("每一处都写在 errors 里，改好后再发；没有登记任何内容。")),
    "refused": Kind(422, _("现在不能这样办"), _("原因写在 detail 里。")),
    "key-reused": Kind(422, _("幂等键用过了"), _("这个键已经用于另一个请求，请换一个。")),
    "too-many": Kind(429, _("请求太多"), _("请等到 Retry-After 所说的秒数之后再发。")),
    "busy": Kind(503, _("暂时不能办理"), _("请稍后用同一个幂等键再发，不会重复登记。")),
}  # fmt: skip


class FieldProblem(Schema):
    """One field that cannot be taken."""

    field: str
    message: str


class ProblemAnswer(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str
    errors: list[FieldProblem] = []


class Problem(Exception):
    """Ends an operation with a problem. In: the kind; a sentence; (field, message) pairs; headers to send along."""

    def __init__(
        self, kind: str, detail: Any = "", *, errors: Sequence[tuple[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.kind, self.detail, self.errors, self.headers = kind, detail, errors, headers or {}
        super().__init__(kind, str(detail))


def answer(request: HttpRequest, fault: Problem) -> HttpResponse:
    """A problem as a response."""
    kind = KINDS[fault.kind]
    body: dict[str, Any] = {
        "type": f"/api/v1/problems/{fault.kind}", "title": str(kind.title), "status": kind.status,
        "detail": str(fault.detail or kind.advice), "instance": request.path,
    }  # fmt: skip
    if fault.errors:
        body["errors"] = [{"field": field, "message": str(message)} for field, message in fault.errors]
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(
        text, status=kind.status, content_type=MEDIA, headers={"Cache-Control": "no-store", **fault.headers}
    )


def of_form(form: forms.Form, names: Mapping[str, str]) -> Problem:
    """What a form found, each field under its name in the request. In: field -> name there; others stay as they are."""
    errors = [
        (names.get(field, field), message)
        for field, messages in form.errors.items() for message in messages
    ]  # fmt: skip
    return Problem("invalid", errors=errors)


#: What pydantic finds, in words. Whatever else it finds is "cannot be used".
_FINDINGS: dict[str, Any] = {
    "missing": _("请填写这一项。"),
    "extra_forbidden": _("没有这一项，请检查名称。"),
    "string_type": _("这里要写文字。"),
    "string_too_short": _("太短了，至少 %(min_length)s 个字。"),
    "string_too_long": _("太长了，最多 %(max_length)s 个字。"),
    "string_pattern_mismatch": _("格式不对。"),
    "int_type": _("这里要写整数。"),
    "int_parsing": _("这里要写整数。"),
    "int_from_float": _("这里要写整数。"),
    "int_parsing_size": _("这个数太大了。"),
    "bool_type": _("这里要写 true 或 false。"),
    "bool_parsing": _("这里要写 true 或 false。"),
    "dict_type": _("这里要写一个对象。"),
    "list_type": _("这里要写一个列表。"),
    "too_long": _("太多了，最多 %(max_length)s 项。"),
    "too_short": _("太少了，至少 %(min_length)s 项。"),
    "greater_than_equal": _("不能小于 %(ge)s。"),
    "less_than_equal": _("不能大于 %(le)s。"),
    "literal_error": _("只能是：%(expected)s。"),
    "model_attributes_type": _("这里要写一个对象。"),
    "model_type": _("这里要写一个对象。"),
}
_UNUSABLE = _("这一项的值不能用。")


def of_shape(found: list[dict[str, Any]]) -> Problem:
    """What the shape of a request found, in words. In: pydantic's findings as ninja hands them on."""
    errors, seen = [], set()
    for one in found:
        where = [str(part) for part in one.get("loc", ())]
        if where and where[0] in {"body", "query", "path", "header", "form", "file"}:
            where = where[2:] if where[0] == "body" and len(where) > 1 else where[1:]
        # A value that may be of several types is found wrong once for each; the types themselves are not its name.
        name = ".".join(p for p in where if p not in {"str", "int", "float", "bool"} and not p.startswith("list["))
        try:
            message = str(_FINDINGS.get(one.get("type", ""), _UNUSABLE)) % (one.get("ctx") or {})
        except (KeyError, ValueError, TypeError):
            message = str(_UNUSABLE)
        if name not in seen:
            seen.add(name)
            errors.append((name or "body", message))
    return Problem("invalid", errors=errors[:50])
