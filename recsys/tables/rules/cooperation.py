"""Rules about messages and samples (R6, R7). Each function gives what breaks its sentence."""

import ibis
from ibis.expr.types import BooleanValue

from recsys.tables.rules.rule import row_rule


@row_rule("messages")
def replied_after_sent(message: ibis.Table) -> BooleanValue:
    """A reply is not before its message."""
    return message.replied_at < message.sent_at


@row_rule("samples", via="product_id")
def sample_is_of_its_brand(sample: ibis.Table) -> BooleanValue:
    """A sample's product is its brand's."""
    return sample.brand_id != sample.its_brand_id


@row_rule("samples", via="campaign_id")
def sample_is_for_its_brands_campaign(sample: ibis.Table) -> BooleanValue:
    """A sample's campaign is its brand's."""
    return sample.brand_id != sample.its_brand_id


@row_rule("samples")
def shipped_after_requested(sample: ibis.Table) -> BooleanValue:
    """A sample is not shipped before it was requested."""
    return sample.shipped_at < sample.requested_at


@row_rule("samples")
def received_after_shipped(sample: ibis.Table) -> BooleanValue:
    """A sample is received only where it was shipped, and not before."""
    return _without_or_before(sample, "received_at", "shipped_at")


@row_rule("samples")
def extended_after_shipped(sample: ibis.Table) -> BooleanValue:
    """An extension is given only for a shipped sample, and not before."""
    return _without_or_before(sample, "extended_at", "shipped_at")


@row_rule("samples")
def fulfilled_after_shipped(sample: ibis.Table) -> BooleanValue:
    """Nothing is fulfilled before it is shipped (R7)."""
    return _without_or_before(sample, "fulfilled_at", "shipped_at")


@row_rule("samples")
def cancelled_after_requested(sample: ibis.Table) -> BooleanValue:
    """A sample is not cancelled before it was requested."""
    return sample.cancelled_at < sample.requested_at


@row_rule("samples")
def cancelled_is_not_shipped_later(sample: ibis.Table) -> BooleanValue:
    """A cancelled sample is not shipped afterwards."""
    return sample.shipped_at > sample.cancelled_at


@row_rule("samples")
def cancelled_is_not_fulfilled(sample: ibis.Table) -> BooleanValue:
    """A cancelled sample is not fulfilled: it is void (R7)."""
    return sample.cancelled_at.notnull() & sample.fulfilled_at.notnull()


def _without_or_before(sample: ibis.Table, later: str, earlier: str) -> BooleanValue:
    """Whether the later step was taken without or before the earlier one."""
    return sample[later].notnull() & (sample[earlier].isnull() | (sample[later] < sample[earlier]))
