"""Random tables of the contract's shape, of any size: their number and skew matter, not what they say."""
