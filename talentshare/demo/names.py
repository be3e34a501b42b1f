"""Fictional people: written form, katakana and a romanised form that belong together."""

from dataclasses import dataclass
from functools import cache
from math import gcd

# "'" in a reading parts two vowels that are not one long vowel (マツ'ウラ is Matsuura).
FAMILY = """
佐藤:サトウ 鈴木:スズキ 高橋:タカハシ 髙橋:タカハシ 田中:タナカ 伊藤:イトウ 渡辺:ワタナベ
渡邉:ワタナベ 渡邊:ワタナベ 山本:ヤマモト 中村:ナカムラ 小林:コバヤシ 加藤:カトウ 吉田:ヨシダ
𠮷田:ヨシダ 山田:ヤマダ 佐々木:ササキ 山口:ヤマグチ 松本:マツモト 井上:イノ'ウエ 木村:キムラ
斎藤:サイトウ 齋藤:サイトウ 齊藤:サイトウ 斉藤:サイトウ 清水:シミズ 山崎:ヤマザキ 山﨑:ヤマサキ
阿部:アベ 森:モリ 池田:イケダ 橋本:ハシモト 石川:イシカワ 前田:マエダ 藤田:フジタ 小川:オガワ
後藤:ゴトウ 岡田:オカダ 長谷川:ハセガワ 村上:ムラカミ 近藤:コンドウ 石井:イシイ 坂本:サカモト
遠藤:エンドウ 青木:アオキ 藤井:フジイ 西村:ニシムラ 福田:フクダ 太田:オオタ 三浦:ミウラ
藤原:フジワラ 岡本:オカモト 松田:マツダ 中川:ナカガワ 中野:ナカノ 原田:ハラダ 小野:オノ
田村:タムラ 竹内:タケウチ 金子:カネコ 和田:ワダ 中山:ナカヤマ 石田:イシダ 上田:ウエダ
森田:モリタ 原:ハラ 柴田:シバタ 酒井:サカイ 工藤:クドウ 横山:ヨコヤマ 宮崎:ミヤザキ 宮﨑:ミヤザキ
宮本:ミヤモト 内田:ウチダ 高木:タカギ 髙木:タカギ 安藤:アンドウ 谷口:タニグチ 大野:オオノ
丸山:マルヤマ 今井:イマイ 河野:コウノ 藤本:フジモト 村田:ムラタ 武田:タケダ 上野:ウエノ
杉山:スギヤマ 増田:マスダ 平野:ヒラノ 菅原:スガワラ 久保:クボ 小島:コジマ 千葉:チバ 岩崎:イワサキ
岩﨑:イワサキ 桜井:サクライ 櫻井:サクライ 木下:キノシタ 野口:ノグチ 松尾:マツオ 野村:ノムラ
佐野:サノ 菊地:キクチ 渡部:ワタベ 大塚:オオツカ 浜田:ハマダ 濵田:ハマダ 濱田:ハマダ 市川:イチカワ
水野:ミズノ 小松:コマツ 島田:シマダ 嶋田:シマダ 古川:フルカワ 小山:コヤマ 高田:タカダ 山内:ヤマウチ
荒木:アラキ 辻:ツジ 辻󠄀本:ツジモト 東:アズマ 中島:ナカジマ 中嶋:ナカジマ 大西:オオニシ 樋口:ヒグチ
永井:ナガイ 川口:カワグチ 川崎:カワサキ 川﨑:カワサキ 飯田:イイダ 吉川:ヨシカワ 本田:ホンダ
久保田:クボタ 沢田:サワダ 澤田:サワダ 中西:ナカニシ 服部:ハットリ 川上:カワカミ 土屋:ツチヤ
大谷:オオタニ 須藤:スドウ 田口:タグチ 秋山:アキヤマ 関:セキ 福島:フクシマ 福嶋:フクシマ
松井:マツイ 岩田:イワタ 望月:モチヅキ 矢野:ヤノ 広瀬:ヒロセ 廣瀬:ヒロセ 松岡:マツオカ 西田:ニシダ
大久保:オオクボ 松浦:マツ'ウラ 杉浦:スギウラ 渡会:ワタライ 日比野:ヒビノ 小野寺:オノデラ
五十嵐:イガラシ 田辺:タナベ 田邊:タナベ 川邊:カワベ 富田:トミタ 冨田:トミタ 栗原:クリハラ
浅野:アサノ 星野:ホシノ 黒田:クロダ 尾崎:オザキ 尾﨑:オザキ 片山:カタヤマ 児玉:コダマ 早川:ハヤカワ
北村:キタムラ 安田:ヤスダ 堀:ホリ 大川:オオカワ 川島:カワシマ 永田:ナガタ 平田:ヒラタ 本間:ホンマ
"""

