"""How the domain says no: by code. Translations hold the sentences, `platform.web` the statuses."""


class Refusal(Exception):
    """A rule said no. `code` names the message, `details` fill its blanks."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NotFound(Refusal):
    """There is no such thing, or the actor may not know that there is."""


class Forbidden(Refusal):
    """The actor may not do this."""


class Conflict(Refusal):
    """The thing exists, but its state or another booking forbids it."""


class Invalid(Refusal):
    """What was asked breaks a rule that the form could not see; `field` may name where."""


class TooMany(Refusal):
    """Tried too often; `details["seconds"]` says how long to wait."""


class Unavailable(Refusal):
    """What it takes is not installed; the sentence says what, and what to do instead."""
