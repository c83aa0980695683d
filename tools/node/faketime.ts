/** Where Debian puts what tells a program another time: `lib/GNU name of the machine`, by Node's names. */
const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

export const FAKETIME_LIBRARY = `/usr/lib/${MACHINES[process.arch] ?? process.arch}-linux-gnu/faketime/libfaketime.so.1`;
