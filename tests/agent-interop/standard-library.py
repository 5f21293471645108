"""Python's standard library: the gateway, then the token endpoint."""

import json, os, urllib.parse, urllib.request


def agent(name):
    return os.environ["CXONE_AUTH_AGENT_" + name]


def token(url):
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials",
        "client_id": agent("CLIENT_ID"),
        "client_secret": agent("CLIENT_SECRET"),
    })
    return json.load(urllib.request.urlopen(url, form.encode()))["access_token"]


def call(base, token):
    headers = {"Authorization": "Bearer " + token}
    request = urllib.request.Request(base + "/api/v2/users?pageSize=1", headers=headers)
    print("call", json.load(urllib.request.urlopen(request)))


gateway = token(agent("LOGIN_URL"))
print("gateway", gateway)
for _ in range(int(os.environ["CALLS"])):
    call(agent("API_BASE"), gateway)
for _ in range(int(os.environ["TOKENS"])):
    platform = token(agent("TOKEN_URL"))
    print("platform", platform)
    call(os.environ["PLATFORM_API"], platform)
