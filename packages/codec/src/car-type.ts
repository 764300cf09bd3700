import { asciiLowerCase } from './letter-case.ts';

/** The five values of `CarType`, in the document's order. Source: [TN-7]. */
export const CAR_TYPES = ['General', 'Universal', 'Business', 'Minibus', 'Premium'] as const;

/** A class of car, as it stands on the wire. Source: [TN-7]. */
export type CarType = (typeof CAR_TYPES)[number];

/** The tariff («тариф») that Taxi Navigator sets for each car type. Source: [TN-6], [TN-7]. */
export const TARIFFS: Readonly<Record<CarType, string>> = {
  General: 'Базовый',
  Universal: 'Универсал',
  Business: 'Бизнес-класс',
  Minibus: 'Микроавтобус',
  Premium: 'Премиум-класс',
};

/** Reads a car type in any case, or by the name of its tariff; `undefined` for anything else. Source: [TN-7], [reading 16]. */
export function parseCarType(text: string): CarType | undefined {
  const word = text.trim();
  const latin = asciiLowerCase(word);
  const russian = word.toLowerCase();
  return CAR_TYPES.find((carType) => asciiLowerCase(carType) === latin || TARIFFS[carType].toLowerCase() === russian);
}
