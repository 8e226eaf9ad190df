"""What is served together, how it is published, and how a running service moves on to it."""
