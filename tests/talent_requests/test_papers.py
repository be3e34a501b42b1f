"""依頼書: all of a request on paper, as a page and as a PDF, as its reader may see it."""

import io
import re

import pytest
from pypdf import PdfReader

from tests import make
from tests.talent_requests.pages import begin, joined, post, written

CELL = re.compile(r"<(?:dt|dd|li|h1|h2|p)\b[^>]*>(.*?)</(?:dt|dd|li|h1|h2|p)>", re.DOTALL)


def pdf_of(client, number):
    made = client.get(f"/requests/{number}/paper.pdf")
    assert made.status_code == 200
    return "".join(
        "".join(p.extract_text() for p in PdfReader(io.BytesIO(made.data)).pages).split()
    )


def page_of(client, number):
    page = client.get(f"/requests/{number}/paper")
    assert page.status_code == 200
    return joined(page)


@pytest.fixture
def submitted(at):
    number = begin(at.officer)
    written(at.officer, number)
    assert post(at.officer, number, "submit").status_code == 302
    return number


@pytest.mark.parametrize("reader", ["officer", "manager", "coordinator"])
def test_all_answers_stand_on_it(at, submitted, reader):
    client = getattr(at, reader)
    for text in (page_of(client, submitted), pdf_of(client, submitted)):
        for words in (
            submitted,
            *("町田市", "デジタル戦略課", "佐藤美咲", "移行計画の工程と費用が妥当か"),
            *("移行計画の点検", "週8時間", "16週", "月1回は市役所", "株式会社サンプル基盤"),
            *("令和8年（2026年）12月7日（月）の週から", "法的根拠", "未定"),
            *("提出済み（受付待ち）", "調整担当者", "これまでの動き", "2026年11月24日（火）09:00"),
        ):
            assert words in text, words


def test_the_pdf_says_what_the_page_says(at, submitted):
    page = at.officer.get(f"/requests/{submitted}/paper").text
    main = re.sub(r'<div class="(?:actions )?no-print">.*?</div>', "", page, flags=re.DOTALL)
    main = main[main.index("<main") : main.index("</main>")]
    cells = ["".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in CELL.findall(main)]
    cells = [cell for cell in cells if "PDFで保存" not in cell]
    made = pdf_of(at.officer, submitted)
    assert [cell for cell in cells if cell not in made] == []
    assert len(cells) > 40


def test_who_passed_it_on_and_when(at, submitted, wanting_endorsement):
    before = page_of(at.officer, submitted)
    assert "所属の確認まだです" in before
    assert "受付まだです" in before
    assert post(at.manager, submitted, "endorse").status_code == 302
    assert post(at.coordinator, submitted, "receive").status_code == 302
    after = page_of(at.officer, submitted)
    assert "所属の確認2026年11月24日（火）09:00鈴木一郎（町田市の担当課長）" in after
    assert "受付2026年11月24日（火）09:00山田花子（調整担当者）" in after


def test_what_came_before_a_return_counts_no_more(at, submitted):
    assert post(at.coordinator, submitted, "receive").status_code == 302
    given_back = post(at.coordinator, submitted, "return", remark="時期を教えてください。")
    assert given_back.status_code == 302
    text = page_of(at.officer, submitted)
    assert "受付まだです" in text
    assert "時期を教えてください。" in text


def test_a_draft_bears_its_mark_and_names_what_is_missing(at):
    number = begin(at.officer)
    for text in (page_of(at.officer, number), pdf_of(at.officer, number)):
        assert "下書き" in text
        assert "困っていること未記入" in text
        assert "提出まだです" in text
    assert 'class="mark"' not in at.officer.get(f"/requests/{number}/paper").text
    assert at.coordinator.get(f"/requests/{number}/paper").status_code == 404


def test_several_possible_bases_are_not_decided(at, submitted):
    assert post(at.coordinator, submitted, "receive").status_code == 302
    path = f"/requests/{submitted}/edit/basis"
    at.coordinator.post(path, data={"basis_codes": ["agreement", "contract"]})
    assert "未定（選べるもの：協定に基づく支援、業務委託）" in page_of(at.coordinator, submitted)
    at.coordinator.post(path, data={"basis_codes": ["agreement"]})
    page = page_of(at.coordinator, submitted)
    assert "協定に基づく支援" in page
    assert "選べるもの" not in page


def test_a_request_under_way_bears_no_mark(at, submitted):
    assert pdf_of(at.officer, submitted).startswith(f"{submitted}町田市出力日")


@pytest.mark.parametrize("reader", ["stranger", "specialist", "admin"])
def test_others_find_nothing(at, submitted, reader):
    for path in ("paper", "paper.pdf"):
        assert getattr(at, reader).get(f"/requests/{submitted}/{path}").status_code == 404


def test_the_case_leads_to_it_and_it_to_the_pdf(at, submitted):
    assert f'href="/requests/{submitted}/paper"' in at.officer.get(f"/requests/{submitted}").text
    page = at.officer.get(f"/requests/{submitted}/paper").text
    assert f'href="/requests/{submitted}/paper.pdf"' in page
    assert "<form" not in page[page.index("<main") :]


def test_the_hours_of_the_body_stand_where_office_hours_are_asked_and_on_the_paper(
    at, submitted, town
):
    asked = f"/requests/{begin(at.officer)}/edit/time"
    paths = [asked, f"/requests/{submitted}", f"/requests/{submitted}/paper"]
    for path in paths:
        assert "町田市の開庁時間" not in joined(at.officer.get(path)), path
    town.office_opens_minute, town.office_closes_minute = 540, 1020
    make.saved(town)
    for path in paths:
        assert "町田市の開庁時間は9:00から17:00まで" in joined(at.officer.get(path)), path
    assert "町田市の開庁時間は9:00から17:00まで" in pdf_of(at.officer, submitted)
    assert "8:30から17:15まで" in joined(at.officer.get(asked))
