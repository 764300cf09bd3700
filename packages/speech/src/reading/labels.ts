import { labelBefore } from './reading.ts';

/** Words that name what stands behind them: «дом 5», «борт 15», «под. 2». Such a number counts nothing and is never declined. */
const LABELS: ReadonlySet<string> = new Set(
  `дом дома доме д будинок будинку буд квартира квартире квартиру квартири квартирі кв подъезд подъезда подъезду подъезде под
   під'їзд під'їзду під'їзді п этаж этаже эт поверх поверсі пов корпус корпусе корп к офис офисе оф офіс офісі строение стр секция
   секція блок парадная парадное парадне номер номером номера номеру № борт борта позывной позивний код кода коду пин пін пароль кабинет
   каб кабінет палата терминал термінал выход вихід вход вхід маршрут школа школы школи школу садик гараж ворота платформа путь колія
   сектор стоянка тариф зона терминала термінала тел телефон телефона телефону телефоном моб г/н д/н
   госномер держномер`.split(/\s+/u),
);

/** Whether the number at an offset has a name before it («кв. 5», «№ 5»). */
export function isLabelled(text: string, at: number): boolean {
  if (/№ ?$/u.test(text.slice(Math.max(0, at - 2), at))) return true;
  const label = labelBefore(text, at);
  // «к. 2» is a building, «к 5 минутам» a preposition.
  return LABELS.has(label) && (label !== 'к' || /\. ?$/u.test(text.slice(Math.max(0, at - 2), at)));
}

const PLATE_LABELS: ReadonlySet<string> = new Set(
  `номер номером номера номеру госномер госномером держномер держномером держ гос г/н д/н знак знаком н/з
   н гн`.split(/\s+/u),
);

const NUMBER_OF_CAR = /(?:^|[^\p{L}])номер(?:ом|а|у)? (?:авто|автомобиля|автомобіля|машины|машини)[ :-]{1,3}$/iu;

/** Whether what stands at an offset is announced as a plate: «госномер 1234». */
export function isPlateLabelled(text: string, at: number): boolean {
  if (NUMBER_OF_CAR.test(text.slice(Math.max(0, at - 24), at))) return true;
  const label = labelBefore(text, at);
  // «номер № 1234» may be an order's, «гос. № 1234» is not.
  return PLATE_LABELS.has(label) && (!label.startsWith('номер') || !/№ ?$/u.test(text.slice(Math.max(0, at - 2), at)));
}

const CODE_LABELS: ReadonlySet<string> = new Set('код кодом кода коду пин пін пин-код пароль паролем'.split(' '));

/** Whether the digits at an offset are a code: said in pairs. */
export function isCodeLabelled(text: string, at: number): boolean {
  return CODE_LABELS.has(labelBefore(text, at));
}

const MODEL_LABELS: ReadonlySet<string> = new Set(
  'ваз газ заз уаз азлк иж жигули жигулі лада волга москвич таврия таврія славута'.split(' '),
);

/** Whether the digits at an offset are a model of a car: «ВАЗ 2110» is said in pairs. */
export function isModelLabelled(text: string, at: number): boolean {
  return MODEL_LABELS.has(labelBefore(text, at));
}

const PHONE_LABELS: ReadonlySet<string> = new Set(
  'тел телефон телефону телефона телефоном телефоны моб мобильный мобільний т звоните дзвоніть'.split(' '),
);

/** Whether the digits at an offset are announced as a phone number. */
export function isPhoneLabelled(text: string, at: number): boolean {
  return PHONE_LABELS.has(labelBefore(text, at));
}

const HOUSE_LABELS: ReadonlySet<string> = new Set('дом дома доме дому д будинок будинку буд № номер корпус корп к'.split(' '));

/** Whether the number at an offset is announced as that of a house. */
export function isHouseLabelled(text: string, at: number): boolean {
  return HOUSE_LABELS.has(labelBefore(text, at)) || /№ ?$/u.test(text.slice(Math.max(0, at - 2), at));
}
