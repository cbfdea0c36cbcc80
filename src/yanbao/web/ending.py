"""A server that ends when it is told to: what follows a job would keep it waiting for ever."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket

import uvicorn
from starlette.applications import Starlette


class Server(uvicorn.Server):
    """Serves a workbench; at its end jobs are stopped first, so that whoever follows one is told and lets go."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve; what is read of the builds meanwhile is set aside from the search for garbage."""
        await super().startup(sockets)
        self._settled = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        await asyncio.shield(self._app.state.warm)
        # documents and evidence stay: to look through them for garbage costs a reader 120 ms each time
        await asyncio.to_thread(gc.collect)
        gc.freeze()

    @property
    def _app(self) -> Starlette:
        app = self.config.app
        assert isinstance(app, Starlette)
        return app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the jobs, give answers under way their time, and end."""
        self._settled.cancel()
        await self._app.state.site.jobs.close()
        # a reader who is cut off by then is no mistake of the server's: no traces on the terminal
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
