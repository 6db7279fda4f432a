"""A random walk through the whole window: what anybody might click, type, drop or close, in any order, from a seed.

`python -m tests.walk --seeds 1-20 --steps 200` runs each walk in a process of its own and says which of them met a
defect; `--replay FILE` takes the steps of such a walk again.
"""
