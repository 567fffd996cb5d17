"""The application: pages and REST routes as one ASGI app; `streamlit run app.py` serves it.

Pages go through `pages/main.py` and nothing else: an ASGI app has no automatic `pages/`
discovery, so no deep link reaches a page file past the sign-in, not even on a cold server.
"""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from core.home import Home  # noqa: E402
from pages.components.lifespan import lifespan  # noqa: E402
from pages.components.routes import routes  # noqa: E402

app = st.App(ROOT / "pages" / "main.py", lifespan=lifespan, routes=routes(Home.from_environment()))
