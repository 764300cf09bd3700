/** The five values of `CarType`, in the document's order. Source: [TN-7]. */
export const CAR_TYPES = ['General', 'Universal', 'Business', 'Minibus', 'Premium'] as const;

/** A class of car, as it stands on the wire. Source: [TN-7]. */
export type CarType = (typeof CAR_TYPES)[number];

/** The tariff («тариф») that Taxi Navigator sets for each car type. Source: [TN-7]. */
export const TARIFFS = {
  General: 'Базовый',
  Universal: 'Универсал',
  Business: 'Бизнес-класс',
  Minibus: 'Микроавтобус',
  Premium: 'Премиум-класс',
} as const satisfies Record<CarType, string>;
