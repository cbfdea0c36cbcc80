"""The workbench: a workspace, its builds and its store in a browser, for a team on one machine.

`create_app` makes the ASGI application of a `Desk`; `yanbao serve` runs it. Pages are made on the server; the little
JavaScript there is comes from this package. Long work (a build, a proof, a check of an upload) runs in processes of
its own, so that it can be followed, stopped and cut off without hurting the server.
"""

from yanbao.web.app import create_app
from yanbao.web.desk import Desk
from yanbao.web.guard import Guard

__all__ = ["Desk", "Guard", "create_app"]
