import type { CallEvidence } from '@taxinav/telephony';

/** Why a call ended, in a few words for the history and the log: by hang-up cause, SIP code and our own decision. */
export function callDetail({ notOriginated, hangupCause, sipCode, givenUp }: CallEvidence): readonly string[] {
  const cause = hangupCause === 0 ? [] : [`cause ${hangupCause}`];
  return [
    ...(notOriginated === true ? ['no call was made: the PBX is away or refused it', ...cause] : [`cause ${hangupCause}`]),
    ...(sipCode === undefined ? [] : [`SIP ${sipCode}`]),
    ...(givenUp === undefined ? [] : [givenUp]),
  ];
}
