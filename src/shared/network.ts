/** The network of a sandbox: what the user opened by name, and each attempt to use it. */
import * as z from 'zod/mini';

export const denyReasonSchema = z.enum([
  /** Nothing is open. */
  'closed',
  'not-listed',
  /** The name is open, on other ports. */
  'port',
  /** An address instead of a name. */
  'address',
  /** The name leads to this machine or to a private network. */
  'private',
  /** The certificate was asked for another name than the connection, or for none. */
  'other-name',
  /** More than reading, and not encrypted. */
  'method',
  /** No request that can be understood. */
  'malformed',
  /** Open, but nobody answers under this name. */
  'unreachable',
]);
export type DenyReason = z.infer<typeof denyReasonSchema>;

export const networkAttemptSchema = z.object({
  /** When it ended; ISO 8601 in UTC. */
  time: z.string(),
  /** As the code wrote it, without what cannot be printed, at most 255 characters. */
  host: z.string(),
  /** Null: none, or none that is one. */
  port: z.nullable(z.int()),
  /** `CONNECT`: encrypted from end to end, so that method and path are not known. */
  method: z.string(),
  verdict: z.enum(['allowed', 'denied']),
  /** Null: allowed. */
  reason: z.nullable(denyReasonSchema),
  /** That came back, in bytes. */
  bytes: z.number(),
});
export type NetworkAttempt = z.infer<typeof networkAttemptSchema>;

/**
 * One thing that may be reached: a name or all names below one, on one port, e.g. `data.example.org`,
 * `*.example.org`, `example.org:8443`. Without a port: 443. On port 80, reading only.
 */
export interface NetworkRule {
  host: string;
  /** True: every name below `host`, and not `host` itself. */
  below: boolean;
  port: number;
}

/** What is open, as the panel shows it. */
export const networkStateSchema = z.object({
  open: z.array(
    z.object({
      /** As `ruleText` writes it. */
      rule: z.string(),
      /** Who opened it: the user's settings, or the user for this session or for one answer. */
      by: z.enum(['settings', 'session', 'once']),
    }),
  ),
  /** False: it cannot be opened in this sandbox. */
  canOpen: z.boolean(),
});
export type NetworkState = z.infer<typeof networkStateSchema>;
