"""Serving: ranked, explained answers from one bundle and one snapshot."""
