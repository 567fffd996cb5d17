"""Rows of an Arrow table as a pandas frame, whole numbers unrounded. Reads no file."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    import pyarrow

EXACT = 2**53  # beyond, float64 leaves out whole numbers


def exact_frame(table: "pyarrow.Table") -> "pandas.DataFrame":
    """The table's rows. Whole numbers with gaps among them are float64 with NaN, as pandas has it, but
    Int64 with NA where one lies beyond EXACT: two codes of 16 digits would become one number."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    frame = table.to_pandas()
    for name, column in zip(table.column_names, table.columns):
        if pa.types.is_int64(column.type) and 0 < column.null_count < len(column):
            ends = pc.min_max(column)
            if ends["min"].as_py() < -EXACT or ends["max"].as_py() > EXACT:
                frame[name] = column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame
