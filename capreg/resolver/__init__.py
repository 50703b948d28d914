"""The decision: pure functions of an index, a request and an instant. No clock, environment, network or globals."""
