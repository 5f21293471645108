// Genesys Cloud's SDK for JavaScript. Its configuration file, ~/.genesyscloudjavascript/config, is what
// `cxone-auth agent env --output gateway` prints.
import sdk from "purecloud-platform-client-v2";

const { CXONE_AUTH_AGENT_CLIENT_ID: id, CXONE_AUTH_AGENT_CLIENT_SECRET: secret } = process.env;
const login = await sdk.ApiClient.instance.loginClientCredentialsGrant(id, secret);
console.log("gateway", login.accessToken);
const users = new sdk.UsersApi();
for (let n = 0; n < process.env.CALLS; n++) {
  console.log("call", JSON.stringify(await users.getUsers({ pageSize: 1 })));
}
