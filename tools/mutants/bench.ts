/** The process that runs tests in a copy of the tree: it may be killed when a break has made them run for ever. */
import { join } from 'node:path';
import { BaseSequencer, createVitest, type TestSpecification } from 'vitest/node';

export interface Order {
  /** Test files below the folder, run in this order up to the first failure. */
  readonly tests: readonly string[];
  /** Files that are others than they were. */
  readonly changed: readonly string[];
}

export interface Outcome {
  /** Of the first test that failed; undefined: none did. */
  readonly failed: string | undefined;
}

class AsOrdered extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

const { PATH } = process.env;
const [, , folder] = process.argv;

const vitest = await createVitest(
  {
    root: folder,
    config: false,
    watch: false,
    include: ['test/**/*.test.ts'],
    env: { PATH: `${PATH}:/usr/sbin:/sbin` },
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    bail: 1,
    retry: 0,
    // A tag has some tests tried again: not here.
    strictTags: false,
    silent: true,
    reporters: [{}],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: AsOrdered },
  },
  { server: { watch: null } },
);

process.on('message', (order: Order) => {
  void run(order).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function run({ tests, changed }: Order): Promise<Outcome> {
  for (const file of changed) vitest.invalidateFile(join(folder, file));
  const project = vitest.getRootProject();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    tests.map((test) => project.createSpecification(join(folder, test))),
  );
  // Modules of earlier runs are among them.
  const ran = testModules.filter(({ relativeModuleId }) => tests.includes(relativeModuleId));
  for (const module of ran) {
    const [error] = module.errors();
    if (error !== undefined) return { failed: `${module.relativeModuleId}: ${error.message}` };
    for (const test of module.children.allTests('failed')) {
      return { failed: `${module.relativeModuleId}: ${test.fullName}` };
    }
    if (module.state() === 'failed') return { failed: module.relativeModuleId };
  }
  return { failed: unhandledErrors.length > 0 ? String(unhandledErrors[0]) : undefined };
}
