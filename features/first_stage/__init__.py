"""The first stage: which creators of a large market are worth the ranker's time.

It is learnt from the ranker itself (ANNCUR, Yadav et al. 2022): every creator is scored for some made briefs,
and a creator's scores for those tell the score for any other brief, once a few creators have been scored for
it. `docs/first-stage.md` says how well.
"""

from features.first_stage.build import built, steps
from features.first_stage.config import FirstStageConfig
from features.first_stage.index import FirstStage
from features.first_stage.proposer import Proposer
from features.first_stage.search import Found

__all__ = ["FirstStage", "FirstStageConfig", "Found", "Proposer", "built", "steps"]
