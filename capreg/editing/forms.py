"""What is asked for a new record of each kind: the fields, and the document that the answers make. It asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlsplit

from capreg.domain.measurement import PERCENTILES
from capreg.domain.sdk import OPENAI_PROTOCOL
from capreg.domain.vocabulary import (
    AcceleratorKind,
    AcceleratorStatus,
    CapabilityKind,
    Market,
    PriceBasis,
    PriceEvidence,
    ProviderKind,
    Purpose,
    RateBasis,
    Reasoning,
    Redistributable,
    SpeedEvidence,
    Vantage,
)
from capreg.editing.abilities import abilities
from capreg.errors import InvalidArgument

__all__ = ["FORMS", "Answers", "Field", "Form"]

Answers = Mapping[str, Any]
"""What was answered by field: a text, a list of texts where there may be many, True for a flag. Unanswered: absent."""
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks."""

    name: str
    """What it is called, with underscores; its option has hyphens."""
    ask: str
    """What is asked of a person."""
    required: bool = False
    many: bool = False
    flag: bool = False
    number: bool = False
    prompted: bool = True
    """Whether a person is asked for it; else it is given as an option alone."""
    choices: tuple[str, ...] = ()
    default: str | None = None
    """Taken where nothing is answered."""

    @property
    def option(self) -> str:
        """Its option on the command line."""
        return "--from" if self.name == "starts_on" else f"--{self.name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Form:
    """What a new record needs, and what it becomes."""

    kind: str
    example: str
    """An id, for people."""
    fields: tuple[Field, ...]
    document: Callable[[str, Answers], Document]
    """From the id and the answers to the document."""


def _choice(words: Any) -> tuple[str, ...]:
    return get_args(words)


_LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")
_SPEAKS_FOR = {
    "price_url": ("input", "output", "cache_read"),
    "limit_url": _LIMITS,
    "capability_url": ("can", "cannot"),
    "host_url": ("host", "openai_url"),
}
"""By the page of a group of facts: what the group is."""
_NAME = Field("name", "Name, for people", required=True)
_EVIDENCE = (
    Field("source", "Source: an id of sources/, such as groq-docs", required=True),
    Field("seen_on", "Day on which you saw it there", default="today"),
    Field("url", "Address of the page"),
)


def _plain(answers: Answers, *names: str) -> Document:
    """The answers under their own names, in this order."""
    return {
        name: _number(name, answers[name]) if name in _NUMBERS else answers[name] for name in names if name in answers
    }


def _number(name: str, text: Any) -> int:
    digits = str(text).replace("_", "").replace(",", "")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidArgument(
            "this is no whole number",
            where=f"--{name.replace('_', '-')}",
            found=str(text),
            expected="digits, such as 131072",
        )
    return int(digits)


def _evidence(answers: Answers, group: str = "") -> list[Document]:
    """Who says so; with the page of a group of facts where one is given."""
    told = _plain(answers, "source", "seen_on", "url")
    page = answers.get(f"{group}_url")
    return [{**told, "url": page} if page else told]


def _speaking_pages(answers: Answers) -> None:
    """Refuse the page of a group of facts that nothing is said of."""
    for page, names in _SPEAKS_FOR.items():
        if page in answers and not any(name in answers for name in names):
            raise InvalidArgument(
                "a page for facts that are not given",
                where=f"--{page.replace('_', '-')}",
                found=str(answers[page]),
                expected="with " + " or ".join(f"--{name.replace('_', '-')}" for name in names),
                hint="the page of everything else is --url",
            )


def _source(_: str, answers: Answers) -> Document:
    kinds = {name: answers[f"{name}_kind"] for name in ("price", "capability", "speed") if f"{name}_kind" in answers}
    given = _plain(answers, "publisher", "title", "url", "licence", "attribution", "redistributable", "family")
    return {**given, "kinds": kinds, **({"lists_offerings": True} if answers.get("lists_offerings") else {})}


def _provider(_: str, answers: Answers) -> Document:
    _speaking_pages(answers)
    given = _plain(answers, "name", "kind", "docs_url", "pricing_url", "parent")
    reseller = {"reseller": True} if answers.get("reseller") else {}
    lists = {name: list(answers[key]) for name, key in (("keys", "key"), ("hosts", "host")) if answers.get(key)}
    url, told = answers.get("openai_url"), {}
    if url:
        lists["hosts"] = list(dict.fromkeys([*lists.get("hosts", ()), urlsplit(url).hostname or ""]))
        told = {"sdks": _openai_routes(url, lists.get("keys", []))}
    evidence = _evidence(answers)
    if "hosts" in lists:
        routes = [f"sdks.{sdk}" for sdk in told.get("sdks", ())]
        evidence.append({**_evidence(answers, "host")[0], "facts": ["hosts", *routes]})
    return {**given, **reseller, **lists, **told, "backend": {"grade": "undisclosed"}, "evidence": evidence}


