// Asks running servers every case with `fetch` and compares the answers with the cases file.
//
// A second opinion on the data: when this agrees and a transport does not, the transport is wrong.
// Usage: node ask.js CASES NAME=TOKEN_URL …

import { readFileSync } from 'node:fs';

const [casesPath, ...servers] = process.argv.slice(2);
const { clients, cases } = JSON.parse(readFileSync(casesPath, 'utf8'));

// Letters, digits and `-._~` stay as they are, everything else is escaped.
const escape = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const basic = (id, secret) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

async function ask(url, { client: name, secret, placement, scope }) {
  const client = clients.find((one) => one.name === name);
  const pair = [client.id, secret ?? client.secret];
  const headers = { accept: 'application/json' };
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope) body.set('scope', scope);
  if (placement === 'basic_form') headers.authorization = basic(...pair.map(escape));
  if (placement === 'basic_raw') headers.authorization = basic(...pair);
  if (placement === 'body') {
    body.set('client_id', pair[0]);
    body.set('client_secret', pair[1]);
  }
  const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
  return { status: answer.status, ...JSON.parse(await answer.text()) };
}

function agrees(expected, seen) {
  if (expected.error) {
    return seen.status === expected.error.status && seen.error === expected.error.oauth_code;
  }
  const { token_type, expires_in: [least, most], scope } = expected.token;
  const inTime = seen.expires_in >= least && seen.expires_in <= most;
  return seen.status === 200 && seen.token_type === token_type && inTime && (seen.scope ?? null) === scope;
}

let wrong = 0;
for (const server of servers) {
  const [name, url] = server.split(/=(.*)/s);
  for (const one of cases) {
    const { access_token: token, ...seen } = await ask(url, one);
    if (agrees(one.expect[name], seen) && Boolean(token) === 'token' in one.expect[name]) continue;
    wrong += 1;
    console.error(`${name}: ${one.name}: seen ${JSON.stringify(seen)}`);
  }
}
console.log(`fetch: ${servers.length * cases.length} answers, ${wrong} not as expected`);
process.exitCode = wrong ? 1 : 0;
