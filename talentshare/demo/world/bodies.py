"""The real bodies of Tokyo, and beyond them as many invented towns as a size asks for."""

from collections import Counter
from math import isqrt

from talentshare.demo.world.draw import chance, one_of, stream
from talentshare.demo.world.facts import Row, rows
from talentshare.demo.world.shapes import DemoBody

ENDORSING_POPULATION = 200_000
SHOWCASE_CODE = "132098"  # 町田市
_FIRST_PARTS = """
北:キタ 南:ミナミ 東:ヒガシ 西:ニシ 上:カミ 下:シモ 新:シン 本:ホン 大:オオ 小:コ
青:アオ 白:シロ 黒:クロ 赤:アカ 金:カネ 銀:ギン 春:ハル 夏:ナツ 秋:アキ 冬:フユ 朝:アサ
夕:ユウ 星:ホシ 月:ツキ 風:カゼ 雪:ユキ 雲:クモ 虹:ニジ 桜:サクラ 松:マツ 竹:タケ
梅:ウメ 楓:カエデ 若:ワカ 長:ナガ 高:タカ 深:フカ 遠:トオ 中:ナカ 奥:オク 岩:イワ
花:ハナ
"""
_LAST_PARTS = """
山:ヤマ 川:カワ 野:ノ 原:ハラ 沢:サワ 谷:タニ 浜:ハマ 島:シマ 森:モリ 林:バヤシ 岡:オカ
崎:サキ 里:サト 丘:オカ 池:イケ 泉:イズミ 滝:タキ 橋:ハシ 宮:ミヤ 坂:サカ 峰:ミネ 湖:コ
津:ツ 瀬:セ 尾:オ 井:イ 田:タ 村:ムラ 町:マチ 見:ミ 倉:クラ 戸:ド 越:コシ 根:ネ 木:キ
石:イシ 砂:スナ 波:ナミ 岬:ミサキ 畑:ハタ 塚:ヅカ 台:ダイ
"""
_ENDINGS = {"city": ("市", "シ"), "town": ("町", "チョウ"), "village": ("村", "ムラ")}


def bodies(count: int, seed: int) -> tuple[DemoBody, ...]:
    """Municipalities, bureaus, GovTech東京, then invented towns until `count` is reached."""
    real = [*_municipalities(), *map(_bureau, rows("bureaus")), *map(_other, rows("other_bodies"))]
    return (*real, *(_invented(number, seed) for number in range(1, count - len(real) + 1)))


def _municipalities() -> list[DemoBody]:
    found = rows("municipalities")
    short = Counter(row["name_en_short"] for row in found)
    return [_municipality(row, is_alone=short[row["name_en_short"]] == 1) for row in found]


def _municipality(row: Row, *, is_alone: bool) -> DemoBody:
    name = row["name_en_short"].lower()
    suffix = "" if is_alone or row["kind"] == "ward" else f"-{row['kind']}"
    population = int(row["population"])
    return DemoBody(
        code=row["lg_code"],
        kind=row["kind"],
        name_ja=row["name_ja"],
        name_kana=row["name_kana"],
        name_en=row["name_en"],
        area_ja=row["area_ja"],
        population=population,
        is_island=row["is_island"] == "1",
        requires_endorsement=population >= ENDORSING_POPULATION,
        short_name=name + suffix,
    )


def _bureau(row: Row) -> DemoBody:
    return DemoBody(
        code=row["bureau_id"],
        kind="bureau",
        name_ja=row["name_ja"],
        name_kana="",
        name_en=row["name_en"],
        area_ja="",
        population=0,
        is_island=False,
        requires_endorsement=row["kind_ja"].startswith("知事部局"),
        short_name=row["bureau_id"],
    )


def _other(row: Row) -> DemoBody:
    return DemoBody(
        code=row["code"],
        kind=row["kind"],
        name_ja=row["name_ja"],
        name_kana=row["name_kana"],
        name_en=row["name_en"],
        area_ja="",
        population=0,
        is_island=False,
        requires_endorsement=False,
        short_name=row["code"],
    )


def _invented(number: int, seed: int) -> DemoBody:
    rng = stream(seed, "body", number)
    firsts, lasts = _FIRST_PARTS.split(), _LAST_PARTS.split()
    first, last = firsts[number % len(firsts)], lasts[number // len(firsts) % len(lasts)]
    (name, kana), (tail, tail_kana) = first.split(":"), last.split(":")
    kind = one_of(rng, ("city", "city", "city", "town", "town", "town", "village"))
    ending, ending_kana = _ENDINGS[kind]
    largest = {"city": 400_000, "town": 30_000, "village": 5_000}[kind]
    population = largest // rng.randrange(1, 12) + rng.randrange(200)
    return DemoBody(
        code=f"kaku{number:04d}",
        kind=kind,
        name_ja=f"架空{name}{tail}{ending}",
        name_kana=f"カクウ{kana}{tail_kana}{ending_kana}",
        name_en=f"Fictional {kind.capitalize()} {number:04d}",
        area_ja="市部" if kind == "city" else "町村部",
        population=population,
        is_island=False,
        requires_endorsement=chance(rng, 20),
        short_name=f"kaku{number:04d}",
    )


def request_weight(body: DemoBody) -> int:
    """How often a body asks: population to the power 0.6, with a floor for islands and bureaus."""
    if body.kind == "govtech":
        return 0
    if body.kind == "bureau":
        return 700
    asks = power_three_fifths(body.population)
    return max(asks, 900) if body.is_island else asks


def power_three_fifths(population: int) -> int:
    """The floor of population^0.6, in whole numbers only, so that every machine agrees."""
    cube = population**3
    low, high = 0, isqrt(population) * 8 + 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**5 <= cube else (low, middle)
    return low
