"""The same aggregates by our Ibis expressions and, written by hand, by DuckDB SQL, Polars and pandas."""
