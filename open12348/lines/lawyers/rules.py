"""The rules of lawyers' practice as pure functions: numbers, conditions of a licence, limits of penalties. No queries, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months

from .models import IN_HOUSE, CertificateClass, Degree, FormerPost, LicenceKind, PenaltyMeasure

# Numbers

#: 17 digits: licence, province, prefecture, year of first practice, category, sex, serial (domain reference B, 3.1).
_LICENCE = re.compile(r"1\d{4}((?:19|20)\d{2})([1-9])[01]\d{6}")


def licence_no(text: str, today: date) -> str:
    """A lawyer's licence number as plain digits, whatever keyboard typed it. Errors: BadNumber that says what is right.

    The sex that the eleventh digit says is read by nothing.
    """
    bare = re.sub(r"[\s\-–—·]", "", numbers.plain(text))
    if not bare:
        raise numbers.BadNumber(_("请填写 17 位律师执业证号。"))
    if not bare.isdigit():
        raise numbers.BadNumber(_("律师执业证号只有数字，一共 17 位，例如 16531201610000001。"))
    if len(bare) == 18:
        raise numbers.BadNumber(_("这像是身份证号。律师执业证号是 17 位。"))
    if len(bare) != 17:
        raise numbers.BadNumber(_("律师执业证号是 17 位数字，您填了 %(n)s 位。") % {"n": len(bare)})
    match = _LICENCE.fullmatch(bare)
    if match is None:
        raise numbers.BadNumber(_("律师执业证号以 1 开头，第 6 到 9 位是首次执业的年份，请再核对一遍。"))
    if int(match[1]) > today.year:
        raise numbers.BadNumber(
            _("执业证号里的首次执业年份（%(year)s）在今年以后，请再核对一遍。") % {"year": match[1]}
        )
    return bare


def year_of(number: str) -> int | None:
    """The year of first practice in a licence number; None when it is no such number (archived ones have 12 digits)."""
    match = _LICENCE.fullmatch(number)
    return int(match[1]) if match else None


def category_of(number: str) -> str:
    """The kind of licence in a licence number; nothing when it is no such number."""
    match = _LICENCE.fullmatch(number)
    return match[2] if match else ""


def firm_uscc(text: str) -> str:
    """A law firm's credit code: it begins with 31 (domain reference B, 8.3). Errors: BadNumber."""
    bare = numbers.uscc(text)
    if not bare.startswith("31"):
        raise numbers.BadNumber(
            _("律师事务所的统一社会信用代码以 31 开头，您填的以 %(two)s 开头。") % {"two": bare[:2]}
        )
    return bare


# A licence: what the law asks, each with its article. The list advises; what is `hard` nobody can grant past.


@dataclass(frozen=True)
class Line:
    """One condition: held | missing | not (it is known not to hold)."""

    asks: Any
    state: str
    article: Any
    hard: bool = False
    note: Any = ""


@dataclass(frozen=True)
class Applicant:
    """What is known of an application about a licence."""

    kind: str
    materials: Collection[str]
    certificate: str = ""
    relaxed_area: str = ""  # code of the county or prefecture in which a C certificate holds
    practice_at: str = ""  # code of the county of the firm
    former_post: str = "none"
    left_post_on: date | None = None
    internship_on: date | None = None
    work_years: int | None = None
    declared: Collection[str] = ()  # statements that the applicant signed
    other_firm: str = ""  # a firm in which they practise now
    revoked: bool = False
    suspended: bool = False
    # a firm:
    form: str = ""
    founder_years: tuple[int, ...] = ()
    founder_banned: int = 0  # founders with a suspension within three years, or barred as partners
    firm_years: int | None = None
    firm_lawyers: int | None = None


#: Papers by kind of application, as the law lists them (律师法 Art 6, 17, 19; 司发通〔2018〕131号 Art 7).
MATERIALS: dict[str, Any] = {
    "qualification": _("法律职业资格证书"),
    "internship": _("律师协会出具的实习考核合格材料"),
    "identity": _("身份证明"),
    "firm_consent": _("律师事务所同意接收的证明"),
    "employer_consent": _("所在单位同意兼职的证明"),
    "post": _("在高等院校、科研机构从事法学工作的证明"),
    "unit_form": _("所在单位出具意见的申请表"),
    "unit_identity": _("公职身份或者企业劳动关系的证明"),
    "work_years": _("从事法律事务年限的证明"),
    "left_firm": _("与原律师事务所解除聘用关系、没有未结案件的证明"),
    "licence": _("原执业证"),
    "articles": _("律师事务所的名称、章程"),
    "founders": _("设立人名单、简历、身份证明、律师执业证"),
    "address": _("住所证明"),
    "assets": _("资产证明"),
    "partnership": _("合伙协议"),
    "resolution": _("合伙人会议的决定"),
    "liquidation": _("清算报告和未结案件的安排"),
}

