"""Settings: each mistake is a sentence, all at once."""

from pathlib import Path

import pytest

from talentshare import config

SECRETS = {"TALENTSHARE_SECRET_KEY": "s" * 32, "TALENTSHARE_AUDIT_KEY": "a" * 32}
DEMO = {"TALENTSHARE_DEMO": "1"}


def mistakes(**given):
    names = {f"TALENTSHARE_{name}": value for name, value in given.items()}
    with pytest.raises(config.BadSettings) as refused:
        config.read(SECRETS | names)
    assert str(refused.value) == "\n".join(refused.value.mistakes)
    return refused.value.mistakes


def test_two_secrets_are_enough_for_production(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = config.read(SECRETS)
    assert (found.secret_key, found.audit_key) == ("s" * 32, "a" * 32)
    assert found.database_url == f"sqlite:///{tmp_path / 'instance' / 'talentshare.sqlite'}"
    assert found.is_sqlite
    assert (found.demo, found.https, found.proxies) == (False, True, 0)
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert found.instance == Path(tmp_path / "instance")


def test_the_demo_needs_nothing():
    found = config.read(DEMO)
    assert found.demo
    assert found.secret_key == found.audit_key == config.DEMO_SECRET


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////srv/x.sqlite", "sqlite:////srv/x.sqlite"),
    ],
)
def test_each_kind_of_database_is_understood(given, url):
    found = config.read(SECRETS | {"TALENTSHARE_DATABASE_URL": given})
    assert found.database_url == url
    assert found.is_sqlite == url.startswith("sqlite")


def test_a_support_desk_has_a_name_and_a_way_to_reach_it():
    assert config.read(SECRETS).support_desk is None
    found = mistakes(SUPPORT_NAME="システム窓口", SUPPORT_HOURS="平日")
    assert found == [
        "Set TALENTSHARE_SUPPORT_PHONE or TALENTSHARE_SUPPORT_MAIL of the support desk."
    ]
    assert "SUPPORT_NAME" in mistakes(SUPPORT_PHONE="03-0000-0000")[0]
    assert "must be a mail address" in mistakes(SUPPORT_NAME="窓口", SUPPORT_MAIL="x@")[0]
    desk = config.read(
        SECRETS | {"TALENTSHARE_SUPPORT_NAME": "窓口", "TALENTSHARE_SUPPORT_PHONE": "03-0000-0000"}
    ).support_desk
    assert (desk.name_ja, desk.name_en, desk.phone, desk.mail) == (
        "窓口",
        "窓口",
        "03-0000-0000",
        "",
    )


def test_spaces_around_a_value_do_not_count():
    found = config.read(SECRETS | {"TALENTSHARE_PORT": " 8080 "})
    assert found.port == 8080


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY to a random text of at least 32"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY to a random text of at least 32"),
        ({"AUDIT_KEY": ""}, "AUDIT_KEY to a random text of at least 32"),
        ({"AUDIT_KEY": "s" * 32}, "AUDIT_KEY must differ from TALENTSHARE_SECRET_KEY"),
        ({"SECRET_KEY": config.DEMO_SECRET}, "SECRET_KEY to a random text"),
        ({"DEMO": "yes"}, "DEMO must be 0 or 1, not “yes”"),
        ({"HTTPS": ""}, "HTTPS must be 0 or 1"),
        ({"PORT": "http"}, "PORT must be a whole number from 0 to 65535, not “http”"),
        ({"PORT": "65536"}, "PORT must be a whole number from 0 to 65535"),
        ({"PORT": "-1"}, "PORT must be a whole number"),
        ({"PORT": "８０００"}, "PORT must be a whole number"),
        ({"PROXIES": "10"}, "PROXIES must be a whole number from 0 to 9"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must start with postgresql:// or sqlite:///"),
        ({"DATABSE_URL": "x"}, "TALENTSHARE_DATABSE_URL is not a setting"),
    ],
)
def test_each_mistake_is_one_sentence(given, words):
    (sentence,) = mistakes(**given)
    assert words in sentence
    assert sentence.endswith(".")


def test_all_mistakes_are_told_at_once():
    found = mistakes(SECRET_KEY="", AUDIT_KEY="", PORT="x", PROXIES="x", DEMO="x", NONSENSE="1")
    assert len(found) == 6


def test_no_default_secret_serves_outside_the_demo():
    with pytest.raises(config.BadSettings) as refused:
        config.read({})
    assert len(refused.value.mistakes) == 2


def test_every_setting_is_read_and_explained():
    assert all(s.meaning.endswith(".") for s in config.SETTINGS)
    read = set(config.Config.__annotations__)
    assert {s.name.lower() for s in config.SETTINGS} == read


MAIL = {
    "TALENTSHARE_MAIL_URL": "smtp://user:p%23ss@mail.example.jp:587",
    "TALENTSHARE_MAIL_FROM": "noreply@example.jp",
    "TALENTSHARE_PUBLIC_URL": "https://talent.example.jp",
}


@pytest.mark.parametrize(
    "url",
    [
        *("smtp://localhost", "smtps://mail.example.jp", "smtp://10.0.0.1:25?tls=no", "folder:"),
        "smtp://[::1]:25",
    ],
)
def test_ways_of_mail_are_understood(url):
    assert config.read(SECRETS | MAIL | {"TALENTSHARE_MAIL_URL": url}).mail_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("MAIL_URL", url)
            for url in ("smtp://h:abc", "smtp://[::1", "smtp://user:pa#ss@h", "smtp:foo")
        ),
        *(
            ("MAIL_URL", url)
            for url in ("smtp://", "smtp://a..b", "folder:/x/y", "smtps://h:99999999")
        ),
        *(("MAIL_FROM", sender) for sender in ("", "a@b,c", "a.@b.jp", "日本@例.jp", "a", "a@b@c")),
        *(("PUBLIC_URL", site) for site in ("", "https://", "https:// x", "ftp://x.jp", "x.jp")),
    ],
)
def test_what_would_keep_mail_from_leaving_is_said_at_the_start(name, value):
    with pytest.raises(config.BadSettings) as bad:
        config.read(SECRETS | MAIL | {f"TALENTSHARE_{name}": value})
    (mistake,) = bad.value.mistakes
    assert f"TALENTSHARE_{name}" in mistake
