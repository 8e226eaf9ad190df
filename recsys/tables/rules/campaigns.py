"""Rules about products, briefs and the funnel. Each function gives what breaks its sentence."""

from functools import partial
from itertools import pairwise

import ibis
from ibis.expr.types import BooleanValue

from recsys.tables.rules.rule import REGISTERED, Marketplace, RowRule, row_rule, set_rule

FUNNEL = (
    "shown_at",
    "opened_at",
    "shortlisted_at",
    "invited_at",
    "replied_at",
    "accepted_at",
    "delivered_at",
    "result_at",
)
"""The steps of an invitation, in order (R19)."""


@row_rule("products")
def removed_after_listing(product: ibis.Table) -> BooleanValue:
    """A product is taken off the shelf after it was listed."""
    return product.removed_at < product.created_at


@row_rule("campaigns")
def promotes_a_product(campaign: ibis.Table) -> BooleanValue:
    """A campaign has at least one product."""
    return campaign.product_ids.length() == 0


@row_rule("campaigns", via="product_ids")
def promotes_its_own_products(campaign: ibis.Table) -> BooleanValue:
    """A campaign's products are its brand's."""
    return campaign.brand_id != campaign.its_brand_id


@row_rule("campaigns")
def challenge_has_a_hashtag(campaign: ibis.Table) -> BooleanValue:
    """A challenge has its hashtag (R18)."""
    return (campaign.campaign_type == "challenge") & campaign.hashtag.isnull()


@row_rule("campaigns")
def campaign_hashtag_without_sign(campaign: ibis.Table) -> BooleanValue:
    """A campaign's hashtag is written without #."""
    return campaign.hashtag.startswith("#")


@row_rule("campaigns")
def wants_a_creator(campaign: ibis.Table) -> BooleanValue:
    """A campaign wants at least one creator."""
    return campaign.creators_wanted < 1


@row_rule("campaigns", via="store_states")
def stores_are_in_states(campaign: ibis.Table) -> BooleanValue:
    """A state is written as country and code, such as US-CA."""
    return ~campaign.store_states.re_search("^[A-Z]{2}-[A-Z0-9]{1,3}$")


@row_rule("campaigns")
def starts_before_it_ends(campaign: ibis.Table) -> BooleanValue:
    """starts_on is not after ends_on."""
    return campaign.starts_on > campaign.ends_on


def _skips_or_precedes(earlier: str, later: str, invitation: ibis.Table) -> BooleanValue:
    reached = invitation[later].notnull()
    return reached & (invitation[earlier].isnull() | (invitation[later] < invitation[earlier]))


REGISTERED.extend(
    RowRule(
        f"invitations.{later.removesuffix('_at')}_after_{earlier.removesuffix('_at')}",
        "invitations",
        f"{later} is set only where {earlier} is, and is not before it (R19).",
        partial(_skips_or_precedes, earlier, later),
    )
    for earlier, later in pairwise(FUNNEL)
)


@row_rule("invitations")
def results_are_final(invitation: ibis.Table) -> BooleanValue:
    """result_views, _engagements, _followers and _gmv are NULL until result_at."""
    known = (
        invitation.result_views.notnull()
        | invitation.result_engagements.notnull()
        | invitation.result_followers.notnull()
        | invitation.result_gmv.notnull()
    )
    return known & invitation.result_at.isnull()


@row_rule("invitations")
def fee_is_agreed(invitation: ibis.Table) -> BooleanValue:
    """There is a fee only where the creator accepted."""
    return invitation.fee.notnull() & invitation.accepted_at.isnull()


@row_rule("invitations")
def shown_with_a_chance(invitation: ibis.Table) -> BooleanValue:
    """The propensity of what was shown is above 0."""
    return invitation.propensity <= 0


@row_rule("invitations")
def positions_from_one(invitation: ibis.Table) -> BooleanValue:
    """Positions count from 1."""
    return invitation.position < 1


@set_rule("invitations")
def one_creator_a_position(tables: Marketplace) -> ibis.Table:
    """A position of a campaign's list shows one creator."""
    rows = tables["invitations"]
    counted = rows.group_by("campaign_id", "position").aggregate(creators=rows.count())
    return counted.filter(counted.creators > 1)


@set_rule("invitations")
def positions_without_gaps(tables: Marketplace) -> ibis.Table:
    """A campaign's list has every position from 1 to the last: nothing that was shown is left out."""
    rows = tables["invitations"]
    counted = rows.group_by("campaign_id").aggregate(
        last_position=rows.position.max(), positions=rows.position.nunique()
    )
    return counted.filter(counted.last_position > counted.positions)
