/** The sandbox image: built here from its context, or a ready one. */

export type ImageSource =
  /** `caFile`: an extra certificate authority for downloads during the build; null: none. */
  | { kind: 'build'; contextFolder: string; base: string; caFile: string | null }
  | { kind: 'ready'; reference: string };
