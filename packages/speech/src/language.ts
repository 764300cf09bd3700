import { speakableText } from './speakable-text.ts';

/** Languages that can be spoken. */
export const LANGUAGES = ['uk', 'ru'] as const;

/** A value of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

const UKRAINIAN_WORDS: ReadonlySet<string> = wordSet(
  `та що щоб чекає чекайте чекати очікує очікуйте буде будь ласка виходьте вийдіть дякуємо замовлення зараз немає нема прибуде
   прибула прибуло подано хвилин хвилини хвилину хв годин години годину год гривень гривня гривню вул вулиця вулицю вулиці просп
   будинок буд поверх пров провулок колір номерний знак держномер водій водія водій скоро вже ще вартість сума сплати від після
   протягом близько біля сьогодні завтра номером дзвоніть зачекайте вибачте машину подали доброго дня день добрий
   знижка знижку безкоштовно або залишилось із червона червоний чорна чорний сріблястий сіра сірий жовта жовтий зелена зелений`,
);

const RUSSIAN_WORDS: ReadonlySet<string> = wordSet(
  `и что чтобы ждет ждите ждать ожидает ожидайте будет пожалуйста выходите спасибо заказ заказа сейчас нет приедет прибудет подъехала
   подъехал приехала подана подано минут минуты минуту мин часов часа руб рублей рубля ул улица улицу улице дом этаж пер переулок
   цвет гос госномер водитель водителя скоро уже еще стоимость сумма к оплате от после течение около возле сегодня номером звоните
   подождите извините машину красная красный черная черный серебристый серая серый желтая желтый зеленая зеленый белая белого
   белой добрый день здравствуйте прибыла подали скидка скидку поездка поездки поездку бесплатно осталось из или звонят`,
);

/**
 * The language of a text by its letters (і ї є ґ or ы э ё ъ), else by frequent words, else `fallback`. Letters of number plates
 * do not count. Takes linear time, never throws.
 */
export function languageOf(text: string, fallback: Language): Language {
  let ukrainian = 0;
  let russian = 0;
  let ukrainianWords = 0;
  let russianWords = 0;
  for (const [word] of speakableText(text).matchAll(/[\p{L}\p{N}']+/gu)) {
    // «АІ1234КВ» and a lone series «ІН» say nothing about the language of the sentence.
    if (/\d/u.test(word) || /^[А-ЯІЇЄҐ]{1,2}$/u.test(word)) continue;
    const small = word.toLowerCase();
    ukrainian += (small.match(/[іїєґ]|[бвджзкмнпрстфх]'[яюєї]/gu) ?? []).length;
    russian += (small.match(/[ыэёъ]/gu) ?? []).length;
    const folded = small.replaceAll('ё', 'е');
    if (UKRAINIAN_WORDS.has(folded)) ukrainianWords += 1;
    if (RUSSIAN_WORDS.has(folded)) russianWords += 1;
  }
  if (ukrainian !== russian) return ukrainian > russian ? 'uk' : 'ru';
  if (ukrainianWords !== russianWords) return ukrainianWords > russianWords ? 'uk' : 'ru';
  return fallback;
}

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/u));
}
