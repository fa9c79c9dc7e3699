/** French, Spanish, Portuguese and Italian, which say it in one order: "J'ai mis à jour X", "X ha sido guardado". */
import { anyOf, NAME, upTo, wayWithout, word, type ClaimLanguage } from './claimLanguage.ts';

/** All are choices separated by `|`. */
interface RomanceWords {
  /** "I have", for the participles; null: the language has only the simple past. */
  have: string | null;
  /** Participles without their ending, which is one of `endings`. */
  change: string;
  add: string;
  save: string;
  endings: string;
  /** The simple past of the first person, where it is used: changed, added, saved. */
  past?: readonly [change: string, add: string, save: string];
  /** "was", "has been", "is now": between the name and the participle. */
  been: string;
  /** "was" and "were" of other things, which go into the file. */
  went: string;
  done: string;
  adverbs: string;
  article: string;
  /** "in", "to" */
  into: string;
  /** "as", "under", "in" */
  to: string;
  stops: string;
  notJudged: string;
  recap: string;
}

function romance(words: RomanceWords): ClaimLanguage {
  const file = `${upTo(3, words.article)}${NAME}`;
  const adverbs = upTo(3, words.adverbs);
  const way = wayWithout(words.stops);
  const participle = (stems: string): string => word(`(?:${stems})(?:${words.endings})`);
  const head = String.raw`^(?:(?:${words.done})\s*[:,!–—-]+\s*)?`;
  /** What somebody did: with an auxiliary, in the simple past, or as a headline. */
  const did = (stems: string, past: string | undefined): string => {
    const ways = [
      head + participle(stems),
      ...(words.have === null ? [] : [`(?<!\\p{L})(?:${words.have})\\s*${adverbs}${participle(stems)}`]),
      ...(past === undefined ? [] : [word(past)]),
    ];
    return `(?:${ways.join('|')})`;
  };
  const into = String.raw`\s${word(words.into)}\s+${file}`;
  const to = String.raw`\s${word(words.to)}\s+${file}`;
  const afterwards = String.raw`(?:\s+(?:${words.adverbs}))?\s*(?:$|[.!,;:]|${word(words.into)})`;
  const been = (stems: string): string =>
    String.raw`${NAME}\s+${word(words.been)}\s+${adverbs}${participle(stems)}${afterwards}`;
  const headline = (stems: string): string =>
    `${head}${file}\\s+${adverbs}${participle(stems)}\\s*(?:$|[.!])`;
  const [change, add, save] = words.past ?? [];
  return {
    changed: anyOf([
      String.raw`${did(words.change, change)}(?:${way}${into}|\s+${adverbs}${file})`,
      `${did(words.add, add)}${way}${into}`,
      been(words.change),
      headline(words.change),
    ]),
    saved: anyOf([
      String.raw`${did(words.save, save)}(?:${way}${to}|\s+${adverbs}${file})`,
      been(words.save),
      headline(words.save),
      String.raw`${word(words.went)}\s+${adverbs}${participle(words.save)}${to}`,
    ]),
    notJudged: new RegExp(`[?¿]|${word(words.notJudged)}`, 'iu'),
    recap: new RegExp(word(words.recap), 'iu'),
  };
}

