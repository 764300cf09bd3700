export { CALL_OUTCOMES, callOutcome, type CallEvidence, type CallOutcome, type GivenUp } from './call-outcome.ts';
export type {
  Announcement,
  AnnouncementKeys,
  AnnounceRequest,
  CallId,
  CallStep,
  CallSteps,
  CallTarget,
  IncomingCall,
  IncomingCallOutcome,
  JoinRequest,
  Leg,
  LiveCall,
  Pbx,
  PbxState,
} from './pbx.ts';
export type { Clock } from './clock.ts';
export { EndpointSilence } from './endpoint-silence.ts';
export { TELEPHONY_ERROR_CODES, TelephonyError, type TelephonyErrorCode } from './errors.ts';
export { createSimulatedPbx, type SimulatedPbx, type SimulatedPbxOptions } from './simulated/simulated-pbx.ts';
export { PhoneNetwork, type JournalEntry, type PhoneNetworkOptions } from './simulated/phone-network.ts';
export type { Subscriber } from './simulated/subscriber.ts';
