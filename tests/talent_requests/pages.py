"""Small helps for the tests of this folder: reading pages and filling in forms."""

import re
from html import unescape

TIMES = {
    "minutes_per_week": "8",
    "inside_minutes_per_week": "6時間",
    "week_count": "16",
    "earliest_on": "令和8年12月7日",
    "latest_end_on": "2027/3/26",
}


def text_of(response) -> str:
    """What a reader sees, tags taken away, white space joined."""
    page = re.sub(r"<(script|style)[\s\S]*?</\1>", "", response.text)
    page = re.sub(r'<span class="u-nowrap">([^<]*)</span>', r"\1", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def joined(response) -> str:
    """The same without any white space, for sentences that tags cut."""
    return text_of(response).replace(" ", "").replace("\u3000", "")


def number_of(response) -> str:
    found = re.search(r"R-\d{4}-\d{4,}", response.location or response.text)
    assert found
    return found[0]


def begin(client, **data) -> str:
    response = client.post("/requests/new", data=data)
    assert response.status_code == 302, text_of(response)
    return number_of(response)


def answer(client, number, step, query="", **data):
    return client.post(f"/requests/{number}/edit/{step}{query}", data=data)


ASKED_FOR = {
    "worry": {"worry": "困っています。"},
    "kind": {"kind": "project"},
    "place": {"place": "online"},
    "data": {"personal_data": "none", "is_procurement": "no"},
    "closing": {"title": "相談", "cost_bearer": ""},
}


def barely_written(client, number) -> None:
    """Answer what must be answered to submit, and nothing else."""
    for step, data in ASKED_FOR.items():
        answer(client, number, step, **data)


def written(client, number, **times) -> str:
    """Answer all questions of a request; returns its number."""
    steps = [
        ("worry", {"worry": "移行計画の工程と費用が妥当か、判断できる人がいません。"}),
        ("wish", {"wish": "移行計画の点検", "theme_code": "standard", "phase_code": "develop"}),
        ("kind", {"kind": "project"}),
        ("role", {"role_code": "SA"}),
        (
            "skills",
            {
                "skills-0-skill_code": "B06",
                "skills-0-level": "2",
                "skills-0-need": "must",
                "skills-1-skill_code": "",
                "skills-1-level": "2",
                "skills-1-need": "wish",
            },
        ),
        ("time", TIMES | times),
        ("place", {"place": "hybrid", "onsite_weekdays": ["1"], "place_note": "月1回は市役所"}),
        (
            "data",
            {
                "personal_data": "none",
                "is_procurement": "no",
                "companies-0-company": "株式会社サンプル基盤",
                "companies-0-corporate_number": "",
                "companies-0-relation": "known",
            },
        ),
        (
            "closing",
            {
                "title": "移行計画の点検",
                "decision_on": "12月2日",
                "cost_bearer": "contribution",
                "cost_note": "",
            },
        ),
    ]
    for step, data in steps:
        response = answer(client, number, step, **data)
        assert response.status_code == 302, (step, text_of(response))
    return number


def submitted(client, **origin) -> str:
    number = written(client, begin(client, **origin))
    response = client.post(f"/requests/{number}/submit", data={})
    assert response.status_code == 302, text_of(response)
    return number


def post(client, number, deed, **data):
    return client.post(f"/requests/{number}/{deed}", data=data)


def opened(at, number) -> str:
    assert post(at.coordinator, number, "receive").status_code == 302
    assert answer(at.coordinator, number, "basis", basis_codes=["agreement"]).status_code == 302
    response = post(
        at.coordinator, number, "open", remark="週12時間の希望を、週8時間に見直しました。"
    )
    assert response.status_code == 302, text_of(response)
    return number
