import { expect, test } from 'vitest';
import { CAR_TYPES, parseCarType, TARIFFS } from './car-type.ts';
import { NOTIFICATION_STATUSES, parseNotificationStatus } from './notification-status.ts';

test.each(CAR_TYPES)('%s is read in any case and by its tariff [TN-6, TN-7, reading 16]', (carType) => {
  for (const text of [
    carType,
    carType.toLowerCase(),
    carType.toUpperCase(),
    TARIFFS[carType],
    TARIFFS[carType].toUpperCase(),
    ` ${carType} `,
  ]) {
    expect(parseCarType(text)).toBe(carType);
  }
});

test.each(['', 'Sedan', 'General Business', 'Базов', 'Busıness', 'constructor'])('%j is no car type [TN-7]', (text) => {
  expect(parseCarType(text)).toBeUndefined();
});

test('the statuses are the seven of the document [TN-16]', () => {
  expect([...NOTIFICATION_STATUSES].toSorted()).toEqual(['Active', 'Busy', 'Canceled', 'Done', 'Queued', 'Unanswered', 'Unreachable']);
});

test.each(NOTIFICATION_STATUSES)('%s is read in any case [TN-16, reading 17]', (status) => {
  for (const text of [status, status.toLowerCase(), status.toUpperCase()]) expect(parseNotificationStatus(text)).toBe(status);
});

test('Cancelled is Canceled [reading 17]', () => {
  expect(parseNotificationStatus('Cancelled')).toBe('Canceled');
  expect(parseNotificationStatus('CANCELLED')).toBe('Canceled');
});

test.each(['', 'Failed', 'NoAnswer', 'Queued.', 'Выполнен', 'toString'])('%j is no status [TN-16]', (text) => {
  expect(parseNotificationStatus(text)).toBeUndefined();
});
