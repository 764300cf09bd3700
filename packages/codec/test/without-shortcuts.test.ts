import { Buffer } from 'node:buffer';
import { vi } from 'vitest';

// All of the fast path is in one folder, called from two files. Here nothing of it is left, and every vector still has to hold.
vi.mock('../src/strict/stream.ts', () => ({
  StrictStream: class {
    readonly heldBytes = 0;
    take(_chunk: Buffer, at: number): number {
      return at;
    }
    takeBlock(): boolean {
      return false;
    }
    join(): number {
      return 0;
    }
    release(): Buffer {
      return Buffer.alloc(0);
    }
  },
}));
vi.mock('../src/strict/writer.ts', () => ({ MOST_STRICT_BYTES: 0, writeStrict: () => -1 }));

await import('./vectors.test.ts');
