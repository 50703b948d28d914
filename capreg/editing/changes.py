"""Changes of a record that is there: a new price, a retirement, an alias. History is appended to, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from capreg.editing.desk import Desk, Edit
from capreg.errors import InvalidArgument

__all__ = ["aliased", "priced", "retired"]

_CARRIED = ("tier", "above_input_tokens", "tier_mode", "window", "currency")


def priced(
    desk: Desk,
    offering: str,
    *,
    rates: Mapping[str, str],
    starts_on: date,
    basis: str,
    evidence: Mapping[str, Any],
    tier: str = "standard",
) -> Edit:
    """Append the price list that holds from a day on.

    Rates that are not given stay as they stand in the newest list of that tier.

    Args:
        desk: the registry.
        offering: its id.
        rates: unit → US dollars per million, of those that change.
        starts_on: the first day.
        basis: `effective` or `observed`.
        evidence: who says so.
        tier: the service tier.

    Raises:
        UnknownName: there is no such offering.
        InvalidArgument: no rate is given, a list starts on that day or later, or it has steps that must be restated.
        InvalidData: the file would have faults; then it stays as it was.
    """
    before = desk.document("offerings", offering)
    history = [entry for entry in before.get("prices", []) if entry.get("tier", "standard") == tier]
    newest = max((entry["starts_on"] for entry in history), default="")
    _refuse(offering, rates, starts_on, newest, tier)
    standing = [entry for entry in history if entry["starts_on"] == newest]
    conditional = [entry for entry in standing if "above_input_tokens" in entry or "window" in entry]
    if conditional:
        raise InvalidArgument(
            "this price has steps or windows, and a new list restates all of them",
            where=offering,
            found=f"{len(conditional)} beside the base price, from {newest} on",
            hint=f"write the new [[prices]] by hand, below the others, with starts_on = {starts_on}",
        )
    stood = standing[0] if standing else {}
    kept = {key: value for key, value in stood.items() if key not in ("starts_on", "basis", "evidence", *_CARRIED)}
    base = {"starts_on": starts_on.isoformat(), "basis": basis, **({} if tier == "standard" else {"tier": tier})}
    entry = {
        **base,
        **{key: stood[key] for key in ("currency",) if key in stood},
        **kept,
        **rates,
        "evidence": [dict(evidence)],
    }
    return desk.change("offerings", offering, {**before, "prices": [*before.get("prices", []), entry]})


def _refuse(offering: str, rates: Mapping[str, str], starts_on: date, newest: str, tier: str) -> None:
    if not rates:
        raise InvalidArgument("no rate is given", where=offering, expected="--input, --output or another rate")
    if newest and starts_on.isoformat() <= newest:
        raise InvalidArgument(
            f"the newest {tier} price starts on that day or later, and what stands is not rewritten",
            where="--from",
            found=starts_on.isoformat(),
            expected=f"a day after {newest}",
            hint="a price that never was true is corrected: capreg correct",
        )


def retired(desk: Desk, offering: str, *, on: date, evidence: Mapping[str, Any]) -> Edit:
    """Say that an offering does not answer from a day on: retired where that day has come, else deprecated until then.

    Raises:
        UnknownName: there is no such offering.
        InvalidArgument: it is retired already.
        InvalidData: the file would have faults; then it stays as it was.
    """
    before = desk.document("offerings", offering)
    stood = before.get("lifecycle") or {}
    if stood.get("status") == "retired":
        raise InvalidArgument(
            "it is retired already",
            where=offering,
            found=f"retired on {stood['retires_on']}" if "retires_on" in stood else "retired",
            expected="an offering that can be had",
            hint="a day that is wrong is corrected in the file, with evidence that has an address",
        )
    status = "retired" if on <= desk.today else "deprecated"
    same = stood.get("evidence", []) if stood.get("retires_on") == on.isoformat() else []
    lifecycle = {"status": status, "retires_on": on.isoformat(), "evidence": [*same, dict(evidence)]}
    note = stood.get("note")
    return desk.change(
        "offerings", offering, {**before, "lifecycle": {**lifecycle, **({"note": note} if note else {})}}
    )


def aliased(desk: Desk, kind: str, id: str, *, source: str, name: str) -> Edit:  # noqa: A002  the word for it everywhere
    """Say what a model or provider is called in a source.

    Raises:
        UnknownName: there is no such record.
        InvalidArgument: it has that name there already.
        InvalidData: the name is another record's, or the source is unknown; then the file stays as it was.
    """
    before = desk.document(kind, id)
    aliases: dict[str, list[str]] = {key: list(names) for key, names in (before.get("aliases") or {}).items()}
    if name in aliases.get(source, []):
        raise InvalidArgument("it has this name there already", where="NAME", found=name, hint=f"capreg lookup {name}")
    aliases[source] = sorted([*aliases.get(source, []), name])
    return desk.change(kind, id, {**before, "aliases": aliases})
