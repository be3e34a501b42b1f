"""The pages of each role in the demo, and the numbers that stand in their addresses."""

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

OPEN = (
    "/", "/sign-in", "/account/forgotten", "/account/forgotten/asked", "/account/set-password/dead",
    "/help", "/accessibility", "/privacy", "/nowhere",
)  # fmt: skip
COMMON = (
    "/",
    "/account",
    "/account/password",
    "/notices",
    "/help",
    "/accessibility",
    "/privacy",
    "/nowhere",
)
STEPS = ("worry", "wish", "kind", "role", "skills", "time", "place", "data", "closing")
PAGES = {
    None: OPEN,
    "officer": (
        *COMMON, "/requests", "/requests/finished", "/requests/new", "/supports", "/requests/{own}",
        *(f"/requests/{{draft}}/edit/{step}" for step in STEPS), "/requests/{draft}",
        "/requests/{draft}/check", "/requests/{draft}/withdraw", "/requests/{own_submitted}/submitted",
        "/requests/{own_returned}", "/requests/{own_returned}/submit", "/requests/{to_take}/take-over",
        "/requests/{own_done}", "/proposals/{to_machida}", "/proposals/{to_machida}/paper",
        "/requests/{own}/proposals", "/requests/{own}/paper", "/requests/{draft}/paper",
    ),
    "manager": (
        *COMMON, "/requests/waiting", "/requests", "/requests/finished", "/requests/{own_submitted}",
        "/requests/{own_submitted}/endorse", "/requests/{own_submitted}/return", "/requests/{own}",
        "/requests/{own}/proposals", "/supports", "/proposals/{to_machida}",
        "/proposals/{to_machida}/paper", "/requests/{own}/paper",
    ),
    "specialist": (
        *COMMON, "/offers", "/offers/{own_offer}", "/me/availability", "/reports/utilisation",
        "/me/availability?month={month}",
        "/me/days/{day}", "/me/week", "/me/leave", "/me/pattern", "/me/profile", "/me/profile/edit",
        "/me/skills", "/me/skills/new", "/me/skills/{own_skill}", "/me/skills/{contestable}/contest",
        "/me/declaration", "/me/pledge", "/me/pause",
    ),
    "coordinator": (
        *COMMON, "/desk", "/desk?q=zzz", "/requests/new", "/requests/find?number={open}", "/requests/{open}",
        "/requests/{open}/candidates", "/requests/{ranked}/candidates", "/requests/{open}/proposals", "/requests/{open}/proposals/new?position=1&specialist_id={first}",
        "/requests/{ranked}/candidates/compare?position={position}&who={best}&who={next}",
        *(f"/requests/{{open}}/edit/{step}" for step in (*STEPS, "basis")),
        "/requests/{open}/positions/1/remove", "/requests/{open}/hold", "/requests/{open}/close-unmet",
        "/requests/{received}/refer", "/requests/{submitted}", "/requests/{endorsed}",
        "/requests/{endorsed}/receive", "/requests/{endorsed}/return", "/requests/{received}",
        "/requests/{received}/open", "/requests/{held}/resume", "/requests/{open}/take-over",
        "/specialists", "/specialists/new", "/specialists/{first}", "/specialists/{first}/time",
        "/specialists/{first}/terms", "/specialists/{first}/skills/{first_skill}", "/clashes",
        "/clashes/{clash}", "/reports/utilisation", "/reports/utilisation?unit=week",
        "/proposals/{prepared}", "/proposals/{offered}", "/proposals/{proposed}", "/proposals/{confirmed}",
        "/proposals/{declined}", "/proposals/{returned}", "/proposals/{accepted}", "/requests/{open}/paper",
        "/reports/free", "/reports/areas",
        "/plans", "/plans/new", "/plans/{plan}", "/plans/{queued}", "/plans/{plan}/compare?with={trial}",
        "/plans/{trial}", "/plans/pairs", "/plans/pairs?month={month}",
    ),
    "admin": (
        *COMMON, "/admin/people", "/admin/people/1", "/admin/people/1/edit", "/admin/people/new",
        "/admin/bodies", "/admin/bodies/1", "/admin/bodies/new", "/admin/catalogue", "/admin/catalogue/skill/A01",
        "/admin/catalogue/theme/gis", "/admin/catalogue/new/skill", "/admin/catalogue/new/theme", "/admin/catalogue/new/template", "/admin/catalogue/template/T01", "/admin/catalogue/versions", "/admin/holidays",
        "/admin/weights", "/admin/plan-rules", "/admin/bands", "/admin/health", "/admin/audit", "/admin/mails", "/admin/mails/preview", "/admin/mails/note",
        "/admin/mails/wordings/proposal.notice.offered", "/reports/utilisation", "/reports/areas",
        "/specialists", "/specialists/new",
        "/specialists/{first}", "/specialists/{first}/terms",
        "/specialists/{first}/skills/{first_skill}",
    ),
}  # fmt: skip

RANKED = (
    "SELECT {} FROM ranked_candidate JOIN stored_ranking ON stored_ranking.id = ranking_id"
    " JOIN position ON position.id = position_id"
    " JOIN talent_request ON talent_request.id = talent_request_id"
    " WHERE talent_request.state = 'open' GROUP BY ranking_id HAVING count(*) > 2"
    " ORDER BY ranking_id DESC"
)


