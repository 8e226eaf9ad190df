"""Judging trends on published data: what was said to grow at a month's end, against the month after."""
