"""Scoring in bulk: pairs of a brief and a creator, from files to files."""
