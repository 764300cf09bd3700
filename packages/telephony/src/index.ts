export { CALL_OUTCOMES, type CallEvidence, type CallOutcome, type GivenUp } from './call-outcome.ts';
export type {
  Announcement,
  AnnounceRequest,
  CallId,
  CallStep,
  CallSteps,
  CallTarget,
  IncomingCall,
  JoinRequest,
  Leg,
  LiveCall,
  Pbx,
  PbxState,
} from './pbx.ts';
export type { Clock } from './clock.ts';
export { createSimulatedPbx, type SimulatedPbx, type SimulatedPbxOptions } from './simulated/simulated-pbx.ts';
