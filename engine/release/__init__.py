"""Releases: stored episodes drawn again under many appearances, in splits that do not leak, with card and checksums.

facts      what an episode's metadata says about task, objects, surfaces, cameras
splits     which split every stored attempt goes to
leaks      the splits checked again, from a finished dataset's metadata alone
cameras    camera poses outside the range of the training views
draw       the worker that draws
plan       what is to be drawn, from which dataset, into which split
imports    episodes of an earlier version taken over
assemble   the finished folder: dataset, card, metadata, checksums, put in place at once
card, croissant, sheet      what describes it
extras     question and geometry sets that go along, cut by split
verify     episodes made again from their seeds
"""
