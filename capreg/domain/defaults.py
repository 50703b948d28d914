"""What a question means where it says nothing of the call or of what is not accepted; no record, and light to load.

`Workload` and `Policy` are dataclasses, and the library behind these takes a tenth of a cold answer to load. Whoever
passes none is answered from here; a test holds the two to the same fields and values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capreg.domain.workload import Workload
    from capreg.resolver.policy import Policy

__all__ = [
    "DEFAULT_HEADROOM", "DEFAULT_INPUT_TOKENS", "DEFAULT_OUTPUT_TOKENS", "MOST_RATE", "MOST_TOKENS", "NOTHING_ASKED",
    "USUAL_CALL",
]  # fmt: skip

DEFAULT_INPUT_TOKENS = 2_000
DEFAULT_OUTPUT_TOKENS = 300
DEFAULT_HEADROOM = 0.2
MOST_TOKENS = 1_000_000_000
MOST_RATE = 1_000_000


class _UsualCall:
    """The fields of ``Workload()``."""

    __slots__ = ()

    input_tokens = DEFAULT_INPUT_TOKENS
    output_tokens = DEFAULT_OUTPUT_TOKENS
    cached_input_tokens = 0
    reasoning_tokens = None
    images = 0
    service_tier = "standard"
    requests_per_second = None
    peak_requests_per_second = None
    headroom = DEFAULT_HEADROOM
    add_network_ms = 0


class _NothingAsked:
    """The fields of ``Policy()``."""

    __slots__ = ()

    allow_providers = deny_providers = allow_labs = deny_labs = allow_accelerators = deny_accelerators = None
    open_weights = resellers = max_measurement_age_days = markets = keys = None
    free = preview = unlisted = provisional = False


if TYPE_CHECKING:  # to whoever reads a field they are the records
    USUAL_CALL: Workload
    NOTHING_ASKED: Policy
else:
    USUAL_CALL = _UsualCall()
    NOTHING_ASKED = _NothingAsked()
