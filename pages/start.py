import streamlit as st

st.caption("in the making")
