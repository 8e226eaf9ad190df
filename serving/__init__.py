"""Serving: ranked, explained answers from one bundle and one snapshot."""

from serving.engine import Engine

__all__ = ["Engine"]
