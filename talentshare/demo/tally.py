"""What the main job did so far, in its own words, and what could not be done and why."""

from collections import Counter
from collections.abc import Iterator, Mapping

# In the order of the main job; the demo's name of a move, and what it means to a reader.
NEEDS: Mapping[str, str] = {
    "write": "needs written down by officers",
    "submit": "needs submitted",
    "endorse": "needs endorsed by the body's manager",
    "receive": "needs received by a coordinator",
    "send_back": "needs sent back to the officer",
    "open": "needs opened for the search",
    "on_hold": "needs put on hold",
    "withdrawn": "needs withdrawn by the body",
}
PEOPLE: Mapping[str, str] = {
    "rank": "positions ranked before a choice",
    "prepare": "candidates chosen, with a reason",
    "check": "choices checked by a second coordinator",
    "reject": "choices rejected in the check",
    "return": "choices sent back in the check",
    "offer": "offers made to specialists",
    "accept": "offers accepted",
    "decline": "offers declined",
    "consent": "home organisations consented",
    "propose": "proposals made to bodies, time held",
    "agree": "proposals agreed by the body, time booked",
    "sent_back": "proposals agreed but changed since the check, sent back",
    "refuse": "proposals refused by the body",
    "withdraw": "offers or proposals withdrawn",
    "unmet": "needs closed unmet: nobody fits",
    "give_up": "positions given up: nobody fits",
}
WORDS: Mapping[str, str] = {**NEEDS, **PEOPLE}
SHOWN: Mapping[str, str] = {
    "receive": "received",
    "rank": "ranked",
    "check": "checked",
    "offer": "offered",
    "accept": "accepted",
    "propose": "proposed",
    "agree": "confirmed",
    "refuse": "refused",
}


class Tally:
    """Counts the moves that were made, and those that a rule forbade."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()

    def add(self, deed: str, count: int = 1) -> None:
        self.done[deed] += count

    def skip(self, deed: str, code: str) -> None:
        """A rule said no, and the move was left out."""
        self.refused[deed, code] += 1

    def line(self) -> str:
        """The main job at a glance."""
        return ", ".join(f"{word} {self.done[deed]:,}" for deed, word in SHOWN.items())

    def table(self) -> Iterator[str]:
        """Every kind of move with its count, then what was left out."""
        for deed, meaning in WORDS.items():
            if self.done[deed]:
                yield f"{self.done[deed]:>9,}  {meaning}"
        skipped = self.refused.total()
        yield f"{skipped:>9,}  moves left out, because a rule forbade them"
        for (deed, code), count in sorted(self.refused.items()):
            yield f"{count:>9,}    {WORDS.get(deed, deed)}: {code}"
