"""gunicorn's settings for a container or a service manager: `gunicorn -c deploy/gunicorn.conf.py "cds.app:create_app()"`.

The same as `ldn-cds serve` uses, from the environment. One worker keeps /metrics whole; threads share one copy
of the knowledge. Binding beyond this machine without authentication has to be said explicitly, here as there.
"""

import os
import sys

from cds import serve
from cds.app import log_to_stdout
from cds.config.read import SettingsFaults, from_environment

listen = serve.Listen(
    host=os.environ.get("LDN_CDS_HOST", "127.0.0.1"),
    port=int(os.environ.get("LDN_CDS_PORT", "8000")),
    workers=int(os.environ.get("LDN_CDS_WORKERS", "1")),
    threads=int(os.environ.get("LDN_CDS_THREADS", "32")),
    open_network=os.environ.get("LDN_CDS_ALLOW_UNAUTHENTICATED_NETWORK", "").strip().casefold() in ("1", "true", "yes"),
)
try:
    serve.check(listen, from_environment(host=listen.host))
except (serve.NotAllowed, SettingsFaults) as error:
    sys.exit(str(error))

log_to_stdout()
globals().update(serve.options(listen))
