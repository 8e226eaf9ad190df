"""Creator features: Ibis expressions over the columns of a creator's profile, by what they tell."""
