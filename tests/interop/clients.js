// The clients of the cases file, which both servers register.

import { readFileSync } from 'node:fs';

/** Reads the cases file named on the command line and returns the clients that exist. */
export function registeredClients() {
  const path = process.argv[2];
  if (!path) throw new Error('the path of the cases file is missing');
  const { clients } = JSON.parse(readFileSync(path, 'utf8'));
  return clients.filter((client) => client.registered !== false);
}
