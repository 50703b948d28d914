"""What a decision stands on: the question, the instant, and the universe in three parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capreg.catalog import Catalog
    from capreg.index import Index
    from capreg.resolver.figures import Figures
    from capreg.resolver.matching import Partition
    from capreg.resolver.moment import Moment
    from capreg.resolver.request import Request
    from capreg.resolver.universe import Universe

__all__ = ["Settled"]


class Settled:
    """A request settled against a catalog at a moment. Everything that a decision tells is read from it."""

    __slots__ = ("catalog", "figures", "index", "moment", "partition", "request", "universe")

    def __init__(
        self,
        *,
        catalog: Catalog,
        index: Index,
        request: Request,
        moment: Moment,
        figures: Figures,
        universe: Universe,
        partition: Partition,
    ) -> None:
        self.catalog = catalog
        self.index = index
        self.request = request
        self.moment = moment
        self.figures = figures
        self.universe = universe
        self.partition = partition

    def at(self, moment: Moment) -> Settled:
        """The same at another moment of the same interval between catalog events."""
        return Settled(
            catalog=self.catalog,
            index=self.index,
            request=self.request,
            moment=moment,
            figures=self.figures,
            universe=self.universe,
            partition=self.partition,
        )
