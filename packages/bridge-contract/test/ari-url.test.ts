import { expect, it } from 'vitest';
import { COLUMN, configurationOf, problemsOf } from './configuration-text.ts';

const withUrl = (url: string): string => `${COLUMN}pbx: { asterisk: { url: ${JSON.stringify(url)} } }\n`;
const REMEDY = 'Write http://HOST:PORT/ari, for example http://127.0.0.1:8088/ari; with a prefix in http.conf, /PREFIX/ari';

it.each([
  ['http://127.0.0.1:8088', 'a URL without a path'],
  ['http://127.0.0.1:8088/', 'a URL without a path'],
  ['http://127.0.0.1:8088/ari/asterisk/ping', 'a URL with more behind /ari'],
  ['http://127.0.0.1:8088/ari/api-docs/resources.json', 'a URL with more behind /ari'],
  ['http://127.0.0.1:8088/asterisk', 'a URL that does not end in /ari'],
  ['http://127.0.0.1:8088/ARI', 'a URL that does not end in /ari'],
  ['http://127.0.0.1:8088/safari', 'a URL that does not end in /ari'],
  ['http://127.0.0.1:8088//ari', 'a URL with an empty step (//) in its path'],
  ['http://127.0.0.1:8088/ari//', 'a URL with an empty step (//) in its path'],
  ['http://127.0.0.1:8088/ari?api_key=a:Tr0ub4dor', 'a URL with a query (?)'],
  ['http://127.0.0.1:8088/ari?', 'a URL with a query (?)'],
  ['http://127.0.0.1:8088/ari#x', 'a URL with a fragment (#)'],
  ['http://127.0.0.1:8088/ari#', 'a URL with a fragment (#)'],
  ['http://taxinav:Tr0ub4dor@127.0.0.1:8088/ari', 'a URL with a user or password, which belong in the keys username and password'],
  ['ws://127.0.0.1:8088/ari/events', 'a URL that does not begin with http: or https:'],
  ['127.0.0.1:8088/ari', 'no URL'],
  ['http://127.0.0.1:88088/ari', 'no URL'],
])('%s is no base of ARI', (url, words) => {
  expect(problemsOf(withUrl(url))).toEqual([
    `/etc/taxinav/bridge.yaml:6:25 pbx.asterisk.url: expected the base URL of ARI, got ${words}. ${REMEDY}`,
  ]);
});

it.each([
  ['http://127.0.0.1:8088/ari', 'http://127.0.0.1:8088/ari'],
  ['http://127.0.0.1:8088/ari/', 'http://127.0.0.1:8088/ari'],
  ['https://pbx.example.com/asterisk/ari', 'https://pbx.example.com/asterisk/ari'],
  ['http://[::1]:8088/a/b/ari', 'http://[::1]:8088/a/b/ari'],
])('%s is one', (url, read) => expect(configurationOf(withUrl(url)).pbx.asterisk.url).toBe(read));
