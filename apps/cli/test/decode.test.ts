import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

test('decode prints messages as JSON, phone numbers in E.164, and says which reading allowed what', async () => {
  const { stdout, code } = await runCli(['decode', '--json'], {
    input: 'Message: Call \r\nCallerID: 0675040279\r\nCarType: universal\r\n\r\n',
  });
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { message: 'Call', callerId: '+380675040279', carType: 'Universal' },
    { diagnostic: 'trailing-space', reading: 1 },
    { diagnostic: 'car-type-form', reading: 16, field: 'CarType' },
  ]);
  expect(code).toBe(0);
});
