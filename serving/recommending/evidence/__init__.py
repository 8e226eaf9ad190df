"""What stands behind a reason (R31, R32): numbers of this creator and this item, each with its sentence.

`products` and `videos` say which of it is told for which reason group.
"""

from typing import Annotated

from pydantic import Field

from serving.recommending.evidence.of_creator import (
    AudienceGroup,
    CategoryShare,
    SimilarCreator,
    SimilarMet,
    SimilarSold,
    SimilarViewed,
)
from serving.recommending.evidence.of_item import Commission, Demand, Price, Reach, Sales, Trend

AnyEvidence = Annotated[
    SimilarSold
    | SimilarViewed
    | SimilarMet
    | SimilarCreator
    | AudienceGroup
    | CategoryShare
    | Trend
    | Price
    | Commission
    | Demand
    | Sales
    | Reach,
    Field(discriminator="kind"),
]
