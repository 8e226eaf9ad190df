"""How a creator answers brands (R6)."""

import ibis

from features.known import Known
from features.portable import SECONDS_A_DAY, seconds
from recsys.list_rules import LONGEST_WAIT_DAYS

DAYS = 90
"""Messages sent longer ago are history."""
GRACE_DAYS = 2
"""A message counts when it is this old, whether it was answered before or not."""
LONGEST_WAIT = LONGEST_WAIT_DAYS * SECONDS_A_DAY
"""In seconds."""


def messages(known: Known) -> ibis.Table:
    """Per creator, over the messages of 90 days that are two days old: number, answers, seconds waited.

    Monotone (R8): whether a message counts depends on when it was sent alone, so that answering it later, or
    not at all, cannot take it out of the count; an answer later than seven days and an unanswered message
    both count as seven days of waiting. So a slower answer never lowers `waited_90` nor raises `answers_90`,
    and one more unanswered message never lowers the mean wait nor raises the share of answers.
    """
    sent = known["messages"]
    due = sent.filter((sent.sent_at >= known.moment(DAYS)) & (sent.sent_at < known.moment(GRACE_DAYS)))
    waited = (seconds(due.replied_at) - seconds(due.sent_at)).fill_null(LONGEST_WAIT)
    return due.group_by("creator_id").aggregate(
        messages_90=due.message_id.count(),
        answers_90=due.replied_at.count(),
        waited_90=ibis.least(waited, LONGEST_WAIT).sum(),
    )
