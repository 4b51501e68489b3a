/** What a put costs, where it goes, and that nothing goes round in circles. */
import { expect, test } from 'vitest';
import { entryId, Stage } from './simulation/stage.ts';

test('a put reaches every node', () => {
  const stage = new Stage(1);
  const [first] = stage.gather(5);
  const record = first.put(entryId(1), 'hello');
  stage.run(5000);
  for (const node of stage.nodes) expect(node.catalogue.get(entryId(1))).toEqual(record);
});
