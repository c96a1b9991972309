import { object, one, pattern, PRINTABLE, type Static } from '../schema';

const language = pattern('string(2)', 2, 'a language of two letters (ISO 639-1)', {
  received: PRINTABLE.received,
  own: '^[A-Za-z]{2}$',
});

const text = pattern('string(512)', 512, 'plain text of at most 512 characters without control characters', {
  received: PRINTABLE.received,
  own: `^(?!.*<\\/?[A-Za-z][^<>]*>)${PRINTABLE.own.slice(1)}`,
});

/** Text in one language; ours carries no markup (TYP-17). */
export const DisplayText = object('DisplayText', { language: one(language), text: one(text) });
export type DisplayText = Static<typeof DisplayText>;
