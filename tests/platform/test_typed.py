"""Names in one line and mail addresses: what is refused, what is made harmless, in every form."""

import importlib
import pkgutil

import pytest
from wtforms import Form, StringField
from wtforms.fields.core import UnboundField

import talentshare
from talentshare.platform.i18n import sentence
from talentshare.platform.typed import mail_address, one_line

# Read by rules of their own, or only searched for.
READ_OTHERWISE = {
    *("sign_in_name", "mail", "opens", "closes"),
    *("corporate_number", "employer_number", "days_off", "template_code", "q", "role"),
}


class Typed(Form):
    name = StringField(validators=[one_line])
    mail = StringField(validators=[mail_address])


@pytest.fixture
def checked(app):
    def checked(**data):
        with app.test_request_context():
            form = Typed(data=data)
            form.validate()
            return form

    return checked


@pytest.mark.parametrize(
    "text",
    [
        *(
            "山田\n花子",
            "山田\r花子",
            "山田\x0b花子",
            "山田\x1b[31m花子",
            "山田\x7f花子",
            "山田\x85花子",
        ),
        *(
            "山田\u2028花子",
            "山田\u2029花子",
            "山田\u200b花子",
            "\u202e山田花子",
            "山田\ufeff",
            "山\ud842田",
        ),
    ],
)
def test_what_does_not_print_in_one_line_is_refused_and_kept(app, checked, text):
    form = checked(name=text)
    assert form.name.data == text
    with app.test_request_context():
        assert form.name.errors == [sentence("typed.unprintable")]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("山田 花子", "山田 花子"),
        ("山田　花子", "山田　花子"),
        ("山田\t花子", "山田 花子"),
        ("山田\u00a0花子", "山田 花子"),
        ("髙﨑 𠮷野 葛\U000e0100城", "髙﨑 𠮷野 葛\U000e0100城"),
        ("O’Brien-Müller", "O’Brien-Müller"),
        ("", ""),
    ],
)
def test_what_prints_is_taken(checked, text, kept):
    form = checked(name=text)
    assert ([*form.name.errors], form.name.data) == ([], kept)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "sato",
            "sato@",
            "@machida.lg.jp",
            "sato@machida",
            "sa to@machida.lg.jp",
            "a@b@machida.lg.jp",
        ),
        *(
            "sato@machida..jp",
            "sato@-machida.jp",
            "sato@machida.lg.jp.",
            "sato.@machida.jp",
            "a\n@b.jp",
        ),
        *(
            "sato@machida.lg.jp\nBcc: x@y.jp",
            "佐藤@machida.lg.jp",
            "sato@町田.jp",
            "sato@machida.1",
        ),
        *("x" * 65 + "@machida.lg.jp", "sato@" + "m." * 130 + "jp", "sato@machida.lg.jp\u200b"),
    ],
)
def test_an_impossible_address_is_refused_and_kept(app, checked, address):
    form = checked(mail=address)
    assert form.mail.data == address
    with app.test_request_context():
        assert form.mail.errors == [sentence("typed.no_address")]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sato@machida.lg.jp",
        "digital-ka+dx_1@city.machida.tokyo.jp",
        "a'b@x-y.example",
        "A@B.JP",
    ],
)
def test_a_possible_address_is_taken(checked, address):
    assert [*checked(mail=address).mail.errors] == []


def forms():
    """Every form of the package."""
    for module in pkgutil.walk_packages(talentshare.__path__, "talentshare."):
        if ".forms" in module.name:
            for made in vars(importlib.import_module(module.name)).values():
                if isinstance(made, type) and issubclass(made, Form):
                    yield made


def test_every_field_of_one_line_refuses_what_does_not_print():
    open_fields, seen = set(), 0
    for form in forms():
        for name in dir(form):
            field = getattr(form, name, None)
            if not isinstance(field, UnboundField) or field.field_class is not StringField:
                continue
            given = [*field.args, *field.kwargs.values()]
            rules = [rule for some in given if isinstance(some, list) for rule in some]
            seen += one_line in rules
            if one_line not in rules and name not in READ_OTHERWISE:
                open_fields.add(f"{form.__name__}.{name}")
    assert open_fields == set()
    assert seen > 20
