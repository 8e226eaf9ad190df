"""Everyone and everything there is before anything happens: creators, brands, products, briefs."""
