"""What is tried at the door, in settings, at people, bodies, specialists and time."""

from tests.architecture.matrix import ALONE, EACH, KNOWN, Case, Shown
from tests.architecture.world import Side

TODAY = "2026-11-24"
PASSWORD = "a-fine-long-password-2026"


def of(**names: str):
    """Address values taken from a side: an id or a code by its name there."""

    def values(side: Side):
        return {
            key: side.ids.get(name) or side.codes.get(name) or fallback(side, key, name)
            for key, name in names.items()
        }

    def fallback(side: Side, key: str, name: str):
        return side.id(name) if key.endswith("_id") else side.code(name)

    return values


def fixed(**values: object):
    return lambda _side: dict(values)


PERSON = of(person_id="person")
BODY = of(body_id="body")
SPECIALIST = of(specialist_id="specialist")
SKILL = of(specialist_id="specialist", code="skill")
CONTESTED = of(specialist_id="specialist", code="contested")
NEW_PERSON = fixed(
    name="見本 花子",
    kana="ミホン ハナコ",
    sign_in_name="hanako.mihon",
    roles="officer",
    locale="ja",
)

DOOR = [
    Case("static", values=fixed(filename="icon.svg")),
    Case("home.index"),
    Case("home.language", values=fixed(locale="en")),
    Case("home.help"),
    Case("home.accessibility"),
    Case("home.privacy"),
    Case("accounts.sign_in"),
    Case("accounts.sign_in", "POST", data=fixed(sign_in_name="nobody", password="wrong")),
    Case("accounts.sign_out", "POST"),
    Case("accounts.forgotten"),
    Case("accounts.forgotten", "POST", data=fixed(sign_in_name="nobody")),
    Case("accounts.forgotten_asked"),
    Case("accounts.set_password", values=of(token="token"), things=KNOWN),
    Case(
        "accounts.set_password",
        "POST",
        values=of(token="token"),
        data=fixed(new=PASSWORD, again=PASSWORD),
        things=KNOWN,
    ),
]

ACCOUNT = [
    Case("accounts.settings"),
    Case("accounts.choose_language", "POST", data=fixed(locale="en")),
    Case("accounts.choose_mail_pace", "POST", data=fixed(mail_pace="daily")),
    Case("notices.mails"),
    Case("notices.preview"),
    Case("notices.note"),
    Case(
        "notices.note",
        "POST",
        data=fixed(text_ja="問合せ：03-0000-0000", text_en="Help: 03-0000-0000"),
    ),
    Case("notices.wording", values=of(code="told"), things=KNOWN),
    Case(
        "notices.wording",
        "POST",
        values=of(code="told"),
        data=fixed(
            text_ja="「｛件名｝」（｛受付番号｝）が確定しました。",
            text_en="“{title}” ({reference number}) is certain.",
        ),
        things=KNOWN,
    ),
    Case("notices.retry", "POST", values=of(mail_id="mail"), things=KNOWN),
    Case("accounts.change_password"),
    Case(
        "accounts.change_password",
        "POST",
        data=fixed(current="wrong", new=PASSWORD, again=PASSWORD),
    ),
    Case("accounts.end_session", "POST", values=of(session_id="session"), things=EACH),
    Case("accounts.end_other_sessions", "POST"),
    Case("notices.index"),
    Case("notices.read", "POST", values=of(notice_id="notice"), things=EACH),
    Case("notices.read_all", "POST"),
]

ADMIN = [
    Case("accounts.people"),
    Case("accounts.invite"),
    Case("accounts.invite", "POST", data=lambda s: NEW_PERSON(s) | {"body_id": s.id("body")}),
    Case("accounts.person", values=PERSON, things=KNOWN),
    Case("accounts.edit_person", values=PERSON, things=KNOWN),
    Case("accounts.edit_person", "POST", values=PERSON, shown=Shown("admin"), things=KNOWN),
    Case("accounts.make_invitation", "POST", values=of(person_id="invited"), things=KNOWN),
    Case("accounts.make_reset", "POST", values=PERSON, things=KNOWN),
    Case("accounts.suspend", "POST", values=PERSON, things=KNOWN),
    Case("accounts.resume", "POST", values=of(person_id="suspended"), things=KNOWN),
    Case("accounts.end_sessions", "POST", values=of(person_id="officer"), things=KNOWN),
    Case("accounts.bodies"),
    Case("accounts.add_body"),
    Case(
        "accounts.add_body",
        "POST",
        data=fixed(
            kind="other",
            area="other",
            name_ja="見本組合",
            name_kana="ミホンクミアイ",
            name_en="Sample Association",
            opens="8:30",
            closes="17:15",
            is_active="y",
        ),
    ),
    Case("accounts.edit_body", values=BODY, things=EACH),
    Case("accounts.edit_body", "POST", values=BODY, shown=Shown("admin"), things=EACH),
    Case("catalogue.index"),
    Case("catalogue.versions"),
    Case("catalogue.entry", values=fixed(kind="theme", code="gis")),
    Case(
        "catalogue.entry",
        "POST",
        values=fixed(kind="theme", code="gis"),
        shown=Shown("admin"),
        data=fixed(name_ja="地図", reason="分かりやすくするため"),
    ),
    Case("catalogue.new_entry", values=fixed(kind="theme")),
    Case(
        "catalogue.new_entry",
        "POST",
        values=fixed(kind="theme"),
        data=fixed(name_ja="量子", name_en="Quantum", reason="相談が増えたため"),
    ),
    Case("allocations.holidays"),
    Case(
        "allocations.add_holiday",
        "POST",
        data=fixed(day="2027-03-15", name_ja="開庁記念日", name_en="Foundation Day"),
    ),
    Case(
        "allocations.remove_holiday",
        "POST",
        data=lambda s: {"day": s.code("holiday")},
        things=ALONE,
    ),
    Case("matching.weights"),
    Case("operations.health"),
    Case("operations.audit"),
    Case("operations.alive"),
    Case("operations.ready"),
    Case(
        "matching.weights",
        "POST",
        shown=Shown("admin"),
        data=fixed(reason="前回の見直しによる"),
    ),
    Case("reports.bands"),
    Case("reports.bands", "POST", shown=Shown("admin"), data=fixed(reason="前年度の実績による")),
    Case("reports.areas"),
    Case("reports.areas_csv"),
    Case("reports.free"),
    Case("reports.free_csv"),
    Case("reports.utilisation"),
    Case("reports.utilisation_csv"),
]

