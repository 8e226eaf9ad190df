"""The language of the field and what training and serving share."""

__version__ = "0.1.0"
