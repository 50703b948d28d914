"""Index: a catalog as columns. Pure: no I/O, no clock. Not the records themselves; those stay in the catalog."""

from capreg.index.columns import ABSENT, Index
from capreg.index.of import index_of

__all__ = ["ABSENT", "Index", "index_of"]
