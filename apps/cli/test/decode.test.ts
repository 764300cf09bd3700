import { temporaryFolder } from '@taxinav/testkit';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';

const CALL = 'Message: Call \r\nCallerID: 0675040279\r\nCarType: universal\r\n\r\n';

test('decode prints messages as JSON, phone numbers in E.164, and says which reading allowed what', async () => {
  const { stdout, code } = await runHere(['decode', '--json'], { input: CALL });
  expect(jsonLines(stdout)).toEqual([
    { message: 'Call', callerId: '+380675040279', carType: 'Universal' },
    { diagnostic: 'trailing-space', reading: 1 },
    { diagnostic: 'car-type-form', reading: 16, field: 'CarType' },
  ]);
  expect(code).toBe(0);
});

test('decode prints fields by their names on the wire for people, without colours in a pipe', async () => {
  const { stdout, code } = await runHere(['decode'], { input: CALL });
  expect(stdout).toBe(
    [
      'Call           CallerID: 0675040279  CarType: Universal',
      '  tolerated  trailing-space (reading 1)',
      '  tolerated  car-type-form in CarType (reading 16)',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('a fault is data with its reason and bytes, what follows is still read, and the exit code is 1', async () => {
  const { stdout, code } = await runHere(['decode', '--json'], { input: `Message: Dial\r\nTel: 1\r\n\r\n${CALL}` });
  const [fault, call] = jsonLines(stdout);
  expect(fault).toMatchObject({ fault: 'invalid-field', concerns: 'Dial', field: 'Tel', fatal: false });
  expect(Buffer.from(String(fault?.['bytes']), 'hex').toString()).toContain('Message: Dial');
  expect(call).toMatchObject({ message: 'Call' });
  expect(code).toBe(1);
});

test('decode reads a file, and hexadecimal digits', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('call.hex'), Buffer.from(CALL).toString('hex').replace(/(..)/g, '$1 '));
  const { stdout, code } = await runHere(['decode', '--hex', '--json', folder.file('call.hex')]);
  expect(jsonLines(stdout)[0]).toEqual({ message: 'Call', callerId: '+380675040279', carType: 'Universal' });
  expect(code).toBe(0);
});

test('decode reads the encoding it is told [reading 22]', async () => {
  const text = Buffer.concat([
    Buffer.from('Message: SayText\r\nNumberToCall: 0675040279\r\nTextToSay: '),
    Buffer.from([0xa4, 0x4a]), // Ukrainian є in koi8-u
    Buffer.from('\r\nGuid: 6F9619FF-8B86-D011-B42D-00CF4FC964FF\r\n\r\n'),
  ]);
  const { stdout } = await runHere(['decode', '--encoding', 'koi8-u', '--json'], { input: text });
  expect(jsonLines(stdout)[0]).toMatchObject({ textToSay: 'єJ' });
});

test('what a terminal would act on is shown written out', async () => {
  const { stdout, code } = await runHere(['decode'], {
    input: 'Message: Foo\u202e\r\nName: a\u009bb\r\n\r\nMessage: Bar\r\nName: a\u001b[2Jb\r\n\r\n',
  });
  // oxlint-disable-next-line no-control-regex -- the point of this test
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(stdout).toContain('control-character');
  expect(code).toBe(1);
});

test('--mask hides the middle of phone numbers and every raw byte', async () => {
  const input = `${CALL}Message: Foo\r\nOperator: call 067 504-02-79 now\r\n\r\nMessage: Dial\r\nTel: 0675040279x\r\n\r\n`;
  for (const form of [[], ['--json']]) {
    const { stdout } = await runHere(['decode', '--mask', ...form], { input });
    expect(stdout).toContain('067***0279');
    expect(stdout.replace(/\D/g, '')).not.toContain('5040279');
    expect(stdout).not.toContain(Buffer.from('5040').toString('hex'));
  }
});

test('a file that cannot be read is a failure with its reason', async () => {
  const { stderr, code } = await runHere(['decode', '/nowhere/at.all']);
  expect(stderr).toBe('taxinav: /nowhere/at.all: cannot be read (ENOENT). Give the path of a file, or - for standard input.\n');
  expect(code).toBe(1);
});

test('nothing at all is said on stderr, and is no fault', async () => {
  expect(await runHere(['decode'])).toEqual({ stdout: '', stderr: 'no message in the input\n', code: 0 });
});
