"""The JSON of a review is what its page says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from capreg.review import review, side, warned, written
from capreg.review.gates import gated
from tests.cli_shop import LONG_ID, ROOT, write_registry
from tests.registry import OFFERING, PROVIDER, SPEEDS
from tests.review_shop import kept_registry, sell

MANUAL = ROOT / "docs" / "reference" / "review-json.md"
_NAMED = frozenset({"added", "removed", "moved", "quality", "ttft_ms", "first_answer_ms", "e2e_ms"})
_NAMED_TOO = frozenset({"output_tps", "fast_output_tps"})
_LIKE_OTHERS = ("head.", "limits[]", "capabilities[]", "evidence_lost[]", "changed[]", "gates[].", "findings[].")
"""Parts that the page describes in words: they have the keys of other parts."""


def keys(value: Any, at: str, name: str = "") -> Iterator[str]:
    """Every path in `value`, as the page names them; those of objects and of their lists end with a dot."""
    if isinstance(value, dict):
        yield f"{at}."
        for key, child in value.items():
            step = "*" if name in _NAMED | _NAMED_TOO else key
            yield from keys(child, f"{at}.{step}" if at else step, key)
    elif isinstance(value, list):
        yield f"{at}[]."
        for child in value:
            yield from keys(child, f"{at}[]")
    else:
        yield at


def _of_a_flip(folder: Path) -> dict[str, Any]:
    """A review in which the first choice changes, one with a measured TTFT."""
    base = side(str(write_registry(folder / "base")), folder)
    path = f"providers/harbour/offerings/{LONG_ID.partition('/')[2]}.toml"
    text = (folder / "base" / path).read_text().replace('input = "0.1"', 'input = "10"')
    head = side(str(write_registry(folder / "head", {path: text})), folder)
    told: dict[str, Any] = json.loads(written("json", review(base, head, as_of="2026-11-22"), (), ()))
    return told


def _of_much(folder: Path) -> dict[str, Any]:
    """A review in which everything else happens."""
    registry = kept_registry(folder)
    base = side("HEAD", registry.root)
    for provider, rate in {"one": "0.4", "two": "0.5", "three": "9", "four": "1"}.items():
        sell(registry, provider, (rate, "2"))
    registry.change("providers/one/provider.toml", "ONE_KEY", "ACME_KEY")
    registry.change(PROVIDER, 'name = "Acme"', 'name = "Acme Too"')
    registry.change(OFFERING, 'input = "0.50"', 'input = "5"')
    registry.change(OFFERING, 'output = "2"', 'output = "2.5"')
    registry.add(OFFERING, '[lifecycle]\nstatus = "retired"\n')
    source = (registry.root / "sources/router.toml").read_text()
    registry.write("sources/other.toml", source)
    header = "ttft_ms_p50,first_answer_ms_p50,e2e_ms_p50,output_tps_p50,fast_output_tps_p90"
    conditions = "offering,source,kind,vantage,measured_on"
    row = "one/small-1,router,router_telemetry,router,2026-05-18,1,2,3,4,5"
    registry.write("measurements/more.csv", f"{conditions},{header}\n{row}\n")
    registry.change("sightings/list.csv", "acme/small-1,2026-09-30", "acme/small-1,2026-10-01")
    registry.remove(SPEEDS)
    head = side(None, registry.root)
    found = review(base, head)
    told: dict[str, Any] = json.loads(written("json", found, gated(base, head, registry.root), warned(found, head)))
    return told


def test_every_key_is_documented_and_every_documented_key_occurs(tmp_path: Path) -> None:
    """docs/reference/review-json.md and real reviews name the same keys."""
    told = {key for each in (_of_a_flip(tmp_path), _of_much(tmp_path)) for key in keys(each, "")}
    told = {key for key in told if not key.rstrip(".").startswith(_LIKE_OTHERS)}
    cells = [line.split("|")[1].strip() for line in MANUAL.read_text().split("\n") if line.startswith("| `")]
    documented = {cell.strip("`") for cell in cells}

    assert {"decisions[].places[].quality.*"} == documented - {key.rstrip(".") for key in told}  # none ranks by it
    leaves = {key for key in told if not key.endswith(".")}
    assert {"security[].new[]"} == leaves - documented  # a value may be a list
