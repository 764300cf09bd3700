import { expect, test } from 'vitest';
import { runHere } from './run-here.ts';

test('encode writes the strict bytes of each line', async () => {
  const input = '{"message":"Dial","tel":"067 504 02 79"}\n\n{"message":"ACK","error":"OK"}\n';
  const { stdout, code } = await runHere(['encode'], { input });
  expect(stdout).toBe('Message: Dial\r\nTel: 0675040279\r\n\r\nMessage: ACK\r\nError: OK\r\n\r\n');
  expect(code).toBe(0);
});

test('encode writes the reply to a Conference as the document quotes it [TN-22]', async () => {
  const { stdout } = await runHere(['encode', '--compact', '--message', '{"message":"ACK","error":"OK"}']);
  expect(stdout).toBe('Message:ACK\r\nError:OK\r\n\r\n');
});

test('what decode prints is what encode reads: the bytes come back', async () => {
  const wire = 'Message: Call\r\nCallerID: 0675040279\r\nCarType: Universal\r\n\r\nMessage: Foo\r\nName: a: b\r\n\r\n';
  const decoded = await runHere(['decode', '--json'], { input: wire.replace('Call\r', 'Call \r') });
  expect(decoded.stdout).toContain('diagnostic');
  expect(await runHere(['encode'], { input: decoded.stdout })).toEqual({ stdout: wire, stderr: '', code: 0 });
});

test.concurrent.each([
  ['not json', 'line 2: not JSON'],
  ['{"message":"Dial","tel":"1"}', 'line 2: tel: expected a phone number such as 0675040279, got "1"'],
  ['{"fault":"invalid-field"}', 'line 2: a fault cannot be written'],
  [
    '{"message":"SayText","numberToCall":"0675040279","textToSay":"a\\u001b","guid":"6F9619FF-8B86-D011-B42D-00CF4FC964FF"}',
    'line 2: TextToSay',
  ],
])('an error names line and field: %s', async (line, expected) => {
  const { stdout, stderr, code } = await runHere(['encode'], { input: `{"message":"Dial","tel":"0675040279"}\n${line}\n` });
  expect(stderr).toContain(`taxinav: ${expected}`);
  expect(stdout).toBe('Message: Dial\r\nTel: 0675040279\r\n\r\n');
  expect(code).toBe(1);
});

test('characters that an encoding lacks are refused', async () => {
  const message = '{"message":"Unknown","name":"Foo","fields":[{"name":"Name","value":"🚕"}]}';
  const { stderr, code } = await runHere(['encode', '--encoding', 'windows-1251', '--message', message]);
  expect(stderr).toContain('--message 1: Name: a character has no form in windows-1251');
  expect(code).toBe(1);
});
