import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { API_VERSION } from '../../crds/names.ts';

/** How a body changes an object: a kind of patch, or the whole object. */
export type Manner = 'merge' | 'json' | 'apply' | 'put';

const CONTENT: Record<Manner, string> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
  put: 'application/json',
};

interface RawAnswer {
  readonly status: number;
  readonly body: { readonly message?: string };
}

interface Kubeconfig {
  readonly clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: readonly [
    { user: { 'client-certificate-data'?: string; 'client-key-data'?: string; token?: string } },
  ];
}

/** The API server by its own protocol, for what no client of ours or kubectl would send. Close it at the end. */
export class RawApi {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #headers: Record<string, string>;

  /** `kubeconfig`: a file that the control plane of the tests wrote. */
  constructor(kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const { cluster } = clusters[0];
    const { token, ...user } = users[0].user;
    const decoded = (data = '') => Buffer.from(data, 'base64').toString();
    this.#server = cluster.server;
    this.#headers = token ? { authorization: `Bearer ${token}` } : {};
    this.#agent = new Agent({
      keepAlive: true,
      ca: decoded(cluster['certificate-authority-data']),
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    });
  }

  /** Changes `plural/name` of ours in a namespace; by `apply` in a manager's name, and by force. */
  async change(place: string, manner: Manner, body: unknown): Promise<RawAnswer> {
    const query = manner === 'apply' ? '?fieldManager=attacker&force=true' : '';
    const path = `/apis/${API_VERSION}/${place}${query}`;
    return this.#call(manner === 'put' ? 'PUT' : 'PATCH', path, CONTENT[manner], body);
  }

  async read(place: string): Promise<unknown> {
    return (await this.#call('GET', `/apis/${API_VERSION}/${place}`)).body;
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, contentType = 'application/json', body?: unknown): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers, 'content-type': contentType };
      const call = request(`${this.#server}${path}`, { agent: this.#agent, method, headers }, (response) => {
        text(response).then(
          (said) =>
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(said) as RawAnswer['body'] }),
          reject,
        );
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
