"""The rules that a registry keeps beyond the shape of its files. Each is a small function from facts to findings.

A rule's id is stable: REF what is named exists · ID one name, one thing · PRC prices · LIM limits · CAP capabilities ·
LIF lifecycle · EVD evidence · SPD speed · BKD backends · HND how SDKs reach a provider · SEC what could do harm.
SCH is the shape, checked before.
"""

from __future__ import annotations

from capreg.source.rules.evidence import EVIDENCE_RULES
from capreg.source.rules.facts import Facts
from capreg.source.rules.handover import HANDOVER_RULES
from capreg.source.rules.hardware import HARDWARE_RULES
from capreg.source.rules.limits import LIMIT_RULES
from capreg.source.rules.names import NAME_RULES
from capreg.source.rules.prices import PRICE_RULES
from capreg.source.rules.references import REFERENCE_RULES
from capreg.source.rules.speed import SPEED_RULES

__all__ = ["RULES", "Facts"]

RULES = (
    *REFERENCE_RULES,
    *NAME_RULES,
    *PRICE_RULES,
    *LIMIT_RULES,
    *EVIDENCE_RULES,
    *SPEED_RULES,
    *HARDWARE_RULES,
    *HANDOVER_RULES,
)
