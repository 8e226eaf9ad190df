"""Pair features of a creator and a product or video: NumPy functions, the same in training and serving.

Parameters are columns named by whose they are: `creator_x` and `item_x` are columns of the snapshot,
`owner_x` those of a video's creator, `taste_x` and `owner_taste_x` fields of `taste.Tastes`, `hook_x` of
`hooks.HookLifts`, `met_x` what passed between the two, `retrieved_x` what retrieval said.
"""
