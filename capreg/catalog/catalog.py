"""Catalog: an immutable mapping kind → id → record of one release. It opens no file and ranks nothing.

A *document* is the plain JSON of a record. Documents become records when they are touched, through a `decode`
that the caller brings, so that this module needs no validation library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from capreg.errors import CapregError, UnknownName

if TYPE_CHECKING:
    from capreg.domain.capability import Capability, Skill
    from capreg.domain.correction import Corrections
    from capreg.domain.hardware import Accelerator, Engine
    from capreg.domain.machine import Deployment, Rental
    from capreg.domain.measurement import Measurement, Sighting
    from capreg.domain.model import Model
    from capreg.domain.offering import Offering
    from capreg.domain.provider import Provider
    from capreg.domain.quality import Quality
    from capreg.domain.record import Source
    from capreg.domain.score import Benchmark, Score

__all__ = ["FORMAT", "KINDS", "Catalog", "Decode", "Documents", "Release", "canonical", "digest_of", "digest_of_texts"]

FORMAT = 1
"""The format of documents. It is part of the digest, and changes when an older reader would misread a newer one."""

KINDS = (
    "accelerators",
    "benchmarks",
    "capabilities",
    "corrections",
    "deployments",
    "engines",
    "measurements",
    "models",
    "offerings",
    "providers",
    "qualities",
    "rentals",
    "scores",
    "sightings",
    "skills",
    "sources",
)
"""Every kind of record, in the order that the digest takes them."""

Documents = Mapping[str, Mapping[str, Mapping[str, Any]]]
Decode = Callable[[str, Mapping[str, Any]], Any]

_NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


class Release:
    """A published, never-changed version of the catalog: its id and the digest of its content."""

    __slots__ = ("digest", "id")

    def __init__(self, id: str, digest: str) -> None:  # noqa: A002  the word for it everywhere
        self.id = id
        self.digest = digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Release) and (self.id, self.digest) == (other.id, other.digest)

    def __hash__(self) -> int:
        return hash((self.id, self.digest))

    def __repr__(self) -> str:
        return f"<Release {self.id} {self.digest}>"


class _Records(Mapping[str, Any]):
    """The records of one kind: each document is decoded when it is first touched, and kept."""

    __slots__ = ("_decode", "_documents", "_kept", "_kind")

    def __init__(self, kind: str, documents: Mapping[str, Mapping[str, Any]], decode: Decode | None) -> None:
        self._kind = kind
        self._documents = documents
        self._decode = decode
        self._kept: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        record = self._kept.get(key)
        if record is None:
            document = self._documents[key]
            if self._decode is None:
                raise CapregError(
                    "this catalog holds documents only: it was made without a decoder",
                    where=f"{self._kind}/{key}",
                    hint="pass decode=capreg.schema.record to Catalog or open_catalog, or read .documents(kind)",
                )
            record = self._kept.setdefault(key, self._decode(self._kind, document))
        return record

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, key: object) -> bool:
        return key in self._documents

    def __repr__(self) -> str:
        return f"<{len(self)} {self._kind}>"


class Catalog:
    """The records of one release.

    Args:
        release_id: the release's id, such as ``"2026.11.22"``.
        documents: kind → id → plain document. It is kept, not copied: do not change it afterwards.
        decode: turns a kind and a document into a record; `capreg.schema.record` is one.
        digest: the content's digest, where it is known; otherwise it is computed when first asked for.

    Raises:
        UnknownName: `documents` holds a kind that does not exist.

    >>> catalog = Catalog("2026.11.22", {"engines": {"vllm": {"name": "vLLM"}}})
    >>> catalog.documents("engines")["vllm"]
    {'name': 'vLLM'}
    >>> catalog
    <Catalog 2026.11.22: 1 engines>
    """

    __slots__ = ("_digest", "_documents", "_records", "_release_id", "prepared")

    def __init__(
        self,
        release_id: str,
        documents: Documents,
        *,
        decode: Decode | None = None,
        digest: str | None = None,
    ) -> None:
        for kind in documents:
            _check_kind(kind, where="documents")
        self._release_id = release_id
        self._documents = documents
        self._digest = digest
        self._records = {kind: _Records(kind, documents.get(kind, _NOTHING), decode) for kind in KINDS}
        self.prepared: object | None = None
        """What the index keeps here between questions. Part of neither content nor digest."""

    @property
    def release(self) -> Release:
        """The release's id and the digest of its content."""
        if self._digest is None:
            self._digest = digest_of(self._documents)
        return Release(self._release_id, self._digest)

    def documents(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """The plain documents of `kind`, by id.

        Raises:
            UnknownName: there is no such kind.
        """
        _check_kind(kind, where="kind")
        found = self._documents.get(kind, _NOTHING)
        return MappingProxyType(found) if isinstance(found, dict) else found

    def records(self, kind: str) -> Mapping[str, Any]:
        """The records of `kind`, by id; each is decoded when it is first touched.

        Raises:
            UnknownName: there is no such kind.
        """
        _check_kind(kind, where="kind")
        return self._records[kind]

    @property
    def accelerators(self) -> Mapping[str, Accelerator]:
        """Chips, by id."""
        return self._records["accelerators"]

    @property
    def capabilities(self) -> Mapping[str, Capability]:
        """What a caller can require, by id."""
        return self._records["capabilities"]

    @property
    def engines(self) -> Mapping[str, Engine]:
        """Serving software, by id."""
        return self._records["engines"]

    @property
    def measurements(self) -> Mapping[str, Measurement]:
        """Speeds that were seen, by table and row."""
        return self._records["measurements"]

    @property
    def models(self) -> Mapping[str, Model]:
        """Models, by id."""
        return self._records["models"]

    @property
    def offerings(self) -> Mapping[str, Offering]:
        """What one can choose on an API, by id."""
        return self._records["offerings"]

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Who one pays, by id."""
        return self._records["providers"]

    @property
    def qualities(self) -> Mapping[str, Quality]:
        """Estimates of how well models do, by model, effort and capability."""
        return self._records["qualities"]

    @property
    def corrections(self) -> Mapping[str, Corrections]:
        """What sources say and somebody found to be wrong, by source."""
        return self._records["corrections"]

    @property
    def benchmarks(self) -> Mapping[str, Benchmark]:
        """What models are scored on, by id."""
        return self._records["benchmarks"]

    @property
    def scores(self) -> Mapping[str, Score]:
        """Results of models on benchmarks, by table and row."""
        return self._records["scores"]

    @property
    def deployments(self) -> Mapping[str, Deployment]:
        """Measured operating points of models on one's own machines, by table and row."""
        return self._records["deployments"]

    @property
    def rentals(self) -> Mapping[str, Rental]:
        """What an accelerator costs by the hour, by table and row."""
        return self._records["rentals"]

    @property
    def sightings(self) -> Mapping[str, Sighting]:
        """When a source last listed what, by source and subject."""
        return self._records["sightings"]

    @property
    def skills(self) -> Mapping[str, Skill]:
        """Named bundles of requirements, by id."""
        return self._records["skills"]

    @property
    def sources(self) -> Mapping[str, Source]:
        """Where figures come from, by id."""
        return self._records["sources"]

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)

    def __contains__(self, kind: object) -> bool:
        return kind in KINDS

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalog) and self.release == other.release

    def __hash__(self) -> int:
        return hash(self.release)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.documents(kind))} {kind}" for kind in KINDS if self.documents(kind))
        return f"<Catalog {self._release_id}: {counts or 'empty'}>"


def canonical(document: Any) -> str:
    """The one JSON text of `document`: sorted keys, no spaces, no escapes beyond those that JSON needs.

    >>> canonical({"b": 1, "a": ["é"]})
    '{"a":["é"],"b":1}'
    """
    import json

    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(documents: Documents) -> str:
    """The digest of the content: equal for equal documents on every machine, in whatever order they come."""
    return digest_of_texts(
        (kind, key, canonical(document)) for kind, records in documents.items() for key, document in records.items()
    )


def digest_of_texts(rows: Iterable[tuple[str, str, str]]) -> str:
    """The digest of rows (kind, id, canonical document).

    A sha256 over lines of canonical JSON: the format, then every record in the order of kind and id.
    """
    from hashlib import sha256

    total = sha256(canonical({"format": FORMAT}).encode() + b"\n")
    for kind, key, text in sorted(rows):
        total.update(f'{{"id":{canonical(key)},"kind":{canonical(kind)},"record":{text}}}\n'.encode())
    return f"sha256:{total.hexdigest()}"


def _check_kind(kind: str, *, where: str) -> None:
    if kind not in KINDS:
        raise UnknownName("kind", kind, KINDS, where=where)
