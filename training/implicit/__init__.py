"""The published protocol for implicit feedback: pairs in, all items ranked, seen ones removed."""
