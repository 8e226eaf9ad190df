"""Speed beside peers, measured so that another machine gets the same ratios."""
