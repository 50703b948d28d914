"""The records: one noun a module, frozen, without I/O. What a file in registry_data/ says is one of these."""
