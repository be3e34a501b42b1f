"""Companies that do not exist, in the spellings people use for one and the same."""

from collections.abc import Mapping
from functools import cache
from random import Random

from talentshare.demo.world.draw import one_of

# Each name says that it is invented: 架空, サンプル, ダミー, 例示, 模擬, 仮想.
NAMES = (
    "株式会社サンプル基盤",
    "架空システム株式会社",
    "株式会社ダミークラウド",
    "例示ネットワーク株式会社",
    "模擬情報サービス株式会社",
    "株式会社仮想ソリューション",
    "架空データ工房株式会社",
    "サンプル自治体システム株式会社",
    "株式会社例示セキュリティ",
    "ダミー総合研究所株式会社",
    "株式会社模擬デザイン",
    "架空通信機器株式会社",
    "サンプル帳票印刷株式会社",
    "合同会社仮想アプリ制作所",
    "例示コンサルティング合同会社",
    "株式会社架空オフィス",
    "模擬地図情報株式会社",
    "サンプル決済サービス株式会社",
    "株式会社ダミー教育ICT",
    "架空ホスティング株式会社",
    "株式会社例示ウェブ",
    "仮想ロボティクス株式会社",
    "株式会社サンプルデータセンター",
    "模擬クラウド運用株式会社",
)
# Alike, but other companies: a coordinator has to look.
NEAR_NAMES = ("サンプル基盤ホールディングス株式会社", "架空システムズ株式会社")
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def spelled(rng: Random, name: str) -> str:
    """The same company as another person would write it."""
    kabushiki = one_of(rng, ("株式会社", "株式会社", "㈱", "(株)", "（株）"))
    written = name.replace("株式会社", kabushiki)
    return written.translate(_FULL_WIDTH) if rng.randrange(4) == 0 else written


def spellings(name: str) -> frozenset[str]:
    """Every spelling that `spelled` may give a name."""
    forms = {name.replace("株式会社", form) for form in ("株式会社", "㈱", "(株)", "（株）")}
    return frozenset(forms | {form.translate(_FULL_WIDTH) for form in forms})


def company_of(spelling: str) -> str:
    """The company that is meant by one of its spellings."""
    return _meant()[spelling]


@cache
def _meant() -> Mapping[str, str]:
    return {form: name for name in (*NAMES, *NEAR_NAMES) for form in spellings(name)}
