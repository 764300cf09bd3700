import type { Owner, Tracker } from '@taxinav/notification-tracking';

/** The commands about calls that are alive; a node that has lost their PBX must not change them any more. */
export type CallCommands = Pick<Tracker, 'attemptTaken' | 'attemptProgressed' | 'endAttempt' | 'closeCall'>;

/** These commands with their owner: each is refused once another node holds the PBX, in the transaction of what it would change. */
export function guardedBy<Others extends CallCommands>(owner: Owner, tracker: Others): Others & CallCommands {
  const guarded: CallCommands = {
    attemptTaken: (command) => tracker.attemptTaken({ ...command, ...owner }),
    attemptProgressed: (command) => tracker.attemptProgressed({ ...command, ...owner }),
    endAttempt: (command) => tracker.endAttempt({ ...command, ...owner }),
    closeCall: (command) => tracker.closeCall({ ...command, ...owner }),
  };
  // The tracker's methods stay its own: it is an instance of a class.
  return new Proxy(tracker, {
    get: (target, name) => {
      const own = Object.hasOwn(guarded, name) ? guarded[name as keyof CallCommands] : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}
