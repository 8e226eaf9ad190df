"""Peers of `recsys serve`: services that are given features, run by uvicorn and by MLflow."""
