"""Parameters of what makes the world deep: scripts, sounds, seasons, gaming, inspiration, lift, leaving."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config
from recsys.vocabulary import FACETS
from training.simulate.cast.geography import LEVEL1

FacetEffects = dict[str, dict[str, dict[str, float]]]
"""Facet → word → category level 1 → log factor against not using the word; what is not named is 0."""
ByCategory = dict[str, float]
"""Category level 1 → log factor; categories not named have 0."""


class Facets(Config):
    """Script facets of videos: who uses which, and what they truly do."""

    habit: float = Field(ge=0, le=1)
    """Share of a creator's videos that use the creator's favourite word of a facet; else any, evenly."""
    points: float = Field(ge=0, le=1)
    """P(a talking point is in a video of a creator who does not favour it); else three times that."""
    confounding: float
    """How much better creators prefer the first words of each facet: naive comparisons credit the words."""
    unread: float = Field(ge=0, le=1)
    """Share of videos whose hook (or structure, or call to action) the classifier did not make out."""
    views: FacetEffects
    engagement: FacetEffects
    conversion: FacetEffects

    @model_validator(mode="after")
    def _effects_are_of_words_in_categories(self) -> Self:
        for effects in (self.views, self.engagement, self.conversion):
            _refuse_unknown("facets", effects, FACETS)
            for facet, by_word in effects.items():
                _refuse_unknown(facet, by_word, FACETS[facet])
                for word, by_category in by_word.items():
                    _refuse_unknown(word, by_category, LEVEL1)
        return self


class Trends(Config):
    """Sounds and hashtags: their lives, and what using one on the rise is worth."""

    sounds: int = Field(ge=1)
    hashtags: int = Field(ge=1)
    """Hashtags that come and go; each category also has a few that stay."""
    silent: float = Field(ge=0, le=1)
    """Share of videos without a known sound."""
    evergreen: float = Field(ge=0, le=1)
    """Share of sounds and hashtags that neither rise nor fall."""
    rise_days: float = Field(gt=0)
    """Median days in which the use of one on the rise grows e-fold."""
    fall_days: float = Field(gt=0)
    """Median days in which the use of one past its peak falls e-fold."""
    growth_sigma: float = Field(ge=0)
    """Spread of the logs of both: how differently sounds and hashtags grow."""
    size_sigma: float = Field(ge=0)
    """Spread of the log use at the peak."""
    elsewhere: float = Field(gt=0, le=1)
    """Use outside the category of origin, relative to inside; the same for markets."""
    sound_effect: float
    """Log factor on the views of a video with a rising sound."""
    hashtag_effect: float
    """Log factor on the views of a video with at least one rising hashtag."""


class Peak(Config):
    """Some days a year in which certain categories sell more."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    width_days: float = Field(gt=0)
    """Standard deviation of its bell shape in time."""
    boost: ByCategory

    @model_validator(mode="after")
    def _is_a_day_of_every_year(self) -> Self:
        date(1970, self.month, self.day)  # raises ValueError for 30 February and the like
        _refuse_unknown("boost", self.boost, LEVEL1)
        return self


class Seasons(Config):
    """Demand over the year, by category: a wave and peaks, on conversion."""

    amplitude: ByCategory
    """Height of the yearly wave."""
    high_month: ByCategory
    """Month, from 1.0 (1 January), in which the wave is highest."""
    peaks: dict[str, Peak]

    @model_validator(mode="after")
    def _waves_are_of_categories(self) -> Self:
        _refuse_unknown("amplitude", self.amplitude, LEVEL1)
        _refuse_unknown("high_month", self.high_month, LEVEL1)
        missing = sorted(set(self.amplitude) - set(self.high_month))
        if missing:
            raise ValueError(f"high_month must name the categories of amplitude, {missing} are missing")
        return self


class Links(Config):
    """How many products a shoppable video links."""

    more: float = Field(ge=0, le=1)
    """P(another product is linked), for the second and the third."""


class Gaming(Config):
    """A few creators play the lists; ranking lists have to resist them."""

    bursts: float = Field(ge=0, le=1)
    """Share of creators who buy followers."""
    burst_size: float = Field(gt=0)
    """Followers bought at once, relative to the creator's own; median."""
    burst_loss: float = Field(ge=0, lt=1)
    """Share of bought followers who vanish again each day."""
    bots: float = Field(ge=0, le=1)
    """Share of creators who buy views; half of them buy likes instead."""
    bot_factor: float = Field(ge=0)
    """Bought views (likes) for each real one; median."""
    bot_stay: float = Field(ge=0, le=1)
    """P(a bought view lasts 6 seconds)."""
    stuffing: float = Field(ge=0, le=1)
    """Share of creators who post many low-effort videos with many links."""
    stuffing_posts: float = Field(ge=1)
    """Videos of such a creator relative to what they would be."""
    stuffing_effort: float = Field(gt=0, le=1)
    """Views of their videos relative to what they would be."""
    stuffing_links: int = Field(ge=1, le=10)
    """Most products in one of their videos."""


class Inspiration(Config):
    """Videos of successful creators, shown to the others to learn from."""

    shown_per_day: float = Field(ge=0)
    successful: float = Field(gt=0, lt=1)
    """Share of a market's creators who count as successful: by expected GMV."""
    recent_days: int = Field(ge=1)
    """Age up to which videos are shown."""
    adopt_days: float = Field(gt=0)
    """Days within which a creator's next own video may take over the hook."""
    watch_logit: float
    like_logit: float
    save_logit: float
    create_logit: float
    category: float
    """Weight of the likeness of what both make content about, -1 to 1."""
    style: float
    """Weight of how much the watching creator makes that kind of video."""
    price: float
    """Weight of the squared distance of the price levels, subtracted."""
    success: float
    """Weight of the log of the video's views over what its creator usually gets."""


class LiftOfCampaigns(Config):
    """What a campaign does to what creators sell and post on their own, in its market."""

    zero_share: float = Field(ge=0, le=1)
    """Share of campaigns without any lift."""
    mean: float = Field(ge=0)
    """Mean log lift of the others, gamma-distributed."""
    shape: float = Field(gt=0)
    """Shape of the gamma distribution: the higher, the more alike."""
    decay_days: float = Field(gt=0)
    """Days after the end in which the log lift falls e-fold."""
    hashtag_use: float = Field(gt=0)
    """Use of a campaign's hashtag without lift, relative to a usual hashtag at its peak."""


class Survival(Config):
    """Creators who earn nothing for long stop posting."""

    weekly_hazard: float = Field(ge=0, lt=1)
    """P(a creator who earns nothing stops in a week)."""
    newcomer_factor: float = Field(ge=1)
    """Hazard in the first weeks of an account, relative to later."""
    newcomer_days: int = Field(ge=0)
    half_earnings: int = Field(gt=0)
    """Weekly GMV, in minor units, at which the hazard is half."""


def _refuse_unknown(where: str, found: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise ValueError(f"{where} must be among {tuple(known)}, found {unknown}")
