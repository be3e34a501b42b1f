"""Every setting: name, default, one sentence; checked at start, a sentence for each mistake."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "TALENTSHARE_"
DEMO_SECRET = "demo-only-" + "0" * 32
SHORTEST_SECRET = 32
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|[0-9a-f:]*:[0-9a-f:]+")
IN_DEMO = {
    "MAIL_URL": "folder:",
    "MAIL_FROM": "noreply@talentshare.example",
    "SUPPORT_NAME": "架空の問合せ窓口（デモ）",
    "SUPPORT_NAME_EN": "Fictional support desk (demo)",
    "SUPPORT_MAIL": "support@talentshare.example",
    "SUPPORT_HOURS": "開庁日の9:00〜17:00",
    "SUPPORT_HOURS_EN": "9:00–17:00 on working days",
}


@dataclass(frozen=True)
class Setting:
    """One environment variable, without its prefix."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("DATABASE_URL", "", "Database; empty means SQLite in the instance folder."),
    Setting("SECRET_KEY", "", "Signs cookies; at least 32 characters; required outside the demo."),
    Setting(
        "AUDIT_KEY", "", "Keys the audit chain; at least 32 characters; kept off the database."
    ),
    Setting("DEMO", "0", "1 shows the fictional Tokyo with a switch of persona."),
    Setting("HTTPS", "1", "1 sends cookies over https only; 0 for plain http on this machine."),
    Setting("PROXIES", "0", "How many reverse proxies stand before the server."),
    Setting("HOST", "127.0.0.1", "Address on which `talentshare serve` listens."),
    Setting("PORT", "8000", "Port on which `talentshare serve` listens."),
    Setting(
        "MAIL_URL",
        "",
        "How mail is sent: smtp://user:password@host:587, smtps://…, or folder: for files in"
        " outbox/ of the instance folder; empty sends none (the demo writes files).",
    ),
    Setting("MAIL_FROM", "", "Address from which mail is sent; required with MAIL_URL."),
    Setting(
        "PUBLIC_URL", "", "Address of this site, https://…, for links in mails; required with them."
    ),
    Setting(
        "SUPPORT_NAME",
        "",
        "Name of the desk that answers questions about this site, shown on the help page and under"
        " each mail; empty names the administrators instead.",
    ),
    Setting("SUPPORT_NAME_EN", "", "The same in English; empty means as SUPPORT_NAME."),
    Setting("SUPPORT_PHONE", "", "Its telephone number; this or SUPPORT_MAIL goes with the name."),
    Setting("SUPPORT_MAIL", "", "Its mail address."),
    Setting("SUPPORT_HOURS", "", "When it answers, such as 平日 9:00〜17:00."),
    Setting("SUPPORT_HOURS_EN", "", "The same in English; empty means as SUPPORT_HOURS."),
    Setting(
        "ANCHOR_FILE",
        "",
        "File of published heads of the audit chain, best on another machine;"
        " empty means audit-anchor.txt in the instance folder.",
    ),
    Setting("INSTANCE", "instance", "Folder of the database and of this installation's files."),
)


