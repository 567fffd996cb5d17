"""Who is at the page: one local owner until sign-in is configured, then whoever signed in."""

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core.commands import OWNER


def is_sign_in_configured() -> bool:
    """Whether Streamlit's secrets hold an [auth] section (OpenID Connect)."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def owner() -> str:
    """Whose datasets and runs this session sees. Ends the script with a sign-in if nobody is known."""
    if not is_sign_in_configured():
        return OWNER
    if not st.user.is_logged_in:
        _ask_to_sign_in()
        st.stop()
    # the address may change hands within a provider, the subject may not
    return f"{st.user.get('iss', '')}|{st.user.get('sub', st.user.get('email', ''))}"


def _ask_to_sign_in() -> None:
    st.title("Fathom", text_alignment="center")
    with st.container(horizontal_alignment="center"):
        st.markdown("Sign in to see your datasets and runs.")
        st.button("Sign in", icon=":material/login:", type="primary", on_click=st.login)
