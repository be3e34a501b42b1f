"""Papers as PDF: the same for the same page, for screen readers too, made of own files alone."""

import hashlib
import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from talentshare.kernel.errors import Unavailable
from talentshare.platform import paper
from talentshare.platform.press import OwnFiles

PAGE = """<html lang="{lang}"><head><title>{title}</title></head><body>
<p class="reference" data-reference="R-2026-0142">町田市</p>
<h1>起案用資料</h1>{body}</body></html>"""
LONG = "庁内の手続をまとめて見直し、関係する課の意見を聞き取ります。" * 60


def page_of(body="", title="起案用資料：R-2026-0142", lang="ja"):
    return PAGE.format(body=body, title=title, lang=lang)


def read(made):
    return PdfReader(io.BytesIO(made))


def text_of(made):
    return "".join("".join(page.extract_text() for page in read(made).pages).split())


def fonts_of(made):
    found = set()
    for page in read(made).pages:
        for font in page["/Resources"]["/Font"].values():
            for inner in font.get_object()["/DescendantFonts"]:
                file = inner.get_object()["/FontDescriptor"].get_object()["/FontFile2"]
                found.add((font.get_object()["/BaseFont"], len(file.get_object().get_data())))
    return found


def test_a_paper_says_what_it_is_and_can_be_read_aloud():
    made = read(paper.pdf(page_of("<table><tr><th scope=row>件名</th><td>窓口</td></tr></table>")))
    root = made.trailer["/Root"]
    assert made.metadata["/Title"] == "起案用資料：R-2026-0142"
    assert root["/Lang"] == "ja"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_footer_names_the_request_and_the_page():
    text = text_of(paper.pdf(page_of(f"<p>{LONG}</p><p>{LONG}</p>")))
    assert "R-2026-01421/2" in text
    assert "R-2026-01422/2" in text


def test_a_subset_of_the_own_fonts_is_embedded():
    found = fonts_of(paper.pdf(page_of("<p>髙﨑 渡邉<b>太字</b></p>")))
    assert {name.partition("+")[2] for name, _ in found} == {
        "BIZ-UDPGothic",
        "BIZ-UDPGothic-Bold",
    }
    assert max(size for _, size in found) < 400_000


def test_the_same_page_gives_the_same_bytes_in_another_process_too():
    here = paper.pdf(page_of())
    assert paper.pdf(page_of()) == here
    other = "import sys\nfrom talentshare.platform import paper\nimport hashlib\n"
    other += "print(hashlib.sha256(paper.pdf(sys.argv[1])).hexdigest())"
    done = subprocess.run(
        [sys.executable, "-c", other, page_of()], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()
    assert paper.pdf(page_of("<p>別</p>")) != here


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/x.png",
        "https://example.org/x.css",
        "file:///etc/hostname",
        "data:image/png;base64,iVBORw0KGgo=",
        "press:",
        "press:OFL.txt",
        "press:../paper.py",
        "press:/etc/hostname",
        "x/press:paper.css",
    ],
)
def test_nothing_but_the_own_files_is_fetched(url):
    with pytest.raises(ValueError, match="own files"):
        OwnFiles().fetch(url)


def test_the_own_files_are_found():
    assert OwnFiles().fetch("press:paper.css").read().startswith(b"/* paper.css")


def test_what_a_page_asks_for_from_elsewhere_is_left_out(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("h1::after { content: '漏れた文' }", "utf-8")
    body = f'<link rel="stylesheet" href="{secret.as_uri()}"><style>@import "{secret.as_uri()}";</style>'
    body += f'<a rel="attachment" href="{secret.as_uri()}">添付</a>'
    made = paper.pdf(page_of(body))
    assert "漏れた文" not in text_of(made)
    assert list(read(made).attachments) == []


def test_on_one_page_means_one_page_with_every_word():
    body = f"<p>{LONG}{LONG[:400]}終わり</p>"
    assert len(read(paper.pdf(page_of(body))).pages) == 2
    made = paper.pdf(page_of(body), on_one_page=True)
    assert len(read(made).pages) == 1
    assert "終わり" in text_of(made)


def test_what_does_not_fit_even_so_goes_on_to_the_next_page():
    made = paper.pdf(page_of(f"<p>{LONG * 4}終わり</p>"), on_one_page=True)
    assert len(read(made).pages) > 1
    assert "終わり" in text_of(made)


def test_without_pango_it_is_said_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, paper.PRESS, None)
    with pytest.raises(Unavailable, match=r"press\.missing"):
        paper.pdf(page_of())
