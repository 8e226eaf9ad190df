"""What creators do and what becomes of it: showcases, samples, videos, livestreams, messages."""
