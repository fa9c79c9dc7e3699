/** What the proxy says to code: short and plain, because a model reads it. `%H` is the host, `%p` the port. */

const CLOSED_BY_USER = 'Only the user can allow it, in the panel; do not look for another way.';

/** Named by `deny_info`, one for each reason of ours. */
const OURS: Record<string, string> = {
  CI_NOT_LISTED: `%H:%p is not on the list of hosts that are open. ${CLOSED_BY_USER}`,
  CI_PORT: `%H is open, but not in this way: port %p, or this method, is not. ${CLOSED_BY_USER}`,
  CI_ADDRESS: '%H is an address. Only hosts can be reached, by the names that the user opened.',
  CI_PRIVATE: 'No public address was found for %H: it does not exist, or it leads to a private network.',
  CI_METHOD: 'Without encryption only reading is open (GET, HEAD, OPTIONS). Use https.',
};

/** Squid's own, for which it would otherwise look in a folder that is not in the image. */
const SQUIDS: Record<string, string> = {
  ACCESS_DENIED: `%H:%p is not open. ${CLOSED_BY_USER}`,
  CACHE_ACCESS_DENIED: `%H:%p is not open. ${CLOSED_BY_USER}`,
  CACHE_MGR_ACCESS_DENIED: 'This is not open.',
  CANNOT_FORWARD: '%H:%p could not be reached.',
  CONFLICT_HOST: 'The request names two hosts.',
  CONNECT_FAIL: '%H:%p does not answer (%E).',
  DIR_LISTING: 'There are no listings.',
  DNS_FAIL: 'No public address was found for %H.',
  ESI: '%H:%p could not be reached.',
  FORWARDING_DENIED: '%H:%p is not open.',
  FTP_DISABLED: 'Only http and https are open.',
  FTP_FAILURE: 'Only http and https are open.',
  FTP_FORBIDDEN: 'Only http and https are open.',
  FTP_NOT_FOUND: 'Only http and https are open.',
  FTP_PUT_CREATED: 'Only http and https are open.',
  FTP_PUT_ERROR: 'Only http and https are open.',
  FTP_PUT_MODIFIED: 'Only http and https are open.',
  FTP_UNAVAILABLE: 'Only http and https are open.',
  GATEWAY_FAILURE: '%H:%p could not be reached.',
  ICAP_FAILURE: '%H:%p could not be reached.',
  INVALID_REQ: 'The request cannot be understood.',
  INVALID_RESP: '%H sent an answer that cannot be understood.',
  INVALID_URL:
    'The address cannot be understood: a host name of letters, digits, hyphens and dots is needed.',
  LIFETIME_EXP: 'The connection was open for too long.',
  NO_RELAY: '%H:%p is not open.',
  ONLY_IF_CACHED_MISS: 'Nothing is kept here.',
  PRECONDITION_FAILED: 'A condition of the request does not hold.',
  PROTOCOL_UNKNOWN: 'Only http and https are open.',
  READ_ERROR: 'The connection to %H broke.',
  READ_TIMEOUT: '%H sent nothing for too long.',
  RELAY_REMOTE: '%H:%p could not be reached.',
  REQUEST_PARSE_TIMEOUT: 'The request did not come in time.',
  REQUEST_START_TIMEOUT: 'No request came.',
  SECURE_CONNECT_FAIL: 'No encrypted connection to %H:%p could be made (%E).',
  SHUTTING_DOWN: 'The network is being closed.',
  SOCKET_FAILURE: 'There are too many connections.',
  TOO_BIG: 'The request is too large.',
  UNSUP_HTTPVERSION: 'This version of HTTP is not known here.',
  UNSUP_REQ: 'This kind of request is not open.',
  URN_RESOLVE: 'Only http and https are open.',
  WRITE_ERROR: 'The connection to %H broke.',
  ZERO_SIZE_OBJECT: '%H ended the connection without an answer.',
};

/** Below `errors/`. */
export function errorPages(): Record<string, string> {
  const squids = Object.entries(SQUIDS).map(([name, text]) => [`ERR_${name}`, text]);
  return {
    'errors/error-details.txt': '',
    ...(Object.fromEntries(
      [...squids, ...Object.entries(OURS)].map(([name, text]) => [`errors/${name}`, `${text}\n`]),
    ) as Record<string, string>),
  };
}
