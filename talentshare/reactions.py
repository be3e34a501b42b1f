"""When this happens, that follows: how a lower feature reaches a higher one without knowing it."""

from talentshare.allocations import actions as allocations
from talentshare.notices import actions as notices
from talentshare.platform.events import Reactions
from talentshare.proposals import actions as proposals
from talentshare.proposals import queries as proposal_queries

REACTIONS: Reactions = {
    "person.reset_asked": [notices.tell_reset_asked],
    "person.invited": [notices.mail_invitation],
    "person.reset_link_made": [notices.mail_reset],
    "specialist.time_changed": [allocations.keep_capacity],
    "specialist.declared": [proposals.note_papers],
    "specialist.pledged": [proposals.note_papers],
    "specialist.leave_taken": [allocations.keep_capacity_after_leave],
    "catalogue.holidays_changed": [allocations.keep_all_capacities],
    "talent_request.withdrawn": [proposals.withdraw_all],
    "talent_request.held": [proposals.withdraw_all],
    "talent_request.closed_unmet": [proposals.withdraw_all],
    "talent_request.taken_over": [allocations.hand_over_clashes],
    "position.reopened": [proposals.end_past],
    "talent_request.edited": [proposals.note_changes],
    "position.changed": [proposal_queries.require_unproposed],
    "position.removed": [proposal_queries.require_unproposed],
}
