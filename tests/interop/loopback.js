// How the servers live: on a free loopback port, announced in one line, until standard input closes.

import http from 'node:http';
import https from 'node:https';

/**
 * Listens on a free port of 127.0.0.1 and prints `{"ready":true,"server":…,"token_url":…}`.
 *
 * `handlerFor(origin)` gives the request listener; it is called once the origin is known, because
 * an issuer has to know its own address. With options for `tls` it speaks https. Standard output
 * carries nothing but the ready line.
 */
export function serve(name, tokenPath, handlerFor, tls) {
  console.log = console.info = console.error;

  const server = tls ? https.createServer(tls) : http.createServer();
  server.listen(0, '127.0.0.1', () => {
    const origin = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    server.on('request', handlerFor(origin));
    const ready = { ready: true, server: name, token_url: origin + tokenPath };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  });

  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
