"""Features: what is computed from tables (profiles) and from two rows (pairs)."""
