"""Price agreement against each family, over prices that it did not supply, of the same days.

Run `python -m benchmarks.agreement [--list] [CATALOG]`. capreg/source/agreement.py says what is compared with what.
Every difference has its likeliest cause; --list names each of them.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import capreg
from capreg.source.agreement import Agreement, agreement_of
from capreg.source.votes import Side

GOAL = 93.0


def main(arguments: list[str]) -> None:
    """Print the shares, the causes, and with --list every difference."""
    paths = [argument for argument in arguments if argument != "--list"]
    found = agreement_of(capreg.open_catalog(Path(paths[0])) if paths else capreg.load())
    print(f"{'family':<16} {'compared':>9} {'agree':>7} {'share':>8} {'of other days':>14}")
    for each in found:
        share = "–" if each.share is None else f"{each.share:.1f} %"
        print(f"{each.family:<16} {each.compared:>9,} {each.agree:>7,} {share:>8} {each.other_days:>14,}")
    print(f"goal: {GOAL} %")
    for each in found:
        told(each, everything="--list" in arguments)


def told(found: Agreement, *, everything: bool) -> None:
    """Print the causes of one family's differences."""
    if found.differences:
        print(f"\n{found.family}: {len(found.differences):,} differences")
    general = Counter(_general(difference.cause) for difference in found.differences)
    for cause, number in general.most_common():
        print(f"  {number:>5,} × {cause}")
    for each in found.differences if everything else ():
        print(f"  {each.vote.offering}, {each.vote.where}: {_word(each.supplied)},")
        print(f"      {_word(each.says)}: {each.cause}")


def _word(side: Side) -> str:
    return f"{side.source} {side.seen_on} says {side.value}"


def _general(cause: str) -> str:
    """`cause` without the name or day of this one case."""
    if cause.startswith("the price from "):
        return "a price of another day, which others say too"
    if cause.startswith("the price of ") and "/" in cause:
        return "the price of the same model elsewhere"
    return "a change in between, or one is wrong" if cause.startswith("seen ") else cause


if __name__ == "__main__":
    main(sys.argv[1:])
