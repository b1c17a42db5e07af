/** The server that speaks MongoDB's protocol in a bench: the one at hand, asked so that its own oddities are not what is measured. */

import { hintsToComments } from '../../crash/faults/hints.ts';
import { openNetwork } from '../../crash/faults/network.ts';
import { openMongo } from '../../support/servers/mongo.ts';

export type BenchMongo = { readonly name: string; readonly url: string; remove(): Promise<void> };

/** Running; the hub and the raw side go the same way to it. */
export const startMongo = async (): Promise<BenchMongo> => {
  const server = await openMongo();
  await server.start();
  if (!server.slowHints) return server;
  const way = await openNetwork(server.port, hintsToComments);
  const remove = async (): Promise<void> => {
    await way.close();
    await server.remove();
  };
  return { name: server.name, url: server.url.replace(`:${server.port}/`, `:${way.port}/`), remove };
};
