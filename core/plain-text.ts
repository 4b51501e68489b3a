/**
 * What a name from a stranger may hide. Nothing in a name may be invisible, turn the text around it, push an
 * extension out of sight or pass for a letter that it is not: it is shown as the code point it is, `\u{200b}`,
 * by every host alike, and left out of names that this node chooses itself.
 * Sources: Unicode Standard Annex 31 (joiners), Technical Standard 39 (confusables), Technical Standard 51 (emoji).
 */

/** Scripts that are written with joiners (UAX 31, A1 and A2). */
const JOINING = [
  'Arabic',
  'Syriac',
  'Mongolian',
  'Nko',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
  'Myanmar',
  'Tibetan',
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');

/** Where an invisible character does its work in ordinary text, and stays. */
const AT_WORK = [
  // Joiners between letters of a script that needs them.
  `(?<=[${JOINING}]\\p{M}{0,4})[\\u200c\\u200d](?=[${JOINING}])`,
  // Emoji of several, and the choice of their style; keycaps.
  '(?<=\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=\\p{Extended_Pictographic})',
  '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]',
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  // Variants of Chinese and Mongolian letters.
  '(?<=\\p{Script=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
  '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
].join('|');

/** Control characters, lone surrogates, what nothing is drawn for, and what breaks lines or turns their direction. */
const UNSEEN = new RegExp(
  `(?!${AT_WORK})[\\p{Cc}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\u2028\\u2029\\u2800\\ufff9-\\ufffb]`,
  'gu',
);

const BLANKS = /[\s\u2800]{3,}/gu;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const LATIN = /\p{Script=Latin}/u;

/** Letters of Cyrillic, Greek and Armenian that look like one of a to z or A to Z. */
const LOOK_ALIKES = /[асԁеһіјӏорԛѕυԝхуАВСЕНІЈӀКМОРԚЅТԜХУѴΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχսոօցհզԼՍՕՏ]/gu;

/** `text` with the code points of {@link UNSEEN} written out. Of a message, too, and safe on a terminal. */
export function withUnseenShown(text: string): string {
  return text.replace(UNSEEN, codePoint);
}

/** A name as it is shown: with what is unseen, long blanks and letters that pose as Latin ones written out. */
export function revealed(name: string): string {
  return withUnseenShown(
    name
      // A word in one script is what it seems to be.
      .replace(WORD, (word) => (LATIN.test(word) ? word.replace(LOOK_ALIKES, codePoint) : word))
      .replace(BLANKS, (blanks) => ` \u2423\u00d7${blanks.length} `),
  );
}

/** `text` without what is unseen, and with runs of blanks as one space: of a hint that a name is made from. */
export function withoutUnseen(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\u2800]+/gu, ' ')
    .replace(UNSEEN, '')
    .replaceAll('\ufffd', '')
    .trim();
}

/** The code units of {@link UNSEEN} in a line of JSON as its escapes. */
export function jsonWithUnseenEscaped(json: string): string {
  return json.replace(UNSEEN, (unseen) =>
    [...Array(unseen.length).keys()]
      .map((at) => `\\u${unseen.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
