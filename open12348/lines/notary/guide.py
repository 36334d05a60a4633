"""The guided application for residents: which questions are asked, from the answers so far; and what to bring, said before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.spine.catalogue import Foretold, Page

from . import fees, figures, materials, matters, online
from .models import Mode, Use


def _found(said: Mapping[str, Any], day: date) -> matters.Matter | None:
    return matters.matter(str(said.get("matter") or ""), day)


def pages(said: Mapping[str, Any]) -> list[Page]:
    """The question pages that these answers lead to. About a will nothing is asked but who, where and how to meet."""
    found = _found(said, legal_day(timezone.now()))
    out = [Page("matter", _("您要办哪一种公证？"), ("matter",))]
    if found is not None and found.secret:
        out.append(
            Page("who", _("谁要办？"), ("applies", "born_on"),
                 _("这件事对所有人保密，家里人也查不到。遗嘱的内容不要写在这里，当面和公证员说。"))
        )  # fmt: skip
        out.append(Page("where", _("您住在哪里？"), ("domicile", "residence")))
        out.append(Page("how", _("您想怎么办？"), ("mode", "office", "interpreter")))
        return out
    use = ("use", "use_country", "purpose") if said.get("use") == Use.ABROAD else ("use", "purpose")
    out.append(Page("use", _("公证书拿到哪里用，做什么？"), use))
    who = ("party", "applies", "born_on", "others")
    out.append(Page("who", _("谁要办，谁来申请？"), who))
    if found is not None and found.common:
        out.append(
            Page("property", _("这是夫妻共同的财产吗？"), ("common_property", "spouse"), _("是共同财产的，要两个人一起办，或者另一方有公证委托书。"))
        )  # fmt: skip
    about = ["story"]
    if found is None or found.subject:
        about.append("subject")
    if found is not None and found.value:
        about.append("value")
    out.append(Page("story", _("是什么事？"), tuple(about)))
    estate = found is not None and found.estate == "yes"
    out.append(
        Page("where", _("和哪个县有关系？"), ("estate_county",) if estate else ("domicile", "residence", "act_county"),
             _("公证处按这个确定能不能办。"))
    )  # fmt: skip
    how = ["mode", "office"]
    if said.get("mode") == Mode.PROVINCIAL:
        how.append("partner_office")
    how.append("copies")
    if (said.get("use") or Use.DOMESTIC) == Use.DOMESTIC:
        how.append("uyghur")
    out.append(Page("how", _("您想怎么办？"), (*how, "interpreter")))
    out.append(Page("money", _("交公证费有困难吗？"), ("aid_number", "relief"), _("没有困难的直接下一步。")))
    return out


def _age(said: Mapping[str, Any], day: date) -> int | None:
    value = said.get("born_on")
    try:
        born = value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None
    except ValueError:
        born = None
    return matters.age_on(born, day) if born is not None else None


def foretell(said: Mapping[str, Any], day: date) -> Foretold:
    """What to bring, who has to come, how long it takes and what it costs, before anything is sent. It never refuses."""
    found = _found(said, day)
    if found is None:
        return Foretold(
            None,
            _("公证员会先看这件事属于哪一种，再告诉您带什么材料。"),
            (),
            (_("身份证或者户口簿"),),
            _("问清楚不收费。"),
        )
    use = str(said.get("use") or Use.DOMESTIC)
    asked = materials.wanted(
        matter=found.code, day=day, party=str(said.get("party") or "person"), applies=str(said.get("applies") or "self"),
        purpose=str(said.get("purpose") or ""), use=use,
    )  # fmt: skip
    bring = [
        _("%(paper)s（我们能自己查到的，不用您交）") % {"paper": w.name} if w.fetchable else w.name
        for w in asked
        if w.code != "application_form"
    ]
    reasons: list[tuple[Any, str]] = []
    if found.in_person in {"absolute", "yes"}:
        reasons.append(
            (_("要本人来，不能请别人代办。走不动的可以请公证处上门。"), "公证法第二十六条，公证程序规则第十一条")
        )
    if why := matters.capacity_fault(
        found,
        capacity="" if _age(said, day) is not None else "full",
        applies=str(said.get("applies") or "self"),
        age=_age(said, day),
    ):
        reasons.append((why, "民法典第十九条至第二十三条"))
    if found.common and said.get("common_property") != "no":
        reasons.append((_("夫妻共同的财产，要两个人一起办，或者另一方有公证委托书。"), "民法典第一千零六十二条"))
    quick = matters.fast(found.code, day)
    limit = figures.the({"five": "issue_five", "ten": "issue_ten"}.get(quick, "issue"), day)
    reasons.append((
        _("受理以后 %(n)s 个工作日内出公证书；等材料、核实的时间不算。") % {"n": int(limit.value)}, limit.basis,
    ))  # fmt: skip
    _code, after = online.legalisation(use, str(said.get("use_country") or ""), day)
    if after:
        reasons.append((after, "公证法第三十三条"))
    return Foretold(
        None if len(reasons) > 4 else True,
        _("可以申请。请按下面的单子准备，单子以外的材料不会要您交。"),
        tuple(reasons),
        tuple(bring),
        _note(found, said, day),
    )


def _note(found: matters.Matter, said: Mapping[str, Any], day: date) -> Any:
    try:
        value = Decimal(str(said["value"])) if said.get("value") else None
        copies = int(str(said.get("copies") or 1))
        bill = fees.reckon(fee_class=found.fee, day=day, copies=copies, value=value)
    except (ValueError, InvalidOperation):
        return _("这类公证按金额收费，公证员会先算给您看。有法律援助决定书的，减收或者免收。")
    if said.get("aid_number"):
        return _("您有法律援助决定书，公证费减收或者免收，不用再证明困难。")
    return _("公证费大约 %(sum)s 元（标准未经确认，以公证处核定为准）。交费有困难的可以申请减免。") % {
        "sum": bill.amount
    }
