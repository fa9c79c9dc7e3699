/** Where a network inspects TLS, Node is told its authority in the environment; the image build needs it, too. */
export const extraCertificates = (): string | null => process.env.NODE_EXTRA_CA_CERTS || null;
