"""A question put to a job: what went wrong is an error with a way on, what cannot be had is said quietly."""

import pytest
from streamlit.testing.v1 import AppTest

from core.commands import OWNER
from core.errors import FathomError, NotApplicable
from core.jobs.queue import Queue

pytestmark = pytest.mark.usefixtures("stays_light")


def a_page():
    import streamlit as st

    from pages.components.asked import asked

    result = asked("words", {"run": "r"}, lane="interactive", doing="Reading the words", key="here")
    st.write("answered" if result else "nothing yet")


@pytest.fixture
def page(home, monkeypatch):
    monkeypatch.setattr("pages.components.asked.PATIENCE_S", 0.0)
    return AppTest.from_function(a_page, default_timeout=30).run()


@pytest.fixture
def ended(page, home):
    """ended(error): the page once its job has ended so."""

    def end(state, error=None):
        queue = Queue(home)
        (job,) = queue.list(OWNER, kind="words")
        queue.claim("interactive", "hand")
        queue.finish(job.id, state, error=error)
        return page.run()

    return end


def test_what_went_wrong_is_an_error_that_says_what_and_can_be_tried_again(ended, home):
    app = ended("failed", FathomError("work_failed", log="interactive.log", job="j1"))
    assert "Reading the words did not work" in app.error[0].value and "Try it again" in app.error[0].value
    assert not app.info
    app.button(key="again_here").click().run()
    assert len(Queue(home).list(OWNER, kind="words")) == 2 and not app.error


def test_what_cannot_be_had_is_no_error_and_asking_again_is_not_offered(ended):
    app = ended("failed", NotApplicable("no_landscape", title="Ridge"))
    assert "Ridge has no layer" in app.info[0].value and not app.error and not app.button


def test_what_was_stopped_can_be_asked_again(ended):
    app = ended("stopped")
    assert app.info[0].value == "Reading the words was stopped." and app.button(key="again_here")
