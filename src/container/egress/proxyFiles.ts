/**
 * Rules in, the configuration of the proxy out: two Squids and a resolver in one container. Pure, and compared with
 * golden files by a test.
 *
 * The front decides and explains: whoever is refused gets a text. It cannot see into encrypted connections, and a
 * Squid that can answers a refused CONNECT with a certificate instead of a text. So what the front lets through goes
 * to the back, which looks at the first message of TLS, compares the name there, and dials. It decrypts nothing.
 * Unbound removes addresses of private networks from every answer, also from the one that is given when the back
 * dials: a name that leads elsewhere a moment later gains nothing.
 */
import type { Network } from '../../kernel/sandbox.ts';
import type { DenyReason, NetworkRule } from '../../shared/network.ts';
import { PLAIN_PORT, ruleText, uniqueRules } from '../../shared/networkRules.ts';
import { errorPages } from './errorPages.ts';

export interface ProxyFiles {
  /** Name in the proxy's folder → content. */
  files: Record<string, string>;
  /** Addresses of name servers; null: those of the container. */
  resolvers: readonly string[] | null;
}

export const PROXY_FOLDER = '/tmp/egress';
const KEYS = '/opt/code-interpreter/egress';
/** Says whether TLS asks for the name that the connection is for. */
const COMPARE_NAMES = '/usr/bin/python3 -I /opt/code-interpreter/egress/compare_names.py';
const FRONT_PORT = 3128;
const BACK_PORT = 3129;
const MAX_CONNECTIONS = 128;

/** Not on the internet: RFC 6890 and its successors. All of IPv6 is left out: the proxy speaks IPv4. */
const PRIVATE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** @param resolvers addresses of name servers; null: those of the proxy's container. */
export function proxyFiles(network: Network, resolvers: readonly string[] | null = null): ProxyFiles {
  const rules = uniqueRules(network.rules).map(aclsOf);
  const parent = network.parentProxy === null ? null : parentOf(network.parentProxy);
  return {
    files: {
      'front.conf': lines(...common('front', FRONT_PORT, ''), ...front(rules, parent !== null)),
      'back.conf': lines(
        ...common(
          'back',
          BACK_PORT,
          ` ssl-bump tls-cert=${KEYS}/certificate.pem tls-key=${KEYS}/key.pem generate-host-certificates=off`,
        ),
        ...back(rules, parent),
      ),
      // Icons of types, for listings that this proxy never makes.
      'mime.conf': '',
      'unbound.conf': lines(...unbound(parent)),
      ...errorPages(),
    },
    resolvers,
  };
}

interface RuleAcls {
  rule: NetworkRule;
  definitions: string[];
  /** The name alone; the name and port. */
  name: string;
  place: string;
}

function aclsOf(rule: NetworkRule, index: number): RuleAcls {
  const id = `r${index + 1}`;
  const definitions = [
    `# ${ruleText(rule)}`,
    `acl ${id}_host dstdomain -n ${rule.below ? '.' : ''}${rule.host}`,
    `acl ${id}_port port ${rule.port}`,
  ];
  // With a dot in front it also stands for the name itself.
  if (rule.below) definitions.push(`acl ${id}_self dstdomain -n ${rule.host}`);
  const name = rule.below ? `${id}_host !${id}_self` : `${id}_host`;
  return { rule, definitions, name, place: `${id}_port ${name}` };
}

/** For both Squids. */
function common(name: string, port: number, options: string): string[] {
  return [
    `http_port 127.0.0.1:${port}${options}`,
    'visible_hostname proxy',
    'pid_filename none',
    'cache deny all',
    'cache_mem 0 MB',
    'memory_pools off',
    'max_filedescriptors 1024',
    `coredump_dir ${PROXY_FOLDER}`,
    `mime_table ${PROXY_FOLDER}/mime.conf`,
    'unlinkd_program /usr/bin/true',
    'pinger_enable off',
    'cache_log /dev/stderr',
    'debug_options ALL,0',
    'logfile_rotate 0',
    'shutdown_lifetime 0 seconds',
    'dns_nameservers 127.0.0.1',
    `icon_directory ${PROXY_FOLDER}`,
    'positive_dns_ttl 1 minute',
    'negative_dns_ttl 5 seconds',
    'check_hostnames on',
    'allow_underscore off',
    'via off',
    'forwarded_for delete',
    'httpd_suppress_version_string on',
    `error_directory ${PROXY_FOLDER}/errors`,
    'request_header_max_size 32 KB',
    'request_start_timeout 30 seconds',
    'connect_timeout 20 seconds',
    'read_timeout 5 minutes',
    // One connection of the back for each request of the front.
    'server_persistent_connections off',
    `logformat attempt ${name} %ts.%03tu %rm %#>rd %>rP %>Hs %Ss %<st %note{reason} %ssl::bump_mode %#ssl::>sni %err_code`,
    'acl CONNECT method CONNECT',
    'acl readers method GET HEAD OPTIONS',
    'acl plain proto HTTP',
  ];
}

