import socket

from pages.components.lifespan import send_at_once


def test_answers_of_connections_to_come_leave_at_once():
    # as Streamlit makes its listener: no protocol is named
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        send_at_once()
        with socket.create_connection(listener.getsockname()):
            served, _ = listener.accept()
            with served:
                assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
