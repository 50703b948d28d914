"""How a leaderboard writes a model's name, taken apart by rules: the model, its effort, its day and its harness.

The rules know words and their places, from the tables below `score_…` in names.toml, and nothing of likeness. What no
rule knows stays part of the name. Which model of the catalog that name means, score_names.py says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from capreg.importers.spelling import family_of, known_names

__all__ = ["Spelled", "spelled", "without_run"]

_DASHES = str.maketrans("‐‑‒–—―−", "-------", "'’‘\"“”")
_NOTE = re.compile(r"\(([^()]*)\)")
_BETWEEN_WORDS = re.compile(r"\s*[+,]\s*")
_GAP = re.compile(r"[\s_:]+")
_DAY = re.compile(r"-(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?=-|$)")
_CLAUDE = re.compile(r"claude-([0-9]+)-([0-9]+)?-?(opus|sonnet|haiku|fable)(?=-|$)")
_OLD_CLAUDE = 3
"""Up to this version the number stands in front of the family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """A name taken apart; what it does not say is empty."""

    name: str
    """Lab and name in lower case, a question mark for a lab that no rule names; a month behind an at sign where the
    lab sold two versions under one name."""
    effort: str = ""
    snapshot: str = ""
    """An ISO date."""
    harness: str = ""


def spelled(raw: str) -> Spelled:
    """What `raw`, a model's name as a leaderboard writes it, says.

    >>> spelled("Claude-Opus-4-5-20251101 (FC)")
    Spelled(name='anthropic/claude-opus-4-5', effort='', snapshot='2025-11-01', harness='fc')
    >>> spelled("gpt-5.6-sol-xhigh").effort, spelled("qwen3-max").effort
    ('xhigh', '')
    """
    plain = unicodedata.normalize("NFKC", raw).translate(_DASHES).lower().strip().rpartition("/")[2]
    name, notes = _without_notes(plain)
    told = dict.fromkeys(("effort", "harness"), "")
    for note in notes:
        if not _take_note(note, told):
            name = f"{name} {note}"
    name, day = _without_day(_joined(name))
    name, effort = _without_endings(_without_lab(name))
    month = f"@{day[:7]}" if day and name in _rules()["told_apart_by_month"] else ""
    return Spelled(
        name=f"{_lab_of(name)}/{name}{month}",
        effort=told["effort"] or effort,
        snapshot=day,
        harness=told["harness"],
    )


def without_run(raw: str) -> str:
    """`raw` as it is written, without notes in brackets that say how the model was run.

    >>> without_run("GLM-4.6 (FC thinking)"), without_run("DeepSeek R1 (0528)")
    ('GLM-4.6', 'DeepSeek R1 (0528)')
    """
    told = dict.fromkeys(("effort", "harness"), "")
    for note in _NOTE.finditer(raw):
        if all(_take_note(part.strip(), told) for part in _BETWEEN_WORDS.split(note[1].lower())):
            raw = raw.replace(note[0], "")
    return " ".join(raw.split())


@cache
def _pattern(table: str) -> re.Pattern[str]:
    """Any of the expressions of a table, from end to end."""
    return re.compile("|".join(f"(?:{one})" for one in _rules()[table]))


def _rules() -> Any:
    return known_names()["score_rules"]


def _without_notes(name: str) -> tuple[str, list[str]]:
    """The name, and what stands in brackets or behind a comma, apart."""
    notes = [note.strip() for found in _NOTE.findall(name) for note in _BETWEEN_WORDS.split(found)]
    first, *more = _BETWEEN_WORDS.split(_NOTE.sub(" ", name).strip())
    return first, [note for note in (*more, *notes) if note]


def _take_note(note: str, told: dict[str, str]) -> bool:
    """Writes what `note` says into `told`; whether a rule knows it. One may say two things: 'FC thinking'."""
    harness, _, rest = note.partition(" ")
    if harness in _rules()["harnesses"]:
        told["harness"] = harness
        return not rest or _take_note(rest, told)
    if _pattern("idle_notes").fullmatch(note):
        return True
    effort = next((level for level, one in _efforts() if one.fullmatch(note)), None)
    if effort is not None:
        told["effort"] = effort
    return effort is not None


@cache
def _efforts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((level, re.compile(expression)) for level, expression in known_names()["score_efforts"].items())


def _joined(name: str) -> str:
    """Words with hyphens between them, and without those that are no part of a name; 'Qwen 3.8' is 'qwen3.8'."""
    name = _GAP.sub("-", name.strip())
    words = [word for word in name.split("-") if word not in _idle_words(name)]
    name = re.sub(r"^qwen-(?=[0-9])", "qwen", "-".join(words))
    return _claude(name.replace(".", "-")) if name.startswith("claude") else name


def _idle_words(name: str) -> frozenset[str]:
    kept = _pattern("kept_chats").match(name)
    return frozenset(_rules()["idle_words"]) - (frozenset({"chat"}) if kept else frozenset())


def _claude(name: str) -> str:
    """Anthropic's order of words: since version 4 the number stands behind the family."""
    found = _CLAUDE.match(name)
    if found is None or int(found[1]) <= _OLD_CLAUDE:
        return name
    number = "-".join(part for part in (found[1], found[2]) if part)
    return f"claude-{found[3]}-{number}{name[found.end() :]}"


def _without_day(name: str) -> tuple[str, str]:
    """The name without its day, and the day."""
    found = _DAY.search(name)
    return (name, "") if found is None else (name[: found.start()] + name[found.end() :], "-".join(found.groups()))


def _without_lab(name: str) -> str:
    """The name without its lab in front, where what follows is a name of that lab's family."""
    for lab in _rules()["labs_in_front"]:
        rest = name.removeprefix(f"{lab}-")
        if rest != name and family_of(rest) is not None:
            return rest
    return name


def _without_endings(name: str) -> tuple[str, str]:
    """The name without endings that say how it was run or that it is new, and the effort among them."""
    effort, before = "", ""
    while before != name:
        before = name
        if _pattern("whole").fullmatch(name):
            break
        name = _pattern("idle_endings").sub("", name)
        if _pattern("no_efforts").fullmatch(name):
            break
        for level, expression in _efforts():
            found = re.search(f"-(?:{expression.pattern})$", name)
            if found is not None and not effort:
                name, effort = name[: found.start()], level
                break
    if not effort and name.endswith("-instant"):
        effort = "off"
    return name, effort


def _lab_of(name: str) -> str:
    """The lab by the family of its names; a question mark where no rule names one."""
    more = ((lab, words) for lab, words in known_names()["score_families"].items())
    found = next((lab for lab, words in more if re.match(rf"(?:{'|'.join(words)})(?![a-z])", name)), None)
    return found or family_of(name) or "?"
