"""Everything Fathom does, usable without a page. Knows nothing of Streamlit."""
