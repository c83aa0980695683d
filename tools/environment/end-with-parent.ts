/** Loaded before the operator: it ends when the process that started it ends, however that happens. */
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();
