/**
 * API keys in VS Code's secret storage. A key belongs to the address it was entered for and goes nowhere else:
 * when the address in the settings changes, the user is asked before a key goes to the new one.
 */
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { secretsUnavailable } from '../failures.ts';
import type { Redactor } from './redact.ts';

const PREFIX = 'codeInterpreter.apiKey:';
/** Addresses (not secret) with a stored key, so that removing can remove all of them. */
const ADDRESSES = 'codeInterpreter.keyAddresses';

/** The user's consent that a key entered for one host goes to another. */
export type ConfirmMove = (fromHost: string, toHost: string) => Promise<boolean>;

export class ApiKeys {
  /** Moves that were asked about in this window, with the answer to come. */
  private readonly moves = new Map<string, Promise<string | null>>();

  constructor(
    private readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>,
    private readonly memento: Pick<vscode.Memento, 'get' | 'update'>,
    private readonly redactor: Redactor,
    private readonly confirmMove: ConfirmMove = async () => Promise.resolve(false),
  ) {}

  /** The key for `baseUrl`, or null. An unreadable store counts as empty. */
  async get(baseUrl: string): Promise<string | null> {
    try {
      const key = await this.secrets.get(PREFIX + addressOf(baseUrl));
      if (key === undefined || key === '') return null;
      this.redactor.add(key);
      return key;
    } catch {
      return null;
    }
  }

  /**
   * The key for `baseUrl`; when there is none but one for another address, the user is asked once in a window whether
   * it may be used here. Agreed: it is kept for this address, too.
   */
  async getOrAsk(baseUrl: string): Promise<string | null> {
    const key = await this.get(baseUrl);
    if (key !== null) return key;
    const to = addressOf(baseUrl);
    const from = this.addresses().findLast((address) => address !== to);
    if (from === undefined) return null;
    const move = `${from} ${to}`;
    const known = this.moves.get(move) ?? this.askToMove(from, to);
    this.moves.set(move, known);
    return known;
  }

  private async askToMove(from: string, to: string): Promise<string | null> {
    const key = await this.get(from);
    if (key === null || !(await this.confirmMove(new URL(from).host, new URL(to).host))) return null;
    await this.set(to, key);
    return key;
  }

  /** @throws Failure `secrets-unavailable`; the key is stored nowhere then. */
  async set(baseUrl: string, key: string): Promise<void> {
    this.redactor.add(key);
    const address = addressOf(baseUrl);
    try {
      await this.secrets.store(PREFIX + address, key);
    } catch (error) {
      throw secretsUnavailable(error);
    }
    await this.memento.update(ADDRESSES, [...new Set([...this.addresses(), address])]);
  }

  /** Removes the keys of all addresses; returns how many there were. */
  async removeAll(baseUrl: string): Promise<number> {
    let removed = 0;
    for (const address of new Set([...this.addresses(), addressOf(baseUrl)])) {
      try {
        if ((await this.secrets.get(PREFIX + address)) !== undefined) removed += 1;
        await this.secrets.delete(PREFIX + address);
      } catch (error) {
        throw secretsUnavailable(error);
      }
    }
    await this.memento.update(ADDRESSES, []);
    this.moves.clear();
    return removed;
  }

  private addresses(): string[] {
    const parsed = z.array(z.string()).safeParse(this.memento.get(ADDRESSES));
    return parsed.success ? parsed.data : [];
  }
}

/** Scheme, host and port: what decides who gets the key. */
function addressOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}
