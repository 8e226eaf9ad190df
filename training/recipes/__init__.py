"""The recipes: each module's `run` reads like its description."""
