import { Registry } from 'prom-client';

/** All metrics of this process; each room registers its own on it. */
export const registry = new Registry();
