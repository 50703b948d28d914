"""Provider: who one pays. Hosts, key variables and SDK strings live here, in reviewed files, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from capreg.domain.hardware import Backend
from capreg.domain.record import STRICT, Evidence, Name, Prose, Url
from capreg.domain.sdk import KEY_PATTERN, Host, SdkName, SdkRoute
from capreg.domain.vocabulary import ProviderKind
from capreg.ids import IdText, ProviderId, SourceId
from capreg.marks import Pattern

__all__ = ["Provider"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who one pays."""

    __pydantic_config__: ClassVar = STRICT

    name: Name
    """For people."""
    kind: ProviderKind
    """A lab sells its own models, a host others', a cloud both, a router passes requests on."""
    docs_url: Url
    """Where its models are documented."""
    pricing_url: Url | None = None
    """Where its prices are."""
    parent: Annotated[ProviderId, IdText()] | None = None
    """The provider that owns or carries this one."""
    reseller: bool = False
    """Whether it sells what others run."""
    keys: tuple[Annotated[str, Pattern(KEY_PATTERN)], ...] = ()
    """Environment variables that all must be set to call it; never a key itself."""
    either_keys: tuple[Annotated[str, Pattern(KEY_PATTERN)], ...] = ()
    """Variables of which one is enough, where there is a choice."""
    aliases: dict[Annotated[SourceId, IdText()], tuple[Name, ...]] | None = None
    """By source: what this provider is called there."""
    strip_prefixes: tuple[Name, ...] = ()
    """Leading parts of its wire ids that carry no meaning; an offering's id is made without them."""
    hosts: tuple[Host, ...] = ()
    """Hosts that a request, and with it the key, may go to; `*` stands for part of one label."""
    sdks: dict[SdkName, SdkRoute] | None = None
    """By SDK: how it reaches this provider, or why it cannot."""
    backend: Backend
    """What its offerings run on, where an offering does not say otherwise."""
    evidence: tuple[Evidence, ...]
    """Of every fact in this file that names none."""
    note: Prose | None = None
    """What a reader should know."""
