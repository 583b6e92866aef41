// `npm start`: the local run in a process with settings that only a start can give.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/**
 * V8 would let the young objects of the main thread grow to 48 MiB, and not give them back. The flag also says that the process has
 * begun with its settings.
 */
const YOUNG = '--max-semi-space-size=4';

/**
 * The allocator of glibc keeps what threads free in a heap of each thread. With one heap, and with blocks from 32 KiB on that are the
 * kernel's again at once, the environments that end leave their memory to others. Other allocators read none of it.
 * https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '65536',
};

// The process is replaced and not a second one started: signals and the terminal are its own. Windows cannot do that.
if (process.execve !== undefined && process.platform !== 'win32' && !process.execArgv.includes(YOUNG)) {
  const [program, script, ...asked] = process.argv;
  process.execve(process.execPath, [program, ...process.execArgv, YOUNG, script, ...asked], {
    ...process.env,
    ...ALLOCATOR,
  });
}

// The heap of this thread has begun with the flag. Left as it is, it would take from those of the environments the limit of their own.
setFlagsFromString('--max-semi-space-size=0');
// Read by then, and not meant for the programs that synthesize and build.
for (const name of Object.keys(ALLOCATOR)) delete process.env[name];
// Without its types and compiled, the code is loaded in half the time, and the stripper of types stays out of memory.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url)));
await import('./main.ts');
