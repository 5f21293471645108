// npm's openid-client: the gateway, then the token endpoint.
import * as oauth from "openid-client";

const agent = (name) => process.env[`CXONE_AUTH_AGENT_${name}`];

function configuration(token_endpoint) {
  const server = { issuer: new URL(token_endpoint).origin, token_endpoint };
  const secret = oauth.ClientSecretBasic(agent("CLIENT_SECRET"));
  const config = new oauth.Configuration(server, agent("CLIENT_ID"), undefined, secret);
  oauth.allowInsecureRequests(config);
  return config;
}

async function call(config, base, token) {
  const url = new URL(`${base}/api/v2/users?pageSize=1`);
  const response = await oauth.fetchProtectedResource(config, token, url, "GET");
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  console.log("call", JSON.stringify(await response.json()));
}

const login = configuration(agent("LOGIN_URL"));
const gateway = (await oauth.clientCredentialsGrant(login)).access_token;
console.log("gateway", gateway);
for (let n = 0; n < process.env.CALLS; n++) await call(login, agent("API_BASE"), gateway);

const tokens = configuration(agent("TOKEN_URL"));
for (let n = 0; n < process.env.TOKENS; n++) {
  const platform = (await oauth.clientCredentialsGrant(tokens)).access_token;
  console.log("platform", platform);
  await call(tokens, process.env.PLATFORM_API, platform);
}
