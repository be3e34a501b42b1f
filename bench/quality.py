"""Checks what a browser receives: HTML by the Nu checker, main pages by Lighthouse.

Usage: python -m bench.quality TOOLS. Performance is rated by the time of the processor, so that a busy
machine costs points: the load average stands beside the figures.
TOOLS is a folder with the npm packages vnu-jar and lighthouse. Writes bench/QUALITY.md; ends with 1
when a goal is missed. QUALITY_INSTANCE names a demo to read instead of a fresh one.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from bench.run import machine
from talentshare.kernel import clock
from tests.browser.conftest import ARGUMENTS, CHROMIUM, serving
from tests.browser.hands import Mouse, sign_in
from tests.browser.pages import PAGES, things_of
from tests.conftest import make_demo

RESULT = Path(__file__).with_name("QUALITY.md")
NAMES = {
    "officer": "tantou.machida",
    "manager": "kachou.machida",
    "coordinator": "chousei1",
    "second": "chousei2",
    "admin": "kanri",
}
LANGUAGES = ("ja", "en")
REFUSED = {"officer": ("/admin/people",), "admin": ("/me/week",), None: ("/healthz/none",)}
WORDING = "/admin/mails/wordings/proposal.notice.offered"
# Pages that only an answer to a form shows: role, the page of the form, where it goes, what is typed.
ANSWERS = (
    (None, "/sign-in", "/sign-in", {"sign_in_name": "nobody", "password": "wrong"}),
    ("officer", "/requests/{draft}/edit/time", "/requests/{draft}/edit/time", {"earliest_on": "x"}),
    ("officer", "/requests/new", "/requests/new", {"template": "none"}),
    ("admin", "/admin/holidays", "/admin/holidays", {"day": "2027-05-10", "name_ja": "休み"}),
    ("admin", "/admin/holidays", "/admin/holidays", {"day": "x", "name_ja": ""}),
    ("admin", "/admin/mails/note", "/admin/mails/note", {"text_ja": "字", "text_en": ""}),
    ("admin", WORDING, WORDING, {"text_ja": "｛番号｝", "text_en": ""}),
    ("admin", "/admin/catalogue/theme/gis", "/admin/catalogue/theme/gis", {"name_ja": ""}),
    ("admin", "/admin/weights", "/admin/weights", {"skill": "1"}),
    ("specialist", "/me/leave", "/me/leave", {"starts_on": "x"}),
)
MAIN = (
    ("sign-in", None, "/sign-in"),
    ("home of an officer", "officer", "/"),
    ("list of requests", "officer", "/requests"),
    ("case", "officer", "/requests/{own}"),
    ("need step", "officer", "/requests/{draft}/edit/time"),
    ("candidates", "coordinator", "/requests/{ranked}/candidates"),
    ("proposal", "officer", "/proposals/{to_machida}"),
    ("availability", "specialist", "/me/availability"),
    ("utilisation", "coordinator", "/reports/utilisation"),
    ("desk", "coordinator", "/desk"),
)
FORMS = ("mobile", "desktop")
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE = 180
TRIES = 3  # on a busy machine a trace may begin too late


def main() -> int:
    tools = Path(sys.argv[1])
    given = os.environ.get("QUALITY_INSTANCE")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(given) if given else Path(name) / "demo"
        if not given:
            make_demo(folder)
        with serving(folder, Path(name) / "served") as (address, served):
            pages, cookies = saved(address, served, Path(name) / "html")
            print(f"{len(pages)} pages saved", flush=True)
            errors = checked(tools, Path(name) / "html", pages)
            scores = list(measured(tools, address, served, cookies, Path(name)))
    missed = [row for row in scores if any(row[2][what] < goal for what, goal in GOALS.items())]
    RESULT.write_text(told(tools, pages, errors, scores), "utf-8")
    print(f"{len(errors)} errors in HTML, {len(missed)} of {len(scores)} scores miss a goal")
    return 1 if errors or missed else 0


@contextmanager
def browser() -> Iterator:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def saved(address: str, served: Path, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Every page as every role in both languages, as files; and the session of each role."""
    folder.mkdir()
    names = NAMES | {"specialist": specialist_name(served)}
    things = things_of(served, names["specialist"])
    pages: dict[str, str] = {}
    cookies: dict[str, str] = {}
    with browser() as chromium:
        for role in PAGES:
            context = chromium.new_context()
            if role:
                sign_in(Mouse(context.new_page(), address), names[role])
                cookies[role] = next(
                    c["value"] for c in context.cookies() if c["name"] == "talentshare"
                )
            for language in LANGUAGES:
                context.add_cookies([{"name": "locale", "value": language, "url": address}])
                for label, html in of_role(context, address, role, things):
                    file = f"{len(pages):04}.html"
                    (folder / file).write_text(html, "utf-8")
                    pages[file] = f"{role or 'stranger'} {language} {label}"
            context.close()
    return pages, cookies


