"""A registry with the benchmarks of four leaderboards, and files in their shapes with a few figures carried over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["BFCL", "aider", "bfcl", "board_registry", "lmarena", "rating", "tau2"]

BFCL = "Rank,Overall Acc,Model,Live Acc,Multi Turn Acc"
_BENCHMARKS = {
    "bfcl": ("Live Acc", "Multi Turn Acc"),
    "tau2-bench": ("airline", "telecom"),
    "aider": ("polyglot_pass2", "well_formed"),
    "lmarena": ("text/coding", "text/math", "webdev/overall"),
}
_MODELS = (
    *("anthropic/claude-sonnet-4-5", "xai/grok-4", "openai/gpt-5", "openai/gpt-5.2", "alibaba/qwen3-max"),
    "deepseek/deepseek-v3",
)


def board_registry(root: Path) -> Path:
    """The folder, with the files that scores rest on."""
    for source, names in _BENCHMARKS.items():
        for name in names:
            file = root / "benchmarks" / source / f"{name.lower().replace(' ', '-').replace('/', '-')}.toml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(
                f'name = "{name}"\nsource = "{source}"\ncapability = "coding"\ndefinition = "Tasks."\nscale = "share"\n'
                f'evidence = [{{ source = "{source}", seen_on = 2025-01-01 }}]\n',
                "utf-8",
            )
    for model in _MODELS:
        file = root / "models" / f"{model}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'name = "{model}"\nlab = "{model.partition("/")[0]}"\n', "utf-8")
    return root


def bfcl(folder: Path, *lines: str) -> Path:
    """A table of BFCL with these rows: rank, overall, model, live, multi-turn."""
    file = folder / "data_overall.csv"
    file.write_text("\n".join((BFCL, *lines)) + "\n", "utf-8")
    return file


def aider(folder: Path, *runs: str) -> Path:
    """A leaderboard of Aider with these runs, as lines of YAML below what all have in common."""
    file = folder / "polyglot_leaderboard.yml"
    common = "- dirname: 2025-08-05--run\n  total_tests: 225\n  date: 2025-08-05\n"
    file.write_text("\n".join(common + "".join(f"  {line}\n" for line in run.splitlines()) for run in runs), "utf-8")
    return file


def tau2(folder: Path, name: str, results: dict[str, Any], **more: Any) -> Path:
    """A folder with one more submission to tau2-bench, of GPT-5.2 by somebody else than its maker."""
    file = folder / "submissions" / f"{name}.json"
    file.parent.mkdir(exist_ok=True)
    submission = {
        "model_name": "GPT-5.2",
        "model_organization": "OpenAI",
        "submitting_organization": "Sierra",
        "submission_date": "2026-02-26",
        "contact_info": {"email": "nobody@example.com"},
        "results": {domain: _result(share) for domain, share in results.items()},
    }
    file.write_text(json.dumps(submission | more), "utf-8")
    return file.parent


def _result(share: Any) -> Any:
    """What a submission says of a domain; a text stands as it is."""
    return share if isinstance(share, str) else {"pass_1": share, "pass_4": 1.0}


def rating(model: str, value: Any, low: Any, high: Any, **more: Any) -> dict[str, Any]:
    """A row of LMArena: a model's rating in the category coding, with its bounds and votes."""
    told = {"category": "coding", "rank": 1, "model_name": model, "organization": "x", "vote_count": 5792.0}
    return told | {"rating": value, "rating_lower": low, "rating_upper": high} | more


def lmarena(folder: Path, *rows: Any) -> Path:
    """A folder of LMArena with these rows of the board text, and one model on whatever else the registry asks for."""
    into = folder / "boards"
    into.mkdir(exist_ok=True)
    math = rating("grok-4-0709", 1300, 1290, 1310, category="math")
    webdev = rating("grok-4-0709", 1300, 1290, 1310, category="overall")
    for subset, held in (("text_style_control", [math, *rows]), ("webdev", [webdev])):
        meta = {"source": "lmarena", "subset": subset, "leaderboard_publish_date": "2026-08-19"}
        (into / f"{subset}.json").write_text(json.dumps({"meta": meta, "rows": held}), "utf-8")
    return into