GIVEN = """
蓮:レン 陽翔:ハルト 湊:ミナト 大翔:ヒロト 樹:イツキ 悠真:ユウマ 颯太:ソウタ 陸:リク 健太:ケンタ
直樹:ナオキ 和也:カズヤ 拓也:タクヤ 健一:ケンイチ 純一:ジュンイチ 慎一:シンイチ 浩二:コウジ
誠:マコト 学:マナブ 剛:ツヨシ 徹:トオル 修:オサム 明:アキラ 実:ミノル 進:ススム 稔:ミノル
博之:ヒロユキ 正樹:マサキ 雅人:マサト 英樹:ヒデキ 達也:タツヤ 哲也:テツヤ 裕介:ユウスケ
祐介:ユウスケ 雄太:ユウタ 勇気:ユウキ 和樹:カズキ 亮太:リョウタ 亮介:リョウスケ 涼太:リョウタ
圭介:ケイスケ 慶太:ケイタ 恵太:ケイタ 俊介:シュンスケ 駿:シュン 航:ワタル 渉:ワタル 匠:タクミ
巧:タクミ 聡:サトシ 義明:ヨシアキ 昭彦:アキヒコ 和彦:カズヒコ 信彦:ノブヒコ 克己:カツミ
孝之:タカユキ 貴之:タカユキ 崇:タカシ 龍之介:リュウノスケ 晴:ハル 朔:サク 律:リツ 蒼:アオイ
新:アラタ 凪:ナギ 暁:アキラ 要:カナメ 諒:リョウ 駆:カケル 昂:スバル 尚人:ナオト 直人:ナオト
義人:ヨシト 文哉:フミヤ 友和:トモカズ 智也:トモヤ 邦彦:クニヒコ 秀明:ヒデアキ 伸也:シンヤ
真司:シンジ 賢治:ケンジ 浩:ヒロシ 清:キヨシ 陽菜:ヒナ 結衣:ユイ 葵:アオイ 凛:リン 咲良:サクラ
美咲:ミサキ 彩香:アヤカ 綾香:アヤカ 舞:マイ 麻衣:マイ 優子:ユウコ 裕子:ユウコ 祐子:ユウコ
恵子:ケイコ 圭子:ケイコ 景子:ケイコ 陽子:ヨウコ 洋子:ヨウコ 京子:キョウコ 恭子:キョウコ
真由美:マユミ 由美子:ユミコ 久美子:クミコ 明美:アケミ 尚美:ナオミ 朋子:トモコ 知子:トモコ
幸子:サチコ 和子:カズコ 節子:セツコ 典子:ノリコ 法子:ノリコ 紀子:ノリコ 千春:チハル 千尋:チヒロ
真理:マリ 真理子:マリコ 麻里:マリ 絵里:エリ 絵美:エミ 恵美:エミ 香織:カオリ 沙織:サオリ
詩織:シオリ 美穂:ミホ 里美:サトミ 聡美:サトミ 奈緒:ナオ 奈々:ナナ 七海:ナナミ 遥:ハルカ
遥香:ハルカ 春香:ハルカ 友香:トモカ 桃子:モモコ 瞳:ヒトミ 望:ノゾミ 恵:メグミ 泉:イズミ 薫:カオル
楓:カエデ 紬:ツムギ 澪:ミオ 栞:シオリ 文香:フミカ 小春:コハル 千夏:チナツ 美冬:ミフユ 秋穂:アキホ
琴音:コトネ 花音:カノン 莉子:リコ 理沙:リサ 梨沙:リサ 早紀:サキ 由紀:ユキ 有紀:ユキ 由香里:ユカリ
理恵:リエ 里奈:リナ 佳奈:カナ 加奈子:カナコ 亜希子:アキコ 晶子:アキコ 敦子:アツコ 悦子:エツコ
君江:キミエ 純子:ジュンコ 順子:ジュンコ 清美:キヨミ 珠美:タマミ 鶴:ツル 澄江:スミエ 麗:レイ
玲奈:レイナ 光希:ミツキ 柊:シュウ 湧:ワク 悠里:ユウリ 恒一:コウイチ 弘樹:ヒロキ 泰斗:タイト
澄香:スミカ 多恵:タエ 日向子:ヒナコ
"""

