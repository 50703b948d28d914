"""The rules that a registry keeps beyond the shape of its files. Each is declared in words, and checked by a function.

A rule's id is stable: REF what is named exists · ID one name, one thing · PRC prices · LIM limits · CAP capabilities ·
LIF lifecycle · EVD evidence · SPD speed · BKD backends · DEP machines · HND how SDKs reach a provider · QUA quality ·
COR corrections · SEC what could do harm. SCH is the shape, checked before.
"""

from __future__ import annotations

from collections.abc import Iterable

from capreg.errors import Finding
from capreg.source.rules.corrections import CORRECTION_RULES
from capreg.source.rules.evidence import EVIDENCE_RULES
from capreg.source.rules.facts import Facts
from capreg.source.rules.handover import HANDOVER_RULES
from capreg.source.rules.hardware import HARDWARE_RULES
from capreg.source.rules.implied import IMPLIED_RULES
from capreg.source.rules.likeness import LIKENESS_RULES
from capreg.source.rules.limits import LIMIT_RULES
from capreg.source.rules.names import NAME_RULES
from capreg.source.rules.outliers import OUTLIER_RULES
from capreg.source.rules.prices import PRICE_RULES
from capreg.source.rules.quality import QUALITY_RULES
from capreg.source.rules.references import REFERENCE_RULES
from capreg.source.rules.rule import Rule, declared, rule_of
from capreg.source.rules.speed import SPEED_RULES

__all__ = ["RULES", "Facts", "Rule", "breaches", "declared", "graded", "rule_of"]

RULES = (
    *REFERENCE_RULES,
    *NAME_RULES,
    *PRICE_RULES,
    *LIMIT_RULES,
    *EVIDENCE_RULES,
    *SPEED_RULES,
    *HARDWARE_RULES,
    *HANDOVER_RULES,
    *OUTLIER_RULES,
    *IMPLIED_RULES,
    *LIKENESS_RULES,
    *QUALITY_RULES,
    *CORRECTION_RULES,
)
"""The checks, each of which may find breaches of several rules."""


def breaches(facts: Facts) -> list[Finding]:
    """Every breach of a rule in `facts`, as grave as its rule says."""
    return graded(finding for check in RULES for finding in check(facts))


def graded(findings: Iterable[Finding]) -> list[Finding]:
    """`findings` with the severities that their rules declare."""
    rules = declared()
    grades = {name: rule.severity for name, rule in rules.items() if rule.severity != "error"}
    return [f.but(severity=grades[f.rule]) if f.rule in grades else f for f in findings]
