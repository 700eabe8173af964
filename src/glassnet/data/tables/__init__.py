"""Tables: CSV, TSV, and Parquet files read into named columns, and encoded as numbers."""
