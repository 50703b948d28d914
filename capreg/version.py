"""The version of the library. The catalog has a release of its own."""

__version__ = "0.1.0"
