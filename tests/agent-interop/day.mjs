// One of the processes of a day: calls the API each second until the time that standard input says.
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const agent = (name) => process.env[`CXONE_AUTH_AGENT_${name}`];

const body = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: agent("CLIENT_ID"),
  client_secret: agent("CLIENT_SECRET"),
});
const login = await (await fetch(agent("LOGIN_URL"), { method: "POST", body })).json();
const headers = { authorization: `Bearer ${login.access_token}` };
console.log("ready");

const end = Number(readFileSync("/dev/stdin", "utf8"));
let calls = 0;
while (Date.now() < end) {
  const start = Date.now();
  try {
    const response = await fetch(`${agent("API_BASE")}/api/v2/users?pageSize=1`, { headers });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    await response.json();
  } catch (error) {
    console.log("failed", start, Date.now(), error.message);
  }
  calls++;
  await setTimeout(1000);
}
console.log("calls", calls);
