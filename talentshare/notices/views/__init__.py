"""お知らせ, and mail as an admin sees it."""

from talentshare.notices.views import mails, reading, wordings
from talentshare.notices.views.blueprint import bp

__all__ = ["bp", "mails", "reading", "wordings"]
