"""The facts of a request as rows of a summary list, with the page on which each is changed."""

from collections.abc import Callable
from typing import Any

from talentshare.catalogue import queries as catalogue
from talentshare.platform import formats
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.talent_requests.models import Outline, TalentRequest
from talentshare.talent_requests.states import PositionState
from talentshare.talent_requests.views import words

Row = dict[str, Any]
Link = Callable[[str, int], str]


def row(key: str, value: str, url: str = "") -> Row:
    return {"key": key, "value": value, "change_url": url}


def no_link(_step: str, _ordinal: int) -> str:
    return ""


def worry_rows(it: TalentRequest, link: Link = no_link) -> list[Row]:
    theme = catalogue.theme_by_code(it.catalogue_version).get(it.theme_code or "")
    phase = catalogue.phase_by_code(it.catalogue_version).get(it.phase_code or "")
    return [
        row(_("困っていること"), it.worry, link("worry", 1)),
        row(_("手伝ってほしいこと"), it.wish, link("wish", 1)),
        row(_("テーマ"), named(theme), link("wish", 1)),
        row(_("今の段階"), named(phase), link("wish", 1)),
    ]


def position_rows(it: TalentRequest, ordinal: int, known: words.Names, link: Link) -> list[Row]:
    """A position as it is checked before it is handed over: a row per question."""
    said = it.outline(ordinal)
    outline = said or Outline()
    role = words.role_and_skills(Outline(outline.role_code), known)
    if said is not None and said.role_code is None:
        role = _("分からない（調整担当者と一緒に決める）")
    rows = [row(_("専門分野"), role, link("role", ordinal))]
    if outline.role_code is not None:
        rows.append(row(_("スキル"), words.skills(outline, known), link("skills", ordinal)))
    ends = [formats.era_day(outline.latest_end_on), words.fiscal_years(outline)]
    return [
        *rows,
        row(_("必要な時間"), words.effort_of(outline, it.body), link("time", ordinal)),
        row(_("始めたい時期"), words.starting(outline), link("time", ordinal)),
        row(_("終えたい日"), "\n".join(filter(None, ends)), link("time", ordinal)),
        row(_("曜日"), words.weekdays(outline), link("time", ordinal)),
    ]


def short_position_rows(
    it: TalentRequest, outline: Outline, known: words.Names, ordinal: int, link: Link
) -> list[Row]:
    """A position as the case page tells it."""
    time = words.effort_in_all(outline, it.body)
    return [
        row(_("専門分野とスキル"), words.role_and_skills(outline, known), link("role", ordinal)),
        row(_("必要な時間"), time, link("time", ordinal)),
        row(_("期間"), words.window(outline), link("time", ordinal)),
    ]


def place_rows(it: TalentRequest, link: Link = no_link) -> list[Row]:
    nobody = _("なし") if it.is_procurement is not None else ""
    suppliers = words.suppliers(it) or nobody
    return [
        row(_("場所"), words.place(it), link("place", 1)),
        row(_("関係する事業者"), suppliers, link("data", 1)),
    ]


def data_rows(it: TalentRequest, link: Link = no_link) -> list[Row]:
    procurement = {None: "", True: _("関わる"), False: _("関わらない")}[it.is_procurement]
    data = it.personal_data
    personal = sentence(f"talent_request.personal_data.{data.value}") if data else ""
    return [
        row(_("個人情報"), personal, link("data", 1)),
        row(_("調達への関与"), procurement, link("data", 1)),
    ]


def closing_rows(it: TalentRequest, link: Link = no_link) -> list[Row]:
    decision = formats.era_day(it.decision_on)
    return [
        row(_("件名"), it.title, link("closing", 1)),
        row(_("団体の決定予定日"), decision, link("closing", 1)),
        row(_("費用"), words.cost(it), link("closing", 1)),
    ]


def basis_rows(it: TalentRequest, link: Link = no_link) -> list[Row]:
    """Under which arrangement; one of several is chosen with each proposal."""
    known = catalogue.basis_by_code(it.catalogue_version)
    possible = [named(known[code]) for code in it.basis_codes if code in known]
    text = sentence("talent_request.comma").join(possible)
    if len(possible) > 1:
        is_settled = any(one.state is PositionState.STAFFED for one in it.positions)
        text = (
            _("支援者ごとに決定（選べるもの：%(possible)s）", possible=text)
            if is_settled
            else _("未定（選べるもの：%(possible)s）", possible=text)
        )
    return [row(_("法的根拠"), text or _("未定"), link("basis", 1))]


def kind_rows(it: TalentRequest, link: Link = no_link) -> list[Row]:
    return [row(_("支援の形"), words.kind_of(it), link("kind", 1))]


def groups(it: TalentRequest, link: Link = no_link) -> list[dict[str, Any]]:
    """All answers in the order of the questions, under the heading of each part."""
    known = words.names(it)
    ordinals = it.ordinals or [1]
    several = len(ordinals) > 1
    parts = [(_("困りごと"), worry_rows(it, link)), (_("支援の形"), kind_rows(it, link))]
    for at, ordinal in enumerate(ordinals, start=1):
        heading = _("募集する役割%(n)s", n=at) if several else _("専門人材と時期")
        parts.append((heading, position_rows(it, ordinal, known, link)))
    parts.append((_("進め方"), [*place_rows(it, link), *data_rows(it, link)]))
    parts.append((_("件名と庁内の手続"), closing_rows(it, link)))
    return [{"heading": heading, "rows": rows} for heading, rows in parts]
