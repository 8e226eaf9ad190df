"""The creator ranking lists (R2–R12): inputs in Ibis, standing among peers in NumPy."""
