"""What is read in Polars, lazily, and cut at the moment asked about."""

from typing import Any

from training.bench.feature_peers.asked import Asked


class Scans:
    """The lazy frames: `pl` is the library, which need not be there when this module is read."""

    def __init__(self, pl: Any, asked: Asked) -> None:
        self.pl, self.asked = pl, asked
        self.now = asked.as_of
        self.before = asked.ago(2 * asked.days)
        self.daily = self._scan("creator_daily").filter(pl.col("day") < asked.today)
        self.counted = self._scan("video_daily").filter(pl.col("day") < asked.today)
        self.videos = self._scan("videos").filter(pl.col("posted_at") < self.now)
        self.streams = self._scan("livestreams").filter(pl.col("ended_at") < self.now)
        self.rules = self._rules()

    def _scan(self, table: str) -> Any:
        return self.pl.scan_parquet(self.asked.files(table))

    def _rules(self) -> Any:
        thresholds = self.pl.LazyFrame([vars(each) for each in self.asked.thresholds])
        creators = self._scan("creators").filter(self.pl.col("created_at") < self.now)
        return creators.select("creator_id", "market").join(thresholds, on="market").drop("market")

    def _since(self, days: int) -> Any:
        return self.pl.col("day") >= self.asked.ago(days)

    def _sum(self, name: str, where: Any) -> Any:
        return self.pl.col(name).filter(where).sum()
