"""A local web page to look at a dataset: thumbnails, filters, a player with labels drawn in, plots, the scene
graph and the ledger; served on this machine only (`server`) or written as files (`files`)."""
