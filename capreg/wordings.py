"""What a text has to look like, in a reader's words: one line for each pattern that a key has."""

from __future__ import annotations

from collections.abc import Mapping

from capreg.domain.capability import FEATURE_PATTERN, REQUIREMENT_PATTERN
from capreg.domain.correction import FACT_PATTERN
from capreg.domain.machine import DOLLARS_PATTERN
from capreg.domain.measurement import FAST_PERCENTILE_PATTERN, NUMBER_PATTERN, PERCENTILE_PATTERN
from capreg.domain.model import MONTH_PATTERN
from capreg.domain.offering import CURRENCY_PATTERN, MINUTE_PATTERN
from capreg.domain.quality import POINTS_PATTERN
from capreg.domain.record import FILE_PATTERN, URL_PATTERN
from capreg.domain.score import SHARE_PATTERN, SIGNED_PATTERN
from capreg.domain.sdk import (
    BASE_URL_PATTERN,
    HOST_PATTERN,
    KEY_PATTERN,
    PREFIX_PATTERN,
    TEMPLATE_PATTERN,
)
from capreg.ids import ID_PATTERN
from capreg.units import RATE_PATTERN

__all__ = ["WORDINGS"]

WORDINGS: Mapping[str, str] = {
    BASE_URL_PATTERN: "an address that begins with https://, without a port, such as https://api.acme.example/v1",
    CURRENCY_PATTERN: "three capital letters, such as USD",
    DOLLARS_PATTERN: "US dollars as digits, such as 2.50, without a sign",
    FACT_PATTERN: "the path of a fact, such as tool_use.at_least",
    FAST_PERCENTILE_PATTERN: "one of p75, p90, p95, p99",
    FEATURE_PATTERN: "a name of lower-case letters, digits and _, such as parallel_calls",
    FILE_PATTERN: "the name of a JSON file in lower case, such as prices.json",
    HOST_PATTERN: "a host name alone, without https:// and path, such as api.acme.example",
    ID_PATTERN: "an id: lower-case letters, digits and . _ -, with / between its parts, such as alibaba/qwen3-32b",
    KEY_PATTERN: "the name of a variable in capitals, such as ACME_API_KEY",
    MINUTE_PATTERN: "hours and minutes, such as 16:30",
    MONTH_PATTERN: "a month or a day, such as 2025-06",
    NUMBER_PATTERN: "digits with at most three after the point, such as 412.5, without a unit",
    PERCENTILE_PATTERN: "one of p50, p75, p90, p95, p99",
    POINTS_PATTERN: "a number from 0 to 100, such as 66.5",
    PREFIX_PATTERN: "a text without spaces, such as accounts/acme/models/",
    RATE_PATTERN: "US dollars as digits, such as 0.40, without a sign or a currency",
    REQUIREMENT_PATTERN: "a requirement, such as tool_use[parallel_calls]>=2",
    SHARE_PATTERN: "a share from 0 to 1 with at most four digits, such as 0.845; a percentage is divided by 100",
    SIGNED_PATTERN: "a number such as -0.25",
    TEMPLATE_PATTERN: "a model's name that ends in a placeholder, such as openai/{wire_id}",
    URL_PATTERN: "an address that begins with https://, such as https://docs.acme.example/models",
}
"""Pattern → what is expected, with an example that fits it. A test holds that every pattern of a record is here."""
