"""The base of all evidence, and how its numbers are worded."""

from pydantic import computed_field

from serving.answers import Part


class Evidence(Part):
    """Base of all evidence: `phrase` says it in words. Money is in minor units of the market's currency."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def phrase(self) -> str:
        """In words, to the creator."""
        return self.words()

    def words(self) -> str:
        """What `phrase` says."""
        raise NotImplementedError


def counted(number: int, noun: str) -> str:
    """`3 videos`, `1 video`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def counted_units(number: float) -> str:
    """`41 units`, `2.5 units`, `1 unit`: a video's orders are split over what it links."""
    amount = f"{number:,.0f}" if number >= 10 or number == round(number) else f"{number:,.1f}"
    return f"{amount} unit" + ("" if amount == "1" else "s")


def per_cent(share: float) -> str:
    """`41 %`, and of small shares `8.2 %`."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"
