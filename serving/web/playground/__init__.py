"""A page to look at: briefs and creators tried out in a browser (`recsys serve --playground`)."""
