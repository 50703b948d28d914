"""What a change of the registry does: to records, to prices, to answers. It reads two catalogs and writes neither."""

from capreg.review.compare import Review, review
from capreg.review.gates import gated
from capreg.review.report import FORMATS, written
from capreg.review.sides import side

__all__ = ["FORMATS", "Review", "gated", "review", "side", "written"]
