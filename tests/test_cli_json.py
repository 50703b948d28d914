"""The JSON of a decision, as the command writes it: every key documented, money exact, UTF-8 always."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import capreg
from capreg import testing
from capreg.source.build import build
from tests.cli_shop import AS_OF, Ran, ran, started, write_registry
from tests.machine_shop import RENT
from tests.machine_shop import shop as machine_shop
from tests.small import catalog, measured, offering

MANUAL = Path(__file__).parent.parent / "docs" / "reference" / "json.md"
FREE = {
    "measurements",
    "estimates",
    "others",
    "percentiles",
    "fast_percentiles",
    "usd_per_million",
    "says",
    "tags",
    "quality",
    "conformance",
}
"""Keys below which names depend on the question or the data."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a compiled catalog of the small registry."""
    folder = tmp_path_factory.mktemp("shop")
    build(write_registry(folder / "registry"), folder / "catalog.db")
    return str(folder / "catalog.db")


@pytest.fixture
def ask(shop: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Asks the small catalog for JSON at a fixed day."""

    def asked(*arguments: str) -> Ran:
        return ran(capsys, "resolve", *arguments, "--json", "--as-of", AS_OF, "--catalog", shop)

    return asked


def keys(value: Any, at: str) -> set[str]:
    """The key paths in `value`, with `*` for names that depend on the question and `reason` for ledger entries."""
    found = set()
    if isinstance(value, dict):
        free = at.rpartition(".")[2] in FREE or at in {"coverage.failed", "coverage.missing"}
        for name, child in value.items():
            found |= keys(child, f"{at}.{'*' if free else name}" if at else name)
    elif isinstance(value, list):
        reasons = at.endswith((".failed", ".missing"))
        found = {f"{at}[]"}
        for child in value:
            found |= keys(child, "reason" if reasons else f"{at}[]")
    else:
        found = {at}
    return found


def _rated() -> capreg.Decision:
    """A decision about quality, of a catalog that has some."""
    rated = testing.quality("test/model", "tool_use", 70)
    shop = testing.catalog(testing.offering("a/one", tools=True), qualities=[rated])
    return capreg.resolve("tool_use", min_quality=60, as_of=AS_OF, catalog=shop)


def _with_machines() -> dict[str, Any]:
    """A decision that weighs machines of one's own, with everything that a source can say of one."""
    more = {"engine_version": "1", "speculative": "mtp", "parallelism": "tp2", "dataset": "prompts"}
    call = capreg.Workload(input_tokens=1000, output_tokens=100, requests_per_second=10)
    return capreg.resolve(
        "tool_use",
        catalog=machine_shop(more, rents=({**RENT, "chips": 2},)),
        workload=call,
        unknown="estimate",
        as_of=AS_OF,
    ).to_dict()


def _counted() -> dict[str, Any]:
    """A decision about an endpoint where somebody counted."""
    score = {"benchmark": "verifier/schema", "model": "lab/open", "source": "list", "raw": "open", "provider": "one"}
    counts = {"verifier/1": {**score, "value": "0.98", "n": 500, "seen_on": "2026-02-10"}}
    return capreg.resolve("tool_use", catalog=machine_shop(scores=counts), as_of=AS_OF).to_dict()


def _behind_a_router() -> dict[str, Any]:
    """A decision about what a router sells of two hosts, and four others of the same model."""
    limits = measured("router/open", ttft_ms={"p50": "200"}, output_tps={"p50": "80"}, slowest_of=2)
    beside = {f"{host}/open": offering() for host in "abcd"}
    shop = catalog({"router/open": offering(), **beside}, [limits])
    return capreg.resolve("tool_use", catalog=shop, as_of=AS_OF).to_dict()


def _even() -> dict[str, Any]:
    """A decision with a break-even."""
    call = capreg.Workload(input_tokens=1000, output_tokens=500, requests_per_second=10)
    return capreg.resolve("tool_use", catalog=machine_shop(), workload=call, as_of=AS_OF).to_dict()


def test_every_key_is_documented_and_every_documented_key_occurs(ask: Any, shop: str) -> None:
    """docs/reference/json.md and real decisions name the same keys."""
    answers = [
        ask("tool_use", "--max-latency-ms", "150", "--unknown", "include"),
        ask("tool_use", "--max-latency-ms", "300"),
        ask("tool_use", "--service-tier", "batch"),
        ask("tool_use", "--max-e2e-ms", "9000", "--percentile", "p90", "--unknown", "estimate"),
    ]
    told = {key for answer in answers for key in keys(json.loads(answer.out), "")}
    tagged = capreg.resolve("tool_use", tags={"task": "invoices"}, as_of=AS_OF, catalog=capreg.open_catalog(shop))
    told |= keys(tagged.to_dict(), "")
    told |= keys(_rated().to_dict(), "") | keys(_with_machines(), "") | keys(_even(), "") | keys(_counted(), "")
    told |= keys(_behind_a_router(), "")
    cells = [line.split("|")[1].strip() for line in MANUAL.read_text().split("\n") if line.startswith("| `")]
    documented = {cell.strip("`") for cell in cells}

    assert documented | {"ranking[].price", "ranking[].estimates.*.held_out"} == told | {"ranking[].price"}


def test_the_items_of_a_cost_add_up(ask: Any) -> None:
    """Money is text, and exact."""
    for candidate in json.loads(ask("tool_use").out)["ranking"]:
        items = [Decimal(item["usd"]) for item in candidate["cost_items"]]
        assert Decimal(candidate["cost_usd"]) == sum(items)


def test_it_is_one_line(ask: Any) -> None:
    """One JSON object on one line, and nothing else on either stream."""
    answer = ask("tool_use")

    assert answer.out.count("\n") == 1
    assert answer.err == ""


def test_it_is_utf8_in_any_locale(shop: str) -> None:
    """JSON is UTF-8 whatever the terminal's encoding."""
    answer = started(
        "resolve", "tool_use", "--max-latency-ms", "300", "--as-of", AS_OF, "--json", "--catalog", shop,
        PYTHONIOENCODING="ascii",
    )  # fmt: skip

    assert "TTFT p50 ≤ 300 ms" in json.loads(answer.out)["interpretation"]
