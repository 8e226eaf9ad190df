"""The briefs that were made: rows of `campaigns` and `campaign_targets` as the briefs serving answers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from recsys.brief import Brief
from recsys.config import parse
from recsys.errors import ConfigError, TableError
from recsys.policy import Policies
from recsys.tables import Tables
from recsys.vocabulary import Dimension

SAME_NAMES = (
    "brand_id", "market", "category", "product_ids", "objective", "campaign_type", "hashtag", "funnel_stage",
    "store_states", "budget", "creators_wanted", "starts_on", "ends_on",
)  # fmt: skip
Targets = dict[Dimension, dict[str, float]]


@dataclass(frozen=True)
class LoggedBrief:
    """A brief with its id and the moment it was made (UTC)."""

    campaign_id: int
    created_at: datetime
    brief: Brief

    def final_at(self, policies: Policies) -> datetime:
        """When nothing can change its grades any more: its fulfilment window and its campaign are over."""
        rules = policies.in_force(self.brief.market, self.created_at).fulfilment
        window_ends = self.created_at + timedelta(days=rules.days + rules.extension_days)
        campaign_ends = datetime.combine(self.brief.ends_on, datetime.min.time(), UTC) + timedelta(days=1)
        return max(window_ends, campaign_ends)


def read_briefs(tables: Tables) -> list[LoggedBrief]:
    """All briefs, oldest first; TableError for one that serving would refuse."""
    targets = _targets(tables)
    rows = tables["campaigns"].order_by(["created_at", "campaign_id"]).to_pyarrow().to_pylist()
    return [_logged(row, targets[row["campaign_id"]]) for row in rows]


def _targets(tables: Tables) -> defaultdict[int, Targets]:
    wanted: defaultdict[int, Targets] = defaultdict(dict)
    columns = ["campaign_id", "dimension", "value"]
    for row in tables["campaign_targets"].order_by(columns).to_pyarrow().to_pylist():
        wanted[row["campaign_id"]].setdefault(row["dimension"], {})[row["value"]] = row["share"]
    return wanted


def _logged(row: dict[str, Any], target: Targets) -> LoggedBrief:
    source = f"campaign {row['campaign_id']}"
    try:
        brief = parse(Brief, {name: row[name] for name in SAME_NAMES} | {"target": target}, source)
    except ConfigError as error:
        raise TableError(str(error)) from error
    return LoggedBrief(row["campaign_id"], row["created_at"].replace(tzinfo=UTC), brief)
