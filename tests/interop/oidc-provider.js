// `oidc-provider` with the clients of the cases file: the strict one, which form-decodes Basic.

import Provider from 'oidc-provider';

import { registeredClients } from './clients.js';
import { serve } from './loopback.js';

const AUTH_METHODS = { basic: 'client_secret_basic', body: 'client_secret_post' };

function registration(client) {
  const code = client.grant_types.includes('authorization_code');
  return {
    client_id: client.id,
    client_secret: client.secret,
    token_endpoint_auth_method: AUTH_METHODS[client.authentication],
    grant_types: client.grant_types,
    response_types: code ? ['code'] : [],
    redirect_uris: code ? ['https://client.example.com/callback'] : [],
    scope: client.scope,
  };
}

const clients = registeredClients().map(registration);

serve('oidc-provider', '/token', (origin) =>
  new Provider(origin, {
    clients,
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: ['read', 'write', 'admin'],
    ttl: { ClientCredentials: 600 },
  }).callback(),
);
