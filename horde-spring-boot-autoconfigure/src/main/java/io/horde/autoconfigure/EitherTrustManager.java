package io.horde.autoconfigure;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.stream.Stream;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what one of two trust managers does, and nothing else.
 */
final class EitherTrustManager extends X509ExtendedTrustManager {

	private final X509ExtendedTrustManager current;

	private final X509ExtendedTrustManager previous;

	EitherTrustManager(X509ExtendedTrustManager current, X509ExtendedTrustManager previous) {
		this.current = current;
		this.previous = previous;
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		either((manager) -> manager.checkClientTrusted(chain, authType));
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		either((manager) -> manager.checkClientTrusted(chain, authType, socket));
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		either((manager) -> manager.checkClientTrusted(chain, authType, engine));
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		either((manager) -> manager.checkServerTrusted(chain, authType));
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		either((manager) -> manager.checkServerTrusted(chain, authType, socket));
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		either((manager) -> manager.checkServerTrusted(chain, authType, engine));
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return Stream.of(this.current, this.previous)
			.flatMap((manager) -> Arrays.stream(manager.getAcceptedIssuers()))
			.distinct()
			.toArray(X509Certificate[]::new);
	}

	private void either(Check check) throws CertificateException {
		try {
			check.by(this.current);
		}
		catch (CertificateException ex) {
			try {
				check.by(this.previous);
			}
			catch (CertificateException other) {
				ex.addSuppressed(other);
				throw ex;
			}
		}
	}

	private interface Check {

		void by(X509ExtendedTrustManager manager) throws CertificateException;

	}

}
