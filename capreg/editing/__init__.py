"""Edits of the registry by a person: new records, prices, retirements, aliases, one form. Checked before it is kept."""
