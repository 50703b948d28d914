"""Markers for record fields: each checks the same in the typed validation and in the JSON Schema.

They import pydantic only when it asks them, so that records stay light.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Bounds", "Number", "Pattern", "TextLength"]


class Bounds:
    """Marks a whole number with inclusive bounds."""

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least = least
        self.most = most

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.int_schema(ge=self.least, le=self.most, strict=True)


class Number:
    """Marks a finite number with inclusive bounds."""

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.float_schema(ge=self.least, le=self.most, strict=True, allow_inf_nan=False)


class TextLength:
    """Marks a text with at least one and at most `most` characters."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(min_length=1, max_length=self.most, strict=True)


class Pattern:
    """Marks a text that fits a regular expression, searched as JSON Schema does."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(pattern=self.pattern, max_length=500, regex_engine="python-re")
