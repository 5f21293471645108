// `oidc-provider` for clients with a key or a certificate: it takes no secret as it is.
//
// Usage: node proof-provider.js FOLDER, after the example `signatures` has filled the folder.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { importX509, exportJWK } from 'jose';
import Provider from 'oidc-provider';

import { serve } from './loopback.js';

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), 'utf8');
const { jwks, secret } = JSON.parse(read('signatures.json'));

const common = {
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  scope: 'read',
};

/** One client for each algorithm, named after it. All of them know all keys. */
const signing = jwks.keys.map(({ alg }) => ({
  ...common,
  client_id: alg,
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: alg,
  jwks,
}));

async function registered(certificate) {
  const key = await exportJWK(await importX509(certificate, 'ES256', { extractable: true }));
  const der = certificate.replace(/-----[^-]+-----|\s/g, '');
  return { ...key, alg: 'ES256', x5c: [der] };
}

const clients = [
  ...signing,
  {
    ...common,
    client_id: 'HS256',
    client_secret: secret,
    token_endpoint_auth_method: 'client_secret_jwt',
    token_endpoint_auth_signing_alg: 'HS256',
  },
  {
    ...common,
    client_id: 'tls_client_auth',
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: 'localhost',
  },
  {
    ...common,
    client_id: 'self_signed_tls_client_auth',
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    jwks: { keys: [await registered(read('self-signed.pem'))] },
  },
];

const peer = (ctx) => ctx.socket.getPeerX509Certificate();

const configuration = {
  clients,
  clientAuthMethods: [
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  enabledJWA: {
    clientAuthSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => peer(ctx)?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) =>
        property === 'tls_client_auth_san_dns' && peer(ctx).checkHost(expected) !== undefined,
    },
  },
  scopes: ['read'],
  ttl: { ClientCredentials: 600 },
};

const tls = {
  cert: read('server.pem'),
  key: read('server.key'),
  ca: read('authority.pem'),
  requestCert: true,
  // The provider decides: a certificate that signs itself has no authority.
  rejectUnauthorized: false,
};

serve('proof-provider', '/token', (origin) => new Provider(origin, configuration).callback(), tls);
