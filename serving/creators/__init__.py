"""Creator search, profiles and look-alikes (R13 to R17, R22): what a brand sees of creators."""

from serving.creators.engine import CreatorEngine
from serving.creators.search import CreatorSearch

__all__ = ["CreatorEngine", "CreatorSearch"]
