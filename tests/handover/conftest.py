"""The contract tests build environments of their own; they are collected where CAPREG_HANDOVER says so."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("CAPREG_HANDOVER") else ["test_*.py"]
