import { nationalNumber, type NotificationStatus, type PhoneNumber } from '@taxinav/codec';

const RESULT: Readonly<Record<string, readonly NotificationStatus[]>> = {
  '2': ['Queued', 'Active', 'Busy'],
  '3': ['Queued', 'Active', 'Unanswered'],
  '4': ['Queued', 'Active', 'Unreachable'],
  '5': ['Queued', 'Active', 'Unreachable'],
  '6': ['Queued', 'Canceled'],
};

/** The statuses of a notification by the last digit of its number. Source: [TN-16]. */
export function statusesByLastDigit(number: PhoneNumber): readonly NotificationStatus[] {
  return RESULT[nationalNumber(number).at(-1) ?? ''] ?? ['Queued', 'Active', 'Done'];
}
