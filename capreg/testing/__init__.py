"""Small catalogs for tests of code that asks capreg: offerings in one line each, checked as the registry's are.

Nothing made here claims to be true of anybody. Capabilities, skills, accelerators and sources are those of the
catalog that is shipped, so that the same questions can be asked; its offerings and prices are not taken over.

>>> import capreg
>>> from capreg.testing import catalog, offering
>>> shop = catalog(
...     offering("fast/small", price=("0.10", "0.40"), ttft=120, tps=300, tools=True),
...     offering("slow/large", price=("0.05", "0.20"), ttft=900, tps=40, tools=True),
... )
>>> capreg.resolve("tool_use", max_latency_ms=300, catalog=shop, as_of="2026-11-22").best.offering
'fast/small'
"""

from capreg.testing.made import MadeOffering, MadeProvider, MadeQuality, offering, price, provider, quality
from capreg.testing.shop import catalog

__all__ = ["MadeOffering", "MadeProvider", "MadeQuality", "catalog", "offering", "price", "provider", "quality"]