const FRENCH = romance({
  have: "j['’]ai|nous\\s+avons",
  change:
    'mis(?:e|es)?\\s+à\\s+jou|modifié|changé|corrigé|réécri|édité|révisé|ajusté|nettoyé|étend|complété|actualisé|remplacé|régénéré|reformaté',
  add: 'ajouté|inséré|appliqué',
  save: 'enregistré|sauvegardé|écri|exporté|créé|généré|produi',
  endings: 'e?s?|te?s?|ue?s?|r',
  been: 'a\\s+(?:bien\\s+)?été|ont\\s+(?:bien\\s+)?été|est\\s+(?:maintenant|désormais)',
  went: 'a\\s+été|ont\\s+été',
  done: "terminé|fait|c['’]est\\s+fait|voilà|ok",
  adverbs: 'bien|aussi|également|maintenant|désormais|ensuite|donc|correctement|tout',
  article: 'le|la|les|un|une|du|nouveau|nouvelle|fichier|classeur|tableau|document',
  into: 'dans|à|au|en|sur',
  to: 'dans|sous|vers|en|comme',
  stops: 'mais|qui|que|qu|parce|si|depuis|avec|selon|comme|avant|après|pendant|tandis|et|puis|donc|pour|sans',
  notJudged:
    'ne|n|pas|jamais|rien|aucune?|sans|impossible|écho\\p{L}+|pourr\\p{L}+|peu[xt]|peuvent|pouv\\p{L}+|doi[st]|devr\\p{L}+|si|lorsque?|quand|jusqu\\p{L}*|voul\\p{L}+|veux|veut|souhait\\p{L}+|va|vais|allons|allez|sera|serai|prévu\\p{L}*|essay\\p{L}+|tent\\p{L}+|avant|auparavant|précéd\\p{L}+|hier|déjà|initialement|derni[eè]re?|vous|votre|vos|tu|ton|ta|tes|utilisat\\p{L}+|espace|exemple|presque|plutôt|inchangé\\p{L}*|selon|dit|indique|par',
  recap:
    'que|qu|quoi|quel\\p{L}*|où|quand|pourquoi|comment|qui|as-tu|avez-vous|résum\\p{L}+|récapitul\\p{L}+|expliqu\\p{L}+|décri\\p{L}+|montr\\p{L}+|liste',
});

const SPANISH = romance({
  have: 'he|hemos|se\\s+ha|se\\s+han',
  change:
    'actualizad|modificad|cambiad|editad|corregid|reescrit|revisad|ajustad|limpiad|ampliad|sobrescrit|regenerad|reemplazad|arreglad|completad',
  add: 'añadid|agregad|insertad|aplicad',
  save: 'guardad|escrit|exportad|cread|generad',
  endings: 'o|a|os|as',
  past: [
    'actualicé|modifiqué|cambié|edité|corregí|reescribí|revisé|ajusté|limpié|amplié|sobrescribí|regeneré|reemplacé|arreglé|completé',
    'añadí|agregué|inserté|apliqué',
    'guardé|escribí|exporté|creé|generé',
  ],
  been: 'ha\\s+sido|han\\s+sido|fue|fueron|se\\s+ha|se\\s+han|está\\s+ahora|quedó',
  went: 'ha\\s+sido|han\\s+sido|fue|fueron|se\\s+ha|se\\s+han',
  done: 'listo|hecho|terminado|ok',
  adverbs: 'ahora|también|además|correctamente|todo|bien',
  article: 'el|la|los|un|una|nuevo|nueva|archivo|fichero|libro|hoja|documento',
  into: 'en|a|al',
  to: 'en|como|a',
  stops: 'pero|que|porque|si|desde|con|según|como|antes|después|mientras|y|luego|para|sin',
  notJudged:
    'no|nunca|jamás|nada|sin|ningun\\p{L}+|imposible|fall\\p{L}+|podr\\p{L}+|puede\\p{L}*|puedo|deber\\p{L}+|debe\\p{L}*|si|cuando|hasta|por|quier\\p{L}+|voy|vamos|será|intent\\p{L}+|antes|anterior\\p{L}*|previ\\p{L}+|ayer|original\\p{L}*|últim\\p{L}+|usted\\p{L}*|tus?|sus?|usuari\\p{L}+|espacio|ejemplo|casi|según|dice|lugar',
  recap:
    'qué|que|cuál\\p{L}*|cual\\p{L}*|dónde|cuándo|cómo|por\\s+qué|quién|has|resum\\p{L}+|explic\\p{L}+|describ\\p{L}+|muestr\\p{L}+|lista',
});

