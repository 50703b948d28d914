"""registry_data on disk: read, validate, compile, and write the snapshot. Not used when a question is answered."""
