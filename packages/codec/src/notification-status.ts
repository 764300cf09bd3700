/** The seven values of `Status`. Source: [TN-16]. */
export const NOTIFICATION_STATUSES = ['Queued', 'Active', 'Done', 'Busy', 'Unreachable', 'Unanswered', 'Canceled'] as const;

/** What became of a notification so far, as it stands on the wire. Source: [TN-16]. */
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];