const why = (reason: DenyReason): string => `why_${reason.replace('-', '_')}`;

/** An ACL that is always true and notes the reason for the log; as the last of a line it also picks the page. */
function reasonAcls(reasons: readonly DenyReason[]): string[] {
  return reasons.flatMap((reason) => [
    `acl ${why(reason)} annotate_transaction reason=${reason}`,
    `deny_info 403:CI_${reason.toUpperCase().replace('-', '_')} ${why(reason)}`,
  ]);
}

function front(rules: readonly RuleAcls[], hasParent: boolean): string[] {
  return [
    `client_ip_max_connections ${MAX_CONNECTIONS}`,
    // Numbers, hexadecimal numbers and whatever has a colon: addresses in any spelling.
    'acl address dstdom_regex -n -i ^[0-9.]+$ ^0x[0-9a-f.x]*$ : ^\\[',
    'acl public dst 0.0.0.0/1 128.0.0.0/1',
    ...reasonAcls(['not-listed', 'port', 'address', 'private', 'method']),
    ...rules.flatMap(({ definitions }) => definitions),
    'http_access deny address ' + why('address'),
    // The company's proxy resolves names itself.
    ...(hasParent ? [] : rules.map(({ place }) => `http_access deny ${place} !public ${why('private')}`)),
    ...allowed(rules),
    ...rules.filter(isPlain).map(({ place }) => `http_access deny !CONNECT plain ${place} ${why('method')}`),
    ...rules.map(({ name }) => `http_access deny ${name} ${why('port')}`),
    `http_access deny all ${why('not-listed')}`,
    `cache_peer 127.0.0.1 parent ${BACK_PORT} 0 no-query no-digest no-netdb-exchange default name=back`,
    'never_direct allow all',
    'nonhierarchical_direct off',
    // What went on is told by the back.
    'acl passed hier_code FIRSTUP_PARENT DEFAULT_PARENT ANY_OLD_PARENT ROUNDROBIN_PARENT',
    'access_log stdio:/dev/stdout logformat=attempt !passed',
  ];
}

interface Parent {
  host: string;
  port: number;
}

function parentOf(text: string): Parent {
  const { hostname, port } = new URL(text);
  return { host: hostname, port: port === '' ? PLAIN_PORT : Number(port) };
}

function back(rules: readonly RuleAcls[], parent: Parent | null): string[] {
  return [
    'on_unsupported_protocol respond all',
    'acl step1 at_step SslBump1',
    'acl step2 at_step SslBump2',
    `acl private dst ${PRIVATE.join(' ')}`,
    `external_acl_type names children-startup=1 children-max=1 concurrency=100 ttl=0 cache=0 %DST %ssl::>sni ${COMPARE_NAMES}`,
    'acl same_name external names',
    ...reasonAcls(['private']),
    ...rules.flatMap(({ definitions }) => definitions),
    ...(parent === null ? [`http_access deny private ${why('private')}`] : []),
    ...allowed(rules),
    'http_access deny all',
    'ssl_bump peek step1',
    'ssl_bump splice step2 same_name',
    'ssl_bump terminate all',
    ...(parent === null
      ? []
      : [
          `cache_peer ${parent.host} parent ${parent.port} 0 no-query no-digest no-netdb-exchange default name=company`,
          'never_direct allow all',
          'nonhierarchical_direct off',
        ]),
    'access_log stdio:/dev/stdout logformat=attempt',
  ];
}

/** Port 80 for reading without encryption, every other port for encrypted connections. */
const allowed = (rules: readonly RuleAcls[]): string[] =>
  rules.map((acls) =>
    isPlain(acls)
      ? `http_access allow !CONNECT plain readers ${acls.place}`
      : `http_access allow CONNECT ${acls.place}`,
  );

const isPlain = ({ rule }: RuleAcls): boolean => rule.port === PLAIN_PORT;

function unbound(parent: Parent | null): string[] {
  return [
    'server:',
    '  interface: 127.0.0.1',
    '  port: 53',
    '  access-control: 127.0.0.0/8 allow',
    '  do-daemonize: no',
    '  use-syslog: no',
    '  logfile: ""',
    '  verbosity: 0',
    '  username: ""',
    '  chroot: ""',
    '  pidfile: ""',
    `  directory: "${PROXY_FOLDER}"`,
    '  do-ip6: no',
    // The container's own resolver answers there on some engines.
    '  do-not-query-localhost: no',
    '  module-config: "iterator"',
    '  num-threads: 1',
    '  outgoing-range: 64',
    '  msg-cache-size: 1m',
    '  rrset-cache-size: 2m',
    '  cache-min-ttl: 60',
    '  cache-max-ttl: 300',
    '  hide-identity: yes',
    '  hide-version: yes',
    ...[...PRIVATE, '::/0'].map((range) => `  private-address: ${range}`),
    // The company's proxy may well have a private address; nothing but the back's dialling asks for it.
    ...(parent === null ? [] : [`  private-domain: "${parent.host}"`]),
    `include: "${PROXY_FOLDER}/forward.conf"`,
  ];
}

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
