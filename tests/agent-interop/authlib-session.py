"""Authlib: the gateway, then the token endpoint."""

import os

from authlib.integrations.requests_client import OAuth2Session


def agent(name):
    return os.environ["CXONE_AUTH_AGENT_" + name]


def session(url):
    """A session with a token of this endpoint."""
    session = OAuth2Session(agent("CLIENT_ID"), agent("CLIENT_SECRET"))
    session.fetch_token(url, grant_type="client_credentials")
    return session


def call(session, base):
    response = session.get(base + "/api/v2/users", params={"pageSize": 1})
    response.raise_for_status()
    print("call", response.json())


gateway = session(agent("LOGIN_URL"))
print("gateway", gateway.token["access_token"])
for _ in range(int(os.environ["CALLS"])):
    call(gateway, agent("API_BASE"))
for _ in range(int(os.environ["TOKENS"])):
    platform = session(agent("TOKEN_URL"))
    print("platform", platform.token["access_token"])
    call(platform, os.environ["PLATFORM_API"])