const PORTUGUESE = romance({
  have: null,
  change:
    'atualizad|modificad|alterad|mudad|editad|corrigid|reescrit|revisad|ajustad|limp|ampliad|sobrescrit|regerad|substituíd|completad',
  add: 'adicionad|acrescentad|inserid|aplicad',
  save: 'salv|guardad|gravad|escrit|exportad|criad|gerad',
  endings: 'o|a|os|as',
  past: [
    'atualizei|modifiquei|alterei|mudei|editei|corrigi|reescrevi|revisei|ajustei|limpei|ampliei|sobrescrevi|substituí|completei',
    'adicionei|acrescentei|inseri|apliquei',
    'salvei|guardei|gravei|escrevi|exportei|criei|gerei',
  ],
  been: 'foi|foram|está\\s+agora',
  went: 'foi|foram',
  done: 'pronto|feito|concluído|ok',
  adverbs: 'agora|também|além\\s+disso|corretamente|tudo|bem',
  article: 'o|a|os|as|um|uma|novo|nova|arquivo|ficheiro|planilha|folha|documento',
  into: 'em|no|na|nos|nas|a|ao|à',
  to: 'em|no|na|como|para',
  stops: 'mas|que|porque|se|desde|com|segundo|conforme|antes|depois|enquanto|e|então|sem',
  notJudged:
    'não|nunca|jamais|nada|sem|nenhum\\p{L}*|impossível|falh\\p{L}+|poder\\p{L}+|pode\\p{L}*|posso|dever\\p{L}+|deve\\p{L}*|se|quando|até|por|pelo|pela|quer\\p{L}*|vou|vamos|será|tent\\p{L}+|antes|anterior\\p{L}*|prev\\p{L}+|ontem|já|original\\p{L}*|últim\\p{L}+|você\\p{L}*|teu|tua|seus?|suas?|usuári\\p{L}+|utilizador\\p{L}*|espaço|exemplo|quase|segundo|diz|vez',
  recap:
    'o\\s+que|que|qual|quais|onde|quando|como|por\\s*que|quem|resum\\p{L}+|expli\\p{L}+|descrev\\p{L}+|mostr\\p{L}+|lista',
});

const ITALIAN = romance({
  have: 'ho|abbiamo',
  change:
    'aggiornat|modificat|cambiat|corrett|riscritt|rivist|sistemat|ripulit|estes|sovrascritt|rigenerat|sostituit|completat|adattat',
  add: 'aggiunt|inserit|applicat',
  save: 'salvat|scritt|esportat|creat|generat',
  endings: 'o|a|i|e',
  been: 'è\\s+stat[oa]|sono\\s+stat[ie]|è\\s+ora',
  went: 'è\\s+stat[oa]|sono\\s+stat[ie]',
  done: 'fatto|ecco|pronto|ok',
  adverbs: 'ora|anche|inoltre|correttamente|tutto|bene|quindi',
  article: 'il|lo|la|i|gli|le|un|una|nuovo|nuova|file|cartella|foglio|documento',
  into: 'in|nel|nella|nello|a|al|alla',
  to: 'in|nel|nella|come|su',
  stops: 'ma|che|perché|se|da|dal|dalla|con|secondo|prima|dopo|mentre|e|poi|quindi|per|senza',
  notJudged:
    'non|mai|niente|nulla|senza|nessun\\p{L}*|impossibile|falli\\p{L}+|potr\\p{L}+|può|posso|puoi|dovr\\p{L}+|deve|devo|se|quando|finché|fino|per|favore|vuoi|vuole|vorrei|voglio|sarà|provat\\p{L}+|tentat\\p{L}+|prima|precedent\\p{L}+|ieri|già|original\\p{L}*|ultim\\p{L}+|tuo|tua|tuoi|suo|sua|utent\\p{L}+|spazio|esempio|quasi|secondo|dice|invece|da|dal|dalla',
  recap:
    'che|cosa|quale|quali|dove|quando|perché|come|chi|hai|riassum\\p{L}+|riepilog\\p{L}+|spieg\\p{L}+|descriv\\p{L}+|mostr\\p{L}+|elenca',
});

export const ROMANCE: readonly ClaimLanguage[] = [FRENCH, SPANISH, PORTUGUESE, ITALIAN];
