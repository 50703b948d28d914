"""Limits, quantization and capabilities in a review: what changed, and where it can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from capreg.review import written
from capreg.review.compare import Change
from capreg.review.pages import Page
from tests.registry import OFFERING, RegistryFolder
from tests.review_shop import compared, kept_registry, sell

_LIMITS = ("context_tokens", "max_input_tokens", "max_output_tokens")


@pytest.fixture
def kept(tmp_path: Path) -> RegistryFolder:
    """A small registry in a checkout, committed once."""
    return kept_registry(tmp_path)


def _page(*facts: str, changed: bool = True, seen_on: str = "2026-09-30", url: str | None = None) -> Page:
    return Page(offering="acme/small-1", facts=facts, changed=changed, source="list", seen_on=seen_on, url=url)


def _add_evidence(kept: RegistryFolder, entry: str) -> None:
    """Put a piece of evidence behind that of the whole file."""
    old = 'evidence = [{ source = "list", seen_on = 2026-09-30 }]\n[capabilities]'
    kept.change(OFFERING, old, old.replace(" }]", f' }}, {{ source = "list", {entry} }}]'))


def test_limits_and_quantization_have_a_section(kept: RegistryFolder) -> None:
    """They are told once, and what stands behind them is told too, however old it is."""
    kept.change(OFFERING, "context_tokens = 200000", 'quantization = "fp8"\ncontext_tokens = 190000')
    found = compared(kept)

    assert found.limits == (
        Change(kind="offerings", id="acme/small-1", key="context_tokens", old=200000, new=190000),
        Change(kind="offerings", id="acme/small-1", key="quantization", old=None, new="fp8"),
    )
    assert (_page("context_tokens", "quantization"),) == found.pages
    text = written("text", found)
    assert "Limits and quantization (2)\n  offerings/acme/small-1 context_tokens: 200000 → 190000\n" in text
    assert "  acme/small-1: context_tokens, quantization, by list, seen 2026-09-30, no address\n" in text
    assert "Everything else" not in text


def test_a_page_that_is_new(kept: RegistryFolder) -> None:
    """Facts that stand have evidence that did not: the newest with an address, for the facts that it names."""
    _add_evidence(kept, 'seen_on = 2026-11-20, url = "https://list.example/limits", facts = ["context_tokens"]')
    found = compared(kept)

    address = "https://list.example/limits"
    assert (_page("context_tokens", changed=False, seen_on="2026-11-20", url=address),) == found.pages
    page = written("markdown", found)
    assert "### Other evidence for limits and capabilities that stand (1)\n" in page
    assert "- `acme/small-1`: `context_tokens`, by `list`, seen 2026-11-20: <https://list.example/limits>" in page


def test_the_page_of_a_fact_comes_before_that_of_the_file(kept: RegistryFolder) -> None:
    """Of two pages that were seen on one day, the one that names the fact speaks for it."""
    kept.change(OFFERING, "context_tokens = 200000", "context_tokens = 190000")
    old = 'evidence = [{ source = "list", seen_on = 2026-09-30 }]\n[capabilities]'
    pages = (
        '{ source = "list", seen_on = 2026-09-30, url = "https://list.example/models" }, '
        '{ source = "list", seen_on = 2026-09-30, url = "https://list.example/limits", facts = ["context_tokens"] }'
    )
    kept.change(OFFERING, old, old.replace('{ source = "list", seen_on = 2026-09-30 }', pages))

    assert "https://list.example/limits" == next(one.url for one in compared(kept).pages if one.changed)


def test_another_address_of_the_same_evidence(kept: RegistryFolder) -> None:
    """An address that is put behind a capability counts, and no limit is told."""
    proof = 'evidence = [{ source = "list", seen_on = 2026-11-20, url = "https://list.example/tools" }]'
    kept.change(OFFERING, "parallel = true } }", f"parallel = true }}, {proof} }}")

    told = _page("capabilities.tool_use", changed=False, seen_on="2026-11-20", url="https://list.example/tools")
    assert (told,) == compared(kept).pages


def test_who_says_otherwise_speaks_for_nothing(kept: RegistryFolder) -> None:
    """Evidence that names another figure is no page of the one that stands."""
    _add_evidence(kept, 'seen_on = 2026-11-20, facts = ["context_tokens"], says = { context_tokens = "1" }')

    assert () == compared(kept).pages


def test_all_facts_of_a_new_offering(kept: RegistryFolder) -> None:
    """A line for each page, and the quantization and the longest input in its table."""
    file = sell(kept, "four", ("0.6", "2"))
    kept.change(file, "context_tokens = 200000", 'quantization = "int4"\ncontext_tokens = 200000')
    found = compared(kept)

    (page,) = found.pages
    assert ("four/small-1", (*_LIMITS, "quantization", "capabilities.tool_use")) == (page.offering, page.facts)
    assert "  four/small-1  lab/small-1  Small-1  int4          200,000  100,000" in written("text", found)


def test_the_lengths_of_a_measurement(kept: RegistryFolder) -> None:
    """What was measured: tokens in and out, requests in flight, where, and in which number format."""
    header = "offering,source,kind,vantage,measured_on,n,input_tokens,output_tokens,concurrency,region,quantization"
    row = "acme/small-1,router,router_telemetry,router,2026-05-19,9,1000,,4,eu,fp8,300"
    kept.write("measurements/more.csv", f"{header},ttft_ms_p50\n{row}\n")
    lines = written("text", compared(kept)).split("\n")
    at = lines.index("Measurements (1)")

    assert "n  in + out tokens  in flight  region  quantization  TTFT ms" in lines[at + 1]
    assert "9  1,000 + ?        4          eu      fp8           p50 300" in lines[at + 2]
