"""Trends (R35): what is used, watched or bought more, or less, than was to be expected."""
