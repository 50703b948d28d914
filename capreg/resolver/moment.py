"""The instant of a decision, in UTC, cut to the minute. Given by the caller; nothing here reads a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

from capreg.errors import InvalidArgument

__all__ = ["Moment"]

_EXPECTED = "a datetime with a time zone, a date, or ISO text such as '2026-11-22' or '2026-11-22T09:30Z'"


class Moment:
    """A minute: `day` is a proleptic ordinal, `minute` counts from midnight UTC."""

    __slots__ = ("day", "minute")

    def __init__(self, day: int, minute: int) -> None:
        self.day = day
        self.minute = minute

    @classmethod
    def of(cls, when: datetime | date | str) -> Moment:
        """The minute of `when`; a day means its first minute.

        Raises:
            InvalidArgument: when `when` has no time zone, or is no instant.
        """
        if isinstance(when, str):
            when = _read(when)
        if isinstance(when, datetime):
            if when.tzinfo is None or when.utcoffset() is None:
                raise InvalidArgument(
                    "an instant needs a time zone",
                    where="as_of",
                    found=when.isoformat(),
                    expected=_EXPECTED,
                    hint="pass datetime.now(timezone.utc), or .astimezone() a local time",
                )
            utc = when.astimezone(UTC)
            return cls(utc.toordinal(), utc.hour * 60 + utc.minute)
        if isinstance(when, date):
            return cls(when.toordinal(), 0)
        raise InvalidArgument("an instant cannot be read", where="as_of", found=repr(when), expected=_EXPECTED)

    @property
    def on(self) -> date:
        """The day as a date."""
        return date.fromordinal(self.day)

    def __str__(self) -> str:
        return f"{self.on.isoformat()}T{self.minute // 60:02}:{self.minute % 60:02}Z"

    def __repr__(self) -> str:
        return f"<Moment {self}>"


def _read(text: str) -> datetime | date:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise InvalidArgument(
            "an instant cannot be read", where="as_of", found=text, expected=_EXPECTED
        ) from unreadable
