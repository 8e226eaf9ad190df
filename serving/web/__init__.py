"""The thin shell around the engine: HTTP in, requests of `serving.requests` through, JSON out."""
