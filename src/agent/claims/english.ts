/** English: "I have updated X", "Saved as X", "X was changed". */
import { anyOf, NAME, upTo, wayWithout, word, type ClaimLanguage } from './claimLanguage.ts';

const CHANGE =
  'updated|changed|modified|edited|rewritten|rewrote|overwritten|overwrote|fixed|corrected|revised|amended|adjusted|regenerated|refreshed|reformatted|cleaned|extended';
const ADD = 'added|inserted|applied|appended';
const SAVE = 'saved|written|wrote|exported|created|generated|stored|produced';
const WAY = wayWithout(
  'but|which|that|because|whether|from|using|based|than|like|unlike|matching|before|after|since|while|unless|and|then|so|though|although',
);
const FILE = `${upTo(3, 'the|a|an|new|file|updated|existing')}${NAME}`;
const ADVERBS = upTo(3, 'now|also|just|successfully|then|all|both|been');
const TO = String.raw`${word('to|as|into|under|named|called')}\s+${FILE}`;
/** What is done to the file itself: to a thing "of" or "for" it is another matter. */
const IT = String.raw`(?:${WAY}${word('in|to|into')}\s+|\s+)${FILE}`;
const DONE = String.raw`(?:\b(?:I|we)(?:\s+have|['’]ve)?\s+${ADVERBS}|^(?:(?:done|ok|okay|finished|all set)\s*[:,!–—-]+\s*)?(?:successfully\s+)?)`;
const been = (verbs: string): string =>
  String.raw`${NAME}\s+(?:(?:file|workbook|spreadsheet|report|document|table|sheet)\s+)?(?:has\s+been|was|is\s+now|were)\s+${ADVERBS}${word(verbs)}(?!\s+(?:on|in|at|by|from|between|during|daily|weekly|monthly|every|last|before|earlier|for|as)\b)`;

export const ENGLISH: ClaimLanguage = {
  changed: anyOf([
    // "I have updated X", "Done: fixed the totals in X"
    `${DONE}${word(CHANGE)}${IT}`,
    // "I added a sheet to X"
    String.raw`${DONE}${word(ADD)}${WAY}${word('to|into|in')}\s+${FILE}`,
    // "X has been updated"
    been(CHANGE),
  ]),
  saved: anyOf([
    // "I saved the table to X", "Created X"
    String.raw`${DONE}${word(SAVE)}(?:${WAY}${TO}|\s+${FILE})`,
    // "The workbook X was saved"
    been(SAVE),
    // "The totals were written to X"
    String.raw`\b(?:has|have|was|were|are|is)\s+(?:now\s+)?(?:been\s+)?${word('saved|written|exported|stored')}\s+(?:in\s+${FILE}|${TO})`,
  ]),
  notJudged:
    /\?|\b(?:not|never|no|none|nothing|without|unable|cannot|fail(?:ed|s)?|unchanged|would|could|should|can|may|might|will|shall|if|once|when|whenever|until|unless|please|want|need(?:s|ed)?|let|going|plan|planned|try|tried|attempt(?:ed)?|earlier|previous(?:ly)?|originally|yesterday|ago|before|last|first|already\s+(?:there|exist\w*|present)|you(?:['’](?:ve|d|ll|re))?|your|user|someone|somebody|who|workspace|example|e\.g|instead|almost|nearly|rather|supposed|expected|claims?|says?|said)\b|n['’]t\b/iu,
  recap:
    /\b(?:what|which|where|when|why|how|who|did|have\s+you|summar\w*|recap|explain|describe|list|tell|show|overview|so\s+far)\b/iu,
};
