"""What was fitted to real sets: the part of the configuration that `recsys simulate fit` writes."""

from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config
from recsys.vocabulary import TIERS

Quantiles = tuple[float, ...]
ByTier = dict[str, Quantiles]


class Fitted(Config):
    """Causes that cannot be seen, as quantiles at `levels`, such that what can be seen is as in real sets."""

    levels: Quantiles
    """From 0 to 1, rising."""
    log10_followers: ByTier
    """Of an established account, within each tier."""
    log_views: ByTier
    """Log of a creator's median views of a video per follower."""
    log_engagement: ByTier
    """Log of a creator's engagement rate."""
    log_posts: ByTier
    """Log of the videos a creator posts a day, before `content.most_posts_per_day`."""
    video_sigma: float = Field(ge=0)
    """Spread of log views between one creator's videos that do not go viral."""
    viral_share: float = Field(ge=0, le=1)
    viral_factor: float = Field(ge=1)
    """Views of a viral video relative to what they would have been."""
    ageing: Quantiles = Field(min_length=1)
    """Age exponents of ordinary videos, equally frequent: views by age t grow as ((1 + t)^a - 1) / a."""
    ageing_of_viral: Quantiles = Field(min_length=1)
    """Age exponents of videos that go viral."""
    price_spread: float = Field(gt=0)
    """How far the usual prices of categories lie apart, relative to those in training/simulate/cast."""
    log_appeal: Quantiles
    """Log factor of a product's sales."""

    @model_validator(mode="after")
    def _everything_has_its_quantiles(self) -> Self:
        if list(self.levels) != sorted({*self.levels, 0.0, 1.0}):
            raise ValueError(f"levels must rise from 0 to 1, found {self.levels}")
        for name, by_tier in self.by_tier.items():
            if set(by_tier) != set(TIERS):
                raise ValueError(f"{name} must name the tiers {TIERS}, found {sorted(by_tier)}")
        if any(len(values) != len(self.levels) for values in self._all_quantiles()):
            raise ValueError(f"everything needs one quantile for each of the {len(self.levels)} levels")
        return self

    @property
    def by_tier(self) -> dict[str, ByTier]:
        """The quantiles that differ by follower tier."""
        names = ("log10_followers", "log_views", "log_engagement", "log_posts")
        return {name: getattr(self, name) for name in names}

    def _all_quantiles(self) -> list[Quantiles]:
        of_tiers = [values for by_tier in self.by_tier.values() for values in by_tier.values()]
        return [*of_tiers, self.log_appeal]
