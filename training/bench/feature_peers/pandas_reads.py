"""What is read in pandas: only the columns and days needed, dates as datetime64, texts as categories."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from training.bench.feature_peers.asked import Asked

VIDEO_COUNTS = ["views", "likes", "comments", "shares"]
LINKS, DAY = pc.list_value_length(ds.field("product_ids")).cast(pa.int64()), ds.field("day")


class Reads:
    """The frames: `pd` is the library, which need not be there when this module is read."""

    def __init__(self, pd: Any, asked: Asked) -> None:
        self.pd, self.asked = pd, asked
        self.now = np.datetime64(asked.as_of, "us")

    def _read(self, table: str, columns: Sequence[str] | Mapping[str, Any], where: Any) -> Any:
        """The rows as a frame with dates as datetime64 and texts as categories."""
        named = columns if isinstance(columns, Mapping) else {name: ds.field(name) for name in columns}
        folder = f"{self.asked.folder}/{table}"
        rows = ds.dataset(folder, format="parquet").to_table(columns=dict(named), filter=where)
        return rows.to_pandas(
            date_as_object=False, strings_to_categorical=True, split_blocks=True, self_destruct=True
        )

    def _days(self, table: str, columns: Sequence[str], first: date, where: Any = None) -> Any:
        within = (first <= DAY) & (self.asked.today > DAY)
        return self._read(table, columns, within if where is None else within & where)

    def _videos(self, columns: Sequence[str], where: Any = None, **computed: Any) -> Any:
        named = {name: ds.field(name) for name in columns} | computed
        there = ds.field("posted_at") < self.asked.as_of
        return self._read("videos", named, there if where is None else there & where)

    def _rules(self, *names: str) -> Any:
        creators = self._read("creators", ["creator_id", "market"], ds.field("created_at") < self.asked.as_of)
        thresholds = self.pd.DataFrame([vars(each) for each in self.asked.thresholds])
        creators["market"] = creators["market"].astype(str)
        return creators.merge(thresholds[["market", *names]], on="market").drop(columns="market")

    def _ago(self, days: int) -> np.datetime64:
        return np.datetime64(self.asked.ago(days), "us")

    def _summed(self, rows: Any, columns: Mapping[str, Any]) -> Any:
        """The sum of each column by creator."""
        frame = self.pd.DataFrame({"creator_id": rows["creator_id"], **columns}, copy=False)
        return frame.groupby("creator_id", sort=False).sum().reset_index()
