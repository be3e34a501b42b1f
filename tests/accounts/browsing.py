"""What a browser does on the pages of accounts, in words."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

PASSWORD = "umi-ni-shizumu-yuuhi"


def status(client):
    """Of a page that only the signed-in see: 200 or 302."""
    return client.get("/account").status_code


def csrf(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def signed_in(browser, name="kanri", path="/sign-in", password=PASSWORD):
    """Sign in on the real page, protection against forgery included."""
    token = csrf(browser.get(path))
    form = {"sign_in_name": name, "password": password, "csrf_token": token}
    return browser.post(path, data=form)


def sent_too_late(browser, still_clock, data, path):
    """Open a form, fill it in, and send it after the session has run out."""
    signed_in(browser)
    form = dict(data, csrf_token=csrf(browser.get(path)))
    still_clock(timedelta(minutes=31))
    return browser.post(path, data=form)


def goal(answer):
    """Where the sign-in page will lead."""
    place = urlsplit(answer.headers["Location"])
    assert place.path == "/sign-in"
    return parse_qs(place.query)["next"][0]


def link_in(page):
    """The path of the one-time link that a page shows."""
    return re.search(r"http://[^/]+(/account/set-password/[\w-]+)", page.text)[1]
