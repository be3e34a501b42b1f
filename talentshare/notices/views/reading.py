"""お知らせ: what the person is told, the unread first."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.notices import actions, queries
from talentshare.notices.models import Notice
from talentshare.notices.views.blueprint import bp
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done, local_path


@bp.get("/notices")
def index() -> ResponseReturnValue:
    page = request.args.get("page", 1, type=bounded)
    found = queries.own_notices(current_actor(), page)
    return render_template(
        "notices/index.html",
        found=found,
        unread=[_row(notice) for notice in found.notices if notice.read_at is None],
        read=[_row(notice) for notice in found.notices if notice.read_at is not None],
        url_of=lambda number: url_for(".index", page=number),
    )


def _row(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.id,
        "text": queries.sentence_of(notice),
        "path": local_path(notice.path),
        "at": notice.created_at,
        "due_on": notice.due_on,
    }


@bp.post("/notices/<int:notice_id>/read")
def read(notice_id: int) -> ResponseReturnValue:
    actions.read(current_actor(), notice_id)
    return redirect(url_for(".index"))


@bp.post("/notices/read-all")
def read_all() -> ResponseReturnValue:
    actions.read_all(current_actor())
    done("notice.all_read")
    return redirect(url_for(".index"))
