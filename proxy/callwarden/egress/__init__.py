"""The egress door: HTTP(S) out of the jail through mitmproxy, every connection and request asked about.

The gate's side is `door` (starts and watches the worker) and `environment` (what programs need to find the proxy); both
need the standard library alone. The rest runs in the worker, a process and perhaps a Python of its own:

    ingress → core (mitmproxy, made stricter) → addon (asks the gate, refuses) → resolver (checks what is dialled)

Pure and free of mitmproxy: `names`, `addresses`, `identity`, `protocols`, `body`, `ruling`.
"""
