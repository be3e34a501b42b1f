"""The catalogue as an admin sees it."""

import pytest

from tests import make


@pytest.fixture
def admin(sign_in):
    make.catalogue()
    return sign_in(make.admin())


def english(client):
    client.set_cookie("locale", "en", domain="localhost")
    return client


def test_the_catalogue_is_shown_in_both_languages(admin):
    page = admin.get("/admin/catalogue").text
    assert "専門分野は6、スキルは91あります" in page
    assert "協定に基づく支援" in page
    assert "There are 6 fields and 91 skills" in english(admin).get("/admin/catalogue").text


@pytest.mark.parametrize("maker", [make.officer, make.coordinator, make.manager])
def test_nobody_else_sees_settings(app, sign_in, maker):
    make.catalogue()
    assert sign_in(maker()).get("/admin/catalogue").status_code == 403
