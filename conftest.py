"""Examples are tests: Python blocks in README.md, CONTRIBUTING.md and docs/, and doctests in capreg's docstrings.

They read the catalog that this installation ships and pin `as_of`, so that no answer hangs on today's date.
"""

from __future__ import annotations

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

_pages = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)],
    patterns=["README.md", "CONTRIBUTING.md", "docs/*.md", "docs/*/*.md"],
)
_docstrings = Sybil(parsers=[DocTestParser()], patterns=["capreg/*.py", "capreg/*/*.py"])

pytest_collect_file = (_pages + _docstrings).pytest()
