"""A request is read in the words of the catalogue under which it was submitted."""

from talentshare.catalogue.models import Kind
from tests.catalogue.test_versions import change
from tests.talent_requests.pages import begin, opened, submitted, text_of, written


def test_the_words_of_then_are_shown_on_what_was_submitted_and_new_ones_on_drafts(at, stored):
    number, draft = submitted(at.officer), written(at.officer, begin(at.officer))
    assert (stored(number).catalogue_version, stored(draft).catalogue_version) == (1, None)
    change(Kind.THEME, "standard", name_ja="新テーマ")
    change(Kind.PHASE, "develop", name_ja="新段階")
    change(Kind.SKILL, "B06", name_ja="新スキル")
    words = ("新テーマ", "新段階", "新スキル")
    page = text_of(at.officer.get(f"/requests/{number}"))
    assert [word in page for word in words] == [False] * 3
    page = text_of(at.officer.get(f"/requests/{draft}/check"))
    assert [word in page for word in words] == [True] * 3
    at.officer.post(f"/requests/{draft}/submit", data={})
    assert stored(draft).catalogue_version == 4
    page = text_of(at.officer.get(f"/requests/{draft}"))
    assert [word in page for word in words] == [True] * 3
    opened(at, number)
    change(Kind.BASIS, "agreement", name_ja="新根拠")
    page = text_of(at.coordinator.get(f"/requests/{number}"))
    assert [word in page for word in (*words, "新根拠")] == [False] * 4
    assert "新スキル" not in text_of(at.coordinator.get(f"/requests/{number}/candidates"))


def test_a_retired_theme_is_offered_only_where_it_is_chosen(at):
    draft, other = written(at.officer, begin(at.officer)), begin(at.officer)
    change(Kind.THEME, "standard", retire=True)
    chosen = at.officer.get(f"/requests/{draft}/edit/wish").text
    assert 'value="standard"' in chosen
    assert 'value="standard"' not in at.officer.get(f"/requests/{other}/edit/wish").text
    answer = at.officer.post(
        f"/requests/{other}/edit/wish", data={"wish": "点検", "theme_code": "standard"}
    )
    assert answer.status_code == 422
