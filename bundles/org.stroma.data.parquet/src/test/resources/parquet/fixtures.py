# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the Parquet files beside it: python fixtures.py (tried with pyarrow 25.0.1, pandas 3.0.6, Polars 1.44.2, DuckDB 1.5.6)"""
import decimal
import pathlib

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
patients = ["p3", "p1", "p2"]
frame = pd.DataFrame(
    {"TP53": [3.5, None, 0.25], "EGFR": [1, 2, 3], "KRAS": [True, False, True]},
    index=pd.Index(patients, name="PATIENT_ID"),
)
frame.to_parquet(here / "pandas.parquet")
frame.rename_axis(None).to_parquet(here / "unnamed.parquet")
frame.reset_index()[["TP53", "PATIENT_ID", "EGFR", "KRAS"]].iloc[[2, 0, 1]].to_parquet(here / "rows.parquet")
pl.DataFrame(frame.reset_index()).write_parquet(here / "polars.parquet")  # Zstandard
rows = frame.reset_index()
duckdb.sql(f"COPY (SELECT * FROM rows) TO '{here / 'duckdb.parquet'}' (FORMAT parquet, COMPRESSION gzip)")

plain = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata()
for codec in ("none", "lz4", "brotli"):
    pq.write_table(plain, here / f"{codec}.parquet", compression=codec)
pq.write_table(
    plain,
    here / "second.parquet",
    row_group_size=2,
    data_page_version="2.0",
    version="2.6",
    write_page_checksum=True,
    use_dictionary=False,
    column_encoding={"TP53": "BYTE_STREAM_SPLIT", "EGFR": "DELTA_BINARY_PACKED", "PATIENT_ID": "DELTA_BYTE_ARRAY"},
)

types = pa.table(
    {
        "id": pa.array([12, 7], pa.int64()),
        "half": pa.array(np.array([-1.5, 2**-24], np.float16)),
        "single": pa.array([1.1, None], pa.float32()),
        "double": pa.array([1.1, float("nan")]),
        "byte": pa.array([-128, 127], pa.int8()),
        "unsigned32": pa.array([2**32 - 1, 0], pa.uint32()),
        "unsigned64": pa.array([2**64 - 1, 1], pa.uint64()),
        "decimal": pa.array([decimal.Decimal("12.25"), decimal.Decimal("-0.5")], pa.decimal128(9, 2)),
        "truth": pa.array([True, False]),
    }
)
pq.write_table(types, here / "types.parquet")
pq.write_table(types, here / "decimals.parquet", store_decimal_as_integer=True)

genes = pa.table({"gene": ["TP53", "EGFR", "KRAS"], "p2": [0.25, 3, 1], "p1": [None, 2.0, 0], "p3": [3.5, 1, 1]})
pq.write_table(genes, here / "genes.parquet")
bad = pa.table(
    {
        "id": ["a", "b"],
        "text": ["x", "y"],
        "day": pa.array([1, 2], pa.date32()),
        "when": pa.array([1, 2], pa.timestamp("us")),
        "list": [[1.0], [2.0]],
        "ok": [1.0, 2.0],
    }
)
pq.write_table(bad, here / "bad.parquet")
pq.write_table(pa.table({"id": ["a", "b", "a", None], "x": [1e39, 1, float("inf"), 2]}), here / "values.parquet")
pq.write_table(genes.slice(0, 0), here / "empty.parquet")
