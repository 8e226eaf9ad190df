"""Reasons for products and videos: the parts of the score, each with what is known in its matter."""

from collections.abc import Mapping, Sequence

from features.recommending.surfaces import Surface
from recsys.lift import TraitLifts
from serving.answers import Reason
from serving.recommending.answers import ItemReason, ProductFacts, VideoFacts
from serving.recommending.creator_view import CreatorView
from serving.recommending.evidence import AnyEvidence
from serving.recommending.evidence.products import PRODUCT_EVIDENCE, Tell, product_facts
from serving.recommending.evidence.videos import VIDEO_EVIDENCE, video_facts

EVIDENCE: Mapping[Surface, Mapping[str, Tell]] = {
    "products": PRODUCT_EVIDENCE,
    "inspiration": VIDEO_EVIDENCE,
}


def facts_of(
    view: CreatorView, surface: Surface, row: int, lifts: TraitLifts | None
) -> ProductFacts | VideoFacts:
    """What the item is."""
    return product_facts(view, row) if surface == "products" else video_facts(view, row, lifts)


def with_evidence(
    view: CreatorView, surface: Surface, row: int, reasons: Sequence[Reason]
) -> tuple[ItemReason, ...]:
    """The same reasons in the same order, each with what is known of this creator and this item."""
    return tuple(
        ItemReason(
            group=reason.group,
            part=reason.part,
            numbers=reason.numbers,
            evidence=EVIDENCE[surface].get(reason.group, _nothing)(view, row, reason.part),
        )
        for reason in reasons
    )


def _nothing(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Of matters in which the feature's numbers say all there is."""
    return ()
