# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the workbooks beside it with pandas, by each of its engines: python fixtures.py (tried with pandas 3.0.6, openpyxl 3.1.5, XlsxWriter 3.2.9)"""
import datetime
import pathlib

import pandas as pd

here = pathlib.Path(__file__).parent
table = pd.DataFrame(
    {
        "id": ["P1", "P2", "P3"],
        "stage": ["ii", None, "iv"],
        "days": [10, 20, 30],
        "age": [50.5, None, 61],
        "seen": [datetime.date(2020, 2, 29), None, datetime.date(1999, 12, 31)],
        "alive": [True, False, True],
    }
)
for engine in ("openpyxl", "xlsxwriter"):
    table.to_excel(here / f"{engine}.xlsx", index=False, engine=engine)
