"""Navigation: every page is reached through here, so nothing is shown before it is known to whom."""

import logging
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # under AppTest the script runs without app.py
    sys.path.insert(0, str(ROOT))

from core.errors import FathomError, NotYours  # noqa: E402
from core.sentences import say  # noqa: E402
from pages.components import session  # noqa: E402
from pages.components.frame import draw_absent  # noqa: E402
from pages.components.lifespan import freeze_imports  # noqa: E402
from pages.components.menu import close_menu  # noqa: E402
from pages.components.text import escape  # noqa: E402

logger = logging.getLogger("fathom.pages")

PAGES = [
    st.Page("start.py", title="Start", icon=":material/home:", default=True, help="Try Fathom on a sample, or bring a file."),
    st.Page("data.py", title="Data", icon=":material/table:", help="What do I have, and can I trust it?"),
    st.Page("explore.py", title="Explore", icon=":material/insights:", help="What does it say?"),
    st.Page("train.py", title="Train", icon=":material/model_training:", help="Which network, on what? Watch it learn."),
    st.Page("search.py", title="Search", icon=":material/travel_explore:", help="Which settings suit?"),
    st.Page("compare.py", title="Compare", icon=":material/balance:", help="Is deep learning worth it here?"),
    st.Page("predict.py", title="Predict", icon=":material/online_prediction:", help="What will happen?"),
    st.Page("runs.py", title="Runs", icon=":material/history:", help="What have we tried?"),
]  # fmt: skip

st.set_page_config(
    page_title="Fathom", page_icon=str(ROOT / "pages" / "components" / "fathom.svg"), layout="wide"
)
session.owner()  # ends the script with a sign-in where nobody is known yet
session.ensure_workers()
page = st.navigation(PAGES, position="top")
close_menu(page.title)
session.keep_url()
try:
    page.run()
except NotYours as error:
    draw_absent(error)
except FathomError as error:
    st.error(escape(error), icon=":material/error:")
except Exception:
    # a traceback belongs into the server's log; the page says a sentence
    logger.exception("page %s failed", page.title)
    st.error(say("page.failed", page=page.title), icon=":material/error:")
freeze_imports()
