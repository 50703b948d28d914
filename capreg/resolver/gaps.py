"""Why a figure is unknown, in a few words: those that more than one module says."""

from __future__ import annotations

__all__ = ["NOT_MEASURED", "NOT_STATED", "NO_PRICE"]

NO_PRICE = "no price"
NOT_MEASURED = "not measured"
NOT_STATED = "reasoning tokens not stated"
