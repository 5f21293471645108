"""Authlib's server behind Flask, for clients with a key (private_key_jwt) and nothing else.

Usage: python authlib-server.py FOLDER, after the example `signatures` has filled the folder. It
lives like the other servers: on a free loopback port, until its standard input closes.
"""

import json
import os
import sys
import threading
from pathlib import Path

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from flask import Flask
from joserfc.jwk import KeySet
from werkzeug.serving import make_server

JWKS = json.loads((Path(sys.argv[1]) / "signatures.json").read_text())["jwks"]
KEYS = KeySet.import_key_set(JWKS)
ALGORITHMS = [key["alg"] for key in JWKS["keys"]]


class Client(ClientMixin):
    """A client that is named after its algorithm. Each knows all keys."""

    def __init__(self, name):
        self.name = name

    def get_client_id(self):
        return self.name

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def check_endpoint_auth_method(self, method, endpoint):
        return method == Assertion.CLIENT_AUTH_METHOD


class Assertion(JWTBearerClientAssertion):
    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, audience):
        super().__init__()
        self.audience = audience
        self.used = set()

    def get_audiences(self):
        return [self.audience]

    def validate_jti(self, claims, jti):
        is_new = jti not in self.used
        self.used.add(jti)
        return is_new

    def resolve_client_public_key(self, client):
        return KEYS


class Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [Assertion.CLIENT_AUTH_METHOD]


app = Flask(__name__)
server = AuthorizationServer(
    app,
    query_client=lambda name: Client(name) if name in ALGORITHMS else None,
    save_token=lambda token, request: None,
)
server.register_grant(Grant)


@app.post("/token")
def token():
    return server.create_token_response()


listener = make_server("127.0.0.1", 0, app, threaded=True)
url = f"http://127.0.0.1:{listener.server_port}/token"
# Only this process talks to itself here, over loopback.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
server.register_client_auth_method(Assertion.CLIENT_AUTH_METHOD, Assertion(url))
threading.Thread(target=listener.serve_forever, daemon=True).start()
print(f'{{"ready":true,"server":"authlib-server","token_url":"{url}"}}', flush=True)
sys.stdin.read()
