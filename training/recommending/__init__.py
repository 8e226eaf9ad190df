"""Learning what to recommend to creators: moments, what happened after them, retrieval, ranking, figures."""
