"""Every address that somebody can type or follow, with real ids in it."""

import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from urllib.parse import urlencode

from flask import current_app
from pypdf import PdfReader

from talentshare.accounts.models import Body, Person
from talentshare.allocations.models import Clash
from talentshare.catalogue.models import Skill
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.views import coordinator
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import TalentRequest

LEAVE_ALONE = {"static", "accounts.sign_out", "home.language"}
STEPS = ("worry", "time", "closing")
DEEDS = ("submit", "withdraw", "open")
MOST_VARIANTS = 4  # months and weeks link to the next without end
UNVISITED = ("/language", "/static")
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
QUERY = {
    "position": 1,
    "month": "2026-12",
    "on": "2026-12-07",
    "q": "カナリア",
    "who": 1,
    "specialist_id": 1,
    "number": "R-2026-0001",
}


def known() -> dict[str, list]:
    """What stands in the database for each blank of an address."""

    def all_of(column):
        return list(db.session.scalars(db.select(column)))

    return {
        "proposal_id": all_of(Proposal.id),
        "number": all_of(TalentRequest.number),
        "specialist_id": all_of(Specialist.id),
        "person_id": all_of(Person.id)[:2],
        "body_id": all_of(Body.id)[-2:],
        "clash_id": all_of(Clash.id) or [1],
        "notice_id": all_of(Notice.id)[:2],
        "code": all_of(Skill.code)[:1],
        "step": list(STEPS),
        "deed": [*DEEDS, *coordinator.DEEDS],
        "ordinal": [1],
        "on": ["2026-12-07"],
        "token": ["x"],
    }


def addresses(method: str) -> Iterator[str]:
    """All routes that take `method`, with every combination of what is known."""
    values = known()
    with current_app.test_request_context():
        adapter = current_app.url_map.bind("localhost")
        for rule in current_app.url_map.iter_rules():
            if method not in rule.methods or rule.endpoint in LEAVE_ALONE:
                continue
            names = sorted(rule.arguments)
            for given in product(*(values.get(name, [1]) for name in names)):
                try:
                    yield adapter.build(rule.endpoint, dict(zip(names, given, strict=True)))
                except Exception:  # noqa: BLE001  an AnyConverter takes only its own words
                    continue


def visited(client) -> Iterator[tuple[str, object]]:
    """All pages by address, and all that they link to, as (address, answer)."""
    waiting = [*addresses("GET")]
    seen, variants = set(), Counter()
    while waiting:
        path = waiting.pop()
        plain, _, query = path.partition("?")
        variants[plain] += bool(query) and path not in seen
        if path in seen or variants[plain] > MOST_VARIANTS or plain.startswith(UNVISITED):
            continue
        seen.add(path)
        answer = client.get(path)
        yield path, answer
        if answer.status_code == 200 and not query:
            waiting.append(f"{path}?{urlencode(QUERY)}")
        if answer.mimetype == "text/html":
            waiting += [html.unescape(link) for link in LINK.findall(answer.text)]


def words_of(answer) -> str:
    """What somebody reads in an answer; of a PDF its pages, without the ends of lines."""
    if answer.mimetype != "application/pdf":
        return answer.text
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return "".join("".join(page.extract_text() for page in pages).split())
