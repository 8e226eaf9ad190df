"""How a creator answers brands (R6)."""

import ibis

from features.known import Known
from features.portable import SECONDS_A_DAY, seconds

GRACE_DAYS = 2
"""A message still without an answer says nothing before it has waited this long."""
LONGEST_WAIT = 7 * SECONDS_A_DAY
"""A slower answer, or none, counts as this long: never answering is never better than answering late (R8)."""


def messages(known: Known) -> ibis.Table:
    """Per creator, over 90 days' messages that were answered or waited two days: number, answers, seconds.

    An answer later than seven days and an unanswered message both count as seven days of waiting.
    """
    sent = known["messages"]
    answered = sent.replied_at.notnull()
    decided = sent.filter(
        (sent.sent_at >= known.moment(90)) & (answered | (sent.sent_at < known.moment(GRACE_DAYS)))
    )
    waited = (seconds(decided.replied_at) - seconds(decided.sent_at)).fill_null(LONGEST_WAIT)
    return decided.group_by("creator_id").aggregate(
        messages_90=decided.message_id.count(),
        answers_90=decided.replied_at.count(),
        waited_90=ibis.least(waited, LONGEST_WAIT).sum(),
    )
