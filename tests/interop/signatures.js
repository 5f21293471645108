// Verifies assertions with jose, and reads the keys that were written.
//
// Usage: node signatures.js FOLDER, after the example `signatures` has filled the folder.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, jwtVerify } from 'jose';

const [folder] = process.argv.slice(2);
const page = JSON.parse(readFileSync(join(folder, 'signatures.json'), 'utf8'));
const registered = createLocalJWKSet(page.jwks);
const secret = new TextEncoder().encode(page.secret);

const expected = {
  issuer: 'client-id',
  subject: 'client-id',
  audience: 'https://as.example.com/token',
  requiredClaims: ['jti', 'iat', 'exp'],
  maxTokenAge: '5m',
};

for (const { alg, jwt } of page.assertions) {
  const key = alg === 'HS256' ? secret : registered;
  const { payload, protectedHeader } = await jwtVerify(jwt, key, { ...expected, algorithms: [alg] });
  if (typeof payload.aud !== 'string' || protectedHeader.alg !== alg) {
    throw new Error(`${alg}: ${JSON.stringify({ payload, protectedHeader })}`);
  }
  console.log(`jose verifies ${alg}`);
}
for (const { alg, file } of page.written) {
  const jwk = await exportJWK(createPrivateKey(readFileSync(file)));
  const thumbprint = await calculateJwkThumbprint(jwk);
  const named = page.jwks.keys.find((key) => key.alg === alg);
  if (named?.kid !== thumbprint) throw new Error(`${alg}: kid ${named?.kid}, thumbprint ${thumbprint}`);
  console.log(`Node reads the ${alg} key, and jose names it the same`);
}
