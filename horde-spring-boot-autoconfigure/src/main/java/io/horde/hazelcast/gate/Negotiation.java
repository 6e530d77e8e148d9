package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * One end of a connection until both ends are proved: bytes in, bytes out, no socket and
 * no thread of its own.
 */
final class Negotiation {

	/*-
	 * Inside TLS, or, if links are open, in clear:
	 *
	 * initiator -> acceptor  INTRODUCTION
	 * acceptor -> initiator  INTRODUCTION
	 * initiator -> acceptor  PROOF       (of each secret; of none with certificates)
	 * acceptor -> initiator  ACCEPTANCE  (with the acceptor's proof of one of them)
	 *
	 * Either may say REFUSAL instead. An end that has a secret and meets one that has
	 * none, or the other way round, sees that by the first byte, and says so in clear:
	 * such a refusal is a code for the log, and has no consequences.
	 */

	/**
	 * Of an honest peer, all fits into a few kilobytes, unless its chain of certificates
	 * is long.
	 */
	private static final int MAX_INPUT = 32 * 1024;

	private static final int FIRST_INPUT = 2048;

	private final Role role;

	private final Credentials credentials;

	private final Deque<ByteBuffer> output = new ArrayDeque<>();

	/** In read mode. */
	private ByteBuffer input = ByteBuffer.allocate(0);

	private int received;

	private @Nullable TlsTalk tls;

	private boolean established;

	private @Nullable Identity peer;

	private byte[] peerIntroduction = new byte[0];

	private State state = State.TALKING;

	private @Nullable GateException failure;

	private boolean refusedByPeer;

	Negotiation(Role role, Credentials credentials) {
		this.role = role;
		this.credentials = credentials;
		if (role == Role.INITIATOR) {
			attempt(this::begin);
		}
	}

	State state() {
		return this.state;
	}

	/**
	 * Return who stands at the other end.
	 * @return proved if the state is {@link State#PROVED}, else only said; {@code null}
	 * if it has said nothing
	 */
	@Nullable Identity peer() {
		return this.peer;
	}

	/**
	 * Return what encrypts from now on.
	 * @return {@code null} if links are open
	 */
	@Nullable SSLEngine engine() {
		return (this.tls != null) ? this.tls.engine() : null;
	}

	/**
	 * Return why there is no connection.
	 * @return the reason, once the state is {@link State#REFUSED}
	 */
	GateRefusal refusal() {
		return (this.failure != null) ? this.failure.refusal() : GateRefusal.NOT_HORDE;
	}

	boolean isRefusedByPeer() {
		return this.refusedByPeer;
	}

	/**
	 * Return what has to be sent next.
	 * @return bytes to be consumed, {@code null} if there are none
	 */
	@Nullable ByteBuffer output() {
		while (!this.output.isEmpty() && !this.output.element().hasRemaining()) {
			this.output.remove();
		}
		return this.output.peek();
	}

	/**
	 * Take bytes without looking at them.
	 * @param bytes bytes from outside, all of which are consumed
	 */
	void receive(ByteBuffer bytes) {
		this.received += bytes.remaining();
		if (this.state == State.REFUSED || this.received > MAX_INPUT) {
			bytes.position(bytes.limit());
			attempt(() -> {
				throw new GateException(GateRefusal.NOT_HORDE, "Too much before a proof");
			});
			return;
		}
		int needed = this.input.remaining() + bytes.remaining();
		if (needed > this.input.capacity()) {
			this.input = ByteBuffer.allocate(Math.max(needed, FIRST_INPUT)).put(this.input);
		}
		else {
			this.input.compact();
		}
		this.input.put(bytes).flip();
	}

	/**
	 * Go as far as what has arrived allows.
	 */
	void advance() {
		attempt(() -> {
			if (this.state == State.TALKING && knowsHow()) {
				if (this.tls == null) {
					converse(this.input);
				}
				else {
					converse(this.tls);
				}
			}
		});
	}

	/**
	 * Do what needs a processor rather than bytes, while the state is
	 * {@link State#WORKING}. Afterwards advance.
	 */
	void work() {
		if (this.tls != null) {
			this.tls.work();
		}
	}

	/**
	 * Tell that the work is done.
	 */
	void worked() {
		if (this.state == State.WORKING) {
			this.state = State.TALKING;
		}
	}

