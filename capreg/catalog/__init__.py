"""The catalog: the records of one release, immutable. Not the file they are kept in, and not the index over them."""

from capreg.catalog.catalog import FORMAT, KINDS, Catalog, Release, canonical, digest_of, digest_of_texts

__all__ = ["FORMAT", "KINDS", "Catalog", "Release", "canonical", "digest_of", "digest_of_texts"]
