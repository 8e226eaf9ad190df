"""The tables of one play: the scene's, with what the policy's invitations brought added week by week."""

import os
from pathlib import Path

from training.simulate.activity.activity import Activity
from training.simulate.activity.profiles import daily_rows
from training.simulate.clock import ABSENT
from training.simulate.columns import Values
from training.simulate.funnel.offers import campaign_rows, invitation_rows, target_rows
from training.simulate.funnel.results import Results, realised
from training.simulate.funnel.steps import Funnel
from training.simulate.play.reveal import among, reveal
from training.simulate.play.scene import BlockLife, Scene, of_block
from training.simulate.writer import WorldWriter

PARTS_PER_WEEK = 1_000
"""File numbers a week has for its blocks; those of the scene come before the first."""


class Ground:
    """A folder of tables that starts as hard links to the scene's files, and grows."""

    def __init__(self, scene: Scene, written: Path, folder: Path) -> None:
        self.scene, self.folder = scene, folder
        self.writer = WorldWriter(folder)
        self.done: list[list[Activity]] = [[life.own, life.warm_up] for life in scene.blocks]
        _link(written, folder)

    def open_week(self, week: int) -> None:
        """Add the week's briefs."""
        cast = self.scene.cast
        briefs = cast.briefs.take(self.scene.briefs_of(week))
        self.writer.write("campaigns", campaign_rows(briefs, cast.brands, cast.products), block=_part(week))
        self.writer.write("campaign_targets", target_rows(briefs), block=_part(week))

    def close_week(self, week: int, funnel: Funnel) -> Results:
        """Add what came of the week's invitations, in order of briefs and places; what they brought."""
        lives, potential = self.scene.blocks, self.scene.deliveries_of(week)
        parts = [
            reveal(deliveries, of_block(funnel, life.block))
            for life, deliveries in zip(lives, potential, strict=True)
        ]
        for number, (life, part) in enumerate(zip(lives, parts, strict=True)):
            self._add(life, part, number, week)
        results = _of_rows(Results.joined([realised(whole) for whole in potential]), funnel)
        self.writer.write("invitations", invitation_rows(funnel, self.scene.cast, results), block=_part(week))
        return results

    def recommended(
        self, week: int, number: int, kind: int, came: tuple[Activity, dict[str, dict[str, Values]]]
    ) -> None:
        """Add what came of a week's recommendations of one kind to a block, before the week is closed."""
        activity, rows_of = came
        self.done[number].append(activity)
        for name, rows in rows_of.items():
            self.writer.write(name, rows, block=_part(week) + (1 + kind) * PARTS_PER_WEEK // 4 + number)

    def _add(self, life: BlockLife, part: Activity, number: int, week: int) -> None:
        self.done[number].append(part)
        for name, rows in part.rows().items():
            self.writer.write(name, rows, block=_part(week) + number)
        (self.folder / "creator_daily" / f"part-{number:05d}.parquet").unlink()
        daily = daily_rows(life.block, life.shelves, self.done[number])
        self.writer.write("creator_daily", daily, block=number)


def _part(week: int) -> int:
    return week * PARTS_PER_WEEK


def _link(written: Path, folder: Path) -> None:
    for path in sorted(written.rglob("*.parquet")):
        target = folder / path.relative_to(written)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)


def _of_rows(results: Results, funnel: Funnel) -> Results:
    """The results of the funnel's deliveries; those of livestreams that outlast the world are not there."""
    delivered = funnel.take(funnel.delivered_at != ABSENT)
    return results.take(among(results.brief, results.creator, delivered))
