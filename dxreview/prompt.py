"""The server's end of a page's line to its kernel, without Nagle's delay.

A short message would wait, up to 40 ms, until the other side has acknowledged the one before (RFC
896 beside delayed acknowledgements), and a key would take twice as long to be saved.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """What jupyter-server and Voila are given as ``kernel_websocket_connection_class``."""

    def connect(self) -> Any:
        self.websocket_handler.set_nodelay(True)
        return super().connect()
