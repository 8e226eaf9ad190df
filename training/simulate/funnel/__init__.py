"""What becomes of a brief: who is shown, the true chances of each step, and the results."""
