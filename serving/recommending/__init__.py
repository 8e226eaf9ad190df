"""Products, inspiration videos and insights for creators (R28 to R34), from bundles and a snapshot."""

from serving.recommending.engine import ItemEngine
from serving.recommending.insights import InsightsEngine

__all__ = ["InsightsEngine", "ItemEngine"]
