/** The question how the tables of a large database join: its file, and the model that answers with a diagram. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cell, text } from './scriptedApiReplies.ts';
import { isAnswered, type Script } from './scriptedApiScenarios.ts';

const GENERATOR = join(import.meta.dirname, '../../sandbox/tests/schema_corpus.py');

export const QUESTION = 'Make a diagram of how the tables join, as PDF and PNG';
export const TABLES = ['orders', 'order_lines', 'customers', 'payments', 'warehouses', 'settings'];

/** 22 MB, always the same. */
export async function writeShop(workspace: string): Promise<void> {
  await promisify(execFile)('python3', [GENERATOR, join(workspace, 'shop.db')]);
}

const CODE = `from code_interpreter import schema_diagram
diagram = schema_diagram("/workspace/shop.db")
diagram.save("shop-joins.pdf")
diagram.save("shop-joins.png")
print(diagram.joins.to_string())
diagram`;

export const joinsScript: Script = (request) =>
  isAnswered(request)
    ? text('The diagram is drawn; dashed joins are inferred.')
    : cell('I draw the joins.', CODE, 'Draw how the tables join');
