import { ApiError } from './api-error.ts';
import type { Connections } from './transport.ts';

/** Lets reads pass always, and whatever else there is while `mayWrite` says so. */
export function fenced(connections: Connections, mayWrite: () => boolean): Connections {
  return {
    call: (request) => {
      if (request.method === 'GET' || mayWrite()) return connections.call(request);
      const message = `${request.method} ${request.path}: this process does not lead, and writes nothing`;
      return Promise.reject(new ApiError({ status: 0, message }));
    },
    watch: (request) => connections.watch(request),
    problems: () => connections.problems(),
    close: () => connections.close(),
  };
}
