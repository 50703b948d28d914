"""Scores → estimates of quality, with NumPy, when a catalog is prepared. Answering needs none of it.

`ability` is the model: one general ability and one for each capability, seen through benchmarks on the logit scale.
`grid` arranges scores for it, `estimates` says what it means for each model, `validation` how far it can be trusted.
"""
