"""`talentshare audit`: what it prints, its exit status, and files with published links."""

import pytest

from talentshare.accounts import actions as accounts
from talentshare.cli import main
from talentshare.kernel.actor import SYSTEM
from talentshare.platform import events
from talentshare.platform.db import db
from tests.conftest import settings

HOLDS, UNUSABLE, BROKEN, GONE = range(4)
HASH = "ab" * 32


@pytest.fixture
def head(app, sqlite_url, tmp_path, monkeypatch):
    """A chain with one deed, for the command to find; its last link."""
    for name, value in settings(sqlite_url, tmp_path)["ENVIRONMENT"].items():
        monkeypatch.setenv(name, value)
    accounts.create_first_admin(
        SYSTEM, "kanri", "管理 一郎", "カンリ イチロウ", "a fine long pass 2026"
    )
    seq, link = events.head()
    db.session.remove()
    return f"{seq} {link}"


@pytest.fixture
def verified(tmp_path, capsys):
    """Verify against a file: the exit status, and what was said."""

    def verified(content):
        path = tmp_path / "anchor"
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        status = main(["audit", "verify", "--anchor", str(path)])
        told = capsys.readouterr()
        return status, (told.out + told.err).replace(str(tmp_path), "").strip()

    return verified


def test_the_head_can_be_published_and_verified(head, verified, capsys):
    assert main(["audit", "head"]) == HOLDS
    assert capsys.readouterr().out == f"{head}\n"
    assert verified(head) == (HOLDS, f"The audit chain holds: {head.split()[0]} deeds.")


@pytest.mark.parametrize(
    "written",
    ["{}", "{}\n", "{}\r\n", "\r\n{}\r\n\r\n{}\r\n", "  {}  \n", "\ufeff{}\n", "0 {genesis}\n{}\n"],
)
def test_lines_end_as_any_machine_ends_them(head, verified, written):
    content = written.replace("{}", head).replace("{genesis}", events.GENESIS.hex())
    assert verified(content)[0] == HOLDS
    assert verified(content.upper())[0] == HOLDS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "/anchor cannot be read: No such file or directory."),
        (b"", "/anchor has no published link in it."),
        (b"\r\n \n", "/anchor has no published link in it."),
        (b"\x00\xff\xfe\x80", "/anchor is not plain text in UTF-8."),
        (f"1 {HASH}".encode("utf-16"), "/anchor is not plain text in UTF-8."),
        (b"\x00\x01", "/anchor, line 1 is not a published link."),
        (f"1 {HASH}\n\nnonsense\n", "/anchor, line 3 is not a published link."),
        (f"1 {HASH} more", "/anchor, line 1 is not a published link."),
        (f"one {HASH}", "/anchor, line 1 is not a published link."),
        (f"-1 {HASH}", "/anchor, line 1 is not a published link."),
        (f"１ {HASH}", "/anchor, line 1 is not a published link."),
        (f"{10**40} {HASH}", "/anchor, line 1 is not a published link."),
        ("1 abc", "/anchor, line 1 is not a published link."),
        ("1", "/anchor, line 1 is not a published link."),
        (f"1 {HASH[:-1]}g", "/anchor, line 1 is not a published link."),
    ],
)
def test_an_unusable_file_is_named_with_its_line_and_what_is_expected(
    head, verified, content, said
):
    status, told = verified(content)
    assert status == UNUSABLE
    assert told.startswith(said)
    assert told.count("\n") == 0
    assert content is None or "64 hexadecimal digits" in told


def test_a_folder_is_not_a_file(head, tmp_path, capsys):
    assert main(["audit", "verify", "--anchor", str(tmp_path)]) == UNUSABLE
    assert capsys.readouterr().err == f"{tmp_path} cannot be read: Is a directory.\n"


def test_a_published_link_that_is_gone_is_named(head, verified):
    seq = int(head.split()[0])
    gone = f"The chain no longer holds what was published as {seq}."
    assert verified(f"{seq} {HASH}") == (GONE, gone)
    assert verified(f"{head}\n{10**17} {HASH}")[0] == GONE


def test_a_broken_chain_is_told_before_any_link(head, verified, monkeypatch):
    monkeypatch.setenv("TALENTSHARE_AUDIT_KEY", "another key of more than 32 characters")
    assert verified(f"9 {HASH}") == (BROKEN, "The audit chain is broken at 1.")
