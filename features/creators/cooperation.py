"""How reliable a partner a creator is (R6, R7, R20)."""

from features.feature import profile_feature
from features.portable import Number, elapsed_days, log1p, ratio, real, shrunk


@profile_feature(reason="cooperation")
def response_rate(
    answers_90: Number, messages_90: Number, response_prior: Number, response_strength: Number
) -> Number:
    """Share of brands' messages of 90 days that were answered, shrunk to the peers' rate (R6, R11)."""
    return shrunk(answers_90, messages_90, response_prior, response_strength)


@profile_feature(reason="cooperation")
def messages_log(messages_90: Number) -> Number:
    """ln(1 + brands' messages of 90 days that the response rate rests on)."""
    return log1p(messages_90)


@profile_feature(reason="cooperation")
def response_hours_log(waited_90: Number, messages_90: Number) -> Number:
    """ln(1 + mean hours to an answer; a week at most, and for none) (R6); missing without messages."""
    return log1p(ratio(waited_90, messages_90) / 3600.0)


@profile_feature(reason="cooperation")
def fulfilment_rate(
    samples_fulfilled: Number, samples_decided: Number, fulfilment_prior: Number, fulfilment_strength: Number
) -> Number:
    """Share of decided samples of 180 days that were fulfilled (R7), shrunk to the peers' rate (R11)."""
    return shrunk(samples_fulfilled, samples_decided, fulfilment_prior, fulfilment_strength)


@profile_feature(reason="cooperation")
def samples_log(samples_decided: Number) -> Number:
    """ln(1 + decided samples of 180 days that the fulfilment rate rests on)."""
    return log1p(samples_decided)


@profile_feature(reason="cooperation")
def sample_use_rate(
    samples_used: Number, samples_received: Number, sample_use_prior: Number, sample_use_strength: Number
) -> Number:
    """Share of received samples of 180 days posted about at any time, shrunk to the peers' rate (R9, R11)."""
    return shrunk(samples_used, samples_received, sample_use_prior, sample_use_strength)


@profile_feature(reason="cooperation")
def accept_rate(
    accepted: Number, answerable: Number, accept_prior: Number, accept_strength: Number
) -> Number:
    """Share of answered or week-old invitations of 180 days accepted, shrunk to the peers' rate (R20)."""
    return shrunk(accepted, answerable, accept_prior, accept_strength)


@profile_feature(reason="cooperation")
def invitations_log(answerable: Number) -> Number:
    """ln(1 + invitations of 180 days that the accept rate rests on)."""
    return log1p(answerable)


@profile_feature(reason="cooperation")
def deliver_rate(
    delivered: Number, deliverable: Number, deliver_prior: Number, deliver_strength: Number
) -> Number:
    """Share of delivered or month-old deals of 180 days delivered, shrunk to the peers' rate (R20)."""
    return shrunk(delivered, deliverable, deliver_prior, deliver_strength)


@profile_feature(reason="cooperation")
def deals_log(deliverable: Number) -> Number:
    """ln(1 + deals of 180 days that the deliver rate rests on)."""
    return log1p(deliverable)


@profile_feature(reason="cooperation")
def delivery_days_log(delivery_seconds: Number, delivered: Number) -> Number:
    """ln(1 + mean days from acceptance to delivery in 180 days); missing without deliveries."""
    return log1p(elapsed_days(ratio(delivery_seconds, delivered)))


@profile_feature(reason="cooperation")
def recent_invitations_log(invited_28: Number) -> Number:
    """ln(1 + invitations received in 28 days): how sought after the creator is."""
    return log1p(invited_28)


@profile_feature(reason="cooperation")
def open_load(open_invitations: Number, open_deals: Number) -> Number:
    """Accepted deals not delivered plus half of the invitations not answered: what competes for time."""
    return real(open_deals) + 0.5 * real(open_invitations)


@profile_feature(reason="cooperation")
def samples_asked_log(samples_asked_90: Number) -> Number:
    """ln(1 + samples asked for in 90 days, outside campaigns): how eager the creator is to work."""
    return log1p(samples_asked_90)
