"""Candidate: one ranked offering, with what it costs, how fast it was seen, and what it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capreg.index.columns import ABSENT, STATUS
from capreg.resolver.others import beside_others, is_far
from capreg.resolver.provenance import age_days, conformance_told, price_provenance, quality_told
from capreg.resolver.request import PERCENTILES
from capreg.units import format_ms, format_rate, format_usd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from capreg.domain.sdk import SdkName
    from capreg.resolver.cost import Item
    from capreg.resolver.handover import Call
    from capreg.resolver.ledger import Reason
    from capreg.resolver.settled import Settled

__all__ = ["Candidate"]

_METRICS = ("ttft_ms", "first_answer_ms", "e2e_ms", "output_tps")
_CONDITIONS = (
    "source", "kind", "vantage", "measured_on", "tier", "window_s", "n", "input_tokens", "output_tokens",
    "concurrency", "region", "quantization", "slowest_of", "rate_basis", "uptime_percent",
)  # fmt: skip


class Candidate:
    """One ranked offering.

    Figures that are unknown are None. `proven` is False where a required fact is unknown and was let in.
    """

    __slots__ = ("_row", "_settled", "missing", "proven", "rank")

    def __init__(self, settled: Settled, row: int, *, rank: int, missing: Sequence[Reason]) -> None:
        self._settled = settled
        self._row = row
        self.rank = rank
        self.missing = tuple(missing)
        self.proven = not missing

    @property
    def offering(self) -> str:
        """The offering's id, ``provider/…``."""
        return self._settled.index.offerings[self._row]

    @property
    def document(self) -> Mapping[str, Any]:
        """The offering's record as plain JSON, with all its evidence and history."""
        return self._settled.catalog.documents("offerings")[self.offering]

    @property
    def provider(self) -> str:
        """The provider's id."""
        return self.offering.partition("/")[0]

    @property
    def model(self) -> str | None:
        """The model's id; None where no source says exactly which it is."""
        return self.document.get("model")

    @property
    def kind(self) -> str:
        """``"hosted"``, or ``"dedicated"`` for machines of one's own."""
        return "hosted" if self.machine is None else "dedicated"

    @property
    def machine(self) -> dict[str, Any] | None:
        """The machine, how many of them, the operating point, the rental and how busy they are; None where hosted."""
        machine = self.document.get("machine")
        return None if machine is None else dict(machine)

    @property
    def is_estimated(self) -> bool:
        """Whether cost and times are estimates, made from a measurement with other lengths."""
        return bool(self._settled.index.estimated >> self._row & 1)

    @property
    def wire_id(self) -> str:
        """What a request names, verbatim."""
        return str(self.document["wire_id"])

    @property
    def keys(self) -> tuple[str, ...]:
        """Environment variables that must all be set to call it."""
        return tuple(self._provider["keys"])

    @property
    def either_keys(self) -> tuple[str, ...]:
        """Environment variables of which one is enough, where there is a choice."""
        return tuple(self._provider["either_keys"])

    def has_keys(self, environ: Mapping[str, str]) -> bool | None:
        """Whether `environ` holds what is needed to call it; None where the provider names no variable."""
        if not self.keys and not self.either_keys:
            return None
        has_one = not self.either_keys or any(environ.get(name) for name in self.either_keys)
        return has_one and all(environ.get(name) for name in self.keys)

    def call(self, sdk: SdkName, **own: str) -> Call:
        """What `sdk` needs to call it: the model's name there, arguments, and the name of the key's variable.

        Args:
            sdk: ``"openai"``, ``"litellm"``, ``"pydantic-ai"``, ``"langchain"`` or ``"instructor"``.
            own: what only the user knows, such as ``deployment="…"``; a `CallNeeds` error says what is missing.

        Raises:
            UnknownName: there is no such SDK, or nothing of that name is needed.
            SdkCannotReach: this SDK cannot; the error names those that can.
            CallNeeds: something that only the user knows is missing.
            InvalidArgument: what was given cannot be part of an address.
        """
        from capreg.resolver.handover import call

        routes = self._settled.catalog.documents("providers")[self.provider].get("sdks") or {}
        return call(routes, sdk, self.offering, wire_id=self.wire_id, own=own)

    @property
    def cost_usd(self) -> Decimal | None:
        """US dollars for one call of the workload, exact; None is unknown."""
        from decimal import Decimal

        cost = self._settled.figures.cost(self._row)
        return None if cost is None else Decimal(format_usd(cost))

    @property
    def cost_items(self) -> Sequence[Item]:
        """The bill, item by item; empty where the cost is unknown. The items add up to the cost exactly."""
        items = self._settled.figures.items(self._row) or ()
        return items if self.machine is None else [item for item in items if item.rate]

    @property
    def ttft_ms(self) -> float | None:
        """Time to first token at the asked percentile, milliseconds; see `ttft_is_upper_limit`."""
        return self._speed("ttft_ms")

    @property
    def ttft_is_upper_limit(self) -> bool:
        """Whether the true TTFT is at most `ttft_ms`, because that is of the slowest host behind a router."""
        figure = self._settled.figures.figure("ttft_ms", self._row)
        return figure is not None and figure.sense == "at_most"

    @property
    def first_answer_ms(self) -> float | None:
        """Time to the first token of the answer proper, milliseconds: where it does not reason, the TTFT as it is."""
        figures = self._settled.figures
        return self._speed(figures.speeds.first_answer_metric(self._row, figures.percentile))

    @property
    def e2e_ms(self) -> float | None:
        """Time to the last token at the asked percentile, milliseconds; see `e2e_is_upper_limit`."""
        return self._speed("e2e_ms")

    @property
    def e2e_is_upper_limit(self) -> bool:
        """Whether the true end-to-end time is at most `e2e_ms`, because the rate may include the TTFT or is a limit."""
        figure = self._settled.figures.figure("e2e_ms", self._row)
        return figure is not None and figure.sense == "at_most"

    @property
    def output_tps(self) -> float | None:
        """Output tokens per second of one request at the asked percentile; see `output_tps_is_lower_limit`."""
        return self._speed("output_tps")

    @property
    def output_tps_is_lower_limit(self) -> bool:
        """Whether the decode rate is at least `output_tps`, because the source's rate may include the TTFT."""
        figure = self._settled.figures.figure("output_tps", self._row)
        return figure is not None and figure.sense == "at_least"

    @property
    def region(self) -> str | None:
        """The region that its price and limits hold for; None where no source says."""
        region: str | None = self.document.get("region")
        return region

    @property
    def reasons(self) -> bool | None:
        """Whether it can think before it answers; None is unknown."""
        fact = (self.document.get("capabilities") or {}).get("reasoning", {})
        if fact.get("at_least", 0) >= 1:
            return True
        return False if fact.get("at_most") == 0 else None

    @property
    def measurements(self) -> dict[str, dict[str, Any]]:
        """By metric: the figure at the asked percentile, all percentiles, and the conditions it was seen under."""
        found: dict[str, dict[str, Any]] = {}
        for metric in () if self.is_estimated else _METRICS:
            told = self._measurement(metric)
            if told is not None:
                found[metric] = told
        return found

    @property
    def estimates(self) -> dict[str, dict[str, Any]]:
        """By metric: what stands in for a time that nobody measured. Empty unless ``unknown="estimate"`` was asked.

        Each has its ``value`` in milliseconds, the ``estimator``, the ``measurement`` that it was made from, and under
        ``held_out`` how wrong that rule was on runs in which the truth was measured. An estimate proves nothing.
        """
        if self._settled.request.unknown != "estimate":
            return {}
        if self.is_estimated:
            from capreg.resolver.other_shapes import told_of_machine

            return told_of_machine(self._settled, self._row, self.document["machine"])
        from capreg.resolver.estimates import told

        return told(self._settled, self._row)

    @property
    def quality(self) -> dict[str, dict[str, Any]]:
        """By rated capability of the question: how well its model does, 0 to 100.

        Each has ``estimate``, ``low`` and ``high`` of the 90 % interval as decimal text, the ``efforts`` that it
        covers (None where sources state none), ``status``, how many ``benchmarks``, ``sources`` and ``scores`` there
        are, and the ``records`` that say so. Of several efforts it is the least estimate within the widest ends.
        ``inherited`` is true where nobody counted answers in this capability at this very provider: then all of it
        is known of the model alone, and another host may do worse.
        """
        settled, found = self._settled, {}
        benchmarks = settled.catalog.documents("benchmarks")
        counted_here = {benchmarks[name]["capability"] for name in self.conformance if name in benchmarks}
        for capability in settled.request.rated:
            quality = settled.figures.qualities.of(self._row, capability)
            if quality is not None:
                told = quality_told(settled.catalog, settled.index, quality)
                found[capability] = {**told, "inherited": capability not in counted_here}
        return found

    @property
    def conformance(self) -> dict[str, dict[str, Any]]:
        """By benchmark: how much of what this very endpoint answered held to a schema, when last somebody counted.

        Each has the ``value`` and the ends of its 90 % interval as shares, the count ``n``, ``seen_on``, ``age_days``
        and ``source``. Empty where nobody counted at this provider: then what is known is known of the model alone.
        """
        settled = self._settled
        counted = settled.index.vocabulary.get("conformance", {}).get(f"{self.provider} {self.model}", ())
        found = (settled.catalog.documents("scores")[key] for key in counted)
        return {one["benchmark"]: conformance_told(one, settled.moment) for one in found}

    @property
    def price(self) -> dict[str, Any] | None:
        """The price list in force: rates, since when, who says so, and whether two families agree.

        ``confirmed``: two families of sources say each rate. ``contested``: one says otherwise of the same days.

        ``others`` says by rate how many ``times`` the ``median`` of other providers' ``offerings`` of the model it is,
        where at least four of them sell it; ``far_from_others`` is true beyond five times it or under a fifth of it,
        which may be a mistake of the source. Where somebody looked, it is false.
        """
        prices = self._settled.figures.costs.price_list(self._row)
        if prices is None:
            return None
        index, entry = self._settled.index, prices.base
        rates = {
            unit: format_rate(rate)
            for unit in ("input", "output", "cache_read", "reasoning")
            if (rate := index.column(f"price.{unit}")[entry]) != ABSENT and self.machine is None
        }
        document = self.document["prices"][index.column("price.place")[entry]]
        beside = {} if self.machine is not None else beside_others(self._settled, self._row)
        return {
            "usd_per_million": rates,
            "others": beside,
            "far_from_others": is_far(beside) and "reviewed_outlier" not in self.document,
            **price_provenance(document, self._settled.catalog, self._settled.moment),
        }

    @property
    def backend(self) -> dict[str, Any]:
        """The accelerators it runs on and how that is known: ``grade``, ``accelerators``, ``note``."""
        catalog = self._settled.catalog
        backend = self.document.get("backend") or catalog.documents("providers")[self.provider]["backend"]
        told = {"grade": backend["grade"], "accelerators": list(backend.get("accelerators", ()))}
        if backend.get("note"):
            told["note"] = backend["note"]
        return told

    @property
    def lifecycle(self) -> dict[str, Any]:
        """``status`` and, where known, ``retires_on`` and the days until then."""
        lifecycle = self.document.get("lifecycle", {})
        told: dict[str, Any] = {"status": STATUS[self._settled.index.column("status")[self._row]]}
        if lifecycle.get("retires_on"):
            told["retires_on"] = lifecycle["retires_on"]
            told["retires_in_days"] = -age_days(lifecycle["retires_on"], self._settled.moment)
        return told

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: costs as decimal strings, times in milliseconds, rates in tokens per second."""
        cost = self.cost_usd
        return {
            "rank": self.rank,
            "kind": self.kind,
            "machine": self.machine,
            "offering": self.offering,
            "provider": self.provider,
            "model": self.model,
            "wire_id": self.wire_id,
            "region": self.document.get("region"),
            "quantization": self.document.get("quantization"),
            "cost_usd": None if cost is None else f"{cost:f}",
            "cost_items": [
                {
                    "unit": i.unit,
                    "quantity": i.quantity,
                    "usd": format_usd(i.cost),
                    "usd_per_million": format_rate(i.rate),
                }
                for i in self.cost_items
            ],
            "price": self.price,
            "ttft_ms": self.ttft_ms,
            "ttft_is_upper_limit": self.ttft_is_upper_limit,
            "first_answer_ms": self.first_answer_ms,
            "e2e_ms": self.e2e_ms,
            "e2e_is_upper_limit": self.e2e_is_upper_limit,
            "output_tps": self.output_tps,
            "output_tps_is_lower_limit": self.output_tps_is_lower_limit,
            "measurements": self.measurements,
            "estimates": self.estimates,
            "quality": self.quality,
            "conformance": self.conformance,
            "reasons": self.reasons,
            "backend": self.backend,
            "lifecycle": self.lifecycle,
            "keys": list(self.keys),
            "either_keys": list(self.either_keys),
            "proven": self.proven,
            "missing": [reason.to_dict() for reason in self.missing],
        }

    def __copy__(self) -> Candidate:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Candidate:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a candidate stays in its process; hand over to_dict(), or its offering's id")

    def __repr__(self) -> str:
        cost = "unknown cost" if self.cost_usd is None else f"${self.cost_usd:f}"
        speed = "" if self.ttft_ms is None else f", TTFT {self.ttft_ms:g} ms"
        return f"<Candidate {self.rank}: {self.offering}, {cost}{speed}>"

    @property
    def _provider(self) -> Mapping[str, Any]:
        index = self._settled.index
        provider: Mapping[str, Any] = index.vocabulary["providers"][index.column("provider")[self._row]]
        return provider

    def _speed(self, metric: str) -> float | None:
        if self.is_estimated:
            return None
        figure = self._settled.figures.figure(metric, self._row)
        return None if figure is None else _number(figure.value)

    def _measurement(self, metric: str) -> dict[str, Any] | None:
        settled, percentile = self._settled, self._settled.request.percentile
        measurement = settled.figures.speeds.chosen(self._row, metric, PERCENTILES[percentile])
        if measurement == ABSENT:
            return None
        name = settled.index.texts("measurements")[measurement]
        document = settled.catalog.documents("measurements")[name]
        figure = settled.figures.speeds.value(self._row, metric, PERCENTILES[percentile])
        told: dict[str, Any] = {
            "value": None if figure is None else _number(figure.value),
            "percentile": percentile,
            "percentiles": {p: _as_number(v) for p, v in sorted(document[metric].items())},
            "measurement": name,
            "age_days": age_days(document["measured_on"], settled.moment),
            "stale": settled.figures.speeds.is_stale(measurement),
            "comparable": settled.figures.speeds.comparable(measurement),
        }
        told.update({key: document[key] for key in _CONDITIONS if key in document})
        if metric == "output_tps":
            told.setdefault("rate_basis", "unstated")
            if document.get("fast_output_tps"):
                told["fast_percentiles"] = {p: _as_number(v) for p, v in sorted(document["fast_output_tps"].items())}
        return told


def _number(value: int) -> float:
    """`value`, thousandths, as a whole number where it is one."""
    return _as_number(format_ms(value))


def _as_number(text: str) -> float:
    return float(text) if "." in text else int(text)
