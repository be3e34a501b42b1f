"""Which fictional Tokyo is wanted."""

from dataclasses import dataclass
from datetime import date

from talentshare.demo.ground import Found

DEFAULT_SIZE, DEFAULT_SEED = "tokyo", 1


@dataclass(frozen=True)
class Plan:
    """The fictional Tokyo that is made: the same for the same size, seed and day."""

    size: str
    seed: int
    as_of: date

    def __str__(self) -> str:
        return f"{self.size}, seed {self.seed}, as of {self.as_of}"


@dataclass(frozen=True)
class Order:
    """What was asked for; what is None may be as it is."""

    size: str | None = None
    seed: int | None = None
    as_of: date | None = None
    fresh: bool = False

    def plan(self, found: Found, today: date) -> Plan:
        """What to make: as ordered, else as it was, else as usual."""
        seed = self.seed if self.seed is not None else found.seed
        return Plan(
            self.size or found.size or DEFAULT_SIZE,
            DEFAULT_SEED if seed is None else seed,
            self.as_of or today,
        )

    def is_met_by(self, found: Found) -> bool:
        """Whether the demo that is there is one that was asked for."""
        return (
            self.size in {None, found.size}
            and self.seed in {None, found.seed}
            and self.as_of in {None, found.as_of}
        )

    def words(self) -> str:
        """How to ask for it anew."""
        wanted = {"SIZE": self.size, "SEED": self.seed, "AS_OF": self.as_of}
        given = [f"{name}={value}" for name, value in wanted.items() if value is not None]
        return " ".join(["make demo", *given, "FRESH=1"])
