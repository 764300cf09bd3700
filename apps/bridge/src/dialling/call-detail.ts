import type { CallEvidence } from '@taxinav/telephony';

/** Why a call ended, in a few words for the history and the log: by hang-up cause, SIP code and our own decision. */
export function callDetail({ notOriginated, lost, hangupCause, sipCode, givenUp }: CallEvidence): readonly string[] {
  const instead =
    notOriginated === true ? 'no call was made: the PBX is away or refused it' : lost === true ? 'gone while the PBX was away' : undefined;
  return [
    ...(instead === undefined ? [] : [instead]),
    ...(instead !== undefined && hangupCause === 0 ? [] : [`cause ${hangupCause}`]),
    ...(sipCode === undefined ? [] : [`SIP ${sipCode}`]),
    ...(givenUp === undefined ? [] : [givenUp]),
  ];
}
