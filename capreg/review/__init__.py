"""What a change of the registry does: to records, to prices, to answers. It reads two catalogs and writes neither."""

from capreg.review.compare import Review, review
from capreg.review.gates import gated
from capreg.review.report import FORMATS, written
from capreg.review.sides import called, files_of, side, stated
from capreg.review.warned import warned

__all__ = [
    "FORMATS",
    "Review",
    "called",
    "files_of",
    "gated",
    "review",
    "side",
    "stated",
    "warned",
    "written",
]
