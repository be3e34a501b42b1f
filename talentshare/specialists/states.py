"""The words that describe a specialist and a span of time off."""

from enum import StrEnum


class EngagementForm(StrEnum):
    """How a specialist belongs to the pool."""

    GOVTECH_STAFF = "govtech_staff"
    SIDE_JOB = "side_job"
    COMPANY = "company"
    ICT_POST = "ict_post"


class TimeOffKind(StrEnum):
    """Leave always succeeds; other work is refused where it would break a booking."""

    LEAVE = "leave"
    BUSY = "busy"


class InterestRelation(StrEnum):
    """What ties a specialist to a company."""

    EMPLOYER = "employer"
    CLIENT = "client"
    SHAREHOLDER = "shareholder"
    FAMILY = "family"
