"""Style sheets travel small, and are asked for again only when they changed; pages stay as they are."""

import gzip

from talentshare.platform.web import HEADERS

SHEET = "/static/css/4-components.css"


def fetched(client, headers=None):
    with client.get(SHEET, headers=headers) as answer:
        answer.get_data()
        return answer


def test_a_sheet_is_squeezed_for_whoever_takes_it(client):
    plain = fetched(client)
    small = fetched(client, {"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 3
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in small.vary
    assert "Content-Encoding" not in fetched(client, {"Accept-Encoding": "gzip;q=0"}).headers
    assert small.headers["X-Content-Type-Options"] == HEADERS["X-Content-Type-Options"]


def test_an_unchanged_sheet_is_not_sent_again(client):
    first = fetched(client, {"Accept-Encoding": "gzip"})
    known = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    again = fetched(client, known)
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_with_a_secret_is_not_squeezed(client):
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
