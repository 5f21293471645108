# curl: the gateway, then the token endpoint.
set -eu
call() { curl -fsS -H "Authorization: Bearer $2" "$1/api/v2/users?pageSize=1"; }
token() {
    curl -fsS -u "$CXONE_AUTH_AGENT_CLIENT_ID:$CXONE_AUTH_AGENT_CLIENT_SECRET" \
        -d grant_type=client_credentials "$1" |
        sed 's/.*"access_token": *"\([^"]*\)".*/\1/'
}

gateway=$(token "$CXONE_AUTH_AGENT_LOGIN_URL")
echo "gateway $gateway"
for _ in $(seq "$CALLS"); do
    echo "call $(call "$CXONE_AUTH_AGENT_API_BASE" "$gateway")"
done
for _ in $(seq "$TOKENS"); do
    platform=$(token "$CXONE_AUTH_AGENT_TOKEN_URL")
    echo "platform $platform"
    echo "call $(call "$PLATFORM_API" "$platform")"
done
