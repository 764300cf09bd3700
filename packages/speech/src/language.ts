/** Languages that can be spoken. */
export const LANGUAGES = ['uk', 'ru'] as const;

/** A value of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];
