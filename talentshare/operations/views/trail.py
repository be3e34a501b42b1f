"""監査記録: who did what."""

from datetime import date, timedelta
from typing import Any

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.catalogue.forms import NoSuchDay, parse_day
from talentshare.kernel import clock
from talentshare.operations import queries
from talentshare.operations.queries import KINDS, Line, Wanted
from talentshare.operations.views.blueprint import bp
from talentshare.platform.formats import in_brackets, named
from talentshare.platform.i18n import codes, sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor

LONGEST_SEARCH = 100
A_YEAR = timedelta(days=364)
BEFORE_SIGN_IN = frozenset({"sign_in.tried", "person.reset_asked"})


@bp.get("/admin/audit")
def audit() -> ResponseReturnValue:
    """The trail, narrowed by person, thing, kind and days."""
    typed = {name: request.args.get(name, "")[:LONGEST_SEARCH].strip() for name in FIELDS}
    days = {name: _day(typed[name]) for name in ("first", "last")}
    before = request.args.get("before", type=bounded)
    wanted = Wanted(typed["who"], typed["about"], typed["kind"], **days, before=before)
    found = queries.trail(current_actor(), wanted)
    return render_template(
        "operations/audit.html",
        rows=[_row(line) for line in found.lines],
        typed=typed,
        wanted=wanted,
        kinds=[("", _("すべて")), *((kind, sentence(f"audit.kind.{kind}")) for kind in _kinds())],
        older_url=_url(typed, before=found.before) if found.before else "",
        newest_url=_url(typed) if wanted.before else "",
    )


def _kinds() -> list[str]:
    """The kinds to choose from; of making the demo a demo alone tells."""
    return [kind for kind in KINDS if kind != "demo" or current_app.config["DEMO"]]


FIELDS = ("who", "about", "kind", "first", "last")


def _url(typed: dict[str, str], **more: Any) -> str:
    given: dict[str, Any] = {name: text for name, text in typed.items() if text}
    return url_for(".audit", **given, **more)


def _day(text: str) -> date | None:
    """A day as people write it; what cannot be read narrows nothing, and says so."""
    if not text:
        return None
    try:
        return parse_day(text, clock.today() - A_YEAR)
    except (ValueError, NoSuchDay):
        said = _(
            "「%(text)s」は日付として読めないため、期間の条件に使っていません。"
            "「2026/11/24」のように入力してください。",
            text=text,
        )
        flash(said, "care")
        return None


def _row(line: Line) -> dict[str, object]:
    event = line.event
    who = named(line.who) if line.who else _nobody(event.deed)
    if line.for_whom:
        who = _("%(who)s（%(name)sの操作から）", who=who, name=named(line.for_whom))
    about = _about(line)
    is_thing = line.kind in THINGS
    return {
        "seq": event.seq,
        "at": event.at,
        "who": who,
        "deed": sentence(f"audit.deed.{event.deed}"),
        "why": _why(event.details.get("code")) if event.deed == "refused" else "",
        "about": f"{sentence(f'audit.thing.{line.kind}')} {about}" if is_thing else "―",
        "ip": event.request_ip or "―",
    }


def _nobody(deed: str) -> str:
    """Who it was when no person's name stands in the trail."""
    return _("ログインしていない人") if deed in BEFORE_SIGN_IN else _("自動の処理")


def _about(line: Line) -> str:
    """The number or the name; of a mail or a notice both, with how many more it was about.

    Of words it is told when the notice is sent and to whom.
    """
    if line.kind == "notice_wording":
        return sentence(f"occasion.{line.event.details['notice']}")
    if line.person is None:
        return line.number
    name, details = named(line.person), line.event.details
    more = max(int(details.get(count) or 1) for count in ("mails", "people")) - 1
    if more:
        name = _("%(name)s ほか%(more)s件", name=name, more=more)
    return in_brackets(line.number, name) if line.kind in {"mail", "notice"} else name


def _why(code: object) -> str:
    """The refusal in words, unless they have blanks that nobody can fill in any more."""
    text = sentence(code) if isinstance(code, str) and code in codes() else ""
    return "" if "%(" in text else text


THINGS = frozenset(
    {
        *(
            "allocation",
            "body",
            "catalogue_version",
            "clash",
            "holiday",
            "mail",
            "notice",
            "person",
            "position",
        ),
        *("proposal", "specialist", "specialist_skill", "stored_ranking", "talent_request"),
        *("mail_note", "notice_wording", "weight_set", "sign_in_session"),
        *("declaration", "pledge", "failed_sign_in", "saved_input"),
        *("target_band", "utilisation_snapshot", "plan_run", "plan_pair", "plan_rules"),
    }
)
