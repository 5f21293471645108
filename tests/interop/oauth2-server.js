// `@node-oauth/oauth2-server` behind express with the clients of the cases file: it takes Basic raw.

import OAuth2Server from '@node-oauth/oauth2-server';
import express from 'express';

import { registeredClients } from './clients.js';
import { serve } from './loopback.js';

const clients = registeredClients();

const model = {
  async getClient(id, secret) {
    const client = clients.find((known) => known.id === id && known.secret === secret);
    return client && { id, grants: client.grant_types, scope: client.scope.split(' ') };
  },
  async getUserFromClient(client) {
    return { id: client.id };
  },
  // Whoever asks for nothing gets all the client has; one scope too many refuses the whole request.
  async validateScope(_user, client, scope) {
    const asked = scope?.length ? scope : client.scope;
    return asked.every((one) => client.scope.includes(one)) && asked;
  },
  async saveToken(token, client, user) {
    return { ...token, client, user };
  },
  async getAccessToken() {
    return undefined;
  },
};

const oauth = new OAuth2Server({ model, accessTokenLifetime: 900 });

async function token(req, res) {
  const response = new OAuth2Server.Response(res);
  try {
    await oauth.token(new OAuth2Server.Request(req), response);
  } catch (error) {
    // The library has written the refusal into `response`; anything else is a defect of this file.
    if (!(error instanceof OAuth2Server.OAuthError)) throw error;
  }
  res.set(response.headers).status(response.status).json(response.body);
}

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/token', token);

serve('oauth2-server', '/token', () => app);
