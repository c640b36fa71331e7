"""The scene graph: relations with one sampler and one predicate each, and the graphs made of them."""