_FIRST = ("qualification", "internship", "identity", "firm_consent")
REQUIRED: dict[str, tuple[str, ...]] = {
    "first": _FIRST,
    "part_time": (*_FIRST, "employer_consent", "post"),
    "change_firm": ("licence", "left_firm", "firm_consent"),
    "cancel": ("licence",),
    "public": ("qualification", "unit_form", "unit_identity", "work_years"),
    "company": ("qualification", "unit_form", "unit_identity", "work_years"),
    "legal_aid": ("qualification", "unit_form", "identity"),
    "firm": ("articles", "founders", "address", "assets"),
    "firm_change": ("resolution",),
    "branch": ("founders", "address", "assets", "resolution"),
    "firm_end": ("resolution", "liquidation"),
}

#: Kinds that make somebody a practising lawyer.
ENTERING = frozenset({LicenceKind.FIRST, LicenceKind.PART_TIME, LicenceKind.CHANGE_FIRM})
IN_HOUSE_KINDS = {LicenceKind.PUBLIC: "6", LicenceKind.COMPANY: "7", LicenceKind.LEGAL_AID: "8"}
ABOUT_FIRM = frozenset({LicenceKind.FIRM, LicenceKind.FIRM_CHANGE, LicenceKind.BRANCH, LicenceKind.FIRM_END})

#: What an applicant states and signs for (律师法 Art 5, 7).
STATEMENTS = (
    ("constitution", _("拥护宪法，品行良好")),
    ("capacity", _("有完全民事行为能力")),
    ("no_crime", _("没有受过刑事处罚（过失犯罪除外）")),
    ("no_dismissal", _("没有被开除公职，没有被吊销律师、公证员执业证书")),
)


def needed(kind: str, form: str = "") -> tuple[str, ...]:
    """The papers of an application; a partnership needs its agreement (律师法 Art 17)."""
    more = ("partnership",) if kind == "firm" and form in {"partnership", "special"} else ()
    return REQUIRED.get(kind, ()) + more


def missing(who: Applicant) -> list[str]:
    """The papers that have not come, by code."""
    return [m for m in needed(who.kind, who.form) if m not in who.materials]


def within(area: str, place: str) -> bool:
    """Whether a place lies in a relaxed area, both by their division's code."""
    trimmed = area.rstrip("0")
    trimmed += "0" * (len(trimmed) % 2)  # codes go by pairs: province, prefecture, county
    return bool(area) and place.startswith(trimmed)


def conditions(who: Applicant, day: date, figures: Mapping[str, int]) -> list[Line]:
    """The checklist of the law for an application, for whoever examines it. In: `figures` of the day (licence.FIGURES)."""
    lines = [
        Line(MATERIALS[m], "held" if m in who.materials else "missing", _("律师法第六条") if who.kind in ENTERING else _("行政许可法第三十一条"))
        for m in needed(who.kind, who.form)
    ]  # fmt: skip
    if who.kind in ABOUT_FIRM:
        return lines + _of_firm(who, day, figures)
    if who.kind == LicenceKind.CANCEL:
        return lines
    return lines + _of_person(who, day, figures)


