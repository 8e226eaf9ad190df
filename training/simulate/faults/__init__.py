"""Faults as exports have them, each with the rule of the data contract that finds it."""

# Importing these modules registers their faults, in this order.
from training.simulate.faults import accounts, campaigns, content
from training.simulate.faults.fault import FAULTS, Fault
from training.simulate.faults.spoilt import Spoilt, spoil

__all__ = ["FAULTS", "Fault", "Spoilt", "accounts", "campaigns", "content", "spoil"]
