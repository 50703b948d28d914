"""The options of the commands: their spelling and their help, one alias each. What they mean is decided elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["OPTION_OF", "option_named"]

_BOUNDS, _CALL, _POLICY, _ANSWER = "Bounds", "The call", "Policy", "The answer"
_MACHINES = "Machines of one's own"

Skills = Annotated[
    list[str],
    typer.Argument(
        metavar="SKILL",
        help=r"Capabilities or skills: tool_use, structured_output:2, 'tool_use\[parallel]>=2', agent_step.",
        show_default=False,
    ),
]

MaxLatencyMs = Annotated[
    float | None, typer.Option(help="TTFT, the first token of any kind, in ms.", rich_help_panel=_BOUNDS)
]
MaxFirstAnswerMs = Annotated[
    float | None, typer.Option(help="First token of the answer proper, in ms.", rich_help_panel=_BOUNDS)
]
MaxE2eMs = Annotated[float | None, typer.Option(help="Last token, in ms.", rich_help_panel=_BOUNDS)]
MinOutputTps = Annotated[
    float | None, typer.Option(help="Output tokens per second of one request.", rich_help_panel=_BOUNDS)
]
Percentile = Annotated[
    str, typer.Option(help="Of every speed bound and speed key: p50 p75 p90 p95 p99.", rich_help_panel=_BOUNDS)
]
MaxCostUsd = Annotated[str | None, typer.Option(help="US dollars for one call.", rich_help_panel=_BOUNDS)]

MinQuality = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[CAPABILITY:]POINTS",
        help="Floor of quality, 0 to 100, of all that is asked, or of one capability; may be repeated.",
        rich_help_panel=_BOUNDS,
    ),
]
LikeModel = Annotated[
    str | None,
    typer.Option("--like", metavar="MODEL", help="The floor that this model sets.", rich_help_panel=_BOUNDS),
]
Within = Annotated[
    float | None,
    typer.Option("--within", metavar="POINTS", help="How far behind --like is good enough.", rich_help_panel=_BOUNDS),
]

InputTokens = Annotated[
    int | None,
    typer.Option(help="Tokens sent, cached ones included.", show_default="the skill's, or 2000", rich_help_panel=_CALL),
]
OutputTokens = Annotated[
    int | None,
    typer.Option(help="Tokens of the answer.", show_default="the skill's, or 300", rich_help_panel=_CALL),
]
CachedInputTokens = Annotated[
    int | None, typer.Option(help="Input tokens read from the prompt cache.", rich_help_panel=_CALL)
]
ReasoningTokens = Annotated[
    int | None,
    typer.Option(
        help="Tokens of reasoning.", show_default="none where it can be left off, else unknown", rich_help_panel=_CALL
    ),
]
Effort = Annotated[
    str | None, typer.Option(help="The reasoning effort whose estimates of quality count.", rich_help_panel=_CALL)
]
Images = Annotated[int | None, typer.Option(help="Images in the input.", rich_help_panel=_CALL)]
ServiceTier = Annotated[str | None, typer.Option(help="standard, batch, flex or priority.", rich_help_panel=_CALL)]
RequestsPerSecond = Annotated[
    float | None,
    typer.Option(help="The demand: weighs machines of one's own beside what is sold.", rich_help_panel=_MACHINES),
]
PeakRequestsPerSecond = Annotated[
    float | None, typer.Option(help="The demand at the busiest.", rich_help_panel=_MACHINES)
]
Headroom = Annotated[
    float | None,
    typer.Option(help="How much more than the peak they shall carry.", show_default="0.2", rich_help_panel=_MACHINES),
]
AddNetworkMs = Annotated[
    float | None,
    typer.Option(help="Added to times measured beside the machine.", show_default="0", rich_help_panel=_MACHINES),
]
Markets = Annotated[
    list[str] | None,
    typer.Option(
        "--market",
        metavar="NAME",
        help="How they may be had: on_demand, spot, reserved, marketplace, ownership; may be repeated.",
        show_default="on_demand",
        rich_help_panel=_MACHINES,
    ),
]

AllowProvider = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only this provider; may be repeated.", rich_help_panel=_POLICY)
]
DenyProvider = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Not this provider; may be repeated.", rich_help_panel=_POLICY)
]
Lab = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Only models of this lab; may be repeated.", rich_help_panel=_POLICY),
]
DenyLab = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="No models of this lab; may be repeated.", rich_help_panel=_POLICY),
]
Accelerator = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Only what is stated to run on these; may be repeated.", rich_help_panel=_POLICY),
]
DenyAccelerator = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Nothing that may run on this; may be repeated.", rich_help_panel=_POLICY),
]
OpenWeights = Annotated[
    bool, typer.Option("--open-weights", help="Only models whose weights can be had.", rich_help_panel=_POLICY)
]
ClosedWeights = Annotated[
    bool, typer.Option("--closed-weights", help="Only models whose weights cannot be had.", rich_help_panel=_POLICY)
]
NoResellers = Annotated[
    bool, typer.Option("--no-resellers", help="Only providers that run what they sell.", rich_help_panel=_POLICY)
]
Free = Annotated[bool, typer.Option("--free", help="Let in what costs nothing for a reason.", rich_help_panel=_POLICY)]
Preview = Annotated[bool, typer.Option("--preview", help="Let in previews.", rich_help_panel=_POLICY)]
Unlisted = Annotated[
    bool, typer.Option("--unlisted", help="Let in what no source lists any more.", rich_help_panel=_POLICY)
]
Provisional = Annotated[
    bool,
    typer.Option("--provisional", help="Let estimates of quality count that rest on little.", rich_help_panel=_POLICY),
]
WithMyKeys = Annotated[
    bool,
    typer.Option("--with-my-keys", help="Only providers whose key variables are set here.", rich_help_panel=_POLICY),
]
MaxMeasurementAgeDays = Annotated[
    int | None, typer.Option(help="Speed figures older than this do not count.", rich_help_panel=_POLICY)
]

RankBy = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY[:BAND]",
        help="cost, latency, e2e, output_tps, quality; repeated or with commas; cost:0.05, quality:3 are bands.",
        show_default="cost",
        rich_help_panel=_ANSWER,
    ),
]
Unknown = Annotated[
    str,
    typer.Option(
        help="exclude; include: rank after the proven ones; estimate: only those for whom estimates stand in.",
        rich_help_panel=_ANSWER,
    ),
]
Limit = Annotated[int, typer.Option(help="The most rows.", rich_help_panel=_ANSWER)]
Explain = Annotated[bool, typer.Option("--explain", help="Say why, and what kept others out.", rich_help_panel=_ANSWER)]
Ledger = Annotated[
    str | None,
    typer.Option(
        help="How much of what was kept out: counts, near, full. Explains; with --json, what of it the JSON holds.",
        rich_help_panel=_ANSWER,
    ),
]

AsOf = Annotated[
    str | None,
    typer.Option(metavar="WHEN", help="A day, or an instant with a time zone.", show_default="now"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Overlay = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="A folder with what is your own: measurements, prices, endpoints.",
        rich_help_panel=_ANSWER,
    ),
]
CatalogFile = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="FILE", help="A compiled catalog.", show_default="the one that is shipped"),
]
RegistryFolder = Annotated[
    Path | None,
    typer.Option(
        "--registry",
        metavar="DIR",
        help="The registry folder.",
        show_default="registry_data, here or in the checkout",
    ),
]

OPTION_OF = {
    "policy.allow_providers": "--allow-provider",
    "policy.deny_providers": "--deny-provider",
    "policy.allow_labs": "--lab",
    "policy.deny_labs": "--deny-lab",
    "policy.allow_accelerators": "--accelerator",
    "policy.deny_accelerators": "--deny-accelerator",
    "policy.max_measurement_age_days": "--max-measurement-age-days",
    "min_quality like": "--like",
    "min_quality within": "--within",
    "min_quality effort": "--effort",
    "workload": "--input-tokens, --output-tokens …",
    "providers": "--provider",
    "requires": "SKILL",
    "source": "SOURCE",
    "kind": "KIND",
}
"""Arguments of the library whose option is spelt otherwise."""

_SAME_NAME = (
    "max_latency_ms", "max_first_answer_ms", "max_e2e_ms", "min_output_tps", "max_cost_usd", "min_quality",
    "effort", "percentile", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens", "images",
    "service_tier",
    "rank_by", "unknown", "limit", "ledger", "as_of", "seen_on",
)  # fmt: skip
InputRate = Annotated[str | None, typer.Option("--input", help="US dollars per million input tokens.")]
OutputRate = Annotated[str | None, typer.Option("--output", help="US dollars per million output tokens.")]
CacheReadRate = Annotated[str | None, typer.Option(help="… per million input tokens from the cache.")]
CacheWriteRate = Annotated[str | None, typer.Option(help="… per million input tokens written to it.")]
ReasoningRate = Annotated[str | None, typer.Option(help="… per million reasoning tokens.")]


def option_named(argument: str) -> str:
    """What the argument of the library is called on the command line; as it is where it is no option.

    >>> option_named("workload.input_tokens")
    '--input-tokens'
    """
    if argument in OPTION_OF:
        return OPTION_OF[argument]
    name, _, rest = argument.removeprefix("workload.").partition(" ")
    if name not in _SAME_NAME:
        return argument
    return f"--{name.replace('_', '-')} {rest}".rstrip()