def _of_person(who: Applicant, day: date, figures: Mapping[str, int]) -> list[Line]:
    lines = []
    if who.kind != LicenceKind.CHANGE_FIRM:
        for code, label in STATEMENTS:
            lines.append(Line(label, "held" if code in who.declared else "missing", _("律师法第五条、第七条")))
    if who.kind in {LicenceKind.FIRST, LicenceKind.PART_TIME}:
        done = who.internship_on is not None and who.internship_on <= day
        lines.append(Line(_("在律师事务所实习满一年，考核合格"), "held" if done else "missing", _("律师法第五条")))
    if who.certificate == CertificateClass.C:
        inside = within(who.relaxed_area, who.practice_at)
        lines.append(
            Line(
                _("C 证只能在放宽地区执业"),
                "held" if inside else "not",
                _("律师法第五条；法律职业资格管理办法"),
                hard=True,
            )
        )
    if who.kind in ENTERING:
        serving = who.former_post == FormerPost.SERVING
        lines.append(Line(_("不是现职公务员"), "not" if serving else "held", _("律师法第十一条"), hard=True))
        lines.append(
            Line(
                _("只在一个律师事务所执业"), "not" if who.other_firm else "held", _("律师法第十条"), hard=True,
                note=say(_("登记在%(firm)s"), firm=who.other_firm) if who.other_firm else "",
            )
        )  # fmt: skip
        if who.former_post == FormerPost.JUDGE:
            until = bar_of_judge(who.left_post_on, figures["judge_years"])
            over = until is not None and until <= day
            note = (
                ""
                if over or until is None
                else say(_("到 %(day)s 前不得担任诉讼代理人或者辩护人"), day=until.isoformat())
            )
            lines.append(
                Line(
                    _("离任满二年（不满的可以执业，不能出庭）"),
                    "held" if over else "not",
                    _("律师法第四十一条"),
                    note=note,
                )
            )
    if who.kind in IN_HOUSE_KINDS and who.kind != LicenceKind.LEGAL_AID:
        enough = who.work_years is not None and who.work_years >= figures["public_years"]
        lines.append(
            Line(_("从事法律事务二年以上，或者担任法官、检察官、律师一年以上"), "held" if enough else "missing", _("司发通〔2018〕131号第五条"))
        )  # fmt: skip
        lines.append(
            Line(_("不在律师事务所执业"), "not" if who.other_firm else "held", _("司发通〔2018〕131号"), hard=True)
        )
    if who.revoked:
        lines.append(Line(_("没有被吊销律师执业证书"), "not", _("律师法第七条"), hard=True))
    if who.suspended and who.kind == LicenceKind.CHANGE_FIRM:
        lines.append(Line(_("不在停止执业期间"), "not", _("律师执业管理办法第二十条"), hard=True))
    return lines


def _of_firm(who: Applicant, day: date, figures: Mapping[str, int]) -> list[Line]:
    lines: list[Line] = []
    if who.kind in {LicenceKind.FIRM, LicenceKind.BRANCH}:
        single = who.form == "single"
        if who.kind == LicenceKind.FIRM and not single and who.form != "state":
            enough = len(who.founder_years) >= figures["partners_least"]
            lines.append(
                Line(_("三名以上合伙人"), "held" if enough else "not", _("律师法第十五条"), note=say(_("现有 %(n)s 名"), n=len(who.founder_years)))
            )  # fmt: skip
        if who.founder_years:
            years = figures["single_founder_years" if single else "founder_years"]
            held = all(y >= years for y in who.founder_years)
            lines.append(
                Line(
                    say(_("设立人都有 %(n)s 年以上执业经历"), n=years), "held" if held else "not",
                    _("律师法第十六条") if single else _("律师法第十四条"),
                )
            )  # fmt: skip
        held = not who.founder_banned
        lines.append(
            Line(
                _("设立人三年内没有受过停止执业处罚"),
                "held" if held else "not",
                _("律师法第十四条、第五十三条"),
                hard=True,
            )
        )
    if who.kind == LicenceKind.BRANCH:
        old = who.firm_years is not None and who.firm_years >= figures["branch_years"]
        many = who.firm_lawyers is not None and who.firm_lawyers >= figures["branch_lawyers"]
        lines.append(Line(_("律师事务所成立三年以上"), "held" if old else "not", _("律师法第十九条")))
        lines.append(
            Line(_("有二十名以上执业律师"), "held" if many else "not", _("律师法第十九条"), note=say(_("现有 %(n)s 名"), n=who.firm_lawyers or 0))
        )  # fmt: skip
    return lines


def stops(lines: Collection[Line]) -> list[Line]:
    """The lines past which nobody can grant."""
    return [ln for ln in lines if ln.hard and ln.state == "not"]


def bar_of_judge(left_on: date | None, years: int) -> date | None:
    """The first day on which a former judge or prosecutor may stand in court (律师法 Art 41); None when the day is unknown."""
    return add_months(left_on, years * 12) if left_on else None


def partner_bar(ended_on: date, months: int, least: int, years: int) -> date | None:
    """Until when somebody may not be a partner after a suspension (律师法 Art 53); None when it was shorter."""
    return add_months(ended_on, years * 12) if months >= least else None


# Specialities


def years_needed(degree: str, figures: Mapping[str, int]) -> int:
    """Years of continuous practice in the field, by degree."""
    return figures[{Degree.DOCTOR: "doctor", Degree.MASTER: "master", Degree.BACHELOR: "bachelor"}.get(degree, "other")]  # type: ignore[call-overload]


