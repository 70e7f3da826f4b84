"""The main job: the steps from a workspace's files to its pages, each redone only when due.

`steps` says what a step is and when it is due, `workflow` gives their order, and every other file
is one step.
"""
