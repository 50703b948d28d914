"""The form of the files that importers write, and edits that keep a person's work."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from capreg.errors import InvalidData
from capreg.importers.files import write_text
from capreg.importers.form import edited, rendered

PATH = "providers/groq/offerings/openai/gpt-oss-120b.toml"
SEEN = [{"source": "models-dev", "seen_on": "2026-09-30"}]
PLAIN = {"wire_id": "m", "context_tokens": 8192, "evidence": SEEN}


def test_the_form_is_fixed() -> None:
    """Schema line, keys in the record's order, days as days, prices as text, short facts inline."""
    document = {
        "evidence": SEEN,
        "wire_id": "openai/gpt-oss-120b",
        "capabilities": {
            "tool_use": {"at_least": 2, "features": {"parallel": True}},
            "vision": {
                "at_most": 0,
                "evidence": [*SEEN, {"source": "litellm", "seen_on": "2026-11-12", "note": "x" * 90}],
            },
        },
        "prices": [{"starts_on": "2026-09-30", "basis": "observed", "input": "0.15", "evidence": SEEN}],
    }
    assert rendered("offerings", document, PATH) == (
        "#:schema ../../../../../schemas/offering.schema.json\n\n"
        'wire_id = "openai/gpt-oss-120b"\n'
        'evidence = [{ source = "models-dev", seen_on = 2026-09-30 }]\n\n'
        "[capabilities]\n"
        "tool_use = { at_least = 2, features = { parallel = true } }\n\n"
        "[capabilities.vision]\n"
        "at_most = 0\n"
        "evidence = [\n"
        '  { source = "models-dev", seen_on = 2026-09-30 },\n'
        f'  {{ source = "litellm", seen_on = 2026-11-12, note = "{"x" * 90}" }},\n'
        "]\n\n"
        "[[prices]]\n"
        "starts_on = 2026-09-30\n"
        'basis = "observed"\n'
        'input = "0.15"\n'
        'evidence = [{ source = "models-dev", seen_on = 2026-09-30 }]\n'
    )


def test_quotes_and_backslashes_survive() -> None:
    """What a source calls a model comes back as it was."""
    name = 'say "hi" \\ to it'
    text = rendered("offerings", {**PLAIN, "name": name}, PATH)
    assert tomllib.loads(text)["name"] == name


def test_an_untouched_file_is_written_anew() -> None:
    """A file in this form changes into a file in this form."""
    after = {**PLAIN, "context_tokens": 4096}
    assert edited(rendered("offerings", PLAIN, PATH), "offerings", PLAIN, after, PATH) == rendered(
        "offerings", after, PATH
    )


def test_an_edit_keeps_comments_order_and_spacing() -> None:
    """Only the changed value changes; a new table and a new price come at the end."""
    text = (
        "# checked by hand\n"
        'wire_id="m" # verbatim\n'
        "evidence = [{source='models-dev', seen_on=2026-09-30}]\n"
        "context_tokens = 8192   # from the page\n\n"
        '[[prices]]\nstarts_on = 2026-09-30\nbasis = "observed"\ninput = "1"\n'
        "evidence = [{source='models-dev', seen_on=2026-09-30}]\n"
    )
    price = {"starts_on": "2026-09-30", "basis": "observed", "input": "1", "evidence": SEEN}
    before = {**PLAIN, "prices": [price]}
    after = {
        **PLAIN,
        "context_tokens": 4096,
        "prices": [price, {**price, "starts_on": "2026-11-12", "input": "2"}],
        "capabilities": {"vision": {"at_most": 0}},
    }
    changed = edited(text, "offerings", before, after, PATH)
    assert changed.startswith(text.replace("8192", "4096"))
    assert 'input = "2"' in changed
    assert tomllib.loads(changed)["capabilities"] == {"vision": {"at_most": 0}}


def test_an_edit_can_take_away() -> None:
    """A fact that is gone leaves no trace and harms no neighbour."""
    text = (
        '# mine\nwire_id = "m"\ncontext_tokens = 8192\nevidence = [{ source = "models-dev", seen_on = 2026-09-30 }]\n'
    )
    after = {key: value for key, value in PLAIN.items() if key != "context_tokens"}
    assert edited(text, "offerings", PLAIN, after, PATH) == text.replace("context_tokens = 8192\n", "")


def test_an_edit_that_would_lose_something_is_refused() -> None:
    """When the text does not say what it was read as, the edit stops before it writes."""
    with pytest.raises(InvalidData) as refused:
        edited('wire_id = "other"\n', "offerings", PLAIN, {**PLAIN, "context_tokens": 1}, PATH)
    assert [finding.rule for finding in refused.value.findings] == ["IMP002"]


def test_equal_bytes_are_not_written(tmp_path: Path) -> None:
    """A file that would stay the same is not touched, and no temporary file is left behind."""
    file = tmp_path / "a" / "b.toml"
    assert [write_text(file, "x = 1\n"), write_text(file, "x = 1\n")] == [True, False]
    assert [path.name for path in file.parent.iterdir()] == ["b.toml"]
