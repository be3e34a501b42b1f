"""Those who sign in for the bodies and for GovTech東京: officers, managers, coordinators, admin."""

from collections.abc import Iterable, Iterator

from talentshare.demo.names import name_of
from talentshare.demo.sizes import Size
from talentshare.demo.world.draw import one_of, stream
from talentshare.demo.world.shapes import DemoBody, DemoPerson

GOVTECH = "govtech"
_SECTIONS = ("デジタル推進課", "情報政策課", "DX推進課", "情報システム課", "企画課")
_SMALL_SECTIONS = ("総務課", "企画財政課", "総務課情報係")
_SMALL_POPULATION = 20_000


def staff(size: Size, asking: Iterable[DemoBody], seed: int) -> tuple[DemoPerson, ...]:
    """An officer per asking body, a manager where needs are endorsed, then GovTech東京's own."""
    numbers = iter(range(size.specialists + 1, size.specialists + 100_000))
    of_bodies = [person for body in asking for person in _of_body(body, numbers, seed)]
    return (*of_bodies, *_of_govtech(size.coordinators, numbers, seed))


def _of_body(body: DemoBody, numbers: Iterator[int], seed: int) -> Iterator[DemoPerson]:
    section = _section(body, seed)
    yield _person(
        f"tantou.{body.short_name}", ("officer",), (body.code, section, "主任"), next(numbers), seed
    )
    if body.requires_endorsement:
        yield _person(
            f"kachou.{body.short_name}",
            ("manager",),
            (body.code, section, "課長"),
            next(numbers),
            seed,
        )


def _of_govtech(coordinators: int, numbers: Iterator[int], seed: int) -> Iterator[DemoPerson]:
    desk = (GOVTECH, "人材シェアリング調整グループ", "調整担当")
    for number in range(1, coordinators + 1):
        yield _person(f"chousei{number}", ("coordinator",), desk, next(numbers), seed)
    yield _person("kanri", ("admin",), (GOVTECH, "管理グループ", "管理者"), next(numbers), seed)


def _person(
    sign_in_name: str, roles: tuple[str, ...], post: tuple[str, str, str], number: int, seed: int
) -> DemoPerson:
    body_code, section, title = post
    name = name_of(number, seed)
    shared = sign_in_name.rpartition(".")[2]
    mail = f"{sign_in_name}@govtech.example" if body_code == GOVTECH else f"dx@{shared}.example"
    return DemoPerson(
        sign_in_name=sign_in_name,
        name_ja=name.name_ja,
        name_kana=name.name_kana,
        name_latin=name.name_latin,
        email=mail,
        roles=roles,
        body_code=body_code,
        section_ja=section,
        title_ja=title,
    )


def _section(body: DemoBody, seed: int) -> str:
    rng = stream(seed, "section", body.code)
    if body.kind == "bureau":
        return "総務部デジタル推進課"
    return one_of(rng, _SMALL_SECTIONS if body.population < _SMALL_POPULATION else _SECTIONS)
