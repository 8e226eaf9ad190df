"""A public short-video log (KuaiRand) as judged rows: reading, point-in-time features, evaluation."""
