"""Pair features: NumPy functions of brief and creator, the same in training and serving."""
