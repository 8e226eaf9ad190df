"""Creators for a brief."""
