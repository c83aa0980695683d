import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * The process's logger: JSON lines on standard output, constant messages with key-value pairs.
 * Fields that could hold a secret are masked, wherever a caller puts them.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: {
      paths: ['token', 'authorization', 'signingSecret', '*.token', '*.authorization', '*.signingSecret'],
      censor: '***',
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
