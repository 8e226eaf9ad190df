"""Interactions: what users did with items, as confidences (Hu, Koren and Volinsky 2008)."""

from recsys.interactions.matrix import Histories, Interactions

__all__ = ["Histories", "Interactions"]
