"""Moving the clock between two catalog events changes no answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import Asked
from tests.property.asking import answered, catalog_of
from tests.property.laws import LAW, changed
from tests.questions import catalogs_with_questions
from tests.strategies import Documents, hypothesis_pick

MINUTE = timedelta(minutes=1)
FAR = timedelta(days=2000)


def _event_days(documents: Documents, asked: Asked) -> set[date]:
    """The days at whose start an answer can change."""
    ages = [365, *([asked.policy["max_measurement_age_days"]] if "max_measurement_age_days" in asked.policy else [])]
    offerings = documents["offerings"].values()
    found = {date.fromisoformat(entry["starts_on"]) for one in offerings for entry in one["prices"]}
    found |= {date.fromisoformat(one["lifecycle"]["retires_on"]) for one in offerings if _ends(one)}
    for one in documents["measurements"].values():
        measured_on = date.fromisoformat(one["measured_on"])
        found |= {measured_on, *(measured_on + timedelta(days=age + 1) for age in ages)}
    seen = {date.fromisoformat(one["last_seen_on"]) for one in documents["sightings"].values()}
    return found | {day + timedelta(days=later) for day in seen for later in (0, 1)}


def _ends(offering: dict[str, object]) -> bool:
    return "retires_on" in offering.get("lifecycle", {})  # type: ignore[operator]


def _events(documents: Documents, asked: Asked) -> list[datetime]:
    """The instants near `as_of` at which an answer can change: starts of event days, and edges of windows."""
    today = asked.as_of.astimezone(UTC).date()
    windows = [
        entry["window"] for one in documents["offerings"].values() for entry in one["prices"] if "window" in entry
    ]
    edges = {time.fromisoformat(window[edge]) for window in windows for edge in ("start", "end")}
    found = {datetime.combine(day, time(), UTC) for day in _event_days(documents, asked)}
    for days in (-1, 0, 1):
        found |= {datetime.combine(today + timedelta(days=days), edge, UTC) for edge in edges}
    return sorted(found)


@st.composite
def questions_at_two_instants(draw: st.DrawFn) -> tuple[Documents, Asked, datetime]:
    """A question, and another instant in the same interval between events."""
    documents, asked = draw(catalogs_with_questions())
    events = _events(documents, asked)
    start = max((event for event in events if event <= asked.as_of), default=asked.as_of - FAR)
    end = min((event for event in events if event > asked.as_of), default=asked.as_of + FAR)
    pick = hypothesis_pick(draw)
    other = pick((start, end - MINUTE, end - timedelta(seconds=1), start + (end - start) / 2))
    return documents, asked, other


@LAW
@given(questions_at_two_instants())
def test_nothing_changes_between_events(drawn: tuple[Documents, Asked, datetime]) -> None:
    """The answer at any instant between two events is the answer at any other; only the ages told differ."""
    documents, asked, other = drawn
    catalog = catalog_of(documents)
    assert answered(catalog, changed(asked, as_of=other)) == answered(catalog, asked)
