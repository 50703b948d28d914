"""The tables of a compiled catalog, declared once: in SQLite for a snapshot, in PostgreSQL for a fleet.

One database holds one release. Documents are canonical JSON texts, so that every database keeps them to the letter.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Text
from sqlmodel import Field, SQLModel

__all__ = ["TABLES", "BlobRow", "RecordRow", "ReleaseRow"]


class ReleaseRow(SQLModel, table=True):
    """The release that the database holds: its only row."""

    __tablename__ = "release"

    id: str = Field(primary_key=True, description="YYYY.MM.DD, or with .N")
    format: int = Field(description="the format of the file: tables and blobs")
    digest: str = Field(description="sha256 over format and records")
    fingerprint: str = Field(description="of the registry files and the code that made the blobs")
    counts: str = Field(sa_column=Column(Text, nullable=False), description="records by kind, JSON")
    notice: str = Field(sa_column=Column(Text, nullable=False), description="attribution and licences")


class RecordRow(SQLModel, table=True):
    """One record as a document."""

    __tablename__ = "record"

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: str = Field(sa_column=Column(Text, nullable=False), description="canonical JSON")


class BlobRow(SQLModel, table=True):
    """One part of the index."""

    __tablename__ = "blob"

    name: str = Field(primary_key=True)
    checksum: int = Field(sa_column=Column(BigInteger, nullable=False), description="crc32 of the content")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


TABLES = (ReleaseRow, RecordRow, BlobRow)
