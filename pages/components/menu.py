"""The menu of a narrow window, closed again once a page was chosen. Knows no page.

Streamlit remembers in the browser that the menu was opened, and opens it again over every page that is
chosen from it; on a phone that hides the page.
"""

import json

import streamlit as st

NARROW_PX = 768  # below this Streamlit puts the menu over the page

_CLOSE = """<style>:has(> .st-key-close_menu) {{ display: none }}</style>
<script>
(() => {{
  const page = {page};
  if (window.innerWidth >= {narrow} || window.fathomPage === page) return;
  window.fathomPage = page;
  const opened = Object.keys(localStorage).filter(
    (key) => key.startsWith("stSidebarCollapsed") && localStorage.getItem(key) === "false");
  if (!opened.length) return;
  opened.forEach((key) => localStorage.setItem(key, "true"));
  let looks = 20;  // the menu may be on its way out and in again just now
  const timer = setInterval(() => {{
    const open = document.querySelector("[data-testid='stSidebar'][data-collapsed='false']");
    open?.querySelector("[data-testid='stSidebarCollapseButton'] button")?.click();
    if (open || !--looks) clearInterval(timer);
  }}, 50);
}})();
</script>"""


def close_menu(page: str) -> None:
    """Close it where another page than the last is shown."""
    with st.container(key="close_menu"):
        st.html(_CLOSE.format(page=json.dumps(page), narrow=NARROW_PX), unsafe_allow_javascript=True)
