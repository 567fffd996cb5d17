"""What `benchmarks.tables` is made of: the tables, the other tools and how results are told."""
