"""Genesys Cloud's SDK for Python. Its configuration file, ~/.genesyscloudpython/config, is what
`cxone-auth agent env --output gateway` prints."""

import os

from PureCloudPlatformClientV2 import UsersApi
from PureCloudPlatformClientV2.api_client import ApiClient

client = ApiClient().get_client_credentials_token(
    os.environ["CXONE_AUTH_AGENT_CLIENT_ID"], os.environ["CXONE_AUTH_AGENT_CLIENT_SECRET"])
print("gateway", client.access_token)
users = UsersApi(client)
for _ in range(int(os.environ["CALLS"])):
    print("call", users.get_users(page_size=1).to_json().replace("\n", " "))
