/** German, whose verb comes last: "Ich habe die Summen in X korrigiert", "X wurde gespeichert". */
import { anyOf, NAME, upTo, wayWithout, word, type ClaimLanguage } from './claimLanguage.ts';

const CHANGE =
  'aktualisiert|geändert|abgeändert|verändert|angepasst|bearbeitet|überarbeitet|überschrieben|korrigiert|berichtigt|verbessert|ergänzt|erweitert|bereinigt|umgeschrieben|umformatiert|repariert|behoben|neu\\s+geschrieben|neu\\s+erzeugt';
const ADD = 'hinzugefügt|eingefügt|ergänzt|eingetragen|angehängt|angewendet';
const SAVE = 'gespeichert|abgespeichert|geschrieben|exportiert|erstellt|erzeugt|angelegt|abgelegt';
const WAY = wayWithout(
  'aber|sondern|der|welche\\w*|dass|weil|ob|aus|von|vom|mit|mittels|anhand|laut|gemäß|wie|als|bevor|nachdem|seit|während|und|dann|so|obwohl|für',
);
const FILE = `${upTo(3, 'der|die|das|den|dem|einer|eine|einem|einen|neue[nrms]?|Datei|Arbeitsmappe|Tabelle|Mappe')}${NAME}`;
const ADVERBS = upTo(
  3,
  'jetzt|nun|auch|außerdem|soeben|gerade|erfolgreich|damit|dabei|entsprechend|dann|alles|neu',
);
const DONE = String.raw`${word('ich\\s+habe|wir\\s+haben|habe\\s+ich|haben\\s+wir')}\s+${ADVERBS}`;
/** "Erledigt: X aktualisiert" */
const HEAD = String.raw`^(?:(?:erledigt|fertig|ok|okay|gut)\s*[:,!–—-]+\s*)?${ADVERBS}`;
const IN = word('in|auf|an|zu');
const TO = word('in|als|unter|nach');
const verb = (verbs: string): string => String.raw`\s+${ADVERBS}${word(verbs)}`;

export const GERMAN: ClaimLanguage = {
  changed: anyOf([
    // "Ich habe X aktualisiert", "Ich habe die Summen in X korrigiert"
    String.raw`${DONE}(?:${WAY}${IN}\s+)?${FILE}${verb(CHANGE)}`,
    // "Ich habe ein Blatt in X eingefügt", "Ich habe X ein Blatt hinzugefügt"
    String.raw`${DONE}(?:${WAY}${IN}\s+)?${FILE}${WAY}\s${word(ADD)}`,
    String.raw`${HEAD}(?:${WAY}${IN}\s+)?${FILE}${verb(CHANGE)}\s*(?:$|[.!])`,
    // "X wurde aktualisiert", "X ist jetzt geändert"
    String.raw`${NAME}\s+${word('wurde|wurden|ist|sind')}${verb(CHANGE)}`,
  ]),
  saved: anyOf([
    String.raw`${DONE}(?:${WAY}\s${TO}\s+)?${FILE}${verb(SAVE)}`,
    String.raw`${HEAD}(?:${WAY}\s${TO}\s+)?${FILE}${verb(SAVE)}\s*(?:$|[.!])`,
    String.raw`${NAME}\s+${word('wurde|wurden|ist|sind')}${verb(SAVE)}`,
    // "Die Tabelle wurde in X gespeichert"
    String.raw`${word('wurde|wurden|ist|sind')}\s+${ADVERBS}${TO}\s+${FILE}${verb(SAVE)}`,
  ]),
  notJudged:
    /\?|(?<!\p{L})(?:nicht|kein\p{L}*|nie|niemals|ohne|nichts|kann|können|konnte\p{L}*|könnte\p{L}*|würde\p{L}*|soll\p{L}*|muss|müss\p{L}*|wird|werde|werden|wenn|falls|sobald|bis|bitte|möcht\p{L}*|will|wollen|versuch\p{L}*|früher|vorher|zuvor|bisher|ursprünglich|gestern|vor|zuletzt|zuerst|bereits|schon|Sie|du|dein\p{L}*|Ihr\p{L}*|Nutzer\p{L}*|jemand|wer|Arbeitsbereich\p{L}*|Beispiel|statt|stattdessen|fast|beinahe|fehlgeschlagen|unverändert|angeblich|sagt|behauptet|meldet|laut)(?!\p{L})/iu,
  recap:
    /(?<!\p{L})(?:was|welche\p{L}*|wo|wann|warum|wie|wer|hast\s+du|haben\s+Sie|fass\p{L}*|zusammenfass\p{L}*|erklär\p{L}*|beschreib\p{L}*|zeig\p{L}*|liste|überblick|bisher)(?!\p{L})/iu,
};
