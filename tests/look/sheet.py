"""A small application that shows the look alone: no database, no features, fixed names."""

from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, render_template
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from talentshare.platform.formats import of_field, span, unbroken
from talentshare.platform.i18n import PoDomain, locale_code
from talentshare.platform.presses import new_key

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
ENDPOINTS = {
    "home.index": "/",
    "home.help": "/help",
    "home.accessibility": "/accessibility",
    "home.privacy": "/privacy",
    "notices.index": "/notices",
    "accounts.settings": "/settings",
    "accounts.sign_in": "/sign-in",
    "accounts.sign_out": "/sign-out",
    "talent_requests.find": "/requests/find",
}
SIGNED_IN = {
    "actor": SimpleNamespace(id=1),
    "person_name": "佐藤 美咲",
    "person_affiliation": "町田市　依頼団体の担当者",
    "navigation": [
        SimpleNamespace(label="ホーム", url="/", current=True),
        SimpleNamespace(label="相談と依頼", url="/requests", current=False),
        SimpleNamespace(label="支援の予定", url="/plan", current=False),
        SimpleNamespace(label="実績の確認", url="/hours", current=False),
    ],
    "notice_count": 3,
    "demo": SimpleNamespace(
        switch_url="/demo/switch",
        personas=[
            SimpleNamespace(label="依頼団体の担当者：佐藤 美咲", sign_in_name="sato"),
            SimpleNamespace(label="調整担当者：山田 花子", sign_in_name="yamada"),
        ],
    ),
}
STRANGER = {
    "actor": None,
    "person_name": "",
    "person_affiliation": "",
    "navigation": [],
    "notice_count": 0,
    "demo": None,
}
REQUIRED = InputRequired("入力してください")


def choices(**labels: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class SheetForm(FlaskForm):
    title = StringField("件名", [REQUIRED])
    weekly_hours = DecimalField("週の時間", [REQUIRED, NumberRange(0.25, 38.75)])
    decided_on = DateField("決定日")
    document_number = StringField("文書番号", [InputRequired("文書番号を入力してください")])
    reason = TextAreaField("選んだ理由", [REQUIRED])
    phase = SelectField("段階", choices=choices(plan="企画", build="開発"))
    kind = RadioField(
        "どのような手伝いが必要ですか",
        [REQUIRED],
        choices=choices(spot="スポット相談", review="目利き確認", unknown="まだ分からない"),
    )
    places = SelectMultipleField("支援の場所", choices=choices(online="オンライン", office="庁舎"))
    pledged = BooleanField("秘密を守ることを誓約します", [REQUIRED])
    password = PasswordField("パスワード")


def create_sheet(frame: dict[str, Any] | None = None, locale: str = "ja") -> Flask:
    """The look under the product's own content security policy, strict about undefined names."""
    app = Flask("talentshare", root_path=None)
    app.config.update(SECRET_KEY="sheet", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        press_key=new_key,
        locale=locale_code,
        other_locale_url=lambda: "/language?locale=en",
        of_field=of_field,
        unbroken=unbroken,
        span=span,
    )
    Babel(app, default_locale="ja", locale_selector=lambda: locale)
    app.extensions["babel"].instance.domain_instance = PoDomain()
    CSRFProtect(app)
    shown = SIGNED_IN if frame is None else frame
    app.context_processor(lambda: shown)
    for endpoint, path in ENDPOINTS.items():
        app.add_url_rule(path, endpoint, lambda: "", methods=["GET", "POST"])
    app.add_url_rule("/sheet", "sheet", show_sheet)
    app.after_request(add_policy)
    return app


def add_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP
    return response


def posted_form(**typed: Any) -> SheetForm:
    """The form after a post with mistakes; call it inside a request."""
    data = {
        "title": "移行計画の点検",
        "weekly_hours": "８時間",
        "kind": "review",
        "places": "office",
    }
    form = SheetForm(formdata=MultiDict({**data, **typed}), meta={"csrf": False})
    form.validate()
    return form


def calendar_weeks() -> list[list[dict[str, Any] | None]]:
    uses = [
        {"name": "府中市", "time": "2時間"},
        {"name": "世田谷区", "time": "1時間", "kind": "held"},
        {"name": "休暇", "time": "1時間", "kind": "leave"},
        {"name": "空き", "time": "1時間", "kind": "free"},
    ]
    working = [{"day": n, "capacity": "4時間", "uses": uses, "url": "#"} for n in range(1, 5)]
    weekend = [{"day": n, "closed": "休み"} for n in (5, 6)]
    return [[None, *working, *weekend]]


def show_sheet() -> str:
    return render_template(
        "components.html",
        form=posted_form(),
        url_of=lambda page: f"/sheet?page={page}",
        calendar_weeks=calendar_weeks(),
    )
