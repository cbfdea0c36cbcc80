"""A server that ends when it is told to: what follows a job would keep it waiting for ever."""

from __future__ import annotations

import logging
import socket

import uvicorn
from starlette.applications import Starlette


class Server(uvicorn.Server):
    """Serves a workbench; at its end jobs are stopped first, so that whoever follows one is told and lets go."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the jobs, give answers under way their time, and end."""
        app = self.config.app
        assert isinstance(app, Starlette)
        await app.state.site.jobs.close()
        # a reader who is cut off by then is no mistake of the server's: no traces on the terminal
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
