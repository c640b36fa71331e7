"""Episodes of a store as a LeRobotDataset v3.0, written with pyarrow alone.

    finalize(store, out, fps=10, columns=COLUMNS, run_config={...})       # -> Dataset
    dataset = load_dataset(out)                                            # engine.export.dataset

What is beyond the format lives in `meta/groundwork/`: run.json (configuration and versions), columns.json
(true shape, unit, frame and meaning of every column), episodes.jsonl (all metadata of every episode),
ledger.parquet (every attempt), timing.jsonl. Arrays with more than one inner axis are stored flat, with names;
`Dataset.episode` gives them their shape back.
"""
