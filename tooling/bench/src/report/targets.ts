import type { Gate } from './gates.ts';

const OWN = 'taxinav';
const AMI_PEERS = ['yana', 'asterisk-manager', 'asterisk-ami-events-stream'];

function decode(workload: string, ofScan: number, ofLlhttp: number): Gate[] {
  const of = { table: 'decode', of: OWN, workload };
  return [
    { ...of, text: `A: decode, ${workload}: of the scan limit`, target: ofScan, to: 'scan limit: indexOf' },
    ...AMI_PEERS.map((to) => ({ ...of, text: `A: decode, ${workload}: of ${to}`, target: 4, to })),
    { ...of, text: `A: decode, ${workload}: of llhttp`, target: ofLlhttp, to: 'llhttp (C)' },
  ];
}

/** What the project has set itself, in ratios of one run. */
export const TARGETS: readonly Gate[] = [
  ...decode('64 KB chunks', 0.45, 1.8),
  ...decode('1–1460 B fragments', 0.42, 1.5),
  ...decode('one message a chunk', 0.58, 1.7),
  {
    text: 'A: decode, windows-1251: of the scan limit',
    target: 0.5,
    table: 'decode',
    of: 'taxinav, encoding fixed',
    to: 'scan limit: indexOf',
    workload: 'windows-1251, 64 KB',
  },
];
