/** Labels of everything we make on an engine. The first says that it is ours, and who removes it. */
export const OWNER_LABEL = 'dev.code-interpreter.owner';
export const SESSION_LABEL = 'dev.code-interpreter.session';
export const IMAGE_LABEL = 'dev.code-interpreter.image';
/** What a container is, beside the sandbox itself: `proxy`. */
export const ROLE_LABEL = 'dev.code-interpreter.role';
/** Of an image that brings door and proxy. */
export const EGRESS_LABEL = 'dev.code-interpreter.egress';
/** Of an image: `1` when it has LibreOffice. */
export const OFFICE_LABEL = 'dev.code-interpreter.office';