class BadSettings(Exception):
    """Some settings are wrong; `mistakes` holds a sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class SupportDesk:
    """Whom to ask about the site itself."""

    name_ja: str
    name_en: str
    phone: str
    mail: str
    hours_ja: str
    hours_en: str


@dataclass(frozen=True)
class Config:
    """The checked settings."""

    database_url: str
    secret_key: str
    audit_key: str
    demo: bool
    https: bool
    proxies: int
    host: str
    port: int
    instance: Path
    anchor_file: Path
    mail_url: str
    mail_from: str
    public_url: str
    support_name: str
    support_name_en: str
    support_phone: str
    support_mail: str
    support_hours: str
    support_hours_en: str

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def support_desk(self) -> SupportDesk | None:
        if not self.support_name:
            return None
        return SupportDesk(
            name_ja=self.support_name,
            name_en=self.support_name_en or self.support_name,
            phone=self.support_phone,
            mail=self.support_mail,
            hours_ja=self.support_hours,
            hours_en=self.support_hours_en or self.support_hours,
        )


def read(environment: Mapping[str, str]) -> Config:
    """Read and check the settings; raise BadSettings with every mistake at once."""
    raw = {s.name: environment.get(PREFIX + s.name, s.default).strip() for s in SETTINGS}
    demo = raw["DEMO"] == "1"
    if demo:
        raw = {name: value or IN_DEMO.get(name, "") for name, value in raw.items()}
    checks = (_bad_flags, _bad_numbers, _bad_url, _bad_mail, _bad_desk)
    mistakes = [*_unknown(environment), *(bad for check in checks for bad in check(raw))]
    if not demo:
        mistakes += _bad_secrets(raw)
    if mistakes:
        raise BadSettings(mistakes)
    instance = Path(raw["INSTANCE"]).resolve()
    return Config(
        database_url=_url(raw["DATABASE_URL"], instance),
        secret_key=raw["SECRET_KEY"] or DEMO_SECRET,
        audit_key=raw["AUDIT_KEY"] or DEMO_SECRET,
        demo=demo,
        https=raw["HTTPS"] == "1",
        proxies=int(raw["PROXIES"]),
        host=raw["HOST"],
        port=int(raw["PORT"]),
        instance=instance,
        mail_url=raw["MAIL_URL"],
        mail_from=raw["MAIL_FROM"],
        public_url=raw["PUBLIC_URL"].rstrip("/") or f"http://{raw['HOST']}:{raw['PORT']}",
        support_name=raw["SUPPORT_NAME"],
        support_name_en=raw["SUPPORT_NAME_EN"],
        support_phone=raw["SUPPORT_PHONE"],
        support_mail=raw["SUPPORT_MAIL"],
        support_hours=raw["SUPPORT_HOURS"],
        support_hours_en=raw["SUPPORT_HOURS_EN"],
        anchor_file=Path(raw["ANCHOR_FILE"] or instance / "audit-anchor.txt").absolute(),
    )


def _url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'talentshare.sqlite'}"
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {PREFIX + s.name for s in SETTINGS} | {f"{PREFIX}TEST_POSTGRESQL", f"{PREFIX}EXAMPLES"}
    return [
        f"{name} is not a setting; see docs/settings.md for the list."
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]


def _bad_flags(raw: Mapping[str, str]) -> list[str]:
    return [
        f"{PREFIX}{name} must be 0 or 1, not “{raw[name]}”."
        for name in ("DEMO", "HTTPS")
        if raw[name] not in {"0", "1"}
    ]


def _bad_numbers(raw: Mapping[str, str]) -> list[str]:
    limits = {"PORT": 65535, "PROXIES": 9}
    return [
        f"{PREFIX}{name} must be a whole number from 0 to {most}, not “{raw[name]}”."
        for name, most in limits.items()
        if not (raw[name].isascii() and raw[name].isdigit() and int(raw[name]) <= most)
    ]


def _bad_url(raw: Mapping[str, str]) -> list[str]:
    url = raw["DATABASE_URL"]
    if not url or url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:")):
        return []
    return [f"{PREFIX}DATABASE_URL must start with postgresql:// or sqlite:///."]


def _bad_mail(raw: Mapping[str, str]) -> list[str]:
    """What keeps mail from leaving or its links from leading somewhere."""
    if not raw["MAIL_URL"]:
        return []
    mistakes = []
    if raw["MAIL_URL"] != "folder:" and not _is_address(raw["MAIL_URL"], ("smtp", "smtps")):
        mistakes.append(
            f"{PREFIX}MAIL_URL must be smtp://host:port, smtps://host:port or folder:, with"
            " signs of a password such as # or / written as %23 or %2F."
        )
    if not MAIL_ADDRESS.fullmatch(raw["MAIL_FROM"]):
        mistakes.append(f"Set {PREFIX}MAIL_FROM to the address from which mail is sent.")
    if not (raw["DEMO"] == "1" and not raw["PUBLIC_URL"]) and not _is_address(
        raw["PUBLIC_URL"], ("https", "http")
    ):
        mistakes.append(f"Set {PREFIX}PUBLIC_URL to the address of this site, https://….")
    return mistakes


def _bad_desk(raw: Mapping[str, str]) -> list[str]:
    """A desk has a name and a way to reach it."""
    mistakes = []
    mail, reached = raw["SUPPORT_MAIL"], raw["SUPPORT_MAIL"] or raw["SUPPORT_PHONE"]
    if raw["SUPPORT_NAME"] and not reached:
        mistakes.append(f"Set {PREFIX}SUPPORT_PHONE or {PREFIX}SUPPORT_MAIL of the support desk.")
    if reached and not raw["SUPPORT_NAME"]:
        mistakes.append(f"Set {PREFIX}SUPPORT_NAME to the name of the support desk.")
    if mail and not MAIL_ADDRESS.fullmatch(mail):
        mistakes.append(f"{PREFIX}SUPPORT_MAIL must be a mail address, not “{mail}”.")
    return mistakes


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    """Tell whether it names a host, and a port that there can be, by one of the schemes."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = HOST_NAME.fullmatch(host) is not None and not parts.fragment
    return parts.scheme in schemes and is_plain and port != 0


def _bad_secrets(raw: Mapping[str, str]) -> list[str]:
    mistakes = [
        f"Set {PREFIX}{name} to a random text of at least {SHORTEST_SECRET} characters;"
        f" for the demo set {PREFIX}DEMO=1 instead."
        for name in ("SECRET_KEY", "AUDIT_KEY")
        if len(raw[name]) < SHORTEST_SECRET or raw[name] == DEMO_SECRET
    ]
    if not mistakes and raw["SECRET_KEY"] == raw["AUDIT_KEY"]:
        mistakes.append(f"{PREFIX}AUDIT_KEY must differ from {PREFIX}SECRET_KEY.")
    return mistakes
