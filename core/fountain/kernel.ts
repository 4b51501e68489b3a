/// <reference path="./web-assembly.d.ts" />
/** The WebAssembly kernel over the symbol memory. */
import { KERNEL_BASE64 } from './kernel/kernel.wasm.ts';
import { SYMBOL_ALIGN } from './profile.ts';

const PAGE = 65536;

/** What kernel/kernel.as.ts exports; `workspace` and other places are byte offsets. */
export interface KernelExports {
  makeRows(workspace: number): void;
  scheduleSource(workspace: number): number;
  presolve(workspace: number, source: number, into: number): void;
  droplets(
    plan: number,
    seed: number,
    ltWidth: number,
    ltPrime: number,
    pi: number,
    symbolSize: number,
    intermediate: number,
    firstId: number,
    count: number,
    into: number,
  ): void;
  begin(workspace: number, source: number, count: number): number;
  add(workspace: number, id: number, at: number): number;
  finish(workspace: number): void;
}

/** A memory of at least `bytes` that all threads share: a droplet that one of them writes is decoded there by another. */
export function createSymbolMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

let compiled: WebAssembly.Module | undefined;

/** An instance of the kernel: one per thread and memory. */
export class Kernel {
  readonly memory: WebAssembly.Memory;
  readonly run: KernelExports;
  /** The memory never grows; asking it for its size is slow. */
  readonly #bytes: number;

  constructor(memory: WebAssembly.Memory) {
    compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'));
    this.memory = memory;
    this.#bytes = memory.buffer.byteLength;
    const instance = new WebAssembly.Instance(compiled, { env: { memory } });
    this.run = instance.exports as unknown as KernelExports;
  }

  /** Throws a RangeError unless symbols of so many bytes can be worked on. */
  checkSize(symbolSize: number): void {
    if (Number.isInteger(symbolSize) && symbolSize > 0 && symbolSize % SYMBOL_ALIGN === 0) return;
    throw new RangeError(`A symbol has a multiple of ${SYMBOL_ALIGN} bytes, not ${symbolSize}.`);
  }

  /** Throws a RangeError unless `count` symbols from byte offset `at` lie in the memory. */
  checkSymbols(at: number, count: number, symbolSize: number): void {
    const end = at + count * symbolSize;
    if (Number.isInteger(at) && at >= 0 && end <= this.#bytes) return;
    throw new RangeError(`${count} symbols of ${symbolSize} bytes at ${at} do not lie in the symbol memory.`);
  }
}