def of_role(context: BrowserContext, address: str, role: str | None, things: dict) -> Iterator:
    for path in (*PAGES[role], *REFUSED.get(role, ())):
        yield path, context.request.get(address + path.format(**things)).text()
    for who, shown, path, typed in ANSWERS:
        if who == role:
            page = context.request.get(address + shown.format(**things)).text()
            token = TOKEN.search(page)
            form = typed | {"csrf_token": token[1] if token else ""}
            answer = context.request.post(address + path.format(**things), form=form)
            yield f"POST {path} ({answer.status})", answer.text()


def specialist_name(served: Path) -> str:
    with sqlite3.connect(served / "talentshare.sqlite") as connection:
        return connection.execute(
            "SELECT json_extract(details, '$.sign_in_name') FROM audit_event"
            " WHERE deed = 'demo.persona_chosen' ORDER BY seq DESC"
        ).fetchone()[0]


def checked(tools: Path, folder: Path, pages: dict[str, str]) -> list[str]:
    """What the Nu checker calls an error, each with its page."""
    jar = tools / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--errors-only", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stderr or done.stdout)["messages"]
    return [f"{pages[Path(m['url']).name]}: {m['message']} {m.get('extract', '')!r}" for m in found]


def measured(
    tools: Path, address: str, served: Path, cookies: dict[str, str], folder: Path
) -> Iterator[tuple[str, str, dict[str, int], list[str]]]:
    """Lighthouse's scores of each main page on a phone and on a desk, and what it minds."""
    names = NAMES | {"specialist": specialist_name(served)}
    things = things_of(served, names["specialist"])
    for title, role, path in MAIN:
        for form in FORMS:
            cookie = f"talentshare={cookies[role]}; locale=ja" if role else "locale=ja"
            report = lighthouse(tools, address + path.format(**things), cookie, form, folder)
            scores = {name: round(report["categories"][name]["score"] * 100) for name in GOALS}
            minded = [
                audit["id"]
                for name in GOALS
                for ref in report["categories"][name]["auditRefs"]
                if ref["weight"]
                and (audit := report["audits"][ref["id"]])["score"] not in {None, 1}
            ]
            print(title, form, scores, minded, flush=True)
            yield title, form, scores, minded


def lighthouse(tools: Path, url: str, cookie: str, form: str, folder: Path) -> dict:
    headers, out = folder / "headers.json", folder / "report.json"
    headers.write_text(json.dumps({"Cookie": cookie}), "utf-8")
    command = [
        *("node", str(tools / "node_modules/lighthouse/cli/index.js"), url, "--quiet"),
        *("--output=json", f"--output-path={out}", f"--extra-headers={headers}"),
        *(f"--chrome-flags={FLAGS}", f"--only-categories={','.join(GOALS)}"),
        *(["--preset=desktop"] if form == "desktop" else []),
    ]
    environment = os.environ | {"CHROME_PATH": str(CHROMIUM)}
    for attempt in range(1, TRIES + 1):
        done = subprocess.run(command, env=environment, check=False, timeout=PATIENCE)
        if done.returncode == 0:
            return json.loads(out.read_text("utf-8"))
        print(f"{url}: no trace, attempt {attempt}", flush=True)
    raise SystemExit(f"Lighthouse did not rate {url}")


def version_of(tools: Path, package: str) -> str:
    return json.loads((tools / f"node_modules/{package}/package.json").read_text())["version"]


def told(tools: Path, pages: dict, errors: list[str], scores: list) -> str:
    chromium = subprocess.run(
        [str(CHROMIUM), "--version"], capture_output=True, text=True, check=True
    )
    lines = [
        *("# What a browser receives", ""),
        f"{clock.now():%Y-%m-%d %H:%M} UTC, `make quality`, on the demo.",
        "",
        *machine()[2:],
        (
            f"- {chromium.stdout.strip()}, Lighthouse {version_of(tools, 'lighthouse')},"
            f" Nu Html Checker {version_of(tools, 'vnu-jar')}"
        ),
        *("", "## HTML", ""),
        (
            f"{len(pages)} pages, as every role, in both languages, refusals and answers to forms among"
            f" them: {len(errors)} errors (goal: 0)."
        ),
        *(f"- {error}" for error in errors[:50]),
        *("", "## Lighthouse", ""),
        f"Goals: {', '.join(f'{what} ≥ {goal}' for what, goal in GOALS.items())}.",
        "",
        "| page | form | performance | accessibility | best practices | minded |",
        "|---|---|---:|---:|---:|---|",
        *(
            f"| {title} | {form} | {' | '.join(str(figures[what]) for what in GOALS)} |"
            f" {', '.join(minded)} |"
            for title, form, figures, minded in scores
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
