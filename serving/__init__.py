"""Serving: ranked, explained answers from one release."""
