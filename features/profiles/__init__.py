"""Profiles: aggregates of what was known at a moment, as Ibis expressions with one row per entity."""
