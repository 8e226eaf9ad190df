"""What a policy that was not played would have earned, from the log of one that was."""

from recsys.off_policy.estimate import Estimate, Refusal, estimate
from recsys.off_policy.estimators import ESTIMATORS, Estimator, Terms, doubly_robust, ips, snips
from recsys.off_policy.logged import LoggedActions, Predicted
from recsys.off_policy.overlap import Overlap, overlap

__all__ = [
    "ESTIMATORS",
    "Estimate",
    "Estimator",
    "LoggedActions",
    "Overlap",
    "Predicted",
    "Refusal",
    "Terms",
    "doubly_robust",
    "estimate",
    "ips",
    "overlap",
    "snips",
]