def _openai_routes(url: str, keys: list[str]) -> Document:
    """Each SDK's generic way to an address that speaks OpenAI's protocol."""
    rest = {"base_url": url, **({"key_variable": keys[0]} if keys else {})}
    return {sdk: {"entry": entry, "model": model, **rest} for sdk, (entry, model) in OPENAI_PROTOCOL.items()}


def _model(id: str, answers: Answers) -> Document:  # noqa: A002  the word for it everywhere
    weights = [word == "open_weights" for word in ("open_weights", "closed_weights") if answers.get(word)]
    if len(weights) > 1:
        raise InvalidArgument(
            "weights are open or closed, not both", where="--open-weights", expected="one of the two, or neither"
        )
    given = _plain(answers, "name")
    rest = _plain(answers, "released_on", "knowledge_cutoff", "reasoning")
    known = {"open_weights": weights[0]} if weights else {}
    return {**given, "lab": id.partition("/")[0], **known, **rest, "evidence": _evidence(answers)}


def _offering(_: str, answers: Answers) -> Document:
    _speaking_pages(answers)
    limits = _plain(answers, *_LIMITS)
    document = {**_plain(answers, "wire_id", "model", "quantization"), **limits, "evidence": _evidence(answers)}
    if limits and answers.get("limit_url"):
        document["evidence"].append({**_evidence(answers, "limit")[0], "facts": list(limits)})
    page = _evidence(answers, "capability") if answers.get("capability_url") else ()
    facts = abilities(answers.get("can", ()), answers.get("cannot", ()), evidence=page)
    if facts:
        document["capabilities"] = facts
    rates = _plain(answers, "input", "output", "cache_read")
    if rates:
        start = {"starts_on": answers["starts_on"], "basis": answers["basis"]}
        document["prices"] = [{**start, **rates, "evidence": _evidence(answers, "price")}]
    return document


def _accelerator(_: str, answers: Answers) -> Document:
    given = _plain(answers, "name", "maker", "kind")
    rest = _plain(answers, "launched_on", "memory_kind", "memory_bytes", "memory_bandwidth_bytes_per_s", "tdp_watts")
    return {
        **given,
        "purposes": list(answers["purpose"]),
        "status": answers["status"],
        **rest,
        "evidence": _evidence(answers),
    }


def _measurement(_: str, answers: Answers) -> Document:
    speeds: Document = {}
    for name in _SPEEDS:
        if name in answers:
            metric, _, percentile = name.rpartition("_")
            speeds.setdefault(metric, {})[percentile] = answers[name]
    if not speeds:
        raise InvalidArgument(
            "a measurement holds at least one figure",
            where="--ttft-ms-p50",
            expected=" or ".join(f"--{name.replace('_', '-')}" for name in _SPEEDS),
        )
    given = _plain(answers, "offering", "source", "kind", "vantage", "measured_on")
    rest = _plain(answers, "n", "input_tokens", "output_tokens", "concurrency", "region", "quantization", "rate_basis")
    return {**given, **rest, **speeds}


def _rental(id: str, answers: Answers) -> Document:  # noqa: A002  the word for it everywhere
    names = ("accelerator", "market", "usd_per_hour", "seller", "seen_on", "provider", "instance", "chips", "region")
    return {**_plain(answers, *names), "source": id}


_METRICS = {
    "ttft_ms": ("Time to first token, in ms", (50, 90, 95)),
    "e2e_ms": ("Time to the last token, in ms", (50, 95)),
    "output_tps": ("Output tokens per second of one request, the slow side", (50,)),
}
"""By metric: what it is, and the percentiles that a person is asked for."""
_SPEED_FIELDS = tuple(
    Field(f"{metric}_p{percentile}", f"{words}, p{percentile}", prompted=percentile in asked)
    for metric, (words, asked) in _METRICS.items()
    for percentile in PERCENTILES
)
_SPEEDS = tuple(field.name for field in _SPEED_FIELDS)