def speciality_faults(
    *, held: Collection[str], field: str, degree: str, since: date, day: date, grades: Collection[str], punished: bool,
    figures: Mapping[str, int],
) -> list[Any]:  # fmt: skip
    """Why a title cannot be given now. In: `grades` of the last assessments on record, `punished` within the clean years."""
    found: list[Any] = []
    if field in held:
        found.append(_("已经有这个专业了。"))
    if len(set(held) - {field}) >= figures["most"]:
        found.append(say(_("每名律师不超过 %(n)s 个专业（司发通〔2017〕33号）。"), n=figures["most"]))
    years = years_needed(degree, figures)
    if add_months(since, years * 12) > day:
        found.append(say(_("这个学历要在本专业连续执业满 %(n)s 年（司发通〔2017〕33号）。"), n=years))
    if any(g != "competent" for g in grades):
        found.append(_("近五年的年度考核要都是称职（司发通〔2017〕33号）。"))
    if punished:
        found.append(_("近五年受过处罚或处分的，不能评（司发通〔2017〕33号）。"))
    return found


# Penalties


def penalty_faults(
    *, row: Mapping[str, Any], is_firm: bool, measures: Collection[str], amount: Decimal | None, months: int | None
) -> list[Any]:
    """Why a penalty goes beyond its article. In: `row` the article's figures (kind, measures, fine, months, basis)."""
    found: list[Any] = []
    if row["value"] not in {"both", "firm" if is_firm else "lawyer"}:
        found.append(say(_("这一条不适用于这个对象：%(basis)s。"), basis=row["basis"]))
        return found
    over = [m for m in measures if m not in row["measures"]]
    if over:
        found.append(
            say(_("这一条没有“%(what)s”：%(basis)s。"), what=PenaltyMeasure(over[0]).label, basis=row["basis"])
        )
    if "fine" in measures and (amount is None or amount <= 0):
        found.append(_("处罚款的，请写金额。"))
    if amount is not None and "fine" in measures and amount > row["fine"]:
        found.append(say(_("罚款最多 %(most)s 元：%(basis)s。"), most=row["fine"], basis=row["basis"]))
    if "suspension" in measures:
        least, most = row["months"]
        if months is None or not max(least, 1) <= months <= most:
            found.append(
                say(_("停止执业（停业整顿）的期限是 %(least)s 至 %(most)s 个月：%(basis)s。"), least=max(least, 1), most=most, basis=row["basis"])
            )  # fmt: skip
    if not measures:
        found.append(_("请选处罚的种类。"))
    return found


def has_hearing(*, measures: Collection[str], amount: Decimal | None, large: int) -> bool:
    """Whether a hearing has to be offered (行政处罚法 Art 63): revocation, suspension, a large fine or confiscation."""
    return bool({"revocation", "suspension"} & set(measures)) or (amount is not None and amount >= large)


#: From light to grave, to see that a decision is no heavier than what was told (行政处罚法 Art 45).
_GRAVITY = ("warning", "fine", "confiscation", "suspension", "revocation")


def heavier(
    *, told: Collection[str], told_amount: Decimal | None, told_months: int | None, measures: Collection[str],
    amount: Decimal | None, months: int | None,
) -> bool:  # fmt: skip
    """Whether a decision goes beyond what the person was told: then they have to be told anew."""
    if set(measures) - set(told) and max(map(_GRAVITY.index, measures)) >= max(map(_GRAVITY.index, told), default=-1):
        return True
    return (amount or 0) > (told_amount or 0) or (months or 0) > (told_months or 0)


def prescribed(happened_on: date, day: date, years: int) -> bool:
    """Whether an act is too old to be punished (行政处罚法 Art 36)."""
    return add_months(happened_on, years * 12) < day


# Who may not act for a client


def bars(
    *, category: str, certificate: str, relaxed_area: str, county: str, former_post: str, left_post_on: date | None,
    court: bool, day: date, judge_years: int,
) -> list[Any]:  # fmt: skip
    """Why a lawyer may not take a client's matter, each with its article (B-L4, B-L5, B-L12)."""
    found: list[Any] = []
    if category in IN_HOUSE:
        found.append(_("公职、公司、法律援助律师不得接受私人委托（司发通〔2018〕131号）"))
    if certificate == CertificateClass.C and not within(relaxed_area, county):
        found.append(_("C 证只能在放宽地区执业（法律职业资格管理办法）"))
    if former_post == FormerPost.JUDGE and court:
        until = bar_of_judge(left_post_on, judge_years)
        if until is None or until > day:
            found.append(_("从法院、检察院离任不满二年，不得担任诉讼代理人或者辩护人（律师法第四十一条）"))
    return found


def may_defend_grave(practised_since: date | None, day: date, years: int) -> bool:
    """Whether a lawyer has the years for a defence that may end in life or death (法律援助法 Art 26)."""
    return practised_since is not None and add_months(practised_since, years * 12) <= day
