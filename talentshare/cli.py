"""The command `talentshare`."""

import argparse
import getpass
import json
import os
import re
import runpy
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from talentshare import background, config
from talentshare.accounts import actions as accounts
from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.app import create_app
from talentshare.catalogue import actions as catalogue
from talentshare.demo import ground
from talentshare.demo import run as demo
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Refusal
from talentshare.matching import actions as ranking
from talentshare.matching import queries as matching
from talentshare.platform import anchors, backup, events, formats, i18n, schema
from talentshare.platform.db import db
from talentshare.serving import jobs_beside, run_server, stop_without

REFUSED, BROKEN, MISMATCH = 1, 2, 3
LONGEST_PLAN = 1e6  # seconds
STOPPED = 128 + signal.SIGTERM
UNUSABLE = (FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError)
WHERE = "TALENTSHARE_DATABASE_URL and TALENTSHARE_INSTANCE say where it is; see docs/settings.md."

NOT_PUT_INTO_USE = (
    "The restored database is not as it must be and is not put into use:"
    " restore another file into a new, empty database."
)
OLDER = (
    "It is at the older revision {}: `talentshare db upgrade` comes next,"
    " then `talentshare check` and `talentshare audit verify`."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command; its number is the exit status."""
    options = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except config.BadSettings as bad:
        print("\n".join(bad.mistakes), file=sys.stderr)
        return BROKEN
    except (demo.Unfit, backup.Unfit) as unfit:
        print(unfit, file=sys.stderr)
        return REFUSED
    except Refusal as refusal:
        print(said(refusal), file=sys.stderr)
        return REFUSED
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        print(f"The database cannot be used: {reason}.\n{WHERE}", file=sys.stderr)
        return BROKEN
    except UNUSABLE as error:
        print(f"{error.filename} cannot be used: {error.strerror}.\n{WHERE}", file=sys.stderr)
        return BROKEN


def said(refusal: Refusal) -> str:
    """The sentence of a refusal in the language of the command."""
    app = Flask(__name__)
    i18n.init_app(app, lambda: "en")
    with app.app_context():
        return i18n.sentence(refusal.code, **formats.worded(refusal.details))


def parser() -> argparse.ArgumentParser:
    """The words that the command understands."""
    top = argparse.ArgumentParser(prog="talentshare", description=main.__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add(commands, "serve", serve, "Serve the application.")
    database = add(commands, "db", db_command, "Bring the database to a revision, or look at it.")
    database.add_argument("step", choices=("upgrade", "downgrade", "check"))
    database.add_argument("revision", nargs="?", default="head")
    rank = add(commands, "rank", rank_command, "Rank the pool for the positions of a request.")
    rank.add_argument("number", metavar="REF", help="reference number, such as R-2026-0142")
    rank.add_argument("--json", action="store_true", help="one JSON list instead of lines")
    add(commands, "check", check_command, "Recompute every invariant; exit 1 if one is broken.")
    audit = add(commands, "audit", audit_command, "Verify the audit chain, or print its head.")
    audit.add_argument("step", choices=("verify", "head"))
    audit.add_argument("--anchor", type=Path, help="file with lines of `SEQ HASH`")
    _add_backup(commands)
    admin = add(
        commands, "admin", admin_command, "Make an administrator, who invites everybody else."
    )
    admin.add_argument("step", choices=("create",))
    admin.add_argument("--sign-in-name", required=True)
    admin.add_argument("--name", required=True)
    admin.add_argument("--kana", required=True)
    jobs = add(commands, "jobs", jobs_command, "Run what happens by itself, list it, or run one.")
    jobs.add_argument("step", choices=("serve", "list", "run"))
    jobs.add_argument("name", nargs="?", choices=[job.name for job in background.JOBS])
    jobs.add_argument("--with-parent", action="store_true", help="end with the starting process")
    mail = add(commands, "mail", mail_command, "Note a mail that came back, from a file or a pipe.")
    mail.add_argument("step", choices=("returned",))
    mail.add_argument("file", type=argparse.FileType("rb"), help="the message; - for a pipe")
    _add_plan(commands)
    _add_demo(commands)
    return top


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    meaning: str,
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=meaning, description=meaning)
    made.set_defaults(run=run)
    return made


def _add_backup(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    out = add(
        commands, "backup", backup_command, "Copy the database into a new file, while serving."
    )
    out.add_argument("file", type=Path, metavar="FILE", help="new file; it is never overwritten")
    back = add(commands, "restore", restore_command, "Fill an empty database from such a file.")
    back.add_argument("file", type=Path, metavar="FILE", help="file made by `talentshare backup`")
    back.add_argument("--check", action="store_true", help="look at the file only")


def _add_plan(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    made = add(commands, "plan", plan_command, "Plan all positions of an instance, with a proof.")
    made.add_argument("--instance", type=Path, required=True, metavar="FILE")
    made.add_argument("--out", type=Path, required=True, metavar="FILE", help="the plan, as JSON")
    made.add_argument(
        "--time-limit", type=seconds, metavar="S", help="seconds; without it, to the end"
    )
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--objective", choices=("total", "served_then_total"), default="total")
    made.add_argument(
        "--floor-hours", type=floor, default=0, metavar="H", help="for each body, over all weeks"
    )


def floor(text: str) -> int:
    """Hours for each body. Errors: ArgumentTypeError."""
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of hours up to 999999")
    return int(text)


def seconds(text: str) -> float:
    """A time limit. Errors: ArgumentTypeError."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 < found < LONGEST_PLAN:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return found


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    made = add(commands, "demo", demo_command, "Fill the fictional Tokyo, do the main job, serve.")
    made.add_argument("--no-serve", action="store_true", help="do the job only")
    made.add_argument("--size", choices=("tokyo", "full", "japan"), default=None)
    made.add_argument("--seed", type=int, default=None)
    made.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DATE")
    made.add_argument("--fresh", action="store_true", help="make an existing demo anew")


def checked_app(environment: dict[str, str] | None = None) -> Flask:
    """The app, after a look at the database: without its guards nothing is served."""
    app = create_app({"ENVIRONMENT": environment or dict(os.environ)})
    with app.app_context():
        defects = schema.defects() or (ground.defects() if app.config["DEMO"] else [])
        db.engine.dispose()  # a server forks: its processes must not share this connection
    if defects:
        raise config.BadSettings(defects)
    return app


def serve(_options: argparse.Namespace) -> int:
    app = checked_app()
    with app.app_context():
        allocations.open_weeks_for_all(SYSTEM)
        db.engine.dispose()
    run_server(app)
    return 0


def db_command(options: argparse.Namespace) -> int:
    with create_app({"ENVIRONMENT": dict(os.environ)}).app_context():
        if options.step == "upgrade":
            schema.upgrade(options.revision)
            if options.revision == "head":
                catalogue.load(SYSTEM)
                ranking.load_weights(SYSTEM)
                allocations.open_weeks_for_all(SYSTEM)
        elif options.step == "downgrade":
            schema.downgrade(options.revision)
        defects = schema.defects() if options.step != "downgrade" else []
    print("\n".join(defects) or "The database is as it must be.")
    return BROKEN if defects else 0


def rank_command(options: argparse.Namespace) -> int:
    with checked_app().app_context():
        told = matching.told(SYSTEM, options.number)
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for position in told:
        print(f"{position['position']}: {len(position['candidates'])} candidates")
        for line in position["candidates"]:
            print(f"  {line['score']:>6}  {line['specialist']}  {' '.join(line['reasons'])}")
    return 0


def check_command(_options: argparse.Namespace) -> int:
    with checked_app().app_context():
        defects = allocation_queries.check()
    print("\n".join(defects) or "Every invariant holds.")
    return REFUSED if defects else 0


def audit_command(options: argparse.Namespace) -> int:
    try:
        published = anchors.published_links(options.anchor) if options.anchor else []
    except anchors.UnusableFile as fault:
        print(fault, file=sys.stderr)
        return REFUSED
    with checked_app().app_context():
        if options.step == "head":
            print(*events.head())
            return 0
        broken = events.first_break()
        if broken is not None:
            print(f"The audit chain is broken at {broken}.")
            return BROKEN
        lost = anchors.lost_link(published)
        if lost is not None:
            print(f"The chain no longer holds what was published as {lost}.")
            return MISMATCH
        print(f"The audit chain holds: {events.head()[0]} deeds.")
    return 0


def jobs_command(options: argparse.Namespace) -> int:
    if options.step == "run" and not options.name:
        print("Name the job; `talentshare jobs list` lists them.", file=sys.stderr)
        return REFUSED
    app = checked_app()
    if options.step == "serve":
        if not options.with_parent:
            app.logger.setLevel("INFO")
        serve_jobs(app, with_parent=options.with_parent)
        return 0
    if options.step == "list":
        for line in background.listed(app):
            print(line)
        return 0
    job = background.job_named(options.name)
    is_done = job is not None and background.run_now(app, job)
    print(f"{options.name} {'is done' if is_done else 'failed; the log says why'}.")
    return 0 if is_done else REFUSED


def serve_jobs(app: Flask, *, with_parent: bool) -> None:
    """Run the jobs until a signal says stop, or the process that started this one is gone."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        Thread(target=stop_without, args=(os.getppid(), stop), daemon=True).start()
    background.serve(app, stop)


def plan_command(options: argparse.Namespace) -> int:
    command = runpy.run_module("talentshare.engine.planning.command")
    aim, files = (options.objective, options.floor_hours), (options.instance, options.out)
    status: int = command["planned"](*files, options.time_limit, options.seed, aim)
    command["leave"](status)
    return status


def mail_command(options: argparse.Namespace) -> int:
    with checked_app().app_context():
        print(background.take_back(options.file.read()))
    return 0  # a mail server that pipes must not send the answer to an answer


def backup_command(options: argparse.Namespace) -> int:
    with at_work() as app:
        made = backup.take(db.engine, options.file, events.audit_key())
    print(f"{options.file} holds {made}.")
    backup.note(Path(app.instance_path), options.file, made)
    return 0


def restore_command(options: argparse.Namespace) -> int:
    with at_work():
        file, engine = options.file, db.engine
        found = backup.read(file, events.audit_key())
        if options.check:
            print(f"{file} is whole and holds {found}.")
            return 0
        backup.require_room(engine, file, found)
        with backup.restored(engine, file, found) as url:
            verify_copy(url, found)
    print(f"Every table is as it was backed up: digest {found.digest}.")
    if backup.is_newest(found):
        print("The guards of the ledger and of the audit stand, and every invariant holds.")
        print(f"The audit chain holds: {found.audit_seq} deeds.")
    else:
        print(OLDER.format(found.revision))
    if found.roles:
        print(f"Rights of other roles are not restored, grant them anew: {', '.join(found.roles)}.")
    return 0


def verify_copy(url: URL, wanted: backup.Manifest) -> None:
    """A restored database that is not as it must be is not put into use."""
    with at_work(SQLALCHEMY_DATABASE_URI=url):
        defects = broken_in(wanted)
    if defects:
        raise config.BadSettings([NOT_PUT_INTO_USE, *defects])


def broken_in(wanted: backup.Manifest) -> list[str]:
    with db.engine.connect() as connection:
        defects = backup.differences(connection, wanted)
    if defects or not backup.is_newest(wanted):
        return defects
    defects = schema.defects(of_a_copy=True) or allocation_queries.check()
    broken = events.first_break()
    return defects if broken is None else [*defects, f"The audit chain is broken at {broken}."]


@contextmanager
def at_work(**settings: object) -> Iterator[Flask]:
    """An app that lets its database go at the end; told to stop, it still puts things in order."""
    app = create_app({"ENVIRONMENT": dict(os.environ), **settings})
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            signal.signal(signal.SIGTERM, before)


def admin_command(options: argparse.Namespace) -> int:
    password = os.environ.get("PASSWORD") or getpass.getpass("Password: ")
    with checked_app().app_context():
        made = accounts.create_first_admin(
            SYSTEM, options.sign_in_name, options.name, options.kana, password
        )
    print(f"{made.sign_in_name} can sign in.")
    return 0


def demo_command(options: argparse.Namespace) -> int:
    environment = demo.environment(os.environ)
    app = create_app({"ENVIRONMENT": environment, "DURABLE": False})
    order = demo.Order(options.size, options.seed, options.as_of, fresh=options.fresh)
    with app.app_context():
        result = demo.run(order, Path(app.instance_path))
    print(json.dumps(result, ensure_ascii=False), flush=True)
    if not options.no_serve:
        with app.app_context():
            demo.say_where(environment)
        with jobs_beside(environment):
            run_server(checked_app(environment))
    return 0


if __name__ == "__main__":
    sys.exit(main())
