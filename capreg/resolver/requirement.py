"""Reading requirements: ``name[feature,…]>=level``. Exact spelling, only ``>=``, at most 200 characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.errors import InvalidRequirement, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["MAX_LENGTH", "Asked", "parse", "parse_all"]

MAX_LENGTH = 200
_GRAMMAR = "name[feature,…]>=level, for example tool_use[parallel]>=2"
_MAX_DIGITS = 9


class Asked:
    """One requirement on a capability: at least `level`, with `features` in order of name."""

    __slots__ = ("capability", "features", "level")

    def __init__(self, capability: str, level: int, features: tuple[str, ...] = ()) -> None:
        self.capability = capability
        self.level = level
        self.features = features

    @property
    def label(self) -> str:
        """The requirement without its features, such as ``tool_use>=2``."""
        return f"{self.capability}>={self.level}"

    def feature_label(self, feature: str) -> str:
        """The requirement of one feature, such as ``tool_use[parallel]``."""
        return f"{self.capability}[{feature}]"

    def __str__(self) -> str:
        features = f"[{','.join(self.features)}]" if self.features else ""
        return f"{self.capability}{features}>={self.level}"

    def __repr__(self) -> str:
        return f"<Asked {self}>"


def parse_all(texts: str | Sequence[str], vocabulary: Mapping[str, Any]) -> list[Asked]:
    """Every requirement in `texts`, in the order given, each once.

    Raises:
        InvalidRequirement: when a text is outside the grammar, or there is none.
        UnknownName: when a capability, feature or level is not defined.
    """
    found: dict[str, Asked] = {}
    for text in [texts] if isinstance(texts, str) else texts:
        asked = parse(text, vocabulary["capabilities"])
        found.setdefault(str(asked), asked)
    if not found:
        raise InvalidRequirement("nothing is required", expected=_GRAMMAR, hint="name at least one capability or skill")
    return list(found.values())


def parse(text: object, capabilities: Mapping[str, Any]) -> Asked:
    """The requirement that `text` says, checked against the defined capabilities."""
    if not isinstance(text, str):
        raise InvalidRequirement("a requirement is a text", found=repr(text), expected=_GRAMMAR)
    if len(text) > MAX_LENGTH:
        raise InvalidRequirement(
            "a requirement is too long", found=text, expected=f"{_GRAMMAR}, at most {MAX_LENGTH} characters"
        )
    if text in capabilities:
        return Asked(text, capabilities[text]["bare"])
    name, features, level = _grammatical(text)
    return _defined(text, name, features, level, capabilities)


def _grammatical(text: str) -> tuple[str, tuple[str, ...], int | None]:
    """The parts of `text`, read with packaging's grammar; whatever packaging raises becomes our error."""
    from packaging.requirements import InvalidRequirement as Malformed
    from packaging.requirements import Requirement

    try:
        parsed = Requirement(text)
    except (Malformed, ValueError, RecursionError) as malformed:
        raise InvalidRequirement(
            "a requirement cannot be read", found=text, expected=_GRAMMAR, hint=_meant(text)
        ) from malformed
    if parsed.url is not None:
        raise InvalidRequirement("a requirement takes no URL", found=text, expected=_GRAMMAR)
    if parsed.marker is not None:
        raise InvalidRequirement("a requirement takes no marker", found=text, expected=_GRAMMAR)
    return parsed.name, tuple(sorted(parsed.extras)), _level(text, [(s.operator, s.version) for s in parsed.specifier])


def _meant(text: str) -> str | None:
    """What a text outside the grammar is likely to mean: the command line's spelling of a level, or a list."""
    name, _, level = text.partition(":")
    if level.isdecimal() and name:
        return f"write a level as {f'{name}>={level}'!r}"
    if "," in text and "[" not in text:
        return f"give several as a list: {[part.strip() for part in text.split(',')]}"
    return None


def _level(text: str, specifiers: list[tuple[str, str]]) -> int | None:
    if not specifiers:
        return None
    if len(specifiers) > 1 or specifiers[0][0] != ">=":
        raise InvalidRequirement(
            "a level is a lower limit", found=text, expected=_GRAMMAR, hint="write one '>=' and a whole number"
        )
    digits = specifiers[0][1]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MAX_DIGITS or int(digits) < 1:
        raise InvalidRequirement("a level is a whole number from 1", found=text, expected=_GRAMMAR)
    return int(digits)


def _defined(
    text: str, name: str, features: tuple[str, ...], level: int | None, capabilities: Mapping[str, Any]
) -> Asked:
    capability = capabilities.get(name)
    if capability is None:
        raise UnknownName("capability", name, capabilities, where=f"requirement {text!r}")
    for feature in features:
        if feature not in capability["features"]:
            raise UnknownName(f"feature of {name}", feature, capability["features"], where=f"requirement {text!r}")
    level = capability["bare"] if level is None else level
    if capability["measure"] == "level" and level > capability["levels"]:
        levels = [str(n) for n in range(1, capability["levels"] + 1)]
        raise UnknownName(f"level of {name}", str(level), levels, where=f"requirement {text!r}")
    return Asked(name, level, features)