# A plan run as it stands when it has ended, under way, and under conditions that are only supposed.
RUN = (
    "INSERT INTO plan_run (scope_kind, scope, scope_key, horizon_weeks, objective, has_floor,"
    " time_limit_seconds, what_if, state, made_by_id, made_at, value, bound, is_verified, steps,"
    " told, fault, given, version) SELECT 'all', '[]', 'all:', 26, 'served_then_total', 0, 30, ?, ?,"
    " person_id, (SELECT max(created_at) FROM talent_request), 2000000, 2008000, 1,"
    " '[[0.5, 1500000, 2500000], [2.0, 2000000, 2008000]]', ?, '', ?, 1"
    " FROM person_role WHERE role = 'coordinator' ORDER BY person_id LIMIT 1"
)
ROW = (
    "INSERT INTO plan_row (run_id, position_id, specialist_id, start_on, minutes_per_week, weeks,"
    " fit, worth, is_pinned, reasons, state, conflict) SELECT ?, min(position.id),"
    " (SELECT min(id) FROM specialist), '2027-01-11', 240, '[[\"2027-01-11\", 240, 240]]', 800,"
    ' 1000, 0, \'[{"code": "reason.all_must", "details": {}, "kind": "ok"}]\', \'conflict\','
    ' \'{"ja": "時間を確保できません。", "en": "The time is not free."}\''
    " FROM position JOIN talent_request ON talent_request.id = talent_request_id"
    " WHERE talent_request.state = 'open'"
)
LEFT = (
    "SELECT max(position.id) FROM position JOIN talent_request ON"
    " talent_request.id = talent_request_id WHERE talent_request.state = 'open'"
)


def add_plans(connection: sqlite3.Connection) -> dict[str, int]:
    """Plans are made in the background, which nobody serves here: what they would have left."""
    left, body, who = (
        connection.execute(sql).fetchone()[0]
        for sql in (LEFT, "SELECT min(id) FROM body", "SELECT min(id) FROM specialist")
    )
    change = {"kind": "hours", "amount": 4, "specialist": who}
    told = {
        "gap_tenths": 4,
        "price": [3, 5],
        "bodies": [[body, 4800, 2400, 1200, 2400]],
        "left_out": [[left, "outbid", [left], 1000, 2000, [change, change]]],
    }
    found = {}
    for name, state, what in (
        ("plan", "done", {}),
        ("trial", "done", {"without": [who]}),
        ("queued", "queued", {}),
    ):
        given = zlib.compress(b"{}")
        made = connection.execute(RUN, (json.dumps(what), state, json.dumps(told), given))
        found[name] = int(made.lastrowid or 0)
        if state == "done":
            connection.execute(ROW, (found[name],))
    connection.commit()
    return found


def database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "talentshare.sqlite")


def things_of(folder: Path, specialist_name: str) -> dict[str, object]:
    """Numbers and ids of the demo, by the name under which PAGES speaks of them."""
    machida = "body_id = (SELECT id FROM body WHERE code = '132098')"
    request = "SELECT number FROM talent_request WHERE "
    proposal = "SELECT id FROM proposal WHERE state = "
    own = (
        "(SELECT specialist.id FROM specialist JOIN person ON person.id = person_id"
        f" WHERE sign_in_name = '{specialist_name}')"
    )
    queries = {
        "own": f"{request} {machida} AND state = 'open'",
        "draft": f"{request} {machida} AND state = 'draft'",
        "own_submitted": f"{request} {machida} AND state = 'submitted'",
        "own_returned": f"{request} {machida} AND state = 'returned'",
        "own_done": f"{request} {machida} AND state IN ('staffed', 'unmet') ORDER BY state",
        "to_take": f"{request} {machida} AND state = 'open'",
        "to_machida": f"SELECT id FROM proposal WHERE {machida} AND state IN"
        " ('proposed', 'confirmed', 'refused') ORDER BY state DESC",
        "own_offer": f"{proposal} 'offered' AND specialist_id = {own}",
        "own_skill": f"SELECT skill_code FROM specialist_skill WHERE specialist_id = {own}",
        "contestable": f"SELECT skill_code FROM specialist_skill WHERE specialist_id = {own}"
        " AND verified_level IS NOT NULL",
        "first": "SELECT min(id) FROM specialist",
        "first_skill": "SELECT skill_code FROM specialist_skill WHERE specialist_id ="
        " (SELECT min(id) FROM specialist)",
        "ranked": RANKED.format("talent_request.number"),
        "position": RANKED.format("position.ordinal"),
        "best": RANKED.format("min(specialist_id)"),
        "next": RANKED.format("max(specialist_id)"),
        "clash": "SELECT id FROM clash WHERE resolved_at IS NULL",
        "open": f"{request} state = 'open' ORDER BY id DESC",
        "held": f"{request} state = 'on_hold'",
        "month": "SELECT substr(date(max(created_at), '+2 months'), 1, 7) FROM talent_request",
        "day": "SELECT date(max(created_at), '+9 days') FROM talent_request",
    }
    queries |= {
        name: f"{request} state = '{name}'" for name in ("submitted", "endorsed", "received")
    }
    states = ("prepared", "offered", "proposed", "confirmed", "declined", "returned", "accepted")
    queries |= {name: f"{proposal} '{name}'" for name in states}
    with closing(database(folder)) as connection:
        found = {name: connection.execute(sql).fetchone()[0] for name, sql in queries.items()}
        return found | add_plans(connection)