_ROWS = {
    "": "アa イi ウu エe オo ン",
    "k": "カa キi クu ケe コo",
    "g": "ガa ギi グu ゲe ゴo",
    "s": "サa スu セe ソo",
    "z": "ザa ズu ゼe ゾo",
    "t": "タa テe トo",
    "d": "ダa デe ドo",
    "n": "ナa ニi ヌu ネe ノo",
    "h": "ハa ヒi ヘe ホo",
    "b": "バa ビi ブu ベe ボo",
    "p": "パa ピi プu ペe ポo",
    "m": "マa ミi ムu メe モo",
    "y": "ヤa ユu ヨo",
    "r": "ラa リi ルu レe ロo",
    "w": "ワa",
}
_IRREGULAR = {
    "シ": "shi",
    "ジ": "ji",
    "チ": "chi",
    "ツ": "tsu",
    "フ": "fu",
    "ヂ": "ji",
    "ヅ": "zu",
    "ヲ": "o",
    "ン": "n",
}
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SIBILANTS = ("sh", "ch", "j")
_KANA = _IRREGULAR | {
    cell[0]: consonant + cell[1]
    for consonant, cells in _ROWS.items()
    for cell in cells.split()
    if len(cell) > 1
}


@dataclass(frozen=True, slots=True)
class FictionalName:
    """One person's name, family name first; in latin letters too."""

    name_ja: str
    name_kana: str
    name_latin: str


@cache
def parsed(block: str) -> tuple[tuple[str, str], ...]:
    """The (written form, marked reading) pairs of a block, in its order."""
    pairs = (token.split(":") for token in block.split())
    return tuple((written, reading) for written, reading in pairs)


def combinations() -> int:
    """How many people can be named before a name comes back."""
    return len(parsed(FAMILY)) * len(parsed(GIVEN))


def name_of(number: int, seed: int) -> FictionalName:
    """The person with this number; numbers below `combinations()` all differ within a seed."""
    families, givens = parsed(FAMILY), parsed(GIVEN)
    place = (number * _stride(combinations()) + seed * 7919) % combinations()
    family, given = families[place % len(families)], givens[place // len(families)]
    kana = f"{family[1]} {given[1]}".replace("'", "")
    latin = f"{romanised(family[1])} {romanised(given[1])}"
    return FictionalName(f"{family[0]} {given[0]}", kana, latin)


@cache
def _stride(size: int) -> int:
    step = size * 618 // 1000
    while gcd(step, size) != 1:
        step += 1
    return step


@cache
def romanised(reading: str) -> str:
    """Hepburn without marks for long vowels; `'` in the reading keeps two vowels apart."""
    out: list[str] = []
    dropped = False
    doubled = False
    for index, kana in enumerate(reading):
        if kana in _SMALL_Y:
            stem = out[-1][:-1]
            out[-1] = stem + ("" if stem in _SIBILANTS else "y") + _SMALL_Y[kana]
        elif kana == "ッ":
            doubled = True
        elif _lengthens(kana, reading[index - 1] if index else "", out) and not dropped:
            dropped = True
            continue
        elif kana != "'":
            out.append(_syllable(kana, out, doubled=doubled))
            doubled = False
        dropped = False
    return "".join(out).capitalize()


def _lengthens(kana: str, before: str, out: list[str]) -> bool:
    if not out or before == "'":
        return False
    vowel = out[-1][-1]
    return (kana == "ウ" and vowel in "ou") or (kana == "オ" and before in "オト")


def _syllable(kana: str, out: list[str], *, doubled: bool) -> str:
    plain = _KANA[kana]
    if doubled:
        return ("t" if plain.startswith("ch") else plain[0]) + plain
    parted = bool(out) and out[-1] == "n" and plain[0] in "aiueoy"
    return "'" + plain if parted else plain
