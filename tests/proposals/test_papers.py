"""起案用資料 as a page and as a PDF: the same words, one sheet, for the same people."""

import io
import re
import sys

import pytest
from pypdf import PdfReader

from talentshare.platform import paper
from talentshare.platform.db import db
from tests import make
from tests.proposals.crawl import words_of
from tests.proposals.stage import ready

CELL = re.compile(r"<(?:dt|dd|li|h1|h2)\b[^>]*>(.*?)</(?:dt|dd|li|h1|h2)>", re.DOTALL)


def both(client, it):
    page = client.get(f"/proposals/{it.id}/paper")
    made = client.get(f"/proposals/{it.id}/paper.pdf")
    assert (page.status_code, made.status_code) == (200, 200)
    return page, made


def cells(page):
    """Each fact of the page, without marks and blanks."""
    main = page.text[page.text.index("<main") :]
    main = main[: main.index("</main>")]
    return ["".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in CELL.findall(main)]


def sheets(made):
    return len(PdfReader(io.BytesIO(made.data)).pages)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_pdf_says_what_the_page_says(stage, browse, locale):
    page, made = both(browse(stage.officer, locale), stage.to("proposed"))
    text = words_of(made)
    missing = [cell for cell in cells(page) if cell not in text]
    assert missing == []
    assert len(cells(page)) > 15
    assert stage.request.number in text


def test_it_is_saved_under_the_number(stage, browse):
    made = both(browse(stage.officer), stage.to("proposed"))[1]
    assert made.mimetype == "application/pdf"
    assert (
        f"attachment; filename={stage.request.number}_.pdf" in made.headers["Content-Disposition"]
    )
    assert made.headers["Cache-Control"] == "no-store"


def test_the_page_leads_to_the_pdf(stage, browse):
    it = stage.to("proposed")
    page = browse(stage.officer).get(f"/proposals/{it.id}/paper")
    assert f'href="/proposals/{it.id}/paper.pdf"' in page.text
    assert re.search(r"<button[^>]*data-print hidden>印刷する", page.text)
    assert "js/print.js" in page.text


def test_the_decision_stands_in_both_eras(stage, browse):
    it = stage.to("confirmed")
    page, made = both(browse(stage.officer), it)
    assert "令和8年（2026年）11月24日（火）" in page.text
    assert "令和8年（2026年）11月24日（火）" in words_of(made)


def test_every_year_stands_in_both_eras_as_official_papers_write_it(stage, browse):
    page, made = both(browse(stage.officer), stage.to("proposed"))
    period = "令和8年（2026年）12月7日（月）の週から、令和8年（2026年）12月28日（月）の週まで"
    assert period in page.text
    assert period in words_of(made)
    years = re.findall(r"(.{0,3})20\d\d年", " ".join(cells(page)))
    assert years
    assert [before for before in years if not before.endswith("年（")] == []
    english = browse(stage.officer, "en").get(page.request.path).text
    assert "Mon 7 December 2026" in english


def test_the_longest_texts_stay_on_one_sheet(stage, browse):
    it = stage.to("proposed")
    request, who = stage.request, it.specialist.person
    request.title = "窓口手続オンライン化推進計画策定支援業務" * 5
    request.worry = "申請の受付から交付までの手順が課ごとに異なり、引継ぎに時間がかかります。" * 27
    request.place_note = "本庁舎" * 30
    who.name = "寿限無寿限無五劫の擦り切れ" * 7
    it.cost_note = "交通費は実費とし、年度末に精算します。" * 20
    db.session.commit()
    made = both(browse(stage.officer), it)[1]
    text = words_of(made)
    assert sheets(made) == 1
    for words in (request.title, request.worry, who.name):
        assert words in text


def test_what_people_type_stays_text(stage, browse, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("x", "utf-8")
    stage.request.title = f'<img src="{secret.as_uri()}"><h1>見出し</h1>'
    db.session.commit()
    text = words_of(both(browse(stage.officer), stage.to("proposed"))[1])
    assert f'<imgsrc="{secret.as_uri()}"><h1>見出し</h1>' in text


def test_others_find_nothing(stage, browse):
    it = stage.to("proposed")
    path = f"/proposals/{it.id}/paper.pdf"
    for who in (make.officer(), make.manager(), it.specialist, ready(), make.admin()):
        assert browse(who).get(path).status_code == 404
    early = stage.prepare(ready())
    assert browse(stage.owner).get(f"/proposals/{early.id}/paper.pdf").status_code == 404


def test_without_the_press_the_page_says_what_to_do(stage, browse, monkeypatch):
    it = stage.to("proposed")
    monkeypatch.setitem(sys.modules, paper.PRESS, None)
    answer = browse(stage.officer).get(f"/proposals/{it.id}/paper.pdf")
    assert answer.status_code == 503
    assert "Pango" in answer.text
    assert "ブラウザーの印刷" in answer.text
