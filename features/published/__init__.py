"""What published data sets say of creators, by the same expressions as the marketplace's profiles."""