	private void begin() throws GateException, SSLException, GeneralSecurityException {
		TlsEngines engines = this.credentials.engines();
		if (engines == null) {
			introduce();
		}
		else {
			converse(secure(engines));
		}
	}

	private TlsTalk secure(TlsEngines engines) throws GeneralSecurityException, SSLException {
		TlsTalk created = new TlsTalk(engines.create(this.role), this.output);
		this.tls = created;
		created.begin();
		return created;
	}

	/**
	 * See by the first byte how the other end speaks.
	 */
	private boolean knowsHow() throws GateException, SSLException, GeneralSecurityException {
		if (isStarted() || !this.input.hasRemaining()) {
			return isStarted();
		}
		TlsEngines engines = this.credentials.engines();
		byte first = this.input.get(this.input.position());
		boolean record = TlsTalk.isRecord(first);
		if (engines != null && !record) {
			readInClear();
			return false;
		}
		if (engines == null && record && this.role == Role.ACCEPTOR) {
			throw new GateException(GateRefusal.ONE_SIDED, "The peer expects that links are secured");
		}
		if (engines != null && this.tls == null) {
			secure(engines);
		}
		return true;
	}

	/** Whether records of the other end were read already. */
	private boolean isStarted() {
		return this.tls != null && this.tls.hasRead();
	}

	private void readInClear() throws GateException {
		GateMessage message = GateMessage.read(this.input);
		if (message != null && message.kind() == GateMessage.Kind.REFUSAL) {
			refusedByPeer(message);
		}
		else if (message != null) {
			this.tls = null;
			throw new GateException(GateRefusal.ONE_SIDED, "The peer expects that links are open");
		}
	}

