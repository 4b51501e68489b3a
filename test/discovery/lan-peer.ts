/**
 * One node of the namespace tests: announces itself, searches, and writes each event as a line of JSON. Obeys the
 * lines `search`, `refresh`, `port N` and `close` of its input. Arguments: node id, port (0: only searches).
 */
import { createInterface } from 'node:readline';
import { LanDiscovery } from '../../core/discovery/lan.ts';

const [nodeId, port] = process.argv.slice(2);
const say = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);

const lan = new LanDiscovery({
  nodeId,
  port: Number(port) || undefined,
  onFound: (peer) => say({ type: 'found', ...peer }),
  onLost: (peer) => say({ type: 'lost', ...peer }),
  onProblem: (problem) => say({ type: 'problem', code: problem.code, message: problem.message }),
});
lan.start();
say({ type: 'started' });

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  if (command === 'search') lan.search();
  else if (command === 'refresh') lan.refresh();
  else if (command === 'port') lan.setPort(Number(argument));
  else break;
}
await lan.close();
process.stdin.destroy(); // nothing else may keep the process alive
