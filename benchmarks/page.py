"""The page on speed: tables and a plot from one run's figures, between the marks of docs/explanation/performance.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["body", "written"]

_BEGIN, _END = "<!-- measured -->", "<!-- end of what is measured -->"
_YARDSTICK = "pydantic + one model"
_COLD_GOALS = {"import capreg": 0.35, "import, open, resolve": 0.50}


def written(found: dict[str, Any], root: Path) -> None:
    """Write `found` below `root`: results, the generated part of the page, the plot."""
    (root / "benchmarks" / "results.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    page = root / "docs" / "explanation" / "performance.md"
    before, rest = page.read_text(encoding="utf-8").split(_BEGIN)
    after = rest.split(_END)[1]
    page.write_text(f"{before}{_BEGIN}\n\n{body(found)}\n{_END}{after}", encoding="utf-8")
    _plot(found, page.with_suffix(".svg"))


def body(found: dict[str, Any]) -> str:
    """The tables, as Markdown."""
    peers = ", ".join(f"{name} {version}" for name, version in found["peers"].items())
    return "\n".join(
        (
            *_machine(found, peers),
            *_table(("what", "goal", "measured", ""), _goals(found)),
            *_headed("Cold: a whole process"),
            *_table(("process", "CPU ms", "lowest to highest", "wall ms", "CPU ratio"), _cold(found["cold"])),
            *_headed("Warm: one question, nothing kept"),
            *_table(("kind", *(f"{size['rows']:,} rows" for size in found["sizes"])), _kinds(found["sizes"])),
            "",
            "Microseconds, and in brackets the ratio to NumPy's mask and partition over the same columns.",
            "",
            *_table(_SIZES, _sizes(found["sizes"])),
            *_peers(found),
        )
    )


_SIZES = (
    *("rows", "questions", "index built", "bytes a row", "with what is kept", "median", "NumPy", "ratio", "worst"),
    "all ten read",
)


def _machine(found: dict[str, Any], peers: str) -> Iterator[str]:
    yield f"Measured on {found['day']}, Python {found['python']}, {found['cores']} shared cores."
    yield "Medians; both sides of a ratio in one run."
    if peers:
        yield f"Peers: {peers}."
    yield ""


def _headed(words: str) -> Iterator[str]:
    yield from ("", f"### {words}", "")


def _table(head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _goals(found: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    cold, sizes = found["cold"], {size["rows"]: size for size in found["sizes"]}
    base = cold[_YARDSTICK]["cpu_ms"]
    for name, goal in _COLD_GOALS.items():
        yield _at_most(f"{name} / {_YARDSTICK}", goal, cold[name]["cpu_ms"] / base)
    first = cold["import, open, resolve"]["cpu_ms"]
    for name, goal in (("facet-models: load, find", 1.0), ("LiteLLM: get_model_info", 0.02)):
        if name in cold:
            yield _at_most(f"import, open, resolve / {name}", goal, first / cold[name]["cpu_ms"])
    small = sizes.get(10_000)
    if small:
        yield _at_most("10,000 rows, best read / NumPy, median", 4, small["ratio_median"])
        yield _at_most("the same, worst of the mix", 25, small["ratio_worst"])
        yield _at_most("all ten read / NumPy, median", 15, small["all_read_ratio_median"])
        yield _at_most("repeated question / look-up in a dict", 20, small["repeated_ratio"])
        yield _at_most("explain, ms", 15, small["explain_ms"])
        yield _at_most("full ledger, ms", 60, small["ledger_ms"])
        rates = small["threads"]["questions_a_second"]
        yield _at_least("8 threads / 1 thread, same answers", 0.9, rates["8"] / rates["1"])
    for size in sizes.values():
        yield _at_most(f"bytes a row of the columns at {size['rows']:,} rows", 250, size["bytes_a_row"])
    large = sizes.get(1_000_000)
    if large:
        yield _at_most("1,000,000 rows, best read / NumPy, median", 1, large["ratio_median"])
        if small:
            growth = large["by_kind"]["common"]["us"] / small["by_kind"]["common"]["us"]
            yield _at_most("growth from 10,000 to 1,000,000 rows, common question", 4, growth)
    if found.get("router", {}).get("litellm_us"):
        router = found["router"]
        ratio = router["capreg_1000_rows_us"] / router["litellm_us"]["1000"]
        yield _at_most("question over 1,000 rows / LiteLLM's router over 1,000 deployments", 0.005, ratio)


def _at_most(what: str, goal: float, value: float) -> tuple[object, ...]:
    return what, f"≤ {goal:g}", f"{value:.3g}", "met" if value <= goal else "**missed**"


def _at_least(what: str, goal: float, value: float) -> tuple[object, ...]:
    return what, f"≥ {goal:g}", f"{value:.3g}", "met" if value >= goal else "**missed**"


def _cold(cold: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    base = cold[_YARDSTICK]["cpu_ms"]
    for name, one in cold.items():
        spread = f"{one['lowest_cpu_ms']:g} to {one['highest_cpu_ms']:g}"
        yield name, f"{one['cpu_ms']:g}", spread, f"{one['wall_ms']:g}", f"{one['cpu_ms'] / base:.2f}"


def _kinds(sizes: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    for kind in sizes[0]["by_kind"]:
        yield kind, *(f"{one['by_kind'][kind]['us']:,} ({one['by_kind'][kind]['ratio']:g})" for one in sizes)


def _sizes(sizes: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    for one in sizes:
        yield (
            f"{one['rows']:,}", one["questions"], f"{one['build_index_s']:g} s", one["bytes_a_row"],
            one["bytes_a_row_with_what_is_kept"],
            f"{one['median_us']:,} µs", f"{one['numpy_median_us']:,} µs", f"{one['ratio_median']:g}",
            f"{one['ratio_worst']:g}", f"{one['all_read_ratio_median']:g}",
        )  # fmt: skip


def _peers(found: dict[str, Any]) -> Iterator[str]:
    if not found.get("peers_warm_us"):
        return
    yield from _headed("Warm calls of the peers")
    yield from _table(("call", "µs"), iter((name, f"{us:,}") for name, us in found["peers_warm_us"].items()))
    told = ", ".join(f"{us:,} µs among {int(n):,}" for n, us in found["router"]["litellm_us"].items())
    ours = found["router"]["capreg_1000_rows_us"]
    yield ""
    yield f"LiteLLM's router, by latency, selects in {told} deployments."
    yield f"A question over the first 1,000 offerings of the shipped catalog takes {ours:,} µs."


def _plot(found: dict[str, Any], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "capreg"
    from matplotlib import pyplot as plt

    rows = [one["rows"] for one in found["sizes"]]
    figure, axes = plt.subplots(figsize=(6, 3.6))
    axes.loglog(rows, [one["median_us"] for one in found["sizes"]], marker="o", label="capreg, median of the mix")
    axes.loglog(rows, [one["by_kind"]["common"]["us"] for one in found["sizes"]], marker="o", label="capreg, common")
    axes.loglog(rows, [one["numpy_median_us"] for one in found["sizes"]], marker="s", label="NumPy mask and partition")
    axes.set_xlabel("offerings")
    axes.set_ylabel("µs a question")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
