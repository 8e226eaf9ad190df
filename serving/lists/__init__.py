"""Ranking lists, served (R2 to R12)."""
