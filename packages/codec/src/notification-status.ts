import { asciiLowerCase } from './letter-case.ts';

/** The seven values of `Status`. Source: [TN-16]. */
export const NOTIFICATION_STATUSES = ['Queued', 'Active', 'Done', 'Busy', 'Unreachable', 'Unanswered', 'Canceled'] as const;

/** What became of a notification so far, as it stands on the wire. Source: [TN-16]. */
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

/** Reads a status in any case, and `Cancelled` for `Canceled`; `undefined` for anything else. Source: [TN-16], [reading 17]. */
export function parseNotificationStatus(text: string): NotificationStatus | undefined {
  const word = asciiLowerCase(text.trim());
  if (word === 'cancelled') return 'Canceled';
  return NOTIFICATION_STATUSES.find((status) => asciiLowerCase(status) === word);
}
