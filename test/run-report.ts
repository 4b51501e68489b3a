/**
 * What is said at the end of a run beside what failed: who needed another try, and what was not tried. In CI as root on
 * Linux, where everything can be, a test that is skipped and not named here fails the run.
 */
import type { Reporter, TestModule } from 'vitest/node';

const { CI } = process.env;
const SKIPPED_AS_ROOT: ReadonlySet<string> = new Set([
  'test/store/failures.test.ts: a folder that may not be written is told',
  // Where nobody has installed rpmbuild, which few systems have; the deb is looked at everywhere.
  'test/packages/linux.test.ts: the rpm needs all that the app is linked to, and holds no path with a space',
]);

/** What is looked at of a test that has run. */
interface Ran {
  readonly name: string;
  /** More than once, in that the first failed. */
  readonly tries: number;
  readonly isSkipped: boolean;
}

export class RunReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const isWhole = process.platform === 'linux' && process.getuid?.() === 0 && CI !== undefined;
    const { lines, fails } = reportOf(modules.flatMap(testsOf), isWhole);
    for (const line of lines) console.error(line);
    if (fails) process.exitCode = 1;
  }
}

/** `isWhole`: nothing but what is known to be may be skipped. */
export function reportOf(tests: readonly Ran[], isWhole: boolean): { lines: string[]; fails: boolean } {
  const again = tests.filter(({ tries }) => tries > 1);
  const unexpected = tests.filter(({ name, isSkipped }) => isSkipped && !SKIPPED_AS_ROOT.has(name));
  const fails = isWhole && unexpected.length > 0;
  const lines = again.map(({ name, tries }) => `NEEDED ${tries} TRIES: ${name}`);
  if (fails) lines.push(...unexpected.map(({ name }) => `SKIPPED, AND SHOULD NOT BE HERE: ${name}`));
  else if (unexpected.length > 0) lines.push(`NOT TRIED: ${unexpected.length} tests were skipped.`);
  return { lines, fails };
}

function testsOf(module: TestModule): Ran[] {
  return [...module.children.allTests()].map((test) => ({
    name: `${module.relativeModuleId}: ${test.fullName}`,
    tries: 1 + (test.diagnostic()?.retryCount ?? 0),
    isSkipped: test.result().state === 'skipped',
  }));
}
