import { describe, expect, it } from 'vitest';
import { COLUMN, configurationOf, problemsOf, read } from './configuration-text.ts';

const AT = '/etc/taxinav/bridge.yaml';

describe('a phrase', () => {
  it('is a path, or a mapping of what is known of it', () => {
    const text = `${COLUMN}speech:
  phrases:
    Машина подана: here.wav
    'Машина {plate}': { recording: /srv/car.wav, timeToLiveSeconds: 120, attempts: 1, readings: 3 }
    Подзвоніть: { ringOnly: true }
`;
    expect(configurationOf(text).speech.phrases).toEqual({
      'Машина подана': { recording: '/etc/taxinav/here.wav' },
      'Машина {plate}': { recording: '/srv/car.wav', timeToLiveSeconds: 120, attempts: 1, readings: 3 },
      Подзвоніть: { ringOnly: true },
    });
    const result = read(text);
    expect(result.ok && result.sources.get('speech.phrases["Машина подана"]')).toBe('file');
  });

  it('is set by the environment in either form', () => {
    const env = { TAXINAV_SPEECH__PHRASES__A: 'a.wav', TAXINAV_SPEECH__PHRASES__B: '{ ringOnly: true }' };
    expect(configurationOf(COLUMN, env).speech.phrases).toEqual({ A: { recording: '/etc/taxinav/a.wav' }, B: { ringOnly: true } });
  });

  it.each([
    ['[x]', '6:25 speech.phrases.a: expected a path or a mapping, got a list'],
    ['{ recordin: x }', '6:27 speech.phrases.a.recordin: unknown key. Did you mean recording?'],
    ['{ readings: 11 }', '6:37 speech.phrases.a.readings: expected a whole number of readings from 1 to 10, got "11"'],
    ['{ attempts: 0 }', '6:37 speech.phrases.a.attempts: expected a whole number of attempts from 1 to 20, got "0"'],
    ['{ timeToLiveSeconds: 0 }', '6:46 speech.phrases.a.timeToLiveSeconds: expected a number of seconds from 0.1'],
    ['{ ringOnly: 1 }', '6:37 speech.phrases.a.ringOnly: expected true or false, got "1"'],
  ])('of another form is refused: %s', (value, words) => {
    const lines = problemsOf(`${COLUMN}speech: { phrases: { a: ${value} } }\n`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${AT}:${words}`);
  });

  it('without a recording needs an engine, a fallback, or to say nothing', () => {
    const speech = (more: string): string => `${COLUMN}speech: { engine: none, phrases: { a: { attempts: 1 } }${more} }\n`;
    expect(problemsOf(speech(''))).toEqual([
      `${AT}:6:39 speech.phrases.a: a phrase without a recording, while engine is none. Add its recording or ringOnly: true, or choose an engine`,
    ]);
    expect(problemsOf(speech(', ringOnly: true'))).toEqual([]);
    expect(problemsOf(speech(', fallback: sorry.wav'))).toEqual([]);
    expect(problemsOf(speech('').replace('attempts: 1', 'ringOnly: true'))).toEqual([]);
  });
});

describe('the keys of a called phone', () => {
  it('do nothing unless the file says so', () => {
    const { repeatKey, operatorKey, ringOnly, readings } = configurationOf(COLUMN).speech;
    expect({ repeatKey, operatorKey, ringOnly, readings }).toEqual({ ringOnly: false, readings: 2 });
  });

  it('are digits, * or #, with or without quotes', () => {
    const text = `${COLUMN}    operator: PJSIP/100\nspeech: { repeatKey: 1, operatorKey: '#' }\n`;
    expect(configurationOf(text).speech).toMatchObject({ repeatKey: '1', operatorKey: '#' });
    expect(problemsOf(`${COLUMN}speech: { repeatKey: 12 }\n`)).toEqual([
      `${AT}:6:22 speech.repeatKey: expected one key of a phone, got "12". Write one of 0 to 9, * or #, in quotes`,
    ]);
  });

  it('are two keys', () => {
    expect(problemsOf(`${COLUMN}    operator: PJSIP/100\nspeech: { repeatKey: 1, operatorKey: 1 }\n`)).toEqual([
      `${AT}:7:38 speech.operatorKey: the key 1 is also repeatKey. Give each its own key`,
    ]);
  });

  it('join nobody where a column has no operator', () => {
    expect(problemsOf(`${COLUMN}speech: { operatorKey: 0 }\n`)).toEqual([
      `${AT}:6:24 speech.operatorKey: column north has no operator to be joined to. Add operator: PJSIP/100 to the column, or remove the key`,
    ]);
  });
});

describe('an operator’s phone', () => {
  it('picks up by a header of one line of ASCII', () => {
    const header = 'Call-Info: <sip:taxinav>;answer-after=0';
    const text = (value: string): string => `${COLUMN}    operator: PJSIP/100\n    autoAnswer: ${value}\n`;
    expect(configurationOf(text(`'${header}'`)).columns[0]).toMatchObject({ autoAnswer: header });
    for (const value of ['Call-Info', '"Call-Info: a\\r\\nX: b"', "'Call Info: x'", "'Alert-Info: дзвінок'", "'X: '"])
      expect(problemsOf(text(value))[0]).toContain('columns[0].autoAnswer: expected one SIP header of ASCII characters, Name: value');
  });

  it('has a header only where it speaks SIP', () => {
    expect(problemsOf(`${COLUMN}    operator: Local/100@house\n    autoAnswer: 'X: y'\n`)).toEqual([
      `${AT}:7:17 columns[0].autoAnswer: no operator of the column has a PJSIP phone. Write operator: PJSIP/100, or remove autoAnswer`,
    ]);
    expect(problemsOf(`${COLUMN}    operators: { 10.0.0.7: PJSIP/100 }\n    autoAnswer: 'X: y'\n`)).toEqual([]);
  });
});

describe('other settings of calls', () => {
  it('a popup comes with the call, when it was missed, or both times', () => {
    expect(configurationOf(COLUMN).columns[0]?.popups).toBe('incoming');
    expect(configurationOf(`${COLUMN}    popups: both\n`).columns[0]?.popups).toBe('both');
    expect(problemsOf(`${COLUMN}    popups: never\n`)[0]).toContain('expected one of incoming, missed, both, got "never"');
  });

  it('the apology to a driver is in the language of speech, another one, or none', () => {
    const apology = (more: string): string => configurationOf(`${COLUMN}${more}`).conference.apology;
    expect(apology('')).toBe('Не вдалося додзвонитися до пасажира.');
    expect(apology('speech: { language: ru }\n')).toBe('Не удалось дозвониться до пассажира.');
    expect(apology('conference: { apology: "Вибачте" }\n')).toBe('Вибачте');
    expect(apology('conference: { apology: "" }\n')).toBe('');
    expect(problemsOf(`${COLUMN}conference: { apology: "${'я'.repeat(501)}" }\n`)[0]).toContain('a text of at most 500 characters');
  });

  it('trusted proxies are addresses and blocks', () => {
    expect(configurationOf(`${COLUMN}trustedProxies: [10.0.0.1, 10.1.0.0/16]\n`).trustedProxies).toEqual(['10.0.0.1', '10.1.0.0/16']);
    expect(problemsOf(`${COLUMN}trustedProxies: [balancer]\n`)).toEqual([
      `${AT}:6:18 trustedProxies[0]: expected an IP address or a CIDR block, got "balancer". Write for example 192.168.1.200 or 192.168.1.0/24; names are not looked up`,
    ]);
  });
});
