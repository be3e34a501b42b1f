"""Every way that rankings are made and read. With `actor`: what a person may see."""

from talentshare.matching.queries.again import broken_since
from talentshare.matching.queries.kept import PEOPLE
from talentshare.matching.queries.near import is_near
from talentshare.matching.queries.needs import codes_of, need_of
from talentshare.matching.queries.people import names_of, people_of
from talentshare.matching.queries.ranks import (
    Ranked,
    Relaxation,
    case_of,
    rank_position,
    ranked,
    recompute,
    request_of,
)
from talentshare.matching.queries.told import told
from talentshare.matching.queries.weights import (
    Version,
    Weights,
    last_number,
    versions,
    weights_on,
)
from talentshare.matching.queries.words import (
    Names,
    Sentences,
    joined,
    listed,
    names,
    row_of,
    starting_at_work,
    worded_reason,
    worded_reasons,
)

__all__ = [
    "PEOPLE",
    "Names",
    "Ranked",
    "Relaxation",
    "Sentences",
    "Version",
    "Weights",
    "broken_since",
    "case_of",
    "codes_of",
    "is_near",
    "joined",
    "last_number",
    "listed",
    "names",
    "names_of",
    "need_of",
    "people_of",
    "rank_position",
    "ranked",
    "recompute",
    "request_of",
    "row_of",
    "starting_at_work",
    "told",
    "versions",
    "weights_on",
    "worded_reason",
    "worded_reasons",
]