FORMS: Mapping[str, Form] = {
    "offering": Form(
        "offerings",
        "groq/llama-3.3-70b-versatile",
        (
            Field("wire_id", "What a request names it, verbatim", required=True),
            Field("model", "Model: an id of models/, such as meta/llama-3.3-70b-instruct"),
            Field("context_tokens", "Context window, in tokens", number=True),
            Field("max_input_tokens", "Most input tokens, where smaller", number=True),
            Field("max_output_tokens", "Most output tokens", number=True),
            Field("quantization", "Number format of the weights, such as fp8"),
            Field("can", "What is proven, such as tool_use:2 or tool_use[parallel]:2; may be repeated", many=True),
            Field("cannot", "What it is known not to have: vision, or tool_use[parallel]; may be repeated", many=True),
            Field("input", "US dollars per million input tokens"),
            Field("output", "US dollars per million output tokens"),
            Field("cache_read", "US dollars per million input tokens from the cache"),
            Field("starts_on", "Day from which this price holds", default="seen_on"),
            Field("basis", "Whether the provider named that day", choices=_choice(PriceBasis), default="observed"),
            *_EVIDENCE,
            Field("price_url", "Address of the page of its price, where another"),
            Field("limit_url", "Address of the page of its limits, where another", prompted=False),
            Field("capability_url", "Address of the page of what it can, where another", prompted=False),
        ),
        _offering,
    ),
    "model": Form(
        "models",
        "meta/llama-3.3-70b-instruct",
        (
            _NAME,
            Field("open_weights", "The weights can be downloaded", flag=True),
            Field("closed_weights", "The weights cannot be downloaded", flag=True),
            Field("released_on", "Day of its release"),
            Field("knowledge_cutoff", "Month to which its training data reaches, such as 2025-06"),
            Field("reasoning", "Whether it thinks before it answers", choices=_choice(Reasoning)),
            *_EVIDENCE,
        ),
        _model,
    ),
    "provider": Form(
        "providers",
        "groq",
        (
            _NAME,
            Field("kind", "What kind of provider", required=True, choices=_choice(ProviderKind)),
            Field("docs_url", "Where its models are documented", required=True),
            Field("pricing_url", "Where its prices are"),
            Field("parent", "Provider that owns or carries it"),
            Field("reseller", "It sells what others run", flag=True),
            Field("key", "Environment variable that holds its key, such as GROQ_API_KEY; may be repeated", many=True),
            Field("host", "Host that requests go to, such as api.groq.com; may be repeated", many=True),
            Field("openai_url", "Base URL, where it speaks OpenAI's protocol, such as https://api.acme.example/v1"),
            *_EVIDENCE,
            Field("host_url", "Address of the page that names its hosts, where another", prompted=False),
        ),
        _provider,
    ),
    "accelerator": Form(
        "accelerators",
        "nvidia-b200",
        (
            _NAME,
            Field("maker", "Who makes it", required=True),
            Field("kind", "What it is", required=True, choices=_choice(AcceleratorKind)),
            Field(
                "purpose", "What it was built for; may be repeated", required=True, many=True, choices=_choice(Purpose)
            ),
            Field("status", "Whether somebody can run on it", required=True, choices=_choice(AcceleratorStatus)),
            Field("launched_on", "Day of its launch"),
            Field("memory_kind", "For example HBM3e"),
            Field("memory_bytes", "Bytes of memory that hold weights", number=True),
            Field("memory_bandwidth_bytes_per_s", "Bandwidth of that memory, in bytes per second", number=True),
            Field("tdp_watts", "Thermal design power of the chip, in watts", number=True),
            *_EVIDENCE,
        ),
        _accelerator,
    ),
    "measurement": Form(
        "measurements",
        "acme-benchmark-2026-11-20",
        (
            Field("offering", "What was measured: an offering's id", required=True),
            Field("source", "Source that published it", required=True),
            Field("kind", "What kind of evidence", required=True, choices=_choice(SpeedEvidence)[1:5]),
            Field("vantage", "Where the clock stood", required=True, choices=_choice(Vantage)),
            Field("measured_on", "Day of the measurement", required=True),
            Field("n", "How many requests", number=True),
            Field("input_tokens", "Mean input length", number=True),
            Field("output_tokens", "Mean output length", number=True),
            Field("concurrency", "Requests in flight", number=True),
            *_SPEED_FIELDS,
            Field("rate_basis", "What the rate counts from", choices=_choice(RateBasis), prompted=False),
            Field("region", "Where it ran", prompted=False),
            Field("quantization", "Number format of the weights, such as fp8", prompted=False),
        ),
        _measurement,
    ),
    "rental": Form(
        "rentals",
        "chip-hour-prices",
        (
            Field("accelerator", "The chip: an id of accelerators/", required=True),
            Field("market", "How it is had", required=True, choices=_choice(Market)),
            Field("usd_per_hour", "US dollars for one chip for one hour", required=True),
            Field("seller", "Who rents it out", required=True),
            Field("seen_on", "Day on which you saw it there", default="today"),
            Field("provider", "The seller's id, where it is a provider of the catalog"),
            Field("instance", "What the seller calls the machine"),
            Field("chips", "How many chips it has", number=True),
            Field("region", "Where it stands"),
        ),
        _rental,
    ),
    "source": Form(
        "sources",
        "groq-docs",
        (
            Field("publisher", "Who publishes it", required=True),
            Field("title", "What it is called", required=True),
            Field("url", "Where it lives", required=True),
            Field("licence", "Its licence: an SPDX id, or words where there is none", required=True),
            Field("attribution", "The line that its licence, or courtesy, asks for", required=True),
            Field(
                "redistributable",
                "Whether a clear open licence covers it",
                choices=_choice(Redistributable),
                default="unverified",
            ),
            Field("family", "Sources that copy each other share a family", default="id"),
            Field("price_kind", "Kind of evidence on prices", choices=_choice(PriceEvidence)),
            Field("capability_kind", "Kind of evidence on capabilities", choices=_choice(CapabilityKind)),
            Field("speed_kind", "Kind of evidence on speed", choices=_choice(SpeedEvidence)[1:5]),
            Field("lists_offerings", "Being named in it says that an offering can be had", flag=True),
        ),
        _source,
    ),
}
"""By the word that the command takes."""

_NUMBERS = frozenset(field.name for form in FORMS.values() for field in form.fields if field.number)
