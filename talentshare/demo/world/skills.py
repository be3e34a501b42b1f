"""What a fictional specialist can do: few skills for most, very many for a few."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from random import Random

from talentshare.demo.world.draw import chance, days_before, one_of, several
from talentshare.demo.world.facts import asked_for, skill_names, skill_roles
from talentshare.demo.world.shapes import DemoSkill

VERIFIED_PERCENT = 70
# Twenty equal slices of a lognormal with median 12 and sigma 0.65, cut at 3 and 45; a table,
# because logarithms may differ in the last digit between machines.
SKILL_COUNTS = (3, 5, 6, 7, 8, 9, 9, 10, 11, 12, 12, 13, 14, 16, 17, 20, 23, 28, 35, 44)
_LEVELS: Mapping[int, int] = {1: 18, 2: 40, 3: 32, 4: 10}
_OTHER_LEVELS: Mapping[int, int] = {1: 45, 2: 40, 3: 13, 4: 2}
_PLACES = (
    "人口20万人規模の市役所",
    "特別区の情報部門",
    "町役場",
    "県の共同利用事業",
    "民間のシステム会社",
    "公共分野の受託会社",
    "独立行政法人",
    "複数の自治体の共同事業",
    "政令指定都市",
    "大学の情報基盤部門",
)
_WORK: Mapping[int, tuple[str, ...]] = {
    1: (
        "{place}で、指導を受けながら「{skill}」の作業を{years}年ほど手伝いました。",
        "「{skill}」の研修を修了し、{place}の案件で補助を1件担当しました。",
    ),
    2: (
        "{place}で「{skill}」を{years}年間担当し、一般的な案件は一人で進めました。",
        "{place}の更改案件で「{skill}」を担当し、成果物を納めました（{year}年）。",
        "「{skill}」の担当を{place}で{count}件経験しています。",
    ),
    3: (
        "{place}で「{skill}」の主担当を{count}件務め、若手の成果物を確認しました。",
        "{year}年から{years}年間、{place}で「{skill}」の方針づくりと関係者の調整を主導しました。",
    ),
    4: (
        "{place}で「{skill}」の標準手順を定め、{count}団体で使われています。",
        "「{skill}」の責任者として{place}の全体方針をまとめ、幹部への助言を{years}年間行いました。",
    ),
}


def skills_of(rng: Random, role_ids: tuple[str, ...], as_of: date) -> tuple[DemoSkill, ...]:
    """Skills near the roles first, in the catalogue's order, each with its evidence."""
    count = one_of(rng, SKILL_COUNTS) + rng.randrange(2)
    chosen = several(rng, _weights(role_ids), count)
    return tuple(_skill(rng, skill_id, role_ids, as_of) for skill_id in sorted(chosen))


@cache
def _weights(role_ids: tuple[str, ...]) -> Mapping[str, int]:
    """A skill of one's own role, and one that templates ask for, is far more likely."""
    asked = asked_for()
    return {
        skill_id: (1 + 24 * (role_ids[0] in roles) + 8 * (role_ids[-1] in roles))
        * (1 + asked[skill_id])
        for skill_id, roles in skill_roles().items()
    }


def _skill(rng: Random, skill_id: str, role_ids: tuple[str, ...], as_of: date) -> DemoSkill:
    own = role_ids[0] in skill_roles()[skill_id]
    level = _level(rng, _LEVELS if own else _OTHER_LEVELS)
    years = rng.randrange(1, 3 + 2 * level)
    evidence = one_of(rng, _WORK[level]).format(
        place=one_of(rng, _PLACES),
        skill=skill_names()[skill_id],
        years=years,
        year=as_of.year - years - rng.randrange(3),
        count=rng.randrange(2, 4 + level),
    )
    verified = chance(rng, VERIFIED_PERCENT)
    return DemoSkill(
        skill_id=skill_id,
        level=level,
        evidence_ja=evidence,
        verified_on=days_before(as_of, rng.randrange(190, 700)) if verified else None,
    )


def _level(rng: Random, weights: Mapping[int, int]) -> int:
    ticket = rng.randrange(100)
    for level, weight in weights.items():
        ticket -= weight
        if ticket < 0:
            return level
    return max(weights)
