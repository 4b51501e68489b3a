/** The part of WebAssembly that Node has and that is used here; its types come with the DOM's, which core is without. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
  var Memory: {
    new (descriptor: { initial: number; maximum?: number; shared?: boolean }): Memory;
  };

  // biome-ignore lint/suspicious/noEmptyInterface: opaque
  interface Module {}
  var Module: {
    new (bytes: Uint8Array): Module;
  };

  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  var Instance: {
    new (module: Module, imports: Record<string, Record<string, unknown>>): Instance;
  };
}
