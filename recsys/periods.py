"""UTC, and the periods of ranking lists: its days, ISO weeks and calendar months (section 2 of the rules)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self

PeriodKind = Literal["day", "week", "month"]
MONTHS_A_QUARTER = 3


def naive_utc(moment: datetime) -> datetime:
    """The moment in UTC without a zone, as the tables have theirs; a naive one is UTC already."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def utc_day(moment: date | datetime) -> date:
    """The UTC day of a moment, aware or naive; a day is itself."""
    return naive_utc(moment).date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True)
class Period:
    """Whole UTC days, from `first_day` on."""

    kind: PeriodKind
    first_day: date
    days: int

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """The day itself, its ISO week (Monday to Sunday), or its calendar month."""
        if kind == "day":
            return cls(kind, day, 1)
        if kind == "week":
            return cls(kind, day - timedelta(days=day.weekday()), 7)
        first = day.replace(day=1)
        return cls(kind, first, ((first + timedelta(days=31)).replace(day=1) - first).days)

    @property
    def name(self) -> str:
        """`2026-06-22`, `2026-W26` or `2026-06`."""
        if self.kind == "week":
            return f"{self.first_day:%G-W%V}"
        return self.first_day.isoformat() if self.kind == "day" else f"{self.first_day:%Y-%m}"

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def eve(self) -> date:
        """The last day before it."""
        return self.first_day - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The moment it begins, naive UTC."""
        return datetime.combine(self.first_day, time())

    @property
    def end(self) -> datetime:
        """The moment it is over, naive UTC: nothing at or after it belongs to the period."""
        return self.start + timedelta(days=self.days)

    @property
    def start_before(self) -> datetime:
        """The moment at which the period of the same length just before begins (R3)."""
        return self.start - timedelta(days=self.days)

    @property
    def quarter_start(self) -> datetime:
        """The moment at which the calendar quarter of the first day begins."""
        month = self.first_day.month - (self.first_day.month - 1) % MONTHS_A_QUARTER
        return datetime(self.first_day.year, month, 1)  # noqa: DTZ001  # naive means UTC throughout
