"""問合せ窓口: whom to ask about the product itself, as the settings name it."""

from flask import current_app
from flask_babel import gettext as _

from talentshare.config import SupportDesk
from talentshare.platform.formats import is_en, named


def support_lines() -> list[tuple[str, str]]:
    """What stands beside what; nothing where no desk is set."""
    desk: SupportDesk | None = current_app.config["SUPPORT_DESK"]
    if desk is None:
        return []
    rows = [
        (_("問合せ窓口"), named(desk)),
        (_("電話"), desk.phone),
        (_("メール"), desk.mail),
        (_("受付時間"), desk.hours_en if is_en() else desk.hours_ja),
    ]
    return [(label, text) for label, text in rows if text]
