"""What a hand does on a page: read it, press one of its buttons, follow where that leads."""

import re
from html import unescape

HIDDEN = re.compile(r'name="(version)" value="([^"]+)"')
FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def seen(client, path: str) -> str:
    """What stands on a page, without tags and white space."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return plain(answer.text)


def plain(page: str) -> str:
    page = page[page.index("<main") : page.index("</main>")]
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", " ", text)))


def press(client, page: str, to: str, **data):
    """Read `page`, send a form of it to `to`."""
    read = client.get(page)
    assert read.status_code == 200, (page, read.status_code)
    return client.post(to, data=dict(HIDDEN.findall(read.text)) | data)


def desk(client, proposal: int, deed: str, **data):
    """One move at the coordinator's desk."""
    page = f"/proposals/{proposal}"
    return press(client, page, f"{page}/desk/{deed}", form=deed, **data)


def reply(client, proposal: int, form: str, **data):
    """The specialist's answer."""
    page = f"/offers/{proposal}"
    return press(client, page, f"{page}/answer", form=form, **data)


def decide(client, proposal: int, answer: str = "agree", **data):
    """The body's answer with its own decision."""
    page = f"/proposals/{proposal}"
    decision = {
        "form": "decision",
        "answer": answer,
        "decided_on": "令和8年11月24日",
        "decider_title": "デジタル戦略課長",
        "document_number": "8町デ第12号",
    }
    return press(client, page, f"{page}/answer", **decision | data)


def ways(page: str) -> list[tuple[str, dict[str, str]]]:
    """The ways out of a refusal: where each leads, and what it sends."""
    return [
        (unescape(action), {name: unescape(value) for name, value in FIELD.findall(body)})
        for action, body in FORM.findall(page)
        if 'class="way"' in body
    ]


def done(answer) -> int:
    """The move was made; the number at the end of the address that it leads to."""
    assert answer.status_code == 302, plain(answer.text)
    found = re.search(r"/(\d+)$", answer.location)
    return int(found[1]) if found else 0
