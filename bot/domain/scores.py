"""How well promises are kept."""

from dataclasses import dataclass

# The days over which promises are counted (product section 4: the last quarter says who keeps their word now).
SCORE_DAYS = 90
# So many broken ones among them mark a customer.
MARKED_AFTER = 3


@dataclass(frozen=True, slots=True)
class Score:
    """Promises judged and, of those, kept in full and broken; one kept in part is neither."""

    due: int = 0
    kept: int = 0
    broken: int = 0

    @property
    def is_marked(self) -> bool:
        """Whether so many were broken that the next promise deserves a doubt."""
        return self.broken >= MARKED_AFTER


@dataclass(frozen=True, slots=True)
class CollectorScore:
    """The score of a portfolio, with the names of who collects it."""

    code: str
    names: tuple[str, ...]
    score: Score
