"""Measures requests-oauthlib when a line on the input says so; see ../src/child.rs.

What an OAuth2Session does for each request with a token that it has: it looks whether the token
has expired, and writes the header.
"""

import sys
import time

from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

for line in sys.stdin:
    words = line.split()
    if words[0] != "cached":
        raise SystemExit(f"not understood: {line}")
    calls, lifetime = int(words[1]), int(words[3])
    token = {"access_token": "x" * 86, "token_type": "Bearer", "expires_in": lifetime}
    session = OAuth2Session(client=BackendApplicationClient("id"), token=token)
    add_token = session._client.add_token
    start = time.perf_counter_ns()
    for _ in range(calls):
        add_token("https://api.example.com/", http_method="GET", headers={})
    print(time.perf_counter_ns() - start, calls, flush=True)
