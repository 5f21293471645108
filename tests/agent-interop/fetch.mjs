// Node's own fetch: the gateway, then the token endpoint.
const agent = (name) => process.env[`CXONE_AUTH_AGENT_${name}`];

async function json(response) {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

async function token(url) {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: agent("CLIENT_ID"),
    client_secret: agent("CLIENT_SECRET"),
  });
  return (await json(await fetch(url, { method: "POST", body }))).access_token;
}

async function call(base, token) {
  const headers = { authorization: `Bearer ${token}` };
  const users = await json(await fetch(`${base}/api/v2/users?pageSize=1`, { headers }));
  console.log("call", JSON.stringify(users));
}

const gateway = await token(agent("LOGIN_URL"));
console.log("gateway", gateway);
for (let n = 0; n < process.env.CALLS; n++) await call(agent("API_BASE"), gateway);
for (let n = 0; n < process.env.TOKENS; n++) {
  const platform = await token(agent("TOKEN_URL"));
  console.log("platform", platform);
  await call(process.env.PLATFORM_API, platform);
}
