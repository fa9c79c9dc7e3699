/** What an answer in other languages than English says of files; also here a wrong mark is worse than a missing one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkClaims, type FilesOfTurn } from '../../../../src/agent/claims/claimsCheck.ts';

const files: FilesOfTurn = {
  changed: new Set(['other.csv']),
  same: new Set(),
  earlier: new Set(['report.xlsx', 'out/notes.md', 'chart.png']),
  unclear: false,
  idle: false,
};

interface Sentences {
  marked: readonly string[];
  notMarked: readonly string[];
  recap: string;
}

const LANGUAGES: Readonly<Record<string, Sentences>> = {
  German: {
    marked: [
      'Ich habe report.xlsx aktualisiert.',
      'Ich habe die Summen in **report.xlsx** jetzt korrigiert.',
      'Außerdem habe ich `out/notes.md` überarbeitet.',
      'Ich habe report.xlsx ein Blatt „Summen" hinzugefügt.',
      'Wir haben eine Spalte in die Datei report.xlsx eingefügt.',
      'Erledigt: report.xlsx aktualisiert.',
      '- notes.md neu geschrieben',
      'Die Datei `report.xlsx` wurde erfolgreich aktualisiert.',
      'report.xlsx ist jetzt aktualisiert.',
      'Ich habe die Tabelle als totals.csv gespeichert.',
      'Ich habe summary.docx erstellt.',
      'Die Tabelle wurde in totals.csv gespeichert.',
      'Alles gut. summary.pdf wurde erzeugt.',
    ],
    notMarked: [
      'Ich habe other.csv aktualisiert.',
      'Ich habe report.xlsx nicht geändert.',
      'Ich konnte report.xlsx nicht aktualisieren.',
      'Soll ich report.xlsx aktualisieren?',
      'Ich werde report.xlsx als Nächstes aktualisieren.',
      'report.xlsx wurde zuletzt am 3. Mai geändert.',
      'report.xlsx wurde von der Buchhaltung erstellt.',
      'report.xlsx wird täglich aktualisiert.',
      'Ich habe ein Diagramm aus sales.csv erstellt.',
      'Ich habe sales.csv bereinigt und angesehen.',
      'Ich habe mir report.xlsx angesehen.',
      'Wenn report.xlsx aktualisiert ist, geht es weiter.',
      'Vorher habe ich report.xlsx aktualisiert.',
      'Ihre Datei report.xlsx wurde aktualisiert.',
      'Das aktualisierte report.xlsx liegt unten.',
      'report.xlsx hat drei Blätter.',
      'Ich habe die Analyse von report.xlsx ergänzt.',
      'Laut Protokoll wurde report.xlsx aktualisiert.',
    ],
    recap: 'Was hast du bisher getan?',
  },
  French: {
    marked: [
      "J'ai mis à jour report.xlsx.",
      'J’ai corrigé les totaux dans `report.xlsx`.',
      "J'ai aussi réécrit le fichier notes.md.",
      "J'ai ajouté une feuille « Totaux » à report.xlsx.",
      'Terminé : report.xlsx mis à jour.',
      'Le fichier report.xlsx a été mis à jour.',
      'report.xlsx est désormais corrigé.',
      "J'ai enregistré le tableau dans totals.csv.",
      'Nous avons créé summary.docx.',
      'Les données ont été enregistrées dans totals.csv.',
      'summary.pdf a bien été généré.',
    ],
    notMarked: [
      "J'ai mis à jour other.csv.",
      "Je n'ai pas modifié report.xlsx.",
      "Je n'ai pas pu mettre à jour report.xlsx.",
      'Voulez-vous que je mette à jour report.xlsx ?',
      'Je vais mettre à jour report.xlsx.',
      'report.xlsx a été modifié par la comptabilité.',
      'report.xlsx a été modifié hier.',
      "J'ai créé un graphique à partir de sales.csv.",
      "J'ai nettoyé sales.csv.",
      "J'ai lu report.xlsx et changé deux types.",
      "J'ai déjà mis à jour report.xlsx.",
      'Si report.xlsx a été mis à jour, relancez la cellule.',
      "J'ai complété l'analyse de report.xlsx.",
      'report.xlsx contient trois feuilles.',
    ],
    recap: "Qu'est-ce que tu as fait ?",
  },
  Spanish: {
    marked: [
      'He actualizado report.xlsx.',
      'Actualicé `report.xlsx` con los nuevos totales.',
      'He corregido los totales en el archivo report.xlsx.',
      'Agregué una hoja a report.xlsx.',
      'Listo: actualizado report.xlsx.',
      'El archivo report.xlsx ha sido actualizado.',
      'report.xlsx se ha modificado correctamente.',
      'Se ha actualizado report.xlsx.',
      'Guardé la tabla en totals.csv.',
      'He creado summary.docx.',
      'Los datos se han guardado en totals.csv.',
    ],
    notMarked: [
      'He actualizado other.csv.',
      'No he modificado report.xlsx.',
      'No pude actualizar report.xlsx.',
      '¿Actualizo report.xlsx?',
      'Voy a actualizar report.xlsx.',
      'report.xlsx fue modificado por contabilidad.',
      'report.xlsx fue creado en 2019 por otra persona.',
      'Creé un gráfico con sales.csv.',
      'Limpié sales.csv.',
      'Antes actualicé report.xlsx.',
      'Actualicé el análisis de report.xlsx.',
      'report.xlsx tiene tres hojas.',
      'Si se ha actualizado report.xlsx, ejecute la celda.',
    ],
    recap: '¿Qué hiciste?',
  },
  Portuguese: {
    marked: [
      'Atualizei report.xlsx.',
      'Corrigi os totais em `report.xlsx`.',
      'Adicionei uma planilha ao arquivo report.xlsx.',
      'O arquivo report.xlsx foi atualizado.',
      'Pronto: report.xlsx atualizado.',
      'Salvei a tabela em totals.csv.',
      'Os dados foram salvos em totals.csv.',
      'summary.pdf foi gerado.',
    ],
    notMarked: [
      'Atualizei other.csv.',
      'Não atualizei report.xlsx.',
      'Vou atualizar report.xlsx.',
      'Você quer que eu atualize report.xlsx?',
      'report.xlsx foi modificado pela contabilidade.',
      'report.xlsx foi modificado ontem.',
      'Criei um gráfico com sales.csv.',
      'Limpei sales.csv.',
      'Atualizei a análise de report.xlsx.',
      'report.xlsx tem três planilhas.',
    ],
    recap: 'O que você fez?',
  },
  Italian: {
    marked: [
      'Ho aggiornato report.xlsx.',
      'Ho corretto i totali in `report.xlsx`.',
      'Ho aggiunto un foglio a report.xlsx.',
      'Fatto: report.xlsx aggiornato.',
      'Il file report.xlsx è stato aggiornato.',
      'Ho salvato la tabella in totals.csv.',
      'I dati sono stati salvati in totals.csv.',
      'Abbiamo creato summary.docx.',
    ],
    notMarked: [
      'Ho aggiornato other.csv.',
      'Non ho modificato report.xlsx.',
      'Vuoi che aggiorni report.xlsx?',
      'report.xlsx è stato modificato ieri.',
      'report.xlsx è stato modificato dalla contabilità.',
      'Ho creato un grafico con sales.csv.',
      'Ho ripulito sales.csv.',
      'Prima ho aggiornato report.xlsx.',
      "Ho aggiornato l'analisi di report.xlsx.",
      'report.xlsx ha tre fogli.',
    ],
    recap: 'Che cosa hai fatto?',
  },
};

for (const [language, { marked, notMarked, recap }] of Object.entries(LANGUAGES))
  describe(`what an answer in ${language} says of files`, () => {
    for (const text of marked)
      it(`is marked: ${text}`, () => assert.equal(checkClaims(text, files, 'Go on.').length, 1));
    for (const text of notMarked)
      it(`is not marked: ${text}`, () => assert.deepEqual(checkClaims(text, files, 'Go on.'), []));
    it('is not judged when the user asks what was done, and nothing was', () => {
      const idle = { ...files, idle: true };
      assert.deepEqual(checkClaims(marked[0] ?? '', idle, recap), []);
      assert.equal(checkClaims(marked[0] ?? '', idle, 'Go on.').length, 1);
    });
  });
