"""Tables: reading strangers' files, storing them as Parquet, knowing what is in them. Trains nothing."""
