"""A small registry folder for tests, of a few files. Nothing in it claims to be true of anybody."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from capreg.errors import Finding
from capreg.source.read import read
from capreg.source.validate import validate, validate_some, within

OFFERING = "providers/acme/offerings/small-1.toml"
PROVIDER = "providers/acme/provider.toml"
MODEL = "models/lab/small-1.toml"
SPEEDS = "measurements/router-2026-05-18.csv"

_SEEN = 'evidence = [{ source = "list", seen_on = 2026-09-30 }]'
FILES = {
    "RELEASE": "2026.11.22\n",
    "capabilities/tool_use.toml": """\
        name = "Tool use"
        definition = "Answers with structured calls."
        levels = [{ definition = "Calls." }, { definition = "The request sets the choice." }]
        [features.parallel]
        definition = "Several calls in one turn."
        """,
    "capabilities/long_context.toml": """\
        name = "Long context"
        definition = "Reads much."
        measure = "context_tokens"
        bare = 128000
        """,
    "skills/agent_step.toml": """\
        name = "Agent step"
        definition = "One turn of an agent."
        requires = ["tool_use[parallel]>=2", "long_context>=32000"]
        workload = { input_tokens = 3000 }
        """,
    "sources/list.toml": """\
        publisher = "List"
        title = "A list"
        url = "https://list.example/"
        licence = "MIT"
        attribution = "A list, by List"
        redistributable = "yes"
        family = "list"
        kinds = { price = "aggregator", capability = "aggregator" }
        lists_offerings = true
        """,
    "sources/router.toml": """\
        publisher = "Router"
        title = "A router"
        url = "https://router.example/"
        licence = "terms not verified"
        attribution = "A router"
        redistributable = "unverified"
        family = "router"
        kinds = { speed = "router_telemetry" }
        """,
    "accelerators/chip-a.toml": f"""\
        name = "Chip A"
        maker = "Maker"
        kind = "asic"
        purposes = ["inference"]
        status = "available"
        {_SEEN}
        """,
    "accelerators/chip-z.toml": f"""\
        name = "Chip Z"
        maker = "Maker"
        kind = "asic"
        purposes = ["inference"]
        status = "announced"
        {_SEEN}
        """,
    "engines/engine.toml": f"""\
        name = "Engine"
        maker = "Maker"
        url = "https://engine.example/"
        {_SEEN}
        """,
    MODEL: f"""\
        name = "Small 1"
        lab = "lab"
        open_weights = true
        aliases = {{ list = ["Small One"] }}
        {_SEEN}
        """,
    "models/lab/large-1.toml": f"""\
        name = "Large 1"
        lab = "lab"
        aliases = {{ list = ["Large One"] }}
        {_SEEN}
        """,
    PROVIDER: f"""\
        name = "Acme"
        kind = "host"
        docs_url = "https://acme.example/docs"
        keys = ["ACME_KEY"]
        {_SEEN}
        [backend]
        grade = "vendor_stated"
        accelerators = ["chip-a"]
        """,
    OFFERING: f"""\
        wire_id = "Small-1"
        model = "lab/small-1"
        context_tokens = 200000
        max_input_tokens = 100000
        max_output_tokens = 8000
        {_SEEN}
        [capabilities]
        tool_use = {{ at_least = 2, features = {{ parallel = true }} }}
        [[prices]]
        starts_on = 2026-01-01
        basis = "observed"
        input = "0.50"
        output = "2"
        cache_read = "0.05"
        {_SEEN}
        """,
    SPEEDS: """\
        offering,source,kind,vantage,measured_on,n,ttft_ms_p50,ttft_ms_p90,output_tps_p50,note
        acme/small-1,router,router_telemetry,router,2026-05-18,120,199,450.5,99.5,
        """,
    "sightings/list.csv": """\
        subject,last_seen_on
        acme,2026-09-30
        acme/small-1,2026-09-30
        """,
}


class RegistryFolder:
    """A registry folder that a test changes file by file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str | bytes) -> Path:
        """Put a file at `path`."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return target

    def change(self, path: str, old: str, new: str) -> None:
        """Replace `old`, which is there, by `new`."""
        text = (self.root / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new))

    def add(self, path: str, text: str) -> None:
        """Put `text` at the end of the file at `path`, which then need not be valid."""
        self.write(path, (self.root / path).read_text() + dedent(text))

    def remove(self, path: str) -> None:
        """Remove the file at `path`."""
        (self.root / path).unlink()

    def findings(self, *paths: str) -> tuple[Finding, ...]:
        """Every fault, of these files only where some are named."""
        if paths:
            return validate_some(self.root, within(self.root, map(Path, paths)))
        return validate(read(self.root))

    def errors(self) -> tuple[Finding, ...]:
        """Every fault that would keep the registry from being built."""
        return tuple(finding for finding in self.findings() if finding.severity == "error")

    def finding(self) -> Finding:
        """The only error; warnings about the same change may stand beside it."""
        (found,) = self.errors()
        return found


def small_registry(root: Path) -> RegistryFolder:
    """A registry at `root` that has no faults."""
    folder = RegistryFolder(root)
    for path, text in FILES.items():
        folder.write(path, text)
    return folder
