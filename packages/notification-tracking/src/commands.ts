import type { CommandFunction } from './command.ts';
import { endAbandoned } from './commands/abandoned.ts';
import { accept } from './commands/accept.ts';
import { attemptProgressed, attemptTaken, endAttempt, releaseClaim, startAttempt } from './commands/attempt.ts';
import { closeCall, logCall, openCall } from './commands/calls.ts';
import { cancel, reachedInbound, resend } from './commands/cancel.ts';
import { claimCall } from './commands/claim-call.ts';
import { setDialling } from './commands/controls.ts';
import { claimReports, redrive, settleReport } from './commands/deliver-reports.ts';
import { erase } from './commands/erase.ts';
import { noteHandled } from './commands/handled.ts';
import { takeIntents, withdrawIntent } from './commands/intents.ts';
import { releaseLease, renewLease, takeLease } from './commands/lease.ts';
import { forgetNode, renew } from './commands/nodes.ts';
import { recover } from './commands/recover.ts';
import { retain } from './commands/retain.ts';
import { shiftTimes } from './commands/shift-times.ts';

/** Every command by name. */
export const COMMANDS: Readonly<Record<string, CommandFunction>> = {
  accept,
  cancel,
  resend,
  reachedInbound,
  claimCall,
  releaseClaim,
  startAttempt,
  attemptTaken,
  attemptProgressed,
  endAttempt,
  claimReports,
  settleReport,
  redrive,
  openCall,
  closeCall,
  logCall,
  takeIntents,
  withdrawIntent,
  renew,
  forgetNode,
  takeLease,
  renewLease,
  releaseLease,
  endAbandoned,
  recover,
  setDialling,
  retain,
  erase,
  noteHandled,
  shiftTimes,
};
