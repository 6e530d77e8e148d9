package io.horde.hazelcast.gate;

import java.security.GeneralSecurityException;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * This node's certificate, and which ones of peers it trusts. Asked for at each
 * handshake, on any thread, so that both may change while links are up.
 */
public interface Certificates {

	/**
	 * Return what holds this node's key and certificate.
	 * @return key managers
	 * @throws GeneralSecurityException if there is none that can be used
	 */
	KeyManager[] keyManagers() throws GeneralSecurityException;

	/**
	 * Return what judges the certificates of peers.
	 * @return trust managers
	 * @throws GeneralSecurityException if there is none that can be used
	 */
	TrustManager[] trustManagers() throws GeneralSecurityException;

}