SPECIALISTS = [
    Case("allocations.specialists"),
    Case("specialists.register"),
    Case(
        "specialists.register",
        "POST",
        shown=Shown("coordinator"),
        data=lambda s: {
            "person_id": s.id("newcomer"),
            "form": "govtech_staff",
            "main_role": "SA",
            "basis_codes": "agreement",
            "max_bodies": "2",
            "engaged_from": TODAY,
        },
    ),
    Case("specialists.show", values=SPECIALIST, things=EACH),
    Case("specialists.edit_terms", values=SPECIALIST, things=EACH),
    Case(
        "specialists.edit_terms",
        "POST",
        values=SPECIALIST,
        shown=Shown("coordinator"),
        things=EACH,
    ),
    Case("specialists.verify", values=SKILL, things=EACH),
    Case(
        "specialists.verify",
        "POST",
        values=SKILL,
        data=fixed(level="2", remark="成果物で確かめました"),
        things=EACH,
    ),
    Case("specialists.verify", name="contested", values=CONTESTED, things=EACH),
    Case(
        "specialists.verify",
        "POST",
        "contested",
        values=CONTESTED,
        data=fixed(level="3", remark="成果物を見直しました"),
        things=EACH,
    ),
    Case("allocations.specialist_time", values=SPECIALIST, things=EACH),
    Case("allocations.clashes"),
    Case("allocations.resolve_clash", values=of(clash_id="clash"), things=EACH),
    Case(
        "allocations.resolve_clash",
        "POST",
        values=of(clash_id="clash"),
        data=fixed(reason="別の週に移しました"),
        things=EACH,
    ),
]

ONESELF = [
    Case("specialists.profile"),
    Case("specialists.edit_profile"),
    Case("specialists.edit_profile", "POST", shown=Shown("specialist")),
    Case("specialists.pause"),
    Case(
        "specialists.pause",
        "POST",
        data=fixed(from_on="2027-06-07", length="until", until_on="2027-06-30", reason="研修"),
    ),
    Case("specialists.resume", "POST"),
    Case("specialists.declaration"),
    Case("specialists.declaration", "POST", data=fixed(has_none="y")),
    Case("specialists.pledge"),
    Case("specialists.pledge", "POST", data=fixed(year="2026", agreed="y")),
    Case("specialists.skills"),
    Case("specialists.new_skill"),
    Case("specialists.skill", values=of(code="skill"), things=KNOWN),
    Case(
        "specialists.skill",
        "POST",
        values=of(code="skill"),
        data=fixed(level="3", evidence="市の計画を3件作りました"),
        things=KNOWN,
    ),
    Case("specialists.contest", values=of(code="skill"), things=KNOWN),
    Case(
        "specialists.contest",
        "POST",
        values=of(code="skill"),
        data=fixed(text="レベル3の実績があります"),
        things=KNOWN,
    ),
    Case("allocations.availability"),
    Case(
        "allocations.answer_month",
        "POST",
        data=fixed(minutes="100", inside_minutes="100", days_off=""),
    ),
    Case("allocations.day", values=fixed(on="2027-02-10")),
    Case(
        "allocations.day",
        "POST",
        values=fixed(on="2027-02-10"),
        data=fixed(inside_minutes="7", outside_minutes="0"),
    ),
    Case("allocations.week"),
    Case("allocations.week", "POST", shown=Shown("specialist")),
    Case("allocations.pattern"),
    Case("allocations.pattern", "POST", shown=Shown("specialist")),
    Case("allocations.drop_pattern", "POST", data=lambda s: {"valid_from": s.code("pattern")}),
    Case("allocations.leave"),
    Case("allocations.leave", "POST", data=fixed(kind="leave", starts_on="2027-02-18")),
    Case("allocations.withdraw_time_off", "POST", values=of(time_off_id="time_off"), things=EACH),
]

PEOPLE_CASES = [*DOOR, *ACCOUNT, *ADMIN, *SPECIALISTS, *ONESELF]
