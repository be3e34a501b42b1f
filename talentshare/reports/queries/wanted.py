"""What is asked of a report."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from talentshare.engine.utilisation import Unit
from talentshare.kernel.period import Period

BASES = 1000  # more than there are legal bases: a work's number is body x BASES + basis


class By(StrEnum):
    """見る切り口: what the lines of the report are."""

    PERSON = "person"
    ROLE = "role"
    SKILL = "skill"
    BODY = "body"
    BASIS = "basis"


@dataclass(frozen=True)
class Wanted:
    """Whose days are counted, in what parts they are shown, and as of which day; none is now."""

    period: Period
    unit: Unit
    role_code: str = ""
    text: str = ""
    by: By = By.PERSON
    at: date | None = None

    def without(self, name: str) -> "Wanted":
        """The same without one of the conditions, `role_code` or `text`."""
        return replace(self, role_code="") if name == "role_code" else replace(self, text="")


class Who(NamedTuple):
    """A specialist of the report; `role_code` is the main one."""

    specialist_id: int
    name_ja: str
    name_latin: str
    kana: str
    role_code: str | None

    @property
    def name_en(self) -> str:
        return self.name_latin or self.name_ja