	private void converse(TlsTalk talk) throws GateException, SSLException {
		while (this.state == State.TALKING) {
			switch (talk.handshakeStatus()) {
				case NEED_TASK -> this.state = State.WORKING;
				case NEED_WRAP -> talk.wrap();
				case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
					if (!talk.unwrap(this.input)) {
						return;
					}
				}
				default -> {
					if (!this.established) {
						established(talk);
					}
					converse(talk.plain());
					if (this.state == State.TALKING && !talk.unwrap(this.input)) {
						return;
					}
				}
			}
		}
	}

	private void established(TlsTalk talk) throws GateException, SSLException {
		this.established = true;
		if (this.credentials.secrets() == null) {
			talk.checkDates();
		}
		if (this.role == Role.INITIATOR) {
			introduce();
		}
	}

	private void converse(ByteBuffer bytes) throws GateException, SSLException {
		GateMessage message = GateMessage.read(bytes);
		while (message != null && this.state == State.TALKING) {
			take(message, bytes);
			message = GateMessage.read(bytes);
		}
	}

	private void take(GateMessage message, ByteBuffer rest) throws GateException, SSLException {
		boolean initiator = this.role == Role.INITIATOR;
		GateMessage.Kind kind = message.kind();
		if (kind == GateMessage.Kind.REFUSAL) {
			refusedByPeer(message);
		}
		else if (kind == GateMessage.Kind.INTRODUCTION && this.peer == null) {
			introduced(message.body());
		}
		else if (kind == GateMessage.Kind.PROOF && this.peer != null && !initiator) {
			List<byte[]> answer = judge(message, Role.INITIATOR);
			nothingFollows(rest);
			say(GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, answer));
			this.state = State.PROVED;
		}
		else if (kind == GateMessage.Kind.ACCEPTANCE && this.peer != null && initiator) {
			judge(message, Role.ACCEPTOR);
			nothingFollows(rest);
			this.state = State.PROVED;
		}
		else {
			throw new GateException(GateRefusal.NOT_HORDE, "A message out of turn: " + kind);
		}
	}

	private void introduced(byte[] introduction) throws GateException, SSLException {
		Identity read = Identity.read(introduction);
		this.peer = read;
		this.peerIntroduction = introduction;
		if (this.role == Role.ACCEPTOR) {
			introduce();
		}
		this.credentials.check(read);
		if (this.role == Role.INITIATOR) {
			SharedSecrets secrets = this.credentials.secrets();
			List<byte[]> proofs = (secrets != null) ? secrets.proofs(Role.INITIATOR, transcript()) : List.of();
			say(GateMessage.proofs(GateMessage.Kind.PROOF, proofs));
		}
	}

	private List<byte[]> judge(GateMessage message, Role prover) throws GateException, SSLException {
		SharedSecrets secrets = this.credentials.secrets();
		List<byte[]> proofs = message.proofs();
		if (secrets == null) {
			return List.of();
		}
		byte[] transcript = transcript();
		int proved = secrets.proved(proofs, prover, transcript);
		if (proved < 0) {
			throw new GateException(GateRefusal.SECRET, "A wrong proof");
		}
		return List.of(secrets.proofs(Role.ACCEPTOR, transcript).get(proved));
	}

	/*
	 * What Hazelcast is to read comes only after the acceptance.
	 */
	private void nothingFollows(ByteBuffer rest) throws GateException {
		if (rest.hasRemaining() || this.input.hasRemaining()) {
			throw new GateException(GateRefusal.NOT_HORDE, "More came before it was asked for");
		}
	}

	private byte[] transcript() throws SSLException {
		if (this.tls == null) {
			throw new IllegalStateException("There is nothing to prove");
		}
		byte[] ownCertificate = this.tls.ownCertificate();
		byte[] peerCertificate = this.tls.peerCertificate();
		byte[] own = this.credentials.own().toBytes();
		return (this.role == Role.INITIATOR)
				? SharedSecrets.transcript(ownCertificate, peerCertificate, own, this.peerIntroduction)
				: SharedSecrets.transcript(peerCertificate, ownCertificate, this.peerIntroduction, own);
	}

	private void introduce() throws SSLException {
		say(GateMessage.introduction(this.credentials.own().toBytes()));
	}

	private void say(GateMessage message) throws SSLException {
		if (this.tls == null) {
			this.output.add(message.toBytes());
		}
		else if (this.established) {
			this.tls.wrap(message.toBytes());
		}
	}

	private void refusedByPeer(GateMessage message) {
		GateRefusal refusal = message.refusal();
		this.refusedByPeer = true;
		this.failure = new GateException((refusal != null) ? refusal : GateRefusal.NOT_HORDE, "Refused by the peer");
		this.state = State.REFUSED;
	}

	private void attempt(Attempt attempt) {
		try {
			attempt.run();
		}
		catch (GateException ex) {
			failed(ex, true);
		}
		catch (SSLException ex) {
			failed(new GateException(isAboutCertificates(ex) ? GateRefusal.CERTIFICATE : GateRefusal.TLS,
					"No encrypted connection"), false);
		}
		catch (GeneralSecurityException ex) {
			failed(new GateException(GateRefusal.CERTIFICATE, "No certificate that can be used"), false);
		}
		catch (RuntimeException ex) {
			// Whatever the JDK's parsers make of a stranger's bytes.
			failed(new GateException(GateRefusal.TLS, "No encrypted connection"), false);
		}
	}

	/*
	 * In TLS 1.3 the initiator is through before the acceptor has seen its certificate,
	 * and has no certificate to show if the acceptor trusts none that it has. An acceptor
	 * answers only a first message of TLS 1.3.
	 */
	private boolean isAboutCertificates(SSLException failure) {
		boolean answered = this.role == Role.ACCEPTOR && this.tls != null && this.tls.hasWritten();
		if ((this.established || answered) && this.credentials.secrets() == null) {
			return true;
		}
		for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof CertificateException) {
				return true;
			}
		}
		return false;
	}

	private void failed(GateException failure, boolean tell) {
		if (this.state == State.REFUSED) {
			return;
		}
		this.state = State.REFUSED;
		this.failure = failure;
		try {
			if (tell) {
				say(GateMessage.refusal(failure.refusal()));
			}
			if (this.tls != null) {
				this.tls.close();
			}
		}
		catch (SSLException | RuntimeException ex) {
			// Then the peer is told nothing.
		}
	}

	/**
	 * How far a negotiation is.
	 */
	enum State {

		/** Waits for bytes. */
		TALKING,

		/** Waits until somebody has called {@link Negotiation#work()}. */
		WORKING,

		/** Both ends are proved; Hazelcast may go on once all output is sent. */
		PROVED,

		/** There is no connection; the output tells the peer, if it can be told. */
		REFUSED

	}

	/**
	 * Something that fails because of what came from outside.
	 */
	@FunctionalInterface
	private interface Attempt {

		void run() throws GateException, SSLException, GeneralSecurityException;

	}

}
